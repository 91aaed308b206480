// The rows of a batch as the leaves of a table's row graph: columns are found by name, loaded tile
// by tile, and what no formula may read (integers beyond 2^53, numbers in a boolean column) is
// noted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "tijian/data_messages.hpp"
#include "tijian/formula/evaluator.hpp"
#include "tijian/frame.hpp"
#include "tijian/plan.hpp"
#include "tijian/table.hpp"

namespace tijian {

/// What is wrong with a batch before any row is looked at: columns that are read but missing or of
/// a type that cannot stand for theirs.
inline Issues check_columns(const TablePlan& plan, const Framework& framework,
                            const TableView& batch, bool with_key) {
  Issues issues;
  const Table& table = framework.tables[plan.table];
  constexpr std::size_t most_told = 20;  // with the nearest name: finding that takes longer
  const auto is_known = [&](const std::string& id) {
    return id == table.unit ||
           std::find(table.key.begin(), table.key.end(), id) != table.key.end() ||
           std::any_of(plan.columns.begin(), plan.columns.end(),
                       [&](const ColumnPlan& column) { return column.id == id; });
  };
  const auto want = [&](std::string_view id, Type type, bool optional) {
    const ColumnView* column = batch.find(id);
    const std::string place = plan.id + "/" + std::string(id);
    // A column that is read may be the unit or the key as well.
    if (std::any_of(issues.begin(), issues.end(),
                    [&place](const Issue& issue) { return issue.place == place; }))
      return;
    if (column == nullptr) {
      if (optional) return;
      issues.push_back(
          missing_column(issues.size() < most_told ? batch : TableView{}, plan.id, id, is_known));
    } else if (auto issue = accepts(*column, type, place)) {
      issues.push_back(*issue);
    }
  };
  for (const ColumnPlan& column : plan.columns)
    if (column.read) want(column.id, column.type, column.optional);
  want(table.unit, Type::text, false);
  if (with_key)
    for (const std::string& key : table.key) want(key, Type::text, false);
  return issues;
}

/// One thread's view of a batch.
class RowLeaves final : public formula::Leaves {
 public:
  RowLeaves(const TablePlan& plan, const TableView& batch, const kernels::KernelTable& kernels)
      : plan_(plan), kernels_(kernels), columns_(plan.columns.size()) {
    for (std::size_t c = 0; c < plan.columns.size(); ++c)
      if (plan.columns[c].leaf != no_index) columns_[c].view = batch.find(plan.columns[c].id);
  }

  const double* number(std::uint32_t leaf, std::size_t first, std::size_t rows,
                       kernels::NumberTile& tile) override {
    Bound& column = columns_[plan_.leaves[leaf].index];
    const double* values = tile.values;
    if (column.view == nullptr) {
      tile.valid.fill(0);
      column.infinite.fill(0);
    } else if (column.view->storage == Storage::float64) {
      values = floats(*column.view, static_cast<std::int64_t>(first), rows, tile, column.infinite);
    } else {
      load_numbers(*column.view, static_cast<std::int64_t>(first), rows, tile, column.faults,
                   &column.infinite);
    }
    column.loaded = static_cast<std::int64_t>(first);
    return values;
  }

  void boolean(std::uint32_t leaf, std::size_t first, std::size_t rows,
               kernels::BooleanTile& tile) override {
    Bound& column = columns_[plan_.leaves[leaf].index];
    if (plan_.leaves[leaf].kind == RowLeaf::Kind::infinite) {
      // The number itself is loaded before, as its node is older; else load it aside.
      if (column.loaded != static_cast<std::int64_t>(first)) {
        if (!aside_) aside_ = std::make_unique<kernels::NumberTile>();
        const std::uint32_t number_leaf = plan_.columns[plan_.leaves[leaf].index].leaf;
        number(number_leaf, first, rows, *aside_);
      }
      kernels::set_first_rows(tile.valid, rows);
      for (std::size_t word = 0; word < kernels::tile_words; ++word)
        tile.value[word] = column.infinite[word] & tile.valid[word];
      return;
    }
    if (column.view == nullptr) {
      tile.value.fill(0);
      tile.valid.fill(0);
    } else {
      load_booleans(*column.view, static_cast<std::int64_t>(first), rows, tile, column.faults);
    }
    column.loaded = static_cast<std::int64_t>(first);
  }

  void text(std::uint32_t leaf, std::size_t first, std::size_t rows,
            kernels::TextTile& tile) override {
    Bound& column = columns_[plan_.leaves[leaf].index];
    if (column.view == nullptr)
      tile.valid.fill(0);
    else
      load_texts(*column.view, static_cast<std::int64_t>(first), rows, tile, column.scratch);
    column.loaded = static_cast<std::int64_t>(first);
  }

  /// Adds what the columns that have been read hold of the whole tile from row `first` on.
  void prefetch(std::int64_t first, kernels::Prefetch& prefetch) const {
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const ColumnView* view = columns_[c].view;
      if (view == nullptr || columns_[c].loaded < 0) continue;
      const std::int64_t start = view->offset + first;
      if (view->storage == Storage::float64 || view->storage == Storage::int64)
        prefetch.add(static_cast<const double*>(view->values) + start,
                     kernels::tile_rows * sizeof(double));
      if (view->validity != nullptr)
        prefetch.add(view->validity + start / 8, kernels::tile_rows / 8);
    }
  }

  /// What no formula may read, after the rows have been run. Rows are counted on from
  /// `rows_before`.
  [[nodiscard]] Issues faults(std::int64_t rows_before = 0) const {
    const auto row = [rows_before](std::int64_t found) {
      return std::to_string(rows_before + found + 1);
    };
    Issues issues;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const LoadFaults& found = columns_[c].faults;
      const std::string place = plan_.id + "/" + plan_.columns[c].id;
      if (found.too_large)
        issues.push_back(
            make_issue(data_messages::too_large, place,
                       {{"column", plan_.columns[c].id}, {"row", row(found.too_large_row)}}));
      if (found.not_boolean)
        issues.push_back(
            make_issue(data_messages::not_boolean, place,
                       {{"column", plan_.columns[c].id}, {"row", row(found.not_boolean_row)}}));
    }
    return issues;
  }

 private:
  /// A whole tile of doubles is read where it lies; a part of one is copied, since kernels read
  /// whole words of a mask.
  const double* floats(const ColumnView& column, std::int64_t first, std::size_t rows,
                       kernels::NumberTile& tile, kernels::Mask& infinite) const {
    table_detail::load_validity(column, first, rows, tile.valid);
    const char* bytes = static_cast<const char*>(column.values) +
                        static_cast<std::ptrdiff_t>(column.offset + first) *
                            static_cast<std::ptrdiff_t>(sizeof(double));
    const double* values = tile.values;
    if (rows == kernels::tile_rows &&
        reinterpret_cast<std::uintptr_t>(bytes) % alignof(double) == 0)
      values = reinterpret_cast<const double*>(bytes);
    else
      std::memcpy(tile.values, bytes, rows * sizeof(double));
    kernels_.keep_finite(values, (rows + 63) / 64, tile.valid, infinite);
    return values;
  }

  struct Bound {
    const ColumnView* view = nullptr;
    LoadFaults faults;
    kernels::Mask infinite{};
    std::int64_t loaded = -1;  // the first row of the last tile; < 0: nothing asks for the column
    TextScratch scratch;
  };
  const TablePlan& plan_;
  const kernels::KernelTable& kernels_;
  std::vector<Bound> columns_;
  std::unique_ptr<kernels::NumberTile> aside_;
};

}  // namespace tijian
