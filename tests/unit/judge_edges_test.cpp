// Judging by edges is judging value by value: judge.hpp itself is the twin.
#include "tijian/judge_edges.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "tijian/judge.hpp"

namespace tijian {
namespace {

using kernels::CellClass;
using kernels::ClassEdges;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

struct Case {
  EvaluatedTarget target;
  bool floor = false;
  std::optional<double> gap_base;
};

CellClass judged(double value, const Case& example) {
  VerdictFacts facts;
  facts.kind = example.floor ? Kind::floor : Kind::guiding;
  facts.value = value;
  facts.rows = facts.known = 1;
  facts.coverage = 1.0;
  facts.target = example.target;
  switch (judge(facts).verdict) {
    case Verdict::no_data: return CellClass::no_data;
    case Verdict::no_target: return CellClass::no_target;
    case Verdict::met: return CellClass::met;
    default: break;
  }
  SeverityFacts severity;
  severity.gap = gap(distance(value, example.target), example.gap_base);
  severity.floor = example.floor;
  return static_cast<CellClass>(static_cast<int>(CellClass::moderate) +
                                choose_severity(severity).severity);
}

void expect_same(const Case& example, const std::vector<double>& values) {
  const ClassEdges edges = class_edges(example.target, example.floor, example.gap_base);
  std::vector<double> asked = values;
  const double bounds[] = {edges.low[0],        edges.low[1],        edges.low[2],
                           edges.high[0],       edges.high[1],       edges.high[2],
                           edges.unknown_below, edges.unknown_above, example.target.value,
                           example.target.low,  example.target.high};
  for (const double bound : bounds) {
    double below = bound;
    double above = bound;
    asked.push_back(bound);
    for (int i = 0; i < 3; ++i) {
      asked.push_back(below = std::nextafter(below, -infinity));
      asked.push_back(above = std::nextafter(above, infinity));
    }
  }
  for (const double value : asked) {
    ASSERT_EQ(kernels::classify(value, edges), judged(value, example))
        << "value " << value << " op " << static_cast<int>(example.target.op) << " target "
        << example.target.value << " " << example.target.low << " " << example.target.high
        << " floor " << example.floor << " base " << example.gap_base.value_or(-1);
  }
}

constexpr Operator operators[] = {Operator::greater_equal, Operator::greater, Operator::less_equal,
                                  Operator::less,          Operator::equal,   Operator::between};

std::vector<double> special_values() {
  std::vector<double> values = {std::nan(""), infinity, 0.0,  smallest, 1e-300,  0.07,   0.1,
                                0.3,          1,        7,    54,       56,      63,     70,
                                72,           77,       80,   88,       91,      100,    104,
                                110,          130,      1e16, 1e300,    1.2e308, largest};
  for (std::size_t i = 0, count = values.size(); i < count; ++i) values.push_back(-values[i]);
  return values;
}

TEST(ClassEdges, AtAndAroundEveryEdge) {
  const std::vector<double> values = special_values();
  for (const Operator op : operators) {
    for (const double value : {80.0, 0.7, 0.0, -3.0, 1e300, -1e308, 1e-310, largest, -largest}) {
      for (const bool floor : {false, true}) {
        for (const std::optional<double> base :
             {std::optional<double>{}, std::optional<double>{50.0}, std::optional<double>{0.0},
              std::optional<double>{-1.0}, std::optional<double>{1e-300},
              std::optional<double>{smallest}, std::optional<double>{1e308}}) {
          expect_same({{op, value, value, value + 20}, floor, base}, values);
          expect_same({{op, value, value, value}, floor, base}, values);
          expect_same(
              {{op, value, value < 0 ? value : -value, value < 0 ? 0.0 : value}, floor, base},
              values);
        }
      }
    }
  }
}

TEST(ClassEdges, RandomTargetsAndValues) {
  std::mt19937_64 random(11);
  const auto number = [&] {
    const double uniform = static_cast<double>(random() >> 11) * 0x1p-53;
    const double scale[] = {1, 10, 100, 1e-3, 1e6};
    const double sign = random() % 4 == 0 ? -1 : 1;
    const double exact = sign * uniform * scale[random() % 5];
    return random() % 3 == 0 ? std::round(exact) : exact;
  };
  for (int i = 0; i < 4000; ++i) {
    Case example;
    const double low = number();
    example.target = {operators[random() % 6], number(), low, low + std::fabs(number())};
    example.floor = random() % 2 == 0;
    if (random() % 2 == 0) example.gap_base = number();
    std::vector<double> values;
    for (int k = 0; k < 30; ++k) values.push_back(number());
    for (int k = 0; k < 10; ++k) values.push_back(example.target.value * (0.6 + 0.1 * k));
    expect_same(example, values);
  }
}

TEST(ClassEdges, AnyDoubleAtAll) {
  std::mt19937_64 random(12);
  const auto any = [&] { return std::bit_cast<double>(random()); };
  for (int i = 0; i < 3000; ++i) {
    Case example;
    example.target = {operators[random() % 6], any(), any(), any()};
    example.floor = random() % 2 == 0;
    if (random() % 2 == 0) example.gap_base = any();
    std::vector<double> values;
    for (int k = 0; k < 50; ++k) values.push_back(any());
    expect_same(example, values);
  }
}

TEST(ClassEdges, ATargetThatNoNumberMeetsCountsAsNone) {
  EXPECT_FALSE(class_edges({Operator::between, 0, 2, 1}, false, {}).has_target);
  EXPECT_FALSE(class_edges({Operator::less, std::nan(""), 0, 0}, true, {}).has_target);
}

// By hand: at least 80, gap 0.10 at 72 and 0.30 at 56.
TEST(ClassEdges, KnownValues) {
  const ClassEdges edges = class_edges({Operator::greater_equal, 80, 0, 0}, false, {});
  EXPECT_EQ(edges.low[0], 80);
  EXPECT_EQ(edges.low[1], 72);
  EXPECT_EQ(edges.low[2], 56);
  EXPECT_EQ(edges.high[0], infinity);
  const ClassEdges floor = class_edges({Operator::less_equal, 0, 0, 0}, true, {});
  EXPECT_EQ(kernels::classify(0, floor), CellClass::met);
  EXPECT_EQ(kernels::classify(1, floor), CellClass::serious);
  EXPECT_EQ(kernels::classify(1e9, floor), CellClass::serious);
}

}  // namespace
}  // namespace tijian
