#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include <tijian/kernels/elementary.hpp>

namespace tijian::kernels {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
const double undefined = std::nan("");

bool is_positive_zero(double x) { return x == 0 && !std::signbit(x); }

double uniform(std::mt19937_64& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
}

// A number with a random mantissa and an exponent from `low` to `high`.
double of_magnitude(std::mt19937_64& random, int low, int high) {
  const int exponent =
      low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low + 1));
  return std::ldexp(1 + static_cast<double>(random() >> 12) * 0x1p-52, exponent);
}

static_assert(std::numeric_limits<long double>::digits >= 64,
              "the twin needs a longer type than double");

// Distance to the true value, taken from the system's long double functions, in units of the
// last place that a double there has.
double error_in_ulps(double computed, long double expected) {
  if (!std::isfinite(computed)) {
    return std::abs(expected) > static_cast<long double>(largest) ? 0 : infinity;
  }
  int exponent = 0;
  std::frexp(expected, &exponent);
  const long double ulp = std::ldexp(1.0L, std::max(exponent - 53, -1074));
  return static_cast<double>(std::abs(static_cast<long double>(computed) - expected) / ulp);
}

TEST(Exponential, KnownValues) {
  EXPECT_EQ(exponential(0.0), 1.0);
  EXPECT_EQ(exponential(-0.0), 1.0);
  EXPECT_EQ(exponential(1.0), 0x1.5bf0a8b145769p+1);
  EXPECT_EQ(exponential(-1.0), 0x1.78b56362cef38p-2);
  EXPECT_EQ(exponential(smallest), 1.0);
  EXPECT_EQ(exponential(0x1p-53), 1.0);
  EXPECT_EQ(exponential(0x1.0000000000001p-53), 1.0 + 0x1p-52);
}

TEST(Exponential, WhereItOverflowsAndVanishes) {
  const double last = 0x1.62e42fefa39efp+9;  // 709.78…, the largest whose result is a double
  EXPECT_EQ(exponential(last), 0x1.fffffffffff2ap+1023);
  EXPECT_EQ(exponential(std::nextafter(last, infinity)), infinity);
  EXPECT_EQ(exponential(largest), infinity);
  EXPECT_EQ(exponential(infinity), infinity);
  const double lowest = -0x1.74910d52d3051p+9;  // -745.13…
  EXPECT_EQ(exponential(lowest), smallest);
  EXPECT_TRUE(is_positive_zero(exponential(std::nextafter(lowest, -infinity))));
  EXPECT_TRUE(is_positive_zero(exponential(-largest)));
  EXPECT_TRUE(is_positive_zero(exponential(-infinity)));
  EXPECT_TRUE(std::isnan(exponential(undefined)));
}

TEST(NaturalLogarithm, KnownValues) {
  EXPECT_TRUE(is_positive_zero(natural_logarithm(1.0)));
  EXPECT_EQ(natural_logarithm(2.0), 0x1.62e42fefa39efp-1);
  EXPECT_EQ(natural_logarithm(10.0), 0x1.26bb1bbb55516p+1);
  EXPECT_EQ(natural_logarithm(1.0 + 0x1p-52), 0x1.fffffffffffffp-53);
  EXPECT_EQ(natural_logarithm(1.0 - 0x1p-53), -0x1p-53);
  EXPECT_EQ(natural_logarithm(smallest), -0x1.74385446d71c3p+9);
  EXPECT_EQ(natural_logarithm(largest), 0x1.62e42fefa39efp+9);
}

TEST(NaturalLogarithm, UndefinedWhereItHasNoValue) {
  for (const double x : {0.0, -0.0, -1.0, -smallest, -infinity, infinity, undefined}) {
    EXPECT_TRUE(std::isnan(natural_logarithm(x))) << x;
  }
}

TEST(Raise, ExactResultsAreExact) {
  EXPECT_EQ(raise(10, 2), 100);
  EXPECT_EQ(raise(10, 22), 1e22);
  EXPECT_EQ(raise(3, 33), 5559060566555523.0);
  EXPECT_EQ(raise(2, 0.5), 0x1.6a09e667f3bcdp+0);
  EXPECT_EQ(raise(0.25, -1.5), 8);
  EXPECT_EQ(raise(2, -1074), smallest);
  EXPECT_EQ(raise(2, 1023), 0x1p+1023);
  EXPECT_EQ(raise(smallest, -0.5), 0x1p+537);
  for (int base = 1; base <= 200; ++base) {
    double product = 1;
    for (int exponent = 0; product < 0x1p+53; ++exponent, product *= base) {
      ASSERT_EQ(raise(base, exponent), product) << base << "^" << exponent;
      ASSERT_EQ(raise(-base, exponent), exponent % 2 == 0 ? product : -product);
      if (base == 1 && exponent > 60) break;
    }
    ASSERT_EQ(raise(static_cast<double>(base) * base, 0.5), base);
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const double x = of_magnitude(random, -1074, 1023);
    ASSERT_EQ(raise(x, 1), x);
    ASSERT_EQ(raise(-x, 1), -x);
    ASSERT_EQ(raise(1, x), 1);
  }
}

