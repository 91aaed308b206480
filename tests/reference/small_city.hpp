// A small city built in C++ for tests of lists and explanations: compounds in two districts, a peer
// city, buildings with faults, and whatever a test adds.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tijian/assess.hpp"
#include "tijian/compile.hpp"
#include "tijian/framework_defaults.hpp"
#include "tijian/owned_table.hpp"

namespace tijian::small_city {

struct UnitRow {
  std::string id = {}, level = {}, parent = {}, name = {};
  std::optional<bool> peer = std::nullopt;
  std::optional<double> area_km2 = std::nullopt;
};

struct EntryRow {
  std::string unit = {}, indicator = {}, item = {}, component = {};
  std::optional<double> value = std::nullopt, numerator = std::nullopt, denominator = std::nullopt;
  std::optional<double> year = std::nullopt;
  std::string grade = {}, severity = {}, status = {}, reason = {}, object = {}, source = {};
};

struct Building {
  std::string compound = {}, id = {};
  std::optional<bool> no_extinguisher = std::nullopt, no_hydrant = std::nullopt;
};

inline std::optional<std::string> or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

/// Reads one field of each row into a column.
template <class Row, class Read>
auto column(const std::vector<Row>& rows, Read read) {
  std::vector<decltype(read(rows[0]))> values;
  for (const Row& row : rows) values.push_back(read(row));
  return values;
}

inline Units make_units(const Plan& plan, const std::vector<UnitRow>& rows) {
  OwnedTable table(static_cast<std::int64_t>(rows.size()));
  table.add_texts("id", column(rows, [](const UnitRow& r) { return or_null(r.id); }));
  table.add_texts("level", column(rows, [](const UnitRow& r) { return or_null(r.level); }));
  table.add_texts("parent", column(rows, [](const UnitRow& r) { return or_null(r.parent); }));
  table.add_texts("name", column(rows, [](const UnitRow& r) { return or_null(r.name); }));
  table.add_booleans("peer", column(rows, [](const UnitRow& r) { return r.peer; }));
  table.add_numbers("area_km2", column(rows, [](const UnitRow& r) { return r.area_km2; }));
  return Units::build(plan, table.view());
}

inline OwnedTable make_entries(const std::vector<EntryRow>& rows) {
  OwnedTable table(static_cast<std::int64_t>(rows.size()));
  const auto texts = [&](const char* name, std::string EntryRow::*field) {
    table.add_texts(name, column(rows, [&](const EntryRow& r) { return or_null(r.*field); }));
  };
  const auto numbers = [&](const char* name, std::optional<double> EntryRow::*field) {
    table.add_numbers(name, column(rows, [&](const EntryRow& r) { return r.*field; }));
  };
  texts("unit", &EntryRow::unit);
  texts("indicator", &EntryRow::indicator);
  texts("item", &EntryRow::item);
  texts("component", &EntryRow::component);
  numbers("value", &EntryRow::value);
  numbers("numerator", &EntryRow::numerator);
  numbers("denominator", &EntryRow::denominator);
  numbers("year", &EntryRow::year);
  texts("grade", &EntryRow::grade);
  texts("severity", &EntryRow::severity);
  texts("status", &EntryRow::status);
  texts("reason", &EntryRow::reason);
  texts("object", &EntryRow::object);
  texts("source", &EntryRow::source);
  return table;
}

inline OwnedTable make_buildings(const std::vector<Building>& rows) {
  OwnedTable table(static_cast<std::int64_t>(rows.size()));
  table.add_texts("compound_id",
                  column(rows, [](const Building& r) { return or_null(r.compound); }));
  table.add_texts("building_id", column(rows, [](const Building& r) { return or_null(r.id); }));
  table.add_booleans("no_extinguisher",
                     column(rows, [](const Building& r) { return r.no_extinguisher; }));
  table.add_booleans("no_hydrant", column(rows, [](const Building& r) { return r.no_hydrant; }));
  return table;
}

/// Levels compound, district, city; a table of buildings; H03 (floor) with two items.
inline Framework framework() {
  Framework f;
  f.id = "small";
  f.version = "1";
  f.year = 2025;
  f.name = {"小城", "Small city"};
  f.dimensions = {{"housing", {"住房", "Housing"}},
                  {"community", {"小区（社区）", "Community"}},
                  {"city", {"城区（城市）", "City"}}};
  Attribute peer;
  peer.id = "peer";
  peer.type = Type::boolean;
  Attribute area;
  area.id = "area_km2";
  f.levels = {{"compound", "community", {"小区", "Compound"}, {}},
              {"district", "city", {"区", "District"}, {}},
              {"city", "city", {"城市", "City"}, {peer, area}}};
  f.aspects = {{"safety", "housing", {"安全耐久", "Safety"}, true},
               {"ecology", "city", {"生态宜居", "Ecology"}, true}};
  f.departments = {{"fire", {"消防救援机构", "Fire and rescue"}},
                   {"housing", {"住建局", "Housing authority"}}};
  f.severities = default_severities();
  f.time_classes = default_time_classes();
  f.stages = default_stages();
  Table buildings;
  buildings.id = "buildings";
  buildings.level = "compound";
  buildings.unit = "compound_id";
  buildings.key = {"building_id"};
  Column flag;
  flag.type = Type::boolean;
  flag.id = "no_extinguisher";
  buildings.columns.push_back(flag);
  flag.id = "no_hydrant";
  buildings.columns.push_back(flag);
  f.tables = {buildings};

  Indicator h03;
  h03.id = "H03";
  h03.name = {"存在楼道安全隐患的住宅数量", "Buildings with stairwell hazards"};
  h03.dimension = "housing";
  h03.aspect = "safety";
  h03.kind = Kind::floor;
  h03.measure = "栋";
  h03.decimals = 0;
  h03.table = "buildings";
  h03.department = "housing";
  h03.advice = {"逐栋整改", "Put right building by building"};
  h03.note = {"八个分项", "eight items"};
  Item extinguisher;
  extinguisher.id = "H03.5";
  extinguisher.name = {"灭火器缺失", "No extinguisher"};
  extinguisher.when = "no_extinguisher";
  extinguisher.severity = "serious";
  extinguisher.time_class = "time_limited";
  extinguisher.difficulty = "low";
  extinguisher.advice = {"补齐灭火器", "Supply extinguishers"};
  extinguisher.department = "fire";
  Item hydrant;
  hydrant.id = "H03.4";
  hydrant.name = {"消火栓缺失", "No hydrant"};
  hydrant.when = "no_hydrant";
  hydrant.severity = "critical";
  hydrant.time_class = "best_effort";
  hydrant.difficulty = "high";
  h03.items = {extinguisher, hydrant};
  Target none;
  none.op = Operator::less_equal;
  none.value = 0.0;
  none.basis = "national";
  none.source = "手册";
  h03.targets = {none};
  h03.source = Source{"field_survey", "housing", "C", "城市体检工作手册"};
  f.indicators = {h03};
  return f;
}

/// An indicator of the city that only entries supply.
inline Indicator reported_indicator(std::string id, Text name, Kind kind, std::string measure) {
  Indicator indicator;
  indicator.id = std::move(id);
  indicator.name = std::move(name);
  indicator.dimension = "city";
  indicator.aspect = "ecology";
  indicator.kind = kind;
  indicator.measure = std::move(measure);
  indicator.levels = {"district", "city"};
  return indicator;
}

inline Target target(Operator op, Bound value, std::string basis, std::string where = {}) {
  Target made;
  made.op = op;
  made.value = std::move(value);
  made.basis = std::move(basis);
  made.where = std::move(where);
  return made;
}

inline std::vector<UnitRow> units() {
  return {{"city-1", "city", "", "宜昌"},          {"d-w", "district", "city-1", "伍家岗区"},
          {"d-x", "district", "city-1", "西陵区"}, {"c-1", "compound", "d-x", "阳光小区"},
          {"c-2", "compound", "d-x", "滨江小区"},  {"c-3", "compound", "d-w", "伍临小区"}};
}

/// c-1: two of three lack an extinguisher, one of them also a hydrant; c-2: nothing; c-3: one lacks
/// a hydrant, one was not asked.
inline std::vector<Building> buildings() {
  return {{"c-1", "1号楼", true, true},   {"c-1", "2号楼", true, false},
          {"c-1", "3号楼", false, false}, {"c-2", "1号楼", false, false},
          {"c-3", "7号楼", false, true},  {"c-3", "8号楼", std::nullopt, std::nullopt}};
}

struct Run {
  Language language = Language::zh;
  int year = 0;
  bool objects = true;  // false: of a tally alone
};

inline Assessment assess(const Framework& f, const std::vector<UnitRow>& unit_rows,
                         const std::vector<EntryRow>& entry_rows = {},
                         const std::vector<Building>* building_rows = nullptr, Run run = {}) {
  const Plan plan = compile(f);
  const Units made = make_units(plan, unit_rows);
  const OwnedTable entries = make_entries(entry_rows);
  const TableView entries_view = entries.view();
  AssessOptions options;
  options.entries = &entries_view;
  options.language = run.language;
  options.year = run.year;
  if (!run.objects) options.max_objects = 0;
  if (building_rows == nullptr) return tijian::assess(plan, made, {}, options);
  const OwnedTable table = make_buildings(*building_rows);
  return tijian::assess(plan, made, {{"buildings", table.view()}}, options);
}

// ---- reading a result table
// -----------------------------------------------------------------------

/// A cell as text; "·" where it is null.
inline std::string cell(const ResultTable& table, std::size_t row, const std::string& name) {
  const std::size_t at = table.column_index(name).value();
  if (table.is_null(at, row)) return "·";
  switch (table.columns()[at].type) {
    case ResultType::text: return std::string(*table.text(at, row));
    case ResultType::number: return kernels::shortest(*table.number(at, row));
    case ResultType::integer: return std::to_string(*table.integer(at, row));
    case ResultType::boolean: return *table.boolean(at, row) ? "true" : "false";
  }
  return {};
}

/// All cells of a column.
inline std::vector<std::string> cells(const ResultTable& table, const std::string& name) {
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < table.rows(); ++row) texts.push_back(cell(table, row, name));
  return texts;
}

}  // namespace tijian::small_city
