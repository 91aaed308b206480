// Every kernel that this CPU can run against the slow obvious twin: row by row.
#include "tijian/kernels/tile_kernels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "tijian/kernels/exact_sum.hpp"
#include "tijian/kernels/tile_sums.hpp"
#include "tijian/native_kernels.hpp"

namespace tijian::kernels {
namespace {

using TileRun = Run;  // testing::Test has a Run of its own

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double largest_double = std::numeric_limits<double>::max();

class Kernels : public testing::TestWithParam<const KernelTable*> {
 protected:
  const KernelTable& kernels = *GetParam();
  std::mt19937_64 random{11};

  Mask random_mask(int density) {
    Mask mask{};
    for (auto& word : mask) {
      word = random();
      if (density == 0) word &= random() & random() & random();
      if (density == 2) word |= random() | random();
      if (density == 3) word = ~std::uint64_t{0};
      if (random() % 16 == 0) word = 0;
    }
    return mask;
  }

  /// Numbers ±m·2^e with low <= e < high, some of them whole, some 0.
  void fill(NumberTile& tile, int low, int high) {
    for (double& x : tile.values) {
      const auto mantissa = static_cast<double>(static_cast<std::int64_t>(random() >> 11));
      x = std::ldexp(
          mantissa, low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low)) - 52);
      if (random() % 8 == 0) x = std::trunc(x);
      if (random() % 16 == 0) x = 0;
      if (random() % 2 == 0) x = -x;
    }
  }

  std::vector<TileRun> random_runs(std::size_t longest) {
    std::vector<TileRun> runs;
    for (std::uint32_t first = 0; first < tile_rows;) {
      const auto rows = static_cast<std::uint32_t>(
          std::min<std::size_t>(tile_rows - first, 1 + random() % longest));
      runs.push_back({first, rows, 0});
      first += rows;
    }
    return runs;
  }

  /// Exact totals by run, through the kernels.
  std::vector<WideSum> totals(const NumberTile& tile, const Mask& mask,
                              const std::vector<TileRun>& runs) {
    std::vector<WideSum> sums(runs.size());
    std::vector<SumParts> scratch(runs.size());
    add_tile_sums(
        kernels, tile.values, mask, kernels.magnitudes(tile.values, mask, tile_words), runs.data(),
        runs.size(), scratch.data(),
        [&](std::size_t run, const SumParts& sum) {
          sums[run].add(sum.whole);
          sums[run].add(sum.rest);
        },
        [&](std::size_t run, double x) { sums[run].add(x); });
    return sums;
  }

  static std::vector<WideSum> slow_totals(const NumberTile& tile, const Mask& mask,
                                          const std::vector<TileRun>& runs) {
    std::vector<WideSum> sums(runs.size());
    for (std::size_t r = 0; r < runs.size(); ++r)
      for (std::size_t row = runs[r].first; row < runs[r].first + runs[r].rows; ++row)
        if (test_row(mask, row)) sums[r].add(tile.values[row]);
    return sums;
  }
};

TEST_P(Kernels, SumRunsExactly) {
  const auto tile = std::make_unique<NumberTile>();
  constexpr std::array<std::array<int, 2>, 9> ranges = {{{-11, 20},
                                                         {-14, -10},
                                                         {-30, 10},
                                                         {0, 1},
                                                         {0, 36},
                                                         {-70, 65},
                                                         {-1074, 1023},
                                                         {-1074, -1000},
                                                         {990, 1023}}};
  for (int round = 0; round < 900; ++round) {
    const auto& range = ranges[static_cast<std::size_t>(round) % ranges.size()];
    fill(*tile, range[0], range[1]);
    const Mask mask = random_mask(round / 9 % 4);
    // Rows that are not asked for would spoil any sum.
    for (std::size_t row = 0; row < tile_rows; ++row)
      if (!test_row(mask, row)) tile->values[row] = row % 3 == 0 ? nan : infinity;
    const std::vector<TileRun> runs = random_runs(round % 5 == 0 ? tile_rows : 1 + random() % 90);
    ASSERT_EQ(totals(*tile, mask, runs), slow_totals(*tile, mask, runs)) << "round " << round;
  }
}

