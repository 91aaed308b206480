// Verdict, shortfall, gap, deficit, severity, time class and due year, at and around every
// boundary.
#include "tijian/judge.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace tijian {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double below(double x) { return std::nextafter(x, -infinity); }
double above(double x) { return std::nextafter(x, infinity); }

EvaluatedTarget single(Operator op, double value) { return {op, value, 0, 0}; }
EvaluatedTarget range(double low, double high) { return {Operator::between, 0, low, high}; }

// A guiding indicator with everything in order and a target of at least 80.
VerdictFacts surveyed(double value) {
  VerdictFacts facts;
  facts.value = value;
  facts.rows = facts.known = 100;
  facts.coverage = 1.0;
  facts.target = single(Operator::greater_equal, 80);
  return facts;
}

// A floor that counts problems in a fully surveyed unit, its target none.
VerdictFacts floor_count(double problems) {
  VerdictFacts facts = surveyed(problems);
  facts.kind = Kind::floor;
  facts.target = single(Operator::less_equal, 0);
  facts.count_or_sum = true;
  facts.item_holds = problems > 0;
  return facts;
}

// ---------------------------------------------------------------------------------------- targets

TEST(Satisfies, EveryOperatorBelowAtAndAboveItsBound) {
  for (const double bound : {80.0, 0.7, 0.0, -3.0, 1e300}) {
    struct Line {
      Operator op;
      bool below, at, above;
    };
    for (const Line& line :
         {Line{Operator::greater_equal, false, true, true},
          Line{Operator::greater, false, false, true},
          Line{Operator::less_equal, true, true, false}, Line{Operator::less, true, false, false},
          Line{Operator::equal, false, true, false}}) {
      const EvaluatedTarget target = single(line.op, bound);
      EXPECT_EQ(satisfies(below(bound), target), line.below) << bound;
      EXPECT_EQ(satisfies(bound, target), line.at) << bound;
      EXPECT_EQ(satisfies(above(bound), target), line.above) << bound;
    }
  }
}

TEST(Satisfies, BothEndsBelongToTheRange) {
  const EvaluatedTarget target = range(0.7, 1.5);
  EXPECT_FALSE(satisfies(below(0.7), target));
  EXPECT_TRUE(satisfies(0.7, target));
  EXPECT_TRUE(satisfies(above(0.7), target));
  EXPECT_TRUE(satisfies(below(1.5), target));
  EXPECT_TRUE(satisfies(1.5, target));
  EXPECT_FALSE(satisfies(above(1.5), target));
  EXPECT_TRUE(satisfies(2, range(2, 2)));
}

TEST(Satisfies, ZeroHasNoSign) {
  EXPECT_TRUE(satisfies(-0.0, single(Operator::equal, 0.0)));
  EXPECT_TRUE(satisfies(0.0, single(Operator::less_equal, -0.0)));
  EXPECT_FALSE(satisfies(-0.0, single(Operator::less, 0.0)));
}

TEST(CanBeMet, OnlyFiniteBoundsInOrder) {
  EXPECT_TRUE(can_be_met(range(0.7, 1.5)));
  EXPECT_TRUE(can_be_met(range(1.5, 1.5)));
  EXPECT_FALSE(can_be_met(range(above(1.5), 1.5)));
  EXPECT_FALSE(can_be_met(range(-infinity, 1.5)));
  EXPECT_FALSE(can_be_met(range(std::nan(""), 1.5)));
  EXPECT_TRUE(can_be_met(single(Operator::less, -4)));
  EXPECT_FALSE(can_be_met(single(Operator::less, infinity)));
  EXPECT_FALSE(can_be_met(single(Operator::equal, std::nan(""))));
}

