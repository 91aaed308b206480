// Tables that own their columns, built one column after another: what the CSV reader fills, and
// small frames made in a program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/column_view.hpp"

namespace tijian {

/// A bitmap that grows by one bit at a time, in Arrow's order.
class BitVector {
 public:
  void push(bool bit) {
    if (size_ % 8 == 0) bytes_.push_back(0);
    if (bit) bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | 1u << (size_ % 8));
    ++size_;
  }
  /// `count` bits, of which `bit(i)` gives the one at i.
  template <class Bit>
  void append(std::size_t count, Bit&& bit) {
    std::size_t i = 0;
    for (; i < count && size_ % 8 != 0; ++i) push(bit(i));
    std::size_t byte = bytes_.size();
    bytes_.resize(byte + (count - i) / 8);
    for (; i + 8 <= count; i += 8) {
      unsigned bits = 0;
      for (std::size_t b = 0; b < 8; ++b) bits |= (bit(i + b) ? 1U : 0U) << b;
      bytes_[byte++] = static_cast<std::uint8_t>(bits);
      size_ += 8;
    }
    for (; i < count; ++i) push(bit(i));
  }
  void reserve(std::size_t count) { bytes_.reserve((count + 7) / 8); }
  [[nodiscard]] bool test(std::size_t index) const {
    return (bytes_[index / 8] >> (index % 8) & 1) != 0;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t size_ = 0;
};

/// Owned columns, all of the same number of rows. Null is null: no value stands for it.
///
/// `add_*` throws std::invalid_argument where a column has another number of rows than the first
/// one. `view()` borrows: it is good while the table lives and no column is added.
class OwnedTable {
 public:
  /// A table without columns still has rows (an OwnedTable of 0 rows and no columns is empty).
  OwnedTable() = default;
  explicit OwnedTable(std::int64_t rows) : rows_(rows), has_rows_(true) {}

  void add_numbers(std::string name, std::span<const std::optional<double>> values) {
    std::vector<double> numbers;
    BitVector valid;
    numbers.reserve(values.size());
    for (const auto& value : values) {
      numbers.push_back(value.value_or(0));
      valid.push(value.has_value());
    }
    add_numbers(std::move(name), std::move(numbers), std::move(valid));
  }
  void add_numbers(std::string name, std::initializer_list<std::optional<double>> values) {
    add_numbers(std::move(name), std::span(values.begin(), values.size()));
  }
  /// `valid` empty: nothing is null.
  void add_numbers(std::string name, std::vector<double> values, BitVector valid = {}) {
    Column& column = add(std::move(name), Storage::float64, values.size(), std::move(valid));
    column.numbers = std::move(values);
  }

  void add_integers(std::string name, std::span<const std::optional<std::int64_t>> values) {
    std::vector<std::int64_t> integers;
    BitVector valid;
    integers.reserve(values.size());
    for (const auto& value : values) {
      integers.push_back(value.value_or(0));
      valid.push(value.has_value());
    }
    add_integers(std::move(name), std::move(integers), std::move(valid));
  }
  /// `valid` empty: nothing is null.
  void add_integers(std::string name, std::vector<std::int64_t> values, BitVector valid = {}) {
    Column& column = add(std::move(name), Storage::int64, values.size(), std::move(valid));
    column.integers = std::move(values);
  }
  void add_integers(std::string name, std::initializer_list<std::optional<std::int64_t>> values) {
    add_integers(std::move(name), std::span(values.begin(), values.size()));
  }

  /// Not a span: std::vector<bool> and lists of optional<bool> both convert.
  void add_booleans(std::string name, const std::vector<std::optional<bool>>& values) {
    BitVector bits;
    BitVector valid;
    for (const auto& value : values) {
      bits.push(value.value_or(false));
      valid.push(value.has_value());
    }
    add_booleans(std::move(name), std::move(bits), std::move(valid));
  }
  void add_booleans(std::string name, BitVector bits, BitVector valid = {}) {
    Column& column = add(std::move(name), Storage::boolean_bits, bits.size(), std::move(valid));
    column.bits = std::move(bits);
  }

  void add_texts(std::string name, std::span<const std::optional<std::string>> values) {
    std::vector<std::int64_t> offsets{0};
    std::vector<char> bytes;
    BitVector valid;
    for (const auto& value : values) {
      if (value) bytes.insert(bytes.end(), value->begin(), value->end());
      offsets.push_back(static_cast<std::int64_t>(bytes.size()));
      valid.push(value.has_value());
    }
    add_texts(std::move(name), std::move(offsets), std::move(bytes), std::move(valid));
  }
  void add_texts(std::string name, std::initializer_list<std::optional<std::string>> values) {
    add_texts(std::move(name), std::span(values.begin(), values.size()));
  }
  /// `offsets` has one entry more than there are rows.
  void add_texts(std::string name, std::vector<std::int64_t> offsets, std::vector<char> bytes,
                 BitVector valid = {}) {
    if (offsets.empty()) throw std::invalid_argument("texts need at least one offset");
    Column& column =
        add(std::move(name), Storage::large_utf8, offsets.size() - 1, std::move(valid));
    column.integers = std::move(offsets);
    column.bytes = std::move(bytes);
  }

  void add_unsigned_integers(std::string name, std::vector<std::uint64_t> values,
                             BitVector valid = {}) {
    Column& column = add(std::move(name), Storage::uint64, values.size(), std::move(valid));
    column.unsigned_integers = std::move(values);
  }

  void add_nulls(std::string name, std::int64_t rows) {
    add(std::move(name), Storage::nulls, static_cast<std::size_t>(rows), {});
  }

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] std::size_t column_count() const { return columns_.size(); }

  [[nodiscard]] TableView view() const {
    TableView table;
    table.rows = rows_;
    table.columns.reserve(columns_.size());
    for (const Column& column : columns_) {
      ColumnView view;
      view.storage = column.storage;
      view.length = rows_;
      if (column.valid.size() != 0) view.validity = column.valid.data();
      switch (column.storage) {
        case Storage::float64: view.values = column.numbers.data(); break;
        case Storage::int64: view.values = column.integers.data(); break;
        case Storage::uint64: view.values = column.unsigned_integers.data(); break;
        case Storage::boolean_bits: view.values = column.bits.data(); break;
        default:
          view.values = column.integers.data();
          view.data = column.bytes.data();
          break;
      }
      table.columns.emplace_back(column.name, view);
    }
    return table;
  }

 private:
  struct Column {
    std::string name;
    Storage storage = Storage::nulls;
    std::vector<double> numbers;
    std::vector<std::uint64_t> unsigned_integers;
    std::vector<std::int64_t> integers;  // or the offsets of texts
    std::vector<char> bytes;             // never a std::string: its short form moves with the table
    BitVector bits;
    BitVector valid;
  };

  Column& add(std::string name, Storage storage, std::size_t rows, BitVector valid) {
    const auto found = static_cast<std::int64_t>(rows);
    if (has_rows_ && found != rows_)
      throw std::invalid_argument("column " + name + " has " + std::to_string(found) +
                                  " rows, the table " + std::to_string(rows_));
    if (valid.size() != 0 && valid.size() != rows)
      throw std::invalid_argument("column " + name + " has another number of validity bits");
    rows_ = found;
    has_rows_ = true;
    Column& column = columns_.emplace_back();
    column.name = std::move(name);
    column.storage = storage;
    column.valid = std::move(valid);
    return column;
  }

  std::vector<Column> columns_;
  std::int64_t rows_ = 0;
  bool has_rows_ = false;
};

}  // namespace tijian
