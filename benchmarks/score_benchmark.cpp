// Judging and scoring many units by 53 indicators, beside the machine's own speed of reading.
//
// W2: a third each by min_max, five points and distance to target, to four aspects and a total. W3:
// class of every cell, counts per unit, totals per block. Nulls are 0 to 3 % of a column. Each
// line: nanoseconds per cell, bytes of input per second, and their share of the read bandwidth,
// which is measured before every turn of a case. Cases take turns five times; compare their minima.
//
// TIJIAN_BENCHMARK_ROWS sets the units (1 million).
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "read_bandwidth.hpp"
#include "tijian/judge_edges.hpp"
#include "tijian/native_score_kernels.hpp"
#include "tijian/score_threads.hpp"
#include "workload.hpp"

namespace tijian::benchmarks {
namespace {

constexpr std::size_t indicators = 53;
constexpr std::size_t aspects = 4;
constexpr std::size_t units_per_block = 200;

std::size_t units_wanted() {
  const char* rows = std::getenv("TIJIAN_BENCHMARK_ROWS");
  return rows == nullptr ? 1'000'000 : static_cast<std::size_t>(std::atoll(rows));
}

/// Units x indicators, how they are judged and scored, and room for what comes out.
class Scores {
 public:
  explicit Scores(std::size_t units) : units_(units), groups_(units) {
    const auto uniform = [](std::uint64_t hash) {
      return static_cast<double>(hash >> 11) * 0x1p-53;
    };
    for (std::size_t column = 0; column < indicators; ++column) {
      const double nulls = 0.03 * static_cast<double>(column) / indicators;
      Pages<double>& values = values_.emplace_back(units);
      for (std::size_t unit = 0; unit < units; ++unit) {
        const std::uint64_t hash = mix(unit * indicators + column);
        values[unit] = uniform(mix(hash)) < nulls ? std::numeric_limits<double>::quiet_NaN()
                                                  : 100 * uniform(hash);
      }
      columns_.push_back({values.data(), nullptr, 0});
      classes_.emplace_back(units);
      class_columns_.push_back(classes_.back().data());
    }
    for (std::size_t unit = 0; unit < units; ++unit) {
      groups_[unit] = static_cast<std::uint32_t>(unit / units_per_block);
    }
    for (std::size_t i = 0; i < kernels::cell_classes; ++i) counts_.emplace_back(units);
    for (std::size_t i = 0; i <= aspects; ++i) nodes_.emplace_back(units);
    totals_.resize((units / units_per_block + 1) * indicators * kernels::cell_classes);
    make_rules();
  }

  [[nodiscard]] std::size_t units() const { return units_; }
  [[nodiscard]] double cells() const { return static_cast<double>(units_ * indicators); }
  [[nodiscard]] std::vector<std::uint64_t>& totals() { return totals_; }

  kernels::CompositeJob composite_job(kernels::Mean mean_of_total) {
    tree_.clear();
    for (std::size_t aspect = 0; aspect < aspects; ++aspect) {
      const std::size_t first = aspect * indicators / aspects;
      const std::size_t last = (aspect + 1) * indicators / aspects;
      tree_.push_back({first, last - first, 1, kernels::Mean::arithmetic, nodes_[aspect].data()});
    }
    tree_.push_back({indicators, aspects, 1, mean_of_total, nodes_[aspects].data()});
    kernels::CompositeJob job;
    job.columns = columns_.data();
    job.rules = rules_.data();
    job.column_count = indicators;
    job.children = children_.data();
    job.nodes = tree_.data();
    job.node_count = tree_.size();
    return job;
  }

  kernels::ClassifyJob classify_job() {
    kernels::ClassifyJob job;
    job.columns = columns_.data();
    job.edges = edges_.data();
    job.column_count = indicators;
    job.classes = class_columns_.data();
    for (std::size_t i = 0; i < kernels::cell_classes; ++i) {
      // No indicator is without a target.
      if (i != static_cast<std::size_t>(kernels::CellClass::no_target)) {
        job.counts[i] = counts_[i].data();
      }
    }
    job.groups = groups_.data();
    return job;
  }