TEST(Distance, ToTheNearestAcceptableValue) {
  struct Line {
    double value;
    EvaluatedTarget target;
    double shortfall;
    double nearest;
  };
  const std::vector<Line> lines = {
      {72, single(Operator::greater_equal, 80), 8, 80},
      {80, single(Operator::greater_equal, 80), 0, 80},
      {93, single(Operator::greater_equal, 80), 0, 93},
      {80, single(Operator::greater, 80), 0, 80},  // as near as one likes, and not met
      {13, single(Operator::less_equal, 5), 8, 5},
      {5, single(Operator::less, 5), 0, 5},
      {3, single(Operator::equal, 5), 2, 5},
      {7, single(Operator::equal, 5), 2, 5},
      {5, single(Operator::equal, 5), 0, 5},
      {0.5, range(0.75, 1.5), 0.25, 0.75},
      {2, range(0.75, 1.5), 0.5, 1.5},
      {1, range(0.75, 1.5), 0, 1},
      {-4, single(Operator::greater_equal, -1), 3, -1},
      {4, single(Operator::less_equal, 0), 4, 0},
  };
  for (const Line& line : lines) {
    const Distance result = distance(line.value, line.target);
    ASSERT_TRUE(result.shortfall.has_value());
    EXPECT_EQ(*result.shortfall, line.shortfall) << line.value;
    EXPECT_EQ(result.nearest, line.nearest) << line.value;
  }
}

TEST(Distance, IsNullRatherThanInfinite) {
  const double largest = std::numeric_limits<double>::max();
  const Distance result = distance(-largest, single(Operator::greater_equal, largest));
  EXPECT_EQ(result.shortfall, std::nullopt);
  EXPECT_EQ(gap(result, 1.0), std::nullopt);
}

TEST(Distance, IsZeroExactlyWhereSatisfiedExceptAtAStrictBound) {
  std::mt19937_64 random(20250601);
  std::uniform_int_distribution<int> small(-6, 6);
  for (int i = 0; i < 20000; ++i) {
    const double value = small(random) / 2.0;
    EvaluatedTarget target;
    target.op = static_cast<Operator>(i % 6);
    target.value = small(random) / 2.0;
    target.low = small(random) / 2.0;
    target.high = target.low + std::abs(small(random)) / 2.0;
    const Distance result = distance(value, target);
    const bool strict_bound =
        (target.op == Operator::less || target.op == Operator::greater) && value == target.value;
    ASSERT_TRUE(result.shortfall.has_value());
    EXPECT_GE(*result.shortfall, 0);
    EXPECT_EQ(*result.shortfall == 0, satisfies(value, target) || strict_bound);
  }
}

// -------------------------------------------------------------------------------------------- gap

TEST(Gap, IsTheShareOfTheNearestAcceptableValue) {
  EXPECT_EQ(gap(distance(60, single(Operator::greater_equal, 80)), std::nullopt), 0.25);
  EXPECT_EQ(gap(distance(6, single(Operator::less_equal, 4)), std::nullopt), 0.5);
  EXPECT_EQ(gap(distance(-3, single(Operator::greater_equal, -2)), std::nullopt), 0.5);
  EXPECT_EQ(gap(distance(3, range(1, 2)), std::nullopt), 0.5);
  EXPECT_EQ(gap(distance(0.5, range(1, 2)), std::nullopt), 0.5);
  // The base is asked only where the nearest acceptable value is 0.
  EXPECT_EQ(gap(distance(60, single(Operator::greater_equal, 80)), 1000.0), 0.25);
}

TEST(Gap, OfATargetOfZeroNeedsAPositiveBase) {
  const Distance three = distance(3, single(Operator::less_equal, 0));
  EXPECT_EQ(gap(three, 12.0), 0.25);
  EXPECT_EQ(gap(three, std::nullopt), std::nullopt);
  EXPECT_EQ(gap(three, 0.0), std::nullopt);
  EXPECT_EQ(gap(three, -12.0), std::nullopt);
  EXPECT_EQ(gap(three, std::nan("")), std::nullopt);
}

TEST(Gap, OfWhatIsMetIsZeroWithOrWithoutABase) {
  EXPECT_EQ(gap(distance(0, single(Operator::less_equal, 0)), std::nullopt), 0.0);
  EXPECT_EQ(gap(distance(0, single(Operator::less_equal, 0)), 0.0), 0.0);
  EXPECT_EQ(gap(distance(95, single(Operator::greater_equal, 80)), std::nullopt), 0.0);
}

TEST(Gap, IsNullRatherThanInfinite) {
  const double tiny = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(gap(distance(1e10, single(Operator::less_equal, tiny)), std::nullopt), std::nullopt);
  EXPECT_EQ(gap(distance(1e10, single(Operator::less_equal, 0)), tiny), std::nullopt);
}

