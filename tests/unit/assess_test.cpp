#include "tijian/assess.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "reference/town.hpp"
#include "tijian/compile.hpp"
#include "tijian/json.hpp"

namespace tijian {
namespace {

using reference::Town;

// ---- counting -----------------------------------------------------------------------------------

TEST(Assess, ABuildingWithThreeFaultsCountsOnceInItsIndicatorAndOnceInEachItem) {
  Town city;
  city.buildings({{"c1", "b1", 6, 1, 1, 1}, {"c1", "b2", 6, 0, 1, 0}, {"c2", "b3", 6, 0, 0, 0}});
  const Assessment result = city.assess();
  EXPECT_EQ(city.value(result, "city", "H03"), 2);
  EXPECT_EQ(city.item(result, "city", "H03.1"), 1);
  EXPECT_EQ(city.item(result, "city", "H03.2"), 2);
  EXPECT_EQ(city.item(result, "city", "H03.3"), 1);
  EXPECT_EQ(city.value(result, "c1", "H03"), 2);
  EXPECT_EQ(city.value(result, "c2", "H03"), 0);
}

TEST(Assess, TheLedgerHasOneRowPerObjectAndItem) {
  Town city;
  city.buildings({{"c1", "b1", 6, 1, 1, 1}, {"c1", "b2", 6, 0, 1, 0}, {"c2", "b3", 6, 0, 0, 0}});
  const Assessment result = city.assess();
  std::map<std::string, std::string> found;
  for (const Problem& problem : result.problems())
    if (problem.indicator == "H03") found[problem.object + " " + problem.item] = problem.severity;
  const std::map<std::string, std::string> expected = {{"b1 H03.1", "serious"},
                                                       {"b1 H03.2", "moderate"},
                                                       {"b1 H03.3", "critical"},
                                                       {"b2 H03.2", "moderate"}};
  EXPECT_EQ(found, expected);
}

TEST(Assess, TheLedgersObjectsAreInTheOrderOfTheirBytes) {
  const std::vector<std::string> order = {"1",          "1234567",   "12345678", "12345678 ",
                                          "12345678a1", "12345678b", "b",        "\xC3\xA9",
                                          "楼10",       "楼2",       "楼二"};
  std::vector<std::string> given(order.rbegin(), order.rend());
  std::swap(given[1], given[7]);
  Town city;
  std::vector<Town::Building> buildings;
  for (const std::string& object : given) buildings.push_back({"c1", object, 6, 1, 0, 0});
  city.buildings(buildings);
  std::vector<std::string> listed;
  for (const Problem& problem : city.assess().problems())
    if (problem.indicator == "H03") listed.push_back(problem.object);
  EXPECT_EQ(listed, order);
}

TEST(Assess, ATallyAloneListsUnitsInsteadOfObjects) {
  Town city;
  city.buildings({{"c1", "b1", 6, 1, 1, 1}, {"c1", "b2", 6, 0, 1, 0}, {"c2", "b3", 6, 0, 0, 0}});
  const Assessment result = city.assess_tally();
  std::map<std::string, double> found;
  for (const Problem& problem : result.problems())
    if (problem.indicator == "H03") {
      EXPECT_TRUE(problem.object.empty());
      found[problem.unit + " " + problem.item] = problem.value.value_or(-1);
    }
  const std::map<std::string, double> expected = {
      {"c1 H03.1", 1}, {"c1 H03.2", 2}, {"c1 H03.3", 1}};
  EXPECT_EQ(found, expected);
}

// ---- coverage and verdicts
// ------------------------------------------------------------------------

TEST(Assess, ASixFloorBuildingNeverAskedAboutItsFireAlarmDoesNotLowerCoverage) {
  Town city;
  city.due("c1", 2).due("c2", 0);
  city.buildings({{"c1", "b1", 6, 0, 0, 0, std::nullopt}, {"c1", "b2", 12, 0, 0, 0, 0}});
  const Assessment result = city.assess();
  EXPECT_EQ(city.coverage(result, "c1", "H09"), 1);
  city.buildings({{"c1", "b1", 12, 0, 0, 0, std::nullopt}, {"c1", "b2", 12, 0, 0, 0, 0}});
  EXPECT_EQ(city.coverage(city.assess(), "c1", "H09"), 0.5);
}

TEST(Assess, AFloorWithAnObservedProblemIsUnmetAtFivePercentCoverage) {
  Town city;
  city.due("c1", 20).due("c2", 0);
  city.buildings({{"c1", "b1", 6, 1, 0, 0}});
  const Assessment result = city.assess();
  EXPECT_EQ(city.coverage(result, "c1", "H03"), 0.05);
  EXPECT_EQ(city.verdict(result, "c1", "H03"), "unmet");
  EXPECT_EQ(city.verdict(result, "city", "H03"), "unmet");
}

TEST(Assess, AFloorWithNothingFoundAtThinCoverageIsProvisional) {
  Town city;
  city.due("c1", 20).due("c2", 0);
  city.buildings({{"c1", "b1", 6, 0, 0, 0}});
  const Assessment result = city.assess();
  EXPECT_EQ(city.verdict(result, "c1", "H03"), "met provisional");
  EXPECT_EQ(city.verdict(result, "city", "H03"), "met provisional");
  city.due("c1", 1).due("c2", 1);
  city.buildings({{"c1", "b1", 6, 0, 0, 0}, {"c2", "b2", 6, 0, 0, 0}});
  EXPECT_EQ(city.verdict(city.assess(), "city", "H03"), "met");
}

TEST(Assess, ACompoundWithoutRowsMakesTheCityProvisional) {
  Town city;
  city.buildings({{"c1", "b1", 6, 0, 0, 0}});
  const Assessment result = city.assess();
  EXPECT_EQ(city.verdict(result, "c1", "H03"), "met");
  EXPECT_EQ(city.verdict(result, "c2", "H03"), "no_data");
  EXPECT_EQ(city.verdict(result, "city", "H03"), "met provisional");
}

TEST(Assess, AUnitWithoutRowsMakesProvisionalWhatAppliesToItOnly) {
  const Plan plan = compile(parse_framework(R"json({
    "tijian": 1, "id": "lifts", "version": "1", "year": 2025, "name": {"en": "lifts"},
    "dimensions": [{"id": "d", "name": {"en": "d"}}],
    "levels": [
      {"id": "low", "dimension": "d", "attributes": [{"id": "high_rise", "type": "boolean"}]},
      {"id": "high", "dimension": "d", "attributes": [{"id": "high_rise", "type": "boolean"}]}],
    "tables": [{"id": "t", "level": "low", "unit": "u", "columns": [{"id": "broken", "type": "boolean"}]}],
    "indicators": [
      {"id": "every", "name": {"en": "1"}, "dimension": "d", "kind": "floor", "table": "t",
       "formula": "count(*) filter (where broken)", "targets": [{"op": "<=", "value": 0}]},
      {"id": "rises", "name": {"en": "2"}, "dimension": "d", "kind": "floor", "table": "t",
       "applies_when": "high_rise",
       "formula": "count(*) filter (where broken)", "targets": [{"op": "<=", "value": 0}]},
      {"id": "again", "name": {"en": "3"}, "dimension": "d", "kind": "floor", "table": "t",
       "formula": "count(*) filter (where broken)", "targets": [{"op": "<=", "value": 0}]}]
  })json"));
  OwnedTable rows(1);
  rows.add_texts("u", {"a"});
  rows.add_booleans("broken", {false});
  // What b, which has no rows, is; and whether the indicator of high-rise buildings is provisional.
  for (const auto& [b_is_high_rise, provisional] : {std::pair{false, false}, {true, true}}) {
    OwnedTable places(3);
    places.add_texts("id", {"a", "b", "c"});
    places.add_texts("level", {"low", "low", "high"});
    places.add_texts("parent", {"c", "c", std::nullopt});
    places.add_booleans("high_rise", {true, b_is_high_rise, true});
    const Units units = Units::build(plan, places.view());
    const Assessment result = assess(plan, units, {{"t", rows.view()}});
    const ResultTable verdicts = result.table("verdicts");
    std::map<std::string, bool> found;
    for (std::size_t r = 0; r < verdicts.rows(); ++r)
      if (verdicts.text(0, r) == "c") {
        EXPECT_EQ(verdicts.text(4, r), "met");
        found[std::string(*verdicts.text(2, r))] = *verdicts.boolean(5, r);
      }
    const std::map<std::string, bool> expected = {
        {"every", true}, {"rises", provisional}, {"again", true}};
    EXPECT_EQ(found, expected);
  }
}

TEST(Assess, NothingMissingIsEverMet) {
  Town city;
  city.buildings({{"c1", "b1", 6, std::nullopt, std::nullopt, std::nullopt},
                  {"c2", "b2", 6, std::nullopt, 0, 0}});
  const Assessment result = city.assess();
  for (const char* unit : {"c1", "c2", "city"})
    EXPECT_EQ(city.verdict(result, unit, "H03"), "no_data") << unit;
}

TEST(Assess, ARegisterMarkedCompleteAndEmptyIsMetAndOnlyIfItWasSupplied) {
  Town city;
  EXPECT_EQ(city.verdict(city.assess(), "city", "U47"), "no_data");
  city.incidents({});
  const Assessment result = city.assess();
  EXPECT_EQ(city.verdict(result, "city", "U47"), "met");
  EXPECT_EQ(city.value(result, "city", "U47"), 0);
}

TEST(Assess, LeftOutRowsEnterNoAggregateAndCountAsMissing) {
  Town city;
  city.buildings({{"c1", "b1", 6, 1, 0, 0, 0, "rejected"}, {"c1", "b2", 6, 0, 0, 0, 0, "passed"}});
  const Assessment result = city.assess();
  EXPECT_EQ(city.value(result, "c1", "H03"), 0);
  EXPECT_EQ(city.number(result, "values", "c1", "H03", "missing"), 1);
  EXPECT_EQ(city.number(result, "values", "c1", "H03", "rows"), 2);
  EXPECT_EQ(city.checks(result), "buildings c1 b1 reviewed left_out\n");
}

TEST(Assess, AColumnOutsideItsRangeIsMissingAndListed) {
  Town city;
  city.buildings({{"c1", "b1", 900, 0, 0, 0, 1}, {"c1", "b2", 30, 0, 0, 0, 1}});
  const Assessment result = city.assess();
  EXPECT_EQ(city.value(result, "c1", "H09"), 1);
  EXPECT_EQ(city.checks(result), "buildings c1 b1 range:floors missing\n");
  EXPECT_EQ(city.checks(city.assess_tally()), "buildings c1  range:floors missing\n");
}

// ---- entries
// ----------------------------------------------------------------------------------------

TEST(Assess, AnEntryIsUsedOnlyWhereNoKnownRowLiesBeneath) {
  Town city;
  city.entries(
      "unit,indicator,item,value,grade,reason,published\n"
      "city,H03,,242,,,242\n"
      "c1,H03,,7,,,\n");
  EXPECT_EQ(city.value(city.assess(), "city", "H03"), 242);
  city.buildings({{"c1", "b1", 6, 1, 0, 0}});
  const Assessment result = city.assess();
  EXPECT_EQ(city.value(result, "city", "H03"), 1);
  EXPECT_EQ(city.number(result, "values", "city", "H03", "reported"), 242);
  EXPECT_EQ(city.checks(result),
            "entries c1 H03 reported reported\n"
            "entries city H03 published reported\n"
            "entries city H03 reported reported\n");
}

TEST(Assess, ReportedItemsAreListedAtTheLowestUnitThatReportsThem) {
  Town city;
  city.entries(
      "unit,indicator,item,value\n"
      "city,H03,,242\ncity,H03,H03.1,80\ncity,H03,H03.2,12\n"
      "c1,H03,H03.1,65\nc2,H03,H03.1,15\n");
  const Assessment result = city.assess();
  std::string rows;
  for (const Problem& problem : result.problems())
    rows +=
        problem.unit + " " + problem.item + " " + std::to_string(problem.value.value_or(-1)) + "\n";
  EXPECT_EQ(rows, "c1 H03.1 65.000000\nc2 H03.1 15.000000\ncity H03.2 12.000000\n");
}

TEST(Assess, AReportedUnmetFloorWithoutItemsStillHasItsRow) {
  Town city;
  city.entries("unit,indicator,value\ncity,H03,42\n");
  const auto problems = city.assess().problems();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].indicator, "H03");
  EXPECT_EQ(problems[0].item, "");
  EXPECT_EQ(problems[0].target, "<= 0");
  EXPECT_EQ(problems[0].severity, "serious");  // a floor where the gap decides, and it is null
}

