#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <span>
#include <type_traits>
#include <vector>

#include <tijian/kernels/exact_sum.hpp>

namespace tijian::kernels {
namespace {

constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr double infinity = std::numeric_limits<double>::infinity();

static_assert(std::is_trivially_copyable_v<FixedSum> && std::is_trivially_copyable_v<WideSum>);
static_assert(sizeof(FixedSum) == 16);

// The slow obvious twin: one counter per bit of every double, resolved into a number at the end.
class BitCounters {
 public:
  void add(double x) {
    int exponent = 0;
    const double fraction = std::frexp(std::fabs(x), &exponent);
    auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
    for (int bit = exponent - 53; mantissa != 0; ++bit, mantissa /= 2) {
      if (mantissa % 2 != 0) counters_[index(bit)] += x < 0 ? -1 : 1;
    }
  }

  [[nodiscard]] double round() const {
    std::vector<std::int64_t> bits = resolve(counters_, 1);
    const bool negative = bits.back() < 0;
    if (negative) bits = resolve(counters_, -1);
    std::size_t top = bits.size();
    while (top > 0 && bits[top - 1] == 0) --top;
    if (top == 0) return 0;
    // Keep 53 bits, or fewer where the lowest would lie below 2^-1074.
    const std::size_t lowest = std::max(top < 53 ? 0 : top - 53, index(-1074));
    double value = 0;
    for (std::size_t i = top; i-- > lowest;) value = 2 * value + static_cast<double>(bits[i]);
    bool half = lowest > 0 && bits[lowest - 1] != 0;
    bool more = false;
    for (std::size_t i = 0; i + 1 < lowest; ++i) more = more || bits[i] != 0;
    if (half && (more || std::fmod(value, 2) != 0)) value += 1;
    value = std::ldexp(value, static_cast<int>(lowest) + first_bit);
    return negative ? -value : value;
  }

 private:
  static constexpr int first_bit = -2200;
  static std::size_t index(int bit) { return static_cast<std::size_t>(bit - first_bit); }

  static std::vector<std::int64_t> resolve(std::vector<std::int64_t> bits, int sign) {
    for (auto& bit : bits) bit *= sign;
    for (std::size_t i = 0; i + 1 < bits.size(); ++i) {
      const std::int64_t kept = (bits[i] % 2 + 2) % 2;
      bits[i + 1] += (bits[i] - kept) / 2;
      bits[i] = kept;
    }
    return bits;
  }

  std::vector<std::int64_t> counters_ = std::vector<std::int64_t>(3400);
};

// What the tally does: the small form where it fits, else the wide one.
struct Sum {
  FixedSum fixed;
  WideSum wide;
  bool spilt = false;

  void add(double x) {
    if (fixed.add(x)) return;
    wide.add(x);
    spilt = true;
  }
  void add(const Sum& other) {
    wide.add(other.wide);
    spilt = spilt || other.spilt;
    if (!fixed.add(other.fixed)) wide.add(other.fixed);
  }
  [[nodiscard]] double round() const { return round_sum(fixed, spilt ? &wide : nullptr); }
  [[nodiscard]] WideSum total() const {
    WideSum total = wide;
    total.add(fixed);
    return total;
  }
};

double sum_of(std::span<const double> values) {
  Sum sum;
  for (const double x : values) sum.add(x);
  return sum.round();
}
double sum_of(std::initializer_list<double> values) {
  return sum_of(std::span(values.begin(), values.size()));
}

double slow_sum_of(std::span<const double> values) {
  BitCounters sum;
  for (const double x : values) sum.add(x);
  return sum.round();
}

bool is_positive_zero(double x) { return x == 0 && !std::signbit(x); }

// Numbers of every magnitude from `low` to `high` powers of two, both signs, some whole, some 0.
std::vector<double> hostile_values(std::mt19937_64& random, std::size_t count, int low, int high) {
  std::vector<double> values(count);
  for (auto& x : values) {
    const auto mantissa = static_cast<double>(static_cast<std::int64_t>(random() >> 11));
    const int exponent = low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low));
    x = std::ldexp(mantissa, exponent - 52);
    if (random() % 8 == 0) x = std::trunc(x);
    if (random() % 16 == 0) x = 0.0;
    if (random() % 2 == 0) x = -x;
  }
  return values;
}

TEST(ExactSum, WhatPlainAdditionGetsWrong) {
  EXPECT_EQ(sum_of({0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}), 1.0);
  EXPECT_EQ(sum_of({1e100, 1.0, -1e100}), 1.0);
  EXPECT_EQ(sum_of({1e16, 1.0, 1e-16, -1e16}), 1.0);
  EXPECT_EQ(sum_of({largest, largest, -largest}), largest);
  EXPECT_EQ(sum_of({1e308, 1e308, -1e308, -1e308, smallest}), smallest);
}

