// What assess works out: one cell per unit × series (indicator or component) and per unit × item,
// in plain numbers; texts are made when a table is asked for.
#pragma once

#include <cstdint>
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

/// One unit × series. Numbers are null_number where there are none.
struct Cell {
  double value = null_number;  // what the formula or the entry gives, whatever the verdict
  double numerator = null_number, denominator = null_number;
  double target = null_number, low = null_number, high = null_number;
  double shortfall = null_number, gap = null_number, deficit = null_number;
  double coverage = null_number;
  double previous = null_number, reported = null_number, survey = null_number;
  std::int64_t rows = 0, known = 0;
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
        cells_[s][l].resize(first_[l + 1] - first_[l]);
    }
    items_.resize(plan.items.size());
    for (std::size_t k = 0; k < plan.items.size(); ++k) {
      const SeriesPlan& series = plan.series[plan.series_of_indicator[plan.items[k].indicator]];
      items_[k].resize(levels);
      for (const std::uint32_t l : series.levels) items_[k][l].resize(first_[l + 1] - first_[l]);
    }
  }

  /// The cell, or null where the indicator has no row on the unit's level.
  [[nodiscard]] const Cell* cell(std::uint32_t series, std::uint32_t level,
                                 std::uint32_t unit) const {
    const auto& cells = cells_[series][level];
    return cells.empty() ? nullptr : &cells[unit - first_[level]];
  }
  Cell& cell_at(std::uint32_t series, std::uint32_t level, std::uint32_t unit) {
    return cells_[series][level][unit - first_[level]];
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
  std::vector<std::vector<std::vector<Cell>>> cells_;      // series, level, unit
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
