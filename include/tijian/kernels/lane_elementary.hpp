// ln and exp of several doubles at once: the bits of elementary.hpp.
//
// The same operations in the same order. Where the CPU multiplies and adds in one step, that gives
// the error of a product, which Dekker's seventeen operations give too: both are exact.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tijian/kernels/elementary.hpp"
#include "tijian/kernels/lanes.hpp"

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

/// Replaces the lanes outside `mask` by what the scalar function gives.
template <double (*function)(double)>
inline Doubles mend(Doubles results, Doubles arguments, Mask mask) noexcept {
  double numbers[lanes];
  double from[lanes];
  store(numbers, results);
  store(from, arguments);
  const unsigned good = lane_bits(mask);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    if ((good >> lane & 1) == 0) numbers[lane] = function(from[lane]);
  }
  return load(numbers);
}

inline double scalar_exponential(double x) { return exponential(x); }
inline double scalar_logarithm(double x) { return natural_logarithm(x); }

inline constexpr unsigned all_lanes = (1U << lanes) - 1;
inline constexpr const double* root_table = &roots_of_two.data()->high;

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
      (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + r / 5040)))));
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
  return mend<scalar_exponential>(result, x, plain);
}

/// ln x per lane; NaN where x <= 0 and for what is not finite.
TIJIAN_KERNEL_INLINE Doubles lane_logarithm(Doubles x) noexcept {
  const Mask plain = both(at_most(broadcast(0x1p-1022), x), at_most(x, broadcast(largest_double)));
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
  const Doubles result =
      lane_sum_of_ordered(lane_sum_of_ordered(multiple * ln2_high, multiple * ln2_low), logarithm)
          .high;
  if (lane_bits(plain) == all_lanes) return result;
  return mend<scalar_logarithm>(result, x, plain);
}

}  // namespace tijian::kernels::TIJIAN_KERNEL_TARGET
