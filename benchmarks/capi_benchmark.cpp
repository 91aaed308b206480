// What it costs to cross the C interface: calls over no rows, where there is nothing else to pay
// for.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "tijian/tijian.h"

namespace {

void require(tj_status status, tj_error* const& error) {
  if (status == TJ_OK) return;
  std::fputs(tj_error_message(error), stderr);
  std::abort();
}

/// A stream of one batch without rows, of columns of numbers or texts, that can be read again and
/// again: its release costs nothing.
class EmptyBatch {
 public:
  EmptyBatch(std::vector<std::string> names, const std::vector<const char*>& formats)
      : names_(std::move(names)), schemas_(names_.size()), arrays_(names_.size()) {
    for (size_t c = 0; c < names_.size(); ++c) {
      schemas_[c] = {formats[c], names_[c].c_str(),    nullptr, ARROW_FLAG_NULLABLE, 0, nullptr,
                     nullptr,    release<ArrowSchema>, nullptr};
      arrays_[c] = {0,
                    0,
                    0,
                    std::strcmp(formats[c], "u") == 0 ? 3 : 2,
                    0,
                    buffers_,
                    nullptr,
                    nullptr,
                    release<ArrowArray>,
                    nullptr};
      schema_addresses_.push_back(&schemas_[c]);
      array_addresses_.push_back(&arrays_[c]);
    }
  }

  ArrowArrayStream stream() {
    given_ = false;
    return {get_schema, get_next, get_last_error, release<ArrowArrayStream>, this};
  }

 private:
  template <class Struct>
  static void release(Struct* released) {
    released->release = nullptr;
  }
  static EmptyBatch& of(ArrowArrayStream* stream) {
    return *static_cast<EmptyBatch*>(stream->private_data);
  }
  static int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
    EmptyBatch& batch = of(stream);
    *out = {"+s",
            "",
            nullptr,
            0,
            static_cast<int64_t>(batch.schemas_.size()),
            batch.schema_addresses_.data(),
            nullptr,
            release<ArrowSchema>,
            nullptr};
    return 0;
  }
  static int get_next(ArrowArrayStream* stream, ArrowArray* out) {
    EmptyBatch& batch = of(stream);
    *out = {};
    if (!batch.given_)
      *out = {0,
              0,
              0,
              1,
              static_cast<int64_t>(batch.arrays_.size()),
              batch.buffers_,
              batch.array_addresses_.data(),
              nullptr,
              release<ArrowArray>,
              nullptr};
    batch.given_ = true;
    return 0;
  }
  static const char* get_last_error(ArrowArrayStream*) { return nullptr; }

  std::vector<std::string> names_;
  std::vector<ArrowSchema> schemas_;
  std::vector<ArrowArray> arrays_;
  std::vector<ArrowSchema*> schema_addresses_;
  std::vector<ArrowArray*> array_addresses_;
  int64_t nothing_[2] = {0, 0};
  const void* buffers_[3] = {nullptr, nothing_, nothing_};
  bool given_ = false;
};

struct Fixture {
  tj_framework* framework = nullptr;
  tj_plan* plan = nullptr;
  tj_tally* tally = nullptr;

  explicit Fixture(const char* id) {
    tj_error* error = nullptr;
    require(tj_framework_shipped(id, &framework, &error), error);
    require(tj_plan_compile(framework, &plan, &error), error);
    require(tj_tally_new(plan, &tally, &error), error);
  }
  ~Fixture() {
    tj_tally_free(tally);
    tj_plan_free(plan);
    tj_framework_free(framework);
  }
};

/// tj_tally_add_arrow of a batch without rows to a table of four columns.
void add_no_rows(benchmark::State& state) {
  Fixture fixture("yichang-2025");
  EmptyBatch batch({"community_id", "parking_gap", "charger_gap", "footway_bad_m"},
                   {"u", "g", "g", "g"});
  tj_error* error = nullptr;
  for (auto _ : state) {
    ArrowArrayStream stream = batch.stream();
    require(tj_tally_add_arrow(fixture.tally, "gaps", &stream, nullptr, &error), error);
  }
}
BENCHMARK(add_no_rows);

/// The same with the making of the stream from plain columns.
void add_no_rows_from_columns(benchmark::State& state) {
  Fixture fixture("yichang-2025");
  const char* names[] = {"community_id", "parking_gap", "charger_gap", "footway_bad_m"};
  tj_column columns[4] = {TJ_COLUMN_INIT, TJ_COLUMN_INIT, TJ_COLUMN_INIT, TJ_COLUMN_INIT};
  for (int c = 0; c < 4; ++c) {
    columns[c].name = names[c];
    columns[c].type = c == 0 ? "strings" : "float64";
  }
  tj_error* error = nullptr;
  for (auto _ : state) {
    ArrowArrayStream stream;
    require(tj_stream_from_columns(columns, 4, 0, 0, &stream, &error), error);
    require(tj_tally_add_arrow(fixture.tally, "gaps", &stream, nullptr, &error), error);
  }
}
BENCHMARK(add_no_rows_from_columns);

/// A call that only looks something up: the least that crossing costs.
void look_up(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(tj_units_count(nullptr));
}
BENCHMARK(look_up);

/// A call that is refused at once, without and with an error object.
void refuse_argument(benchmark::State& state) {
  const bool with_error = state.range(0) != 0;
  for (auto _ : state) {
    tj_error* error = nullptr;
    benchmark::DoNotOptimize(tj_tally_save(nullptr, nullptr, with_error ? &error : nullptr));
    tj_error_free(error);
  }
}
BENCHMARK(refuse_argument)->Arg(0)->Arg(1);

}  // namespace
