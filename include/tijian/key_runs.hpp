// Which rows of a tile belong together: runs of equal keys, as rows of a table's state. The keys
// are units' ids, in whatever layout the column has; they become texts only where they are new.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tijian/column_view.hpp"
#include "tijian/kernels/kernel_table.hpp"
#include "tijian/plan.hpp"
#include "tijian/table.hpp"
#include "tijian/table_state.hpp"

namespace tijian {

/// Finds the rows of one state for batches of one thread. Rows without a key are kept under the
/// empty one, which no unit has.
class KeyRuns {
 public:
  /// Borrows both for as long as it is used.
  KeyRuns(TableState& state, const kernels::KernelTable& kernels)
      : state_(&state), kernels_(&kernels) {}

  /// The column that `read` reads from now on.
  void bind(const ColumnView& keys) {
    keys_ = &keys;
    way_ = Way::texts;
    if (is_integer(keys.storage) && keys.storage != Storage::uint64) way_ = Way::integers;
    // A dictionary that is longer than the batch costs more to remember than to look up.
    if (keys.storage == Storage::dictionary && keys.dictionary->length <= keys.length) {
      way_ = Way::codes;
      row_of_code_.assign(static_cast<std::size_t>(keys.dictionary->length), no_index);
    }
    if (way_ == Way::texts && !texts_) texts_ = std::make_unique<kernels::TextTile>();
  }

  /// The runs of rows [first, first + rows) of the column; at most tile_rows.
  std::size_t read(std::int64_t first, std::size_t rows, kernels::Run* runs) {
    return way_ == Way::texts ? read_texts(first, rows, runs) : read_integers(first, rows, runs);
  }

 private:
  enum class Way : std::uint8_t { texts, integers, codes };

  std::size_t read_texts(std::int64_t first, std::size_t rows, kernels::Run* runs) {
    load_texts(*keys_, first, rows, *texts_, scratch_);
    std::size_t count = 0;
    std::string_view last;
    for (std::size_t i = 0; i < rows; ++i) {
      // Texts of null rows are empty.
      const std::string_view text = texts_->values[i];
      if (count > 0 && text == last) continue;
      runs[count].first = static_cast<std::uint32_t>(i);
      hashes_[count] = KeyIndex::hash_of(text);
      state_->prefetch_key(hashes_[count]);
      last = text;
      ++count;
    }
    for (std::size_t r = 0; r < count; ++r)
      runs[r].key = state_->row(texts_->values[runs[r].first], hashes_[r]);
    end_runs(rows, runs, count);
    return count;
  }

  std::size_t read_integers(std::int64_t first, std::size_t rows, kernels::Run* runs) {
    const Storage storage = way_ == Way::codes ? keys_->index_storage : keys_->storage;
    const std::size_t width = integer_width(storage);
    const std::int64_t start = keys_->offset + first;
    kernels::Mask changed;
    kernels_->changes(static_cast<const char*>(keys_->values) +
                          static_cast<std::ptrdiff_t>(start) * static_cast<std::ptrdiff_t>(width),
                      width, rows, changed);
    kernels::Mask valid;
    table_detail::load_validity(*keys_, first, rows, valid);
    std::uint64_t before = valid[0] & 1;
    for (std::size_t word = 0; word * 64 < rows; ++word) {
      changed[word] |= valid[word] ^ (valid[word] << 1 | before);
      before = valid[word] >> 63;
    }
    changed[0] |= 1;
    std::size_t count = 0;
    new_.clear();
    kernels::for_each_set_row(changed, rows, [&](std::size_t i) {
      runs[count].first = static_cast<std::uint32_t>(i);
      if (!kernels::test_row(valid, i)) {
        runs[count].key = state_->row({});
      } else {
        const std::int64_t integer =
            integer_at(storage, keys_->values, start + static_cast<std::int64_t>(i));
        runs[count].key = way_ == Way::codes ? row_of_code(integer) : row_of_integer(integer);
        if (runs[count].key == no_index) new_.emplace_back(count, integer, *state_);
      }
      ++count;
    });
    for (const NewInteger& key : new_)
      runs[key.run].key = row_of_integer(key.integer) =
          state_->row({key.digits.data(), key.size}, key.hash);
    end_runs(rows, runs, count);
    return count;
  }

  static void end_runs(std::size_t rows, kernels::Run* runs, std::size_t count) {
    for (std::size_t r = 0; r < count; ++r)
      runs[r].rows =
          static_cast<std::uint32_t>(r + 1 < count ? runs[r + 1].first : rows) - runs[r].first;
  }

  static std::size_t integer_width(Storage storage) {
    switch (storage) {
      case Storage::int8:
      case Storage::uint8: return 1;
      case Storage::int16:
      case Storage::uint16: return 2;
      case Storage::int32:
      case Storage::uint32: return 4;
      default: return 8;
    }
  }

  std::uint32_t row_of_code(std::int64_t code) {
    if (code < 0 || code >= keys_->dictionary->length) return state_->row({});
    std::uint32_t& row = row_of_code_[static_cast<std::size_t>(code)];
    if (row == no_index) {
      row = state_->row(text_of(*keys_->dictionary, code, scratch_).value_or(std::string_view()));
    }
    return row;
  }

  /// `no_index` for one that was not met before. Ids from 0 on have their rows in a list, which is
  /// as long as the largest; others in a map.
  std::uint32_t& row_of_integer(std::int64_t integer) {
    if (integer < 0 || integer >= listed)
      return row_of_other_id_.try_emplace(integer, no_index).first->second;
    const auto place = static_cast<std::size_t>(integer);
    if (place >= row_of_id_.size())
      row_of_id_.resize(std::max(place + 1, 2 * row_of_id_.size()), no_index);
    return row_of_id_[place];
  }

  /// An integer that has no row yet, in the text of which it is looked for. A tile's are looked for
  /// together: each lies somewhere else in memory, which is asked for meanwhile.
  struct NewInteger {
    NewInteger(std::size_t its_run, std::int64_t value, const TableState& state)
        : run(its_run), integer(value) {
      const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
      size = static_cast<std::size_t>(end - digits.data());
      hash = KeyIndex::hash_of({digits.data(), size});
      state.prefetch_key(hash);
    }
    std::size_t run;
    std::int64_t integer;
    std::array<char, 24> digits;
    std::size_t size;
    std::uint32_t hash;
  };

  static constexpr std::int64_t listed = std::int64_t{1} << 20;

  TableState* state_;
  const kernels::KernelTable* kernels_;
  const ColumnView* keys_ = nullptr;
  Way way_ = Way::texts;
  std::unique_ptr<kernels::TextTile> texts_;
  TextScratch scratch_;
  std::vector<std::uint32_t> row_of_code_;
  std::vector<std::uint32_t> row_of_id_;
  std::unordered_map<std::int64_t, std::uint32_t> row_of_other_id_;
  std::array<std::uint32_t, kernels::tile_rows> hashes_;  // of the texts of a tile's runs
  std::vector<NewInteger> new_;                           // of a tile
};

}  // namespace tijian
