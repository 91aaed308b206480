// The tables of an assessment: states rolled up the forest, what lies beneath each unit, and
// derived tables aggregated from results.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tijian/accumulate.hpp"
#include "tijian/assess_options.hpp"
#include "tijian/assessment.hpp"
#include "tijian/rollup.hpp"
#include "tijian/screen.hpp"
#include "tijian/tally.hpp"
#include "tijian/thread_team.hpp"
#include "tijian/unit_leaves.hpp"

namespace tijian {

namespace detail {

class TableAssessor {
 protected:
  TableAssessor(const Tally& tally, const Units& units, const AssessOptions& options)
      : tally_(tally),
        plan_(*tally.plan()),
        units_(fitting(units, plan_)),
        options_(options),
        year_(options.year == 0 ? plan_.framework.year : options.year),
        data_(std::make_shared<AssessmentData>(
            AssessmentData{tally.plan(), units, year_, options.language, Results(plan_, units)})) {}

  static const Units& fitting(const Units& units, const PlanData& plan) {
    if (!units.fit(plan)) throw DataError({make_issue(data_messages::other_units, "units")});
    return units;
  }

  static std::string list(const std::vector<std::string>& ids) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(ids.size(), 20); ++i)
      text += (i == 0 ? "" : ", ") + ids[i];
    if (ids.size() > 20) text += ", … (" + std::to_string(ids.size()) + ")";
    return text;
  }

  // ---- survey tables ----------------------------------------------------------------------------

  void roll_survey(std::uint32_t t) {
    const TablePlan& plan = plan_.tables[t];
    const TableState& state = tally_.state(t);
    evaluate_batch(t);
    std::vector<std::uint32_t> unit_of_row(state.rows(), no_index);
    std::vector<std::string> unknown, not_in_batch;
    // Each key has up to 2^53 rows; what is rolled up has no more in all.
    std::int64_t rows = 0;
    for (std::uint32_t row = 0; row < state.rows() && rows <= largest_count; ++row)
      rows += state.counted(row, plan.rows_slot);
    if (rows > largest_count) {
      issues_.push_back(make_issue(data_messages::too_many_rows, plan.id, {{"table", plan.id}}));
      return;
    }
    // Where the rows came by unit, so do the keys: mostly, the next one is of the next unit.
    std::uint32_t next = units_.first_of_level(plan.level);
    for (std::uint32_t row = 0; row < state.rows(); ++row) {
      const std::string& id = state.key(row);
      if (id.empty()) {
        if (state.counted(row, plan.rows_slot) == 0) continue;
        const std::string count = std::to_string(state.counted(row, plan.rows_slot));
        Issue issue =
            make_issue(data_messages::null_units, plan.id, {{"table", plan.id}, {"count", count}});
        if (options_.unknown_units == UnknownUnits::refuse)
          issues_.push_back(std::move(issue));
        else
          data_->checks.push_back({plan.id, "", "", "unit", "left_out", issue.message});
        continue;
      }
      const bool is_next = next < units_.size() && units_.id(next) == id;
      const std::uint32_t unit = is_next ? next : units_.find(id);
      next = unit == no_index ? next : unit + 1;
      if (unit == no_index || units_.level(unit) != plan.level) {
        unknown.push_back(id);
        continue;
      }
      if (batch_[t][unit - units_.first_of_level(plan.level)] == 0) not_in_batch.push_back(id);
      unit_of_row[row] = unit;
    }
    std::sort(unknown.begin(), unknown.end());
    std::sort(not_in_batch.begin(), not_in_batch.end());
    if (!unknown.empty()) {
      if (options_.unknown_units == UnknownUnits::refuse)
        issues_.push_back(make_issue(data_messages::unknown_units, plan.id,
                                     {{"table", plan.id}, {"ids", list(unknown)}}));
      else
        for (const std::string& id : unknown)
          data_->checks.push_back({plan.id,
                                   id,
                                   "",
                                   "unit",
                                   "left_out",
                                   {"单元不存在或层级不符", "no such unit on the table's level"}});
    }
    if (!not_in_batch.empty())
      issues_.push_back(make_issue(data_messages::not_in_batch, plan.id,
                                   {{"table", plan.id}, {"ids", list(not_in_batch)}}));
    rolled_[t] = RolledTable(plan, units_, state, unit_of_row);
    rolled_pointers_[t] = &rolled_[t];
    look_beneath(t);
    state_checks(t, state, unit_of_row);
  }

