// Assessment: the finished result. Immutable; never points into caller memory; its tables are made
// when asked for.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/assessment_data.hpp"
#include "tijian/kernels/rounding.hpp"
#include "tijian/owned_table.hpp"
#include "tijian/result_table.hpp"
#include "tijian/row_filter.hpp"
#include "tijian/version.hpp"

namespace tijian {

/// One row of the problem ledger as a caller reads it; empty texts and missing numbers are null.
struct Problem {
  std::string level, unit, object, dimension, aspect, indicator, item, severity, time_class;
  std::optional<double> value;
  std::string target;
  std::optional<double> gap, deficit;
  std::string status;
  std::optional<int> first_year, years_open;
  int due = 0;
  std::string confirmation, department, advice, reason;
  std::string component, unit_name, indicator_name, item_name, evidence;
};

class Assessment {
 public:
  explicit Assessment(std::shared_ptr<const AssessmentData> data) : data_(std::move(data)) {}

  [[nodiscard]] int year() const { return data_->year; }
  [[nodiscard]] const Plan& plan() const { return data_->plan; }
  [[nodiscard]] const AssessmentData& data() const { return *data_; }

  /// The names that `table` takes.
  [[nodiscard]] std::vector<std::string> tables() const;

  /// A result table by name: values, items, verdicts, problems, grades, checks, problem_list,
  /// remediation, resources, comparisons, ledger:<dimension>. Throws DataError for another name,
  /// and for a filter that names what is not there.
  [[nodiscard]] ResultTable table(std::string_view name, const TableFilter& filter = {}) const;

  /// The problem ledger (问题台账), lowest level first.
  [[nodiscard]] std::vector<Problem> problems() const {
    std::vector<Problem> rows;
    rows.reserve(data_->problems.size());
    for (const ProblemRow& row : data_->problems) rows.push_back(problem(row));
    return rows;
  }

  /// The ledger as a frame: what next year's `previous:problems` reads.
  [[nodiscard]] OwnedTable problems_frame() const;

  /// The series that is the same as one of another plan: by concept and component. no_index: none.
  [[nodiscard]] std::uint32_t series_like(const PlanData& plan, std::uint32_t series) const {
    const auto concept_of = [](const Indicator& indicator) -> const std::string& {
      return indicator.concept_id.empty() ? indicator.id : indicator.concept_id;
    };
    const auto component_of = [](const PlanData& of, std::uint32_t s) {
      const SeriesPlan& found = of.series[s];
      return found.component == no_index
                 ? std::string()
                 : of.framework.indicators[found.indicator].components[found.component].id;
    };
    const std::string& wanted =
        concept_of(plan.framework.indicators[plan.series[series].indicator]);
    const PlanData& own = *data_->plan;
    for (std::uint32_t s = 0; s < own.series.size(); ++s)
      if (concept_of(own.framework.indicators[own.series[s].indicator]) == wanted &&
          component_of(own, s) == component_of(plan, series))
        return s;
    return no_index;
  }

  /// The value that counts of a series in a unit; null_number where there is none.
  [[nodiscard]] double value_at(std::uint32_t series, std::uint32_t unit) const {
    return data_->results.field(series, data_->units.level(unit), unit, Field::value);
  }

  /// The target of a cell as text: ">= 80", "0.7 .. 1.5"; empty without one.
  [[nodiscard]] std::string target_text(std::uint32_t series, const Cell& cell) const {
    if (cell.target_index < 0) return {};
    static constexpr std::string_view signs[] = {">= ", "> ", "<= ", "< ", "= ", ""};
    const Target& target = targets_of(
        *data_->plan, data_->plan->series[series])[static_cast<std::size_t>(cell.target_index)];
    if (target.op == Operator::between)
      return kernels::shortest(cell.low) + " .. " + kernels::shortest(cell.high);
    return std::string(signs[static_cast<std::size_t>(target.op)]) + kernels::shortest(cell.target);
  }

  [[nodiscard]] Problem problem(const ProblemRow& row) const;

  [[nodiscard]] ResultSource source() const {
    const Framework& framework = data_->plan.framework();
    return {framework.id, framework.version, data_->plan->framework_fingerprint,
            std::string(library_version), data_->year};
  }

