#include "tijian/sentence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace tijian {
namespace {

const std::string housing = "{item}{value}{measure}（{split}），占{share}，涉及{objects}";
const std::string housing_en = "{item}: {value} {measure} ({split}), {share}; {objects}";

SentenceValues values(std::string split, std::string share, std::string objects) {
  return {{"item", "灭火器缺失"},      {"value", "13"},
          {"measure", "栋"},           {"split", split},
          {"share", std::move(share)}, {"objects", std::move(objects)}};
}

TEST(Sentence, SaysEverythingThatThereIs) {
  EXPECT_EQ(fill_sentence(housing, values("西陵区10、伍家岗区3", "0.16%", "1号楼、2号楼")),
            "灭火器缺失13栋（西陵区10、伍家岗区3），占0.16%，涉及1号楼、2号楼");
  EXPECT_EQ(fill_sentence(housing_en, values("Xiling 10, Wujiagang 3", "0.16%", "a, b")),
            "灭火器缺失: 13 栋 (Xiling 10, Wujiagang 3), 0.16%; a, b");
}

TEST(Sentence, DropsTheBracketAndTheClausesThatHaveNothingToSay) {
  EXPECT_EQ(fill_sentence(housing, values("", "", "")), "灭火器缺失13栋");
  EXPECT_EQ(fill_sentence(housing, values("", "0.16%", "")), "灭火器缺失13栋，占0.16%");
  EXPECT_EQ(fill_sentence(housing, values("", "", "1号楼")), "灭火器缺失13栋，涉及1号楼");
  EXPECT_EQ(fill_sentence(housing_en, values("", "", "")), "灭火器缺失: 13 栋");
  EXPECT_EQ(fill_sentence(housing_en, values("", "", "a")), "灭火器缺失: 13 栋; a");
}

TEST(Sentence, AnEmptyPlaceholderTakesTheSpaceBeforeItAlong) {
  EXPECT_EQ(fill_sentence("{value} {measure} ({split}) in all",
                          {{"value", "5"}, {"measure", ""}, {"split", "A 5"}}),
            "5 (A 5) in all");
  EXPECT_EQ(fill_sentence("{value} {measure}", {{"value", "5"}, {"measure", ""}}), "5");
}

TEST(Sentence, AClauseThatIsDroppedInFrontTakesItsMarkAlong) {
  EXPECT_EQ(fill_sentence("{split}，占{share}", {{"split", ""}, {"share", "3%"}}), "占3%");
  EXPECT_EQ(fill_sentence("{split}, {share}", {{"split", ""}, {"share", "3%"}}), "3%");
}

TEST(Sentence, ABracketIsDroppedWithTheWordsInIt) {
  const SentenceValues none = {{"value", "5"}, {"split", ""}, {"share", ""}};
  EXPECT_EQ(fill_sentence("{value}（其中{split}，占{share}）", none), "5");
  EXPECT_EQ(fill_sentence("{value}（其中{split}，占{share}）",
                          {{"value", "5"}, {"split", ""}, {"share", "3%"}}),
            "5（占3%）");
  // A clause that has nothing but an empty bracket has nothing.
  EXPECT_EQ(fill_sentence("{value}，分布（{split}）", none), "5");
  // Brackets within brackets.
  EXPECT_EQ(fill_sentence("{value}（{share}（{split}））",
                          {{"value", "5"}, {"split", ""}, {"share", "3%"}}),
            "5（3%）");
}

TEST(Sentence, WhatHasNoPlaceholdersStays) {
  EXPECT_EQ(fill_sentence("共（见附件），{value}", {{"value", "5"}}), "共（见附件），5");
  EXPECT_EQ(fill_sentence("", {{"value", "5"}}), "");
  EXPECT_EQ(fill_sentence("{item}。", {{"item", "漏水"}}), "漏水。");
}

TEST(Sentence, MarksInValuesAreNotMarksOfTheTemplate) {
  EXPECT_EQ(
      fill_sentence("{item}{value}", {{"item", "踏步、扶手（{value}），护栏"}, {"value", "8"}}),
      "踏步、扶手（{value}），护栏8");
}

TEST(Sentence, BrokenTemplatesAreText) {
  EXPECT_EQ(fill_sentence("{value", {{"value", "5"}}), "{value");
  EXPECT_EQ(fill_sentence("{unknown}{value}", {{"value", "5"}}), "{unknown}5");
  EXPECT_EQ(fill_sentence("（{value}", {{"value", "5"}}), "（5");
  EXPECT_EQ(fill_sentence("{value}）", {{"value", "5"}}), "5）");
  EXPECT_EQ(fill_sentence("({value}）", {{"value", "5"}}), "(5）");
  const std::string deep(100'000, '(');
  EXPECT_EQ(fill_sentence(deep, {}), deep);
}

TEST(Sentence, DeepAndLongTemplatesAreFilledInLinearTime) {
  std::string pattern, closing;
  for (int i = 0; i < 1'000'000; ++i) {
    pattern += "(a";
    closing += ")";
  }
  EXPECT_EQ(fill_sentence(pattern + closing, {}), pattern + closing);  // quadratic: for hours
}

// Whatever the template, nothing of it is invented: with all values given, filling is plain
// replacement.
TEST(Sentence, WithAllValuesGivenItIsPlainReplacement) {
  const std::vector<std::string> pieces = {"{a}", "{b}", "，", "（", "）", ", ",
                                           "(",   ")",   "占", "x",  "；"};
  std::mt19937 random(7);
  for (int run = 0; run < 2000; ++run) {
    std::string pattern = "s", plain = "s";
    for (int k = 0; k < 12; ++k) {
      const std::string& piece = pieces[random() % pieces.size()];
      pattern += piece;
      plain += piece == "{a}" ? "1" : piece == "{b}" ? "2" : piece;
    }
    pattern += "e";
    plain += "e";
    EXPECT_EQ(fill_sentence(pattern, {{"a", "1"}, {"b", "2"}}), plain) << pattern;
  }
}

TEST(DisplayNumber, FollowsDecimalsAndRounding) {
  EXPECT_EQ(display_number(57.848, 2), "57.85");
  EXPECT_EQ(display_number(57.848, 2, Rounding::truncate), "57.84");
  EXPECT_EQ(display_number(29922, std::nullopt), "29922");
  EXPECT_EQ(display_number(std::numeric_limits<double>::quiet_NaN(), 2), "");
  EXPECT_EQ(display_number(std::numeric_limits<double>::infinity(), std::nullopt), "");
}

TEST(DisplayDifference, NeverReadsAsNothingWhereThereIsSomething) {
  EXPECT_EQ(display_difference(0.004, 2), "0.004");
  EXPECT_EQ(display_difference(0.005, 2), "0.01");
  EXPECT_EQ(display_difference(0, 2), "0.00");
  EXPECT_EQ(display_difference(27.69999999999999, std::nullopt), "27.70");
  EXPECT_EQ(display_difference(12, std::nullopt), "12");
}

TEST(DisplayShare, NeverReadsAsNothingOrAllWhereItIsNot) {
  EXPECT_EQ(display_share(0), "0.00%");
  EXPECT_EQ(display_share(1), "100.00%");
  EXPECT_EQ(display_share(13.0 / 8302), "0.16%");
  EXPECT_EQ(display_share(std::nextafter(0.0, 1.0)), "<0.01%");
  EXPECT_EQ(display_share(std::nextafter(1.0, 0.0)), ">99.99%");
  EXPECT_EQ(display_share(0.00005), "0.01%");
  EXPECT_EQ(display_share(std::numeric_limits<double>::quiet_NaN()), "");
}

TEST(Join, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(join_names({"a", "", "b"}, Language::zh), "a、b");
  EXPECT_EQ(join_names({"", "a", "b"}, Language::en), "a, b");
  EXPECT_EQ(join_sentences({"a", "b", ""}, Language::zh), "a；b");
  EXPECT_EQ(join_sentences({"a", "b"}, Language::en), "a; b");
  EXPECT_EQ(join_names({}, Language::zh), "");
}

}  // namespace
}  // namespace tijian
