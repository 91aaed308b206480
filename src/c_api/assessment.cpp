#include "tijian/assessment.hpp"

#include <optional>
#include <string>
#include <vector>

#include "c_api/handles.hpp"
#include "c_api/options.hpp"
#include "c_api/result_text.hpp"
#include "c_api/streams.hpp"
#include "tijian/assessment_bytes.hpp"
#include "tijian/explain.hpp"

using namespace tijian;
using namespace tijian::c_api;

namespace {

/// Nothing for NULL, which is all; a list of none is none.
std::optional<std::vector<std::string>> read_texts(const char* const* texts, std::size_t count,
                                                   const char* name) {
  if (count > 0) require(texts, name);
  if (texts == nullptr) return std::nullopt;
  std::vector<std::string> read;
  for (std::size_t i = 0; i < count; ++i) {
    require(texts[i], name);
    read.emplace_back(texts[i]);
  }
  return read;
}

std::string or_empty(const char* text) { return text == nullptr ? std::string() : text; }

TableFilter read_filter(const tj_table_options& options) {
  TableFilter filter;
  filter.units = read_texts(options.units, options.unit_count, "units");
  filter.indicators = read_texts(options.indicators, options.indicator_count, "indicators");
  filter.level = or_empty(options.level);
  filter.severity_at_least = or_empty(options.severity_at_least);
  filter.time_class = or_empty(options.time_class);
  filter.department = or_empty(options.department);
  return filter;
}

CsvOptions read_csv_options(const tj_table_options& options) {
  constexpr std::uint64_t known =
      TJ_CSV_NO_BYTE_ORDER_MARK | TJ_CSV_NO_FORMULA_GUARD | TJ_CSV_SOURCE_COLUMNS;
  if ((options.flags & ~known) != 0) throw ArgumentError(messages::out_of_range, "flags");
  CsvOptions csv;
  csv.byte_order_mark = (options.flags & TJ_CSV_NO_BYTE_ORDER_MARK) == 0;
  csv.guard_formulas = (options.flags & TJ_CSV_NO_FORMULA_GUARD) == 0;
  csv.source_columns = (options.flags & TJ_CSV_SOURCE_COLUMNS) != 0;
  return csv;
}

void write(const tj_assessment* assessment, const char* table, const char* format,
           const tj_table_options* given, const Sink& sink) {
  const tj_table_options options = read_options(given, "tj_table_options");
  const TableFilter filter = read_filter(options);
  const CsvOptions csv = read_csv_options(options);
  const WriteTable writer = writer_of(format);
  writer(assessment->assessment.table(table, filter), sink, csv);
}

}  // namespace

tj_status tj_assessment_framework(const tj_assessment* assessment, tj_framework** framework,
                                  tj_error** error) noexcept {
  return guard(error, [&] {
    require(assessment, "assessment");
    require(framework, "framework");
    const Plan& plan = assessment->assessment.plan();
    *framework = make_handle<tj_framework>(plan.framework(), plan->framework_fingerprint).release();
  });
}

int32_t tj_assessment_year(const tj_assessment* assessment) noexcept {
  return assessment == nullptr ? 0 : assessment->assessment.year();
}

size_t tj_assessment_table_count(const tj_assessment* assessment) noexcept {
  return assessment == nullptr ? 0 : assessment->tables.size();
}

const char* tj_assessment_table_name(const tj_assessment* assessment, size_t index) noexcept {
  return index < tj_assessment_table_count(assessment) ? assessment->tables[index].c_str()
                                                       : nullptr;
}

tj_status tj_assessment_export(const tj_assessment* assessment, const char* table,
                               const tj_table_options* given_options, ArrowArrayStream* out,
                               tj_error** error) noexcept {
  return guard(error, [&] {
    require(assessment, "assessment");
    require(table, "table");
    require(out, "out");
    const tj_table_options options = read_options(given_options, "tj_table_options");
    read_csv_options(options);
    MadeStream stream;
    export_arrow(assessment->assessment.table(table, read_filter(options)), stream.get());
    stream.hand_over(out);
  });
}

tj_status tj_assessment_write(const tj_assessment* assessment, const char* table,
                              const char* format, const tj_table_options* options, tj_sink sink,
                              void* context, tj_error** error) noexcept {
  return guard(error, [&] {
    require(assessment, "assessment");
    require(table, "table");
    require(format, "format");
    if (sink == nullptr) throw ArgumentError(messages::null_argument, "sink");
    write(assessment, table, format, options, [&](std::string_view piece) {
      int answer = 1;
      try {
        answer = sink(context, piece.data(), piece.size());
      } catch (...) {  // of C++ callers: what left their callback does not go on
      }
      if (answer != 0) throw Cancelled();
    });
  });
}

tj_status tj_assessment_text(const tj_assessment* assessment, const char* table, const char* format,
                             const tj_table_options* options, tj_buffer** text,
                             tj_error** error) noexcept {
  return guard(error, [&] {
    require(assessment, "assessment");
    require(table, "table");
    require(format, "format");
    require(text, "text");
    auto buffer = make_handle<tj_buffer>();
    write(assessment, table, format, options,
          [&buffer](std::string_view piece) { buffer->bytes += piece; });
    *text = buffer.release();
  });
}

tj_status tj_assessment_explain(const tj_assessment* assessment, const char* unit,
                                const char* indicator, tj_buffer** json,
                                tj_error** error) noexcept {
  return guard(error, [&] {
    require(assessment, "assessment");
    require(unit, "unit");
    require(indicator, "indicator");
    require(json, "json");
    *json = make_handle<tj_buffer>(explain_json(assessment->assessment, unit, indicator)).release();
  });
}

tj_status tj_assessment_save(const tj_assessment* assessment, tj_buffer** bytes,
                             tj_error** error) noexcept {
  return guard(error, [&] {
    require(assessment, "assessment");
    require(bytes, "bytes");
    *bytes = make_handle<tj_buffer>(save_assessment(assessment->assessment)).release();
  });
}

tj_status tj_assessment_load(const void* bytes, size_t size, tj_assessment** assessment,
                             tj_error** error) noexcept {
  return guard(error, [&] {
    require(bytes, "bytes");
    require(assessment, "assessment");
    *assessment =
        make_assessment(load_assessment(std::string_view(static_cast<const char*>(bytes), size)))
            .release();
  });
}

void tj_assessment_free(tj_assessment* assessment) noexcept { delete assessment; }
