// exp, ln and power, the same bits on every machine.
//
// The mathematical library of a system may return other last digits than that of the next one, and
// so may its several versions for several CPUs. These use only the IEEE operations + - * /, each
// rounded once. Where a double is not enough, a value is the unevaluated sum of two: its nearest
// double and what that leaves (Dekker 1971; Knuth for the sum of two numbers). Against results of
// 60 digits the error measured is below 0.52 units in the last place for exp and power, 0.501 for
// ln.
#pragma once

#include <array>
#include <bit>
#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <limits>

#if defined(__FAST_MATH__)
#error "tijian: exp, ln and power need IEEE arithmetic; compile without -ffast-math"
#endif
#if !defined(FLT_EVAL_METHOD) || FLT_EVAL_METHOD != 0
#error "tijian: exp, ln and power need doubles that are computed as doubles (no x87 registers)"
#endif

namespace tijian::kernels {

/// high + low, where `high` is the double nearest to the sum.
struct DoublePair {
  double high;
  double low;
};

/// a + b exactly.
[[nodiscard]] constexpr DoublePair exact_sum_of(double a, double b) noexcept {
  const double high = a + b;
  const double b_part = high - a;
  return {high, (a - (high - b_part)) + (b - b_part)};
}

/// a + b exactly where |a| >= |b| or a is 0.
[[nodiscard]] constexpr DoublePair exact_sum_of_ordered(double a, double b) noexcept {
  const double high = a + b;
  return {high, b - (high - a)};
}

/// a · b exactly, by splitting both into halves of 26 bits; |a|, |b| below 2^995 and the product
/// not below 2^-960.
[[nodiscard]] constexpr DoublePair exact_product_of(double a, double b) noexcept {
  constexpr double splitter = 0x1p+27 + 1;
  const double a_scaled = splitter * a;
  const double a_high = a_scaled - (a_scaled - a);
  const double a_low = a - a_high;
  const double b_scaled = splitter * b;
  const double b_high = b_scaled - (b_scaled - b);
  const double b_low = b - b_high;
  const double high = a * b;
  return {high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

/// The product of two pairs, to about 2^-102 of it.
[[nodiscard]] constexpr DoublePair product_of(DoublePair a, DoublePair b) noexcept {
  const DoublePair exact = exact_product_of(a.high, b.high);
  return exact_sum_of_ordered(exact.high, exact.low + (a.high * b.low + a.low * b.high));
}

/// a + b for a double a at least as large as the pair b, to about 2^-104 of a.
[[nodiscard]] constexpr DoublePair sum_of_ordered(DoublePair a, DoublePair b) noexcept {
  const DoublePair exact = exact_sum_of_ordered(a.high, b.high);
  return exact_sum_of_ordered(exact.high, exact.low + (a.low + b.low));
}

/// ln 2 in two parts: the first has 36 bits, so that whole multiples up to 2^17 are exact.
inline constexpr double ln2_high = 0x1.62e42fefa0000p-1;
inline constexpr double ln2_low = 0x1.cf79abc9e3b3ap-40;

/// 2^(j/32): the nearest double and what it leaves.
inline constexpr std::array<DoublePair, 32> roots_of_two = {{
    {0x1.0000000000000p+0, 0x0.0p+0},
    {0x1.059b0d3158574p+0, 0x1.d73e2a475b465p-55},
    {0x1.0b5586cf9890fp+0, 0x1.8a62e4adc610bp-54},
    {0x1.11301d0125b51p+0, -0x1.6c51039449b3ap-54},
    {0x1.172b83c7d517bp+0, -0x1.19041b9d78a76p-55},
    {0x1.1d4873168b9aap+0, 0x1.e016e00a2643cp-54},
    {0x1.2387a6e756238p+0, 0x1.9b07eb6c70573p-54},
    {0x1.29e9df51fdee1p+0, 0x1.612e8afad1255p-55},
    {0x1.306fe0a31b715p+0, 0x1.6f46ad23182e4p-55},
    {0x1.371a7373aa9cbp+0, -0x1.63aeabf42eae2p-54},
    {0x1.3dea64c123422p+0, 0x1.ada0911f09ebcp-55},
    {0x1.44e086061892dp+0, 0x1.89b7a04ef80d0p-59},
    {0x1.4bfdad5362a27p+0, 0x1.d4397afec42e2p-56},
    {0x1.5342b569d4f82p+0, -0x1.07abe1db13cadp-55},
    {0x1.5ab07dd485429p+0, 0x1.6324c054647adp-54},
    {0x1.6247eb03a5585p+0, -0x1.383c17e40b497p-54},
    {0x1.6a09e667f3bcdp+0, -0x1.bdd3413b26456p-54},
    {0x1.71f75e8ec5f74p+0, -0x1.16e4786887a99p-55},
    {0x1.7a11473eb0187p+0, -0x1.41577ee04992fp-55},
    {0x1.82589994cce13p+0, -0x1.d4c1dd41532d8p-54},
    {0x1.8ace5422aa0dbp+0, 0x1.6e9f156864b27p-54},
    {0x1.93737b0cdc5e5p+0, -0x1.75fc781b57ebcp-57},
    {0x1.9c49182a3f090p+0, 0x1.c7c46b071f2bep-56},
    {0x1.a5503b23e255dp+0, -0x1.d2f6edb8d41e1p-54},
    {0x1.ae89f995ad3adp+0, 0x1.7a1cd345dcc81p-54},
    {0x1.b7f76f2fb5e47p+0, -0x1.5584f7e54ac3bp-56},
    {0x1.c199bdd85529cp+0, 0x1.11065895048ddp-55},
    {0x1.cb720dcef9069p+0, 0x1.503cbd1e949dbp-56},
    {0x1.d5818dcfba487p+0, 0x1.2ed02d75b3707p-55},
    {0x1.dfc97337b9b5fp+0, -0x1.1a5cd4f184b5cp-54},
    {0x1.ea4afa2a490dap+0, -0x1.e9c23179c2893p-54},
    {0x1.f50765b6e4540p+0, 0x1.9d3e12dd8a18bp-54},
}};

/// 2^power for -1022 <= power <= 1023.
[[nodiscard]] constexpr double power_of_two(int power) noexcept {
  return std::bit_cast<double>(static_cast<std::uint64_t>(power + 1023) << 52);
}

/// e^(x.high + x.low), rounded; |x.low| at most an ulp of x.high. Infinite where it overflows.
[[nodiscard]] constexpr double exponential(DoublePair x) noexcept {
  if (x.high > 710) return std::numeric_limits<double>::infinity();
  if (x.high < -746) return 0.0;
  // x = n·(ln 2)/32 + r with |r| <= (ln 2)/64. Adding and subtracting 1.5·2^52 rounds to whole
  // numbers.
  const double n = (x.high * 0x1.71547652b82fep+5 + 0x1.8p+52) - 0x1.8p+52;
  const double above = x.high - n * (ln2_high / 32);  // exact
  const double correction = n * (ln2_low / 32) - x.low;
  const double r = above - correction;
  const double r_low = (above - r) - correction;
  // e^r - 1 - r; what follows r^7 is below 2^-67.
  const double tail =
      r * r *
      (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + r / 5040)))));
  const auto whole = static_cast<int>(n);
  const DoublePair root = roots_of_two[static_cast<std::size_t>(whole & 31)];
  const int scale = (whole - (whole & 31)) / 32;
  // root·e^r = root.high + rest
  const double rest = root.high * r + (root.high * (r_low + tail) + (root.low + root.low * r));
  const double value = root.high + rest;
  if (scale == 1024) return value * 0x1p+1023 * 2;  // 2^1024 is no double
  if (scale >= -1021 || (scale == -1022 && value >= 1)) return value * power_of_two(scale);
  // The result may be subnormal and have fewer bits. Rounded at 53 bits first, it would be rounded
  // twice; added to 1, whose last bit is where a subnormal's is after scaling by 2^1022, it is not.
  const double to_unit = power_of_two(scale + 1022);
  const DoublePair sum = exact_sum_of_ordered(1.0, root.high * to_unit);
  return ((sum.high + (sum.low + rest * to_unit)) - 1.0) * 0x1p-1022;
}

