// Judging and scoring a million units by 53 indicators, beside the machine's own speed of reading.
//
// W2: a third each by min_max, five points and distance to target, to four aspects and a total. W3:
// class of every cell, counts per unit, totals per block. Nulls are 0 to 3 % of a column. `read` is
// the speed of adding up 424 MB with the same threads; `of_read` is what share of it W2 and W3
// reach with the bytes of their input. Compare minima of repetitions:
//   score_benchmark --benchmark_repetitions=9 --benchmark_enable_random_interleaving=true
#include <benchmark/benchmark.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tijian/judge_edges.hpp"
#include "tijian/native_score_kernels.hpp"
#include "tijian/score_threads.hpp"

namespace {

using namespace tijian;

constexpr std::size_t units = 1'000'000;
constexpr std::size_t indicators = 53;
constexpr std::size_t aspects = 4;
constexpr std::size_t units_per_block = 200;

// Memory as NumPy takes it for large arrays: in pages of 2 MiB where the system has them.
double* huge_pages(std::size_t count) {
  constexpr std::size_t page = std::size_t{1} << 21;
  const std::size_t bytes = (count * sizeof(double) + page - 1) / page * page;
  void* memory = std::aligned_alloc(page, bytes);
  if (memory == nullptr) throw std::bad_alloc();
#if defined(__linux__)
  madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return static_cast<double*>(memory);
}

struct Workload {
  Workload() {
    std::mt19937_64 random(20251127);
    const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    values.reset(huge_pages(units * indicators));
    for (std::size_t column = 0; column < indicators; ++column) {
      const double nulls = 0.03 * static_cast<double>(column) / indicators;
      double* to = values.get() + column * units;
      for (std::size_t i = 0; i < units; ++i) {
        to[i] = uniform() < nulls ? std::numeric_limits<double>::quiet_NaN() : 100 * uniform();
      }
      columns.push_back({to, nullptr, 0});
    }

    segments = kernels::score_segments(
        std::vector<std::pair<double, double>>{{5, 0}, {25, 40}, {50, 60}, {75, 85}, {95, 100}});
    const kernels::ColumnRange range{0, 100};
    for (std::size_t column = 0; column < indicators; ++column) {
      if (column % 3 == 0) rules.push_back(kernels::min_max_rule(range, 1));
      if (column % 3 == 1) rules.push_back(kernels::points_rule(segments));
      if (column % 3 == 2) {
        rules.push_back(kernels::distance_to_target_rule(range, 90, 1, true));
        rules.back().factor = 100;
      }
      const double target = 20 + static_cast<double>(column);
      edges.push_back(class_edges(
          {column % 2 == 0 ? Operator::greater_equal : Operator::less_equal, target, 0, 0},
          column < 20, std::nullopt));
      class_columns.emplace_back(units);
    }
    for (std::vector<std::uint8_t>& column : class_columns) classes.push_back(column.data());
    for (std::vector<std::uint16_t>& column : counts) column.resize(units);
    for (std::size_t i = 0; i < units; ++i) {
      groups.push_back(static_cast<std::uint32_t>(i / units_per_block));
    }
    totals.resize((units / units_per_block) * indicators * kernels::cell_classes);

    for (std::size_t column = 0; column < indicators; ++column) {
      children.push_back({column, 1.0 + static_cast<double>(column % 5)});
    }
    for (std::size_t aspect = 0; aspect < aspects; ++aspect) {
      children.push_back({indicators + aspect, 1.0 + static_cast<double>(aspect)});
    }
    for (std::vector<double>& node : node_values) node.resize(units);
  }

  kernels::CompositeJob composite_job(kernels::Mean mean_of_total) {
    nodes.clear();
    for (std::size_t aspect = 0; aspect < aspects; ++aspect) {
      const std::size_t first = aspect * indicators / aspects;
      const std::size_t last = (aspect + 1) * indicators / aspects;
      nodes.push_back(
          {first, last - first, 1, kernels::Mean::arithmetic, node_values[aspect].data()});
    }
    nodes.push_back({indicators, aspects, 1, mean_of_total, node_values[aspects].data()});
    kernels::CompositeJob job;
    job.columns = columns.data();
    job.rules = rules.data();
    job.column_count = indicators;
    job.children = children.data();
    job.nodes = nodes.data();
    job.node_count = nodes.size();
    return job;
  }

