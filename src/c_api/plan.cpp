#include "c_api/handles.hpp"
#include "c_api/result_text.hpp"
#include "c_api/streams.hpp"
#include "tijian/compile.hpp"
#include "tijian/native_kernels.hpp"
#include "tijian/plan_tables.hpp"

using namespace tijian;
using namespace tijian::c_api;

tj_status tj_plan_compile(const tj_framework* framework, tj_plan** plan,
                          tj_error** error) noexcept {
  return guard(error, [&] {
    require(framework, "framework");
    require(plan, "plan");
    *plan = make_handle<tj_plan>(compile(framework->framework, native_kernels())).release();
  });
}

const char* tj_plan_fingerprint(const tj_plan* plan) noexcept {
  return plan == nullptr ? nullptr : plan->plan.fingerprint().c_str();
}

tj_status tj_plan_export(const tj_plan* plan, const char* table, ArrowArrayStream* out,
                         tj_error** error) noexcept {
  return guard(error, [&] {
    require(plan, "plan");
    require(table, "table");
    require(out, "out");
    MadeStream stream;
    export_arrow(plan_table(plan->plan, table), stream.get());
    stream.hand_over(out);
  });
}

tj_status tj_plan_text(const tj_plan* plan, const char* table, const char* format, tj_buffer** text,
                       tj_error** error) noexcept {
  return guard(error, [&] {
    require(plan, "plan");
    require(table, "table");
    require(format, "format");
    require(text, "text");
    const WriteTable write = writer_of(format);
    auto buffer = make_handle<tj_buffer>();
    write(plan_table(plan->plan, table),
          [&buffer](std::string_view piece) { buffer->bytes += piece; }, {});
    *text = buffer.release();
  });
}

void tj_plan_free(tj_plan* plan) noexcept { delete plan; }
