#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include <tijian/kernels/rounding.hpp>

namespace tijian::kernels {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

bool is_positive_zero(double x) { return x == 0 && !std::signbit(x); }

double random_double(std::mt19937_64& random) {
  double x = 0;
  do x = std::bit_cast<double>(random());
  while (!std::isfinite(x));
  return x;
}

TEST(RoundHalfAway, Halves) {
  EXPECT_EQ(round_half_away(0.5), 1);
  EXPECT_EQ(round_half_away(-0.5), -1);
  EXPECT_EQ(round_half_away(1.5), 2);
  EXPECT_EQ(round_half_away(2.5), 3);
  EXPECT_EQ(round_half_away(-2.5), -3);
  EXPECT_EQ(round_half_away(0x1p+52 - 0.5), 0x1p+52);
}

TEST(RoundHalfAway, OneUlpBesideAHalf) {
  EXPECT_TRUE(is_positive_zero(round_half_away(0.49999999999999994)));
  EXPECT_TRUE(is_positive_zero(round_half_away(-0.49999999999999994)));
  EXPECT_EQ(round_half_away(std::nextafter(0.5, 1)), 1);
  EXPECT_EQ(round_half_away(std::nextafter(2.5, 0)), 2);
  EXPECT_EQ(round_half_away(std::nextafter(2.5, 3)), 3);
}

TEST(RoundHalfAway, LargeAndSmall) {
  for (const double x : {0x1p+52 + 1, 0x1p+53 - 1, 0x1p+53 + 2, 1e300, largest}) {
    EXPECT_EQ(round_half_away(x), x);
    EXPECT_EQ(round_half_away(-x), -x);
  }
  EXPECT_TRUE(is_positive_zero(round_half_away(smallest)));
  EXPECT_TRUE(is_positive_zero(round_half_away(-0.0)));
  EXPECT_EQ(round_half_away(-infinity), -infinity);
  EXPECT_TRUE(std::isnan(round_half_away(std::nan(""))));
}

TEST(RoundHalfAway, AgreesWithTheSystem) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    double x = i % 2 == 0 ? random_double(random)
                          : static_cast<double>(static_cast<std::int64_t>(random())) * 0x1p-40;
    if (i % 8 == 1) x = std::trunc(x) + 0.5;
    ASSERT_EQ(round_half_away(x), std::round(x)) << x;
  }
}

TEST(Display, PublishedValues) {
  EXPECT_EQ(display(15.80 / 28.16 * 100, 2, true), "56.10");  // 56.1079…
  EXPECT_EQ(display(56.108, 2, true), "56.10");
  EXPECT_EQ(display(56.108, 2, false), "56.11");
  EXPECT_EQ(display(16.29 / 28.16 * 100, 2, true), "57.84");
  EXPECT_EQ(display(20.589, 2, false), "20.59");
  EXPECT_EQ(display(40.42 / 196.32 * 100, 2, false), "20.59");
  EXPECT_EQ(display(2.0 / 695 * 100, 2, false), "0.29");
  EXPECT_EQ(display(28.8, 0, false), "29");
  EXPECT_EQ(display(15.0 / 52 * 100, 0, false), "29");
  EXPECT_EQ(display(28.0 / 46 * 100, 0, false), "61");
}

TEST(Display, HalvesOfTheDecimalThatWasReported) {
  EXPECT_EQ(display(2.675, 2, false), "2.68");  // the double is a little below
  EXPECT_EQ(display(1.005, 2, false), "1.01");
  EXPECT_EQ(display(-1.005, 2, false), "-1.01");
  EXPECT_EQ(display(std::nextafter(2.675, 0), 2, false), "2.67");
  EXPECT_EQ(display(0.5, 0, false), "1");
  EXPECT_EQ(display(1.5, 0, false), "2");
  EXPECT_EQ(display(2.5, 0, false), "3");
  EXPECT_EQ(display(0.05, 1, false), "0.1");
  EXPECT_EQ(display(0.049, 1, false), "0.0");
  EXPECT_EQ(display(0.29, 2, true), "0.29");  // not 0.28
  EXPECT_EQ(display(-1.999, 2, true), "-1.99");
}

