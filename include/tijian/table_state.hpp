// The aggregate state of one table: for each key (a unit's id) the slots of its plan, all of fixed
// size and merging exactly, so that no order of rows, batches, threads or processes can be seen.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/bytes.hpp"
#include "tijian/data_messages.hpp"
#include "tijian/formula/evaluator.hpp"
#include "tijian/issue.hpp"
#include "tijian/kernels/exact_sum.hpp"
#include "tijian/kernels/kernel_table.hpp"
#include "tijian/kernels/prefetch.hpp"
#include "tijian/kernels/tile.hpp"
#include "tijian/kernels/variance.hpp"
#include "tijian/key_index.hpp"
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

/// Rows of a fixed number of bytes in pieces that stay where they are: growing copies nothing.
class RowBlocks {
 public:
  explicit RowBlocks(std::size_t row_bytes) : row_bytes_(row_bytes) {}
  RowBlocks(const RowBlocks& other) : row_bytes_(other.row_bytes_), rows_(other.rows_) {
    for (const auto& block : other.blocks_) {
      blocks_.push_back(make_block());
      std::memcpy(blocks_.back().get(), block.get(), row_bytes_ << block_bits);
    }
  }
  RowBlocks(RowBlocks&& other) noexcept
      : row_bytes_(other.row_bytes_),
        rows_(std::exchange(other.rows_, 0)),
        blocks_(std::move(other.blocks_)) {}
  RowBlocks& operator=(const RowBlocks& other) { return *this = RowBlocks(other); }
  RowBlocks& operator=(RowBlocks&& other) noexcept {
    row_bytes_ = other.row_bytes_;
    rows_ = std::exchange(other.rows_, 0);
    blocks_ = std::move(other.blocks_);
    return *this;
  }

  [[nodiscard]] std::size_t size() const { return rows_; }
  [[nodiscard]] std::byte* operator[](std::size_t row) {
    return blocks_[row >> block_bits].get() + (row & (block_rows - 1)) * row_bytes_;
  }
  [[nodiscard]] const std::byte* operator[](std::size_t row) const {
    return blocks_[row >> block_bits].get() + (row & (block_rows - 1)) * row_bytes_;
  }

  /// A new row of bytes 0.
  std::byte* add() {
    if (rows_ >> block_bits == blocks_.size()) blocks_.push_back(make_block());
    std::byte* row = (*this)[rows_++];
    std::memset(row, 0, row_bytes_);
    return row;
  }
  void keep(std::size_t rows) {
    rows_ = rows;
    blocks_.resize((rows + block_rows - 1) >> block_bits);
  }

 private:
  static constexpr std::size_t block_bits = 8;
  static constexpr std::size_t block_rows = std::size_t{1} << block_bits;

  [[nodiscard]] std::unique_ptr<std::byte[]> make_block() const {
    return std::make_unique_for_overwrite<std::byte[]>(row_bytes_ << block_bits);
  }

  std::size_t row_bytes_;
  std::size_t rows_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
};

class TableState {
 public:
  explicit TableState(const TablePlan& plan)
      : layout_(plan), table_(plan.id), cells_(row_bytes()) {}

  [[nodiscard]] std::size_t rows() const { return cells_.size(); }
  [[nodiscard]] const std::string& key(std::size_t row) const { return keys_[row]; }

  /// The row of a key, made (empty) where it is new.
  std::uint32_t row(std::string_view key) { return row(key, KeyIndex::hash_of(key)); }
  /// Asks for the memory in which `row` will look for a key first.
  TIJIAN_PREFETCHES void prefetch_key(std::uint32_t hash) const { keys_.prefetch(hash); }
  /// The same with the key's `KeyIndex::hash_of`.
  std::uint32_t row(std::string_view key, std::uint32_t hash) {
    if (const std::uint32_t at = keys_.find(key, hash); at != KeyIndex::none) return at;
    keys_.add(key, hash);
    try {
      add_cells();
    } catch (...) {
      keys_.keep(cells_.size());
      throw;
    }
    return static_cast<std::uint32_t>(cells_.size() - 1);
  }

  /// `count` rows without keys, for dense states over units.
  void add_rows(std::size_t count) {
    for (std::size_t row = 0; row < count; ++row) add_cells();
  }

  // ---- adding rows ------------------------------------------------------------------------------