TEST(ExactSum, TiesGoToEven) {
  EXPECT_EQ(sum_of({1.0, 0x1p-53}), 1.0);
  EXPECT_EQ(sum_of({1.0, 0x1p-52, 0x1p-53}), 1.0 + 0x1p-51);
  EXPECT_EQ(sum_of({-1.0, -0x1p-52, -0x1p-53}), -1.0 - 0x1p-51);
  // The smallest double, however far below, decides a tie.
  EXPECT_EQ(sum_of({1.0, 0x1p-53, smallest}), 1.0 + 0x1p-52);
  EXPECT_EQ(sum_of({1.0, 0x1p-52, 0x1p-53, -smallest}), 1.0 + 0x1p-52);
  EXPECT_EQ(sum_of({0x1p+53, 1.0}), 0x1p+53);
  EXPECT_EQ(sum_of({0x1p+53, 1.0, 0x1p-64}), 0x1p+53 + 2);
  // A carry out of the mantissa.
  EXPECT_EQ(sum_of({0x1.fffffffffffffp+0, 0x1p-53}), 2.0);
}

TEST(ExactSum, BeyondTheLargestDouble) {
  EXPECT_EQ(sum_of({largest, 0x1.fffffffffffffp+969}), largest);
  EXPECT_EQ(sum_of({largest, 0x1p+970}), infinity);
  EXPECT_EQ(sum_of({largest, 0x1p+970, -smallest}), largest);
  EXPECT_EQ(sum_of({-largest, -0x1p+970}), -infinity);
  EXPECT_EQ(sum_of({largest, largest}), infinity);
  EXPECT_EQ(sum_of({-largest, -largest, -largest}), -infinity);
}

TEST(ExactSum, Subnormals) {
  EXPECT_EQ(sum_of({smallest, smallest, smallest}), 3 * smallest);
  EXPECT_EQ(sum_of({0x1p-1022, -smallest}), 0x1p-1022 - smallest);
  EXPECT_EQ(sum_of({0x1p-1022 - smallest, smallest}), 0x1p-1022);
  EXPECT_EQ(sum_of({-smallest, -smallest}), -2 * smallest);
}

TEST(ExactSum, ZeroIsNeverNegative) {
  EXPECT_TRUE(is_positive_zero(sum_of({})));
  EXPECT_TRUE(is_positive_zero(sum_of({-0.0, -0.0})));
  EXPECT_TRUE(is_positive_zero(sum_of({1e300, 0.5, -1e300, -0.5})));
  EXPECT_TRUE(is_positive_zero(WideSum().round()));
}

TEST(ExactSum, FixedSumTakesWhatIsOnItsGrid) {
  const double full = 0x1.fffffffffffffp+0;
  for (const double x : {1.0, 0.1, 0x1p-64, full * 0x1p-12, full * 0x1p+62, 0x1.8p-63, 1e15 / 3}) {
    for (const double signed_x : {x, -x}) {
      FixedSum sum;
      EXPECT_TRUE(sum.add(signed_x)) << signed_x;
      EXPECT_EQ(round_sum(sum, nullptr), signed_x);
      EXPECT_TRUE(sum.add(-signed_x));
      EXPECT_TRUE(sum.is_zero());
    }
  }
}

TEST(ExactSum, FixedSumRefusesTheRestAndStaysAsItWas) {
  const double full = 0x1.fffffffffffffp+0;
  for (const double x : {0x1p-65, full * 0x1p-13, 0x1p+63, 1e300, largest, smallest, 0x1p-1022,
                         0x1.8p-64, 0x1p-200}) {
    for (const double signed_x : {x, -x}) {
      FixedSum sum;
      ASSERT_TRUE(sum.add(7.25));
      EXPECT_FALSE(sum.add(signed_x)) << signed_x;
      EXPECT_EQ(round_sum(sum, nullptr), 7.25);
    }
  }
}

TEST(ExactSum, FixedSumRefusesToOverflow) {
  FixedSum sum;
  ASSERT_TRUE(sum.add(0x1p+62));
  const FixedSum half = sum;
  EXPECT_FALSE(sum.add(0x1p+62));
  EXPECT_FALSE(sum.add(half));
  EXPECT_EQ(sum, half);
  EXPECT_TRUE(sum.add(0x1.fffffffffffffp+61));  // just below 2^63
  EXPECT_EQ(round_sum(sum, nullptr), 0x1p+62 + 0x1.fffffffffffffp+61);

  FixedSum negative;
  ASSERT_TRUE(negative.add(-0x1p+62));
  ASSERT_TRUE(negative.add(-0x1p+62));  // -2^63 is the lowest value
  EXPECT_FALSE(negative.add(-0x1p-64));
  EXPECT_EQ(round_sum(negative, nullptr), -0x1p+63);
  EXPECT_TRUE(negative.add(0x1p-64));
  WideSum wide;
  EXPECT_EQ(round_sum(negative, &wide), -0x1p+63);
}

