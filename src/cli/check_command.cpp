#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <tuple>
#include <utility>

#include "cli/cli_messages.hpp"
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/report.hpp"
#include "tijian/compile.hpp"
#include "tijian/frame.hpp"
#include "tijian/native_kernels.hpp"
#include "tijian/row_agreement.hpp"
#include "tijian/screen.hpp"

namespace tijian {

namespace {

using TextColumn = std::vector<std::optional<std::string>>;

/// Runs one step; what it refuses joins the issues. True where nothing was refused.
template <class Step>
bool attempt(Issues& issues, Step&& step) {
  try {
    step();
    return true;
  } catch (const Error& error) {
    issues.insert(issues.end(), error.issues().begin(), error.issues().end());
    return false;
  }
}

void warn(Issues& issues, Issue issue) {
  issue.warning = true;
  issues.push_back(std::move(issue));
}

/// Objects that a table has more than once: table × unit × key is their identity.
void check_keys(const Table& table, const TableFile& file, Issues& issues) {
  if (table.key.empty() || file.csv.table.rows() == 0) return;
  const TableView view = file.csv.table.view();
  std::vector<TextColumn> parts;
  parts.push_back(read_text_column(view, table.unit, file.name, issues));
  for (const std::string& key : table.key)
    parts.push_back(read_text_column(view, key, file.name, issues));
  std::vector<std::size_t> rows(static_cast<std::size_t>(view.rows));
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto lacks_key = [&](std::size_t row) {
    return std::any_of(parts.begin() + 1, parts.end(),
                       [&](const TextColumn& part) { return !part[row]; });
  };
  const auto with_key =
      std::partition(rows.begin(), rows.end(), [&](std::size_t row) { return !lacks_key(row); });
  const std::size_t without_key = static_cast<std::size_t>(rows.end() - with_key);
  rows.erase(with_key, rows.end());
  if (without_key > 0) {
    std::string keys;
    for (const std::string& key : table.key) keys += (keys.empty() ? "" : ", ") + key;
    warn(issues,
         make_issue(cli_messages::missing_key, file.file,
                    {{"table", file.name}, {"count", std::to_string(without_key)}, {"key", keys}}));
  }
  std::sort(rows.begin(), rows.end(), [&](std::size_t left, std::size_t right) {
    for (const TextColumn& part : parts)
      if (part[left] != part[right]) return part[left] < part[right];
    return left < right;
  });
  constexpr std::size_t longest = 20;
  std::size_t told = 0;
  for (std::size_t i = 0; i < rows.size() && told < longest;) {
    std::size_t end = i + 1;
    const auto same = [&](std::size_t row) {
      return std::all_of(parts.begin(), parts.end(),
                         [&](const TextColumn& part) { return part[row] == part[rows[i]]; });
    };
    while (end < rows.size() && same(rows[end])) ++end;
    if (end - i > 1) {
      std::string object;
      for (std::size_t k = 1; k < parts.size(); ++k)
        object += (k == 1 ? "" : "/") + parts[k][rows[i]].value_or("");
      std::string places;
      for (std::size_t k = i; k < std::min(end, i + 5); ++k)
        places += (places.empty() ? "" : ", ") +
                  std::to_string(file.csv.row_in_file(static_cast<std::int64_t>(rows[k])));
      if (end - i > 5) places += ", …";
      issues.push_back(make_issue(cli_messages::repeated_key, file.file,
                                  {{"table", file.name},
                                   {"unit", parts[0][rows[i]].value_or("")},
                                   {"object", object},
                                   {"count", std::to_string(end - i)},
                                   {"rows", places}}));
      ++told;
    }
    i = end;
  }
}

/// Rows that fail the framework's checks, by check.
void check_rows(const Plan& plan, const TableFile& file, Language language, Issues& issues) {
  const ResultTable checks = screen(plan, file.name, file.csv.table.view(), language).checks;
  const auto text = [&](std::string_view column, std::size_t row) {
    return std::string(checks.text(*checks.column_index(column), row).value_or(""));
  };
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> count;
  for (std::size_t row = 0; row < checks.rows(); ++row)
    ++count[{text("check", row), text("effect", row), text("message", row)}];
  for (const auto& [key, rows] : count) {
    const auto& [check, effect, message] = key;
    const std::string number = std::to_string(rows);
    Issue issue = make_issue(cli_messages::failed_rows, file.file,
                             {{"table", file.name},
                              {"count", number},
                              {"check", check},
                              {"effect", effect},
                              {"message", message}});
    issue.warning = effect != "refused";
    issues.push_back(std::move(issue));
  }
}

}  // namespace

int check_command(const Arguments& arguments, const Streams& streams) {
  const Language language = arguments.result_language();
  Issues issues;
  std::optional<Plan> plan;
  attempt(issues, [&] { plan.emplace(compile(read_framework(arguments), native_kernels())); });
  if (plan) {
    for (Issue& warning : plan_warnings(**plan)) issues.push_back(std::move(warning));
    Issues file_issues;
    const Inputs inputs = read_inputs(*plan, arguments, file_issues);
    // A file that was refused is an empty table, of which nothing more is to be said.
    const bool all_read = file_issues.empty();
    issues.insert(issues.end(), file_issues.begin(), file_issues.end());
    std::optional<Units> units;
    if (!arguments.units.empty() && all_read)
      attempt(issues, [&] { units.emplace(Units::build(*plan, inputs.units.view())); });
    bool all_added = true;
    for (const TableFile& file : inputs.tables) {
      if (file.csv.table.column_count() == 0) continue;
      const TablePlan* table = plan->table(file.name);
      check_keys((*plan)->framework.tables[table->table], file, issues);
      all_added = attempt(issues, [&] { check_rows(*plan, file, language, issues); }) && all_added;
    }
    if (units && all_read && all_added) {
      // The rest – unknown units, entries, checks per unit – shows in an assessment without
      // objects.
      const TableView entries = inputs.entries.view();
      const TableView previous_problems = inputs.previous_problems.view();
      AssessOptions options = assess_options(arguments, &entries, &previous_problems);
      options.max_objects = 0;
      attempt(issues, [&] { (void)assess(*plan, *units, named_tables(inputs), options); });
    }
  }
  print_issues(streams.err, issues, arguments.language);
  const auto faults = std::count_if(issues.begin(), issues.end(),
                                    [](const Issue& issue) { return !issue.warning; });
  const auto warnings = static_cast<std::ptrdiff_t>(issues.size()) - faults;
  if (language == Language::zh)
    streams.out << "错误 " << faults << "，提示 " << warnings << '\n';
  else
    streams.out << faults << " errors, " << warnings << " warnings\n";
  return faults == 0 ? exit_done : exit_refused;
}

}  // namespace tijian
