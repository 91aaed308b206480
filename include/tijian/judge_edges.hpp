// The numbers at which the verdict and the default severity of an indicator with a fixed target
// change, for judging many units at once (kernels/classify_rows.hpp).
//
// Found by bisection over the doubles with the rules of judge.hpp themselves, so that judging by
// edges cannot differ from judging value by value. Bisection is right because shortfall and gap are
// each one or two rounded operations that grow with the distance from the target.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "tijian/judge.hpp"
#include "tijian/kernels/cell_class.hpp"

namespace tijian {

namespace edges_detail {

inline constexpr double largest = std::numeric_limits<double>::max();

/// Doubles numbered in their order: neighbours differ by 1, -0 and 0 have the same number.
[[nodiscard]] constexpr std::int64_t place_of(double value) noexcept {
  const auto bits = std::bit_cast<std::int64_t>(value < 0 ? -value : value == 0 ? 0.0 : value);
  return value < 0 ? -bits : bits;
}

[[nodiscard]] constexpr double at_place(std::int64_t place) noexcept {
  return place < 0 ? -std::bit_cast<double>(-place) : std::bit_cast<double>(place);
}

/// The finite double nearest to `from` on the way to `end` for which `holds` does, or none. From
/// the first that holds on all must hold.
template <class Holds>
[[nodiscard]] std::optional<double> first_where(double from, double end, const Holds& holds) {
  if (!holds(end)) return std::nullopt;
  if (holds(from)) return from;
  std::int64_t no = place_of(from);
  std::int64_t yes = place_of(end);
  for (;;) {
    // Places lie within ±2^63: halves first, so that nothing overflows.
    const std::int64_t middle = no / 2 + yes / 2 + (no % 2 + yes % 2) / 2;
    if (middle == no || middle == yes) return at_place(yes);
    (holds(at_place(middle)) ? yes : no) = middle;
  }
}

}  // namespace edges_detail

/// The edges for a floor or a guiding indicator that has data, no items and no severity conditions:
/// what `judge` and `choose_severity` say of each value by the target and the gap. A target that no
/// number can meet counts as none, as in `judge`.
[[nodiscard]] inline kernels::ClassEdges class_edges(const EvaluatedTarget& target, bool floor,
                                                     std::optional<double> gap_base) {
  kernels::ClassEdges edges;
  if (!can_be_met(target)) {
    edges.has_target = false;
    return edges;
  }
  constexpr double infinity = kernels::ClassEdges::infinity;
  constexpr double largest = edges_detail::largest;
  const auto unmet = [&](double value) { return !satisfies(value, target); };
  const auto gap_of = [&](double value) { return gap(distance(value, target), gap_base); };
  const auto unknown = [&](double value) { return !gap_of(value).has_value(); };
  const auto severity = [&](double value) { return default_severity(gap_of(value), floor, 3); };
  edges.unknown = static_cast<kernels::CellClass>(static_cast<int>(kernels::CellClass::moderate) +
                                                  default_severity(std::nullopt, floor, 3));

  // One side: from the bound outwards to the last double, `end`.
  const auto find = [&](double bound, double end, double(&side)[3], double& unknown_edge) {
    // `side` says "beyond": the last double that is still within.
    const auto within = [&](double first_beyond) {
      return std::nextafter(first_beyond, end < 0 ? infinity : -infinity);
    };
    const auto first_unmet = edges_detail::first_where(bound, end, unmet);
    if (!first_unmet) return;
    side[0] = within(*first_unmet);
    // From where the gap is no number on its severity is that of no gap, known or not.
    double last_known = end;
    if (const auto first_unknown = edges_detail::first_where(*first_unmet, end, unknown)) {
      unknown_edge = within(*first_unknown);
      last_known = unknown_edge;
    }
    // With no known gap, all beyond side[0] is beyond unknown_edge.
    if (unmet(last_known)) {
      for (int level = 1; level <= 2; ++level) {
        const auto first = edges_detail::first_where(
            *first_unmet, last_known, [&](double value) { return severity(value) >= level; });
        if (first) side[level] = within(*first);
      }
    }
  };
  const double low = target.op == Operator::between ? target.low : target.value;
  const double high = target.op == Operator::between ? target.high : target.value;
  if (target.op != Operator::less_equal && target.op != Operator::less) {
    find(low, -largest, edges.low, edges.unknown_below);
  }
  if (target.op != Operator::greater_equal && target.op != Operator::greater) {
    find(high, largest, edges.high, edges.unknown_above);
  }
  return edges;
}

}  // namespace tijian
