// From a tile's masks and numbers to the slots of its units: whole runs where rows are sorted by
// unit, one by one where they are not. No sort and no copy of the input.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tijian/formula/evaluator.hpp"
#include "tijian/kernels/kernel_table.hpp"
#include "tijian/kernels/tile_sums.hpp"
#include "tijian/key_runs.hpp"
#include "tijian/object_screen.hpp"
#include "tijian/plan.hpp"
#include "tijian/record_table.hpp"
#include "tijian/table_state.hpp"
#include "tijian/tile_walk.hpp"

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

/// From a tile's masks and numbers to the slots of its keys.
class TileAccumulator {
 public:
  /// `keys_recur`: whether a key may be met in more than one run; otherwise nothing is kept for it.
  TileAccumulator(const TablePlan& plan, const kernels::KernelTable& kernels,
                  bool keys_recur = true)
      : plan_(&plan),
        kernels_(&kernels),
        records_(plan, kernels),
        magnitudes_(plan.aggregates.rows.size()),
        keys_recur_(keys_recur),
        slot_masks_(plan.included == formula::no_node ? 0 : plan.aggregates.slots.size()) {}

  /// Adds a tile that `evaluator` has run to `state`. The keys of `runs`, which lie side by side
  /// and cover the tile's `rows`, are rows of the state. Some of it may be kept until `finish`.
  void add(const formula::Evaluator& evaluator, const kernels::Run* runs, std::size_t run_count,
           std::size_t rows, TableState& state, kernels::Prefetch* prefetch = nullptr) {
    rows_ = rows;
    ++tile_;
    kernels::set_first_rows(every_, rows);
    included_ =
        plan_->included == formula::no_node ? nullptr : &evaluator.boolean(plan_->included).value;
    // From about four rows a run on, counting bits of runs beats visiting rows.
    const bool any_order = keys_recur_ && run_count * 4 > rows;
    if (any_order && rows >= few_rows && state.rows() <= most_records)
      return add_to_records(evaluator, runs, run_count, state);
    // Slot after slot reads the same rows of the state, which lie anywhere.
    if (any_order)
      for (std::size_t r = 0; r < run_count; ++r) state.prefetch(runs[r].key);
    count(evaluator, runs, run_count, state, prefetch);
    for (std::uint32_t s = 0; s < plan_->aggregates.slots.size(); ++s) {
      const formula::Slot& slot = plan_->aggregates.slots[s];
      if (slot.function == formula::SlotFunction::count) continue;
      if (prefetch != nullptr) prefetch->step();
      const kernels::Mask& mask = mask_of(evaluator, s);
      if (kernels::is_empty(mask)) continue;
      const formula::Evaluator::Numbers numbers = evaluator.number(slot.argument);
      if (slot.function == formula::SlotFunction::sum)
        sum(s, slot.argument, numbers, mask, runs, run_count, state, prefetch);
      else
        visit(s, slot.function, numbers.values, mask, runs, run_count, state);
    }
  }

  /// How often `add` goes a step on with its prefetch, at most.
  [[nodiscard]] std::size_t steps() const {
    const std::size_t counts = records_.count_slots().size();
    return 1 + (plan_->aggregates.slots.size() - counts) + records_.sum_count();
  }

  /// Gives `state` what it does not have yet.
  void finish(TableState& state) { records_.flush(state); }

 private:
  // Records pay from a few hundred rows on, where a key is met more than once. They take about as
  // much memory as the state, so beyond some millions of units they are done without.
  static constexpr std::size_t few_rows = 256;
  static constexpr std::size_t most_records = std::size_t{1} << 22;

  /// The rows that a slot takes; good until the next call.
  const kernels::Mask& mask_of(const formula::Evaluator& evaluator, std::uint32_t slot) {
    const formula::NodeId node = plan_->aggregates.slots[slot].mask;
    const kernels::Mask& mask = node == formula::no_node ? every_ : evaluator.boolean(node).value;
    if (included_ == nullptr || plan_->over_all_rows[slot] != 0) return mask;
    for (std::size_t word = 0; word < kernels::tile_words; ++word)
      joint_[word] = mask[word] & (*included_)[word];
    return joint_;
  }

