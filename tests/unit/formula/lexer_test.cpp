#include "tijian/formula/lexer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace tijian::formula {
namespace {

struct Read {
  std::vector<Token> tokens;
  Issues issues;
};

Read read(std::string_view text) {
  Read result;
  Lexer lexer(text, result.issues);
  while (true) {
    Token token = lexer.next();
    const TokenKind kind = token.kind;
    result.tokens.push_back(std::move(token));
    if (kind == TokenKind::end || kind == TokenKind::invalid) return result;
  }
}

struct Fault {
  std::string_view text;
  std::string_view code;
  std::size_t position;
  std::string_view found;
  std::string_view expected;
};

void expect_fault(const Fault& fault) {
  const Read result = read(fault.text);
  SCOPED_TRACE(std::string(fault.text));
  ASSERT_EQ(result.issues.size(), 1U);
  const Issue& issue = result.issues[0];
  EXPECT_EQ(issue.code, fault.code);
  EXPECT_EQ(issue.position, fault.position);
  EXPECT_EQ(issue.found, fault.found);
  EXPECT_EQ(issue.expected, fault.expected);
  EXPECT_FALSE(issue.message.zh.empty());
  EXPECT_FALSE(issue.message.en.empty());
  EXPECT_EQ(issue.message.zh.find('{'), std::string::npos) << issue.message.zh;
  EXPECT_EQ(issue.message.en.find('{'), std::string::npos) << issue.message.en;
  EXPECT_TRUE(issue.place.empty());
  EXPECT_EQ(result.tokens.back().kind, TokenKind::invalid);
}

TEST(Lexer, gives_tokens_with_their_positions) {
  const Read result = read(" a1<>\t2.5\n>= 'it''s' \"x \"\"y\"\"\"");
  ASSERT_TRUE(result.issues.empty());
  ASSERT_EQ(result.tokens.size(), 7U);
  EXPECT_EQ(result.tokens[0].kind, TokenKind::identifier);
  EXPECT_EQ(result.tokens[0].text, "a1");
  EXPECT_EQ(result.tokens[0].position, 2U);
  EXPECT_EQ(result.tokens[1].kind, TokenKind::not_equal);
  EXPECT_EQ(result.tokens[1].position, 4U);
  EXPECT_EQ(result.tokens[2].number, 2.5);
  EXPECT_EQ(result.tokens[2].position, 7U);
  EXPECT_EQ(result.tokens[3].kind, TokenKind::greater_equal);
  EXPECT_EQ(result.tokens[4].kind, TokenKind::text);
  EXPECT_EQ(result.tokens[4].text, "it's");
  EXPECT_EQ(result.tokens[4].position, 14U);
  EXPECT_EQ(result.tokens[5].kind, TokenKind::quoted_identifier);
  EXPECT_EQ(result.tokens[5].text, "x \"y\"");
  EXPECT_EQ(result.tokens[6].kind, TokenKind::end);
  EXPECT_EQ(result.tokens[6].position, 31U);
}

TEST(Lexer, reads_numbers_as_the_nearest_double) {
  for (const auto& [text, value] : std::vector<std::pair<std::string_view, double>>{
           {"0", 0.0},
           {"007", 7.0},
           {"0.1", 0.1},
           {".5", 0.5},
           {"1.", 1.0},
           {"1.e2", 100.0},
           {"1E+2", 100.0},
           {"25e-1", 2.5},
           {"5e-324", 5e-324},
           {"1.7976931348623157e308", 1.7976931348623157e308},
           {"9007199254740993", 9007199254740992.0}}) {
    const Read result = read(text);
    ASSERT_EQ(result.tokens.size(), 2U) << text;
    EXPECT_EQ(result.tokens[0].kind, TokenKind::number) << text;
    EXPECT_EQ(result.tokens[0].number, value) << text;
  }
}

TEST(Lexer, refuses_numbers_that_are_none) {
  expect_fault({"1e400", "formula.number_out_of_range", 1, "1e400", "a float64"});
  expect_fault({"x + 1e-400", "formula.number_out_of_range", 5, "1e-400", "a float64"});
  expect_fault({"2 * 1abc", "formula.bad_number", 5, "1abc", "a number"});
  expect_fault({"1.2.3", "formula.bad_number", 1, "1.2.", "a number"});
  expect_fault({"1e", "formula.bad_number", 1, "1e", "a number"});
  expect_fault({"1e+", "formula.bad_number", 1, "1e", "a number"});
  expect_fault({"1_000", "formula.bad_number", 1, "1_000", "a number"});
  expect_fault({"0x10", "formula.bad_number", 1, "0x10", "a number"});
  expect_fault({"3层", "formula.bad_number", 1, "3层", "a number"});
}

TEST(Lexer, takes_letters_of_any_script_as_names) {
  for (const std::string_view name : {"楼层数", "étage", "этаж", "ชั้น", "κλίμακα", "طابق", "_x9",
                                      "層々", "Ａ栋", "Ⅲ类", "ﬁ", "𠀀"}) {
    const Read result = read(name);
    ASSERT_EQ(result.tokens.size(), 2U) << name;
    EXPECT_EQ(result.tokens[0].kind, TokenKind::identifier) << name;
    EXPECT_EQ(result.tokens[0].text, name);
  }
}

TEST(Lexer, knows_keywords_in_any_case_and_keeps_names_as_written) {
  EXPECT_EQ(read("AnD").tokens[0].kind, TokenKind::word_and);
  EXPECT_EQ(read("NULL").tokens[0].kind, TokenKind::word_null);
  EXPECT_EQ(read("Floors").tokens[0].text, "Floors");
  EXPECT_EQ(read("\"and\"").tokens[0].kind, TokenKind::quoted_identifier);
  EXPECT_EQ(read("android").tokens[0].kind, TokenKind::identifier);
  EXPECT_EQ(read("Group").tokens[0].kind, TokenKind::reserved);
  EXPECT_EQ(read("level").tokens[0].kind, TokenKind::identifier);
  for (const std::string_view word : lexing::reserved_words) {
    EXPECT_FALSE(word.empty());
    EXPECT_EQ(read(word).tokens[0].kind, TokenKind::reserved) << word;
  }
}

TEST(Lexer, says_which_full_width_character_to_replace) {
  expect_fault({"a ＝ 1", "formula.full_width", 3, "＝", "="});
  expect_fault({"coalesce（a，0）", "formula.full_width", 9, "（", "("});
  expect_fault({"a，b", "formula.full_width", 2, "，", ","});
  expect_fault({"a > １", "formula.full_width", 5, "１", "1"});
  expect_fault({"a = ‘砖’", "formula.full_width", 5, "‘", "'"});
  expect_fault({"a = “砖”", "formula.full_width", 5, "“", "\""});
  expect_fault({"a\u3000+ b", "formula.full_width", 2, "U+3000", "a space"});
  expect_fault({"a\u00A0+ b", "formula.full_width", 2, "U+00A0", "a space"});
  expect_fault({"a ≥ 1", "formula.full_width", 3, "≥", ">="});
  expect_fault({"a × b", "formula.full_width", 3, "×", "*"});
  expect_fault({"a − b", "formula.full_width", 3, "−", "-"});
}

TEST(Lexer, refuses_characters_without_a_place) {
  expect_fault({"a; b", "formula.unknown_character", 2, ";", ""});
  expect_fault({"a[1]", "formula.unknown_character", 2, "[", ""});
  expect_fault({"H02.verdict", "formula.unknown_character", 4, ".", ""});
  expect_fault({"a::int", "formula.unknown_character", 2, ":", ""});
  expect_fault({"a\u200Bb", "formula.unknown_character", 2, "U+200B", ""});
  expect_fault({"\uFEFFa", "formula.unknown_character", 1, "U+FEFF", ""});
  expect_fault({"m㎡", "formula.unknown_character", 2, "㎡", ""});
  expect_fault({"a 😀", "formula.unknown_character", 3, "😀", ""});
  expect_fault({"a\x01", "formula.unknown_character", 2, "U+0001", ""});
  expect_fault({std::string_view("a\0b", 3), "formula.unknown_character", 2, "U+0000", ""});
  expect_fault({std::string_view("'a\0b'", 5), "formula.unknown_character", 3, "U+0000",
                "another character"});
}

TEST(Lexer, refuses_comments_and_operators_of_other_languages) {
  expect_fault({"a -- b", "formula.comment", 3, "--", ""});
  expect_fault({"a/*b*/", "formula.comment", 2, "/*", ""});
  expect_fault({"a == 1", "formula.wrong_operator", 3, "==", "="});
  expect_fault({"a && b", "formula.wrong_operator", 3, "&&", "and"});
  expect_fault({"a || b", "formula.wrong_operator", 3, "||", "or"});
  expect_fault({"!a", "formula.wrong_operator", 1, "!", "not"});
  expect_fault({"a ^ 2", "formula.wrong_operator", 3, "^", "power(x, y)"});
  expect_fault({"a ** 2", "formula.wrong_operator", 3, "**", "power(x, y)"});
  expect_fault({"a => 2", "formula.wrong_operator", 3, "=>", ">="});
  expect_fault({"a =< 2", "formula.wrong_operator", 3, "=<", "<="});
  expect_fault({"a %-2", "formula.wrong_operator", 3, "%-", "% -"});
  expect_fault({"a !=-2", "formula.wrong_operator", 3, "!=-", "!= -"});
}

TEST(Lexer, refuses_what_is_not_closed_or_not_utf8) {
  expect_fault({"a = 'b", "formula.unclosed_text", 5, "'b", "'"});
  expect_fault({"a = 'b''", "formula.unclosed_text", 5, "'b''", "'"});
  expect_fault({"\"a", "formula.unclosed_name", 1, "\"a", "\""});
  expect_fault({"\"\"", "formula.empty_name", 1, "\"\"", "a name"});
  expect_fault({"a\xFF", "formula.invalid_utf8", 2, "0xFF", "UTF-8"});
  expect_fault({"'a\xC0\x80'", "formula.invalid_utf8", 3, "0xC0", "UTF-8"});        // overlong
  expect_fault({"\"\xED\xA0\x80\"", "formula.invalid_utf8", 2, "0xED", "UTF-8"});   // surrogate
  expect_fault({"x\xF4\x90\x80\x80", "formula.invalid_utf8", 2, "0xF4", "UTF-8"});  // > U+10FFFF
  expect_fault({"x\xE6\xA5", "formula.invalid_utf8", 2, "0xE6", "UTF-8"});          // cut off
}

TEST(Lexer, shows_a_long_fault_cut_between_characters) {
  std::string text = "'";
  for (int i = 0; i < 100; ++i) text += "楼";
  const Read result = read(text);
  ASSERT_EQ(result.issues.size(), 1U);
  EXPECT_EQ(result.issues[0].found, "'楼楼楼楼楼楼楼楼楼楼楼楼楼...");
}

}  // namespace
}  // namespace tijian::formula
