// The survey engine over named shapes. Each line: nanoseconds per row × indicator, bytes read per
// second, and the share of the read bandwidth measured in the same run.
//
// TIJIAN_BENCHMARK_ROWS sets the rows of every shape (2 million); TIJIAN_BENCHMARK_READ=1 only
// prints the read bandwidth of one and two threads.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "read_bandwidth.hpp"
#include "tijian/assess.hpp"
#include "tijian/compile.hpp"
#include "tijian/json.hpp"
#include "tijian/native_kernels.hpp"
#include "tijian/tally.hpp"
#include "workload.hpp"

namespace tijian::benchmarks {
namespace {

std::int64_t rows_wanted() {
  const char* rows = std::getenv("TIJIAN_BENCHMARK_ROWS");
  return rows == nullptr ? 2'000'000 : std::atoll(rows);
}

double bandwidth(std::int64_t threads) {
  static std::map<std::int64_t, double> known;
  double& found = known[threads];
  if (found == 0) found = read_bandwidth(static_cast<std::size_t>(threads));
  return found;
}

/// One survey is kept: shapes are run one after another.
const Survey& survey(const Shape& shape) {
  static std::unique_ptr<Survey> kept;
  const auto same = [](const Shape& a, const Shape& b) {
    return a.rows == b.rows && a.units == b.units && a.order == b.order &&
           a.nulls_in_a_thousand == b.nulls_in_a_thousand;
  };
  if (!kept || !same(kept->shape(), shape)) {
    kept.reset();
    kept = std::make_unique<Survey>(shape);
  }
  return *kept;
}

void count(benchmark::State& state, const Survey& data, int indicators, std::int64_t threads) {
  const double rows = static_cast<double>(data.shape().rows);
  const double runs = static_cast<double>(state.iterations());
  state.counters["ns_per_row_indicator"] = benchmark::Counter(
      runs * rows * indicators * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["GB_per_s"] =
      benchmark::Counter(runs * data.bytes() * 1e-9, benchmark::Counter::kIsRate);
  state.counters["share_of_read_bandwidth"] =
      benchmark::Counter(runs * data.bytes() / bandwidth(threads), benchmark::Counter::kIsRate);
}

/// Rows to a tally.
void tally(benchmark::State& state, Shape shape, int indicators) {
  shape.rows = rows_wanted();
  const std::int64_t threads = state.range(0);
  const Plan plan = compile(parse_framework(document(indicators)), native_kernels());
  const Survey& data = survey(shape);
  const TableView view = data.view();
  bandwidth(threads);
  for (auto _ : state) {
    Tally result(plan);
    result.add("t", view, {static_cast<int>(threads), nullptr});
    benchmark::DoNotOptimize(result.state(0).rows());
  }
  count(state, data, indicators, threads);
}

/// Rows to the values of all units on four levels.
void assess_all(benchmark::State& state, Shape shape, int indicators) {
  shape.rows = rows_wanted();
  const std::int64_t threads = state.range(0);
  const Plan plan = compile(parse_framework(document(indicators)), native_kernels());
  const Survey& data = survey(shape);
  const TableView view = data.view();
  const OwnedTable places = unit_table(shape.units);
  const Units units = Units::build(plan, places.view());
  bandwidth(threads);
  AssessOptions options;
  options.threads = static_cast<int>(threads);
  for (auto _ : state) {
    Tally result(plan);
    result.add("t", view, {static_cast<int>(threads), nullptr});
    benchmark::DoNotOptimize(result.assess(units, options));
  }
  count(state, data, indicators, threads);
}

/// The kernels of one CPU after another.
void kernels_of(benchmark::State& state, const kernels::KernelTable* table) {
  const Shape shape{rows_wanted(), 2'000};
  const Plan plan = compile(parse_framework(document(10)), *table);
  const Survey& data = survey(shape);
  const TableView view = data.view();
  bandwidth(1);
  for (auto _ : state) {
    Tally result(plan);
    result.add("t", view);
    benchmark::DoNotOptimize(result.state(0).rows());
  }
  count(state, data, 10, 1);
}

int add_all() {
  const std::int64_t rows = rows_wanted();
  const auto add = [](const std::string& name, auto run, const Shape& shape, int indicators) {
    benchmark::RegisterBenchmark(name.c_str(),
                                 [=](benchmark::State& state) { run(state, shape, indicators); })
        ->Arg(1)
        ->Arg(2)
        ->ArgName("threads")
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  };
  const std::int64_t usual = rows / 1000;  // 1,000 rows a unit
  const Shape sorted{rows, usual};
  add("tally/sorted", tally, sorted, 10);
  add("tally/sorted_53_indicators", tally, sorted, 53);
  add("tally/sorted_500_indicators", tally, sorted, 500);
  add("assess/sorted", assess_all, sorted, 10);
  for (const kernels::KernelTable* table : runnable_kernels())
    benchmark::RegisterBenchmark(("kernels/" + std::string(table->name)).c_str(),
                                 [table](benchmark::State& state) { kernels_of(state, table); })
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  add("tally/unsorted", tally, {rows, usual, Order::random}, 10);
  add("tally/five_percent_missing", tally, {rows, usual, Order::sorted, 50}, 10);
  add("tally/many_small_units", tally, {rows, rows / 20}, 10);
  add("tally/one_huge_unit", tally, {rows, 1}, 10);
  return 0;
}

}  // namespace
}  // namespace tijian::benchmarks

int main(int argc, char** argv) {
  if (std::getenv("TIJIAN_BENCHMARK_READ") != nullptr) {
    std::printf("{\"1\": %.0f, \"2\": %.0f}\n", tijian::benchmarks::read_bandwidth(1),
                tijian::benchmarks::read_bandwidth(2));
    return 0;
  }
  tijian::benchmarks::add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
