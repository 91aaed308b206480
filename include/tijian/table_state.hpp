// The aggregate state of one table: for each key (a unit's id) the slots of its plan, all of fixed
// size and merging exactly, so that no order of rows, batches, threads or processes can be seen.
#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tijian/formula/evaluator.hpp"
#include "tijian/kernels/exact_sum.hpp"
#include "tijian/kernels/tile.hpp"
#include "tijian/kernels/variance.hpp"
#include "tijian/plan.hpp"

namespace tijian {

/// Where each slot of a table lies in its state.
struct SlotLayout {
  explicit SlotLayout(const TablePlan& plan) {
    for (const formula::Slot& slot : plan.aggregates.slots) {
      switch (slot.function) {
        case formula::SlotFunction::count: place.push_back(counts++); break;
        case formula::SlotFunction::sum: place.push_back(sums++); break;
        case formula::SlotFunction::sum_squares: place.push_back(squares++); break;
        case formula::SlotFunction::minimum:
        case formula::SlotFunction::maximum:
          minimum.push_back(slot.function == formula::SlotFunction::minimum);
          place.push_back(extremes++);
          break;
      }
    }
  }
  std::vector<std::uint32_t> place;
  std::vector<bool> minimum;  // by extreme
  std::uint32_t counts = 0, sums = 0, squares = 0, extremes = 0;
};

class TableState {
 public:
  explicit TableState(const TablePlan& plan) : layout_(plan) {}

  [[nodiscard]] std::size_t rows() const { return keys_.size(); }
  [[nodiscard]] const std::string& key(std::size_t row) const { return keys_[row]; }

  /// The row of a key, made (empty) where it is new.
  std::uint32_t row(std::string_view key) {
    if (const auto at = index_.find(key); at != index_.end()) return at->second;
    const auto row = static_cast<std::uint32_t>(keys_.size());
    keys_.emplace_back(key);
    try {
      index_.emplace(keys_.back(), row);
      resize(keys_.size());
    } catch (...) {
      index_.erase(keys_.back());
      keys_.pop_back();
      resize(keys_.size());
      throw;
    }
    return row;
  }

  /// `count` rows without keys, for dense states over units.
  void add_rows(std::size_t count) {
    keys_.resize(count);
    resize(count);
  }

  // ---- adding rows ------------------------------------------------------------------------------

  void count(std::uint32_t row, std::uint32_t slot, std::int64_t rows) {
    counts_[at(row, layout_.counts, slot)] += rows;
  }
  void add(std::uint32_t row, std::uint32_t slot, double value) {
    const std::size_t place = at(row, layout_.sums, slot);
    if (!sums_[place].add(value)) wide_[place].add(value);
  }
  void add_square(std::uint32_t row, std::uint32_t slot, double value) {
    Squares& squares = squares_[at(row, layout_.squares, slot)];
    if (!squares.sum.add_square(value)) ++squares.outside;
  }
  void include(std::uint32_t row, std::uint32_t slot, double value) {
    const std::uint32_t extreme = layout_.place[slot];
    double& kept = extremes_[std::size_t{row} * layout_.extremes + extreme];
    if (std::isnan(kept) || (layout_.minimum[extreme] ? value < kept : value > kept)) kept = value;
  }

  /// Adds rows [first, first + rows) of a tile, all of key row `row`, to one slot.
  void add_run(std::uint32_t row, std::uint32_t slot, formula::SlotFunction function,
               const kernels::Mask& mask, const double* values, std::size_t first,
               std::size_t rows) {
    switch (function) {
      case formula::SlotFunction::count:
        count(row, slot, static_cast<std::int64_t>(kernels::count_rows(mask, first, rows)));
        break;
      case formula::SlotFunction::sum: {
        const std::size_t place = at(row, layout_.sums, slot);
        kernels::add_run(sums_[place], values, mask.data(), first, rows,
                         [&](double value) { wide_[place].add(value); });
        break;
      }
      case formula::SlotFunction::sum_squares:
        kernels::for_each_set_row(mask, first, rows,
                                  [&](std::size_t i) { add_square(row, slot, values[i]); });
        break;
      case formula::SlotFunction::minimum:
      case formula::SlotFunction::maximum:
        kernels::for_each_set_row(mask, first, rows,
                                  [&](std::size_t i) { include(row, slot, values[i]); });
        break;
    }
  }

