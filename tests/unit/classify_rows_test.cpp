// Classes, counts and totals of whole columns, against judging cell by cell.
#define TIJIAN_KERNEL_TARGET one_lane
#define TIJIAN_KERNEL_BYTES 8
#include "tijian/kernels/classify_rows.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tijian/judge_edges.hpp"
#include "tijian/kernels/score_kernel_table.hpp"
#include "tijian/native_score_kernels.hpp"

namespace tijian {
namespace {

using kernels::cell_classes;
using kernels::CellClass;
using kernels::ClassEdges;
using kernels::ClassifyJob;
using kernels::NumberColumn;
using kernels::ScoreKernels;

std::vector<ScoreKernels> all_tables() {
  std::vector<ScoreKernels> tables{kernels::one_lane::score_kernel_table("one_lane")};
  for (const ScoreKernels* table : available_score_kernels()) tables.push_back(*table);
  return tables;
}

struct Data {
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint8_t>> bitmaps;
  std::vector<NumberColumn> columns;
  std::vector<ClassEdges> edges;
  std::vector<std::uint32_t> groups;
};

Data make_data(std::size_t rows, std::size_t columns, std::size_t group_count, std::size_t run,
               std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const double odd[] = {std::nan(""),
                        std::numeric_limits<double>::infinity(),
                        -std::numeric_limits<double>::infinity(),
                        -0.0,
                        1e308,
                        -1e308,
                        80,
                        72,
                        56,
                        1e-320};
  constexpr Operator operators[] = {Operator::greater_equal, Operator::greater,
                                    Operator::less_equal,    Operator::less,
                                    Operator::equal,         Operator::between};
  Data data;
  data.values.resize(columns);
  data.bitmaps.resize(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t i = 0; i < rows; ++i) {
      data.values[c].push_back(random() % 16 == 0 ? odd[random() % 10]
                                                  : static_cast<double>(random() % 2000) / 10 - 20);
    }
    if (c % 7 == 5) data.values[c].assign(rows, std::nan(""));
    NumberColumn column{data.values[c].data(), nullptr, 0};
    if (c % 3 == 1) {
      column.first_bit = random() % 13;
      for (std::size_t i = 0; i < (column.first_bit + rows + 7) / 8; ++i) {
        data.bitmaps[c].push_back(static_cast<std::uint8_t>(random() | random()));
      }
      column.validity = data.bitmaps[c].data();
    }
    data.columns.push_back(column);
    const double target = static_cast<double>(random() % 100);
    std::optional<double> base;
    if (random() % 2 == 0) base = 50;
    data.edges.push_back(class_edges(
        {operators[random() % 6], random() % 9 == 0 ? 1e308 : target, target, target + 15},
        random() % 2 == 0, base));
    if (c % 11 == 7) data.edges.back() = class_edges({Operator::between, 0, 2, 1}, false, {});
  }
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    if (random() % run == 0) group = static_cast<std::uint32_t>(random() % group_count);
    data.groups.push_back(group);
  }
  return data;
}

struct Result {
  std::vector<std::vector<std::uint8_t>> classes;
  std::vector<std::uint16_t> counts[cell_classes];
  std::vector<std::uint16_t> problems;
  std::vector<std::uint64_t> totals;
  bool operator==(const Result&) const = default;
};

Result empty_result(std::size_t rows, std::size_t columns, std::size_t group_count) {
  Result result;
  result.classes.assign(columns, std::vector<std::uint8_t>(rows, 99));
  for (auto& counts : result.counts) counts.assign(rows, 999);
  result.problems.assign(rows, 999);
  result.totals.assign(group_count * columns * cell_classes, 0);
  return result;
}

bool is_present(const NumberColumn& column, std::size_t row) {
  if (column.validity == nullptr) return true;
  const std::size_t bit = column.first_bit + row;
  return (column.validity[bit / 8] >> bit % 8 & 1) != 0;
}

Result slow(const Data& data, std::size_t rows, std::size_t group_count) {
  const std::size_t columns = data.columns.size();
  Result result = empty_result(rows, columns, group_count);
  for (auto& counts : result.counts) counts.assign(rows, 0);
  result.problems.assign(rows, 0);
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t i = 0; i < rows; ++i) {
      const CellClass found = is_present(data.columns[c], i)
                                  ? kernels::classify(data.values[c][i], data.edges[c])
                                  : CellClass::no_data;
      result.classes[c][i] = static_cast<std::uint8_t>(found);
      ++result.counts[static_cast<std::size_t>(found)][i];
      if (found >= CellClass::moderate) ++result.problems[i];
      ++result.totals[kernels::total_index(data.groups[i], c, found, columns)];
    }
  }
  return result;
}

Result fast(const ScoreKernels& table, const Data& data, std::size_t rows, std::size_t group_count,
            const std::vector<std::size_t>& splits) {
  Result result = empty_result(rows, data.columns.size(), group_count);
  std::vector<std::uint8_t*> classes;
  for (auto& column : result.classes) classes.push_back(column.data());
  ClassifyJob job;
  job.columns = data.columns.data();
  job.edges = data.edges.data();
  job.column_count = data.columns.size();
  job.classes = classes.data();
  for (std::size_t i = 0; i < cell_classes; ++i) job.counts[i] = result.counts[i].data();
  job.problems = result.problems.data();
  job.groups = data.groups.data();
  std::size_t first = 0;
  for (const std::size_t last : splits) {
    table.classify_rows(job, first, last, result.totals.data());
    first = last;
  }
  table.classify_rows(job, first, rows, result.totals.data());
  return result;
}