  /// The same, good for this tile.
  const kernels::Mask* kept_mask_of(const formula::Evaluator& evaluator, std::uint32_t slot) {
    const kernels::Mask& mask = mask_of(evaluator, slot);
    if (&mask != &joint_) return &mask;
    slot_masks_[slot] = joint_;
    return &slot_masks_[slot];
  }

  /// All counts of a run lie side by side in the state, so they are taken together; those that have
  /// no row in the tile, as of what is hardly ever found, are left out.
  void count(const formula::Evaluator& evaluator, const kernels::Run* runs, std::size_t run_count,
             TableState& state, kernels::Prefetch* prefetch) {
    count_masks_.clear();
    counted_slots_.clear();
    for (const std::uint32_t slot : records_.count_slots()) {
      const kernels::Mask* mask = kept_mask_of(evaluator, slot);
      if (kernels::is_empty(*mask)) continue;
      count_masks_.push_back(mask);
      counted_slots_.push_back(slot);
    }
    constexpr std::size_t runs_at_a_time = 16;
    counts_.resize(count_masks_.size() * runs_at_a_time);
    for (std::size_t first = 0; first < run_count; first += runs_at_a_time) {
      const std::size_t some = std::min(runs_at_a_time, run_count - first);
      kernels_->count_runs(count_masks_.data(), count_masks_.size(), runs + first, some,
                           counts_.data());
      for (std::size_t r = 0; r < some; ++r)
        state.count(runs[first + r].key, counted_slots_, counts_.data() + r * count_masks_.size());
    }
    if (prefetch != nullptr) prefetch->step();
  }

  void add_to_records(const formula::Evaluator& evaluator, const kernels::Run* runs,
                      std::size_t run_count, TableState& state) {
    for (std::size_t r = 0; r < run_count; ++r)
      std::fill_n(keys_.begin() + runs[r].first, runs[r].rows, runs[r].key);
    const std::vector<formula::Slot>& slots = plan_->aggregates.slots;
    count_masks_.clear();
    for (const std::uint32_t slot : records_.count_slots())
      count_masks_.push_back(kept_mask_of(evaluator, slot));
    record_sums_.clear();
    for (std::size_t i = 0; i < records_.sum_count(); ++i) {
      const std::uint32_t slot = records_.sum_slot(i);
      const formula::Evaluator::Numbers numbers = evaluator.number(slots[slot].argument);
      record_sums_.push_back({numbers.values, kept_mask_of(evaluator, slot),
                              magnitudes_of(slots[slot].argument, numbers)});
    }
    records_.add(rows_, keys_.data(), count_masks_, record_sums_, state);
    for (std::uint32_t s = 0; s < slots.size(); ++s) {
      const formula::SlotFunction function = slots[s].function;
      if (function == formula::SlotFunction::count || function == formula::SlotFunction::sum)
        continue;
      visit(s, function, evaluator.number(slots[s].argument).values, mask_of(evaluator, s), runs,
            run_count, state);
    }
  }

  void sum(std::uint32_t slot, formula::NodeId argument, const formula::Evaluator::Numbers& numbers,
           const kernels::Mask& mask, const kernels::Run* runs, std::size_t run_count,
           TableState& state, kernels::Prefetch* prefetch) {
    const kernels::MagnitudeRange& range = magnitudes_of(argument, numbers);
    if (prefetch != nullptr) prefetch->step();
    kernels::add_tile_sums(
        *kernels_, numbers.values, mask, range, runs, run_count, sums_.data(),
        [&](std::size_t run, const kernels::SumParts& sum) { state.add(runs[run].key, slot, sum); },
        [&](std::size_t run, double value) { state.add(runs[run].key, slot, value); });
  }

  void visit(std::uint32_t slot, formula::SlotFunction function, const double* values,
             const kernels::Mask& mask, const kernels::Run* runs, std::size_t run_count,
             TableState& state) const {
    for (std::size_t r = 0; r < run_count; ++r)
      kernels::for_each_set_row(mask, runs[r].first, runs[r].rows, [&](std::size_t i) {
        if (function == formula::SlotFunction::sum_squares)
          state.add_square(runs[r].key, slot, values[i]);
        else
          state.include(runs[r].key, slot, values[i]);
      });
  }

