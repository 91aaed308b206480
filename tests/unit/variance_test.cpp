#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include <tijian/kernels/variance.hpp>

namespace tijian::kernels {
namespace {

struct Moments {
  std::int64_t n = 0;
  FixedSum sum;
  WideSum sum_wide;
  WideSum squares;

  void add(double x) {
    ++n;
    if (!sum.add(x)) sum_wide.add(x);
    ASSERT_TRUE(squares.add_square(x)) << x;
  }
  [[nodiscard]] std::optional<double> of_sample() const {
    return variance(n, sum, &sum_wide, squares, true);
  }
  [[nodiscard]] std::optional<double> of_population() const {
    return variance(n, sum, &sum_wide, squares, false);
  }
};

Moments moments_of(std::span<const double> values) {
  Moments moments;
  for (const double x : values) moments.add(x);
  return moments;
}
Moments moments_of(std::initializer_list<double> values) {
  return moments_of(std::span(values.begin(), values.size()));
}

TEST(Variance, ByHand) {
  const Moments moments = moments_of({2, 4, 4, 4, 5, 5, 7, 9});
  EXPECT_EQ(moments.of_population(), 4.0);
  EXPECT_EQ(moments.of_sample(), 32.0 / 7);
}

TEST(Variance, NeedsTwoOfASampleAndOneOfAPopulation) {
  EXPECT_EQ(moments_of({}).of_sample(), std::nullopt);
  EXPECT_EQ(moments_of({}).of_population(), std::nullopt);
  EXPECT_EQ(moments_of({3.5}).of_sample(), std::nullopt);
  EXPECT_EQ(moments_of({3.5}).of_population(), 0.0);
  EXPECT_EQ(moments_of({3.5, 3.5}).of_sample(), 0.0);
}

TEST(Variance, EqualNumbersHaveNoneWhateverTheirSize) {
  for (const double x : {0.0, 0.1, -1e9 / 3, 0x1.fffffffffffffp+499, 0x1p-480, 1e-100 / 7}) {
    Moments moments;
    for (int i = 0; i < 1000; ++i) moments.add(x);
    EXPECT_EQ(moments.of_sample(), 0.0) << x;
    EXPECT_EQ(moments.of_population(), 0.0) << x;
    EXPECT_FALSE(std::signbit(*moments.of_sample()));
  }
}

TEST(Variance, DoesNotCancel) {
  EXPECT_EQ(moments_of({1e15 + 4, 1e15 + 7, 1e15 + 13, 1e15 + 16}).of_sample(), 30.0);
  // One unit in the last place apart: d²/2.
  EXPECT_EQ(moments_of({1.0, 1.0 + 0x1p-52}).of_sample(), 0x1p-105);
  EXPECT_EQ(moments_of({0x1p+499, 0x1.0000000000001p+499}).of_sample(), 0x1p+893);
}

TEST(Variance, AtTheEdgesOfTheRange) {
  EXPECT_EQ(moments_of({0x1p+500, -0x1p+500}).of_sample(), 0x1p+1001);
  EXPECT_EQ(moments_of({0x1p-480, -0x1p-480}).of_sample(), 0x1p-959);
  // Subnormal results: d = 2^-532, d²/2 and d²/4; a population's d²·2/9 is rounded there.
  EXPECT_EQ(moments_of({0x1p-480, 0x1.0000000000001p-480}).of_sample(), 0x1p-1065);
  EXPECT_EQ(moments_of({0x1p-480, 0x1.0000000000001p-480}).of_population(), 0x1p-1066);
  EXPECT_EQ(moments_of({0x1p-480, 0x1p-480, 0x1.0000000000001p-480}).of_population(),
            std::ldexp(std::nearbyint(1024 * 2.0 / 9), -1074));
}

TEST(Variance, NullWhereTheSumsCannotBeThoseOfNumbers) {
  FixedSum sum;
  ASSERT_TRUE(sum.add(10.0));
  WideSum squares;
  ASSERT_TRUE(squares.add_square(1.0));
  EXPECT_EQ(variance(2, sum, nullptr, squares, true), std::nullopt);  // 2·1 < 10²
  EXPECT_EQ(variance(-5, sum, nullptr, squares, true), std::nullopt);
  WideSum negative;
  negative.add(-4.0);
  EXPECT_EQ(variance(3, FixedSum{}, nullptr, negative, true), std::nullopt);
  WideSum beyond;  // sums read from hostile bytes
  WideSum::Limbs limbs{};
  limbs.back() = std::uint64_t{1} << 62;  // 2^1086
  beyond = WideSum::from_limbs(limbs);
  EXPECT_EQ(variance(2, FixedSum{}, nullptr, beyond, true), std::nullopt);
  EXPECT_EQ(variance(2, FixedSum{}, &beyond, WideSum{}, true), std::nullopt);
}

TEST(Variance, TheLargestCounts) {
  const std::int64_t n = std::numeric_limits<std::int64_t>::max();
  WideSum squares;  // n numbers whose squares sum to 2^62: the mean square is just over a half
  squares.add(0x1p+62);
  const auto of_population = variance(n, FixedSum{}, nullptr, squares, false);
  ASSERT_TRUE(of_population.has_value());
  EXPECT_EQ(*of_population, 0.5);
  EXPECT_EQ(variance(n, FixedSum{}, nullptr, squares, true), 0.5);
  squares.add(0x1p+1023);
  EXPECT_EQ(variance(n, FixedSum{}, nullptr, squares, true), 0x1p+960);
}

TEST(Variance, DivisorsOfMoreThan64Bits) {
  struct Case {
    std::int64_t n;
    double sum;
    double squares;
    bool sample;
    double expected;  // by Python's fractions
  };
  const Case cases[] = {
      {1000000000039, 0x1.d6f3455000000p+26, 0x1.6fee0e53b8000p+36, true, 0x1.948b0bb77b099p-4},
      {1000000000039, 0x1.d6f3455000000p+26, 0x1.6fee0e53b8000p+36, false, 0x1.948b0bb7794ccp-4},
      {4611686018427400249, -0x1.0000000000010p+60, 0x1.0000000000001p+80, true,
       0x1.fffff7fffffeap+17},
      {4611686018427400249, -0x1.0000000000010p+60, 0x1.0000000000001p+80, false,
       0x1.fffff7fffffeap+17},
      {8589934593, 0x1.999999999999ap-4, 0x1.c000000000000p+2, true, 0x1.bfffffffffae1p-31},
      {8589934593, 0x1.999999999999ap-4, 0x1.c000000000000p+2, false, 0x1.bfffffff1fae1p-31},
  };
  for (const Case& each : cases) {
    WideSum sum, squares;
    sum.add(each.sum);
    squares.add(each.squares);
    EXPECT_EQ(variance(each.n, FixedSum{}, &sum, squares, each.sample), each.expected) << each.n;
  }
}

TEST(Variance, TiesAreDecidedByTheLastBit) {
  // d² = 1 + 2^-2 + 2^-6 + 2^-50 + 2^-53 + 2^-102: all but the last bit are a tie.
  const double d = 1 + 0x1p-3 + 0x1p-51;
  EXPECT_EQ(moments_of({0, d}).of_sample(), (0x1.44p+0 + 0x1p-50 + 0x1p-52) / 2);
  std::mt19937_64 random(3);
  for (int i = 0; i < 1000; ++i) {
    const double x = 1 + static_cast<double>(random() >> 12) * 0x1p-52;
    EXPECT_EQ(moments_of({0, x}).of_sample(), x * x / 2);  // one multiplication rounds once as well
  }
}

// The twin for whole numbers: both sides of the fraction are whole and below 2^53, so that one
// division of doubles rounds it correctly.
TEST(Variance, AgreesWithOneDivisionOfIntegers) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 5000; ++round) {
    const std::int64_t n = 2 + static_cast<std::int64_t>(random() % 500);
    const auto bound = static_cast<std::int64_t>(1 + random() % 100'000);
    std::int64_t sum = 0, squares = 0;
    Moments moments;
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t x = static_cast<std::int64_t>(random()) % bound;
      sum += x;
      squares += x * x;
      moments.add(static_cast<double>(x));
    }
    const std::int64_t numerator = n * squares - sum * sum;
    ASSERT_LT(numerator, std::int64_t{1} << 53);
    const auto above = static_cast<double>(numerator);
    ASSERT_EQ(moments.of_sample(), above / static_cast<double>(n * (n - 1)));
    ASSERT_EQ(moments.of_population(), above / static_cast<double>(n * n));
  }
}

