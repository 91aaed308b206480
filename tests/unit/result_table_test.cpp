#include "tijian/result_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tijian/block_writer.hpp"
#include "tijian/row_writer.hpp"

namespace tijian {
namespace {

/// Blocks of all sizes give what pushing row by row gives, bit for bit.
TEST(ResultTable, BlocksAreRowsPushedOneByOne) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  const double numbers[] = {1.5, nan, -0.0, inf, -inf, 0.1, -2.0};
  const std::string texts[] = {"",  "a", "甲乙", "", "long enough for the heap of a string",
                               "b", ""};
  const auto make = [] {
    ResultTable table("t");
    table.add_column("text", ResultType::text);
    table.add_column("number", ResultType::number);
    table.add_column("integer", ResultType::integer);
    table.add_column("boolean", ResultType::boolean);
    return table;
  };
  constexpr std::size_t rows = 100;
  ResultTable pushed = make();
  RowWriter writer(pushed);
  for (std::size_t r = 0; r < rows; ++r)
    writer.text(texts[r % 7])
        .number(numbers[r * r % 7])
        .integer(-3 * static_cast<int>(r))
        .boolean(r % 3 == 0)
        .end();
  for (std::size_t first = 1; first < 20; ++first) {
    ResultTable table = make();
    if (first % 2 == 0) table.reserve(rows);
    BlockWriter block(table);
    for (std::size_t at = 0, size = first; at < rows; at += size, size = size * 3 % 17 + 1) {
      size = std::min(size, rows - at);
      block.rows(size, 1)
          .text([&](std::size_t i) -> std::string_view { return texts[(at + i) % 7]; })
          .number([&](std::size_t i) { return numbers[(at + i) * (at + i) % 7]; })
          .integer([&](std::size_t i) { return -3 * static_cast<int>(at + i); })
          .boolean([&](std::size_t i) { return (at + i) % 3 == 0; });
    }
    ASSERT_EQ(table.rows(), rows);
    for (std::size_t r = 0; r < rows; ++r) {
      EXPECT_EQ(table.text(0, r), pushed.text(0, r));
      EXPECT_EQ(table.number(1, r), pushed.number(1, r));
      EXPECT_EQ(std::signbit(table.columns()[1].numbers[r]), numbers[r * r % 7] == -2.0);
      EXPECT_EQ(table.integer(2, r), pushed.integer(2, r));
      EXPECT_EQ(table.boolean(3, r), pushed.boolean(3, r));
    }
    EXPECT_EQ(table.columns()[0].bytes, pushed.columns()[0].bytes);
    EXPECT_EQ(table.columns()[1].numbers, pushed.columns()[1].numbers);
  }
}

TEST(ResultTable, BlocksOfGroupsGiveWhatRowsGive) {
  const std::string texts[] = {"",     "甲",      "bc", "sixteen bytes  !", "seventeen bytes !",
                               "four", "eight ok"};
  const auto text = [&](std::size_t i) -> std::string_view { return texts[i * i % 7]; };
  const auto make = [] {
    ResultTable table("t");
    for (const char* name : {"block", "group", "member", "row"})
      table.add_column(name, ResultType::text);
    return table;
  };
  for (const bool reserved : {false, true}) {
    ResultTable table = make(), pushed = make();
    if (reserved) table.reserve(1000);
    BlockWriter block(table);
    RowWriter writer(pushed);
    for (const auto& [groups, members] : std::vector<std::pair<std::size_t, std::size_t>>{
             {3, 5}, {1, 1}, {0, 4}, {4, 0}, {9, 2}, {1, 8}}) {
      block.rows(groups, members)
          .text_of_block(text(groups))
          .text_of_group(text)
          .text_of_member(text)
          .text(text);
      for (std::size_t g = 0; g < groups; ++g)
        for (std::size_t m = 0; m < members; ++m)
          writer.text(text(groups)).text(text(g)).text(text(m)).text(text(g * members + m)).end();
    }
    ASSERT_EQ(table.rows(), 15u + 1 + 18 + 8);
    for (std::size_t c = 0; c < 4; ++c) {
      EXPECT_EQ(table.columns()[c].offsets, pushed.columns()[c].offsets) << c;
      EXPECT_EQ(table.columns()[c].bytes, pushed.columns()[c].bytes) << c;
      for (std::size_t r = 0; r < table.rows(); ++r)
        EXPECT_EQ(table.text(c, r), pushed.text(c, r)) << c << ' ' << r;
    }
  }
}

TEST(ResultTable, WritersOfPartsOfTheColumnsFillTheTable) {
  for (const std::size_t parts : {2U, 3U, 7U}) {
    ResultTable table("t");
    for (const char* name : {"a", "b", "c", "d", "e"}) table.add_column(name, ResultType::text);
    std::size_t made = 0;
    for (std::size_t part = 0; part < parts; ++part) {
      BlockWriter block(table, part, parts);
      for (const std::size_t rows : {2U, 3U}) {
        block.rows(rows, 1);
        for (std::size_t column = 0; column < 5; ++column) {
          EXPECT_EQ(block.writes_next(), column % parts == part);
          if (block.writes_next()) ++made;
          block.text_of_block(std::to_string(column * 10 + rows));
        }
      }
    }
    EXPECT_EQ(made, 10U);
    ASSERT_EQ(table.rows(), 5U);
    for (std::size_t column = 0; column < 5; ++column) {
      ASSERT_EQ(table.columns()[column].rows(), 5U);
      EXPECT_EQ(table.text(column, 1), std::to_string(column * 10 + 2));
      EXPECT_EQ(table.text(column, 2), std::to_string(column * 10 + 3));
    }
  }
}

/// However a text came. Both halves of a character that two texts share are none, although their
/// bytes are when they lie end to end.
TEST(ResultTable, AColumnKnowsWhetherItsTextsAreUtf8) {
  const std::string good[] = {"立管", "", "a"};
  const std::string halves[] = {"\xE7", "\xAB\x8B"};
  const auto utf8 = [](const auto& texts, std::size_t count, int way) {
    ResultTable table("t");
    table.add_column("text", ResultType::text);
    const auto text = [&](std::size_t i) { return std::string_view(texts[i]); };
    switch (way) {
      case 0:
        for (std::size_t i = 0; i < count; ++i) table.push_text(0, text(i));
        break;
      case 1: BlockWriter(table).rows(count, 2).text_of_group(text); break;
      case 2: BlockWriter(table).rows(3, count).text_of_member(text); break;
      case 3: BlockWriter(table).rows(count, 1).text(text); break;
      default:
        for (std::size_t i = 0; i < count; ++i)
          BlockWriter(table).rows(5, 1).text_of_block(text(i));
    }
    return table.columns()[0].utf8;
  };
  for (int way = 0; way < 5; ++way) {
    EXPECT_TRUE(utf8(good, 3, way)) << way;
    EXPECT_FALSE(utf8(halves, 2, way)) << way;
  }
}

TEST(ResultTable, ALongTextAmongTheFirstIsNotForeseenForAll) {
  ResultTable table("t");
  table.add_column("text", ResultType::text);
  table.reserve(std::size_t{1} << 22);
  const std::string longest(100'000, 'x');
  BlockWriter(table).rows(100, 1).text(
      [&](std::size_t i) { return i == 3 ? std::string_view(longest) : std::string_view("four"); });
  EXPECT_EQ(table.text(0, 3), longest);
  EXPECT_EQ(table.text(0, 99), "four");
  EXPECT_LT(table.columns()[0].bytes.capacity(), std::size_t{1} << 28);
}

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