  /// Which units of the table's level are in this year's batch: 1, 0, and 2 where nobody knows.
  void evaluate_batch(std::uint32_t t) {
    const TablePlan& plan = plan_.tables[t];
    const std::uint32_t first = units_.first_of_level(plan.level);
    const std::size_t count = units_.first_of_level(plan.level + 1) - first;
    batch_[t].assign(count, 1);
    if (plan.applies_when == formula::no_node) return;
    each_tile(
        plan.level, {plan.applies_when},
        [&](const formula::Evaluator& evaluator, std::uint32_t unit, std::size_t rows) {
          const formula::Evaluator::Booleans applies = evaluator.boolean(plan.applies_when);
          for (std::size_t i = 0; i < rows; ++i) {
            if (kernels::test_row(applies.value, i)) continue;
            const bool known = kernels::test_row(applies.valid, i);
            batch_[t][unit - first + i] = known ? 0 : 2;
            if (!known)
              data_->checks.push_back({plan.id,
                                       units_.id(unit + static_cast<std::uint32_t>(i)),
                                       "",
                                       "applies_when",
                                       "reported",
                                       {"不知是否在本年批次，按在批次处理",
                                        "unknown whether in this year's batch: taken to be"}});
          }
        });
  }

  void look_beneath(std::uint32_t t) {
    const TablePlan& plan = plan_.tables[t];
    std::vector<Beneath>& beneath = beneath_[t];
    beneath.assign(units_.size(), {});
    const std::uint32_t first = units_.first_of_level(plan.level);
    for (std::uint32_t unit = first; unit < units_.first_of_level(plan.level + 1); ++unit) {
      const RolledTable::Place place = rolled_[t].at(unit);
      const double rows =
          place.state == nullptr
              ? 0
              : static_cast<double>(place.state->counted(place.row, plan.rows_slot));
      Beneath& own = beneath[unit];
      own.units = 1;
      if (batch_[t][unit - first] == 0) {
        own.out_of_batch = 1;
        continue;
      }
      own.empty = rows == 0 ? 1 : 0;
      const double due =
          plan.expected == no_index ? null_number : units_.number(plan.expected, unit);
      own.expected = is_null(due) ? rows : std::max(due, rows);
    }
    roll_up(units_, beneath, [](Beneath& parent, const Beneath& child) {
      parent.expected += child.expected;
      parent.units += child.units;
      parent.out_of_batch += child.out_of_batch;
      parent.empty += child.empty;
    });
  }

  /// What the tally counted of failing rows, as one row per unit and check.
  void state_checks(std::uint32_t t, const TableState& state,
                    const std::vector<std::uint32_t>& unit_of_row) {
    const TablePlan& plan = plan_.tables[t];
    if (plan.checks.empty()) return;
    for (std::uint32_t row = 0; row < state.rows(); ++row) {
      if (unit_of_row[row] == no_index) continue;
      for (const RowCheckPlan& check : plan.checks) {
        const std::int64_t count = state.counted(row, check.slot);
        if (count == 0) continue;
        const std::string rows = std::to_string(count);
        data_->state_checks.push_back({plan.id,
                                       state.key(row),
                                       "",
                                       check.id,
                                       check_effect(check),
                                       {check.message.in(Language::zh) + "（" + rows + "行）",
                                        check.message.in(Language::en) + " (" + rows + " rows)"}});
      }
    }
  }

  /// Runs unit nodes over all units of a level, tile by tile.
  template <class Visit>
  void each_tile(std::uint32_t level, std::vector<formula::NodeId> nodes, Visit&& visit) {
    tiles_of_part(level, distinct(std::move(nodes)), 0, 1, visit);
  }

