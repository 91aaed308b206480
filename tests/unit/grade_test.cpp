// The grade of one indicator: default, condition, survey, entry, components.
#include "tijian/grade.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace tijian {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
double below(double x) { return std::nextafter(x, -infinity); }
double above(double x) { return std::nextafter(x, infinity); }

GradeFacts unmet_by(std::optional<double> gap) {
  GradeFacts facts;
  facts.verdict = Verdict::unmet;
  facts.has_value = true;
  facts.gap = gap;
  return facts;
}

TEST(Grade, ByTheGapAtItsCutOffs) {
  struct Line {
    std::optional<double> gap;
    Grade grade;
  };
  for (const Line& line :
       {Line{0.0, Grade::good}, Line{below(0.10), Grade::good}, Line{0.10, Grade::good},
        Line{above(0.10), Grade::fair}, Line{below(0.30), Grade::fair}, Line{0.30, Grade::fair},
        Line{above(0.30), Grade::insufficient}, Line{9.0, Grade::insufficient},
        Line{std::nullopt, Grade::insufficient}}) {
    EXPECT_EQ(default_grade(Verdict::unmet, line.gap, Kind::guiding), line.grade)
        << line.gap.value_or(-1);
    EXPECT_EQ(default_grade(Verdict::unmet, line.gap, Kind::floor), Grade::insufficient);
    EXPECT_EQ(default_grade(Verdict::met, line.gap, Kind::guiding), Grade::very_good);
    EXPECT_EQ(default_grade(Verdict::met, line.gap, Kind::floor), Grade::very_good);
  }
}

TEST(Grade, TheDefaultNeedsMetOrUnmet) {
  for (const Verdict verdict : {Verdict::not_applicable, Verdict::inventory, Verdict::fact,
                                Verdict::no_data, Verdict::no_target}) {
    EXPECT_EQ(default_grade(verdict, 0.0, Kind::guiding), std::nullopt) << name(verdict);
  }
}

TEST(Grade, SixtyIsNotCorrectedFiftyNinePointNineNineIs) {
  EXPECT_EQ(corrected(Grade::very_good, 60.0), Grade::very_good);
  EXPECT_EQ(corrected(Grade::very_good, above(60.0)), Grade::very_good);
  EXPECT_EQ(corrected(Grade::very_good, below(60.0)), Grade::good);
  EXPECT_EQ(corrected(Grade::very_good, 59.99), Grade::good);
  EXPECT_EQ(corrected(Grade::very_good, 0.0), Grade::good);
}

TEST(Grade, TheSurveyLowersByOneStepAndNotBelowInsufficient) {
  EXPECT_EQ(corrected(Grade::good, 10.0), Grade::fair);
  EXPECT_EQ(corrected(Grade::fair, 10.0), Grade::insufficient);
  EXPECT_EQ(corrected(Grade::insufficient, 10.0), Grade::insufficient);
  EXPECT_EQ(corrected(Grade::very_good, std::nullopt), Grade::very_good);
  EXPECT_EQ(corrected(Grade::very_good, std::nan("")), Grade::very_good);
}

TEST(Grade, ComputedCorrectedOrOverridden) {
  GradeFacts facts = unmet_by(0.05);
  EXPECT_EQ(choose_grade(facts), (GradeChoice{Grade::good, GradeOrigin::computed}));
  facts.survey_score = 60.0;
  EXPECT_EQ(choose_grade(facts), (GradeChoice{Grade::good, GradeOrigin::computed}));
  facts.survey_score = 59.99;
  EXPECT_EQ(choose_grade(facts), (GradeChoice{Grade::fair, GradeOrigin::corrected}));
  facts.entry = Grade::very_good;  // an expert's word is not corrected
  EXPECT_EQ(choose_grade(facts), (GradeChoice{Grade::very_good, GradeOrigin::overridden}));
}

TEST(Grade, InsufficientIsNotCalledCorrected) {
  GradeFacts facts = unmet_by(0.9);
  facts.survey_score = 20;
  EXPECT_EQ(choose_grade(facts), (GradeChoice{Grade::insufficient, GradeOrigin::computed}));
}