TEST(Assess, EveryFaultOfTheEntriesIsNamedAtOnce) {
  Town city;
  city.entries(
      "unit,indicator,item,value,grade,year\n"
      "nowhere,H03,,1,,\n"
      "city,H3,,1,,\n"
      "city,H03,H03.9,1,,\n"
      "city,H03,,1,good,\n"
      "city,H03,,2,,\n"
      "city,H03,,2,,99999\n");
  try {
    (void)city.assess();
    FAIL() << "accepted";
  } catch (const DataError& error) {
    std::string found;
    for (const Issue& issue : error.issues()) found += issue.code + " " + issue.place + "\n";
    EXPECT_EQ(found,
              "entries.unknown entries/1/unit\n"
              "entries.unknown entries/2/indicator\n"
              "entries.unknown entries/3/item\n"
              "entries.reason entries/4/reason\n"
              "entries.duplicate entries/5/unit\n"
              "entries.value entries/6/\n"
              "entries.duplicate entries/6/unit\n");
    EXPECT_EQ(error.issues()[1].nearest, "H03");
  }
}

// ---- grades
// -----------------------------------------------------------------------------------------

TEST(Assess, AnUngradedIndicatorStaysInTheCompositesDenominator) {
  Town city;
  // 5 very good, 1 fair, 1 without a grade: 5 of 7 without an insufficient one is good; 5 of 6
  // would be excellent.
  city.entries(
      "unit,indicator,grade,reason\n"
      "city,G1,very_good,experts\ncity,G2,very_good,experts\ncity,G3,very_good,experts\n"
      "city,G4,very_good,experts\ncity,G5,very_good,experts\ncity,G6,fair,experts\n");
  const Assessment result = city.assess();
  EXPECT_EQ(city.composite(result, "city", "jobs"), "good computed");
}