/// ln x for finite x > 0 to about 2^-75 of it.
[[nodiscard]] constexpr DoublePair natural_logarithm_pair(double x) noexcept {
  int exponent = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p+54;
    exponent = -54;
  }
  // x = m·2^exponent with m between √½ and √2, so that nothing cancels where x is near 1.
  auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  bits = (bits & ((std::uint64_t{1} << 52) - 1)) | std::uint64_t{1023} << 52;
  double m = std::bit_cast<double>(bits);
  if (m > 0x1.6a09e667f3bcdp+0) {
    m *= 0.5;
    ++exponent;
  }
  // ln m = 2·artanh(s), s = (m - 1)/(m + 1), |s| < 0.172. The numerator is exact.
  const double numerator = m - 1;
  const DoublePair denominator = exact_sum_of(m, 1.0);
  DoublePair s{numerator / denominator.high, 0};
  const DoublePair back = exact_product_of(s.high, denominator.high);
  s.low = (((numerator - back.high) - back.low) - s.high * denominator.low) / denominator.high;
  // artanh(s) = s·(1 + z/3 + z²/5 + z³/7 + …), z = s²: the first coefficients in pairs, the rest,
  // which counts at most 2^-23, in doubles. What follows z^15 is below 2^-83.
  const DoublePair z = product_of(s, s);
  double later = 1.0 / 31;
  for (int odd = 29; odd >= 9; odd -= 2) later = 1.0 / odd + z.high * later;
  constexpr std::array<DoublePair, 4> coefficients = {
      {{1.0, 0.0},
       {0x1.5555555555555p-2, 0x1.5555555555555p-56},
       {0x1.999999999999ap-3, -0x1.999999999999ap-57},
       {0x1.2492492492492p-3, 0x1.2492492492492p-57}}};
  DoublePair series = product_of(z, {later, 0.0});
  for (std::size_t i = 3; i > 0; --i) {
    series = product_of(z, sum_of_ordered(coefficients[i], series));
  }
  const DoublePair twice{2 * s.high, 2 * s.low};
  const DoublePair logarithm = sum_of_ordered(twice, product_of(twice, series));
  if (exponent == 0) return logarithm;
  const double multiple = exponent;
  return sum_of_ordered(exact_sum_of_ordered(multiple * ln2_high, multiple * ln2_low), logarithm);
}

