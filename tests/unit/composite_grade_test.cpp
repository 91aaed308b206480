// The composite grade of an aspect: published cases, every boundary, and the rule's own table as a
// slow twin.
#include "tijian/composite_grade.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

namespace tijian {
namespace {

using G = CompositeGrade;

TEST(CompositeGrade, TheThreeAspectsOfYichang2025) {
  // 历史文化保护利用: 4 of 5 very good and one insufficient; published 良.
  EXPECT_EQ(composite_grade({4, 0, 0, 1, 0}), (CompositeResult{G::good, false}));
  // 产城融合、职住平衡: 5 very good, one fair, one ungraded of 7; published 良.
  EXPECT_EQ(composite_grade({5, 0, 1, 0, 1}), (CompositeResult{G::good, false}));
  // 生态宜居: half of ten, with insufficient ones; the rule gives 差 (published: 中).
  EXPECT_EQ(composite_grade({4, 1, 2, 3, 0}), (CompositeResult{G::poor, false}));
}

TEST(CompositeGrade, AnUngradedIndicatorStaysInTheDenominator) {
  EXPECT_EQ(composite_grade({5, 0, 1, 0, 0}).grade, G::excellent);  // 5 of 6
  EXPECT_EQ(composite_grade({5, 0, 1, 0, 1}).grade, G::good);       // 5 of 7
  EXPECT_EQ(composite_grade({5, 0, 1, 0, 4}).grade, G::medium);     // 5 of 10
  EXPECT_EQ(composite_grade({5, 0, 1, 0, 7}).grade, G::poor);       // 5 of 13
}

TEST(CompositeGrade, NoneWhereNothingIsGraded) {
  EXPECT_EQ(composite_grade({}), (CompositeResult{std::nullopt, false}));
  EXPECT_EQ(composite_grade({0, 0, 0, 0, 9}), (CompositeResult{std::nullopt, false}));
  EXPECT_EQ(composite_grade({0, 0, 0, 1, 0}).grade, G::poor);
  EXPECT_EQ(composite_grade({1, 0, 0, 0, 0}).grade, G::excellent);
}

TEST(CompositeGrade, EightyPercentIsEnough) {
  EXPECT_EQ(composite_grade({80, 0, 20, 0, 0}).grade, G::excellent);
  EXPECT_EQ(composite_grade({79, 0, 21, 0, 0}).grade, G::good);  // b between 60 and 80 %
  EXPECT_EQ(composite_grade({80, 0, 19, 1, 0}).grade, G::good);
  EXPECT_EQ(composite_grade({79, 0, 20, 1, 0}).grade, G::medium);
}

TEST(CompositeGrade, SixtyAndFortyPercentAreEnough) {
  EXPECT_EQ(composite_grade({30, 30, 40, 0, 0}).grade, G::good);
  EXPECT_EQ(composite_grade({30, 29, 41, 0, 0}).grade, G::medium);
  EXPECT_EQ(composite_grade({30, 30, 39, 1, 0}).grade, G::medium);
  EXPECT_EQ(composite_grade({30, 29, 40, 1, 0}).grade, G::poor);
  EXPECT_EQ(composite_grade({20, 20, 60, 0, 0}).grade, G::medium);
  EXPECT_EQ(composite_grade({20, 19, 61, 0, 0}).grade, G::poor);
  EXPECT_EQ(composite_grade({20, 20, 59, 1, 0}).grade, G::poor);
}

TEST(CompositeGrade, TheHoleInTheRuleIsGoodAndSaysSo) {
  EXPECT_EQ(composite_grade({0, 5, 0, 0, 0}), (CompositeResult{G::good, true}));
  EXPECT_EQ(composite_grade({79, 1, 20, 0, 0}), (CompositeResult{G::good, true}));
  EXPECT_EQ(composite_grade({80, 0, 20, 0, 0}).rule_hole, false);
  EXPECT_EQ(composite_grade({79, 1, 19, 1, 0}), (CompositeResult{G::good, false}));
}

// The rule as its table prints it, line by line; shares in percent by cross multiplication.
TEST(CompositeGrade, IsTheHandbooksTableForEveryAspectOfUpToTwelve) {
  int cases = 0;
  int holes = 0;
  for (int v = 0; v <= 12; ++v)
    for (int g = 0; v + g <= 12; ++g)
      for (int f = 0; v + g + f <= 12; ++f)
        for (int i = 0; v + g + f + i <= 12; ++i)
          for (int u = 0; v + g + f + i + u <= 12; ++u) {
            const int n = v + g + f + i + u;
            if (v + g + f + i == 0) continue;
            const bool z = i >= 1;
            const auto a = [&](int percent) { return 100 * v >= percent * n; };
            const auto b = [&](int percent) { return 100 * (v + g) >= percent * n; };
            std::vector<CompositeGrade> lines;
            if (a(80) && !z) lines.push_back(G::excellent);
            if (b(80) && z) lines.push_back(G::good);
            if (b(60) && !b(80) && !z) lines.push_back(G::good);
            if (b(60) && !b(80) && z) lines.push_back(G::medium);
            if (b(40) && !b(60) && !z) lines.push_back(G::medium);
            if (b(40) && !b(60) && z) lines.push_back(G::poor);
            if (!b(40)) lines.push_back(G::poor);
            ASSERT_LE(lines.size(), 1u);
            const CompositeResult result = composite_grade({v, g, f, i, u});
            EXPECT_EQ(result.rule_hole, lines.empty());
            EXPECT_EQ(result.grade, lines.empty() ? G::good : lines.front())
                << v << ' ' << g << ' ' << f << ' ' << i << ' ' << u;
            ++cases;
            holes += lines.empty();
          }
  EXPECT_GT(cases, 5000);
  EXPECT_GT(holes, 50);
}

TEST(CompositeGrade, ABetterGradeNeverLowersTheAspect) {
  const auto grade = [](const GradeCounts& counts) {
    return static_cast<int>(*composite_grade(counts).grade);
  };
  for (int v = 0; v <= 8; ++v)
    for (int g = 0; g <= 8; ++g)
      for (int f = 0; f <= 8; ++f)
        for (int i = 0; i <= 8; ++i) {
          if (v + g + f + i == 0) continue;
          const int now = grade({v, g, f, i, 0});
          if (g > 0) {
            EXPECT_LE(grade({v + 1, g - 1, f, i, 0}), now);
          }
          if (f > 0) {
            EXPECT_LE(grade({v, g + 1, f - 1, i, 0}), now);
          }
          if (i > 0) {
            EXPECT_LE(grade({v, g, f + 1, i - 1, 0}), now);
          }
        }
}

TEST(CompositeGrade, HasTheNamesOfTheDocument) {
  EXPECT_EQ(name(G::excellent), "excellent");
  EXPECT_EQ(name(G::poor), "poor");
  EXPECT_EQ(composite_grade_named("medium"), G::medium);
  EXPECT_EQ(composite_grade_named("very_good"), std::nullopt);
  EXPECT_EQ(composite_grade_named(""), std::nullopt);
  for (const std::string_view id : composite_grade_names) {
    EXPECT_EQ(name(*composite_grade_named(id)), id);
  }
}

TEST(CompositeGrade, IsEvaluatedWhereConstantsAre) {
  static_assert(composite_grade({4, 0, 0, 1, 0}).grade == G::good);
}

}  // namespace
}  // namespace tijian
