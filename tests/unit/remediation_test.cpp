#include "tijian/remediation.hpp"

#include <gtest/gtest.h>

#include "reference/small_city.hpp"
#include "tijian/ledger.hpp"

namespace tijian {
namespace {

using small_city::cell;
using small_city::cells;
using small_city::EntryRow;
using Texts = std::vector<std::string>;

Assessment surveyed(const Framework& framework = small_city::framework(),
                    const std::vector<EntryRow>& entries = {}) {
  const auto buildings = small_city::buildings();
  return small_city::assess(framework, small_city::units(), entries, &buildings);
}

ResultTable remediation(const Assessment& assessment) {
  return ledger_table(assessment, "remediation").value();
}

TEST(Remediation, TheHandbooksColumns) {
  const ResultTable table = remediation(surveyed());
  ASSERT_EQ(table.rows(), 2U);
  const std::vector<std::pair<std::string, std::string>> first = {
      {"row", "1"},
      {"indicator_name", "存在楼道安全隐患的住宅数量"},
      {"value", "3"},  // the indicator's result, as the handbook asks
      {"sentence", "灭火器缺失2栋（西陵区2），占40.00%，涉及1号楼、2号楼"},
      {"advice", "补齐灭火器"},
      {"area", "西陵区"},
      {"time_class", "限时解决"},
      {"department", "消防救援机构"},
      {"severity", "较严重"},
      {"due", "2026"},
      {"problems", "2"},
      {"measure", "栋"},
      {"item", "H03.5"},
      {"unit", "city-1"},
      {"dimension", "housing"}};
  for (std::size_t at = 0; at < 8; ++at)
    EXPECT_EQ(table.columns()[at].name, first[at].first);  // in the handbook's order
  for (const auto& [column, text] : first) EXPECT_EQ(cell(table, 0, column), text) << column;
  EXPECT_EQ(cell(table, 1, "area"), "伍家岗区、西陵区");
  EXPECT_EQ(cell(table, 1, "time_class"), "尽力解决");
  EXPECT_EQ(cell(table, 1, "due"), "2028");
  EXPECT_EQ(cell(table, 1, "department"), "住建局");
}

TEST(Remediation, WhatIsDoneAsksForNothing) {
  const auto with_status = [](const char* first, const char* second) {
    return remediation(surveyed(
        small_city::framework(),
        {{.unit = "c-1", .indicator = "H03", .item = "H03.5", .status = first, .object = "1号楼"},
         {.unit = "c-1",
          .indicator = "H03",
          .item = "H03.5",
          .status = second,
          .object = "2号楼"}}));
  };
  EXPECT_EQ(cell(with_status("done", "in_progress"), 0, "problems"), "1");
  EXPECT_EQ(cells(with_status("done", "closed"), "item"), (Texts{"H03.4"}));
  EXPECT_EQ(cell(with_status("open", "in_progress"), 0, "problems"), "2");
}

TEST(Remediation, OneRowPerDepartment) {
  // A rule hands the problems of one compound to another department: its item has none of its own.
  Framework framework = small_city::framework();
  Rule rule;
  rule.id = "historic";
  rule.level = "compound";
  rule.when = "id = 'c-3'";
  rule.then = RuleAction::raise;
  rule.indicator = "H03";
  rule.is = "critical";
  rule.reason = {"历史街区", ""};
  rule.department = "fire";
  rule.advice = {"先行处置", ""};
  framework.rules = {rule};
  framework.indicators[0].items[1].severity = "serious";
  const ResultTable table = remediation(surveyed(framework));
  ASSERT_EQ(table.rows(), 3U);
  // In the framework's order of departments: fire before housing.
  EXPECT_EQ(cells(table, "item"), (Texts{"H03.5", "H03.4", "H03.4"}));
  EXPECT_EQ(cells(table, "department"), (Texts{"消防救援机构", "消防救援机构", "住建局"}));
  EXPECT_EQ(cells(table, "area"), (Texts{"西陵区", "伍家岗区", "西陵区"}));
  EXPECT_EQ(cells(table, "severity"), (Texts{"较严重", "严重", "较严重"}));
  EXPECT_EQ(cells(table, "advice"), (Texts{"补齐灭火器", "先行处置", "逐栋整改"}));
}

TEST(Remediation, WithoutASplitLevelTheAreaIsTheListedUnit) {
  Framework framework = small_city::framework();
  Ledger ledger;
  ledger.dimension = "housing";
  framework.ledgers = {ledger};
  EXPECT_EQ(cells(remediation(surveyed(framework)), "area"), (Texts{"宜昌", "宜昌"}));
}

TEST(Remediation, AnUnmetIndicatorOfTheCityItself) {
  Framework framework = small_city::framework();
  Indicator greenway =
      small_city::reported_indicator("U32", {"绿道覆盖率", ""}, Kind::guiding, "%");
  greenway.targets = {small_city::target(Operator::greater_equal, 70.0, "national")};
  greenway.department = "housing";
  framework.indicators = {greenway};
  const ResultTable table = remediation(small_city::assess(
      framework, small_city::units(), {{.unit = "city-1", .indicator = "U32", .value = 50.0}}));
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(cell(table, 0, "value"), "50");
  EXPECT_EQ(cell(table, 0, "area"), "宜昌");
  EXPECT_EQ(cell(table, 0, "time_class"), "尽力解决");
  EXPECT_EQ(cell(table, 0, "severity"), "较严重");  // gap 2/7
  EXPECT_EQ(cell(table, 0, "item"), "·");
}

}  // namespace
}  // namespace tijian
