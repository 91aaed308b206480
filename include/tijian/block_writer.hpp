// Fills a result table by blocks of rows, column by column: for tables of millions of rows.
#pragma once

#include <cstddef>
#include <string_view>

#include "tijian/result_table.hpp"

namespace tijian {

/// Fills a table block by block, each in the order of its columns. What is given for a column is
/// called with the row's place in the block, 0 … rows − 1. An empty text is null.
class BlockWriter {
 public:
  explicit BlockWriter(ResultTable& table) : table_(table) {}

  BlockWriter& rows(std::size_t rows) {
    rows_ = rows;
    column_ = 0;
    return *this;
  }
  template <class Text>
  BlockWriter& text(Text&& text) {
    table_.append_texts(column_++, rows_, text);
    return *this;
  }
  template <class Number>
  BlockWriter& number(Number&& number) {
    table_.append_numbers(column_++, rows_, number);
    return *this;
  }
  template <class Integer>
  BlockWriter& integer(Integer&& integer) {
    table_.append_integers(column_++, rows_, integer);
    return *this;
  }
  template <class Boolean>
  BlockWriter& boolean(Boolean&& boolean) {
    table_.append_booleans(column_++, rows_, boolean);
    return *this;
  }

 private:
  ResultTable& table_;
  std::size_t rows_ = 0;
  std::size_t column_ = 0;
};

}  // namespace tijian
