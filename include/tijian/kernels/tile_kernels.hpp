// The kernels of kernel_table.hpp, written once and compiled for several CPUs.
//
// Whoever includes this file may define TIJIAN_TILE_TARGET, the namespace of its copy: two copies
// of one inline function with different instructions in one program would be undefined. It then
// switches the instructions on by a pragma behind all other headers, so that nothing from the
// standard library is compiled with them; TIJIAN_KERNEL_AVX2 or TIJIAN_KERNEL_AVX512 says which.
// Without it the copy is the portable one, which needs no CPU in particular and is the oracle of
// the others.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "tijian/kernels/kernel_table.hpp"

#ifndef TIJIAN_TILE_TARGET
#define TIJIAN_TILE_TARGET portable_tiles
#endif

namespace tijian::kernels::TIJIAN_TILE_TARGET {

inline constexpr std::size_t word_rows = 64;

// ---- values
// --------------------------------------------------------------------------------------

// What is computed is 64 values at a time, from a tile or from one constant. A result's tile is
// never an operand's, and `__restrict` says so: below -O3 compilers do not ask at run time.

struct TileValues {
  const double* values;
  [[nodiscard]] TileValues at(std::size_t row) const { return {values + row}; }
  [[nodiscard]] double operator[](std::size_t i) const { return values[i]; }
};
struct ConstantValues {
  double value;
  [[nodiscard]] ConstantValues at(std::size_t) const { return *this; }
  [[nodiscard]] double operator[](std::size_t) const { return value; }
};

template <class Use>
inline void with_values(const NumberOperand& operand, Use&& use) {
  if (operand.values != nullptr) {
    use(TileValues{operand.values});
  } else {
    use(ConstantValues{operand.constant});
  }
}

/// 64 flags, each 0 or 1, as one word.
inline std::uint64_t pack(const std::uint8_t* flags) {
  std::uint64_t word = 0;
  for (std::size_t group = 0; group < 8; ++group) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, flags + 8 * group, 8);
    if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
    // Each byte's bit lands in its own place of the highest byte; no two products overlap.
    word |= (bytes * 0x0102040810204080ULL >> 56) << (8 * group);
  }
  return word;
}

#if defined(TIJIAN_KERNEL_AVX512)

inline std::uint64_t finite_word(const double* values) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    const __mmask8 odd = _mm512_fpclass_pd_mask(_mm512_loadu_pd(values + 8 * i), 0x99);
    word |= std::uint64_t{static_cast<std::uint8_t>(~odd)} << (8 * i);
  }
  return word;
}

/// True where all 64 numbers are finite: x · 0 is NaN for those that are not, and NaN stays in a
/// sum.
inline bool all_finite(const double* values) {
  const __m512d zero = _mm512_setzero_pd();
  __m512d even = zero;
  __m512d odd = zero;
  for (std::size_t i = 0; i < 64; i += 16) {
    even = _mm512_fmadd_pd(_mm512_loadu_pd(values + i), zero, even);
    odd = _mm512_fmadd_pd(_mm512_loadu_pd(values + i + 8), zero, odd);
  }
  return _mm512_cmp_pd_mask(even, odd, _CMP_EQ_OQ) == 0xff;
}

inline __m512d load(TileValues x, std::size_t i) { return _mm512_loadu_pd(x.values + i); }
inline __m512d load(ConstantValues x, std::size_t) { return _mm512_set1_pd(x.value); }

template <int predicate, class X, class Y>
inline std::uint64_t compare_word(X x, Y y) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    const __mmask8 holds = _mm512_cmp_pd_mask(load(x, 8 * i), load(y, 8 * i), predicate);
    word |= std::uint64_t{holds} << (8 * i);
  }
  return word;
}

#elif defined(TIJIAN_KERNEL_AVX2)

inline std::uint64_t finite_word(const double* values) {
  const __m256d largest = _mm256_set1_pd(std::numeric_limits<double>::max());
  const __m256d magnitude = _mm256_castsi256_pd(_mm256_set1_epi64x(INT64_MAX));
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    const __m256d x = _mm256_and_pd(_mm256_loadu_pd(values + 4 * i), magnitude);
    const int finite = _mm256_movemask_pd(_mm256_cmp_pd(x, largest, _CMP_LE_OQ));
    word |= static_cast<std::uint64_t>(finite) << (4 * i);
  }
  return word;
}