// ---------------------------------------------------------------------------------------- deficit

TEST(Deficit, OfARatioIsInTheMeasureOfItsNumerator) {
  // 12 of 20 km served, 100 * N / D, at least 80 %: 4 km are lacking.
  const RatioParts share{12, 20.0, 100, 1};
  EXPECT_EQ(deficit(share, single(Operator::greater_equal, 80)), 4.0);
  EXPECT_EQ(deficit(share, single(Operator::greater, 80)), 4.0);
  EXPECT_EQ(deficit(share, single(Operator::greater_equal, 60)), 0.0);
  EXPECT_EQ(deficit(share, single(Operator::greater_equal, 40)), 0.0);  // a surplus is no deficit
  EXPECT_EQ(deficit(share, single(Operator::less_equal, 40)), 4.0);
  EXPECT_EQ(deficit(share, single(Operator::less, 75)), 0.0);
  EXPECT_EQ(deficit(share, single(Operator::equal, 50)), 2.0);
  EXPECT_EQ(deficit(share, single(Operator::equal, 70)), 2.0);
  EXPECT_EQ(deficit(share, single(Operator::equal, 60)), 0.0);
  EXPECT_EQ(deficit(share, range(70, 90)), 2.0);
  EXPECT_EQ(deficit(share, range(10, 50)), 2.0);
  EXPECT_EQ(deficit(share, range(50, 70)), 0.0);
}

TEST(Deficit, OfACountHasNoDenominator) {
  const RatioParts count{7, std::nullopt, 1, 1};
  EXPECT_EQ(deficit(count, single(Operator::less_equal, 0)), 7.0);
  EXPECT_EQ(deficit(count, single(Operator::less_equal, 5)), 2.0);
  EXPECT_EQ(deficit(count, single(Operator::greater_equal, 10)), 3.0);
  // Metres counted, kilometres shown: s = 1/1000. Of 2,500 m, 1.5 km are allowed.
  const RatioParts metres{2500, std::nullopt, 1, 1000};
  EXPECT_EQ(deficit(metres, single(Operator::less_equal, 1.5)), 1000.0);
}

TEST(Deficit, FollowsTheSignOfFactorAndDenominator) {
  // value = -10 * 3 / 5 = -6, at least -2: N must fall to 1, two are too many.
  EXPECT_EQ(deficit({3, 5.0, -10, 1}, single(Operator::greater_equal, -2)), 2.0);
  // value = 10 * 3 / -5 = -6, the same by a negative denominator.
  EXPECT_EQ(deficit({3, -5.0, 10, 1}, single(Operator::greater_equal, -2)), 2.0);
  EXPECT_EQ(deficit({3, -5.0, -10, 1}, single(Operator::greater_equal, 8)), 1.0);
  EXPECT_EQ(deficit({3, 5.0, 10, -1}, single(Operator::less_equal, -8)), 1.0);
}

TEST(Deficit, IsNullWhereTheRatioIsUndefined) {
  const EvaluatedTarget target = single(Operator::greater_equal, 80);
  EXPECT_EQ(deficit({12, 0.0, 100, 1}, target), std::nullopt);
  EXPECT_EQ(deficit({12, 20.0, 0, 1}, target), std::nullopt);
  EXPECT_EQ(deficit({12, 20.0, 100, 0}, target), std::nullopt);
  EXPECT_EQ(deficit({12, 1e308, 1, 1}, target), std::nullopt);
  EXPECT_EQ(deficit({12, 1e308, 1, 1}, range(-80, 80)), std::nullopt);
}

TEST(Deficit, IsPositiveExactlyWhereTheTargetIsMissed) {
  // Integers and a power of two as factor: every operation is exact.
  std::mt19937_64 random(7);
  std::uniform_int_distribution<int> number(-40, 40);
  int missed = 0;
  for (int i = 0; i < 20000; ++i) {
    const double d = number(random);
    const double s = i % 2 == 0 ? 4 : -4;
    EvaluatedTarget target;
    target.op = static_cast<Operator>(i / 2 % 6);
    target.value = number(random);
    target.low = number(random);
    target.high = target.low + std::abs(number(random));
    if (d == 0) continue;
    const double n = number(random) * d / 4;  // so that the value is a whole number
    const double value = s * n / d;
    ASSERT_EQ(value, std::round(value));
    const std::optional<double> result = deficit({n, d, s, 1}, target);
    const std::optional<double> shortfall = distance(value, target).shortfall;
    ASSERT_TRUE(result && shortfall);
    EXPECT_EQ(*result, *shortfall * std::fabs(d / s));
    missed += *result > 0;
  }
  EXPECT_GT(missed, 5000);
}

