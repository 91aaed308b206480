// Scores of whole columns against the definition, cell by cell, bit by bit, in every copy.
#define TIJIAN_KERNEL_TARGET one_lane
#define TIJIAN_KERNEL_BYTES 8
#include "tijian/kernels/normalise_rows.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tijian/kernels/score_kernel_table.hpp"
#include "tijian/native_score_kernels.hpp"

namespace tijian {
namespace {

using kernels::ColumnRange;
using kernels::NormaliseKind;
using kernels::NormaliseRule;
using kernels::NumberColumn;
using kernels::ScoreKernels;
using kernels::ScoreSegment;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();

std::vector<ScoreKernels> all_tables() {
  std::vector<ScoreKernels> tables{kernels::one_lane::score_kernel_table("one_lane")};
  for (const ScoreKernels* table : available_score_kernels()) tables.push_back(*table);
  return tables;
}

double slow_score(const NormaliseRule& rule, double x) {
  const double null = std::nan("");
  if (!std::isfinite(x)) return null;
  double score = null;
  switch (rule.kind) {
    case NormaliseKind::null: return null;
    case NormaliseKind::as_is: score = x; break;
    case NormaliseKind::linear:
    case NormaliseKind::logarithmic: {
      if (rule.kind == NormaliseKind::logarithmic) x = kernels::natural_logarithm(x);
      const double difference = x - rule.origin;
      if (!std::isfinite(difference)) return null;
      double quotient = difference / rule.divisor;
      if (quotient < rule.lowest) quotient = rule.lowest;
      if (quotient > rule.highest) quotient = rule.highest;
      score = quotient * rule.factor + rule.offset;
      break;
    }
    case NormaliseKind::points: {
      const ScoreSegment* segments = rule.segments;
      const ScoreSegment& last = segments[rule.segment_count - 1];
      if (x < segments[0].start) x = segments[0].start;
      if (x > last.start) x = last.start;
      std::size_t k = rule.segment_count - 1;
      while (k > 0 && !(x >= segments[k].start)) --k;
      score = segments[k].score + (x - segments[k].start) * segments[k].slope;
      break;
    }
  }
  if (!std::isfinite(score)) return null;
  return score == 0 ? 0.0 : score;
}

std::uint64_t bits(double x) {
  return std::isnan(x) ? ~std::uint64_t{0} : std::bit_cast<std::uint64_t>(x);
}

// NaN is NaN whatever its payload; -0 is not 0.
void expect_scores(const NormaliseRule& rule, const std::vector<double>& values,
                   const std::string& what) {
  const NumberColumn column{values.data(), nullptr, 0};
  for (const ScoreKernels& table : all_tables()) {
    std::vector<double> scores(values.size(), 12345);
    table.normalise_rows(column, rule, 0, values.size(), scores.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(bits(scores[i]), bits(slow_score(rule, values[i])))
          << table.name << " " << what << ": x " << values[i] << " gives " << scores[i] << " not "
          << slow_score(rule, values[i]) << " origin " << rule.origin << " divisor "
          << rule.divisor;
    }
  }
}

std::vector<double> ordinary(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = static_cast<double>(random() >> 11) * 0x1p-53 * 120 - 10;
    values.push_back(random() % 20 == 0 ? std::nan("") : random() % 5 == 0 ? std::round(x) : x);
  }
  return values;
}

std::vector<double> with_odd(std::vector<double> values, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const double odd[] = {infinity, -infinity, 0.0,     -0.0,     1e-320, -1e-320, 1e-250,
                        1e250,    -1e308,    largest, -largest, 1,      100};
  for (double& value : values) {
    if (random() % 10 == 0) value = odd[random() % 13];
  }
  return values;
}

std::vector<ScoreSegment> segments_of(std::vector<std::pair<double, double>> points) {
  return kernels::score_segments(points);
}

TEST(NormaliseRows, EveryKindAgreesWithTheDefinition) {
  const auto five = segments_of({{5, 0}, {25, 40}, {50, 60}, {75, 85}, {95, 100}});
  const auto two = segments_of({{10, 100}, {90, 0}});
  const auto one = segments_of({{10, 42}});
  const auto step = segments_of({{0, 0}, {50, 10}, {50, 90}, {100, 100}});
  std::vector<std::pair<double, double>> many;
  for (int i = 0; i < 23; ++i) many.emplace_back(i * 5, (i * 37) % 50);
  const auto nine = segments_of({many.begin(), many.begin() + 9});
  const auto eight = segments_of({many.begin(), many.begin() + 8});
  const auto fifteen = segments_of({many.begin(), many.begin() + 15});
  const auto sixteen = segments_of({many.begin(), many.begin() + 16});
  const auto all = segments_of(many);
  const auto twice = segments_of({{10, 3}, {10, 7}, {10, 5}, {50, 60}, {50, 20}});
  const std::vector<ScoreSegment> steep = {{5, 1, -3}, {20, 8, 2}, {85, 4, 9}};
  const auto wide = segments_of({{-1e308, -1e308}, {0, 0}, {1e308, 1e308}});
  std::vector<std::pair<std::string, NormaliseRule>> rules = {
      {"min_max", kernels::min_max_rule({-10, 110})},
      {"min_max down", kernels::min_max_rule({-10, 110}, -1, 1, 7)},
      {"from zero", kernels::min_max_rule({0, 97.3})},
      {"constant", kernels::min_max_rule({3, 3})},
      {"target", kernels::distance_to_target_rule({0, 100}, 85.5)},
      {"target capped", kernels::distance_to_target_rule({0.1, 100}, 85.5, 1, true)},
      {"target down", kernels::distance_to_target_rule({0, 100}, 7.7, -1, true)},
      {"goalposts", kernels::goalposts_rule({20, 85})},
      {"goalposts open", kernels::goalposts_rule({20, 85, 1, false}, -1)},
      {"goalposts log", kernels::goalposts_rule({100, 75'000, 1, true, true})},
      {"goalposts log open", kernels::goalposts_rule({1, 80, 1, false, true})},
      {"tiny divisor", kernels::linear_rule(0, 1e-300)},
      {"small divisor", kernels::linear_rule(0, 1e-50, 1e10, 1)},
      {"huge divisor", kernels::linear_rule(1, 1e300, 1e300)},
      {"huge factor", kernels::linear_rule(1, 3, 1e307, 5)},
      {"subnormal origin", kernels::linear_rule(1e-310, 7)},
      {"negative divisor", kernels::linear_rule(0, -7)},
      {"five points", kernels::points_rule(five)},
      {"two points", kernels::points_rule(two)},
      {"one point", kernels::points_rule(one)},
      {"step", kernels::points_rule(step)},
      {"eight points", kernels::points_rule(eight)},
      {"nine points", kernels::points_rule(nine)},
      {"fifteen points", kernels::points_rule(fifteen)},
      {"sixteen points", kernels::points_rule(sixteen)},
      {"many points", kernels::points_rule(all)},
      {"first point twice", kernels::points_rule(twice)},
      {"steep ends", kernels::points_rule(steep)},
      {"wide points", kernels::points_rule(wide)},
      {"as is", {}}};
  NormaliseRule null_rule;
  null_rule.kind = NormaliseKind::null;
  rules.emplace_back("null", null_rule);
  for (const auto& named : rules) {
    for (const std::size_t count :
         std::initializer_list<std::size_t>{0, 1, 7, 511, 512, 513, 3000}) {
      expect_scores(named.second, ordinary(count, count), named.first);
      expect_scores(named.second, with_odd(ordinary(count, count), count), named.first);
    }
    expect_scores(named.second, std::vector<double>(600, std::nan("")), named.first);
    // At and beside the points and limits.
    std::vector<double> around;
    for (const double bound : {-10.0, 0.0, 5.0, 10.0, 20.0, 25.0, 50.0, 75.0, 85.0, 85.5, 95.0,
                               100.0, 110.0, 75'000.0}) {
      around.insert(around.end(),
                    {std::nextafter(bound, -infinity), bound, std::nextafter(bound, infinity)});
    }
    around.resize(512, 1.0);
    expect_scores(named.second, around, named.first);
  }
}

// Quotients at their hardest: any mantissas, divisors whose mantissa is all ones or nearly 1, and
// quotients beside halves of the last place.
TEST(NormaliseRows, DivisionIsRoundedCorrectly) {
  std::mt19937_64 random(3);
  const auto mantissa = [&] {
    return std::bit_cast<double>((random() >> 12) | 0x3ff0000000000000);
  };
  for (int i = 0; i < 1500; ++i) {
    double divisor = mantissa();
    if (i % 5 == 0) divisor = std::nextafter(2.0, 0.0);
    if (i % 5 == 1) divisor = 1 + static_cast<double>(random() % 8) * 0x1p-52;
    if (i % 5 == 2) divisor = static_cast<double>(1 + random() % 1000);
    divisor = std::ldexp(divisor, static_cast<int>(random() % 300) - 150);
    std::vector<double> values;
    for (int k = 0; k < 512; ++k) {
      const double quotient = mantissa();
      double x = mantissa();
      // A number whose quotient lies near the middle between two doubles.
      if (k % 2 == 0) {
        const long double middle = static_cast<long double>(quotient) + 0x1p-53L;
        x = static_cast<double>(middle * static_cast<long double>(divisor));
      }
      if (k % 4 == 1) x = std::ldexp(x, static_cast<int>(random() % 1200) - 600);
      values.push_back(random() % 2 == 0 ? x : -x);
    }
    expect_scores(kernels::linear_rule(0, divisor), values, "quotient");
    if (i % 10 == 0) {
      values[7] = i % 20 == 0 ? 1e-290 : 1e200;
      values[9] = i % 20 == 0 ? 0.0 : 1e300;
      values[11] = std::ldexp(1.0, -1060);
      expect_scores(kernels::linear_rule(0, divisor, 3, 1), values, "quotient of odd numbers");
    }
    expect_scores(kernels::linear_rule(mantissa(), divisor), values, "difference");
  }
}

TEST(NormaliseRows, BitmapsSplitsAndInPlace) {
  const std::vector<double> values = with_odd(ordinary(100'003, 8), 8);
  std::vector<std::uint8_t> bitmap((values.size() + 5 + 7) / 8);
  std::mt19937_64 random(9);
  for (std::uint8_t& byte : bitmap) byte = static_cast<std::uint8_t>(random() | random());
  const NumberColumn column{values.data(), bitmap.data(), 5};
  const NormaliseRule rule = kernels::min_max_rule({-10, 110});
  for (const ScoreKernels& table : all_tables()) {
    std::vector<double> scores(values.size());
    std::size_t first = 0;
    for (const std::size_t last :
         {std::size_t{1}, std::size_t{700}, std::size_t{77'777}, values.size()}) {
      table.normalise_rows(column, rule, first, last, scores.data());
      first = last;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool present = (bitmap[(i + 5) / 8] >> (i + 5) % 8 & 1) != 0;
      ASSERT_EQ(bits(scores[i]), bits(present ? slow_score(rule, values[i]) : std::nan("")));
    }
    std::vector<double> in_place = values;
    table.normalise_rows({in_place.data(), bitmap.data(), 5}, rule, 0, values.size(),
                         in_place.data());
    for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(bits(in_place[i]), bits(scores[i]));
    in_place = values;
    table.normalise_rows({in_place.data(), nullptr, 0}, rule, 0, values.size(), in_place.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(bits(in_place[i]), bits(slow_score(rule, values[i])));
    }
  }
}

TEST(ColumnRange, OfWhatIsPresent) {
  for (const std::size_t count : std::initializer_list<std::size_t>{0, 1, 7, 511, 512, 513, 5000}) {
    std::vector<double> values = ordinary(count, count + 1);
    if (count > 100) values[99] = infinity;
    ColumnRange expected;
    for (const double value : values) {
      if (std::isfinite(value)) expected = kernels::joined(expected, {value, value});
    }
    for (const ScoreKernels& table : all_tables()) {
      EXPECT_EQ(table.column_range({values.data(), nullptr, 0}, 0, count), expected);
    }
  }
  const std::vector<double> zeros = {-0.0, std::nan("")};
  const std::uint8_t none[] = {0};
  for (const ScoreKernels& table : all_tables()) {
    const ColumnRange range = table.column_range({zeros.data(), nullptr, 0}, 0, 2);
    EXPECT_FALSE(std::signbit(range.least) || std::signbit(range.greatest));
    EXPECT_EQ(table.column_range({zeros.data(), none, 0}, 0, 2), ColumnRange{});
  }
}

}  // namespace
}  // namespace tijian
