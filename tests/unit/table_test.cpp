// Loading tiles: every layout × every shape against a row-at-a-time twin, and the edges of each
// type.
#include "tijian/table.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tijian/owned_table.hpp"

namespace tijian {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A column with buffers of exactly the bytes it needs, so that a sanitizer sees every step beyond.
struct Buffers {
  std::unique_ptr<char[]> values;
  std::unique_ptr<char[]> data;
  std::unique_ptr<std::uint8_t[]> validity;
  std::vector<const void*> variadic;
  std::unique_ptr<Buffers> words;
  ColumnView column;

  char* make_values(std::size_t size) {
    values = std::make_unique<char[]>(std::max<std::size_t>(size, 1));
    column.values = values.get();
    return values.get();
  }
};

/// One shape of a column: rows before it in its buffers, its rows, and how many of them are null.
struct Shape {
  std::string name;
  std::int64_t offset;
  std::size_t rows;
  std::size_t rows_behind;  // a slice of something longer
  int nulls;                // 0 no bitmap, 1 some, 2 all
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all{
      {"plain", 0, 300, 0, 1},    {"offset", 13, 300, 0, 1},   {"aligned_offset", 64, 300, 0, 1},
      {"sliced", 7, 129, 40, 1},  {"empty", 0, 0, 0, 1},       {"empty_with_offset", 9, 0, 0, 1},
      {"all_null", 3, 200, 0, 2}, {"no_bitmap", 5, 300, 3, 0}, {"several_tiles", 11, 2500, 0, 1},
      {"one_row", 63, 1, 0, 0},   {"full_tile", 1, 1024, 0, 1}};
  return all;
}

/// What row r holds, as a small whole number; null where the bitmap says so.
struct Content {
  Shape shape;
  std::vector<std::optional<std::int64_t>> rows;

  explicit Content(const Shape& chosen, int modulus) : shape(chosen) {
    std::mt19937 random(static_cast<unsigned>(chosen.rows + 31 * static_cast<unsigned>(modulus)));
    for (std::size_t r = 0; r < shape.rows; ++r) {
      const bool is_null = shape.nulls == 2 || (shape.nulls == 1 && random() % 4 == 0);
      const auto value = static_cast<std::int64_t>(random() % static_cast<unsigned>(modulus));
      rows.push_back(is_null ? std::nullopt : std::optional(value));
    }
  }
  [[nodiscard]] std::size_t elements() const {
    return static_cast<std::size_t>(shape.offset) + shape.rows + shape.rows_behind;
  }
  /// The value at an element of the buffers; garbage where no row is or the row is null.
  [[nodiscard]] std::int64_t element(std::size_t index) const {
    const auto row = static_cast<std::int64_t>(index) - shape.offset;
    if (row < 0 || row >= static_cast<std::int64_t>(rows.size())) return 1;
    return rows[static_cast<std::size_t>(row)].value_or(1);
  }
  void finish(Buffers& buffers) const {
    ColumnView& column = buffers.column;
    column.offset = shape.offset;
    column.length = static_cast<std::int64_t>(shape.rows);
    if (shape.nulls == 0) return;
    const std::size_t bytes = (elements() + 7) / 8;
    buffers.validity = std::make_unique<std::uint8_t[]>(std::max<std::size_t>(bytes, 1));
    std::memset(buffers.validity.get(), 0xFF, bytes);  // rows outside must not leak in
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const std::size_t index = static_cast<std::size_t>(shape.offset) + r;
      if (!rows[r])
        buffers.validity[index / 8] =
            static_cast<std::uint8_t>(buffers.validity[index / 8] & ~(1u << (index % 8)));
    }
    column.validity = buffers.validity.get();
  }
};

template <class Value, class Make>
Buffers fixed_width(Storage storage, const Content& content, Make&& make) {
  Buffers buffers;
  char* bytes = buffers.make_values(content.elements() * sizeof(Value));
  for (std::size_t i = 0; i < content.elements(); ++i) {
    const Value value = make(content.element(i));
    std::memcpy(bytes + i * sizeof(Value), &value, sizeof value);
  }
  buffers.column.storage = storage;
  content.finish(buffers);
  return buffers;
}