// ---------------------------------------------------------------------------------------- verdict

TEST(Verdict, HasTheNamesOfTheDocument) {
  EXPECT_EQ(name(Verdict::not_applicable), "not_applicable");
  EXPECT_EQ(name(Verdict::inventory), "inventory");
  EXPECT_EQ(name(Verdict::fact), "fact");
  EXPECT_EQ(name(Verdict::no_data), "no_data");
  EXPECT_EQ(name(Verdict::no_target), "no_target");
  EXPECT_EQ(name(Verdict::met), "met");
  EXPECT_EQ(name(Verdict::unmet), "unmet");
}

TEST(Verdict, EveryReasonHasItsOwnWordAndBothTexts) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(VerdictReason::target_missed); ++i) {
    const auto reason = static_cast<VerdictReason>(i);
    EXPECT_TRUE(words.insert(name(reason)).second) << name(reason);
    EXPECT_FALSE(reason_text(reason).zh.empty()) << name(reason);
    EXPECT_FALSE(reason_text(reason).en.empty()) << name(reason);
  }
  EXPECT_EQ(reason_text(VerdictReason::not_in_batch).en, "not in this batch");
}

TEST(Verdict, ComparesUnrounded) {
  EXPECT_EQ(judge(surveyed(below(80))).verdict, Verdict::unmet);
  EXPECT_EQ(judge(surveyed(80)).verdict, Verdict::met);
  EXPECT_EQ(judge(surveyed(above(80))).verdict, Verdict::met);
  EXPECT_EQ(judge(surveyed(80)).reason, VerdictReason::target_met);
  EXPECT_EQ(judge(surveyed(79)).reason, VerdictReason::target_missed);
}

TEST(Verdict, NotApplicableComesBeforeEverything) {
  VerdictFacts facts = floor_count(3);
  facts.applies = false;
  EXPECT_EQ(judge(facts).verdict, Verdict::not_applicable);
  EXPECT_EQ(judge(facts).reason, VerdictReason::does_not_apply);
  facts.kind = Kind::fact;
  EXPECT_EQ(judge(facts).verdict, Verdict::not_applicable);
  facts.applies = true;
  facts.batch_excludes = true;
  EXPECT_EQ(judge(facts).verdict, Verdict::not_applicable);
  EXPECT_EQ(judge(facts).reason, VerdictReason::not_in_batch);
}

TEST(Verdict, ANullAppliesWhenAppliesAndIsReported) {
  VerdictFacts facts = surveyed(90);
  EXPECT_FALSE(judge(facts).applies_unknown);
  facts.applies = std::nullopt;
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
  EXPECT_TRUE(judge(facts).applies_unknown);
  facts.value = std::nullopt;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
  EXPECT_TRUE(judge(facts).applies_unknown);
}

TEST(Verdict, InventoriesAndFactsAreNeverJudged) {
  for (const bool with_data : {true, false}) {
    VerdictFacts facts = surveyed(1);
    if (!with_data) facts = VerdictFacts{};
    facts.item_holds = true;
    facts.kind = Kind::inventory;
    EXPECT_EQ(judge(facts).verdict, Verdict::inventory);
    facts.kind = Kind::fact;
    EXPECT_EQ(judge(facts).verdict, Verdict::fact);
    EXPECT_EQ(judge(facts).reason, VerdictReason::never_judged);
  }
}

TEST(Verdict, NoDataSaysWhatIsMissing) {
  VerdictFacts facts = surveyed(90);
  facts.rows = facts.known = 0;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
  EXPECT_EQ(judge(facts).reason, VerdictReason::no_rows);

  facts = surveyed(90);
  facts.known = 0;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
  EXPECT_EQ(judge(facts).reason, VerdictReason::no_known_row);

  facts = surveyed(90);
  facts.value = std::nullopt;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
  EXPECT_EQ(judge(facts).reason, VerdictReason::undefined_value);
}

