// The rows of the problem ledger (问题台账), of floor and guiding indicators:
//  * one row per object × item that holds, or, without object rows, per unit of the table's level ×
//    item that holds;
//  * one row per item reported above 0, at the lowest unit of each branch that reports it;
//  * one row per unmet indicator (× component) in which no item holds, at the lowest unmet unit of
//    each branch, or at `ledger_level`;
//  * what rules add.
// Nothing of a unit to which the indicator does not apply; what rules suppress is left out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tijian/assessment_data.hpp"
#include "tijian/rollup.hpp"
#include "tijian/screen.hpp"

namespace tijian {

namespace detail {

class ProblemMaker {
 public:
  ProblemMaker(AssessmentData& data, const ObjectRows* objects, const std::stop_token& stop)
      : data_(data), plan_(*data.plan), units_(data.units), objects_(objects), stop_(stop) {}

  void run() {
    if (objects_ != nullptr) add_objects();
    for (const std::uint32_t summary : plan_.series_of_indicator) {
      const Indicator& indicator = plan_.framework.indicators[plan_.series[summary].indicator];
      if (indicator.kind != Kind::floor && indicator.kind != Kind::guiding) continue;
      for (const std::uint32_t item : plan_.series[summary].items) {
        if (plan_.items[item].severity < 0) continue;
        if (!has_objects(summary)) add_item_units(summary, item);
        add_reported_items(summary, item);
      }
      if (plan_.series[summary].components.empty())
        add_unmet(summary);
      else
        for (const std::uint32_t component : plan_.series[summary].components) add_unmet(component);
    }
    add_ruled();
    stop_if_asked(stop_);
    sort();
  }

 private:
  /// By unit, object, series, item and rule. Rows are large, and many are of one unit: what is
  /// sorted are their places, with the beginnings of their objects.
  void sort() {
    struct Place {
      std::uint32_t unit, row;
      std::uint64_t object;  // its first eight bytes, in an order as theirs
    };
    std::vector<ProblemRow>& rows = data_.problems;
    const auto is_before = [](const ProblemRow& x, const ProblemRow& y) {
      return std::tie(x.unit, x.object, x.series, x.item, x.rule) <
             std::tie(y.unit, y.object, y.series, y.item, y.rule);
    };
    if (std::is_sorted(rows.begin(), rows.end(), is_before)) return;
    std::vector<Place> places(rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r) {
      places[r] = {rows[r].unit, static_cast<std::uint32_t>(r), 0};
      for (std::size_t at = 0; at < 8; ++at)
        places[r].object =
            places[r].object << 8 |
            (at < rows[r].object.size() ? static_cast<std::uint8_t>(rows[r].object[at]) : 0U);
    }
    std::stable_sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
      if (a.unit != b.unit) return a.unit < b.unit;
      if (a.object != b.object) return a.object < b.object;
      return is_before(rows[a.row], rows[b.row]);
    });
    // Each row goes where it belongs, around the ring of those that make room for each other.
    for (std::uint32_t r = 0; r < places.size(); ++r) {
      if (places[r].row == r) continue;
      ProblemRow first = std::move(rows[r]);
      std::uint32_t at = r;
      while (places[at].row != r) {
        rows[at] = std::move(rows[places[at].row]);
        at = std::exchange(places[at].row, at);
      }
      rows[at] = std::move(first);
      places[at].row = at;
    }
  }

  [[nodiscard]] const TablePlan* table_of(std::uint32_t series) const {
    const std::uint32_t table = plan_.series[series].table;
    return table == no_index ? nullptr : &plan_.tables[table];
  }

  [[nodiscard]] bool has_objects(std::uint32_t series) const {
    const TablePlan* table = table_of(series);
    return objects_ != nullptr && table != nullptr && table->source == TablePlan::Source::survey &&
           !plan_.framework.tables[table->table].key.empty();
  }

  /// Whether the indicator applies to a unit, also on levels where it has no row.
  [[nodiscard]] bool applies(std::uint32_t summary, std::uint32_t unit) const {
    const CellState* cell = data_.results.state(summary, units_.level(unit), unit);
    if (cell != nullptr) return cell->judgement.verdict != Verdict::not_applicable;
    const TablePlan* table = table_of(summary);
    const auto found = data_.applies_at_table_level.find(summary);
    if (table == nullptr || found == data_.applies_at_table_level.end() ||
        units_.level(unit) != table->level)
      return true;
    return found->second[unit - units_.first_of_level(table->level)] != 0;
  }

