#include "tijian/formula/lowering.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "reference/memory_leaves.hpp"
#include "reference/naive_formula.hpp"
#include "reference/random_formula.hpp"
#include "reference/slot_statistics.hpp"
#include "tijian/formula/parser.hpp"

namespace tijian::formula {
namespace {

using reference::MemoryLeaves;
using reference::Row;
using reference::Value;
using reference::value_at;

Scope scope_of(const std::vector<std::pair<std::string, Type>>& leaves, std::uint32_t first) {
  Scope scope;
  scope.resolve = [leaves, first](Graph& graph, std::string_view name) {
    for (std::uint32_t i = 0; i < leaves.size(); ++i)
      if (leaves[i].first == name) return graph.leaf(first + i, leaves[i].second);
    return no_node;
  };
  scope.names = [leaves] {
    std::vector<std::string> names;
    for (const auto& leaf : leaves) names.push_back(leaf.first);
    return names;
  };
  return scope;
}

const std::vector<std::pair<std::string, Type>> attributes{
    {"area", Type::number}, {"has_rail", Type::boolean}, {"class", Type::text}, {"a", Type::text}};
constexpr std::uint32_t first_statistic = 100;

/// A unit's formula over a table with the columns of reference::random_row.
struct Compiled {
  Graph units;
  Aggregates aggregates;
  std::vector<AggregateUse> uses;
  Issues issues;

