// Sums of doubles without any rounding until the end.
//
// A sum of floating-point numbers depends on the order of its additions because each one rounds.
// Here sums are integers: every finite double is an integer times a power of two, and integers
// add exactly, in any order, in any split. `FixedSum` is the small form (16 bytes) for the
// magnitudes that surveys hold; `WideSum` holds any finite double. Rounding to a double, half to
// even, happens once, when the total is asked for.
#pragma once

#include <array>
#include <bit>
#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include <tijian/kernels/tile.hpp>

#if defined(__FAST_MATH__)
#error "tijian: exact sums need IEEE arithmetic; compile without -ffast-math"
#endif
#if !defined(FLT_EVAL_METHOD) || FLT_EVAL_METHOD != 0
#error "tijian: exact sums need doubles that are computed as doubles (no x87 registers)"
#endif

namespace tijian::kernels {

static_assert(std::numeric_limits<double>::is_iec559 && sizeof(double) == 8);

/// Takes a double apart: x = ±mantissa · 2^(exponent), mantissa below 2^53.
struct DoubleParts {
  std::uint64_t mantissa;
  int exponent;  // of the mantissa's lowest bit, -1074 … 971
  bool negative;

  explicit constexpr DoubleParts(double x) noexcept
      : mantissa(std::bit_cast<std::uint64_t>(x) & low_bits(52)),
        exponent(-1074),
        negative(std::bit_cast<std::uint64_t>(x) >> 63 != 0) {
    const int biased = static_cast<int>(std::bit_cast<std::uint64_t>(x) >> 52 & 0x7FF);
    if (biased != 0) {
      mantissa |= std::uint64_t{1} << 52;
      exponent += biased - 1;
    }
  }
};

/// The double nearest to ±(leading + rest) · 2^exponent, ties to even, where bit 63 of `leading`
/// is set and 0 <= rest < 1 is not 0 exactly where `inexact`. Infinite from half an ulp beyond the
/// largest double on; never -0.
[[nodiscard]] constexpr double round_to_double(bool negative, std::uint64_t leading, int exponent,
                                               bool inexact) noexcept {
  const int top = exponent + 63;
  if (top > 1023) {
    const double infinity = std::numeric_limits<double>::infinity();
    return negative ? -infinity : infinity;
  }
  // Subnormal results keep fewer bits: the lowest one kept is never below 2^-1074.
  const int dropped = top >= -1022 ? 11 : 11 + (-1022 - top);
  if (dropped > 64) return 0.0;
  const std::uint64_t rest = leading & low_bits(static_cast<std::size_t>(dropped));
  const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
  std::uint64_t kept = dropped == 64 ? 0 : leading >> dropped;
  if (rest > half || (rest == half && (inexact || (kept & 1) != 0))) ++kept;
  // The hidden bit of a normal number counts one in the exponent field, and so does a carry out of
  // the mantissa: adding instead of or-ing makes both right.
  std::uint64_t bits = kept;
  if (top >= -1022) bits += static_cast<std::uint64_t>(top + 1022) << 52;
  if (bits == 0) return 0.0;
  return std::bit_cast<double>(bits | static_cast<std::uint64_t>(negative) << 63);
}

/// The double nearest to ±magnitude · 2^exponent, where `magnitude` is `count` limbs of 64 bits,
/// lowest first, and `exponent` belongs to the lowest bit. +0 for zero.
[[nodiscard]] constexpr double round_magnitude(bool negative, const std::uint64_t* limbs,
                                               std::size_t count, int exponent) noexcept {
  while (count > 0 && limbs[count - 1] == 0) --count;
  if (count == 0) return 0.0;
  std::size_t below = count - 1;
  std::uint64_t leading = limbs[below];
  const int shift = std::countl_zero(leading);
  exponent += static_cast<int>(below) * 64 - shift;
  bool inexact = false;
  if (shift != 0) {
    leading <<= shift;
    if (below > 0) {
      --below;
      leading |= limbs[below] >> (64 - shift);
      inexact = limbs[below] << shift != 0;
    }
  }
  while (!inexact && below > 0) inexact = limbs[--below] != 0;
  return round_to_double(negative, leading, exponent, inexact);
}

/// A sum on the grid 2^-64: `high` and `low` are one 128-bit two's complement integer, the value is
/// that integer times 2^-64. Holds every double of which no bit lies below 2^-64 and whose
/// magnitude is below 2^63: whole numbers, money, areas, and ratios from 2^-12 on.
struct FixedSum {
  std::uint64_t low = 0;
  std::int64_t high = 0;

