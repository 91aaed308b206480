// Exact decimal numbers: a double's shortest decimal, rounded at a place, so that a value can be
// compared with what was reported or published at its own decimals. Text for people is written by
// kernels/rounding.hpp; nothing is judged by a rounded value.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "tijian/framework.hpp"
#include "tijian/kernels/rounding.hpp"

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
  const kernels::ShortestDigits shortest(value);
  return make_decimal(shortest.negative, shortest.digits,
                      shortest.point - static_cast<int>(shortest.digits.size()));
}

/// `number` with `decimals` digits after the point (below 0: to tens, hundreds …): half away from
/// zero, or cut off.
[[nodiscard]] inline Decimal rounded(const Decimal& number, int decimals, Rounding rounding) {
  const long long dropped = -static_cast<long long>(decimals) - number.exponent;  // last digits
  if (number.is_zero() || dropped <= 0) return number;
  const auto size = static_cast<long long>(number.digits.size());
  if (dropped > size) return {};  // below a tenth of the place
  std::string kept = number.digits.substr(0, static_cast<std::size_t>(size - dropped));
  if (rounding == Rounding::half_up &&
      number.digits[static_cast<std::size_t>(size - dropped)] >= '5') {
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

/// Whether two values look the same at `decimals`: how a reported value is compared with the
/// computed one. Without decimals they are compared as they are. False where one is not finite.
[[nodiscard]] inline bool same_at_decimals(double a, double b, std::optional<int> decimals,
                                           Rounding rounding = Rounding::half_up) {
  const auto first = shortest_decimal(a);
  const auto second = shortest_decimal(b);
  if (!first || !second) return false;
  if (!decimals) return *first == *second;
  return rounded(*first, *decimals, rounding) == rounded(*second, *decimals, rounding);
}

}  // namespace tijian
