// Arrow in: every layout × every shape cell by cell, what is refused and why, who releases what.
// Arrow out: read back by the reader, its metadata, lifetimes.
#include "tijian/arrow.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "arrow/arrow_messages.hpp"
#include "reference/arrow_producer.hpp"
#include "tijian/arrow_abi.h"
#include "tijian/owned_table.hpp"
#include "tijian/table.hpp"

namespace {

/// Allocations that still succeed; negative: all.
long allocations_left = -1;

/// While it lives, memory runs out after some allocations.
class FailingAllocations {
 public:
  explicit FailingAllocations(long allocations) { allocations_left = allocations; }
  ~FailingAllocations() { allocations_left = -1; }
  FailingAllocations(const FailingAllocations&) = delete;
  FailingAllocations& operator=(const FailingAllocations&) = delete;
};

}  // namespace

// Not inlined, or g++ sees free() take what operator new gave.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  void* memory = std::malloc(std::max<std::size_t>(size, 1));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace tijian {
namespace {

using namespace arrow_producer;

/// What the rows of a test hold: small whole numbers, from which each layout makes its values.
using Rows = std::vector<std::optional<std::int64_t>>;

using Numbers = std::vector<std::optional<double>>;
using Booleans = std::vector<std::optional<bool>>;
using Texts = std::vector<std::optional<std::string>>;

// --- What is expected ---

void expect_numbers(const ColumnView& column, const Numbers& expected) {
  ASSERT_EQ(column.length, static_cast<std::int64_t>(expected.size()));
  kernels::NumberTile tile;
  LoadFaults faults;
  for (std::size_t first = 0; first == 0 || first < expected.size(); first += kernels::tile_rows) {
    const std::size_t n = std::min(kernels::tile_rows, expected.size() - first);
    load_numbers(column, static_cast<std::int64_t>(first), n, tile, faults);
    for (std::size_t i = 0; i < n; ++i) {
      const auto& cell = expected[first + i];
      ASSERT_EQ(kernels::test_row(tile.valid, i), cell.has_value()) << "row " << first + i;
      ASSERT_EQ(tile.values[i], cell.value_or(0)) << "row " << first + i;
    }
  }
  EXPECT_EQ(faults.infinite, 0);
  EXPECT_FALSE(faults.too_large);
}

void expect_booleans(const ColumnView& column, const Booleans& expected) {
  ASSERT_EQ(column.length, static_cast<std::int64_t>(expected.size()));
  kernels::BooleanTile tile;
  LoadFaults faults;
  for (std::size_t first = 0; first == 0 || first < expected.size(); first += kernels::tile_rows) {
    const std::size_t n = std::min(kernels::tile_rows, expected.size() - first);
    load_booleans(column, static_cast<std::int64_t>(first), n, tile, faults);
    for (std::size_t i = 0; i < n; ++i) {
      const auto& cell = expected[first + i];
      ASSERT_EQ(kernels::test_row(tile.valid, i), cell.has_value()) << "row " << first + i;
      ASSERT_EQ(kernels::test_row(tile.value, i), cell.value_or(false)) << "row " << first + i;
    }
  }
  EXPECT_FALSE(faults.not_boolean);
}

void expect_texts(const ColumnView& column, const Texts& expected) {
  ASSERT_EQ(column.length, static_cast<std::int64_t>(expected.size()));
  const auto tile = std::make_unique<kernels::TextTile>();
  TextScratch scratch;
  for (std::size_t first = 0; first == 0 || first < expected.size(); first += kernels::tile_rows) {
    const std::size_t n = std::min(kernels::tile_rows, expected.size() - first);
    load_texts(column, static_cast<std::int64_t>(first), n, *tile, scratch);
    for (std::size_t i = 0; i < n; ++i) {
      const auto& cell = expected[first + i];
      ASSERT_EQ(kernels::test_row(tile->valid, i), cell.has_value()) << "row " << first + i;
      ASSERT_EQ(tile->values[i], cell.value_or("")) << "row " << first + i;
    }
  }
}

template <class Value, class Make>
std::vector<std::optional<Value>> each(const Rows& rows, const Make& make) {
  std::vector<std::optional<Value>> values;
  for (const auto& row : rows)
    values.push_back(row ? std::optional<Value>(make(*row)) : std::nullopt);
  return values;
}

// --- Layouts ---

/// Texts on both sides of what a view holds in itself, with more than one byte per character.
std::string word_of(std::int64_t value) {
  static const std::array<std::string, 6> words{
      "", "a", "立管锈蚀", "exactly12byt", "thirteen byte", "a text of many bytes and 汉字"};
  return words[static_cast<std::size_t>(value) % words.size()];
}

std::int64_t days_of(std::int64_t value) { return value * 401 - 10'000; }

/// The standard library's calendar, not the project's.
std::string date_text(std::int64_t days) {
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

/// A layout: how it holds rows, and what it is read as. A reading that is missing is refused.
struct Layout {
  std::string name;
  std::function<ProducedColumn(const Rows&, const Placement&)> column;
  std::function<Numbers(const Rows&)> numbers;
  std::function<Texts(const Rows&)> texts;
  bool booleans = false;  // rows of 0 and 1 are read as such
};

std::string digits_of(std::int64_t value) { return std::to_string(value); }

template <class Value>
Layout integer_layout(std::string name, std::string format) {
  Layout layout;
  layout.name = std::move(name);
  // Rows 0 and 1 stay what they are, higher ones are negative where they can be.
  const auto value_of = [](std::int64_t row) {
    return std::is_signed_v<Value> && row > 1 ? -row : row;
  };
  layout.column = [format, value_of](const Rows& rows, const Placement& placement) {
    const auto values =
        each<Value>(rows, [&](std::int64_t row) { return static_cast<Value>(value_of(row)); });
    return fixed_column<Value>("c", format, values, placement);
  };
  layout.numbers = [value_of](const Rows& rows) {
    return each<double>(rows, [&](auto row) { return static_cast<double>(value_of(row)); });
  };
  layout.texts = [value_of](const Rows& rows) {
    return each<std::string>(rows, [&](auto row) { return digits_of(value_of(row)); });
  };
  layout.booleans = true;
  return layout;
}

template <class Value>
Layout float_layout(std::string name, std::string format) {
  Layout layout;
  layout.name = std::move(name);
  const auto value_of = [](std::int64_t row) {
    return row > 1 ? static_cast<double>(row) * -0.375 : static_cast<double>(row);
  };
  layout.column = [format, value_of](const Rows& rows, const Placement& placement) {
    const auto values =
        each<Value>(rows, [&](std::int64_t row) { return static_cast<Value>(value_of(row)); });
    return fixed_column<Value>("c", format, values, placement);
  };
  layout.numbers = [value_of](const Rows& rows) { return each<double>(rows, value_of); };
  layout.booleans = true;
  return layout;
}

Layout decimal_layout(std::string name, std::string format) {
  Layout layout;
  layout.name = std::move(name);
  const auto hundredths = [](std::int64_t row) { return row > 1 ? row * -125 : row * 100; };
  layout.column = [format, hundredths](const Rows& rows, const Placement& placement) {
    return decimal_column("c", format, each<std::int64_t>(rows, hundredths), placement);
  };
  layout.numbers = [hundredths](const Rows& rows) {
    return each<double>(rows,
                        [&](auto row) { return static_cast<double>(hundredths(row)) / 100.0; });
  };
  layout.booleans = true;
  return layout;
}

Layout boolean_layout() {
  Layout layout;
  layout.name = "bool";
  layout.column = [](const Rows& rows, const Placement& placement) {
    return boolean_column("c", each<bool>(rows, [](auto row) { return row == 1; }), placement);
  };
  layout.booleans = true;
  return layout;
}

Layout text_layout(std::string name, std::string format) {
  Layout layout;
  layout.name = std::move(name);
  layout.column = [format](const Rows& rows, const Placement& placement) {
    return text_column("c", each<std::string>(rows, word_of), format, placement);
  };
  layout.texts = [](const Rows& rows) { return each<std::string>(rows, word_of); };
  return layout;
}

Layout date_layout() {
  Layout layout;
  layout.name = "date32";
  layout.column = [](const Rows& rows, const Placement& placement) {
    const auto days = each<std::int32_t>(
        rows, [](std::int64_t row) { return static_cast<std::int32_t>(days_of(row)); });
    return fixed_column<std::int32_t>("c", "tdD", days, placement);
  };
  layout.texts = [](const Rows& rows) {
    return each<std::string>(rows, [](auto row) { return date_text(days_of(row)); });
  };
  return layout;
}

Layout timestamp_layout(std::string name, std::string format, std::int64_t per_second,
                        std::string end) {
  Layout layout;
  layout.name = std::move(name);
  layout.column = [=](const Rows& rows, const Placement& placement) {
    const auto counts = each<std::int64_t>(rows, [=](std::int64_t row) {
      return (days_of(row) * 86'400 + 3723) * per_second;  // 01:02:03
    });
    return fixed_column<std::int64_t>("c", format, counts, placement);
  };
  layout.texts = [end](const Rows& rows) {
    return each<std::string>(rows, [&](auto row) { return date_text(days_of(row)) + end; });
  };
  return layout;
}

/// Six words behind an offset of their own; the last of them is null, and so are its rows.
template <class Index>
Layout dictionary_layout(std::string name, std::string format, std::string word_format) {
  Layout layout;
  layout.name = std::move(name);
  layout.column = [=](const Rows& rows, const Placement& placement) {
    Texts words;
    for (std::int64_t word = 0; word < 5; ++word) words.emplace_back(word_of(word));
    words.emplace_back(std::nullopt);
    Placement of_words;
    of_words.child_offset = 3;
    const auto indices =
        each<Index>(rows, [](std::int64_t row) { return static_cast<Index>(row % 6); });
    return dictionary_column<Index>("c", format, indices,
                                    text_column("", words, word_format, of_words), placement);
  };
  layout.texts = [](const Rows& rows) {
    Texts texts = each<std::string>(rows, word_of);
    for (std::size_t row = 0; row < rows.size(); ++row)
      if (rows[row] && *rows[row] % 6 == 5) texts[row].reset();
    return texts;
  };
  return layout;
}

Layout null_layout() {
  Layout layout;
  layout.name = "null";
  layout.column = [](const Rows& rows, const Placement& placement) {
    return null_column("c", static_cast<std::int64_t>(rows.size()), placement);
  };
  layout.numbers = [](const Rows& rows) { return Numbers(rows.size()); };
  layout.texts = [](const Rows& rows) { return Texts(rows.size()); };
  return layout;
}

const std::vector<Layout>& layouts() {
  static const std::vector<Layout> all{
      boolean_layout(),
      integer_layout<std::int8_t>("int8", "c"),
      integer_layout<std::int16_t>("int16", "s"),
      integer_layout<std::int32_t>("int32", "i"),
      integer_layout<std::int64_t>("int64", "l"),
      integer_layout<std::uint8_t>("uint8", "C"),
      integer_layout<std::uint16_t>("uint16", "S"),
      integer_layout<std::uint32_t>("uint32", "I"),
      integer_layout<std::uint64_t>("uint64", "L"),
      float_layout<float>("float", "f"),
      float_layout<double>("double", "g"),
      decimal_layout("decimal128", "d:12,2"),
      decimal_layout("decimal128_with_width", "d:38,2,128"),
      text_layout("utf8", "u"),
      text_layout("large_utf8", "U"),
      text_layout("string_view", "vu"),
      date_layout(),
      timestamp_layout("timestamp_s", "tss:", 1, "T01:02:03"),
      timestamp_layout("timestamp_ms", "tsm:Asia/Shanghai", 1'000, "T01:02:03Z"),
      timestamp_layout("timestamp_us", "tsu:UTC", 1'000'000, "T01:02:03Z"),
      timestamp_layout("timestamp_ns", "tsn:", 1'000'000'000, "T01:02:03"),
      dictionary_layout<std::int8_t>("dictionary_int8", "c", "u"),
      dictionary_layout<std::uint8_t>("dictionary_uint8", "C", "U"),
      dictionary_layout<std::int16_t>("dictionary_int16", "s", "vu"),
      dictionary_layout<std::uint16_t>("dictionary_uint16", "S", "u"),
      dictionary_layout<std::int32_t>("dictionary_int32", "i", "u"),
      dictionary_layout<std::uint32_t>("dictionary_uint32", "I", "u"),
      dictionary_layout<std::int64_t>("dictionary_int64", "l", "u"),
      dictionary_layout<std::uint64_t>("dictionary_uint64", "L", "U"),
      null_layout()};
  return all;
}

// --- Shapes ---

struct Batch {
  std::size_t rows = 0;
  Placement placement;
  int null_every = 3;  // 0: none, 1: all
};

struct Shape {
  std::string name;
  std::vector<Batch> batches;
};

Placement placed(std::int64_t child_offset, std::int64_t parent_offset, std::int64_t behind) {
  Placement placement;
  placement.child_offset = child_offset;
  placement.parent_offset = parent_offset;
  placement.behind = behind;
  return placement;
}

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all = [] {
    Placement no_bitmap = placed(3, 2, 1);
    no_bitmap.bitmap = false;
    Placement not_counted = placed(1, 0, 2);
    not_counted.count_nulls = false;
    Placement no_buffers;
    no_buffers.missing_buffers = true;
    Placement no_buffers_behind_offsets = placed(5, 3, 0);
    no_buffers_behind_offsets.missing_buffers = true;
    return std::vector<Shape>{
        {"offset_0", {{70, {}, 3}}},
        {"child_offset", {{70, placed(5, 0, 4), 3}}},
        {"parent_offset", {{70, placed(0, 9, 3), 3}}},
        {"both_offsets", {{70, placed(7, 6, 2), 3}}},
        {"empty", {{0, no_buffers, 3}}},
        {"all_null", {{70, placed(2, 3, 1), 1}}},
        {"no_bitmap", {{70, no_bitmap, 0}}},
        {"null_count_unknown", {{70, not_counted, 4}}},
        {"empty_behind_an_offset", {{0, placed(5, 3, 4), 3}}},
        {"empty_behind_an_offset_without_buffers", {{0, no_buffers_behind_offsets, 3}}},
        {"several_batches",
         {{1100, placed(0, 0, 0), 5}, {0, no_buffers, 3}, {40, placed(8, 8, 8), 2}, {1, {}, 0}}}};
  }();
  return all;
}

Rows rows_of(const Batch& batch, std::int64_t modulus) {
  Rows rows;
  for (std::size_t row = 0; row < batch.rows; ++row) {
    if (batch.null_every != 0 && row % static_cast<std::size_t>(batch.null_every) == 0)
      rows.emplace_back();
    else
      rows.emplace_back(static_cast<std::int64_t>(row * row + 7 * row) % modulus);
  }
  return rows;
}

/// All batches of the shape, with rows of 0 to 99 and of 0 to 1.
struct Content {
  Stream stream;
  std::vector<Rows> rows;

  Content(const Layout& layout, const Shape& shape, std::int64_t modulus) {
    for (const Batch& batch : shape.batches) {
      rows.push_back(rows_of(batch, modulus));
      const std::vector<ProducedColumn> columns{layout.column(rows.back(), batch.placement)};
      if (stream.batches.empty()) stream.schema = schema_of(columns);
      stream.batches.push_back(
          batch_of(columns, static_cast<std::int64_t>(batch.rows), batch.placement.parent_offset));
    }
  }
};

class EveryLayoutAndShape : public testing::TestWithParam<std::tuple<Layout, Shape>> {
 protected:
  /// Reads the content as a stream and calls `check` with each column and its rows.
  template <class Check>
  static void read(std::int64_t modulus, const Check& check) {
    const auto& [layout, shape] = GetParam();
    const Content content(layout, shape, modulus);
    const auto releases = std::make_shared<Releases>();
    {
      ArrowArrayStream stream{};
      export_stream(content.stream, releases, &stream);
      ArrowReader reader(&stream, "t", {"c"});
      EXPECT_EQ(stream.release, nullptr);
      for (const Rows& rows : content.rows) {
        const TableView* table = reader.next();
        ASSERT_NE(table, nullptr);
        EXPECT_EQ(table->rows, static_cast<std::int64_t>(rows.size()));
        ASSERT_NE(table->find("c"), nullptr);
        check(*table->find("c"), rows);
      }
      EXPECT_EQ(reader.next(), nullptr);
      EXPECT_EQ(reader.next(), nullptr);
    }
    EXPECT_TRUE(releases->balanced());
  }
};

INSTANTIATE_TEST_SUITE_P(Arrow, EveryLayoutAndShape,
                         testing::Combine(testing::ValuesIn(layouts()),
                                          testing::ValuesIn(shapes())),
                         [](const auto& cell) {
                           return std::get<0>(cell.param).name + "__" +
                                  std::get<1>(cell.param).name;
                         });

TEST_P(EveryLayoutAndShape, IsReadCellByCell) {
  const Layout& layout = std::get<0>(GetParam());
  read(100, [&](const ColumnView& column, const Rows& rows) {
    EXPECT_EQ(!accepts(column, Type::number, "t/c"), static_cast<bool>(layout.numbers));
    EXPECT_EQ(!accepts(column, Type::text, "t/c"), static_cast<bool>(layout.texts));
    if (layout.numbers) expect_numbers(column, layout.numbers(rows));
    if (layout.texts) expect_texts(column, layout.texts(rows));
  });
  if (!layout.booleans) return;
  read(2, [&](const ColumnView& column, const Rows& rows) {
    EXPECT_FALSE(accepts(column, Type::boolean, "t/c"));
    expect_booleans(column, each<bool>(rows, [](auto row) { return row == 1; }));
  });
}

// --- Refusals ---

/// Two columns and a third that nobody wants, of three rows.
std::vector<ProducedColumn> three_columns() {
  return {number_column("area", {1.5, std::nullopt, 3.5}),
          text_column("id", {"A", "B", std::nullopt}), text_column("note", {"x", "y", "z"})};
}

/// Reads the whole stream and gives what it was refused for; every struct must have been released.
template <class Refusal = DataError>
Issues refused(Stream content, const std::vector<std::string>& wanted = {"area", "id"}) {
  const auto releases = std::make_shared<Releases>();
  ArrowArrayStream stream{};
  export_stream(std::move(content), releases, &stream);
  Issues issues;
  try {
    ArrowReader reader(&stream, "buildings", wanted);
    while (reader.next() != nullptr) {
    }
    ADD_FAILURE() << "nothing was refused";
  } catch (const Refusal& error) {
    issues = error.issues();
    EXPECT_FALSE(issues.empty());
  }
  EXPECT_EQ(stream.release, nullptr);
  EXPECT_TRUE(releases->balanced())
      << releases->made << " structs made, " << releases->released << " released";
  for (const Issue& issue : issues) {
    EXPECT_FALSE(issue.message.zh.empty());
    EXPECT_FALSE(issue.message.en.empty());
  }
  return issues;
}

Issues refused_batch(std::function<void(ArrowArray&)> change) {
  Stream stream = stream_of(three_columns(), 3);
  stream.change_batch = [change = std::move(change)](ArrowArray& batch, std::size_t) {
    change(batch);
  };
  return refused(std::move(stream));
}

Issues refused_schema(std::function<void(ArrowSchema&)> change) {
  Stream stream = stream_of(three_columns(), 3);
  stream.change_schema = std::move(change);
  return refused(std::move(stream));
}

void expect_one(const Issues& issues, const std::string& code, const std::string& place,
                const std::string& words) {
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].code, code);
  EXPECT_EQ(issues[0].place, place);
  EXPECT_NE(issues[0].message.en.find(words), std::string::npos) << issues[0].message.en;
}

TEST(ArrowReader, UnsoundTablesAreRefused) {
  const auto expect_table = [](const Issues& issues, const std::string& words) {
    expect_one(issues, "arrow.unsound_table", "buildings", words);
  };
  expect_table(refused_batch([](ArrowArray& batch) { batch.length = -1; }), "negative");
  expect_table(refused_batch([](ArrowArray& batch) { batch.offset = -1; }), "negative");
  expect_table(refused_batch([](ArrowArray& batch) { batch.offset = INT64_MAX; }), "too large");
  expect_table(refused_batch([](ArrowArray& batch) { batch.length = INT64_MAX; }), "too large");
  expect_table(refused_batch([](ArrowArray& batch) { batch.n_children = 2; }), "columns");
  expect_table(refused_batch([](ArrowArray& batch) { batch.n_children = -1; }), "columns");
  expect_table(refused_batch([](ArrowArray& batch) { batch.children = nullptr; }), "pointer");
  expect_table(refused_batch([](ArrowArray& batch) { batch.n_buffers = 2; }), "buffers");
  expect_table(refused_batch([](ArrowArray& batch) { batch.n_buffers = 0; }), "buffers");
  expect_table(refused_batch([](ArrowArray& batch) { batch.buffers = nullptr; }), "pointer");
  expect_table(refused_batch([](ArrowArray& batch) { batch.null_count = 1; }), "bitmap");
  expect_table(refused_batch([](ArrowArray& batch) { batch.dictionary = batch.children[0]; }),
               "dictionary");
  static const std::array<std::uint8_t, 1> second_row_null{0b101};
  static std::array<const void*, 1> buffers{second_row_null.data()};
  expect_table(refused_batch([](ArrowArray& batch) { batch.buffers = buffers.data(); }), "null");
}

TEST(ArrowReader, ABitmapOfTheTableIsLookedAtInItsRowsOnly) {
  for (const std::int64_t offset : {0, 3, 8, 13, 60}) {
    for (const std::int64_t rows : {0, 1, 5, 8, 20, 64}) {
      const auto elements = static_cast<std::size_t>(offset + rows + 9);
      for (std::size_t null_row = 0; null_row < elements; ++null_row) {
        Stream stream = stream_of({null_column("c", 200)}, rows, offset);
        std::string bitmap((elements + 7) / 8, '\xFF');
        bitmap[null_row / 8] = static_cast<char>(bitmap[null_row / 8] & ~(1 << (null_row % 8)));
        stream.batches[0].buffers[0] = bitmap;
        stream.batches[0].null_count = -1;
        const auto row = static_cast<std::int64_t>(null_row);
        const bool inside = row >= offset && row < offset + rows;
        ArrowArrayStream exported{};
        export_stream(stream, std::make_shared<Releases>(), &exported);
        ArrowReader reader(&exported, "t", {"c"});
        if (inside)
          EXPECT_THROW(reader.next(), DataError) << offset << ' ' << rows << ' ' << row;
        else
          EXPECT_NO_THROW(reader.next()) << offset << ' ' << rows << ' ' << row;
      }
    }
  }
}

TEST(ArrowReader, UnsoundColumnsAreRefused) {
  const auto expect_area = [](const std::function<void(ArrowArray&)>& change,
                              const std::string& words) {
    expect_one(refused_batch([&](ArrowArray& batch) { change(*batch.children[0]); }),
               "data.unsound_column", "buildings/area", words);
  };
  expect_area([](ArrowArray& area) { area.length = 2; }, "fewer rows");
  expect_area([](ArrowArray& area) { area.length = -1; }, "negative");
  expect_area([](ArrowArray& area) { area.offset = -1; }, "negative");
  expect_area([](ArrowArray& area) { area.offset = INT64_MAX; }, "too large");
  expect_area([](ArrowArray& area) { area.offset = INT64_MAX / 8; }, "too large");
  expect_area([](ArrowArray& area) { area.length = INT64_MAX; }, "too large");
  expect_area([](ArrowArray& area) { area.n_buffers = 1; }, "buffers");
  expect_area([](ArrowArray& area) { area.n_buffers = 3; }, "buffers");
  expect_area([](ArrowArray& area) { area.n_buffers = -1; }, "buffers");
  expect_area([](ArrowArray& area) { area.n_children = 1; }, "children");
  expect_area([](ArrowArray& area) { area.buffers = nullptr; }, "pointer");
  expect_area([](ArrowArray& area) { area.buffers[1] = nullptr; }, "buffer is missing");
  expect_area([](ArrowArray& area) { area.buffers[0] = nullptr; }, "no validity bitmap");
  expect_area([](ArrowArray& area) { area.dictionary = &area; }, "dictionary");
  expect_area([](ArrowArray& area) { area.release(&area); }, "released");
  expect_one(refused_batch([](ArrowArray& batch) { batch.children[1] = nullptr; }),
             "data.unsound_column", "buildings/id", "pointer");
  expect_one(refused_batch([](ArrowArray& batch) { batch.children[1]->buffers[2] = nullptr; }),
             "data.unsound_column", "buildings/id", "texts is missing");
}

TEST(ArrowReader, RowsOfAColumnMayEndWithItsTableButNotBefore) {
  const auto read = [](std::int64_t parent_offset, std::int64_t rows) {
    ArrowArrayStream stream{};
    export_stream(stream_of({number_column("c", {1.0, 2.0, 3.0})}, rows, parent_offset),
                  std::make_shared<Releases>(), &stream);
    ArrowReader(&stream, "t", {"c"}).next();
  };
  EXPECT_NO_THROW(read(0, 3));
  EXPECT_NO_THROW(read(3, 0));
  EXPECT_NO_THROW(read(1, 2));
  EXPECT_THROW(read(1, 3), DataError);
  EXPECT_THROW(read(0, 4), DataError);
  EXPECT_THROW(read(4, 0), DataError);
}

TEST(ArrowReader, OffsetsOfTextsMustRise) {
  for (const char* format : {"u", "U"}) {
    const std::size_t width = *format == 'u' ? 4 : 8;
    for (const std::int64_t wrong : {std::int64_t{-1}, std::int64_t{3}, std::int64_t{INT32_MAX}}) {
      ProducedColumn column = text_column("id", {"a", "b", "c"}, format);
      std::memcpy(column.array.buffers[1]->data() + width, &wrong, width);
      expect_one(refused(stream_of({column}, 3), {"id"}), "data.unsound_column", "buildings/id",
                 "fall");
    }
    ProducedColumn column = text_column("id", {"a", "b", "c"}, format);
    const std::int64_t negative = -1;
    std::memcpy(column.array.buffers[1]->data(), &negative, width);
    expect_one(refused(stream_of({column}, 3), {"id"}), "data.unsound_column", "buildings/id",
               "negative");
  }
}

TEST(ArrowReader, EveryViewMustLieInItsBuffer) {
  const auto read = [](std::size_t word, std::int32_t value, bool of_a_null_row) {
    const std::string text = "a text of many bytes";  // in buffer 0, from 0 to 20
    ProducedColumn column = text_column("id", {text, text}, "vu");
    std::memcpy(column.array.buffers[1]->data() + 4 * word, &value, 4);
    if (of_a_null_row) column.array.buffers[0] = std::string(1, '\x02');
    ArrowArrayStream stream{};
    export_stream(stream_of({column}, 2), std::make_shared<Releases>(), &stream);
    ArrowReader(&stream, "t", {"id"}).next();
  };
  EXPECT_NO_THROW(read(0, 20, false));
  EXPECT_NO_THROW(read(0, 13, false));
  for (const std::int32_t size : {21, -1, INT32_MAX, INT32_MIN}) {
    EXPECT_THROW(read(0, size, false), DataError) << size;
    EXPECT_NO_THROW(read(0, size, true)) << "a null row's view means nothing";
  }
  for (const std::int32_t buffer : {1, 3, -1, INT32_MAX, INT32_MIN})
    EXPECT_THROW(read(2, buffer, false), DataError) << buffer;
  for (const std::int32_t start : {1, -1, INT32_MAX, INT32_MIN})
    EXPECT_THROW(read(3, start, false), DataError) << start;
}

TEST(ArrowReader, BuffersOfViewsAreAllNeeded) {
  const auto read = [](const std::function<void(ArrowArray&)>& change) {
    Stream stream = stream_of({text_column("id", {"a text of many bytes", "b"}, "vu")}, 2);
    stream.change_batch = [change](ArrowArray& batch, std::size_t) { change(*batch.children[0]); };
    return refused(std::move(stream), {"id"});
  };
  expect_one(read([](ArrowArray& id) { id.n_buffers = 2; }), "data.unsound_column", "buildings/id",
             "buffers");
  expect_one(read([](ArrowArray& id) { id.n_buffers = 3; }), "data.unsound_column", "buildings/id",
             "outside");
  expect_one(read([](ArrowArray& id) { id.buffers[5] = nullptr; }), "data.unsound_column",
             "buildings/id", "outside");
  expect_one(read([](ArrowArray& id) { id.buffers[2] = nullptr; }), "data.unsound_column",
             "buildings/id", "outside");
  static const std::array<std::int64_t, 3> hostile{INT64_MIN, INT64_MIN, INT64_MIN};
  expect_one(read([](ArrowArray& id) { id.buffers[5] = hostile.data(); }), "data.unsound_column",
             "buildings/id", "outside");
}

TEST(ArrowReader, ViewsWithoutBuffersHoldShortTexts) {
  ProducedColumn column = text_column("id", {"a", "exactly12byt"}, "vu");
  column.array.buffers = {std::nullopt, column.array.buffers[1], std::nullopt};
  const auto releases = std::make_shared<Releases>();
  {
    ArrowArrayStream stream{};
    export_stream(stream_of({column}, 2), releases, &stream);
    ArrowReader reader(&stream, "t", {"id"});
    expect_texts(reader.next()->columns[0].second, {"a", "exactly12byt"});
  }
  EXPECT_TRUE(releases->balanced());
}

ProducedColumn words_column(std::vector<std::optional<std::int8_t>> indices) {
  return dictionary_column<std::int8_t>("id", "c", indices, text_column("", {"a", "b"}));
}

TEST(ArrowReader, UnsoundDictionariesAreRefused) {
  const auto read = [](const ProducedColumn& column,
                       const std::function<void(ArrowArray&)>& change) {
    Stream stream = stream_of({column}, 2);
    stream.change_batch = [change](ArrowArray& batch, std::size_t) {
      if (change) change(*batch.children[0]);
    };
    return refused(std::move(stream), {"id"});
  };
  const auto expect_id = [](const Issues& issues, const std::string& words) {
    expect_one(issues, "data.unsound_column", "buildings/id", words);
  };
  expect_id(read(words_column({0, 2}), {}), "outside its dictionary");
  expect_id(read(words_column({-1, 0}), {}), "outside its dictionary");
  const ProducedColumn column = words_column({0, 1});
  expect_id(read(column, [](ArrowArray& id) { id.dictionary = nullptr; }), "dictionary");
  expect_id(read(column, [](ArrowArray& id) { id.dictionary->length = 1; }),
            "outside its dictionary");
  expect_id(read(column, [](ArrowArray& id) { id.dictionary->length = -1; }), "negative");
  expect_id(read(column, [](ArrowArray& id) { id.dictionary->offset = -1; }), "negative");
  expect_id(read(column, [](ArrowArray& id) { id.dictionary->offset = INT64_MAX; }), "too large");
  expect_id(read(column, [](ArrowArray& id) { id.dictionary->n_buffers = 2; }), "buffers");
  expect_id(read(column, [](ArrowArray& id) { id.dictionary->buffers[1] = nullptr; }),
            "buffer is missing");
  expect_id(read(column, [](ArrowArray& id) { id.dictionary->n_children = 1; }), "children");
  expect_id(read(column, [](ArrowArray& id) { id.dictionary->dictionary = id.dictionary; }),
            "dictionary");
  expect_id(read(column, [](ArrowArray& id) { id.dictionary->release(id.dictionary); }),
            "released");
}

TEST(ArrowReader, UnsoundSchemasAreRefused) {
  const auto expect_table = [](const Issues& issues, const std::string& words) {
    expect_one(issues, "arrow.unsound_table", "buildings", words);
  };
  expect_table(refused_schema([](ArrowSchema& schema) { schema.format = nullptr; }), "pointer");
  expect_table(refused_schema([](ArrowSchema& schema) { schema.n_children = -1; }), "children");
  expect_table(refused_schema([](ArrowSchema& schema) { schema.children = nullptr; }), "pointer");
  expect_table(refused_schema([](ArrowSchema& schema) { schema.children[2] = nullptr; }),
               "pointer");
  expect_table(refused_schema([](ArrowSchema& schema) { schema.release(&schema); }), "released");
  expect_table(
      refused_schema([](ArrowSchema& schema) { schema.children[2]->release(schema.children[2]); }),
      "released");
  expect_one(refused_schema([](ArrowSchema& schema) { schema.children[1]->format = nullptr; }),
             "data.unsound_column", "buildings/id", "pointer");
  expect_one(refused_schema([](ArrowSchema& schema) { schema.children[1]->n_children = 1; }),
             "data.unsound_column", "buildings/id", "children");
  Stream stream = stream_of({words_column({0, 1})}, 2);
  stream.change_schema = [](ArrowSchema& schema) { schema.children[0]->format = "g"; };
  expect_one(refused(stream, {"id"}), "data.unsound_column", "buildings/id", "not integers");
  stream.change_schema = [](ArrowSchema& schema) {
    schema.children[0]->dictionary->release(schema.children[0]->dictionary);
  };
  expect_one(refused(stream, {"id"}), "data.unsound_column", "buildings/id", "released");
  stream.change_schema = [](ArrowSchema& schema) {
    schema.children[0]->dictionary->format = nullptr;
  };
  expect_one(refused(stream, {"id"}), "data.unsound_column", "buildings/id", "pointer");
}

TEST(ArrowReader, ATableThatIsNoStructIsUnsupported) {
  for (const char* format : {"g", "+l", "", "+", "+s2"}) {
    Stream stream = stream_of(three_columns(), 3);
    stream.schema.format = format;
    const Issues issues = refused<UnsupportedError>(std::move(stream));
    ASSERT_EQ(issues.size(), 1u);
    EXPECT_EQ(issues[0].code, "arrow.unsupported_table");
    EXPECT_EQ(issues[0].found, format);
  }
}

TEST(ArrowReader, WantedColumnsOfOtherLayoutsAreUnsupportedByName) {
  for (const char* format : {"z",
                             "Z",
                             "vz",
                             "e",
                             "w:16",
                             "d:10,2,32",
                             "d:10,2,64",
                             "d:10,2,256",
                             "d:",
                             "d:10",
                             "d:10,",
                             "d:,2",
                             "d:0,2",
                             "d:39,2",
                             "d:10,2,",
                             "d:10,2147483647",
                             "d:99999999999,2",
                             "d:10,2x",
                             "tdm",
                             "tts",
                             "ttu",
                             "ts",
                             "tss",
                             "tsx:",
                             "tDs",
                             "tiM",
                             "+l",
                             "+s",
                             "+r",
                             "+us:0,1",
                             "+m",
                             "",
                             "?",
                             "gg",
                             "\xFF"}) {
    Stream stream = stream_of(three_columns(), 3);
    stream.schema.children[0].format = format;
    const Issues issues = refused<UnsupportedError>(std::move(stream));
    ASSERT_EQ(issues.size(), 1u);
    EXPECT_EQ(issues[0].code, "arrow.unsupported_column");
    EXPECT_EQ(issues[0].place, "buildings/area");
    EXPECT_EQ(issues[0].found, *format == '\xFF' ? "\xEF\xBF\xBD" : format);
    EXPECT_NE(issues[0].message.en.find("\"area\" has the Arrow format " + issues[0].found),
              std::string::npos);
  }
}

TEST(ArrowReader, DictionariesOfWhatIsNoTextAreUnsupported) {
  for (const char* format : {"g", "f", "b", "d:5,1", "z", "+l", "?"}) {
    ProducedColumn column = words_column({0, 1});
    column.field.dictionary[0].format = format;
    const Issues issues = refused<UnsupportedError>(stream_of({column}, 2), {"id"});
    ASSERT_EQ(issues.size(), 1u);
    EXPECT_EQ(issues[0].found, std::string("c (dictionary ") + format + ")");
  }
  ProducedColumn nested = words_column({0, 1});
  nested.field.dictionary[0] = words_column({}).field;
  EXPECT_EQ(refused<UnsupportedError>(stream_of({nested}, 2), {"id"}).size(), 1u);
}

TEST(ArrowReader, DictionariesOfWhatIsWrittenAsTextAreRead) {
  const std::vector<std::optional<std::int8_t>> indices{1, std::nullopt, 0};
  const auto read = [&](const ProducedColumn& words, const Texts& expected) {
    ArrowArrayStream stream{};
    export_stream(stream_of({dictionary_column<std::int8_t>("id", "c", indices, words)}, 3),
                  std::make_shared<Releases>(), &stream);
    ArrowReader reader(&stream, "t", {"id"});
    expect_texts(reader.next()->columns[0].second, expected);
  };
  read(fixed_column<std::uint64_t>("", "L", {7, UINT64_MAX}),
       {"18446744073709551615", std::nullopt, "7"});
  read(fixed_column<std::int32_t>("", "tdD", {0, 19'723}),
       {"2024-01-01", std::nullopt, "1970-01-01"});
  read(fixed_column<std::int64_t>("", "tss:", {0, 1}),
       {"1970-01-01T00:00:01", std::nullopt, "1970-01-01T00:00:00"});
  read(null_column("", 2), {std::nullopt, std::nullopt, std::nullopt});
}

TEST(ArrowReader, AllFaultsAreReportedAtOnce) {
  Stream stream = stream_of(three_columns(), 3);
  stream.schema.children[0].format = "z";
  stream.schema.children[2].name = "id";
  const Issues of_schema = refused<UnsupportedError>(std::move(stream));
  ASSERT_EQ(of_schema.size(), 2u);
  EXPECT_EQ(of_schema[0].place, "buildings/area");
  EXPECT_EQ(of_schema[1].code, "data.duplicate_column");
  EXPECT_EQ(of_schema[1].place, "buildings/id");

  const Issues of_batch = refused_batch([](ArrowArray& batch) {
    batch.null_count = 1;
    batch.children[0]->n_buffers = 7;
    batch.children[1]->buffers[1] = nullptr;
  });
  ASSERT_EQ(of_batch.size(), 3u);
  EXPECT_EQ(of_batch[0].place, "buildings");
  EXPECT_EQ(of_batch[1].place, "buildings/area");
  EXPECT_EQ(of_batch[2].place, "buildings/id");
}

TEST(ArrowReader, DuplicateNamesMatterAmongWantedColumnsOnly) {
  const std::vector<ProducedColumn> columns{number_column("a", {1.0}), number_column("x", {2.0}),
                                            number_column("x", {3.0}), number_column("a", {4.0})};
  expect_one(refused(stream_of(columns, 1), {"a"}), "data.duplicate_column", "buildings/a", "two");
  ArrowArrayStream stream{};
  export_stream(stream_of(columns, 1), std::make_shared<Releases>(), &stream);
  EXPECT_NO_THROW(ArrowReader(&stream, "t", {"y"}).next());
}

TEST(ArrowReader, ColumnsThatAreNotWantedMayBeAnything) {
  std::vector<ProducedColumn> columns = three_columns();
  columns[2].field.format = "+w:3";
  columns[2].field.children = {columns[0].field};
  columns[2].array = Array{};
  columns[2].array.length = -7;
  columns[2].array.offset = INT64_MAX;
  const auto releases = std::make_shared<Releases>();
  {
    Stream content = stream_of(columns, 3);
    content.change_batch = [](ArrowArray& batch, std::size_t) { batch.children[2] = nullptr; };
    ArrowArrayStream stream{};
    export_stream(content, releases, &stream);
    ArrowReader reader(&stream, "t", {"id", "area", "absent", "id"});
    const TableView* table = reader.next();
    ASSERT_EQ(table->columns.size(), 2u);
    EXPECT_EQ(table->columns[0].first, "area") << "in the order of the schema";
    EXPECT_EQ(table->columns[1].first, "id");
    expect_numbers(table->columns[0].second, {1.5, std::nullopt, 3.5});
    expect_texts(table->columns[1].second, {"A", "B", std::nullopt});
    EXPECT_EQ(reader.next(), nullptr);
  }
  EXPECT_TRUE(releases->balanced());
}

TEST(ArrowReader, NullsMayHaveTheValidityOfEarlyVersions) {
  ProducedColumn column = number_column("area", {std::nullopt, std::nullopt});
  column.field.format = "n";
  for (const std::int64_t buffers : {0, 1, 2}) {
    Stream content = stream_of({column}, 2);
    content.change_batch = [buffers](ArrowArray& batch, std::size_t) {
      batch.children[0]->n_buffers = buffers;
    };
    ArrowArrayStream stream{};
    export_stream(content, std::make_shared<Releases>(), &stream);
    ArrowReader reader(&stream, "t", {"area"});
    if (buffers == 2) {
      EXPECT_THROW(reader.next(), DataError);
      continue;
    }
    const TableView* table = reader.next();
    ASSERT_NE(table, nullptr);
    expect_numbers(table->columns[0].second, {std::nullopt, std::nullopt});
  }
}

TEST(ArrowColumns, TellWhichColumnsAreRead) {
  std::vector<ProducedColumn> columns = three_columns();
  columns[2].field.format = "+w:3";
  columns[2].field.children = {columns[0].field};
  ArrowArrayStream stream{};
  const auto releases = std::make_shared<Releases>();
  export_stream(stream_of(columns, 3), releases, &stream);
  ArrowSchema schema{};
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  const std::vector<ArrowColumn> told = arrow_columns(schema);
  ASSERT_EQ(told.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(told[i].name, *columns[i].field.name);
    EXPECT_EQ(told[i].format, columns[i].field.format);
    EXPECT_EQ(told[i].is_read, i != 2);
  }
  schema.release(&schema);
  EXPECT_TRUE(arrow_columns(schema).empty()) << "of a schema that was released";
  stream.release(&stream);
  EXPECT_TRUE(releases->balanced());
}

TEST(ArrowReader, AMissingNameIsEmpty) {
  ProducedColumn column = number_column("", {2.0});
  column.field.name.reset();
  ArrowArrayStream stream{};
  export_stream(stream_of({column}, 1), std::make_shared<Releases>(), &stream);
  ArrowReader reader(&stream, "t", {""});
  expect_numbers(reader.next()->columns[0].second, {2.0});
}

TEST(ArrowReader, BuffersAreReadWhereTheyLie) {
  const auto releases = std::make_shared<Releases>();
  ArrowSchema schema{};
  ArrowArray array{};
  const std::vector<ProducedColumn> columns = three_columns();
  export_schema(schema_of(columns), releases, &schema);
  export_array(batch_of(columns, 2, 1), releases, &array);
  const ArrowSchema schema_before = schema;
  const ArrowArray array_before = array;
  {
    ArrowReader reader(schema, array, "t", {"area", "id"});
    const TableView* table = reader.next();
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->columns[0].second.values, array.children[0]->buffers[1]);
    EXPECT_EQ(table->columns[1].second.data, array.children[1]->buffers[2]);
    expect_numbers(table->columns[0].second, {std::nullopt, 3.5});
    expect_texts(table->columns[1].second, {"B", std::nullopt});
    EXPECT_EQ(reader.next(), nullptr);
    EXPECT_EQ(reader.next(), nullptr);
  }
  EXPECT_EQ(std::memcmp(&schema, &schema_before, sizeof schema), 0);
  EXPECT_EQ(std::memcmp(&array, &array_before, sizeof array), 0);
  EXPECT_EQ(releases->released, 0);

  array.children[0]->n_buffers = 1;
  EXPECT_THROW(ArrowReader(schema, array, "t", {"area"}).next(), DataError);
  EXPECT_EQ(releases->released, 0);
  array.release(&array);
  EXPECT_THROW(ArrowReader(schema, array, "t", {"area"}).next(), DataError);
  schema.release(&schema);
  EXPECT_THROW(ArrowReader(schema, array, "t", {"area"}), DataError);
  EXPECT_TRUE(releases->balanced());
}

TEST(ArrowReader, ABatchIsReleasedBeforeTheNextAndTheStreamAtItsEnd) {
  const auto releases = std::make_shared<Releases>();
  Stream content = stream_of({number_column("c", {1.0})}, 1);
  content.batches.push_back(content.batches[0]);
  std::vector<int> released_before;
  content.change_batch = [&](ArrowArray&, std::size_t) {
    released_before.push_back(releases->released);
  };
  ArrowArrayStream stream{};
  export_stream(content, releases, &stream);
  ArrowReader reader(&stream, "t", {"c"});
  EXPECT_EQ(releases->released, 2) << "the schema is not needed any more";
  reader.next();
  EXPECT_EQ(releases->released, 2);
  reader.next();
  EXPECT_EQ(releases->released, 4);
  EXPECT_EQ(releases->streams_released, 0);
  EXPECT_EQ(reader.next(), nullptr);
  EXPECT_EQ(releases->released, 6);
  EXPECT_EQ(releases->streams_released, 1);
  EXPECT_EQ(released_before, (std::vector<int>{2, 4})) << "never two batches in memory";
}

TEST(ArrowReader, AStreamIsReleasedWhereItIsNotReadToItsEnd) {
  for (const int batches : {0, 1}) {
    const auto releases = std::make_shared<Releases>();
    {
      ArrowArrayStream stream{};
      export_stream(stream_of(three_columns(), 3), releases, &stream);
      ArrowReader reader(&stream, "t", {"area"});
      for (int batch = 0; batch < batches; ++batch) reader.next();
    }
    EXPECT_TRUE(releases->balanced());
    EXPECT_EQ(releases->streams_released, 1);
  }
}

TEST(ArrowReader, AStreamThatFailsIsReportedWithItsOwnWords) {
  Stream content = stream_of(three_columns(), 3);
  content.schema_error = EIO;
  content.error_text = "disk \xFF on fire 着火";
  Issues issues = refused<StreamError>(content);
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].code, "arrow.stream_failed");
  EXPECT_EQ(issues[0].place, "buildings");
  EXPECT_EQ(issues[0].found, std::to_string(EIO));
  EXPECT_NE(issues[0].message.en.find("disk \xEF\xBF\xBD on fire 着火"), std::string::npos);
  EXPECT_NE(issues[0].message.zh.find("disk \xEF\xBF\xBD on fire 着火"), std::string::npos);

  content.schema_error = 0;
  content.end_error = EINTR;
  content.error_text.reset();
  issues = refused<StreamError>(content);
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].found, std::to_string(EINTR));

