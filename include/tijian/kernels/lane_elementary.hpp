// ln and exp of several doubles at once: the bits of elementary.hpp.
//
// The same operations in the same order. Where the CPU multiplies and adds in one step, that gives
// the error of a product, which Dekker's seventeen operations give too: both are exact. Such CPUs
// also have a quicker logarithm with a bound of its error: where the bound leaves one double only,
// it is the one of elementary.hpp, whose error is smaller; elsewhere that is asked (Ziv 1991).
#pragma once

#include <cstddef>
#include <cstdint>

#include "tijian/kernels/elementary.hpp"
#include "tijian/kernels/lanes.hpp"
#include "tijian/kernels/logarithm_table.hpp"

namespace tijian::kernels::TIJIAN_KERNEL_TARGET {

struct LanePair {
  Doubles high;
  Doubles low;
};

TIJIAN_KERNEL_INLINE LanePair lane_sum_of(Doubles a, Doubles b) noexcept {
  const Doubles high = a + b;
  const Doubles b_part = high - a;
  return {high, (a - (high - b_part)) + (b - b_part)};
}

TIJIAN_KERNEL_INLINE LanePair lane_sum_of_ordered(Doubles a, Doubles b) noexcept {
  const Doubles high = a + b;
  return {high, b - (high - a)};
}

TIJIAN_KERNEL_INLINE LanePair lane_product_of(Doubles a, Doubles b) noexcept {
  const Doubles high = a * b;
  return {high, product_error(a, b, high)};
}

TIJIAN_KERNEL_INLINE LanePair lane_product_of(LanePair a, LanePair b) noexcept {
  const LanePair exact = lane_product_of(a.high, b.high);
  return lane_sum_of_ordered(exact.high, exact.low + (a.high * b.low + a.low * b.high));
}

TIJIAN_KERNEL_INLINE LanePair lane_sum_of_ordered(LanePair a, LanePair b) noexcept {
  const LanePair exact = lane_sum_of_ordered(a.high, b.high);
  return lane_sum_of_ordered(exact.high, exact.low + (a.low + b.low));
}

/// Replaces the lanes of `bits` by what the scalar function gives.
template <double (*function)(double)>
inline Doubles mend(Doubles results, Doubles arguments, unsigned bits) noexcept {
  double numbers[lanes];
  double from[lanes];
  store(numbers, results);
  store(from, arguments);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    if ((bits >> lane & 1) != 0) numbers[lane] = function(from[lane]);
  }
  return load(numbers);
}

inline double scalar_exponential(double x) { return exponential(x); }
inline double scalar_logarithm(double x) { return natural_logarithm(x); }

inline constexpr unsigned all_lanes = (1U << lanes) - 1;
inline constexpr const double* root_table = &roots_of_two.data()->high;

/// r / 5040, where what it is added to is not below 2^-10: what is lost of numbers that are so
/// small that they leave a remainder below the doubles does not count.
TIJIAN_KERNEL_INLINE Doubles divided_by_5040(Doubles r) noexcept {
#if TIJIAN_KERNEL_BYTES >= 32
  // The product is within one ulp of the quotient, and the correction rounds it (Markstein 1990).
  constexpr double inverse = 1.0 / 5040;
  const Doubles quotient = r * inverse;
  return fused(fused(quotient, broadcast(-5040), r), broadcast(inverse), quotient);
#else
  return r / 5040;
#endif
}

/// e^x per lane.
TIJIAN_KERNEL_INLINE Doubles lane_exponential(Doubles x) noexcept {
  const Doubles whole_bits = x * 0x1.71547652b82fep+5 + 0x1.8p+52;
  const Doubles n = whole_bits - 0x1.8p+52;
  const Doubles above = x - n * (ln2_high / 32);
  const Doubles correction = n * (ln2_low / 32);
  const Doubles r = above - correction;
  const Doubles r_low = (above - r) - correction;
  const Doubles tail =
      r * r *
      (1.0 / 2 +
       r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + divided_by_5040(r))))));
  // Elsewhere the result may overflow or be subnormal, or x is not finite.
  const Mask plain = both(at_most(broadcast(-707), x), at_most(x, broadcast(709)));
  const Integers whole = bits_of(whole_bits) - bits_of(broadcast(0x1.8p+52));
  const Integers place = (whole & 31) * 2;
  const Doubles root_high = gather(root_table, place);
  const Doubles root_low = gather(root_table + 1, place);
  const Doubles rest = root_high * r + (root_high * (r_low + tail) + (root_low + root_low * r));
  // 32 whole powers of two per unit: (whole - whole % 32) / 32 into the place of the exponent.
  const Integers scale = ((whole - (whole & 31)) << 47) + (std::int64_t{1023} << 52);
  const Doubles result = (root_high + rest) * of_bits(scale);
  if (lane_bits(plain) == all_lanes) return result;
  return mend<scalar_exponential>(result, x, lane_bits(plain) ^ all_lanes);
}