TEST(ClassifyRows, EveryCopyAndEverySplitAgreesWithCellByCell) {
  for (const std::size_t rows :
       std::initializer_list<std::size_t>{0, 1, 7, 8, 63, 64, 65, 511, 512, 513, 1024, 1500}) {
    for (const std::size_t run : std::initializer_list<std::size_t>{1, 40, 100'000}) {
      const Data data = make_data(rows, 53, 9, run, rows + run);
      const Result expected = slow(data, rows, 9);
      for (const ScoreKernels& table : all_tables()) {
        EXPECT_EQ(fast(table, data, rows, 9, {}), expected) << table.name << " " << rows;
        EXPECT_EQ(fast(table, data, rows, 9, {rows / 3, rows / 3, rows / 2}), expected)
            << table.name << " " << rows;
      }
    }
  }
}

TEST(ClassifyRows, ManyRows) {
  const std::size_t rows = 100'003;
  const Data data = make_data(rows, 12, 50, 2000, 5);
  const Result expected = slow(data, rows, 50);
  for (const ScoreKernels& table : all_tables()) {
    EXPECT_TRUE(fast(table, data, rows, 50, {1, 4096, 70'001}) == expected) << table.name;
  }
}

// So many cells that they are written past the caches, to columns that lie anywhere.
TEST(ClassifyRows, ManyCells) {
  const std::size_t rows = 80'003;
  const std::size_t columns = 53;
  const Data data = make_data(rows, columns, 50, 200, 7);
  const Result expected = slow(data, rows, 50);
  for (const ScoreKernels& table : all_tables()) {
    EXPECT_TRUE(fast(table, data, rows, 50, {}) == expected) << table.name;
    EXPECT_TRUE(fast(table, data, rows, 50, {77}) == expected) << table.name;
    std::vector<std::vector<std::uint8_t>> bytes(columns, std::vector<std::uint8_t>(rows + 64, 99));
    std::vector<std::uint8_t*> classes;
    for (std::size_t c = 0; c < columns; ++c) classes.push_back(bytes[c].data() + c);
    ClassifyJob job;
    job.columns = data.columns.data();
    job.edges = data.edges.data();
    job.column_count = columns;
    job.classes = classes.data();
    table.classify_rows(job, 0, rows, nullptr);
    for (std::size_t c = 0; c < columns; ++c) {
      const auto begin = bytes[c].begin() + static_cast<std::ptrdiff_t>(c);
      EXPECT_TRUE(std::equal(expected.classes[c].begin(), expected.classes[c].end(), begin))
          << table.name << " " << c;
      EXPECT_EQ(*(begin + static_cast<std::ptrdiff_t>(rows)), 99);
    }
  }
}

TEST(ClassifyRows, MoreColumnsThanAByteCounts) {
  for (const std::size_t columns :
       std::initializer_list<std::size_t>{0, 1, 254, 255, 256, 300, 511}) {
    const Data data = make_data(700, columns, 3, 100, columns);
    const Result expected = slow(data, 700, 3);
    for (const ScoreKernels& table : all_tables()) {
      EXPECT_TRUE(fast(table, data, 700, 3, {}) == expected) << table.name << " " << columns;
    }
  }
}

TEST(ClassifyRows, EveryOutputMayBeLeftOut) {
  const Data data = make_data(600, 20, 1, 100, 3);
  const Result expected = slow(data, 600, 1);
  for (const ScoreKernels& table : all_tables()) {
    ClassifyJob job;
    job.columns = data.columns.data();
    job.edges = data.edges.data();
    job.column_count = 20;
    table.classify_rows(job, 0, 600, nullptr);
    std::vector<std::uint8_t> third(600);
    std::vector<std::uint8_t*> classes(20, nullptr);
    classes[3] = third.data();
    job.classes = classes.data();
    std::vector<std::uint64_t> totals(20 * cell_classes);
    table.classify_rows(job, 0, 600, totals.data());  // without groups: all in row 0
    EXPECT_EQ(third, expected.classes[3]);
    EXPECT_EQ(totals, expected.totals) << table.name;
  }
}

TEST(ValidityBits, AtEveryOffset) {
  const std::uint8_t bitmap[] = {0b10110010, 0b01101101, 0b11100001};
  const auto bit = [&](std::size_t i) { return bitmap[i / 8] >> i % 8 & 1U; };
  for (std::size_t first = 0; first < 16; ++first) {
    for (std::size_t count = 0; count <= 8 && first + count <= 24; ++count) {
      const NumberColumn column{nullptr, bitmap, first / 2};
      const unsigned bits = kernels::validity_bits(column, first - first / 2, count);
      for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(bits >> i & 1, bit(first + i));
      EXPECT_EQ(bits >> count, 0U);
    }
  }
}

}  // namespace
}  // namespace tijian
