// The verdicts of a series on a level: values beside entries, targets, coverage, gaps.
#pragma once

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "tijian/assess_tables.hpp"
#include "tijian/decimal.hpp"
#include "tijian/entries.hpp"
#include "tijian/judge.hpp"
#include "tijian/published.hpp"
#include "tijian/result_words.hpp"

namespace tijian {

namespace detail {

class VerdictAssessor : protected TableAssessor {
 protected:
  using TableAssessor::TableAssessor;

  /// Per unit, how many units of the table's level beneath have nothing for this indicator.
  void gaps_of(std::uint32_t summary) {
    const SeriesPlan& series = plan_.series[summary];
    gaps_ = nullptr;
    if (series.table == no_index || plan_.tables[series.table].source != TablePlan::Source::survey)
      return;
    // Indicators that apply everywhere have the gaps of their table.
    const bool everywhere = series.applies_when == formula::no_node;
    std::vector<std::uint32_t>& gaps = everywhere ? gaps_of_table_[series.table] : own_gaps_;
    gaps_ = &gaps;
    const TablePlan& table = plan_.tables[series.table];
    const Table& source = plan_.framework.tables[table.table];
    const std::uint32_t first = units_.first_of_level(table.level);
    const std::uint32_t last = units_.first_of_level(table.level + 1);
    std::vector<std::uint8_t>& applies = data_->applies_at_table_level[summary];
    applies.assign(last - first, 1);
    if (everywhere && !gaps.empty()) return;
    gaps.assign(units_.size(), 0);
    if (!everywhere)
      each_tile(table.level, {series.applies_when},
                [&](const formula::Evaluator& evaluator, std::uint32_t unit, std::size_t rows) {
                  const formula::Evaluator::Booleans tile = evaluator.boolean(series.applies_when);
                  for (std::size_t i = 0; i < rows; ++i)
                    if (kernels::test_row(tile.valid, i) && !kernels::test_row(tile.value, i))
                      applies[unit - first + i] = 0;
                });
    for (std::uint32_t unit = first; unit < last; ++unit) {
      const Beneath& own = beneath_[series.table][unit];
      if (applies[unit - first] != 0 &&
          (own.out_of_batch > 0 || (own.empty > 0 && !source.complete)))
        gaps[unit] = 1;
    }
    roll_up(units_, gaps, [](std::uint32_t& parent, std::uint32_t child) { parent += child; });
  }

  /// Last year's value and the survey score, which targets and grades read.
  void prepare(std::uint32_t summary, std::uint32_t level) {
    const SeriesPlan& series = plan_.series[summary];
    std::vector<std::uint32_t> all = series.components;
    all.push_back(summary);
    for (const std::uint32_t s : all) {
      const std::uint32_t last_year =
          options_.previous == nullptr ? no_index : options_.previous->series_like(plan_, s);
      if (last_year == no_index && data_->entries.all().empty() && series.survey == no_index)
        continue;
      for (std::uint32_t unit = units_.first_of_level(level);
           unit < units_.first_of_level(level + 1); ++unit) {
        double previous = null_number;
        if (last_year != no_index && previous_unit_[unit] != no_index)
          previous = options_.previous->value_at(last_year, previous_unit_[unit]);
        if (is_null(previous))
          if (const Entry* entry = data_->entries.find(s, unit, year_ - 1)) previous = entry->value;
        if (!is_null(previous))
          data_->results.set_number(s, level, unit, &Cell::previous, previous);
        if (series.survey == no_index) continue;
        for (std::uint32_t at = unit; at != no_index; at = units_.parent(at)) {
          const double score =
              data_->results.field(series.survey, units_.level(at), at, Field::value);
          if (is_null(score)) continue;
          data_->results.set_number(s, level, unit, &Cell::survey, score);
          break;
        }
      }
    }
  }

