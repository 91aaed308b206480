// Aggregation of rows whose keys come in any order: a small record for each key, whose cache lines
// are all that a row touches; now and then the records are added to the state.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "tijian/kernels/kernel_table.hpp"
#include "tijian/plan.hpp"
#include "tijian/table_state.hpp"

namespace tijian {

/// The counts and sums of one thread's rows that its state does not have yet. Sums are exact (see
/// kernels::record_grid); so what a key gets does not depend on when it is given to the state.
///
/// Counts are kept in three ways, chosen once by how often their condition holds in the first tile:
/// side by side in the record, or, where it hardly ever holds or hardly ever fails, apart, by the
/// rows in which it does.
class RecordTable {
 public:
  RecordTable(const TablePlan& plan, const kernels::KernelTable& kernels) : kernels_(&kernels) {
    for (std::uint32_t s = 0; s < plan.aggregates.slots.size(); ++s) {
      const formula::SlotFunction function = plan.aggregates.slots[s].function;
      if (function == formula::SlotFunction::count) count_slots_.push_back(s);
      if (function == formula::SlotFunction::sum) sums_.push_back({s, {}, 0});
    }
  }

  /// A sum's values in a tile: `smallest` and `largest` are the magnitudes among them.
  struct Values {
    const double* values;
    const kernels::Mask* mask;
    kernels::MagnitudeRange range;
  };

  [[nodiscard]] const std::vector<std::uint32_t>& count_slots() const { return count_slots_; }
  [[nodiscard]] std::size_t sum_count() const { return sums_.size(); }
  [[nodiscard]] std::uint32_t sum_slot(std::size_t sum) const { return sums_[sum].slot; }

  /// Adds a tile: `keys` by row, rows of the state; masks by count slot; values by sum. Values that
  /// no record takes go to the state at once.
  void add(std::size_t rows, const std::uint32_t* keys,
           const std::vector<const kernels::Mask*>& counts, const std::vector<Values>& sums,
           TableState& state) {
    if (ways_.empty()) choose_ways(rows, counts);
    for (std::size_t i = 0; i < sums.size(); ++i)
      if (sums[i].range.largest >= sums_[i].limit && sums[i].range.largest > 0)
        widen(i, sums[i].range.largest, state);
    grow(state.rows());
    for (std::size_t row = 0; row < rows; ++row) touch(keys[row], state);

    sum_values_.resize(sums.size());
    sum_masks_.resize(sums.size());
    large_.resize(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sum_values_[i] = sums[i].values;
      sum_masks_[i] = sums[i].mask;
      const bool all_fit = sums_[i].grid && sums[i].range.smallest >= sums_[i].grid->smallest;
      if (all_fit || sums[i].range.largest == 0) continue;
      large_[i] = *sums[i].mask;
      kernels::for_each_set_row(*sums[i].mask, rows, [&](std::size_t row) {
        const double value = sums[i].values[row];
        if (sums_[i].grid && (value < 0 ? -value : value) >= sums_[i].grid->smallest) return;
        kernels::clear_row(large_[i], row);
        state.add(keys[row], sums_[i].slot, value);
      });
      sum_masks_[i] = &large_[i];
    }

    kernels::set_first_rows(every_, rows);
    std::fill(count_masks_.begin(), count_masks_.end(), &none_);
    count_masks_[0] = &every_;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (ways_[i].way == Way::beside) {
        count_masks_[ways_[i].place] = counts[i];
        continue;
      }
      for (std::size_t word = 0; word * 64 < rows; ++word) {
        std::uint64_t rest = (*counts[i])[word];
        if (ways_[i].way == Way::fails) rest = ~rest & every_[word];
        for (; rest != 0; rest &= rest - 1) {
          const std::size_t row = word * 64 + static_cast<std::size_t>(std::countr_zero(rest));
          ++rare_[std::size_t{keys[row]} * rare_count_ + ways_[i].place];
        }
      }
    }
    kernels_->add_records({rows, keys, record(0), stride_, sum_values_.data(), sum_masks_.data(),
                           sums.size(), count_masks_.data(), count_masks_.size() / 8});
  }

  /// Gives all to the state.
  void flush(TableState& state) {
    for (const std::uint32_t key : touched_)
      if (rows_since_[key] != 0) give(key, state);
    touched_.clear();
  }

 private:
  enum class Way : std::uint8_t { beside, holds, fails };
  struct CountWay {
    Way way;
    std::uint32_t place;
  };
  struct Sum {
    std::uint32_t slot;
    std::optional<kernels::SumGrid> grid;
    double limit;  // all numbers of the grid are below
  };
  struct alignas(64) Line {
    std::byte bytes[64];
  };