template <class Value>
Buffers integers(Storage storage, const Content& content) {
  return fixed_width<Value>(storage, content,
                            [](std::int64_t value) { return static_cast<Value>(value); });
}

Buffers bits(const Content& content) {
  Buffers buffers;
  const std::size_t size = (content.elements() + 7) / 8;
  char* bytes = buffers.make_values(size);
  for (std::size_t i = 0; i < content.elements(); ++i) {
    if (content.element(i) != 0)
      bytes[i / 8] = static_cast<char>(bytes[i / 8] | static_cast<char>(1u << (i % 8)));
  }
  buffers.column.storage = Storage::boolean_bits;
  content.finish(buffers);
  return buffers;
}

/// Texts of 0 to 20 bytes: both forms of a view, multi-byte characters, the empty text.
std::string word_of(std::int64_t value) {
  static const std::array<std::string, 5> words{"", "a", "立管锈蚀", "exactly12byt",
                                                "thirteen bytes and more"};
  return words[static_cast<std::size_t>(value) % words.size()];
}

template <class Offset>
Buffers texts(Storage storage, const Content& content) {
  Buffers buffers;
  std::string bytes;
  std::vector<Offset> offsets{0};
  for (std::size_t i = 0; i < content.elements(); ++i) {
    bytes += word_of(content.element(i));
    offsets.push_back(static_cast<Offset>(bytes.size()));
  }
  std::memcpy(buffers.make_values(offsets.size() * sizeof(Offset)), offsets.data(),
              offsets.size() * sizeof(Offset));
  buffers.data = std::make_unique<char[]>(std::max<std::size_t>(bytes.size(), 1));
  std::memcpy(buffers.data.get(), bytes.data(), bytes.size());
  buffers.column.data = buffers.data.get();
  buffers.column.storage = storage;
  content.finish(buffers);
  return buffers;
}

Buffers views(const Content& content) {
  Buffers buffers;
  std::string bytes;
  char* view = buffers.make_values(content.elements() * 16);
  std::vector<std::int32_t> starts;
  for (std::size_t i = 0; i < content.elements(); ++i, view += 16) {
    const std::string word = word_of(content.element(i));
    const auto size = static_cast<std::int32_t>(word.size());
    std::memset(view, 0, 16);
    std::memcpy(view, &size, 4);
    if (word.size() <= 12) {
      std::memcpy(view + 4, word.data(), word.size());
      continue;
    }
    const std::int32_t buffer = 1;  // the first buffer stays empty
    const auto start = static_cast<std::int32_t>(bytes.size());
    std::memcpy(view + 4, word.data(), 4);
    std::memcpy(view + 8, &buffer, 4);
    std::memcpy(view + 12, &start, 4);
    bytes += word;
  }
  buffers.data = std::make_unique<char[]>(std::max<std::size_t>(bytes.size(), 1));
  std::memcpy(buffers.data.get(), bytes.data(), bytes.size());
  buffers.variadic = {nullptr, buffers.data.get()};
  buffers.column.data = buffers.variadic.data();
  buffers.column.storage = Storage::utf8_view;
  content.finish(buffers);
  return buffers;
}

template <class Index>
Buffers dictionary(Storage index_storage, const Content& content) {
  // The words lie behind an offset of their own and one of them is null.
  Shape shape{"words", 2, 5, 0, 0};
  Content words(shape, 5);
  for (std::size_t i = 0; i < 5; ++i) words.rows[i] = static_cast<std::int64_t>(i);
  Buffers buffers = integers<Index>(Storage::dictionary, content);
  buffers.words = std::make_unique<Buffers>(texts<std::int32_t>(Storage::utf8, words));
  buffers.column.dictionary = &buffers.words->column;
  buffers.column.index_storage = index_storage;
  return buffers;
}

