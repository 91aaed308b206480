// ln and exp of lanes are those of elementary.hpp, bit by bit.
#include "tijian/kernels/lane_elementary.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "tijian/kernels/elementary.hpp"
#include "tijian/kernels/logarithm_table.hpp"
#include "tijian/kernels/normalise_rule.hpp"
#include "tijian/native_score_kernels.hpp"

namespace tijian::kernels {
namespace {

std::uint64_t bits(double x) {
  return std::isnan(x) ? ~std::uint64_t{0} : std::bit_cast<std::uint64_t>(x);
}

std::vector<double> arguments() {
  std::mt19937_64 random(5);
  std::vector<double> all = {0.0,
                             -0.0,
                             1,
                             -1,
                             709,
                             710,
                             709.78271289338397,
                             -707,
                             -708,
                             -745,
                             -746,
                             -1e300,
                             1e300,
                             std::nan(""),
                             std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::min(),
                             std::numeric_limits<double>::max(),
                             std::numeric_limits<double>::denorm_min()};
  for (int i = 0; i < 60'000; ++i) {
    const double uniform = static_cast<double>(random() >> 11) * 0x1p-53;
    all.push_back(uniform);
    all.push_back(uniform * 100);
    all.push_back(1 + (uniform - 0.5) * std::ldexp(1.0, -static_cast<int>(random() % 52)));
    all.push_back((uniform - 0.5) * 1600);
    all.push_back(std::bit_cast<double>(random()));
  }
  // Beside where one polynomial or table entry takes over from another.
  for (int i = 0; i <= 512; ++i) {
    for (const double x :
         {1 + i / 512.0, 0.5 + i / 1024.0, std::sqrt(2.0), i * std::log(2.0) / 32}) {
      all.push_back(std::nextafter(x, 0));
      all.push_back(x);
      all.push_back(std::nextafter(x, 1e300));
    }
  }
  for (std::uint64_t step = 0; step <= 16; ++step) {
    const double bound = std::bit_cast<double>(logarithm_start + (step << 48));
    for (const int exponent : {-1022, -300, -1, 0, 1, 2, 6, 7, 300, 1023}) {
      const double x = std::ldexp(bound, exponent);
      all.push_back(std::nextafter(x, 0));
      all.push_back(x);
      all.push_back(std::nextafter(x, 1e300));
    }
  }
  while (all.size() % 8 != 0) all.push_back(1);
  return all;
}

TEST(LaneElementary, ThePortableLanes) {
  const std::vector<double> x = arguments();
  for (std::size_t i = 0; i < x.size(); i += portable_lanes::lanes) {
    double logarithms[portable_lanes::lanes];
    double powers[portable_lanes::lanes];
    portable_lanes::store(logarithms,
                          portable_lanes::lane_logarithm(portable_lanes::load(x.data() + i)));
    portable_lanes::store(powers,
                          portable_lanes::lane_exponential(portable_lanes::load(x.data() + i)));
    for (std::size_t lane = 0; lane < portable_lanes::lanes; ++lane) {
      ASSERT_EQ(bits(logarithms[lane]), bits(natural_logarithm(x[i + lane]))) << x[i + lane];
      ASSERT_EQ(bits(powers[lane]), bits(exponential(x[i + lane]))) << x[i + lane];
    }
  }
}

// What the error bound of the quick logarithm counts on.
TEST(LaneElementary, TheTableOfLogarithms) {
  for (std::uint64_t step = 0; step < 16; ++step) {
    const double inverse = logarithm_table.inverse[step];
    const double logarithm = logarithm_table.logarithm[step];
    for (const std::uint64_t bound : {step, step + 1}) {
      const double m = std::bit_cast<double>(logarithm_start + (bound << 48));
      EXPECT_LE(std::fabs(m * inverse - 1), 0x1p-5) << step;
    }
    EXPECT_EQ(logarithm * 0x1p+41, std::round(logarithm * 0x1p+41)) << step;
    const DoublePair exact = natural_logarithm_pair(inverse);
    EXPECT_LT(std::fabs((exact.high + logarithm) + exact.low), 0x1p-69) << step;
  }
}

// The copies for other CPUs can only be reached through their tables.
TEST(LaneElementary, TheLogarithmOfEveryCopy) {
  const std::vector<double> x = arguments();
  NormaliseRule rule = linear_rule(0, 1);
  rule.kind = NormaliseKind::logarithmic;
  for (const ScoreKernels* table : available_score_kernels()) {
    std::vector<double> scores(x.size());
    table->normalise_rows({x.data(), nullptr, 0}, rule, 0, x.size(), scores.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
      ASSERT_EQ(bits(scores[i]), bits(natural_logarithm(x[i]))) << table->name << " ln " << x[i];
    }
  }
}

}  // namespace
}  // namespace tijian::kernels