#if TIJIAN_KERNEL_BYTES >= 32
/// ln x of normal numbers. `certain` is where the result is that of natural_logarithm.
TIJIAN_KERNEL_INLINE Doubles quick_logarithm(Doubles x, Mask& certain) noexcept {
  using Words = std::uint64_t __attribute__((vector_size(TIJIAN_KERNEL_BYTES)));
  constexpr std::uint64_t one = std::uint64_t{1023} << 52;
  const Words shifted = reinterpret_cast<Words>(x) + (one - logarithm_start);
  // The exponent as a double: its bits in the last places of 2^52.
  const Doubles multiple =
      reinterpret_cast<Doubles>((shifted >> 52) | std::uint64_t{1075} << 52) - (0x1p+52 + 1023);
  const auto m =
      reinterpret_cast<Doubles>((shifted & ((std::uint64_t{1} << 52) - 1)) + logarithm_start);
#if TIJIAN_KERNEL_BYTES == 64
  const auto place = reinterpret_cast<__m512i>(shifted >> 48);  // of which four bits count
  const Doubles inverse = _mm512_permutex2var_pd(load(logarithm_table.inverse), place,
                                                 load(logarithm_table.inverse + 8));
  const Doubles start = _mm512_permutex2var_pd(load(logarithm_table.logarithm), place,
                                               load(logarithm_table.logarithm + 8));
#else
  const auto place = reinterpret_cast<Integers>(shifted >> 48 & 15);
  const Doubles inverse = gather(logarithm_table.inverse, place);
  const Doubles start = gather(logarithm_table.logarithm, place);
#endif
  // m·inverse = 1 + r + r_low, |r| <= 2^-5, |r_low| <= 2^-53.
  const Doubles product = m * inverse;
  const Doubles r_low = product_error(m, inverse, product);
  const Doubles r = product - 1.0;
  // Whole multiples of 2^-41 below 2^10: exact. It is 0, with an exact r, or above |r|.
  const Doubles base = fused(multiple, broadcast(ln2_high), start);
  const LanePair first = lane_sum_of_ordered(base, r);
  // ln(1 + r) = r - r²/2 + r³·(1/3 - r/4 + … + r^10/13); what follows is below 2^-68·|r|.
  const Doubles square = r * r;
  const Doubles square_low = product_error(r, r, square);
  const Doubles minus_half = broadcast(-0.5);
  const Doubles high = fused(square, minus_half, first.high);
  const Doubles lost = fused(square, minus_half, first.high - high);
  Doubles even = fused(square, broadcast(1.0 / 13), broadcast(1.0 / 11));
  even = fused(square, even, broadcast(1.0 / 9));
  even = fused(square, even, broadcast(1.0 / 7));
  even = fused(square, even, broadcast(1.0 / 5));
  even = fused(square, even, broadcast(1.0 / 3));
  Doubles odd = fused(square, broadcast(-1.0 / 12), broadcast(-1.0 / 10));
  odd = fused(square, odd, broadcast(-1.0 / 8));
  odd = fused(square, odd, broadcast(-1.0 / 6));
  odd = fused(square, odd, broadcast(-1.0 / 4));
  Doubles low = fused(square_low, minus_half, first.low + lost);
  low = fused(multiple, broadcast(ln2_low), low);
  low = fused(r_low, 1.0 - r + square, low);  // of the logarithm's slope, to 2^-15 of it
  low = fused(r * square, fused(r, odd, even), low);
  const LanePair result = lane_sum_of_ordered(high, low);
  // The rounded operations on r³ and after are off by less than 2^-62·|r|, and where there is a
  // base, r_low and the table by less than 2^-67.
  const Doubles bound =
      select(equal(base, broadcast(0)), absolute(r) * 0x1p-61, broadcast(0x1p-65));
  certain = both(equal(result.high + (result.low + bound), result.high),
                 equal(result.high + (result.low - bound), result.high));
  return result.high;
}
#else
/// ln x of normal numbers.
TIJIAN_KERNEL_INLINE Doubles full_logarithm(Doubles x) noexcept {
  const Integers bits = bits_of(x);
  Doubles m = of_bits((bits & ((std::int64_t{1} << 52) - 1)) | std::int64_t{1023} << 52);
  // The exponent as a double: its bits in the last places of 2^52.
  const Integers raised = (bits >> 52 & 2047) | std::int64_t{1075} << 52;
  Doubles multiple = of_bits(raised) - (0x1p+52 + 1023);
  const Mask upper = less(broadcast(0x1.6a09e667f3bcdp+0), m);
  m = select(upper, m * 0.5, m);
  multiple = select(upper, multiple + 1.0, multiple);
  const Doubles numerator = m - 1.0;
  const LanePair denominator = lane_sum_of(m, broadcast(1.0));
  LanePair s{numerator / denominator.high, broadcast(0)};
  const LanePair back = lane_product_of(s.high, denominator.high);
  s.low = (((numerator - back.high) - back.low) - s.high * denominator.low) / denominator.high;
  const LanePair z = lane_product_of(s, s);
  Doubles later = broadcast(1.0 / 31);
  later = 1.0 / 29 + z.high * later;
  later = 1.0 / 27 + z.high * later;
  later = 1.0 / 25 + z.high * later;
  later = 1.0 / 23 + z.high * later;
  later = 1.0 / 21 + z.high * later;
  later = 1.0 / 19 + z.high * later;
  later = 1.0 / 17 + z.high * later;
  later = 1.0 / 15 + z.high * later;
  later = 1.0 / 13 + z.high * later;
  later = 1.0 / 11 + z.high * later;
  later = 1.0 / 9 + z.high * later;
  LanePair series = lane_product_of(z, LanePair{later, broadcast(0)});
  series = lane_product_of(
      z, lane_sum_of_ordered(
             LanePair{broadcast(0x1.2492492492492p-3), broadcast(0x1.2492492492492p-57)}, series));
  series = lane_product_of(
      z, lane_sum_of_ordered(
             LanePair{broadcast(0x1.999999999999ap-3), broadcast(-0x1.999999999999ap-57)}, series));
  series = lane_product_of(
      z, lane_sum_of_ordered(
             LanePair{broadcast(0x1.5555555555555p-2), broadcast(0x1.5555555555555p-56)}, series));
  const LanePair twice{2.0 * s.high, 2.0 * s.low};
  const LanePair logarithm = lane_sum_of_ordered(twice, lane_product_of(twice, series));
  // Where `multiple` is 0 this adds nothing.
  return lane_sum_of_ordered(lane_sum_of_ordered(multiple * ln2_high, multiple * ln2_low),
                             logarithm)
      .high;
}
#endif

/// ln x per lane; NaN where x <= 0 and for what is not finite.
TIJIAN_KERNEL_INLINE Doubles lane_logarithm(Doubles x) noexcept {
  const Mask finite = at_most(x, broadcast(largest_double));
  Mask good = both(at_most(broadcast(0x1p-1022), x), finite);
#if TIJIAN_KERNEL_BYTES >= 32
  Mask certain;
  const Doubles result = quick_logarithm(x, certain);
  good = both(good, certain);
#else
  const Doubles result = full_logarithm(x);
#endif
  if (lane_bits(good) == all_lanes) return result;
  const Doubles known = select(good, result, broadcast(null_number));
  const unsigned left = lane_bits(both(less(broadcast(0), x), finite)) & ~lane_bits(good);
  return left == 0 ? known : mend<scalar_logarithm>(known, x, left);
}

}  // namespace tijian::kernels::TIJIAN_KERNEL_TARGET
