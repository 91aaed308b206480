// Reading a whole small frame (units, entries, last year's problems) into plain columns. Survey
// tables are never read this way: they go through tiles.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/data_messages.hpp"
#include "tijian/framework.hpp"
#include "tijian/issue.hpp"
#include "tijian/kernels/tile.hpp"
#include "tijian/nearest.hpp"
#include "tijian/table.hpp"

namespace tijian {

inline constexpr double null_number = std::numeric_limits<double>::quiet_NaN();
inline bool is_null(double number) { return std::isnan(number); }

/// The issue of a column that is not there, with the nearest of those that nobody asked for: it may
/// be the misspelt one. A table of very many columns is not searched.
template <class IsKnown>
Issue missing_column(const TableView& table, std::string_view name, std::string_view column,
                     IsKnown&& is_known) {
  Issue issue =
      make_issue(data_messages::missing_column, std::string(name) + "/" + std::string(column),
                 {{"table", name}, {"column", column}});
  constexpr std::size_t most_compared = 1000;
  if (table.columns.size() + table.others.size() > most_compared) return issue;
  std::vector<std::string> others = table.others;
  for (const auto& [other, view] : table.columns)
    if (!is_known(other)) others.push_back(other);
  issue.nearest = nearest_name(column, others);
  return issue;
}

/// Texts of one column; null where the frame has null or the column is absent.
inline std::vector<std::optional<std::string>> read_text_column(const TableView& table,
                                                                std::string_view name,
                                                                const std::string& place,
                                                                Issues& issues) {
  std::vector<std::optional<std::string>> texts(static_cast<std::size_t>(table.rows));
  const ColumnView* column = table.find(name);
  if (column == nullptr) return texts;
  if (auto issue = accepts(*column, Type::text, place + "/" + std::string(name))) {
    issues.push_back(*issue);
    return texts;
  }
  auto tile = std::make_unique<kernels::TextTile>();
  TextScratch scratch;
  for (std::int64_t first = 0; first < table.rows; first += kernels::tile_rows) {
    const std::size_t n =
        static_cast<std::size_t>(std::min<std::int64_t>(kernels::tile_rows, table.rows - first));
    load_texts(*column, first, n, *tile, scratch);
    for (std::size_t i = 0; i < n; ++i)
      if (kernels::test_row(tile->valid, i))
        texts[static_cast<std::size_t>(first) + i] = std::string(tile->values[i]);
  }
  return texts;
}

/// Numbers of one column; `null_number` where the frame has null or the column is absent.
/// Infinities and integers beyond 2^53 are issues.
inline std::vector<double> read_number_column(const TableView& table, std::string_view name,
                                              const std::string& place, Issues& issues) {
  std::vector<double> numbers(static_cast<std::size_t>(table.rows), null_number);
  const ColumnView* column = table.find(name);
  if (column == nullptr) return numbers;
  const std::string column_place = place + "/" + std::string(name);
  if (auto issue = accepts(*column, Type::number, column_place)) {
    issues.push_back(*issue);
    return numbers;
  }
  auto tile = std::make_unique<kernels::NumberTile>();
  for (std::int64_t first = 0; first < table.rows; first += kernels::tile_rows) {
    const std::size_t n =
        static_cast<std::size_t>(std::min<std::int64_t>(kernels::tile_rows, table.rows - first));
    LoadFaults faults;
    kernels::Mask infinite{};
    load_numbers(*column, first, n, *tile, faults, &infinite);
    if (faults.too_large)
      issues.push_back(
          make_issue(data_messages::too_large, column_place,
                     {{"column", name}, {"row", std::to_string(faults.too_large_row + 1)}}));
    for (std::size_t i = 0; i < n; ++i) {
      if (kernels::test_row(tile->valid, i))
        numbers[static_cast<std::size_t>(first) + i] = tile->values[i];
      if (kernels::test_row(infinite, i))
        issues.push_back(make_issue(
            data_messages::infinite_value, column_place,
            {{"column", name}, {"row", std::to_string(first + static_cast<std::int64_t>(i) + 1)}}));
    }
  }
  return numbers;
}

/// Booleans of one column: 0, 1, or -1 for null.
inline std::vector<std::int8_t> read_boolean_column(const TableView& table, std::string_view name,
                                                    const std::string& place, Issues& issues) {
  std::vector<std::int8_t> booleans(static_cast<std::size_t>(table.rows), -1);
  const ColumnView* column = table.find(name);
  if (column == nullptr) return booleans;
  const std::string column_place = place + "/" + std::string(name);
  if (auto issue = accepts(*column, Type::boolean, column_place)) {
    issues.push_back(*issue);
    return booleans;
  }
  kernels::BooleanTile tile;
  for (std::int64_t first = 0; first < table.rows; first += kernels::tile_rows) {
    const std::size_t n =
        static_cast<std::size_t>(std::min<std::int64_t>(kernels::tile_rows, table.rows - first));
    LoadFaults faults;
    load_booleans(*column, first, n, tile, faults);
    if (faults.not_boolean)
      issues.push_back(
          make_issue(data_messages::not_boolean, column_place,
                     {{"column", name}, {"row", std::to_string(faults.not_boolean_row + 1)}}));
    for (std::size_t i = 0; i < n; ++i)
      if (kernels::test_row(tile.valid, i))
        booleans[static_cast<std::size_t>(first) + i] = kernels::test_row(tile.value, i) ? 1 : 0;
  }
  return booleans;
}

}  // namespace tijian
