// Composite scores of whole columns against the definition, row by row, bit by bit, in every copy.
#define TIJIAN_KERNEL_TARGET one_lane
#define TIJIAN_KERNEL_BYTES 8
#include "tijian/kernels/composite_rows.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "tijian/kernels/score_kernel_table.hpp"
#include "tijian/native_score_kernels.hpp"

namespace tijian {
namespace {

using kernels::CompositeChild;
using kernels::CompositeJob;
using kernels::CompositeNode;
using kernels::Mean;
using kernels::NormaliseRule;
using kernels::NumberColumn;
using kernels::ScoreKernels;

std::vector<ScoreKernels> all_tables() {
  std::vector<ScoreKernels> tables{kernels::one_lane::score_kernel_table("one_lane")};
  for (const ScoreKernels* table : available_score_kernels()) tables.push_back(*table);
  return tables;
}

std::uint64_t bits(double x) {
  return std::isnan(x) ? ~std::uint64_t{0} : std::bit_cast<std::uint64_t>(x);
}

// The mean of scores, NaN where null.
double slow_mean(const std::vector<double>& scores, const std::vector<double>& weights, Mean mean,
                 std::size_t least_present) {
  double sum = 0;
  double weight = 0;
  std::size_t present = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i])) continue;
    ++present;
    weight += weights[i];
    if (mean == Mean::arithmetic) {
      sum += scores[i] * weights[i];
    } else if (weights[i] != 0) {
      sum += (scores[i] == 0 ? -std::numeric_limits<double>::infinity()
                             : kernels::natural_logarithm(scores[i])) *
             weights[i];
    }
  }
  if (present < least_present) return std::nan("");
  double result = sum / weight;
  if (mean == Mean::geometric) result = kernels::exponential(result);
  if (!std::isfinite(result)) return std::nan("");
  return result == 0 ? 0.0 : result;
}

// Runs one node over given scores, one vector per child.
std::vector<double> one_node(const ScoreKernels& table,
                             const std::vector<std::vector<double>>& scores,
                             const std::vector<double>& weights, Mean mean,
                             std::size_t least_present) {
  std::vector<NumberColumn> columns;
  std::vector<CompositeChild> children;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    columns.push_back({scores[i].data(), nullptr, 0});
    children.push_back({i, weights[i]});
  }
  const std::vector<NormaliseRule> rules(scores.size());
  std::vector<double> result(scores.empty() ? 1 : scores[0].size());
  const CompositeNode node{0, scores.size(), least_present, mean, result.data()};
  CompositeJob job;
  job.columns = columns.data();
  job.rules = rules.data();
  job.column_count = columns.size();
  job.children = children.data();
  job.nodes = &node;
  job.node_count = 1;
  table.composite_rows(job, 0, result.size());
  return result;
}

double mean_of(const ScoreKernels& table, const std::vector<double>& row,
               const std::vector<double>& weights, Mean mean, std::size_t least_present = 1) {
  std::vector<std::vector<double>> scores;
  for (const double score : row) scores.push_back({score});
  return one_node(table, scores, weights, mean, least_present)[0];
}

TEST(CompositeRows, KnownMeans) {
  const double null = std::nan("");
  for (const ScoreKernels& table : all_tables()) {
    EXPECT_EQ(mean_of(table, {80, 60, 100}, {1, 1, 2}, Mean::arithmetic), 85);
    EXPECT_EQ(mean_of(table, {80, null, 100}, {1, 1, 3}, Mean::arithmetic), 95);
    EXPECT_DOUBLE_EQ(mean_of(table, {4, 9}, {1, 1}, Mean::geometric), 6);
    EXPECT_DOUBLE_EQ(mean_of(table, {8, null, 1}, {2, 5, 1}, Mean::geometric), 4);
    // A zero makes a geometric mean zero, unless it has no weight; a negative score, null.
    EXPECT_EQ(bits(mean_of(table, {0, 50}, {1, 1}, Mean::geometric)), bits(0.0));
    EXPECT_EQ(bits(mean_of(table, {-0.0, 50}, {1, 1}, Mean::geometric)), bits(0.0));
    EXPECT_EQ(mean_of(table, {0, 1}, {0, 1}, Mean::geometric), 1);
    EXPECT_TRUE(std::isnan(mean_of(table, {-1, 50}, {1, 1}, Mean::geometric)));
    EXPECT_TRUE(std::isnan(mean_of(table, {-1, 0}, {1, 1}, Mean::geometric)));
    // Nothing present, no children, no weight.
    EXPECT_TRUE(std::isnan(mean_of(table, {null, null}, {1, 1}, Mean::arithmetic)));
    EXPECT_TRUE(std::isnan(mean_of(table, {null, null}, {1, 1}, Mean::geometric)));
    EXPECT_TRUE(std::isnan(mean_of(table, {}, {}, Mean::arithmetic)));
    EXPECT_TRUE(std::isnan(mean_of(table, {5, 7}, {0, 0}, Mean::arithmetic)));
    EXPECT_TRUE(std::isnan(mean_of(table, {5, 7}, {0, 0}, Mean::geometric)));
    EXPECT_EQ(bits(mean_of(table, {-0.0}, {1}, Mean::arithmetic)), bits(0.0));
    EXPECT_TRUE(std::isnan(mean_of(table, {1e308, 1e308}, {1, 1}, Mean::arithmetic)));
    // Enough present: exactly as many as asked, and one fewer.
    EXPECT_EQ(mean_of(table, {5, 7, null}, {1, 1, 1}, Mean::arithmetic, 2), 6);
    EXPECT_TRUE(std::isnan(mean_of(table, {5, null, null}, {1, 1, 1}, Mean::arithmetic, 2)));
    EXPECT_EQ(mean_of(table, {5, 7, null}, {1, 0, 1}, Mean::arithmetic, 2), 5);
  }
}