TEST(Verdict, CoverageIsEnoughFromTheMinimumOn) {
  VerdictFacts facts = surveyed(90);
  facts.min_coverage = 0.3;
  facts.coverage = below(0.3);
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
  EXPECT_EQ(judge(facts).reason, VerdictReason::low_coverage);
  facts.coverage = 0.3;
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
  facts.coverage = above(0.3);
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
  facts.coverage = std::nullopt;  // nothing was expected
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
}

TEST(Verdict, AValueWithoutATargetHasNone) {
  VerdictFacts facts = surveyed(90);
  facts.target = std::nullopt;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_target);
  facts.target = range(2, 1);  // bounds from expressions, the wrong way round for this unit
  EXPECT_EQ(judge(facts).verdict, Verdict::no_target);
  facts.value = std::nullopt;  // missing data comes first
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
}

TEST(Verdict, NothingMissingIsEverMet) {
  // Every combination of what can be missing, with a value that would meet the target.
  for (int bits = 0; bits < 64; ++bits) {
    VerdictFacts facts = surveyed(90);
    facts.kind = (bits & 1) != 0 ? Kind::floor : Kind::guiding;
    if ((bits & 2) != 0) facts.rows = facts.known = 0;
    if ((bits & 4) != 0) facts.known = 0;
    if ((bits & 8) != 0) facts.value = std::nullopt;
    if ((bits & 16) != 0) {
      facts.min_coverage = 0.5;
      facts.coverage = 0.05;
    }
    if ((bits & 32) != 0) facts.applies = std::nullopt;
    const bool missing = (bits & 30) != 0;
    EXPECT_EQ(judge(facts).verdict, missing ? Verdict::no_data : Verdict::met) << bits;
  }
  EXPECT_EQ(judge(VerdictFacts{}).verdict, Verdict::no_data);
}

TEST(Verdict, AnEntryStandsForItself) {
  VerdictFacts facts = surveyed(90);
  facts.reported = true;
  facts.rows = facts.known = 0;
  facts.coverage = 0.0;
  facts.min_coverage = 0.8;
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
  facts.value = 79;
  EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
  facts.value = std::nullopt;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
}

TEST(Verdict, ValuesThatAreNotFiniteAreNoData) {
  for (const double value : {std::nan(""), infinity, -infinity}) {
    VerdictFacts facts = surveyed(value);
    EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
    facts = floor_count(0);
    facts.value = value;
    EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
  }
}

// ----------------------------------------------------------------------------------- floor verdict

TEST(Floor, WithAnObservedProblemIsUnmetAtFivePercentCoverage) {
  VerdictFacts facts = floor_count(1);
  facts.rows = 100;
  facts.known = 5;
  facts.coverage = 0.05;
  facts.min_coverage = 0.8;
  EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
  EXPECT_EQ(judge(facts).reason, VerdictReason::item_holds);
  EXPECT_FALSE(judge(facts).provisional);
  facts.item_holds = false;  // an indicator without items, its formula a count
  EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
  EXPECT_EQ(judge(facts).reason, VerdictReason::problem_counted);
  facts.count_or_sum = false;  // a mean of a few rows proves nothing
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
}

TEST(Floor, WithNoneFoundInPartOfTheRowsIsProvisional) {
  VerdictFacts facts = floor_count(0);
  facts.coverage = 0.05;
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
  EXPECT_TRUE(judge(facts).provisional);
  facts.coverage = below(1.0);
  EXPECT_TRUE(judge(facts).provisional);
  facts.coverage = 1.0;
  EXPECT_FALSE(judge(facts).provisional);
  facts.coverage = std::nullopt;
  EXPECT_FALSE(judge(facts).provisional);
}

TEST(Floor, WithAnUnseenUnitBeneathIsProvisional) {
  VerdictFacts facts = floor_count(0);
  facts.gaps_beneath = true;
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
  EXPECT_TRUE(judge(facts).provisional);
  facts.reported = true;  // an entry of none does not look into the units beneath
  EXPECT_TRUE(judge(facts).provisional);
}