  void add_objects() {
    data_.problems.reserve(objects_->problems.size());
    std::size_t seen = 0;
    const std::string* last_id = nullptr;
    std::uint32_t unit = no_index;
    for (const ObjectProblem& object : objects_->problems) {
      if (seen++ % 4096 == 0) stop_if_asked(stop_);
      const std::uint32_t summary = plan_.series_of_indicator[plan_.items[object.item].indicator];
      if (!has_objects(summary)) continue;
      // In a survey that is sorted, the next object is mostly of the same unit.
      if (last_id == nullptr || *last_id != object.unit) unit = units_.find(object.unit);
      last_id = &object.unit;
      if (unit == no_index || units_.level(unit) != table_of(summary)->level ||
          !applies(summary, unit))
        continue;
      ProblemRow row = item_row(summary, object.item, unit);
      row.object = object.object;
      row.evidence = object.evidence;
      const Indicator& indicator = plan_.framework.indicators[plan_.series[summary].indicator];
      if (row.evidence == 0 && indicator.source && indicator.source->evidence.size() == 1)
        row.evidence = static_cast<std::int8_t>(indicator.source->evidence[0] - 'A' + 1);
      add(std::move(row));
    }
  }

  ProblemRow item_row(std::uint32_t summary, std::uint32_t item, std::uint32_t unit) const {
    ProblemRow row;
    row.unit = unit;
    row.series = summary;
    row.item = item;
    row.severity = plan_.items[item].severity;
    row.time_class = plan_.items[item].time_class;
    return row;
  }

  /// From state: one row per unit of the table's level in which the item holds.
  void add_item_units(std::uint32_t summary, std::uint32_t item) {
    const TablePlan* table = table_of(summary);
    if (table == nullptr) return;
    const std::uint32_t level = table->level;
    if (const auto units = data_.item_units.find(item); units != data_.item_units.end())
      for (const AssessmentData::ItemUnit& found : units->second) {
        if (!applies(summary, found.unit)) continue;
        ProblemRow row = item_row(summary, item, found.unit);
        row.value = static_cast<double>(found.count);
        row.evidence = found.evidence;
        add(std::move(row));
      }
    for (std::uint32_t unit = units_.first_of_level(level); unit < units_.first_of_level(level + 1);
         ++unit) {
      const ItemCell* cell = data_.results.item(item, level, unit);
      if (cell == nullptr || cell->reported || cell->count == 0 || !applies(summary, unit))
        continue;
      ProblemRow row = item_row(summary, item, unit);
      row.value = cell->value;
      row.evidence = cell->best_evidence;
      add(std::move(row));
    }
  }

  void add_reported_items(std::uint32_t summary, std::uint32_t item) {
    std::vector<std::uint8_t> beneath(units_.size(), 0);
    const auto& levels = plan_.series[summary].levels;
    for (std::uint32_t unit = 0; unit < units_.size(); ++unit) {
      const std::uint32_t level = units_.level(unit);
      bool holds = beneath[unit] != 0;
      if (std::find(levels.begin(), levels.end(), level) != levels.end()) {
        const ItemCell* cell = data_.results.item(item, level, unit);
        if (cell != nullptr && cell->holds() && applies(summary, unit)) {
          if (cell->reported && !holds) {
            ProblemRow row = item_row(summary, item, unit);
            row.value = cell->value;
            row.evidence = cell->best_evidence;
            add(std::move(row));
          }
          holds = true;
        }
      }
      if (holds && units_.parent(unit) != no_index) beneath[units_.parent(unit)] = 1;
    }
  }