TEST(ExactSum, SumAcrossBothForms) {
  FixedSum fixed;
  ASSERT_TRUE(fixed.add(-0.1));
  WideSum wide;
  EXPECT_EQ(round_sum(fixed, &wide), -0.1);
  wide.add(0x1p-1074);
  EXPECT_EQ(round_sum(fixed, &wide), -0.1);
  wide.add(1e300);
  wide.add(-1e300);
  wide.add(-smallest);
  wide.add(0.1);
  EXPECT_TRUE(is_positive_zero(round_sum(fixed, &wide)));
}

TEST(ExactSum, AgreesWithBitCountersOnHostileValues) {
  std::mt19937_64 random(2);
  const std::array<std::array<int, 2>, 7> ranges = {
      {{-1074, 1023}, {-64, 62}, {-20, 40}, {-1074, -1000}, {960, 1023}, {-3, 3}, {-80, -50}}};
  for (int round = 0; round < 2000; ++round) {
    const auto& range = ranges[static_cast<std::size_t>(round) % ranges.size()];
    std::vector<double> values = hostile_values(random, random() % 40, range[0], range[1]);
    // Every third time the large parts cancel.
    if (round % 3 == 0) {
      const std::size_t count = values.size();
      for (std::size_t i = 0; i + 2 < count; ++i) values.push_back(-values[i]);
    }
    const double expected = slow_sum_of(values);
    ASSERT_EQ(sum_of(values), expected) << "round " << round;
    WideSum wide;
    for (const double x : values) wide.add(x);
    ASSERT_EQ(wide.round(), expected) << "round " << round;
  }
}

TEST(ExactSum, AnyOrderAndAnySplitGiveTheSameBits) {
  std::mt19937_64 random(3);
  std::vector<double> values = hostile_values(random, 400, -90, 70);
  const std::vector<double> wide_values = hostile_values(random, 100, -1074, 1000);
  values.insert(values.end(), wide_values.begin(), wide_values.end());
  Sum once;
  for (const double x : values) once.add(x);
  const double expected = slow_sum_of(values);
  ASSERT_EQ(once.round(), expected);
  for (int permutation = 0; permutation < 1000; ++permutation) {
    std::shuffle(values.begin(), values.end(), random);
    const std::array<std::size_t, 5> partitions = {1, 2, 7, 64, 500};
    std::vector<Sum> parts(partitions[static_cast<std::size_t>(permutation) % partitions.size()]);
    for (const double x : values) parts[random() % parts.size()].add(x);
    std::shuffle(parts.begin(), parts.end(), random);
    // Merged as a tree, not one after another.
    while (parts.size() > 1) {
      const std::size_t at = random() % (parts.size() - 1);
      parts[at].add(parts.back());
      parts.pop_back();
    }
    ASSERT_EQ(parts[0].round(), expected);
    ASSERT_EQ(parts[0].total(), once.total()) << "saved bytes would differ";
  }
}

TEST(ExactSum, OverflowOfTheSmallFormDoesNotDependOnOrder) {
  std::mt19937_64 random(4);
  std::vector<double> values;
  for (int i = 0; i < 200; ++i) values.push_back((i % 3 == 0 ? -1.0 : 1.0) * 0x1.23456789abcdep+61);
  Sum once;
  for (const double x : values) once.add(x);
  EXPECT_TRUE(once.spilt);
  for (int permutation = 0; permutation < 200; ++permutation) {
    std::shuffle(values.begin(), values.end(), random);
    Sum sum;
    for (const double x : values) sum.add(x);
    ASSERT_EQ(sum.total(), once.total());
    ASSERT_EQ(sum.round(), slow_sum_of(values));
  }
}

TEST(WideSum, SmallFormExactlyWhereItFits) {
  FixedSum fixed;
  ASSERT_TRUE(fixed.add(-12345.678));
  WideSum wide;
  wide.add(fixed);
  ASSERT_TRUE(wide.to_fixed().has_value());
  EXPECT_EQ(*wide.to_fixed(), fixed);
  wide.add(0x1p-65);
  EXPECT_FALSE(wide.to_fixed().has_value());
  wide.add(-0x1p-65);
  EXPECT_EQ(wide.to_fixed(), fixed);
  wide.add(0x1p+63);
  EXPECT_TRUE(wide.to_fixed().has_value()) << "2^63 - 12345.678 fits";
  wide.add(12345.678);
  EXPECT_FALSE(wide.to_fixed().has_value()) << "2^63 does not fit";
  wide.add(-0x1p+64);
  EXPECT_TRUE(wide.to_fixed().has_value()) << "-2^63 fits";
  wide.add(-0x1p-64);
  EXPECT_FALSE(wide.to_fixed().has_value());
}