/// e^x. Infinite where it overflows (x > 709.78…), 0 where it underflows, NaN for NaN.
[[nodiscard]] constexpr double exponential(double x) noexcept {
  if (x != x) return x;
  return exponential(DoublePair{x, 0.0});
}

/// The natural logarithm. NaN where x <= 0 (undefined: null in SQL) and for what is not finite.
[[nodiscard]] constexpr double natural_logarithm(double x) noexcept {
  if (!(x > 0) || x > std::numeric_limits<double>::max()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return natural_logarithm_pair(x).high;
}

/// True where finite x is whole; `odd` says whether it is odd.
[[nodiscard]] constexpr bool is_whole(double x, bool& odd) noexcept {
  const double magnitude = x < 0 ? -x : x;
  odd = false;
  if (magnitude >= 0x1p+53) return true;
  const auto whole = static_cast<std::int64_t>(magnitude);
  odd = (whole & 1) != 0;
  return static_cast<double>(whole) == magnitude;
}

/// base^exponent; 1 for exponent 0, also of base 0. NaN where undefined – a negative base with an
/// exponent that is not whole, 0 to a negative power – and where an argument is not finite.
/// ±infinite where it overflows; never -0. Results that are doubles are exact: raise(10, 2) is 100.
[[nodiscard]] constexpr double raise(double base, double exponent) noexcept {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  if (!(base > -infinity && base < infinity && exponent > -infinity && exponent < infinity)) {
    return undefined;
  }
  if (exponent == 0) return 1.0;
  if (base == 0) return exponent > 0 ? 0.0 : undefined;
  bool negative = false;
  if (base < 0 && !is_whole(exponent, negative)) return undefined;
  const DoublePair logarithm = natural_logarithm_pair(base < 0 ? -base : base);
  if (logarithm.high == 0) return negative ? -1.0 : 1.0;
  // Far out of range the exact product could overflow on its way; within it |exponent| < 2^63.
  const double estimate = exponent * logarithm.high;
  double magnitude = 0.0;
  if (estimate > 720) {
    magnitude = infinity;
  } else if (estimate >= -760) {
    DoublePair product = exact_product_of(exponent, logarithm.high);
    product.low += exponent * logarithm.low;
    magnitude = exponential(exact_sum_of_ordered(product.high, product.low));
  }
  return negative && magnitude != 0 ? -magnitude : magnitude;
}

}  // namespace tijian::kernels
