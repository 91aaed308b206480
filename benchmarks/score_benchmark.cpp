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
#include <string>
#include <vector>

#include "read_bandwidth.hpp"
#include "score_workload.hpp"
#include "tijian/native_score_kernels.hpp"
#include "tijian/score_threads.hpp"

namespace tijian::benchmarks {
namespace {

std::size_t units_wanted() {
  const char* rows = std::getenv("TIJIAN_BENCHMARK_ROWS");
  return rows == nullptr ? 1'000'000 : static_cast<std::size_t>(std::atoll(rows));
}

ScoreWorkload make_scores() {
  const std::size_t units = units_wanted();
  return ScoreWorkload(units, [units](std::size_t column, double* values) {
    const auto uniform = [](std::uint64_t hash) {
      return static_cast<double>(hash >> 11) * 0x1p-53;
    };
    const double nulls = 0.03 * static_cast<double>(column) / ScoreWorkload::indicators;
    for (std::size_t unit = 0; unit < units; ++unit) {
      const std::uint64_t hash = mix(unit * ScoreWorkload::indicators + column);
      values[unit] = uniform(mix(hash)) < nulls ? std::numeric_limits<double>::quiet_NaN()
                                                : 100 * uniform(hash);
    }
  });
}

ScoreWorkload& scores() {
  static ScoreWorkload made = make_scores();
  return made;
}

template <class Work>
void measure(benchmark::State& state, const Work& work) {
  const double cells = scores().cells();
  // Of as many bytes.
  const double bandwidth = read_bandwidth(static_cast<std::size_t>(state.range(0)), 2,
                                          scores().units() * ScoreWorkload::indicators);
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
