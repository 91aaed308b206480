// The guard against formulas: what begins like one never reaches a spreadsheet bare, and reading
// takes off exactly what writing has put on.
#include "tijian/csv_text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tijian {
namespace {

TEST(CsvText, EveryBeginningOfAFormulaIsKnown) {
  for (const std::string_view text :
       {"=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=", "-", "＝1", "＋1", "－1", "＠A"})
    EXPECT_TRUE(begins_like_formula(text)) << text;
  EXPECT_TRUE(begins_like_formula(std::string_view("\0=1", 3)));
  for (const std::string_view text : {"", "a=1", "1-2", " =1", "'=1", "（=", "小区-1", "。", "＜"})
    EXPECT_FALSE(begins_like_formula(text)) << text;
}

TEST(CsvText, OneApostropheIsTakenOffWhereOneWasPutOn) {
  EXPECT_EQ(without_formula_guard("'=1+1"), "=1+1");
  EXPECT_EQ(without_formula_guard("''=1+1"), "'=1+1");
  EXPECT_EQ(without_formula_guard("'－5"), "－5");
  EXPECT_EQ(without_formula_guard("'twas"), "'twas");
  EXPECT_EQ(without_formula_guard("=1"), "=1");
  EXPECT_EQ(without_formula_guard("'"), "'");
  EXPECT_EQ(without_formula_guard("''"), "''");
  EXPECT_EQ(without_formula_guard(""), "");
}

TEST(CsvText, GuardAndUnguardAreInverse) {
  std::mt19937 random(20250301);
  const std::vector<std::string> parts{"'",  "=",  "+",  "-", "@",  "\t",
                                       "\n", "＝", "＠", "a", "甲", " "};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto i = random() % 6; i > 0; --i) text += parts[random() % parts.size()];
    const std::string written = needs_formula_guard(text) ? "'" + text : text;
    ASSERT_FALSE(begins_like_formula(written)) << written;
    ASSERT_EQ(without_formula_guard(written), text);
  }
}

TEST(CsvText, ControlCharactersGoAndTextStays) {
  const auto cleaned = [](std::string_view text) {
    std::string result;
    append_without_controls(result, text);
    return result;
  };
  const std::string controls("a\0b\x01\x08\x0B\x0C\x1F\x7F.", 10);
  EXPECT_EQ(cleaned(controls), "ab.");
  EXPECT_EQ(cleaned("a\tb\nc\rd"), "a\tb\nc\rd");
  EXPECT_EQ(cleaned("a\xC2\x80\xC2\x9F"
                    "b"),
            "ab")
      << "C1";
  EXPECT_EQ(cleaned("m²·甲🏠"), "m²·甲🏠") << "the bytes of other characters are not controls";
  EXPECT_EQ(cleaned("\xC2"), "\xC2");
}

}  // namespace
}  // namespace tijian
