// Published figures compared with values at the figures' own decimals.
#include "tijian/published.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace tijian {
namespace {

std::optional<bool> agrees_rounded(double value, std::string_view text,
                                   std::string_view measure = {}) {
  return agrees(value, text, measure, Rounding::half_up);
}

TEST(Published, FiguresOfYichang2025) {
  EXPECT_EQ(agrees_rounded(29922, "2.99万", "个"), true);
  EXPECT_EQ(agrees_rounded(1595, "1595", "个"), true);
  EXPECT_EQ(agrees_rounded(2.09, "2.09", "千米"), true);
  EXPECT_EQ(agrees_rounded(15.0 / 52 * 100, "29", "%"), true);
  EXPECT_EQ(agrees_rounded(28.0 / 46 * 100, "61", "%"), true);
  EXPECT_EQ(agrees_rounded(40.42 / 196.32 * 100, "20.59", "%"), true);
  EXPECT_EQ(agrees_rounded(2.0 / 695 * 100, "0.29", "%"), true);
  // Published cut off, not rounded: the indicator's own rounding decides.
  EXPECT_EQ(agrees(56.108, "56.10", "%", Rounding::truncate), true);
  EXPECT_EQ(agrees(56.108, "56.10", "%", Rounding::half_up), false);
  EXPECT_EQ(agrees(57.848, "57.84", "%", Rounding::truncate), true);
  EXPECT_EQ(agrees(57.848, "57.84", "%", Rounding::half_up), false);
  // Contradictions of the city itself.
  EXPECT_EQ(agrees_rounded(7482, "6603", "个"), false);
  EXPECT_EQ(agrees_rounded(57.84, "56.84", "%"), false);
}

TEST(Published, LargeUnitsScaleValueAndDecimals) {
  const auto wan = parse_published("2.99万");
  ASSERT_TRUE(wan.has_value());
  EXPECT_EQ(wan->value(), 29900);
  EXPECT_EQ(wan->decimals, -2);
  EXPECT_EQ(parse_published("1.2亿")->value(), 120000000);
  EXPECT_EQ(parse_published("1.2亿")->decimals, -7);
  EXPECT_EQ(parse_published("3万亿")->value(), 3e12);
  EXPECT_EQ(parse_published("2.99 万")->value(), 29900);
  EXPECT_EQ(parse_published("0.07万")->value(), 700);
}

TEST(Published, ComparesAtTheEdgesOfTheFiguresOwnDecimals) {
  EXPECT_EQ(agrees_rounded(29850, "2.99万"), true);
  EXPECT_EQ(agrees_rounded(std::nextafter(29850.0, 0.0), "2.99万"), false);
  EXPECT_EQ(agrees_rounded(std::nextafter(29950.0, 0.0), "2.99万"), true);
  EXPECT_EQ(agrees_rounded(29950, "2.99万"), false);
  EXPECT_EQ(agrees(29900, "2.99万", "", Rounding::truncate), true);
  EXPECT_EQ(agrees(std::nextafter(29900.0, 0.0), "2.99万", "", Rounding::truncate), false);
  EXPECT_EQ(agrees(29999.99, "2.99万", "", Rounding::truncate), true);
  EXPECT_EQ(agrees_rounded(60.5, "61"), true);
  EXPECT_EQ(agrees_rounded(std::nextafter(60.5, 0.0), "61"), false);
  EXPECT_EQ(agrees_rounded(61.4, "61.0"), false);  // 61.0 says more than 61
  EXPECT_EQ(agrees_rounded(61.4, "61"), true);
}

TEST(Published, PercentIsTheMeasureOrAHundredth) {
  EXPECT_EQ(agrees_rounded(20, "20%", "%"), true);
  EXPECT_EQ(agrees_rounded(0.2, "20%", "%"), false);
  EXPECT_EQ(agrees_rounded(0.2, "20%", ""), true);
  EXPECT_EQ(agrees_rounded(0.2, "20%", "m²/人"), true);
  EXPECT_EQ(agrees_rounded(20, "20%", ""), false);
  EXPECT_EQ(agrees_rounded(0.5611, "56.1%", ""), true);
  EXPECT_EQ(agrees_rounded(0.5616, "56.1%", ""), false);
  EXPECT_EQ(parse_published("56.10%", "%")->decimals, 2);
  EXPECT_EQ(parse_published("56.10%", "")->decimals, 4);
  EXPECT_EQ(agrees_rounded(20, "20", "%"), true);
}

TEST(Published, AFigureMayCarryItsMeasure) {
  EXPECT_EQ(agrees_rounded(42, "42栋", "栋"), true);
  EXPECT_EQ(agrees_rounded(29922, "2.99万个", "个"), true);
  EXPECT_EQ(agrees_rounded(3.2, "3.2万人", "万人"), true);
  EXPECT_EQ(agrees_rounded(8.68, " 8.68 km/km² ", "km/km²"), true);
  EXPECT_EQ(agrees_rounded(42, "42栋", "个"), std::nullopt);  // another measure: not guessed
}

TEST(Published, SignsAndZero) {
  EXPECT_EQ(agrees_rounded(-3.14, "-3.1"), true);
  EXPECT_EQ(agrees_rounded(3.14, "-3.1"), false);
  EXPECT_EQ(agrees_rounded(3.14, "+3.1"), true);
  EXPECT_EQ(agrees_rounded(0.0, "0"), true);
  EXPECT_EQ(agrees_rounded(-0.0, "0.00"), true);
  EXPECT_EQ(agrees_rounded(-0.001, "-0.00"), true);
  EXPECT_EQ(agrees_rounded(0.4, "0"), true);
  EXPECT_EQ(agrees_rounded(0.5, "0"), false);
  EXPECT_EQ(parse_published("-0.00")->value(), 0);
}

TEST(Published, NumbersAsProgramsWriteThem) {
  EXPECT_EQ(parse_published("007")->value(), 7);
  EXPECT_EQ(parse_published("1e3")->value(), 1000);
  EXPECT_EQ(parse_published("1.50e-05")->value(), 1.5e-5);
  EXPECT_EQ(parse_published("1.50e-05")->decimals, 7);
  EXPECT_EQ(parse_published("2.5E+2")->value(), 250);
  EXPECT_EQ(parse_published("0.1")->value(), 0.1);
  EXPECT_EQ(parse_published("123456789012345678901234567890")->value(),
            123456789012345678901234567890.0);
}

TEST(Published, OtherTextIsShownAndNotCompared) {
  for (const char* text : {"",       " ",          "/",
                           "——",     "-",          "+",
                           ".",      "很好",       "good",
                           "未评价", "万",         "%",
                           "亿%",    "1,595",      "29,922",
                           "1.2.3",  "5.",         ".5",
                           "12-15",  "0.7 .. 1.5", ">= 80",
                           "1e",     "1e+",        "1e+-5",
                           "1e--5",  "--5",        "+-5",
                           "- 5",    "0x10",       "nan",
                           "inf",    "NaN%",       "1 000",
                           "２０",   "1.2万万",    "1.2亿万",
                           "2%%",    "1e400",      "1e999999999999",
                           "61\n62"}) {
    EXPECT_EQ(parse_published(text).has_value(), false) << text;
    EXPECT_EQ(agrees_rounded(1, text), std::nullopt) << text;
  }
  EXPECT_FALSE(parse_published(std::string_view("6\0001", 3)).has_value());
}

TEST(Published, HostileLengthIsRefused) {
  EXPECT_FALSE(parse_published(std::string(100000, '9')).has_value());
  EXPECT_FALSE(parse_published("1e309").has_value());
  EXPECT_TRUE(parse_published("1e308").has_value());
  EXPECT_FALSE(parse_published("0." + std::string(100000, '0')).has_value());
}

TEST(Published, AValueThatIsNotFiniteAgreesWithNothing) {
  EXPECT_EQ(agrees_rounded(std::nan(""), "1"), false);
  EXPECT_EQ(agrees_rounded(std::numeric_limits<double>::infinity(), "1"), false);
}

TEST(Published, WhatIsDisplayedIsAgreedWith) {
  for (int i = -3000; i <= 3000; ++i) {
    const double value = i / 7.0;
    for (const Rounding rounding : {Rounding::half_up, Rounding::truncate}) {
      for (const int decimals : {0, 1, 2, 5}) {
        const std::string text = kernels::display(value, decimals, rounding == Rounding::truncate);
        EXPECT_EQ(agrees(value, text, "%", rounding), true) << text;
        EXPECT_EQ(agrees(value, text + "%", "%", rounding), true) << text;
        EXPECT_EQ(agrees(value + 2, text, "%", rounding), false) << text;
      }
    }
  }
}

}  // namespace
}  // namespace tijian