TEST(Assess, SixtyIsNotCorrectedDownwardsAndFiftyNinePointNineNineIs) {
  for (const auto& [score, grade] :
       {std::pair{"60", "very_good computed"}, std::pair{"59.99", "good corrected"},
        std::pair{"59.999999999999993", "good corrected"}}) {
    Town city;
    city.entries(std::string("unit,indicator,value\ncity,S1,") + score + "\ncity,G1,50\n");
    EXPECT_EQ(city.grade(city.assess(), "city", "G1"), grade) << score;
  }
}

TEST(Assess, TheSurveyOfTheNearestAncestorCounts) {
  Town city;
  city.entries("unit,indicator,value\ncity,S1,50\nk1,S1,70\nk1,G1,50\nk2,G1,50\n");
  const Assessment result = city.assess();
  EXPECT_EQ(city.grade(result, "k1", "G1"), "very_good computed");
  EXPECT_EQ(city.grade(result, "k2", "G1"), "good corrected");
}

TEST(Assess, APublishedCompositeThatContradictsTheRuleIsListed) {
  Town city;
  city.entries(
      "unit,indicator,aspect,grade,reason,published\n"
      "city,G1,,insufficient,experts,\n"
      "city,,jobs,,,medium\n");
  const Assessment result = city.assess();
  EXPECT_EQ(city.composite(result, "city", "jobs"), "poor computed");
  EXPECT_EQ(city.checks(result), "entries city jobs published reported\n");
}

