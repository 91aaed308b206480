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

/// A child's scores of a tile, NaN where null.
struct ChildScores {
  const double* scores;
  const double* ahead;
  double weight;
};

/// How many children are normalised before they are added, so that the sums stay in registers.
template <Mean mean>
inline constexpr std::size_t children_at_once = mean == Mean::arithmetic ? 4 : 1;

/// Adds `count` children's scores of a tile to the sums, in their order.
template <Mean mean, std::size_t count>
inline void add_scores(const ChildScores* children, bool counting, TileSums& sums) noexcept {
  Doubles weights[count];
  for (std::size_t k = 0; k < count; ++k) weights[k] = broadcast(children[k].weight);
  for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
    Doubles sum = load(sums.sum + i);
    Doubles weight = load(sums.weight + i);
    for (std::size_t k = 0; k < count; ++k) {
      fetch_rest_ahead(children[k].ahead, i);
      const Doubles score = load(children[k].scores + i);
      const Mask present = equal(score, score);
      sum = add_where(present, sum, term<mean>(score, weights[k]));
      weight = add_where(present, weight, weights[k]);
    }
    store(sums.sum + i, sum);
    store(sums.weight + i, weight);
  }
  if (!counting) return;
  const Doubles one = broadcast(1);
  for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
    Doubles present = load(sums.present + i);
    for (std::size_t k = 0; k < count; ++k) {
      const Doubles score = load(children[k].scores + i);
      present = add_where(equal(score, score), present, one);
    }
    store(sums.present + i, present);
  }
}

template <Mean mean>
inline void add_scores(const ChildScores* children, std::size_t count, bool counting,
                       TileSums& sums) noexcept {
  if constexpr (children_at_once<mean> == 4) {
    switch (count) {
      case 4: return add_scores<mean, 4>(children, counting, sums);
      case 3: return add_scores<mean, 3>(children, counting, sums);
      case 2: return add_scores<mean, 2>(children, counting, sums);
      default: break;
    }
  }
  add_scores<mean, 1>(children, counting, sums);
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

/// Tiles of nodes that are streamed when all are done: until then their parents read them.
struct NodeTiles {
  static constexpr std::size_t most = 16;
  alignas(64) double tiles[most][score_tile_rows];
};

/// The scores of one node for `rows` rows from `row` on; to `kept` unless that is null.
template <Mean mean>
inline void score_node(const CompositeJob& job, std::size_t index, std::size_t row,
                       std::size_t rows, TileSums& sums, NodeTiles* kept) noexcept {
  const CompositeNode& node = job.nodes[index];
  const bool counting = node.least_present > 1;
  const bool whole = rows == score_tile_rows;
  alignas(64) double tile[score_tile_rows];
  alignas(64) double results[children_at_once<mean>][score_tile_rows];
  ChildScores children[children_at_once<mean>];
  std::memset(&sums, 0, sizeof sums);
  for (std::size_t first = 0; first < node.child_count; first += children_at_once<mean>) {
    std::size_t count = node.child_count - first;
    if (count > children_at_once<mean>) count = children_at_once<mean>;
    for (std::size_t k = 0; k < count; ++k) {
      const CompositeChild& child = job.children[node.first_child + first + k];
      if (child.index >= job.column_count) {
        const std::size_t earlier = child.index - job.column_count;
        const NumberColumn column{job.nodes[earlier].values, nullptr, 0};
        const double* scores =
            kept != nullptr ? kept->tiles[earlier] : tile_numbers(column, row, rows, results[k]);
        children[k] = {scores, scores, child.weight};
        continue;
      }
      const NumberColumn& column = job.columns[child.index];
      const double* ahead = column.values + row;
      double* scores = job.normalised == nullptr ? nullptr : job.normalised[child.index];
      double* to = scores == nullptr || !whole ? results[k] : scores + row;
      normalise_tile(job.rules[child.index], tile_numbers(column, row, rows, tile), ahead, to);
      if (scores != nullptr && !whole) std::memcpy(scores + row, to, rows * sizeof(double));
      children[k] = {to, ahead, child.weight};
    }
    add_scores<mean>(children, count, counting, sums);
  }
  if (kept != nullptr) return finish_node<mean>(sums, node, counting, kept->tiles[index]);
  finish_node<mean>(sums, node, counting, whole ? node.values + row : tile);
  if (!whole) std::memcpy(node.values + row, tile, rows * sizeof(double));
}

/// Scores rows [first, last) of all nodes, in their order.
inline void composite_rows(const CompositeJob& job, std::size_t first, std::size_t last) noexcept {
  TileSums sums;
  NodeTiles tiles;
  const bool streaming = job.node_count <= NodeTiles::most &&
                         (last - first) * job.node_count >= least_streamed_bytes / sizeof(double);
  NodeTiles* kept = streaming ? &tiles : nullptr;
  for (std::size_t row = first; row < last; row += score_tile_rows) {
    const std::size_t rows = last - row < score_tile_rows ? last - row : score_tile_rows;
    for (std::size_t i = 0; i < job.node_count; ++i) {
      if (job.nodes[i].mean == Mean::arithmetic) {
        score_node<Mean::arithmetic>(job, i, row, rows, sums, kept);
      } else {
        score_node<Mean::geometric>(job, i, row, rows, sums, kept);
      }
    }
    if (!streaming) continue;
    for (std::size_t i = 0; i < job.node_count; ++i) {
      stream_bytes(job.nodes[i].values + row, tiles.tiles[i], rows * sizeof(double));
    }
  }
  if (streaming) end_streams();
}

}  // namespace tijian::kernels::TIJIAN_KERNEL_TARGET
