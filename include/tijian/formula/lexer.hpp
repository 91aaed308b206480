// A formula's text as tokens, one at a time.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "tijian/formula/messages.hpp"

namespace tijian::formula {

enum class TokenKind : std::uint8_t {
  end,
  invalid,
  number,
  text,
  identifier,
  quoted_identifier,
  plus,
  minus,
  star,
  slash,
  percent,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  left_parenthesis,
  right_parenthesis,
  comma,
  word_and,
  word_or,
  word_not,
  word_between,
  word_in,
  word_is,
  word_null,
  word_true,
  word_false,
  word_case,
  word_when,
  word_then,
  word_else,
  word_end,
  word_where,
  reserved  // a word that SQL keeps for itself and formulas have no use for
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t position = 1;  ///< 1-based byte
  std::string_view source;   ///< as it stands in the formula
  std::string text;          ///< a text's or name's content, quotes resolved
  double number = 0;
};

namespace lexing {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;  ///< 0: not UTF-8
};

/// The code point at `at`, strictly: no overlong forms, no surrogates, none above U+10FFFF.
inline CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + bytes > text.size()) return {};
  char32_t value = first & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = value << 6 | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (value < least[bytes] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, bytes};
}

/// Ranges of code points from U+0080 on that are no letters: spaces, punctuation, symbols,
/// controls, private use. Coarse on purpose: what is refused can be written in double quotes.
inline constexpr std::array<std::pair<char32_t, char32_t>, 33> other_than_letters{{
    {0x0080, 0x00A9},  // controls, no-break space, Latin-1 punctuation
    {0x00AB, 0x00B4},
    {0x00B6, 0x00B9},
    {0x00BB, 0x00BF},
    {0x00D7, 0x00D7},  // ×
    {0x00F7, 0x00F7},  // ÷
    {0x037E, 0x037E},
    {0x055A, 0x055F},
    {0x0589, 0x058F},
    {0x05BE, 0x05BE},
    {0x0600, 0x060F},
    {0x061B, 0x061F},
    {0x066A, 0x066D},
    {0x1680, 0x1680},
    {0x180E, 0x180E},
    {0x2000, 0x206F},  // spaces, dashes, quotation marks, directions
    {0x20A0, 0x20CF},  // currencies
    {0x2100, 0x215F},  // ℃, №, ½
    {0x2190, 0x2BFF},  // arrows, mathematics, circled numbers, boxes
    {0x2E00, 0x2E7F},
    {0x2FF0, 0x3004},  // the ideographic space, 、 。
    {0x3008, 0x3020},  // brackets
    {0x3030, 0x3030},
    {0x303D, 0x303F},
    {0x30FB, 0x30FB},  // ・
    {0x3200, 0x33FF},  // ㎡ and other squared words
    {0x4DC0, 0x4DFF},
    {0xE000, 0xF8FF},
    {0xFE00, 0xFE6F},  // variation selectors, vertical and
                       // small forms
    {0xFEFF, 0xFF20},  // the byte order mark, full-width punctuation and digits
    {0xFF3B, 0xFF40},
    {0xFF5B, 0xFF65},
    {0xFFE0, 0xFFFF},
}};
inline constexpr char32_t first_symbol_beyond = 0x1F000;  // emoji, up to the next ideographs
inline constexpr char32_t last_symbol_beyond = 0x1FFFF;
inline constexpr char32_t first_special_plane = 0xE0000;  // tags, private use

inline bool is_letter(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if ((c >= first_symbol_beyond && c <= last_symbol_beyond) || c >= first_special_plane)
    return false;
  const auto after =
      std::upper_bound(other_than_letters.begin(), other_than_letters.end(), c,
                       [](char32_t value, const std::pair<char32_t, char32_t>& range) {
                         return value < range.first;
                       });
  return after == other_than_letters.begin() || c > std::prev(after)->second;
}

inline bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

