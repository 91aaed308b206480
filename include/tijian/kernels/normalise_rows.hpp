// Scores of columns by their rules, and the range of a column. Compiled once per CPU (lanes.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "tijian/kernels/lane_elementary.hpp"
#include "tijian/kernels/lanes.hpp"
#include "tijian/kernels/normalise_rule.hpp"
#include "tijian/kernels/number_column.hpp"

namespace tijian::kernels::TIJIAN_KERNEL_TARGET {

/// The number itself; what is not finite is null.
struct AsIs {
  explicit AsIs(const NormaliseRule&) noexcept {}
  TIJIAN_KERNEL_INLINE Doubles operator()(Doubles x) const noexcept {
    return select(is_finite(x), x + 0.0, broadcast(null_number));
  }
};

struct Null {
  explicit Null(const NormaliseRule&) noexcept {}
  TIJIAN_KERNEL_INLINE Doubles operator()(Doubles) const noexcept { return broadcast(null_number); }
};

struct Linear {
  explicit Linear(const NormaliseRule& rule) noexcept
      : origin(broadcast(rule.origin)),
        divisor(broadcast(rule.divisor)),
        lowest(broadcast(rule.lowest)),
        highest(broadcast(rule.highest)),
        factor(broadcast(rule.factor)),
        offset(broadcast(rule.offset)) {}
  TIJIAN_KERNEL_INLINE Doubles operator()(Doubles x) const noexcept {
    const Doubles quotient = not_above(not_below((x - origin) / divisor, lowest), highest);
    const Doubles score = quotient * factor + offset;
    return select(both(is_finite(x), is_finite(score)), score, broadcast(null_number));
  }
  Doubles origin, divisor, lowest, highest, factor, offset;
};

struct Logarithmic {
  explicit Logarithmic(const NormaliseRule& rule) noexcept : linear(rule) {}
  TIJIAN_KERNEL_INLINE Doubles operator()(Doubles x) const noexcept {
    return linear(lane_logarithm(x));
  }
  Linear linear;
};

struct Points {
  explicit Points(const NormaliseRule& rule) noexcept
      : segments(rule.segments),
        count(rule.segment_count),
        first(broadcast(segments[0].start)),
        last(broadcast(segments[count - 1].start)) {}
  TIJIAN_KERNEL_INLINE Doubles operator()(Doubles x) const noexcept {
    const Doubles within = not_above(not_below(x, first), last);
    Doubles start = first;
    Doubles score = broadcast(segments[0].score);
    Doubles slope = broadcast(segments[0].slope);
    for (std::size_t i = 1; i < count; ++i) {
      const Doubles next = broadcast(segments[i].start);
      const Mask beyond_start = at_most(next, within);
      start = select(beyond_start, next, start);
      score = select(beyond_start, broadcast(segments[i].score), score);
      slope = select(beyond_start, broadcast(segments[i].slope), slope);
    }
    const Doubles result = (within - start) * slope + score;
    return select(both(is_finite(x), is_finite(result)), result + 0.0, broadcast(null_number));
  }
  const ScoreSegment* segments;
  std::size_t count;
  Doubles first, last;
};

/// The numbers of a tile from `row` on, a whole tile of them, NaN where null: in place where they
/// are already so, else in `tile`.
inline const double* tile_numbers(const NumberColumn& column, std::size_t row, std::size_t rows,
                                  double* tile) noexcept {
  const double* values = column.values + row;
  if (column.validity == nullptr && rows == score_tile_rows) return values;
  fill_tile(values, rows, tile);
  if (column.validity == nullptr) return tile;
  for (std::size_t i = 0; i < rows; i += 8) {
    const unsigned bits = validity_bits(column, row + i, rows - i < 8 ? rows - i : 8);
    for (std::size_t lane = 0; lane < 8; lane += lanes) {
      double* place = tile + i + lane;
      store(place,
            select(of_lane_bits(bits >> lane & all_lanes), load(place), broadcast(null_number)));
    }
  }
  return tile;
}

template <class Normalise>
inline void normalise_tiles(const NumberColumn& column, const NormaliseRule& rule,
                            std::size_t first, std::size_t last, double* scores) noexcept {
  const Normalise normalise(rule);
  alignas(64) double tile[score_tile_rows];
  alignas(64) double results[score_tile_rows];
  for (std::size_t row = first; row < last; row += score_tile_rows) {
    const std::size_t rows = last - row < score_tile_rows ? last - row : score_tile_rows;
    const double* numbers = tile_numbers(column, row, rows, tile);
    double* to = rows == score_tile_rows ? scores + row : results;
    for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
      store(to + i, normalise(load(numbers + i)));
    }
    if (rows != score_tile_rows) std::memcpy(scores + row, results, rows * sizeof(double));
  }
}

/// scores[row] of rows [first, last), NaN where null. `scores` may be the column itself.
inline void normalise_rows(const NumberColumn& column, const NormaliseRule& rule, std::size_t first,
                           std::size_t last, double* scores) noexcept {
  switch (rule.kind) {
    case NormaliseKind::null: return normalise_tiles<Null>(column, rule, first, last, scores);
    case NormaliseKind::as_is: return normalise_tiles<AsIs>(column, rule, first, last, scores);
    case NormaliseKind::linear: return normalise_tiles<Linear>(column, rule, first, last, scores);
    case NormaliseKind::logarithmic:
      return normalise_tiles<Logarithmic>(column, rule, first, last, scores);
    case NormaliseKind::points: return normalise_tiles<Points>(column, rule, first, last, scores);
  }
}

/// The range of rows [first, last) of a column, -0 being 0.
inline ColumnRange column_range(const NumberColumn& column, std::size_t first,
                                std::size_t last) noexcept {
  Doubles least = broadcast(infinite);
  Doubles greatest = broadcast(-infinite);
  alignas(64) double tile[score_tile_rows];
  for (std::size_t row = first; row < last; row += score_tile_rows) {
    const std::size_t rows = last - row < score_tile_rows ? last - row : score_tile_rows;
    const double* numbers = tile_numbers(column, row, rows, tile);
    for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
      const Doubles x = load(numbers + i) + 0.0;
      const Mask present = is_finite(x);
      least = select(both(present, less(x, least)), x, least);
      greatest = select(both(present, less(greatest, x)), x, greatest);
    }
  }
  double lows[lanes];
  double highs[lanes];
  store(lows, least);
  store(highs, greatest);
  ColumnRange range{lows[0], highs[0]};
  for (std::size_t lane = 1; lane < lanes; ++lane) {
    range = joined(range, {lows[lane], highs[lane]});
  }
  return range;
}

}  // namespace tijian::kernels::TIJIAN_KERNEL_TARGET