TEST(Floor, OnlyAMetFloorIsProvisional) {
  VerdictFacts facts = floor_count(2);
  facts.coverage = 0.5;
  facts.gaps_beneath = true;
  EXPECT_FALSE(judge(facts).provisional);
  facts = surveyed(90);  // guiding
  facts.coverage = 0.5;
  facts.gaps_beneath = true;
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
  EXPECT_FALSE(judge(facts).provisional);
}

TEST(Floor, AnItemThatHoldsNeedsNeitherTargetNorValue) {
  VerdictFacts facts = floor_count(1);
  facts.target = std::nullopt;
  EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
  facts.value = std::nullopt;
  EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
  facts.rows = facts.known = 0;  // an item reported by an entry
  EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
}

TEST(Floor, AnItemThatHoldsOutweighsATargetThatIsMet) {
  VerdictFacts facts = floor_count(2);
  facts.target = single(Operator::less_equal, 5);
  EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
}

TEST(Floor, OnlyTheFloorRuleReadsItems) {
  VerdictFacts facts = floor_count(2);
  facts.kind = Kind::guiding;
  facts.target = single(Operator::less_equal, 5);
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
  facts.target = single(Operator::less_equal, 0);
  facts.coverage = 0.05;
  facts.min_coverage = 0.8;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
}

TEST(Floor, ACountIsAProblemOnlyAgainstAnUpperBoundOrAnExactOne) {
  struct Line {
    Operator op;
    double bound;
    double value;
    Verdict verdict;
  };
  // Known in part, coverage under the minimum: what is not an observed problem is no data.
  for (const Line& line :
       {Line{Operator::less_equal, 2, 3, Verdict::unmet},
        Line{Operator::less_equal, 2, 2, Verdict::no_data},
        Line{Operator::less, 2, 2, Verdict::unmet}, Line{Operator::less, 2, 1, Verdict::no_data},
        Line{Operator::equal, 2, 3, Verdict::unmet}, Line{Operator::equal, 2, 1, Verdict::unmet},
        Line{Operator::equal, 2, 2, Verdict::no_data},
        Line{Operator::greater_equal, 2, 1, Verdict::no_data},
        Line{Operator::greater, 2, 2, Verdict::no_data}}) {
    VerdictFacts facts = floor_count(0);
    facts.target = single(line.op, line.bound);
    facts.value = line.value;
    facts.known = 5;
    facts.coverage = 0.05;
    facts.min_coverage = 0.8;
    EXPECT_EQ(judge(facts).verdict, line.verdict)
        << static_cast<int>(line.op) << ' ' << line.bound << ' ' << line.value;
  }
  VerdictFacts facts = floor_count(0);
  facts.target = range(0, 1);
  facts.value = 2;
  facts.coverage = 0.05;
  facts.min_coverage = 0.8;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
}

TEST(Floor, ACountOverNothingIsNoObservation) {
  // "Exactly 5 exits": 0 counted because nobody has looked.
  VerdictFacts facts = floor_count(0);
  facts.target = single(Operator::equal, 5);
  facts.rows = facts.known = 0;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
  facts.rows = 10;  // rows there are, but none was asked
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
  facts.known = 1;
  EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
  facts.rows = facts.known = 0;
  facts.reported = true;
  EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
}

TEST(Floor, ACountedProblemNeedsNoRowThatIsKnownInEveryPart) {
  // count(a) + count(b): b was asked nowhere, so no row is known, and yet three a are counted.
  VerdictFacts facts = floor_count(3);
  facts.item_holds = false;
  facts.known = 0;
  facts.coverage = 0.0;
  EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
  facts.value = 0;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
}

TEST(Floor, ACompleteRegisterThatIsEmptyIsMet) {
  VerdictFacts facts = floor_count(0);
  facts.rows = facts.known = 0;
  facts.coverage = std::nullopt;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);  // no rows, and nobody said that this is all
  facts.complete_and_supplied = true;
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
  EXPECT_FALSE(judge(facts).provisional);
  facts.kind = Kind::guiding;
  EXPECT_EQ(judge(facts).verdict, Verdict::met);
  facts.value = std::nullopt;  // a share of nothing
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
}

TEST(Floor, ACompleteRegisterWithUnknownRowsIsNoData) {
  VerdictFacts facts = floor_count(0);
  facts.complete_and_supplied = true;
  facts.rows = 4;
  facts.known = 0;
  facts.coverage = 0.0;
  EXPECT_EQ(judge(facts).verdict, Verdict::no_data);
}