inline bool all_finite(const double* values) {
  const __m256d zero = _mm256_setzero_pd();
  __m256d even = zero;
  __m256d odd = zero;
  for (std::size_t i = 0; i < 64; i += 8) {
    even = _mm256_add_pd(even, _mm256_mul_pd(_mm256_loadu_pd(values + i), zero));
    odd = _mm256_add_pd(odd, _mm256_mul_pd(_mm256_loadu_pd(values + i + 4), zero));
  }
  return _mm256_movemask_pd(_mm256_cmp_pd(even, odd, _CMP_EQ_OQ)) == 0xf;
}

inline __m256d load(TileValues x, std::size_t i) { return _mm256_loadu_pd(x.values + i); }
inline __m256d load(ConstantValues x, std::size_t) { return _mm256_set1_pd(x.value); }

template <int predicate, class X, class Y>
inline std::uint64_t compare_word(X x, Y y) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    const int holds = _mm256_movemask_pd(_mm256_cmp_pd(load(x, 4 * i), load(y, 4 * i), predicate));
    word |= static_cast<std::uint64_t>(holds) << (4 * i);
  }
  return word;
}

#else

/// True where all 64 numbers are finite: an exponent of all ones, and no other, carries into the
/// sign bit of the sum.
inline bool all_finite(const double* values) {
  constexpr std::uint64_t exponent = 0x7ff0'0000'0000'0000;
  std::uint64_t suspicious = 0;
  for (std::size_t i = 0; i < word_rows; ++i)
    suspicious |= (std::bit_cast<std::uint64_t>(values[i]) & exponent) + (std::uint64_t{1} << 52);
  return suspicious >> 63 == 0;
}

inline std::uint64_t finite_word(const double* values) {
  constexpr std::uint64_t exponent = 0x7ff0'0000'0000'0000;
  alignas(64) std::uint8_t flags[word_rows];
  for (std::size_t i = 0; i < word_rows; ++i)
    flags[i] = (std::bit_cast<std::uint64_t>(values[i]) & exponent) != exponent;
  return pack(flags);
}

template <class Holds, class X, class Y>
inline std::uint64_t compare_word(Holds holds, X x, Y y) {
  alignas(64) std::uint8_t flags[word_rows];
  for (std::size_t i = 0; i < word_rows; ++i)
    flags[i] = static_cast<std::uint8_t>(holds(x[i], y[i]));
  return pack(flags);
}

#endif

inline void keep_finite(const double* values, std::size_t words, Mask& valid, Mask& infinite) {
  for (std::size_t word = 0; word < words; ++word) {
    infinite[word] = 0;
    if (all_finite(values + word * word_rows)) continue;
    const std::uint64_t finite = finite_word(values + word * word_rows);
    std::uint64_t odd = valid[word] & ~finite;
    valid[word] &= finite;
    std::uint64_t found = 0;
    for (; odd != 0; odd &= odd - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(odd));
      const auto bits = std::bit_cast<std::uint64_t>(values[word * word_rows + i]);
      found |= std::uint64_t{bits << 12 == 0} << i;
    }
    infinite[word] = found;
  }
}

template <class Compute, class X>
inline void compute_word(Compute compute, X x, double* __restrict results) {
  for (std::size_t i = 0; i < word_rows; ++i) results[i] = compute(x[i]) + 0.0;
}
template <class Compute, class X, class Y>
inline void compute_word(Compute compute, X x, Y y, double* __restrict results) {
  for (std::size_t i = 0; i < word_rows; ++i) results[i] = compute(x[i], y[i]) + 0.0;
}

inline void unary(UnaryOperation operation, NumberOperand a, std::size_t words, NumberTile& out) {
  const bool ask = may_leave_finite(operation);
  with_operation(operation, [&](auto compute) {
    with_values(a, [&](auto x) {
      for (std::size_t word = 0; word < words; ++word) {
        double* values = out.values + word * word_rows;
        compute_word(compute, x.at(word * word_rows), values);
        std::uint64_t valid = (*a.valid)[word];
        if (ask && !all_finite(values)) valid &= finite_word(values);
        out.valid[word] = valid;
      }
    });
  });
}