/// Loads the column in tiles of `tile_size` rows and compares each row with `expected`.
void expect_numbers(const ColumnView& column, const std::vector<std::optional<double>>& expected,
                    std::size_t tile_size) {
  kernels::NumberTile tile;
  LoadFaults faults;
  for (std::size_t first = 0; first < expected.size(); first += tile_size) {
    const std::size_t n = std::min(tile_size, expected.size() - first);
    std::fill(std::begin(tile.values), std::end(tile.values), -99.0);
    tile.valid.fill(~std::uint64_t{0});
    load_numbers(column, static_cast<std::int64_t>(first), n, tile, faults);
    for (std::size_t i = 0; i < kernels::tile_rows; ++i) {
      const bool known = i < n && expected[first + i].has_value();
      ASSERT_EQ(kernels::test_row(tile.valid, i), known) << "row " << first + i;
      ASSERT_EQ(tile.values[i], known ? *expected[first + i] : 0.0) << "row " << first + i;
      ASSERT_FALSE(std::signbit(tile.values[i]) && tile.values[i] == 0) << "row " << first + i;
    }
  }
  EXPECT_EQ(faults.infinite, 0);
  EXPECT_FALSE(faults.too_large);
}

void expect_booleans(const ColumnView& column, const std::vector<std::optional<bool>>& expected,
                     std::size_t tile_size) {
  kernels::BooleanTile tile;
  LoadFaults faults;
  for (std::size_t first = 0; first < expected.size(); first += tile_size) {
    const std::size_t n = std::min(tile_size, expected.size() - first);
    tile.value.fill(~std::uint64_t{0});
    tile.valid.fill(~std::uint64_t{0});
    load_booleans(column, static_cast<std::int64_t>(first), n, tile, faults);
    for (std::size_t i = 0; i < kernels::tile_rows; ++i) {
      const bool known = i < n && expected[first + i].has_value();
      ASSERT_EQ(kernels::test_row(tile.valid, i), known) << "row " << first + i;
      ASSERT_EQ(kernels::test_row(tile.value, i), known && *expected[first + i])
          << "row " << first + i;
    }
  }
  EXPECT_FALSE(faults.not_boolean);
}

void expect_texts(const ColumnView& column, const std::vector<std::optional<std::string>>& expected,
                  std::size_t tile_size) {
  auto tile = std::make_unique<kernels::TextTile>();
  TextScratch scratch;
  for (std::size_t first = 0; first < expected.size(); first += tile_size) {
    const std::size_t n = std::min(tile_size, expected.size() - first);
    tile->valid.fill(~std::uint64_t{0});
    load_texts(column, static_cast<std::int64_t>(first), n, *tile, scratch);
    for (std::size_t i = 0; i < kernels::tile_rows; ++i) {
      const bool known = i < n && expected[first + i].has_value();
      ASSERT_EQ(kernels::test_row(tile->valid, i), known) << "row " << first + i;
      if (i < n) {
        ASSERT_EQ(tile->values[i], known ? *expected[first + i] : "") << "row " << first + i;
      }
    }
  }
}

class EveryShape : public testing::TestWithParam<Shape> {
 protected:
  static constexpr std::array<std::size_t, 4> tile_sizes{1024, 1000, 64, 1};
};

INSTANTIATE_TEST_SUITE_P(Table, EveryShape, testing::ValuesIn(shapes()),
                         [](const auto& shape) { return shape.param.name; });

TEST_P(EveryShape, NumbersOfEveryNumericStorage) {
  const Content content(GetParam(), 100);
  std::vector<std::optional<double>> expected;
  for (const auto& row : content.rows)
    expected.push_back(row ? std::optional(static_cast<double>(*row)) : std::nullopt);
  std::vector<Buffers> columns;
  columns.push_back(fixed_width<double>(Storage::float64, content,
                                        [](auto value) { return static_cast<double>(value); }));
  columns.push_back(fixed_width<float>(Storage::float32, content,
                                       [](auto value) { return static_cast<float>(value); }));
  columns.push_back(integers<std::int8_t>(Storage::int8, content));
  columns.push_back(integers<std::int16_t>(Storage::int16, content));
  columns.push_back(integers<std::int32_t>(Storage::int32, content));
  columns.push_back(integers<std::int64_t>(Storage::int64, content));
  columns.push_back(integers<std::uint8_t>(Storage::uint8, content));
  columns.push_back(integers<std::uint16_t>(Storage::uint16, content));
  columns.push_back(integers<std::uint32_t>(Storage::uint32, content));
  columns.push_back(integers<std::uint64_t>(Storage::uint64, content));
  columns.push_back(fixed_width<std::array<std::int64_t, 2>>(
      Storage::decimal128, content, [](std::int64_t value) {
        return std::array<std::int64_t, 2>{value, 0};
      }));
  for (const Buffers& buffers : columns) {
    SCOPED_TRACE(storage_name(buffers.column.storage));
    EXPECT_FALSE(unsound(buffers.column, "t/c").has_value());
    EXPECT_FALSE(accepts(buffers.column, Type::number, "t/c").has_value());
    for (const std::size_t tile_size : tile_sizes)
      expect_numbers(buffers.column, expected, tile_size);
  }
}