TEST(Floor, MoreEvidenceNeverHidesAProblem) {
  // Property: an observed problem gives unmet under every other circumstance in which the
  // indicator applies.
  std::mt19937_64 random(99);
  std::bernoulli_distribution coin(0.5);
  for (int i = 0; i < 5000; ++i) {
    VerdictFacts facts;
    facts.kind = Kind::floor;
    facts.item_holds = true;
    if (coin(random)) facts.applies = std::nullopt;
    if (coin(random)) facts.value = coin(random) ? 0.0 : 3.0;
    facts.reported = coin(random);
    facts.rows = coin(random) ? 50 : 0;
    facts.known = coin(random) ? facts.rows : 0;
    if (coin(random)) facts.coverage = 0.05;
    facts.min_coverage = coin(random) ? 0.8 : 0.0;
    if (coin(random)) facts.target = single(static_cast<Operator>(i % 5), 1);
    facts.count_or_sum = coin(random);
    facts.complete_and_supplied = coin(random);
    facts.gaps_beneath = coin(random);
    EXPECT_EQ(judge(facts).verdict, Verdict::unmet);
  }
}

// ------------------------------------------------------------------------------------- components

Judgement component(Verdict verdict, VerdictReason reason = VerdictReason::target_met,
                    bool provisional = false) {
  return {verdict, reason, provisional, false};
}

TEST(Components, TheirSummary) {
  using V = Verdict;
  struct Line {
    std::vector<Verdict> components;
    Verdict summary;
  };
  for (const Line& line :
       std::vector<Line>{{{}, V::not_applicable},
                         {{V::not_applicable, V::not_applicable}, V::not_applicable},
                         {{V::met, V::met}, V::met},
                         {{V::met, V::not_applicable}, V::met},
                         {{V::met, V::no_target}, V::met},
                         {{V::no_target, V::met}, V::met},
                         {{V::no_target, V::no_target}, V::no_target},
                         {{V::no_target, V::not_applicable}, V::no_target},
                         {{V::met, V::no_data}, V::no_data},
                         {{V::no_target, V::no_data}, V::no_data},
                         {{V::no_data, V::unmet}, V::unmet},
                         {{V::unmet, V::met, V::no_data}, V::unmet},
                         {{V::met, V::met, V::met, V::unmet}, V::unmet},
                         {{V::inventory, V::inventory}, V::inventory},
                         {{V::fact, V::not_applicable}, V::fact}}) {
    std::vector<Judgement> components;
    for (const Verdict verdict : line.components) components.push_back(component(verdict));
    EXPECT_EQ(name(judge_components(components).verdict), name(line.summary));
  }
}

TEST(Components, TheReasonIsThatOfTheFirstThatDecides) {
  const std::vector<Judgement> components = {
      component(Verdict::met), component(Verdict::no_data, VerdictReason::low_coverage),
      component(Verdict::unmet, VerdictReason::item_holds),
      component(Verdict::unmet, VerdictReason::target_missed)};
  EXPECT_EQ(judge_components(components).reason, VerdictReason::item_holds);
  const std::vector<Judgement> excluded = {
      component(Verdict::not_applicable, VerdictReason::not_in_batch)};
  EXPECT_EQ(judge_components(excluded).reason, VerdictReason::not_in_batch);
}

TEST(Components, AMetSummaryIsProvisionalWhereAComponentIs) {
  std::vector<Judgement> components = {component(Verdict::met),
                                       component(Verdict::met, VerdictReason::target_met, true)};
  EXPECT_TRUE(judge_components(components).provisional);
  components.push_back(component(Verdict::unmet));
  EXPECT_FALSE(judge_components(components).provisional);
  components = {component(Verdict::no_target), component(Verdict::met)};
  components[0].applies_unknown = true;
  EXPECT_TRUE(judge_components(components).applies_unknown);
  EXPECT_FALSE(judge_components(components).provisional);
}

TEST(ValueCounts, NotWhereThereIsNoDataOrItDoesNotApply) {
  EXPECT_FALSE(value_counts(Verdict::no_data));
  EXPECT_FALSE(value_counts(Verdict::not_applicable));
  for (const Verdict verdict :
       {Verdict::inventory, Verdict::fact, Verdict::no_target, Verdict::met, Verdict::unmet}) {
    EXPECT_TRUE(value_counts(verdict));
  }
}

