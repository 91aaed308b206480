#include "tijian/row_agreement.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tijian/compile.hpp"

namespace tijian {
namespace {

bool can_differ(const std::string& formula) {
  Framework framework;
  framework.id = "agreement";
  framework.year = 2025;
  framework.dimensions = {{"d", {"维度", "d"}}};
  framework.levels = {{"low", "d", {"层", "low"}, {}}};
  Table table;
  table.id = "t";
  table.level = "low";
  table.unit = "u";
  for (const char* name : {"a", "b"}) {
    Column column;
    column.id = name;
    table.columns.push_back(column);
  }
  for (const char* name : {"p", "q"}) {
    Column column;
    column.id = name;
    column.type = Type::boolean;
    table.columns.push_back(column);
  }
  Column kind;
  kind.id = "kind";
  kind.type = Type::text;
  table.columns.push_back(kind);
  framework.tables = {table};
  Indicator indicator;
  indicator.id = "I";
  indicator.dimension = "d";
  indicator.kind = Kind::fact;
  indicator.table = "t";
  indicator.formula = formula;
  framework.indicators = {indicator};
  const Plan plan = compile(framework);
  return rows_can_differ(*plan, plan->series.front());
}

TEST(RowAgreement, SumsOfDifferentColumnsDiffer) {
  EXPECT_TRUE(can_differ("100 * sum(a) / sum(b)"));
  EXPECT_TRUE(can_differ("sum(a) / count(*)"));
  EXPECT_TRUE(can_differ("100 * count(*) filter (where p) / count(*)"));
  EXPECT_TRUE(can_differ("sum(a) filter (where kind = 'x') / sum(a)"));
}

TEST(RowAgreement, PairedAggregatesAgree) {
  EXPECT_FALSE(can_differ("avg(a)"));
  EXPECT_FALSE(can_differ("sum(a) / count(a)"));
  EXPECT_FALSE(
      can_differ("100 * sum(case when b is not null then a end) / "
                 "sum(case when a is not null then b end)"));
  EXPECT_FALSE(
      can_differ("count(*) filter (where p and q) / count(*) filter (where p and q is not null)"));
  EXPECT_FALSE(can_differ("count(*) filter (where p) / count(*) filter (where p is not null)"));
}

TEST(RowAgreement, WhatIsNoRatioHasNothingToCompare) {
  EXPECT_FALSE(can_differ("sum(a) + sum(b)"));
  EXPECT_FALSE(can_differ("max(a)"));
}

}  // namespace
}  // namespace tijian
