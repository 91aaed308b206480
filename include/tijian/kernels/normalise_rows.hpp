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

/// The constants of a linear rule, once per lane.
struct LinearLanes {
  explicit LinearLanes(const NormaliseRule& rule) noexcept
      : origin(broadcast(rule.origin)),
        divisor(broadcast(rule.divisor)),
        lowest(broadcast(rule.lowest)),
        highest(broadcast(rule.highest)),
        factor(broadcast(rule.factor)),
        offset(broadcast(rule.offset)) {}
  Doubles origin, divisor, lowest, highest, factor, offset;
};

/// The score of a quotient.
TIJIAN_KERNEL_INLINE Doubles linear_score(const LinearLanes& rule, Doubles quotient) noexcept {
  return not_above(not_below(quotient, rule.lowest), rule.highest) * rule.factor + rule.offset;
}

/// The definition: what is not finite, on the way or as a result, is null.
template <bool logarithmic>
inline void linear_tile(const NormaliseRule& constants, const double* numbers, const double* ahead,
                        double* scores) noexcept {
  const LinearLanes rule(constants);
  for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
    fetch_most_ahead(ahead, i);
    Doubles x = load(numbers + i);
    if constexpr (logarithmic) x = lane_logarithm(x);
    x = x - rule.origin;
    const Doubles score = linear_score(rule, x / rule.divisor);
    store(scores + i, select(both(is_finite(x), is_finite(score)), score, broadcast(null_number)));
  }
}

/// Between these, quotients and what is left of them are neither too large nor too small for the
/// quick division; a difference from an origin of at least `least_quick_origin` is 0 or above them.
inline constexpr double least_quick = 0x1p-700;
inline constexpr double greatest_quick = 0x1p+500;
inline constexpr double least_quick_origin = 0x1p-600;

/// Whether the divisor and what follows the division allow the quick one.
[[nodiscard]] inline bool is_quick(const NormaliseRule& rule) noexcept {
  const double divisor = rule.divisor < 0 ? -rule.divisor : rule.divisor;
  const double factor = rule.factor < 0 ? -rule.factor : rule.factor;
  const double offset = rule.offset < 0 ? -rule.offset : rule.offset;
  return TIJIAN_KERNEL_BYTES >= 32 && divisor >= 0x1p-200 && divisor <= 0x1p+200 &&
         factor <= 0x1p+200 && offset <= 0x1p+200;
}

#if TIJIAN_KERNEL_BYTES >= 32
/// linear_tile<false> without a division: the same bits, or false where numbers are so large or so
/// small that this is not certain; `scores` then mean nothing.
///
/// A quotient within one ulp is rounded correctly by one correction, because `inverse` is
/// 1 / divisor correctly rounded (Markstein 1990; Cornea, Harrison and Tang 1999). The first
/// product is so near where the inverse is off by less than 2^-54 of it (`near_inverse`); else it
/// is within 1.5 ulp, and a correction brings it within one.
template <bool may_be_small, bool near_inverse, bool limited>
inline bool quick_linear_tile(const NormaliseRule& constants, const double* numbers,
                              const double* ahead, double* scores) noexcept {
  const LinearLanes rule(constants);
  const Doubles inverse = broadcast(1.0 / constants.divisor);
  const Doubles minus_divisor = broadcast(-constants.divisor);
  Doubles greatest = broadcast(0);
  Doubles least = broadcast(infinite);  // but 0
  for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
    fetch_most_ahead(ahead, i);
    const Doubles x = load(numbers + i) - rule.origin;
    greatest = greater_magnitude_of(x, greatest);
    if constexpr (may_be_small) least = lesser_magnitude_but_zero(x, least);
    Doubles quotient = x * inverse;
    if constexpr (!near_inverse) {
      quotient = fused(fused(quotient, minus_divisor, x), inverse, quotient);
    }
    quotient = fused(fused(quotient, minus_divisor, x), inverse, quotient);
    if constexpr (limited) {
      store(scores + i, linear_score(rule, quotient));
    } else {
      store(scores + i, quotient * rule.factor + rule.offset);
    }
  }
  return lane_bits(either(less(least, broadcast(least_quick)),
                          less(broadcast(greatest_quick), greatest))) == 0;
}