  /// The same on several threads, each with units that lie side by side: `visit` may write what is
  /// of its units, and into what belongs to its part, which is its first argument.
  template <class Visit>
  void each_tile_in_parts(std::uint32_t level, std::vector<formula::NodeId> nodes, Visit&& visit) {
    const std::vector<formula::NodeId> wanted = distinct(std::move(nodes));
    const std::size_t parts = part_count(level);
    team_.run(parts, [&](std::size_t part) {
      tiles_of_part(level, wanted, part, parts,
                    [&](const formula::Evaluator& evaluator, std::uint32_t unit, std::size_t rows) {
                      visit(part, evaluator, unit, rows);
                    });
    });
  }

  /// In how many parts the units of a level are worked on: waking a thread takes about as long as
  /// judging a hundred units.
  [[nodiscard]] std::size_t part_count(std::uint32_t level) const {
    const std::size_t tiles =
        (units_.first_of_level(level + 1) - units_.first_of_level(level)) / kernels::tile_rows;
    return std::clamp<std::size_t>(tiles / 2, 1,
                                   static_cast<std::size_t>(std::max(options_.threads, 1)));
  }

  static std::vector<formula::NodeId> distinct(std::vector<formula::NodeId> nodes) {
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    while (!nodes.empty() && nodes.back() == formula::no_node) nodes.pop_back();
    return nodes;
  }

  template <class Visit>
  void tiles_of_part(std::uint32_t level, const std::vector<formula::NodeId>& nodes,
                     std::size_t part, std::size_t parts, Visit&& visit) {
    const std::uint32_t first = units_.first_of_level(level);
    const std::size_t count = units_.first_of_level(level + 1) - first;
    if (count == 0) return;
    const std::size_t tiles = (count + kernels::tile_rows - 1) / kernels::tile_rows;
    formula::Evaluator evaluator(plan_.units, nodes, *plan_.kernels);
    UnitLeaves leaves(plan_, units_, data_->results, rolled_pointers_, year_, level);
    for (std::size_t tile = tiles * part / parts; tile < tiles * (part + 1) / parts; ++tile) {
      stop_if_asked(options_.stop);
      const std::size_t at = tile * kernels::tile_rows;
      const std::size_t rows = std::min(kernels::tile_rows, count - at);
      evaluator.run(leaves, at, rows);
      visit(evaluator, first + static_cast<std::uint32_t>(at), rows);
    }
  }

  // ---- derived tables ---------------------------------------------------------------------------

  /// Aggregates the units of a level, or last year's problems, as rows of the indicator's table.
  void aggregate_derived(std::uint32_t t) {
    const TablePlan& plan = plan_.tables[t];
    derived_states_[t] = std::make_unique<TableState>(plan);
    TableState& state = *derived_states_[t];
    std::vector<std::uint32_t> unit_of_row;
    if (plan.source == TablePlan::Source::units) {
      const std::uint32_t first = units_.first_of_level(plan.level);
      const std::size_t count = units_.first_of_level(plan.level + 1) - first;
      state.add_rows(count);
      unit_of_row.resize(count);
      for (std::size_t i = 0; i < count; ++i)
        unit_of_row[i] = first + static_cast<std::uint32_t>(i);
      formula::Evaluator evaluator(plan.aggregates.rows, slot_nodes(plan), *plan_.kernels);
      UnitLeaves leaves(plan_, units_, data_->results, rolled_pointers_, year_, plan.level, &plan);
      TileAccumulator tiles(plan, *plan_.kernels, /*keys_recur=*/false);
      std::vector<kernels::Run> runs(kernels::tile_rows);
      for (std::size_t at = 0; at < count; at += kernels::tile_rows) {
        const std::size_t rows = std::min(kernels::tile_rows, count - at);
        for (std::size_t i = 0; i < rows; ++i)
          runs[i] = {static_cast<std::uint32_t>(i), 1, static_cast<std::uint32_t>(at + i)};
        evaluator.run(leaves, at, rows);
        tiles.add(evaluator, runs.data(), rows, rows, state);
      }
      tiles.finish(state);
    } else {
      aggregate_previous(plan, state, unit_of_row);
    }
    rolled_[t] = RolledTable(plan, units_, state, unit_of_row);
    rolled_pointers_[t] = &rolled_[t];
  }

