#include "tijian/ledger.hpp"

#include <gtest/gtest.h>

#include "reference/small_city.hpp"

namespace tijian {
namespace {

using small_city::cell;
using small_city::cells;
using small_city::EntryRow;
using Texts = std::vector<std::string>;

Assessment surveyed(const Framework& framework = small_city::framework(),
                    Language language = Language::zh, const std::vector<EntryRow>& entries = {}) {
  const auto buildings = small_city::buildings();
  return small_city::assess(framework, small_city::units(), entries, &buildings,
                            {.language = language});
}

Texts names(const ResultTable& table) {
  Texts texts;
  for (const ResultColumn& column : table.columns()) texts.push_back(column.name);
  return texts;
}

/// A filter by one of its fields.
template <class Field, class Value>
TableFilter filter(Field TableFilter::*field, Value value) {
  TableFilter made;
  made.*field = std::move(value);
  return made;
}

LedgerColumn column(Text name, std::string field) { return {std::move(name), std::move(field)}; }

// ---- names
// ----------------------------------------------------------------------------------------

TEST(Ledger, KnowsItsTablesAndNoOthers) {
  const Assessment assessment = surveyed();
  for (const char* name : {"problem_list", "remediation", "resources", "comparisons",
                           "ledger:housing", "ledger:city"}) {
    const auto table = ledger_table(assessment, name);
    ASSERT_TRUE(table) << name;
    EXPECT_EQ(table->name(), name);
    EXPECT_EQ(table->source(), assessment.source());
  }
  for (const char* name : {"", "values", "ledger:", "ledger:nowhere", "Problem_list", "ledger"})
    EXPECT_FALSE(ledger_table(assessment, name)) << name;
}

TEST(Ledger, TheProblemListHasEveryFieldInOrderThenIds) {
  const Texts expected = {"row",
                          "unit_name",
                          "dimension_name",
                          "aspect_name",
                          "indicator",
                          "indicator_name",
                          "item",
                          "item_name",
                          "value",
                          "measure",
                          "target",
                          "share",
                          "count",
                          "rows",
                          "sentence",
                          "split",
                          "objects",
                          "severity",
                          "difficulty",
                          "time_class",
                          "group:not_built",
                          "group:undersized",
                          "group:incomplete",
                          "group:other",
                          "survey",
                          "grade",
                          "analysis",
                          "advice",
                          "department",
                          "note",
                          "unit",
                          "level",
                          "dimension",
                          "component"};
  EXPECT_EQ(names(*ledger_table(surveyed(), "problem_list")), expected);
}

// ---- ledger:<dimension>
// -----------------------------------------------------------------------------

TEST(Ledger, DeclaredColumnsUnderTheirNames) {
  Framework framework = small_city::framework();
  Ledger ledger;
  ledger.dimension = "housing";
  ledger.list_level = "city";
  ledger.split_level = "district";
  ledger.columns = {column({"序号", "No."}, "row"),
                    column({"指标项", "Indicator"}, "indicator_name"),
                    column({"体检结果（栋）", ""}, "value"),
                    column({"占比", "Share"}, "share"),
                    column({"问题程度", "Severity"}, "severity"),
                    column({"分布", "Where"}, "split"),
                    column({"楼栋", "Buildings"}, "objects")};
  framework.ledgers = {ledger};
  const ResultTable table = *ledger_table(surveyed(framework), "ledger:housing");
  EXPECT_EQ(names(table),
            (Texts{"序号", "指标项", "体检结果（栋）", "占比", "问题程度", "分布", "楼栋"}));
  EXPECT_EQ(cells(table, "序号"), (Texts{"1", "2"}));
  EXPECT_EQ(cells(table, "体检结果（栋）"), (Texts{"2", "2"}));
  EXPECT_EQ(cells(table, "占比"), (Texts{"0.4", "0.4"}));
  EXPECT_EQ(cells(table, "问题程度"), (Texts{"较严重", "严重"}));
  EXPECT_EQ(cells(table, "楼栋"), (Texts{"1号楼、2号楼", "1号楼、7号楼"}));
  EXPECT_EQ(table.columns()[0].type, ResultType::integer);
  EXPECT_EQ(table.columns()[2].type, ResultType::number);
  const ResultTable english = *ledger_table(surveyed(framework, Language::en), "ledger:housing");
  EXPECT_EQ(names(english)[1], "Indicator");
  EXPECT_EQ(names(english)[2], "体检结果（栋）");  // only one language is given
}

TEST(Ledger, EveryFieldCanBeDeclared) {
  Framework framework = small_city::framework();
  const ResultTable list = *ledger_table(surveyed(framework), "problem_list");
  Ledger ledger;
  ledger.dimension = "housing";
  ledger.split_level = "district";
  std::vector<std::string> fields;
  for (const ResultColumn& field : list.columns())
    if (field.name != "unit" && field.name != "level" && field.name != "dimension" &&
        field.name != "component" && !field.name.starts_with("group:")) {
      fields.push_back(field.name);
      ledger.columns.push_back(column({field.name, ""}, field.name));
    }
  framework.ledgers = {ledger};
  const ResultTable table = *ledger_table(surveyed(framework), "ledger:housing");
  ASSERT_EQ(names(table), fields);
  for (const std::string& field : fields) EXPECT_EQ(cells(table, field), cells(list, field));
}

TEST(Ledger, OnlyItsDimension) {
  Framework framework = small_city::framework();
  Indicator greenway =
      small_city::reported_indicator("U32", {"绿道覆盖率", ""}, Kind::guiding, "%");
  greenway.targets = {small_city::target(Operator::greater_equal, 70.0, "national")};
  framework.indicators.push_back(greenway);
  const Assessment assessment =
      surveyed(framework, Language::zh, {{.unit = "city-1", .indicator = "U32", .value = 50.0}});
  EXPECT_EQ(ledger_table(assessment, "problem_list")->rows(), 3U);
  EXPECT_EQ(ledger_table(assessment, "ledger:housing")->rows(), 2U);
  const ResultTable city = *ledger_table(assessment, "ledger:city");
  EXPECT_EQ(names(city),
            (Texts{"维度", "序号", "指标项", "指标值", "居民问卷指标及评价结果", "问题分析"}));
  EXPECT_EQ(cells(city, "序号"), (Texts{"1"}));
  EXPECT_EQ(cells(city, "维度"), (Texts{"生态宜居"}));
  EXPECT_EQ(cells(city, "指标值"), (Texts{"50"}));
}

TEST(Ledger, TheHandbooksColumnsWithoutADeclaration) {
  Framework framework = small_city::framework();
  framework.dimensions.push_back({"block", {"街区", "Block"}});
  framework.dimensions.push_back({"village", {"村", "Village"}});
  const Assessment assessment = surveyed(framework);
  EXPECT_EQ(names(*ledger_table(assessment, "ledger:housing")),
            (Texts{"序号", "指标项", "体检结果", "存在问题", "问题程度", "治理难度", "问题分类"}));
  EXPECT_EQ(names(*ledger_table(assessment, "ledger:community")),
            (Texts{"序号", "指标项", "体检结果", "配建情况", "用地/场地/建筑规模不足", "功能不完善",
                   "其他问题"}));
  EXPECT_EQ(names(*ledger_table(assessment, "ledger:block")),
            (Texts{"序号", "指标", "体检结果", "存在问题", "问题分布"}));
  EXPECT_EQ(names(*ledger_table(assessment, "ledger:village")),
            (Texts{"序号", "指标项", "体检结果", "评价标准", "存在问题", "问题程度", "问题分类",
                   "责任单位"}));
  EXPECT_EQ(cells(*ledger_table(assessment, "ledger:housing"), "治理难度"), (Texts{"低", "高"}));
}

// ---- columns by group: one row per indicator
// ----------------------------------------------------------

/// C10 as the community ledger lists it: items by group, one of them without.
Framework facilities() {
  Framework framework = small_city::framework();
  Indicator& c10 = framework.indicators[0];
  c10.id = "C10";
  c10.name = {"未达标配建养老服务设施的小区数量", "Compounds without elderly care"};
  c10.dimension = "community";
  c10.aspect.clear();
  c10.measure = "个";
  const auto item = [&](std::string id, Text name, std::string group, std::string time_class,
                        std::string difficulty) {
    Item made;
    made.id = std::move(id);
    made.name = std::move(name);
    made.when = "no_hydrant";
    made.group = std::move(group);
    made.time_class = std::move(time_class);
    made.difficulty = std::move(difficulty);
    made.advice = {"建设" + made.id, ""};
    return made;
  };
  c10.items = {item("C10.1", {"未配建", "Not built"}, "not_built", "best_effort", "low"),
               item("C10.2", {"面积不足", "Too small"}, "undersized", "time_limited", "high"),
               item("C10.3", {"用地不足", "Site short"}, "undersized", "best_effort", "medium"),
               item("C10.4", {"无助餐", "No meals"}, "incomplete", "best_effort", "low"),
               item("C10.5", {"其他", "Else"}, "", "best_effort", "low")};
  return framework;
}

std::vector<EntryRow> facility_entries() {
  std::vector<EntryRow> entries = {{.unit = "city-1", .indicator = "C10", .value = 5.0},
                                   {.unit = "d-x", .indicator = "C10", .value = 4.0},
                                   {.unit = "d-w", .indicator = "C10", .value = 1.0}};
  for (const auto& [item, value] : std::vector<std::pair<std::string, double>>{
           {"C10.1", 3}, {"C10.2", 2}, {"C10.3", 1}, {"C10.4", 0}, {"C10.5", 1}})
    entries.push_back({.unit = "city-1", .indicator = "C10", .item = item, .value = value});
  return entries;
}

TEST(Ledger, GroupColumnsMakeOneRowPerIndicator) {
  const Assessment assessment =
      small_city::assess(facilities(), small_city::units(), facility_entries());
  EXPECT_EQ(ledger_table(assessment, "problem_list")->rows(), 4U);
  const ResultTable table = *ledger_table(assessment, "ledger:community");
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(cell(table, 0, "序号"), "1");
  EXPECT_EQ(cell(table, 0, "体检结果"), "5");  // the indicator's, not 3 + 2 + 1 + 1
  EXPECT_EQ(cell(table, 0, "配建情况"), "未配建（3）");
  EXPECT_EQ(cell(table, 0, "用地/场地/建筑规模不足"), "面积不足（2）、用地不足（1）");
  EXPECT_EQ(cell(table, 0, "功能不完善"), "·");        // none has it
  EXPECT_EQ(cell(table, 0, "其他问题"), "其他（1）");  // an item without a group is not lost
}

TEST(Ledger, TheIndicatorsRowJoinsItsItems) {
  Framework framework = facilities();
  Ledger ledger;
  ledger.dimension = "community";
  ledger.list_level = "city";
  ledger.split_level = "district";
  for (const char* field :
       {"group:not_built", "item", "item_name", "value", "count", "share", "sentence", "split",
        "severity", "difficulty", "time_class", "analysis", "advice", "department", "objects"})
    ledger.columns.push_back(column({field, ""}, field));
  framework.ledgers = {ledger};
  framework.indicators[0].items[2].severity = "critical";
  const ResultTable table = *ledger_table(
      small_city::assess(framework, small_city::units(), facility_entries()), "ledger:community");
  ASSERT_EQ(table.rows(), 1U);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"item", "·"},
      {"item_name", "未配建、面积不足、用地不足、其他"},
      {"value", "5"},
      {"count", "·"},
      {"share", "·"},
      {"sentence", "未配建3个；面积不足2个；用地不足1个；其他1个"},
      {"split", "西陵区4、伍家岗区1"},
      {"severity", "严重"},
      {"difficulty", "高"},
      {"time_class", "限时解决、尽力解决"},
      {"analysis", "指标值5个，标准 <= 0个，相差5个；未配建3个；面积不足2个；用地不足1个；其他1个"},
      {"advice", "建设C10.1；建设C10.2；建设C10.3；建设C10.5"},
      {"department", "住建局"},
      {"objects", "·"}};
  for (const auto& [name, text] : expected) EXPECT_EQ(cell(table, 0, name), text) << name;
}