  NodeId lower(std::string_view text, std::optional<Type> expected = std::nullopt) {
    const std::optional<Syntax> syntax = parse(text, issues);
    if (!syntax) return no_node;
    std::vector<std::pair<std::string, Type>> columns;
    for (const reference::RandomColumn& column : reference::random_columns)
      columns.emplace_back(column.name, column.type);
    const LoweringContext context{units,
                                  scope_of(attributes, 0),
                                  &aggregates,
                                  scope_of(columns, 0),
                                  [](Graph& graph, std::uint32_t statistic) {
                                    return graph.leaf(first_statistic + statistic, Type::number);
                                  },
                                  &uses};
    return formula::lower(*syntax, context, expected, issues);
  }
};

/// A condition over one row: no aggregates.
NodeId lower_row(Graph& graph, std::string_view text, std::optional<Type> expected,
                 Issues& issues) {
  const std::optional<Syntax> syntax = parse(text, issues);
  if (!syntax) return no_node;
  const LoweringContext context{graph, scope_of(attributes, 0), nullptr, {}, {}, nullptr};
  return lower(*syntax, context, expected, issues);
}

struct Fault {
  std::string_view code;
  std::size_t position;
  std::string_view found;
  std::string_view expected;
};

void expect_faults(const Issues& issues, const std::vector<Fault>& faults) {
  ASSERT_EQ(issues.size(), faults.size());
  for (std::size_t i = 0; i < faults.size(); ++i) {
    EXPECT_EQ(issues[i].code, faults[i].code);
    EXPECT_EQ(issues[i].position, faults[i].position);
    EXPECT_EQ(issues[i].found, faults[i].found);
    EXPECT_EQ(issues[i].expected, faults[i].expected);
    EXPECT_TRUE(issues[i].place.empty());
    for (const std::string& text : {issues[i].message.zh, issues[i].message.en}) {
      EXPECT_FALSE(text.empty());
      EXPECT_EQ(text.find('{'), std::string::npos) << text;
    }
  }
}

TEST(Lowering, names_every_fault_of_types_and_names) {
  constexpr std::string_view number = "a number";
  constexpr std::string_view boolean = "a boolean";
  constexpr std::string_view text = "a text";
  struct Expectation {
    std::string_view formula;
    std::vector<Fault> faults;
  };
  for (const Expectation& expectation : std::vector<Expectation>{
           {"arae + 1", {{"formula.unknown_name", 1, "arae", "area"}}},
           {"area + somewhere", {{"formula.unknown_name", 8, "somewhere", ""}}},
           {"area + 'x'", {{"formula.wrong_type", 8, text, number}}},
           {"area + has_rail", {{"formula.wrong_type", 8, boolean, number}}},
           {"-class", {{"formula.wrong_type", 2, text, number}}},
           {"not area", {{"formula.wrong_type", 5, number, boolean}}},
           {"has_rail and area", {{"formula.wrong_type", 14, number, boolean}}},
           {"area = 'x'", {{"formula.types_differ", 8, text, number}}},
           {"class < 1", {{"formula.types_differ", 9, number, text}}},
           {"has_rail = 1", {{"formula.types_differ", 12, number, boolean}}},
           {"area between 1 and 'x'", {{"formula.types_differ", 20, text, number}}},
           {"class in ('x', 1, has_rail)",
            {{"formula.types_differ", 16, number, text},
             {"formula.types_differ", 19, boolean, text}}},
           {"coalesce(area, 'x')", {{"formula.types_differ", 16, text, number}}},
           {"nullif(class, 0)", {{"formula.types_differ", 15, number, text}}},
           {"case when area then 1 end", {{"formula.wrong_type", 11, number, boolean}}},
           {"case when has_rail then 1 else 'x' end", {{"formula.types_differ", 32, text, number}}},
           {"case when has_rail then null when class then 'x' else 2 end",
            {{"formula.wrong_type", 35, text, boolean},
             {"formula.types_differ", 55, number, text}}},
           {"abs(class)", {{"formula.wrong_type", 5, text, number}}},
           {"least(1, has_rail, class)",
            {{"formula.wrong_type", 10, boolean, number},
             {"formula.wrong_type", 20, text, number}}},
           {"abs(1, 2)", {{"formula.argument_count", 1, "2", "1"}}},
           {"1 + round()", {{"formula.argument_count", 5, "0", "1"}}},
           {"round(area, 2)", {{"formula.argument_count", 1, "2", "1"}}},
           {"power(2)", {{"formula.argument_count", 1, "1", "2"}}},
           {"nullif(1)", {{"formula.argument_count", 1, "1", "2"}}},
           {"coalesce()", {{"formula.argument_count", 1, "0", "1+"}}},
           {"rond(area)", {{"formula.unknown_function", 1, "rond", "round"}}},
           {"stdev_samp(area)", {{"formula.unknown_function", 1, "stdev_samp", "stddev_samp"}}},
           {"log2(area)", {{"formula.unknown_function", 1, "log2", ""}}},
           {"abs(1) filter (where true)", {{"formula.filter_not_allowed", 1, "abs", ""}}},
           {"area + sum(area)", {{"formula.aggregate_not_allowed", 8, "sum", ""}}},
           {"sum(nowhere + 'x')", {{"formula.aggregate_not_allowed", 1, "sum", ""}}},
           {"(area + 'x') * (nowhere - 1) / -has_rail",
            {{"formula.wrong_type", 9, text, number},
             {"formula.unknown_name", 17, "nowhere", ""},
             {"formula.wrong_type", 33, boolean, number}}}}) {
    SCOPED_TRACE(std::string(expectation.formula));
    Graph graph;
    Issues issues;
    EXPECT_EQ(lower_row(graph, expectation.formula, std::nullopt, issues), no_node);
    expect_faults(issues, expectation.faults);
  }
}

TEST(Lowering, names_every_fault_of_aggregates) {
  struct Expectation {
    std::string_view formula;
    std::vector<Fault> faults;
  };
  for (const Expectation& expectation : std::vector<Expectation>{
           {"sum(s)", {{"formula.wrong_type", 5, "a text", "a number"}}},
           {"min(s)", {{"formula.wrong_type", 5, "a text", "a number"}}},
           {"bool_and(b)", {{"formula.wrong_type", 10, "a number", "a boolean"}}},
           {"sum(b) filter (where b)", {{"formula.wrong_type", 22, "a number", "a boolean"}}},
           {"sum(a + area) + bb",
            {{"formula.unknown_name", 9, "area", ""}, {"formula.unknown_name", 17, "bb", "a"}}},
           {"sum(max(a))", {{"formula.nested_aggregate", 5, "max", ""}}},
           {"sum(a) filter (where count(*) > 1)", {{"formula.nested_aggregate", 22, "count", ""}}},
           {"sum()", {{"formula.argument_count", 1, "0", "1"}}},
           {"sum(a, b)", {{"formula.argument_count", 1, "2", "1"}}},
           {"count(*) + has_rail", {{"formula.wrong_type", 12, "a boolean", "a number"}}}}) {
    SCOPED_TRACE(std::string(expectation.formula));
    Compiled compiled;
    EXPECT_EQ(compiled.lower(expectation.formula), no_node);
    expect_faults(compiled.issues, expectation.faults);
  }
}

TEST(Lowering, judges_the_type_of_the_result) {
  Graph graph;
  Issues issues;
  EXPECT_EQ(lower_row(graph, "area > 1", Type::number, issues), no_node);
  expect_faults(issues, {{"formula.wrong_result", 1, "a boolean", "a number"}});
  issues.clear();
  EXPECT_EQ(lower_row(graph, "area", Type::boolean, issues), no_node);
  expect_faults(issues, {{"formula.wrong_result", 1, "a number", "a boolean"}});
  issues.clear();
  EXPECT_NE(lower_row(graph, "class", Type::text, issues), no_node);
  EXPECT_TRUE(issues.empty());
}

TEST(Lowering, gives_null_the_type_of_its_surroundings) {
  Graph graph;
  Issues issues;
  for (const auto& [text, type] : std::vector<std::pair<std::string_view, Type>>{
           {"null + 1", Type::number},
           {"null = null", Type::boolean},
           {"null and true", Type::boolean},
           {"coalesce(null, class)", Type::text},
           {"case when has_rail then null else class end", Type::text},
           {"case when null then 1 end", Type::number},
           {"nullif(null, has_rail)", Type::boolean},
           {"abs(null)", Type::number},
           {"null in (null, 'x')", Type::boolean},
           {"null between 1 and null", Type::boolean},
           {"null", Type::number},
           {"case when has_rail then null end", Type::number}}) {
    const NodeId id = lower_row(graph, text, std::nullopt, issues);
    ASSERT_NE(id, no_node) << text;
    EXPECT_EQ(graph[id].type, type) << text;
  }
  for (const Type type : {Type::number, Type::boolean, Type::text}) {
    EXPECT_EQ(lower_row(graph, "null", type, issues), graph.null(type));
    EXPECT_EQ(lower_row(graph, "coalesce(null, null)", type, issues), graph.null(type));
    EXPECT_EQ(lower_row(graph, "case when has_rail then null else null end", type, issues),
              graph.null(type));
  }
  // Conditions of a case that is null anyway are still judged.
  EXPECT_EQ(lower_row(graph, "case when area then null end", std::nullopt, issues), no_node);
}

TEST(Lowering, keeps_columns_and_attributes_of_one_name_apart) {
  Compiled compiled;  // `a` is a column of numbers and an attribute of text
  EXPECT_NE(compiled.lower("case when a = 'x' then sum(a) end"), no_node);
  EXPECT_TRUE(compiled.issues.empty());
}

TEST(Lowering, shares_slots_and_statistics) {
  Compiled compiled;
  const NodeId share =
      compiled.lower("100 * count(*) filter (where p) / count(*) filter (where p is not null)");
  ASSERT_NE(share, no_node);
  EXPECT_EQ(compiled.aggregates.slots.size(), 2U);
  EXPECT_EQ(compiled.lower("count(*) filter (where p) / count(p) * 100"),
            compiled.lower("100 * (count(*) filter (where p) / count(p))"));
  EXPECT_EQ(compiled.aggregates.slots.size(), 2U);  // count(p) counts where p is not null

  ASSERT_NE(compiled.lower("avg(b) + sum(b) / count(b)"), no_node);
  EXPECT_EQ(compiled.aggregates.slots.size(), 4U);
  ASSERT_NE(compiled.lower("stddev_pop(b) + var_pop(b) + var_samp(b) + stddev_samp(b)"), no_node);
  EXPECT_EQ(compiled.aggregates.slots.size(), 5U);  // the sum of squares is new
  ASSERT_NE(compiled.lower("count(b > 1) + count(b)"), no_node);
  EXPECT_EQ(compiled.aggregates.slots.size(), 5U);
  ASSERT_NE(compiled.lower("count(*) filter (where true) + count(1)"), no_node);
  EXPECT_EQ(compiled.aggregates.slots.size(), 6U);
  EXPECT_EQ(compiled.aggregates.slots.back(), (Slot{SlotFunction::count, no_node, no_node}));
  for (const Slot& slot : compiled.aggregates.slots)
    EXPECT_EQ(slot.argument == no_node, slot.function == SlotFunction::count);
}

TEST(Lowering, reports_every_aggregate_that_is_used) {
  Compiled compiled;
  ASSERT_NE(compiled.lower("sum(b) filter (where p) / count(c) + max(b)"), no_node);
  ASSERT_EQ(compiled.uses.size(), 3U);
  Graph& rows = compiled.aggregates.rows;
  const NodeId b = rows.leaf(1, Type::number);
  const NodeId p = rows.leaf(3, Type::boolean);
  EXPECT_EQ(compiled.uses[0].filter, p);
  EXPECT_EQ(compiled.uses[0].argument, b);
  EXPECT_EQ(compiled.uses[0].position, 1U);
  EXPECT_EQ(compiled.uses[1].filter, no_node);
  EXPECT_EQ(compiled.uses[1].argument, no_node);  // count has none where rows must be known
  EXPECT_EQ(compiled.uses[1].position, 27U);
  EXPECT_EQ(compiled.uses[2].argument, b);
  EXPECT_TRUE(rows.is_boolean_constant(compiled.uses[1].known, true));
  EXPECT_EQ(compiled.uses[2].known, rows.is_not_null(b));
  EXPECT_TRUE(rows.never_null(known_rows(rows, compiled.uses)));
  EXPECT_TRUE(rows.is_boolean_constant(known_rows(rows, {}), true));
}

/// design: known where the filter is true or false and, where true, the argument is not null.
TEST(Lowering, knows_a_row_by_its_filter_and_argument) {
  const Value unknown;
  struct Expectation {
    Value p;
    Value b;
    bool known;
  };
  for (const auto& [p, b, known] : std::vector<Expectation>{{true, 1.0, true},
                                                            {true, unknown, false},
                                                            {false, 1.0, true},
                                                            {false, unknown, true},
                                                            {unknown, 1.0, false},
                                                            {unknown, unknown, false}}) {
    Compiled compiled;
    ASSERT_NE(compiled.lower("sum(b) filter (where p)"), no_node);
    const NodeId id = known_rows(compiled.aggregates.rows, compiled.uses);
    MemoryLeaves leaves;
    leaves.columns = {{unknown}, {b}, {unknown}, {p}, {unknown}, {unknown}, {unknown}};
    Evaluator evaluator(compiled.aggregates.rows, {id});
    evaluator.run(leaves, 0, 1);
    EXPECT_EQ(value_at(evaluator, compiled.aggregates.rows, id, 0), Value{known});
  }
  // A six-floor building that was never asked about its alarm is known not to be a case.
  Compiled compiled;
  ASSERT_NE(compiled.lower("count(*) filter (where b >= 10 and not p)"), no_node);
  const NodeId id = known_rows(compiled.aggregates.rows, compiled.uses);
  MemoryLeaves leaves;
  leaves.columns.assign(7, std::vector<Value>(3));
  leaves.columns[1] = {6.0, 12.0, unknown};
  leaves.columns[3] = {unknown, unknown, true};
  Evaluator evaluator(compiled.aggregates.rows, {id});
  evaluator.run(leaves, 0, 3);
  EXPECT_EQ(value_at(evaluator, compiled.aggregates.rows, id, 0), Value{true});
  EXPECT_EQ(value_at(evaluator, compiled.aggregates.rows, id, 1), Value{false});
  EXPECT_EQ(value_at(evaluator, compiled.aggregates.rows, id, 2), Value{true});
}

/// Rows whose sums and squares plain doubles add exactly.
Row dyadic_row(std::mt19937_64& random) {
  Row row = reference::random_row(random);
  for (const char* name : {"a", "b", "c"})
    if (row[name].index() == 1) row[name] = static_cast<double>(random() % 65) / 4 - 8;
  return row;
}

TEST(Lowering, aggregates_as_the_naive_twin_does) {
  std::mt19937_64 random(3);
  const std::vector<std::string> formulas{
      "count(*)",
      "count(p)",
      "count(s)",
      "count(null)",
      "sum(null)",
      "sum(a)",
      "avg(a - b)",
      "min(a) + max(b)",
      "var_samp(a)",
      "var_pop(a)",
      "stddev_samp(a)",
      "stddev_pop(b)",
      "bool_and(p)",
      "bool_or(p)",
      "bool_and(a > b)",
      "bool_or(a > b) filter (where p)",
      "bool_and(p) is null",
      "sum(a) filter (where p) / nullif(count(*) filter (where q), 0)",
      "100 * count(*) filter (where a > 0 and p) / count(*) filter (where (a > 0 and p) is not "
      "null)",
      "sum(case when p then a when q then b else c end)",
      "sum(coalesce(a, b, 0)) / area",
      "sum(least(a, b)) filter (where coalesce(p, false) or q)",
      "case when has_rail and count(*) > 3 then sum(a) else area end",
      "avg(a) filter (where s = 'x') - avg(a) filter (where s <> 'x')",
      "sum(3) filter (where t in ('x', '楼'))",
      "sum(a) filter (where null)",
      "min(a) filter (where false)",
      "sum(a * a) - sum(a) * sum(a) / count(a)"};
  for (int round = 0; round < 60; ++round) {
    const std::size_t row_count = round == 0 ? 0 : round < 4 ? 1 : random() % 60;
    std::vector<Row> rows;
    MemoryLeaves row_leaves;
    row_leaves.columns.resize(reference::random_columns.size());
    for (std::size_t i = 0; i < row_count; ++i) {
      rows.push_back(dyadic_row(random));
      for (std::size_t j = 0; j < reference::random_columns.size(); ++j)
        row_leaves.columns[j].push_back(rows[i].at(std::string(reference::random_columns[j].name)));
    }
    const Row unit{{"area", 2.5}, {"has_rail", true}, {"class", Value{}}, {"a", Value{}}};
    for (const std::string& text : formulas) {
      Compiled compiled;
      const NodeId id = compiled.lower(text);
      ASSERT_NE(id, no_node) << text;
      MemoryLeaves unit_leaves;
      unit_leaves.columns.resize(first_statistic);
      unit_leaves.columns[0] = {unit.at("area")};
      unit_leaves.columns[1] = {unit.at("has_rail")};
      for (const std::vector<Value>& values : reference::slot_statistics(
               compiled.aggregates, row_leaves, std::vector<std::size_t>(row_count, 0), 1))
        unit_leaves.columns.push_back(values);
      Evaluator evaluator(compiled.units, {id});
      evaluator.run(unit_leaves, 0, 1);
      Issues issues;
      const Syntax syntax = *parse(text, issues);
      const Value slow = reference::NaiveFormula(syntax).evaluate(unit, rows);
      const Value fast = value_at(evaluator, compiled.units, id, 0);
      ASSERT_EQ(fast.index(), slow.index()) << text << " over " << row_count;
      EXPECT_EQ(fast, slow) << text << " over " << row_count;
    }
  }
}

TEST(Lowering, takes_a_chain_of_a_thousand_nodes) {
  Graph graph;
  Issues issues;
  std::string text = "area";
  for (int i = 0; i < 511; ++i) text += "+area";
  const NodeId id = lower_row(graph, text, Type::number, issues);
  ASSERT_NE(id, no_node);
  MemoryLeaves leaves;
  leaves.columns = {{Value{0.5}}};
  Evaluator evaluator(graph, {id});
  evaluator.run(leaves, 0, 1);
  EXPECT_EQ(evaluator.number(id).values[0], 256.0);
}

TEST(Functions, are_listed_once_and_in_lower_case) {
  std::vector<std::string> names = function_names();
  EXPECT_EQ(names.size(), functions.size() + aggregates.size());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    EXPECT_TRUE(find_function(name) != nullptr || find_aggregate(name) != nullptr);
    for (const char c : name) EXPECT_TRUE((c >= 'a' && c <= 'z') || c == '_') << name;
  }
}

}  // namespace
}  // namespace tijian::formula
