// Eight threads share one framework, one plan, one set of units and one assessment, and each runs
// tallies of its own: built with ThreadSanitizer, it is silent. A tally that two threads want at
// once says TJ_E_BUSY, and nothing is lost of what it answered TJ_OK to.
//
//   threads_test [SECONDS]
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "tijian/tijian.h"

namespace {

std::atomic<int> failures{0};

void check(bool holds, const char* what, tj_error* const& error = nullptr) {
  if (holds) return;
  if (failures.fetch_add(1) < 20) std::printf("FAILED %s %s\n", what, tj_error_message(error));
}

constexpr char document[] = R"json({
 "tijian": 1, "id": "shared", "version": "1", "year": 2025, "name": {"en": "Shared"},
 "dimensions": [{"id": "housing", "name": {"en": "Housing"}}],
 "levels": [{"id": "community", "dimension": "housing"}, {"id": "city", "dimension": "housing"}],
 "tables": [{"id": "buildings", "level": "community", "unit": "community", "key": "building",
   "columns": [{"id": "age", "type": "number"}, {"id": "corroded", "type": "boolean"}]}],
 "indicators": [
  {"id": "H02", "name": {"en": "Hazards"}, "dimension": "housing", "kind": "floor", "table": "buildings",
   "items": [{"id": "H02.1", "name": {"en": "Corroded riser"}, "when": "age >= 20 and corroded"}],
   "targets": [{"op": "<=", "value": 0}]},
  {"id": "H03", "name": {"en": "Age"}, "dimension": "housing", "kind": "guiding", "table": "buildings",
   "formula": "avg(ln(age + 1))", "targets": [{"op": "<=", "value": 3}]}]
})json";

/// Columns of buildings, other ones for every `start`.
struct Buildings {
  int64_t rows;
  std::vector<std::string> names;
  std::vector<const char*> communities, ids;
  std::vector<double> ages;
  std::vector<uint8_t> corroded;

  explicit Buildings(int start, int64_t row_count = 3000) : rows(row_count) {
    for (int64_t r = 0; r < rows; ++r) names.push_back("b-" + std::to_string(r));
    for (int64_t r = 0; r < rows; ++r) {
      communities.push_back(r % 3 == 0 ? "Minzhu" : "Bohai");
      ids.push_back(names[static_cast<size_t>(r)].c_str());
      ages.push_back(static_cast<double>((r + start) % 60) + 0.1);
      corroded.push_back((r + start) % 5 == 0);
    }
  }
  tj_status stream(ArrowArrayStream* out, tj_error** error) const {
    tj_column columns[4] = {TJ_COLUMN_INIT, TJ_COLUMN_INIT, TJ_COLUMN_INIT, TJ_COLUMN_INIT};
    const char* column_names[] = {"community", "building", "age", "corroded"};
    const char* types[] = {"strings", "strings", "float64", "boolean_bytes"};
    const void* values[] = {communities.data(), ids.data(), ages.data(), corroded.data()};
    for (int c = 0; c < 4; ++c) {
      columns[c].name = column_names[c];
      columns[c].type = types[c];
      columns[c].values = values[c];
    }
    return tj_stream_from_columns(columns, 4, rows, TJ_COLUMNS_BORROW, out, error);
  }
};

std::string bytes_of(const tj_buffer* buffer) {
  return {static_cast<const char*>(tj_buffer_data(buffer)), tj_buffer_size(buffer)};
}

std::string text(const tj_assessment* assessment, const char* table) {
  tj_buffer* buffer = nullptr;
  tj_error* error = nullptr;
  check(tj_assessment_text(assessment, table, "json", nullptr, &buffer, &error) == TJ_OK, table,
        error);
  std::string made = bytes_of(buffer);
  tj_buffer_free(buffer);
  tj_error_free(error);
  return made;
}

struct Shared {
  tj_framework* framework = nullptr;
  tj_plan* plan = nullptr;
  tj_units* units = nullptr;
  tj_assessment* assessment = nullptr;
  tj_tally* contested = nullptr;
  std::atomic<int64_t> added{0}, busy{0}, rounds{0};
};

/// A tally of its own, from the first batch to the ledger; the result of every round is the same.
std::string run_alone(const Shared& shared, const Buildings& buildings) {
  tj_error* error = nullptr;
  tj_tally *tally = nullptr, *part = nullptr, *loaded = nullptr;
  tj_buffer* saved = nullptr;
  tj_assessment* assessment = nullptr;
  ArrowArrayStream stream{};
  check(tj_tally_new(shared.plan, &tally, &error) == TJ_OK, "new", error);
  check(tj_tally_new(shared.plan, &part, &error) == TJ_OK, "new", error);
  check(buildings.stream(&stream, &error) == TJ_OK, "columns", error);
  tj_add_options options = TJ_ADD_OPTIONS_INIT;
  options.threads = 2;
  check(tj_tally_add_arrow(tally, "buildings", &stream, &options, &error) == TJ_OK, "add", error);
  check(buildings.stream(&stream, &error) == TJ_OK, "columns", error);
  check(tj_tally_add_arrow(part, "buildings", &stream, nullptr, &error) == TJ_OK, "add", error);
  check(tj_tally_merge(tally, part, &error) == TJ_OK, "merge", error);
  check(tj_tally_save(tally, &saved, &error) == TJ_OK, "save", error);
  check(tj_tally_load(shared.plan, tj_buffer_data(saved), tj_buffer_size(saved), &loaded, &error) ==
            TJ_OK,
        "load", error);
  check(tj_tally_assess(loaded, shared.units, nullptr, &assessment, &error) == TJ_OK, "assess",
        error);
  std::string result = text(assessment, "values") + text(assessment, "problems");
  tj_assessment_free(assessment);
  tj_tally_free(loaded);
  tj_tally_free(part);
  tj_tally_free(tally);
  tj_buffer_free(saved);
  return result;
}