  /// Items that hold on the table's level, where the indicator has no results there.
  void items_of_table_level(std::uint32_t summary) {
    const SeriesPlan& series = plan_.series[summary];
    if (series.table == no_index) return;
    const TablePlan& table = plan_.tables[series.table];
    if (table.source == TablePlan::Source::previous ||
        std::find(series.levels.begin(), series.levels.end(), table.level) != series.levels.end())
      return;
    for (const std::uint32_t item : series.items)
      for (std::uint32_t unit = units_.first_of_level(table.level);
           unit < units_.first_of_level(table.level + 1); ++unit) {
        const RolledTable::Place place = rolled_[series.table].at(unit);
        const ItemPlan& plan = plan_.items[item];
        if (place.state == nullptr || plan.count_slot == no_index) continue;
        const std::int64_t count = place.state->counted(place.row, plan.count_slot);
        if (count > 0)
          data_->item_units[item].push_back({unit, count, best_evidence(plan, place, count)});
      }
  }

  /// The best letter of the rows in which an item holds; rows without one rest on the source.
  [[nodiscard]] std::int8_t best_evidence(const ItemPlan& plan, const RolledTable::Place& place,
                                          std::int64_t count) const {
    const std::int8_t source = source_evidence(plan_.framework.indicators[plan.indicator]);
    if (plan.evidence_slot == no_index) return source;
    const double letter = place.state->extreme(place.row, plan.evidence_slot);
    if (is_null(letter)) return source;
    const auto best = static_cast<std::int8_t>(letter);
    return source != 0 && place.state->counted(place.row, plan.letters_slot) < count
               ? std::min(best, source)
               : best;
  }

  static std::int8_t source_evidence(const Indicator& indicator) {
    if (!indicator.source || indicator.source->evidence.size() != 1) return 0;
    return static_cast<std::int8_t>(indicator.source->evidence[0] - 'A' + 1);
  }

  void judge_series(std::uint32_t s, std::uint32_t level) {
    const SeriesPlan& series = plan_.series[s];
    std::vector<formula::NodeId> nodes = {series.value, series.numerator, series.denominator,
                                          series.gap_base, series.applies_when};
    for (const TargetPlan& target : series.targets)
      for (const formula::NodeId node : {target.where, target.value, target.low, target.high})
        nodes.push_back(node);
    for (const std::uint32_t item : series.items) nodes.push_back(plan_.items[item].value);
    make_room(s, level);
    const Judging judging = judging_of(s, level);
    each_tile_with_checks(level, nodes,
                          [&](const formula::Evaluator& evaluator, std::uint32_t unit,
                              std::size_t rows, std::vector<CheckRow>& checks) {
                            const TileCounts counts(*this, series, unit, rows);
                            for (std::size_t i = 0; i < rows; ++i)
                              judge_unit(judging, unit + static_cast<std::uint32_t>(i), evaluator,
                                         counts, i, checks);
                          });
  }

  /// What judging a series on a level reads that is the same for all units.
  struct Judging {
    std::uint32_t series;
    std::uint32_t level;
    const SeriesPlan& plan;
    const Indicator& indicator;
    const std::string& measure;
    const std::vector<Target>& targets;
    const TablePlan* table;  // null: none
    bool survey;             // the table is one
    bool complete_and_supplied;
    std::uint32_t first;  // unit of the level
    CellColumns& cells;
    const double* previous;  // by unit of the level; null: none
    const double* scores;    // of the residents' survey, likewise
  };
  Judging judging_of(std::uint32_t s, std::uint32_t level) const {
    const SeriesPlan& series = plan_.series[s];
    const Indicator& indicator = plan_.framework.indicators[series.indicator];
    const TablePlan* table = series.table == no_index ? nullptr : &plan_.tables[series.table];
    const bool survey = table != nullptr && table->source == TablePlan::Source::survey;
    CellColumns& cells = data_->results.cells(s, level);
    return {
        s,
        level,
        series,
        indicator,
        measure_of(plan_, series),
        targets_of(plan_, series),
        table,
        survey,
        survey && plan_.framework.tables[table->table].complete && tally_.supplied(series.table),
        units_.first_of_level(level),
        cells,
        cells.numbers(&Cell::previous),
        cells.numbers(&Cell::survey)};
  }

