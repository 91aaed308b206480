// What assess works out: one cell per unit × series (indicator or component), kept by columns, and
// one per unit × item, in plain numbers; texts are made when a table is asked for.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "tijian/frame.hpp"
#include "tijian/grade.hpp"
#include "tijian/judge.hpp"
#include "tijian/plan.hpp"
#include "tijian/units.hpp"

namespace tijian {

enum class ValueOrigin : std::uint8_t { none, computed, reported };

[[nodiscard]] constexpr std::string_view name(ValueOrigin origin) {
  constexpr std::string_view names[] = {"none", "computed", "reported"};
  return names[static_cast<std::size_t>(origin)];
}

/// What was decided on one unit × series.
struct CellState {
  std::int32_t problems = 0;       // items that hold
  std::int16_t target_index = -1;  // into the series' targets
  ValueOrigin origin = ValueOrigin::none;
  Judgement judgement;
  std::int8_t severity = -1;
  SeverityOrigin severity_origin = SeverityOrigin::gap;
  std::int8_t time_class = -1;
  std::int8_t grade = -1;
  GradeOrigin grade_origin = GradeOrigin::computed;
  std::int8_t evidence = 0;       // the weakest that counts, 1 (A) … 5 (E)
  std::int8_t best_evidence = 0;  // the best: a problem resting on E alone is a lead
};

/// What was worked out of one unit × series. Numbers are null_number where there are none.
struct CellNumbers {
  double value = null_number;  // what the formula or the entry gives, whatever the verdict
  double numerator = null_number, denominator = null_number;
  double target = null_number, low = null_number, high = null_number;
  double shortfall = null_number, gap = null_number, deficit = null_number;
  double coverage = null_number;
  double previous = null_number, reported = null_number, survey = null_number;
  std::int64_t rows = 0, known = 0;
};

/// One unit × series.
struct Cell : CellState, CellNumbers {};

/// The cells of one series on one level, by columns. Most series never have most numbers: a column
/// in which nothing was written takes no memory.
class CellColumns {
 public:
  using Number = double CellNumbers::*;

  CellColumns() = default;
  explicit CellColumns(std::size_t units) : states_(units), rows_(units), known_(units) {}

  [[nodiscard]] std::size_t size() const { return states_.size(); }

  [[nodiscard]] Cell operator[](std::size_t unit) const {
    Cell cell;
    static_cast<CellState&>(cell) = states_[unit];
    cell.rows = rows_[unit];
    cell.known = known_[unit];
    for (std::size_t n = 0; n < all.size(); ++n)
      if (!numbers_[n].empty()) cell.*all[n] = numbers_[n][unit];
    return cell;
  }
  [[nodiscard]] double number(Number wanted, std::size_t unit) const {
    const std::vector<double>& column = numbers_[place(wanted)];
    return column.empty() ? null_number : column[unit];
  }
  /// A column of numbers, or null where there is none.
  [[nodiscard]] const double* numbers(Number wanted) const {
    const std::vector<double>& column = numbers_[place(wanted)];
    return column.empty() ? nullptr : column.data();
  }
  [[nodiscard]] const std::vector<std::int64_t>& rows() const { return rows_; }
  [[nodiscard]] const std::vector<std::int64_t>& known() const { return known_; }
  [[nodiscard]] const CellState& state(std::size_t unit) const { return states_[unit]; }
  CellState& state(std::size_t unit) { return states_[unit]; }

  /// Several threads may set cells of their own once there is room for all numbers they have.
  void set(std::size_t unit, const Cell& cell) {
    states_[unit] = cell;
    set_numbers(unit, cell);
  }
  void set_numbers(std::size_t unit, const CellNumbers& cell) {
    rows_[unit] = cell.rows;
    known_[unit] = cell.known;
    for (std::size_t n = 0; n < all.size(); ++n) {
      if (numbers_[n].empty()) {
        if (is_null(cell.*all[n])) continue;
        make_room({all[n]});
      }
      numbers_[n][unit] = cell.*all[n];
    }
  }
  void set_number(Number wanted, std::size_t unit, double number) {
    make_room({wanted});
    numbers_[place(wanted)][unit] = number;
  }
  void make_room(std::initializer_list<Number> numbers) {
    for (const Number number : numbers)
      if (std::vector<double>& column = numbers_[place(number)]; column.empty())
        column.assign(size(), null_number);
  }

 private:
  static constexpr std::array<Number, 13> all = {
      &Cell::value,    &Cell::numerator, &Cell::denominator, &Cell::target,  &Cell::low,
      &Cell::high,     &Cell::shortfall, &Cell::gap,         &Cell::deficit, &Cell::coverage,
      &Cell::previous, &Cell::reported,  &Cell::survey};

  static std::size_t place(Number wanted) {
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), wanted) - all.begin());
  }

  std::vector<CellState> states_;
  std::vector<std::int64_t> rows_, known_;
  std::array<std::vector<double>, all.size()> numbers_;
};

/// One unit × item.
struct ItemCell {
  double value = null_number;
  std::int64_t count = 0, rows = 0;
  std::int8_t best_evidence = 0;  // of the rows in which it holds
  bool reported = false;

