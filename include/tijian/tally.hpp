// Tally: mergeable aggregate state of the tables seen so far, keyed by the ids of the units that
// have rows. It needs a Plan, not the Units.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/accumulate.hpp"
#include "tijian/add_options.hpp"
#include "tijian/batches.hpp"
#include "tijian/frame_columns.hpp"
#include "tijian/issue.hpp"
#include "tijian/plan.hpp"
#include "tijian/row_leaves.hpp"
#include "tijian/row_threads.hpp"
#include "tijian/table_state.hpp"
#include "tijian/thread_team.hpp"

namespace tijian {

class Assessment;
class Units;
struct AssessOptions;

class Tally {
 public:
  explicit Tally(Plan plan) : plan_(std::move(plan)) {
    for (const TablePlan& table : plan_->tables)
      if (table.source == TablePlan::Source::survey) tables_.push_back(State{TableState(table)});
  }

  [[nodiscard]] const Plan& plan() const { return plan_; }

  /// Adds the rows of one batch. The columns are borrowed for the call only. Throws DataError (a
  /// column missing or of the wrong type, an integer beyond 2^53, a row that a `refuse` check
  /// refuses) or Cancelled; then nothing has changed.
  void add(std::string_view table, const TableView& batch, const AddOptions& options = {}) {
    AddOptions whole = options;
    whole.total_rows = batch.rows;
    add(table, one_batch(batch), whole);
  }

  /// Adds the rows of all batches, or, where any of them fails, none. What is kept meanwhile is as
  /// large as the units that have rows, not as the rows. Rows are counted on over the batches.
  void add(std::string_view table, const Batches& next, const AddOptions& options = {}) {
    add(table, next, options, nullptr, -1);
  }

  /// The same, and the objects of the rows are appended to `objects`, from the same reading of the
  /// data: DataError above `most_objects` problems in it, and where a column of the key is missing.
  void add(std::string_view table, const Batches& next, const AddOptions& options,
           ObjectRows* objects, std::int64_t most_objects) {
    const std::size_t t = index_of(table);
    const TablePlan& plan = plan_->tables[t];
    std::vector<std::unique_ptr<RowAccumulator>> workers;  // by thread, each with its own state
    ThreadTeam team;
    RowProgress progress(options);
    while (const TableView* batch = next()) {
      Issues issues = check_columns(plan, plan_->framework, *batch, objects != nullptr);
      if (!issues.empty()) throw DataError(std::move(issues));
      if (batch->rows > 0)
        run(plan, *batch, options.threads, progress, team, objects, most_objects, workers);
      progress.pass(batch->rows);
    }
    if (!workers.empty()) {
      for (std::size_t w = 1; w < workers.size(); ++w)
        workers[0]->state().merge(workers[w]->state());
      tables_[t].state.merge(std::move(workers[0]->state()));
    }
    tables_[t].supplied = true;
  }

  /// Adds all that `other` has seen. Throws DataError where it is of another plan, or a unit would
  /// have more than 2^53 rows; then nothing has changed.
  void merge(const Tally& other) {
    if (other.plan_.fingerprint() != plan_.fingerprint())
      throw DataError({make_issue(data_messages::other_plan, "")});
    if (&other == this) {
      const Tally copy = other;
      merge(copy);
      return;
    }
    // All memory for all tables first, so that a merge that fails in the third leaves none changed.
    std::vector<std::size_t> before;
    std::vector<std::vector<std::uint32_t>> targets;
    before.reserve(tables_.size());
    targets.reserve(tables_.size());
    try {
      for (std::size_t t = 0; t < tables_.size(); ++t) {
        before.push_back(tables_[t].state.rows());
        targets.push_back(tables_[t].state.prepare(other.tables_[t].state));
      }
    } catch (...) {
      for (std::size_t t = 0; t < targets.size(); ++t) tables_[t].state.forget(before[t]);
      throw;
    }
    for (std::size_t t = 0; t < tables_.size(); ++t) {
      tables_[t].state.commit(other.tables_[t].state, targets[t], before[t]);
      tables_[t].supplied = tables_[t].supplied || other.tables_[t].supplied;
    }
  }

  /// The SHA-256 that ends the saved form (tijian/tally_bytes.hpp): equal for every order, split
  /// and number of threads.
  [[nodiscard]] std::string digest() const;

  /// True once `add` was called for the table, be it with no rows.
  [[nodiscard]] bool supplied(std::size_t table) const { return tables_[table].supplied; }
  [[nodiscard]] const TableState& state(std::size_t table) const { return tables_[table].state; }

  /// The finished result (tijian/assess.hpp). May be called any number of times.
  [[nodiscard]] Assessment assess(const Units& units, const AssessOptions& options) const;

 private:
  friend struct TallyFields;
  struct State {
    TableState state;
    bool supplied = false;
  };

  std::size_t index_of(std::string_view table) const {
    // Survey tables come first in a plan.
    return static_cast<std::size_t>(&survey_table(*plan_, table) - plan_->tables.data());
  }

  /// Adds the rows of one batch to the workers' states.
  void run(const TablePlan& plan, const TableView& batch, int wanted_threads,
           const RowProgress& progress, ThreadTeam& team, ObjectRows* objects,
           std::int64_t most_objects, std::vector<std::unique_ptr<RowAccumulator>>& workers) const {
    const Table& table = plan_->framework.tables[plan.table];
    const RowThreads threads(batch.rows, wanted_threads);
    const std::size_t busy = threads.count();
    while (workers.size() < busy)
      workers.push_back(std::make_unique<RowAccumulator>(*plan_, plan, objects != nullptr));
    for (std::size_t w = 0; w < busy; ++w)
      workers[w]->bind(batch, *batch.find(table.unit), progress.rows());
    threads.run(team, progress,
                [&](std::size_t w, std::int64_t first) { workers[w]->run(first, most_objects); });
    Issues issues;
    for (std::size_t w = 0; w < busy; ++w) join_faults(issues, workers[w]->faults());
    // As many as one thread would have named, whatever the number of threads.
    std::size_t refused = 0;
    std::erase_if(issues, [&](const Issue& issue) {
      return issue.code == data_messages::refused_row.code && ++refused > 20;
    });
    if (!issues.empty()) throw DataError(std::move(issues));
    if (objects == nullptr) return;
    // Each worker has had rows that lie side by side: their objects come in the order of the rows.
    for (std::size_t w = 0; w < busy; ++w) objects->take(workers[w]->objects());
    objects->refuse_more_than(most_objects, plan.id);
    // One check more than asked for tells the caller that there are too many.
    if (most_objects >= 0 && static_cast<std::int64_t>(objects->checks.size()) > most_objects)
      objects->checks.resize(static_cast<std::size_t>(most_objects) + 1);
  }

  Plan plan_;
  std::vector<State> tables_;
};

}  // namespace tijian

#include "tijian/tally_bytes.hpp"