  void add_unmet(std::uint32_t s) {
    const SeriesPlan& series = plan_.series[s];
    const Indicator& indicator = plan_.framework.indicators[series.indicator];
    std::uint32_t only = no_index;
    if (!indicator.ledger_level.empty()) {
      const auto at = plan_.level_index.find(indicator.ledger_level);
      if (at != plan_.level_index.end()) only = at->second;
    }
    // Units that have rows of items, or have one beneath them that was listed.
    std::vector<std::uint8_t> items_beneath(units_.size(), 0);
    if (const auto rows = item_rows_.find(s); rows != item_rows_.end())
      for (const std::uint32_t unit : rows->second) items_beneath[unit] = 1;
    std::vector<std::uint8_t> beneath(units_.size(), 0);
    for (std::uint32_t unit = 0; unit < units_.size(); ++unit) {
      const std::uint32_t parent = units_.parent(unit);
      if (items_beneath[unit] != 0 && parent != no_index) items_beneath[parent] = 1;
      const CellState* cell = data_.results.state(s, units_.level(unit), unit);
      bool unmet = beneath[unit] != 0;
      // Beneath the level that lists them, units neither are listed nor hide the one that is.
      const bool may_be_listed = only == no_index || units_.level(unit) >= only;
      if (may_be_listed && cell != nullptr && cell->judgement.verdict == Verdict::unmet) {
        if (!unmet && (cell->problems == 0 || items_beneath[unit] == 0)) {
          ProblemRow row;
          row.unit = unit;
          row.series = s;
          row.severity = std::max<int>(cell->severity, 0);
          row.time_class = std::max<int>(cell->time_class, 0);
          row.value = data_.results.number(s, units_.level(unit), unit, &Cell::value);
          row.of_unit = true;
          row.evidence = cell->best_evidence;
          add(std::move(row));
        }
        unmet = true;
      }
      if (unmet && parent != no_index) beneath[parent] = 1;
    }
  }

  void add_ruled() {
    for (const auto& [indicator, fired] : data_.fired)
      for (const auto& [unit, rules] : fired)
        for (const FiredRule& rule : rules) {
          if (plan_.framework.rules[rule.rule].then != RuleAction::add) continue;
          ProblemRow row;
          row.unit = rule.unit;
          row.series = plan_.series_of_indicator[indicator];
          row.severity = std::max(rule.severity, 0);
          row.time_class =
              default_time_class(plan_.framework.indicators[indicator].kind,
                                 static_cast<int>(plan_.framework.time_classes.size()));
          row.rule = rule.rule;
          row.value =
              data_.results.number(row.series, units_.level(rule.unit), rule.unit, &Cell::value);
          add(std::move(row));
        }
  }

  /// Rules and entries have the last word on a row.
  void add(ProblemRow row) {
    if (data_.is_peer(row.unit)) return;
    const std::uint32_t indicator = plan_.series[row.series].indicator;
    const RuleOutcome outcome = data_.outcome(indicator, row.unit, true);
    if (row.item != no_index) item_rows_[row.series].push_back(row.unit);
    if (outcome.suppressed != no_index) return;
    if (outcome.raised_to >= row.severity) {
      row.severity = outcome.raised_to;
      if (row.rule == no_index) row.rule = outcome.raised_by;
    }
    if (outcome.confirmed != no_index) {
      row.confirmation = Confirmation::confirmed;
      if (row.rule == no_index) row.rule = outcome.confirmed;
    }
    if (row.confirmation == Confirmation::none && row.evidence == 5)
      row.confirmation = Confirmation::lead;
    const Entry* entry = data_.entries.find(row.series, row.unit, data_.year, row.item, row.object);
    if (entry != nullptr) {
      if (entry->status != ProblemStatus::none) row.status = entry->status;
      if (entry->confirmation != Confirmation::none) row.confirmation = entry->confirmation;
      if (entry->severity >= 0) row.severity = entry->severity;
    }
    data_.problems.push_back(std::move(row));
  }

  AssessmentData& data_;
  const PlanData& plan_;
  const Units& units_;
  const ObjectRows* objects_;
  const std::stop_token& stop_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> item_rows_;  // by series: units with rows
};

}  // namespace detail

/// Makes the ledger's rows; `objects` are the single rows of whole tables, null for a tally alone.
/// Throws Cancelled where `stop` was requested.
inline void make_problems(AssessmentData& data, const ObjectRows* objects,
                          const std::stop_token& stop) {
  detail::ProblemMaker(data, objects, stop).run();
}

}  // namespace tijian
