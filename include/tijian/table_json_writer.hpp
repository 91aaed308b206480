// Result tables as JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tijian/json_writer.hpp"
#include "tijian/result_table.hpp"
#include "tijian/sink.hpp"

namespace tijian {

/// Writes `table` as one object: {"tijian": 1, "table", "framework": {"id", "version",
/// "fingerprint"}, "library", "year", "columns": [{"name", "type", "measure"}], "total", "rows":
/// [{…}]}.
///
/// A column without a measure has `"measure": null`. Every row has every column; null is null.
/// Numbers in the shortest form that reads back to the same bits, whatever the locale; texts are
/// valid UTF-8 (see json_writer.hpp). `total` counts the rows. Throws only what the sink throws.
inline void write_json(const ResultTable& table, const Sink& sink) {
  BufferedSink out(sink);
  std::string text;
  JsonWriter json(text);
  const ResultSource& source = table.source();
  const std::size_t rows = table.rows();
  json.begin_object();
  json.key("tijian");
  json.integer(1);
  json.key("table");
  json.string(table.name());
  json.key("framework");
  json.begin_object();
  json.key("id");
  json.string(source.framework_id);
  json.key("version");
  json.string(source.framework_version);
  json.key("fingerprint");
  json.string(source.fingerprint);
  json.end_object();
  json.key("library");
  json.string(source.library_version);
  json.key("year");
  json.integer(source.year);
  json.key("columns");
  json.begin_array();
  for (const ResultColumn& column : table.columns()) {
    json.begin_object();
    json.key("name");
    json.string(column.name);
    json.key("type");
    json.string(result_type_name(column.type));
    json.key("measure");
    if (column.measure.empty())
      json.null();
    else
      json.string(column.measure);
    json.end_object();
  }
  json.end_array();
  json.key("total");
  json.integer(static_cast<std::int64_t>(rows));
  json.key("rows");
  json.begin_array();
  for (std::size_t row = 0; row < rows; ++row) {
    json.begin_object();
    for (std::size_t c = 0; c < table.columns().size(); ++c) {
      const ResultColumn& column = table.columns()[c];
      json.key(column.name);
      if (table.is_null(c, row)) {
        json.null();
        continue;
      }
      switch (column.type) {
        case ResultType::text: json.string(*table.text(c, row)); break;
        case ResultType::number: json.number(*table.number(c, row)); break;
        case ResultType::integer: json.integer(*table.integer(c, row)); break;
        case ResultType::boolean: json.boolean(*table.boolean(c, row)); break;
      }
    }
    json.end_object();
    out.write(text);  // the writer does not mind: only a row stands in memory
    text.clear();
  }
  json.end_array();
  json.end_object();
  out.write(text);
  out.write("\n");
  out.flush();
}

}  // namespace tijian
