// From a tile's masks and numbers to the slots of its units: whole runs where rows are sorted by
// unit, one by one where they are not. No sort and no copy of the input.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "tijian/formula/evaluator.hpp"
#include "tijian/plan.hpp"
#include "tijian/row_leaves.hpp"
#include "tijian/table_state.hpp"

namespace tijian {

/// The row nodes that the slots of a table read.
inline std::vector<formula::NodeId> slot_nodes(const TablePlan& plan) {
  std::vector<formula::NodeId> nodes;
  const auto want = [&nodes](formula::NodeId node) {
    if (node != formula::no_node) nodes.push_back(node);
  };
  for (const formula::Slot& slot : plan.aggregates.slots) {
    want(slot.mask);
    want(slot.argument);
  }
  want(plan.included);
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

/// Adds a tile that `evaluator` has run to `state`; `key_rows[i]` is the state's row of row i.
inline void accumulate_tile(const TablePlan& plan, const formula::Evaluator& evaluator,
                            const std::uint32_t* key_rows, std::size_t rows, TableState& state) {
  struct Run {
    std::uint32_t first, rows;
  };
  std::array<Run, kernels::tile_rows> runs;
  std::size_t run_count = 0;
  for (std::size_t i = 0; i < rows;) {
    std::size_t end = i + 1;
    while (end < rows && key_rows[end] == key_rows[i]) ++end;
    runs[run_count++] = {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(end - i)};
    i = end;
  }
  // From about four rows a run on, counting bits of runs beats visiting rows.
  const bool by_runs = run_count * 4 <= rows;
  kernels::Mask every{};
  kernels::set_first_rows(every, rows);
  const kernels::Mask* included =
      plan.included == formula::no_node ? &every : &evaluator.boolean(plan.included).value;
  kernels::Mask mask;
  for (std::uint32_t s = 0; s < plan.aggregates.slots.size(); ++s) {
    const formula::Slot& slot = plan.aggregates.slots[s];
    mask = slot.mask == formula::no_node ? every : evaluator.boolean(slot.mask).value;
    if (plan.over_all_rows[s] == 0)
      for (std::size_t word = 0; word < kernels::tile_words; ++word)
        mask[word] &= (*included)[word];
    if (kernels::is_empty(mask)) continue;
    const double* values =
        slot.argument == formula::no_node ? nullptr : evaluator.number(slot.argument).values;
    if (by_runs) {
      for (std::size_t r = 0; r < run_count; ++r)
        state.add_run(key_rows[runs[r].first], s, slot.function, mask, values, runs[r].first,
                      runs[r].rows);
      continue;
    }
    switch (slot.function) {
      case formula::SlotFunction::count:
        kernels::for_each_set_row(mask, rows,
                                  [&](std::size_t i) { state.count(key_rows[i], s, 1); });
        break;
      case formula::SlotFunction::sum:
        kernels::for_each_set_row(mask, rows,
                                  [&](std::size_t i) { state.add(key_rows[i], s, values[i]); });
        break;
      case formula::SlotFunction::sum_squares:
        kernels::for_each_set_row(
            mask, rows, [&](std::size_t i) { state.add_square(key_rows[i], s, values[i]); });
        break;
      case formula::SlotFunction::minimum:
      case formula::SlotFunction::maximum:
        kernels::for_each_set_row(mask, rows,
                                  [&](std::size_t i) { state.include(key_rows[i], s, values[i]); });
        break;
    }
  }
}

/// One thread's work: its own evaluator and state, for one batch after another. Rows without a unit
/// are kept under the empty key, which no unit has.
class RowAccumulator {
 public:
  explicit RowAccumulator(const TablePlan& plan)
      : plan_(&plan),
        evaluator_(std::make_unique<formula::Evaluator>(plan.aggregates.rows, slot_nodes(plan))),
        state_(plan),
        units_(std::make_unique<kernels::TextTile>()) {}

  /// The batch that `run` adds rows of from now on. Borrows both. `rows_before`: rows of earlier
  /// batches, from which faults count on.
  void bind(const TableView& batch, const ColumnView& unit, std::int64_t rows_before) {
    leaves_ = std::make_unique<RowLeaves>(*plan_, batch);
    batch_rows_ = batch.rows;
    rows_before_ = rows_before;
    unit_ = &unit;
  }

  void run(std::int64_t first) {
    const auto rows =
        static_cast<std::size_t>(std::min<std::int64_t>(kernels::tile_rows, batch_rows_ - first));
    load_texts(*unit_, first, rows, *units_, scratch_);
    std::uint32_t key_rows[kernels::tile_rows];
    for (std::size_t i = 0; i < rows; ++i) {
      const std::string_view unit =
          kernels::test_row(units_->valid, i) ? units_->values[i] : std::string_view();
      key_rows[i] = i > 0 && unit == last_ ? key_rows[i - 1] : state_.row(unit);
      last_ = unit;
    }
    evaluator_->run(*leaves_, static_cast<std::size_t>(first), rows);
    accumulate_tile(*plan_, *evaluator_, key_rows, rows, state_);
    refuse(first, rows);
  }

  [[nodiscard]] TableState& state() { return state_; }

  [[nodiscard]] Issues faults() const {
    Issues issues = leaves_->faults(rows_before_);
    issues.insert(issues.end(), refused_.begin(), refused_.end());
    return issues;
  }

 private:
  void refuse(std::int64_t first, std::size_t rows) {
    for (const RowCheckPlan& check : plan_->checks) {
      if (check.on_fail != OnFail::refuse || refused_.size() >= 20) continue;
      const kernels::Mask& failed = evaluator_->boolean(check.failed).value;
      kernels::for_each_set_row(failed, rows, [&](std::size_t i) {
        if (refused_.size() >= 20) return;
        const std::string row =
            std::to_string(rows_before_ + first + static_cast<std::int64_t>(i) + 1);
        Issue issue = make_issue(data_messages::refused_row, plan_->id + "/" + row,
                                 {{"table", plan_->id}, {"row", row}, {"check", check.id}});
        issue.message.zh =
            fill_message(issue.message.zh, {{"message", check.message.in(Language::zh)}});
        issue.message.en =
            fill_message(issue.message.en, {{"message", check.message.in(Language::en)}});
        refused_.push_back(std::move(issue));
      });
    }
  }

  const TablePlan* plan_;
  std::int64_t batch_rows_ = 0;
  std::int64_t rows_before_ = 0;
  const ColumnView* unit_ = nullptr;
  std::unique_ptr<RowLeaves> leaves_;
  std::unique_ptr<formula::Evaluator> evaluator_;
  TableState state_;
  std::unique_ptr<kernels::TextTile> units_;
  TextScratch scratch_;
  std::string_view last_;
  Issues refused_;
};

}  // namespace tijian
