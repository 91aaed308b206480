#include "tijian/assess.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "c_api/handles.hpp"
#include "c_api/options.hpp"
#include "c_api/streams.hpp"
#include "c_api/survey_table.hpp"
#include "tijian/gather.hpp"

using namespace tijian;
using namespace tijian::c_api;

namespace {

/// The streams inside options belong to the call, whatever becomes of it; also where the options
/// themselves are refused (but not where their size is: then nothing in them can be told).
struct GivenFrames {
  explicit GivenFrames(const tj_assess_options* options) noexcept
      : entries(stream_at(options, offsetof(tj_assess_options, entries))),
        problems(stream_at(options, offsetof(tj_assess_options, previous_problems))) {}

  GivenStream entries, problems;

 private:
  static ArrowArrayStream* stream_at(const tj_assess_options* options,
                                     std::size_t offset) noexcept {
    if (options == nullptr || !is_struct_size(options->struct_size) ||
        options->struct_size < offset + sizeof(ArrowArrayStream*))
      return nullptr;
    ArrowArrayStream* stream = nullptr;
    std::memcpy(&stream, reinterpret_cast<const char*>(options) + offset, sizeof stream);
    return stream;
  }
};

/// A small frame, read whole; nothing where no stream is given.
class Frame {
 public:
  Frame(ArrowArrayStream* stream, const std::string& name, const std::vector<FrameColumn>& columns,
        const std::stop_token& stop) {
    if (stream == nullptr) return;
    ArrowReader reader(stream, name, ids_of(columns));
    table_ = gather(batches_of(reader), stop);
    view_ = table_.view();
    given_ = true;
  }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  [[nodiscard]] const TableView* view() const { return given_ ? &view_ : nullptr; }

 private:
  OwnedTable table_;
  TableView view_;
  bool given_ = false;
};

/// The options as the engine takes them, with the frames that they point to.
class ReadOptions {
 public:
  /// All options are checked before a frame is read.
  ReadOptions(const tj_assess_options& given, const PlanData& plan)
      : language_(read_language(given.language)),
        log_(given.log, given.log_context, language_),
        options_(checked(given, language_)),
        entries_(given.entries, "entries", entry_frame_columns(), options_.stop),
        problems_(given.previous_problems, "previous:problems",
                  previous_problem_frame_columns(plan), options_.stop) {
    options_.entries = entries_.view();
    options_.previous_problems = problems_.view();
  }

  [[nodiscard]] const AssessOptions& options() const { return options_; }

  void tell(const AssessmentData& data) const noexcept {
    log_.line(TJ_LOG_INFO, [&]() -> Text {
      const std::string units = std::to_string(data.units.size());
      const std::string problems = std::to_string(data.problems.size());
      return {"已评估 " + units + " 个单元，问题 " + problems + " 行",
              units + " units assessed, " + problems + " rows of problems"};
    });
    if (!data.checks.empty())
      log_.line(TJ_LOG_WARNING, [&]() -> Text {
        const std::string rows = std::to_string(data.checks.size());
        return {"数据检查 " + rows + " 行，见结果表 checks",
                rows + " rows of data checks, see the table checks"};
      });
  }

 private:
  static AssessOptions checked(const tj_assess_options& given, Language language) {
    if (given.entries != nullptr) require_stream(given.entries, "entries");
    if (given.previous_problems != nullptr) {
      if (given.entries == given.previous_problems)
        throw ArgumentError(messages::repeated, "previous_problems");
      require_stream(given.previous_problems, "previous_problems");
    }
    AssessOptions options;
    if (given.year < 0 || given.year > 9999) throw ArgumentError(messages::out_of_range, "year");
    options.year = given.year;
    if (given.previous != nullptr) options.previous = &given.previous->assessment;
    if (given.unknown_units != nullptr) {
      const std::string_view word = given.unknown_units;
      if (word == "report")
        options.unknown_units = UnknownUnits::report;
      else if (word != "refuse")
        throw ArgumentError(messages::not_a_word, "unknown_units", word, "refuse, report");
    }
    options.language = language;
    options.threads = read_threads(given.threads);
    if (given.max_objects != 0) options.max_objects = std::max<std::int64_t>(given.max_objects, 0);
    options.total_rows = read_total_rows(given.total_rows);
    options.progress = read_progress(given.progress, given.progress_context);
    options.stop = stop_of(given.cancel);
    return options;
  }

  Language language_;
  Log log_;
  AssessOptions options_;
  Frame entries_, problems_;
};

}  // namespace

tj_status tj_tally_assess(const tj_tally* tally, const tj_units* units,
                          const tj_assess_options* given_options, tj_assessment** assessment,
                          tj_error** error) noexcept {
  const GivenFrames given(given_options);
  return guard(error, [&] {
    require(tally, "tally");
    require(units, "units");
    require(assessment, "assessment");
    const ReadOptions read(read_options(given_options, "tj_assess_options"), *tally->tally.plan());
    const TallyUse use(tally, TallyUse::Purpose::read);
    auto made = make_assessment(tally->tally.assess(units->units, read.options()));
    read.tell(made->assessment.data());
    *assessment = made.release();
  });
}

namespace {

/// Releases the streams of all tables that no reader has taken over.
class GivenTables {
 public:
  GivenTables(const tj_table* tables, std::size_t count) noexcept
      : tables_(tables), count_(count) {}
  ~GivenTables() {
    if (tables_ == nullptr) return;
    for (std::size_t t = 0; t < count_; ++t) const GivenStream released(tables_[t].stream);
  }
  GivenTables(const GivenTables&) = delete;
  GivenTables& operator=(const GivenTables&) = delete;

 private:
  const tj_table* tables_;
  std::size_t count_;
};

}  // namespace

tj_status tj_plan_assess(const tj_plan* plan, const tj_units* units, const tj_table* tables,
                         size_t table_count, const tj_assess_options* given_options,
                         tj_assessment** assessment, tj_error** error) noexcept {
  const GivenTables given_tables(tables, table_count);
  const GivenFrames given_frames(given_options);
  return guard(error, [&] {
    require(plan, "plan");
    require(units, "units");
    if (table_count > 0) require(tables, "tables");
    require(assessment, "assessment");
    for (std::size_t t = 0; t < table_count; ++t) {
      require(tables[t].name, "tables.name");
      require_stream(tables[t].stream, "tables.stream");
      for (std::size_t other = 0; other < t; ++other)
        if (tables[other].stream == tables[t].stream)
          throw ArgumentError(messages::repeated, "tables.stream");
    }
    const tj_assess_options options = read_options(given_options, "tj_assess_options");
    for (std::size_t t = 0; t < table_count; ++t)
      if (tables[t].stream == options.entries || tables[t].stream == options.previous_problems)
        throw ArgumentError(messages::repeated, "tables.stream");
    const ReadOptions read(options, *plan->plan);
    const bool lists_objects = read.options().max_objects > 0;
    std::vector<std::unique_ptr<ArrowReader>> readers;
    std::vector<NamedBatches> batches;
    for (std::size_t t = 0; t < table_count; ++t) {
      readers.push_back(
          std::make_unique<ArrowReader>(tables[t].stream, tables[t].name,
                                        survey_columns(plan->plan, tables[t].name, lists_objects)));
      batches.push_back({tables[t].name, batches_of(*readers.back())});
    }
    auto made = make_assessment(assess_batches(plan->plan, units->units, batches, read.options()));
    read.tell(made->assessment.data());
    *assessment = made.release();
  });
}