template <bool may_be_small, bool near_inverse>
inline bool quick_linear_tile(const NormaliseRule& rule, const double* numbers, const double* ahead,
                              double* scores) noexcept {
  if (rule.lowest == -infinite && rule.highest == infinite) {
    return quick_linear_tile<may_be_small, near_inverse, false>(rule, numbers, ahead, scores);
  }
  return quick_linear_tile<may_be_small, near_inverse, true>(rule, numbers, ahead, scores);
}

inline bool quick_linear_tile(const NormaliseRule& rule, const double* numbers, const double* ahead,
                              double* scores) noexcept {
  const double origin = rule.origin < 0 ? -rule.origin : rule.origin;
  const bool may_be_small = origin < least_quick_origin;
  const Doubles off = fused(broadcast(1.0 / rule.divisor), broadcast(rule.divisor), broadcast(-1));
  if (lane_bits(less(absolute(off), broadcast(0x1p-54))) == all_lanes) {
    return may_be_small ? quick_linear_tile<true, true>(rule, numbers, ahead, scores)
                        : quick_linear_tile<false, true>(rule, numbers, ahead, scores);
  }
  return may_be_small ? quick_linear_tile<true, false>(rule, numbers, ahead, scores)
                      : quick_linear_tile<false, false>(rule, numbers, ahead, scores);
}
#endif

#if TIJIAN_KERNEL_BYTES == 64
inline constexpr std::size_t most_table_points = 15;

/// The number of a table of 8 or 16 at each place.
template <std::size_t entries>
TIJIAN_KERNEL_INLINE Doubles of_table(const double* table, __m512i place) noexcept {
  if constexpr (entries == 8) {
    return _mm512_maskz_permutexvar_pd(0xff, place, load(table));
  } else {
    return _mm512_permutex2var_pd(load(table), place, load(table + 8));
  }
}

/// points_tile for up to `count` <= 15 points, from tables in registers: the same bits. The first
/// entry, of what lies below the points, and the last are level, so that infinity becomes NaN.
template <std::size_t count>
inline void points_table_tile(const NormaliseRule& rule, const double* numbers, const double* ahead,
                              double* scores) noexcept {
  constexpr std::size_t entries = count < 8 ? 8 : 16;
  alignas(64) double starts[entries];
  alignas(64) double points[entries];
  alignas(64) double slopes[entries] = {};
  const std::size_t point_count = rule.segment_count;
  for (std::size_t k = 0; k < entries; ++k) {
    // Beyond the rule's points its last one, once more: between equal starts lies no number.
    const std::size_t at = k == 0 ? 0 : (k < point_count ? k : point_count) - 1;
    starts[k] = rule.segments[at].start;
    points[k] = rule.segments[at].score;
    if (k > 0 && k < point_count) slopes[k] = rule.segments[at].slope;
  }
  // Of points at one place the last holds, below as well.
  for (std::size_t k = 0; k < point_count && rule.segments[k].start == starts[0]; ++k) {
    points[0] = rule.segments[k].score;
  }
  Doubles reached[count];
  for (std::size_t k = 0; k < count; ++k) reached[k] = broadcast(starts[k + 1]);
  const __m512i one = _mm512_set1_epi64(1);
  for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
    fetch_most_ahead(ahead, i);
    const Doubles x = load(numbers + i);
    __m512i place = _mm512_setzero_si512();
    for (std::size_t k = 0; k < count; ++k) {
      place = _mm512_mask_add_epi64(place, at_most(reached[k], x), place, one);
    }
    const Doubles from_start = x - of_table<entries>(starts, place);
    store(scores + i,
          from_start * of_table<entries>(slopes, place) + of_table<entries>(points, place));
  }
}

/// Whether no result between the points can be infinite, and none can be -0.
[[nodiscard]] inline bool has_points_table(const NormaliseRule& rule) noexcept {
  if (rule.segment_count > most_table_points) return false;
  for (std::size_t k = 0; k < rule.segment_count; ++k) {
    const ScoreSegment& segment = rule.segments[k];
    const double limit = 0x1p+500;
    if (!(segment.start > -limit && segment.start < limit && segment.score > -limit &&
          segment.score < limit && segment.slope > -limit && segment.slope < limit)) {
      return false;
    }
    if (segment.score == 0 && 1 / segment.score < 0) return false;
  }
  return true;
}
#else
/// The bits of a double that one segment has and the next has not, or the other way round.
TIJIAN_KERNEL_INLINE Doubles changed_where(Mask mask, Doubles value, double from,
                                           double to) noexcept {
  const Integers change = bits_of(broadcast(from)) ^ bits_of(broadcast(to));
#if TIJIAN_KERNEL_BYTES == 8
  return of_bits(bits_of(value) ^ (mask ? change : 0));
#else
  return of_bits(bits_of(value) ^ (change & mask));
#endif
}
#endif

