#include "io/csv_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "io/io_messages.hpp"

namespace tijian {

namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

bool equals_in_any_case(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(),
                    [](char left, char right) { return lower(left) == right; });
}

/// Full-width ASCII as ASCII, ideographic and no-break spaces as blanks; else unchanged.
std::string narrow(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t k) {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u;
    };
    if (byte(0) == 0xEF && (byte(1) == 0xBC || byte(1) == 0xBD) && byte(2) >= 0x80) {
      // U+FF01 … U+FF5E stand for 0x21 … 0x7E.
      const unsigned code = (byte(1) - 0xBCu) * 64 + (byte(2) - 0x80u);
      if (code >= 1 && code <= 0x5E) {
        result += static_cast<char>(code + 0x20);
        i += 2;
        continue;
      }
    }
    if (byte(0) == 0xE3 && byte(1) == 0x80 && byte(2) == 0x80) {
      result += ' ';
      i += 2;
      continue;
    }
    if (byte(0) == 0xC2 && byte(1) == 0xA0) {
      result += ' ';
      ++i;
      continue;
    }
    result += text[i];
  }
  return result;
}

/// Narrow, without any blank, in lower case.
std::string squeezed(std::string_view text) {
  std::string result;
  for (const char byte : narrow(text)) {
    if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r') result += lower(byte);
  }
  return result;
}

/// What people write where a number is missing.
bool is_placeholder(std::string_view field) {
  constexpr std::array<std::string_view, 20> words{
      "-",  "--",   "—",  "——",   "–",    "/",   "\\",  "*",  "?",    "？",
      "无", "缺失", "空", "null", "none", "nan", "n/a", "na", "未填", "不详"};
  const std::string word = squeezed(field);
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Whether the field is digits (and a point) followed by something that is not a number's.
bool begins_with_number(std::string_view field) {
  std::size_t i = 0;
  if (i < field.size() && (field[i] == '-' || field[i] == '+')) ++i;
  if (i >= field.size() || !is_digit(field[i])) return false;
  while (i < field.size() && (is_digit(field[i]) || field[i] == '.')) ++i;
  return i < field.size() && !is_digit(field[i]) && lower(field[i]) != 'e';
}

const Message* why_no_number(std::string_view field) {
  if (is_spreadsheet_error(field)) return &io_messages::spreadsheet_error;
  if (field.ends_with('%') || field.ends_with("％") || field.ends_with("‰"))
    return &io_messages::percent;
  if (is_placeholder(field)) return &io_messages::placeholder;
  if (begins_with_number(field)) {
    const bool separated = field.find_first_of(",'") != std::string_view::npos ||
                           field.find("，") != std::string_view::npos;
    return separated ? &io_messages::separator : &io_messages::number_with_unit;
  }
  return &io_messages::not_number;
}

}  // namespace

std::string_view trim_blanks(std::string_view field) {
  const std::size_t start = field.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return field.substr(start, field.find_last_not_of(" \t") - start + 1);
}

std::optional<double> number_of_field(std::string_view field, const Message** fault) {
  const std::string_view text = trim_blanks(field);
  // from_chars also reads "inf" and "nan", which no program writes for a measured value.
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  const bool numeric = first < text.size() && (is_digit(text[first]) || text[first] == '.');
  double value = 0;
  const char* end = text.data() + text.size();
  const auto read = numeric ? std::from_chars(text.data(), end, value)
                            : std::from_chars_result{text.data(), std::errc::invalid_argument};
  if (read.ec == std::errc::result_out_of_range && read.ptr == end) {
    *fault = &io_messages::number_range;
    return std::nullopt;
  }
  if (read.ec != std::errc{} || read.ptr != end) {
    *fault = why_no_number(text);
    return std::nullopt;
  }
  const bool is_whole =
      std::all_of(text.begin() + static_cast<std::ptrdiff_t>(first), text.end(), is_digit);
  if (is_whole && std::abs(value) >= 9007199254740992.0) {
    // 2^53 + 1 has been rounded to 2^53, so the digits decide.
    std::string_view digits = text.substr(first);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits != "9007199254740992") {
      *fault = &io_messages::large_integer;
      return std::nullopt;
    }
  }
  return value + 0.0;  // −0 is 0
}

std::optional<bool> boolean_of_field(std::string_view field, const Message** fault) {
  const std::string_view text = trim_blanks(field);
  if (equals_in_any_case(text, "true") || text == "是") return true;
  if (equals_in_any_case(text, "false") || text == "否") return false;
  const Message* number_fault = nullptr;
  const auto number = number_of_field(text, &number_fault);  // programs also write 1.0
  if (number == 1.0) return true;
  if (number == 0.0) return false;
  *fault = &io_messages::not_boolean;
  if (is_spreadsheet_error(text))
    *fault = &io_messages::spreadsheet_error;
  else if (is_placeholder(text))
    *fault = &io_messages::placeholder;
  return std::nullopt;
}

bool is_spreadsheet_error(std::string_view field) {
  constexpr std::array<std::string_view, 9> errors{
      "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"};
  return std::find(errors.begin(), errors.end(), field) != errors.end();
}

bool is_mangled_id(std::string_view field) {
  const std::size_t exponent = field.find("E+");
  if (exponent == std::string_view::npos || exponent == 0) return false;
  const std::string_view mantissa = field.substr(0, exponent);
  const std::string_view power = field.substr(exponent + 2);
  if (power.size() < 2 || !std::all_of(power.begin(), power.end(), is_digit)) return false;
  if (mantissa.size() == 1) return is_digit(mantissa[0]);
  return mantissa.size() > 2 && is_digit(mantissa[0]) && mantissa[1] == '.' &&
         std::all_of(mantissa.begin() + 2, mantissa.end(), is_digit);
}

bool is_totals_word(std::string_view field) {
  std::string word = squeezed(field);
  while (word.ends_with(':')) word.pop_back();
  const std::size_t bracket = word.find('(');
  if (bracket != std::string::npos) word.resize(bracket);
  for (const std::string_view total : {"合计", "总计", "小计", "共计", "总和"}) {
    if (word.ends_with(total)) return true;
  }
  return word == "total" || word == "totals" || word == "subtotal" || word == "grandtotal";
}

std::string loose_header(std::string_view header) {
  std::string text = narrow(header);
  const std::size_t unit = text.find_first_of("([/\n");
  if (unit != std::string::npos && unit != 0) text.resize(unit);
  for (const std::string_view bracket : {"【", "〔"}) {
    const std::size_t at = text.find(bracket);
    if (at != std::string::npos && at != 0) text.resize(at);
  }
  std::string result = squeezed(text);
  std::erase(result, '_');
  return result;
}

}  // namespace tijian