inline void binary(BinaryOperation operation, NumberOperand a, NumberOperand b, std::size_t words,
                   NumberTile& out) {
  const bool ask = may_leave_finite(operation);
  with_operation(operation, [&](auto compute) {
    with_values(a, [&](auto x) {
      with_values(b, [&](auto y) {
        for (std::size_t word = 0; word < words; ++word) {
          double* values = out.values + word * word_rows;
          compute_word(compute, x.at(word * word_rows), y.at(word * word_rows), values);
          std::uint64_t valid = (*a.valid)[word] & (*b.valid)[word];
          if (ask && !all_finite(values)) valid &= finite_word(values);
          out.valid[word] = valid;
        }
      });
    });
  });
}

template <class Word>
inline void compare_with(Word holds, const NumberOperand& a, const NumberOperand& b,
                         std::size_t words, BooleanTile& out) {
  with_values(a, [&](auto x) {
    with_values(b, [&](auto y) {
      for (std::size_t word = 0; word < words; ++word) {
        const std::uint64_t valid = (*a.valid)[word] & (*b.valid)[word];
        out.valid[word] = valid;
        out.value[word] = holds(x.at(word * word_rows), y.at(word * word_rows)) & valid;
      }
    });
  });
}

inline void compare(Comparison comparison, NumberOperand a, NumberOperand b, std::size_t words,
                    BooleanTile& out) {
#if defined(TIJIAN_KERNEL_AVX512) || defined(TIJIAN_KERNEL_AVX2)
  switch (comparison) {
    case Comparison::equal:
      return compare_with([](auto x, auto y) { return compare_word<_CMP_EQ_OQ>(x, y); }, a, b,
                          words, out);
    case Comparison::not_equal:
      return compare_with([](auto x, auto y) { return compare_word<_CMP_NEQ_UQ>(x, y); }, a, b,
                          words, out);
    case Comparison::less:
      return compare_with([](auto x, auto y) { return compare_word<_CMP_LT_OQ>(x, y); }, a, b,
                          words, out);
    case Comparison::less_equal:
      return compare_with([](auto x, auto y) { return compare_word<_CMP_LE_OQ>(x, y); }, a, b,
                          words, out);
  }
#else
  with_comparison(comparison, [&](auto holds) {
    compare_with([holds](auto x, auto y) { return compare_word(holds, x, y); }, a, b, words, out);
  });
#endif
}

// ---- runs
// ----------------------------------------------------------------------------------------

inline void count_runs(const Mask* const* masks, std::size_t mask_count, const Run* runs,
                       std::size_t run_count, std::int64_t* counts) {
  for (std::size_t r = 0; r < run_count; ++r) {
    const std::size_t first = runs[r].first;
    const std::size_t end = first + runs[r].rows;
    const std::size_t first_word = first / word_rows;
    const std::size_t last_word = (end - 1) / word_rows;
    const std::uint64_t from_first = ~std::uint64_t{0} << (first % word_rows);
    const std::uint64_t to_last = ~std::uint64_t{0} >> (word_rows - 1 - (end - 1) % word_rows);
    for (std::size_t m = 0; m < mask_count; ++m) {
      const Mask& mask = *masks[m];
      std::uint64_t bits = mask[first_word] & from_first;
      std::int64_t count = 0;
      for (std::size_t word = first_word; word < last_word; bits = mask[++word])
        count += std::popcount(bits);
      *counts++ = count + std::popcount(bits & to_last);
    }
  }
}

// Numbers are summed in eight lanes, however many an instruction holds, so that no lane adds more
// than 128 of them and the anchor's drift stays within its binade.

#if defined(TIJIAN_KERNEL_AVX512)

/// Sums and the range of magnitudes, eight numbers at a time; those whose bit is clear are 0.
class SumLanes {
 public:
  explicit SumLanes(double anchor)
      : anchor_(_mm512_set1_pd(anchor)), whole_(anchor_), rest_(_mm512_setzero_pd()) {}

