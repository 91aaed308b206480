// Several doubles at once, in the namespace of the CPU that a copy of the kernels is for.
//
// The headers of the kernels are compiled once per CPU. TIJIAN_KERNEL_TARGET names the namespace of
// the copy, TIJIAN_KERNEL_BYTES the width of its registers (8: one double, plain C++). Every lane
// does the same IEEE operations whatever the width, so all copies give the same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#if !defined(TIJIAN_KERNEL_TARGET)
#define TIJIAN_KERNEL_TARGET portable_lanes
#endif
#if !defined(TIJIAN_KERNEL_BYTES)
#if defined(__GNUC__) && (defined(__SSE2__) || defined(__aarch64__))
#define TIJIAN_KERNEL_BYTES 16
#else
#define TIJIAN_KERNEL_BYTES 8
#endif
#endif
#if defined(__SSE2__)
#include <immintrin.h>
#endif
#if defined(__GNUC__)
#define TIJIAN_KERNEL_INLINE [[gnu::always_inline]] inline
#else
#define TIJIAN_KERNEL_INLINE inline
#endif

namespace tijian::kernels::TIJIAN_KERNEL_TARGET {

inline constexpr std::size_t lanes = TIJIAN_KERNEL_BYTES / 8;

#if TIJIAN_KERNEL_BYTES == 8
using Doubles = double;
using Integers = std::int64_t;
using Mask = bool;
#elif TIJIAN_KERNEL_BYTES == 64
using Doubles = __m512d;
using Integers = std::int64_t __attribute__((vector_size(64)));
using Mask = __mmask8;
#else
using Doubles = double __attribute__((vector_size(TIJIAN_KERNEL_BYTES)));
using Integers = std::int64_t __attribute__((vector_size(TIJIAN_KERNEL_BYTES)));
using Mask = Integers;  // all bits of a lane, or none
#endif

TIJIAN_KERNEL_INLINE Doubles load(const double* from) noexcept {
  Doubles loaded;
  std::memcpy(&loaded, from, sizeof loaded);
  return loaded;
}

TIJIAN_KERNEL_INLINE void store(double* to, Doubles values) noexcept {
  std::memcpy(to, &values, sizeof values);
}

TIJIAN_KERNEL_INLINE Doubles broadcast(double value) noexcept {
#if TIJIAN_KERNEL_BYTES == 8
  return value;
#elif TIJIAN_KERNEL_BYTES == 64
  return _mm512_set1_pd(value);
#elif TIJIAN_KERNEL_BYTES == 32
  return Doubles{value, value, value, value};
#else
  return Doubles{value, value};
#endif
}

TIJIAN_KERNEL_INLINE Integers bits_of(Doubles values) noexcept {
  Integers bits;
  std::memcpy(&bits, &values, sizeof bits);
  return bits;
}

TIJIAN_KERNEL_INLINE Doubles of_bits(Integers bits) noexcept {
  Doubles values;
  std::memcpy(&values, &bits, sizeof values);
  return values;
}

// ------------------------------------------------------------ comparisons: false where one is NaN

#if TIJIAN_KERNEL_BYTES == 64
TIJIAN_KERNEL_INLINE Mask less(Doubles a, Doubles b) noexcept {
  return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ);
}
TIJIAN_KERNEL_INLINE Mask at_most(Doubles a, Doubles b) noexcept {
  return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ);
}
TIJIAN_KERNEL_INLINE Mask equal(Doubles a, Doubles b) noexcept {
  return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
}
TIJIAN_KERNEL_INLINE Mask both(Mask a, Mask b) noexcept { return static_cast<Mask>(a & b); }
TIJIAN_KERNEL_INLINE Mask either(Mask a, Mask b) noexcept { return static_cast<Mask>(a | b); }
TIJIAN_KERNEL_INLINE Doubles select(Mask mask, Doubles yes, Doubles no) noexcept {
  return _mm512_mask_blend_pd(mask, no, yes);
}
TIJIAN_KERNEL_INLINE unsigned lane_bits(Mask mask) noexcept { return mask; }
TIJIAN_KERNEL_INLINE Mask of_lane_bits(unsigned bits) noexcept { return static_cast<Mask>(bits); }
#else
TIJIAN_KERNEL_INLINE Mask less(Doubles a, Doubles b) noexcept { return a < b; }
TIJIAN_KERNEL_INLINE Mask at_most(Doubles a, Doubles b) noexcept { return a <= b; }
TIJIAN_KERNEL_INLINE Mask equal(Doubles a, Doubles b) noexcept { return a == b; }
#if TIJIAN_KERNEL_BYTES == 8
TIJIAN_KERNEL_INLINE Mask both(Mask a, Mask b) noexcept { return a && b; }
TIJIAN_KERNEL_INLINE Mask either(Mask a, Mask b) noexcept { return a || b; }
TIJIAN_KERNEL_INLINE Doubles select(Mask mask, Doubles yes, Doubles no) noexcept {
  return mask ? yes : no;
}
TIJIAN_KERNEL_INLINE Doubles keep(Mask mask, Doubles values) noexcept { return mask ? values : 0; }
TIJIAN_KERNEL_INLINE unsigned lane_bits(Mask mask) noexcept { return mask ? 1 : 0; }
TIJIAN_KERNEL_INLINE Mask of_lane_bits(unsigned bits) noexcept { return (bits & 1) != 0; }
#else
TIJIAN_KERNEL_INLINE Mask both(Mask a, Mask b) noexcept { return a & b; }
TIJIAN_KERNEL_INLINE Mask either(Mask a, Mask b) noexcept { return a | b; }
TIJIAN_KERNEL_INLINE Doubles keep(Mask mask, Doubles values) noexcept {
  return of_bits(bits_of(values) & mask);
}
#if TIJIAN_KERNEL_BYTES == 32
TIJIAN_KERNEL_INLINE Doubles select(Mask mask, Doubles yes, Doubles no) noexcept {
  return _mm256_blendv_pd(no, yes, of_bits(mask));
}
TIJIAN_KERNEL_INLINE unsigned lane_bits(Mask mask) noexcept {
  return static_cast<unsigned>(_mm256_movemask_pd(of_bits(mask)));
}
TIJIAN_KERNEL_INLINE Mask of_lane_bits(unsigned bits) noexcept {
  const auto all = static_cast<std::int64_t>(bits);
  return (Integers{all, all, all, all} & Integers{1, 2, 4, 8}) != 0;
}
#else
TIJIAN_KERNEL_INLINE Doubles select(Mask mask, Doubles yes, Doubles no) noexcept {
  return of_bits((bits_of(yes) & mask) | (bits_of(no) & ~mask));
}
TIJIAN_KERNEL_INLINE unsigned lane_bits(Mask mask) noexcept {
#if defined(__SSE2__)
  return static_cast<unsigned>(_mm_movemask_pd(of_bits(mask)));
#else
  return static_cast<unsigned>((mask[0] & 1) | (mask[1] & 2));
#endif
}
TIJIAN_KERNEL_INLINE Mask of_lane_bits(unsigned bits) noexcept {
  return Integers{-static_cast<std::int64_t>(bits & 1), -static_cast<std::int64_t>(bits >> 1 & 1)};
}
#endif
#endif
#endif

