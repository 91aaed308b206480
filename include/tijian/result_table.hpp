// Result tables: the columns that an assessment hands out, before any file format.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/owned_table.hpp"
#include "tijian/utf8.hpp"

namespace tijian {

enum class ResultType { text, number, integer, boolean };

inline std::string_view result_type_name(ResultType type) {
  switch (type) {
    case ResultType::text: return "text";
    case ResultType::number: return "number";
    case ResultType::integer: return "integer";
    case ResultType::boolean: return "boolean";
  }
  return "text";
}

/// One column. Only the vectors of its type are filled; a row without a bit in `valid` is null and
/// holds 0 or an empty text. Texts lie end to end in `bytes`, text r in [offsets[r], offsets[r +
/// 1]).
struct ResultColumn {
  std::string name;
  ResultType type = ResultType::text;
  std::string measure;
  std::vector<double> numbers;
  std::vector<std::int64_t> integers;
  BitVector booleans;
  std::vector<std::int64_t> offsets;
  std::vector<char> bytes;
  BitVector valid;
  bool utf8 = true;  ///< every text is

  [[nodiscard]] std::size_t rows() const { return valid.size(); }
};

/// Where a result comes from; every table carries it.
struct ResultSource {
  std::string framework_id;
  std::string framework_version;
  std::string fingerprint;
  std::string library_version;
  int year = 0;
  bool operator==(const ResultSource&) const = default;
};

/// A table of typed columns that is built row by row or by blocks: `add_column` for each column
/// first, then a `push_*` per column and row (or `end_row` to leave the rest of a row null), or an
/// `append_*` per column and block of rows.
///
/// A number that is NaN or infinite is pushed as null, −0 as 0: no result is either. Pushing into a
/// column of another type, or adding a column to a table that has rows, throws std::logic_error.
class ResultTable {
 public:
  ResultTable() = default;
  explicit ResultTable(std::string name, ResultSource source = {})
      : name_(std::move(name)), source_(std::move(source)) {}

  std::size_t add_column(std::string name, ResultType type, std::string measure = {}) {
    if (rows() != 0) throw std::logic_error("columns of a result table come before its rows");
    ResultColumn& column = columns_.emplace_back();
    column.name = std::move(name);
    column.type = type;
    column.measure = std::move(measure);
    if (type == ResultType::text) column.offsets.push_back(0);
    return columns_.size() - 1;
  }

  void push_text(std::size_t column, std::optional<std::string_view> value) {
    ResultColumn& target = of_type(column, ResultType::text);
    if (value) {
      target.bytes.insert(target.bytes.end(), value->begin(), value->end());
      target.utf8 = target.utf8 && is_utf8(*value);
    }
    target.offsets.push_back(static_cast<std::int64_t>(target.bytes.size()));
    target.valid.push(value.has_value());
  }
  void push_number(std::size_t column, std::optional<double> value) {
    ResultColumn& target = of_type(column, ResultType::number);
    if (value && !std::isfinite(*value)) value.reset();
    target.numbers.push_back(value.value_or(0) + 0.0);
    target.valid.push(value.has_value());
  }
  void push_integer(std::size_t column, std::optional<std::int64_t> value) {
    ResultColumn& target = of_type(column, ResultType::integer);
    target.integers.push_back(value.value_or(0));
    target.valid.push(value.has_value());
  }
  void push_boolean(std::size_t column, std::optional<bool> value) {
    ResultColumn& target = of_type(column, ResultType::boolean);
    target.booleans.push(value.value_or(false));
    target.valid.push(value.has_value());
  }

  /// Room for so many rows in all, so that columns do not move while they grow. For texts it is
  /// guessed by those that have come.
  void reserve(std::size_t rows) {
    reserved_ = rows;
    for (ResultColumn& column : columns_) {
      column.valid.reserve(rows);
      switch (column.type) {
        case ResultType::text: column.offsets.reserve(rows + 1); break;
        case ResultType::number: column.numbers.reserve(rows); break;
        case ResultType::integer: column.integers.reserve(rows); break;
        case ResultType::boolean: column.booleans.reserve(rows); break;
      }
    }
  }

  // `count` rows at once, of which `of(i)` gives the one at i, as a push takes it; a text that is
  // empty is null.