// ---- targets, gaps, severities
// -----------------------------------------------------------------------

TEST(Assess, ATargetMayReadLastYear) {
  Town city;
  city.entries("unit,indicator,value,year\ncity,U53,70,2024\ncity,U53,74.9,\n");
  const Assessment result = city.assess();
  EXPECT_EQ(city.text(result, "verdicts", "city", "U53", "target"), ">= 75");
  EXPECT_EQ(city.verdict(result, "city", "U53"), "unmet");
  city.entries("unit,indicator,value,year\ncity,U53,20,2024\ncity,U53,25,\n");
  EXPECT_EQ(city.verdict(city.assess(), "city", "U53"), "met");
  city.entries("unit,indicator,value\ncity,U53,25\n");
  EXPECT_EQ(city.verdict(city.assess(), "city", "U53"), "no_target");
}

TEST(Assess, TheVerdictComparesUnroundedValues) {
  Town city;
  const double limit = 75;
  for (const auto& [value, verdict] :
       {std::pair{std::nextafter(limit, 0), "unmet"}, std::pair{limit, "met"},
        std::pair{std::nextafter(limit, 100), "met"}}) {
    city.entries("unit,indicator,value,year\ncity,U53,90,2024\ncity,U53," +
                 kernels::shortest(value) + ",\n");
    EXPECT_EQ(city.verdict(city.assess(), "city", "U53"), verdict) << value;
  }
}

