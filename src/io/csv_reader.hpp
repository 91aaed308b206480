// CSV files as tables: strict, nothing guessed, every fault named by file, row and column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/text_decoder.hpp"
#include "tijian/framework.hpp"
#include "tijian/owned_table.hpp"

namespace tijian {

/// A column that the reader is asked for.
struct CsvColumn {
  std::string name;
  Type type = Type::text;
  bool required = true;     ///< its absence is an error; otherwise the table is without it
  bool identifies = false;  ///< holds ids of units or objects: a row of totals shows here
};

struct CsvReadOptions {
  Encoding encoding = Encoding::automatic;
  std::size_t line_limit = std::size_t{1} << 20;  ///< bytes of one row
  std::size_t field_limit = 4096;                 ///< fields of one row
  std::size_t issue_limit = 100;                  ///< issues listed; the others are counted
};

/// What a CSV file holds of the wanted columns.
struct CsvTable {
  OwnedTable table;                        ///< the wanted columns that are there, as wanted
  std::vector<std::string> other_columns;  ///< headers that nobody asked for
  /// Where rows of the table begin to lie further down in the file (behind skipped ones): row of
  /// the table, row of the file. The first entry is the first row's.
  std::vector<std::pair<std::int64_t, std::int64_t>> row_steps;

  /// The row of the file, as a spreadsheet counts, that a row of the table (from 0) stands in.
  [[nodiscard]] std::int64_t row_in_file(std::int64_t row) const;
};

/// Reads the wanted columns of a comma-separated file (RFC 4180; CRLF, LF or CR; UTF-8, UTF-16 with
/// a byte order mark, GB18030) whose first row is the header. Other columns are ignored, rows
/// without any text are skipped.
///
/// An empty field is null. Texts are taken as they are, but for blanks around unquoted ones and the
/// apostrophe that guards against formulas. number: decimal digits as a program writes them, all of
/// the field; percent signs, separators, units, placeholders such as `-` or `NA`, and integers
/// beyond 2^53 are refused. boolean: 0, 1, true, false (any case), 是, 否. Headers must match
/// exactly; one that differs by a unit in brackets, width, blanks or case is refused, not taken. So
/// are rows of totals, rows of another number of fields, repeated headers, NUL, and what exceeds
/// the limits.
///
/// Throws DataError with all that is wrong, places being `file:row:column`; row 1 is the header, as
/// a spreadsheet counts.
CsvTable read_csv_file(const std::string& path, const std::vector<CsvColumn>& wanted,
                       const CsvReadOptions& options = {});

/// The same over a text in memory; `name` stands for the file in places.
CsvTable read_csv_text(std::string_view text, const std::string& name,
                       const std::vector<CsvColumn>& wanted, const CsvReadOptions& options = {});

}  // namespace tijian
