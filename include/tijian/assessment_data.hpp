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
  std::string object;          // empty: the unit itself
  std::uint32_t series = 0;
  std::uint32_t item = no_index;   // into Plan::items
  int severity = 0;
  int time_class = 0;
  double value = null_number;
  bool of_unit = false;        // an unmet indicator: target, gap and deficit are the cell's
  std::int8_t evidence = 0;    // the best letter it rests on
  std::uint32_t rule = no_index;   // that added, raised or confirmed it
  std::string status = "open";
  std::string confirmation;    // empty: null
  std::optional<int> first_year;
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
  std::map<std::uint32_t, std::vector<FiredRule>> fired = {};  // by indicator
  /// By series: where the table's units are asked whether the indicator applies (1 or 0).
  std::map<std::uint32_t, std::vector<std::uint8_t>> applies_at_table_level = {};

  /// Rules that hold in the unit, or (for problem rows) also in what lies above it. Suppress beats
  /// raise, the highest raise wins.
  [[nodiscard]] RuleOutcome outcome(std::uint32_t indicator, std::uint32_t unit,
                                    bool with_ancestors = false) const {
    RuleOutcome outcome;
    const auto found = fired.find(indicator);
    if (found == fired.end()) return outcome;
    for (const FiredRule& rule : found->second) {
      bool here = rule.unit == unit;
      if (with_ancestors)
        for (std::uint32_t at = unit; at != no_index && !here; at = units.parent(at)) here = at == rule.unit;
      if (!here) continue;
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
    return outcome;
  }
};

/// The targets in the document of a series.
inline const std::vector<Target>& targets_of(const PlanData& plan, const SeriesPlan& series) {
  const Indicator& indicator = plan.framework.indicators[series.indicator];
  return series.component == no_index ? indicator.targets
                                  : indicator.components[series.component].targets;
}

}  // namespace tijian
