// Result tables as text, by the name of a format.
#pragma once

#include <string>
#include <string_view>

#include "c_api/guard.hpp"
#include "tijian/csv_writer.hpp"
#include "tijian/result_table.hpp"
#include "tijian/sink.hpp"
#include "tijian/table_digest.hpp"
#include "tijian/table_json_writer.hpp"

namespace tijian::c_api {

using WriteTable = void (*)(const ResultTable&, const Sink&, const CsvOptions&);

/// What writes a format; an unknown one is the caller's mistake, told before a table is made.
inline WriteTable writer_of(std::string_view format) {
  if (format == "csv")
    return [](const ResultTable& table, const Sink& sink, const CsvOptions& options) {
      write_csv(table, sink, options);
    };
  if (format == "json")
    return [](const ResultTable& table, const Sink& sink, const CsvOptions&) {
      write_json(table, sink);
    };
  if (format == "sha256")
    return [](const ResultTable& table, const Sink& sink, const CsvOptions& options) {
      sink(table_digest(table, options));
    };
  throw ArgumentError(messages::not_a_word, "format", format, "csv, json, sha256");
}

}  // namespace tijian::c_api