  // ---- merging ----------------------------------------------------------------------------------

  /// Adds row `from` of `other` (of the same plan) to row `to`.
  void merge_row(std::uint32_t to, const TableState& other, std::uint32_t from) {
    for (std::uint32_t c = 0; c < layout_.counts; ++c)
      counts_[std::size_t{to} * layout_.counts + c] +=
          other.counts_[std::size_t{from} * layout_.counts + c];
    for (std::uint32_t s = 0; s < layout_.sums; ++s) {
      const std::size_t place = std::size_t{to} * layout_.sums + s;
      const std::size_t source = std::size_t{from} * layout_.sums + s;
      if (!sums_[place].add(other.sums_[source])) wide_[place].add(other.sums_[source]);
      if (const auto found = other.wide_.find(source); found != other.wide_.end())
        wide_[place].add(found->second);
    }
    for (std::uint32_t s = 0; s < layout_.squares; ++s) {
      Squares& squares = squares_[std::size_t{to} * layout_.squares + s];
      const Squares& source = other.squares_[std::size_t{from} * layout_.squares + s];
      squares.sum.add(source.sum);
      squares.outside += source.outside;
    }
    for (std::uint32_t e = 0; e < layout_.extremes; ++e) {
      const double value = other.extremes_[std::size_t{from} * layout_.extremes + e];
      double& kept = extremes_[std::size_t{to} * layout_.extremes + e];
      if (!std::isnan(value) &&
          (std::isnan(kept) || (layout_.minimum[e] ? value < kept : value > kept)))
        kept = value;
    }
  }

  /// The first half of a merge: takes all memory that adding `other` needs and returns where its
  /// rows go. Throws bad_alloc; then nothing has changed.
  std::vector<std::uint32_t> prepare(const TableState& other) {
    const std::size_t before = keys_.size();
    std::vector<std::uint32_t> target(other.rows());
    try {
      for (std::size_t r = 0; r < other.rows(); ++r) target[r] = row(other.keys_[r]);
      for (std::size_t r = 0; r < other.rows(); ++r)
        for (std::uint32_t s = 0; s < layout_.sums; ++s) {
          const std::size_t place = std::size_t{target[r]} * layout_.sums + s;
          const std::size_t source = r * layout_.sums + s;
          kernels::FixedSum tried = sums_[place];
          if (!tried.add(other.sums_[source]) || other.wide_.contains(source)) wide_[place];
        }
    } catch (...) {
      forget(before);
      throw;
    }
    return target;
  }

  /// The second half, which cannot fail.
  void commit(const TableState& other, const std::vector<std::uint32_t>& target) {
    for (std::size_t r = 0; r < other.rows(); ++r)
      merge_row(target[r], other, static_cast<std::uint32_t>(r));
  }

  void merge(const TableState& other) { commit(other, prepare(other)); }

  /// Takes back keys that a `prepare` has added and no `commit` has filled.
  void forget(std::size_t rows) {
    while (keys_.size() > rows) {
      index_.erase(keys_.back());
      keys_.pop_back();
    }
    resize(rows);
    wide_.erase(wide_.lower_bound(rows * layout_.sums), wide_.end());
  }

  // ---- reading ----------------------------------------------------------------------------------

  [[nodiscard]] std::int64_t counted(std::uint32_t row, std::uint32_t slot) const {
    return counts_[at(row, layout_.counts, slot)];
  }