// ------------------------------------------------------------------------------------- arithmetic

inline constexpr std::int64_t all_but_sign = std::numeric_limits<std::int64_t>::max();
inline constexpr double largest_double = std::numeric_limits<double>::max();
inline constexpr double infinite = std::numeric_limits<double>::infinity();
inline constexpr double null_number = std::numeric_limits<double>::quiet_NaN();

TIJIAN_KERNEL_INLINE Doubles absolute(Doubles values) noexcept {
  return of_bits(bits_of(values) & all_but_sign);
}

TIJIAN_KERNEL_INLINE Mask is_finite(Doubles values) noexcept {
  return at_most(absolute(values), broadcast(largest_double));
}

/// The greater of each, `b` where one is NaN or both are 0.
TIJIAN_KERNEL_INLINE Doubles greater_of(Doubles a, Doubles b) noexcept {
#if TIJIAN_KERNEL_BYTES == 64
  return _mm512_maskz_max_pd(0xff, a, b);
#elif TIJIAN_KERNEL_BYTES == 32
  return _mm256_max_pd(a, b);
#elif TIJIAN_KERNEL_BYTES == 16 && defined(__SSE2__)
  return _mm_max_pd(a, b);
#else
  return select(less(b, a), a, b);
#endif
}

/// The lesser of each, `b` where one is NaN or both are 0.
TIJIAN_KERNEL_INLINE Doubles lesser_of(Doubles a, Doubles b) noexcept {
#if TIJIAN_KERNEL_BYTES == 64
  return _mm512_maskz_min_pd(0xff, a, b);
#elif TIJIAN_KERNEL_BYTES == 32
  return _mm256_min_pd(a, b);
#elif TIJIAN_KERNEL_BYTES == 16 && defined(__SSE2__)
  return _mm_min_pd(a, b);
#else
  return select(less(a, b), a, b);
#endif
}