  content.error_text.emplace();
  for (int i = 0; i < 5000; ++i) *content.error_text += "火";
  issues = refused<StreamError>(content);
  EXPECT_LT(issues[0].message.en.size(), 4300u);
  EXPECT_EQ(issues[0].message.en.find("\xEF\xBF\xBD"), std::string::npos)
      << "cut between characters";
}

TEST(ArrowReader, AProducerThatRunsOutOfMemoryIsNoFaultOfItsOwn) {
  for (const bool of_schema : {true, false}) {
    Stream content = stream_of(three_columns(), 3);
    (of_schema ? content.schema_error : content.end_error) = ENOMEM;
    const auto releases = std::make_shared<Releases>();
    ArrowArrayStream stream{};
    export_stream(content, releases, &stream);
    const auto read = [&] {
      ArrowReader reader(&stream, "t", {"area"});
      while (reader.next() != nullptr) {
      }
    };
    EXPECT_THROW(read(), std::bad_alloc);
    EXPECT_TRUE(releases->balanced());
  }
}

TEST(ArrowReader, NothingIsReadAfterAFault) {
  Stream content = stream_of(three_columns(), 3);
  content.batches.push_back(content.batches[0]);
  content.batches[0].children[0].buffers[1].reset();
  ArrowArrayStream stream{};
  const auto releases = std::make_shared<Releases>();
  export_stream(content, releases, &stream);
  ArrowReader reader(&stream, "t", {"area"});
  EXPECT_THROW(reader.next(), DataError);
  EXPECT_TRUE(releases->balanced()) << "released at once";
  EXPECT_THROW(reader.next(), std::logic_error);
}

