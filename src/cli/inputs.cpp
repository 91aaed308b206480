#include "cli/inputs.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "cli/cli_messages.hpp"
#include "io/byte_source.hpp"
#include "tijian/data_messages.hpp"
#include "tijian/frame_columns.hpp"
#include "tijian/json.hpp"
#include "tijian/nearest.hpp"

namespace tijian {

namespace {

bool is_path(const std::string& framework) {
  std::error_code ignored;
  return framework.find('/') != std::string::npos || framework.ends_with(".json") ||
         std::filesystem::is_regular_file(framework, ignored);
}

std::string read_text(const std::string& path) {
  // A little more than a document may have, so that the reader says so itself.
  constexpr std::size_t limit = (std::size_t{16} << 20) + 1;
  FileSource source(path);
  std::string text(limit, '\0');
  std::size_t size = 0;
  while (size < limit) {
    const std::size_t count = source.read(text.data() + size, limit - size);
    if (count == 0) break;
    size += count;
  }
  text.resize(size);
  return text;
}

/// Reads one file into `table`; its faults go to `issues`.
CsvTable read_or_report(const std::string& file, const std::vector<CsvColumn>& columns,
                        const Arguments& arguments, Issues& issues) {
  CsvReadOptions options;
  options.encoding = arguments.encoding;
  try {
    return read_csv_file(file, columns, options);
  } catch (const DataError& error) {
    issues.insert(issues.end(), error.issues().begin(), error.issues().end());
    return {};
  }
}

std::vector<CsvColumn> csv_columns(std::vector<FrameColumn> columns) {
  std::vector<CsvColumn> read;
  for (FrameColumn& column : columns)
    read.push_back({std::move(column.id), column.type, column.required, column.identifies});
  return read;
}

}  // namespace

Framework read_framework(const Arguments& arguments) {
  std::map<std::string, std::string, std::less<>> bases;
  const FrameworkSource source = [&](std::string_view id) -> std::optional<std::string> {
    const auto found = bases.find(id);
    if (found == bases.end()) return std::nullopt;
    return found->second;
  };
  for (const std::string& path : arguments.bases) {
    // A base may extend those named before it.
    std::string text = read_text(path);
    std::string id = parse_framework(text, source).id;
    bases.insert_or_assign(std::move(id), std::move(text));
  }
  if (!is_path(arguments.framework)) return load_shipped(arguments.framework);
  return parse_framework(read_text(arguments.framework), source);
}

std::vector<CsvColumn> unit_columns(const Plan& plan) {
  return csv_columns(unit_frame_columns(*plan));
}

std::vector<CsvColumn> table_columns(const Plan& plan, const TablePlan& table) {
  return csv_columns(survey_frame_columns(*plan, table));
}

Inputs read_inputs(const Plan& plan, const Arguments& arguments, Issues& issues) {
  Inputs inputs;
  if (!arguments.units.empty())
    inputs.units = read_or_report(arguments.units, unit_columns(plan), arguments, issues).table;
  for (const auto& [name, file] : arguments.tables) {
    const TablePlan* table = plan.table(name);
    if (table == nullptr) {
      Issue issue = make_issue(data_messages::unknown_table, name, {{"table", name}});
      std::vector<std::string> known;
      for (const Table& candidate : plan->framework.tables) known.push_back(candidate.id);
      issue.nearest = nearest_name(name, known);
      issues.push_back(std::move(issue));
      continue;
    }
    inputs.tables.push_back(
        {name, file, read_or_report(file, table_columns(plan, *table), arguments, issues)});
  }
  if (!arguments.entries.empty())
    inputs.entries =
        read_or_report(arguments.entries, csv_columns(entry_frame_columns()), arguments, issues)
            .table;
  if (!arguments.previous_problems.empty())
    inputs.previous_problems =
        read_or_report(arguments.previous_problems, csv_columns(previous_problem_frame_columns()),
                       arguments, issues)
            .table;
  return inputs;
}

AssessOptions assess_options(const Arguments& arguments, const TableView* entries,
                             const TableView* previous_problems) {
  AssessOptions options;
  options.year = arguments.year;
  if (!arguments.entries.empty()) options.entries = entries;
  if (!arguments.previous_problems.empty()) options.previous_problems = previous_problems;
  options.unknown_units =
      arguments.report_unknown_units ? UnknownUnits::report : UnknownUnits::refuse;
  options.language = arguments.result_language();
  options.threads = arguments.threads > 0
                        ? arguments.threads
                        : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  options.max_objects = arguments.max_objects;
  return options;
}

std::vector<NamedTable> named_tables(const Inputs& inputs) {
  std::vector<NamedTable> tables;
  for (const TableFile& table : inputs.tables)
    tables.push_back({table.name, table.csv.table.view()});
  return tables;
}

}  // namespace tijian
