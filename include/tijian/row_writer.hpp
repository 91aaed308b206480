// Fills a result table row by row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tijian/result_table.hpp"

namespace tijian {

/// Fills a table row by row, in the order of its columns. An empty text is null.
class RowWriter {
 public:
  explicit RowWriter(ResultTable& table) : table_(table) {}
  RowWriter& text(std::string_view value) {
    table_.push_text(column_++, value.empty() ? std::nullopt : std::optional(value));
    return *this;
  }
  RowWriter& number(double value) {
    table_.push_number(column_++, value);  // which is null where it is not finite
    return *this;
  }
  RowWriter& number(std::optional<double> value) {
    table_.push_number(column_++, value);
    return *this;
  }
  RowWriter& integer(std::optional<std::int64_t> value) {
    table_.push_integer(column_++, value);
    return *this;
  }
  RowWriter& boolean(std::optional<bool> value) {
    table_.push_boolean(column_++, value);
    return *this;
  }
  void end() { column_ = 0; }

 private:
  ResultTable& table_;
  std::size_t column_ = 0;
};

}  // namespace tijian
