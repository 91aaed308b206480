// What an assessment holds, in indices and numbers; `Assessment` makes tables of it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tijian/composite_grade.hpp"
#include "tijian/entries.hpp"
#include "tijian/plan.hpp"
#include "tijian/results.hpp"
#include "tijian/units.hpp"

namespace tijian {

/// A rule whose condition held in a unit.
struct FiredRule {
  std::uint32_t rule = 0;  // in the framework
  int severity = -1;       // of `raise` and `add`
  std::uint32_t unit = 0;
};

/// What all rules that hold make of an indicator's problems in a unit.
struct RuleOutcome {
  std::uint32_t suppressed = no_index;  // the rule
  int raised_to = -1;
  std::uint32_t raised_by = no_index;
  std::uint32_t confirmed = no_index;
};

struct CompositeRow {
  std::uint32_t unit = 0;
  std::uint32_t aspect = 0;
  std::optional<CompositeGrade> grade;     // the one that stands
  std::optional<CompositeGrade> computed;  // by the rule
  bool rule_hole = false;
  GradeOrigin origin = GradeOrigin::computed;
  std::string reason;
};

/// One row of the ledger.
struct ProblemRow {
  std::uint32_t unit = 0;
  std::uint32_t series = 0;
  std::uint32_t item = no_index;  // into Plan::items
  std::uint32_t rule = no_index;  // that added, raised or confirmed it
  std::string object;             // empty: the unit itself
  int severity = 0;
  int time_class = 0;
  double value = null_number;
  std::optional<int> first_year;
  bool of_unit = false;      // an unmet indicator: target, gap and deficit are the cell's
  std::int8_t evidence = 0;  // the best letter it rests on
  ProblemStatus status = ProblemStatus::open;
  Confirmation confirmation = Confirmation::none;
};

struct AssessmentData {
  Plan plan;
  Units units;
  int year = 0;
  Language language = Language::zh;
  Results results;
  Entries entries = {};
  std::vector<CheckRow> checks = {};
  std::vector<CheckRow> state_checks = {};  // of the tally; not where single rows are listed
  std::vector<CompositeRow> composites = {};
  std::vector<ProblemRow> problems = {};
  std::map<std::uint32_t, std::map<std::uint32_t, std::vector<FiredRule>>> fired =
      {};  // by indicator, then unit
  /// Items that hold on a table's level on which their indicator has no rows of results.
  struct ItemUnit {
    std::uint32_t unit = 0;
    std::int64_t count = 0;
    std::int8_t evidence = 0;
  };
  std::map<std::uint32_t, std::vector<ItemUnit>> item_units = {};  // by item
  /// By series: where the table's units are asked whether the indicator applies (1 or 0).
  std::map<std::uint32_t, std::vector<std::uint8_t>> applies_at_table_level = {};
  int threads = 1;  // that judged, and write large tables; no part of the result, so not saved

  /// Peer cities have rows in values and comparisons only.
  [[nodiscard]] bool is_peer(std::uint32_t unit) const {
    const auto peer = plan->attribute_index.find("peer");
    return peer != plan->attribute_index.end() &&
           plan->attributes[peer->second].type == Type::boolean &&
           units.boolean(peer->second, unit) == 1;
  }

  /// Rules that hold in the unit, or (for problem rows) also in what lies above it. Suppress beats
  /// raise, the highest raise wins.
  [[nodiscard]] RuleOutcome outcome(std::uint32_t indicator, std::uint32_t unit,
                                    bool with_ancestors = false) const {
    RuleOutcome outcome;
    const auto found = fired.find(indicator);
    if (found == fired.end()) return outcome;
    for (std::uint32_t at = unit; at != no_index;
         at = with_ancestors ? units.parent(at) : no_index) {
      const auto here = found->second.find(at);
      if (here != found->second.end())
        for (const FiredRule& rule : here->second) apply(rule, outcome);
    }
    return outcome;
  }

 private:
  void apply(const FiredRule& rule, RuleOutcome& outcome) const {
    switch (plan->framework.rules[rule.rule].then) {
      case RuleAction::suppress: outcome.suppressed = rule.rule; break;
      case RuleAction::raise:
        if (rule.severity > outcome.raised_to) {
          outcome.raised_to = rule.severity;
          outcome.raised_by = rule.rule;
        }
        break;
      case RuleAction::confirm: outcome.confirmed = rule.rule; break;
      case RuleAction::add: break;
    }
  }
};

/// The targets in the document of a series.
inline const std::vector<Target>& targets_of(const PlanData& plan, const SeriesPlan& series) {
  const Indicator& indicator = plan.framework.indicators[series.indicator];
  return series.component == no_index ? indicator.targets
                                      : indicator.components[series.component].targets;
}

/// The measure of a series: its component's own, or its indicator's.
inline const std::string& measure_of(const PlanData& plan, const SeriesPlan& series) {
  const Indicator& indicator = plan.framework.indicators[series.indicator];
  if (series.component != no_index && !indicator.components[series.component].measure.empty())
    return indicator.components[series.component].measure;
  return indicator.measure;
}

}  // namespace tijian