 private:
  void make_rules() {
    segments_ = kernels::score_segments(
        std::vector<std::pair<double, double>>{{5, 0}, {25, 40}, {50, 60}, {75, 85}, {95, 100}});
    const kernels::ColumnRange range{0, 100};
    for (std::size_t column = 0; column < indicators; ++column) {
      if (column % 3 == 0) rules_.push_back(kernels::min_max_rule(range, 1));
      if (column % 3 == 1) rules_.push_back(kernels::points_rule(segments_));
      if (column % 3 == 2) {
        rules_.push_back(kernels::distance_to_target_rule(range, 90, 1, true));
        rules_.back().factor = 100;
      }
      const double target = 20 + static_cast<double>(column);
      const Operator better = column % 2 == 0 ? Operator::greater_equal : Operator::less_equal;
      edges_.push_back(class_edges({better, target, 0, 0}, column < 20, std::nullopt));
      children_.push_back({column, 1.0 + static_cast<double>(column % 5)});
    }
    for (std::size_t aspect = 0; aspect < aspects; ++aspect) {
      children_.push_back({indicators + aspect, 1.0 + static_cast<double>(aspect)});
    }
  }

  std::size_t units_;
  std::vector<Pages<double>> values_;
  std::vector<kernels::NumberColumn> columns_;
  std::vector<kernels::ScoreSegment> segments_;
  std::vector<kernels::NormaliseRule> rules_;
  std::vector<kernels::ClassEdges> edges_;
  std::vector<Pages<std::uint8_t>> classes_;
  std::vector<std::uint8_t*> class_columns_;
  std::vector<Pages<std::uint16_t>> counts_;
  Pages<std::uint32_t> groups_;
  std::vector<std::uint64_t> totals_;
  std::vector<kernels::CompositeChild> children_;
  std::vector<kernels::CompositeNode> tree_;
  std::vector<Pages<double>> nodes_;
};

Scores& scores() {
  static Scores made(units_wanted());
  return made;
}

template <class Work>
void measure(benchmark::State& state, const Work& work) {
  const double cells = scores().cells();
  // Of as many bytes.
  const double bandwidth =
      read_bandwidth(static_cast<std::size_t>(state.range(0)), 2, scores().units() * indicators);
  for (auto _ : state) work();
  const double bytes = static_cast<double>(state.iterations()) * cells * sizeof(double);
  state.counters["ns_per_cell"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * cells * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["GB_per_s"] = benchmark::Counter(bytes * 1e-9, benchmark::Counter::kIsRate);
  state.counters["share_of_read_bandwidth"] =
      benchmark::Counter(bytes / bandwidth, benchmark::Counter::kIsRate);
}

void composite(benchmark::State& state, const kernels::ScoreKernels* kernels,
               kernels::Mean mean_of_total) {
  const kernels::CompositeJob job = scores().composite_job(mean_of_total);
  const auto threads = static_cast<std::size_t>(state.range(0));
  measure(state, [&] { kernels::composite(*kernels, job, scores().units(), threads); });
}

void classify(benchmark::State& state, const kernels::ScoreKernels* kernels) {
  const kernels::ClassifyJob job = scores().classify_job();
  const auto threads = static_cast<std::size_t>(state.range(0));
  measure(state,
          [&] { kernels::classify(*kernels, job, scores().units(), scores().totals(), threads); });
}

void add_all() {
  const auto with_threads = [](benchmark::internal::Benchmark* made) {
    made->Arg(1)->Arg(2)->ArgName("threads")->UseRealTime()->Unit(benchmark::kMillisecond);
  };
  for (const kernels::ScoreKernels* table : available_score_kernels()) {
    const std::string name = table->name;
    with_threads(benchmark::RegisterBenchmark(("w2_arithmetic/" + name).c_str(), composite, table,
                                              kernels::Mean::arithmetic));
    with_threads(benchmark::RegisterBenchmark(("w2_geometric/" + name).c_str(), composite, table,
                                              kernels::Mean::geometric));
    with_threads(benchmark::RegisterBenchmark(("w3/" + name).c_str(), classify, table));
  }
}

}  // namespace
}  // namespace tijian::benchmarks

int main(int argc, char** argv) {
  // Before the caller's own, which count where both are given.
  std::string turns[] = {"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=5",
                         "--benchmark_min_time=0.1"};
  std::vector<char*> arguments(argv, argv + argc);
  for (std::string& turn : turns) arguments.insert(arguments.begin() + 1, turn.data());
  int count = static_cast<int>(arguments.size());
  tijian::benchmarks::add_all();
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