TEST(Assess, GapDeficitAndSeverityOfARatio) {
  Town city;
  city.blocks({{"k1", 10, 4}, {"k2", 10, 9}});
  const Assessment result = city.assess();
  // k1: 40 % of 80 %: half the way; 4 km² are lacking.
  EXPECT_EQ(city.value(result, "k1", "B22"), 40);
  EXPECT_EQ(city.number(result, "values", "k1", "B22", "numerator"), 4);
  EXPECT_EQ(city.number(result, "values", "k1", "B22", "denominator"), 10);
  EXPECT_EQ(city.number(result, "verdicts", "k1", "B22", "shortfall"), 40);
  EXPECT_EQ(city.number(result, "verdicts", "k1", "B22", "gap"), 0.5);
  EXPECT_EQ(city.number(result, "verdicts", "k1", "B22", "deficit"), 4);
  EXPECT_EQ(city.text(result, "verdicts", "k1", "B22", "severity"), "critical");
  EXPECT_EQ(city.verdict(result, "k2", "B22"), "met");
  // Never an average of averages: 13 of 20.
  EXPECT_EQ(city.value(result, "city", "B22"), 65);
  EXPECT_EQ(city.text(result, "verdicts", "city", "B22", "severity"), "serious");
}

TEST(Assess, TheLedgerListsTheLowestUnmetUnitOfEachBranch) {
  Town city;
  city.blocks({{"k1", 10, 4}, {"k2", 10, 9}});
  std::string rows;
  for (const Problem& problem : city.assess().problems())
    rows += problem.unit + " " + problem.indicator + "\n";
  EXPECT_EQ(rows, "k1 B22\n");
}

TEST(Assess, ComponentsGiveAWorstSummary) {
  Town city;
  city.entries("unit,indicator,component,value\ncity,U42,am,25\ncity,U42,pm,35\n");
  const Assessment result = city.assess();
  EXPECT_EQ(city.verdict(result, "city", "U42"), "unmet");
  EXPECT_EQ(city.text(result, "verdicts", "city", "U42", "severity"), "serious");
  std::string rows;
  for (const Problem& problem : result.problems())
    rows += problem.indicator + "." + problem.component + "\n";
  EXPECT_EQ(rows, "U42.am\n");
}

// ---- derived tables, rules, batches
// -----------------------------------------------------------------

TEST(Assess, AnIndicatorOverUnitsCountsThem) {
  Town city;
  city.blocks({{"k1", 10, 4}, {"k2", 10, 9}});
  EXPECT_EQ(city.value(city.assess(), "city", "L1"), 50);  // one of two blocks meets its target
}

TEST(Assess, NoDataIsNullInDerivedTables) {
  Town city;
  city.blocks({{"k2", 10, 9}});
  const Assessment result = city.assess();
  EXPECT_EQ(city.value(result, "city", "L1"), 100);
  EXPECT_EQ(city.number(result, "values", "city", "L1", "missing"), 1);
}

TEST(Assess, RulesChangeProblemsAndNeverValues) {
  Town city;
  city.blocks({{"k1", 10, 4}, {"k2", 10, 5}});
  city.entries("unit,indicator,value\nk1,S1,85\nk2,S1,40\n");
  const Assessment result = city.assess();
  EXPECT_EQ(city.value(result, "k1", "B22"), 40);
  EXPECT_EQ(city.verdict(result, "k1", "B22"), "unmet");
  std::string rows;
  for (const Problem& problem : result.problems())
    rows += problem.unit + " " + problem.severity + " " + problem.reason + "\n";
  EXPECT_EQ(rows, "k2 critical 居民评价低\n");
}

