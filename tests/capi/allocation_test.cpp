// Whatever the library does when memory runs out: every single allocation of every kind of call
// fails once, alone and with all that follow it. The call then says TJ_E_NO_MEMORY (or copes),
// leaks nothing, and leaves what it was given as it was. Links only libtijian, whose operator new
// is this program's.
//
//   allocation_test [--every N]     fail each N-th allocation only
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <string>

#include "tijian/tijian.h"

namespace {

std::atomic<long> allocations{0};  // so far
std::atomic<long> failing_at{-1};  // which one fails; -1: none
std::atomic<bool> and_all_later{false};
std::atomic<long> live_blocks{0};  // not yet freed

void* allocate(std::size_t size, std::size_t alignment, bool may_throw) {
  const long number = allocations.fetch_add(1);
  const long failing = failing_at.load();
  if (number == failing || (failing >= 0 && number > failing && and_all_later.load())) {
    if (may_throw) throw std::bad_alloc();
    return nullptr;
  }
  void* block = alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__
                    ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                    : std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) {
    if (may_throw) throw std::bad_alloc();
    return nullptr;
  }
  live_blocks.fetch_add(1);
  return block;
}

void deallocate(void* block) noexcept {
  if (block != nullptr) live_blocks.fetch_sub(1);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, 0, true); }