// --------------------------------------------------------------------------------------- severity

TEST(Severity, ByTheGapAtItsCutOffs) {
  struct Line {
    std::optional<double> gap;
    int guiding;
    int floor;
  };
  for (const Line& line : {Line{std::nullopt, 0, 1}, Line{0.0, 0, 1}, Line{below(0.10), 0, 1},
                           Line{0.10, 0, 1}, Line{above(0.10), 1, 1}, Line{below(0.30), 1, 1},
                           Line{0.30, 1, 1}, Line{above(0.30), 2, 2}, Line{50.0, 2, 2}}) {
    EXPECT_EQ(default_severity(line.gap, false, 3), line.guiding) << line.gap.value_or(-1);
    EXPECT_EQ(default_severity(line.gap, true, 3), line.floor) << line.gap.value_or(-1);
  }
}

TEST(Severity, OtherScalesUseTheirFirstSecondAndLast) {
  for (int severities = 1; severities <= 7; ++severities) {
    const int last = severities - 1;
    const int second = severities == 1 ? 0 : 1;
    EXPECT_EQ(default_severity(0.05, false, severities), 0);
    EXPECT_EQ(default_severity(0.2, false, severities), second);
    EXPECT_EQ(default_severity(0.9, false, severities), last);
    EXPECT_EQ(default_severity(std::nullopt, true, severities), second);
    EXPECT_EQ(default_severity(0.9, true, severities), last);
  }
}

TEST(Severity, NeverFallsAsTheGapGrows) {
  for (int severities = 1; severities <= 5; ++severities) {
    for (const bool floor : {false, true}) {
      int before = 0;
      for (double gap = 0; gap < 1; gap += 0.001) {
        const int now = default_severity(gap, floor, severities);
        EXPECT_GE(now, before);
        before = now;
      }
    }
  }
}

TEST(Severity, TheFirstThatIsGivenDecides) {
  SeverityFacts facts;
  facts.gap = 0.9;
  facts.floor = true;
  EXPECT_EQ(choose_severity(facts), (SeverityChoice{2, SeverityOrigin::gap}));
  facts.framework_condition = 0;
  EXPECT_EQ(choose_severity(facts), (SeverityChoice{0, SeverityOrigin::framework_condition}));
  facts.worst_item = 1;
  EXPECT_EQ(choose_severity(facts), (SeverityChoice{1, SeverityOrigin::item}));
  facts.indicator_condition = 2;
  EXPECT_EQ(choose_severity(facts), (SeverityChoice{2, SeverityOrigin::indicator_condition}));
  EXPECT_EQ(name(SeverityOrigin::item), "item");
  EXPECT_EQ(name(SeverityOrigin::gap), "gap");
}

TEST(Severity, OnlyTheGapRaisesAFloor) {
  SeverityFacts facts;
  facts.floor = true;
  EXPECT_EQ(choose_severity(facts).severity, 1);
  facts.worst_item = 0;
  EXPECT_EQ(choose_severity(facts).severity, 0);
}

// ------------------------------------------------------------------------------- time class, due

TEST(TimeClass, AFloorIsTheMostUrgent) {
  EXPECT_EQ(default_time_class(Kind::floor, 2), 0);
  EXPECT_EQ(default_time_class(Kind::guiding, 2), 1);
  EXPECT_EQ(default_time_class(Kind::floor, 4), 0);
  EXPECT_EQ(default_time_class(Kind::guiding, 4), 3);
  EXPECT_EQ(default_time_class(Kind::guiding, 1), 0);
}

TEST(DueYear, MonthsAreRoundedUpToYears) {
  struct Line {
    int months;
    int year;
  };
  for (const Line& line :
       {Line{0, 2025}, Line{1, 2026}, Line{11, 2026}, Line{12, 2026}, Line{13, 2027},
        Line{24, 2027}, Line{25, 2028}, Line{36, 2028}, Line{37, 2029}, Line{-5, 2025}}) {
    EXPECT_EQ(due_year(2025, line.months), line.year) << line.months;
  }
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(due_year(0, most), most / 12 + 1);
}

}  // namespace
}  // namespace tijian