  /// A statistic of one row; NaN where it is null.
  [[nodiscard]] double statistic(std::uint32_t row, const formula::Statistic& wanted) const {
    constexpr double null = std::numeric_limits<double>::quiet_NaN();
    const std::int64_t rows = counted(row, wanted.count);
    using formula::StatisticKind;
    switch (wanted.kind) {
      case StatisticKind::count: return static_cast<double>(rows);
      case StatisticKind::sum: {
        if (rows == 0) return null;
        const std::size_t place = at(row, layout_.sums, wanted.value);
        const auto wide = wide_.find(place);
        const double sum =
            kernels::round_sum(sums_[place], wide == wide_.end() ? nullptr : &wide->second);
        return std::isfinite(sum) ? sum : null;
      }
      case StatisticKind::minimum:
      case StatisticKind::maximum: return extreme(row, wanted.value);
      case StatisticKind::variance_sample:
      case StatisticKind::variance_population: {
        const Squares& squares = squares_[at(row, layout_.squares, wanted.squares)];
        if (squares.outside != 0) return null;
        const std::size_t place = at(row, layout_.sums, wanted.value);
        const auto wide = wide_.find(place);
        const auto variance =
            kernels::variance(rows, sums_[place], wide == wide_.end() ? nullptr : &wide->second,
                              squares.sum, wanted.kind == StatisticKind::variance_sample);
        return variance.value_or(null);
      }
    }
    return null;
  }

  /// A minimum or maximum; NaN of no rows.
  [[nodiscard]] double extreme(std::uint32_t row, std::uint32_t slot) const {
    return extremes_[at(row, layout_.extremes, slot)];
  }

  /// Appends the row's content to `bytes` in its one canonical form: a sum is written in the small
  /// form wherever its total fits it, however it came about.
  void append_canonical(std::uint32_t row, std::string& bytes) const {
    const auto append = [&bytes](const auto& value) {
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    };
    for (std::uint32_t c = 0; c < layout_.counts; ++c)
      append(counts_[std::size_t{row} * layout_.counts + c]);
    for (std::uint32_t s = 0; s < layout_.sums; ++s) {
      const std::size_t place = std::size_t{row} * layout_.sums + s;
      kernels::FixedSum fixed = sums_[place];
      const auto wide = wide_.find(place);
      bool is_wide = false;
      kernels::WideSum total;
      if (wide != wide_.end()) {
        total = wide->second;
        total.add(sums_[place]);
        if (const auto small = total.to_fixed())
          fixed = *small;
        else
          is_wide = true;
      }
      append(static_cast<std::uint8_t>(is_wide ? 1 : 0));
      if (is_wide) {
        append(total.limbs());
      } else {
        append(fixed.low);
        append(fixed.high);
      }
    }
    for (std::uint32_t s = 0; s < layout_.squares; ++s) {
      const Squares& squares = squares_[std::size_t{row} * layout_.squares + s];
      append(squares.sum.limbs());
      append(squares.outside);
    }
    for (std::uint32_t e = 0; e < layout_.extremes; ++e) {
      const double kept = extremes_[std::size_t{row} * layout_.extremes + e];
      append(static_cast<std::uint8_t>(std::isnan(kept) ? 0 : 1));
      append(std::isnan(kept) ? 0.0 : kept);
    }
  }

 private:
  struct Squares {
    kernels::WideSum sum;
    std::int64_t outside = 0;  // values whose square has no exact form here: the variance is null
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const noexcept {
      return std::hash<std::string_view>{}(key);
    }
  };

  [[nodiscard]] std::size_t at(std::uint32_t row, std::uint32_t stride, std::uint32_t slot) const {
    return std::size_t{row} * stride + layout_.place[slot];
  }

  void resize(std::size_t rows) {
    counts_.resize(rows * layout_.counts);
    sums_.resize(rows * layout_.sums);
    squares_.resize(rows * layout_.squares);
    extremes_.resize(rows * layout_.extremes, std::numeric_limits<double>::quiet_NaN());
  }

  SlotLayout layout_;
  std::vector<std::string> keys_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> index_;
  std::vector<std::int64_t> counts_;
  std::vector<kernels::FixedSum> sums_;
  std::map<std::size_t, kernels::WideSum> wide_;  // by place in sums_, only where one is needed
  std::vector<Squares> squares_;
  std::vector<double> extremes_;
};

}  // namespace tijian