/// `values`, where less than `limit` the limit. NaN stays NaN.
TIJIAN_KERNEL_INLINE Doubles not_below(Doubles values, Doubles limit) noexcept {
  return greater_of(limit, values);
}

/// `values`, where greater than `limit` the limit. NaN stays NaN.
TIJIAN_KERNEL_INLINE Doubles not_above(Doubles values, Doubles limit) noexcept {
  return lesser_of(limit, values);
}

/// The greater magnitude of each, |`b`| where `a` is NaN.
TIJIAN_KERNEL_INLINE Doubles greater_magnitude_of(Doubles a, Doubles b) noexcept {
#if TIJIAN_KERNEL_BYTES == 64
  return _mm512_range_pd(a, b, 0b1011);
#else
  return greater_of(absolute(a), absolute(b));
#endif
}

/// `sums` + `values` within the mask, `sums` elsewhere; no sum may be -0.
TIJIAN_KERNEL_INLINE Doubles add_where(Mask mask, Doubles sums, Doubles values) noexcept {
#if TIJIAN_KERNEL_BYTES == 64
  return _mm512_mask_add_pd(sums, mask, sums, values);
#else
  return sums + keep(mask, values);
#endif
}

#if TIJIAN_KERNEL_BYTES >= 32
/// The lesser of |a| and b > 0, b where a is 0 or NaN.
TIJIAN_KERNEL_INLINE Doubles lesser_magnitude_but_zero(Doubles a, Doubles b) noexcept {
#if TIJIAN_KERNEL_BYTES == 64
  const Mask some = _mm512_test_epi64_mask(_mm512_castpd_si512(a), _mm512_set1_epi64(all_but_sign));
  return _mm512_mask_range_pd(b, some, b, a, 0b1010);
#else
  const Doubles magnitude = absolute(a);
  // All bits of a lane are a NaN.
  return lesser_of(of_bits(bits_of(magnitude) | equal(magnitude, broadcast(0))), b);
#endif
}

/// a · b + c, rounded once.
TIJIAN_KERNEL_INLINE Doubles fused(Doubles a, Doubles b, Doubles c) noexcept {
#if TIJIAN_KERNEL_BYTES == 64
  return _mm512_fmadd_pd(a, b, c);
#else
  return _mm256_fmadd_pd(a, b, c);
#endif
}
#endif

/// What rounding left of the product `rounded` = a · b: exact where it is a double.
TIJIAN_KERNEL_INLINE Doubles product_error(Doubles a, Doubles b, Doubles rounded) noexcept {
#if TIJIAN_KERNEL_BYTES == 64
  return _mm512_fmsub_pd(a, b, rounded);
#elif TIJIAN_KERNEL_BYTES == 32
  return _mm256_fmsub_pd(a, b, rounded);
#else
  // Dekker: both in halves of 26 bits.
  const Doubles splitter = broadcast(0x1p+27 + 1);
  const Doubles a_scaled = splitter * a;
  const Doubles a_high = a_scaled - (a_scaled - a);
  const Doubles a_low = a - a_high;
  const Doubles b_scaled = splitter * b;
  const Doubles b_high = b_scaled - (b_scaled - b);
  const Doubles b_low = b - b_high;
  return ((a_high * b_high - rounded) + a_high * b_low + a_low * b_high) + a_low * b_low;
#endif
}