  void count(std::uint32_t row, std::uint32_t slot, std::int64_t rows) {
    counts(row)[layout_.place[slot]] += rows;
  }
  /// The same of several slots.
  void count(std::uint32_t row, const std::vector<std::uint32_t>& slots, const std::int64_t* rows) {
    std::int64_t* kept = counts(row);
    for (std::size_t i = 0; i < slots.size(); ++i) kept[layout_.place[slots[i]]] += rows[i];
  }
  void add(std::uint32_t row, std::uint32_t slot, double value) {
    const std::uint32_t place = layout_.place[slot];
    if (!sums(row)[place].add(value)) wide_[wide_place(row, place)].add(value);
  }
  void add_square(std::uint32_t row, std::uint32_t slot, double value) {
    Squares& squares = this->squares(row)[layout_.place[slot]];
    if (!squares.sum.add_square(value)) ++squares.outside;
  }
  void include(std::uint32_t row, std::uint32_t slot, double value) {
    const std::uint32_t extreme = layout_.place[slot];
    double& kept = extremes(row)[extreme];
    value += 0.0;  // of -0 and 0 the first would be kept, whichever came first
    if (std::isnan(kept) || (layout_.minimum[extreme] ? value < kept : value > kept)) kept = value;
  }

  /// Adds an exact sum of several numbers.
  void add(std::uint32_t row, std::uint32_t slot, const kernels::SumParts& sum) {
    const std::uint32_t place = layout_.place[slot];
    kernels::FixedSum& kept = sums(row)[place];
    for (const double part : {sum.whole, sum.rest})
      if (!kept.add(part)) wide_[wide_place(row, place)].add(part);
  }

  // ---- merging ----------------------------------------------------------------------------------

  /// Adds row `from` of `other` (of the same plan) to row `to`.
  void merge_row(std::uint32_t to, const TableState& other, std::uint32_t from) {
    std::int64_t* counts_to = counts(to);
    const std::int64_t* counts_from = other.counts(from);
    for (std::uint32_t c = 0; c < layout_.counts; ++c) counts_to[c] += counts_from[c];
    kernels::FixedSum* sums_to = sums(to);
    const kernels::FixedSum* sums_from = other.sums(from);
    for (std::uint32_t s = 0; s < layout_.sums; ++s) {
      const kernels::FixedSum& source = sums_from[s];
      if (!sums_to[s].add(source)) wide_[wide_place(to, s)].add(source);
      if (const kernels::WideSum* wide = other.wide(from, s)) wide_[wide_place(to, s)].add(*wide);
    }
    for (std::uint32_t s = 0; s < layout_.squares; ++s) {
      squares(to)[s].sum.add(other.squares(from)[s].sum);
      squares(to)[s].outside += other.squares(from)[s].outside;
    }
    for (std::uint32_t e = 0; e < layout_.extremes; ++e) {
      const double value = other.extremes(from)[e];
      double& kept = extremes(to)[e];
      if (!std::isnan(value) &&
          (std::isnan(kept) || (layout_.minimum[e] ? value < kept : value > kept)))
        kept = value;
    }
  }

  /// The first half of a merge: takes all memory that adding `other` needs and returns where its
  /// rows go. Throws bad_alloc, or DataError where a count would exceed 2^53; then nothing that can
  /// be seen has changed.
  std::vector<std::uint32_t> prepare(const TableState& other) {
    const std::size_t before = rows();
    std::vector<std::uint32_t> target(other.rows());
    try {
      constexpr std::uint32_t ahead = 16;
      for (std::uint32_t r = 0; r < other.rows(); ++r) {
        if (r + ahead < other.rows()) keys_.prefetch(other.keys_.hash(r + ahead));
        target[r] = row(other.keys_[r], other.keys_.hash(r));
        if (target[r] >= before) continue;  // a new row: `other` keeps no count above the limit
        refuse_overflow(target[r], other, r);
        for (std::uint32_t s = 0; s < layout_.sums; ++s) {
          kernels::FixedSum tried = sums(target[r])[s];
          if (!tried.add(other.sums(r)[s])) wide_[wide_place(target[r], s)];
        }
      }
      for (const auto& [place, sum] : other.wide_)
        wide_[wide_place(target[place / layout_.sums], place % layout_.sums)];
    } catch (...) {
      forget(before);
      throw;
    }
    return target;
  }

  /// The second half, which cannot fail. `before`: how many rows there were before the first.
  void commit(const TableState& other, const std::vector<std::uint32_t>& target,
              std::size_t before) {
    for (std::uint32_t r = 0; r < other.rows(); ++r)
      if (target[r] < before)
        merge_row(target[r], other, r);
      else
        std::memcpy(cells_[target[r]], other.cells_[r], row_bytes());
    for (const auto& [place, sum] : other.wide_)
      if (const std::uint32_t to = target[place / layout_.sums]; to >= before)
        wide_.find(wide_place(to, place % layout_.sums))->second = sum;
  }

  void merge(const TableState& other) {
    const std::size_t before = rows();
    commit(other, prepare(other), before);
  }
  void merge(TableState&& other) {
    if (rows() == 0)
      *this = std::move(other);
    else
      merge(static_cast<const TableState&>(other));
  }

