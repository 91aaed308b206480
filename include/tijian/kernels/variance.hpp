// The variance from exact sums, rounded once.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <tijian/kernels/exact_sum.hpp>

namespace tijian::kernels {

/// A natural number below 2^4480 as digits of 32 bits, lowest first: room for the square of a
/// WideSum (136 digits).
struct Natural {
  static constexpr std::size_t digit_count = 140;
  std::array<std::uint32_t, digit_count> digits{};

  /// Adds a · b · 2^(32·position).
  constexpr void add_product(std::uint32_t a, std::uint32_t b, std::size_t position) noexcept {
    std::uint64_t carry = std::uint64_t{a} * b;
    for (std::size_t i = position; carry != 0 && i < digit_count; ++i) {
      const std::uint64_t total = std::uint64_t{digits[i]} + (carry & low_bits(32));
      digits[i] = static_cast<std::uint32_t>(total & low_bits(32));
      carry = (carry >> 32) + (total >> 32);
    }
  }

  /// Subtracts `other`. False where that is larger; the digits then mean nothing.
  [[nodiscard]] constexpr bool subtract(const Natural& other) noexcept {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < digit_count; ++i) {
      const std::uint64_t difference = std::uint64_t{digits[i]} - other.digits[i] - borrow;
      digits[i] = static_cast<std::uint32_t>(difference & low_bits(32));
      borrow = difference >> 63;
    }
    return borrow == 0;
  }

  /// How many bits the number has: 0 for zero.
  [[nodiscard]] constexpr int bit_count() const noexcept {
    for (std::size_t i = digit_count; i > 0; --i) {
      if (digits[i - 1] != 0) return static_cast<int>(i * 32) - std::countl_zero(digits[i - 1]);
    }
    return 0;
  }

  [[nodiscard]] constexpr bool bit(int i) const noexcept {
    return (digits[static_cast<std::size_t>(i) / 32] >> (i % 32) & 1) != 0;
  }

  /// True where a bit below bit `end` is set.
  [[nodiscard]] constexpr bool any_bit_below(int end) const noexcept {
    const auto whole = static_cast<std::size_t>(end) / 32;
    for (std::size_t i = 0; i < whole; ++i) {
      if (digits[i] != 0) return true;
    }
    return (digits[whole] & low_bits(static_cast<std::size_t>(end % 32))) != 0;
  }
};

/// The double nearest to dividend · 2^exponent ÷ (a · b), ties to even. a, b > 0 and below 2^63.
[[nodiscard]] constexpr double round_quotient(const Natural& dividend, int exponent,
                                              std::uint64_t a, std::uint64_t b) noexcept {
  int next = dividend.bit_count();
  if (next == 0) return 0.0;
  Natural product;
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      product.add_product(static_cast<std::uint32_t>(a >> (32 * i) & low_bits(32)),
                          static_cast<std::uint32_t>(b >> (32 * j) & low_bits(32)), i + j);
    }
  }
  const std::uint64_t divisor_low = std::uint64_t{product.digits[1]} << 32 | product.digits[0];
  const std::uint64_t divisor_high = std::uint64_t{product.digits[3]} << 32 | product.digits[2];
  // Long division, bit by bit, until the quotient has 64 bits: at most 190 steps. The divisor is
  // below 2^126, so the doubled remainder fits two words.
  std::uint64_t low = 0, high = 0, quotient = 0;
  while (quotient >> 63 == 0) {
    --next;
    high = high << 1 | low >> 63;
    low = low << 1 | static_cast<std::uint64_t>(next >= 0 && dividend.bit(next));
    const bool fits = high > divisor_high || (high == divisor_high && low >= divisor_low);
    if (fits) {
      high = high - divisor_high - static_cast<std::uint64_t>(low < divisor_low);
      low -= divisor_low;
    }
    quotient = quotient << 1 | static_cast<std::uint64_t>(fits);
  }
  const bool inexact = (low | high) != 0 || (next > 0 && dividend.any_bit_below(next));
  return round_to_double(false, quotient, exponent + next, inexact);
}

/// The variance of `n` numbers with exact sum `sum` + `sum_wide` (may be null) and exact sum of
/// squares `squares`: (nΣx² − (Σx)²) ÷ (n(n−1)) of a sample, ÷ n² of a population. Everything is
/// computed on integers and rounded once, half to even, so there is no cancellation.
/// Null for n < 2 (sample) or n < 1 (population), where the result is beyond the largest double,
/// and where the sums cannot be those of n numbers (a negative result).
[[nodiscard]] inline std::optional<double> variance(std::int64_t n, const FixedSum& sum,
                                                    const WideSum* sum_wide, const WideSum& squares,
                                                    bool sample) noexcept {
  if (n < (sample ? 2 : 1) || squares.is_negative()) return std::nullopt;
  WideSum total = sum_wide != nullptr ? *sum_wide : WideSum{};
  total.add(sum);
  const auto digit = [](const WideSum::Limbs& limbs, std::size_t i) {
    return static_cast<std::uint32_t>(limbs[i / 2] >> (i % 2 * 32) & low_bits(32));
  };
  constexpr std::size_t digit_count = 2 * WideSum::limb_count;
  const auto count = static_cast<std::uint64_t>(n);

  // Both in units of 2^(2·lowest_exponent), the unit of (Σx)².
  constexpr std::size_t alignment = static_cast<std::size_t>(-WideSum::lowest_exponent) / 32;
  Natural numerator;
  for (std::size_t i = 0; i < digit_count; ++i) {
    const std::uint32_t square_digit = digit(squares.limbs(), i);
    if (square_digit == 0) continue;
    numerator.add_product(square_digit, static_cast<std::uint32_t>(count & low_bits(32)),
                          alignment + i);
    numerator.add_product(square_digit, static_cast<std::uint32_t>(count >> 32), alignment + i + 1);
  }
  const WideSum::Limbs magnitude = total.magnitude();
  Natural square;
  for (std::size_t i = 0; i < digit_count; ++i) {
    const std::uint32_t left = digit(magnitude, i);
    if (left == 0) continue;
    for (std::size_t j = 0; j < digit_count; ++j) {
      square.add_product(left, digit(magnitude, j), i + j);
    }
  }
  if (!numerator.subtract(square)) return std::nullopt;
  const double result =
      round_quotient(numerator, 2 * WideSum::lowest_exponent, count, sample ? count - 1 : count);
  if (!std::isfinite(result)) return std::nullopt;
  return result;
}

}  // namespace tijian::kernels
