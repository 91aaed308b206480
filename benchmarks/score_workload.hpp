// Units by 53 indicators that are judged and scored: by what rules, and room for what comes out.
// The rules are those of benchmarks/peers/scores.py.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "tijian/judge_edges.hpp"
#include "tijian/score_threads.hpp"
#include "workload.hpp"

namespace tijian::benchmarks {

class ScoreWorkload {
 public:
  static constexpr std::size_t indicators = 53;
  static constexpr std::size_t aspects = 4;
  static constexpr std::size_t units_per_block = 200;

  /// `fill(column, values)` writes the numbers of a column, NaN where null.
  template <class Fill>
  ScoreWorkload(std::size_t units, const Fill& fill) : units_(units), groups_(units) {
    for (std::size_t column = 0; column < indicators; ++column) {
      fill(column, values_.emplace_back(units).data());
      columns_.push_back({values_.back().data(), nullptr, 0});
      class_columns_.push_back(classes_.emplace_back(units).data());
    }
    for (std::size_t unit = 0; unit < units; ++unit)
      groups_[unit] = static_cast<std::uint32_t>(unit / units_per_block);
    for (std::size_t i = 0; i < kernels::cell_classes; ++i) counts_.emplace_back(units);
    for (std::size_t i = 0; i <= aspects; ++i) nodes_.emplace_back(units);
    totals_.resize((units + units_per_block - 1) / units_per_block * indicators *
                   kernels::cell_classes);
    make_rules();
  }

  [[nodiscard]] std::size_t units() const { return units_; }
  [[nodiscard]] double cells() const { return static_cast<double>(units_ * indicators); }
  /// By block, indicator and class; classifying adds to them.
  [[nodiscard]] std::vector<std::uint64_t>& totals() { return totals_; }
  /// Of the units, by class.
  [[nodiscard]] const std::vector<Pages<std::uint16_t>>& counts() const { return counts_; }
  /// The scores of the aspects, and of all.
  [[nodiscard]] const std::vector<Pages<double>>& nodes() const { return nodes_; }

  kernels::CompositeJob composite_job(kernels::Mean mean_of_total) {
    tree_.clear();
    for (std::size_t aspect = 0; aspect < aspects; ++aspect) {
      const std::size_t first = aspect * indicators / aspects;
      const std::size_t last = (aspect + 1) * indicators / aspects;
      tree_.push_back({first, last - first, 1, kernels::Mean::arithmetic, nodes_[aspect].data()});
    }
    tree_.push_back({indicators, aspects, 1, mean_of_total, nodes_[aspects].data()});
    kernels::CompositeJob job;
    job.columns = columns_.data();
    job.rules = rules_.data();
    job.column_count = indicators;
    job.children = children_.data();
    job.nodes = tree_.data();
    job.node_count = tree_.size();
    return job;
  }

  kernels::ClassifyJob classify_job() {
    kernels::ClassifyJob job;
    job.columns = columns_.data();
    job.edges = edges_.data();
    job.column_count = indicators;
    job.classes = class_columns_.data();
    for (std::size_t i = 0; i < kernels::cell_classes; ++i) {
      // No indicator is without a target.
      if (i != static_cast<std::size_t>(kernels::CellClass::no_target))
        job.counts[i] = counts_[i].data();
    }
    job.groups = groups_.data();
    return job;
  }

 private:
  void make_rules() {
    segments_ = kernels::score_segments(
        std::vector<std::pair<double, double>>{{5, 0}, {25, 40}, {50, 60}, {75, 85}, {95, 100}});
    const kernels::ColumnRange range{0, 100};
    for (std::size_t column = 0; column < indicators; ++column) {
      if (column % 3 == 0) rules_.push_back(kernels::min_max_rule(range));
      if (column % 3 == 1) rules_.push_back(kernels::points_rule(segments_));
      if (column % 3 == 2) {
        rules_.push_back(kernels::distance_to_target_rule(range, 90, 1, true));
        rules_.back().factor = 100;
      }
      const double target = 20 + static_cast<double>(column);
      const Operator better = column % 2 == 0 ? Operator::greater_equal : Operator::less_equal;
      edges_.push_back(class_edges({better, target, 0, 0}, column < 20, std::nullopt));
      children_.push_back({column, 1.0 + static_cast<double>(column % 5)});
    }
    for (std::size_t aspect = 0; aspect < aspects; ++aspect)
      children_.push_back({indicators + aspect, 1.0 + static_cast<double>(aspect)});
  }

  std::size_t units_;
  std::vector<Pages<double>> values_;
  std::vector<kernels::NumberColumn> columns_;
  std::vector<kernels::ScoreSegment> segments_;
  std::vector<kernels::NormaliseRule> rules_;
  std::vector<kernels::ClassEdges> edges_;
  std::vector<Pages<std::uint8_t>> classes_;
  std::vector<std::uint8_t*> class_columns_;
  std::vector<Pages<std::uint16_t>> counts_;
  Pages<std::uint32_t> groups_;
  std::vector<std::uint64_t> totals_;
  std::vector<kernels::CompositeChild> children_;
  std::vector<kernels::CompositeNode> tree_;
  std::vector<Pages<double>> nodes_;
};

}  // namespace tijian::benchmarks