TEST(Assess, UnitsOutOfTheBatchAreNotApplicableAndTheirRowsRefused) {
  Town city;
  city.batch("k2", 2026);
  city.blocks({{"k1", 10, 9}});
  const Assessment result = city.assess();
  EXPECT_EQ(city.verdict(result, "k2", "B22"), "not_applicable");
  EXPECT_EQ(city.text(result, "verdicts", "k2", "B22", "reason_code"), "not_in_batch");
  EXPECT_EQ(city.verdict(result, "city", "B22"), "met");
  city.blocks({{"k1", 10, 9}, {"k2", 10, 9}});
  EXPECT_THROW((void)city.assess(), DataError);
}

TEST(Assess, UnknownUnitsAreRefusedOrReportedAsAsked) {
  Town city;
  city.blocks({{"k1", 10, 9}, {"k9", 10, 1}, {"", 10, 1}});
  try {
    (void)city.assess();
    FAIL() << "accepted";
  } catch (const DataError& error) {
    ASSERT_EQ(error.issues().size(), 2U);
    EXPECT_NE(error.issues()[1].message.zh.find("k9"), std::string::npos);
  }
  city.options.unknown_units = UnknownUnits::report;
  const Assessment result = city.assess();
  EXPECT_EQ(city.value(result, "city", "B22"), 90);
  EXPECT_EQ(city.checks(result), "blocks   unit left_out\nblocks k9  unit left_out\n");
}

TEST(Assess, LastYearsLedgerIsATable) {
  Town city;
  city.blocks({{"k1", 10, 4}, {"k2", 10, 5}});
  const Assessment last = city.assess();
  OwnedTable problems = last.problems_frame();
  Town next;
  next.options.previous = &last;
  EXPECT_EQ(next.value(next.assess(), "city", "U60"), 0);  // two problems, none of them done
  OwnedTable edited;
  edited.add_texts("unit", {"k1", "k2", "gone"});
  edited.add_texts("status", {"done", "open", "done"});
  const TableView view = edited.view();
  next.options.previous_problems = &view;
  const Assessment result = next.assess();
  EXPECT_EQ(next.value(result, "city", "U60"), 50);
  EXPECT_EQ(next.checks(result), "previous:problems gone  unit left_out\n");
}

TEST(Assess, AnotherYearIsRefusedOnlyWhereRowsReadIt) {
  Town city;
  city.options.year = 2026;
  EXPECT_THROW((void)city.assess(), DataError);
}

TEST(Assess, OverridesComeAfterWhatDerivedTablesAndRulesRead) {
  Town city;
  city.blocks({{"k1", 10, 4}, {"k2", 10, 9}});
  city.entries("unit,indicator,grade,severity,reason\nk1,B22,very_good,moderate,experts\n");
  const Assessment result = city.assess();
  EXPECT_EQ(city.grade(result, "k1", "B22"), "very_good overridden");
  EXPECT_EQ(city.text(result, "verdicts", "k1", "B22", "severity"), "moderate");
  EXPECT_EQ(city.text(result, "verdicts", "k1", "B22", "severity_origin"), "entry");
  EXPECT_EQ(city.value(result, "city", "L2"), 1);  // still one block that is critical as computed
}

TEST(Assess, UnitsReadForAnotherFrameworkAreRefused) {
  const Town city;
  Framework other = city.plan().framework();
  other.levels.front().attributes.front().id = "another";
  other.tables.front().expected = "another";
  const Plan plan = compile(other);
  Tally tally(plan);
  EXPECT_THROW((void)tally.assess(city.units(), {}), DataError);
}

TEST(Assess, AMisspeltFilterIsRefused) {
  Town city;
  const Assessment result = city.assess();
  TableFilter filter;
  filter.severity_at_least = "crtical";
  try {
    (void)result.table("problems", filter);
    FAIL() << "accepted";
  } catch (const DataError& error) {
    EXPECT_EQ(error.issues().front().nearest, "critical");
  }
  EXPECT_THROW((void)result.table("problem"), DataError);
}

TEST(Assess, EveryUnitHasARowForEveryIndicatorOfItsLevels) {
  Town city;
  const ResultTable values = city.assess().table("values");
  // 2 compounds: H03 H09; 2 blocks: H03 H09 B22 G1 S1; city: all 17 (U42 with its 2 components).
  EXPECT_EQ(values.rows(), 2U * 2 + 2U * 5 + 19U);
  for (std::size_t row = 0; row < values.rows(); ++row)
    EXPECT_FALSE(values.text(*values.column_index("unit"), row)->empty());
}

}  // namespace
}  // namespace tijian