  [[nodiscard]] bool holds() const { return reported ? value > 0 : count > 0; }
};

class Results {
 public:
  Results() = default;
  Results(const PlanData& plan, const Units& units) {
    const std::size_t levels = units.level_count();
    first_.resize(levels + 1);
    for (std::size_t l = 0; l <= levels; ++l) first_[l] = units.first_of_level(l);
    cells_.resize(plan.series.size());
    for (std::size_t s = 0; s < plan.series.size(); ++s) {
      cells_[s].resize(levels);
      for (const std::uint32_t l : plan.series[s].levels)
        cells_[s][l] = CellColumns(first_[l + 1] - first_[l]);
    }
    items_.resize(plan.items.size());
    for (std::size_t k = 0; k < plan.items.size(); ++k) {
      const SeriesPlan& series = plan.series[plan.series_of_indicator[plan.items[k].indicator]];
      items_[k].resize(levels);
      for (const std::uint32_t l : series.levels) items_[k][l].resize(first_[l + 1] - first_[l]);
    }
  }

  /// The cell, or nothing where the indicator has no row on the unit's level.
  [[nodiscard]] std::optional<Cell> cell(std::uint32_t series, std::uint32_t level,
                                         std::uint32_t unit) const {
    if (!has(series, level)) return std::nullopt;
    return cells_[series][level][unit - first_[level]];
  }
  /// The same without its numbers, or null.
  [[nodiscard]] const CellState* state(std::uint32_t series, std::uint32_t level,
                                       std::uint32_t unit) const {
    return has(series, level) ? &cells_[series][level].state(unit - first_[level]) : nullptr;
  }
  /// One number; null_number where there is no cell.
  [[nodiscard]] double number(std::uint32_t series, std::uint32_t level, std::uint32_t unit,
                              CellColumns::Number wanted) const {
    if (!has(series, level)) return null_number;
    return cells_[series][level].number(wanted, unit - first_[level]);
  }
  /// A number as conditions see it: null_number where the verdict says that it does not count, and
  /// for a field that is no number.
  [[nodiscard]] double field(std::uint32_t series, std::uint32_t level, std::uint32_t unit,
                             Field wanted) const {
    if (!has(series, level)) return null_number;
    const CellColumns& cells = cells_[series][level];
    const std::size_t at = unit - first_[level];
    const CellState& state = cells.state(at);
    const auto counting = [&](CellColumns::Number number) {
      return value_counts(state.judgement.verdict) ? cells.number(number, at) : null_number;
    };
    switch (wanted) {
      case Field::value: return counting(&Cell::value);
      case Field::target: return cells.number(&Cell::target, at);
      case Field::low: return cells.number(&Cell::low, at);
      case Field::high: return cells.number(&Cell::high, at);
      case Field::shortfall: return counting(&Cell::shortfall);
      case Field::gap: return counting(&Cell::gap);
      case Field::deficit: return counting(&Cell::deficit);
      case Field::numerator: return counting(&Cell::numerator);
      case Field::denominator: return counting(&Cell::denominator);
      case Field::previous: return cells.number(&Cell::previous, at);
      case Field::survey: return cells.number(&Cell::survey, at);
      case Field::coverage: return cells.number(&Cell::coverage, at);
      case Field::problems: return state.problems;
      case Field::reported: return cells.number(&Cell::reported, at);
      default: return null_number;
    }
  }
  [[nodiscard]] bool has(std::uint32_t series, std::uint32_t level) const {
    return cells_[series][level].size() != 0;
  }
  CellColumns& cells(std::uint32_t series, std::uint32_t level) { return cells_[series][level]; }
  [[nodiscard]] const CellColumns& cells(std::uint32_t series, std::uint32_t level) const {
    return cells_[series][level];
  }
  CellState& state_at(std::uint32_t series, std::uint32_t level, std::uint32_t unit) {
    return cells_[series][level].state(unit - first_[level]);
  }
  void set_number(std::uint32_t series, std::uint32_t level, std::uint32_t unit,
                  CellColumns::Number wanted, double number) {
    cells_[series][level].set_number(wanted, unit - first_[level], number);
  }
  void set(std::uint32_t series, std::uint32_t level, std::uint32_t unit, const Cell& cell) {
    cells_[series][level].set(unit - first_[level], cell);
  }
  [[nodiscard]] const ItemCell* item(std::uint32_t item, std::uint32_t level,
                                     std::uint32_t unit) const {
    const auto& cells = items_[item][level];
    return cells.empty() ? nullptr : &cells[unit - first_[level]];
  }
  ItemCell& item_at(std::uint32_t item, std::uint32_t level, std::uint32_t unit) {
    return items_[item][level][unit - first_[level]];
  }

 private:
  std::vector<std::uint32_t> first_;
  std::vector<std::vector<CellColumns>> cells_;            // series, level
  std::vector<std::vector<std::vector<ItemCell>>> items_;  // item, level, unit
};

/// A fault of the data, for the table `checks`.
struct CheckRow {
  std::string table;
  std::string unit;
  std::string object;
  std::string check;
  std::string effect;  // reported, missing, left_out, refused
  Text message;
};

}  // namespace tijian
