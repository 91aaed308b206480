// Borrowed tables, tile by tile: rows of a column as the numbers, booleans or texts that formulas
// read, whatever layout they lie in.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tijian/column_view.hpp"
#include "tijian/iso_date.hpp"
#include "tijian/kernels/prefetch.hpp"
#include "tijian/kernels/tile.hpp"

namespace tijian {

/// What loading met that the caller must report or refuse. Rows count from 0 over the whole column;
/// -1 where there is none. Faults add up over tiles: give the same struct to every tile of a
/// column.
struct LoadFaults {
  std::int64_t infinite = 0;          ///< ±Inf, read as null
  bool too_large = false;             ///< an integer beyond ±2^53: no float64 holds it for sure
  std::int64_t too_large_row = -1;    ///< the first such row
  bool not_boolean = false;           ///< a number other than 0 and 1 in a boolean column
  std::int64_t not_boolean_row = -1;  ///< the first such row
};

/// Memory for texts that do not lie in the column (digits, dates). Views into it are good until it
/// is used for another tile.
struct TextScratch {
  std::string bytes;
};

namespace table_detail {

/// Copies bits [first, first + n) to the front of `mask`; bits beyond n are 0.
inline void copy_bits(const std::uint8_t* bits, std::int64_t first, std::size_t n,
                      kernels::Mask& mask) {
  const auto shift = static_cast<unsigned>(first & 7);
  const std::uint8_t* bytes = bits + (first >> 3);
  if (std::endian::native == std::endian::little && shift == 0 && n == kernels::tile_rows) {
    std::memcpy(mask.data(), bytes, sizeof mask);
    return;
  }
  mask.fill(0);
  for (std::size_t word = 0; word * 64 < n; ++word) {
    const std::size_t left = std::min<std::size_t>(64, n - word * 64);
    // Never past the last byte that holds a wanted bit: it may be the end of the buffer.
    const std::size_t needed = (shift + left + 7) / 8;
    std::uint64_t low = 0;
    std::memcpy(&low, bytes + word * 8, std::min<std::size_t>(8, needed));
    if constexpr (std::endian::native == std::endian::big) low = __builtin_bswap64(low);
    std::uint64_t value = low >> shift;
    if (needed > 8) value |= std::uint64_t{bytes[word * 8 + 8]} << (64 - shift);
    mask[word] = value & kernels::low_bits(left);
  }
}

inline void load_validity(const ColumnView& column, std::int64_t first, std::size_t n,
                          kernels::Mask& valid) {
  if (column.storage == Storage::nulls)
    valid.fill(0);
  else if (column.validity == nullptr)
    kernels::set_first_rows(valid, n);
  else
    copy_bits(column.validity, column.offset + first, n, valid);
}

/// Sets what is not valid, and what lies beyond n, to 0: kernels compute with it unasked.
inline void clear_invalid(std::size_t n, kernels::NumberTile& tile) {
  for (std::size_t word = 0; word < kernels::tile_words; ++word) {
    if (tile.valid[word] == ~std::uint64_t{0}) continue;
    const std::size_t end = std::min(n, (word + 1) * 64);
    for (std::size_t i = word * 64; i < end; ++i) {
      if (!kernels::test_row(tile.valid, i)) tile.values[i] = 0;
    }
  }
  std::fill(tile.values + n, tile.values + kernels::tile_rows, 0.0);
}

/// Makes NaN null, ±Inf null and counted, −0 the 0 it equals.
inline void settle_floats(std::size_t n, kernels::NumberTile& tile, LoadFaults& faults,
                          kernels::Mask* infinite_rows) {
  constexpr std::uint64_t exponent = 0x7ff0'0000'0000'0000;
  constexpr std::uint64_t exponent_step = 0x0010'0000'0000'0000;
  std::uint64_t suspicious = 0;
  for (std::size_t i = 0; i < n; ++i) {
    // An exponent of all ones, and no other, carries into the sign bit; additions of integers,
    // unlike comparisons of doubles, are done several at a time on every CPU.
    suspicious |= (std::bit_cast<std::uint64_t>(tile.values[i]) & exponent) + exponent_step;
    tile.values[i] += 0.0;
  }
  if ((suspicious >> 63) != 0) {
    for (std::size_t i = 0; i < n; ++i) {
      if (std::isfinite(tile.values[i])) continue;
      if (kernels::test_row(tile.valid, i) && std::isinf(tile.values[i])) {
        ++faults.infinite;
        if (infinite_rows != nullptr) kernels::set_row(*infinite_rows, i);
      }
      kernels::clear_row(tile.valid, i);
    }
  }
  clear_invalid(n, tile);
}

template <class Float>
void load_floats(const ColumnView& column, std::int64_t first, std::size_t n,
                 kernels::NumberTile& tile) {
  const auto* source =
      static_cast<const char*>(column.values) + static_cast<std::ptrdiff_t>(column.offset + first) *
                                                    static_cast<std::ptrdiff_t>(sizeof(Float));
  if constexpr (sizeof(Float) == sizeof(double)) {
    std::memcpy(tile.values, source, n * sizeof(double));
  } else {
    for (std::size_t i = 0; i < n; ++i) {
      Float value;
      std::memcpy(&value, source + i * sizeof(Float), sizeof value);
      tile.values[i] = static_cast<double>(value);
    }
  }
}

template <class Integer>
void load_integers(const ColumnView& column, std::int64_t first, std::size_t n,
                   kernels::NumberTile& tile, LoadFaults& faults) {
  const auto* source =
      static_cast<const char*>(column.values) + static_cast<std::ptrdiff_t>(column.offset + first) *
                                                    static_cast<std::ptrdiff_t>(sizeof(Integer));
  for (std::size_t i = 0; i < n; ++i) {
    Integer value;
    std::memcpy(&value, source + i * sizeof(Integer), sizeof value);
    tile.values[i] = static_cast<double>(value);
  }
  clear_invalid(n, tile);
  if constexpr (sizeof(Integer) == 8) {
    constexpr auto limit = Integer{1} << 53;
    for (std::size_t i = 0; i < n && !faults.too_large; ++i) {
      // 2^53 + 1 has become 2^53 above, so the integer itself is asked.
      if (std::abs(tile.values[i]) < static_cast<double>(limit)) continue;
      const auto value = element_at<Integer>(source, static_cast<std::int64_t>(i));
      bool beyond = value > limit;
      if constexpr (std::is_signed_v<Integer>) beyond = beyond || value < -limit;
      if (!beyond) continue;
      faults.too_large = true;
      faults.too_large_row = first + static_cast<std::int64_t>(i);
    }
  }
}

/// A number without sign of 128 bits.
struct Magnitude {
  std::uint64_t upper = 0;
  std::uint64_t lower = 0;

