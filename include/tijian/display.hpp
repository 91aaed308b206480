// Rounding for text: a value at its decimals, half away from zero or truncated, on the shortest
// decimal that reads back. For display and for comparing with what was published; nothing is judged
// by a rounded value.
//
// The shortest decimal, because that is the number people see: 2.675 is stored as 2.67499999…, and
// whoever reads 2.675 expects 2.68.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "tijian/framework.hpp"

namespace tijian {

/// An exact decimal number: ±digits × 10^exponent. Canonical: no leading and no trailing zeros;
/// zero has no digits, exponent 0 and no sign. So equal numbers are equal member by member.
struct Decimal {
  bool negative = false;
  std::string digits;  ///< most significant first
  int exponent = 0;    ///< of the last digit

  [[nodiscard]] bool is_zero() const { return digits.empty(); }
  bool operator==(const Decimal&) const = default;
};

/// ±digits × 10^exponent made canonical.
[[nodiscard]] inline Decimal make_decimal(bool negative, std::string_view digits, int exponent) {
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string_view::npos) return {};
  const std::size_t last = digits.find_last_not_of('0');
  return {negative, std::string(digits.substr(first, last - first + 1)),
          exponent + static_cast<int>(digits.size() - 1 - last)};
}

/// The shortest decimal that reads back as `value`; null where `value` is not finite.
[[nodiscard]] inline std::optional<Decimal> shortest_decimal(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, std::fabs(value),
                                 std::chars_format::scientific);
  std::string digits;
  const char* next = text;
  for (; next != end.ptr && *next != 'e'; ++next) {
    if (*next != '.') digits += *next;
  }
  int exponent = 0;
  if (next != end.ptr) {
    ++next;
    if (next != end.ptr && *next == '+') ++next;  // from_chars takes no plus
    std::from_chars(next, end.ptr, exponent);
  }
  return make_decimal(value < 0, digits, exponent - static_cast<int>(digits.size() - 1));
}

/// `number` with `decimals` digits after the point (below 0: to tens, hundreds …): half away from
/// zero, or cut off.
[[nodiscard]] inline Decimal rounded(const Decimal& number, int decimals, Rounding rounding) {
  // How many of the last digits go.
  const long long dropped = -static_cast<long long>(decimals) - number.exponent;
  if (number.is_zero() || dropped <= 0) return number;
  const auto size = static_cast<long long>(number.digits.size());
  if (dropped > size) return {};
  std::string kept = number.digits.substr(0, static_cast<std::size_t>(size - dropped));
  const bool up =
      rounding == Rounding::half_up && number.digits[static_cast<std::size_t>(size - dropped)] >= '5';
  if (up) {
    std::size_t place = kept.size();
    while (place > 0 && kept[place - 1] == '9') kept[--place] = '0';
    if (place > 0) {
      ++kept[place - 1];
    } else {
      kept.insert(kept.begin(), '1');
    }
  }
  return make_decimal(number.negative, kept, -decimals);
}

/// `number` in plain digits with at least `decimals` places after the point (more where the number
/// has more; round it first). Zero has no sign.
[[nodiscard]] inline std::string plain_text(const Decimal& number, int decimals) {
  std::string whole = number.digits;
  std::string fraction;
  if (number.exponent >= 0) {
    whole.append(static_cast<std::size_t>(number.exponent), '0');
  } else {
    const auto places = static_cast<std::size_t>(-static_cast<long long>(number.exponent));
    if (whole.size() <= places) whole.insert(0, places - whole.size() + 1, '0');
    fraction = whole.substr(whole.size() - places);
    whole.resize(whole.size() - places);
  }
  if (whole.empty()) whole = "0";
  const auto wanted = static_cast<std::size_t>(std::max(decimals, 0));
  if (fraction.size() < wanted) fraction.append(wanted - fraction.size(), '0');
  std::string text = number.negative ? "-" : "";
  text += whole;
  if (!fraction.empty()) text += "." + fraction;
  return text;
}

/// `value` as text with exactly `decimals` places (decimals below 0 round to tens, hundreds …), or
/// the shortest text that reads back where `decimals` is null. No double has digits beyond 400
/// places, and none are written. "" where `value` is not finite, which no result of the library is.
[[nodiscard]] inline std::string display(double value, std::optional<int> decimals,
                                         Rounding rounding = Rounding::half_up) {
  const std::optional<Decimal> number = shortest_decimal(value);
  if (!number) return {};
  if (!decimals) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value == 0 ? 0.0 : value);
    return {text, end.ptr};
  }
  const int places = std::clamp(*decimals, -400, 400);
  return plain_text(rounded(*number, places, rounding), places);
}

/// Whether two values look the same at `decimals`: how a reported value is compared with the
/// computed one. Without decimals they are compared as they are.
[[nodiscard]] inline bool same_at_decimals(double a, double b, std::optional<int> decimals,
                                           Rounding rounding = Rounding::half_up) {
  if (!decimals) return a == b;
  const auto first = shortest_decimal(a);
  const auto second = shortest_decimal(b);
  if (!first || !second) return false;
  return rounded(*first, *decimals, rounding) == rounded(*second, *decimals, rounding);
}

}  // namespace tijian