TEST_P(Kernels, SumTheLargestAndTheSmallestThatTheGridHolds) {
  const auto tile = std::make_unique<NumberTile>();
  const Mask mask = first_rows(tile_rows);
  const std::vector<TileRun> whole{{0, tile_rows, 0}};
  for (const int top : {-890, -64, 0, 1, 21, 42, 990}) {
    const double most = std::ldexp(1 - 0x1p-53, top);
    const double odd = std::ldexp(1.0, top - 1) + std::ldexp(1.0, top - 53);
    const double least = std::ldexp(1.0, top - 35);
    const double fine = std::nextafter(least, infinity);  // its last bit is the grid's last
    const double below = std::nextafter(least, 0);
    for (const double x : {most, odd, fine, below, -most, -fine}) {
      std::fill(std::begin(tile->values), std::end(tile->values), x);
      tile->values[500] = most;
      tile->values[501] = -most;
      ASSERT_EQ(totals(*tile, mask, whole), slow_totals(*tile, mask, whole)) << top << " " << x;
    }
  }
}

TEST_P(Kernels, MagnitudesAreOfSetRowsOnly) {
  const auto tile = std::make_unique<NumberTile>();
  for (int round = 0; round < 200; ++round) {
    fill(*tile, -300, 300);
    if (round % 10 == 0) std::fill(std::begin(tile->values), std::end(tile->values), -0.0);
    const Mask mask = random_mask(round % 4);
    double smallest = infinity;
    double largest = 0;
    for (std::size_t row = 0; row < tile_rows; ++row) {
      if (!test_row(mask, row)) {
        tile->values[row] = row % 2 == 0 ? nan : 1e-310;
        continue;
      }
      const double x = std::fabs(tile->values[row]);
      largest = std::max(largest, x);
      if (x != 0) smallest = std::min(smallest, x);
    }
    const MagnitudeRange found = kernels.magnitudes(tile->values, mask, tile_words);
    ASSERT_EQ(found.smallest, smallest);
    ASSERT_EQ(found.largest, largest);
  }
}

TEST_P(Kernels, CountRuns) {
  for (int round = 0; round < 200; ++round) {
    const std::array masks{random_mask(round % 4), random_mask(0), random_mask(3)};
    const std::array read{&masks[2], &masks[0], &masks[1], &masks[0]};
    const std::vector<TileRun> runs = random_runs(round % 3 == 0 ? tile_rows : 1 + random() % 130);
    std::vector<std::int64_t> counts(runs.size() * read.size());
    kernels.count_runs(read.data(), read.size(), runs.data(), runs.size(), counts.data());
    for (std::size_t r = 0; r < runs.size(); ++r)
      for (std::size_t m = 0; m < read.size(); ++m)
        ASSERT_EQ(static_cast<std::size_t>(counts[r * read.size() + m]),
                  count_rows(*read[m], runs[r].first, runs[r].rows));
  }
}

