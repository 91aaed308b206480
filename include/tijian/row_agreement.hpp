// Whether the aggregates of a ratio can be of different rows: a row that one of them takes while
// another skips it because a column is null (sum(area) / sum(people), where some rows lack people).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/compile_messages.hpp"
#include "tijian/formula/evaluator.hpp"
#include "tijian/formula/lowering.hpp"
#include "tijian/plan.hpp"

namespace tijian {

/// True in a row that one aggregate takes and another does not know; never null.
inline formula::NodeId rows_disagree(formula::Graph& rows,
                                     const std::vector<formula::AggregateUse>& uses) {
  using formula::Operation;
  std::vector<formula::NodeId> disagreements;
  const auto takes = [&](const formula::AggregateUse& use) {
    return rows.apply(Operation::coalesce, use.taken, rows.constant(false));
  };
  for (const formula::AggregateUse& one : uses)
    for (const formula::AggregateUse& other : uses) {
      if (one.known == other.known) continue;
      disagreements.push_back(rows.apply(Operation::logical_and, takes(one),
                                         rows.apply(Operation::logical_not, other.known)));
    }
  return rows.any_of(disagreements);
}

namespace detail {

/// Rows of any content that a table may have: each column null in a third of them, otherwise one of
/// the constants its table compares with, or their neighbours.
class AnyRows final : public formula::Leaves {
 public:
  explicit AnyRows(const formula::Graph& graph) : numbers_{0, 1, -1, 7, 1000}, texts_{"", "?"} {
    for (formula::NodeId id = 0; id < graph.size(); ++id) {
      if (!graph.is_constant(id)) continue;
      if (graph[id].type == Type::text) texts_.push_back(graph.text(id));
      if (graph[id].type != Type::number) continue;
      for (const double step : {-1.0, 0.0, 1.0}) numbers_.push_back(graph[id].number + step);
    }
  }
  const double* number(std::uint32_t, std::size_t, std::size_t rows,
                       kernels::NumberTile& tile) override {
    tile.valid.fill(0);
    for (std::size_t i = 0; i < kernels::tile_rows; ++i) {
      tile.values[i] = 0;
      if (i >= rows || is_null()) continue;
      tile.values[i] = numbers_[next() % numbers_.size()];
      kernels::set_row(tile.valid, i);
    }
    return tile.values;
  }
  void boolean(std::uint32_t, std::size_t, std::size_t rows, kernels::BooleanTile& tile) override {
    tile.valid.fill(0);
    tile.value.fill(0);
    for (std::size_t i = 0; i < rows; ++i) {
      if (is_null()) continue;
      kernels::set_row(tile.valid, i);
      if (next() % 2 == 0) kernels::set_row(tile.value, i);
    }
  }
  void text(std::uint32_t, std::size_t, std::size_t rows, kernels::TextTile& tile) override {
    tile.valid.fill(0);
    for (std::size_t i = 0; i < rows; ++i) {
      if (is_null()) continue;
      tile.values[i] = texts_[next() % texts_.size()];
      kernels::set_row(tile.valid, i);
    }
  }

 private:
  bool is_null() { return next() % 3 == 0; }
  /// The same rows in every run: splitmix64 from a fixed start.
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  std::vector<double> numbers_;
  std::vector<std::string_view> texts_;
  std::uint64_t state_ = 2025;
};

}  // namespace detail

/// Whether the rows of the series' ratio can disagree: found by trying 16,384 rows of every mixture
/// of nulls, constants and neighbours. False for what is no ratio. A disagreement that takes a
/// rarer row than these is not found: the answer is for a warning.
inline bool rows_can_differ(const PlanData& plan, const SeriesPlan& series) {
  if (series.rows_disagree == formula::no_node || series.denominator == formula::no_node)
    return false;
  const formula::Graph& graph = plan.tables[series.table].aggregates.rows;
  if (graph.is_constant(series.rows_disagree)) return graph[series.rows_disagree].boolean;
  formula::Evaluator evaluator(graph, {series.rows_disagree});
  detail::AnyRows rows(graph);
  for (std::size_t tile = 0; tile < 16; ++tile) {
    evaluator.run(rows, tile * kernels::tile_rows, kernels::tile_rows);
    if (!kernels::is_empty(evaluator.boolean(series.rows_disagree).value)) return true;
  }
  return false;
}

/// What a plan allows but its author may not have meant. One warning for all such ratios: a list is
/// read, a page of warnings is not.
inline Issues plan_warnings(const PlanData& plan) {
  std::string ids;
  for (const SeriesPlan& series : plan.series) {
    if (!rows_can_differ(plan, series)) continue;
    const Indicator& indicator = plan.framework.indicators[series.indicator];
    ids += (ids.empty() ? "" : ", ") + indicator.id;
    if (series.component < indicator.components.size())
      ids += "." + indicator.components[series.component].id;
  }
  if (ids.empty()) return {};
  Issues issues{make_issue(compile_messages::rows_differ, "/indicators", {{"indicators", ids}})};
  issues[0].warning = true;
  return issues;
}

}  // namespace tijian
