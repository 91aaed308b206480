// The aggregate state of one table: for each key (a unit's id) the slots of its plan, all of fixed
// size and merging exactly, so that no order of rows, batches, threads or processes can be seen.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tijian/bytes.hpp"
#include "tijian/data_messages.hpp"
#include "tijian/formula/evaluator.hpp"
#include "tijian/issue.hpp"
#include "tijian/kernels/exact_sum.hpp"
#include "tijian/kernels/kernel_table.hpp"
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

/// A sum as it is saved: in the small form wherever its total fits it, however it came about.
struct SavedSum {
  kernels::FixedSum fixed;  // or
  std::optional<kernels::WideSum> wide;

  explicit SavedSum(const kernels::WideSum& total) {
    if (const auto small = total.to_fixed())
      fixed = *small;
    else
      wide = total;
  }
  SavedSum(const kernels::FixedSum& sum, const kernels::WideSum* sum_wide) : fixed(sum) {
    if (sum_wide == nullptr) return;
    kernels::WideSum total = *sum_wide;
    total.add(sum);
    *this = SavedSum(total);
  }
  [[nodiscard]] kernels::WideSum total() const {
    kernels::WideSum total = wide ? *wide : kernels::WideSum();
    if (!wide) total.add(fixed);
    return total;
  }
};

template <class Archive>
void fields(Archive& archive, Archived<Archive, SavedSum>& sum) {
  bool is_wide = sum.wide.has_value();
  archive.flag(is_wide);
  if (!is_wide) {
    auto high = static_cast<std::uint64_t>(sum.fixed.high);
    archive.word(sum.fixed.low);
    archive.word(high);
    if constexpr (Archive::reads) sum.fixed.high = static_cast<std::int64_t>(high);
    return;
  }
  kernels::WideSum::Limbs limbs = sum.wide ? sum.wide->limbs() : kernels::WideSum::Limbs{};
  for (std::uint64_t& limb : limbs) archive.word(limb);
  if constexpr (Archive::reads) {
    sum.wide = kernels::WideSum::from_limbs(limbs);
    archive.require(!sum.wide->to_fixed(), saved_faults::form);
  }
}