TEST_P(EveryShape, BooleansOfEveryStorageThatHoldsThem) {
  const Content content(GetParam(), 2);
  std::vector<std::optional<bool>> expected;
  for (const auto& row : content.rows)
    expected.push_back(row ? std::optional(*row != 0) : std::nullopt);
  std::vector<Buffers> columns;
  columns.push_back(bits(content));
  columns.push_back(integers<std::uint8_t>(Storage::boolean_bytes, content));
  columns.push_back(integers<std::int8_t>(Storage::int8, content));
  columns.push_back(integers<std::uint64_t>(Storage::uint64, content));
  columns.push_back(fixed_width<double>(Storage::float64, content,
                                        [](auto value) { return static_cast<double>(value); }));
  for (const Buffers& buffers : columns) {
    SCOPED_TRACE(storage_name(buffers.column.storage));
    EXPECT_FALSE(accepts(buffers.column, Type::boolean, "t/c").has_value());
    for (const std::size_t tile_size : tile_sizes)
      expect_booleans(buffers.column, expected, tile_size);
  }
}

TEST_P(EveryShape, TextsOfEveryStorageThatHoldsThem) {
  const Content content(GetParam(), 5);
  std::vector<std::optional<std::string>> words;
  std::vector<std::optional<std::string>> digits;
  std::vector<std::optional<std::string>> dates;
  for (const auto& row : content.rows) {
    words.push_back(row ? std::optional(word_of(*row)) : std::nullopt);
    digits.push_back(row ? std::optional(std::to_string(*row)) : std::nullopt);
    dates.push_back(row ? std::optional("1970-01-0" + std::to_string(*row + 1)) : std::nullopt);
  }
  std::vector<std::pair<Buffers, const std::vector<std::optional<std::string>>*>> columns;
  columns.emplace_back(texts<std::int32_t>(Storage::utf8, content), &words);
  columns.emplace_back(texts<std::int64_t>(Storage::large_utf8, content), &words);
  columns.emplace_back(views(content), &words);
  columns.emplace_back(dictionary<std::int8_t>(Storage::int8, content), &words);
  columns.emplace_back(dictionary<std::int16_t>(Storage::int16, content), &words);
  columns.emplace_back(dictionary<std::int32_t>(Storage::int32, content), &words);
  columns.emplace_back(dictionary<std::uint32_t>(Storage::uint32, content), &words);
  columns.emplace_back(integers<std::int8_t>(Storage::int8, content), &digits);
  columns.emplace_back(integers<std::uint64_t>(Storage::uint64, content), &digits);
  columns.emplace_back(integers<std::int32_t>(Storage::date32, content), &dates);
  for (const auto& [buffers, expected] : columns) {
    SCOPED_TRACE(storage_name(buffers.column.storage));
    EXPECT_FALSE(unsound(buffers.column, "t/c").has_value());
    EXPECT_FALSE(accepts(buffers.column, Type::text, "t/c").has_value());
    for (const std::size_t tile_size : tile_sizes)
      expect_texts(buffers.column, *expected, tile_size);
  }
}

TEST_P(EveryShape, TheNullStorageIsNullAsEveryType) {
  const Shape& shape = GetParam();
  ColumnView column = ColumnView::all_null(static_cast<std::int64_t>(shape.rows));
  column.offset = shape.offset;
  expect_numbers(column, std::vector<std::optional<double>>(shape.rows), 1024);
  expect_booleans(column, std::vector<std::optional<bool>>(shape.rows), 1024);
  expect_texts(column, std::vector<std::optional<std::string>>(shape.rows), 1024);
}

TEST(Table, ValuesMayLieAtAnyAddress) {
  const std::vector<double> source{1.5, -2.25, 3.125};
  std::vector<char> bytes(source.size() * sizeof(double) + 1);
  std::memcpy(bytes.data() + 1, source.data(), source.size() * sizeof(double));
  ColumnView column = ColumnView::numbers(source);
  column.values = bytes.data() + 1;
  expect_numbers(column, {1.5, -2.25, 3.125}, 2);
}

