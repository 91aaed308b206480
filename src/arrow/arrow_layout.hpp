// What a format string of Arrow says about a column.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tijian/column_view.hpp"

namespace tijian {

/// How the values of one array lie, as far as its format tells.
struct ArrowLayout {
  Storage storage = Storage::nulls;
  int scale = 0;
  TimeUnit time_unit = TimeUnit::second;
  bool utc = false;

  /// Buffers that its arrays have. A utf8_view has this many and one more for each data buffer.
  [[nodiscard]] std::int64_t buffer_count() const {
    if (storage == Storage::nulls) return 0;
    return is_flat_text(storage) ? 3 : 2;
  }
};

namespace arrow_detail {

/// `p,s` and, if it is 128, the width: other widths are other layouts.
inline std::optional<ArrowLayout> decimal_layout(std::string_view parameters) {
  int precision = 0;
  int scale = 0;
  const char* end = parameters.data() + parameters.size();
  auto read = std::from_chars(parameters.data(), end, precision);
  if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ',') return std::nullopt;
  read = std::from_chars(read.ptr + 1, end, scale);
  if (read.ec != std::errc{}) return std::nullopt;
  const std::string_view width(read.ptr, static_cast<std::size_t>(end - read.ptr));
  if (!width.empty() && width != ",128") return std::nullopt;
  // 38 digits are what 128 bits hold; a scale far beyond is no number that anybody measured.
  if (precision < 1 || precision > 38 || scale < -400 || scale > 400) return std::nullopt;
  return ArrowLayout{Storage::decimal128, scale};
}

/// Unit and zone of a timestamp: `s:`, `u:Asia/Shanghai`. A zone means that counts are in UTC.
inline std::optional<ArrowLayout> timestamp_layout(std::string_view parameters) {
  if (parameters.size() < 2 || parameters[1] != ':') return std::nullopt;
  const std::size_t unit = std::string_view("smun").find(parameters[0]);
  if (unit == std::string_view::npos) return std::nullopt;
  return ArrowLayout{Storage::timestamp, 0, static_cast<TimeUnit>(unit), parameters.size() > 2};
}

}  // namespace arrow_detail

/// The layout of a format that is read; nothing for all others.
inline std::optional<ArrowLayout> arrow_layout(std::string_view format) {
  if (format.starts_with("d:")) return arrow_detail::decimal_layout(format.substr(2));
  if (format.starts_with("ts")) return arrow_detail::timestamp_layout(format.substr(2));
  if (format == "vu") return ArrowLayout{Storage::utf8_view};
  if (format == "tdD") return ArrowLayout{Storage::date32};
  if (format.size() != 1) return std::nullopt;
  switch (format[0]) {
    case 'n': return ArrowLayout{Storage::nulls};
    case 'b': return ArrowLayout{Storage::boolean_bits};
    case 'c': return ArrowLayout{Storage::int8};
    case 'C': return ArrowLayout{Storage::uint8};
    case 's': return ArrowLayout{Storage::int16};
    case 'S': return ArrowLayout{Storage::uint16};
    case 'i': return ArrowLayout{Storage::int32};
    case 'I': return ArrowLayout{Storage::uint32};
    case 'l': return ArrowLayout{Storage::int64};
    case 'L': return ArrowLayout{Storage::uint64};
    case 'f': return ArrowLayout{Storage::float32};
    case 'g': return ArrowLayout{Storage::float64};
    case 'u': return ArrowLayout{Storage::utf8};
    case 'U': return ArrowLayout{Storage::large_utf8};
    default: return std::nullopt;
  }
}

}  // namespace tijian
