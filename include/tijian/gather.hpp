// Several batches as one owned table: for the small frames that are read whole (units, entries,
// last year's problems). Survey tables are never gathered.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/add_options.hpp"
#include "tijian/batches.hpp"
#include "tijian/issue.hpp"
#include "tijian/messages.hpp"
#include "tijian/owned_table.hpp"
#include "tijian/table.hpp"

namespace tijian {

namespace gather_messages {
inline constexpr Message other_type{
    "data.batch_type", "列“{column}”在前面各批中为 {expected}，此处为 {found}",
    "column \"{column}\" is {expected} in the batches before and {found} here"};
inline constexpr Message other_columns{"data.batch_columns",
                                       "各批的列不一致：只有一部分有列“{column}”",
                                       "batches of one table have different columns: not all have "
                                       "\"{column}\""};
inline constexpr Message inexact{"data.too_large_integer",
                                 "列“{column}”中的整数 {found} 不能精确地存为浮点数",
                                 "column \"{column}\": the integer {found} has no exact float64"};
inline constexpr std::array all{other_type, other_columns, inexact};
}  // namespace gather_messages

namespace detail {

/// One column that grows by the rows of a batch at a time. Batches may store it in different ways
/// as long as it is of one type: int32 here and float64 there, texts and dictionaries, nulls.
class GatheredColumn {
 public:
  explicit GatheredColumn(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const { return name_; }

  void append(const ColumnView& column) {
    const Kind kind = kind_of(column.storage);
    if (kind == Kind::nulls) {
      if (kind_ != Kind::nulls) append_nulls(column.length);
    } else {
      become(kind, column.storage);
      if (kind_ == Kind::text)
        append_texts(column);
      else
        append_values(column);
    }
    rows_ += column.length;
  }

  void move_into(OwnedTable& table) {
    switch (kind_) {
      case Kind::nulls: table.add_nulls(std::move(name_), rows_); return;
      case Kind::boolean:
        table.add_booleans(std::move(name_), std::move(bits_), std::move(valid_));
        return;
      case Kind::unsigned_integer:
        table.add_unsigned_integers(std::move(name_), std::move(unsigned_integers_),
                                    std::move(valid_));
        return;
      case Kind::integer:
        table.add_integers(std::move(name_), std::move(integers_), std::move(valid_));
        return;
      case Kind::number:
        table.add_numbers(std::move(name_), std::move(numbers_), std::move(valid_));
        return;
      case Kind::text:
        table.add_texts(std::move(name_), std::move(offsets_), std::move(bytes_),
                        std::move(valid_));
    }
  }

 private:
  enum class Kind { nulls, boolean, unsigned_integer, integer, number, text };

  static Kind kind_of(Storage storage) {
    if (storage == Storage::nulls) return Kind::nulls;
    if (storage == Storage::dictionary || storage == Storage::date32 ||
        storage == Storage::timestamp || is_flat_text(storage))
      return Kind::text;
    if (storage == Storage::boolean_bits || storage == Storage::boolean_bytes) return Kind::boolean;
    if (storage == Storage::uint64) return Kind::unsigned_integer;
    return is_integer(storage) ? Kind::integer : Kind::number;
  }

  /// Makes room for values of a kind: nulls take any, integers become numbers where some are.
  void become(Kind kind, Storage storage) {
    if (kind_ == Kind::nulls) {
      // What has been null so far has a type from here on.
      kind_ = kind;
      storage_ = storage;
      append_nulls(rows_);
    } else if (kind_ == Kind::integer && kind == Kind::number) {
      kind_ = Kind::number;
      numbers_.reserve(integers_.size());
      for (const std::int64_t integer : integers_) numbers_.push_back(exact(integer));
      integers_ = {};
    } else if (kind_ != kind && !(kind_ == Kind::number && kind == Kind::integer)) {
      throw DataError({make_issue(gather_messages::other_type, name_,
                                  {{"column", name_},
                                   {"expected", storage_name(storage_)},
                                   {"found", storage_name(storage)}})});
    }
  }

  [[nodiscard]] double exact(std::int64_t integer) const {
    constexpr std::int64_t largest = std::int64_t{1} << 53;
    if (integer > largest || integer < -largest) throw inexact_integer(std::to_string(integer));
    return static_cast<double>(integer);
  }

  [[nodiscard]] DataError inexact_integer(const std::string& digits) const {
    return DataError(
        {make_issue(gather_messages::inexact, name_, {{"column", name_}, {"found", digits}})});
  }

  /// The digits of a decimal that is an integer.
  static std::string digits_of(std::int64_t high, std::uint64_t low, int scale) {
    table_detail::Magnitude magnitude = table_detail::Magnitude::of(high, low);
    for (int digit = 0; digit < scale; ++digit) magnitude.divide_by_ten();
    std::string digits;
    while (!magnitude.is_zero())
      digits.insert(digits.begin(), static_cast<char>('0' + magnitude.divide_by_ten()));
    if (scale < 0) digits.append(static_cast<std::size_t>(-scale), '0');
    return high < 0 ? '-' + digits : digits;
  }

  void append_nulls(std::int64_t rows) {
    const std::size_t size = valid_.size() + static_cast<std::size_t>(rows);
    // Nulls need no memory where they come from: as values they would be more than any frame has.
    if (size > no_frame_is_longer) throw std::length_error("more rows than a frame can have");
    switch (kind_) {
      case Kind::nulls: return;
      case Kind::boolean:
        while (bits_.size() < size) bits_.push(false);
        break;
      case Kind::unsigned_integer: unsigned_integers_.resize(size); break;
      case Kind::integer: integers_.resize(size); break;
      case Kind::number: numbers_.resize(size); break;
      case Kind::text: offsets_.resize(size + 1, offsets_.back()); break;
    }
    while (valid_.size() < size) valid_.push(false);
  }

  void append_values(const ColumnView& column) {
    for (std::int64_t row = 0; row < column.length; ++row) {
      const bool is_known = is_valid(column, row);
      const std::int64_t index = column.offset + row;
      valid_.push(is_known);
      switch (kind_) {
        case Kind::boolean: bits_.push(is_known && boolean_at(column, index)); break;
        case Kind::unsigned_integer:
          unsigned_integers_.push_back(is_known ? element_at<std::uint64_t>(column.values, index)
                                                : 0);
          break;
        case Kind::integer:
          integers_.push_back(is_known ? integer_at(column.storage, column.values, index) : 0);
          break;
        default: numbers_.push_back(is_known ? number_at(column, index) : 0);
      }
    }
  }

  static bool boolean_at(const ColumnView& column, std::int64_t index) {
    const auto* bytes = static_cast<const std::uint8_t*>(column.values);
    return column.storage == Storage::boolean_bits ? bit_at(bytes, index) : bytes[index] != 0;
  }

  [[nodiscard]] double number_at(const ColumnView& column, std::int64_t index) const {
    switch (column.storage) {
      case Storage::float64: return element_at<double>(column.values, index);
      case Storage::float32: return static_cast<double>(element_at<float>(column.values, index));
      case Storage::decimal128: {
        const auto [high, low] = table_detail::decimal_at(column, index);
        const double number = table_detail::decimal_to_double(high, low, column.scale);
        if (table_detail::is_too_large_decimal(high, low, column.scale, number))
          throw inexact_integer(digits_of(high, low, column.scale));
        return number;
      }
      default: return exact(integer_at(column.storage, column.values, index));
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
  Kind kind_ = Kind::nulls;
  Storage storage_ = Storage::nulls;  // of the first values
  std::int64_t rows_ = 0;
  std::vector<double> numbers_;
  std::vector<std::int64_t> integers_;
  std::vector<std::uint64_t> unsigned_integers_;
  std::vector<std::int64_t> offsets_{0};
  std::vector<char> bytes_;
  BitVector bits_;
  BitVector valid_;
};

inline DataError other_columns(const std::string& column) {
  return DataError({make_issue(gather_messages::other_columns, column, {{"column", column}})});
}

}  // namespace detail

/// All rows of all batches, copied: numbers as float64, int64 or uint64, booleans as bits, what can
/// stand for a text as text. Batches may have their columns in different orders and stored in
/// different ways. Throws DataError where a column is missing in a batch, or of another type, and
/// Cancelled.
inline OwnedTable gather(const Batches& next, const std::stop_token& stop = {}) {
  std::vector<detail::GatheredColumn> columns;
  std::int64_t rows = 0;
  bool first = true;
  while (const TableView* batch = next()) {
    stop_if_asked(stop);
    if (std::exchange(first, false))
      for (const auto& column : batch->columns) columns.emplace_back(column.first);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      // In its place, mostly; several columns of one name can be told apart by nothing else.
      const bool in_place =
          c < batch->columns.size() && batch->columns[c].first == columns[c].name();
      const ColumnView* column =
          in_place ? &batch->columns[c].second : batch->find(columns[c].name());
      if (column == nullptr) throw detail::other_columns(columns[c].name());
      columns[c].append(*column);
    }
    for (const auto& column : batch->columns) {
      const auto is_it = [&column](const auto& known) { return known.name() == column.first; };
      if (std::none_of(columns.begin(), columns.end(), is_it))
        throw detail::other_columns(column.first);
    }
    rows += batch->rows;
  }
  OwnedTable table(rows);
  for (detail::GatheredColumn& column : columns) column.move_into(table);
  return table;
}

}  // namespace tijian