/// One tally that all threads want: each addition happens whole, or is refused as busy.
void contest(Shared& shared, const Buildings& buildings) {
  tj_error* error = nullptr;
  ArrowArrayStream stream{};
  check(buildings.stream(&stream, &error) == TJ_OK, "columns", error);
  const tj_status added =
      tj_tally_add_arrow(shared.contested, "buildings", &stream, nullptr, &error);
  check(added == TJ_OK || added == TJ_E_BUSY, "contested add", error);
  check(stream.release == nullptr, "a contested stream is released");
  (added == TJ_OK ? shared.added : shared.busy).fetch_add(1);
  tj_error_free(error);
  tj_buffer* saved = nullptr;
  const tj_status status = tj_tally_save(shared.contested, &saved, nullptr);
  check(status == TJ_OK || status == TJ_E_BUSY, "contested save");
  tj_buffer_free(saved);
}

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 1;
  Shared shared;
  tj_error* error = nullptr;
  check(tj_framework_parse(document, sizeof document - 1, nullptr, &shared.framework, &error) ==
            TJ_OK,
        "parse", error);
  check(tj_plan_compile(shared.framework, &shared.plan, &error) == TJ_OK, "compile", error);
  const char* ids[] = {"Minzhu", "Bohai", "Dunhua"};
  const char* levels[] = {"community", "community", "city"};
  const char* parents[] = {"Dunhua", "Dunhua", nullptr};
  tj_column columns[3] = {TJ_COLUMN_INIT, TJ_COLUMN_INIT, TJ_COLUMN_INIT};
  const char* names[] = {"id", "level", "parent"};
  const void* values[] = {ids, levels, parents};
  for (int c = 0; c < 3; ++c) {
    columns[c].name = names[c];
    columns[c].type = "strings";
    columns[c].values = values[c];
  }
  ArrowArrayStream stream{};
  check(tj_stream_from_columns(columns, 3, 3, 0, &stream, &error) == TJ_OK, "columns", error);
  check(tj_units_from_arrow(shared.plan, &stream, &shared.units, &error) == TJ_OK, "units", error);
  check(tj_tally_new(shared.plan, &shared.contested, &error) == TJ_OK, "tally", error);
  if (failures != 0) return 1;

  const Buildings reference(0);
  {
    tj_tally* tally = nullptr;
    check(tj_tally_new(shared.plan, &tally, &error) == TJ_OK, "tally", error);
    check(reference.stream(&stream, &error) == TJ_OK, "columns", error);
    check(tj_tally_add_arrow(tally, "buildings", &stream, nullptr, &error) == TJ_OK, "add", error);
    check(tj_tally_assess(tally, shared.units, nullptr, &shared.assessment, &error) == TJ_OK,
          "assess", error);
    tj_tally_free(tally);
  }
  const std::string values_text = text(shared.assessment, "values");

  // So many rows that one addition is worth two threads of the library's own.
  const Buildings many(1, 140'000);
  const std::string of_many = run_alone(shared, many);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      const Buildings buildings(t);
      const std::string first = run_alone(shared, buildings);
      do {
        check(run_alone(shared, buildings) == first, "a round gives another result");
        check(text(shared.assessment, "values") == values_text, "the shared assessment changed");
        if (t == 0) check(run_alone(shared, many) == of_many, "many rows give another result");
        contest(shared, reference);
        shared.rounds.fetch_add(1);
      } while (std::chrono::steady_clock::now() < end);
    });
  for (std::thread& thread : threads) thread.join();

  // What was answered TJ_OK is in the contested tally, and nothing else is.
  tj_tally* expected = nullptr;
  check(tj_tally_new(shared.plan, &expected, &error) == TJ_OK, "tally", error);
  for (int64_t i = 0; i < shared.added; ++i) {
    check(reference.stream(&stream, &error) == TJ_OK, "columns", error);
    check(tj_tally_add_arrow(expected, "buildings", &stream, nullptr, &error) == TJ_OK, "add",
          error);
  }
  check(shared.busy > 0 || seconds < 10, "some addition came while another one was under way");
  tj_buffer *mine = nullptr, *theirs = nullptr;
  check(tj_tally_save(expected, &mine, &error) == TJ_OK, "save", error);
  check(tj_tally_save(shared.contested, &theirs, &error) == TJ_OK, "save", error);
  check(bytes_of(mine) == bytes_of(theirs), "the contested tally holds what was added");
  tj_buffer_free(mine);
  tj_buffer_free(theirs);
  tj_tally_free(expected);
  tj_tally_free(shared.contested);
  tj_assessment_free(shared.assessment);
  tj_units_free(shared.units);
  tj_plan_free(shared.plan);
  tj_framework_free(shared.framework);
  std::printf("8 threads, %d s: %lld rounds, %lld contested additions, %lld refused as busy\n",
              seconds, static_cast<long long>(shared.rounds.load()),
              static_cast<long long>(shared.added.load()),
              static_cast<long long>(shared.busy.load()));
  std::printf("%d failed\n", failures.load());
  return failures == 0 ? 0 : 1;
}
