// Tiles: 1,024 rows of one column, the piece of a table that every kernel works on at a time.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tijian::kernels {

/// Rows of a tile: 8 KiB of doubles, so that the operands of one operation stay in the L1 cache.
inline constexpr std::size_t tile_rows = 1024;
inline constexpr std::size_t tile_words = tile_rows / 64;

/// One bit per row of a tile: bit i % 64 of word i / 64 is row i.
using Mask = std::array<std::uint64_t, tile_words>;

/// Numbers of a tile. Values without a bit in `valid` mean nothing: kernels compute with them
/// unasked, and nobody reads the result.
struct NumberTile {
  alignas(64) double values[tile_rows];
  alignas(64) Mask valid;
};

/// Booleans of a tile. The bit of `value` is 0 where `valid` has none, so `value` alone says
/// "known and true".
struct BooleanTile {
  alignas(64) Mask value;
  alignas(64) Mask valid;
};

/// Texts of a tile, borrowed from the column. Values without a bit in `valid` mean nothing.
struct TextTile {
  std::string_view values[tile_rows];
  Mask valid;
};

/// A word whose lowest `bits` bits are set; all of them from 64 on.
[[nodiscard]] constexpr std::uint64_t low_bits(std::size_t bits) noexcept {
  return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

/// The part of word `word` that lies in rows [first_row, first_row + rows): 0 where none does.
[[nodiscard]] constexpr std::uint64_t bits_of_rows(std::size_t word, std::size_t first_row,
                                                   std::size_t rows) noexcept {
  const std::size_t start = word * 64;
  const std::size_t end = first_row + rows;
  if (end <= start || first_row >= start + 64) return 0;
  const std::uint64_t below_end = low_bits(end - start);
  return first_row <= start ? below_end : below_end & ~low_bits(first_row - start);
}

/// A mask with the first `rows` rows set (at most tile_rows).
[[nodiscard]] constexpr Mask first_rows(std::size_t rows) noexcept {
  Mask mask{};
  std::size_t word = 0;
  for (; word < rows / 64; ++word) mask[word] = ~std::uint64_t{0};
  if (rows % 64 != 0) mask[word] = low_bits(rows % 64);
  return mask;
}

/// Sets the first `rows` rows of `mask` and clears the others.
constexpr void set_first_rows(Mask& mask, std::size_t rows) noexcept { mask = first_rows(rows); }

[[nodiscard]] constexpr bool test_row(const Mask& mask, std::size_t row) noexcept {
  return (mask[row / 64] >> (row % 64) & 1) != 0;
}

constexpr void set_row(Mask& mask, std::size_t row) noexcept {
  mask[row / 64] |= std::uint64_t{1} << (row % 64);
}

constexpr void clear_row(Mask& mask, std::size_t row) noexcept {
  mask[row / 64] &= ~(std::uint64_t{1} << (row % 64));
}

/// How many of rows [first_row, first_row + rows) are set.
[[nodiscard]] constexpr std::size_t count_rows(const Mask& mask, std::size_t first_row,
                                               std::size_t rows) noexcept {
  std::size_t count = 0;
  const std::size_t end_word = std::min(tile_words, (first_row + rows + 63) / 64);
  for (std::size_t word = first_row / 64; word < end_word; ++word) {
    count +=
        static_cast<std::size_t>(std::popcount(mask[word] & bits_of_rows(word, first_row, rows)));
  }
  return count;
}

/// How many of the first `rows` rows are set.
[[nodiscard]] constexpr std::size_t count_rows(const Mask& mask, std::size_t rows) noexcept {
  return count_rows(mask, 0, rows);
}

/// True where no row is set.
[[nodiscard]] constexpr bool is_empty(const Mask& mask) noexcept {
  std::uint64_t any = 0;
  for (const std::uint64_t word : mask) any |= word;
  return any == 0;
}

/// Calls `visit(row)` for each set row of [first_row, first_row + rows), lowest first.
template <class Visit>
constexpr void for_each_set_row(const Mask& mask, std::size_t first_row, std::size_t rows,
                                Visit&& visit) {
  const std::size_t end_word = std::min(tile_words, (first_row + rows + 63) / 64);
  for (std::size_t word = first_row / 64; word < end_word; ++word) {
    std::uint64_t rest = mask[word] & bits_of_rows(word, first_row, rows);
    while (rest != 0) {
      visit(word * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
      rest &= rest - 1;
    }
  }
}

/// Calls `visit(row)` for each set row of the first `rows` rows, lowest first.
template <class Visit>
constexpr void for_each_set_row(const Mask& mask, std::size_t rows, Visit&& visit) {
  for_each_set_row(mask, 0, rows, visit);
}

}  // namespace tijian::kernels