TEST(Ledger, GroupRowsKeepUnitsAndIndicatorsApart) {
  Framework framework = facilities();
  framework.indicators.push_back(framework.indicators[0]);
  framework.indicators[1].id = "C11";
  for (Item& item : framework.indicators[1].items) item.id.replace(0, 3, "C11");
  Ledger ledger;
  ledger.dimension = "community";
  ledger.list_level = "district";
  ledger.columns = {column({"unit", ""}, "unit_name"), column({"indicator", ""}, "indicator"),
                    column({"group", ""}, "group:not_built")};
  framework.ledgers = {ledger};
  const ResultTable table = *ledger_table(
      small_city::assess(framework, small_city::units(),
                         {{.unit = "d-x", .indicator = "C10", .item = "C10.1", .value = 3.0},
                          {.unit = "d-x", .indicator = "C10", .item = "C10.2", .value = 1.0},
                          {.unit = "d-x", .indicator = "C11", .item = "C11.1", .value = 4.0},
                          {.unit = "d-w", .indicator = "C11", .item = "C11.2", .value = 5.0}}),
      "ledger:community");
  EXPECT_EQ(cells(table, "unit"), (Texts{"伍家岗区", "西陵区", "西陵区"}));
  EXPECT_EQ(cells(table, "indicator"), (Texts{"C11", "C10", "C11"}));
  EXPECT_EQ(cells(table, "group"), (Texts{"·", "未配建（3）", "未配建（4）"}));
}

