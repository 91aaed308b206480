#include <string>

#include "c_api/handles.hpp"
#include "c_api/options.hpp"
#include "c_api/streams.hpp"
#include "c_api/survey_table.hpp"
#include "tijian/tally_bytes.hpp"

using namespace tijian;
using namespace tijian::c_api;

namespace {

void add(tj_tally* tally, const char* table, ArrowReader& reader, const ReadAddOptions& options) {
  std::int64_t rows = 0;
  tally->tally.add(
      table,
      [&] {
        const TableView* batch = reader.next();
        if (batch != nullptr) rows += batch->rows;
        return batch;
      },
      options.options());
  options.log().line(TJ_LOG_INFO, [&]() -> Text {
    const std::string count = std::to_string(rows);
    return {std::string("表 ") + table + "：已加入 " + count + " 行",
            std::string("table ") + table + ": " + count + " rows added"};
  });
}

}  // namespace

tj_status tj_tally_new(const tj_plan* plan, tj_tally** tally, tj_error** error) noexcept {
  return guard(error, [&] {
    require(plan, "plan");
    require(tally, "tally");
    *tally = new tj_tally(Tally(plan->plan));
  });
}

tj_status tj_tally_add_arrow(tj_tally* tally, const char* table, ArrowArrayStream* stream,
                             const tj_add_options* given_options, tj_error** error) noexcept {
  const GivenStream given(stream);
  return guard(error, [&] {
    require(tally, "tally");
    require(table, "table");
    require_stream(stream, "stream");
    const ReadAddOptions options(given_options);
    const TallyUse use(tally, TallyUse::Purpose::change);
    ArrowReader reader(stream, table, survey_columns(tally->tally.plan(), table, false));
    add(tally, table, reader, options);
  });
}

tj_status tj_tally_add_array(tj_tally* tally, const char* table, ArrowSchema* schema,
                             ArrowArray* array, const tj_add_options* given_options,
                             tj_error** error) noexcept {
  return guard(error, [&] {
    require(tally, "tally");
    require(table, "table");
    GivenArray given(schema, array);
    const ReadAddOptions options(given_options);
    const TallyUse use(tally, TallyUse::Purpose::change);
    {
      ArrowReader reader(*schema, *array, table, survey_columns(tally->tally.plan(), table, false));
      add(tally, table, reader, options);
    }
    given.release();
  });
}

tj_status tj_tally_merge(tj_tally* tally, const tj_tally* other, tj_error** error) noexcept {
  return guard(error, [&] {
    require(tally, "tally");
    require(other, "other");
    const TallyUse use(tally, TallyUse::Purpose::change);
    if (other == tally) {
      tally->tally.merge(tally->tally);
      return;
    }
    const TallyUse reading(other, TallyUse::Purpose::read);
    tally->tally.merge(other->tally);
  });
}

tj_status tj_tally_save(const tj_tally* tally, tj_buffer** bytes, tj_error** error) noexcept {
  return guard(error, [&] {
    require(tally, "tally");
    require(bytes, "bytes");
    const TallyUse use(tally, TallyUse::Purpose::read);
    *bytes = make_handle<tj_buffer>(save_tally(tally->tally)).release();
  });
}

tj_status tj_tally_load(const tj_plan* plan, const void* bytes, size_t size, tj_tally** tally,
                        tj_error** error) noexcept {
  return guard(error, [&] {
    require(plan, "plan");
    require(bytes, "bytes");
    require(tally, "tally");
    *tally = new tj_tally(
        load_tally(plan->plan, std::string_view(static_cast<const char*>(bytes), size)));
  });
}

void tj_tally_free(tj_tally* tally) noexcept { delete tally; }
