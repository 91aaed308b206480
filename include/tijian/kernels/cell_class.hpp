// The class of one unit x indicator, and the numbers at which it changes.
//
// Shortfall and gap grow with the distance from the target, and rounding keeps that order, so the
// severity of an indicator with a fixed target changes at a few numbers only. Found once per
// indicator, exactly (judge_edges.hpp), they replace all arithmetic per cell by comparisons.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "tijian/kernels/number_column.hpp"

namespace tijian::kernels {

/// What judging one value gives: from `moderate` on it is a problem.
enum class CellClass : std::uint8_t { no_data, no_target, met, moderate, serious, critical };

inline constexpr std::size_t cell_classes = 6;

/// Beyond which numbers a value of one indicator is of which class. A present value is unmet below
/// `low[0]` or above `high[0]`, at least serious beyond the second, critical beyond the third. The
/// edges of a side are in order, away from the target; infinite where nothing lies beyond.
struct ClassEdges {
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  bool has_target = true;  ///< false: present values are of class `no_target`
  double low[3] = {-infinity, -infinity, -infinity};
  double high[3] = {infinity, infinity, infinity};
  /// Still farther out the gap is no finite number any more, and therefore unknown.
  double unknown_below = -infinity;
  double unknown_above = infinity;
  CellClass unknown = CellClass::moderate;  ///< the class of an unknown gap
  bool operator==(const ClassEdges&) const = default;
};

/// The class of one value by its edges; a value that is not finite is no data.
[[nodiscard]] constexpr CellClass classify(double value, const ClassEdges& edges) noexcept {
  if (!(value - value == 0)) return CellClass::no_data;
  if (!edges.has_target) return CellClass::no_target;
  if (value < edges.unknown_below || value > edges.unknown_above) return edges.unknown;
  auto level = static_cast<std::uint8_t>(CellClass::met);
  for (int i = 0; i < 3; ++i) {
    if (value < edges.low[i] || value > edges.high[i]) ++level;
  }
  return static_cast<CellClass>(level);
}

/// Units x indicators to be classified, and where to. Every output may be left out (null). Plain
/// pointers, because code that is compiled for one CPU must not instantiate the standard library's
/// templates, which the linker would share with all other code.
struct ClassifyJob {
  const NumberColumn* columns = nullptr;  ///< one per indicator
  const ClassEdges* edges = nullptr;      ///< one per column
  std::size_t column_count = 0;           ///< at most 65,535
  /// One column of CellClass per indicator, or null.
  std::uint8_t* const* classes = nullptr;
  /// Per unit: how many of its indicators are of the class.
  std::uint16_t* counts[cell_classes] = {};
  std::uint16_t* problems = nullptr;  ///< per unit: moderate, serious and critical together
  /// Per unit the row of the totals it counts in, such as its block; null: all in row 0. Fastest
  /// where units of one group follow each other, right in any order.
  const std::uint32_t* groups = nullptr;
};

/// Where the total of group x column x class stands in the totals.
[[nodiscard]] constexpr std::size_t total_index(std::size_t group, std::size_t column,
                                                CellClass cell_class,
                                                std::size_t column_count) noexcept {
  return (group * column_count + column) * cell_classes + static_cast<std::size_t>(cell_class);
}

}  // namespace tijian::kernels
