#include <algorithm>
#include <utility>

#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/outputs.hpp"
#include "cli/report.hpp"
#include "cli/summary.hpp"
#include "tijian/compile.hpp"
#include "tijian/native_kernels.hpp"

namespace tijian {

namespace {

/// The tables asked for, or all; an unknown name throws before anything is written.
std::vector<ResultTable> wanted_tables(const Assessment& assessment,
                                       const std::vector<std::string>& only) {
  std::vector<std::string> names;
  if (only.empty()) {
    names = assessment.tables();
  } else {
    for (const std::string& name : only)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  std::vector<ResultTable> tables;
  for (const std::string& name : names) tables.push_back(assessment.table(name));
  return tables;
}

}  // namespace

int assess_command(const Arguments& arguments, const Streams& streams) {
  const Language language = arguments.result_language();
  Progress progress(streams);
  const Plan plan = compile(read_framework(arguments), native_kernels());
  progress.stage("读取", "reading", language);
  Issues issues;
  const Inputs inputs = read_inputs(plan, arguments, issues);
  if (!issues.empty()) throw DataError(std::move(issues));
  const Units units = Units::build(plan, inputs.units.view());
  const TableView entries = inputs.entries.view();
  const TableView previous_problems = inputs.previous_problems.view();
  AssessOptions options = assess_options(arguments, &entries, &previous_problems);
  options.progress = [&](double done) {
    progress.show(done);
    return true;
  };
  progress.stage("计算", "computing", language);
  const Assessment assessment = assess(plan, units, named_tables(inputs), options);
  std::vector<std::string> written;
  std::vector<ResultTable> tables;
  if (!arguments.output.empty() || !arguments.only.empty())
    tables = wanted_tables(assessment, arguments.only);
  if (!arguments.output.empty()) {
    progress.stage("写出", "writing", language);
    std::vector<NamedResult> results;
    for (const ResultTable& table : tables) results.push_back({file_name_of(table.name()), &table});
    written = write_results(results, arguments);
  }
  print_summary(streams.out, assessment, language);
  if (!written.empty()) {
    streams.out << (language == Language::zh ? "已写入 " : "Written to ") << arguments.output
                << ":";
    for (const std::string& name : written) streams.out << ' ' << name;
    streams.out << '\n';
  }
  return exit_done;
}

}  // namespace tijian