TEST(ArrowReader, BatchesKeepTheNumberOfColumns) {
  Stream content = stream_of(three_columns(), 3);
  content.batches.push_back(content.batches[0]);
  content.batches[1].children.pop_back();
  expect_one(refused(content), "arrow.unsound_table", "buildings", "columns than the schema");
}

TEST(ArrowReader, AStreamThatIsNoStreamIsRefused) {
  EXPECT_THROW(ArrowReader(nullptr, "t", {}), DataError);
  ArrowArrayStream stream{};
  EXPECT_THROW(ArrowReader(&stream, "t", {}), DataError);
  for (const bool without_schema : {true, false}) {
    const auto releases = std::make_shared<Releases>();
    export_stream(stream_of(three_columns(), 3), releases, &stream);
    if (without_schema)
      stream.get_schema = nullptr;
    else
      stream.get_next = nullptr;
    EXPECT_THROW(ArrowReader(&stream, "t", {}), DataError);
    EXPECT_EQ(stream.release, nullptr);
    EXPECT_TRUE(releases->balanced());
  }
}

TEST(ArrowReader, ATableWithoutColumnsHasRows) {
  ArrowArrayStream stream{};
  export_stream(stream_of({}, 5), std::make_shared<Releases>(), &stream);
  ArrowReader reader(&stream, "t", {"a"});
  const TableView* table = reader.next();
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->rows, 5);
  EXPECT_TRUE(table->columns.empty());
}