TEST(LeastPresent, TheFirstShareThatIsNotBelow) {
  EXPECT_EQ(kernels::least_present(4, 0), 1U);
  EXPECT_EQ(kernels::least_present(4, 0.5), 2U);
  EXPECT_EQ(kernels::least_present(3, 0.5), 2U);
  EXPECT_EQ(kernels::least_present(3, 2.0 / 3), 2U);
  EXPECT_EQ(kernels::least_present(3, 1), 3U);
  EXPECT_EQ(kernels::least_present(3, 1.1), 4U);
  EXPECT_EQ(kernels::least_present(0, 0.5), 1U);
  EXPECT_EQ(kernels::least_present(53, std::nan("")), 1U);
}

TEST(CompositeRows, MeansOfRandomScores) {
  std::mt19937_64 random(4);
  for (const std::size_t rows : std::initializer_list<std::size_t>{1, 7, 511, 512, 513, 2500}) {
    std::vector<std::vector<double>> scores(9);
    std::vector<double> weights;
    for (auto& column : scores) {
      weights.push_back(static_cast<double>(random() % 5));
      for (std::size_t i = 0; i < rows; ++i) {
        const double x = static_cast<double>(random() >> 11) * 0x1p-53 * 100;
        const int kind = static_cast<int>(random() % 40);
        column.push_back(kind < 4    ? std::nan("")
                         : kind == 4 ? 0.0
                         : kind == 5 ? -x
                         : kind == 6 ? std::ldexp(x + 1, static_cast<int>(random() % 2000) - 1060)
                         : kind == 7 ? std::numeric_limits<double>::denorm_min()
                                     : x);
      }
    }
    for (const Mean mean : {Mean::arithmetic, Mean::geometric}) {
      for (const std::size_t least : std::initializer_list<std::size_t>{1, 8}) {
        for (const ScoreKernels& table : all_tables()) {
          const auto found = one_node(table, scores, weights, mean, least);
          for (std::size_t i = 0; i < rows; ++i) {
            std::vector<double> row;
            for (const auto& column : scores)
              row.push_back(std::isfinite(column[i]) ? column[i] : std::nan(""));
            ASSERT_EQ(bits(found[i]), bits(slow_mean(row, weights, mean, least)))
                << table.name << " row " << i;
          }
        }
      }
    }
  }
}