TEST(Display, CarriesAndPads) {
  EXPECT_EQ(display(999.99999, 2, false), "1000.00");
  EXPECT_EQ(display(999.99999, 2, true), "999.99");
  EXPECT_EQ(display(9.5, 0, false), "10");
  EXPECT_EQ(display(0.999, 2, false), "1.00");
  EXPECT_EQ(display(0.0999, 3, false), "0.100");
  EXPECT_EQ(display(0.00095, 3, false), "0.001");
  EXPECT_EQ(display(7, 3, false), "7.000");
  EXPECT_EQ(display(1200, 0, false), "1200");
  EXPECT_EQ(display(1e22, 1, false), "10000000000000000000000.0");
  EXPECT_EQ(display(1e-7, 8, false), "0.00000010");
}

TEST(Display, ZeroHasNoSign) {
  EXPECT_EQ(display(0.0, 2, false), "0.00");
  EXPECT_EQ(display(-0.0, 0, false), "0");
  EXPECT_EQ(display(-0.001, 2, false), "0.00");
  EXPECT_EQ(display(-0.009, 2, true), "0.00");
  EXPECT_EQ(display(-0.009, 2, false), "-0.01");
  EXPECT_EQ(display(-smallest, 5, false), "0.00000");
}

TEST(Display, Extremes) {
  EXPECT_EQ(display(infinity, 2, false), "");
  EXPECT_EQ(display(std::nan(""), 2, true), "");
  EXPECT_EQ(display(largest, 0, false), "17976931348623157" + std::string(292, '0'));
  EXPECT_EQ(display(smallest, 324, false), "0." + std::string(323, '0') + "5");
  EXPECT_EQ(display(smallest, 323, false), "0." + std::string(322, '0') + "1");
  EXPECT_EQ(display(smallest, 322, false), "0." + std::string(322, '0'));
  EXPECT_EQ(display(12.75, -3, false), "13");  // below 0 counts as 0
  EXPECT_EQ(display(12.75, 2'000'000'000, false), "12.75" + std::string(338, '0'));
}

// printf with many digits has the exact value; where the shortest decimal is no tie both agree.
TEST(Display, AgreesWithTheSystemAwayFromTies) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 50'000; ++i) {
    const double x = static_cast<double>(static_cast<std::int64_t>(random())) * 0x1p-50;
    const int decimals = static_cast<int>(random() % 8);
    char expected[64];
    std::snprintf(expected, sizeof expected, "%.*f", decimals, x);
    if (std::string(expected).find_first_not_of("-0.") == std::string::npos) continue;
    ASSERT_EQ(display(x, decimals, false), expected);
  }
}

TEST(DisplayValue, IsWhatTheTextReads) {
  EXPECT_EQ(display_value(2.675, 2, false), 2.68);
  EXPECT_EQ(display_value(0.9275, 3, false), 0.928);
  EXPECT_EQ(display_value(0.9275, 3, true), 0.927);
  EXPECT_TRUE(is_positive_zero(display_value(-0.0004, 3, false)));
  EXPECT_EQ(display_value(largest, 2, false), largest);
  EXPECT_EQ(display_value(-infinity, 2, false), -infinity);
}

TEST(Shortest, Forms) {
  EXPECT_EQ(shortest(0.0), "0");
  EXPECT_EQ(shortest(-0.0), "0");
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(-2.5), "-2.5");
  EXPECT_EQ(shortest(8302), "8302");
  EXPECT_EQ(shortest(0x1p+53), "9007199254740992");
  EXPECT_EQ(shortest(1e15), "1000000000000000");
  EXPECT_EQ(shortest(1e16), "1e+16");
  EXPECT_EQ(shortest(0.0001), "0.0001");
  EXPECT_EQ(shortest(0.00001), "1e-05");
  EXPECT_EQ(shortest(largest), "1.7976931348623157e+308");
  EXPECT_EQ(shortest(smallest), "5e-324");
  EXPECT_EQ(shortest(infinity), "");
  EXPECT_EQ(shortest(std::nan("")), "");
}

TEST(Shortest, ReadsBackAndIsNoLongerThanItMustBe) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 100'000; ++i) {
    const double x = random_double(random);
    const std::string text = shortest(x);
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), x) << text;
    const ShortestDigits digits(x);
    ASSERT_LE(digits.digits.size(), 17u);
    char fewer[64];
    const int decimals = std::max(static_cast<int>(digits.digits.size()) - 2, 0);
    std::snprintf(fewer, sizeof fewer, "%.*e", decimals, x);
    ASSERT_TRUE(digits.digits.size() == 1 || std::strtod(fewer, nullptr) != x) << text;
  }
}

}  // namespace
}  // namespace tijian::kernels
