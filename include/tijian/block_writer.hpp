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
///
/// Several threads fill a table with a writer each, all of which are given the same blocks; each
/// writes its part of the columns: the first those with the number 0, `parts`, 2 · `parts` …
class BlockWriter {
 public:
  explicit BlockWriter(ResultTable& table, std::size_t part = 0, std::size_t parts = 1)
      : table_(table), part_(part), parts_(parts) {}

  BlockWriter& rows(std::size_t groups, std::size_t members) {
    groups_ = groups;
    members_ = members;
    rows_ = groups * members;
    column_ = 0;
    return *this;
  }
  /// Whether the next column is of this writer's part: what is only for another need not be made.
  [[nodiscard]] bool writes_next() const { return column_ % parts_ == part_; }

  BlockWriter& text_of_block(std::string_view text) {
    return next([&](std::size_t column) {
      table_.append_each_text(column, 1, rows_, [&](std::size_t) { return text; });
    });
  }
  /// `text` is called with the group's place.
  template <class Text>
  BlockWriter& text_of_group(Text&& text) {
    return next(
        [&](std::size_t column) { table_.append_each_text(column, groups_, members_, text); });
  }
  /// `text` is called with the member's place.
  template <class Text>
  BlockWriter& text_of_member(Text&& text) {
    return next(
        [&](std::size_t column) { table_.append_all_texts(column, members_, groups_, text); });
  }
  template <class Text>
  BlockWriter& text(Text&& text) {
    return next([&](std::size_t column) { table_.append_each_text(column, rows_, 1, text); });
  }
  template <class Number>
  BlockWriter& number(Number&& number) {
    return next([&](std::size_t column) { table_.append_numbers(column, rows_, number); });
  }
  template <class Integer>
  BlockWriter& integer(Integer&& integer) {
    return next([&](std::size_t column) { table_.append_integers(column, rows_, integer); });
  }
  template <class Boolean>
  BlockWriter& boolean(Boolean&& boolean) {
    return next([&](std::size_t column) { table_.append_booleans(column, rows_, boolean); });
  }

 private:
  template <class Append>
  BlockWriter& next(const Append& append) {
    if (writes_next()) append(column_);
    ++column_;
    return *this;
  }

  ResultTable& table_;
  std::size_t part_;
  std::size_t parts_;
  std::size_t groups_ = 0;
  std::size_t members_ = 0;
  std::size_t rows_ = 0;
  std::size_t column_ = 0;
};

}  // namespace tijian
