// The states of one table for every unit from the table's level up: a unit's slots are its own
// rows' and those of all units beneath it.
#pragma once

#include <optional>
#include <vector>

#include "tijian/table_state.hpp"
#include "tijian/units.hpp"

namespace tijian {

class RolledTable {
 public:
  RolledTable() = default;

  /// Rolls up `base`, whose rows belong to `unit_of_row` (`no_index`: left out). `base` must
  /// outlive this.
  RolledTable(const TablePlan& plan, const Units& units, const TableState& base,
              const std::vector<std::uint32_t>& unit_of_row)
      : base_(&base), upper_(plan) {
    // Rows of the table's own level stay where they are: only what lies above is summed.
    const bool one_level = plan.source != TablePlan::Source::previous;
    first_upper_ = one_level ? units.first_of_level(plan.level + 1) : 0;
    first_own_ = one_level ? units.first_of_level(plan.level) : 0;
    own_row_.assign(first_upper_ - first_own_, no_index);
    upper_.add_rows(units.size() - first_upper_);
    std::vector<std::uint8_t> has_rows(units.size() - first_upper_, 0);
    for (std::uint32_t row = 0; row < unit_of_row.size(); ++row) {
      const std::uint32_t unit = unit_of_row[row];
      if (unit == no_index) continue;
      if (unit < first_upper_)
        own_row_[unit - first_own_] = row;
      else {
        upper_.merge_row(unit - first_upper_, base, row);
        has_rows[unit - first_upper_] = 1;
      }
    }
    for (std::uint32_t unit = first_own_; unit < first_upper_; ++unit) {
      const std::uint32_t parent = units.parent(unit);
      const std::uint32_t row = own_row_[unit - first_own_];
      if (row == no_index || parent == no_index) continue;
      upper_.merge_row(parent - first_upper_, base, row);
      has_rows[parent - first_upper_] = 1;
    }
    // Parents have higher numbers than their children, so each is complete before it is passed on.
    for (std::uint32_t unit = first_upper_; unit < units.size(); ++unit) {
      const std::uint32_t parent = units.parent(unit);
      if (parent == no_index || has_rows[unit - first_upper_] == 0) continue;
      upper_.merge_row(parent - first_upper_, upper_, unit - first_upper_);
      has_rows[parent - first_upper_] = 1;
    }
  }

  struct Place {
    const TableState* state = nullptr;  // null: no rows
    std::uint32_t row = 0;
  };

  [[nodiscard]] Place at(std::uint32_t unit) const {
    std::uint32_t row = no_index;
    const TableState* state = at(unit, 1, &row);
    if (row == no_index) return {};
    return {state, row};
  }

  /// The same of `count` units of one level: their rows in the state that is returned (never null),
  /// `no_index` for a unit that has none.
  const TableState* at(std::uint32_t first, std::size_t count, std::uint32_t* rows) const {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t unit = first + static_cast<std::uint32_t>(i);
      rows[i] = unit >= first_upper_ ? unit - first_upper_
                : unit < first_own_  ? no_index
                                     : own_row_[unit - first_own_];
    }
    return first >= first_upper_ ? &upper_ : base_;
  }

 private:
  const TableState* base_ = nullptr;
  TableState upper_{TablePlan{}};
  std::uint32_t first_own_ = 0, first_upper_ = 0;
  std::vector<std::uint32_t> own_row_;
};

/// What coverage and provisional verdicts need to know of the units of a table's level beneath a
/// unit (itself included).
struct Beneath {
  double expected = 0;      // rows due: the attribute, or the rows present where there are more
  std::uint32_t units = 0;  // units of the table's level
  std::uint32_t out_of_batch = 0;
  std::uint32_t empty = 0;  // in the batch, without rows
};

/// Adds each unit's content to its parent, from the bottom up.
template <class Content, class Add>
void roll_up(const Units& units, std::vector<Content>& content, Add&& add) {
  for (std::uint32_t unit = 0; unit < units.size(); ++unit)
    if (const std::uint32_t parent = units.parent(unit); parent != no_index)
      add(content[parent], content[unit]);
}

}  // namespace tijian