  /// Adds a finite number. False, and unchanged, where `x` is not on the grid or the sum would
  /// overflow; then `x` belongs in a WideSum.
  [[nodiscard]] constexpr bool add(double x) noexcept {
    const DoubleParts parts(x);
    if (parts.mantissa == 0) return true;
    FixedSum addend;
    const int shift = parts.exponent + 64;
    std::uint64_t upper = 0;
    if (shift < 0) {
      if (shift < -52) return false;
      if ((parts.mantissa & low_bits(static_cast<std::size_t>(-shift))) != 0) return false;
      addend.low = parts.mantissa >> -shift;
    } else if (shift < 64) {
      addend.low = parts.mantissa << shift;
      upper = (parts.mantissa >> 1) >> (63 - shift);
    } else if (shift <= 74) {
      upper = parts.mantissa << (shift - 64);
    } else {
      return false;
    }
    if (parts.negative) {
      addend.low = ~addend.low + 1;
      upper = ~upper + static_cast<std::uint64_t>(addend.low == 0);
    }
    addend.high = static_cast<std::int64_t>(upper);
    return add(addend);
  }

  /// Adds another sum. False, and unchanged, where the total would overflow.
  [[nodiscard]] constexpr bool add(const FixedSum& other) noexcept {
    const std::uint64_t sum_low = low + other.low;
    const auto mine = static_cast<std::uint64_t>(high);
    const auto theirs = static_cast<std::uint64_t>(other.high);
    const std::uint64_t sum_high = mine + theirs + static_cast<std::uint64_t>(sum_low < low);
    if (((mine ^ sum_high) & (theirs ^ sum_high)) >> 63 != 0) return false;
    low = sum_low;
    high = static_cast<std::int64_t>(sum_high);
    return true;
  }

  [[nodiscard]] constexpr bool is_zero() const noexcept { return low == 0 && high == 0; }

  bool operator==(const FixedSum&) const = default;
};

/// A sum of any finite doubles and of squares: one two's complement integer of 2,176 bits, whose
/// lowest bit is worth 2^-1088. No double has a bit below 2^-1074 and no square that is taken one
/// below 2^-1064; 2^63 of the largest doubles fit. Carries are resolved at once, so equal values
/// have equal limbs and any limbs are a value: saved states need no check.
class WideSum {
 public:
  static constexpr std::size_t limb_count = 34;
  static constexpr int lowest_exponent = -1088;
  using Limbs = std::array<std::uint64_t, limb_count>;  // lowest first

  constexpr WideSum() noexcept = default;
  [[nodiscard]] static constexpr WideSum from_limbs(const Limbs& limbs) noexcept {
    WideSum sum;
    sum.limbs_ = limbs;
    return sum;
  }

  /// Adds a finite number.
  constexpr void add(double x) noexcept {
    const DoubleParts parts(x);
    const auto position = static_cast<unsigned>(parts.exponent - lowest_exponent);
    add_at(parts.negative, parts.mantissa, 0, position);
  }

  constexpr void add(const FixedSum& sum) noexcept {
    // The grid 2^-64 is where limb 16 begins.
    constexpr std::size_t first = static_cast<std::size_t>((-64 - lowest_exponent) / 64);
    const std::uint64_t extension = sum.high < 0 ? ~std::uint64_t{0} : 0;
    bool carry = add_limb(first, sum.low, false);
    carry = add_limb(first + 1, static_cast<std::uint64_t>(sum.high), carry);
    for (std::size_t i = first + 2; i < limb_count; ++i) carry = add_limb(i, extension, carry);
  }

  constexpr void add(const WideSum& other) noexcept {
    bool carry = false;
    for (std::size_t i = 0; i < limb_count; ++i) carry = add_limb(i, other.limbs_[i], carry);
  }

  /// True where the square of `x` can be added exactly: 0, or 2^-480 <= |x| <= 2^500.
  [[nodiscard]] static constexpr bool takes_square(double x) noexcept {
    const double magnitude = x < 0 ? -x : x;
    return x == 0 || (magnitude >= 0x1p-480 && magnitude <= 0x1p+500);
  }

  /// Adds x² exactly: the mantissa's square is an integer of at most 106 bits. False, and
  /// unchanged, where `takes_square` is false.
  constexpr bool add_square(double x) noexcept {
    if (!takes_square(x)) return false;
    const DoubleParts parts(x);
    if (parts.mantissa == 0) return true;
    const std::uint64_t upper = parts.mantissa >> 32;
    const std::uint64_t lower = parts.mantissa & low_bits(32);
    const std::uint64_t mixed = 2 * upper * lower;  // below 2^54, worth 2^32
    const std::uint64_t low = lower * lower + (mixed << 32);
    const std::uint64_t carry = static_cast<std::uint64_t>(low < lower * lower);
    const std::uint64_t high = upper * upper + (mixed >> 32) + carry;
    add_at(false, low, high, static_cast<unsigned>(2 * parts.exponent - lowest_exponent));
    return true;
  }

