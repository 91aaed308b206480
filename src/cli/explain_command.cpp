#include <array>
#include <utility>

#include "cli/cli_messages.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/report.hpp"
#include "tijian/compile.hpp"
#include "tijian/json_writer.hpp"
#include "tijian/table_json_writer.hpp"

namespace tijian {

namespace {

/// The rows of a table whose unit and indicator are these.
ResultTable rows_of(const ResultTable& table, std::string_view unit, std::string_view indicator) {
  ResultTable part(table.name(), table.source());
  for (const ResultColumn& column : table.columns())
    part.add_column(column.name, column.type, column.measure);
  const auto unit_at = table.column_index("unit");
  const auto indicator_at = table.column_index("indicator");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!unit_at || table.text(*unit_at, row) != unit) continue;
    if (!indicator_at || table.text(*indicator_at, row) != indicator) continue;
    for (std::size_t c = 0; c < table.columns().size(); ++c) {
      switch (table.columns()[c].type) {
        case ResultType::text: part.push_text(c, table.text(c, row)); break;
        case ResultType::number: part.push_number(c, table.number(c, row)); break;
        case ResultType::integer: part.push_integer(c, table.integer(c, row)); break;
        case ResultType::boolean: part.push_boolean(c, table.boolean(c, row)); break;
      }
    }
  }
  return part;
}

void print_rows(std::ostream& out, const ResultTable& table) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    out << table.name() << '\n';
    for (std::size_t c = 0; c < table.columns().size(); ++c) {
      if (table.is_null(c, row)) continue;
      std::string cell;
      switch (table.columns()[c].type) {
        case ResultType::text: cell = one_line(*table.text(c, row)); break;
        case ResultType::number: append_json_number(cell, *table.number(c, row)); break;
        case ResultType::integer: cell = std::to_string(*table.integer(c, row)); break;
        case ResultType::boolean: cell = *table.boolean(c, row) ? "true" : "false"; break;
      }
      out << "  " << one_line(table.columns()[c].name) << ": " << cell << '\n';
    }
  }
}

}  // namespace

int explain_command(const Arguments& arguments, const Streams& streams) {
  const Plan plan = compile(read_framework(arguments));
  Issues issues;
  const Inputs inputs = read_inputs(plan, arguments, issues);
  if (!issues.empty()) throw DataError(std::move(issues));
  const Units units = Units::build(plan, inputs.units.view());
  const TableView entries = inputs.entries.view();
  const TableView previous_problems = inputs.previous_problems.view();
  const Assessment assessment = assess(plan, units, named_tables(inputs),
                                       assess_options(arguments, &entries, &previous_problems));
  std::vector<ResultTable> parts;
  for (const char* name : {"values", "verdicts", "items", "grades", "problems"})
    parts.push_back(rows_of(assessment.table(name), arguments.unit, arguments.indicator));
  if (parts.front().rows() == 0)
    throw DataError({make_issue(cli_messages::no_result, arguments.unit,
                                {{"unit", arguments.unit}, {"indicator", arguments.indicator}})});
  if (arguments.format == OutputFormat::json) {
    const Sink sink = [&](std::string_view piece) { streams.out << piece; };
    for (const ResultTable& part : parts) write_json(part, sink);
    return exit_done;
  }
  for (const Indicator& indicator : plan.framework().indicators) {
    if (indicator.id != arguments.indicator) continue;
    streams.out << one_line(indicator.id + " " + indicator.name.in(arguments.result_language()))
                << '\n';
    if (!indicator.formula.empty()) streams.out << "  " << one_line(indicator.formula) << '\n';
    for (const Item& item : indicator.items)
      streams.out << "  " << one_line(item.id + ": " + item.when) << '\n';
  }
  for (const ResultTable& part : parts) print_rows(streams.out, part);
  const ResultSource source = assessment.source();
  streams.out << source.framework_id << ' ' << source.framework_version << ' ' << source.fingerprint
              << '\n';
  return exit_done;
}

}  // namespace tijian
