// A call over many rows that is cancelled, from its progress callback or from another thread,
// returns within 100 ms and leaves the tally as it was. Links only libtijian.
//
//   cancel_test [ROWS]      20,000,000 by default
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "tijian/tijian.h"

namespace {

using Clock = std::chrono::steady_clock;

int failures = 0;

void check(bool holds, const char* what, tj_error* const& error = nullptr) {
  if (holds) return;
  ++failures;
  std::printf("FAILED %s %s\n", what, tj_error_message(error));
}

constexpr char document[] = R"json({
 "tijian": 1, "id": "large", "version": "1", "year": 2025, "name": {"en": "Large"},
 "dimensions": [{"id": "housing", "name": {"en": "Housing"}}],
 "levels": [{"id": "community", "dimension": "housing"}, {"id": "city", "dimension": "housing"}],
 "tables": [{"id": "buildings", "level": "community", "unit": "community", "key": "building",
   "columns": [{"id": "age", "type": "number"}]}],
 "indicators": [
  {"id": "H02", "name": {"en": "Old"}, "dimension": "housing", "kind": "floor", "table": "buildings",
   "items": [{"id": "H02.1", "name": {"en": "Old"}, "when": "age > 58"}],
   "targets": [{"op": "<=", "value": 0}]},
  {"id": "H03", "name": {"en": "Age"}, "dimension": "housing", "kind": "guiding", "table": "buildings",
   "formula": "stddev_samp(age)", "targets": [{"op": "<=", "value": 3}]}]
})json";

struct Columns {
  std::vector<int32_t> communities, buildings;
  std::vector<double> ages;

  explicit Columns(size_t rows) {
    for (size_t r = 0; r < rows; ++r) {
      communities.push_back(static_cast<int32_t>(r / 1000));
      buildings.push_back(static_cast<int32_t>(r));
      ages.push_back(static_cast<double>(r % 60));
    }
  }
  tj_status stream(ArrowArrayStream* out, tj_error** error) const {
    tj_column columns[3] = {TJ_COLUMN_INIT, TJ_COLUMN_INIT, TJ_COLUMN_INIT};
    const char* names[] = {"community", "building", "age"};
    const char* types[] = {"int32", "int32", "float64"};
    const void* values[] = {communities.data(), buildings.data(), ages.data()};
    for (int c = 0; c < 3; ++c) {
      columns[c].name = names[c];
      columns[c].type = types[c];
      columns[c].values = values[c];
    }
    return tj_stream_from_columns(columns, 3, static_cast<int64_t>(ages.size()), TJ_COLUMNS_BORROW,
                                  out, error);
  }
};

enum class Call { add, screen, assess };

/// The communities of all rows, in one city.
struct Places {
  std::vector<std::string> ids;
  std::vector<const char*> id_texts, levels, parents;

  tj_status stream(ArrowArrayStream* out, tj_error** error) const {
    tj_column columns[3] = {TJ_COLUMN_INIT, TJ_COLUMN_INIT, TJ_COLUMN_INIT};
    const char* names[] = {"id", "level", "parent"};
    const void* values[] = {id_texts.data(), levels.data(), parents.data()};
    for (int c = 0; c < 3; ++c) {
      columns[c].name = names[c];
      columns[c].type = "strings";
      columns[c].values = values[c];
    }
    return tj_stream_from_columns(columns, 3, static_cast<int64_t>(ids.size()), 0, out, error);
  }
};

Places places(size_t communities) {
  Places made;
  for (size_t c = 0; c < communities; ++c) made.ids.push_back(std::to_string(c));
  made.ids.push_back("city");
  for (const std::string& id : made.ids) {
    const bool is_city = id == "city";
    made.id_texts.push_back(id.c_str());
    made.levels.push_back(is_city ? "city" : "community");
    made.parents.push_back(is_city ? nullptr : "city");
  }
  return made;
}

/// Cancels the call that it belongs to once `share` of the work is done.
struct Stop {
  double share = 0;
  tj_cancel* cancel = nullptr;  // null: by its answer
  Clock::time_point asked{};
  bool done = false;

  static int progress(void* context, double done) {
    Stop& stop = *static_cast<Stop*>(context);
    if (done < stop.share || stop.done) return 0;
    stop.done = true;
    if (stop.cancel != nullptr) return 0;  // the other thread looks at `done`
    stop.asked = Clock::now();
    return 1;
  }
};

}  // namespace