/// A stream whose structs are made beforehand: its callbacks take no memory.
struct PreparedStream {
  ArrowSchema schema{};
  ArrowArray array{};
  bool released = false;

  ArrowArrayStream stream() {
    ArrowArrayStream out{};
    out.private_data = this;
    out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema_out) {
      auto& prepared = *static_cast<PreparedStream*>(self->private_data);
      *schema_out = std::exchange(prepared.schema, {});
      return 0;
    };
    out.get_next = [](ArrowArrayStream* self, ArrowArray* array_out) {
      auto& prepared = *static_cast<PreparedStream*>(self->private_data);
      *array_out = std::exchange(prepared.array, {});
      return 0;
    };
    out.release = [](ArrowArrayStream* self) {
      auto& prepared = *static_cast<PreparedStream*>(self->private_data);
      EXPECT_FALSE(prepared.released);
      prepared.released = true;
      if (prepared.schema.release != nullptr) prepared.schema.release(&prepared.schema);
      if (prepared.array.release != nullptr) prepared.array.release(&prepared.array);
      self->release = nullptr;
    };
    return out;
  }
};

TEST(ArrowReader, WhereverMemoryRunsOutEverythingIsReleased) {
  std::vector<ProducedColumn> columns = three_columns();
  columns.push_back(words_column({0, 1, 1}));
  columns.back().field.name = "word";
  for (const bool is_sound : {true, false}) {
    int failures = 0;
    for (long allocations = 0;; ++allocations) {
      const auto releases = std::make_shared<Releases>();
      PreparedStream prepared;
      export_schema(schema_of(columns), releases, &prepared.schema);
      export_array(batch_of(columns, 3), releases, &prepared.array);
      if (!is_sound) prepared.array.children[0]->n_buffers = 9;
      ArrowArrayStream stream = prepared.stream();
      std::string name = "a table whose name is not a short one";
      std::vector<std::string> wanted{"area", "id", "word"};
      bool out_of_memory = false;
      try {
        const FailingAllocations failing(allocations);
        ArrowReader reader(&stream, std::move(name), std::move(wanted));
        while (reader.next() != nullptr) {
        }
      } catch (const std::bad_alloc&) {
        out_of_memory = true;
      } catch (const DataError&) {
        EXPECT_FALSE(is_sound);
      }
      EXPECT_EQ(stream.release, nullptr);
      EXPECT_TRUE(prepared.released);
      EXPECT_TRUE(releases->balanced());
      if (!out_of_memory) break;
      ++failures;
    }
    EXPECT_GT(failures, 5);
  }
}

