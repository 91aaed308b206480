// Conditions and bounds evaluated anew over the units of a finished assessment: what `comparisons`
// and explanations need beyond what was kept.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "tijian/assessment_data.hpp"
#include "tijian/formula/evaluator.hpp"
#include "tijian/unit_leaves.hpp"

namespace tijian {

/// Runs nodes of the unit graph over units of one level. The nodes read attributes, parameters, the
/// year and results, never statistics of rows: those are gone once an assessment is finished.
class UnitEvaluation {
 public:
  UnitEvaluation(const AssessmentData& data, std::uint32_t level,
                 const std::vector<formula::NodeId>& nodes)
      : tables_(data.plan->tables.size(), nullptr),
        first_(data.units.first_of_level(level)),
        evaluator_(data.plan->units, distinct(nodes), *data.plan->kernels),
        leaves_(*data.plan, data.units, data.results, tables_, data.year, level) {}
  UnitEvaluation(const UnitEvaluation&) = delete;
  UnitEvaluation& operator=(const UnitEvaluation&) = delete;

  /// Evaluates `count` units of the level from `unit` on; at most kernels::tile_rows.
  void run(std::uint32_t unit, std::size_t count) { evaluator_.run(leaves_, unit - first_, count); }

  /// Of unit i of the last run; null_number where it is null or there is no node.
  [[nodiscard]] double number(formula::NodeId node, std::size_t i) const {
    if (node == formula::no_node) return null_number;
    const formula::Evaluator::Numbers tile = evaluator_.number(node);
    return kernels::test_row(tile.valid, i) ? tile.values[i] : null_number;
  }
  /// Whether the condition is true in unit i of the last run; no condition is true.
  [[nodiscard]] bool holds(formula::NodeId node, std::size_t i) const {
    return node == formula::no_node || kernels::test_row(evaluator_.boolean(node).value, i);
  }

 private:
  static std::vector<formula::NodeId> distinct(std::vector<formula::NodeId> nodes) {
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    while (!nodes.empty() && nodes.back() == formula::no_node) nodes.pop_back();
    return nodes;
  }

  std::vector<const RolledTable*> tables_;
  std::uint32_t first_;
  formula::Evaluator evaluator_;
  UnitLeaves leaves_;
};

/// The nodes that a target's condition and bounds are.
inline void append_nodes(const TargetPlan& target, std::vector<formula::NodeId>& nodes) {
  for (const formula::NodeId node : {target.where, target.value, target.low, target.high})
    nodes.push_back(node);
}

/// A target in unit i of the last run; null where its condition does not hold, or a bound is null
/// or such that nothing can meet it.
[[nodiscard]] inline std::optional<EvaluatedTarget> target_in_unit(const UnitEvaluation& evaluation,
                                                                   const TargetPlan& plan,
                                                                   Operator op, std::size_t i) {
  if (!evaluation.holds(plan.where, i)) return std::nullopt;
  EvaluatedTarget target;
  target.op = op;
  const double value = evaluation.number(plan.value, i);
  const double low = evaluation.number(plan.low, i);
  const double high = evaluation.number(plan.high, i);
  if (op == Operator::between ? is_null(low) || is_null(high) : is_null(value)) return std::nullopt;
  target.value = is_null(value) ? 0 : value;
  target.low = is_null(low) ? 0 : low;
  target.high = is_null(high) ? 0 : high;
  if (!can_be_met(target)) return std::nullopt;
  return target;
}

}  // namespace tijian