  /// The magnitudes of a node's numbers in this tile; several slots may sum the same.
  struct Magnitudes {
    std::uint64_t tile = 0;
    kernels::MagnitudeRange range{};
  };
  const kernels::MagnitudeRange& magnitudes_of(formula::NodeId node,
                                               const formula::Evaluator::Numbers& numbers) {
    Magnitudes& known = magnitudes_[node];
    if (known.tile != tile_)
      known = {tile_, kernels_->magnitudes(numbers.values, numbers.valid, (rows_ + 63) / 64)};
    return known.range;
  }

  const TablePlan* plan_;
  const kernels::KernelTable* kernels_;
  RecordTable records_;
  std::vector<Magnitudes> magnitudes_;  // by node
  bool keys_recur_;
  std::uint64_t tile_ = 0;
  std::size_t rows_ = 0;
  kernels::Mask every_{};
  kernels::Mask joint_{};
  const kernels::Mask* included_ = nullptr;
  std::array<std::uint32_t, kernels::tile_rows> keys_{};
  std::vector<std::int64_t> counts_;  // of some runs, slot by slot
  std::array<kernels::SumParts, kernels::tile_rows> sums_{};
  std::vector<kernels::Mask> slot_masks_;
  std::vector<const kernels::Mask*> count_masks_;
  std::vector<std::uint32_t> counted_slots_;
  std::vector<RecordTable::Values> record_sums_;
};

/// One thread's work: its own evaluator and state, for one batch after another. It stays where it
/// is made, since its parts know one another.
class RowAccumulator {
 public:
  /// With `screens`, the objects of the rows are listed as well. Borrows both.
  RowAccumulator(const PlanData& plan, const TablePlan& table, bool screens)
      : plan_(&table),
        screen_(screens ? std::optional<ObjectScreen>(std::in_place, plan, table) : std::nullopt),
        walk_(table, nodes_of(table, screen_), *plan.kernels),
        tiles_(table, *plan.kernels),
        state_(table),
        keys_(state_, *plan.kernels) {}
  RowAccumulator(const RowAccumulator&) = delete;
  RowAccumulator& operator=(const RowAccumulator&) = delete;

  /// The batch that `run` adds rows of from now on. Borrows both. `rows_before`: rows of earlier
  /// batches, from which faults count on.
  void bind(const TableView& batch, const ColumnView& unit, std::int64_t rows_before) {
    if (screen_) screen_->bind(batch);
    walk_.bind(batch);
    rows_before_ = rows_before;
    keys_.bind(unit);
  }

  /// `most_objects`: how many problems are listed before DataError is thrown; < 0: any number.
  void run(std::int64_t first, std::int64_t most_objects) {
    const std::size_t rows = walk_.rows(first);
    const std::size_t run_count = keys_.read(first, rows, runs_.data());
    walk_.run(first, tiles_.steps());
    tiles_.add(walk_.evaluator(), runs_.data(), run_count, rows, state_, &walk_.prefetch());
    refuse(first, rows);
    if (screen_) screen_->run(walk_.evaluator(), first, rows, most_objects, objects_);
  }

  /// The objects of the rows that were run since they were taken last.
  [[nodiscard]] ObjectRows& objects() { return objects_; }

  /// The state of all rows that were run.
  [[nodiscard]] TableState& state() {
    tiles_.finish(state_);
    return state_;
  }

  [[nodiscard]] Issues faults() const {
    Issues issues = walk_.faults(rows_before_);
    issues.insert(issues.end(), refused_.begin(), refused_.end());
    return issues;
  }

 private:
  static std::vector<formula::NodeId> nodes_of(const TablePlan& table,
                                               const std::optional<ObjectScreen>& screen) {
    std::vector<formula::NodeId> nodes = slot_nodes(table);
    if (screen) {
      const std::vector<formula::NodeId> more = screen->nodes();
      nodes.insert(nodes.end(), more.begin(), more.end());
    }
    return nodes;
  }

  void refuse(std::int64_t first, std::size_t rows) {
    for (const RowCheckPlan& check : plan_->checks) {
      if (check.on_fail != OnFail::refuse || refused_.size() >= 20) continue;
      const kernels::Mask& failed = walk_.evaluator().boolean(check.failed).value;
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
  std::int64_t rows_before_ = 0;
  std::optional<ObjectScreen> screen_;
  TileWalk walk_;
  TileAccumulator tiles_;
  TableState state_;
  KeyRuns keys_;
  std::array<kernels::Run, kernels::tile_rows> runs_;
  Issues refused_;
  ObjectRows objects_;
};

}  // namespace tijian