  /// The rows beneath each unit of a tile, and how many of them are known to the series.
  struct TileCounts {
    TileCounts(const VerdictAssessor& assessor, const SeriesPlan& series, std::uint32_t unit,
               std::size_t count) {
      if (series.table == no_index) {
        std::fill_n(row.begin(), count, no_index);
        std::fill_n(rows.begin(), count, 0);
        std::fill_n(known.begin(), count, 0);
        return;
      }
      state = assessor.rolled_[series.table].at(unit, count, row.data());
      state->counted(row.data(), count, assessor.plan_.tables[series.table].rows_slot, rows.data());
      if (series.known_slot != no_index)
        state->counted(row.data(), count, series.known_slot, known.data());
      else
        std::fill_n(known.begin(), count, 0);
    }
    [[nodiscard]] RolledTable::Place place(std::size_t i) const {
      if (row[i] == no_index) return {};
      return {state, row[i]};
    }

    const TableState* state = nullptr;
    std::array<std::uint32_t, kernels::tile_rows> row;  // of the state; no_index: none
    std::array<std::int64_t, kernels::tile_rows> rows, known;
  };

  /// Room for all numbers that judging may write: threads write them without asking each other.
  void make_room(std::uint32_t s, std::uint32_t level) {
    const SeriesPlan& series = plan_.series[s];
    CellColumns& cells = data_->results.cells(s, level);
    const bool entries = !data_->entries.all().empty();
    cells.make_room({&Cell::value, &Cell::coverage});
    if (entries || series.numerator != formula::no_node) cells.make_room({&Cell::numerator});
    if (entries || series.denominator != formula::no_node) cells.make_room({&Cell::denominator});
    if (entries) cells.make_room({&Cell::reported});
    if (!series.targets.empty())
      cells.make_room(
          {&Cell::target, &Cell::low, &Cell::high, &Cell::shortfall, &Cell::gap, &Cell::deficit});
  }

  /// Tiles on several threads, each of which finds checks of its own; they are joined in the order
  /// of the units.
  template <class Visit>
  void each_tile_with_checks(std::uint32_t level, std::vector<formula::NodeId> nodes,
                             Visit&& visit) {
    std::vector<std::vector<CheckRow>> checks(part_count(level));
    each_tile_in_parts(
        level, std::move(nodes),
        [&](std::size_t part, const formula::Evaluator& evaluator, std::uint32_t unit,
            std::size_t rows) { visit(evaluator, unit, rows, checks[part]); });
    for (std::vector<CheckRow>& of_part : checks)
      data_->checks.insert(data_->checks.end(), std::make_move_iterator(of_part.begin()),
                           std::make_move_iterator(of_part.end()));
  }

  static double number_at(const formula::Evaluator& evaluator, formula::NodeId node,
                          std::size_t i) {
    if (node == formula::no_node) return null_number;
    const formula::Evaluator::Numbers tile = evaluator.number(node);
    return kernels::test_row(tile.valid, i) ? tile.values[i] : null_number;
  }

  static std::optional<double> optional(double number) {
    if (is_null(number)) return std::nullopt;
    return number;
  }