  void add(const double* values, std::uint8_t bits) {
    const __m512d x = _mm512_maskz_loadu_pd(bits, values);
    const __m512d sum = _mm512_add_pd(whole_, x);
    rest_ = _mm512_add_pd(rest_, _mm512_sub_pd(x, _mm512_sub_pd(sum, whole_)));
    whole_ = sum;
  }
  /// Of the numbers of both, which have one anchor.
  [[nodiscard]] SumParts sum_with(const SumLanes& other) const {
    const __m512d whole =
        _mm512_add_pd(_mm512_sub_pd(whole_, anchor_), _mm512_sub_pd(other.whole_, anchor_));
    return {_mm512_reduce_add_pd(whole), _mm512_reduce_add_pd(_mm512_add_pd(rest_, other.rest_))};
  }

 private:
  __m512d anchor_;
  __m512d whole_;
  __m512d rest_;
};

class MagnitudeLanes {
 public:
  // Written out: GCC compiles an implicit constructor without the instructions of the pragma.
  MagnitudeLanes()
      : smallest_(_mm512_set1_pd(std::numeric_limits<double>::infinity())),
        largest_(_mm512_setzero_pd()) {}

  void add(const double* values, std::uint8_t bits) {
    // The larger and the smaller absolute value, without their signs.
    const __m512d x = _mm512_maskz_loadu_pd(bits, values);
    largest_ = _mm512_range_pd(largest_, x, 0b1011);
    const __mmask8 some =
        _mm512_test_epi64_mask(_mm512_castpd_si512(x), _mm512_set1_epi64(INT64_MAX));
    smallest_ = _mm512_mask_range_pd(smallest_, some, smallest_, x, 0b1010);
  }
  [[nodiscard]] MagnitudeRange range() const {
    return {_mm512_reduce_min_pd(smallest_), _mm512_reduce_max_pd(largest_)};
  }

 private:
  __m512d smallest_;
  __m512d largest_;
};

#else

// Vector types of GCC and Clang: element-wise IEEE operations, so the bits are the same whatever
// instructions the compiler has for them.
#if defined(TIJIAN_KERNEL_AVX2)
inline constexpr std::size_t lanes = 4;
using Doubles [[gnu::vector_size(32)]] = double;
using Words [[gnu::vector_size(32)]] = std::uint64_t;
#else
inline constexpr std::size_t lanes = 2;
using Doubles [[gnu::vector_size(16)]] = double;
using Words [[gnu::vector_size(16)]] = std::uint64_t;
#endif
inline constexpr std::size_t chains = 8 / lanes;

/// All bits of lane j of entry i are set where bit j of i is.
alignas(32) inline constexpr auto lane_masks = [] {
  std::array<std::array<std::uint64_t, lanes>, std::size_t{1} << lanes> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    for (std::size_t lane = 0; lane < lanes; ++lane) table[i][lane] = 0 - (i >> lane & 1);
  return table;
}();

inline Doubles load_lanes(const double* values, std::size_t bits) {
  Words words;
  Words keep;
  std::memcpy(&words, values, sizeof words);
  std::memcpy(&keep, lane_masks[bits & ((1U << lanes) - 1)].data(), sizeof keep);
  words &= keep;
  return reinterpret_cast<Doubles>(words);
}

class SumLanes {
 public:
  explicit SumLanes(double anchor) : anchor_(anchor) {
    for (Doubles& whole : whole_) whole = Doubles{} + anchor;
    for (Doubles& rest : rest_) rest = Doubles{};
  }

  void add(const double* values, std::uint8_t bits) {
    for (std::size_t chain = 0; chain < chains; ++chain) {
      const Doubles x = load_lanes(values + chain * lanes, bits >> (chain * lanes));
      const Doubles sum = whole_[chain] + x;
      rest_[chain] += x - (sum - whole_[chain]);
      whole_[chain] = sum;
    }
  }
  /// Of the numbers of both, which have one anchor.
  [[nodiscard]] SumParts sum_with(const SumLanes& other) const {
    SumParts sum{0, 0};
    for (std::size_t chain = 0; chain < chains; ++chain) {
      const Doubles whole = (whole_[chain] - anchor_) + (other.whole_[chain] - anchor_);
      const Doubles rest = rest_[chain] + other.rest_[chain];
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        sum.whole += whole[lane];
        sum.rest += rest[lane];
      }
    }
    return sum;
  }

 private:
  double anchor_;
  Doubles whole_[chains];
  Doubles rest_[chains];
};

