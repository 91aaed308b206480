#include "unit_columns.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "tijian/add_options.hpp"
#include "tijian/data_messages.hpp"
#include "tijian/table.hpp"

namespace tijian::python {

namespace {

namespace messages {
inline constexpr Message two_parents{
    "units.two_parents", "单元 {unit} 在不同的行属于 {first} 和 {second}",
    "unit {unit} belongs to {first} in one row and to {second} in another"};
inline constexpr Message two_names{"units.two_names", "单元 {unit} 有两个名称：{first}、{second}",
                                   "unit {unit} has two names: {first} and {second}"};
}  // namespace messages

constexpr std::size_t most_issues = 100;

struct FoundUnit {
  std::string id;
  std::optional<std::string> name;
  std::size_t parent_level = 0;  // the number of levels: none yet
  std::string parent;
  bool disputed = false;
};

/// The texts of one column, a tile of rows at a time.
class TextColumn {
 public:
  explicit TextColumn(const ColumnView* column)
      : column_(column), tile_(std::make_unique<kernels::TextTile>()) {}

  void load(std::int64_t first, std::size_t rows) {
    if (column_ != nullptr) load_texts(*column_, first, rows, *tile_, scratch_);
  }
  [[nodiscard]] bool has(std::size_t row) const {
    return column_ != nullptr && kernels::test_row(tile_->valid, row);
  }
  [[nodiscard]] std::string_view text(std::size_t row) const { return tile_->values[row]; }

 private:
  const ColumnView* column_;
  std::unique_ptr<kernels::TextTile> tile_;
  TextScratch scratch_;
};

/// Finds texts without making strings of them.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

class UnitCollector {
 public:
  explicit UnitCollector(const std::vector<UnitColumn>& columns)
      : columns_(columns), units_(columns.size()), places_(columns.size()) {}

  void add(const TableView& batch, const std::stop_token& stop) {
    Issues issues;
    std::vector<TextColumn> ids, names;
    for (const UnitColumn& column : columns_) {
      ids.emplace_back(find(batch, column.id, issues));
      names.emplace_back(column.name.empty() ? nullptr : find(batch, column.name, issues));
    }
    if (!issues.empty()) throw DataError(std::move(issues));
    constexpr auto tile_rows = static_cast<std::int64_t>(kernels::tile_rows);
    for (std::int64_t first = 0; first < batch.rows; first += tile_rows) {
      stop_if_asked(stop);
      const auto rows = static_cast<std::size_t>(std::min(tile_rows, batch.rows - first));
      for (TextColumn& column : ids) column.load(first, rows);
      for (TextColumn& column : names) column.load(first, rows);
      for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t level = 0; level < columns_.size(); ++level)
          if (ids[level].has(row)) add_place(ids, names[level], level, row);
    }
  }

  OwnedTable frame() {
    if (!issues_.empty()) throw DataError(std::move(issues_));
    std::vector<std::optional<std::string>> id, level, parent, name;
    for (std::size_t l = 0; l < units_.size(); ++l)
      for (FoundUnit& unit : units_[l]) {
        id.push_back(std::move(unit.id));
        level.push_back(columns_[l].level);
        parent.push_back(unit.parent_level == columns_.size()
                             ? std::nullopt
                             : std::optional(std::move(unit.parent)));
        name.push_back(std::move(unit.name));
      }
    OwnedTable table(static_cast<std::int64_t>(id.size()));
    table.add_texts("id", id);
    table.add_texts("level", level);
    table.add_texts("parent", parent);
    table.add_texts("name", name);
    return table;
  }

 private:
  static const ColumnView* find(const TableView& batch, const std::string& column, Issues& issues) {
    const std::string place = "units/" + column;
    const ColumnView* found = batch.find(column);
    if (found == nullptr)
      issues.push_back(make_issue(data_messages::missing_column, place,
                                  {{"table", "units"}, {"column", column}}));
    else if (auto issue = accepts(*found, Type::text, place))
      issues.push_back(*issue);
    return found;
  }

  void add_place(const std::vector<TextColumn>& ids, const TextColumn& name, std::size_t level,
                 std::size_t row) {
    const std::string_view id = ids[level].text(row);
    auto place = places_[level].find(id);
    if (place == places_[level].end()) {
      place = places_[level].emplace(id, units_[level].size()).first;
      units_[level].push_back({std::string(id), std::nullopt, columns_.size(), {}, false});
    }
    FoundUnit& unit = units_[level][place->second];
    std::size_t above = level + 1;
    while (above < columns_.size() && !ids[above].has(row)) ++above;
    if (above < unit.parent_level) {  // a row that leaves no level out knows better
      unit.parent_level = above;
      unit.parent = ids[above].text(row);
    } else if (above < columns_.size() && above == unit.parent_level &&
               unit.parent != ids[above].text(row)) {
      dispute(messages::two_parents, unit, unit.parent, std::string(ids[above].text(row)));
    }
    if (!name.has(row)) return;
    if (!unit.name)
      unit.name = name.text(row);
    else if (*unit.name != name.text(row))
      dispute(messages::two_names, unit, *unit.name, std::string(name.text(row)));
  }

  void dispute(const Message& message, FoundUnit& unit, const std::string& first,
               const std::string& second) {
    if (std::exchange(unit.disputed, true) || issues_.size() >= most_issues) return;
    issues_.push_back(make_issue(message, "units/" + unit.id,
                                 {{"unit", unit.id}, {"first", first}, {"second", second}}));
  }

  const std::vector<UnitColumn>& columns_;
  std::vector<std::vector<FoundUnit>> units_;
  std::vector<std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>>> places_;
  Issues issues_;
};

}  // namespace

OwnedTable units_of_columns(const Batches& next, const std::vector<UnitColumn>& columns,
                            const std::stop_token& stop) {
  UnitCollector collector(columns);
  while (const TableView* batch = next()) collector.add(*batch, stop);
  return collector.frame();
}

}  // namespace tijian::python
