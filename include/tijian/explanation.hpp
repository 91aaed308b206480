// What there is to say of one unit × indicator: everything an explanation is written from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/assessment.hpp"
#include "tijian/explain_messages.hpp"
#include "tijian/nearest.hpp"
#include "tijian/result_words.hpp"
#include "tijian/sentence.hpp"
#include "tijian/target_text.hpp"
#include "tijian/unit_evaluation.hpp"

namespace tijian {

[[nodiscard]] inline Text origin_text(ValueOrigin origin) {
  switch (origin) {
    case ValueOrigin::computed: return {"计算", "computed"};
    case ValueOrigin::reported: return {"填报", "reported"};
    case ValueOrigin::none: return {"无数值", "no value"};
  }
  return {};
}

/// A rule that held in the unit or above it.
struct ExplainedRule {
  const Rule* rule = nullptr;
  std::uint32_t unit = 0;  // in which it held
  int severity = -1;       // of add and raise
};

/// One line: the indicator, or one of its components.
struct ExplainedSeries {
  std::uint32_t series = 0;
  Cell cell;
  const Component* component = nullptr;
  const Entry* entry = nullptr;  // of this year
  std::string measure;
  std::optional<int> decimals;
  std::string formula;             // as written, or the default; empty: only entries supply it
  const Target* target = nullptr;  // the one that judged
  std::string target_text;
  std::string severity_condition;  // that decided, where one did
  std::string grade_condition;     // that decided, where one did
};

/// Facts about one unit × indicator, gathered from the assessment; borrows from it.
class Explanation {
 public:
  /// `indicator_id` is an indicator's id, or a component's as "U42.arterial" (then that line
  /// alone). Throws DataError, with the nearest name, for a unit or indicator that is not known,
  /// and where the indicator has no result on the unit's level.
  Explanation(const Assessment& result, std::string_view unit_id, std::string_view indicator_id)
      : assessment(result),
        data(result.data()),
        plan(*data.plan),
        framework(plan.framework),
        units(data.units) {
    unit = find_unit(unit_id);
    const std::uint32_t series = find_series(indicator_id);
    indicator = &framework.indicators[plan.series[series].indicator];
    level = units.level(unit);
    if (!data.results.has(series, level)) throw no_result(series);
    summary = line(series);
    for (const std::uint32_t component : plan.series[series].components)
      components.push_back(line(component));
    find_rules();
  }

  const Assessment& assessment;
  const AssessmentData& data;
  const PlanData& plan;
  const Framework& framework;
  const Units& units;
  std::uint32_t unit = 0;
  std::uint32_t level = 0;
  const Indicator* indicator = nullptr;
  ExplainedSeries summary;  // or the component asked for
  std::vector<ExplainedSeries> components;
  std::vector<ExplainedRule> rules;

  [[nodiscard]] const ItemCell& item_cell(std::uint32_t item) const {
    return *data.results.item(item, level, unit);
  }
  [[nodiscard]] const Item& item(std::uint32_t at) const {
    return indicator->items[plan.items[at].item];
  }
  /// The rule that raised to the severity that stands, or null. An entry is above rules.
  [[nodiscard]] const Rule* raised_by(const ExplainedSeries& line) const {
    const RuleOutcome outcome = data.outcome(plan.series[summary.series].indicator, unit);
    if (outcome.raised_by == no_index || outcome.raised_to != line.cell.severity ||
        line.cell.severity_origin == SeverityOrigin::entry || line.series != summary.series)
      return nullptr;
    return &framework.rules[outcome.raised_by];
  }
  [[nodiscard]] Text department_name(const std::string& id) const {
    for (const Named& department : framework.departments)
      if (department.id == id) return department.name;
    return {id, id};
  }

 private:
  [[nodiscard]] std::uint32_t find_unit(std::string_view id) const {
    const std::uint32_t found = units.find(id);
    if (found != no_index) return found;
    Issue issue = make_issue(explain_messages::unknown_unit, "unit", {{"unit", id}});
    issue.found = id;
    std::vector<std::string> known;
    for (std::uint32_t u = 0; u < units.size(); ++u) {
      // Who gives the name means its id.
      if (units.name(u) == id && issue.nearest.empty()) issue.nearest = units.id(u);
      known.push_back(units.id(u));
    }
    if (issue.nearest.empty()) issue.nearest = nearest_name(id, known);
    throw DataError({std::move(issue)});
  }