TEST(ArrowMessages, AreCompleteInBothLanguages) {
  for (const Message& message : arrow_messages::all) {
    EXPECT_TRUE(message.code.starts_with("arrow."));
    EXPECT_FALSE(message.zh.empty());
    EXPECT_FALSE(message.en.empty());
  }
}

// --- Export ---

ResultSource source_of_2025() { return {"mohurd-2025", "2025.1", "sha256:abc", "0.1.0", 2025}; }

/// A column of each type, with nulls.
ResultTable result_table() {
  ResultTable table("problems", source_of_2025());
  table.add_column("unit", ResultType::text);
  table.add_column("value", ResultType::number, "m²");
  table.add_column("rows", ResultType::integer, "1");
  table.add_column("met", ResultType::boolean);
  for (int row = 0; row < 21; ++row) {
    if (row % 4 == 3) {
      for (std::size_t column = 0; column < 4; ++column) table.push_null(column);
      continue;
    }
    table.push_text(0, word_of(row));
    table.push_number(1, row * 0.25);
    table.push_integer(2, row - 5);
    table.push_boolean(3, row % 2 == 1);
  }
  return table;
}

std::map<std::string, std::string> metadata_of(const char* packed) {
  std::map<std::string, std::string> entries;
  if (packed == nullptr) return entries;
  const auto number = [&packed] {
    std::int32_t value = 0;
    std::memcpy(&value, packed, sizeof value);
    packed += sizeof value;
    return value;
  };
  const auto text = [&packed](std::int32_t size) {
    std::string value(packed, static_cast<std::size_t>(size));
    packed += size;
    return value;
  };
  for (std::int32_t left = number(); left > 0; --left) {
    const std::string key = text(number());
    entries[key] = text(number());
  }
  return entries;
}