  void judge_unit(const Judging& judging, std::uint32_t unit, const formula::Evaluator& evaluator,
                  const TileCounts& counts, std::size_t i, std::vector<CheckRow>& checks) {
    const SeriesPlan& series = judging.plan;
    const Indicator& indicator = judging.indicator;
    const std::size_t at = unit - judging.first;
    // The state is written where it stays: to copy it, whole, would wait for its parts.
    CellState& state = judging.cells.state(at);
    CellNumbers cell;
    if (judging.previous != nullptr) cell.previous = judging.previous[at];
    if (judging.scores != nullptr) cell.survey = judging.scores[at];
    const RolledTable::Place place = counts.place(i);
    cell.rows = counts.rows[i];
    cell.known = counts.known[i];
    VerdictFacts facts;
    facts.kind = indicator.kind;
    facts.min_coverage = indicator.min_coverage;
    facts.count_or_sum = series.count_or_sum;
    if (judging.survey) {
      const Beneath& beneath = beneath_[series.table][unit];
      if (beneath.expected > 0) cell.coverage = static_cast<double>(cell.known) / beneath.expected;
      facts.complete_and_supplied = judging.complete_and_supplied;
      facts.gaps_beneath = (*gaps_)[unit] > 0;
      facts.batch_excludes = beneath.units > 0 && beneath.out_of_batch == beneath.units;
    } else if (cell.rows > 0) {
      cell.coverage = static_cast<double>(cell.known) / static_cast<double>(cell.rows);
    }
    if (series.applies_when != formula::no_node) {
      const formula::Evaluator::Booleans applies = evaluator.boolean(series.applies_when);
      facts.applies = kernels::test_row(applies.valid, i)
                          ? std::optional<bool>(kernels::test_row(applies.value, i))
                          : std::nullopt;
    }

    items_of_unit(judging, unit, evaluator, i, place, cell.rows, state, checks);
    const Entry* entry = data_->entries.find(judging.series, unit, year_);
    if (entry != nullptr) cell.reported = entry->value;
    const bool computable =
        series.value != formula::no_node && (cell.rows > 0 || facts.complete_and_supplied);
    const bool reported = cell.known == 0 && entry != nullptr && !is_null(entry->value);
    const double computed = computable ? number_at(evaluator, series.value, i) : null_number;
    if (reported) {
      state.origin = ValueOrigin::reported;
      cell.value = entry->value;
      cell.numerator = entry->numerator;
      cell.denominator = entry->denominator;
      state.evidence = static_cast<std::int8_t>(entry->evidence);
      if (judging.survey && judging.level != judging.table->level) facts.batch_excludes = false;
      facts.gaps_beneath = false;
    } else if (computable) {
      state.origin = is_null(computed) ? ValueOrigin::none : ValueOrigin::computed;
      cell.value = computed;
      cell.numerator = number_at(evaluator, series.numerator, i);
      cell.denominator = number_at(evaluator, series.denominator, i);
      if (series.evidence_slot != no_index && place.state != nullptr) {
        const double letter = place.state->extreme(place.row, series.evidence_slot);
        if (!is_null(letter)) state.evidence = static_cast<std::int8_t>(letter);
        // Rows without a letter rest on the indicator's source.
        const double best = place.state->extreme(place.row, series.best_evidence_slot);
        if (!is_null(best)) state.best_evidence = static_cast<std::int8_t>(best);
        if (place.state->counted(place.row, series.letters_slot) < cell.known) {
          const std::int8_t source = source_evidence(indicator);
          state.evidence = std::max(state.evidence, source);
          if (source != 0 && (state.best_evidence == 0 || source < state.best_evidence))
            state.best_evidence = source;
        }
      }
    }
    if (state.evidence == 0 && state.origin != ValueOrigin::none)
      state.evidence = source_evidence(indicator);
    if (state.best_evidence == 0) state.best_evidence = state.evidence;

    const auto target = choose_target(judging, evaluator, i, cell, state);
    facts.value = optional(cell.value);
    facts.reported = reported;
    facts.rows = cell.rows;
    facts.known = cell.known;
    facts.coverage = reported ? std::nullopt : optional(cell.coverage);
    facts.target = target;
    facts.item_holds = state.problems > 0;
    state.judgement = judge(facts);
    if (state.judgement.applies_unknown && !data_->is_peer(unit) &&
        (series.component == no_index || series.component == 0))
      checks.push_back(
          {indicator.id,
           units_.id(unit),
           "",
           "applies_when",
           "reported",
           {"不知是否适用，按适用处理", "unknown whether it applies: taken to apply"}});
    if (target && facts.value && value_counts(state.judgement.verdict)) {
      const Distance away = distance(*facts.value, *target);
      cell.shortfall = away.shortfall.value_or(null_number);
      cell.gap =
          gap(away, optional(number_at(evaluator, series.gap_base, i))).value_or(null_number);
      const bool needs_denominator =
          series.denominator != formula::no_node ||
          (!series.ratio && (judging.measure == "%" || !is_null(cell.denominator)));
      if (!is_null(cell.numerator) && (series.ratio || reported) &&
          (!needs_denominator || !is_null(cell.denominator))) {
        RatioParts parts{cell.numerator, optional(cell.denominator), series.factor_numerator,
                         series.factor_denominator};
        if (!series.ratio) parts.factor_numerator = judging.measure == "%" ? 100 : 1;
        cell.deficit = deficit(parts, *target).value_or(null_number);
      }
    }
    compare_entry(judging.series, unit, cell, entry,
                  computable && !reported ? computed : null_number,
                  reported && computable && cell.rows == 0 ? computed : null_number, checks);
    judging.cells.set_numbers(at, cell);
  }