TEST_P(Kernels, KeepWhatIsFinite) {
  const auto tile = std::make_unique<NumberTile>();
  const double payload = std::bit_cast<double>(std::uint64_t{0x7ff0'0000'0000'0001});
  const double odd[] = {nan, -nan, payload, infinity, -infinity};
  const double even[] = {0.0, -0.0, 1.0, largest_double, -largest_double, 5e-324};
  for (int round = 0; round < 100; ++round) {
    for (double& x : tile->values)
      x = random() % 40 < static_cast<std::uint64_t>(round % 3) * 20 ? odd[random() % 5]
                                                                     : even[random() % 6];
    const Mask valid = random_mask(round % 4);
    Mask kept = valid;
    Mask infinite;
    infinite.fill(random());
    kernels.keep_finite(tile->values, tile_words, kept, infinite);
    for (std::size_t row = 0; row < tile_rows; ++row) {
      const double x = tile->values[row];
      ASSERT_EQ(test_row(kept, row), test_row(valid, row) && std::isfinite(x));
      ASSERT_EQ(test_row(infinite, row), test_row(valid, row) && std::isinf(x));
    }
  }
}

TEST_P(Kernels, ComputeLikeOneValueAtATime) {
  const auto a = std::make_unique<NumberTile>();
  const auto b = std::make_unique<NumberTile>();
  const auto out = std::make_unique<NumberTile>();
  const double special[] = {0.0,
                            -0.0,
                            1.0,
                            -1.0,
                            0.5,
                            2.5,
                            -2.5,
                            3.0,
                            1e308,
                            -1e308,
                            5e-324,
                            0x1p+52,
                            4503599627370497.5,
                            largest_double,
                            nan,
                            infinity};
  for (int round = 0; round < 60; ++round) {
    fill(*a, -20, 20);
    fill(*b, -20, 20);
    for (std::size_t i = 0; i < 200; ++i) {
      a->values[random() % tile_rows] = special[random() % 16];
      b->values[random() % tile_rows] = special[random() % 16];
    }
    a->valid = random_mask(round % 4);
    b->valid = random_mask((round + 1) % 4);
    // Values that are valid are finite; the others mean nothing.
    for (NumberTile* tile : {a.get(), b.get()})
      for (std::size_t row = 0; row < tile_rows; ++row)
        if (!std::isfinite(tile->values[row])) clear_row(tile->valid, row);
    const Mask every = first_rows(tile_rows);
    const NumberOperand x{a->values, 0, &a->valid};
    const NumberOperand operands[] = {{b->values, 0, &b->valid}, {nullptr, 0.3, &every}};
    const auto expect = [&](std::size_t row, bool known, double value) {
      const bool valid = known && std::isfinite(value);
      ASSERT_EQ(test_row(out->valid, row), valid) << row;
      if (!valid) return;
      ASSERT_EQ(std::bit_cast<std::uint64_t>(out->values[row]),
                std::bit_cast<std::uint64_t>(value + 0.0));
    };
    for (int o = 0; o <= static_cast<int>(UnaryOperation::exponential); ++o) {
      const auto operation = static_cast<UnaryOperation>(o);
      kernels.unary(operation, x, tile_words, *out);
      with_operation(operation, [&](auto compute) {
        for (std::size_t row = 0; row < tile_rows; ++row)
          expect(row, test_row(a->valid, row), compute(a->values[row]));
      });
    }
    for (const NumberOperand& y : operands) {
      const auto at = [&](std::size_t row) {
        return y.values == nullptr ? y.constant : y.values[row];
      };
      for (int o = 0; o <= static_cast<int>(BinaryOperation::greatest); ++o) {
        const auto operation = static_cast<BinaryOperation>(o);
        kernels.binary(operation, x, y, tile_words, *out);
        with_operation(operation, [&](auto compute) {
          for (std::size_t row = 0; row < tile_rows; ++row)
            expect(row, test_row(a->valid, row) && test_row(*y.valid, row),
                   compute(a->values[row], at(row)));
        });
        kernels.binary(operation, y, x, tile_words, *out);
        with_operation(operation, [&](auto compute) {
          for (std::size_t row = 0; row < tile_rows; ++row)
            expect(row, test_row(a->valid, row) && test_row(*y.valid, row),
                   compute(at(row), a->values[row]));
        });
      }
      for (int c = 0; c <= static_cast<int>(Comparison::less_equal); ++c) {
        const auto comparison = static_cast<Comparison>(c);
        BooleanTile holds{};
        kernels.compare(comparison, x, y, tile_words, holds);
        with_comparison(comparison, [&](auto compare) {
          for (std::size_t row = 0; row < tile_rows; ++row) {
            const bool known = test_row(a->valid, row) && test_row(*y.valid, row);
            ASSERT_EQ(test_row(holds.valid, row), known);
            ASSERT_EQ(test_row(holds.value, row), known && compare(a->values[row], at(row)));
          }
        });
      }
    }
  }
}

TEST_P(Kernels, FindWhereIntegersChange) {
  std::vector<unsigned char> bytes(tile_rows * 8 + 1);
  for (const std::size_t width : {1U, 2U, 4U, 8U}) {
    for (const std::size_t rows : {1U, 2U, 63U, 64U, 65U, 1000U, 1024U}) {
      for (const std::size_t start : {0U, 1U}) {  // columns may lie anywhere
        for (std::size_t row = 0; row < rows; ++row) {
          unsigned char* to = bytes.data() + start + row * width;
          if (row > 0 && random() % 4 != 0)
            std::memcpy(to, to - width, width);
          else
            for (std::size_t i = 0; i < width; ++i) to[i] = static_cast<unsigned char>(random());
        }
        Mask changed;
        kernels.changes(bytes.data() + start, width, rows, changed);
        for (std::size_t row = 0; row < tile_rows; ++row) {
          const unsigned char* at = bytes.data() + start + row * width;
          ASSERT_EQ(test_row(changed, row),
                    row > 0 && row < rows && std::memcmp(at, at - width, width) != 0)
              << width << " " << rows << " " << row;
        }
      }
    }
  }
}

TEST_P(Kernels, AddRowsToRecords) {
  constexpr std::size_t keys = 5;
  for (const std::size_t sums : {0U, 1U, 3U, 8U, 9U, 20U}) {
    for (const std::size_t rows : {1U, 7U, 8U, 300U, 1024U}) {
      std::vector<std::unique_ptr<NumberTile>> tiles;
      std::vector<const double*> values;
      std::vector<Mask> masks(sums + 16);
      std::vector<const Mask*> sum_masks;
      std::vector<const Mask*> count_masks;
      const Mask every = first_rows(rows);
      for (std::size_t i = 0; i < masks.size(); ++i) {
        masks[i] = random_mask(static_cast<int>(i % 4));
        for (std::size_t word = 0; word < tile_words; ++word) masks[i][word] &= every[word];
        (i < sums ? sum_masks : count_masks).push_back(&masks[i]);
      }
      for (std::size_t s = 0; s < sums; ++s) {
        fill(*tiles.emplace_back(std::make_unique<NumberTile>()), 0, 20);
        for (std::size_t row = 0; row < tile_rows; ++row)
          if (!test_row(masks[s], row)) tiles[s]->values[row] = nan;
        values.push_back(tiles[s]->values);
      }
      std::vector<std::uint32_t> key(tile_rows);
      for (std::uint32_t& one : key) one = static_cast<std::uint32_t>(random() % keys);
      const double anchor = record_grid(0x1p+20)->anchor;
      const std::size_t stride = (16 * sums + 32 + 63) / 64 * 64;
      std::vector<std::byte> records(keys * stride);
      const auto place = [&](std::size_t record, std::size_t sum) {
        const std::size_t group = sum / 8 * 8;
        return records.data() + record * stride + 8 * (2 * group + sum % 8);
      };
      for (std::size_t k = 0; k < keys; ++k)
        for (std::size_t s = 0; s < sums; ++s) std::memcpy(place(k, s), &anchor, sizeof anchor);
      for (int twice = 0; twice < 2; ++twice)
        kernels.add_records({rows, key.data(), records.data(), stride, values.data(),
                             sum_masks.data(), sums, count_masks.data(), 2});
      for (std::size_t k = 0; k < keys; ++k) {
        for (std::size_t s = 0; s < sums; ++s) {
          WideSum expected;
          for (std::size_t row = 0; row < rows; ++row)
            if (key[row] == k && test_row(masks[s], row))
              for (int twice = 0; twice < 2; ++twice) expected.add(values[s][row]);
          double whole = 0;
          double rest = 0;
          const std::size_t width = std::min<std::size_t>(8, sums - s / 8 * 8);
          std::memcpy(&whole, place(k, s), sizeof whole);
          std::memcpy(&rest, place(k, s) + 8 * width, sizeof rest);
          WideSum found;
          found.add(whole - anchor);
          found.add(rest);
          ASSERT_EQ(found, expected) << sums << " " << rows << " " << s;
        }
        for (std::size_t c = 0; c < 16; ++c) {
          std::uint16_t found = 0;
          std::memcpy(&found, records.data() + k * stride + 16 * sums + 2 * c, sizeof found);
          std::size_t expected = 0;
          for (std::size_t row = 0; row < rows; ++row)
            expected += 2 * std::size_t{key[row] == k && test_row(masks[sums + c], row)};
          ASSERT_EQ(found, expected);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryCpu, Kernels, testing::ValuesIn(runnable_kernels()),
                         [](const auto& one) { return std::string(one.param->name); });

TEST(RunnableKernels, ThePortableOnesCanAlwaysRun) {
  ASSERT_FALSE(runnable_kernels().empty());
  EXPECT_STREQ(runnable_kernels().front()->name, "portable");
  EXPECT_EQ(&native_kernels(), runnable_kernels().back());
}

}  // namespace
}  // namespace tijian::kernels