void expect_table(const TableView& view, const ResultTable& expected) {
  ASSERT_EQ(view.rows, static_cast<std::int64_t>(expected.rows()));
  ASSERT_EQ(view.columns.size(), expected.columns().size());
  for (std::size_t i = 0; i < view.columns.size(); ++i) {
    const auto& [name, column] = view.columns[i];
    SCOPED_TRACE(name);
    EXPECT_EQ(name, expected.columns()[i].name);
    Numbers numbers;
    Booleans booleans;
    Texts texts;
    for (std::size_t row = 0; row < expected.rows(); ++row) {
      switch (expected.columns()[i].type) {
        case ResultType::text: {
          const auto text = expected.text(i, row);
          texts.push_back(text ? std::optional(std::string(*text)) : std::nullopt);
          break;
        }
        case ResultType::number: numbers.push_back(expected.number(i, row)); break;
        case ResultType::integer: {
          const auto integer = expected.integer(i, row);
          numbers.push_back(integer ? std::optional(static_cast<double>(*integer)) : std::nullopt);
          break;
        }
        case ResultType::boolean: booleans.push_back(expected.boolean(i, row)); break;
      }
    }
    switch (expected.columns()[i].type) {
      case ResultType::text: expect_texts(column, texts); break;
      case ResultType::boolean: expect_booleans(column, booleans); break;
      default: expect_numbers(column, numbers); break;
    }
  }
}