/// table[index] per lane.
TIJIAN_KERNEL_INLINE Doubles gather(const double* table, Integers index) noexcept {
#if TIJIAN_KERNEL_BYTES == 8
  return table[index];
#elif TIJIAN_KERNEL_BYTES == 64
  __m512i places;
  std::memcpy(&places, &index, sizeof places);
  return _mm512_mask_i64gather_pd(_mm512_setzero_pd(), 0xff, places, table, 8);
#elif TIJIAN_KERNEL_BYTES == 32
  return Doubles{table[index[0]], table[index[1]], table[index[2]], table[index[3]]};
#else
  return Doubles{table[index[0]], table[index[1]]};
#endif
}

/// The rows that kernels work on at a time: 53 columns of them lie in the L2 cache.
inline constexpr std::size_t score_tile_rows = 512;

/// Copies `rows` numbers and fills the rest of a tile up with nulls.
inline void fill_tile(const double* values, std::size_t rows, double* tile) noexcept {
  if (rows != 0) std::memcpy(tile, values, rows * sizeof(double));
  for (std::size_t row = rows; row < score_tile_rows; ++row) tile[row] = null_number;
}

/// Outputs below this are worth their place in the caches: whoever asked for them reads them next.
inline constexpr std::size_t least_streamed_bytes = std::size_t{1} << 22;

/// Copies bytes past the caches, which for whole lines saves reading what was there before. Call
/// `end_streams` before other threads may see them.
inline void stream_bytes(void* to, const void* from, std::size_t count) noexcept {
  auto* place = static_cast<char*>(to);
  auto* source = static_cast<const char*>(from);
#if defined(__SSE2__)
  constexpr std::size_t line = 64;
  const std::size_t ahead_of_line = (0 - reinterpret_cast<std::uintptr_t>(place)) % line;
  if (ahead_of_line < count) {
    std::memcpy(place, source, ahead_of_line);
    place += ahead_of_line;
    source += ahead_of_line;
    count -= ahead_of_line;
    for (; count >= line; count -= line, place += line, source += line) {
#if TIJIAN_KERNEL_BYTES == 64
      _mm512_stream_si512(reinterpret_cast<__m512i*>(place), _mm512_loadu_si512(source));
#else
      for (std::size_t at = 0; at < line; at += sizeof(__m128i)) {
        _mm_stream_si128(reinterpret_cast<__m128i*>(place + at),
                         _mm_loadu_si128(reinterpret_cast<const __m128i*>(source + at)));
      }
#endif
    }
  }
#endif
  std::memcpy(place, source, count);
}

/// What was streamed comes before what this thread writes from now on.
TIJIAN_KERNEL_INLINE void end_streams() noexcept {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

/// Asks for the line of `from` in the L2 cache.
TIJIAN_KERNEL_INLINE void fetch_ahead(const double* from) noexcept {
#if defined(__GNUC__)
  __builtin_prefetch(from, 0, 2);
#else
  static_cast<void>(from);
#endif
}

/// Asks for the next tile of a column, line by line in step with two loops over this tile: the
/// first loop, which takes the longer, for three quarters of its lines, the second for the others.
/// Asked for faster than memory gives, lines would hold up the one loop, and memory would rest
/// during the other.
TIJIAN_KERNEL_INLINE void fetch_most_ahead(const double* tile, std::size_t row) noexcept {
  if (row % 8 == 0 && row % 32 != 24) fetch_ahead(tile + score_tile_rows + row - row / 32 * 8);
}
TIJIAN_KERNEL_INLINE void fetch_rest_ahead(const double* tile, std::size_t row) noexcept {
  if (row % 32 == 0) fetch_ahead(tile + score_tile_rows + score_tile_rows / 4 * 3 + row / 4);
}

}  // namespace tijian::kernels::TIJIAN_KERNEL_TARGET
