#include "tijian/score_threads.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <tuple>
#include <vector>

#include "tijian/kernels/portable_score_kernels.hpp"
#include "tijian/native_score_kernels.hpp"

namespace tijian {
namespace {

TEST(ForEachPart, EveryRowOnce) {
  for (const std::size_t rows :
       std::initializer_list<std::size_t>{0, 1, 4095, 4096, 4097, 100'003}) {
    for (const std::size_t parts : std::initializer_list<std::size_t>{0, 1, 2, 3, 8, 100}) {
      std::vector<std::atomic<int>> seen(rows);
      std::atomic<bool> aligned = true;
      kernels::for_each_part(rows, parts, [&](std::size_t, std::size_t first, std::size_t last) {
        if (first % 4096 != 0) aligned = false;
        for (std::size_t i = first; i < last; ++i) ++seen[i];
      });
      EXPECT_TRUE(aligned);
      for (const std::atomic<int>& count : seen) ASSERT_EQ(count, 1);
    }
  }
}

/// Groups that come again; that ascend; all rows but some of one group, which every thread has; and
/// of one only.
using GroupOf = std::uint32_t (*)(std::size_t row);
constexpr GroupOf group_shapes[] = {
    [](std::size_t row) { return static_cast<std::uint32_t>(row / 700 % 30); },
    [](std::size_t row) { return static_cast<std::uint32_t>(row / 3'400); },
    [](std::size_t row) { return static_cast<std::uint32_t>(row / 4'096); },
    [](std::size_t row) { return row < 5         ? 3U
                                 : row < 100'001 ? 11U
                                                 : 29U; },
    [](std::size_t) { return 0U; },
};

class ScoreThreads : public testing::TestWithParam<std::tuple<std::size_t, GroupOf>> {};

// Fewer rows than threads could share, too, and none at all.
INSTANTIATE_TEST_SUITE_P(RowsAndGroups, ScoreThreads,
                         testing::Combine(testing::Values<std::size_t>(0, 5'000, 100'003),
                                          testing::ValuesIn(group_shapes)));

TEST_P(ScoreThreads, TheSameBitsForAnyNumber) {
  const std::size_t rows = std::get<0>(GetParam());
  const GroupOf group_of = std::get<1>(GetParam());
  constexpr std::size_t columns = 5;
  std::mt19937_64 random(7);
  std::vector<std::vector<double>> values(columns);
  std::vector<kernels::NumberColumn> numbers;
  std::vector<kernels::CompositeChild> children;
  std::vector<std::uint32_t> groups;
  for (auto& column : values) {
    for (std::size_t i = 0; i < rows; ++i) {
      column.push_back(random() % 20 == 0 ? std::nan("") : static_cast<double>(random() % 1000));
    }
    children.push_back({numbers.size(), 1.0 + static_cast<double>(numbers.size())});
    numbers.push_back({column.data(), nullptr, 0});
  }
  for (std::size_t i = 0; i < rows; ++i) groups.push_back(group_of(i));
  const std::vector<kernels::NormaliseRule> rules(columns, kernels::min_max_rule({0, 999}));
  kernels::ClassEdges edge;
  edge.low[0] = 500;
  edge.low[1] = 450;
  edge.low[2] = 350;
  const std::vector<kernels::ClassEdges> edges(columns, edge);

  struct Outcome {
    std::vector<double> scores, totals_of_scores;
    std::vector<std::uint8_t> classes;
    std::vector<std::uint16_t> met, problems;
    std::vector<std::uint64_t> totals;
  };
  const auto run = [&](const kernels::ScoreKernels& table, std::size_t threads) {
    Outcome outcome;
    outcome.scores.resize(rows);
    outcome.totals_of_scores.resize(rows);
    outcome.classes.resize(rows);
    outcome.met.resize(rows);
    outcome.problems.resize(rows);
    outcome.totals.assign(30 * columns * kernels::cell_classes, 1);
    kernels::normalise(table, numbers[0], rules[0], rows, outcome.scores.data(), threads);
    const kernels::CompositeNode node{0, columns, 1, kernels::Mean::geometric,
                                      outcome.totals_of_scores.data()};
    kernels::CompositeJob composite_job;
    composite_job.columns = numbers.data();
    composite_job.rules = rules.data();
    composite_job.column_count = columns;
    composite_job.children = children.data();
    composite_job.nodes = &node;
    composite_job.node_count = 1;
    kernels::composite(table, composite_job, rows, threads);
    std::vector<std::uint8_t*> classes(columns, nullptr);
    classes[2] = outcome.classes.data();
    kernels::ClassifyJob classify_job;
    classify_job.columns = numbers.data();
    classify_job.edges = edges.data();
    classify_job.column_count = columns;
    classify_job.classes = classes.data();
    classify_job.counts[static_cast<std::size_t>(kernels::CellClass::met)] = outcome.met.data();
    classify_job.problems = outcome.problems.data();
    classify_job.groups = groups.data();
    kernels::classify(table, classify_job, rows, outcome.totals, threads);
    return outcome;
  };
  const auto same_bits = [](const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
  };
  const Outcome expected = run(kernels::portable_score_kernels(), 1);
  for (const kernels::ScoreKernels* table : available_score_kernels()) {
    for (const std::size_t threads : std::initializer_list<std::size_t>{1, 2, 3, 8}) {
      const Outcome found = run(*table, threads);
      EXPECT_TRUE(same_bits(found.scores, expected.scores)) << table->name << " " << threads;
      EXPECT_TRUE(same_bits(found.totals_of_scores, expected.totals_of_scores))
          << table->name << " " << threads;
      EXPECT_EQ(found.classes, expected.classes);
      EXPECT_EQ(found.met, expected.met);
      EXPECT_EQ(found.problems, expected.problems);
      EXPECT_EQ(found.totals, expected.totals);
    }
  }
  std::uint64_t all = 0;
  for (const std::uint64_t total : expected.totals) all += total - 1;
  EXPECT_EQ(all, rows * columns);
}

}  // namespace
}  // namespace tijian
