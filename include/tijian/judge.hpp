// Judging one value of one unit: verdict, shortfall, gap, deficit, severity, time class, due year.
//
// Every rule is a function of plain facts, so that each can be read, tested and explained alone;
// gathering the facts (rows, coverage, items, entries, evaluated targets) is the work of assess.
// Values are compared as they are, never rounded first. Grades: grade.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "tijian/framework.hpp"
#include "tijian/text.hpp"

namespace tijian {

// ---------------------------------------------------------------------------------------- targets

/// A target whose bounds have been evaluated for one unit. `between` reads `low` and `high`, all
/// other operators read `value`.
struct EvaluatedTarget {
  Operator op = Operator::greater_equal;
  double value = 0;
  double low = 0;
  double high = 0;
  bool operator==(const EvaluatedTarget&) const = default;
};

/// Whether any number can satisfy the target: its bounds are finite and in order. Bounds that are
/// expressions may turn out otherwise for some unit; such a target is skipped like a null one.
[[nodiscard]] inline bool can_be_met(const EvaluatedTarget& target) {
  if (target.op == Operator::between) {
    return std::isfinite(target.low) && std::isfinite(target.high) && target.low <= target.high;
  }
  return std::isfinite(target.value);
}

/// Whether `value` meets `target`. Both ends of `between` belong to it.
[[nodiscard]] inline bool satisfies(double value, const EvaluatedTarget& target) {
  switch (target.op) {
    case Operator::greater_equal: return value >= target.value;
    case Operator::greater: return value > target.value;
    case Operator::less_equal: return value <= target.value;
    case Operator::less: return value < target.value;
    case Operator::equal: return value == target.value;
    case Operator::between: return value >= target.low && value <= target.high;
  }
  return false;
}

/// How far a value is from what is acceptable, in the indicator's measure.
struct Distance {
  std::optional<double> shortfall;  ///< >= 0; 0 where satisfied; null where it is not finite
  double nearest = 0;               ///< the nearest acceptable value; the value itself if satisfied
};

/// The distance of `value` to the nearest acceptable value. For `>` and `<` that is the bound, to
/// which a value may come as near as it likes: the bound itself has shortfall 0 and is not met.
[[nodiscard]] inline Distance distance(double value, const EvaluatedTarget& target) {
  if (satisfies(value, target)) return {0.0, value};
  double nearest = target.value;
  if (target.op == Operator::between) nearest = value < target.low ? target.low : target.high;
  const double shortfall = std::fabs(value - nearest);
  if (!std::isfinite(shortfall)) return {std::nullopt, nearest};
  return {shortfall, nearest};
}

/// The shortfall as a share of |nearest acceptable value|, or of `gap_base` where that value is 0.
/// 0 where nothing is short. Null where the shortfall is null, where a base is needed and is null,
/// zero or negative, and where the result is not finite.
[[nodiscard]] inline std::optional<double> gap(const Distance& distance,
                                               std::optional<double> gap_base) {
  if (!distance.shortfall) return std::nullopt;
  // Before any division: what is met has no gap, whether or not a base was given.
  if (*distance.shortfall == 0) return 0.0;
  double base = std::fabs(distance.nearest);
  if (base == 0) {
    if (!gap_base || !(*gap_base > 0)) return std::nullopt;
    base = *gap_base;
  }
  const double result = *distance.shortfall / base;
  if (!std::isfinite(result)) return std::nullopt;
  return result;
}

/// A ratio s * N / D, or a count or sum s * N, as the formula was recognised.
struct RatioParts {
  double numerator = 0;
  std::optional<double> denominator;  ///< absent: s * N
  double factor_numerator = 1;        ///< s = factor_numerator / factor_denominator
  double factor_denominator = 1;
};

/// What is lacking in the numerator's measure (dwellings, square metres): max(0, target * D/s - N)
/// for >= and >, the surplus N - target * D/s for <= and <, the absolute difference for =, and
/// towards the nearer bound for between. A negative s/D turns the sign. Null where D or s is 0 or
/// the result is not finite.
[[nodiscard]] inline std::optional<double> deficit(const RatioParts& parts,
                                                   const EvaluatedTarget& target) {
  const double denominator = parts.denominator.value_or(1.0);
  const double unit = denominator * parts.factor_denominator;  // D/s = unit / factor_numerator
  if (unit == 0 || parts.factor_numerator == 0) return std::nullopt;
  // Multiplied before it is divided: 80 * 12 / 100 is exact, 80 * (12 / 100) is not.
  const auto lacking = [&](double bound) {
    const double required = bound * denominator * parts.factor_denominator / parts.factor_numerator;
    return (unit < 0) == (parts.factor_numerator < 0) ? required - parts.numerator
                                                      : parts.numerator - required;
  };
  double result = 0;
  switch (target.op) {
    case Operator::greater_equal:
    case Operator::greater: result = lacking(target.value); break;
    case Operator::less_equal:
    case Operator::less: result = -lacking(target.value); break;
    case Operator::equal: result = std::fabs(lacking(target.value)); break;
    case Operator::between: {
      const double below = lacking(target.low);
      const double above = -lacking(target.high);
      if (!std::isfinite(below) || !std::isfinite(above)) return std::nullopt;
      result = std::max(below, above);
      break;
    }
  }
  if (!std::isfinite(result)) return std::nullopt;
  return result > 0 ? result : 0.0;
}

// ---------------------------------------------------------------------------------------- verdict

enum class Verdict : std::uint8_t {
  not_applicable,  ///< 不适用
  inventory,       ///< 存量清单, never judged
  fact,            ///< 事实, never judged
  no_data,         ///< 无数据
  no_target,       ///< 无标准
  met,             ///< 达标
  unmet            ///< 未达标
};

[[nodiscard]] constexpr std::string_view name(Verdict verdict) {
  constexpr std::string_view names[] = {"not_applicable", "inventory", "fact", "no_data",
                                        "no_target",      "met",       "unmet"};
  return names[static_cast<std::size_t>(verdict)];
}

/// What decided a verdict.
enum class VerdictReason : std::uint8_t {
  does_not_apply,   ///< applies_when is false
  not_in_batch,     ///< the table's applies_when is false for the unit
  never_judged,     ///< an inventory or a fact
  item_holds,       ///< a floor, and an item below it holds
  problem_counted,  ///< a floor, and a count or sum misses its target
  no_rows,          ///< no rows and no entry
  no_known_row,     ///< rows, and none answers what the formula asks
  low_coverage,     ///< known / expected rows under min_coverage
  undefined_value,  ///< the formula gives null
  no_target_given,  ///< no target applies to the unit
  target_met,
  target_missed
};

/// The stable word for a reason, as in explanations.
[[nodiscard]] constexpr std::string_view name(VerdictReason reason) {
  constexpr std::string_view names[] = {"does_not_apply",  "not_in_batch",    "never_judged",
                                        "item_holds",      "problem_counted", "no_rows",
                                        "no_known_row",    "low_coverage",    "undefined_value",
                                        "no_target_given", "target_met",      "target_missed"};
  return names[static_cast<std::size_t>(reason)];
}

/// The reason in words, for the column `reason` of the table of verdicts.
[[nodiscard]] inline Text reason_text(VerdictReason reason) {
  switch (reason) {
    case VerdictReason::does_not_apply: return {"不适用于该单元", "does not apply to this unit"};
    case VerdictReason::not_in_batch: return {"不在本批次", "not in this batch"};
    case VerdictReason::never_judged: return {"不参与评价", "never judged"};
    case VerdictReason::item_holds:
      return {"发现问题：有检查内容成立", "problem observed: an item holds"};
    case VerdictReason::problem_counted:
      return {"发现问题：计数或合计未达标", "problem observed: a count or sum misses its target"};
    case VerdictReason::no_rows: return {"无记录，也无填报", "no rows and no entry"};
    case VerdictReason::no_known_row:
      return {"有记录，但均缺少所需的值", "rows, but none with the values needed"};
    case VerdictReason::low_coverage: return {"覆盖率低于下限", "coverage under the minimum"};
    case VerdictReason::undefined_value:
      return {"公式无定义的结果", "the formula has no defined result"};
    case VerdictReason::no_target_given: return {"无适用的标准", "no target applies"};
    case VerdictReason::target_met: return {"达到标准", "meets the target"};
    case VerdictReason::target_missed: return {"未达到标准", "misses the target"};
  }
  return {};
}

/// What judging needs to know of one unit x indicator, or one of its components.
struct VerdictFacts {
  Kind kind = Kind::guiding;
  std::optional<bool> applies = true;  ///< applies_when; null applies, and is reported
  bool batch_excludes = false;         ///< the table's applies_when leaves the unit out this year
  std::optional<double> value;         ///< the formula's, or the entry's where `reported`
  bool reported = false;               ///< the value is an entry
  std::int64_t rows = 0;               ///< rows beneath the unit
  std::int64_t known = 0;              ///< of these, rows known to the indicator
  std::optional<double> coverage;      ///< known / expected rows; null where none are expected
  double min_coverage = 0;
  std::optional<EvaluatedTarget> target;
  bool item_holds = false;             ///< an item, not of severity none, holds somewhere beneath
  bool count_or_sum = false;           ///< the formula is a count or a sum
  bool complete_and_supplied = false;  ///< the table lists all there are, and was supplied
  /// A unit of the table's level beneath, where the indicator applies, has no rows (and the table
  /// is not complete) or is not in this year's batch.
  bool gaps_beneath = false;
};

struct Judgement {
  Verdict verdict = Verdict::no_data;
  VerdictReason reason = VerdictReason::no_rows;
  bool provisional = false;      ///< a floor met as far as is known: not all was looked at
  bool applies_unknown = false;  ///< applies_when was null: taken to apply, to be reported
  bool operator==(const Judgement&) const = default;
};

/// Whether a count or sum of a floor is itself an observed problem: it misses a <=, < or = target,
/// and something was observed. A count over no rows is 0 because nothing was asked; only an entry
/// or a complete register makes that 0 a statement. For `=`, a value above the target is proven by
/// the rows that are known; one below it needs at least one known row.
[[nodiscard]] inline bool is_observed_problem(const VerdictFacts& facts) {
  if (!facts.count_or_sum || !facts.target || !facts.value || !std::isfinite(*facts.value)) {
    return false;
  }
  const EvaluatedTarget& target = *facts.target;
  const bool upper = target.op == Operator::less_equal || target.op == Operator::less;
  if (!upper && target.op != Operator::equal) return false;
  if (satisfies(*facts.value, target)) return false;
  const bool stated = facts.reported || (facts.complete_and_supplied && facts.rows == 0);
  if (upper || *facts.value > target.value) return stated || facts.rows > 0;
  return stated || facts.known > 0;
}

/// Why the value cannot be judged for want of data, or null where it can. An entry stands for
/// itself: rows and coverage are asked only of computed values. A complete register without rows
/// has said that there is nothing.
[[nodiscard]] inline std::optional<VerdictReason> missing_data(const VerdictFacts& facts) {
  const bool empty_register = facts.complete_and_supplied && facts.rows == 0;
  if (!facts.reported && !empty_register) {
    if (facts.rows <= 0) return VerdictReason::no_rows;
    if (facts.known <= 0) return VerdictReason::no_known_row;
    if (facts.coverage && *facts.coverage < facts.min_coverage) return VerdictReason::low_coverage;
  }
  if (!facts.value || !std::isfinite(*facts.value)) return VerdictReason::undefined_value;
  return std::nullopt;
}

/// The verdict: the first that fits of not applicable, never judged, a floor's observed problem
/// (whatever its coverage, target or value), no data, no target, met, unmet. A target that no
/// number can meet counts as none.
[[nodiscard]] inline Judgement judge(const VerdictFacts& facts) {
  Judgement judgement;
  judgement.applies_unknown = !facts.applies.has_value();
  const auto decide = [&](Verdict verdict, VerdictReason reason) {
    judgement.verdict = verdict;
    judgement.reason = reason;
    return judgement;
  };
  if (facts.applies && !*facts.applies)
    return decide(Verdict::not_applicable, VerdictReason::does_not_apply);
  if (facts.batch_excludes) return decide(Verdict::not_applicable, VerdictReason::not_in_batch);
  if (facts.kind == Kind::inventory) return decide(Verdict::inventory, VerdictReason::never_judged);
  if (facts.kind == Kind::fact) return decide(Verdict::fact, VerdictReason::never_judged);

  const bool floor = facts.kind == Kind::floor;
  const bool has_target = facts.target && can_be_met(*facts.target);
  if (floor && facts.item_holds) return decide(Verdict::unmet, VerdictReason::item_holds);
  if (floor && has_target && is_observed_problem(facts))
    return decide(Verdict::unmet, VerdictReason::problem_counted);
  if (const auto reason = missing_data(facts)) return decide(Verdict::no_data, *reason);
  if (!has_target) return decide(Verdict::no_target, VerdictReason::no_target_given);
  if (!satisfies(*facts.value, *facts.target))
    return decide(Verdict::unmet, VerdictReason::target_missed);
  judgement.provisional = floor && ((facts.coverage && *facts.coverage < 1) || facts.gaps_beneath);
  return decide(Verdict::met, VerdictReason::target_met);
}

/// The verdict of an indicator with components, from theirs: not applicable ones left out; unmet if
/// any is, else no data if any, else no target if all, else met (or never judged, where they are).
/// The reason is that of the first component that decides; met is provisional where a met component
/// is. Nothing left: not applicable.
[[nodiscard]] inline Judgement judge_components(std::span<const Judgement> components) {
  Judgement summary{Verdict::not_applicable, VerdictReason::does_not_apply, false, false};
  if (!components.empty()) summary.reason = components.front().reason;
  bool applies_unknown = false;
  bool provisional = false;
  // Rank of what decides: the first component of the highest rank gives verdict and reason.
  const auto rank = [](Verdict verdict) {
    switch (verdict) {
      case Verdict::unmet: return 5;
      case Verdict::no_data: return 4;
      case Verdict::met: return 3;
      case Verdict::no_target: return 2;
      case Verdict::inventory:
      case Verdict::fact: return 1;
      case Verdict::not_applicable: break;
    }
    return 0;
  };
  for (const Judgement& component : components) {
    applies_unknown = applies_unknown || component.applies_unknown;
    provisional = provisional || component.provisional;
    if (rank(component.verdict) > rank(summary.verdict)) summary = component;
  }
  summary.applies_unknown = applies_unknown;
  summary.provisional = summary.verdict == Verdict::met && provisional;
  return summary;
}

/// Whether conditions, derived tables, scores and comparisons see the value: where there is no data
/// or the indicator does not apply, `values` shows what the formula gives and all else sees null.
[[nodiscard]] constexpr bool value_counts(Verdict verdict) {
  return verdict != Verdict::no_data && verdict != Verdict::not_applicable;
}

// --------------------------------------------------------------------------------------- severity

/// Cut-offs of the gap for the library's default severities. They are this library's own: no
/// official ones exist.
inline constexpr double moderate_gap = 0.10;
inline constexpr double serious_gap = 0.30;

/// The severity by the gap, as an index into `severities` (mildest first): the first up to a gap of
/// 0.10, the second up to 0.30, else the last; a null gap is the first; a floor is at least the
/// second. A scale of one or two severities ends at its last. `severities` is at least 1.
[[nodiscard]] inline int default_severity(std::optional<double> gap, bool floor, int severities) {
  const int last = std::max(severities, 1) - 1;
  const int second = std::min(1, last);
  int severity = 0;
  if (gap && *gap > moderate_gap) severity = *gap > serious_gap ? last : second;
  return floor ? std::max(severity, second) : severity;
}

/// What gave a unit's severity.
enum class SeverityOrigin : std::uint8_t {
  indicator_condition,  ///< a condition of the indicator's own `severity`
  item,                 ///< the worst item that holds
  framework_condition,  ///< a condition of the framework's `severity`
  gap,                  ///< the library's default
  entry                 ///< an override, with its reason
};

[[nodiscard]] constexpr std::string_view name(SeverityOrigin origin) {
  constexpr std::string_view names[] = {"indicator_condition", "item", "framework_condition", "gap",
                                        "entry"};
  return names[static_cast<std::size_t>(origin)];
}

struct SeverityFacts {
  std::optional<int>
      indicator_condition;        ///< of the first of the indicator's conditions that holds
  std::optional<int> worst_item;  ///< of the worst item that holds
  std::optional<int> framework_condition;  ///< of the first of the framework's that holds
  std::optional<double> gap;
  bool floor = false;
  int severities = 3;
};

struct SeverityChoice {
  int severity = 0;  ///< index into the framework's severities, mildest first
  SeverityOrigin origin = SeverityOrigin::gap;
  bool operator==(const SeverityChoice&) const = default;
};

/// The severity of an unmet indicator in one unit: the first that is given, in the order of
/// SeverityFacts. Only where the gap decides is a floor raised.
[[nodiscard]] inline SeverityChoice choose_severity(const SeverityFacts& facts) {
  if (facts.indicator_condition)
    return {*facts.indicator_condition, SeverityOrigin::indicator_condition};
  if (facts.worst_item) return {*facts.worst_item, SeverityOrigin::item};
  if (facts.framework_condition)
    return {*facts.framework_condition, SeverityOrigin::framework_condition};
  return {default_severity(facts.gap, facts.floor, facts.severities), SeverityOrigin::gap};
}

// ------------------------------------------------------------------------------------- time class

/// The time class where no item gives one, as an index into `time_classes` (most urgent first): a
/// floor is the most urgent, anything else the least. `time_classes` is at least 1.
[[nodiscard]] inline int default_time_class(Kind kind, int time_classes) {
  return kind == Kind::floor ? 0 : std::max(time_classes, 1) - 1;
}

/// The year by which a problem of `year` is due: months of the time class, rounded up to years.
[[nodiscard]] constexpr std::int64_t due_year(std::int64_t year, std::int64_t due_months) {
  if (due_months <= 0) return year;
  return year + (due_months - 1) / 12 + 1;
}

}  // namespace tijian
