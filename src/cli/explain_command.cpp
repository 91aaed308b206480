#include "tijian/explain.hpp"

#include <utility>

#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/report.hpp"
#include "tijian/compile.hpp"
#include "tijian/native_kernels.hpp"

namespace tijian {

int explain_command(const Arguments& arguments, const Streams& streams) {
  const Plan plan = compile(read_framework(arguments), native_kernels());
  Issues issues;
  const Inputs inputs = read_inputs(plan, arguments, issues);
  if (!issues.empty()) throw DataError(std::move(issues));
  const Units units = Units::build(plan, inputs.units.view());
  const TableView entries = inputs.entries.view();
  const TableView previous_problems = inputs.previous_problems.view();
  const Assessment assessment = assess(plan, units, named_tables(inputs),
                                       assess_options(arguments, &entries, &previous_problems));
  if (arguments.format == OutputFormat::json) {
    streams.out << explain_json(assessment, arguments.unit, arguments.indicator) << '\n';
    return exit_done;
  }
  streams.out << one_line(explain_sentence(assessment, arguments.unit, arguments.indicator,
                                           arguments.result_language()))
              << '\n';
  return exit_done;
}

}  // namespace tijian