// ---- resources
// ------------------------------------------------------------------------------------

TEST(Ledger, ResourcesAreInventoriesWithAValue) {
  Framework framework = small_city::framework();
  framework.indicators = {
      small_city::reported_indicator("B27", {"老旧商业街区", "Old shops"}, Kind::inventory, "个"),
      small_city::reported_indicator("B28", {"老旧厂区", "Old factories"}, Kind::inventory, "个"),
      small_city::reported_indicator("B29", {"老旧生活街区", "Old homes"}, Kind::inventory, "个"),
      small_city::reported_indicator("F01", {"人口", "Population"}, Kind::fact, "人")};
  framework.indicators[0].department = "housing";
  auto units = small_city::units();
  units.push_back({"peer-1", "city", "", "襄阳", true});
  const ResultTable table =
      *ledger_table(small_city::assess(framework, units,
                                       {{.unit = "city-1", .indicator = "B27", .value = 3.0},
                                        {.unit = "d-x", .indicator = "B27", .value = 2.0},
                                        {.unit = "d-w", .indicator = "B27", .value = 1.0},
                                        {.unit = "city-1", .indicator = "B28", .value = 0.0},
                                        {.unit = "peer-1", .indicator = "B27", .value = 9.0},
                                        {.unit = "city-1", .indicator = "F01", .value = 8e5}}),
                    "resources");
  EXPECT_EQ(cells(table, "indicator"), (Texts{"B27", "B28"}));  // 0 is a figure, none is none
  EXPECT_EQ(cells(table, "value"), (Texts{"3", "0"}));
  EXPECT_EQ(cells(table, "split"), (Texts{"西陵区2、伍家岗区1", "·"}));
  EXPECT_EQ(cells(table, "row"), (Texts{"1", "2"}));
  EXPECT_EQ(cells(table, "origin"), (Texts{"reported", "reported"}));
  EXPECT_EQ(cells(table, "department"), (Texts{"住建局", "·"}));
  EXPECT_EQ(cells(table, "measure"), (Texts{"个", "个"}));
}

