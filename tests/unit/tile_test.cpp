#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include <tijian/kernels/tile.hpp>

namespace tijian::kernels {
namespace {

// The same questions, asked row by row.
std::vector<bool> rows_of(const Mask& mask) {
  std::vector<bool> rows;
  for (const std::uint64_t word : mask) {
    for (int bit = 0; bit < 64; ++bit) rows.push_back((word >> bit & 1) != 0);
  }
  return rows;
}

TEST(Tile, LowBitsAtTheEdgesOfAWord) {
  EXPECT_EQ(low_bits(0), 0u);
  EXPECT_EQ(low_bits(1), 1u);
  EXPECT_EQ(low_bits(63), 0x7FFF'FFFF'FFFF'FFFFu);
  EXPECT_EQ(low_bits(64), 0xFFFF'FFFF'FFFF'FFFFu);
  EXPECT_EQ(low_bits(1000), 0xFFFF'FFFF'FFFF'FFFFu);
}

TEST(Tile, BitsOfRowsAreTheRowsOfTheRangeAndNoOthers) {
  for (const std::size_t first : {0u, 1u, 63u, 64u, 65u, 500u, 1023u}) {
    for (const std::size_t rows : {0u, 1u, 2u, 63u, 64u, 65u, 128u, 523u, 1024u}) {
      for (std::size_t row = 0; row < tile_rows; ++row) {
        const bool in_range = row >= first && row < first + rows;
        ASSERT_EQ(bits_of_rows(row / 64, first, rows) >> (row % 64) & 1, in_range ? 1u : 0u)
            << first << " " << rows << " " << row;
      }
    }
  }
}

TEST(Tile, FirstRowsOfEveryLength) {
  for (std::size_t rows = 0; rows <= tile_rows; ++rows) {
    Mask mask = first_rows(0);
    EXPECT_TRUE(is_empty(mask));
    mask.back() = ~std::uint64_t{0};  // what was there is gone
    set_first_rows(mask, rows);
    ASSERT_EQ(count_rows(mask, tile_rows), rows);
    ASSERT_EQ(is_empty(mask), rows == 0);
    ASSERT_TRUE(rows == 0 || test_row(mask, rows - 1));
    ASSERT_TRUE(rows == tile_rows || !test_row(mask, rows));
  }
}

TEST(Tile, SetAndClearTouchOneRow) {
  for (const std::size_t row : {0u, 1u, 63u, 64u, 511u, 1023u}) {
    Mask mask{};
    set_row(mask, row);
    EXPECT_TRUE(test_row(mask, row));
    EXPECT_EQ(count_rows(mask, tile_rows), 1u);
    mask = first_rows(tile_rows);
    clear_row(mask, row);
    EXPECT_FALSE(test_row(mask, row));
    EXPECT_EQ(count_rows(mask, tile_rows), tile_rows - 1);
  }
}

TEST(Tile, CountsAndVisitsAgreeWithRowByRow) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 500; ++round) {
    Mask mask{};
    for (auto& word : mask) word = round % 3 == 0 ? random() & random() & random() : random();
    const std::vector<bool> rows = rows_of(mask);
    const std::size_t first = random() % (tile_rows + 1);
    const std::size_t length = random() % (tile_rows + 1 - first);
    std::vector<std::size_t> expected;
    for (std::size_t row = first; row < first + length; ++row) {
      if (rows[row]) expected.push_back(row);
    }
    EXPECT_EQ(count_rows(mask, first, length), expected.size());
    std::vector<std::size_t> visited;
    for_each_set_row(mask, first, length, [&](std::size_t row) { visited.push_back(row); });
    EXPECT_EQ(visited, expected);

    std::size_t from_start = 0;
    for_each_set_row(mask, length, [&](std::size_t row) { from_start += row < length ? 1 : 5000; });
    EXPECT_EQ(from_start, count_rows(mask, length));
  }
}

TEST(Tile, TilesAreAlignedForTheWidestInstructions) {
  EXPECT_EQ(alignof(NumberTile), 64u);
  EXPECT_EQ(alignof(BooleanTile), 64u);
  EXPECT_EQ(sizeof(NumberTile), tile_rows * 8 + tile_rows / 8);
}

}  // namespace
}  // namespace tijian::kernels