TEST(Grade, AConditionComesBeforeTheDefaultAndNeedsNoTarget) {
  GradeFacts facts = unmet_by(0.9);
  facts.condition = Grade::good;
  EXPECT_EQ(choose_grade(facts), (GradeChoice{Grade::good, GradeOrigin::computed}));
  facts.verdict = Verdict::no_target;
  EXPECT_EQ(choose_grade(facts), (GradeChoice{Grade::good, GradeOrigin::computed}));
  facts.survey_score = 12;
  EXPECT_EQ(choose_grade(facts), (GradeChoice{Grade::fair, GradeOrigin::corrected}));
  facts.condition = std::nullopt;
  EXPECT_EQ(choose_grade(facts), std::nullopt);
}

TEST(Grade, NeedsAValueOrAnEntry) {
  GradeFacts facts;
  facts.verdict = Verdict::no_data;
  facts.condition = Grade::very_good;
  EXPECT_EQ(choose_grade(facts), std::nullopt);
  facts.has_value = true;  // shown, but it does not count
  EXPECT_EQ(choose_grade(facts), std::nullopt);
  facts.verdict = Verdict::unmet;  // a floor's observed problem whose value is null
  facts.kind = Kind::floor;
  facts.has_value = false;
  EXPECT_EQ(choose_grade(facts), std::nullopt);
  facts.entry = Grade::fair;
  EXPECT_EQ(choose_grade(facts), (GradeChoice{Grade::fair, GradeOrigin::overridden}));
}

TEST(Grade, AnEmptyListIsNeverGradedButByAnEntry) {
  GradeFacts facts = unmet_by(0.05);
  facts.never_graded = true;
  EXPECT_EQ(choose_grade(facts), std::nullopt);
  facts.entry = Grade::good;
  EXPECT_EQ(choose_grade(facts), (GradeChoice{Grade::good, GradeOrigin::overridden}));
}

TEST(Grade, InventoriesAndFactsAreNotGraded) {
  for (const Kind kind : {Kind::inventory, Kind::fact}) {
    GradeFacts facts;
    facts.kind = kind;
    facts.verdict = kind == Kind::fact ? Verdict::fact : Verdict::inventory;
    facts.has_value = true;
    facts.condition = Grade::good;
    EXPECT_EQ(choose_grade(facts), std::nullopt);
  }
}

TEST(Grade, OfComponentsIsTheWorst) {
  using Grades = std::vector<std::optional<Grade>>;
  EXPECT_EQ(grade_components(Verdict::unmet, Grades{Grade::good, Grade::fair, Grade::very_good}),
            Grade::fair);
  EXPECT_EQ(grade_components(Verdict::met, Grades{Grade::very_good, std::nullopt}),
            Grade::very_good);
  EXPECT_EQ(grade_components(Verdict::unmet, Grades{std::nullopt, Grade::insufficient}),
            Grade::insufficient);
  EXPECT_EQ(grade_components(Verdict::met, Grades{}), std::nullopt);
  EXPECT_EQ(grade_components(Verdict::no_target, Grades{std::nullopt}), std::nullopt);
}

TEST(Grade, OfComponentsIsNoneWhereOneOfThemIsMissing) {
  const std::vector<std::optional<Grade>> grades = {Grade::very_good, std::nullopt};
  EXPECT_EQ(grade_components(Verdict::no_data, grades), std::nullopt);
  EXPECT_EQ(grade_components(Verdict::not_applicable, grades), std::nullopt);
}

TEST(Grade, NeverRisesAsTheGapGrows) {
  for (const std::optional<double> survey :
       {std::optional<double>{}, std::optional<double>{40.0}}) {
    Grade before = Grade::very_good;
    for (double gap = 0; gap < 1; gap += 0.001) {
      GradeFacts facts = unmet_by(gap);
      facts.survey_score = survey;
      const auto now = choose_grade(facts);
      ASSERT_TRUE(now.has_value());
      EXPECT_GE(now->grade, before);
      before = now->grade;
    }
    EXPECT_EQ(before, Grade::insufficient);
  }
}

TEST(Grade, HasTheNamesOfTheDocument) {
  EXPECT_EQ(grade_named("very_good"), Grade::very_good);
  EXPECT_EQ(grade_named("insufficient"), Grade::insufficient);
  EXPECT_EQ(grade_named("excellent"), std::nullopt);
  EXPECT_EQ(grade_named("Good"), std::nullopt);
  for (const std::string_view id : grade_names) EXPECT_EQ(name(*grade_named(id)), id);
  EXPECT_EQ(name(GradeOrigin::computed), "computed");
  EXPECT_EQ(name(GradeOrigin::corrected), "corrected");
  EXPECT_EQ(name(GradeOrigin::overridden), "overridden");
}

}  // namespace
}  // namespace tijian