// ---- filters
// ----------------------------------------------------------------------------------------

TEST(Ledger, FiltersKeepOnlyWhatIsAskedFor) {
  const Assessment assessment = surveyed();
  const auto items = [&](const TableFilter& wanted) {
    return cells(*ledger_table(assessment, "problem_list", wanted), "item");
  };
  const Texts both = {"H03.5", "H03.4"}, none = {};
  EXPECT_EQ(items({}), both);
  EXPECT_EQ(items(filter(&TableFilter::units, Texts{"city-1"})), both);
  EXPECT_EQ(items(filter(&TableFilter::units, Texts{"d-x"})), none);  // the rows are the city's
  EXPECT_EQ(items(filter(&TableFilter::units, Texts{})), none);
  EXPECT_THROW(items(filter(&TableFilter::units, Texts{"nowhere"})), DataError);
  EXPECT_EQ(items(filter(&TableFilter::level, std::string("city"))), both);
  EXPECT_EQ(items(filter(&TableFilter::level, std::string("district"))), none);
  EXPECT_EQ(items(filter(&TableFilter::indicators, Texts{"H03"})), both);
  EXPECT_EQ(items(filter(&TableFilter::indicators, Texts{})), none);
  EXPECT_THROW(items(filter(&TableFilter::indicators, Texts{"H99"})), DataError);
  EXPECT_EQ(items(filter(&TableFilter::severity_at_least, std::string("serious"))), both);
  EXPECT_EQ(items(filter(&TableFilter::severity_at_least, std::string("critical"))),
            (Texts{"H03.4"}));
  EXPECT_THROW(items(filter(&TableFilter::severity_at_least, std::string("deadly"))), DataError);
  EXPECT_EQ(items(filter(&TableFilter::time_class, std::string("time_limited"))), (Texts{"H03.5"}));
  EXPECT_EQ(items(filter(&TableFilter::department, std::string("housing"))), (Texts{"H03.4"}));
  EXPECT_EQ(cells(*ledger_table(assessment, "remediation",
                                filter(&TableFilter::department, std::string("fire"))),
                  "row"),
            (Texts{"1"}));
  EXPECT_EQ(cells(*ledger_table(assessment, "ledger:housing",
                                filter(&TableFilter::time_class, std::string("best_effort"))),
                  "序号"),
            (Texts{"1"}));
}