  kernels::ClassifyJob classify_job() {
    kernels::ClassifyJob job;
    job.columns = columns.data();
    job.edges = edges.data();
    job.column_count = indicators;
    job.classes = classes.data();
    for (std::size_t i = 0; i < kernels::cell_classes; ++i) {
      // No indicator is without a target.
      if (i != static_cast<std::size_t>(kernels::CellClass::no_target)) {
        job.counts[i] = counts[i].data();
      }
    }
    job.groups = groups.data();
    return job;
  }

  std::unique_ptr<double[], decltype(&std::free)> values{nullptr, &std::free};
  std::vector<kernels::NumberColumn> columns;
  std::vector<kernels::ScoreSegment> segments;
  std::vector<kernels::NormaliseRule> rules;
  std::vector<kernels::ClassEdges> edges;
  std::vector<std::vector<std::uint8_t>> class_columns;
  std::vector<std::uint8_t*> classes;
  std::vector<std::uint16_t> counts[kernels::cell_classes];
  std::vector<std::uint32_t> groups;
  std::vector<std::uint64_t> totals;
  std::vector<kernels::CompositeChild> children;
  std::vector<kernels::CompositeNode> nodes;
  std::vector<double> node_values[aspects + 1];
};

Workload& workload() {
  static Workload made;
  return made;
}

constexpr double input_bytes = static_cast<double>(units * indicators * sizeof(double));

#if defined(__x86_64__) && defined(__GNUC__)
#define EVERY_CPU [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define EVERY_CPU
#endif

// Adds up all values in as many registers as it takes to be bound by memory.
EVERY_CPU double sum_part(const double* values, std::size_t count) {
  double sums[64] = {};
  for (std::size_t i = 0; i + 64 <= count; i += 64) {
    for (std::size_t lane = 0; lane < 64; ++lane) sums[lane] += values[i + lane];
  }
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

double read_seconds(std::size_t threads) {
  const double* values = workload().values.get();
  const auto begin = std::chrono::steady_clock::now();
  kernels::for_each_part(units, threads, [&](std::size_t, std::size_t first, std::size_t last) {
    benchmark::DoNotOptimize(sum_part(values + first * indicators, (last - first) * indicators));
  });
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Runs `work`, timing itself, and a read of the same bytes before each, of which the best counts.
template <class Work>
void measure(benchmark::State& state, std::size_t threads, const Work& work) {
  double best_read = std::numeric_limits<double>::infinity();
  double best = std::numeric_limits<double>::infinity();
  for (auto _ : state) {
    best_read = std::min(best_read, read_seconds(threads));
    const auto begin = std::chrono::steady_clock::now();
    work();
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    best = std::min(best, seconds);
    state.SetIterationTime(seconds);
  }
  state.counters["best_ms"] = best * 1e3;
  state.counters["ns_per_cell"] = best * 1e9 / static_cast<double>(units * indicators);
  state.counters["GB/s"] = input_bytes / best * 1e-9;
  state.counters["read_GB/s"] = input_bytes / best_read * 1e-9;
  state.counters["of_read"] = best_read / best;
}

void read_probe(benchmark::State& state) {
  const auto threads = static_cast<std::size_t>(state.range(0));
  measure(state, threads, [&] { read_seconds(threads); });
}

void composite(benchmark::State& state, const kernels::ScoreKernels* kernels,
               kernels::Mean mean_of_total) {
  const kernels::CompositeJob job = workload().composite_job(mean_of_total);
  const auto threads = static_cast<std::size_t>(state.range(0));
  measure(state, threads, [&] { kernels::composite(*kernels, job, units, threads); });
}

void classify(benchmark::State& state, const kernels::ScoreKernels* kernels) {
  const kernels::ClassifyJob job = workload().classify_job();
  const auto threads = static_cast<std::size_t>(state.range(0));
  measure(state, threads,
          [&] { kernels::classify(*kernels, job, units, workload().totals, threads); });
}

const bool registered = [] {
  const auto with_threads = [](benchmark::internal::Benchmark* made) {
    made->Arg(1)->Arg(2)->ArgName("threads")->UseManualTime()->Unit(benchmark::kMillisecond);
  };
  with_threads(benchmark::RegisterBenchmark("read", read_probe));
  for (const kernels::ScoreKernels* table : available_score_kernels()) {
    const std::string name = table->name;
    with_threads(benchmark::RegisterBenchmark(("w2_arithmetic/" + name).c_str(), composite, table,
                                              kernels::Mean::arithmetic));
    with_threads(benchmark::RegisterBenchmark(("w2_geometric/" + name).c_str(), composite, table,
                                              kernels::Mean::geometric));
    with_threads(benchmark::RegisterBenchmark(("w3/" + name).c_str(), classify, table));
  }
  return true;
}();

}  // namespace