TEST(Variance, IsTheSameInAnyOrderAndSplit) {
  std::mt19937_64 random(2);
  std::vector<double> values;
  for (int i = 0; i < 300; ++i) {
    const double mantissa = 1 + static_cast<double>(random() >> 12) * 0x1p-52;
    values.push_back(
        std::ldexp(i % 2 == 0 ? mantissa : -mantissa, static_cast<int>(random() % 80) - 40));
  }
  const auto expected = moments_of(values).of_sample();
  ASSERT_TRUE(expected.has_value());
  for (int permutation = 0; permutation < 100; ++permutation) {
    std::shuffle(values.begin(), values.end(), random);
    const std::size_t cut = random() % values.size();
    Moments left = moments_of(std::span(values).first(cut));
    const Moments right = moments_of(std::span(values).subspan(cut));
    left.n += right.n;
    left.sum_wide.add(right.sum);
    left.sum_wide.add(right.sum_wide);
    left.squares.add(right.squares);
    ASSERT_EQ(left.of_sample(), expected);
  }
}

// NIST StRD, univariate summary statistics, data sets NumAcc1 to NumAcc4: a first number, then two
// others in turn, 1,001 in all (three in NumAcc1). Certified: standard deviation 1, 0.1, 0.1, 0.1.
Moments numerical_accuracy_set(double first, double second, double third, int count, double scale) {
  Moments moments;
  moments.add(first * scale);
  for (int i = 1; i < count; ++i) moments.add((i % 2 == 1 ? second : third) * scale);
  return moments;
}

