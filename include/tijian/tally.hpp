// Tally: mergeable aggregate state of the tables seen so far, keyed by the ids of the units that
// have rows. It needs a Plan, not the Units.
#pragma once

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tijian/accumulate.hpp"
#include "tijian/fingerprint.hpp"
#include "tijian/issue.hpp"
#include "tijian/plan.hpp"
#include "tijian/row_leaves.hpp"
#include "tijian/table_state.hpp"

namespace tijian {

class Assessment;
class Units;
struct AssessOptions;

struct AddOptions {
  int threads = 1;                            ///< 0 counts as 1
  std::function<bool(double done)> progress;  ///< on the calling thread; false cancels
};

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
    const std::size_t t = index_of(table);
    const TablePlan& plan = plan_->tables[t];
    Issues issues = check_columns(plan, plan_->framework, batch, false);
    if (!issues.empty()) throw DataError(std::move(issues));
    if (batch.rows > 0) {
      TableState delta = aggregate(plan, batch, options);
      tables_[t].state.merge(delta);
    }
    tables_[t].supplied = true;
  }

  /// Adds all that `other` has seen. Throws DataError where it is of another plan.
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
      tables_[t].state.commit(other.tables_[t].state, targets[t]);
      tables_[t].supplied = tables_[t].supplied || other.tables_[t].supplied;
    }
  }

  /// SHA-256 over the canonical state: equal for every order, split and number of threads.
  [[nodiscard]] std::string digest() const {
    std::string bytes = plan_.fingerprint();
    for (const State& table : tables_) {
      bytes += table.supplied ? '1' : '0';
      std::vector<std::uint32_t> order(table.state.rows());
      for (std::uint32_t r = 0; r < order.size(); ++r) order[r] = r;
      std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return table.state.key(a) < table.state.key(b);
      });
      for (const std::uint32_t row : order) {
        bytes += std::to_string(table.state.key(row).size()) + ":" + table.state.key(row);
        table.state.append_canonical(row, bytes);
      }
    }
    return sha256_hex(bytes);
  }

  /// True once `add` was called for the table, be it with no rows.
  [[nodiscard]] bool supplied(std::size_t table) const { return tables_[table].supplied; }
  [[nodiscard]] const TableState& state(std::size_t table) const { return tables_[table].state; }

  /// The finished result (tijian/assess.hpp). May be called any number of times.
  [[nodiscard]] Assessment assess(const Units& units, const AssessOptions& options) const;

 private:
  struct State {
    TableState state;
    bool supplied = false;
  };

  std::size_t index_of(std::string_view table) const {
    std::vector<std::string> known;
    for (std::size_t t = 0; t < tables_.size(); ++t) {
      if (plan_->tables[t].id == table) return t;
      known.push_back(plan_->tables[t].id);
    }
    Issue issue = make_issue(data_messages::unknown_table, std::string(table), {{"table", table}});
    issue.nearest = nearest_name(table, known);
    throw DataError({std::move(issue)});
  }

  TableState aggregate(const TablePlan& plan, const TableView& batch, const AddOptions& options) {
    const Table& table = plan_->framework.tables[plan.table];
    const ColumnView& unit = *batch.find(table.unit);
    const std::int64_t tiles = (batch.rows + static_cast<std::int64_t>(kernels::tile_rows) - 1) /
                               static_cast<std::int64_t>(kernels::tile_rows);
    // A thread is worth its start from about a hundred tiles on.
    const std::int64_t threads =
        std::clamp<std::int64_t>(options.threads, 1, std::max<std::int64_t>(1, tiles / 64));
    std::vector<RowAccumulator> workers;
    workers.reserve(static_cast<std::size_t>(threads));
    for (std::int64_t w = 0; w < threads; ++w) workers.emplace_back(plan, batch, unit);
    std::atomic<bool> stop{false};
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(threads));
    const auto work = [&](std::size_t w, const std::function<bool(double)>* progress) {
      const std::int64_t first = tiles * static_cast<std::int64_t>(w) / threads;
      const std::int64_t last = tiles * static_cast<std::int64_t>(w + 1) / threads;
      try {
        for (std::int64_t tile = first; tile < last && !stop.load(std::memory_order_relaxed);
             ++tile) {
          workers[w].run(tile * static_cast<std::int64_t>(kernels::tile_rows));
          if (progress != nullptr && *progress && (tile - first) % 64 == 63 &&
              !(*progress)(static_cast<double>(tile - first + 1) /
                           static_cast<double>(last - first)))
            throw Cancelled();
        }
      } catch (...) {
        failures[w] = std::current_exception();
        stop.store(true, std::memory_order_relaxed);
      }
    };
    {
      std::vector<std::jthread> pool;
      for (std::size_t w = 1; w < workers.size(); ++w) pool.emplace_back(work, w, nullptr);
      work(0, &options.progress);
    }
    for (const std::exception_ptr& failure : failures)
      if (failure) std::rethrow_exception(failure);
    Issues issues;
    for (const RowAccumulator& worker : workers) {
      for (Issue& issue : worker.faults())
        if (std::none_of(issues.begin(), issues.end(), [&](const Issue& known) {
              return known.code == issue.code && known.place == issue.place;
            }))
          issues.push_back(std::move(issue));
    }
    // As many as one thread would have named, whatever the number of threads.
    std::size_t refused = 0;
    std::erase_if(issues, [&](const Issue& issue) {
      return issue.code == data_messages::refused_row.code && ++refused > 20;
    });
    if (!issues.empty()) throw DataError(std::move(issues));
    for (std::size_t w = 1; w < workers.size(); ++w) workers[0].state().merge(workers[w].state());
    return std::move(workers[0].state());
  }

  Plan plan_;
  std::vector<State> tables_;
};

}  // namespace tijian
