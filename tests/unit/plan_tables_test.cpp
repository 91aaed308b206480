#include "tijian/plan_tables.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tijian/compile.hpp"
#include "tijian/json.hpp"

namespace tijian {
namespace {

constexpr char document[] = R"json({
 "tijian": 1, "id": "asking", "version": "3", "year": 2025, "name": {"en": "Asking"},
 "dimensions": [{"id": "housing", "name": {"en": "Housing"}}],
 "levels": [{"id": "community", "dimension": "housing", "attributes": [
               {"id": "buildings_due", "type": "number", "measure": "栋"}]},
            {"id": "city", "dimension": "housing", "attributes": [
               {"id": "class", "type": "text", "values": ["large", "mega"]}]}],
 "tables": [
  {"id": "buildings", "level": "community", "unit": "community_id", "key": ["street", "building"],
   "complete": true, "expected": "buildings_due", "evidence": "letter",
   "columns": [{"id": "area", "type": "number", "measure": "m²", "min": 1, "max": 1000, "name": {"zh": "面积", "en": "Area"}},
               {"id": "people", "type": "number", "optional": true},
               {"id": "use", "type": "text", "values": ["dwelling", "shop"]},
               {"id": "unread", "type": "number"},
               {"id": "per_head", "type": "number", "formula": "area / people"}]},
  {"id": "unused", "level": "city", "unit": "city_id", "columns": []}],
 "indicators": [
  {"id": "H1", "name": {"en": "Area per head"}, "dimension": "housing", "kind": "guiding", "table": "buildings",
   "formula": "sum(area) / sum(people)", "targets": [{"op": ">=", "value": 30, "where": "class = 'mega'"}]},
  {"id": "H2", "name": {"en": "Shops"}, "dimension": "housing", "kind": "guiding", "table": "buildings",
   "formula": "max(per_head) filter (where use = 'shop')"}]
})json";

Plan plan() { return compile(parse_framework(document)); }

/// The row of which the first columns hold these texts, as "name=value" in the order of the
/// columns.
std::string row_of(const ResultTable& table, const std::vector<std::string>& first) {
  std::string found;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    bool is_it = true;
    for (std::size_t c = 0; c < first.size(); ++c)
      is_it = is_it && table.text(c, row) == std::string_view(first[c]);
    if (!is_it) continue;
    if (!found.empty()) return "several rows";
    for (std::size_t c = first.size(); c < table.columns().size(); ++c) {
      const ResultColumn& column = table.columns()[c];
      found += (found.empty() ? "" : " ") + column.name + "=";
      if (table.is_null(c, row)) continue;
      if (column.type == ResultType::text) found += *table.text(c, row);
      if (column.type == ResultType::boolean) found += *table.boolean(c, row) ? "yes" : "no";
      if (column.type == ResultType::number) append_json_number(found, *table.number(c, row));
    }
  }
  return found.empty() ? "no row" : found;
}

TEST(PlanTables, TablesWithTheirIdentity) {
  const ResultTable tables = plan_table(plan(), "tables");
  EXPECT_EQ(tables.rows(), 2U);
  EXPECT_EQ(row_of(tables, {"buildings"}),
            "level=community unit=community_id key=[\"street\",\"building\"] complete=yes "
            "expected=buildings_due");
  EXPECT_EQ(row_of(tables, {"unused"}), "level=city unit=city_id key= complete=no expected=");
}

TEST(PlanTables, ColumnsAreThoseThatAreRead) {
  const ResultTable columns = plan_table(plan(), "columns");
  EXPECT_EQ(row_of(columns, {"buildings", "area"}),
            "type=number measure=m² required=yes unit=no key=no min=1 max=1000 values= "
            "name_zh=面积 name_en=Area");
  EXPECT_EQ(row_of(columns, {"buildings", "people"}),
            "type=number measure= required=no unit=no key=no min= max= values= name_zh= name_en=");
  EXPECT_EQ(row_of(columns, {"buildings", "use"}),
            "type=text measure= required=yes unit=no key=no min= max= "
            "values=[\"dwelling\",\"shop\"] name_zh= name_en=");
  EXPECT_EQ(row_of(columns, {"buildings", "community_id"}),
            "type=text measure= required=yes unit=yes key=no min= max= values= name_zh= name_en=");
  EXPECT_EQ(row_of(columns, {"buildings", "street"}),
            "type=text measure= required=yes unit=no key=yes min= max= values= name_zh= name_en=");
  EXPECT_EQ(row_of(columns, {"buildings", "letter"}),
            "type=text measure= required=yes unit=no key=no min= max= values= name_zh= name_en=");
  EXPECT_EQ(row_of(columns, {"buildings", "unread"}), "no row");
  EXPECT_EQ(row_of(columns, {"buildings", "per_head"}), "no row") << "it is computed";
}

TEST(PlanTables, AttributesWithTheLevelsThatDeclareThem) {
  const ResultTable attributes = plan_table(plan(), "attributes");
  EXPECT_EQ(row_of(attributes, {"buildings_due"}),
            "type=number measure=栋 levels=[\"community\"] values= inherit=no");
  EXPECT_EQ(row_of(attributes, {"class"}),
            "type=text measure= levels=[\"city\"] values=[\"large\",\"mega\"] inherit=yes");
}

TEST(PlanTables, WarningsNameRatiosOfTwoSetsOfRows) {
  const ResultTable warnings = plan_table(plan(), "warnings");
  ASSERT_EQ(warnings.rows(), 1U);
  EXPECT_EQ(warnings.text(0, 0), "check.rows_differ");
  EXPECT_NE(warnings.text(3, 0)->find("H1"), std::string_view::npos);
}

TEST(PlanTables, CarryTheirSource) {
  const Plan made = plan();
  const ResultTable columns = plan_table(made, "columns");
  EXPECT_EQ(columns.name(), "columns");
  EXPECT_EQ(columns.source().framework_id, "asking");
  EXPECT_EQ(columns.source().framework_version, "3");
  EXPECT_EQ(columns.source().fingerprint, made->framework_fingerprint);
  EXPECT_EQ(columns.source().year, 2025);
}

TEST(PlanTables, AnotherNameIsRefusedWithTheNearest) {
  try {
    (void)plan_table(plan(), "colums");
    FAIL();
  } catch (const DataError& error) {
    ASSERT_EQ(error.issues().size(), 1U);
    EXPECT_EQ(error.issues()[0].code, "data.unknown_result");
    EXPECT_EQ(error.issues()[0].nearest, "columns");
  }
}

}  // namespace
}  // namespace tijian
