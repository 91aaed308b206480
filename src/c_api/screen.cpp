#include "tijian/screen.hpp"

#include "c_api/handles.hpp"
#include "c_api/options.hpp"
#include "c_api/streams.hpp"
#include "c_api/survey_table.hpp"

using namespace tijian;
using namespace tijian::c_api;

namespace {

/// Both results as streams, handed over together.
struct ScreenedStreams {
  MadeStream problems, checks;

  void hand_over(ArrowArrayStream* to_problems, ArrowArrayStream* to_checks) noexcept {
    if (to_problems != nullptr) problems.hand_over(to_problems);
    if (to_checks != nullptr) checks.hand_over(to_checks);
  }
};

/// An output may be neither the other one nor the stream that is read, which will be released.
void require_different(const ArrowArrayStream* problems, const ArrowArrayStream* checks,
                       const ArrowArrayStream* stream) {
  if (problems != nullptr && problems == stream)
    throw ArgumentError(messages::repeated, "problems");
  if (checks != nullptr && (checks == problems || checks == stream))
    throw ArgumentError(messages::repeated, "checks");
}

void screen_into(const Plan& plan, const char* table, ArrowReader& reader,
                 const ReadAddOptions& options, ScreenedStreams& out) {
  Screened screened =
      screen(plan, table, batches_of(reader), options.language(), options.options());
  const std::size_t problems = screened.problems.rows(), checks = screened.checks.rows();
  export_arrow(std::move(screened.problems), out.problems.get());
  export_arrow(std::move(screened.checks), out.checks.get());
  options.log().line(TJ_LOG_INFO, [&]() -> Text {
    return {std::string("表 ") + table + "：问题 " + std::to_string(problems) + " 行，数据检查 " +
                std::to_string(checks) + " 行",
            std::string("table ") + table + ": " + std::to_string(problems) +
                " rows of problems, " + std::to_string(checks) + " of data checks"};
  });
}

}  // namespace

tj_status tj_screen_arrow(const tj_plan* plan, const char* table, ArrowArrayStream* stream,
                          const tj_add_options* given_options, ArrowArrayStream* problems,
                          ArrowArrayStream* checks, tj_error** error) noexcept {
  const GivenStream given(stream);
  return guard(error, [&] {
    require(plan, "plan");
    require(table, "table");
    require_stream(stream, "stream");
    const ReadAddOptions options(given_options);
    require_different(problems, checks, stream);
    ScreenedStreams out;
    ArrowReader reader(stream, table, survey_columns(plan->plan, table, true));
    screen_into(plan->plan, table, reader, options, out);
    out.hand_over(problems, checks);
  });
}

tj_status tj_screen_array(const tj_plan* plan, const char* table, ArrowSchema* schema,
                          ArrowArray* array, const tj_add_options* given_options,
                          ArrowArrayStream* problems, ArrowArrayStream* checks,
                          tj_error** error) noexcept {
  return guard(error, [&] {
    require(plan, "plan");
    require(table, "table");
    GivenArray given(schema, array);
    const ReadAddOptions options(given_options);
    require_different(problems, checks, nullptr);
    ScreenedStreams out;
    {
      ArrowReader reader(*schema, *array, table, survey_columns(plan->plan, table, true));
      screen_into(plan->plan, table, reader, options, out);
    }
    given.release();
    out.hand_over(problems, checks);
  });
}
