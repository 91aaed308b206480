// Borrowed tables: columns in the layouts of Apache Arrow or plain arrays, read where they lie.
//
// Nothing here owns or copies a column; tijian/table.hpp turns a tile of rows into numbers,
// booleans or texts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tijian/framework.hpp"
#include "tijian/iso_date.hpp"
#include "tijian/issue.hpp"
#include "tijian/messages.hpp"

namespace tijian {

/// How the values of a column lie in memory. Names follow Apache Arrow, little-endian.
enum class Storage : std::uint8_t {
  float64,
  float32,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  decimal128,     ///< 16-byte integers over 10^scale
  boolean_bits,   ///< one bit each, the lowest bit of a byte first
  boolean_bytes,  ///< one byte each, anything but 0 is true
  utf8,           ///< int32 offsets (`values`) into bytes (`data`)
  large_utf8,     ///< int64 offsets
  utf8_view,      ///< 16-byte views (`values`); `data` is an array of buffer pointers
  dictionary,     ///< indices (`values`, `index_storage`) into `dictionary`
  date32,         ///< days since 1970-01-01
  timestamp,      ///< int64 counts of `time_unit` since 1970-01-01
  nulls           ///< every row is null
};

inline std::string_view storage_name(Storage storage) {
  switch (storage) {
    case Storage::float64: return "float64";
    case Storage::float32: return "float32";
    case Storage::int8: return "int8";
    case Storage::int16: return "int16";
    case Storage::int32: return "int32";
    case Storage::int64: return "int64";
    case Storage::uint8: return "uint8";
    case Storage::uint16: return "uint16";
    case Storage::uint32: return "uint32";
    case Storage::uint64: return "uint64";
    case Storage::decimal128: return "decimal128";
    case Storage::boolean_bits: return "boolean";
    case Storage::boolean_bytes: return "boolean bytes";
    case Storage::utf8: return "utf8";
    case Storage::large_utf8: return "large_utf8";
    case Storage::utf8_view: return "utf8_view";
    case Storage::dictionary: return "dictionary";
    case Storage::date32: return "date32";
    case Storage::timestamp: return "timestamp";
    case Storage::nulls: return "null";
  }
  return "unknown";
}

/// One borrowed column. Row r of the column is element `offset + r` of every buffer.
struct ColumnView {
  Storage storage = Storage::nulls;
  std::int64_t length = 0;  ///< rows, not counting `offset`
  std::int64_t offset = 0;
  const void* values = nullptr;              ///< numbers, bits, offsets, views or indices
  const void* data = nullptr;                ///< bytes of texts; for views `const void* const*`
  const std::int64_t* data_sizes = nullptr;  ///< utf8_view: bytes of each buffer in `data`
  std::int64_t data_count = -1;              ///< utf8_view: how many; -1: not known, nor are sizes
  const std::uint8_t* validity = nullptr;    ///< bit 1: not null; no bitmap: nothing is null
  const ColumnView* dictionary = nullptr;
  Storage index_storage = Storage::int32;
  int scale = 0;  ///< decimal128: digits behind the point
  TimeUnit time_unit = TimeUnit::second;
  bool utc = false;  ///< timestamp with a zone: its counts are in UTC

  static ColumnView numbers(std::span<const double> values,
                            const std::uint8_t* validity = nullptr) {
    return of(Storage::float64, values.size(), values.data(), validity);
  }
  static ColumnView integers(std::span<const std::int64_t> values,
                             const std::uint8_t* validity = nullptr) {
    return of(Storage::int64, values.size(), values.data(), validity);
  }
  /// One byte per row.
  static ColumnView booleans(std::span<const std::uint8_t> values,
                             const std::uint8_t* validity = nullptr) {
    return of(Storage::boolean_bytes, values.size(), values.data(), validity);
  }
  /// `offsets` has one entry more than there are rows.
  static ColumnView texts(std::span<const std::int64_t> offsets, const char* bytes,
                          const std::uint8_t* validity = nullptr) {
    ColumnView column =
        of(Storage::large_utf8, offsets.empty() ? 0 : offsets.size() - 1, offsets.data(), validity);
    column.data = bytes;
    return column;
  }
  static ColumnView texts(std::span<const std::int32_t> offsets, const char* bytes,
                          const std::uint8_t* validity = nullptr) {
    ColumnView column =
        of(Storage::utf8, offsets.empty() ? 0 : offsets.size() - 1, offsets.data(), validity);
    column.data = bytes;
    return column;
  }
  static ColumnView all_null(std::int64_t rows) {
    ColumnView column;
    column.length = rows;
    return column;
  }