  void aggregate_previous(const TablePlan& plan, TableState& state,
                          std::vector<std::uint32_t>& unit_of_row) {
    const TableView* problems = options_.previous_problems;
    OwnedTable owned;
    TableView view;
    if (problems == nullptr && options_.previous != nullptr) {
      owned = options_.previous->problems_frame();
      view = owned.view();
      problems = &view;
    }
    if (problems == nullptr) return;
    Issues issues;
    if (problems->find("unit") == nullptr)
      issues.push_back(make_issue(data_messages::missing_column, "previous:problems/unit",
                                  {{"table", "previous:problems"}, {"column", "unit"}}));
    for (const ColumnPlan& column : plan.columns)
      if (const ColumnView* given = problems->find(column.id); given != nullptr && column.read)
        if (auto issue = accepts(*given, column.type, "previous:problems/" + column.id))
          issues.push_back(*issue);
    const auto units = read_text_column(*problems, "unit", "previous:problems", issues);
    if (!issues.empty()) throw DataError(std::move(issues));
    RowLeaves leaves(plan, *problems, *plan_.kernels);
    formula::Evaluator evaluator(plan.aggregates.rows, slot_nodes(plan), *plan_.kernels);
    TileAccumulator tiles(plan, *plan_.kernels);
    std::vector<kernels::Run> runs(kernels::tile_rows);
    std::vector<std::string> gone;
    for (std::int64_t at = 0; at < problems->rows; at += kernels::tile_rows) {
      const auto rows =
          static_cast<std::size_t>(std::min<std::int64_t>(kernels::tile_rows, problems->rows - at));
      for (std::size_t i = 0; i < rows; ++i) {
        const auto& id = units[static_cast<std::size_t>(at) + i];
        runs[i] = {static_cast<std::uint32_t>(i), 1, state.row(id ? *id : "")};
      }
      evaluator.run(leaves, static_cast<std::size_t>(at), rows);
      tiles.add(evaluator, runs.data(), rows, rows, state);
    }
    tiles.finish(state);
    issues = leaves.faults();
    if (!issues.empty()) throw DataError(std::move(issues));
    unit_of_row.assign(state.rows(), no_index);
    for (std::uint32_t row = 0; row < state.rows(); ++row) {
      unit_of_row[row] = units_.find(state.key(row));
      if (unit_of_row[row] == no_index) gone.push_back(state.key(row));
    }
    std::sort(gone.begin(), gone.end());
    if (std::exchange(previous_reported_, true)) return;  // by another indicator over this table
    for (const std::string& id : gone)
      data_->checks.push_back({plan.id,
                               id,
                               "",
                               "unit",
                               "left_out",
                               {"去年台账中的单元今年已不存在，未计入",
                                "the unit of last year's ledger is gone: left out"}});
  }

  const Tally& tally_;
  const PlanData& plan_;
  const Units& units_;
  const AssessOptions& options_;
  int year_;
  std::shared_ptr<AssessmentData> data_;
  ThreadTeam team_;
  std::vector<RolledTable> rolled_;
  std::vector<const RolledTable*> rolled_pointers_;
  std::vector<std::unique_ptr<TableState>> derived_states_;
  std::vector<std::vector<Beneath>> beneath_;
  std::vector<std::vector<std::uint8_t>> batch_;
  // By unit: of the indicator at work, which are those of its table or its own.
  const std::vector<std::uint32_t>* gaps_ = nullptr;
  std::vector<std::vector<std::uint32_t>> gaps_of_table_;
  std::vector<std::uint32_t> own_gaps_;
  Issues issues_;
  bool previous_reported_ = false;
  std::vector<std::uint32_t> previous_unit_;  // last year's number of each unit
};

}  // namespace detail

}  // namespace tijian