  [[nodiscard]] std::uint32_t find_series(std::string_view id) const {
    std::vector<std::string> known;
    for (std::uint32_t s = 0; s < plan.series.size(); ++s) {
      const SeriesPlan& series = plan.series[s];
      const Indicator& candidate = framework.indicators[series.indicator];
      std::string name = candidate.id;
      if (series.component != no_index) name += "." + candidate.components[series.component].id;
      if (name == id) return s;
      known.push_back(std::move(name));
    }
    Issue issue = make_issue(explain_messages::unknown_indicator, "indicator", {{"indicator", id}});
    issue.found = id;
    issue.nearest = nearest_name(id, known);
    throw DataError({std::move(issue)});
  }

  [[nodiscard]] DataError no_result(std::uint32_t series) const {
    std::string levels;
    for (const std::uint32_t l : plan.series[series].levels)
      levels += (levels.empty() ? "" : ", ") + framework.levels[l].id;
    return DataError({make_issue(explain_messages::no_result, "indicator",
                                 {{"indicator", indicator->id},
                                  {"level", framework.levels[level].id},
                                  {"levels", levels}})});
  }

  [[nodiscard]] ExplainedSeries line(std::uint32_t s) const {
    const SeriesPlan& series = plan.series[s];
    ExplainedSeries line;
    line.series = s;
    line.cell = *data.results.cell(s, level, unit);
    line.entry = data.entries.find(s, unit, data.year);
    line.measure = indicator->measure;
    line.decimals = indicator->decimals;
    line.formula = indicator->formula;
    if (series.component != no_index) {
      line.component = &indicator->components[series.component];
      if (!line.component->measure.empty()) line.measure = line.component->measure;
      if (line.component->decimals) line.decimals = line.component->decimals;
      line.formula = line.component->formula;
    } else if (line.formula.empty() && !indicator->items.empty() && !indicator->table.empty()) {
      line.formula = "count(*) filter (where problem)";
    }
    if (line.cell.target_index >= 0) {
      const auto& targets = targets_of(plan, series);
      line.target = &targets[static_cast<std::size_t>(line.cell.target_index)];
      line.target_text =
          target_text({line.target->op, line.cell.target, line.cell.low, line.cell.high});
    }
    find_conditions(series, line);
    return line;
  }

  /// Which condition gave severity and grade is not kept: the first that holds is found again.
  void find_conditions(const SeriesPlan& series, ExplainedSeries& line) const {
    const auto own_grades = line.component != nullptr && line.component->grades
                                ? line.component->grades
                                : indicator->grades;
    const auto& framework_grades = framework.grades;
    std::vector<formula::NodeId> nodes;
    for (const auto* cases :
         {&series.severity, &series.grades, &plan.framework_severity[line.series],
          &plan.framework_grades[line.series]})
      for (const CasePlan& one : *cases) nodes.push_back(one.when);
    if (nodes.empty()) return;
    UnitEvaluation evaluation(data, level, nodes);
    evaluation.run(unit, 1);
    const auto first = [&](const std::vector<CasePlan>& cases, const std::vector<Case>& texts) {
      for (std::size_t k = 0; k < cases.size() && k < texts.size(); ++k)
        if (cases[k].when != formula::no_node && evaluation.holds(cases[k].when, 0))
          return texts[k].when;
      return std::string();
    };
    if (line.cell.severity >= 0 && line.cell.severity_origin == SeverityOrigin::indicator_condition)
      line.severity_condition = first(series.severity, indicator->severity);
    if (line.cell.severity >= 0 && line.cell.severity_origin == SeverityOrigin::framework_condition)
      line.severity_condition = first(plan.framework_severity[line.series], framework.severity);
    if (line.cell.grade < 0 || line.cell.grade_origin == GradeOrigin::overridden) return;
    if (own_grades)
      line.grade_condition = first(series.grades, *own_grades);
    else if (framework_grades)
      line.grade_condition = first(plan.framework_grades[line.series], *framework_grades);
  }

  void find_rules() {
    const auto fired = data.fired.find(plan.series[summary.series].indicator);
    if (fired == data.fired.end()) return;
    for (std::uint32_t at = unit; at != no_index; at = units.parent(at)) {
      const auto here = fired->second.find(at);
      if (here == fired->second.end()) continue;
      for (const FiredRule& rule : here->second)
        rules.push_back({&framework.rules[rule.rule], at, rule.severity});
    }
  }
};

}  // namespace tijian
