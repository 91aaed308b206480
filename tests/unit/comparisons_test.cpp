#include "tijian/comparisons.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "reference/small_city.hpp"
#include "tijian/ledger.hpp"

namespace tijian {
namespace {

using small_city::cell;
using small_city::cells;
using small_city::EntryRow;
using small_city::target;
using small_city::UnitRow;
using Texts = std::vector<std::string>;

Framework with_targets(std::vector<Target> targets) {
  Framework framework = small_city::framework();
  Indicator density =
      small_city::reported_indicator("U35", {"路网密度", "Road density"}, Kind::guiding, "km/km²");
  density.targets = std::move(targets);
  framework.indicators = {density};
  return framework;
}

std::vector<UnitRow> units() {
  return {{"city-1", "city", "", "宜昌", std::nullopt, 120.0},
          {"d-x", "district", "city-1", "西陵区"}};
}

ResultTable compared(const Framework& framework, const std::vector<UnitRow>& rows,
                     const std::vector<EntryRow>& entries) {
  return ledger_table(small_city::assess(framework, rows, entries), "comparisons").value();
}

TEST(Comparisons, AllTargetsThatApplyAndWhichOneJudged) {
  const ResultTable table = compared(
      with_targets({target(Operator::greater_equal, 12.0, "planning", "area_km2 > 500"),
                    target(Operator::greater_equal, 8.0, "national"),
                    target(Operator::greater_equal, std::string("area_km2 / 12"), "local"),
                    target(Operator::greater_equal, std::string("previous + 1"), "previous")}),
      units(),
      {{.unit = "city-1", .indicator = "U35", .value = 8.5},
       {.unit = "city-1", .indicator = "U35", .value = 7.0, .year = 2024.0}});
  // The first does not hold for this city; the second judges; the others stand beside it.
  EXPECT_EQ(cells(table, "basis"), (Texts{"national", "local", "previous"}));
  EXPECT_EQ(cells(table, "target"), (Texts{">= 8", ">= 10", ">= 8"}));
  EXPECT_EQ(cells(table, "target_low"), (Texts{"8", "10", "8"}));
  EXPECT_EQ(cells(table, "target_high"), (Texts{"·", "·", "·"}));
  EXPECT_EQ(cells(table, "difference"), (Texts{"0.5", "-1.5", "0.5"}));
  EXPECT_EQ(cells(table, "met"), (Texts{"true", "false", "true"}));
  EXPECT_EQ(cells(table, "used"), (Texts{"true", "false", "false"}));
  EXPECT_EQ(cells(table, "value"), (Texts{"8.5", "8.5", "8.5"}));
  EXPECT_EQ(cells(table, "peer"), (Texts{"·", "·", "·"}));
}

TEST(Comparisons, WhereNothingIsKnownOfABoundItIsNotListed) {
  // No value of last year, and a district without an area of its own.
  const ResultTable table =
      compared(with_targets({target(Operator::greater_equal, std::string("previous"), "previous"),
                             target(Operator::less_equal, std::string("area_km2"), "local")}),
               units(),
               {{.unit = "city-1", .indicator = "U35", .value = 8.5},
                {.unit = "d-x", .indicator = "U35", .value = 8.5}});
  EXPECT_EQ(cells(table, "unit"), (Texts{"city-1"}));
  EXPECT_EQ(cells(table, "target"), (Texts{"<= 120"}));
}

TEST(Comparisons, ARangeMeasuresToItsNearerEnd) {
  Target range;
  range.op = Operator::between;
  range.low = 0.7;
  range.high = 1.5;
  range.basis = "national";
  const auto difference = [&](double value) {
    const ResultTable table = compared(with_targets({range}), units(),
                                       {{.unit = "city-1", .indicator = "U35", .value = value}});
    return cell(table, 0, "difference") + " " + cell(table, 0, "met");
  };
  EXPECT_EQ(difference(1.0), "0 true");
  EXPECT_EQ(difference(0.7), "0 true");
  EXPECT_EQ(difference(1.5), "0 true");
  EXPECT_EQ(difference(0.5), kernels::shortest(0.5 - 0.7) + " false");
  EXPECT_EQ(difference(1.75), "0.25 false");
  EXPECT_EQ(difference(std::nextafter(1.5, 2.0)).substr(0, 2), "2.");  // 2.2e-16, and not met
  EXPECT_NE(difference(std::nextafter(1.5, 2.0)).find("false"), std::string::npos);
}

TEST(Comparisons, StrictBoundsAreNotMetByEquality) {
  const ResultTable table =
      compared(with_targets({target(Operator::less, 8.0, "national"),
                             target(Operator::less_equal, 8.0, "local"),
                             target(Operator::equal, 8.0, "planning")}),
               units(), {{.unit = "city-1", .indicator = "U35", .value = 8.0}});
  EXPECT_EQ(cells(table, "met"), (Texts{"false", "true", "true"}));
  EXPECT_EQ(cells(table, "target_low"), (Texts{"·", "·", "8"}));
  EXPECT_EQ(cells(table, "target_high"), (Texts{"8", "8", "8"}));
}

TEST(Comparisons, PeersStandBesideTheCityAndHaveTheirOwnTargets) {
  std::vector<UnitRow> rows = units();
  rows.push_back({"peer-b", "city", "", "荆州", true});
  rows.push_back({"peer-a", "city", "", "襄阳", true});
  rows.push_back({"peer-c", "city", "", "无数据市", true});
  const ResultTable table =
      compared(with_targets({target(Operator::greater_equal, 8.0, "national")}), rows,
               {{.unit = "city-1", .indicator = "U35", .value = 8.5},
                {.unit = "d-x", .indicator = "U35", .value = 9.0},
                {.unit = "peer-a", .indicator = "U35", .value = 9.5, .source = "统计公报"},
                {.unit = "peer-b", .indicator = "U35", .value = 7.5}});
  // The district has no peers; each city has its target first, then the peers by id.
  EXPECT_EQ(cells(table, "unit"), (Texts{"d-x", "city-1", "city-1", "city-1", "peer-a", "peer-b"}));
  EXPECT_EQ(cells(table, "peer"), (Texts{"·", "·", "peer-a", "peer-b", "·", "·"}));
  EXPECT_EQ(cells(table, "peer_name"), (Texts{"·", "·", "襄阳", "荆州", "·", "·"}));
  EXPECT_EQ(cells(table, "peer_value"), (Texts{"·", "·", "9.5", "7.5", "·", "·"}));
  EXPECT_EQ(cells(table, "difference"), (Texts{"1", "0.5", "-1", "1", "1.5", "-0.5"}));
  EXPECT_EQ(cells(table, "met"), (Texts{"true", "true", "·", "·", "true", "false"}));
  EXPECT_EQ(cell(table, 2, "basis"), "peer");
  EXPECT_EQ(cell(table, 2, "source"), "统计公报");
}

TEST(Comparisons, WhatDoesNotCountIsNotCompared) {
  EXPECT_EQ(compared(with_targets({target(Operator::greater_equal, 8.0, "national")}), units(), {})
                .rows(),
            0U);
}

TEST(Comparisons, ComponentsHaveTheirOwnTargets) {
  Framework framework = with_targets({});
  Component fast;
  fast.id = "fast";
  fast.name = {"快速路", ""};
  fast.targets = {target(Operator::greater_equal, 30.0, "national")};
  framework.indicators[0].components = {fast};
  const ResultTable table =
      compared(framework, units(),
               {{.unit = "city-1", .indicator = "U35", .component = "fast", .value = 54.44}});
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(cell(table, 0, "component"), "fast");
  EXPECT_EQ(cell(table, 0, "indicator_name"), "路网密度 · 快速路");
}

// The one that is marked used is the one the verdict was given by, with the same bounds, over more
// units than fit one tile.
TEST(Comparisons, AgreesWithTheVerdictsOverManyUnits) {
  std::vector<UnitRow> rows;
  std::vector<EntryRow> entries;
  for (int i = 0; i < 2500; ++i) {
    const std::string id = "u" + std::to_string(i);
    rows.push_back({id, "city", "", "", std::nullopt, static_cast<double>(i % 7)});
    if (i % 5 != 0)
      entries.push_back({.unit = id, .indicator = "U35", .value = static_cast<double>(i % 11)});
  }
  const Assessment assessment = small_city::assess(
      with_targets(
          {target(Operator::greater_equal, std::string("area_km2"), "local", "area_km2 > 3"),
           target(Operator::less_equal, std::string("area_km2 + 1"), "planning"),
           target(Operator::greater_equal, 5.0, "national")}),
      rows, entries);
  const AssessmentData& data = assessment.data();
  std::size_t used = 0, judged = 0;
  for (const Comparison& row : Comparisons(data).rows()) {
    const Cell found = *data.results.cell(row.series, data.units.level(row.unit), row.unit);
    EXPECT_EQ(row.value, found.value);
    EXPECT_EQ(row.used, found.target_index == static_cast<int>(row.target));
    if (!row.used) continue;
    ++used;
    EXPECT_EQ(row.bounds.value, found.target);
    EXPECT_EQ(row.met, found.judgement.verdict == Verdict::met);
  }
  for (std::uint32_t unit = 0; unit < data.units.size(); ++unit)
    if (const CellState* found = data.results.state(0, data.units.level(unit), unit);
        found->judgement.verdict == Verdict::met || found->judgement.verdict == Verdict::unmet)
      ++judged;
  EXPECT_EQ(used, judged);
  EXPECT_EQ(judged, 2000U);
}

}  // namespace
}  // namespace tijian
