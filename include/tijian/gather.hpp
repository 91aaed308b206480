// Several batches as one owned table: for the small frames that are read whole (units, entries,
// last year's problems). Survey tables are never gathered.
#pragma once

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/add_options.hpp"
#include "tijian/batches.hpp"
#include "tijian/owned_table.hpp"
#include "tijian/table.hpp"

namespace tijian {

namespace detail {

/// One column that grows by the rows of a batch at a time.
class GatheredColumn {
 public:
  GatheredColumn(std::string name, Storage storage) : name_(std::move(name)), storage_(storage) {}

  void append(std::string_view name, const ColumnView& column) {
    if (name != name_ || (column.storage != storage_ && column.storage != Storage::nulls &&
                          storage_ != Storage::nulls))
      throw std::invalid_argument("batches of one table have different columns");
    if (storage_ != column.storage && storage_ == Storage::nulls) {
      // What has been null so far has a type from here on.
      storage_ = column.storage;
      append_nulls(rows_);
    }
    rows_ += column.length;
    if (storage_ == Storage::nulls) return;  // which need no memory, however many they say they are
    if (column.storage == Storage::nulls) {
      append_nulls(column.length);
      return;
    }
    if (is_text()) {
      append_texts(column);
      return;
    }
    for (std::int64_t row = 0; row < column.length; ++row) {
      const bool is_known = is_valid(column, row);
      const std::int64_t index = column.offset + row;
      valid_.push(is_known);
      if (storage_ == Storage::boolean_bits) {
        bits_.push(is_known && bit_at(static_cast<const std::uint8_t*>(column.values), index));
      } else if (storage_ == Storage::boolean_bytes) {
        bits_.push(is_known && element_at<std::uint8_t>(column.values, index) != 0);
      } else if (storage_ == Storage::uint64) {
        unsigned_integers_.push_back(is_known ? element_at<std::uint64_t>(column.values, index)
                                              : 0);
      } else if (is_integer(storage_)) {
        integers_.push_back(is_known ? integer_at(storage_, column.values, index) : 0);
      } else {
        numbers_.push_back(is_known ? number_at(column, index) : 0);
      }
    }
  }

  void move_into(OwnedTable& table) {
    if (storage_ == Storage::nulls)
      table.add_nulls(std::move(name_), rows_);
    else if (is_text())
      table.add_texts(std::move(name_), std::move(offsets_), std::move(bytes_), std::move(valid_));
    else if (storage_ == Storage::boolean_bits || storage_ == Storage::boolean_bytes)
      table.add_booleans(std::move(name_), std::move(bits_), std::move(valid_));
    else if (storage_ == Storage::uint64)
      table.add_unsigned_integers(std::move(name_), std::move(unsigned_integers_),
                                  std::move(valid_));
    else if (is_integer(storage_))
      table.add_integers(std::move(name_), std::move(integers_), std::move(valid_));
    else
      table.add_numbers(std::move(name_), std::move(numbers_), std::move(valid_));
  }

 private:
  void append_nulls(std::int64_t rows) {
    const std::size_t size = valid_.size() + static_cast<std::size_t>(rows);
    // Nulls need no memory where they come from: as values they would be more than any frame has.
    if (size > no_frame_is_longer) throw std::length_error("more rows than a frame can have");
    if (is_text())
      offsets_.resize(size + 1, offsets_.back());
    else if (storage_ == Storage::boolean_bits || storage_ == Storage::boolean_bytes)
      while (bits_.size() < size) bits_.push(false);
    else if (storage_ == Storage::uint64)
      unsigned_integers_.resize(size);
    else if (is_integer(storage_))
      integers_.resize(size);
    else
      numbers_.resize(size);
    while (valid_.size() < size) valid_.push(false);
  }

  [[nodiscard]] bool is_text() const {
    return storage_ == Storage::dictionary || storage_ == Storage::date32 ||
           storage_ == Storage::timestamp || is_flat_text(storage_);
  }

  static double number_at(const ColumnView& column, std::int64_t index) {
    switch (column.storage) {
      case Storage::float32: return static_cast<double>(element_at<float>(column.values, index));
      case Storage::decimal128:
        return table_detail::decimal_to_double(
            element_at<std::int64_t>(column.values, 2 * index + 1),
            element_at<std::uint64_t>(column.values, 2 * index), column.scale);
      default: return element_at<double>(column.values, index);
    }
  }

  void append_texts(const ColumnView& column) {
    const auto tile = std::make_unique<kernels::TextTile>();
    TextScratch scratch;
    constexpr auto tile_rows = static_cast<std::int64_t>(kernels::tile_rows);
    for (std::int64_t first = 0; first < column.length; first += tile_rows) {
      const auto rows = static_cast<std::size_t>(std::min(tile_rows, column.length - first));
      load_texts(column, first, rows, *tile, scratch);
      for (std::size_t i = 0; i < rows; ++i) {
        const std::string_view text = tile->values[i];
        bytes_.insert(bytes_.end(), text.begin(), text.end());
        offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
        valid_.push(kernels::test_row(tile->valid, i));
      }
    }
  }

  static constexpr std::size_t no_frame_is_longer = 0xFFFF'FFFF;

  std::string name_;
  Storage storage_;
  std::int64_t rows_ = 0;
  std::vector<double> numbers_;
  std::vector<std::int64_t> integers_;
  std::vector<std::uint64_t> unsigned_integers_;
  std::vector<std::int64_t> offsets_{0};
  std::vector<char> bytes_;
  BitVector bits_;
  BitVector valid_;
};

}  // namespace detail

/// All rows of all batches, copied: numbers as float64, int64 or uint64, booleans as bits, what can
/// stand for a text as text; a batch in which a column is all null fits every type. Throws
/// std::invalid_argument where batches have different columns, and Cancelled.
inline OwnedTable gather(const Batches& next, const std::stop_token& stop = {}) {
  std::vector<detail::GatheredColumn> columns;
  std::int64_t rows = 0;
  bool first = true;
  while (const TableView* batch = next()) {
    stop_if_asked(stop);
    if (std::exchange(first, false))
      for (const auto& [name, column] : batch->columns) columns.emplace_back(name, column.storage);
    if (columns.size() != batch->columns.size())
      throw std::invalid_argument("batches of one table have different columns");
    for (std::size_t c = 0; c < columns.size(); ++c)
      columns[c].append(batch->columns[c].first, batch->columns[c].second);
    rows += batch->rows;
  }
  OwnedTable table(rows);
  for (detail::GatheredColumn& column : columns) column.move_into(table);
  return table;
}

}  // namespace tijian