 private:
  friend class ResultTables;
  std::shared_ptr<const AssessmentData> data_;
};

/// A severity's id, or empty.
inline const std::string& severity_id(const Framework& framework, int severity) {
  static const std::string empty;
  return severity < 0 ? empty : framework.severities[static_cast<std::size_t>(severity)].id;
}

inline std::string_view evidence_letter(int evidence) {
  constexpr std::string_view letters = "ABCDE";
  return evidence == 0 ? std::string_view()
                       : letters.substr(static_cast<std::size_t>(evidence) - 1, 1);
}

inline Problem Assessment::problem(const ProblemRow& row) const {
  const PlanData& plan = *data_->plan;
  const Framework& framework = plan.framework;
  const Units& units = data_->units;
  const Language language = data_->language;
  const SeriesPlan& series = plan.series[row.series];
  const Indicator& indicator = framework.indicators[series.indicator];
  const Item* item = row.item == no_index ? nullptr : &indicator.items[plan.items[row.item].item];
  Problem problem;
  problem.level = framework.levels[units.level(row.unit)].id;
  problem.unit = units.id(row.unit);
  problem.object = row.object;
  problem.dimension = indicator.dimension;
  problem.aspect = indicator.aspect;
  problem.indicator = indicator.id;
  problem.severity = severity_id(framework, row.severity);
  const TimeClass& time_class = framework.time_classes[static_cast<std::size_t>(row.time_class)];
  problem.time_class = time_class.id;
  if (!is_null(row.value)) problem.value = row.value;
  if (row.of_unit) {
    const Cell cell = *data_->results.cell(row.series, units.level(row.unit), row.unit);
    problem.target = target_text(row.series, cell);
    if (!is_null(cell.gap)) problem.gap = cell.gap;
    if (!is_null(cell.deficit)) problem.deficit = cell.deficit;
  }
  problem.status = name(row.status);
  problem.first_year = row.first_year;
  if (row.first_year) problem.years_open = data_->year - *row.first_year;
  problem.due = static_cast<int>(due_year(data_->year, time_class.due_months));
  problem.confirmation = name(row.confirmation);
  const Rule* rule = row.rule == no_index ? nullptr : &framework.rules[row.rule];
  problem.department = item != nullptr && !item->department.empty()   ? item->department
                       : rule != nullptr && !rule->department.empty() ? rule->department
                                                                      : indicator.department;
  problem.advice = item != nullptr && !item->advice.empty()   ? item->advice.in(language)
                   : rule != nullptr && !rule->advice.empty() ? rule->advice.in(language)
                                                              : indicator.advice.in(language);
  if (rule != nullptr) problem.reason = rule->reason.in(language);
  if (series.component != no_index) problem.component = indicator.components[series.component].id;
  problem.unit_name = units.name(row.unit);
  problem.indicator_name = indicator.name.in(language);
  if (item != nullptr) {
    problem.item = item->id;
    problem.item_name = item->name.in(language);
  }
  problem.evidence = evidence_letter(row.evidence);
  return problem;
}

inline OwnedTable Assessment::problems_frame() const {
  const auto rows = problems();
  OwnedTable table(static_cast<std::int64_t>(rows.size()));
  const auto texts = [&](const char* name, std::string Problem::*field) {
    std::vector<std::optional<std::string>> column;
    for (const Problem& row : rows)
      column.push_back((row.*field).empty() ? std::nullopt : std::optional(row.*field));
    table.add_texts(name, column);
  };
  const auto numbers = [&](const char* name, auto read) {
    std::vector<std::optional<double>> column;
    for (const Problem& row : rows) column.push_back(read(row));
    table.add_numbers(name, column);
  };
  const auto whole = [](std::optional<int> year) {
    return year ? std::optional<double>(*year) : std::nullopt;
  };
  texts("level", &Problem::level);
  texts("unit", &Problem::unit);
  texts("object", &Problem::object);
  texts("dimension", &Problem::dimension);
  texts("aspect", &Problem::aspect);
  texts("indicator", &Problem::indicator);
  texts("item", &Problem::item);
  texts("severity", &Problem::severity);
  texts("time_class", &Problem::time_class);
  numbers("value", [](const Problem& row) { return row.value; });
  texts("target", &Problem::target);
  numbers("gap", [](const Problem& row) { return row.gap; });
  numbers("deficit", [](const Problem& row) { return row.deficit; });
  texts("status", &Problem::status);
  numbers("first_year", [&](const Problem& row) { return whole(row.first_year); });
  numbers("years_open", [&](const Problem& row) { return whole(row.years_open); });
  numbers("due", [&](const Problem& row) { return whole(row.due); });
  texts("confirmation", &Problem::confirmation);
  texts("department", &Problem::department);
  texts("advice", &Problem::advice);
  return table;
}

}  // namespace tijian

#include "tijian/result_tables.hpp"
