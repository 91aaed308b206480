#include "tijian/gather.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tijian/frame.hpp"

namespace tijian {
namespace {

using Texts = std::vector<std::optional<std::string>>;

/// The tables one after another.
Batches in_turn(const std::vector<TableView>& tables) {
  return [&tables, next = std::size_t{0}]() mutable {
    return next < tables.size() ? &tables[next++] : nullptr;
  };
}

TableView one_column(const ColumnView& column) {
  TableView table;
  table.rows = column.length;
  table.columns.emplace_back("x", column);
  return table;
}

Texts texts_of(const OwnedTable& table) {
  Issues issues;
  Texts texts = read_text_column(table.view(), "x", "frame", issues);
  EXPECT_TRUE(issues.empty());
  return texts;
}

std::vector<double> numbers_of(const OwnedTable& table) {
  Issues issues;
  std::vector<double> numbers = read_number_column(table.view(), "x", "frame", issues);
  EXPECT_TRUE(issues.empty());
  return numbers;
}

TEST(Gather, DecimalsThatAreIntegersBeyond2To53AreRefused) {
  constexpr std::uint64_t limit = std::uint64_t{1} << 53;
  const std::vector<std::pair<std::uint64_t, std::string>> cases{
      {limit + 1, "9007199254740993"}, {10 * (limit + 1), "90071992547409930"}};
  for (const auto& [low, digits] : cases) {
    const std::array<std::uint64_t, 2> words{low, 0};
    ColumnView column;
    column.storage = Storage::decimal128;
    column.length = 1;
    column.values = words.data();
    const std::vector<TableView> batches{one_column(column)};
    try {
      gather(in_turn(batches));
      FAIL() << digits;
    } catch (const DataError& error) {
      EXPECT_NE(error.issues().at(0).message.en.find(digits), std::string::npos);
    }
    column.scale = 3;  // a fraction, or a smaller integer
    const std::vector<TableView> smaller{one_column(column)};
    EXPECT_EQ(gather(in_turn(smaller)).rows(), 1);
  }
}

TEST(Gather, NothingIsATableOfNoRowsAndNoColumns) {
  const OwnedTable table = gather(in_turn({}));
  EXPECT_EQ(table.rows(), 0);
  EXPECT_EQ(table.column_count(), 0U);
}

TEST(Gather, RowsOfAllBatchesInTheirOrderWithTheirNulls) {
  OwnedTable first, second, third;
  first.add_texts("unit", {"a", std::nullopt});
  first.add_numbers("value", {1.5, std::nullopt});
  first.add_booleans("flag", {true, std::nullopt});
  second.add_texts("unit", Texts{});
  second.add_numbers("value", std::initializer_list<std::optional<double>>{});
  second.add_booleans("flag", std::vector<std::optional<bool>>{});
  third.add_texts("unit", {"", "长安"});
  third.add_numbers("value", {-0.25, 4});
  third.add_booleans("flag", {false, true});
  const OwnedTable table = gather(in_turn({first.view(), second.view(), third.view()}));
  ASSERT_EQ(table.rows(), 4);
  Issues issues;
  const TableView view = table.view();
  EXPECT_EQ(read_text_column(view, "unit", "frame", issues),
            (Texts{"a", std::nullopt, "", "长安"}));
  const std::vector<double> values = read_number_column(view, "value", "frame", issues);
  EXPECT_EQ(values[0], 1.5);
  EXPECT_TRUE(is_null(values[1]));
  EXPECT_EQ(values[2], -0.25);
  EXPECT_EQ(values[3], 4);
  EXPECT_EQ(read_boolean_column(view, "flag", "frame", issues),
            (std::vector<std::int8_t>{1, -1, 0, 1}));
  EXPECT_TRUE(issues.empty());
}

TEST(Gather, OffsetsOfSlicesAreTakenAway) {
  const std::vector<double> values = {9, 1, 2, 9};
  const std::uint8_t validity = 0b0010;  // rows 1 of the buffer: 1 is known, 2 is null
  ColumnView column = ColumnView::numbers(values, &validity);
  column.offset = 1;
  column.length = 2;
  const std::vector<double> numbers = numbers_of(gather(in_turn({one_column(column)})));
  EXPECT_EQ(numbers[0], 1);
  EXPECT_TRUE(is_null(numbers[1]));
}

TEST(Gather, UnsignedIntegersStayNumbersWhereTheyCan) {
  const std::vector<std::uint64_t> values = {7, std::uint64_t{1} << 53};
  ColumnView column;
  column.storage = Storage::uint64;
  column.length = 2;
  column.values = values.data();
  const std::vector<double> numbers = numbers_of(gather(in_turn({one_column(column)})));
  EXPECT_EQ(numbers[0], 7);
  EXPECT_EQ(numbers[1], 0x1p53);
}

TEST(Gather, IntegersBeyondInt64AreTextsOfTheirDigitsAndNoNumbers) {
  const std::vector<std::uint64_t> values = {7, std::numeric_limits<std::uint64_t>::max()};
  ColumnView column;
  column.storage = Storage::uint64;
  column.length = 2;
  column.values = values.data();
  const OwnedTable table = gather(in_turn({one_column(column)}));
  EXPECT_EQ(texts_of(table), (Texts{"7", "18446744073709551615"}));
  Issues issues;
  (void)read_number_column(table.view(), "x", "frame", issues);
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].code, "data.too_large");
}

