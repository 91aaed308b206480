#include "tijian/problem_list.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "reference/small_city.hpp"
#include "tijian/ledger.hpp"

namespace tijian {
namespace {

using small_city::cell;
using small_city::cells;
using small_city::EntryRow;
using small_city::Run;
using small_city::UnitRow;
using Texts = std::vector<std::string>;

ResultTable listed(const Assessment& assessment) {
  return ledger_table(assessment, "problem_list").value();
}

/// The city with its buildings.
Assessment surveyed(const Framework& framework = small_city::framework(),
                    const std::vector<EntryRow>& entries = {}, Run run = {}) {
  const auto buildings = small_city::buildings();
  return small_city::assess(framework, small_city::units(), entries, &buildings, run);
}

// ---- rows from surveyed buildings
// -----------------------------------------------------------------

TEST(ProblemList, OneRowPerItemThatHoldsInTheFrameworksOrder) {
  const ResultTable table = listed(surveyed());
  EXPECT_EQ(cells(table, "item"), (Texts{"H03.5", "H03.4"}));
  EXPECT_EQ(cells(table, "row"), (Texts{"1", "2"}));
  EXPECT_EQ(cells(table, "unit"), (Texts{"city-1", "city-1"}));
  EXPECT_EQ(cells(table, "level"), (Texts{"city", "city"}));
  EXPECT_EQ(cells(table, "dimension"), (Texts{"housing", "housing"}));
}

TEST(ProblemList, EveryFieldSaysWhatItShould) {
  const ResultTable table = listed(surveyed());
  const std::map<std::string, std::string> expected = {
      {"unit_name", "宜昌"},
      {"dimension_name", "住房"},
      {"aspect_name", "安全耐久"},
      {"indicator", "H03"},
      {"indicator_name", "存在楼道安全隐患的住宅数量"},
      {"item_name", "灭火器缺失"},
      {"value", "2"},
      {"measure", "栋"},
      {"target", "<= 0"},
      {"share", "0.4"},  // 2 of the 5 that were asked; the sixth was not
      {"count", "2"},
      {"rows", "5"},
      {"sentence", "灭火器缺失2栋（西陵区2），占40.00%，涉及1号楼、2号楼"},
      {"split", "西陵区2"},
      {"objects", "1号楼、2号楼"},
      {"severity", "较严重"},
      {"difficulty", "低"},
      {"time_class", "限时解决"},
      {"group:not_built", "·"},
      {"group:undersized", "·"},
      {"group:incomplete", "·"},
      {"group:other", "灭火器缺失（2）"},
      {"survey", "·"},
      {"grade", "不足"},
      {"analysis", "指标值3栋，标准 <= 0栋，相差3栋；灭火器缺失2栋，占40.00%（已查5）"},
      {"advice", "补齐灭火器"},
      {"department", "消防救援机构"},
      {"note", "八个分项"},
      {"component", "·"}};
  for (const auto& [column, text] : expected) EXPECT_EQ(cell(table, 0, column), text) << column;
}

TEST(ProblemList, InEnglish) {
  const ResultTable table =
      listed(surveyed(small_city::framework(), {}, {.language = Language::en}));
  EXPECT_EQ(cell(table, 0, "sentence"), "No extinguisher: 2 栋 (西陵区 2), 40.00%; 1号楼, 2号楼");
  EXPECT_EQ(
      cell(table, 0, "analysis"),
      "value 3 栋, target <= 0 栋, off by 3 栋; No extinguisher 2 栋, 40.00% (of 5 looked at)");
  EXPECT_EQ(cell(table, 0, "severity"), "serious");
  EXPECT_EQ(cell(table, 0, "difficulty"), "low");
  EXPECT_EQ(cell(table, 0, "group:other"), "No extinguisher (2)");
  EXPECT_EQ(cell(table, 0, "department"), "Fire and rescue");
}

TEST(ProblemList, AnItemWithoutItsOwnAdviceAndDepartmentTakesTheIndicators) {
  const ResultTable table = listed(surveyed());
  EXPECT_EQ(cell(table, 1, "advice"), "逐栋整改");
  EXPECT_EQ(cell(table, 1, "department"), "住建局");
}

TEST(ProblemList, TheSameKeyInTwoUnitsIsToldApartByTheUnit) {
  auto buildings = small_city::buildings();
  buildings[4].id = "1号楼";  // now in c-1 and c-3
  const auto assessment =
      small_city::assess(small_city::framework(), small_city::units(), {}, &buildings);
  EXPECT_EQ(cell(listed(assessment), 1, "objects"), "阳光小区1号楼、伍临小区1号楼");
}

TEST(ProblemList, OfATallyAloneTheUnitsBeneathTheSplitAreTheObjects) {
  const ResultTable table = listed(surveyed(small_city::framework(), {}, {.objects = false}));
  EXPECT_EQ(cells(table, "value"), (Texts{"2", "2"}));
  EXPECT_EQ(cell(table, 0, "objects"), "阳光小区");
  EXPECT_EQ(cell(table, 1, "objects"), "阳光小区、伍临小区");
}

TEST(ProblemList, TwentyObjectsAreNamedAndTheRestCounted) {
  for (const int count : {20, 21}) {
    std::vector<small_city::Building> buildings;
    for (int i = 0; i < count; ++i)
      buildings.push_back({"c-1", "b" + std::to_string(100 + i), true, false});
    const auto assessment =
        small_city::assess(small_city::framework(), small_city::units(), {}, &buildings);
    const std::string objects = cell(listed(assessment), 0, "objects");
    EXPECT_NE(objects.find("b119"), std::string::npos);
    EXPECT_EQ(objects.find("b120"), std::string::npos);
    EXPECT_EQ(objects.find("等21处") != std::string::npos, count == 21) << objects;
    EXPECT_EQ(objects.find("等") != std::string::npos, count == 21) << objects;
  }
}

TEST(ProblemList, AnItemOfSeverityNoneIsNoProblem) {
  Framework framework = small_city::framework();
  framework.indicators[0].items[0].severity = "none";
  const ResultTable table = listed(surveyed(framework));
  EXPECT_EQ(cells(table, "item"), (Texts{"H03.4"}));
}

TEST(ProblemList, SplitLeavesOutUnitsWithoutTheProblem) {
  const ResultTable table = listed(surveyed());
  EXPECT_EQ(cell(table, 1, "split"), "伍家岗区1、西陵区1");  // equal: by id
}

TEST(ProblemList, AListLevelBelowHasOneRowPerUnitOfIt) {
  Framework framework = small_city::framework();
  Ledger ledger;
  ledger.dimension = "housing";
  ledger.list_level = "district";
  ledger.split_level = "compound";
  framework.ledgers = {ledger};
  const ResultTable table = listed(surveyed(framework));
  EXPECT_EQ(cells(table, "unit"), (Texts{"d-w", "d-x", "d-x"}));
  EXPECT_EQ(cells(table, "item"), (Texts{"H03.4", "H03.5", "H03.4"}));
  EXPECT_EQ(cell(table, 1, "split"), "阳光小区2");
}

TEST(ProblemList, AnIndicatorWithoutTheListLevelIsListedOnItsHighestBeneath) {
  Framework framework = small_city::framework();
  framework.indicators[0].levels = {"compound", "district"};
  const ResultTable table = listed(surveyed(framework));
  EXPECT_EQ(cells(table, "unit"), (Texts{"d-w", "d-x", "d-x"}));
}

TEST(ProblemList, TheDeclaredSentenceIsUsed) {
  Framework framework = small_city::framework();
  Ledger ledger;
  ledger.dimension = "housing";
  ledger.sentence.zh = "{indicator}中{item}共{value}{measure}（{split}）";
  framework.ledgers = {ledger};
  // A ledger that declares no split level has none: its bracket is gone.
  EXPECT_EQ(cell(listed(surveyed(framework)), 0, "sentence"),
            "存在楼道安全隐患的住宅数量中灭火器缺失共2栋");
}

// ---- severity, status, rules
// ----------------------------------------------------------------------

TEST(ProblemList, SeverityIsTheWorstOfTheRows) {
  // One of the two rows is raised by an entry of its own, whichever comes first.
  for (const char* object : {"1号楼", "2号楼"}) {
    const ResultTable table = listed(surveyed(small_city::framework(), {{.unit = "c-1",
                                                                         .indicator = "H03",
                                                                         .item = "H03.5",
                                                                         .severity = "critical",
                                                                         .reason = "现场复核",
                                                                         .object = object}}));
    EXPECT_EQ(cell(table, 0, "severity"), "严重") << object;
  }
  EXPECT_EQ(cell(listed(surveyed()), 0, "severity"), "较严重");
}

TEST(ProblemList, WhereItemsAreListedTheIndicatorIsNotListedAgain) {
  // c-3 was not surveyed and reports a number without items: in the ledger it has a row of its own.
  const std::vector<small_city::Building> buildings = {{"c-1", "1号楼", true, true}};
  const Assessment assessment =
      small_city::assess(small_city::framework(), small_city::units(),
                         {{.unit = "c-3", .indicator = "H03", .value = 3.0}}, &buildings);
  EXPECT_EQ(assessment.data().problems.size(), 3U);
  EXPECT_EQ(cells(listed(assessment), "item"), (Texts{"H03.5", "H03.4"}));
}

Rule rule(RuleAction then, std::string level, std::string when, std::string is = {}) {
  Rule made;
  made.id = "r1";
  made.level = std::move(level);
  made.when = std::move(when);
  made.then = then;
  made.indicator = "H03";
  made.is = std::move(is);
  made.reason = {"历史街区", "historic quarter"};
  return made;
}

TEST(ProblemList, ARaisingRuleBeneathShowsInSeverityAndReason) {
  Framework framework = small_city::framework();
  framework.rules = {rule(RuleAction::raise, "compound", "id = 'c-1'", "critical")};
  const ResultTable table = listed(surveyed(framework));
  EXPECT_EQ(cell(table, 0, "severity"), "严重");
  EXPECT_NE(cell(table, 0, "analysis").find("历史街区"), std::string::npos);
}

TEST(ProblemList, WhatARuleSuppressesEverywhereIsNotListed) {
  Framework framework = small_city::framework();
  framework.rules = {rule(RuleAction::suppress, "city", "id = 'city-1'")};
  EXPECT_EQ(listed(surveyed(framework)).rows(), 0U);
  // All rows of the first item lie in c-1: nothing of it is left.
  framework.rules = {rule(RuleAction::suppress, "compound", "id = 'c-1'")};
  EXPECT_EQ(cells(listed(surveyed(framework)), "item"), (Texts{"H03.4"}));
  EXPECT_EQ(cell(listed(surveyed(framework)), 0, "objects"), "7号楼");
}

TEST(ProblemList, WhatARuleAddsIsListedWithoutAnItem) {
  Framework framework = small_city::framework();
  framework.rules = {rule(RuleAction::add, "city", "id = 'city-1'", "critical")};
  const auto none = std::vector<small_city::Building>{{"c-1", "1号楼", false, false}};
  const ResultTable table = listed(small_city::assess(framework, small_city::units(), {}, &none));
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(cell(table, 0, "item"), "·");
  EXPECT_EQ(cell(table, 0, "severity"), "严重");
  EXPECT_NE(cell(table, 0, "analysis").find("历史街区"), std::string::npos);
}

// ---- indicators without items
// ---------------------------------------------------------------------

Framework with_coverage() {
  Framework framework = small_city::framework();
  Indicator greenway = small_city::reported_indicator(
      "U32", {"绿道服务半径覆盖率", "Greenway coverage"}, Kind::guiding, "%");
  greenway.decimals = 2;
  greenway.targets = {small_city::target(Operator::greater_equal, 70.0, "national")};
  framework.indicators = {greenway};
  return framework;
}

TEST(ProblemList, AnUnmetIndicatorIsListedWithoutAnItem) {
  const ResultTable table = listed(small_city::assess(
      with_coverage(), small_city::units(),
      {{.unit = "city-1", .indicator = "U32", .numerator = 33.0, .denominator = 66.0},
       {.unit = "d-x", .indicator = "U32", .value = 80.0},
       {.unit = "d-w", .indicator = "U32", .value = 32.0}}));
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(cell(table, 0, "value"), "50");
  EXPECT_EQ(cell(table, 0, "item"), "·");
  EXPECT_EQ(cell(table, 0, "share"), "·");
  EXPECT_EQ(cell(table, 0, "count"), "·");
  // Ratios do not add up: only the unmet unit is named, with its measure.
  EXPECT_EQ(cell(table, 0, "split"), "伍家岗区32.00%");
  EXPECT_EQ(cell(table, 0, "sentence"), "绿道服务半径覆盖率50.00%（伍家岗区32.00%）");
  EXPECT_EQ(cell(table, 0, "analysis"),
            "指标值50.00%，标准 >= 70%，相差20.00%，差距率28.57%，按分子计欠缺13.20");
  EXPECT_EQ(cell(table, 0, "time_class"), "尽力解决");
}

TEST(ProblemList, TheThresholdItselfIsNoProblem) {
  const auto rows = [](double value) {
    return listed(small_city::assess(with_coverage(), small_city::units(),
                                     {{.unit = "city-1", .indicator = "U32", .value = value}}))
        .rows();
  };
  EXPECT_EQ(rows(70.0), 0U);
  EXPECT_EQ(rows(std::nextafter(70.0, 0.0)), 1U);
  EXPECT_EQ(rows(std::nextafter(70.0, 100.0)), 0U);
}

TEST(ProblemList, AMetIndicatorIsNotListedForWhatLiesBeneath) {
  EXPECT_EQ(listed(small_city::assess(with_coverage(), small_city::units(),
                                      {{.unit = "city-1", .indicator = "U32", .value = 75.0},
                                       {.unit = "d-w", .indicator = "U32", .value = 32.0}}))
                .rows(),
            0U);
}

TEST(ProblemList, WhereTheCityHasNoFigureItsDistrictsProblemIsListedWithoutAValue) {
  const ResultTable table = listed(small_city::assess(
      with_coverage(), small_city::units(), {{.unit = "d-w", .indicator = "U32", .value = 32.0}}));
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(cell(table, 0, "unit"), "city-1");
  EXPECT_EQ(cell(table, 0, "value"), "·");
  EXPECT_EQ(cell(table, 0, "sentence"), "绿道服务半径覆盖率（伍家岗区32.00%）");
  EXPECT_EQ(cell(table, 0, "analysis"), "无数据：无记录，也无填报");
}

TEST(ProblemList, ComponentsHaveTheirOwnRowsAndNames) {
  Framework framework = with_coverage();
  Indicator& speed = framework.indicators[0];
  speed.targets.clear();
  Component fast, slow;
  fast.id = "expressway";
  fast.name = {"快速路", "Expressway"};
  fast.targets = {small_city::target(Operator::greater_equal, 30.0, "national")};
  slow.id = "arterial";
  slow.name = {"主干路", "Arterial"};
  slow.targets = {small_city::target(Operator::greater_equal, 20.0, "national")};
  slow.measure = "km/h";
  slow.decimals = 1;
  speed.components = {fast, slow};
  const ResultTable table = listed(small_city::assess(
      framework, small_city::units(),
      {{.unit = "city-1", .indicator = "U32", .component = "expressway", .value = 36.0},
       {.unit = "city-1", .indicator = "U32", .component = "arterial", .value = 18.0}}));
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(cell(table, 0, "component"), "arterial");
  EXPECT_EQ(cell(table, 0, "indicator_name"), "绿道服务半径覆盖率 · 主干路");
  EXPECT_EQ(cell(table, 0, "measure"), "km/h");
  EXPECT_EQ(cell(table, 0, "sentence"), "绿道服务半径覆盖率 · 主干路18.0km/h");
}

TEST(ProblemList, FactsAndInventoriesAreNoProblems) {
  Framework framework = with_coverage();
  for (const Kind kind : {Kind::fact, Kind::inventory}) {
    framework.indicators[0].kind = kind;
    framework.indicators[0].targets.clear();
    EXPECT_EQ(listed(small_city::assess(framework, small_city::units(),
                                        {{.unit = "city-1", .indicator = "U32", .value = 3.0}}))
                  .rows(),
              0U);
  }
}

TEST(ProblemList, PeersHaveNoRows) {
  auto units = small_city::units();
  units.push_back({"peer-1", "city", "", "襄阳", true});
  const ResultTable table =
      listed(small_city::assess(with_coverage(), units,
                                {{.unit = "peer-1", .indicator = "U32", .value = 10.0},
                                 {.unit = "city-1", .indicator = "U32", .value = 20.0}}));
  EXPECT_EQ(cells(table, "unit"), (Texts{"city-1"}));
}

TEST(ProblemList, ASurveyScoreIsToldWithTheGradeItLowered) {
  Framework framework = with_coverage();
  Indicator survey =
      small_city::reported_indicator("SU2", {"绿道满意度", "Greenway survey"}, Kind::fact, "分");
  survey.decimals = 1;
  framework.indicators.push_back(survey);
  framework.indicators[0].survey = "SU2";
  const auto survey_of = [&](double score) {
    return cell(
        listed(small_city::assess(framework, small_city::units(),
                                  {{.unit = "city-1", .indicator = "U32", .value = 66.0},
                                   {.unit = "city-1", .indicator = "SU2", .value = score}})),
        0, "survey");
  };
  EXPECT_EQ(survey_of(82.35), "绿道满意度82.4分，评价较好");
  EXPECT_EQ(survey_of(60.0), "绿道满意度60.0分，评价较好");
  EXPECT_EQ(survey_of(58.0), "绿道满意度58.0分，评价一般（低于60分，下调一档）");
  // Rounded it would read 60.0, which is not lowered.
  EXPECT_EQ(survey_of(59.96), "绿道满意度59.96分，评价一般（低于60分，下调一档）");
}

TEST(ProblemList, AReportedItemMaySayOfHowMany) {
  const auto share = [](std::optional<double> denominator) {
    return cell(listed(small_city::assess(small_city::framework(), small_city::units(),
                                          {{.unit = "city-1",
                                            .indicator = "H03",
                                            .item = "H03.5",
                                            .value = 13.0,
                                            .denominator = denominator}})),
                0, "sentence");
  };
  EXPECT_EQ(share(8302.0), "灭火器缺失13栋，占0.16%");
  EXPECT_EQ(share(std::nullopt), "灭火器缺失13栋");
  EXPECT_EQ(share(12.0), "灭火器缺失13栋");  // more than all: no share
  EXPECT_EQ(share(0.0), "灭火器缺失13栋");
}

TEST(ProblemList, ThinCoverageHidesNothing) {
  Framework framework = small_city::framework();
  framework.indicators[0].kind = Kind::guiding;
  framework.indicators[0].min_coverage = 0.99;
  const ResultTable table = listed(surveyed(framework));
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(cell(table, 0, "value"), "2");
  EXPECT_EQ(cell(table, 0, "analysis").substr(0, std::string("无数据：").size()), "无数据：");
}

TEST(ProblemList, NoUnitsNoRows) {
  const ResultTable table = listed(small_city::assess(small_city::framework(), {}));
  EXPECT_EQ(table.rows(), 0U);
}

TEST(ProblemList, WithoutTheListLevelTheUnitsThereAreAreListed) {
  Framework framework = small_city::framework();
  Ledger ledger;
  ledger.dimension = "housing";
  ledger.list_level = "city";
  ledger.split_level = "district";
  framework.ledgers = {ledger};
  const std::vector<UnitRow> units = {{"d-w", "district", "", "伍家岗区"},
                                      {"c-3", "compound", "d-w", "伍临小区"}};
  const std::vector<small_city::Building> buildings = {{"c-3", "7号楼", false, true}};
  const ResultTable table = listed(small_city::assess(framework, units, {}, &buildings));
  EXPECT_EQ(cells(table, "unit"), (Texts{"d-w"}));
  EXPECT_EQ(cell(table, 0, "split"), "伍临小区1");
}

TEST(ProblemList, ACompoundThatBelongsToNoCityIsNotLost) {
  std::vector<UnitRow> units = small_city::units();
  units.push_back({"c-9", "compound", "", "飞地小区"});
  auto buildings = small_city::buildings();
  buildings.push_back({"c-9", "9号楼", true, false});
  const ResultTable table =
      listed(small_city::assess(small_city::framework(), units, {}, &buildings));
  EXPECT_EQ(cells(table, "unit"), (Texts{"c-9", "city-1", "city-1"}));
  EXPECT_EQ(cell(table, 0, "objects"), "9号楼");
}

// ---- Yichang 2025
// -----------------------------------------------------------------------------------

/// Stairwell hazards as published: 242 buildings, of which some have several of eight faults (348
/// in all), by district.
struct Published {
  std::string item;
  double count, xiling, wujiagang;
};
const std::vector<Published> stairwell = {{"踏步扶手", 80, 65, 15}, {"风井烟道", 12, 12, 0},
                                          {"消防门", 37, 20, 17},   {"消火栓", 94, 69, 25},
                                          {"灭火器", 13, 10, 3},    {"指示灯", 30, 11, 19},
                                          {"堆物", 42, 40, 2},      {"楼道停车充电", 40, 32, 8}};

TEST(ProblemList, YichangsStairwellsAsPublished) {
  Framework framework = small_city::framework();
  Indicator& h03 = framework.indicators[0];
  h03.items.clear();
  std::vector<EntryRow> entries = {{.unit = "city-1", .indicator = "H03", .value = 242.0}};
  for (const Published& line : stairwell) {
    Item item;
    item.id = line.item;
    item.name = {line.item, ""};
    item.when = "no_hydrant";
    h03.items.push_back(item);
    entries.push_back(
        {.unit = "city-1", .indicator = "H03", .item = line.item, .value = line.count});
    entries.push_back({.unit = "d-x", .indicator = "H03", .item = line.item, .value = line.xiling});
    entries.push_back(
        {.unit = "d-w", .indicator = "H03", .item = line.item, .value = line.wujiagang});
  }
  const Assessment assessment = small_city::assess(framework, small_city::units(), entries);
  const ResultTable table = listed(assessment);
  ASSERT_EQ(table.rows(), stairwell.size());
  double sum = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) sum += std::stod(cell(table, row, "value"));
  EXPECT_EQ(sum, 348);  // faults
  const ResultTable values = assessment.table("values");
  EXPECT_EQ(cells(values, "value").back(), "242");  // buildings with any of them
  EXPECT_EQ(cells(table, "sentence"),
            (Texts{"踏步扶手80栋（西陵区65、伍家岗区15）", "风井烟道12栋（西陵区12）",
                   "消防门37栋（西陵区20、伍家岗区17）", "消火栓94栋（西陵区69、伍家岗区25）",
                   "灭火器13栋（西陵区10、伍家岗区3）", "指示灯30栋（伍家岗区19、西陵区11）",
                   "堆物42栋（西陵区40、伍家岗区2）", "楼道停车充电40栋（西陵区32、伍家岗区8）"}));
  // Each row of the ledger is a district's: what the item has there.
  EXPECT_EQ(assessment.data().problems.size(), 15U);
}

/// Every published item with its districts, from the reference data: value and split come back.
TEST(ProblemList, AllPublishedItemsOfYichangComeBack) {
  std::ifstream file("../shared/data/yichang-2025/housing_items.csv");
  if (!file) GTEST_SKIP() << "no reference data";
  std::string line;
  std::getline(file, line);
  std::map<std::string, std::size_t> places;
  Framework framework = small_city::framework();
  const Indicator model = framework.indicators[0];
  framework.indicators.clear();
  std::vector<EntryRow> entries;
  std::vector<std::pair<std::string, std::string>> expected;  // value, split
  while (std::getline(file, line)) {
    std::vector<std::string> fields;
    std::stringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) {
      if (!field.empty() && field.back() == '\r') field.pop_back();
      fields.push_back(field);
    }
    fields.resize(6);
    const auto [at, fresh] = places.emplace(fields[0], places.size());
    const std::string id = "H" + std::to_string(at->second);
    if (fresh) {
      framework.indicators.push_back(model);
      framework.indicators.back().id = id;
      framework.indicators.back().items.clear();
      entries.push_back({.unit = "city-1", .indicator = id, .value = std::stod(fields[1])});
    }
    Item item = model.items[0];
    item.id = id + "." + std::to_string(framework.indicators.back().items.size());
    framework.indicators.back().items.push_back(item);
    const double count = std::stod(fields[3]);
    entries.push_back({.unit = "city-1", .indicator = id, .item = item.id, .value = count});
    std::vector<std::pair<double, std::string>> parts;
    for (const auto& [unit, name, field] :
         {std::tuple{"d-w", "伍家岗区", fields[5]}, std::tuple{"d-x", "西陵区", fields[4]}}) {
      if (field.empty()) continue;
      entries.push_back(
          {.unit = unit, .indicator = id, .item = item.id, .value = std::stod(field)});
      if (field != "0") parts.emplace_back(-std::stod(field), name + field);
    }
    std::stable_sort(parts.begin(), parts.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string split;
    for (const auto& [weight, text] : parts) split += (split.empty() ? "" : "、") + text;
    if (count > 0) expected.emplace_back(fields[3], split.empty() ? "·" : split);
  }
  ASSERT_GT(expected.size(), 25U);
  const ResultTable table = listed(small_city::assess(framework, small_city::units(), entries));
  ASSERT_EQ(table.rows(), expected.size());
  for (std::size_t row = 0; row < expected.size(); ++row) {
    EXPECT_EQ(cell(table, row, "value"), expected[row].first) << row;
    EXPECT_EQ(cell(table, row, "split"), expected[row].second) << row;
  }
}

}  // namespace
}  // namespace tijian