const std::vector<std::string> result_columns{"unit", "value", "rows", "met"};

TEST(ArrowExport, ReadsBackAsTheSameTable) {
  ArrowArrayStream stream{};
  export_arrow(result_table(), &stream);
  ArrowReader reader(&stream, "t", result_columns);
  const TableView* table = reader.next();
  ASSERT_NE(table, nullptr);
  expect_table(*table, result_table());
  EXPECT_EQ(reader.next(), nullptr);
}

TEST(ArrowExport, TablesWithoutRowsOrColumnsAreExported) {
  const ResultTable like = result_table();
  for (const bool has_columns : {true, false}) {
    ResultTable table("empty", source_of_2025());
    if (has_columns)
      for (const ResultColumn& column : like.columns()) table.add_column(column.name, column.type);
    ArrowArrayStream stream{};
    export_arrow(table, &stream);
    ArrowReader reader(&stream, "t", result_columns);
    const TableView* view = reader.next();
    ASSERT_NE(view, nullptr);
    expect_table(*view, table);
    EXPECT_EQ(reader.next(), nullptr);
  }
}

TEST(ArrowExport, ATableThatIsSharedIsLentWhereItLies) {
  const auto shared = std::make_shared<const ResultTable>(result_table());
  ArrowArrayStream first{}, second{};
  export_arrow(shared, &first);
  export_arrow(shared, &second);
  const double* const values = shared->columns()[1].numbers.data();
  for (ArrowArrayStream* stream : {&first, &second}) {
    ArrowReader reader(stream, "t", result_columns);
    const TableView* table = reader.next();
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->find("value")->values, values);
    expect_table(*table, result_table());
  }
  EXPECT_EQ(shared.use_count(), 1) << "nothing is kept";
}

TEST(ArrowExport, ColumnsThatAreBehindEndInNulls) {
  ResultTable table = result_table();
  table.push_text(0, "one more");
  ArrowArrayStream stream{};
  export_arrow(table, &stream);
  ArrowArray array{};
  ASSERT_EQ(stream.get_next(&stream, &array), 0);
  EXPECT_EQ(array.children[0]->null_count, 5);
  EXPECT_EQ(array.children[1]->null_count, 6);
  ArrowSchema schema{};
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  stream.release(&stream);
  ArrowReader reader(schema, array, "t", result_columns);
  expect_table(*reader.next(), table);
  array.release(&array);
  schema.release(&schema);
}

TEST(ArrowExport, LayoutsAreThoseOfTheSpecification) {
  ArrowArrayStream stream{};
  export_arrow(result_table(), &stream);
  ArrowSchema schema{};
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  EXPECT_STREQ(schema.format, "+s");
  ASSERT_EQ(schema.n_children, 4);
  const std::vector<std::string> formats{"U", "g", "l", "b"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(schema.children[i]->format, formats[i]);
    EXPECT_EQ(schema.children[i]->name, result_columns[i]);
    EXPECT_EQ(schema.children[i]->flags, ARROW_FLAG_NULLABLE);
    EXPECT_EQ(schema.children[i]->n_children, 0);
    EXPECT_EQ(schema.children[i]->dictionary, nullptr);
  }
  ArrowArray array{};
  ASSERT_EQ(stream.get_next(&stream, &array), 0);
  EXPECT_EQ(array.length, 21);
  EXPECT_EQ(array.null_count, 0);
  EXPECT_EQ(array.offset, 0);
  EXPECT_EQ(array.n_buffers, 1);
  ASSERT_EQ(array.n_children, 4);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(array.children[i]->length, 21);
    EXPECT_EQ(array.children[i]->null_count, 5);
    EXPECT_EQ(array.children[i]->n_buffers, i == 0 ? 3 : 2);
    EXPECT_EQ(array.children[i]->n_children, 0);
  }
  ArrowArray end{};
  end.release = [](ArrowArray*) {};
  for (int call = 0; call < 2; ++call) {
    ASSERT_EQ(stream.get_next(&stream, &end), 0);
    EXPECT_EQ(end.release, nullptr);
  }
  EXPECT_EQ(stream.get_last_error(&stream), nullptr);
  schema.release(&schema);
  EXPECT_EQ(schema.release, nullptr);
  array.release(&array);
  EXPECT_EQ(array.release, nullptr);
  stream.release(&stream);
  EXPECT_EQ(stream.release, nullptr);
}