 private:
  static ColumnView of(Storage storage, std::size_t rows, const void* values,
                       const std::uint8_t* validity) {
    ColumnView column;
    column.storage = storage;
    column.length = static_cast<std::int64_t>(rows);
    column.values = values;
    column.validity = validity;
    return column;
  }
};

/// A borrowed table: named columns of the same number of rows.
struct TableView {
  std::int64_t rows = 0;
  std::vector<std::pair<std::string, ColumnView>> columns;
  /// Names of columns that the table has as well and that nobody asked for: where a column is
  /// missing, one of them may be it, misspelt.
  std::vector<std::string> others = {};

  /// The first column of that name, compared exactly; null where there is none.
  [[nodiscard]] const ColumnView* find(std::string_view name) const {
    for (const auto& [column_name, column] : columns) {
      if (column_name == name) return &column;
    }
    return nullptr;
  }
};

namespace table_messages {
inline constexpr Message column_type{
    "data.column_type", "列“{column}”的存储类型为 {storage}，不能作为{type_zh}读取",
    "column \"{column}\" is stored as {storage}, which cannot be read as {type}"};
inline constexpr Message column_length{
    "data.column_length", "列“{column}”有 {found} 行，表有 {expected} 行",
    "column \"{column}\" has {found} rows, the table {expected}"};
inline constexpr Message duplicate_column{"data.duplicate_column", "列名“{column}”重复出现",
                                          "there are two columns named \"{column}\""};
inline constexpr Message unsound{"data.unsound_column", "列“{column}”的内存布局无效：{detail_zh}",
                                 "the layout of column \"{column}\" is invalid: {detail}"};
}  // namespace table_messages

/// Whether a column stored so is a number by itself (a boolean is not).
inline bool is_integer(Storage storage) {
  return storage >= Storage::int8 && storage <= Storage::uint64;
}
inline bool is_numeric(Storage storage) { return storage <= Storage::decimal128; }
inline bool is_flat_text(Storage storage) {
  return storage == Storage::utf8 || storage == Storage::large_utf8 ||
         storage == Storage::utf8_view;
}

/// Nothing where a column stored so can stand for `type`, else why not.
///
/// number: any numeric storage. boolean: booleans, or numbers (each is then checked to be 0 or 1
/// while loading). text: texts, integers for their digits, dates and instants for their ISO 8601
/// form, dictionaries of those; never floats or decimals, whose digits are not one text. All-null
/// columns stand for every type. `place` is `table/column`.
inline std::optional<Issue> accepts(const ColumnView& column, Type type, std::string place) {
  const auto fits_text = [](Storage storage) {
    return is_flat_text(storage) || is_integer(storage) || storage == Storage::date32 ||
           storage == Storage::timestamp || storage == Storage::nulls;
  };
  const Storage storage = column.storage;
  bool fits = storage == Storage::nulls;
  switch (type) {
    case Type::number: fits = fits || is_numeric(storage); break;
    case Type::boolean:
      fits = fits || is_numeric(storage) || storage == Storage::boolean_bits ||
             storage == Storage::boolean_bytes;
      break;
    case Type::text:
      fits = fits || fits_text(storage) ||
             (storage == Storage::dictionary && column.dictionary != nullptr &&
              is_integer(column.index_storage) && fits_text(column.dictionary->storage));
      break;
  }
  if (fits) return std::nullopt;
  std::string stored(storage_name(storage));
  if (storage == Storage::dictionary && column.dictionary != nullptr) {
    stored += " of ";
    stored += storage_name(column.dictionary->storage);
  }
  const std::string_view type_name = type == Type::number    ? "number"
                                     : type == Type::boolean ? "boolean"
                                                             : "text";
  const std::string_view type_name_zh = type == Type::number    ? "数值"
                                        : type == Type::boolean ? "布尔值"
                                                                : "文本";
  const std::size_t slash = place.rfind('/');
  const std::string name = slash == std::string::npos ? place : place.substr(slash + 1);
  Issue issue = make_issue(
      table_messages::column_type, std::move(place),
      {{"column", name}, {"storage", stored}, {"type", type_name}, {"type_zh", type_name_zh}});
  issue.found = stored;
  issue.expected = type_name;
  return issue;
}

/// The integer at element `index` of a buffer; Arrow and NumPy slices need not be aligned.
template <class Integer>
Integer element_at(const void* values, std::int64_t index) {
  Integer value;
  std::memcpy(&value,
              static_cast<const char*>(values) +
                  static_cast<std::ptrdiff_t>(index) * static_cast<std::ptrdiff_t>(sizeof(Integer)),
              sizeof value);
  return value;
}

inline bool bit_at(const std::uint8_t* bits, std::int64_t index) {
  return ((bits[index >> 3] >> (index & 7)) & 1) != 0;
}

/// Whether row `row` (not counting the offset) holds a value, as far as the bitmap tells.
inline bool is_valid(const ColumnView& column, std::int64_t row) {
  if (column.storage == Storage::nulls) return false;
  return column.validity == nullptr || bit_at(column.validity, column.offset + row);
}

/// The signed value of an integer column or of a dictionary's indices; uint64 above 2^63 is -1.
inline std::int64_t integer_at(Storage storage, const void* values, std::int64_t index) {
  switch (storage) {
    case Storage::int8: return element_at<std::int8_t>(values, index);
    case Storage::int16: return element_at<std::int16_t>(values, index);
    case Storage::int32: return element_at<std::int32_t>(values, index);
    case Storage::int64: return element_at<std::int64_t>(values, index);
    case Storage::uint8: return element_at<std::uint8_t>(values, index);
    case Storage::uint16: return element_at<std::uint16_t>(values, index);
    case Storage::uint32: return element_at<std::uint32_t>(values, index);
    case Storage::uint64: {
      const auto value = element_at<std::uint64_t>(values, index);
      return value > static_cast<std::uint64_t>(INT64_MAX) ? -1 : static_cast<std::int64_t>(value);
    }
    default: return -1;
  }
}

/// Elements that a column can have, `offset` included: the address of each can be computed.
inline constexpr std::int64_t most_elements = (std::int64_t{1} << 58) - 1;

/// Whether a view of more than 12 bytes, element `index`, lies in the buffers of its column.
inline bool is_view_inside(const ColumnView& column, std::int64_t index) {
  const auto size = element_at<std::int32_t>(column.values, 4 * index);
  const auto buffer = element_at<std::int32_t>(column.values, 4 * index + 2);
  const auto start = element_at<std::int32_t>(column.values, 4 * index + 3);
  if (column.data == nullptr || buffer < 0 || start < 0) return false;
  if (column.data_count < 0) return true;
  if (buffer >= column.data_count || column.data_sizes == nullptr) return false;
  if (static_cast<const void* const*>(column.data)[buffer] == nullptr) return false;
  const auto bytes = element_at<std::int64_t>(column.data_sizes, buffer);
  return bytes >= size && start <= bytes - size;
}

/// Whether all rows of `column`, null ones included, hold one of the first `count` integers.
template <class Integer>
bool are_all_below(const ColumnView& column, std::int64_t count) {
  if (count <= 0) return column.length == 0;
  const auto greatest = static_cast<Integer>(std::min<std::uint64_t>(
      static_cast<std::uint64_t>(count - 1), std::numeric_limits<Integer>::max()));
  bool is_outside = false;  // no exit in between, so that several are compared at once
  for (std::int64_t row = 0; row < column.length; ++row) {
    const auto index = element_at<Integer>(column.values, column.offset + row);
    is_outside |= index > greatest;
    if constexpr (std::is_signed_v<Integer>) is_outside |= index < 0;
  }
  return !is_outside;
}

/// Whether the indices of a dictionary of `count` words lie in it; those of null rows may be any.
inline bool are_indices_of(const ColumnView& column, std::int64_t count) {
  bool are_all = false;
  switch (column.index_storage) {
    case Storage::int8: are_all = are_all_below<std::int8_t>(column, count); break;
    case Storage::int16: are_all = are_all_below<std::int16_t>(column, count); break;
    case Storage::int32: are_all = are_all_below<std::int32_t>(column, count); break;
    case Storage::int64: are_all = are_all_below<std::int64_t>(column, count); break;
    case Storage::uint8: are_all = are_all_below<std::uint8_t>(column, count); break;
    case Storage::uint16: are_all = are_all_below<std::uint16_t>(column, count); break;
    case Storage::uint32: are_all = are_all_below<std::uint32_t>(column, count); break;
    case Storage::uint64: are_all = are_all_below<std::uint64_t>(column, count); break;
    default: break;
  }
  if (are_all) return true;
  for (std::int64_t row = 0; row < column.length; ++row) {
    if (!is_valid(column, row)) continue;
    const std::int64_t index = integer_at(column.index_storage, column.values, column.offset + row);
    if (index < 0 || index >= count) return false;
  }
  return true;
}

/// What is wrong with the layout of one column: buffers missing, offsets that fall or are negative,
/// indices outside the dictionary, views outside their buffers. Reads offsets, indices and views
/// only: cost O(rows) for texts and dictionaries, O(1) for the rest. Sizes of buffers are not known
/// and cannot be checked, except those that texts viewed lie in.
inline std::optional<Issue> unsound(const ColumnView& column, const std::string& place) {
  const auto fault = [&](std::string_view detail_zh, std::string_view detail) {
    const std::size_t slash = place.rfind('/');
    return make_issue(table_messages::unsound, place,
                      {{"column", slash == std::string::npos ? place : place.substr(slash + 1)},
                       {"detail_zh", detail_zh},
                       {"detail", detail}});
  };
  if (column.length < 0 || column.offset < 0 || column.length > most_elements ||
      column.offset > most_elements - column.length)
    return fault("行数或偏移为负或过大", "its length or offset is negative or too large");
  if (column.storage == Storage::nulls || column.length == 0) return std::nullopt;
  if (column.values == nullptr) return fault("缺少数据缓冲区", "a buffer is missing");
  const std::int64_t end = column.offset + column.length;
  const auto check_offsets = [&](auto zero) -> std::optional<Issue> {
    using Offset = decltype(zero);
    if (element_at<Offset>(column.values, column.offset) < 0)
      return fault("文本偏移为负", "an offset of its texts is negative");
    bool falls = false;  // no exit in between, so that several are compared at once
    for (std::int64_t index = column.offset; index < end; ++index)
      falls |=
          element_at<Offset>(column.values, index + 1) < element_at<Offset>(column.values, index);
    if (falls) return fault("文本偏移递减", "the offsets of its texts fall");
    const Offset last = element_at<Offset>(column.values, end);
    if (last > 0 && column.data == nullptr)
      return fault("缺少文本缓冲区", "the buffer of its texts is missing");
    return std::nullopt;
  };
  if (column.storage == Storage::utf8) return check_offsets(std::int32_t{});
  if (column.storage == Storage::large_utf8) return check_offsets(std::int64_t{});
  if (column.storage == Storage::utf8_view) {
    for (std::int64_t row = 0; row < column.length; ++row) {
      if (!is_valid(column, row)) continue;
      const std::int64_t index = column.offset + row;
      const auto size = element_at<std::int32_t>(column.values, 4 * index);
      if (size < 0) return fault("文本长度为负", "the length of a text is negative");
      if (size > 12 && !is_view_inside(column, index))
        return fault("文本视图无效", "a text points outside its buffers");
    }
    return std::nullopt;
  }
  if (column.storage == Storage::dictionary) {
    const ColumnView* words = column.dictionary;
    if (words == nullptr) return fault("缺少字典", "its dictionary is missing");
    if (words->storage == Storage::dictionary)
      return fault("字典不能嵌套", "its dictionary is itself a dictionary");
    if (!is_integer(column.index_storage))
      return fault("字典索引不是整数", "its indices are not integers");
    if (!are_indices_of(column, words->length))
      return fault("字典索引越界", "an index lies outside its dictionary");
    return unsound(*words, place);  // one step: nested dictionaries were refused above
  }
  return std::nullopt;
}

/// Why a column does not fit a table of `rows` rows, or nothing. `place` is `table/column`.
inline std::optional<Issue> wrong_length(const std::string& name, const ColumnView& column,
                                         std::int64_t rows, const std::string& place) {
  if (column.length == rows) return std::nullopt;
  const std::string found = std::to_string(column.length);
  const std::string expected = std::to_string(rows);
  return make_issue(table_messages::column_length, place,
                    {{"column", name}, {"found", found}, {"expected", expected}});
}

/// All that is wrong with the shape of a table, before any of its values is read: columns of
/// another length, names that occur twice, layouts that are unsound.
inline Issues unsound(const TableView& table, const std::string& table_name) {
  Issues issues;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& [name, column] = table.columns[i];
    const std::string place = table_name + '/' + name;
    if (auto issue = wrong_length(name, column, table.rows, place))
      issues.push_back(std::move(*issue));
    if (table.find(name) != &column)
      issues.push_back(make_issue(table_messages::duplicate_column, place, {{"column", name}}));
    if (auto issue = unsound(column, place)) issues.push_back(std::move(*issue));
  }
  return issues;
}

}  // namespace tijian