// 53 columns to four aspects to a total, with nulls, bitmaps, normalised columns, in pieces.
TEST(CompositeRows, ATreeInAnySplit) {
  constexpr std::size_t columns = 53;
  const std::size_t rows = 3001;
  std::mt19937_64 random(6);
  std::vector<std::vector<double>> values(columns);
  std::vector<std::vector<std::uint8_t>> bitmaps(columns);
  std::vector<NumberColumn> numbers;
  std::vector<NormaliseRule> rules;
  const auto segments = kernels::score_segments(
      std::vector<std::pair<double, double>>{{5, 0}, {25, 40}, {50, 60}, {75, 85}, {95, 100}});
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t i = 0; i < rows; ++i) {
      values[c].push_back(random() % 30 == 0 ? std::nan("")
                                             : static_cast<double>(random() >> 11) * 0x1p-53 * 100);
    }
    numbers.push_back({values[c].data(), nullptr, 0});
    if (c % 4 == 0) {
      bitmaps[c].resize((rows + 3 + 7) / 8);
      for (auto& byte : bitmaps[c]) byte = static_cast<std::uint8_t>(random() | random());
      numbers.back().validity = bitmaps[c].data();
      numbers.back().first_bit = 3;
    }
    rules.push_back(c % 4 == 0   ? kernels::min_max_rule({0, 100})
                    : c % 4 == 1 ? kernels::points_rule(segments)
                    : c % 4 == 2 ? kernels::distance_to_target_rule({0, 100}, 90, -1, true)
                                 : kernels::goalposts_rule({1, 90, 100, true, true}));
  }
  rules[17] = kernels::min_max_rule({3, 3});
  std::vector<CompositeChild> children;
  std::vector<double> weights;
  for (std::size_t c = 0; c < columns; ++c) {
    children.push_back({c, static_cast<double>(c % 5)});
  }
  for (std::size_t a = 0; a < 4; ++a)
    children.push_back({columns + a, 1.0 + static_cast<double>(a)});
  for (const ScoreKernels& table : all_tables()) {
    for (const Mean total : {Mean::arithmetic, Mean::geometric}) {
      std::vector<std::vector<double>> node_values(5, std::vector<double>(rows));
      std::vector<std::vector<double>> normalised(columns, std::vector<double>(rows));
      std::vector<double*> normalised_columns;
      for (auto& column : normalised) normalised_columns.push_back(column.data());
      std::vector<CompositeNode> nodes;
      const std::size_t first_of[] = {0, 13, 26, 40, 53};
      for (std::size_t a = 0; a < 4; ++a) {
        const std::size_t count = first_of[a + 1] - first_of[a];
        nodes.push_back({first_of[a], count, kernels::least_present(count, 0.9), Mean::arithmetic,
                         node_values[a].data()});
      }
      nodes.push_back({columns, 4, 1, total, node_values[4].data()});
      CompositeJob job;
      job.columns = numbers.data();
      job.rules = rules.data();
      job.column_count = columns;
      job.normalised = normalised_columns.data();
      job.children = children.data();
      job.nodes = nodes.data();
      job.node_count = nodes.size();
      std::size_t first = 0;
      for (const std::size_t last : std::initializer_list<std::size_t>{
               std::size_t{5}, std::size_t{1300}, std::size_t{1300}, rows}) {
        table.composite_rows(job, first, last);
        first = last;
      }
      for (std::size_t c = 0; c < columns; ++c) {
        std::vector<double> alone(rows);
        table.normalise_rows(numbers[c], rules[c], 0, rows, alone.data());
        for (std::size_t i = 0; i < rows; ++i) ASSERT_EQ(bits(normalised[c][i]), bits(alone[i]));
      }
      for (std::size_t i = 0; i < rows; ++i) {
        std::vector<double> aspects;
        for (std::size_t a = 0; a < 4; ++a) {
          std::vector<double> scores;
          std::vector<double> child_weights;
          for (std::size_t c = first_of[a]; c < first_of[a + 1]; ++c) {
            scores.push_back(normalised[c][i]);
            child_weights.push_back(children[c].weight);
          }
          aspects.push_back(
              slow_mean(scores, child_weights, Mean::arithmetic, nodes[a].least_present));
          ASSERT_EQ(bits(node_values[a][i]), bits(aspects.back())) << table.name << " " << i;
        }
        ASSERT_EQ(bits(node_values[4][i]), bits(slow_mean(aspects, {1, 2, 3, 4}, total, 1)))
            << table.name << " " << i;
      }
    }
  }
}

// So many units that the nodes are written past the caches: the scores of a few units at a time.
TEST(CompositeRows, ManyUnits) {
  const std::size_t rows = 180'001;
  std::mt19937_64 random(9);
  std::vector<std::vector<double>> values(5, std::vector<double>(rows));
  std::vector<NumberColumn> numbers;
  for (auto& column : values) {
    for (double& value : column) {
      value = random() % 30 == 0 ? std::nan("") : static_cast<double>(random() % 5000) / 50;
    }
    numbers.push_back({column.data(), nullptr, 0});
  }
  const std::vector<NormaliseRule> rules(5);
  const std::vector<CompositeChild> children = {{0, 1}, {1, 2}, {2, 1}, {3, 1},
                                                {4, 3}, {5, 1}, {6, 2}, {0, 1}};
  for (const ScoreKernels& table : all_tables()) {
    std::vector<std::vector<double>> results[2];
    for (auto& result : results) {
      result.assign(3, std::vector<double>(rows, 12345));
      const CompositeNode nodes[] = {{0, 2, 1, Mean::arithmetic, result[0].data()},
                                     {2, 3, 2, Mean::geometric, result[1].data()},
                                     {5, 3, 1, Mean::geometric, result[2].data()}};
      CompositeJob job;
      job.columns = numbers.data();
      job.rules = rules.data();
      job.column_count = numbers.size();
      job.children = children.data();
      job.nodes = nodes;
      job.node_count = 3;
      const std::size_t step = &result == results ? rows : 1000;
      for (std::size_t first = 0; first < rows; first += step) {
        table.composite_rows(job, first, std::min(rows, first + step));
      }
    }
    for (std::size_t node = 0; node < 3; ++node) {
      for (std::size_t i = 0; i < rows; ++i) {
        ASSERT_EQ(bits(results[0][node][i]), bits(results[1][node][i])) << table.name << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace tijian