TEST(Table, NotANumberIsNullAndInfinityIsNullAndCounted) {
  std::vector<double> values(70, 1.0);
  values[3] = std::nan("");
  values[5] = infinity;
  values[64] = -infinity;
  values[65] = infinity;  // under a null: not there at all
  BitVector valid;
  for (std::size_t i = 0; i < values.size(); ++i) valid.push(i != 65);
  const ColumnView column = ColumnView::numbers(values, valid.data());
  kernels::NumberTile tile;
  kernels::Mask infinite;
  infinite.fill(~std::uint64_t{0});
  LoadFaults faults;
  load_numbers(column, 0, values.size(), tile, faults, &infinite);
  EXPECT_EQ(faults.infinite, 2);
  EXPECT_EQ(kernels::count_rows(infinite, 70), 2u);
  EXPECT_TRUE(kernels::test_row(infinite, 5));
  EXPECT_TRUE(kernels::test_row(infinite, 64));
  EXPECT_EQ(kernels::count_rows(tile.valid, 70), 66u);
  for (const std::size_t row : {3u, 5u, 64u, 65u}) {
    EXPECT_FALSE(kernels::test_row(tile.valid, row));
    EXPECT_EQ(tile.values[row], 0);
  }
  load_numbers(column, 5, 1, tile, faults);  // faults add up
  EXPECT_EQ(faults.infinite, 3);
}

TEST(Table, FiniteExtremesAreKeptToTheBit) {
  const std::vector<double> values{std::numeric_limits<double>::max(),
                                   std::numeric_limits<double>::lowest(),
                                   std::numeric_limits<double>::denorm_min(),
                                   -std::numeric_limits<double>::min(),
                                   std::nextafter(infinity, 0),
                                   0x1.fffffffffffffp-1};
  std::vector<std::optional<double>> expected(values.begin(), values.end());
  expect_numbers(ColumnView::numbers(values), expected, 1024);
}

TEST(Table, MinusZeroIsZeroInEveryFloatStorage) {
  const std::vector<double> doubles{-0.0};
  expect_numbers(ColumnView::numbers(doubles), {0.0}, 1024);
  const std::vector<float> floats{-0.0f};
  ColumnView column;
  column.storage = Storage::float32;
  column.length = 1;
  column.values = floats.data();
  expect_numbers(column, {0.0}, 1024);
}

TEST(Table, Float32InfinityAndNotANumberAreTreatedAlike) {
  const std::vector<float> values{std::numeric_limits<float>::infinity(), std::nanf(""), 0.1f};
  ColumnView column;
  column.storage = Storage::float32;
  column.length = 3;
  column.values = values.data();
  kernels::NumberTile tile;
  LoadFaults faults;
  load_numbers(column, 0, 3, tile, faults);
  EXPECT_EQ(faults.infinite, 1);
  EXPECT_EQ(kernels::count_rows(tile.valid, 3), 1u);
  EXPECT_EQ(tile.values[2], static_cast<double>(0.1f));
}

TEST(Table, IntegersUpTo2To53AreExactAndTheNextIsRefused) {
  constexpr std::int64_t limit = std::int64_t{1} << 53;
  const std::vector<std::int64_t> fine{limit, -limit, limit - 1, 0};
  expect_numbers(ColumnView::integers(fine),
                 {9007199254740992.0, -9007199254740992.0, 9007199254740991.0, 0.0}, 1024);
  const std::array<std::int64_t, 4> refused{limit + 1, -limit - 1,
                                            std::numeric_limits<std::int64_t>::max(),
                                            std::numeric_limits<std::int64_t>::min()};
  for (const std::int64_t value : refused) {
    const std::vector<std::int64_t> values{1, 2, value, value};
    kernels::NumberTile tile;
    LoadFaults faults;
    load_numbers(ColumnView::integers(values), 1, 3, tile, faults);
    EXPECT_TRUE(faults.too_large) << value;
    EXPECT_EQ(faults.too_large_row, 2) << value;
  }
}

