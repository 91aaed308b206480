#include "tijian/owned_table.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tijian/table.hpp"

namespace tijian {
namespace {

TEST(OwnedTable, KeepsValuesAndNullsOfEveryType) {
  OwnedTable table;
  table.add_numbers("area", {1.5, std::nullopt});
  table.add_integers("floors", {std::nullopt, 18});
  table.add_booleans("corroded", {true, std::nullopt});
  table.add_texts("name", {"甲", std::nullopt});
  const TableView view = table.view();
  EXPECT_EQ(view.rows, 2);
  ASSERT_EQ(view.columns.size(), 4u);
  EXPECT_TRUE(unsound(view, "t").empty());
  LoadFaults faults;
  kernels::NumberTile numbers;
  load_numbers(*view.find("area"), 0, 2, numbers, faults);
  EXPECT_EQ(numbers.valid[0], 0b01u);
  EXPECT_EQ(numbers.values[0], 1.5);
  load_numbers(*view.find("floors"), 0, 2, numbers, faults);
  EXPECT_EQ(numbers.valid[0], 0b10u);
  EXPECT_EQ(numbers.values[1], 18);
  kernels::BooleanTile booleans;
  load_booleans(*view.find("corroded"), 0, 2, booleans, faults);
  EXPECT_EQ(booleans.valid[0], 0b01u);
  EXPECT_EQ(booleans.value[0], 0b01u);
  kernels::TextTile texts;
  TextScratch scratch;
  load_texts(*view.find("name"), 0, 2, texts, scratch);
  EXPECT_EQ(texts.valid[0], 0b01u);
  EXPECT_EQ(texts.values[0], "甲");
}

TEST(OwnedTable, ViewsStayGoodWhenTheTableMoves) {
  OwnedTable table;
  table.add_texts("id", {"a", "b"});  // short enough for a string to hold it in itself
  table.add_booleans("flag", {true, false});
  const TableView view = table.view();
  const OwnedTable moved = std::move(table);
  EXPECT_EQ(moved.rows(), 2);
  kernels::TextTile texts;
  TextScratch scratch;
  load_texts(*view.find("id"), 0, 2, texts, scratch);
  EXPECT_EQ(texts.values[0], "a");
  EXPECT_EQ(texts.values[1], "b");
}

TEST(OwnedTable, RefusesColumnsOfAnotherLength) {
  OwnedTable table;
  table.add_numbers("a", {1.0, 2.0});
  EXPECT_THROW(table.add_numbers("b", {1.0}), std::invalid_argument);
  EXPECT_THROW(table.add_texts("c", std::vector<std::int64_t>{}, {}), std::invalid_argument);
  BitVector one;
  one.push(true);
  EXPECT_THROW(table.add_numbers("d", std::vector<double>{1, 2}, one), std::invalid_argument);
  EXPECT_EQ(table.column_count(), 1u) << "what was refused is not there";
}

TEST(OwnedTable, ATableOfNoRowsHasItsColumns) {
  OwnedTable table;
  table.add_numbers("a", std::vector<double>{});
  table.add_texts("b", std::initializer_list<std::optional<std::string>>{});
  EXPECT_EQ(table.rows(), 0);
  EXPECT_EQ(table.view().columns.size(), 2u);
  EXPECT_TRUE(unsound(table.view(), "t").empty());
  EXPECT_THROW(table.add_numbers("c", {1.0}), std::invalid_argument);
}

TEST(OwnedTable, BitsFollowArrowsOrder) {
  BitVector bits;
  for (int i = 0; i < 11; ++i) bits.push(i == 0 || i == 9);
  ASSERT_EQ(bits.size(), 11u);
  EXPECT_EQ(bits.data()[0], 0b0000'0001);
  EXPECT_EQ(bits.data()[1], 0b0000'0010);
  EXPECT_TRUE(bits.test(9));
  EXPECT_FALSE(bits.test(10));
}

}  // namespace
}  // namespace tijian