class MagnitudeLanes {
 public:
  // Written out: GCC compiles an implicit constructor without the instructions of the pragma.
  MagnitudeLanes()
      : smallest_(Words{} + std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity())),
        largest_(Words{}) {}

  void add(const double* values, std::uint8_t bits) {
    for (std::size_t chain = 0; chain < chains; ++chain) {
      const Doubles x = load_lanes(values + chain * lanes, bits >> (chain * lanes));
      const auto magnitude = reinterpret_cast<Words>(x) & (~std::uint64_t{0} >> 1);
      const auto y = reinterpret_cast<Doubles>(magnitude);
      const auto larger = reinterpret_cast<Words>(y > reinterpret_cast<Doubles>(largest_));
      largest_ = (magnitude & larger) | (largest_ & ~larger);
      const auto some = reinterpret_cast<Words>(y != Doubles{});
      const auto smaller = some & reinterpret_cast<Words>(y < reinterpret_cast<Doubles>(smallest_));
      smallest_ = (magnitude & smaller) | (smallest_ & ~smaller);
    }
  }
  [[nodiscard]] MagnitudeRange range() const {
    MagnitudeRange range{std::numeric_limits<double>::infinity(), 0};
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      range.smallest =
          std::min(range.smallest, std::bit_cast<double>(std::uint64_t{smallest_[lane]}));
      range.largest = std::max(range.largest, std::bit_cast<double>(std::uint64_t{largest_[lane]}));
    }
    return range;
  }

 private:
  Words smallest_;
  Words largest_;
};

#endif

inline MagnitudeRange magnitudes(const double* values, const Mask& mask, std::size_t words) {
  // Several sets of lanes, of which each step has time to finish while the others' go on.
  std::array<MagnitudeLanes, 4> sets;
  for (std::size_t word = 0; word < words; ++word, values += word_rows) {
    const std::uint64_t bits = mask[word];
    for (std::size_t i = 0; i < 8; ++i)
      sets[i % 4].add(values + 8 * i, static_cast<std::uint8_t>(bits >> (8 * i)));
  }
  MagnitudeRange range = sets[0].range();
  for (std::size_t i = 1; i < 4; ++i) {
    const MagnitudeRange other = sets[i].range();
    range.smallest = other.smallest < range.smallest ? other.smallest : range.smallest;
    range.largest = other.largest > range.largest ? other.largest : range.largest;
  }
  return range;
}

inline void sum_runs(const double* values, const Mask& mask, const Run* runs, std::size_t run_count,
                     double anchor, SumParts* sums) {
  for (std::size_t r = 0; r < run_count; ++r) {
    // Two sets of lanes, of which each addition has time to finish while the other's goes on.
    SumLanes even(anchor);
    SumLanes odd(anchor);
    const std::size_t end = std::size_t{runs[r].first} + runs[r].rows;
    for (std::size_t word = runs[r].first / word_rows; word * word_rows < end; ++word) {
      std::uint64_t bits = mask[word] & bits_of_rows(word, runs[r].first, runs[r].rows);
      // What lies before a short run is passed over; a word of nothing takes no step.
      const auto before = static_cast<std::size_t>(std::countr_zero(bits)) & 48;
      const double* eight = values + word * word_rows + before;
      for (bits >>= before; bits != 0; bits >>= 16, eight += 16) {
        even.add(eight, static_cast<std::uint8_t>(bits));
        odd.add(eight + 8, static_cast<std::uint8_t>(bits >> 8));
      }
    }
    sums[r] = even.sum_with(odd);
  }
}

// ---- records
// -------------------------------------------------------------------------------------

/// An 8 × 8 matrix of bits, a row in each byte, mirrored at its diagonal (Warren, Hacker's Delight,
/// 7-3).
inline std::uint64_t transpose_bits(std::uint64_t x) {
  std::uint64_t t = (x ^ (x >> 7)) & 0x00AA00AA00AA00AAULL;
  x = x ^ t ^ (t << 7);
  t = (x ^ (x >> 14)) & 0x0000CCCC0000CCCCULL;
  x = x ^ t ^ (t << 14);
  t = (x ^ (x >> 28)) & 0x00000000F0F0F0F0ULL;
  return x ^ t ^ (t << 28);
}

#if defined(TIJIAN_KERNEL_AVX512)