  /// The first target whose condition holds and whose bounds are known.
  static std::optional<EvaluatedTarget> choose_target(const Judging& judging,
                                                      const formula::Evaluator& evaluator,
                                                      std::size_t i, CellNumbers& cell,
                                                      CellState& state) {
    for (std::size_t t = 0; t < judging.plan.targets.size(); ++t) {
      const TargetPlan& plan = judging.plan.targets[t];
      if (plan.where != formula::no_node &&
          !kernels::test_row(evaluator.boolean(plan.where).value, i))
        continue;
      EvaluatedTarget target;
      target.op = judging.targets[t].op;
      const double value = number_at(evaluator, plan.value, i);
      const double low = number_at(evaluator, plan.low, i);
      const double high = number_at(evaluator, plan.high, i);
      if (target.op == Operator::between ? is_null(low) || is_null(high) : is_null(value)) continue;
      target.value = is_null(value) ? 0 : value;
      target.low = is_null(low) ? 0 : low;
      target.high = is_null(high) ? 0 : high;
      if (!can_be_met(target)) continue;
      state.target_index = static_cast<std::int16_t>(t);
      if (target.op == Operator::between) {
        cell.low = low;
        cell.high = high;
      } else {
        cell.target = value;
        if (target.op != Operator::less_equal && target.op != Operator::less) cell.low = value;
        if (target.op != Operator::greater_equal && target.op != Operator::greater)
          cell.high = value;
      }
      return target;
    }
    return std::nullopt;
  }

  void items_of_unit(const Judging& judging, std::uint32_t unit,
                     const formula::Evaluator& evaluator, std::size_t i,
                     const RolledTable::Place& place, std::int64_t rows, CellState& state,
                     std::vector<CheckRow>& checks) {
    for (const std::uint32_t at : judging.plan.items) {
      const ItemPlan& plan = plan_.items[at];
      ItemCell& item = data_->results.item_at(at, judging.level, unit);
      if (place.state != nullptr && plan.count_slot != no_index) {
        item.count = place.state->counted(place.row, plan.count_slot);
        item.rows = place.state->counted(place.row, plan.known_slot);
        item.best_evidence = best_evidence(plan, place, item.count);
      }
      if (item.best_evidence == 0)
        item.best_evidence = source_evidence(plan_.framework.indicators[plan.indicator]);
      if (item.rows > 0 || (judging.complete_and_supplied && rows == 0))
        item.value = number_at(evaluator, plan.value, i);
      const Entry* entry = data_->entries.find(judging.series, unit, year_, at);
      if (entry != nullptr && !is_null(entry->value)) {
        if (item.rows == 0) {
          item.value = entry->value;
          item.reported = true;
          if (entry->evidence != 0) item.best_evidence = static_cast<std::int8_t>(entry->evidence);
        } else {
          const Indicator& indicator = plan_.framework.indicators[plan.indicator];
          if (!same_at_decimals(item.value, entry->value,
                                indicator.items[plan.item].decimals
                                    ? indicator.items[plan.item].decimals
                                    : indicator.decimals,
                                indicator.rounding))
            difference(indicator.items[plan.item].id, unit, "reported", item.value, entry->value,
                       checks);
        }
      }
      if (plan.severity >= 0 && item.holds()) ++state.problems;
    }
  }