/// What a Chinese keyboard gives where a formula wants ASCII; empty where there is nothing to say.
inline std::string ascii_form(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return std::string(1, static_cast<char>(c - 0xFEE0));
  switch (c) {
    case 0x00A0:
    case 0x3000: return "a space";
    case 0x2018:
    case 0x2019: return "'";
    case 0x201C:
    case 0x201D: return "\"";
    case 0x3001: return ",";
    case 0x3002: return ".";
    case 0x3010: return "(";
    case 0x3011: return ")";
    case 0x2013:
    case 0x2014:
    case 0x2212: return "-";
    case 0x00D7: return "*";
    case 0x00F7: return "/";
    case 0x2260: return "<>";
    case 0x2264: return "<=";
    case 0x2265: return ">=";
    default: return c >= 0x2000 && c <= 0x200A ? "a space" : "";
  }
}

/// How a message shows a character: as it is, or by its number where it cannot be seen.
inline std::string shown(std::string_view source, char32_t c) {
  const bool visible = c > 0x20 && c != 0x7F && (c < 0x80 || c > 0xA0) &&
                       !(c >= 0x2000 && c <= 0x200F) && !(c >= 0x2028 && c <= 0x202F) &&
                       !(c >= 0x205F && c <= 0x206F) && c != 0x3000 && c != 0xFEFF &&
                       c < first_special_plane && !(c >= 0xE000 && c <= 0xF8FF);
  if (visible) return std::string(source);
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string hexadecimal;
  for (char32_t rest = c; rest != 0 || hexadecimal.size() < 4; rest >>= 4)
    hexadecimal.insert(hexadecimal.begin(), digits[rest & 0xF]);
  return "U+" + hexadecimal;
}

/// A piece of the formula as a message shows it: at most 40 bytes, cut between characters.
inline std::string excerpt(std::string_view source) {
  constexpr std::size_t most = 40;
  if (source.size() <= most) return std::string(source);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(source[end]) & 0xC0U) == 0x80U) --end;
  return std::string(source.substr(0, end)) + "...";
}

struct Word {
  std::string_view text;
  TokenKind kind;
};

inline constexpr std::array words{
    Word{"and", TokenKind::word_and},     Word{"between", TokenKind::word_between},
    Word{"case", TokenKind::word_case},   Word{"else", TokenKind::word_else},
    Word{"end", TokenKind::word_end},     Word{"false", TokenKind::word_false},
    Word{"in", TokenKind::word_in},       Word{"is", TokenKind::word_is},
    Word{"not", TokenKind::word_not},     Word{"null", TokenKind::word_null},
    Word{"or", TokenKind::word_or},       Word{"then", TokenKind::word_then},
    Word{"true", TokenKind::word_true},   Word{"when", TokenKind::word_when},
    Word{"where", TokenKind::word_where},
};

/// Words that DuckDB does not take as a column's name unless quoted: a formula is to be valid SQL.
inline constexpr std::array<std::string_view, 91> reserved_words{
    "all",       "analyse",     "analyze",      "anti",        "any",       "array",
    "as",        "asc",         "asof",         "asymmetric",  "at",        "authorization",
    "binary",    "both",        "by",           "cast",        "check",     "collate",
    "collation", "column",      "concurrently", "constraint",  "create",    "cross",
    "default",   "deferrable",  "desc",         "describe",    "distinct",  "do",
    "except",    "fetch",       "for",          "foreign",     "freeze",    "from",
    "full",      "glob",        "group",        "having",      "ilike",     "initially",
    "inner",     "intersect",   "into",         "isnull",      "join",      "lambda",
    "lateral",   "leading",     "left",         "like",        "limit",     "natural",
    "notnull",   "offset",      "on",           "only",        "order",     "outer",
    "overlaps",  "pivot",       "pivot_longer", "pivot_wider", "placing",   "positional",
    "primary",   "qualify",     "references",   "returning",   "right",     "select",
    "semi",      "show",        "similar",      "some",        "summarize", "symmetric",
    "table",     "tablesample", "to",           "trailing",    "union",     "unique",
    "unpack",    "unpivot",     "using",        "variadic",    "verbose",   "window",
    "with",
};

inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

inline TokenKind word_kind(std::string_view lower) {
  for (const Word& word : words)
    if (word.text == lower) return word.kind;
  return std::find(reserved_words.begin(), reserved_words.end(), lower) != reserved_words.end()
             ? TokenKind::reserved
             : TokenKind::identifier;
}

}  // namespace lexing

/// Reads tokens from left to right. The first fault adds one issue and gives an invalid token,
/// after which the lexer is not asked again.
class Lexer {
 public:
  Lexer(std::string_view text, Issues& issues) : text_(text), issues_(issues) {}

  Token next() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    start_ = at_;
    if (at_ == text_.size()) return token(TokenKind::end);
    const char c = text_[at_];
    if (lexing::is_digit(static_cast<unsigned char>(c)) || (c == '.' && digit_at(at_ + 1)))
      return number();
    if (c == '\'') return quoted(TokenKind::text, messages::unclosed_text);
    if (c == '"') return quoted(TokenKind::quoted_identifier, messages::unclosed_name);
    const lexing::CodePoint point = lexing::code_point_at(text_, at_);
    if (point.bytes == 0) return fail(messages::invalid_utf8, byte_shown(at_), "UTF-8");
    if (point.value == '_' || lexing::is_letter(point.value)) return word();
    return symbol(point);
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  [[nodiscard]] bool digit_at(std::size_t at) const {
    return at < text_.size() && text_[at] >= '0' && text_[at] <= '9';
  }

  /// The end of the letters, digits, `_` from `at` on.
  [[nodiscard]] std::size_t end_of_word(std::size_t at) const {
    while (at < text_.size()) {
      const lexing::CodePoint point = lexing::code_point_at(text_, at);
      if (point.bytes == 0 ||
          !(point.value == '_' || lexing::is_digit(point.value) || lexing::is_letter(point.value)))
        break;
      at += point.bytes;
    }
    return at;
  }

  [[nodiscard]] std::string byte_shown(std::size_t at) const {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(text_[at]);
    return {'0', 'x', digits[byte >> 4], digits[byte & 0xF]};
  }

  Token token(TokenKind kind) {
    Token result;
    result.kind = kind;
    result.position = start_ + 1;
    result.source = text_.substr(start_, at_ - start_);
    return result;
  }

  Token fail(const Message& message, const std::string& found, const std::string& expected) {
    Issue issue = make_issue(message, "", {{"found", found}, {"expected", expected}});
    issue.position = start_ + 1;
    issue.found = found;
    issue.expected = expected;
    issues_.push_back(std::move(issue));
    return token(TokenKind::invalid);
  }