/// Eight numbers of each of eight columns, row by row.
inline void transpose(__m512d (&x)[8]) {
  const __m512d a0 = _mm512_unpacklo_pd(x[0], x[1]);
  const __m512d a1 = _mm512_unpackhi_pd(x[0], x[1]);
  const __m512d a2 = _mm512_unpacklo_pd(x[2], x[3]);
  const __m512d a3 = _mm512_unpackhi_pd(x[2], x[3]);
  const __m512d a4 = _mm512_unpacklo_pd(x[4], x[5]);
  const __m512d a5 = _mm512_unpackhi_pd(x[4], x[5]);
  const __m512d a6 = _mm512_unpacklo_pd(x[6], x[7]);
  const __m512d a7 = _mm512_unpackhi_pd(x[6], x[7]);
  const __m512i low = _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0);
  const __m512i high = _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2);
  const __m512d b0 = _mm512_permutex2var_pd(a0, low, a2);
  const __m512d b1 = _mm512_permutex2var_pd(a1, low, a3);
  const __m512d b2 = _mm512_permutex2var_pd(a0, high, a2);
  const __m512d b3 = _mm512_permutex2var_pd(a1, high, a3);
  const __m512d b4 = _mm512_permutex2var_pd(a4, low, a6);
  const __m512d b5 = _mm512_permutex2var_pd(a5, low, a7);
  const __m512d b6 = _mm512_permutex2var_pd(a4, high, a6);
  const __m512d b7 = _mm512_permutex2var_pd(a5, high, a7);
  // b0: rows 0 and 4 of columns 0-3; b2: rows 2 and 6; b1 and b3 the odd ones.
  x[0] = _mm512_shuffle_f64x2(b0, b4, 0x44);
  x[4] = _mm512_shuffle_f64x2(b0, b4, 0xee);
  x[1] = _mm512_shuffle_f64x2(b1, b5, 0x44);
  x[5] = _mm512_shuffle_f64x2(b1, b5, 0xee);
  x[2] = _mm512_shuffle_f64x2(b2, b6, 0x44);
  x[6] = _mm512_shuffle_f64x2(b2, b6, 0xee);
  x[3] = _mm512_shuffle_f64x2(b3, b7, 0x44);
  x[7] = _mm512_shuffle_f64x2(b3, b7, 0xee);
}

/// Adds eight rows of up to eight sums to the records at `to`.
inline void add_sums(const RecordTile& tile, std::size_t row, std::size_t first, std::size_t width,
                     std::byte* const* to, std::size_t rows) {
  __m512d x[8];
  for (std::size_t s = 0; s < 8; ++s) {
    x[s] = _mm512_setzero_pd();
    if (s >= width) continue;
    const std::uint64_t word = (*tile.sum_masks[first + s])[row / word_rows];
    x[s] = _mm512_maskz_loadu_pd(static_cast<__mmask8>(word >> (row % word_rows)),
                                 tile.values[first + s] + row);
  }
  transpose(x);
  const auto kept = static_cast<__mmask8>((1U << width) - 1);
  for (std::size_t i = 0; i < rows; ++i) {
    auto* whole = reinterpret_cast<double*>(to[i]) + 2 * first;
    double* rest = whole + width;
    const __m512d before = _mm512_maskz_loadu_pd(kept, whole);
    const __m512d sum = _mm512_add_pd(before, x[i]);
    const __m512d dropped = _mm512_sub_pd(x[i], _mm512_sub_pd(sum, before));
    _mm512_mask_storeu_pd(rest, kept, _mm512_add_pd(_mm512_maskz_loadu_pd(kept, rest), dropped));
    _mm512_mask_storeu_pd(whole, kept, sum);
  }
}

#else

inline void add_sums(const RecordTile& tile, std::size_t row, std::size_t first, std::size_t width,
                     std::byte* const* to, std::size_t rows) {
  double x[8][8] = {};
  for (std::size_t s = 0; s < width; ++s) {
    const std::uint64_t bits = (*tile.sum_masks[first + s])[row / word_rows] >> (row % word_rows);
    for (std::size_t i = 0; i < rows; ++i)
      x[i][s] = (bits >> i & 1) != 0 ? tile.values[first + s][row + i] : 0;
  }
  for (std::size_t i = 0; i < rows; ++i) {
    auto* whole = reinterpret_cast<double*>(to[i]) + 2 * first;
    double* rest = whole + width;
    for (std::size_t s = 0; s < width; ++s) {
      const double sum = whole[s] + x[i][s];
      rest[s] += x[i][s] - (sum - whole[s]);
      whole[s] = sum;
    }
  }
}