TEST(Table, UnsignedIntegersBeyond2To53AreRefused) {
  const std::vector<std::uint64_t> values{std::uint64_t{1} << 53, (std::uint64_t{1} << 53) + 1,
                                          ~std::uint64_t{0}};
  ColumnView column;
  column.storage = Storage::uint64;
  column.length = 3;
  column.values = values.data();
  kernels::NumberTile tile;
  LoadFaults faults;
  load_numbers(column, 0, 1, tile, faults);
  EXPECT_FALSE(faults.too_large);
  load_numbers(column, 0, 3, tile, faults);
  EXPECT_TRUE(faults.too_large);
  EXPECT_EQ(faults.too_large_row, 1);
}

TEST(Table, ALargeIntegerUnderANullIsNotThere) {
  const std::vector<std::int64_t> values{std::numeric_limits<std::int64_t>::max()};
  const std::uint8_t validity = 0;
  kernels::NumberTile tile;
  LoadFaults faults;
  load_numbers(ColumnView::integers(values, &validity), 0, 1, tile, faults);
  EXPECT_FALSE(faults.too_large);
  EXPECT_EQ(tile.values[0], 0);
}

TEST(Table, DecimalsRoundToTheNearestDouble) {
  struct Case {
    std::uint64_t high;
    std::uint64_t low;
    int scale;
    double expected;  // of exact fractions, rounded once by another program
  };
  const std::vector<Case> cases{
      {0x0ULL, 0x0ULL, 0, 0x0.0p+0},
      {0x0ULL, 0x1ULL, 0, 0x1.0000000000000p+0},
      {0xffffffffffffffffULL, 0xffffffffffffffffULL, 0, -0x1.0000000000000p+0},
      {0x0ULL, 0x3039ULL, 2, 0x1.edccccccccccdp+6},
      {0xffffffffffffffffULL, 0xffffffffffffcfc7ULL, 2, -0x1.edccccccccccdp+6},
      {0x0ULL, 0x20000000000000ULL, 0, 0x1.0000000000000p+53},
      {0x0ULL, 0x20000000000001ULL, 0, 0x1.0000000000000p+53},
      {0x0ULL, 0x20000000000001ULL, 1, 0x1.999999999999ap+49},
      {0x0ULL, 0x20000000000001ULL, 3, 0x1.0624dd2f1a9fcp+43},
      {0x4b3b4ca85a86c47aULL, 0x98a223fffffffffULL, 0, 0x1.2ced32a16a1b1p+126},
      {0xb4c4b357a5793b85ULL, 0xf675ddc000000001ULL, 0, -0x1.2ced32a16a1b1p+126},
      {0x4b3b4ca85a86c47aULL, 0x98a223fffffffffULL, 38, 0x1.0000000000000p+0},
      {0x0ULL, 0x1ULL, 38, 0x1.b38fb9daa78e4p-127},
      {0x1ULL, 0x0ULL, 0, 0x1.0000000000000p+64},
      {0x1ULL, 0x1ULL, 5, 0x1.4f8b588e368f1p+47},
      {0x7fffffffffffffffULL, 0xffffffffffffffffULL, 0, 0x1.0000000000000p+127},
      {0x8000000000000000ULL, 0x0ULL, 0, -0x1.0000000000000p+127},
      {0x0ULL, 0x7bULL, -3, 0x1.e078000000000p+16},
      {0x0ULL, 0x5ULL, 23, 0x1.e392010175ee6p-75},
      {0x0ULL, 0x1ULL, 22, 0x1.e392010175ee6p-74},
      {0x0ULL, 0x3ULL, 30, 0x1.e6c71fe61a3efp-99},
      {0x0ULL, 0x1fffffffffffffULL, 22, 0x1.e392010175ee5p-21},
      {0x0ULL, 0x20000000000001ULL, 22, 0x1.e392010175ee7p-21},
      {0xffffffffffffffcdULL, 0x70d9f68a8673270eULL, 4, -0x1.4b5837f29f943p+56},
      {0xffef7db296d20356ULL, 0xb6ee5e481e74ef5ULL, 27, -0x1.46fe8b06b9688p+26},
      {0xfffffffffef9177eULL, 0x7768779c559c1724ULL, 27, -0x1.4576f15aae606p-2},
      {0x50b859939263059ULL, 0xf28c105d1fb15513ULL, 37, 0x1.57586c78e6513p-1},
      {0x6de24b68e81973eULL, 0xbecd7b03898aa80ULL, 8, 0x1.26f7af3b82259p+96},
      {0x789e86ULL, 0xffa340e79b05e6a4ULL, 36, 0x1.40a934bd4718bp-33},
      {0x1a61db2e441586ULL, 0x42d05c676ddda82fULL, 37, 0x1.c0dee882fd3ddp-7},
      {0xfe2c7910b65eb450ULL, 0x17fcff325f557203ULL, 4, -0x1.7eff89739d1e7p+107},
      {0xfdeb8779a93abe4bULL, 0x33c57f3f9e7769b1ULL, 34, -0x1.14798268ae826p+8},
      {0xfffffffff2df938dULL, 0x1e6ba6f76403e430ULL, 15, -0x1.d8f005526e6bfp+41},
      {0xfaecbb1aULL, 0x8203f34197764a08ULL, 7, 0x1.a4fb59d48b0ddp+72},
  };
  for (const Case& one : cases) {
    const std::array<std::uint64_t, 2> words{one.low, one.high};
    ColumnView column;
    column.storage = Storage::decimal128;
    column.length = 1;
    column.scale = one.scale;
    column.values = words.data();
    kernels::NumberTile tile;
    LoadFaults faults;  // integers among them are too large
    load_numbers(column, 0, 1, tile, faults);
    EXPECT_EQ(tile.values[0], one.expected);
    EXPECT_TRUE(kernels::test_row(tile.valid, 0));
  }
}