  void choose_ways(std::size_t rows, const std::vector<const kernels::Mask*>& counts) {
    std::uint32_t beside = 1;  // the first count is that of all rows
    for (const kernels::Mask* mask : counts) {
      const std::size_t set = kernels::count_rows(*mask, rows);
      if (set * 8 <= rows)
        ways_.push_back({Way::holds, rare_count_++});
      else if ((rows - set) * 8 <= rows)
        ways_.push_back({Way::fails, rare_count_++});
      else
        ways_.push_back({Way::beside, beside++});
    }
    count_masks_.resize((beside + 7) / 8 * 8);
    counts_at_ = 2 * sizeof(double) * sums_.size();
    const std::size_t bytes = counts_at_ + count_masks_.size() * sizeof(std::uint16_t);
    stride_ = (bytes + sizeof(Line) - 1) / sizeof(Line) * sizeof(Line);
  }

  void grow(std::size_t keys) {
    if (keys <= rows_since_.size()) return;
    const std::size_t size = std::max(keys, 2 * rows_since_.size());
    records_.resize(size * stride_ / sizeof(Line));
    rare_.resize(size * rare_count_);
    rows_since_.resize(size);
  }

  /// A row of this key follows. A record holds less than 4,096 rows: at most 1,024 counted ones,
  /// the 1,024 of a tile in which it was given away, and the 1,024 of the tile that follows.
  void touch(std::uint32_t key, TableState& state) {
    std::uint32_t& rows = rows_since_[key];
    if (rows == kernels::tile_rows) give(key, state);
    if (rows++ != 0) return;
    touched_.push_back(key);
    reset(key);
  }

  [[nodiscard]] std::byte* record(std::size_t key) {
    return reinterpret_cast<std::byte*>(records_.data()) + key * stride_;
  }
  /// Where a sum's `whole` lies in a record, and how far behind it its `rest`.
  [[nodiscard]] std::pair<std::size_t, std::size_t> place_of_sum(std::size_t sum) const {
    const std::size_t group = sum / 8 * 8;
    const std::size_t width = std::min<std::size_t>(8, sums_.size() - group);
    return {sizeof(double) * (2 * group + sum % 8), sizeof(double) * width};
  }

  void reset(std::uint32_t key) {
    std::byte* bytes = record(key);
    std::memset(bytes, 0, stride_);
    for (std::size_t i = 0; i < sums_.size(); ++i)
      if (sums_[i].grid)
        std::memcpy(bytes + place_of_sum(i).first, &sums_[i].grid->anchor, sizeof(double));
  }

  void give(std::uint32_t key, TableState& state) {
    const std::byte* bytes = record(key);
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (!sums_[i].grid) continue;
      kernels::SumParts parts;
      const auto [whole, to_rest] = place_of_sum(i);
      std::memcpy(&parts.whole, bytes + whole, sizeof(double));
      std::memcpy(&parts.rest, bytes + whole + to_rest, sizeof(double));
      parts.whole -= sums_[i].grid->anchor;
      state.add(key, sums_[i].slot, parts);
    }
    const auto beside = [&](std::size_t place) {
      std::uint16_t count;
      std::memcpy(&count, bytes + counts_at_ + place * sizeof count, sizeof count);
      return std::uint32_t{count};
    };
    for (std::size_t i = 0; i < count_slots_.size(); ++i) {
      std::uint32_t count = 0;
      if (ways_[i].way == Way::beside) {
        count = beside(ways_[i].place);
      } else {
        std::uint16_t& rare = rare_[std::size_t{key} * rare_count_ + ways_[i].place];
        count = ways_[i].way == Way::holds ? rare : beside(0) - rare;
        rare = 0;
      }
      state.count(key, count_slots_[i], count);
    }
    rows_since_[key] = 0;
  }

  /// A grid for larger numbers, with room for somewhat larger ones.
  void widen(std::size_t sum, double largest, TableState& state) {
    flush(state);
    sums_[sum].grid = kernels::record_grid(largest * 4);
    sums_[sum].limit = sums_[sum].grid ? sums_[sum].grid->anchor / (1.5 * 0x1p+13)
                                       : std::numeric_limits<double>::infinity();
  }

  const kernels::KernelTable* kernels_;
  std::vector<std::uint32_t> count_slots_;
  std::vector<CountWay> ways_;  // by count slot; empty before the first tile
  std::vector<Sum> sums_;
  std::size_t counts_at_ = 0;  // in a record
  std::size_t stride_ = 0;
  std::uint32_t rare_count_ = 0;
  std::vector<Line> records_;              // by key
  std::vector<std::uint16_t> rare_;        // by key and rare count
  std::vector<std::uint32_t> rows_since_;  // by key: about how many rows its record has
  std::vector<std::uint32_t> touched_;     // keys that have any
  std::vector<const double*> sum_values_;
  std::vector<const kernels::Mask*> sum_masks_;
  std::vector<const kernels::Mask*> count_masks_;
  std::vector<kernels::Mask> large_;
  kernels::Mask every_{};
  kernels::Mask none_{};
};

}  // namespace tijian
