#include "tijian/result_words.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tijian/target_text.hpp"

namespace tijian {
namespace {

TEST(ResultWords, GradesAreTheHandbooks) {
  EXPECT_EQ(grade_text(Grade::very_good).zh, "很好");
  EXPECT_EQ(grade_text(Grade::good).zh, "较好");
  EXPECT_EQ(grade_text(Grade::fair).zh, "一般");
  EXPECT_EQ(grade_text(Grade::insufficient).zh, "不足");
}

/// Every enumerator has a word in both languages, and no two share one.
template <class Enumeration, class Words>
void expect_words(int count, Words words) {
  std::set<std::string> zh, en;
  for (int i = 0; i < count; ++i) {
    const Text text = words(static_cast<Enumeration>(i));
    EXPECT_FALSE(text.zh.empty()) << i;
    EXPECT_FALSE(text.en.empty()) << i;
    zh.insert(text.zh);
    en.insert(text.en);
  }
  EXPECT_EQ(zh.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(en.size(), static_cast<std::size_t>(count));
}

TEST(ResultWords, EveryEnumeratorHasItsOwn) {
  expect_words<Grade>(4, grade_text);
  expect_words<Verdict>(7, verdict_text);
  expect_words<Kind>(4, kind_text);
  expect_words<SeverityOrigin>(5, severity_origin_text);
  expect_words<GradeOrigin>(3, grade_origin_text);
}

TEST(ResultWords, IdsWithoutAWordAreTheirOwn) {
  EXPECT_EQ(difficulty_text("high").zh, "高");
  EXPECT_EQ(difficulty_text("").zh, "");
  EXPECT_EQ(basis_text("national").zh, "国家标准");
  EXPECT_EQ(basis_text("省标").en, "省标");
}

TEST(TargetText, SignAndShortestBound) {
  EXPECT_EQ(target_text({Operator::greater_equal, 80, 0, 0}), ">= 80");
  EXPECT_EQ(target_text({Operator::greater, 0.1, 0, 0}), "> 0.1");
  EXPECT_EQ(target_text({Operator::less_equal, 0, 0, 0}), "<= 0");
  EXPECT_EQ(target_text({Operator::less, -1.5, 0, 0}), "< -1.5");
  EXPECT_EQ(target_text({Operator::equal, 100, 0, 0}), "= 100");
  EXPECT_EQ(target_text({Operator::between, 0, 0.7, 1.5}), "0.7 .. 1.5");
}

}  // namespace
}  // namespace tijian