  Token number() {
    while (digit_at(at_)) ++at_;
    if (at_ < text_.size() && text_[at_] == '.') ++at_;
    while (digit_at(at_)) ++at_;
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      std::size_t digits = at_ + 1;
      if (digits < text_.size() && (text_[digits] == '+' || text_[digits] == '-')) ++digits;
      if (digit_at(digits)) {
        at_ = digits;
        while (digit_at(at_)) ++at_;
      }
    }
    const std::size_t rest = end_of_word(at_);
    if (rest != at_ || (at_ < text_.size() && text_[at_] == '.')) {
      at_ = std::max(rest, at_ + 1);
      return fail(messages::bad_number, lexing::excerpt(text_.substr(start_, at_ - start_)),
                  "a number");
    }
    Token result = token(TokenKind::number);
    const std::string_view source = result.source;
    const std::from_chars_result read =
        std::from_chars(source.data(), source.data() + source.size(), result.number);
    if (read.ec == std::errc::result_out_of_range)
      return fail(messages::number_out_of_range, lexing::excerpt(source), "a float64");
    if (read.ec != std::errc() || read.ptr != source.data() + source.size())
      return fail(messages::bad_number, lexing::excerpt(source), "a number");
    return result;
  }

  /// A text or a quoted name; the quotation mark doubled stands for itself.
  Token quoted(TokenKind kind, const Message& unclosed) {
    const char mark = text_[at_];
    std::string content;
    for (++at_; at_ < text_.size();) {
      if (text_[at_] == mark) {
        ++at_;
        if (at_ == text_.size() || text_[at_] != mark) {
          if (kind == TokenKind::quoted_identifier && content.empty())
            return fail(messages::empty_name, "\"\"", "a name");
          Token result = token(kind);
          result.text = std::move(content);
          return result;
        }
        content += mark;
        ++at_;
        continue;
      }
      const lexing::CodePoint point = lexing::code_point_at(text_, at_);
      if (point.bytes == 0 || point.value == 0) {
        start_ = at_;
        return point.bytes == 0 ? fail(messages::invalid_utf8, byte_shown(at_), "UTF-8")
                                : fail(messages::unknown_character, "U+0000", "another character");
      }
      content.append(text_, at_, point.bytes);
      at_ += point.bytes;
    }
    return fail(unclosed, lexing::excerpt(text_.substr(start_)), std::string(1, mark));
  }

  Token word() {
    at_ = end_of_word(at_);
    Token result = token(TokenKind::identifier);
    result.kind = lexing::word_kind(lexing::lower_case(result.source));
    result.text = std::string(result.source);
    return result;
  }

  Token symbol(const lexing::CodePoint& point) {
    const std::string_view pair = text_.substr(at_, 2);
    if (pair == "--" || pair == "/*") return fail(messages::comment, std::string(pair), "");
    for (const auto& [wrong, right] : wrong_operators)
      if (text_.substr(at_, wrong.size()) == wrong)
        return fail(messages::wrong_operator, std::string(wrong), std::string(right));
    for (const auto& [source, kind] : pairs) {
      if (pair == source) {
        at_ += 2;
        return token(kind);
      }
    }
    for (const auto& [source, kind] : singles) {
      if (point.value == static_cast<unsigned char>(source)) {
        ++at_;
        return token(kind);
      }
    }
    const std::string found = lexing::shown(text_.substr(at_, point.bytes), point.value);
    if (point.value == '!') return fail(messages::wrong_operator, found, "not");
    if (point.value == '^') return fail(messages::wrong_operator, found, "power(x, y)");
    const std::string ascii = lexing::ascii_form(point.value);
    if (!ascii.empty()) return fail(messages::full_width, found, ascii);
    return fail(messages::unknown_character, found, "");
  }

  /// The last two are SQL operators of their own when no space stands before the minus.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> wrong_operators{
      {{"==", "="},
       {"=>", ">="},
       {"=<", "<="},
       {"&&", "and"},
       {"||", "or"},
       {"**", "power(x, y)"},
       {"%-", "% -"},
       {"!=-", "!= -"}}};
  static constexpr std::array<std::pair<std::string_view, TokenKind>, 4> pairs{
      {{"<>", TokenKind::not_equal},
       {"!=", TokenKind::not_equal},
       {"<=", TokenKind::less_equal},
       {">=", TokenKind::greater_equal}}};
  static constexpr std::array<std::pair<char, TokenKind>, 11> singles{
      {{'+', TokenKind::plus},
       {'-', TokenKind::minus},
       {'*', TokenKind::star},
       {'/', TokenKind::slash},
       {'%', TokenKind::percent},
       {'=', TokenKind::equal},
       {'<', TokenKind::less},
       {'>', TokenKind::greater},
       {'(', TokenKind::left_parenthesis},
       {')', TokenKind::right_parenthesis},
       {',', TokenKind::comma}}};

  std::string_view text_;
  Issues& issues_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
};

}  // namespace tijian::formula