  /// Takes back keys that a `prepare` has added and no `commit` has filled.
  void forget(std::size_t rows) {
    if (keys_.size() > rows) keys_.keep(rows);
    cells_.keep(rows);
    wide_.erase(wide_.lower_bound(wide_place(rows, 0)), wide_.end());
  }

  // ---- reading ----------------------------------------------------------------------------------

  [[nodiscard]] std::int64_t counted(std::uint32_t row, std::uint32_t slot) const {
    return counts(row)[layout_.place[slot]];
  }
  /// The same of several rows; 0 for `no_index`.
  void counted(const std::uint32_t* rows, std::size_t count, std::uint32_t slot,
               std::int64_t* numbers) const {
    const std::size_t at = counts_at() + sizeof(std::int64_t) * layout_.place[slot];
    each_row(rows, count, at, at, [&](std::size_t i, const std::byte* row) {
      numbers[i] = row == nullptr ? 0 : *reinterpret_cast<const std::int64_t*>(row + at);
    });
  }

  /// Asks for the memory of a row.
  TIJIAN_PREFETCHES void prefetch(std::uint32_t row) const {
    const std::byte* bytes = cells_[row];
    for (std::size_t at = 0; at < row_bytes(); at += kernels::Prefetch::line)
      kernels::prefetch_line(bytes + at);
  }

  /// A statistic of several rows; NaN where it is null. `no_index` stands for a row of nothing.
  void statistic(const std::uint32_t* rows, std::size_t count, const formula::Statistic& wanted,
                 double* numbers) const {
    constexpr double null = std::numeric_limits<double>::quiet_NaN();
    const std::size_t count_at = counts_at() + sizeof(std::int64_t) * layout_.place[wanted.count];
    const auto counted = [&](const std::byte* row) {
      return *reinterpret_cast<const std::int64_t*>(row + count_at);
    };
    using formula::StatisticKind;
    switch (wanted.kind) {
      case StatisticKind::count:
        each_row(rows, count, count_at, count_at, [&](std::size_t i, const std::byte* row) {
          numbers[i] = row == nullptr ? 0 : static_cast<double>(counted(row));
        });
        return;
      case StatisticKind::sum: {
        const std::uint32_t place = layout_.place[wanted.value];
        const std::size_t sum_at = sizeof(kernels::FixedSum) * place;
        each_row(rows, count, count_at, sum_at, [&](std::size_t i, const std::byte* row) {
          numbers[i] = null;
          if (row == nullptr || counted(row) == 0) return;
          const double sum = kernels::round_sum(
              *reinterpret_cast<const kernels::FixedSum*>(row + sum_at), wide(rows[i], place));
          if (std::isfinite(sum)) numbers[i] = sum;
        });
        return;
      }
      case StatisticKind::minimum:
      case StatisticKind::maximum:
        for (std::size_t i = 0; i < count; ++i)
          numbers[i] = rows[i] == no_index ? null : extreme(rows[i], wanted.value);
        return;
      case StatisticKind::variance_sample:
      case StatisticKind::variance_population:
        for (std::size_t i = 0; i < count; ++i)
          numbers[i] = rows[i] == no_index ? null : variance(rows[i], wanted);
        return;
    }
  }