TEST(WideSum, LimbsComeBack) {
  std::mt19937_64 random(5);
  WideSum sum;
  for (const double x : hostile_values(random, 100, -1074, 1023)) sum.add(x);
  WideSum copy = WideSum::from_limbs(sum.limbs());
  EXPECT_EQ(copy, sum);
  copy.canonicalise();
  EXPECT_EQ(copy, sum);
  copy.add(smallest);
  EXPECT_FALSE(copy == sum);
}

TEST(WideSum, MergesWithItself) {
  WideSum sum;
  sum.add(-0.1);
  sum.add(1e300);
  sum.add(sum);
  sum.add(-2e300);
  WideSum expected;
  expected.add(-0.1);
  expected.add(-0.1);
  expected.add(1e300);
  expected.add(1e300);
  expected.add(-2e300);
  EXPECT_EQ(sum, expected);
}

TEST(WideSum, HoldsTwoToTheFortyOfTheLargestDoubles) {
  WideSum sum;
  sum.add(largest);
  for (int doubling = 0; doubling < 40; ++doubling) sum.add(sum);
  EXPECT_EQ(sum.round(), infinity);
  EXPECT_FALSE(sum.is_negative());
  WideSum opposite;
  opposite.add(-largest);
  for (int doubling = 0; doubling < 40; ++doubling) opposite.add(opposite);
  EXPECT_EQ(opposite.round(), -infinity);
  opposite.add(-smallest);
  sum.add(opposite);
  EXPECT_EQ(sum.round(), -smallest);
}

// x² = h² + 2hl + l² with halves of 27 and 26 bits, of which every product is a double.
void add_square_slowly(BitCounters& sum, double x) {
  const double scaled = x * 0x8000001p0;
  const double high = scaled - (scaled - x);
  const double low = x - high;
  sum.add(high * high);
  sum.add(2 * high * low);
  sum.add(low * low);
}

TEST(WideSum, SquaresAreExact) {
  std::mt19937_64 random(6);
  for (int round = 0; round < 1000; ++round) {
    const int low = round % 2 == 0 ? -480 : -10;
    const int high = round % 2 == 0 ? 499 : 10;
    WideSum squares;
    BitCounters slow;
    const auto values = hostile_values(random, 12, low, high);
    for (double x : values) {
      if (!WideSum::takes_square(x)) x = 1.5;
      ASSERT_TRUE(squares.add_square(x));
      add_square_slowly(slow, x);
      // A sum that cancels shows the lowest bits.
      if (round % 3 == 0) {
        squares.add(-x * x);
        slow.add(-x * x);
      }
    }
    ASSERT_EQ(squares.round(), slow.round());
  }
}

TEST(WideSum, SquaresAtTheEdgesOfTheirRange) {
  WideSum sum;
  EXPECT_TRUE(sum.add_square(0.0));
  EXPECT_TRUE(sum.add_square(-0.0));
  EXPECT_TRUE(sum.is_zero());
  for (const double x : {0x1p-480, 0x1p+500, 0x1.fffffffffffffp-480, 0x1.fffffffffffffp+499}) {
    WideSum square;
    EXPECT_TRUE(square.add_square(-x));
    EXPECT_EQ(square.round(), x * x);
    EXPECT_FALSE(square.is_negative());
  }
  for (const double x : {0x1.fffffffffffffp-481, 0x1.0000000000001p+500, smallest, largest}) {
    EXPECT_FALSE(sum.add_square(x));
    EXPECT_FALSE(sum.add_square(-x));
    EXPECT_TRUE(sum.is_zero());
  }
}

TEST(RoundToDouble, SubnormalTies) {
  const std::uint64_t one = std::uint64_t{1} << 63;
  EXPECT_EQ(round_to_double(false, one, -1138, false), 0.0);  // half of the smallest: to even
  EXPECT_EQ(round_to_double(false, one, -1138, true), smallest);
  EXPECT_FALSE(std::signbit(round_to_double(true, one, -1138, false)));
  EXPECT_EQ(round_to_double(true, one, -1139, true), 0.0);
  EXPECT_FALSE(std::signbit(round_to_double(true, one, -1139, true)));
  EXPECT_EQ(round_to_double(false, one | one >> 1, -1137, false), 2 * smallest);  // 1.5: to even
  EXPECT_EQ(round_to_double(true, ~std::uint64_t{0}, -1086, true), -0x1p-1022);
}

}  // namespace
}  // namespace tijian::kernels