  /// The nearest double, ties to even; ±infinity where it is beyond the largest; never -0.
  [[nodiscard]] constexpr double round() const noexcept {
    const Limbs magnitude = this->magnitude();
    return round_magnitude(is_negative(), magnitude.data(), limb_count, lowest_exponent);
  }

  [[nodiscard]] constexpr bool is_negative() const noexcept { return limbs_.back() >> 63 != 0; }

  [[nodiscard]] constexpr bool is_zero() const noexcept {
    for (const std::uint64_t limb : limbs_) {
      if (limb != 0) return false;
    }
    return true;
  }

  /// The same value in the small form, where it fits. States are saved in the small form wherever
  /// they fit it, so that equal totals have equal bytes.
  [[nodiscard]] constexpr std::optional<FixedSum> to_fixed() const noexcept {
    constexpr std::size_t first = static_cast<std::size_t>((-64 - lowest_exponent) / 64);
    const FixedSum fixed{limbs_[first], static_cast<std::int64_t>(limbs_[first + 1])};
    const std::uint64_t extension = fixed.high < 0 ? ~std::uint64_t{0} : 0;
    for (std::size_t i = 0; i < limb_count; ++i) {
      if (i == first || i == first + 1) continue;
      if (limbs_[i] != (i < first ? 0 : extension)) return std::nullopt;
    }
    return fixed;
  }

  /// The absolute value's limbs.
  [[nodiscard]] constexpr Limbs magnitude() const noexcept {
    if (!is_negative()) return limbs_;
    Limbs negated{};
    bool carry = true;
    for (std::size_t i = 0; i < limb_count; ++i) {
      negated[i] = ~limbs_[i] + static_cast<std::uint64_t>(carry);
      carry = carry && negated[i] == 0;
    }
    return negated;
  }

  /// The limbs, for saving. `from_limbs` takes them back.
  [[nodiscard]] constexpr const Limbs& limbs() const noexcept { return limbs_; }

  /// Does nothing: the limbs of a value are always the same. It names what callers rely on.
  constexpr void canonicalise() noexcept {}

  bool operator==(const WideSum&) const = default;

 private:
  /// Adds one limb and a carry; returns the carry out.
  constexpr bool add_limb(std::size_t i, std::uint64_t addend, bool carry) noexcept {
    const std::uint64_t with_carry = addend + static_cast<std::uint64_t>(carry);
    const bool wrapped = carry && with_carry == 0;
    limbs_[i] += with_carry;
    return wrapped || limbs_[i] < with_carry;
  }

  /// Adds or subtracts (high·2^64 + low) · 2^position, in units of the lowest bit.
  constexpr void add_at(bool negative, std::uint64_t low, std::uint64_t high,
                        unsigned position) noexcept {
    const std::size_t first = position / 64;
    const unsigned shift = position % 64;
    const std::uint64_t parts[3] = {low << shift, high << shift | (low >> 1) >> (63 - shift),
                                    (high >> 1) >> (63 - shift)};
    bool carry = false;
    std::size_t i = first;
    for (const std::uint64_t part : parts) {
      if (i >= limb_count) return;
      carry = negative ? subtract_limb(i, part, carry) : add_limb(i, part, carry);
      ++i;
    }
    for (; carry && i < limb_count; ++i) {
      carry = negative ? limbs_[i]-- == 0 : ++limbs_[i] == 0;
    }
  }

  /// Subtracts one limb and a borrow; returns the borrow out.
  constexpr bool subtract_limb(std::size_t i, std::uint64_t subtrahend, bool borrow) noexcept {
    const std::uint64_t before = limbs_[i];
    limbs_[i] = before - subtrahend - static_cast<std::uint64_t>(borrow);
    return before < subtrahend || (borrow && before == subtrahend);
  }

  Limbs limbs_{};
};

/// The exact total of both forms, rounded once to the nearest double, ties to even; +0 for zero,
/// ±infinity beyond the largest double. `wide` may be null.
[[nodiscard]] constexpr double round_sum(const FixedSum& fixed, const WideSum* wide) noexcept {
  if (wide != nullptr) {
    WideSum total = *wide;
    total.add(fixed);
    return total.round();
  }
  const bool negative = fixed.high < 0;
  std::uint64_t limbs[2] = {fixed.low, static_cast<std::uint64_t>(fixed.high)};
  if (negative) {
    limbs[0] = ~limbs[0] + 1;
    limbs[1] = ~limbs[1] + static_cast<std::uint64_t>(limbs[0] == 0);
  }
  return round_magnitude(negative, limbs, 2, -64);
}

}  // namespace tijian::kernels
