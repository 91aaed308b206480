// Values beside every yardstick: all targets that apply, not only the one that judged, and the peer
// cities.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/assessment_data.hpp"
#include "tijian/kernels/tile.hpp"
#include "tijian/target_text.hpp"
#include "tijian/unit_evaluation.hpp"

namespace tijian {

/// One value beside one yardstick.
struct Comparison {
  std::uint32_t unit = 0;
  std::uint32_t series = 0;
  double value = 0;
  // A target: its place among the series' targets, else no_index.
  std::uint32_t target = no_index;
  EvaluatedTarget bounds;
  bool used = false;  // the target that decided the verdict
  // A peer city, else no_index.
  std::uint32_t peer = no_index;
  double peer_value = null_number;
  /// Value − target (the nearer bound of a range; 0 inside it), or value − the peer's.
  double difference = null_number;
  std::optional<bool> met;  // null beside a peer
};

/// Makes the rows: per unit and series whose value counts, first its targets as the framework lists
/// them, then – for cities – its peers by id. A target is listed where its condition holds and its
/// bounds are known. A peer city has rows for its own targets, and none beside other peers.
class Comparisons {
 public:
  explicit Comparisons(const AssessmentData& data)
      : data_(data), plan_(*data.plan), units_(data.units) {
    const auto top = static_cast<std::uint32_t>(units_.level_count()) - 1;
    for (std::uint32_t unit = units_.first_of_level(top); unit < units_.first_of_level(top + 1);
         ++unit)
      if (data_.is_peer(unit)) peers_.push_back(unit);
  }

  [[nodiscard]] std::vector<Comparison> rows() const {
    std::vector<Comparison> rows;
    for (std::uint32_t s = 0; s < plan_.series.size(); ++s)
      for (const std::uint32_t level : plan_.series[s].levels) add_level(s, level, rows);
    std::stable_sort(rows.begin(), rows.end(), [](const Comparison& a, const Comparison& b) {
      return std::pair(a.unit, a.series) < std::pair(b.unit, b.series);
    });
    return rows;
  }

 private:
  void add_level(std::uint32_t s, std::uint32_t level, std::vector<Comparison>& rows) const {
    const SeriesPlan& series = plan_.series[s];
    const auto& targets = targets_of(plan_, series);
    const std::uint32_t last = units_.first_of_level(level + 1);
    const bool top = level + 1 == units_.level_count();
    if (series.targets.empty() && (!top || peers_.empty())) return;
    std::vector<formula::NodeId> nodes;
    for (const TargetPlan& target : series.targets) append_nodes(target, nodes);
    UnitEvaluation evaluation(data_, level, nodes);
    for (std::uint32_t at = units_.first_of_level(level); at < last;) {
      const std::size_t count = std::min<std::size_t>(kernels::tile_rows, last - at);
      evaluation.run(at, count);
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t unit = at + static_cast<std::uint32_t>(i);
        const Cell cell = *data_.results.cell(s, level, unit);
        if (is_null(value_in(s, unit))) continue;
        for (std::uint32_t t = 0; t < series.targets.size(); ++t)
          if (const auto bounds = target_in_unit(evaluation, series.targets[t], targets[t].op, i))
            rows.push_back(beside_target(s, unit, cell, t, *bounds));
        if (top && !data_.is_peer(unit)) add_peers(s, unit, rows);
      }
      at += static_cast<std::uint32_t>(count);
    }
  }

  [[nodiscard]] double value_in(std::uint32_t s, std::uint32_t unit) const {
    return data_.results.field(s, units_.level(unit), unit, Field::value);
  }

  [[nodiscard]] static Comparison beside_target(std::uint32_t s, std::uint32_t unit,
                                                const Cell& cell, std::uint32_t target,
                                                const EvaluatedTarget& bounds) {
    Comparison row;
    row.unit = unit;
    row.series = s;
    row.value = cell.value;
    row.target = target;
    row.bounds = bounds;
    row.used = cell.target_index == static_cast<int>(target);
    row.met = satisfies(cell.value, bounds);
    double reference = bounds.value;
    if (bounds.op == Operator::between) reference = std::clamp(cell.value, bounds.low, bounds.high);
    row.difference = cell.value - reference;
    return row;
  }

  void add_peers(std::uint32_t s, std::uint32_t unit, std::vector<Comparison>& rows) const {
    for (const std::uint32_t peer : peers_) {
      Comparison row;
      row.unit = unit;
      row.series = s;
      row.value = value_in(s, unit);
      row.peer = peer;
      row.peer_value = value_in(s, peer);
      if (is_null(row.peer_value)) continue;
      row.difference = row.value - row.peer_value;
      rows.push_back(row);
    }
  }

  const AssessmentData& data_;
  const PlanData& plan_;
  const Units& units_;
  std::vector<std::uint32_t> peers_;
};

}  // namespace tijian
