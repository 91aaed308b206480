// screen: which items and which failed checks hold on which object, row by row, without state. The
// item conditions are the same nodes that the tally counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/add_options.hpp"
#include "tijian/batches.hpp"
#include "tijian/frame_columns.hpp"
#include "tijian/object_screen.hpp"
#include "tijian/plan.hpp"
#include "tijian/result_table.hpp"
#include "tijian/row_leaves.hpp"
#include "tijian/row_threads.hpp"
#include "tijian/thread_team.hpp"
#include "tijian/tile_walk.hpp"
#include "tijian/version.hpp"

namespace tijian {

/// What becomes of a row that fails a check.
inline const char* check_effect(const RowCheckPlan& check) {
  if (check.on_fail == OnFail::leave_out) return "left_out";
  if (check.on_fail == OnFail::refuse) return "refused";
  return check.id.find(':') == std::string::npos ? "reported" : "missing";
}

namespace detail {

/// One thread's work, for one batch after another.
class RowScreen {
 public:
  /// Borrows both.
  RowScreen(const PlanData& plan, const TablePlan& table)
      : screen_(plan, table), walk_(table, screen_.nodes(), *plan.kernels) {}
  RowScreen(const RowScreen&) = delete;
  RowScreen& operator=(const RowScreen&) = delete;

  /// The batch that `run` screens rows of from now on; it is borrowed.
  void bind(const TableView& batch) {
    screen_.bind(batch);
    walk_.bind(batch);
  }

  /// Screens the tile that begins with row `first`.
  void run(std::int64_t first) {
    walk_.run(first);
    screen_.run(walk_.evaluator(), first, walk_.rows(first), -1, objects_);
  }

  /// What holds in the rows that were run since they were taken last.
  [[nodiscard]] ObjectRows& objects() { return objects_; }

  [[nodiscard]] Issues faults(std::int64_t rows_before) const { return walk_.faults(rows_before); }

 private:
  ObjectScreen screen_;
  TileWalk walk_;
  ObjectRows objects_;
};

/// What holds in the rows of all batches, in their order. Throws DataError where columns are
/// missing, and Cancelled.
inline ObjectRows screen_rows(const PlanData& plan, const TablePlan& table, const Batches& next,
                              int wanted_threads, RowProgress& progress) {
  ObjectRows found;
  std::vector<std::unique_ptr<RowScreen>> workers;  // by thread
  ThreadTeam team;
  while (const TableView* batch = next()) {
    Issues issues = check_columns(table, plan.framework, *batch, true);
    if (!issues.empty()) throw DataError(std::move(issues));
    const RowThreads threads(batch->rows, wanted_threads);
    while (workers.size() < threads.count())
      workers.push_back(std::make_unique<RowScreen>(plan, table));
    for (std::size_t w = 0; w < threads.count(); ++w) workers[w]->bind(*batch);
    threads.run(team, progress, [&](std::size_t w, std::int64_t first) { workers[w]->run(first); });
    for (std::size_t w = 0; w < threads.count(); ++w) {
      join_faults(issues, workers[w]->faults(progress.rows()));
      found.take(workers[w]->objects());
    }
    if (!issues.empty()) throw DataError(std::move(issues));
    progress.pass(batch->rows);
  }
  return found;
}

}  // namespace detail

/// The problem and check rows of a batch as tables. They know no Units: severities are the items'
/// own, before rules, and nothing is left out for a unit to which an indicator does not apply.
struct Screened {
  ResultTable problems;
  ResultTable checks;
};

inline Screened screen(const Plan& plan, std::string_view table_id, const Batches& next,
                       Language language = Language::zh, const AddOptions& options = {}) {
  const TablePlan& table = survey_table(*plan, table_id);
  RowProgress progress(options);
  const ObjectRows rows = detail::screen_rows(*plan, table, next, options.threads, progress);
  const Framework& framework = plan->framework;
  const ResultSource source{framework.id, framework.version, plan->framework_fingerprint,
                            std::string(library_version), framework.year};
  Screened screened{ResultTable("problems", source), ResultTable("checks", source)};
  for (const char* column : {"level", "unit", "object", "dimension", "aspect", "indicator", "item",
                             "severity", "time_class", "department", "advice"})
    screened.problems.add_column(column, ResultType::text);
  for (const char* column : {"table", "unit", "object", "check", "effect", "message"})
    screened.checks.add_column(column, ResultType::text);
  const auto or_null = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
  };
  std::size_t written = 0;
  const auto stop_now_and_then = [&] {
    if (written++ % 4096 == 0) progress.stop_if_asked();
  };
  for (const ObjectProblem& row : rows.problems) {
    stop_now_and_then();
    const ItemPlan& item = plan->items[row.item];
    const Indicator& indicator = framework.indicators[item.indicator];
    const Item& content = indicator.items[item.item];
    ResultTable& out = screened.problems;
    out.push_text(0, framework.levels[table.level].id);
    out.push_text(1, or_null(row.unit));
    out.push_text(2, or_null(row.object));
    out.push_text(3, indicator.dimension);
    out.push_text(4, or_null(indicator.aspect));
    out.push_text(5, indicator.id);
    out.push_text(6, content.id);
    out.push_text(7, framework.severities[static_cast<std::size_t>(item.severity)].id);
    out.push_text(8, framework.time_classes[static_cast<std::size_t>(item.time_class)].id);
    out.push_text(9,
                  or_null(content.department.empty() ? indicator.department : content.department));
    out.push_text(
        10, or_null((content.advice.empty() ? indicator.advice : content.advice).in(language)));
  }
  for (const ObjectCheck& row : rows.checks) {
    stop_now_and_then();
    ResultTable& out = screened.checks;
    out.push_text(0, row.table);
    out.push_text(1, or_null(row.unit));
    out.push_text(2, or_null(row.object));
    out.push_text(3, row.check->id);
    out.push_text(4, check_effect(*row.check));
    out.push_text(5, row.check->message.in(language));
  }
  return screened;
}

/// The same of one batch.
inline Screened screen(const Plan& plan, std::string_view table_id, const TableView& batch,
                       Language language = Language::zh) {
  return screen(plan, table_id, one_batch(batch), language);
}

}  // namespace tijian