TEST(Table, DecimalsThatAreIntegersBeyond2To53AreAFault) {
  struct Case {
    std::int64_t high;
    std::uint64_t low;
    int scale;
    bool too_large;
  };
  constexpr std::uint64_t limit = std::uint64_t{1} << 53;
  const Case cases[] = {
      {0, limit, 0, false},
      {0, limit + 1, 0, true},
      {-1, ~limit + 1, 0, false},           // -2^53
      {-1, ~(limit + 1) + 1, 0, true},      // -2^53 - 1
      {0, 10 * limit, 1, false},            // 2^53 again
      {0, 10 * (limit + 1), 1, true},       // with a zero behind the point
      {0, 10 * (limit + 1) + 5, 1, false},  // a fraction: rounded, like any float
      {0, limit / 10, -1, false},
      {0, limit / 10 + 1, -1, true},
      {1, 0, 0, true},
      {1, 0, 30, false},
  };
  for (const Case& one : cases) {
    const std::array<std::uint64_t, 4> words{7, 0, one.low, static_cast<std::uint64_t>(one.high)};
    ColumnView column;
    column.storage = Storage::decimal128;
    column.length = 2;
    column.scale = one.scale;
    column.values = words.data();
    kernels::NumberTile tile;
    LoadFaults faults;
    load_numbers(column, 0, 2, tile, faults);
    EXPECT_EQ(faults.too_large, one.too_large) << one.high << ' ' << one.low << ' ' << one.scale;
    EXPECT_EQ(faults.too_large_row, one.too_large ? 1 : -1);
    const std::uint8_t only_the_first = 0b01;
    column.validity = &only_the_first;
    LoadFaults of_nulls;
    load_numbers(column, 0, 2, tile, of_nulls);
    EXPECT_FALSE(of_nulls.too_large);
  }
}

TEST(Table, ABooleanColumnTakesNoOtherNumbers) {
  for (const double wrong : {2.0, -1.0, 0.5, 1e300, std::nextafter(1.0, 2), infinity, -infinity}) {
    const std::vector<double> values{0, 1, std::nan(""), wrong, wrong};
    kernels::BooleanTile tile;
    LoadFaults faults;
    load_booleans(ColumnView::numbers(values), 0, 5, tile, faults);
    EXPECT_TRUE(faults.not_boolean) << wrong;
    EXPECT_EQ(faults.not_boolean_row, 3) << wrong;
    EXPECT_EQ(tile.valid[0], 0b00011u) << wrong;  // NaN is null
    EXPECT_EQ(tile.value[0], 0b00010u) << wrong;
  }
}

TEST(Table, AnyByteButZeroIsTrueInABooleanColumn) {
  const std::vector<std::uint8_t> values{0, 1, 2, 255};
  expect_booleans(ColumnView::booleans(values), {false, true, true, true}, 1024);
}