int main(int argc, char** argv) {
  const size_t rows = argc > 1 ? static_cast<size_t>(std::atoll(argv[1])) : 20'000'000;
  const double limit = argc > 2 ? std::atof(argv[2]) : 100;
  tj_error* error = nullptr;
  tj_framework* framework = nullptr;
  tj_plan* plan = nullptr;
  tj_tally* tally = nullptr;
  check(tj_framework_parse(document, sizeof document - 1, nullptr, &framework, &error) == TJ_OK,
        "parse", error);
  check(tj_plan_compile(framework, &plan, &error) == TJ_OK, "compile", error);
  check(tj_tally_new(plan, &tally, &error) == TJ_OK, "tally", error);
  if (failures != 0) return 1;
  ArrowArrayStream stream{};
  {
    const Columns few(5000);
    check(few.stream(&stream, &error) == TJ_OK, "columns", error);
    check(tj_tally_add_arrow(tally, "buildings", &stream, nullptr, &error) == TJ_OK, "add", error);
  }
  const auto saved = [&] {
    tj_buffer* bytes = nullptr;
    check(tj_tally_save(tally, &bytes, nullptr) == TJ_OK, "save");
    std::string copy(static_cast<const char*>(tj_buffer_data(bytes)), tj_buffer_size(bytes));
    tj_buffer_free(bytes);
    return copy;
  };
  const std::string before = saved();
  const Columns many(rows);

  tj_units* units = nullptr;
  check(places(rows / 1000 + 1).stream(&stream, &error) == TJ_OK, "columns", error);
  check(tj_units_from_arrow(plan, &stream, &units, &error) == TJ_OK, "units", error);

  double longest = 0;
  for (const Call call : {Call::add, Call::screen, Call::assess})
    for (const int threads : {1, 2})
      for (const bool from_callback : {true, false})
        for (const double share : {0.02, 0.5, 0.9}) {
          Stop stop;
          stop.share = share;
          if (!from_callback) check(tj_cancel_new(&stop.cancel, &error) == TJ_OK, "cancel", error);
          tj_add_options options = TJ_ADD_OPTIONS_INIT;
          options.threads = threads;
          options.total_rows = static_cast<int64_t>(rows);
          options.cancel = stop.cancel;
          std::atomic<bool> reached{false}, finished{false};
          // The other thread is told by the callback how far the work is.
          struct Both {
            Stop* stop;
            std::atomic<bool>* reached;
          } both{&stop, &reached};
          options.progress = [](void* context, double done) {
            Both& told = *static_cast<Both*>(context);
            const int answer = Stop::progress(told.stop, done);
            if (told.stop->done) told.reached->store(true);
            return answer;
          };
          options.progress_context = &both;
          std::thread other;
          Clock::time_point asked_elsewhere{};
          if (!from_callback)
            other = std::thread([&] {
              while (!reached.load() && !finished.load())
                std::this_thread::sleep_for(std::chrono::microseconds(100));
              asked_elsewhere = Clock::now();
              tj_cancel_request(stop.cancel);
            });
          check(many.stream(&stream, &error) == TJ_OK, "columns", error);
          ArrowArrayStream problems{}, checks{};
          tj_assessment* assessment = nullptr;
          const tj_status status = [&] {
            if (call == Call::add)
              return tj_tally_add_arrow(tally, "buildings", &stream, &options, &error);
            if (call == Call::screen)
              return tj_screen_arrow(plan, "buildings", &stream, &options, &problems, &checks,
                                     &error);
            tj_assess_options assess_options = TJ_ASSESS_OPTIONS_INIT;
            assess_options.threads = options.threads;
            assess_options.total_rows = options.total_rows;
            assess_options.cancel = options.cancel;
            assess_options.progress = options.progress;
            assess_options.progress_context = options.progress_context;
            const tj_table table = {"buildings", &stream};
            return tj_plan_assess(plan, units, &table, 1, &assess_options, &assessment, &error);
          }();
          const Clock::time_point returned = Clock::now();
          finished.store(true);
          if (other.joinable()) other.join();
          const Clock::time_point asked = from_callback ? stop.asked : asked_elsewhere;
          const double milliseconds =
              std::chrono::duration<double, std::milli>(returned - asked).count();
          longest = std::max(longest, milliseconds);
          std::printf("%s, %d threads, cancelled by %s at %.0f %%: %s after %.1f ms\n",
                      call == Call::add      ? "add"
                      : call == Call::screen ? "screen"
                                             : "assess",
                      threads, from_callback ? "the callback" : "another thread", share * 100,
                      tj_status_name(status), milliseconds);
          check(status == TJ_E_CANCELLED, "the call is cancelled", error);
          check(tj_error_status(error) == TJ_E_CANCELLED, "the error says so", error);
          check(stream.release == nullptr, "the stream is released");
          check(problems.release == nullptr && checks.release == nullptr && assessment == nullptr,
                "no output is written");
          tj_error_free(error);
          error = nullptr;
          tj_cancel_free(stop.cancel);
          check(saved() == before, "the tally is as it was");
        }
  check(longest <= limit, "every call returned in time");
  tj_units_free(units);
  tj_tally_free(tally);
  tj_plan_free(plan);
  tj_framework_free(framework);
  std::printf("longest: %.1f ms, %d failed\n", longest, failures);
  return failures == 0 ? 0 : 1;
}
