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
#include "tijian/frame.hpp"
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

/// A unit by the place of its level's column and by its own among those of the level.
struct Place {
  std::size_t level = 0;
  std::size_t unit = 0;
};

struct FoundUnit {
  std::string id;
  std::optional<std::string> name;
  std::vector<Place> above;  // what was nearest above it on some row, one per level, lowest first
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
      for (std::size_t row = 0; row < rows; ++row) add_row(ids, names, row);
    }
  }

  OwnedTable frame() {
    for (std::size_t level = 0; level < units_.size(); ++level)
      for (FoundUnit& unit : units_[level]) check_chain(unit);
    if (!issues_.empty()) throw DataError(std::move(issues_));
    std::vector<std::optional<std::string>> id, level, parent, name;
    for (std::size_t l = 0; l < units_.size(); ++l)
      for (FoundUnit& unit : units_[l]) {
        id.push_back(unit.id);
        level.push_back(columns_[l].level);
        parent.push_back(unit.above.empty() ? std::nullopt
                                            : std::optional(at(unit.above.front()).id));
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
  const ColumnView* find(const TableView& batch, const std::string& column, Issues& issues) const {
    const std::string place = "units/" + column;
    const ColumnView* found = batch.find(column);
    if (found == nullptr)
      issues.push_back(missing_column(batch, "units", column, [&](const std::string& other) {
        return std::any_of(columns_.begin(), columns_.end(), [&](const UnitColumn& known) {
          return known.id == other || known.name == other;
        });
      }));
    else if (auto issue = accepts(*found, Type::text, place))
      issues.push_back(*issue);
    return found;
  }

  FoundUnit& at(Place place) { return units_[place.level][place.unit]; }

  void add_row(const std::vector<TextColumn>& ids, const std::vector<TextColumn>& names,
               std::size_t row) {
    std::optional<Place> above;
    for (std::size_t level = columns_.size(); level-- > 0;) {
      if (!ids[level].has(row)) continue;
      const Place place{level, unit_of(level, ids[level].text(row))};
      FoundUnit& unit = at(place);
      if (above) link(unit, *above);
      if (names[level].has(row)) name(unit, names[level].text(row));
      above = place;
    }
  }

  std::size_t unit_of(std::size_t level, std::string_view id) {
    const auto found = places_[level].find(id);
    if (found != places_[level].end()) return found->second;
    units_[level].push_back({std::string(id), std::nullopt, {}, false});
    return places_[level].emplace(id, units_[level].size() - 1).first->second;
  }

  void link(FoundUnit& unit, Place above) {
    const auto known =
        std::lower_bound(unit.above.begin(), unit.above.end(), above.level,
                         [](const Place& one, std::size_t level) { return one.level < level; });
    if (known == unit.above.end() || known->level != above.level)
      unit.above.insert(known, above);
    else if (known->unit != above.unit)
      dispute(messages::two_parents, unit, at(*known).id, at(above).id);
  }

  void name(FoundUnit& unit, std::string_view text) {
    if (!unit.name)
      unit.name = text;
    else if (*unit.name != text)
      dispute(messages::two_names, unit, *unit.name, std::string(text));
  }

  /// Its parent is what was found on the lowest level. A row that left that level out may have
  /// named a place further up: the parent's parents must lead there.
  void check_chain(FoundUnit& unit) {
    if (unit.above.empty()) return;
    Place reached = unit.above.front();
    for (const Place& named : unit.above) {
      while (reached.level < named.level) {
        if (at(reached).above.empty()) return;
        reached = at(reached).above.front();
      }
      if (reached.level == named.level && reached.unit != named.unit)
        return dispute(messages::two_parents, unit, at(reached).id, at(named).id);
    }
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