  void difference(const std::string& what, std::uint32_t unit, const char* check, double computed,
                  double reported, std::vector<CheckRow>& checks) const {
    const std::string a = is_null(computed) ? "—" : kernels::shortest(computed);
    const std::string b = is_null(reported) ? "—" : kernels::shortest(reported);
    checks.push_back({"entries",
                      units_.id(unit),
                      what,
                      check,
                      "reported",
                      {what + " 计算值 " + a + " 与填报值 " + b + " 不一致",
                       what + ": computed " + a + ", reported " + b}});
  }

  /// Differences between what was computed, reported and published.
  void compare_entry(std::uint32_t s, std::uint32_t unit, const CellNumbers& cell,
                     const Entry* entry, double computed, double computed_beside,
                     std::vector<CheckRow>& checks) const {
    if (entry == nullptr) return;
    const SeriesPlan& series = plan_.series[s];
    const Indicator& indicator = plan_.framework.indicators[series.indicator];
    const Component* component =
        series.component == no_index ? nullptr : &indicator.components[series.component];
    const std::string what =
        component == nullptr ? indicator.id : indicator.id + "." + component->id;
    const auto decimals =
        component != nullptr && component->decimals ? component->decimals : indicator.decimals;
    const double beside = is_null(computed) ? computed_beside : computed;
    if (!is_null(entry->value) && !is_null(beside) &&
        !same_at_decimals(beside, entry->value, decimals, indicator.rounding))
      difference(what, unit, "reported", beside, entry->value, checks);
    if (!entry->published || is_null(cell.value)) return;
    const auto same =
        agrees(cell.value, *entry->published, measure_of(plan_, series), indicator.rounding);
    if (same && !*same)
      checks.push_back({"entries",
                        units_.id(unit),
                        what,
                        "published",
                        "reported",
                        {what + " 的值 " + kernels::shortest(cell.value) + " 与公布值 " +
                             *entry->published + " 不一致",
                         what + ": " + kernels::shortest(cell.value) + " against " +
                             *entry->published + " published"}});
  }

  void summarise(std::uint32_t summary, std::uint32_t level) {
    const SeriesPlan& series = plan_.series[summary];
    for (std::uint32_t unit = units_.first_of_level(level); unit < units_.first_of_level(level + 1);
         ++unit) {
      std::vector<Judgement> judgements;
      bool first = true;
      Cell cell = *data_->results.cell(summary, level, unit);
      for (const std::uint32_t component : series.components) {
        const Cell part = *data_->results.cell(component, level, unit);
        judgements.push_back(part.judgement);
        if (part.judgement.verdict == Verdict::not_applicable) continue;
        cell.rows = std::max(cell.rows, part.rows);
        cell.known = first ? part.known : std::min(cell.known, part.known);
        first = false;
        if (part.origin != ValueOrigin::none) cell.origin = part.origin;
        if (is_null(cell.coverage) || part.coverage < cell.coverage) cell.coverage = part.coverage;
        if (!is_null(part.gap) && (is_null(cell.gap) || part.gap > cell.gap)) cell.gap = part.gap;
        cell.evidence = std::max(cell.evidence, part.evidence);
      }
      cell.judgement = judge_components(judgements);
      if (const Entry* entry = data_->entries.find(summary, unit, year_)) {
        cell.reported = entry->value;
        compare_entry(summary, unit, cell, entry, null_number, null_number, data_->checks);
      }
      data_->results.set(summary, level, unit, cell);
    }
  }
};

}  // namespace detail

}  // namespace tijian