TEST(ArrowExport, MetadataTellWhereTheResultComesFrom) {
  ArrowArrayStream stream{};
  export_arrow(result_table(), &stream);
  ArrowSchema schema{};
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  stream.release(&stream);
  const std::map<std::string, std::string> expected{
      {"tijian.table", "problems"}, {"tijian.framework", "mohurd-2025"},
      {"tijian.version", "2025.1"}, {"tijian.fingerprint", "sha256:abc"},
      {"tijian.library", "0.1.0"},  {"tijian.year", "2025"}};
  EXPECT_EQ(metadata_of(schema.metadata), expected);
  EXPECT_EQ(schema.children[0]->metadata, nullptr);
  EXPECT_EQ(metadata_of(schema.children[1]->metadata),
            (std::map<std::string, std::string>{{"tijian.measure", "m²"}}));
  EXPECT_EQ(metadata_of(schema.children[2]->metadata),
            (std::map<std::string, std::string>{{"tijian.measure", "1"}}));
  schema.release(&schema);
}

TEST(ArrowExport, VectorsAreHandedOutWhereTheyLie) {
  ResultTable table = result_table();
  const void* numbers = table.columns()[1].numbers.data();
  const void* bytes = table.columns()[0].bytes.data();
  const void* booleans = table.columns()[3].booleans.data();
  const void* valid = table.columns()[3].valid.data();
  ArrowArrayStream stream{};
  export_arrow(std::move(table), &stream);
  ArrowArray array{};
  ASSERT_EQ(stream.get_next(&stream, &array), 0);
  EXPECT_EQ(array.children[1]->buffers[1], numbers);
  EXPECT_EQ(array.children[0]->buffers[2], bytes);
  EXPECT_EQ(array.children[3]->buffers[1], booleans);
  EXPECT_EQ(array.children[3]->buffers[0], valid);
  array.release(&array);
  stream.release(&stream);
}

TEST(ArrowExport, StreamsSchemasArraysAndChildrenOutliveEachOther) {
  ArrowArrayStream first{};
  ArrowArrayStream second{};
  export_arrow(result_table(), &first);
  export_arrow(result_table(), &second);
  ArrowSchema schema{};
  ArrowSchema same_schema{};
  ArrowArray array{};
  ASSERT_EQ(first.get_schema(&first, &schema), 0);
  ASSERT_EQ(first.get_schema(&first, &same_schema), 0);
  ASSERT_EQ(first.get_next(&first, &array), 0);
  first.release(&first);
  same_schema.release(&same_schema);

  // A consumer may take single children and release their parents.
  ArrowSchema unit_schema = std::exchange(*schema.children[0], {});
  ArrowArray unit = std::exchange(*array.children[0], {});
  ArrowSchema parent_schema = schema;
  parent_schema.release(&parent_schema);
  array.release(&array);
  EXPECT_STREQ(unit_schema.name, "unit");
  EXPECT_STREQ(unit_schema.format, "U");
  const auto* offsets = static_cast<const std::int64_t*>(unit.buffers[1]);
  EXPECT_EQ(std::string(static_cast<const char*>(unit.buffers[2]) + offsets[2],
                        static_cast<std::size_t>(offsets[3] - offsets[2])),
            "立管锈蚀");
  unit.release(&unit);
  unit_schema.release(&unit_schema);

  ArrowReader reader(&second, "t", result_columns);
  expect_table(*reader.next(), result_table());
}

TEST(ArrowExport, TextThatIsNotUtf8IsMadeSo) {
  ResultTable table("na\xFFme", source_of_2025());
  table.add_column("te\x80xt", ResultType::text, "\xC3");
  for (const char* text : {"sound", "\xE7\xAB",
                           "a\xFF\xFE"
                           "b",
                           "\xED\xA0\x80", "", "立"})
    table.push_text(0, text);
  table.push_text(0, std::nullopt);
  table.push_text(0, "\x8B");  // ends the second text's character, were they one text
  ArrowArrayStream stream{};
  export_arrow(std::move(table), &stream);
  ArrowSchema schema{};
  ASSERT_EQ(stream.get_schema(&stream, &schema), 0);
  EXPECT_STREQ(schema.children[0]->name, "te\xEF\xBF\xBDxt");
  EXPECT_EQ(metadata_of(schema.metadata)["tijian.table"], "na\xEF\xBF\xBDme");
  EXPECT_EQ(metadata_of(schema.children[0]->metadata)["tijian.measure"], "\xEF\xBF\xBD");
  schema.release(&schema);
  ArrowReader reader(&stream, "t", {"te\xEF\xBF\xBDxt"});
  const std::string bad = "\xEF\xBF\xBD";
  expect_texts(reader.next()->columns.at(0).second, {"sound", bad + bad, "a" + bad + bad + "b",
                                                     bad + bad + bad, "", "立", std::nullopt, bad});
}

TEST(ArrowExport, ColumnsAreLentWhereTheyLieWhileTheirOwnerIsKept) {
  const auto owner = std::make_shared<OwnedTable>(3);
  owner->add_numbers("area", {1.5, std::nullopt, 3.5});
  owner->add_texts("id", {"A", std::nullopt, "立"});
  owner->add_booleans("met", {true, false, std::nullopt});
  TableView view = owner->view();
  view.columns.emplace_back("nothing", ColumnView::all_null(3));
  ArrowArrayStream stream{};
  export_arrow(view, owner, &stream);
  const long held = owner.use_count();
  EXPECT_GT(held, 1);
  {
    ArrowReader reader(&stream, "t", {"area", "id", "met", "nothing"});
    const TableView* table = reader.next();
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->columns.at(0).second.values, view.columns[0].second.values);
    EXPECT_EQ(table->columns.at(1).second.data, view.columns[1].second.data);
    expect_numbers(table->columns[0].second, {1.5, std::nullopt, 3.5});
    expect_texts(table->columns[1].second, {"A", std::nullopt, "立"});
    expect_booleans(table->columns[2].second, {true, false, std::nullopt});
    expect_numbers(table->columns[3].second, Numbers(3));
  }
  EXPECT_EQ(owner.use_count(), 1) << "given back with the last struct";

  // A slice: the offset of the column is that of the array.
  ColumnView& area = view.columns[0].second;
  area.offset = 1;
  area.length = 2;
  view.rows = 2;
  view.columns.resize(1);
  export_arrow(view, owner, &stream);
  ArrowReader reader(&stream, "t", {"area"});
  expect_numbers(reader.next()->columns.at(0).second, {std::nullopt, 3.5});
}

TEST(ArrowExport, LayoutsThatNeedMoreThanTheirBuffersAreNotLent) {
  for (const Storage storage : {Storage::utf8_view, Storage::dictionary, Storage::decimal128,
                                Storage::boolean_bytes, Storage::timestamp}) {
    TableView view;
    view.columns.emplace_back("c", ColumnView{});
    view.columns[0].second.storage = storage;
    ArrowArrayStream stream{};
    EXPECT_THROW(export_arrow(view, nullptr, &stream), std::invalid_argument);
    EXPECT_EQ(stream.release, nullptr);
  }
}

TEST(ArrowExport, WhereverMemoryRunsOutNothingIsWrittenOrLost) {
  int failures = 0;
  for (long allocations = 0;; ++allocations) {
    ResultTable table = result_table();
    ArrowArrayStream stream{};
    bool out_of_memory = false;
    try {
      const FailingAllocations failing(allocations);
      export_arrow(std::move(table), &stream);
    } catch (const std::bad_alloc&) {
      out_of_memory = true;
    }
    EXPECT_EQ(stream.release == nullptr, out_of_memory);
    if (!out_of_memory) {
      stream.release(&stream);
      break;
    }
    ++failures;
  }
  EXPECT_GT(failures, 5);
}

TEST(ArrowExport, CallbacksAnswerThatMemoryRanOut) {
  ArrowArrayStream stream{};
  export_arrow(result_table(), &stream);
  const auto call_until_it_works = [&](auto* out, auto call) {
    int failures = 0;
    for (long allocations = 0;; ++allocations) {
      int status = 0;
      {
        const FailingAllocations failing(allocations);
        status = call(&stream, out);
      }
      if (status == 0) break;
      EXPECT_EQ(status, ENOMEM);
      EXPECT_EQ(out->release, nullptr);
      ASSERT_NE(stream.get_last_error(&stream), nullptr);
      ++failures;
    }
    EXPECT_GT(failures, 5);
    EXPECT_EQ(stream.get_last_error(&stream), nullptr);
    ASSERT_NE(out->release, nullptr);
    out->release(out);
  };
  ArrowSchema schema{};
  ArrowArray array{};
  call_until_it_works(&schema, stream.get_schema);
  call_until_it_works(&array, stream.get_next);
  stream.release(&stream);
}

}  // namespace
}  // namespace tijian