/// The score of each number by the segment it lies in.
inline void points_tile(const NormaliseRule& rule, const double* numbers, const double* ahead,
                        double* scores) noexcept {
  const ScoreSegment* segments = rule.segments;
  const std::size_t count = rule.segment_count;
  const Doubles first = broadcast(segments[0].start);
  const Doubles last = broadcast(segments[count - 1].start);
  for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
    fetch_most_ahead(ahead, i);
    const Doubles x = load(numbers + i);
    const Doubles within = not_above(not_below(x, first), last);
    Doubles start = first;
    Doubles score = broadcast(segments[0].score);
    Doubles slope = broadcast(segments[0].slope);
    for (std::size_t k = 1; k < count; ++k) {
      const Doubles next = broadcast(segments[k].start);
      const Mask reached = at_most(next, within);
#if TIJIAN_KERNEL_BYTES == 64
      start = select(reached, next, start);
      score = select(reached, broadcast(segments[k].score), score);
      slope = select(reached, broadcast(segments[k].slope), slope);
#else
      start = changed_where(reached, start, segments[k - 1].start, segments[k].start);
      score = changed_where(reached, score, segments[k - 1].score, segments[k].score);
      slope = changed_where(reached, slope, segments[k - 1].slope, segments[k].slope);
#endif
    }
    const Doubles result = (within - start) * slope + score;
    store(scores + i,
          select(both(is_finite(x), is_finite(result)), result, broadcast(null_number)));
  }
}

/// Scores of a tile of numbers (NaN where null), NaN where null.
inline void normalise_tile(const NormaliseRule& rule, const double* numbers, const double* ahead,
                           double* scores) noexcept {
  switch (rule.kind) {
    case NormaliseKind::null:
      for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
        store(scores + i, broadcast(null_number));
      }
      return;
    case NormaliseKind::as_is:
      for (std::size_t i = 0; i < score_tile_rows; i += lanes) {
        fetch_most_ahead(ahead, i);
        const Doubles x = load(numbers + i);
        store(scores + i, select(is_finite(x), x + 0.0, broadcast(null_number)));
      }
      return;
    case NormaliseKind::linear:
#if TIJIAN_KERNEL_BYTES >= 32
      if (is_quick(rule) && quick_linear_tile(rule, numbers, ahead, scores)) return;
#endif
      return linear_tile<false>(rule, numbers, ahead, scores);
    case NormaliseKind::logarithmic: return linear_tile<true>(rule, numbers, ahead, scores);
    case NormaliseKind::points:
#if TIJIAN_KERNEL_BYTES == 64
      if (has_points_table(rule)) {
        if (rule.segment_count <= 3) return points_table_tile<3>(rule, numbers, ahead, scores);
        if (rule.segment_count <= 5) return points_table_tile<5>(rule, numbers, ahead, scores);
        if (rule.segment_count <= 7) return points_table_tile<7>(rule, numbers, ahead, scores);
        return points_table_tile<most_table_points>(rule, numbers, ahead, scores);
      }
#endif
      return points_tile(rule, numbers, ahead, scores);
  }
}

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

/// scores[row] of rows [first, last), NaN where null.
inline void normalise_rows(const NumberColumn& column, const NormaliseRule& rule, std::size_t first,
                           std::size_t last, double* scores) noexcept {
  alignas(64) double tile[score_tile_rows];
  alignas(64) double results[score_tile_rows];
  for (std::size_t row = first; row < last; row += score_tile_rows) {
    const std::size_t rows = last - row < score_tile_rows ? last - row : score_tile_rows;
    const double* numbers = tile_numbers(column, row, rows, tile);
    // Not in place: the quick ways may have to start over.
    const bool whole = rows == score_tile_rows && numbers != scores + row;
    normalise_tile(rule, numbers, column.values + row, whole ? scores + row : results);
    if (!whole) std::memcpy(scores + row, results, rows * sizeof(double));
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
