#include "tijian/kernels/normalise_rule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

namespace tijian::kernels {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// One score straight from the rule.
double score(const NormaliseRule& rule, double x) {
  if (rule.kind == NormaliseKind::logarithmic) x = natural_logarithm(x);
  double quotient = (x - rule.origin) / rule.divisor;
  if (quotient < rule.lowest) quotient = rule.lowest;
  if (quotient > rule.highest) quotient = rule.highest;
  return quotient * rule.factor + rule.offset;
}

TEST(NormaliseRule, MinMaxUpAndDown) {
  const ColumnRange range{20, 60};
  EXPECT_EQ(score(min_max_rule(range), 20), 0);
  EXPECT_EQ(score(min_max_rule(range), 30), 25);
  EXPECT_EQ(score(min_max_rule(range), 60), 100);
  EXPECT_EQ(score(min_max_rule(range, -1), 20), 100);
  EXPECT_EQ(score(min_max_rule(range, -1), 30), 75);
  EXPECT_EQ(score(min_max_rule(range, -1), 60), 0);
  EXPECT_EQ(score(min_max_rule(range, 1, 1, 5), 40), 3);
}

// The definition turns the sign of the number, the rule those of origin and divisor.
TEST(NormaliseRule, ADirectionIsAnExactMirror) {
  std::mt19937_64 random(1);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53 * 300 - 100; };
  for (int i = 0; i < 20'000; ++i) {
    double low = uniform();
    double high = uniform();
    if (low > high) std::swap(low, high);
    const double x = uniform();
    const double target = uniform();
    const ColumnRange range{low, high};
    const double least = -high;  // of y = -x
    EXPECT_EQ(score(min_max_rule(range, -1), x), (-x - least) / (-low - least) * 100.0 + 0.0);
    EXPECT_EQ(score(distance_to_target_rule(range, target, -1), x),
              (-x - least) / (-target - least));
    EXPECT_EQ(score(distance_to_target_rule(range, target), x), (x - low) / (target - low));
    Goalposts posts;
    posts.lower = low;
    posts.upper = high;
    posts.truncate = false;
    EXPECT_EQ(score(goalposts_rule(posts, -1), x), (high - x) / (high - low) * 100);
    EXPECT_EQ(score(goalposts_rule(posts), x), (x - low) / (high - low) * 100);
  }
}

TEST(NormaliseRule, ConstantEmptyAndInfiniteColumnsAreNull) {
  EXPECT_EQ(min_max_rule({5, 5}).kind, NormaliseKind::null);
  EXPECT_EQ(min_max_rule({}).kind, NormaliseKind::null);
  EXPECT_EQ(min_max_rule({-1.5e308, 1.5e308}).kind, NormaliseKind::null);
  EXPECT_EQ(distance_to_target_rule({5, 9}, 5).kind, NormaliseKind::null);
  EXPECT_EQ(distance_to_target_rule({5, 9}, 9, -1).kind, NormaliseKind::null);
  EXPECT_EQ(goalposts_rule({3, 3}).kind, NormaliseKind::null);
  EXPECT_EQ(goalposts_rule({0, 10, 100, true, true}).kind, NormaliseKind::null);
  EXPECT_EQ(goalposts_rule({-1, 10, 100, true, true}).kind, NormaliseKind::null);
  EXPECT_EQ(points_rule({}).kind, NormaliseKind::null);
}

TEST(NormaliseRule, ACapOnlyLowers) {
  const NormaliseRule capped = distance_to_target_rule({0, 100}, 80, 1, true);
  EXPECT_EQ(score(capped, 100), 1);
  EXPECT_EQ(score(capped, -40), -0.5);
  EXPECT_EQ(score(distance_to_target_rule({0, 100}, 80), 100), 1.25);
}

// UNDP, Human Development Report 2020, Norway: life expectancy 82.4, expected and mean years of
// schooling 18.1 and 12.9, income 66,494: HDI 0.957.
TEST(NormaliseRule, GoalpostsOfTheHumanDevelopmentIndex) {
  const double health = score(goalposts_rule({20, 85, 1}), 82.4);
  const double expected = score(goalposts_rule({0, 18, 1}), 18.1);
  const double mean = score(goalposts_rule({0, 15, 1}), 12.9);
  const double income = score(goalposts_rule({100, 75'000, 1, true, true}), 66'494);
  EXPECT_NEAR(health, 0.96, 1e-12);
  EXPECT_EQ(expected, 1);
  EXPECT_NEAR(mean, 0.86, 1e-12);
  EXPECT_NEAR(income, 0.9818, 5e-5);
  EXPECT_NEAR(std::cbrt(health * (expected + mean) / 2 * income), 0.957, 5e-4);
}

TEST(ScoreSegments, FlatStepAndFault) {
  using Points = std::vector<std::pair<double, double>>;
  EXPECT_EQ(score_segments(Points{{5, 7}}), (std::vector<ScoreSegment>{{5, 7, 0}}));
  const auto step = score_segments(Points{{0, 0}, {10, 50}, {10, 60}, {20, 60}});
  ASSERT_EQ(step.size(), 4U);
  EXPECT_EQ(step[0].slope, 5);
  EXPECT_EQ(step[1].slope, 0);
  EXPECT_EQ(step[2].slope, 0);
  EXPECT_TRUE(score_segments(Points{}).empty());
  EXPECT_TRUE(score_segments(Points{{2, 0}, {1, 1}}).empty());
  EXPECT_TRUE(score_segments(Points{{0, 0}, {std::nan(""), 1}}).empty());
  EXPECT_TRUE(score_segments(Points{{0, 0}, {1, infinity}}).empty());
  EXPECT_TRUE(score_segments(Points{{0, 0}, {1e-320, 1}}).empty());
  EXPECT_FALSE(std::signbit(score_segments(Points{{0, -0.0}})[0].score));
}

TEST(ScoreSegments, NeverBeyondTheNextPointAndNearlyTheTrueSlope) {
  std::mt19937_64 random(2);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  for (int i = 0; i < 20'000; ++i) {
    const double x = 100 * uniform();
    const double next_x = x + 50 * uniform() + 1e-3;
    const double from = std::round(100 * uniform());
    const double to = i % 3 == 0 ? 100.0 : 100 * uniform();
    const auto segments =
        score_segments(std::vector<std::pair<double, double>>{{x, from}, {next_x, to}});
    ASSERT_EQ(segments.size(), 2U);
    const double last = std::nextafter(next_x, x);
    const double reached = from + (last - x) * segments[0].slope;
    if (to >= from) {
      ASSERT_LE(reached, to);
    } else {
      ASSERT_GE(reached, to);
    }
    // The slope as a ratio of longer numbers: what is left away is a few units in the last place of
    // the larger score.
    const long double exact =
        (static_cast<long double>(to) - from) / (static_cast<long double>(next_x) - x);
    ASSERT_LE(std::fabs(static_cast<double>(exact - segments[0].slope)) * (next_x - x),
              4e-16 * std::max(std::fabs(from), std::fabs(to)) + 1e-300)
        << x << " " << next_x << " " << from << " " << to;
  }
}

TEST(ColumnRange, Joined) {
  EXPECT_EQ(joined({1, 5}, {-2, 3}), (ColumnRange{-2, 5}));
  EXPECT_EQ(joined({}, {3, 4}), (ColumnRange{3, 4}));
  EXPECT_EQ(joined({}, {}), ColumnRange{});
}

}  // namespace
}  // namespace tijian::kernels
