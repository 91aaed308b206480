// Rounding of shortest decimals, against the writer of display text and against rounding by hand.
#include "tijian/decimal.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <string>

namespace tijian {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// The number as "-123e-2"; "0" for zero.
std::string text(const Decimal& number) {
  if (number.is_zero()) return "0";
  return (number.negative ? "-" : "") + number.digits + "e" + std::to_string(number.exponent);
}

std::string round_text(double value, int decimals, Rounding rounding = Rounding::half_up) {
  return text(rounded(*shortest_decimal(value), decimals, rounding));
}

TEST(Decimal, IsTheShortestThatReadsBack) {
  EXPECT_EQ(text(*shortest_decimal(0.1)), "1e-1");
  EXPECT_EQ(text(*shortest_decimal(-2.675)), "-2675e-3");
  EXPECT_EQ(text(*shortest_decimal(29900)), "299e2");
  EXPECT_EQ(text(*shortest_decimal(1e22)), "1e22");
  EXPECT_EQ(text(*shortest_decimal(1.0 / 3)), "3333333333333333e-16");
  EXPECT_EQ(text(*shortest_decimal(std::numeric_limits<double>::denorm_min())), "5e-324");
  EXPECT_EQ(shortest_decimal(0.0), Decimal{});
  EXPECT_EQ(shortest_decimal(-0.0), Decimal{});
  for (const double value : {std::nan(""), infinity, -infinity}) {
    EXPECT_EQ(shortest_decimal(value), std::nullopt);
  }
}

TEST(Decimal, IsCanonical) {
  EXPECT_EQ(make_decimal(false, "0012300", -4), make_decimal(false, "123", -2));
  EXPECT_EQ(make_decimal(true, "000", 7), Decimal{});
  EXPECT_EQ(make_decimal(true, "", 7), Decimal{});
  EXPECT_NE(make_decimal(true, "1", 0), make_decimal(false, "1", 0));
}

TEST(Rounded, HalvesGoAwayFromZeroInDecimalNotInBinary) {
  EXPECT_EQ(round_text(2.675, 2), "268e-2");  // stored as 2.67499999…
  EXPECT_EQ(round_text(1.005, 2), "101e-2");
  EXPECT_EQ(round_text(-1.005, 2), "-101e-2");
  EXPECT_EQ(round_text(0.5, 0), "1e0");
  EXPECT_EQ(round_text(1.5, 0), "2e0");
  EXPECT_EQ(round_text(2.5, 0), "3e0");
  EXPECT_EQ(round_text(-2.5, 0), "-3e0");
  EXPECT_EQ(round_text(std::nextafter(2.5, 0.0), 0), "2e0");
}

TEST(Rounded, TruncationCutsTowardsZero) {
  EXPECT_EQ(round_text(56.108, 2, Rounding::truncate), "561e-1");
  EXPECT_EQ(round_text(56.108, 2, Rounding::half_up), "5611e-2");
  EXPECT_EQ(round_text(-56.109, 2, Rounding::truncate), "-561e-1");
  EXPECT_EQ(round_text(0.99, 0, Rounding::truncate), "0");
  EXPECT_EQ(round_text(-0.99, 0, Rounding::truncate), "0");
  EXPECT_EQ(round_text(0.29, 2, Rounding::truncate), "29e-2");  // stored as 0.28999999…
}

TEST(Rounded, NinesCarryAndSmallNumbersVanish) {
  EXPECT_EQ(round_text(9.995, 2), "1e1");
  EXPECT_EQ(round_text(99.5, 0), "1e2");
  EXPECT_EQ(round_text(0.05, 1), "1e-1");
  EXPECT_EQ(round_text(0.04, 1), "0");
  EXPECT_EQ(round_text(0.009, 1), "0");  // its 9 is a place too low to carry
}

TEST(Rounded, ToTensAndHundreds) {
  EXPECT_EQ(round_text(29922, -2), "299e2");
  EXPECT_EQ(round_text(29950, -2), "3e4");
  EXPECT_EQ(round_text(29950, -2, Rounding::truncate), "299e2");
  EXPECT_EQ(round_text(49, -2), "0");
  EXPECT_EQ(round_text(50, -2), "1e2");
  EXPECT_EQ(round_text(1e308, std::numeric_limits<int>::min()), "0");
  EXPECT_EQ(round_text(1.5, std::numeric_limits<int>::max()), "15e-1");
}

// What children do by hand on thousandths.
TEST(Rounded, IsRoundingByHand) {
  for (int thousandths = -4000; thousandths <= 4000; ++thousandths) {
    const double value = thousandths / 1000.0;
    const bool negative = thousandths < 0;
    const int magnitude = std::abs(thousandths);
    EXPECT_EQ(rounded(*shortest_decimal(value), 2, Rounding::half_up),
              make_decimal(negative, std::to_string((magnitude + 5) / 10), -2));
    EXPECT_EQ(rounded(*shortest_decimal(value), 2, Rounding::truncate),
              make_decimal(negative, std::to_string(magnitude / 10), -2));
  }
}

// The text that people read is written by code of its own: both have to agree on every double.
TEST(Rounded, IsWhatIsDisplayed) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> number(-1000, 1000);
  for (int i = 0; i < 60000; ++i) {
    double value = number(random);
    if (i % 3 == 1) value = std::round(value * 1000) / 1000;
    if (i % 3 == 2) {
      const std::uint64_t bits = random();
      std::memcpy(&value, &bits, sizeof value);
      if (!std::isfinite(value)) continue;
    }
    for (const int decimals : {0, 1, 2, 5, 17}) {
      for (const Rounding rounding : {Rounding::half_up, Rounding::truncate}) {
        std::string shown = kernels::display(value, decimals, rounding == Rounding::truncate);
        const bool negative = shown.front() == '-';
        if (negative) shown.erase(0, 1);
        if (const std::size_t point = shown.find('.'); point != std::string::npos) {
          shown.erase(point, 1);
        }
        ASSERT_EQ(rounded(*shortest_decimal(value), decimals, rounding),
                  make_decimal(negative, shown, -decimals))
            << value << ' ' << decimals;
      }
    }
  }
}

TEST(SameAtDecimals, ComparesWhatWouldBeShown) {
  EXPECT_TRUE(same_at_decimals(56.106, 56.11, 2));
  EXPECT_FALSE(same_at_decimals(56.104, 56.11, 2));
  EXPECT_FALSE(same_at_decimals(56.108, 56.11, 2, Rounding::truncate));
  EXPECT_TRUE(same_at_decimals(56.108, 56.10, 2, Rounding::truncate));
  EXPECT_TRUE(same_at_decimals(-0.001, 0.0, 2));
  EXPECT_TRUE(same_at_decimals(0.5, 1.49, 0));
  EXPECT_FALSE(same_at_decimals(0.1 + 0.2, 0.3, std::nullopt));
  EXPECT_TRUE(same_at_decimals(0.3, 0.3, std::nullopt));
  EXPECT_TRUE(same_at_decimals(-0.0, 0.0, std::nullopt));
  EXPECT_FALSE(same_at_decimals(infinity, infinity, 2));
  EXPECT_FALSE(same_at_decimals(infinity, infinity, std::nullopt));
}

}  // namespace
}  // namespace tijian
