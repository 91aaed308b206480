// Result tables as CSV after RFC 4180, safe to open in a spreadsheet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tijian/csv_text.hpp"
#include "tijian/json_writer.hpp"
#include "tijian/result_table.hpp"
#include "tijian/sink.hpp"

namespace tijian {

struct CsvOptions {
  bool byte_order_mark = true;  ///< spreadsheets read UTF-8 only behind one
  bool guard_formulas = true;   ///< an apostrophe before texts that begin like a formula
  bool source_columns =
      false;  ///< framework, version, fingerprint, library and year behind each row
};

namespace csv_detail {

/// Appends a text cell: control characters out, guarded, and quoted where a reader would otherwise
/// split it, end the row or trim it.
inline void append_text_cell(std::string& line, std::string_view text, bool guard,
                             std::string& cleaned) {
  // Cleaned first: a control character that goes may have stood before a formula.
  cleaned.clear();
  append_without_controls(cleaned, text);
  const bool guarded = guard && needs_formula_guard(cleaned);
  const bool quoted = cleaned.find_first_of(",\"\r\n\t") != std::string::npos ||
                      (!cleaned.empty() && (cleaned.front() == ' ' || cleaned.back() == ' '));
  if (quoted) line += '"';
  if (guarded) line += '\'';
  for (const char byte : cleaned) {
    if (byte == '"') line += '"';
    line += byte;
  }
  if (quoted) line += '"';
}

inline void append_cell(std::string& line, const ResultTable& table, std::size_t column,
                        std::size_t row, const CsvOptions& options, std::string& cleaned) {
  if (table.is_null(column, row)) return;
  switch (table.columns()[column].type) {
    case ResultType::text:
      append_text_cell(line, *table.text(column, row), options.guard_formulas, cleaned);
      break;
    // Numbers are never guarded: −3 must stay a number that a spreadsheet can add up.
    case ResultType::number: append_json_number(line, *table.number(column, row)); break;
    case ResultType::integer: line += std::to_string(*table.integer(column, row)); break;
    case ResultType::boolean: line += *table.boolean(column, row) ? "true" : "false"; break;
  }
}

}  // namespace csv_detail

/// Writes `table`: a header, then one line per row, CRLF. Null is an empty cell (an empty text,
/// too: CSV has one nothing); numbers in the shortest form that reads back to the same bits,
/// whatever the locale; booleans true and false. Throws only what the sink throws.
inline void write_csv(const ResultTable& table, const Sink& sink, const CsvOptions& options = {}) {
  BufferedSink out(sink);
  std::string line;
  std::string cleaned;
  if (options.byte_order_mark) line += "\xEF\xBB\xBF";
  const ResultSource& source = table.source();
  std::string source_cells;
  for (std::size_t column = 0; column < table.columns().size(); ++column) {
    if (column != 0) line += ',';
    csv_detail::append_text_cell(line, table.columns()[column].name, options.guard_formulas,
                                 cleaned);
  }
  if (options.source_columns) {
    line += ",framework,framework_version,fingerprint,library,framework_year";
    for (const std::string* text : {&source.framework_id, &source.framework_version,
                                    &source.fingerprint, &source.library_version}) {
      source_cells += ',';
      csv_detail::append_text_cell(source_cells, *text, options.guard_formulas, cleaned);
    }
    source_cells += ',' + std::to_string(source.year);
  }
  line += "\r\n";
  out.write(line);
  const std::size_t rows = table.rows();
  for (std::size_t row = 0; row < rows; ++row) {
    line.clear();
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
      if (column != 0) line += ',';
      csv_detail::append_cell(line, table, column, row, options, cleaned);
    }
    // A lone null would be an empty line, which readers skip.
    if (line.empty() && !options.source_columns) line += "\"\"";
    line += source_cells;
    line += "\r\n";
    out.write(line);
  }
  out.flush();
}

}  // namespace tijian