TEST(Gather, DatesBecomeTheirText) {
  const std::vector<std::int32_t> days = {0, 20783};
  ColumnView column;
  column.storage = Storage::date32;
  column.length = 2;
  column.values = days.data();
  EXPECT_EQ(texts_of(gather(in_turn({one_column(column), one_column(column)}))),
            (Texts{"1970-01-01", "2026-11-26", "1970-01-01", "2026-11-26"}));
}

TEST(Gather, DecimalsAreRoundedOnce) {
  const std::vector<std::int64_t> values = {12345, 0, -1, -1};  // 123.45 and -0.01
  ColumnView column;
  column.storage = Storage::decimal128;
  column.length = 2;
  column.scale = 2;
  column.values = values.data();
  EXPECT_EQ(numbers_of(gather(in_turn({one_column(column)}))),
            (std::vector<double>{123.45, -0.01}));
}

TEST(Gather, AColumnOfNullsIsOneForEveryType) {
  const OwnedTable table =
      gather(in_turn({one_column(ColumnView::all_null(2)), one_column(ColumnView::all_null(1))}));
  EXPECT_EQ(table.rows(), 3);
  EXPECT_EQ(texts_of(table), (Texts{std::nullopt, std::nullopt, std::nullopt}));
  for (const double number : numbers_of(table)) EXPECT_TRUE(is_null(number));
}

TEST(Gather, NullsNeedNoMemoryHoweverManyTheySayTheyAre) {
  const OwnedTable table =
      gather(in_turn({one_column(ColumnView::all_null(std::int64_t{1} << 50))}));
  EXPECT_EQ(table.rows(), std::int64_t{1} << 50);
}

TEST(Gather, ABatchOfNullsFitsEveryType) {
  const std::vector<double> numbers{1.5, 2.5};
  const std::vector<std::int64_t> integers{1, 2}, offsets{0, 1, 3};
  const std::vector<std::uint8_t> booleans{1, 0};
  const TableView nulls = one_column(ColumnView::all_null(2));
  for (const ColumnView& column :
       {ColumnView::numbers(numbers), ColumnView::integers(integers),
        ColumnView::texts(offsets, "abc"), ColumnView::booleans(booleans)}) {
    const TableView known = one_column(column);
    const OwnedTable alone = gather(one_batch(known));
    const Storage storage = alone.view().columns.front().second.storage;
    for (const bool first : {true, false}) {
      const std::vector<TableView> batches =
          first ? std::vector{nulls, known, nulls} : std::vector{known, nulls, nulls};
      const OwnedTable table = gather(in_turn(batches));
      const ColumnView made = table.view().columns.front().second;
      ASSERT_EQ(table.rows(), 6);
      EXPECT_EQ(made.storage, storage);
      for (std::int64_t row = 0; row < 6; ++row)
        EXPECT_EQ(is_valid(made, row), first ? row == 2 || row == 3 : row < 2) << row;
    }
  }
  const std::vector<TableView> texts{nulls, one_column(ColumnView::texts(offsets, "abc"))};
  EXPECT_EQ(texts_of(gather(in_turn(texts))), (Texts{std::nullopt, std::nullopt, "a", "bc"}));
  const std::vector<TableView> endless{one_column(ColumnView::all_null(INT64_MAX / 2)),
                                       one_column(ColumnView::numbers(numbers))};
  EXPECT_THROW(gather(in_turn(endless)), std::length_error);
}

TEST(Gather, BatchesOfOtherColumnsAreRefused) {
  OwnedTable numbers, texts, other_name;
  numbers.add_numbers("x", {1});
  texts.add_texts("x", {"1"});
  other_name.add_numbers("y", {1});
  EXPECT_THROW(gather(in_turn({numbers.view(), texts.view()})), DataError);
  EXPECT_THROW(gather(in_turn({numbers.view(), other_name.view()})), DataError);
  EXPECT_THROW(gather(in_turn({numbers.view(), TableView{}})), DataError);
}

TEST(Gather, BatchesMayStoreAColumnInDifferentWaysAndPlaces) {
  const std::vector<std::int32_t> small{1, 2};
  const std::vector<double> doubles{0.5};
  ColumnView integers;
  integers.storage = Storage::int32;
  integers.length = 2;
  integers.values = small.data();
  const std::vector<TableView> batches{
      one_column(integers), one_column(ColumnView::numbers(doubles)), one_column(integers)};
  EXPECT_EQ(numbers_of(gather(in_turn(batches))), (std::vector<double>{1, 2, 0.5, 1, 2}));
  TableView one = one_column(integers), other = one_column(integers);
  one.columns.emplace_back("y", ColumnView::all_null(2));
  other.columns.insert(other.columns.begin(), {"y", ColumnView::all_null(2)});
  EXPECT_EQ(numbers_of(gather(in_turn({one, other}))), (std::vector<double>{1, 2, 1, 2}));
  const std::vector<std::int64_t> large{(std::int64_t{1} << 53) + 1};
  const std::vector<TableView> inexact{one_column(ColumnView::integers(large)),
                                       one_column(ColumnView::numbers(doubles))};
  EXPECT_THROW(gather(in_turn(inexact)), DataError);
}

TEST(GatherMessages, AreCompleteInBothLanguages) {
  for (const Message& message : gather_messages::all) {
    EXPECT_FALSE(message.zh.empty());
    EXPECT_FALSE(message.en.empty());
  }
}

TEST(Batches, OneTableIsGivenOnce) {
  OwnedTable table;
  table.add_numbers("x", {1});
  const TableView view = table.view();
  const Batches next = one_batch(view);
  EXPECT_EQ(next(), &view);
  EXPECT_EQ(next(), nullptr);
  EXPECT_EQ(next(), nullptr);
}

}  // namespace
}  // namespace tijian