  /// `count` texts, each `times` times in a row.
  template <class Of>
  void append_each_text(std::size_t column, std::size_t count, std::size_t times, Of&& of) {
    NewTexts texts(of_type(column, ResultType::text), count * times);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) bytes += std::string_view(of(i)).size() * times;
    texts.make_room(bytes, reserved_);
    for (std::size_t i = 0; i < count; ++i) texts.add(of(i), times);
    texts.finish();
  }
  /// `count` texts, all of them `times` times over.
  template <class Of>
  void append_all_texts(std::size_t column, std::size_t count, std::size_t times, Of&& of) {
    NewTexts texts(of_type(column, ResultType::text), count * times);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) bytes += std::string_view(of(i)).size();
    texts.make_room(bytes * times, reserved_);
    for (std::size_t i = 0; times > 0 && i < count; ++i) texts.add(of(i));
    for (std::size_t t = 1; t < times; ++t) texts.repeat(count);
    texts.finish();
  }
  template <class Of>
  void append_numbers(std::size_t column, std::size_t count, Of&& of) {
    ResultColumn& target = of_type(column, ResultType::number);
    const std::size_t before = target.rows();
    target.numbers.resize(before + count);
    double* numbers = target.numbers.data() + before;
    for (std::size_t i = 0; i < count; ++i) numbers[i] = of(i) + 0.0;
    target.valid.append(count, [&](std::size_t i) { return std::isfinite(numbers[i]); });
    for (std::size_t i = 0; i < count; ++i)
      if (!std::isfinite(numbers[i])) numbers[i] = 0;
  }
  template <class Of>
  void append_integers(std::size_t column, std::size_t count, Of&& of) {
    ResultColumn& target = of_type(column, ResultType::integer);
    const std::size_t before = target.rows();
    target.integers.resize(before + count);
    for (std::size_t i = 0; i < count; ++i) target.integers[before + i] = of(i);
    target.valid.append(count, [](std::size_t) { return true; });
  }
  template <class Of>
  void append_booleans(std::size_t column, std::size_t count, Of&& of) {
    ResultColumn& target = of_type(column, ResultType::boolean);
    target.booleans.append(count, of);
    target.valid.append(count, [](std::size_t) { return true; });
  }

  void push_null(std::size_t column) {
    switch (columns_.at(column).type) {
      case ResultType::text: push_text(column, std::nullopt); break;
      case ResultType::number: push_number(column, std::nullopt); break;
      case ResultType::integer: push_integer(column, std::nullopt); break;
      case ResultType::boolean: push_boolean(column, std::nullopt); break;
    }
  }
  /// Fills the columns that are behind with nulls, so that all have the same number of rows.
  void end_row() {
    const std::size_t longest = rows();
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      while (columns_[column].rows() < longest) push_null(column);
    }
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const ResultSource& source() const { return source_; }
  void set_source(ResultSource source) { source_ = std::move(source); }
  [[nodiscard]] const std::vector<ResultColumn>& columns() const { return columns_; }

  /// Rows of the longest column; rows that a shorter one does not have are null in it.
  [[nodiscard]] std::size_t rows() const {
    std::size_t longest = 0;
    for (const ResultColumn& column : columns_) longest = std::max(longest, column.rows());
    return longest;
  }

  [[nodiscard]] std::optional<std::size_t> column_index(std::string_view name) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name == name) return i;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_null(std::size_t column, std::size_t row) const {
    const ResultColumn& source = columns_.at(column);
    return row >= source.rows() || !source.valid.test(row);
  }
  /// The cell, or nothing where it is null; the view is good until the table changes.
  [[nodiscard]] std::optional<std::string_view> text(std::size_t column, std::size_t row) const {
    const ResultColumn& source = of_type(column, ResultType::text);
    if (is_null(column, row)) return std::nullopt;
    const auto start = static_cast<std::size_t>(source.offsets[row]);
    const auto end = static_cast<std::size_t>(source.offsets[row + 1]);
    return std::string_view(source.bytes.data() + start, end - start);
  }
  [[nodiscard]] std::optional<double> number(std::size_t column, std::size_t row) const {
    const ResultColumn& source = of_type(column, ResultType::number);
    if (is_null(column, row)) return std::nullopt;
    return source.numbers[row];
  }
  [[nodiscard]] std::optional<std::int64_t> integer(std::size_t column, std::size_t row) const {
    const ResultColumn& source = of_type(column, ResultType::integer);
    if (is_null(column, row)) return std::nullopt;
    return source.integers[row];
  }
  [[nodiscard]] std::optional<bool> boolean(std::size_t column, std::size_t row) const {
    const ResultColumn& source = of_type(column, ResultType::boolean);
    if (is_null(column, row)) return std::nullopt;
    return source.booleans.test(row);
  }

 private:
  /// Rows behind the last one of a column of texts, while they are written.
  class NewTexts {
   public:
    NewTexts(ResultColumn& column, std::size_t count)
        : column_(column), first_(column.rows()), row_(first_), end_(first_ + count) {
      column.offsets.resize(end_ + 1);
    }
    void make_room(std::size_t bytes, std::size_t rows_in_all) {
      const std::size_t needed = column_.bytes.size() + bytes;
      // Texts of the rows to come may be as long as those so far, unless one of these is very long.
      constexpr std::size_t most_foreseen = 256;
      const std::size_t mean = end_ == 0 ? 0 : needed / end_ + 1;
      if (needed > column_.bytes.capacity() && rows_in_all > end_ && mean <= most_foreseen) {
        try {
          column_.bytes.reserve(needed + (rows_in_all - end_) * mean);
        } catch (const std::bad_alloc&) {
          // It was a guess: there may be room for what is needed.
        }
      }
      to_ = column_.bytes.size();
      column_.bytes.resize(needed);
    }
    void add(std::string_view text, std::size_t times = 1) {
      // Asked here, a text that comes again and again is looked at once.
      column_.utf8 = column_.utf8 && is_utf8(text);
      for (std::size_t t = 0; t < times; ++t) {
        copy(column_.bytes.data() + to_, text);
        to_ += text.size();
        column_.offsets[++row_] = static_cast<std::int64_t>(to_);
      }
    }
    /// The last `count` texts once more.
    void repeat(std::size_t count) {
      const std::int64_t* last = column_.offsets.data() + row_ - count;
      const auto from = static_cast<std::size_t>(last[0]);
      const std::size_t bytes = to_ - from;
      if (bytes > 0) std::memcpy(column_.bytes.data() + to_, column_.bytes.data() + from, bytes);
      for (std::size_t i = 1; i <= count; ++i)
        column_.offsets[row_ + i] = last[i] + static_cast<std::int64_t>(bytes);
      to_ += bytes;
      row_ += count;
    }
    void finish() {
      const std::int64_t* offsets = column_.offsets.data() + first_;
      column_.valid.append(end_ - first_,
                           [&](std::size_t i) { return offsets[i + 1] > offsets[i]; });
    }

   private:
    /// Most texts are short: for these, a call would take longer than the copying.
    static void copy(char* to, std::string_view text) {
      const auto ends = [&](auto piece) {
        std::memcpy(&piece, text.data(), sizeof piece);
        std::memcpy(to, &piece, sizeof piece);
        std::memcpy(&piece, text.data() + text.size() - sizeof piece, sizeof piece);
        std::memcpy(to + text.size() - sizeof piece, &piece, sizeof piece);
      };
      if (text.size() > 16)
        std::memcpy(to, text.data(), text.size());
      else if (text.size() >= 8)
        ends(std::uint64_t{});
      else if (text.size() >= 4)
        ends(std::uint32_t{});
      else
        std::copy(text.begin(), text.end(), to);
    }

    ResultColumn& column_;
    std::size_t first_, row_, end_;
    std::size_t to_ = 0;  // into the bytes
  };

  ResultColumn& of_type(std::size_t column, ResultType type) {
    ResultColumn& target = columns_.at(column);
    if (target.type != type)
      throw std::logic_error("column " + target.name + " holds another type");
    return target;
  }
  [[nodiscard]] const ResultColumn& of_type(std::size_t column, ResultType type) const {
    const ResultColumn& source = columns_.at(column);
    if (source.type != type)
      throw std::logic_error("column " + source.name + " holds another type");
    return source;
  }

  std::string name_;
  ResultSource source_;
  std::vector<ResultColumn> columns_;
  std::size_t reserved_ = 0;  // rows
};

}  // namespace tijian