TEST(Raise, TheSpecialCases) {
  EXPECT_EQ(raise(0, 0), 1);
  EXPECT_EQ(raise(-7.5, 0), 1);
  EXPECT_EQ(raise(-7.5, -0.0), 1);
  EXPECT_TRUE(is_positive_zero(raise(0, 2)));
  EXPECT_TRUE(is_positive_zero(raise(-0.0, 3)));
  EXPECT_TRUE(std::isnan(raise(0, -1)));
  EXPECT_TRUE(std::isnan(raise(-0.0, -0.5)));
  EXPECT_TRUE(std::isnan(raise(-8, 1.0 / 3)));
  EXPECT_TRUE(std::isnan(raise(-1, 0x1p+51 + 0.5)));
  EXPECT_EQ(raise(-1, 0x1p+52 + 1), -1);
  EXPECT_EQ(raise(-1, 0x1p+53), 1);
  EXPECT_EQ(raise(-1, 1e300), 1);
  EXPECT_EQ(raise(-2, -3), -0.125);
  EXPECT_EQ(raise(-2, 1025), -infinity);
  EXPECT_EQ(raise(-2, 1024), infinity);
  EXPECT_TRUE(is_positive_zero(raise(-2, -1077)));
  EXPECT_EQ(raise(largest, largest), infinity);
  EXPECT_TRUE(is_positive_zero(raise(largest, -largest)));
  EXPECT_TRUE(is_positive_zero(raise(0.5, largest)));
  EXPECT_EQ(raise(largest, smallest), 1);
  EXPECT_EQ(raise(1 + 0x1p-52, largest), infinity);
  for (const double x : {infinity, -infinity, undefined}) {
    EXPECT_TRUE(std::isnan(raise(x, 2)));
    EXPECT_TRUE(std::isnan(raise(2, x)));
  }
}

TEST(Elementary, AccuracyAgainstLongDouble) {
  std::mt19937_64 random(2);
  double worst_exponential = 0, worst_logarithm = 0, worst_power = 0;
  for (int i = 0; i < 400'000; ++i) {
    double x = uniform(random, -745, 709.7);
    if (i % 3 == 1) x = uniform(random, -740, -700);
    if (i % 3 == 2) x = (i % 2 == 0 ? 1 : -1) * of_magnitude(random, -60, 3);
    worst_exponential = std::max(
        worst_exponential, error_in_ulps(exponential(x), std::exp(static_cast<long double>(x))));

    double y = of_magnitude(random, -1074, 1023);
    if (i % 3 == 1) y = uniform(random, 0.5, 2);
    if (i % 3 == 2) y = 1 + uniform(random, -1, 1) * of_magnitude(random, -50, -2);
    worst_logarithm =
        std::max(worst_logarithm,
                 error_in_ulps(natural_logarithm(y), std::log(static_cast<long double>(y))));

    if (y == 1) continue;
    double exponent = uniform(random, -745, 709.7) / std::log(y);
    if (i % 4 == 1) exponent = uniform(random, -3, 3);
    if (i % 4 == 2) exponent = std::trunc(exponent);
    const long double power =
        std::pow(static_cast<long double>(y), static_cast<long double>(exponent));
    worst_power = std::max(worst_power, error_in_ulps(raise(y, exponent), power));
  }
  EXPECT_LT(worst_exponential, 0.52);
  EXPECT_LT(worst_logarithm, 0.502);
  EXPECT_LT(worst_power, 0.525);
  RecordProperty("worst_exponential", std::to_string(worst_exponential));
  RecordProperty("worst_logarithm", std::to_string(worst_logarithm));
  RecordProperty("worst_power", std::to_string(worst_power));
}

TEST(Elementary, NeverFallsWhereItShouldRise) {
  for (const double start : {-745.0, -708.4, -1.0, 0.0, 0.0108, 0.3466, 700.0}) {
    double x = start;
    for (int i = 0; i < 3000; ++i) {
      const double next = std::nextafter(x, infinity);
      ASSERT_LE(exponential(x), exponential(next)) << x;
      x = next;
    }
  }
  for (const double start :
       {1e-310, 0.5, 0.7071067811864, 0.9999999999999, 1.4142135623730, 2.0, 1e300}) {
    double x = start;
    for (int i = 0; i < 3000; ++i) {
      const double next = std::nextafter(x, infinity);
      ASSERT_LE(natural_logarithm(x), natural_logarithm(next)) << x;
      x = next;
    }
  }
}

// The same bits from every compiler, optimisation and CPU: one number for 300,000 results. A
// change of it changes what users computed before.
TEST(Elementary, BitsAreThoseOfEveryOtherMachine) {
  std::mt19937_64 random(3);
  std::uint64_t digest = 0;
  const auto take = [&](double result) {
    if (std::isnan(result)) result = undefined;
    digest = std::rotl(digest, 7) * 0x9E37'79B9'7F4A'7C15u + std::bit_cast<std::uint64_t>(result);
  };
  for (int i = 0; i < 100'000; ++i) {
    take(exponential(uniform(random, -750, 712)));
    const double base = of_magnitude(random, -1074, 1023);
    take(natural_logarithm(base));
    take(raise(base, uniform(random, -2, 2)));
  }
  EXPECT_EQ(digest, 12357582040714905496u);
}

}  // namespace
}  // namespace tijian::kernels
