#include "tijian/result_table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

namespace tijian {
namespace {

TEST(ResultTable, GivesBackWhatWasPushed) {
  ResultTable table("values", {"f", "1", "abc", "0.1.0", 2025});
  const auto unit = table.add_column("unit", ResultType::text);
  const auto value = table.add_column("value", ResultType::number, "%");
  const auto rows = table.add_column("rows", ResultType::integer);
  const auto provisional = table.add_column("provisional", ResultType::boolean);
  table.push_text(unit, "甲");
  table.push_number(value, 0.1);
  table.push_integer(rows, std::numeric_limits<std::int64_t>::max());
  table.push_boolean(provisional, false);
  table.push_text(unit, "");
  table.push_number(value, std::nullopt);
  table.push_integer(rows, std::nullopt);
  table.push_boolean(provisional, std::nullopt);
  EXPECT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.name(), "values");
  EXPECT_EQ(table.source().fingerprint, "abc");
  EXPECT_EQ(table.source().year, 2025);
  EXPECT_EQ(table.columns()[value].measure, "%");
  EXPECT_EQ(table.column_index("rows"), rows);
  EXPECT_EQ(table.column_index("row"), std::nullopt);
  EXPECT_EQ(table.text(unit, 0), "甲");
  EXPECT_EQ(table.text(unit, 1), "") << "an empty text is not null";
  EXPECT_EQ(table.number(value, 0), 0.1);
  EXPECT_EQ(table.integer(rows, 0), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(table.boolean(provisional, 0), false);
  EXPECT_EQ(table.number(value, 1), std::nullopt);
  EXPECT_TRUE(table.is_null(value, 1));
  EXPECT_TRUE(table.is_null(rows, 1));
  EXPECT_TRUE(table.is_null(provisional, 1));
  EXPECT_FALSE(table.is_null(unit, 1));
}

TEST(ResultTable, NoNumberIsEverNotANumberInfiniteOrMinusZero) {
  ResultTable table("values");
  const auto value = table.add_column("value", ResultType::number);
  table.push_number(value, std::nan(""));
  table.push_number(value, std::numeric_limits<double>::infinity());
  table.push_number(value, -std::numeric_limits<double>::infinity());
  table.push_number(value, -0.0);
  for (std::size_t row = 0; row < 3; ++row) EXPECT_TRUE(table.is_null(value, row)) << row;
  ASSERT_TRUE(table.number(value, 3).has_value());
  EXPECT_FALSE(std::signbit(*table.number(value, 3)));
}

TEST(ResultTable, RowsThatAColumnLacksAreNull) {
  ResultTable table("problems");
  const auto unit = table.add_column("unit", ResultType::text);
  const auto gap = table.add_column("gap", ResultType::number);
  table.push_text(unit, "a");
  EXPECT_EQ(table.rows(), 1u);
  EXPECT_TRUE(table.is_null(gap, 0));
  table.end_row();
  table.push_text(unit, "b");
  table.push_number(gap, 2.0);
  table.end_row();
  EXPECT_EQ(table.rows(), 2u);
  EXPECT_TRUE(table.is_null(gap, 0));
  EXPECT_EQ(table.number(gap, 1), 2.0);
  EXPECT_TRUE(table.is_null(gap, 99));
}

TEST(ResultTable, MistakesInItsUseAreRefused) {
  ResultTable table("t");
  const auto unit = table.add_column("unit", ResultType::text);
  EXPECT_THROW(table.push_number(unit, 1.0), std::logic_error);
  EXPECT_THROW(table.push_text(unit + 1, "a"), std::out_of_range);
  EXPECT_THROW((void)table.integer(unit, 0), std::logic_error);
  table.push_text(unit, "a");
  EXPECT_THROW(table.add_column("late", ResultType::text), std::logic_error);
}

TEST(ResultTable, TextsOfManyRowsLieEndToEnd) {
  ResultTable table("t");
  const auto unit = table.add_column("unit", ResultType::text);
  for (int i = 0; i < 100'000; ++i) {
    if (i % 3 == 0)
      table.push_null(unit);
    else
      table.push_text(unit, std::to_string(i));
  }
  ASSERT_EQ(table.rows(), 100'000u);
  for (int i = 0; i < 100'000; i += 997) {
    const auto text = table.text(unit, static_cast<std::size_t>(i));
    if (i % 3 == 0) {
      EXPECT_EQ(text, std::nullopt);
    } else {
      EXPECT_EQ(text, std::to_string(i));
    }
  }
}

}  // namespace
}  // namespace tijian