void* operator new[](std::size_t size) { return allocate(size, 0, true); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size, 0, false);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size, 0, false);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment), true);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment), true);
}
void operator delete(void* block) noexcept { deallocate(block); }
void operator delete[](void* block) noexcept { deallocate(block); }
void operator delete(void* block, std::size_t) noexcept { deallocate(block); }
void operator delete[](void* block, std::size_t) noexcept { deallocate(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { deallocate(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { deallocate(block); }
void operator delete(void* block, std::align_val_t) noexcept { deallocate(block); }
void operator delete[](void* block, std::align_val_t) noexcept { deallocate(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { deallocate(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { deallocate(block); }

namespace {

int failures = 0;

void fail(const char* scenario, long at, const char* what) {
  if (++failures <= 20) std::printf("FAILED %s, allocation %ld: %s\n", scenario, at, what);
}

// ---- a framework that uses most of what there is ------------------------------------------------

constexpr char base_document[] = R"json({
 "tijian": 1, "id": "base", "version": "1", "year": 2025, "name": {"zh": "基础", "en": "Base"},
 "parameters": {"old_age": 20, "central": true, "word": "a parameter with a long text inside"},
 "dimensions": [{"id": "housing", "name": {"en": "Housing"}}, {"id": "city", "name": {"en": "City"}}],
 "levels": [{"id": "compound", "dimension": "housing"},
            {"id": "community", "dimension": "housing"},
            {"id": "city", "dimension": "city", "attributes": [
              {"id": "city_class", "type": "text", "values": ["a class with a long name", "large"]},
              {"id": "has_rail", "type": "boolean", "default": false},
              {"id": "area_km2", "type": "number", "measure": "km²"}]}],
 "departments": [{"id": "gas", "name": {"en": "Gas"}}],
 "aspects": [{"id": "safety", "dimension": "housing", "name": {"en": "Safety"}}],
 "tables": [{"id": "buildings", "level": "compound", "unit": "compound", "key": ["street", "building"],
   "columns": [{"id": "age", "type": "number", "measure": "a", "min": 0, "max": 300},
               {"id": "corroded", "type": "boolean"},
               {"id": "use", "type": "text", "values": ["dwelling", "shop with dwellings above it"],
                "optional": true},
               {"id": "area", "type": "number"},
               {"id": "double_area", "type": "number", "formula": "area * 2"}],
   "evidence": "letter",
   "groups": [{"id": "decade", "by": "case when age > 30 then 'old' else 'new' end"}],
   "checks": [{"id": "young", "expect": "age < 200", "on_fail": "warn", "message": {"zh": "太老", "en": "Too old to be true"}}]}]
})json";

constexpr char document[] = R"json({
 "tijian": 1, "id": "whole", "version": "1", "year": 2025, "name": {"en": "Whole"}, "extends": "base",
 "indicators": [
  {"id": "H02", "name": {"zh": "隐患", "en": "Buildings with gas hazards"}, "dimension": "housing", "aspect": "safety",
   "kind": "floor", "measure": "buildings", "table": "buildings", "gap_base": "count(*)", "overlaps": true,
   "items": [{"id": "H02.1", "name": {"en": "Corroded riser"}, "when": "age >= old_age and corroded",
              "severity": "critical", "stage": "operation", "advice": {"en": "Replace the riser soon"}, "department": "gas"},
             {"id": "H02.2", "name": {"en": "Shop"}, "when": "use = 'shop with dwellings above it'"}],
   "targets": [{"op": "<=", "value": 0, "basis": "national", "source": "a handbook with a long title"}],
   "source": {"type": "field_survey", "evidence": "C"}},
  {"id": "H03", "name": {"en": "Area"}, "dimension": "housing", "kind": "guiding", "measure": "m²", "table": "buildings",
   "formula": "sum(double_area) / nullif(count(*), 0)", "survey": "S1",
   "targets": [{"op": ">=", "value": "least(300, previous + 5)", "where": "city_class = 'large'", "basis": "local"},
               {"op": "between", "low": 10, "high": "area_km2 * 100", "basis": "planning"}],
   "severity": [{"when": "gap > 0.5", "is": "critical"}], "funnel": [{"id": "all", "when": "true"}, {"id": "old", "when": "age > 10"}]},
  {"id": "H04", "name": {"en": "Spread"}, "dimension": "housing", "kind": "guiding", "table": "buildings",
   "components": [{"id": "deviation", "name": {"en": "Deviation"}, "formula": "stddev_samp(area)", "targets": [{"op": "<=", "value": 5}]},
                  {"id": "range", "name": {"en": "Range"}, "formula": "max(area) - min(area)", "targets": [{"op": "<=", "value": 5}]}]},
  {"id": "S1", "name": {"en": "Satisfaction"}, "dimension": "housing", "kind": "guiding", "measure": "points"},
  {"id": "D1", "name": {"en": "Communities with hazards"}, "dimension": "city", "kind": "guiding", "table": "units:community",
   "formula": "count(*) filter (where H02 > 0)", "targets": [{"op": "<=", "value": 0}]},
  {"id": "P1", "name": {"en": "Rectified"}, "dimension": "city", "kind": "fact", "table": "previous:problems", "levels": ["city"],
   "formula": "100 * count(*) filter (where status = 'closed') / nullif(count(*), 0)"}],
 "rules": [{"id": "R1", "level": "city", "when": "H02 > 0", "then": "raise", "indicator": "H02", "is": "critical",
            "reason": {"en": "A rule with a long reason"}}],
 "ledgers": [{"dimension": "housing", "columns": [{"name": {"en": "No."}, "field": "row"}, {"name": {"en": "Unit"}, "field": "unit_name"},
   {"name": {"en": "Sentence"}, "field": "sentence"}], "sentence": {"en": "{indicator}: {value}{measure} in {split}"}}]
})json";

// ---- data ---------------------------------------------------------------------------------------

struct Columns {
  tj_column columns[8];  // the test itself allocates nothing while allocations fail
  size_t count = 0;
  int64_t rows = 0;

  void add(const char* name, const char* type, const void* values) {
    tj_column column = TJ_COLUMN_INIT;
    column.name = name;
    column.type = type;
    column.values = values;
    columns[count++] = column;
  }
  tj_status stream(ArrowArrayStream* out, tj_error** error) const {
    return tj_stream_from_columns(columns, count, rows, 0, out, error);
  }
};

const char* const unit_ids[] = {"compound number one", "compound number two", "compound three",
                                "a community",         "another community",   "the city"};
const char* const unit_levels[] = {"compound",  "compound",  "compound",
                                   "community", "community", "city"};
const char* const unit_parents[] = {"a community", "a community", "another community",
                                    "the city",    "the city",    nullptr};
const char* const city_classes[] = {nullptr, nullptr, nullptr, nullptr, nullptr, "large"};
const double areas_km2[] = {0, 0, 0, 1, 1, 20};

const char* const compounds[] = {"compound number one", "compound number one",
                                 "compound number two", "compound three"};
const char* const streets[] = {"First Street", "First Street", "Second Street", nullptr};
const char* const buildings[] = {"1", "2", "a building with a long name", "4"};
const char* const uses[] = {"dwelling", "shop with dwellings above it", nullptr, "dwelling"};
const char* const letters[] = {"A", "E", nullptr, "B"};
const double ages[] = {25, 250, 12, 40};
const double areas[] = {100.25, 1e300, 3e-200, 7};
const uint8_t corroded[] = {1, 0, 1, 1};

const char* const entry_units[] = {"the city", "a community", "the city"};
const char* const entry_indicators[] = {"S1", "S1", "H02"};
const char* const entry_grades[] = {nullptr, nullptr, "insufficient"};
const char* const entry_reasons[] = {nullptr, nullptr, "experts were of another opinion"};
const double entry_values[] = {55, 70, 3};

const char* const problem_units[] = {"the city", "a community"};
const char* const problem_indicators[] = {"H02", "H02"};
const char* const problem_statuses[] = {"closed", "open"};

Columns units_columns() {
  Columns made;
  made.rows = 6;
  made.add("id", "strings", unit_ids);
  made.add("level", "strings", unit_levels);
  made.add("parent", "strings", unit_parents);
  made.add("city_class", "strings", city_classes);
  made.add("area_km2", "float64", areas_km2);
  return made;
}

Columns building_columns() {
  Columns made;
  made.rows = 4;
  made.add("compound", "strings", compounds);
  made.add("street", "strings", streets);
  made.add("building", "strings", buildings);
  made.add("age", "float64", ages);
  made.add("corroded", "boolean_bytes", corroded);
  made.add("use", "strings", uses);
  made.add("area", "float64", areas);
  made.add("letter", "strings", letters);
  return made;
}

Columns entry_columns() {
  Columns made;
  made.rows = 3;
  made.add("unit", "strings", entry_units);
  made.add("indicator", "strings", entry_indicators);
  made.add("grade", "strings", entry_grades);
  made.add("reason", "strings", entry_reasons);
  made.add("value", "float64", entry_values);
  return made;
}

Columns problem_columns() {
  Columns made;
  made.rows = 2;
  made.add("unit", "strings", problem_units);
  made.add("indicator", "strings", problem_indicators);
  made.add("status", "strings", problem_statuses);
  return made;
}

// ---- the sweep ----------------------------------------------------------------------------------

long every = 1;

/// Runs `call` with each of its allocations failing in turn, until it needs no more of them. It
/// returns the call's status and frees what it made; `check` runs after each.
void sweep(const char* scenario, const std::function<tj_status(tj_error**)>& call,
           const std::function<bool()>& check = {}) {
  tj_error* error = nullptr;
  tj_status status = call(&error);  // what is made once for ever is made here
  if (status != TJ_OK) {
    std::printf("FAILED %s: %s: %s\n", scenario, tj_status_name(status), tj_error_message(error));
    ++failures;
    tj_error_free(error);
    return;
  }
  const long before = allocations.load();
  (void)call(&error);
  const long needed = allocations.load() - before;
  long refused = 0;
  for (const bool all_later : {false, true})
    for (long at = 0; at < needed; at += every) {
      const long blocks = live_blocks.load();
      error = nullptr;
      and_all_later.store(all_later);
      failing_at.store(allocations.load() + at);
      status = call(&error);
      failing_at.store(-1);
      if (status == TJ_E_NO_MEMORY)
        ++refused;
      else if (status != TJ_OK)
        fail(scenario, at, tj_status_name(status));
      if (error != nullptr && tj_error_status(error) != status)
        fail(scenario, at, "the error says another status");
      if (error != nullptr && all_later) fail(scenario, at, "an error was made of no memory");
      tj_error_free(error);
      if (live_blocks.load() != blocks) fail(scenario, at, "leaked");
      if (check && !check()) fail(scenario, at, "changed what it was given");
    }
  // Calls that cope with every failure would be suspicious.
  if (needed > 0 && refused == 0) fail(scenario, needed, "no allocation was refused");
  std::printf("%-28s %6ld allocations, %6ld refused\n", scenario, needed, refused);
}

/// The tally's bytes. Looking is no part of a sweep: no allocation fails meanwhile.
std::string saved(const tj_tally* tally) {
  const long failing = failing_at.exchange(-1);
  tj_buffer* bytes = nullptr;
  std::string copy;
  if (tj_tally_save(tally, &bytes, nullptr) == TJ_OK)
    copy.assign(static_cast<const char*>(tj_buffer_data(bytes)), tj_buffer_size(bytes));
  tj_buffer_free(bytes);
  failing_at.store(failing);
  return copy;
}

void require(tj_status status, tj_error* const& error, const char* step) {
  if (status == TJ_OK) return;
  std::printf("%s: %s\n", step, tj_error_message(error));
  std::exit(1);
}

tj_status read_through(ArrowArrayStream* stream) {
  ArrowSchema schema{};
  ArrowArray array{};
  int failed = stream->get_schema(stream, &schema);
  if (failed == 0) schema.release(&schema);
  while (failed == 0) {
    failed = stream->get_next(stream, &array);
    if (failed != 0 || array.release == nullptr) break;
    array.release(&array);
  }
  stream->release(stream);
  return failed == 0 ? TJ_OK : failed == 12 /* ENOMEM */ ? TJ_E_NO_MEMORY : TJ_E_INTERNAL;
}

/// A stream of the batches of two streams; its private data is this object, which it does not own.
struct TwoBatches {
  ArrowArrayStream first{}, second{};
  int given = 0;

  ArrowArrayStream stream() { return {schema, next, last_error, release, this}; }

 private:
  static TwoBatches& of(ArrowArrayStream* stream) {
    return *static_cast<TwoBatches*>(stream->private_data);
  }
  static int schema(ArrowArrayStream* stream, ArrowSchema* out) {
    return of(stream).first.get_schema(&of(stream).first, out);
  }
  static int next(ArrowArrayStream* stream, ArrowArray* out) {
    TwoBatches& batches = of(stream);
    ArrowArrayStream& source = batches.given++ == 0 ? batches.first : batches.second;
    return source.get_next(&source, out);
  }
  static const char* last_error(ArrowArrayStream*) { return nullptr; }
  static void release(ArrowArrayStream* stream) { stream->release = nullptr; }
};

int discard(void*, const char*, size_t) { return 0; }
void log_nothing(void*, int32_t, const char*) {}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  if (argc == 3 && std::strcmp(argv[1], "--every") == 0) every = std::atol(argv[2]);
  tj_error* error = nullptr;
  const tj_document documents[] = {{"base", base_document, sizeof base_document - 1}};
  tj_parse_options parse_options = TJ_PARSE_OPTIONS_INIT;
  parse_options.documents = documents;
  parse_options.document_count = 1;

  tj_framework* framework = nullptr;
  require(tj_framework_parse(document, sizeof document - 1, &parse_options, &framework, &error),
          error, "parse");
  tj_plan* plan = nullptr;
  require(tj_plan_compile(framework, &plan, &error), error, "compile");
  ArrowArrayStream stream{};
  require(units_columns().stream(&stream, &error), error, "columns of units");
  tj_units* units = nullptr;
  require(tj_units_from_arrow(plan, &stream, &units, &error), error, "units");
  tj_tally* tally = nullptr;
  require(tj_tally_new(plan, &tally, &error), error, "tally");
  require(building_columns().stream(&stream, &error), error, "columns");
  require(tj_tally_add_arrow(tally, "buildings", &stream, nullptr, &error), error, "add");
  const std::string bytes = saved(tally);

  sweep("parse", [&](tj_error** e) {
    tj_framework* made = nullptr;
    const tj_status status =
        tj_framework_parse(document, sizeof document - 1, &parse_options, &made, e);
    if (status != TJ_OK && made != nullptr) fail("parse", 0, "wrote its output and failed");
    tj_framework_free(made);
    return status;
  });
  sweep("canonical JSON", [&](tj_error** e) {
    tj_buffer* json = nullptr;
    const tj_status status = tj_framework_json(framework, &json, e);
    tj_buffer_free(json);
    return status;
  });
  sweep("compile", [&](tj_error** e) {
    tj_plan* made = nullptr;
    const tj_status status = tj_plan_compile(framework, &made, e);
    tj_plan_free(made);
    return status;
  });
  sweep("plan export", [&](tj_error** e) {
    ArrowArrayStream made{};
    const tj_status status = tj_plan_export(plan, "columns", &made, e);
    return status == TJ_OK ? read_through(&made) : status;
  });
  for (const char* table : {"tables", "columns", "attributes", "warnings"})
    sweep("plan text", [&](tj_error** e) {
      tj_buffer* text = nullptr;
      const tj_status status = tj_plan_text(plan, table, "json", &text, e);
      tj_buffer_free(text);
      return status;
    });
  sweep("stream from columns", [&](tj_error** e) {
    ArrowArrayStream made{};
    const tj_status status = building_columns().stream(&made, e);
    return status == TJ_OK ? read_through(&made) : status;
  });
  sweep("build units", [&](tj_error** e) {
    ArrowArrayStream given{};
    tj_status status = units_columns().stream(&given, e);
    if (status != TJ_OK) return status;
    tj_units* made = nullptr;
    status = tj_units_from_arrow(plan, &given, &made, e);
    if (given.release != nullptr) fail("build units", 0, "did not release the stream");
    tj_units_free(made);
    return status;
  });
  sweep("add", [&](tj_error** e) {
    // Into a copy, so that every run adds to the same.
    tj_tally* copy = nullptr;
    tj_status status = tj_tally_load(plan, bytes.data(), bytes.size(), &copy, e);
    if (status != TJ_OK) return status;
    ArrowArrayStream given{};
    status = building_columns().stream(&given, e);
    if (status == TJ_OK) {
      tj_add_options options = TJ_ADD_OPTIONS_INIT;
      options.log = log_nothing;
      status = tj_tally_add_arrow(copy, "buildings", &given, &options, e);
      if (given.release != nullptr) fail("add", 0, "did not release the stream");
      if (status != TJ_OK && saved(copy) != bytes) fail("add", 0, "changed the tally");
    }
    tj_tally_free(copy);
    return status;
  });
  sweep("add an array", [&](tj_error** e) {
    tj_tally* copy = nullptr;
    tj_status status = tj_tally_load(plan, bytes.data(), bytes.size(), &copy, e);
    if (status != TJ_OK) return status;
    ArrowArrayStream given{};
    status = building_columns().stream(&given, e);
    if (status == TJ_OK) {
      ArrowSchema schema{};
      ArrowArray array{};
      if (given.get_schema(&given, &schema) != 0 || given.get_next(&given, &array) != 0) {
        status = TJ_E_NO_MEMORY;
      } else {
        status = tj_tally_add_array(copy, "buildings", &schema, &array, nullptr, e);
        if ((status == TJ_OK) != (schema.release == nullptr && array.release == nullptr))
          fail("add an array", 0, "released it and failed, or the other way round");
        if (status != TJ_OK && saved(copy) != bytes) fail("add an array", 0, "changed the tally");
      }
      if (schema.release != nullptr) schema.release(&schema);
      if (array.release != nullptr) array.release(&array);
      tj_stream_release(&given);
    }
    tj_tally_free(copy);
    return status;
  });
  sweep("add batches", [&](tj_error** e) {
    tj_tally* copy = nullptr;
    tj_status status = tj_tally_load(plan, bytes.data(), bytes.size(), &copy, e);
    if (status != TJ_OK) return status;
    TwoBatches twice;
    status = building_columns().stream(&twice.first, e);
    if (status == TJ_OK) status = building_columns().stream(&twice.second, e);
    if (status == TJ_OK) {
      ArrowArrayStream given = twice.stream();
      status = tj_tally_add_arrow(copy, "buildings", &given, nullptr, e);
      if (status != TJ_OK && saved(copy) != bytes) fail("add batches", 0, "changed the tally");
    }
    tj_stream_release(&twice.first);
    tj_stream_release(&twice.second);
    tj_tally_free(copy);
    return status;
  });
  sweep("refused units", [&](tj_error** e) {
    ArrowArrayStream given{};
    tj_status status = building_columns().stream(&given, e);
    if (status != TJ_OK) return status;
    tj_units* made = nullptr;
    status = tj_units_from_arrow(plan, &given, &made, e);
    if (status != TJ_E_DATA) return status;
    // What is refused needs memory for its issues like what is not.
    tj_error_free(*e);
    *e = nullptr;
    return TJ_OK;
  });
  sweep("merge", [&](tj_error** e) {
    tj_tally* copy = nullptr;
    tj_status status = tj_tally_new(plan, &copy, e);
    if (status != TJ_OK) return status;
    const std::string empty = saved(copy);
    status = tj_tally_merge(copy, tally, e);
    if (status != TJ_OK && saved(copy) != empty) fail("merge", 0, "changed the tally");
    tj_tally_free(copy);
    return status;
  });
  sweep("merge with itself", [&](tj_error** e) {
    tj_tally* copy = nullptr;
    tj_status status = tj_tally_load(plan, bytes.data(), bytes.size(), &copy, e);
    if (status != TJ_OK) return status;
    status = tj_tally_merge(copy, copy, e);
    if (status != TJ_OK && saved(copy) != bytes) fail("merge with itself", 0, "changed the tally");
    tj_tally_free(copy);
    return status;
  });
  sweep("save", [&](tj_error** e) {
    tj_buffer* made = nullptr;
    const tj_status status = tj_tally_save(tally, &made, e);
    tj_buffer_free(made);
    return status;
  });
  sweep("load", [&](tj_error** e) {
    tj_tally* made = nullptr;
    const tj_status status = tj_tally_load(plan, bytes.data(), bytes.size(), &made, e);
    tj_tally_free(made);
    return status;
  });
  sweep("screen", [&](tj_error** e) {
    ArrowArrayStream given{}, problems{}, checks{};
    tj_status status = building_columns().stream(&given, e);
    if (status != TJ_OK) return status;
    status = tj_screen_arrow(plan, "buildings", &given, nullptr, &problems, &checks, e);
    if (status != TJ_OK) return status;
    status = read_through(&problems);
    const tj_status second = read_through(&checks);
    return status != TJ_OK ? status : second;
  });

  tj_assessment* first = nullptr;
  require(tj_tally_assess(tally, units, nullptr, &first, &error), error, "assess");
  const auto assess = [&](bool whole, tj_assessment** made, tj_error** e) {
    ArrowArrayStream entries{}, problems{}, rows{};
    tj_assess_options options = TJ_ASSESS_OPTIONS_INIT;
    tj_status status = entry_columns().stream(&entries, e);
    if (status == TJ_OK) status = problem_columns().stream(&problems, e);
    if (status == TJ_OK && whole) status = building_columns().stream(&rows, e);
    if (status == TJ_OK) {
      options.entries = &entries;
      options.previous_problems = &problems;
      options.previous = first;
      options.log = log_nothing;
      const tj_table table = {"buildings", &rows};
      status = whole ? tj_plan_assess(plan, units, &table, 1, &options, made, e)
                     : tj_tally_assess(tally, units, &options, made, e);
      if (entries.release != nullptr || problems.release != nullptr || rows.release != nullptr)
        fail("assess", 0, "did not release a stream");
    }
    tj_stream_release(&entries);
    tj_stream_release(&problems);
    tj_stream_release(&rows);
    return status;
  };
  for (const bool whole : {false, true})
    sweep(
        whole ? "assess tables" : "assess",
        [&](tj_error** e) {
          tj_assessment* made = nullptr;
          const tj_status status = assess(whole, &made, e);
          tj_assessment_free(made);
          return status;
        },
        [&] { return saved(tally) == bytes; });

  tj_assessment* assessment = nullptr;
  require(assess(true, &assessment, &error), error, "assess");
  for (size_t t = 0; t < tj_assessment_table_count(assessment); ++t) {
    const char* table = tj_assessment_table_name(assessment, t);
    sweep((std::string("export ") + table).c_str(), [&](tj_error** e) {
      ArrowArrayStream made{};
      const tj_status status = tj_assessment_export(assessment, table, nullptr, &made, e);
      return status == TJ_OK ? read_through(&made) : status;
    });
    sweep((std::string("write ") + table).c_str(), [&](tj_error** e) {
      return tj_assessment_write(assessment, table, "csv", nullptr, discard, nullptr, e);
    });
  }
  sweep("framework of an assessment", [&](tj_error** e) {
    tj_framework* made = nullptr;
    const tj_status status = tj_assessment_framework(assessment, &made, e);
    tj_framework_free(made);
    return status;
  });
  sweep("filtered JSON", [&](tj_error** e) {
    const char* wanted[] = {"a community"};
    tj_table_options options = TJ_TABLE_OPTIONS_INIT;
    options.units = wanted;
    options.unit_count = 1;
    tj_buffer* text = nullptr;
    const tj_status status = tj_assessment_text(assessment, "values", "json", &options, &text, e);
    tj_buffer_free(text);
    return status;
  });
  sweep("explain", [&](tj_error** e) {
    tj_buffer* json = nullptr;
    const tj_status status = tj_assessment_explain(assessment, "the city", "H02", &json, e);
    tj_buffer_free(json);
    return status;
  });
  std::string saved_assessment;
  sweep("save assessment", [&](tj_error** e) {
    tj_buffer* made = nullptr;
    const tj_status status = tj_assessment_save(assessment, &made, e);
    if (status == TJ_OK && saved_assessment.empty())
      saved_assessment.assign(static_cast<const char*>(tj_buffer_data(made)), tj_buffer_size(made));
    tj_buffer_free(made);
    return status;
  });
  sweep("load assessment", [&](tj_error** e) {
    tj_assessment* made = nullptr;
    const tj_status status =
        tj_assessment_load(saved_assessment.data(), saved_assessment.size(), &made, e);
    tj_assessment_free(made);
    return status;
  });

  tj_assessment_free(assessment);
  tj_assessment_free(first);
  tj_tally_free(tally);
  tj_units_free(units);
  tj_plan_free(plan);
  tj_framework_free(framework);
  std::printf("%d failed\n", failures);
  return failures == 0 ? 0 : 1;
}
