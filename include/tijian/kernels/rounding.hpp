// Rounding: SQL's `round` on doubles, and decimal rounding of a value for people to read.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace tijian::kernels {

/// The whole number nearest to `x`, halves away from zero; exact for every finite double (adding
/// 0.5 first is not: 0.49999999999999994 would give 1). +0 for what rounds to zero. Infinities and
/// NaN come back as they are.
[[nodiscard]] inline double round_half_away(double x) noexcept {
  const double magnitude = std::fabs(x);
  if (!(magnitude < 0x1p+52)) return x;  // has no fraction
  const auto whole = static_cast<double>(static_cast<std::int64_t>(magnitude));
  const double rounded = magnitude - whole >= 0.5 ? whole + 1 : whole;
  return rounded == 0 ? 0.0 : std::copysign(rounded, x);
}

/// A double as the shortest decimal digits that read back as the same double:
/// ±0.d₁d₂d₃… · 10^point.
struct ShortestDigits {
  bool negative = false;
  int point = 0;       // digits before the decimal point; negative: zeros after it
  std::string digits;  // without leading or trailing zeros; empty for zero

  explicit ShortestDigits(double value) {
    if (!std::isfinite(value) || value == 0) return;
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), std::fabs(value),
                                   std::chars_format::scientific)
                         .ptr;
    const std::string_view written(text.data(), static_cast<std::size_t>(end - text.data()));
    const std::size_t mark = written.find('e');
    std::string_view exponent_text = written.substr(mark + 1);
    if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
    int exponent = 0;
    std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
    for (const char c : written.substr(0, mark)) {
      if (c != '.') digits += c;
    }
    digits.erase(digits.find_last_not_of('0') + 1);
    negative = value < 0;
    point = exponent + 1;
  }
};

/// The most digits after the point that `display` writes: no double's shortest digits go further.
inline constexpr int largest_decimals = 340;

/// `value` with exactly `decimals` digits after the point (kept within 0 … largest_decimals),
/// without exponent: its shortest decimal rounded half away from zero, or cut off towards zero
/// where `truncate`. On the shortest decimal, because that is what was reported and printed: 2.675
/// gives 2.68 although the double is a little below. Never "-0.00". For text only; values are
/// compared unrounded. Empty for what is not finite.
[[nodiscard]] inline std::string display(double value, int decimals, bool truncate) {
  if (!std::isfinite(value)) return {};
  decimals = std::clamp(decimals, 0, largest_decimals);
  const ShortestDigits shortest(value);
  // All digits down to the last one wanted, and the first one dropped.
  const int kept = std::max(shortest.point, 0) + decimals;
  const auto digit_at = [&](int place) {  // 0: the first of `kept`
    const int i = place + std::min(shortest.point, 0);
    return i < 0 || i >= static_cast<int>(shortest.digits.size())
               ? '0'
               : shortest.digits[static_cast<std::size_t>(i)];
  };
  std::string digits(1, '0');  // room for a carry
  for (int place = 0; place < kept; ++place) digits += digit_at(place);
  if (!truncate && digit_at(kept) >= '5') {
    std::size_t i = digits.size() - 1;
    for (; digits[i] == '9'; --i) digits[i] = '0';
    ++digits[i];
  }
  const std::size_t whole_digits = digits.size() - static_cast<std::size_t>(decimals);
  std::size_t first = std::min(digits.find_first_not_of('0'), whole_digits);
  const bool is_zero = digits.find_first_not_of('0') == std::string::npos;
  std::string text = shortest.negative && !is_zero ? "-" : "";
  if (first == whole_digits) {
    text += '0';
  } else {
    text.append(digits, first, whole_digits - first);
  }
  if (decimals > 0) {
    text += '.';
    text.append(digits, whole_digits);
  }
  return text;
}

/// The double nearest to what `display` writes: for the published methods that rank rounded
/// values. What is not finite comes back as it is.
[[nodiscard]] inline double display_value(double value, int decimals, bool truncate) {
  const std::string text = display(value, decimals, truncate);
  double read = value;
  if (!text.empty()) std::from_chars(text.data(), text.data() + text.size(), read);
  return read;
}

/// The shortest text that reads back as the same double, valid in JSON and CSV: without exponent
/// for 0.0001 <= |value| < 10^16, whole numbers without a point, "0" for -0. Empty for what is not
/// finite, which no writer may print.
[[nodiscard]] inline std::string shortest(double value) {
  if (!std::isfinite(value)) return {};
  if (value == 0) return "0";
  const double magnitude = std::fabs(value);
  const auto format = magnitude >= 1e-4 && magnitude < 1e16 ? std::chars_format::fixed
                                                            : std::chars_format::scientific;
  std::array<char, 40> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value, format);
  return {text.data(), result.ptr};
}

}  // namespace tijian::kernels
