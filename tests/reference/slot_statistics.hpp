// The statistics of a table's slots, by the simplest loops over exact sums: what a tally computes,
// without tiles in threads, states or merging.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "memory_leaves.hpp"
#include "tijian/formula/evaluator.hpp"
#include "tijian/formula/lowering.hpp"
#include "tijian/kernels/exact_sum.hpp"
#include "tijian/kernels/variance.hpp"

namespace tijian::reference {

/// By statistic, then by unit: the value, or null. `unit_of_row` gives each row's unit.
inline std::vector<std::vector<Value>> slot_statistics(const formula::Aggregates& aggregates,
                                                       MemoryLeaves& rows,
                                                       const std::vector<std::size_t>& unit_of_row,
                                                       std::size_t units) {
  struct State {
    std::int64_t count = 0;
    kernels::WideSum total;
    bool has_square = true;
    double least = INFINITY;
    double greatest = -INFINITY;
  };
  std::vector<std::vector<State>> states(aggregates.slots.size(), std::vector<State>(units));
  std::vector<formula::NodeId> outputs;
  for (const formula::Slot& slot : aggregates.slots) {
    outputs.push_back(slot.mask);
    outputs.push_back(slot.argument);
  }
  formula::Evaluator evaluator(aggregates.rows, outputs);
  for (std::size_t first = 0; first < unit_of_row.size(); first += kernels::tile_rows) {
    const std::size_t count = std::min(kernels::tile_rows, unit_of_row.size() - first);
    evaluator.run(rows, first, count);
    for (std::size_t i = 0; i < aggregates.slots.size(); ++i) {
      const formula::Slot& slot = aggregates.slots[i];
      for (std::size_t row = 0; row < count; ++row) {
        if (slot.mask != formula::no_node &&
            !kernels::test_row(evaluator.boolean(slot.mask).value, row))
          continue;
        State& state = states[i][unit_of_row[first + row]];
        ++state.count;
        if (slot.argument == formula::no_node) continue;
        const auto argument = value_at(evaluator, aggregates.rows, slot.argument, row);
        const double x = std::get<double>(argument);  // throws where the mask lets a null through
        if (slot.function == formula::SlotFunction::sum) state.total.add(x);
        if (slot.function == formula::SlotFunction::sum_squares)
          state.has_square = state.total.add_square(x) && state.has_square;
        state.least = std::fmin(state.least, x);
        state.greatest = std::fmax(state.greatest, x);
      }
    }
  }
  std::vector<std::vector<Value>> values;
  for (const formula::Statistic& statistic : aggregates.statistics) {
    std::vector<Value>& column = values.emplace_back(units);
    for (std::size_t unit = 0; unit < units; ++unit) {
      const std::int64_t count = states[statistic.count][unit].count;
      Value& value = column[unit];
      if (statistic.kind == formula::StatisticKind::count) {
        value = static_cast<double>(count);
        continue;
      }
      if (count == 0) continue;
      const State& state = states[statistic.value][unit];
      switch (statistic.kind) {
        case formula::StatisticKind::sum:
          if (std::isfinite(state.total.round())) value = state.total.round();
          break;
        case formula::StatisticKind::minimum: value = state.least; break;
        case formula::StatisticKind::maximum: value = state.greatest; break;
        default: {
          const State& squares = states[statistic.squares][unit];
          if (!squares.has_square) break;
          const std::optional<double> variance =
              kernels::variance(count, kernels::FixedSum{}, &state.total, squares.total,
                                statistic.kind == formula::StatisticKind::variance_sample);
          if (variance) value = *variance;
        }
      }
    }
  }
  return values;
}

}  // namespace tijian::reference