TEST(Table, WholeIdsStandForTheirDigits) {
  const std::vector<std::int64_t> values{420502001002000123, -7, 0,
                                         std::numeric_limits<std::int64_t>::min()};
  expect_texts(ColumnView::integers(values),
               {"420502001002000123", "-7", "0", "-9223372036854775808"}, 1024);
  const std::vector<std::uint64_t> large{~std::uint64_t{0}};
  ColumnView column;
  column.storage = Storage::uint64;
  column.length = 1;
  column.values = large.data();
  expect_texts(column, {"18446744073709551615"}, 1024);
}

TEST(Table, InstantsAreIso8601) {
  const std::vector<std::int64_t> values{1'740'817'800'123'456'789, -1};
  ColumnView column = ColumnView::integers(values);
  column.storage = Storage::timestamp;
  column.time_unit = TimeUnit::nanosecond;
  expect_texts(column, {"2025-03-01T08:30:00.123456789", "1969-12-31T23:59:59.999999999"}, 1024);
  column.utc = true;
  expect_texts(column, {"2025-03-01T08:30:00.123456789Z", "1969-12-31T23:59:59.999999999Z"}, 1);
}

TEST(Table, TheLongestTextsStayWhereTheyAre) {
  // A full tile of the longest instants: were the scratch to grow, earlier texts would dangle.
  std::vector<std::int64_t> values(kernels::tile_rows, std::numeric_limits<std::int64_t>::min());
  ColumnView column = ColumnView::integers(values);
  column.storage = Storage::timestamp;
  column.utc = true;
  std::vector<std::optional<std::string>> expected(kernels::tile_rows,
                                                   "-292277022657-01-27T08:29:52Z");
  expect_texts(column, expected, kernels::tile_rows);
}

TEST(Table, ADictionaryIndexOutsideIsNullAndUnsound) {
  const Shape shape{"plain", 0, 4, 0, 0};
  Content content(shape, 5);
  content.rows = {0, 5, -1, 4};
  const Buffers buffers = dictionary<std::int8_t>(Storage::int8, content);
  expect_texts(buffers.column, {"", std::nullopt, std::nullopt, "thirteen bytes and more"}, 1024);
  EXPECT_TRUE(unsound(buffers.column, "t/c").has_value());
}

TEST(Table, ANullWordOfADictionaryIsNull) {
  const std::vector<std::int32_t> offsets{0, 1, 2};
  const std::uint8_t validity = 0b01;
  const ColumnView words = ColumnView::texts(offsets, "ab", &validity);
  const std::vector<std::int32_t> indices{0, 1, 0};
  ColumnView column;
  column.storage = Storage::dictionary;
  column.length = 3;
  column.values = indices.data();
  column.dictionary = &words;
  expect_texts(column, {"a", std::nullopt, "a"}, 1024);
}

TEST(Table, ADictionaryOfIntegersStandsForDigits) {
  const std::vector<std::int64_t> codes{100, 200};
  const ColumnView words = ColumnView::integers(codes);
  const std::vector<std::int32_t> indices{1, 0};
  ColumnView column;
  column.storage = Storage::dictionary;
  column.length = 2;
  column.values = indices.data();
  column.dictionary = &words;
  EXPECT_FALSE(accepts(column, Type::text, "t/c").has_value());
  expect_texts(column, {"200", "100"}, 1024);
}

TEST(Table, WhatIsNotAcceptedLoadsAsNull) {
  OwnedTable table;
  table.add_texts("name", {"1", "2"});
  table.add_booleans("flag", {true, false});
  table.add_numbers("area", {1.0, 2.0});
  const TableView view = table.view();
  expect_numbers(*view.find("name"), {std::nullopt, std::nullopt}, 1024);
  expect_numbers(*view.find("flag"), {std::nullopt, std::nullopt}, 1024);
  expect_booleans(*view.find("name"), {std::nullopt, std::nullopt}, 1024);
  expect_texts(*view.find("area"), {std::nullopt, std::nullopt}, 1024);
  expect_texts(*view.find("flag"), {std::nullopt, std::nullopt}, 1024);
}

}  // namespace
}  // namespace tijian