  /// A minimum or maximum; NaN of no rows.
  [[nodiscard]] double extreme(std::uint32_t row, std::uint32_t slot) const {
    return extremes(row)[layout_.place[slot]];
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
      archive.integer(state.counts(row)[c], 0, largest_count);
    for (std::uint32_t s = 0; s < layout.sums; ++s) {
      SavedSum sum(state.sums(row)[s], state.wide(row, s));
      tijian::fields(archive, sum);
      if constexpr (Archive::reads) {
        state.sums(row)[s] = sum.fixed;
        if (sum.wide) state.wide_[state.wide_place(row, s)] = *sum.wide;
      }
    }
    for (std::uint32_t s = 0; s < layout.squares; ++s) {
      auto& squares = state.squares(row)[s];
      SavedSum sum(squares.sum);
      tijian::fields(archive, sum);
      if constexpr (Archive::reads) squares.sum = sum.total();
      archive.integer(squares.outside, 0, largest_count);
    }
    for (std::uint32_t e = 0; e < layout.extremes; ++e) {
      auto& kept = state.extremes(row)[e];
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
      if (counts(row)[c] > rows) return false;
    for (std::uint32_t s = 0; s < layout_.squares; ++s)
      if (squares(row)[s].outside > rows) return false;
    return true;
  }

 private:
  /// `visit(i, row)` for each row, null for `no_index`. What lies `one` and `other` bytes into a
  /// row is asked for some rows ahead: rows lie in another order than units, so that no hardware
  /// foresees it.
  template <class Visit>
  void each_row(const std::uint32_t* rows, std::size_t count, std::size_t one, std::size_t other,
                Visit&& visit) const {
    constexpr std::size_t ahead = 16;
    for (std::size_t i = 0; i < count; ++i) {
      if (i + ahead < count && rows[i + ahead] != no_index) {
        const std::byte* next = cells_[rows[i + ahead]];
        kernels::prefetch_line(next + one);
        kernels::prefetch_line(next + other);
      }
      visit(i, rows[i] == no_index ? nullptr : cells_[rows[i]]);
    }
  }

  /// NaN where it is null.
  [[nodiscard]] double variance(std::uint32_t row, const formula::Statistic& wanted) const {
    constexpr double null = std::numeric_limits<double>::quiet_NaN();
    const Squares& squares = this->squares(row)[layout_.place[wanted.squares]];
    if (squares.outside != 0) return null;
    const std::uint32_t place = layout_.place[wanted.value];
    return kernels::variance(counted(row, wanted.count), sums(row)[place], wide(row, place),
                             squares.sum, wanted.kind == formula::StatisticKind::variance_sample)
        .value_or(null);
  }

  struct Squares {
    kernels::WideSum sum;
    std::int64_t outside = 0;  // values whose square has no exact form here: the variance is null
  };

  // A row holds sums, squares, counts and extremes, in this order. All of them are types whose
  // objects come into being in the memory of a new array of bytes, which is aligned for them.
  static_assert(alignof(Squares) <= alignof(std::max_align_t) && sizeof(kernels::FixedSum) == 16 &&
                sizeof(Squares) % 8 == 0);
  [[nodiscard]] std::size_t squares_at() const { return sizeof(kernels::FixedSum) * layout_.sums; }
  [[nodiscard]] std::size_t counts_at() const {
    return squares_at() + sizeof(Squares) * layout_.squares;
  }
  [[nodiscard]] std::size_t extremes_at() const {
    return counts_at() + sizeof(std::int64_t) * layout_.counts;
  }
  [[nodiscard]] std::size_t row_bytes() const {
    return extremes_at() + sizeof(double) * layout_.extremes;
  }
  template <class Cell>
  [[nodiscard]] Cell* cells(std::size_t row, std::size_t at) {
    return reinterpret_cast<Cell*>(cells_[row] + at);
  }
  template <class Cell>
  [[nodiscard]] const Cell* cells(std::size_t row, std::size_t at) const {
    return reinterpret_cast<const Cell*>(cells_[row] + at);
  }
  kernels::FixedSum* sums(std::size_t row) { return cells<kernels::FixedSum>(row, 0); }
  [[nodiscard]] const kernels::FixedSum* sums(std::size_t row) const {
    return cells<kernels::FixedSum>(row, 0);
  }
  Squares* squares(std::size_t row) { return cells<Squares>(row, squares_at()); }
  [[nodiscard]] const Squares* squares(std::size_t row) const {
    return cells<Squares>(row, squares_at());
  }
  std::int64_t* counts(std::size_t row) { return cells<std::int64_t>(row, counts_at()); }
  [[nodiscard]] const std::int64_t* counts(std::size_t row) const {
    return cells<std::int64_t>(row, counts_at());
  }
  double* extremes(std::size_t row) { return cells<double>(row, extremes_at()); }
  [[nodiscard]] const double* extremes(std::size_t row) const {
    return cells<double>(row, extremes_at());
  }

  void add_cells() {
    cells_.add();  // zeros: of numbers, sums and counts
    std::fill_n(extremes(cells_.size() - 1), layout_.extremes,
                std::numeric_limits<double>::quiet_NaN());
  }

  [[nodiscard]] std::size_t wide_place(std::size_t row, std::size_t sum) const {
    return row * layout_.sums + sum;
  }
  [[nodiscard]] const kernels::WideSum* wide(std::size_t row, std::size_t sum) const {
    if (wide_.empty()) return nullptr;
    const auto found = wide_.find(wide_place(row, sum));
    return found == wide_.end() ? nullptr : &found->second;
  }

  /// Both sides are at most 2^53, so that adding them up cannot overflow.
  void refuse_overflow(std::uint32_t to, const TableState& other, std::size_t from) const {
    bool fits = true;
    for (std::uint32_t c = 0; c < layout_.counts; ++c)
      fits = fits && counts(to)[c] + other.counts(from)[c] <= largest_count;
    for (std::uint32_t s = 0; s < layout_.squares; ++s)
      fits = fits && squares(to)[s].outside + other.squares(from)[s].outside <= largest_count;
    if (!fits)
      throw DataError({make_issue(data_messages::too_many_rows, table_ + "/" + keys_[to],
                                  {{"table", table_}})});
  }

  SlotLayout layout_;
  std::string table_;  // its id
  KeyIndex keys_;
  RowBlocks cells_;
  std::map<std::size_t, kernels::WideSum> wide_;  // by row and sum, only where one is needed
};

}  // namespace tijian