#endif

/// The bits of a byte as eight numbers.
alignas(64) inline constexpr auto byte_counts = [] {
  std::array<std::array<std::uint16_t, 8>, 256> table{};
  for (std::size_t byte = 0; byte < 256; ++byte)
    for (std::size_t bit = 0; bit < 8; ++bit)
      table[byte][bit] = static_cast<std::uint16_t>(byte >> bit & 1);
  return table;
}();

inline void add_records(const RecordTile& tile) {
  constexpr std::size_t ahead = 16;
  const std::size_t counts_at = 2 * sizeof(double) * tile.sums;
  for (std::size_t row = 0; row < tile.rows; row += 8) {
    const std::size_t rows = std::min<std::size_t>(8, tile.rows - row);
    std::byte* to[8];
    for (std::size_t i = 0; i < rows; ++i) to[i] = tile.records + tile.keys[row + i] * tile.stride;
    for (std::size_t i = row + ahead; i < std::min(row + ahead + 8, tile.rows); ++i)
      for (std::size_t at = 0; at < tile.stride; at += 64)
        __builtin_prefetch(tile.records + tile.keys[i] * tile.stride + at, 1, 3);
    std::size_t first = 0;
    for (; first + 8 <= tile.sums; first += 8) add_sums(tile, row, first, 8, to, rows);
    if (first < tile.sums) add_sums(tile, row, first, tile.sums - first, to, rows);
    for (std::size_t group = 0; group < tile.count_groups; ++group) {
      std::uint64_t bits = 0;
      for (std::size_t s = 0; s < 8; ++s) {
        const std::uint64_t word = (*tile.count_masks[8 * group + s])[row / word_rows];
        bits |= (word >> (row % word_rows) & 0xff) << (8 * s);
      }
      bits = transpose_bits(bits);
      for (std::size_t i = 0; i < rows; ++i, bits >>= 8) {
        using Counts [[gnu::vector_size(16)]] = std::uint16_t;
        std::byte* at = to[i] + counts_at + group * sizeof(Counts);
        Counts counts;
        Counts addend;
        std::memcpy(&counts, at, sizeof counts);
        std::memcpy(&addend, byte_counts[bits & 0xff].data(), sizeof addend);
        counts += addend;
        std::memcpy(at, &counts, sizeof counts);
      }
    }
  }
}

// ---- keys
// ----------------------------------------------------------------------------------------

template <class Integer>
inline void mark_changes(const void* integers, std::size_t rows, Mask& changed) {
  const auto* bytes = static_cast<const char*>(integers);
  std::size_t row = 1;
  for (std::size_t word = 0; word * word_rows < rows; ++word) {
    alignas(64) std::uint8_t flags[word_rows] = {};
    const std::size_t end = std::min(rows, (word + 1) * word_rows);
    // Unaligned on purpose: columns may lie anywhere.
    for (std::size_t i = row; i < end; ++i) {
      Integer before;
      Integer now;
      std::memcpy(&before, bytes + (i - 1) * sizeof(Integer), sizeof before);
      std::memcpy(&now, bytes + i * sizeof(Integer), sizeof now);
      flags[i - word * word_rows] = before != now;
    }
    changed[word] = pack(flags);
    row = end;
  }
}

inline void changes(const void* integers, std::size_t width, std::size_t rows, Mask& changed) {
  changed.fill(0);
  switch (width) {
    case 1: return mark_changes<std::uint8_t>(integers, rows, changed);
    case 2: return mark_changes<std::uint16_t>(integers, rows, changed);
    case 4: return mark_changes<std::uint32_t>(integers, rows, changed);
    default: return mark_changes<std::uint64_t>(integers, rows, changed);
  }
}

inline constexpr KernelTable make_table(const char* name) {
  return {name,        &keep_finite, &unary,    &binary,      &compare,
          &count_runs, &magnitudes,  &sum_runs, &add_records, &changes};
}

}  // namespace tijian::kernels::TIJIAN_TILE_TARGET