TEST(Ledger, AFilterLooksAtItemsBeforeTheyAreJoined) {
  const Assessment assessment =
      small_city::assess(facilities(), small_city::units(), facility_entries());
  const ResultTable table =
      *ledger_table(assessment, "ledger:community",
                    filter(&TableFilter::time_class, std::string("time_limited")));
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(cell(table, 0, "配建情况"), "·");
  EXPECT_EQ(cell(table, 0, "用地/场地/建筑规模不足"), "面积不足（2）");
}

// ---- properties
// -------------------------------------------------------------------------------------

TEST(Ledger, TheOrderOfTheInputChangesNothing) {
  auto units = small_city::units();
  auto buildings = small_city::buildings();
  const auto texts = [&] {
    const Assessment assessment =
        small_city::assess(small_city::framework(), units, {}, &buildings);
    Texts all;
    for (const char* name : {"problem_list", "remediation", "ledger:housing", "comparisons"}) {
      const ResultTable table = *ledger_table(assessment, name);
      for (const ResultColumn& one : table.columns())
        for (const std::string& text : cells(table, one.name)) all.push_back(text);
    }
    return all;
  };
  const Texts first = texts();
  std::reverse(units.begin(), units.end());
  std::reverse(buildings.begin(), buildings.end());
  EXPECT_EQ(texts(), first);
}

/// The slow twin: what the problem list says of each item, counted from the buildings one by one.
TEST(Ledger, CountsAndSplitsAreThoseOfTheBuildings) {
  std::vector<small_city::Building> buildings;
  std::uint32_t random = 1;
  const auto draw = [&](std::uint32_t n) {
    random = random * 1664525u + 1013904223u;
    return (random >> 16) % n;
  };
  const auto flag = [&]() -> std::optional<bool> {
    const std::uint32_t drawn = draw(4);
    return drawn == 0 ? std::nullopt : std::optional(drawn == 1);
  };
  for (int i = 0; i < 3000; ++i) {
    const std::string compound = "c-" + std::to_string(1 + draw(3));
    const auto first = flag();
    buildings.push_back({compound, "b" + std::to_string(i), first, flag()});
  }
  const Assessment assessment =
      small_city::assess(small_city::framework(), small_city::units(), {}, &buildings);
  const ResultTable table = *ledger_table(assessment, "problem_list");
  ASSERT_EQ(table.rows(), 2U);
  for (std::size_t row = 0; row < 2; ++row) {
    std::int64_t count = 0, rows = 0, east = 0, west = 0;
    for (const small_city::Building& building : buildings) {
      const auto& holds = row == 0 ? building.no_extinguisher : building.no_hydrant;
      if (!holds) continue;
      ++rows;
      if (!*holds) continue;
      ++count;
      ++(building.compound == "c-3" ? east : west);
    }
    EXPECT_EQ(cell(table, row, "count"), std::to_string(count));
    EXPECT_EQ(cell(table, row, "rows"), std::to_string(rows));
    EXPECT_EQ(cell(table, row, "share"),
              kernels::shortest(static_cast<double>(count) / static_cast<double>(rows)));
    EXPECT_EQ(cell(table, row, "split"),
              "西陵区" + std::to_string(west) + "、伍家岗区" + std::to_string(east));
    EXPECT_NE(cell(table, row, "objects").find("等" + std::to_string(count) + "处"),
              std::string::npos);
  }
}

TEST(Ledger, AnEmptyTableHasItsColumns) {
  const Assessment assessment = small_city::assess(small_city::framework(), small_city::units());
  for (const char* name :
       {"problem_list", "remediation", "resources", "comparisons", "ledger:housing"}) {
    const auto table = ledger_table(assessment, name);
    EXPECT_EQ(table->rows(), 0U) << name;
    EXPECT_GT(table->columns().size(), 4U) << name;
  }
}

}  // namespace
}  // namespace tijian
