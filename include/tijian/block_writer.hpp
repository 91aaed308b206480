// Fills a result table by blocks of rows, column by column: for tables of millions of rows.
#pragma once

#include <cstddef>
#include <string_view>

#include "tijian/result_table.hpp"

namespace tijian {

/// Fills a table block by block, each in the order of its columns. What is given for a column is
/// called with the row's place in the block, 0 … rows − 1, unless it says otherwise. An empty text
/// is null.
///
/// The rows of a block are groups of as many members each: what is the same for all rows of a
/// group, or for all members at one place, is given once.
class BlockWriter {
 public:
  explicit BlockWriter(ResultTable& table) : table_(table) {}

  BlockWriter& rows(std::size_t groups, std::size_t members) {
    groups_ = groups;
    members_ = members;
    rows_ = groups * members;
    column_ = 0;
    return *this;
  }
  BlockWriter& text_of_block(std::string_view text) {
    table_.append_each_text(column_++, 1, rows_, [&](std::size_t) { return text; });
    return *this;
  }
  /// `text` is called with the group's place.
  template <class Text>
  BlockWriter& text_of_group(Text&& text) {
    table_.append_each_text(column_++, groups_, members_, text);
    return *this;
  }
  /// `text` is called with the member's place.
  template <class Text>
  BlockWriter& text_of_member(Text&& text) {
    table_.append_all_texts(column_++, members_, groups_, text);
    return *this;
  }
  template <class Text>
  BlockWriter& text(Text&& text) {
    table_.append_each_text(column_++, rows_, 1, text);
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
  std::size_t groups_ = 0;
  std::size_t members_ = 0;
  std::size_t rows_ = 0;
  std::size_t column_ = 0;
};

}  // namespace tijian