class TableState {
 public:
  explicit TableState(const TablePlan& plan) : layout_(plan), table_(plan.id) {}

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
    value += 0.0;  // of -0 and 0 the first would be kept, whichever came first
    if (std::isnan(kept) || (layout_.minimum[extreme] ? value < kept : value > kept)) kept = value;
  }

  /// Adds an exact sum of several numbers.
  void add(std::uint32_t row, std::uint32_t slot, const kernels::SumParts& sum) {
    const std::size_t place = at(row, layout_.sums, slot);
    for (const double part : {sum.whole, sum.rest})
      if (!sums_[place].add(part)) wide_[place].add(part);
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
  /// rows go. Throws bad_alloc, or DataError where a count would exceed 2^53; then nothing has
  /// changed.
  std::vector<std::uint32_t> prepare(const TableState& other) {
    const std::size_t before = keys_.size();
    std::vector<std::uint32_t> target(other.rows());
    try {
      for (std::size_t r = 0; r < other.rows(); ++r) {
        target[r] = row(other.keys_[r]);
        refuse_overflow(target[r], other, r);
      }
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

  // ---- saving -----------------------------------------------------------------------------------

  /// How many slots of each kind there are, and which extremes are maxima: what a plan says of its
  /// table's state, so only compared.
  template <class Archive>
  void layout_fields(Archive& archive) const {
    archive.same(layout_.counts);
    archive.same(layout_.sums);
    archive.same(layout_.squares);
    archive.same(layout_.extremes);
    for (const bool minimum : layout_.minimum)
      archive.same(static_cast<std::uint8_t>(minimum ? 0 : 1));
  }

  /// What a row takes when saved, at least.
  [[nodiscard]] std::size_t smallest_row() const {
    return 8 + std::size_t{8} * layout_.counts + std::size_t{17} * layout_.sums +
           std::size_t{25} * layout_.squares + layout_.extremes;
  }

  /// The content of a row in its one canonical form.
  template <class Archive>
  static void fields(Archive& archive, Archived<Archive, TableState>& state, std::uint32_t row) {
    const SlotLayout& layout = state.layout_;
    for (std::uint32_t c = 0; c < layout.counts; ++c)
      archive.integer(state.counts_[std::size_t{row} * layout.counts + c], 0, largest_count);
    for (std::uint32_t s = 0; s < layout.sums; ++s) {
      const std::size_t place = std::size_t{row} * layout.sums + s;
      const auto wide = state.wide_.find(place);
      SavedSum sum(state.sums_[place], wide == state.wide_.end() ? nullptr : &wide->second);
      tijian::fields(archive, sum);
      if constexpr (Archive::reads) {
        state.sums_[place] = sum.fixed;
        if (sum.wide) state.wide_[place] = *sum.wide;
      }
    }
    for (std::uint32_t s = 0; s < layout.squares; ++s) {
      auto& squares = state.squares_[std::size_t{row} * layout.squares + s];
      SavedSum sum(squares.sum);
      tijian::fields(archive, sum);
      if constexpr (Archive::reads) squares.sum = sum.total();
      archive.integer(squares.outside, 0, largest_count);
    }
    for (std::uint32_t e = 0; e < layout.extremes; ++e) {
      auto& kept = state.extremes_[std::size_t{row} * layout.extremes + e];
      bool there = !std::isnan(kept);
      archive.flag(there);
      if (!there) continue;
      double value = kept + 0.0;
      archive.number(value);
      archive.require(value != 0 || !std::signbit(value), saved_faults::form);
      if constexpr (Archive::reads) kept = value;
    }
  }

  /// Whether no count of the row is above that of `rows_slot`, which is not 0: a key is there
  /// because of its rows, and each count is of some of them.
  [[nodiscard]] bool counts_agree(std::uint32_t row, std::uint32_t rows_slot) const {
    const std::int64_t rows = counted(row, rows_slot);
    if (rows <= 0) return false;
    for (std::uint32_t c = 0; c < layout_.counts; ++c)
      if (counts_[std::size_t{row} * layout_.counts + c] > rows) return false;
    for (std::uint32_t s = 0; s < layout_.squares; ++s)
      if (squares_[std::size_t{row} * layout_.squares + s].outside > rows) return false;
    return true;
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

  /// Both sides are at most 2^53, so that adding them up cannot overflow.
  void refuse_overflow(std::uint32_t to, const TableState& other, std::size_t from) const {
    bool fits = true;
    for (std::uint32_t c = 0; c < layout_.counts; ++c)
      fits = fits && counts_[std::size_t{to} * layout_.counts + c] +
                             other.counts_[from * layout_.counts + c] <=
                         largest_count;
    for (std::uint32_t s = 0; s < layout_.squares; ++s)
      fits = fits && squares_[std::size_t{to} * layout_.squares + s].outside +
                             other.squares_[from * layout_.squares + s].outside <=
                         largest_count;
    if (!fits)
      throw DataError({make_issue(data_messages::too_many_rows, table_ + "/" + keys_[to],
                                  {{"table", table_}})});
  }

  void resize(std::size_t rows) {
    counts_.resize(rows * layout_.counts);
    sums_.resize(rows * layout_.sums);
    squares_.resize(rows * layout_.squares);
    extremes_.resize(rows * layout_.extremes, std::numeric_limits<double>::quiet_NaN());
  }

  SlotLayout layout_;
  std::string table_;  // its id
  std::vector<std::string> keys_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> index_;
  std::vector<std::int64_t> counts_;
  std::vector<kernels::FixedSum> sums_;
  std::map<std::size_t, kernels::WideSum> wide_;  // by place in sums_, only where one is needed
  std::vector<Squares> squares_;
  std::vector<double> extremes_;
};

}  // namespace tijian