TEST(Variance, NistNumericalAccuracySetsInTenthsAreExact) {
  EXPECT_EQ(numerical_accuracy_set(10000001, 10000003, 10000002, 3, 1).of_sample(), 1.0);
  EXPECT_EQ(numerical_accuracy_set(12, 11, 13, 1001, 1).of_sample(), 1.0);
  EXPECT_EQ(numerical_accuracy_set(10000002, 10000001, 10000003, 1001, 1).of_sample(), 1.0);
  EXPECT_EQ(numerical_accuracy_set(100000002, 100000001, 100000003, 1001, 1).of_sample(), 1.0);
}

TEST(Variance, NistNumericalAccuracySetsAsDoubles) {
  // The tenths are not doubles: the data themselves are off by up to half an ulp, in NumAcc4 9e-10
  // of 0.1. The exact variance of these doubles is what Python's fractions give.
  const auto set2 = numerical_accuracy_set(1.2, 1.1, 1.3, 1001, 1).of_sample();
  const auto set3 = numerical_accuracy_set(1000000.2, 1000000.1, 1000000.3, 1001, 1).of_sample();
  const auto set4 = numerical_accuracy_set(10000000.2, 10000000.1, 10000000.3, 1001, 1).of_sample();
  ASSERT_TRUE(set2 && set3 && set4);
  EXPECT_EQ(*set2, 0x1.47ae147ae1478p-7);
  EXPECT_EQ(*set3, 0x1.47ae147eb851fp-7);
  EXPECT_EQ(*set4, 0x1.47ae14b851eb9p-7);
  EXPECT_NEAR(std::sqrt(*set2), 0.1, 1e-16);
  EXPECT_NEAR(std::sqrt(*set3), 0.1, 1e-10);
  EXPECT_NEAR(std::sqrt(*set4), 0.1, 1e-9);
}

}  // namespace
}  // namespace tijian::kernels
