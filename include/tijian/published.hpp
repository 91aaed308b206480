// A published figure such as "2.99万", "1.2亿", "56.10%" or "61", compared with a value at the
// figure's own decimals: whoever wrote 2.99万 has said nothing about units and tens.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "tijian/decimal.hpp"
#include "tijian/framework.hpp"

namespace tijian {

/// A figure as read. "2.99万" is 29900, its last digit standing for hundreds: decimals -2.
struct PublishedNumber {
  Decimal number;
  int decimals = 0;  ///< places after the point, in the measure of the value; below 0: tens …

  /// The figure as a number.
  [[nodiscard]] double value() const {
    const std::string text = (number.negative ? "-" : "") +
                             (number.is_zero() ? std::string("0") : number.digits) + "e" +
                             std::to_string(number.exponent);
    double result = 0;
    std::from_chars(text.data(), text.data() + text.size(), result);
    return result;
  }
};

/// Reads a published figure: an optional sign, digits with an optional fraction, an optional
/// exponent, then 万, 亿 or 万亿, then % or the indicator's measure. A figure that ends in the
/// measure is in it ("20%" where the measure is "%" is 20); any other "%" is a hundredth. Blanks
/// around the figure and between the number and what follows it are ignored.
///
/// Null for everything else (a grade, a remark, "/"): such text is shown, not compared. So is a
/// figure with separators ("29,922"), which is never guessed.
[[nodiscard]] inline std::optional<PublishedNumber> parse_published(std::string_view text,
                                                                    std::string_view measure = {}) {
  constexpr int largest_exponent = 400;  // beyond every finite double, and no overflow of int
  constexpr std::size_t longest = 800;   // digits; more than any double has
  const auto trim = [](std::string_view piece) {
    const std::size_t first = piece.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return std::string_view{};
    return piece.substr(first, piece.find_last_not_of(" \t\r\n") - first + 1);
  };
  const auto take_suffix = [&](std::string_view& piece, std::string_view suffix) {
    if (suffix.empty() || piece.size() <= suffix.size() || !piece.ends_with(suffix)) return false;
    piece = trim(piece.substr(0, piece.size() - suffix.size()));
    return true;
  };

  text = trim(text);
  int scale = 0;
  if (!take_suffix(text, measure) && take_suffix(text, "%")) scale -= 2;
  if (take_suffix(text, "亿")) scale += 8;
  if (take_suffix(text, "万")) scale += 4;

  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::string digits;
  int places = 0;
  bool point = false;
  std::size_t next = 0;
  for (; next < text.size(); ++next) {
    const char c = text[next];
    if (c >= '0' && c <= '9') {
      if (digits.size() >= longest) return std::nullopt;
      digits += c;
      if (point) ++places;
    } else if (c == '.' && !point && !digits.empty()) {
      point = true;
    } else {
      break;
    }
  }
  if (digits.empty() || (point && places == 0)) return std::nullopt;
  if (next < text.size() && (text[next] == 'e' || text[next] == 'E')) {
    ++next;
    if (next < text.size() && text[next] == '+') {
      ++next;
      if (next < text.size() && text[next] == '-') return std::nullopt;
    }
    int exponent = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + next, end, exponent);
    if (read.ec != std::errc{} || exponent > largest_exponent || exponent < -largest_exponent) {
      return std::nullopt;
    }
    next = static_cast<std::size_t>(read.ptr - text.data());
    scale += exponent;
  }
  if (next != text.size()) return std::nullopt;
  const int decimals = places - scale;
  PublishedNumber published{make_decimal(negative, digits, -decimals), decimals};
  // A figure that no value can equal is not a figure.
  const auto magnitude =
      static_cast<long long>(published.number.digits.size()) + published.number.exponent;
  if (magnitude > 309) return std::nullopt;
  return published;
}

/// Whether `value`, rounded by `rounding` at the figure's own decimals, is the figure.
[[nodiscard]] inline bool agrees(double value, const PublishedNumber& published,
                                 Rounding rounding) {
  const std::optional<Decimal> number = shortest_decimal(value);
  return number && rounded(*number, published.decimals, rounding) == published.number;
}

/// Whether `value` agrees with a published text; null where the text is no figure.
[[nodiscard]] inline std::optional<bool> agrees(double value, std::string_view published,
                                                std::string_view measure, Rounding rounding) {
  const std::optional<PublishedNumber> number = parse_published(published, measure);
  if (!number) return std::nullopt;
  return agrees(value, *number, rounding);
}

}  // namespace tijian
