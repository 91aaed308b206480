// Which storage stands for which type, and layouts that no column has.
#include "tijian/column_view.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tijian/owned_table.hpp"

namespace tijian {
namespace {

ColumnView of(Storage storage) {
  ColumnView column;
  column.storage = storage;
  return column;
}

TEST(ColumnView, EveryStorageStandsForTheTypesOfTheFormatAndNoOthers) {
  struct Case {
    Storage storage;
    bool number;
    bool boolean;
    bool text;
  };
  const std::vector<Case> cases{{Storage::float64, true, true, false},
                                {Storage::float32, true, true, false},
                                {Storage::int8, true, true, true},
                                {Storage::int16, true, true, true},
                                {Storage::int32, true, true, true},
                                {Storage::int64, true, true, true},
                                {Storage::uint8, true, true, true},
                                {Storage::uint16, true, true, true},
                                {Storage::uint32, true, true, true},
                                {Storage::uint64, true, true, true},
                                {Storage::decimal128, true, true, false},
                                {Storage::boolean_bits, false, true, false},
                                {Storage::boolean_bytes, false, true, false},
                                {Storage::utf8, false, false, true},
                                {Storage::large_utf8, false, false, true},
                                {Storage::utf8_view, false, false, true},
                                {Storage::date32, false, false, true},
                                {Storage::timestamp, false, false, true},
                                {Storage::nulls, true, true, true}};
  for (const Case& one : cases) {
    SCOPED_TRACE(storage_name(one.storage));
    const ColumnView column = of(one.storage);
    EXPECT_EQ(!accepts(column, Type::number, "t/c"), one.number);
    EXPECT_EQ(!accepts(column, Type::boolean, "t/c"), one.boolean);
    EXPECT_EQ(!accepts(column, Type::text, "t/c"), one.text);
  }
}

TEST(ColumnView, ADictionaryStandsForTextWhereItsWordsDo) {
  ColumnView words = of(Storage::utf8);
  ColumnView column = of(Storage::dictionary);
  column.dictionary = &words;
  EXPECT_FALSE(accepts(column, Type::text, "t/c"));
  EXPECT_TRUE(accepts(column, Type::number, "t/c"));
  EXPECT_TRUE(accepts(column, Type::boolean, "t/c"));
  words.storage = Storage::float64;
  EXPECT_TRUE(accepts(column, Type::text, "t/c"));
  column.dictionary = nullptr;
  EXPECT_TRUE(accepts(column, Type::text, "t/c"));
}

TEST(ColumnView, ARefusalNamesTableColumnAndStorageInBothLanguages) {
  const auto issue = accepts(of(Storage::utf8), Type::number, "buildings/floors");
  ASSERT_TRUE(issue.has_value());
  EXPECT_EQ(issue->code, "data.column_type");
  EXPECT_EQ(issue->place, "buildings/floors");
  EXPECT_EQ(issue->found, "utf8");
  EXPECT_EQ(issue->expected, "number");
  EXPECT_NE(issue->message.en.find("\"floors\" is stored as utf8"), std::string::npos);
  EXPECT_NE(issue->message.zh.find("“floors”的存储类型为 utf8"), std::string::npos);
}

TEST(ColumnView, ColumnsAreFoundByTheirExactName) {
  OwnedTable table;
  table.add_numbers("面积", {1.0});
  table.add_numbers("floors", {2.0});
  const TableView view = table.view();
  ASSERT_NE(view.find("floors"), nullptr);
  EXPECT_EQ(*static_cast<const double*>(view.find("floors")->values), 2.0);
  EXPECT_NE(view.find("面积"), nullptr);
  EXPECT_EQ(view.find("Floors"), nullptr);
  EXPECT_EQ(view.find(""), nullptr);
}

TEST(ColumnView, UnsoundLayoutsAreReported) {
  const auto refused = [](const ColumnView& column) {
    const auto issue = unsound(column, "t/c");
    return issue && issue->code == "data.unsound_column" && !issue->message.zh.empty();
  };
  const std::vector<double> numbers{1, 2};
  ColumnView column = ColumnView::numbers(numbers);
  EXPECT_FALSE(refused(column));
  column.values = nullptr;
  EXPECT_TRUE(refused(column));
  column = ColumnView::numbers(numbers);
  column.offset = -1;
  EXPECT_TRUE(refused(column));
  column.offset = INT64_MAX;  // offset + length does not fit
  EXPECT_TRUE(refused(column));
  column.offset = most_elements - 1;  // nor do addresses
  EXPECT_TRUE(refused(column));
  column = ColumnView::numbers(numbers);
  column.length = -1;
  EXPECT_TRUE(refused(column));

  const std::vector<std::int32_t> falling{0, 3, 2};
  EXPECT_TRUE(refused(ColumnView::texts(falling, "abc")));
  const std::vector<std::int32_t> negative{-1, 3};
  EXPECT_TRUE(refused(ColumnView::texts(negative, "abc")));
  const std::vector<std::int64_t> rising{0, 1, 1, 3};
  EXPECT_FALSE(refused(ColumnView::texts(rising, "abc")));
  EXPECT_TRUE(refused(ColumnView::texts(rising, nullptr)));

  const std::vector<std::int32_t> long_view{13, 0, -1, 0};
  column = of(Storage::utf8_view);
  column.length = 1;
  column.values = long_view.data();
  EXPECT_TRUE(refused(column));
  const std::vector<std::int32_t> negative_view{-5, 0, 0, 0};
  column.values = negative_view.data();
  EXPECT_TRUE(refused(column));

  const std::vector<std::int32_t> view{13, 0, 1, 2};  // 13 bytes of buffer 1, from its third on
  const std::vector<const void*> buffers{nullptr, "a text of many bytes"};
  const std::vector<std::int64_t> sizes{0, 15};
  column.values = view.data();
  column.data = buffers.data();
  EXPECT_FALSE(refused(column)) << "how many buffers there are, and their sizes, are not known";
  column.data_sizes = sizes.data();
  column.data_count = 2;
  EXPECT_FALSE(refused(column));
  column.data_count = 1;
  EXPECT_TRUE(refused(column));
  column.data_count = 2;
  const std::vector<std::int64_t> short_sizes{0, 14};
  column.data_sizes = short_sizes.data();
  EXPECT_TRUE(refused(column));
  column.data_sizes = nullptr;
  EXPECT_TRUE(refused(column));

  ColumnView words = ColumnView::texts(rising, "abc");
  const std::vector<std::int8_t> indices{0, 3};
  column = of(Storage::dictionary);
  column.length = 2;
  column.values = indices.data();
  column.index_storage = Storage::int8;
  column.dictionary = &words;
  EXPECT_TRUE(refused(column)) << "index 3 of 3 words";
  const std::uint8_t validity = 0b01;
  column.validity = &validity;
  EXPECT_FALSE(refused(column)) << "the index of a null row means nothing";
  column.index_storage = Storage::float32;
  EXPECT_TRUE(refused(column));
  column.index_storage = Storage::int8;
  ColumnView nested = column;
  column.dictionary = &nested;
  EXPECT_TRUE(refused(column));
}

TEST(ColumnView, ATableNeedsColumnsOfItsLengthAndNamesThatDiffer) {
  const std::vector<double> two{1, 2};
  TableView table;
  table.rows = 2;
  table.columns.emplace_back("a", ColumnView::numbers(two));
  EXPECT_TRUE(unsound(table, "buildings").empty());
  table.columns.emplace_back("a", ColumnView::numbers(two));
  table.columns.emplace_back("b", ColumnView::numbers(std::span(two).first(1)));
  const Issues issues = unsound(table, "buildings");
  ASSERT_EQ(issues.size(), 2u);
  EXPECT_EQ(issues[0].code, "data.duplicate_column");
  EXPECT_EQ(issues[1].code, "data.column_length");
  EXPECT_EQ(issues[1].place, "buildings/b");
}

/// Whether `index`, of a row in the middle, is sound for a dictionary of `count` words.
template <class Integer>
bool lies_in(Storage storage, std::int64_t count, Integer index, bool is_null = false) {
  constexpr std::size_t rows = 200, row = 77, offset = 3;
  std::vector<Integer> indices(rows + offset, 0);
  indices[row + offset] = index;
  std::vector<std::uint8_t> validity((rows + offset + 7) / 8, 0xFF);
  if (is_null)
    validity[(row + offset) / 8] &= static_cast<std::uint8_t>(~(1U << ((row + offset) % 8)));
  const std::vector<std::int32_t> offsets(static_cast<std::size_t>(count) + 1, 0);
  ColumnView words = of(Storage::utf8);
  words.length = count;
  words.values = offsets.data();
  ColumnView column = of(Storage::dictionary);
  column.index_storage = storage;
  column.values = indices.data();
  column.validity = validity.data();
  column.length = rows;
  column.offset = offset;
  column.dictionary = &words;
  return !unsound(column, "t/c");
}

template <class Integer>
void expect_edges(Storage storage) {
  SCOPED_TRACE(storage_name(storage));
  using Limits = std::numeric_limits<Integer>;
  for (const std::int64_t count :
       {1, 2, 127, 128, 129, 255, 256, 257, 32767, 32768, 65536, 70000}) {
    SCOPED_TRACE(count);
    const auto expect = [&](std::int64_t index) {
      if (!std::in_range<Integer>(index)) return;
      const auto stored = static_cast<Integer>(index);
      EXPECT_EQ(lies_in(storage, count, stored), index >= 0 && index < count) << index;
      EXPECT_TRUE(lies_in(storage, count, stored, true)) << index << " of a null row";
    };
    for (const std::int64_t index :
         {std::int64_t{-1}, std::int64_t{0}, count - 1, count, count + 1})
      expect(index);
    for (const Integer index : {Limits::min(), Limits::max()}) {
      const bool is_inside = index >= Integer{0} && std::cmp_less(index, count);
      EXPECT_EQ(lies_in(storage, count, index), is_inside) << +index;
      EXPECT_TRUE(lies_in(storage, count, index, true)) << +index << " of a null row";
    }
  }
  EXPECT_FALSE(lies_in(storage, 0, Integer{0}));
}

TEST(ColumnView, IndicesLieInTheirDictionaryToTheLastOne) {
  expect_edges<std::int8_t>(Storage::int8);
  expect_edges<std::int16_t>(Storage::int16);
  expect_edges<std::int32_t>(Storage::int32);
  expect_edges<std::int64_t>(Storage::int64);
  expect_edges<std::uint8_t>(Storage::uint8);
  expect_edges<std::uint16_t>(Storage::uint16);
  expect_edges<std::uint32_t>(Storage::uint32);
  expect_edges<std::uint64_t>(Storage::uint64);
}

template <class Offset>
void expect_rising(Storage storage) {
  SCOPED_TRACE(storage_name(storage));
  const std::string data(400, 'x');
  for (const std::size_t row : {1U, 77U, 198U, 199U}) {
    std::vector<Offset> offsets(201);
    for (std::size_t i = 0; i < offsets.size(); ++i) offsets[i] = static_cast<Offset>(2 * i);
    ColumnView column = of(storage);
    column.values = offsets.data();
    column.data = data.data();
    column.length = 200;
    EXPECT_FALSE(unsound(column, "t/c"));
    offsets[row + 1] = offsets[row];
    EXPECT_FALSE(unsound(column, "t/c")) << "an empty text in row " << row;
    offsets[row + 1] -= 1;
    const auto issue = unsound(column, "t/c");
    ASSERT_TRUE(issue) << row;
    EXPECT_NE(issue->message.in(Language::en).find("fall"), std::string::npos);
    column.offset = static_cast<std::int64_t>(row) + 1;
    column.length = 199 - static_cast<std::int64_t>(row);
    EXPECT_FALSE(unsound(column, "t/c")) << "only rows behind it are looked at";
  }
}

TEST(ColumnView, OffsetsFallNowhere) {
  expect_rising<std::int32_t>(Storage::utf8);
  expect_rising<std::int64_t>(Storage::large_utf8);
}

}  // namespace
}  // namespace tijian
