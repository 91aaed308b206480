// Units as the leaves of the unit graph: the rows of a tile are units of one level; what a
// condition names is an attribute, a statistic of the rows beneath, or a result worked out before.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tijian/formula/evaluator.hpp"
#include "tijian/plan.hpp"
#include "tijian/results.hpp"
#include "tijian/rollup.hpp"
#include "tijian/units.hpp"

namespace tijian {

class UnitLeaves final : public formula::Leaves {
 public:
  /// `tables` by TablePlan; null where a table is not rolled up yet.
  UnitLeaves(const PlanData& plan, const Units& units, const Results& results,
             const std::vector<const RolledTable*>& tables, int year, std::uint32_t level,
             const TablePlan* rows_of = nullptr)
      : plan_(plan),
        units_(units),
        results_(results),
        tables_(tables),
        year_(year),
        level_(level),
        rows_of_(rows_of) {}

  const double* number(std::uint32_t leaf, std::size_t first, std::size_t rows,
                       kernels::NumberTile& tile) override {
    const UnitLeaf& wanted = leaf_of(leaf);
    if (wanted.kind == UnitLeaf::Kind::statistic)
      statistics(wanted, unit_of(first), rows, tile.values);
    else
      for (std::size_t i = 0; i < rows; ++i)
        tile.values[i] = number_of(wanted, unit_of(first + i)) + 0.0;
    for (std::size_t at = 0; at < rows; at += 64) {
      const std::size_t count = std::min<std::size_t>(64, rows - at);
      std::uint64_t known = 0;
      for (std::size_t i = 0; i < count; ++i)
        known |= static_cast<std::uint64_t>(!is_null(tile.values[at + i])) << i;
      tile.valid[at / 64] = known;
    }
    return tile.values;
  }

  void boolean(std::uint32_t leaf, std::size_t first, std::size_t rows,
               kernels::BooleanTile& tile) override {
    const UnitLeaf& wanted = leaf_of(leaf);
    tile.valid.fill(0);
    tile.value.fill(0);
    for (std::size_t i = 0; i < rows; ++i) {
      int value = -1;
      if (wanted.kind == UnitLeaf::Kind::attribute)
        value = units_.boolean(wanted.index, unit_of(first + i));
      else if (const auto& parameter = plan_.parameter_values[wanted.index].boolean)
        value = *parameter ? 1 : 0;
      if (value >= 0) kernels::set_row(tile.valid, i);
      if (value > 0) kernels::set_row(tile.value, i);
    }
  }

  void text(std::uint32_t leaf, std::size_t first, std::size_t rows,
            kernels::TextTile& tile) override {
    const UnitLeaf& wanted = leaf_of(leaf);
    tile.valid.fill(0);
    for (std::size_t i = 0; i < rows; ++i) {
      const auto value = text_of(wanted, unit_of(first + i));
      if (!value) continue;
      tile.values[i] = *value;
      kernels::set_row(tile.valid, i);
    }
  }

 private:
  [[nodiscard]] const UnitLeaf& leaf_of(std::uint32_t leaf) const {
    return plan_.unit_leaves[rows_of_ == nullptr ? leaf : rows_of_->leaves[leaf].index];
  }
  [[nodiscard]] std::uint32_t unit_of(std::size_t row) const {
    return units_.first_of_level(level_) + static_cast<std::uint32_t>(row);
  }

  void statistics(const UnitLeaf& leaf, std::uint32_t first, std::size_t count,
                  double* numbers) const {
    const formula::Statistic& statistic =
        plan_.tables[leaf.table].aggregates.statistics[leaf.index];
    const RolledTable* table = tables_[leaf.table];
    if (table == nullptr) {
      std::fill_n(numbers, count,
                  statistic.kind == formula::StatisticKind::count ? 0 : null_number);
      return;
    }
    std::array<std::uint32_t, kernels::tile_rows> rows;
    table->at(first, count, rows.data())->statistic(rows.data(), count, statistic, numbers);
  }

  [[nodiscard]] double number_of(const UnitLeaf& leaf, std::uint32_t unit) const {
    switch (leaf.kind) {
      case UnitLeaf::Kind::attribute: return units_.number(leaf.index, unit);
      case UnitLeaf::Kind::parameter:
        return plan_.parameter_values[leaf.index].number.value_or(null_number);
      case UnitLeaf::Kind::year: return year_;
      case UnitLeaf::Kind::result: return results_.field(leaf.index, level_, unit, leaf.field);
      case UnitLeaf::Kind::item_value: {
        const ItemCell* item = results_.item(leaf.index, level_, unit);
        const CellState* state = results_.state(
            plan_.series_of_indicator[plan_.items[leaf.index].indicator], level_, unit);
        if (item == nullptr || state == nullptr || !value_counts(state->judgement.verdict))
          return null_number;
        return item->value;
      }
      default: return null_number;
    }
  }

  [[nodiscard]] std::optional<std::string_view> text_of(const UnitLeaf& leaf,
                                                        std::uint32_t unit) const {
    static constexpr std::string_view letters[] = {"", "A", "B", "C", "D", "E"};
    switch (leaf.kind) {
      case UnitLeaf::Kind::attribute: {
        const std::string* text = units_.text(leaf.index, unit);
        if (text == nullptr) return std::nullopt;
        return *text;
      }
      case UnitLeaf::Kind::parameter: return plan_.parameter_values[leaf.index].text;
      case UnitLeaf::Kind::id: return units_.id(unit);
      case UnitLeaf::Kind::name: return units_.name(unit);
      case UnitLeaf::Kind::level: return plan_.framework.levels[level_].id;
      case UnitLeaf::Kind::result: {
        const CellState* cell = results_.state(leaf.index, level_, unit);
        if (cell == nullptr) return std::nullopt;
        switch (leaf.field) {
          case Field::verdict: return name(cell->judgement.verdict);
          case Field::severity:
            if (cell->severity < 0) return std::nullopt;
            return plan_.framework.severities[static_cast<std::size_t>(cell->severity)].id;
          case Field::grade:
            if (cell->grade < 0) return std::nullopt;
            return grade_names[static_cast<std::size_t>(cell->grade)];
          case Field::evidence:
            if (cell->evidence == 0) return std::nullopt;
            return letters[cell->evidence];
          default: return std::nullopt;
        }
      }
      default: return std::nullopt;
    }
  }

  const PlanData& plan_;
  const Units& units_;
  const Results& results_;
  const std::vector<const RolledTable*>& tables_;
  int year_;
  std::uint32_t level_;
  const TablePlan* rows_of_;
};

}  // namespace tijian
