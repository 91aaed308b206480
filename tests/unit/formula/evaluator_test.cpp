#include "tijian/formula/evaluator.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "reference/memory_leaves.hpp"
#include "reference/naive_formula.hpp"
#include "reference/random_formula.hpp"
#include "tijian/formula/lowering.hpp"
#include "tijian/formula/parser.hpp"

namespace tijian::formula {
namespace {

using reference::MemoryLeaves;
using reference::Row;
using reference::Value;
using reference::value_at;

/// The columns of reference::random_row as leaves.
Scope column_scope() {
  Scope scope;
  scope.resolve = [](Graph& graph, std::string_view name) {
    for (std::uint32_t i = 0; i < reference::random_columns.size(); ++i)
      if (reference::random_columns[i].name == name)
        return graph.leaf(i, reference::random_columns[i].type);
    return no_node;
  };
  scope.names = [] {
    std::vector<std::string> names;
    for (const reference::RandomColumn& column : reference::random_columns)
      names.emplace_back(column.name);
    return names;
  };
  return scope;
}

MemoryLeaves leaves_of(const std::vector<Row>& rows) {
  MemoryLeaves leaves;
  for (const reference::RandomColumn& column : reference::random_columns) {
    std::vector<Value>& values = leaves.columns.emplace_back();
    for (const Row& row : rows) values.push_back(row.at(std::string(column.name)));
  }
  return leaves;
}

NodeId lowered(Graph& graph, const std::string& text) {
  Issues issues;
  const std::optional<Syntax> syntax = parse(text, issues);
  if (!syntax) throw FrameworkError(issues);
  const LoweringContext context{graph, column_scope(), nullptr, {}, {}, nullptr};
  const NodeId id = lower(*syntax, context, std::nullopt, issues);
  if (id == no_node) throw FrameworkError(issues);
  return id;
}

/// One formula for one row.
Value evaluated(const std::string& text, const Row& row) {
  Graph graph;
  const NodeId id = lowered(graph, text);
  MemoryLeaves leaves = leaves_of({row});
  Evaluator evaluator(graph, {id});
  evaluator.run(leaves, 0, 1);
  return value_at(evaluator, graph, id, 0);
}

Row row_of(double a, double b) {
  return {{"a", a},      {"b", b},       {"c", Value{}},
          {"p", true},   {"q", Value{}}, {"s", std::string("x")},
          {"t", Value{}}};
}

bool same_bits(const Value& x, const Value& y) {
  if (x.index() != y.index()) return false;
  if (x.index() != 1) return x == y;
  return std::bit_cast<std::uint64_t>(std::get<double>(x)) ==
         std::bit_cast<std::uint64_t>(std::get<double>(y));
}

std::string shown(const Value& value) {
  switch (value.index()) {
    case 0: return "null";
    case 1: return std::to_string(std::get<double>(value));
    case 2: return std::get<bool>(value) ? "true" : "false";
    default: return "'" + std::get<std::string>(value) + "'";
  }
}

TEST(Evaluator, agrees_with_the_naive_twin_on_random_formulas) {
  constexpr int rounds = 300;
  constexpr std::size_t formulas = 20;
  std::mt19937_64 random(7);
  std::size_t compared = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t row_count = round % 40 == 0 ? 1100 : random() % 150 + 1;
    std::vector<Row> rows;
    for (std::size_t i = 0; i < row_count; ++i) rows.push_back(reference::random_row(random));
    MemoryLeaves leaves = leaves_of(rows);

    Graph graph;
    std::vector<std::string> texts;
    std::vector<Syntax> syntaxes;
    std::vector<NodeId> ids;
    for (std::size_t i = 0; i < formulas; ++i) {
      reference::RandomFormula generator(random);
      texts.push_back(generator.text(4));
      Issues issues;
      syntaxes.push_back(*parse(texts.back(), issues));
      ids.push_back(lowered(graph, texts.back()));
    }
    Evaluator evaluator(graph, ids);
    for (std::size_t first = 0; first < row_count; first += kernels::tile_rows) {
      const std::size_t count = std::min(kernels::tile_rows, row_count - first);
      evaluator.run(leaves, first, count);
      for (std::size_t i = 0; i < formulas; ++i) {
        const reference::NaiveFormula naive(syntaxes[i]);
        for (std::size_t row = 0; row < count; ++row) {
          const Value fast = value_at(evaluator, graph, ids[i], row);
          const Value slow = naive.evaluate(rows[first + row]);
          ASSERT_TRUE(same_bits(fast, slow))
              << texts[i] << "\nrow " << row << ": " << shown(fast) << " is not " << shown(slow);
          ++compared;
        }
      }
    }
  }
  EXPECT_GT(compared, 100'000U);
}

TEST(Evaluator, keeps_the_promises_of_tiles) {
  std::mt19937_64 random(11);
  Graph graph;
  std::vector<NodeId> ids;
  for (int i = 0; i < 200; ++i) {
    reference::RandomFormula generator(random);
    ids.push_back(lowered(graph, generator.text(4)));
  }
  std::vector<Row> rows;
  for (std::size_t i = 0; i < kernels::tile_rows; ++i)
    rows.push_back(reference::random_row(random));
  MemoryLeaves leaves = leaves_of(rows);
  Evaluator evaluator(graph, ids);
  // Full, then small ones: what a large tile left behind must not show in a small one.
  for (const std::size_t count : {1024U, 1023U, 65U, 64U, 63U, 1U, 0U, 1000U, 2U}) {
    evaluator.run(leaves, 0, count);
    const kernels::Mask inside = kernels::first_rows(count);
    for (const NodeId id : ids) {
      const Type type = graph[id].type;
      const kernels::Mask& valid = type == Type::number    ? evaluator.number(id).valid
                                   : type == Type::boolean ? evaluator.boolean(id).valid
                                                           : evaluator.text(id).valid;
      for (std::size_t word = 0; word < kernels::tile_words; ++word) {
        ASSERT_EQ(valid[word] & ~inside[word], 0U) << count;
        if (type == Type::boolean) {
          ASSERT_EQ(evaluator.boolean(id).value[word] & ~valid[word], 0U) << count;
        }
      }
      if (type != Type::number) continue;
      for (std::size_t row = 0; row < kernels::tile_rows; ++row) {
        if (!kernels::test_row(valid, row)) continue;
        const double x = evaluator.number(id).values[row];
        ASSERT_TRUE(std::isfinite(x));
        ASSERT_FALSE(x == 0 && std::signbit(x));
      }
    }
  }
}

TEST(Evaluator, reads_rows_from_where_it_is_told) {
  std::vector<Row> rows;
  for (int i = 0; i < 100; ++i) rows.push_back(row_of(i, 0));
  MemoryLeaves leaves = leaves_of(rows);
  Graph graph;
  const NodeId id = lowered(graph, "a * 2");
  Evaluator evaluator(graph, {id});
  evaluator.run(leaves, 90, 10);
  EXPECT_EQ(evaluator.number(id).values[0], 180.0);
  EXPECT_EQ(evaluator.number(id).values[9], 198.0);
}

TEST(Evaluator, gives_null_for_what_is_undefined_or_not_finite) {
  const double most = DBL_MAX;
  for (const std::string text : {"a / 0",
                                 "0 / 0",
                                 "a % 0",
                                 "ln(0)",
                                 "ln(-1)",
                                 "sqrt(-1)",
                                 "power(0, -1)",
                                 "power(-8, 0.5)",
                                 "exp(1000)",
                                 "a * 1e308",
                                 "b + b",
                                 "-b - b",
                                 "b * 2",
                                 "b / 1e-10",
                                 "power(10, 400)",
                                 "a / (a - a)",
                                 "least(1, c)",
                                 "greatest(c, 1)",
                                 "c + 1",
                                 "case when c = 1 then 1 else 2 end",
                                 "case when a = 0 then 1 when c = 1 then 2 else 3 end",
                                 "nullif(a, a)",
                                 "abs(c)"}) {
    EXPECT_EQ(evaluated(text, row_of(10, most)).index(), 0U) << text;
  }
  // The same with leaves instead of literals: nothing is folded.
  for (const std::string text : {"a / b", "a % b", "b / b", "ln(b)", "sqrt(b - 1)", "power(b, -a)",
                                 "power(b - 1, 0.5)", "exp(a * 1000)", "-1 * a * 1e307 * 1e307"}) {
    EXPECT_EQ(evaluated(text, row_of(10, 0)).index(), 0U) << text;
  }
}

TEST(Evaluator, computes_at_the_edges) {
  const Row row = row_of(-7.5, 2);
  for (const auto& [text, value] : std::vector<std::pair<std::string, double>>{
           {"a % b", -1.5},
           {"7.5 % -2", 1.5},
           {"1e300 % 7", std::fmod(1e300, 7)},
           {"round(a)", -8},
           {"round(2.5)", 3},
           {"round(-2.5)", -3},
           {"round(0.49999999999999994)", 0},
           {"floor(a)", -8},
           {"ceil(a)", -7},
           {"abs(a)", 7.5},
           {"sqrt(b + 2)", 2},
           {"power(b, 10)", 1024},
           {"power(-2, 3)", -8},
           {"exp(0)", 1},
           {"ln(1)", 0},
           {"least(3, a, b)", -7.5},
           {"greatest(3, a, b)", 3},
           {"coalesce(c, a)", -7.5},
           {"coalesce(c, c, 4)", 4},
           {"nullif(a, c)", -7.5},
           {"nullif(a, b)", -7.5},
           {"case when a < b then 1 when c = 1 then 2 else 3 end", 1},
           {"case when b < a then 1 when true then 2 end", 2},
           {"0.1 + 0.2", 0.1 + 0.2},
           {"1e308 * 10 / 10", 0}}) {
    const Value result = evaluated(text, row);
    if (text == "1e308 * 10 / 10") {
      EXPECT_EQ(result.index(), 0U);  // the overflow is null, whatever follows
      continue;
    }
    ASSERT_EQ(result.index(), 1U) << text;
    EXPECT_EQ(std::get<double>(result), value) << text;
  }
}

TEST(Evaluator, compares_at_one_ulp) {
  const double low = std::nextafter(30.0, 0.0);
  const double high = std::nextafter(30.0, 100.0);
  for (const auto& [x, less, less_equal, equal] : std::vector<std::tuple<double, bool, bool, bool>>{
           {low, true, true, false}, {30.0, false, true, true}, {high, false, false, false}}) {
    EXPECT_EQ(evaluated("a < 30", row_of(x, 0)), Value{less});
    EXPECT_EQ(evaluated("a <= 30", row_of(x, 0)), Value{less_equal});
    EXPECT_EQ(evaluated("a = 30", row_of(x, 0)), Value{equal});
    EXPECT_EQ(evaluated("a <> 30", row_of(x, 0)), Value{!equal});
    EXPECT_EQ(evaluated("30 < a", row_of(x, 0)), Value{!less_equal});
    EXPECT_EQ(evaluated("a >= 30", row_of(x, 0)), Value{!less});
    EXPECT_EQ(evaluated("a > b", row_of(x, 30)), Value{!less_equal});
  }
}

TEST(Evaluator, turns_negative_zero_into_zero) {
  for (const std::string text : {"-b", "b * a", "round(-0.4)", "ceil(-0.4)", "-b + -b", "b % a",
                                 "least(-b, b)", "a * 1e-300 * 1e-300", "power(-b, 3)"}) {
    const Value result = evaluated(text, row_of(-1, 0));
    ASSERT_EQ(result.index(), 1U) << text;
    EXPECT_TRUE(std::get<double>(result) == 0 && !std::signbit(std::get<double>(result))) << text;
  }
}

TEST(Evaluator, has_three_valued_logic) {
  // p is true, q is null
  for (const auto& [text, value] :
       std::vector<std::pair<std::string, Value>>{{"p and q", {}},
                                                  {"not p and q", false},
                                                  {"p or q", true},
                                                  {"not p or q", {}},
                                                  {"not q", {}},
                                                  {"q is null", true},
                                                  {"p is null", false},
                                                  {"q is not null", false},
                                                  {"p = q", {}},
                                                  {"p <> (not p)", true},
                                                  {"not p < p", true},
                                                  {"(not p) < p", true},
                                                  {"coalesce(q, p)", true},
                                                  {"a in (1, null)", true},
                                                  {"a in (2, null)", {}},
                                                  {"a not in (1, null)", false},
                                                  {"a not in (2, null)", {}},
                                                  {"a in (2, 3)", false},
                                                  {"c in (1, 2)", {}},
                                                  {"a between 1 and null", {}},
                                                  {"a between 2 and null", false},
                                                  {"a not between 2 and null", true},
                                                  {"c between 1 and 2", {}},
                                                  {"s = 'x'", true},
                                                  {"s < 'X'", false},
                                                  {"t = 'x'", {}},
                                                  {"coalesce(t, s) = 'x'", true},
                                                  {"case when p then s else t end = 'x'", true},
                                                  {"case when q then s else s end is null", true},
                                                  {"nullif(s, 'x') is null", true},
                                                  {"null is null", true},
                                                  {"null = null", {}}}) {
    EXPECT_EQ(evaluated(text, row_of(1, 0)), value) << text;
  }
}

TEST(Evaluator, compares_texts_by_bytes) {
  Row row = row_of(0, 0);
  for (const auto& [x, y] :
       std::vector<std::pair<std::string, std::string>>{{"", "a"},
                                                        {"A", "a"},
                                                        {"a", "aa"},
                                                        {"ab", "b"},
                                                        {"z", "é"},
                                                        {"é", "楼"},
                                                        {"楼", "𠀀"},
                                                        {"a", std::string("a\x01")}}) {
    row["s"] = x;
    row["t"] = y;
    EXPECT_EQ(evaluated("s < t", row), Value{true}) << x << " " << y;
    EXPECT_EQ(evaluated("t <= s", row), Value{false}) << x << " " << y;
    EXPECT_EQ(evaluated("s = t", row), Value{false}) << x << " " << y;
  }
}

TEST(Evaluator, gives_constants_where_they_are_asked_for) {
  Graph graph;
  const std::vector<NodeId> ids{graph.constant(2.5),  graph.null(Type::number),
                                graph.constant(true), graph.null(Type::boolean),
                                graph.constant("x"),  graph.null(Type::text)};
  Evaluator evaluator(graph, ids);
  MemoryLeaves leaves;
  evaluator.run(leaves, 0, 70);
  for (const std::size_t row : {0U, 69U}) {
    EXPECT_EQ(value_at(evaluator, graph, ids[0], row), Value{2.5});
    EXPECT_EQ(value_at(evaluator, graph, ids[1], row), Value{});
    EXPECT_EQ(value_at(evaluator, graph, ids[2], row), Value{true});
    EXPECT_EQ(value_at(evaluator, graph, ids[3], row), Value{});
    EXPECT_EQ(value_at(evaluator, graph, ids[4], row), Value{std::string("x")});
    EXPECT_EQ(value_at(evaluator, graph, ids[5], row), Value{});
  }
  EXPECT_EQ(value_at(evaluator, graph, ids[0], 70), Value{});
}

TEST(Evaluator, uses_tiles_again) {
  Graph graph;
  std::string text = "a";
  for (int i = 0; i < 200; ++i) text = text + " + b * " + std::to_string(i + 2);
  const NodeId id = lowered(graph, text);
  EXPECT_GT(graph.size(), 400U);
  EXPECT_LE(Evaluator(graph, {id}).number_tiles(), 6U);
}

TEST(Evaluator, keeps_the_tiles_that_are_read_only_in_part) {
  // Each side says of a quotient whether there is one, long after it was computed: a tile that was
  // given away meanwhile would hold something else.
  Graph graph;
  const NodeId known = lowered(graph, "a / b is not null");
  const NodeId holds = lowered(graph, "coalesce(a / b > 2, false)");
  std::string text = "0";
  for (int i = 0; i < 20; ++i) text += " + a * " + std::to_string(i + 2);
  text += " > 0";
  for (int i = 0; i < 20; ++i) text += " and a < " + std::to_string(i + 100);
  const NodeId late = lowered(graph, text);
  const NodeId word = lowered(graph, "coalesce(t, s) is not null");
  const NodeId later = lowered(graph, "coalesce(s, t, 'x') <> coalesce(t, 'y')");
  const NodeId both =
      graph.apply(Operation::select, late, known, graph.apply(Operation::logical_not, holds));
  const std::vector<Row> rows{row_of(1, 0), row_of(6, 2), row_of(1, 2), row_of(-6, -2),
                              row_of(-1, 0)};
  const std::vector<bool> expected{false, true, true, false, true};
  MemoryLeaves leaves = leaves_of(rows);
  for (const std::vector<NodeId>& asked :
       {std::vector{both}, std::vector{both, known, holds, late, word, later}}) {
    Evaluator first(graph, asked);
    Evaluator evaluator(std::move(first));  // what is read stays where it is
    evaluator.run(leaves, 0, rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row)
      EXPECT_EQ(value_at(evaluator, graph, both, row), Value{bool{expected[row]}}) << row;
  }
  const NodeId words = graph.apply(Operation::logical_and, later, word);
  Evaluator evaluator(graph, {known, holds, words});
  evaluator.run(leaves, 0, rows.size());
  EXPECT_EQ(value_at(evaluator, graph, known, 0), Value{false});
  EXPECT_EQ(value_at(evaluator, graph, holds, 0), Value{false});  // null is not true
  EXPECT_EQ(value_at(evaluator, graph, known, 1), Value{true});
  EXPECT_EQ(value_at(evaluator, graph, holds, 1), Value{true});
  EXPECT_EQ(value_at(evaluator, graph, words, 1), Value{true});        // 'x' is not 'y'
  EXPECT_EQ(value_at(evaluator, graph, known, rows.size()), Value{});  // beyond the rows
}

TEST(Evaluator, evaluates_only_what_is_asked_for) {
  struct Counting final : Leaves {
    std::vector<std::uint32_t> asked;
    const double* number(std::uint32_t leaf, std::size_t, std::size_t,
                         kernels::NumberTile& tile) override {
      asked.push_back(leaf);
      tile = {};
      return tile.values;
    }
    void boolean(std::uint32_t, std::size_t, std::size_t, kernels::BooleanTile&) override {}
    void text(std::uint32_t, std::size_t, std::size_t, kernels::TextTile&) override {}
  };
  Graph graph;
  lowered(graph, "a * 3");
  const NodeId id = lowered(graph, "b * b + b");
  Evaluator evaluator(graph, {id, id, no_node});
  Counting leaves;
  evaluator.run(leaves, 0, 10);
  EXPECT_EQ(leaves.asked, std::vector<std::uint32_t>{1});  // b, once
}

TEST(Graph, folds_constants_to_the_bits_of_the_evaluator) {
  std::mt19937_64 random(5);
  std::size_t folded = 0;
  for (int round = 0; round < 3000; ++round) {
    reference::RandomFormula generator(random);
    generator.constants_only = true;
    const std::string text = generator.text(4);
    Graph graph;
    const NodeId id = lowered(graph, text);
    ASSERT_TRUE(graph.is_constant(id) || graph.is_null_literal(id)) << text;
    Issues issues;
    const Syntax syntax = *parse(text, issues);
    const Value slow = reference::NaiveFormula(syntax).evaluate({});
    MemoryLeaves leaves;
    Evaluator evaluator(graph, {id});
    evaluator.run(leaves, 0, 1);
    ASSERT_TRUE(same_bits(value_at(evaluator, graph, id, 0), slow)) << text;
    folded += graph.is_constant(id) ? 1 : 0;
  }
  EXPECT_GT(folded, 1000U);
}

TEST(Graph, makes_equal_expressions_one_node) {
  Graph graph;
  EXPECT_EQ(lowered(graph, "a + b"), lowered(graph, "b + a"));
  EXPECT_EQ(lowered(graph, "a > 1 and p"), lowered(graph, "p and 1 < a"));
  EXPECT_EQ(lowered(graph, "a between 1 and 2"), lowered(graph, "a >= 1 and a <= 2"));
  EXPECT_EQ(lowered(graph, "not not p"), lowered(graph, "p"));
  EXPECT_EQ(lowered(graph, "(a > 1) is null"), lowered(graph, "a is null"));
  EXPECT_EQ(lowered(graph, "(not a > 1) is not null"), lowered(graph, "a is not null"));
  EXPECT_NE(lowered(graph, "a - b"), lowered(graph, "b - a"));
  EXPECT_NE(lowered(graph, "(a / b) is null"), lowered(graph, "a is null or b is null"));
  EXPECT_EQ(lowered(graph, "a = 1 and true"), lowered(graph, "a = 1"));
  EXPECT_EQ(lowered(graph, "p and null and false"), lowered(graph, "false"));
  EXPECT_NE(lowered(graph, "p and null"), lowered(graph, "null and false"));
  for (NodeId id = 0; id < graph.size(); ++id)
    for (const NodeId operand : {graph[id].a, graph[id].b, graph[id].c})
      EXPECT_TRUE(operand == no_node || operand < id);
}

TEST(Graph, says_which_nodes_are_never_null) {
  Graph graph;
  for (const std::string text :
       {"a is null", "coalesce(a, 0) > 1", "not coalesce(p, q, false)", "1", "'x'",
        "case when a is null then 1 else coalesce(b, 2) end", "p is null and q is null"})
    EXPECT_TRUE(graph.never_null(lowered(graph, text))) << text;
  for (const std::string text : {"a", "a > 1", "coalesce(a, b)", "1 / coalesce(a, 0)", "null",
                                 "case when a is null then 1 end", "coalesce(a, 0) + 1"})
    EXPECT_FALSE(graph.never_null(lowered(graph, text))) << text;
}

TEST(Graph, stays_small_over_chains_of_columns_that_double) {
  // Each column reads the one before twice: a walk over paths instead of nodes would never end.
  Graph graph;
  NodeId id = graph.leaf(0, Type::number);
  for (int i = 0; i < 200; ++i)
    id = graph.apply(Operation::least, graph.apply(Operation::negate, id),
                     graph.apply(Operation::absolute, id));
  graph.is_not_null(id);
  EXPECT_LT(graph.size(), 700U);
}

}  // namespace
}  // namespace tijian::formula