  static Magnitude of(std::int64_t high, std::uint64_t low) {
    const auto upper = static_cast<std::uint64_t>(high);
    if (high >= 0) return {upper, low};
    return {~upper + (low == 0 ? 1 : 0), ~low + 1};  // two's complement
  }
  [[nodiscard]] bool is_zero() const { return upper == 0 && lower == 0; }
  /// Divides by ten, 32 bits at a time, and gives the rest.
  std::uint64_t divide_by_ten() {
    std::uint64_t rest = 0;
    std::array<std::uint64_t, 4> limbs{upper >> 32, upper & 0xffff'ffff, lower >> 32,
                                       lower & 0xffff'ffff};
    for (std::uint64_t& limb : limbs) {
      const std::uint64_t part = (rest << 32) | limb;
      limb = part / 10;
      rest = part % 10;
    }
    upper = (limbs[0] << 32) | limbs[1];
    lower = (limbs[2] << 32) | limbs[3];
    return rest;
  }
};

/// Whether (high:low)·10^-scale is an integer beyond ±2^53, as which it is refused; a number with a
/// fraction is rounded like any other. `number` is the float64 nearest to it.
inline bool is_too_large_decimal(std::int64_t high, std::uint64_t low, int scale, double number) {
  constexpr std::uint64_t largest = std::uint64_t{1} << 53;
  if (std::abs(number) < static_cast<double>(largest)) return false;
  if (scale < 0) return std::abs(number) > static_cast<double>(largest);  // 2^53 + 1 is none
  Magnitude magnitude = Magnitude::of(high, low);
  for (int digit = 0; digit < scale; ++digit)
    if (magnitude.divide_by_ten() != 0) return false;
  return magnitude.upper != 0 || magnitude.lower > largest;
}

/// The float64 nearest to (high:low)·10^-scale, ties to even.
inline double decimal_to_double(std::int64_t high, std::uint64_t low, int scale) {
  const bool negative = high < 0;
  Magnitude left = Magnitude::of(high, low);
  // Exact operands and a power of ten that is exact: one division rounds once.
  constexpr std::array<double, 23> power_of_ten{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (left.upper == 0 && left.lower <= (std::uint64_t{1} << 53) && scale >= 0 && scale <= 22) {
    const double magnitude =
        static_cast<double>(left.lower) / power_of_ten[static_cast<std::size_t>(scale)];
    return negative ? -magnitude : magnitude;
  }
  // Otherwise the digits, which the standard library reads with one rounding.
  std::array<char, 64> text;
  std::size_t start = 40;
  do text[--start] = static_cast<char>('0' + left.divide_by_ten());
  while (!left.is_zero());
  text[40] = 'e';
  const char* end = std::to_chars(text.data() + 41, text.data() + text.size(), -scale).ptr;
  double magnitude = 0;
  const auto read = std::from_chars(text.data() + start, end, magnitude);
  if (read.ec != std::errc{}) magnitude = scale > 0 ? 0 : std::numeric_limits<double>::infinity();
  return negative ? -magnitude : magnitude;
}

/// A value of a column of decimals: high and low.
inline std::pair<std::int64_t, std::uint64_t> decimal_at(const ColumnView& column,
                                                         std::int64_t index) {
  return {element_at<std::int64_t>(column.values, 2 * index + 1),
          element_at<std::uint64_t>(column.values, 2 * index)};
}

inline void load_decimals(const ColumnView& column, std::int64_t first, std::size_t n,
                          kernels::NumberTile& tile, LoadFaults& faults) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t row = first + static_cast<std::int64_t>(i);
    const auto [high, low] = decimal_at(column, column.offset + row);
    tile.values[i] = decimal_to_double(high, low, column.scale);
    if (faults.too_large || !kernels::test_row(tile.valid, i) ||
        !is_too_large_decimal(high, low, column.scale, tile.values[i]))
      continue;
    faults.too_large = true;
    faults.too_large_row = row;
  }
}

/// The text at element `index` of a column of texts; empty where the layout is unsound.
inline std::string_view text_at(const ColumnView& column, std::int64_t index) {
  const auto* bytes = static_cast<const char*>(column.data);
  const auto between = [bytes](std::int64_t start, std::int64_t end) -> std::string_view {
    if (end <= start || bytes == nullptr) return {};
    return {bytes + start, static_cast<std::size_t>(end - start)};
  };
  if (column.storage == Storage::utf8) {
    return between(element_at<std::int32_t>(column.values, index),
                   element_at<std::int32_t>(column.values, index + 1));
  }
  if (column.storage == Storage::large_utf8) {
    return between(element_at<std::int64_t>(column.values, index),
                   element_at<std::int64_t>(column.values, index + 1));
  }
  const auto* view = static_cast<const char*>(column.values) + index * 16;
  const auto size = element_at<std::int32_t>(view, 0);
  if (size <= 0) return {};
  if (size <= 12) return {view + 4, static_cast<std::size_t>(size)};  // short texts lie in the view
  const auto buffer = element_at<std::int32_t>(view, 2);
  const auto start = element_at<std::int32_t>(view, 3);
  const auto* buffers = static_cast<const void* const*>(column.data);
  if (buffers == nullptr || buffer < 0 || start < 0) return {};
  return {static_cast<const char*>(buffers[buffer]) + start, static_cast<std::size_t>(size)};
}

/// Appends the text of element `index` of a column of integers, dates or instants.
inline void append_text(const ColumnView& column, std::int64_t index, std::string& bytes) {
  if (column.storage == Storage::date32) {
    append_date(bytes, element_at<std::int32_t>(column.values, index));
    return;
  }
  if (column.storage == Storage::timestamp) {
    append_instant(bytes, element_at<std::int64_t>(column.values, index), column.time_unit,
                   column.utc);
    return;
  }
  std::array<char, 24> digits;
  const char* end = column.storage == Storage::uint64
                        ? std::to_chars(digits.data(), digits.data() + digits.size(),
                                        element_at<std::uint64_t>(column.values, index))
                              .ptr
                        : std::to_chars(digits.data(), digits.data() + digits.size(),
                                        integer_at(column.storage, column.values, index))
                              .ptr;
  bytes.append(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
}

}  // namespace table_detail

/// Rows [first, first + n) of `column` as numbers, n <= kernels::tile_rows.
///
/// NaN is null; ±Inf is null and counted in `faults`, its rows set in `infinite_rows` where given
/// (which is cleared first); −0 is 0; an integer beyond ±2^53 is a fault and the caller refuses the
/// column. A storage that `accepts` refuses for numbers loads as all null. Bits of the masks beyond
/// n are 0 and values of null rows are 0.
inline void load_numbers(const ColumnView& column, std::int64_t first, std::size_t n,
                         kernels::NumberTile& tile, LoadFaults& faults,
                         kernels::Mask* infinite_rows = nullptr) {
  if (infinite_rows != nullptr) infinite_rows->fill(0);
  table_detail::load_validity(column, first, n, tile.valid);
  const auto integers = [&]<class Integer>(Integer) {
    table_detail::load_integers<Integer>(column, first, n, tile, faults);
  };
  switch (column.storage) {
    case Storage::float64:
      table_detail::load_floats<double>(column, first, n, tile);
      table_detail::settle_floats(n, tile, faults, infinite_rows);
      return;
    case Storage::float32:
      table_detail::load_floats<float>(column, first, n, tile);
      table_detail::settle_floats(n, tile, faults, infinite_rows);
      return;
    case Storage::decimal128:
      table_detail::load_decimals(column, first, n, tile, faults);
      table_detail::settle_floats(n, tile, faults, infinite_rows);
      return;
    case Storage::int8: integers(std::int8_t{}); return;
    case Storage::int16: integers(std::int16_t{}); return;
    case Storage::int32: integers(std::int32_t{}); return;
    case Storage::int64: integers(std::int64_t{}); return;
    case Storage::uint8: integers(std::uint8_t{}); return;
    case Storage::uint16: integers(std::uint16_t{}); return;
    case Storage::uint32: integers(std::uint32_t{}); return;
    case Storage::uint64: integers(std::uint64_t{}); return;
    default:
      tile.valid.fill(0);
      std::fill_n(tile.values, kernels::tile_rows, 0.0);
      return;
  }
}

/// Rows [first, first + n) of `column` as booleans, n <= kernels::tile_rows.
///
/// Numbers must be 0 or 1; anything else, infinities included, is a fault and loads as null; NaN is
/// null. A storage that `accepts` refuses for booleans loads as all null. Bits beyond n and values
/// of null rows are 0.
inline void load_booleans(const ColumnView& column, std::int64_t first, std::size_t n,
                          kernels::BooleanTile& tile, LoadFaults& faults) {
  tile.value.fill(0);
  table_detail::load_validity(column, first, n, tile.valid);
  if (column.storage == Storage::boolean_bits) {
    table_detail::copy_bits(static_cast<const std::uint8_t*>(column.values), column.offset + first,
                            n, tile.value);
  } else if (column.storage == Storage::boolean_bytes) {
    const auto* bytes = static_cast<const std::uint8_t*>(column.values) + column.offset + first;
    for (std::size_t i = 0; i < n; ++i)
      tile.value[i / 64] |= std::uint64_t{bytes[i] != 0} << (i % 64);
  } else if (is_numeric(column.storage)) {
    kernels::NumberTile numbers;
    kernels::Mask infinite;
    LoadFaults number_faults;
    load_numbers(column, first, n, numbers, number_faults, &infinite);
    tile.valid = numbers.valid;
    for (std::size_t i = 0; i < n; ++i) {
      if (numbers.values[i] == 1) {
        kernels::set_row(tile.value, i);
      } else if (numbers.values[i] != 0 || kernels::test_row(infinite, i)) {
        kernels::clear_row(tile.valid, i);
        if (faults.not_boolean) continue;
        faults.not_boolean = true;
        faults.not_boolean_row = first + static_cast<std::int64_t>(i);
      }
    }
  } else {
    tile.valid.fill(0);
  }
  for (std::size_t word = 0; word < kernels::tile_words; ++word)
    tile.value[word] &= tile.valid[word];
}

namespace table_detail {

/// Whether texts are made from the values of such a column: digits, dates, instants.
inline bool is_written(Storage storage) {
  return is_integer(storage) || storage == Storage::date32 || storage == Storage::timestamp;
}

/// Where the texts of a column lie; null where its storage has none.
inline const ColumnView* text_source(const ColumnView& column) {
  const ColumnView* source = column.storage == Storage::dictionary ? column.dictionary : &column;
  const bool has_texts =
      source != nullptr && (is_flat_text(source->storage) || is_written(source->storage));
  return has_texts ? source : nullptr;
}

/// The element of `source` that is the text of a row that is not null; -1 where a dictionary has
/// none for it.
inline std::int64_t text_element(const ColumnView& column, const ColumnView& source,
                                 std::int64_t row) {
  const std::int64_t element = column.offset + row;
  if (&source == &column) return element;
  const std::int64_t code = integer_at(column.index_storage, column.values, element);
  if (code < 0 || code >= source.length || !is_valid(source, code)) return -1;
  return source.offset + code;
}

}  // namespace table_detail

/// The text of one row of `column`, as `load_texts` reads it: a view into the column, or into
/// `scratch`, which is good until that is used again.
inline std::optional<std::string_view> text_of(const ColumnView& column, std::int64_t row,
                                               TextScratch& scratch) {
  const ColumnView* source = table_detail::text_source(column);
  if (source == nullptr || !is_valid(column, row)) return std::nullopt;
  const std::int64_t element = table_detail::text_element(column, *source, row);
  if (element < 0) return std::nullopt;
  if (is_flat_text(source->storage)) return table_detail::text_at(*source, element);
  scratch.bytes.clear();
  table_detail::append_text(*source, element, scratch.bytes);
  return scratch.bytes;
}

/// Asks for the memory that `text_of` reads of a row first: of rows that lie far apart, all can be
/// on their way at once.
TIJIAN_PREFETCHES void prefetch_text(const ColumnView& column, std::int64_t row) {
  const Storage storage =
      column.storage == Storage::dictionary ? column.index_storage : column.storage;
  std::int64_t bytes = 0;
  switch (storage) {
    case Storage::int32:
    case Storage::uint32:
    case Storage::date32:
    case Storage::utf8: bytes = 4; break;
    case Storage::int64:
    case Storage::uint64:
    case Storage::timestamp:
    case Storage::large_utf8: bytes = 8; break;
    case Storage::utf8_view: bytes = 16; break;
    default: return;  // of one or two bytes each, or none
  }
  kernels::prefetch_line(static_cast<const char*>(column.values) + (column.offset + row) * bytes);
}

/// Rows [first, first + n) of `column` as texts, n <= kernels::tile_rows.
///
/// Texts and dictionaries are views into the column; digits of integers, dates (YYYY-MM-DD) and
/// instants (ISO 8601, `Z` where the column has a zone) are views into `scratch`. A dictionary
/// index outside the dictionary is null here; `unsound` reports it. A storage that `accepts`
/// refuses for texts loads as all null. Bits beyond n are 0 and texts of null rows are empty.
inline void load_texts(const ColumnView& column, std::int64_t first, std::size_t n,
                       kernels::TextTile& tile, TextScratch& scratch) {
  table_detail::load_validity(column, first, n, tile.valid);
  const ColumnView* source = table_detail::text_source(column);
  if (source == nullptr) {
    tile.valid.fill(0);
    std::fill_n(tile.values, n, std::string_view{});
    return;
  }
  const bool is_written = table_detail::is_written(source->storage);
  if (is_written) {
    // Views must not move while texts are appended: the longest instant has 41 characters.
    scratch.bytes.clear();
    scratch.bytes.reserve(n * 48);
  }
  for (std::size_t i = 0; i < n; ++i) {
    tile.values[i] = {};
    if (!kernels::test_row(tile.valid, i)) continue;
    const std::int64_t element =
        table_detail::text_element(column, *source, first + static_cast<std::int64_t>(i));
    if (element < 0) {
      kernels::clear_row(tile.valid, i);
    } else if (is_written) {
      const std::size_t start = scratch.bytes.size();
      table_detail::append_text(*source, element, scratch.bytes);
      tile.values[i] = {scratch.bytes.data() + start, scratch.bytes.size() - start};
    } else {
      tile.values[i] = table_detail::text_at(*source, element);
    }
  }
}

}  // namespace tijian
