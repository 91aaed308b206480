#include <map>
#include <utility>

#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/outputs.hpp"
#include "cli/report.hpp"
#include "tijian/compile.hpp"
#include "tijian/native_kernels.hpp"
#include "tijian/screen.hpp"

namespace tijian {

namespace {

/// Rows of `table` by the text of one column.
std::map<std::string, std::size_t> count_by(const ResultTable& table, std::string_view column) {
  std::map<std::string, std::size_t> count;
  const auto at = table.column_index(column);
  if (!at) return count;
  for (std::size_t row = 0; row < table.rows(); ++row)
    ++count[std::string(table.text(*at, row).value_or(""))];
  return count;
}

void print_counts(std::ostream& out, const std::map<std::string, std::size_t>& count) {
  for (const auto& [name, rows] : count) out << "  " << one_line(name) << ": " << rows << '\n';
}

}  // namespace

int screen_command(const Arguments& arguments, const Streams& streams) {
  const Language language = arguments.result_language();
  const Plan plan = compile(read_framework(arguments), native_kernels());
  Issues issues;
  const Inputs inputs = read_inputs(plan, arguments, issues);
  if (!issues.empty()) throw DataError(std::move(issues));
  std::vector<Screened> screened;
  std::vector<std::string> names;
  for (const TableFile& table : inputs.tables) {
    // Two files of one table are two batches, and two pairs of result files.
    std::size_t batch = 1;
    for (const std::string& earlier : names) batch += earlier == table.name ? 1 : 0;
    names.push_back(table.name);
    if (batch > 1) names.back() = table.name + "-" + std::to_string(batch);
    screened.push_back(screen(plan, table.name, table.csv.table.view(), language));
  }
  std::vector<std::string> written;
  if (!arguments.output.empty()) {
    std::vector<NamedResult> results;
    for (std::size_t i = 0; i < screened.size(); ++i) {
      results.push_back({file_name_of(names[i] + "-problems"), &screened[i].problems});
      results.push_back({file_name_of(names[i] + "-checks"), &screened[i].checks});
    }
    written = write_results(results, arguments);
  }
  for (std::size_t i = 0; i < screened.size(); ++i) {
    const bool chinese = language == Language::zh;
    streams.out << names[i] << (chinese ? "：" : ": ") << inputs.tables[i].csv.table.rows()
                << (chinese ? " 行，问题 " : " rows, problems ") << screened[i].problems.rows()
                << (chinese ? "，检查 " : ", checks ") << screened[i].checks.rows() << '\n';
    print_counts(streams.out, count_by(screened[i].problems, "item"));
    print_counts(streams.out, count_by(screened[i].checks, "check"));
  }
  if (!written.empty()) {
    streams.out << (language == Language::zh ? "已写入 " : "Written to ") << arguments.output
                << ":";
    for (const std::string& name : written) streams.out << ' ' << name;
    streams.out << '\n';
  }
  return exit_done;
}

}  // namespace tijian
