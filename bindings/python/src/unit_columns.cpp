#include "unit_columns.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "tijian/data_messages.hpp"
#include "tijian/frame.hpp"

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

using Cells = std::vector<std::optional<std::string>>;

class UnitCollector {
 public:
  explicit UnitCollector(const std::vector<UnitColumn>& columns)
      : columns_(columns), units_(columns.size()), places_(columns.size()) {}

  void add(const TableView& batch) {
    Issues issues;
    std::vector<Cells> ids, names;
    for (const UnitColumn& column : columns_) {
      ids.push_back(read(batch, column.id, issues));
      names.push_back(column.name.empty() ? Cells() : read(batch, column.name, issues));
    }
    if (!issues.empty()) throw DataError(std::move(issues));
    for (std::size_t row = 0; row < static_cast<std::size_t>(batch.rows); ++row)
      for (std::size_t level = 0; level < columns_.size(); ++level)
        if (ids[level][row]) add_place(ids, names, level, row);
  }

  OwnedTable frame() {
    if (!issues_.empty()) throw DataError(std::move(issues_));
    Cells id, level, parent, name;
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
  static Cells read(const TableView& batch, const std::string& column, Issues& issues) {
    if (batch.find(column) == nullptr)
      issues.push_back(make_issue(data_messages::missing_column, "units/" + column,
                                  {{"table", "units"}, {"column", column}}));
    return read_text_column(batch, column, "units", issues);
  }

  void add_place(const std::vector<Cells>& ids, const std::vector<Cells>& names, std::size_t level,
                 std::size_t row) {
    const std::string& id = *ids[level][row];
    const auto [place, is_new] = places_[level].try_emplace(id, units_[level].size());
    if (is_new) units_[level].push_back({id, std::nullopt, columns_.size(), {}, false});
    FoundUnit& unit = units_[level][place->second];
    std::size_t above = level + 1;
    while (above < columns_.size() && !ids[above][row]) ++above;
    if (above < unit.parent_level) {  // a row that leaves no level out knows better
      unit.parent_level = above;
      unit.parent = *ids[above][row];
    } else if (above < columns_.size() && above == unit.parent_level &&
               unit.parent != *ids[above][row]) {
      dispute(messages::two_parents, unit, unit.parent, *ids[above][row]);
    }
    if (names[level].empty() || !names[level][row]) return;
    if (!unit.name)
      unit.name = names[level][row];
    else if (*unit.name != *names[level][row])
      dispute(messages::two_names, unit, *unit.name, *names[level][row]);
  }

  void dispute(const Message& message, FoundUnit& unit, const std::string& first,
               const std::string& second) {
    if (std::exchange(unit.disputed, true) || issues_.size() >= most_issues) return;
    issues_.push_back(make_issue(message, "units/" + unit.id,
                                 {{"unit", unit.id}, {"first", first}, {"second", second}}));
  }

  const std::vector<UnitColumn>& columns_;
  std::vector<std::vector<FoundUnit>> units_;
  std::vector<std::unordered_map<std::string, std::size_t>> places_;
  Issues issues_;
};

}  // namespace

OwnedTable units_of_columns(const Batches& next, const std::vector<UnitColumn>& columns) {
  UnitCollector collector(columns);
  while (const TableView* batch = next()) collector.add(*batch);
  return collector.frame();
}

}  // namespace tijian::python
