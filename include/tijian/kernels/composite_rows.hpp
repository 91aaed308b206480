// Normalised, weighted and averaged up a tree, tile by tile. Compiled once per CPU (lanes.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "tijian/kernels/composite_tree.hpp"
#include "tijian/kernels/lane_elementary.hpp"
#include "tijian/kernels/lanes.hpp"
#include "tijian/kernels/normalise_rows.hpp"

namespace tijian::kernels::TIJIAN_KERNEL_TARGET {

/// Of the children of a node so far, for each row of a tile.
struct TileSums {
  alignas(64) double sum[score_tile_rows];      ///< Σ w·s, or Σ w·ln s
  alignas(64) double weight[score_tile_rows];   ///< Σ w of what is present
  alignas(64) double present[score_tile_rows];  ///< how many are; only where the node asks
};

/// What a mean adds up of a score that is present.
template <Mean mean>
TIJIAN_KERNEL_INLINE Doubles term(Doubles score, Doubles weight) noexcept {
  if constexpr (mean == Mean::arithmetic) {
    return score * weight;
  } else {
    // The logarithm of 0 makes the mean 0; that of a negative score is NaN and makes it null.
    const Doubles zero = broadcast(0);
    const Doubles logarithm =
        select(equal(score, zero), broadcast(-infinite), lane_logarithm(score));
    return select(equal(weight, zero), zero, logarithm * weight);
  }
}

/// Adds a child's scores of a tile to the sums.
template <Mean mean>
inline void add_scores(const double* scores, const double* ahead, double child_weight,
                       bool counting, TileSums& sums) noexcept {
  const Doubles weight = broadcast(child_weight);
  const Doubles zero = broadcast(0);
  for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
    fetch_half_ahead(ahead, i, 1);
    const Doubles score = load(scores + i);
    const Mask present = equal(score, score);
    store(sums.sum + i, load(sums.sum + i) + select(present, term<mean>(score, weight), zero));
    store(sums.weight + i, load(sums.weight + i) + select(present, weight, zero));
    if (counting) {
      store(sums.present + i, load(sums.present + i) + select(present, broadcast(1), zero));
    }
  }
}

/// The node's scores of a tile from its sums.
template <Mean mean>
inline void finish_node(const TileSums& sums, const CompositeNode& node, bool counting,
                        double* to) noexcept {
  const Doubles null = broadcast(null_number);
  const Doubles least = broadcast(static_cast<double>(node.least_present));
  for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
    // Where nothing is present, or without weight, this is 0 / 0.
    Doubles result = load(sums.sum + i) / load(sums.weight + i);
    if constexpr (mean == Mean::geometric) result = lane_exponential(result);
    result = select(is_finite(result), result + 0.0, null);
    if (counting) result = select(at_most(least, load(sums.present + i)), result, null);
    store(to + i, result);
  }
}

/// The scores of one node for `rows` rows from `row` on.
template <Mean mean>
inline void score_node(const CompositeJob& job, const CompositeNode& node, std::size_t row,
                       std::size_t rows, TileSums& sums) noexcept {
  const bool counting = node.least_present > 1;
  const bool whole = rows == score_tile_rows;
  alignas(64) double tile[score_tile_rows];
  alignas(64) double results[score_tile_rows];
  std::memset(&sums, 0, sizeof sums);
  for (std::size_t i = 0; i < node.child_count; ++i) {
    const CompositeChild& child = job.children[node.first_child + i];
    if (child.index >= job.column_count) {
      const NumberColumn column{job.nodes[child.index - job.column_count].values, nullptr, 0};
      add_scores<mean>(tile_numbers(column, row, rows, tile), column.values + row, child.weight,
                       counting, sums);
      continue;
    }
    const NumberColumn& column = job.columns[child.index];
    const double* ahead = column.values + row;
    double* scores = job.normalised == nullptr ? nullptr : job.normalised[child.index];
    double* to = scores == nullptr || !whole ? results : scores + row;
    normalise_tile(job.rules[child.index], tile_numbers(column, row, rows, tile), ahead, to);
    add_scores<mean>(to, ahead, child.weight, counting, sums);
    if (scores != nullptr && !whole) std::memcpy(scores + row, results, rows * sizeof(double));
  }
  finish_node<mean>(sums, node, counting, whole ? node.values + row : results);
  if (!whole) std::memcpy(node.values + row, results, rows * sizeof(double));
}

/// Scores rows [first, last) of all nodes, in their order.
inline void composite_rows(const CompositeJob& job, std::size_t first, std::size_t last) noexcept {
  TileSums sums;
  for (std::size_t row = first; row < last; row += score_tile_rows) {
    const std::size_t rows = last - row < score_tile_rows ? last - row : score_tile_rows;
    for (std::size_t i = 0; i < job.node_count; ++i) {
      const CompositeNode& node = job.nodes[i];
      if (node.mean == Mean::arithmetic) {
        score_node<Mean::arithmetic>(job, node, row, rows, sums);
      } else {
        score_node<Mean::geometric>(job, node, row, rows, sums);
      }
    }
  }
}

}  // namespace tijian::kernels::TIJIAN_KERNEL_TARGET
