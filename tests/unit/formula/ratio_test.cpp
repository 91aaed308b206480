#include "tijian/formula/ratio.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "reference/memory_leaves.hpp"
#include "tijian/formula/evaluator.hpp"
#include "tijian/formula/lowering.hpp"
#include "tijian/formula/parser.hpp"

namespace tijian::formula {
namespace {

using reference::MemoryLeaves;
using reference::Value;
using reference::value_at;

/// Unit formulas over statistics that stand in for their aggregates: m is a minimum.
struct Units {
  Graph graph;
  static constexpr std::array<std::string_view, 7> names{"sum_a", "sum_b",  "n",   "m",
                                                         "area",  "factor", "rail"};

  NodeId lower(std::string_view text) {
    Issues issues;
    const std::optional<Syntax> syntax = parse(text, issues);
    if (!syntax) throw FrameworkError(issues);
    Scope scope;
    scope.resolve = [](Graph& g, std::string_view name) {
      for (std::uint32_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return g.leaf(i, name == "rail" ? Type::boolean : Type::number);
      return no_node;
    };
    const NodeId id =
        formula::lower(*syntax, {graph, scope, nullptr, {}, {}, nullptr}, std::nullopt, issues);
    if (id == no_node) throw FrameworkError(issues);
    return id;
  }

  std::optional<Ratio> recognise(NodeId id) {
    return recognise_ratio(graph, id, [](std::uint32_t leaf) {
      return leaf < 3 ? LeafRole::additive : leaf == 3 ? LeafRole::other : LeafRole::constant;
    });
  }
};

TEST(Ratio, takes_a_formula_apart) {
  struct Expectation {
    std::string_view formula;
    std::string_view numerator;
    std::string_view denominator;  // empty: none
    double factor_numerator;
    double factor_denominator;
  };
  for (const Expectation& e : std::vector<Expectation>{
           {"n", "n", "", 1, 1},
           {"sum_a", "sum_a", "", 1, 1},
           {"sum_a / n", "sum_a", "n", 1, 1},  // avg
           {"100 * sum_a / sum_b", "sum_a", "sum_b", 100, 1},
           {"100 * (sum_a / sum_b)", "sum_a", "sum_b", 100, 1},
           {"sum_a / sum_b * 100", "sum_a", "sum_b", 100, 1},
           {"sum_a * 100 / sum_b", "sum_a", "sum_b", 100, 1},
           {"sum_a / (sum_b / 100)", "sum_a", "sum_b", 100, 1},
           {"sum_a / (sum_b / area)", "sum_a", "sum_b / area", 1, 1},
           {"sum_a / (sum_b * 1000)", "sum_a", "sum_b", 1, 1000},
           {"sum_a / nullif(sum_b, 0)", "sum_a", "sum_b", 1, 1},
           {"sum_a / nullif(coalesce(sum_b, 0), 0)", "sum_a", "coalesce(sum_b, 0)", 1, 1},
           {"coalesce(sum_a, 0) / n", "coalesce(sum_a, 0)", "n", 1, 1},
           {"(coalesce(sum_a, 0) + coalesce(sum_b, 0)) / nullif(n, 0)",
            "coalesce(sum_a, 0) + coalesce(sum_b, 0)", "n", 1, 1},
           {"sum_a / 1000", "sum_a", "", 1, 1000},
           {"0.001 * sum_a", "sum_a", "", 0.001, 1},
           {"-sum_a", "sum_a", "", -1, 1},
           {"sum_a - sum_b", "sum_a - sum_b", "", 1, 1},
           {"0.5 * (sum_a + 2 * sum_b) / n", "sum_a + 2 * sum_b", "n", 0.5, 1},
           {"sum_a / 10000 / area", "sum_a", "area", 1, 10000},
           {"100 * (sum_a / 1000) / (area * factor / 1000)", "sum_a", "area * factor", 100000,
            1000},
           {"sum_a / (area - factor)", "sum_a", "area - factor", 1, 1},
           {"sum_a / coalesce(area, 1)", "sum_a", "coalesce(area, 1)", 1, 1},
           {"sum_a / case when rail then area else factor end", "sum_a",
            "case when rail then area else factor end", 1, 1},
           {"sum_a / nullif(area, 0)", "sum_a", "area", 1, 1},
           {"factor * sum_a / n", "factor * sum_a", "n", 1, 1},
           {"sum_a / n * factor", "sum_a * factor", "n", 1, 1},
           {"sum_a / n / factor", "sum_a", "n * factor", 1, 1},
           {"(factor * sum_a + sum_b / area) / n", "factor * sum_a + sum_b / area", "n", 1, 1},
           {"sum_a / area / n", "sum_a", "area * n", 1, 1},
           {"(sum_a - n) / (sum_a + n)", "sum_a - n", "sum_a + n", 1, 1}}) {
    SCOPED_TRACE(std::string(e.formula));
    Units units;
    const std::optional<Ratio> ratio = units.recognise(units.lower(e.formula));
    ASSERT_TRUE(ratio);
    EXPECT_EQ(ratio->numerator, units.lower(e.numerator));
    EXPECT_EQ(ratio->denominator, e.denominator.empty() ? no_node : units.lower(e.denominator));
    EXPECT_EQ(ratio->factor_numerator, e.factor_numerator);
    EXPECT_EQ(ratio->factor_denominator, e.factor_denominator);
  }
}

TEST(Ratio, leaves_alone_what_is_none) {
  for (const std::string_view text : {"m",
                                      "100 * m / n",
                                      "sum_a / m",
                                      "sum_a + 1",
                                      "sum_a + area",
                                      "sum_a / n + 1",
                                      "1 - sum_a / n",
                                      "sum_a / n + sum_b / n",
                                      "sum_a * sum_b",
                                      "sum_a / n * sum_b",
                                      "sum_a / n / sum_b",
                                      "sum_a / (sum_b / n)",
                                      "area",
                                      "area / n",
                                      "1 / n",
                                      "100",
                                      "null",
                                      "round(100 * sum_a / n)",
                                      "abs(sum_a)",
                                      "coalesce(sum_a / n, 0)",
                                      "coalesce(sum_a, 1)",
                                      "nullif(sum_a, 0)",
                                      "sum_a / nullif(n, 1)",
                                      "0 * sum_a",
                                      "sum_a / 0",
                                      "case when rail then sum_a else sum_b end",
                                      "least(sum_a, sum_b)",
                                      "sum_a % 2",
                                      "sum_a * 1e300 * 1e300",
                                      "sum_a > 1",
                                      "rail",
                                      "sum_a / (n + 1)",
                                      "power(sum_a, 1)"}) {
    Units units;
    EXPECT_FALSE(units.recognise(units.lower(text))) << text;
  }
}

/// s·N/D is the value up to rounding, wherever a ratio is recognised.
TEST(Ratio, multiplies_out_to_the_value) {
  std::mt19937_64 random(17);
  const auto below = [&](std::size_t end) { return random() % end; };
  int recognised = 0;
  for (int round = 0; round < 20000; ++round) {
    constexpr std::array<std::string_view, 12> operands{
        "sum_a", "sum_b", "n",     "area", "factor",       "100",
        "1000",  "0.5",   "sum_a", "n",    "nullif(n, 0)", "coalesce(sum_b, 0)"};
    constexpr std::array<std::string_view, 6> operators{" + ", " - ", " * ", " / ", " / ", " * "};
    std::string text(operands[below(operands.size())]);
    for (std::size_t more = below(4) + 1; more > 0; --more) {
      const std::string other(operands[below(operands.size())]);
      const std::string joint(operators[below(operators.size())]);
      text = below(2) == 0 ? "(" + text + joint + other + ")" : "(" + other + joint + text + ")";
    }
    Units units;
    const NodeId value = units.lower(text);
    const std::optional<Ratio> ratio = units.recognise(value);
    if (!ratio) continue;
    ++recognised;
    std::vector<NodeId> outputs{value, ratio->numerator, ratio->denominator};
    MemoryLeaves leaves;
    for (const double x : {12.25, 7.5, 3.0, 1.5, 40.0, 2.0}) leaves.columns.push_back({Value{x}});
    leaves.columns.push_back({Value{true}});
    Evaluator evaluator(units.graph, outputs);
    evaluator.run(leaves, 0, 1);
    const Value whole = value_at(evaluator, units.graph, value, 0);
    const Value numerator = value_at(evaluator, units.graph, ratio->numerator, 0);
    Value denominator = 1.0;
    if (ratio->denominator != no_node)
      denominator = value_at(evaluator, units.graph, ratio->denominator, 0);
    if (numerator.index() == 0 || denominator.index() == 0 || denominator == Value{0.0}) {
      EXPECT_EQ(whole.index(), 0U) << text;
      continue;
    }
    const double product = ratio->factor_numerator / ratio->factor_denominator *
                           std::get<double>(numerator) / std::get<double>(denominator);
    ASSERT_EQ(whole.index(), 1U) << text;
    EXPECT_NEAR(product, std::get<double>(whole), 1e-12 * std::fabs(product) + 1e-300) << text;
  }
  EXPECT_GT(recognised, 3000);
}

}  // namespace
}  // namespace tijian::formula
