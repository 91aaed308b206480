#include "tijian/explain.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "reference/small_city.hpp"

namespace tijian {
namespace {

using small_city::EntryRow;
using Json = nlohmann::json;

Assessment surveyed(const Framework& framework = small_city::framework(),
                    const std::vector<EntryRow>& entries = {}) {
  const auto buildings = small_city::buildings();
  return small_city::assess(framework, small_city::units(), entries, &buildings);
}

/// Read by another parser: what is written is JSON.
Json explained(const Assessment& assessment, std::string_view unit, std::string_view indicator) {
  return Json::parse(explain_json(assessment, unit, indicator));
}

bool says(const std::string& sentence, const std::string& part) {
  return sentence.find(part) != std::string::npos;
}

TEST(Explain, WhatWasCounted) {
  const Json json = explained(surveyed(), "city-1", "H03");
  EXPECT_EQ(json["tijian"], 1);
  EXPECT_EQ(json["unit"], "city-1");
  EXPECT_EQ(json["unit_name"], "宜昌");
  EXPECT_EQ(json["level"], "city");
  EXPECT_EQ(json["year"], 2025);
  EXPECT_EQ(json["indicator"], "H03");
  EXPECT_EQ(json["indicator_name"]["zh"], "存在楼道安全隐患的住宅数量");
  EXPECT_EQ(json["kind"], "floor");
  EXPECT_EQ(json["concept"], "H03");
  EXPECT_EQ(json["value"], 3);
  EXPECT_EQ(json["display"], "3");
  EXPECT_EQ(json["measure"], "栋");
  EXPECT_EQ(json["formula"], "count(*) filter (where problem)");
  EXPECT_EQ(json["table"], "buildings");
  EXPECT_EQ(json["numerator"], 3);
  EXPECT_TRUE(json["denominator"].is_null());
  EXPECT_EQ(json["factor"], 1);
  EXPECT_EQ(json["rows"], 6);
  EXPECT_EQ(json["known"], 5);
  EXPECT_EQ(json["missing"], 1);
  EXPECT_EQ(json["coverage"], 5.0 / 6);
  EXPECT_EQ(json["origin"], "computed");
  EXPECT_TRUE(json["reported"].is_null());
  EXPECT_TRUE(json["entry"].is_null());
}

TEST(Explain, WhatFollowed) {
  const Json json = explained(surveyed(), "city-1", "H03");
  EXPECT_EQ(json["target"]["text"], "<= 0");
  EXPECT_EQ(json["target"]["basis"], "national");
  EXPECT_EQ(json["target"]["source"], "手册");
  EXPECT_EQ(json["target"]["high"], 0);
  EXPECT_TRUE(json["target"]["low"].is_null());
  EXPECT_EQ(json["shortfall"], 3);
  EXPECT_TRUE(json["gap"].is_null());  // of nothing, and no base is given
  EXPECT_EQ(json["deficit"], 3);
  EXPECT_EQ(json["verdict"], "unmet");
  EXPECT_EQ(json["reason"], "item_holds");
  EXPECT_FALSE(json["reason_text"]["en"].get<std::string>().empty());
  EXPECT_EQ(json["provisional"], false);
  EXPECT_EQ(json["severity"]["id"], "critical");
  EXPECT_EQ(json["severity"]["name"]["zh"], "严重");
  EXPECT_EQ(json["severity"]["origin"], "item");
  EXPECT_EQ(json["time_class"]["id"], "time_limited");
  EXPECT_EQ(json["time_class"]["due"], 2026);
  EXPECT_EQ(json["grade"]["id"], "insufficient");
  EXPECT_EQ(json["grade"]["origin"], "computed");
  EXPECT_EQ(json["evidence"], "C");
}

TEST(Explain, ItemsWithTheirCounts) {
  const Json items = explained(surveyed(), "city-1", "H03")["items"];
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0]["item"], "H03.5");
  EXPECT_EQ(items[0]["when"], "no_extinguisher");
  EXPECT_EQ(items[0]["value"], 2);
  EXPECT_EQ(items[0]["count"], 2);
  EXPECT_EQ(items[0]["rows"], 5);
  EXPECT_EQ(items[0]["share"], 0.4);
  EXPECT_EQ(items[0]["origin"], "computed");
  EXPECT_EQ(items[0]["holds"], true);
  EXPECT_EQ(items[0]["severity"], "serious");
  EXPECT_EQ(items[1]["time_class"], "best_effort");
}

TEST(Explain, WhereItComesFrom) {
  const Assessment assessment = surveyed();
  const Json json = explained(assessment, "city-1", "H03");
  EXPECT_EQ(json["source"]["type"], "field_survey");
  EXPECT_EQ(json["source"]["department"], "housing");
  EXPECT_EQ(json["source"]["department_name"]["zh"], "住建局");
  EXPECT_EQ(json["source"]["document"], "城市体检工作手册");
  EXPECT_EQ(json["source"]["evidence"], "C");
  EXPECT_EQ(json["framework"]["id"], "small");
  EXPECT_EQ(json["framework"]["version"], "1");
  EXPECT_EQ(json["framework"]["fingerprint"], assessment.source().fingerprint);
  EXPECT_EQ(json["library"], std::string(library_version));
}

TEST(Explain, AsASentenceInChinese) {
  const std::string text = explain_sentence(surveyed(), "city-1", "H03", Language::zh);
  for (const char* part :
       {"宜昌2025年“存在楼道安全隐患的住宅数量”为3栋（计算），底线指标。",
        "公式 count(*) filter (where problem)，表 buildings。", "分子 3。",
        "记录6行，已知5行，缺1行，覆盖率83.33%。", "标准 <= 0栋（国家标准、手册）。",
        "相差3栋，按分子计欠缺3。", "判定：未达标（发现问题：有检查内容成立）。",
        "程度：严重，依据：最重的分项；限时解决，期限2026年。",
        "等级：不足（计算），本库默认分级（无官方界限）。",
        "分项：灭火器缺失2（占40.00%）、消火栓缺失2（占40.00%）。",
        "口径：field_survey、住建局、城市体检工作手册、证据等级 C。", "体系 small 版本 1，指纹 "})
    EXPECT_TRUE(says(text, part)) << part << "\n" << text;
  EXPECT_EQ(explained(surveyed(), "city-1", "H03")["sentence"]["zh"], text);
}

TEST(Explain, AsASentenceInEnglish) {
  const std::string text = explain_sentence(surveyed(), "city-1", "H03", Language::en);
  for (const char* part :
       {"宜昌 2025: \"Buildings with stairwell hazards\" is 3 栋 (computed), floor indicator.",
        "Rows 6, known 5, missing 1, coverage 83.33%.", "Target <= 0 栋 (national standard, 手册).",
        "Verdict: unmet (problem observed: an item holds).", "Severity: critical",
        "time-limited, due 2026.", "Items: No extinguisher 2 (40.00%), No hydrant 2 (40.00%).",
        "Framework small version 1, fingerprint "})
    EXPECT_TRUE(says(text, part)) << part << "\n" << text;
  EXPECT_EQ(explained(surveyed(), "city-1", "H03")["sentence"]["en"], text);
}

TEST(Explain, AReportedValueSaysSo) {
  const Assessment assessment =
      small_city::assess(small_city::framework(), small_city::units(),
                         {{.unit = "city-1", .indicator = "H03", .value = 242.0, .source = "表3"},
                          {.unit = "city-1", .indicator = "H03", .item = "H03.5", .value = 13.0}});
  const Json json = explained(assessment, "city-1", "H03");
  EXPECT_EQ(json["value"], 242);
  EXPECT_EQ(json["origin"], "reported");
  EXPECT_EQ(json["reported"], 242);
  EXPECT_EQ(json["entry"]["source"], "表3");
  EXPECT_TRUE(json["coverage"].is_null());
  EXPECT_TRUE(json["items"][0]["count"].is_null());
  EXPECT_EQ(json["items"][0]["origin"], "reported");
  EXPECT_EQ(json["items"][1]["origin"], "none");
  EXPECT_TRUE(json["items"][1]["value"].is_null());
  const std::string text = explain_sentence(assessment, "city-1", "H03", Language::zh);
  EXPECT_TRUE(says(text, "为242栋（填报）")) << text;
  EXPECT_TRUE(says(text, "未按公式计算")) << text;
  EXPECT_TRUE(says(text, "填报来源 表3")) << text;
}

TEST(Explain, AReportedValueBesideAComputedOne) {
  const Assessment assessment =
      surveyed(small_city::framework(), {{.unit = "city-1", .indicator = "H03", .value = 4.0}});
  EXPECT_EQ(explained(assessment, "city-1", "H03")["value"], 3);
  EXPECT_EQ(explained(assessment, "city-1", "H03")["reported"], 4);
  EXPECT_TRUE(
      says(explain_sentence(assessment, "city-1", "H03", Language::zh), "填报值4栋，以计算值为准"));
}

TEST(Explain, WithoutDataNothingIsMadeUp) {
  const Assessment assessment = small_city::assess(small_city::framework(), small_city::units());
  const Json json = explained(assessment, "city-1", "H03");
  for (const char* key : {"value", "display", "numerator", "denominator", "coverage", "shortfall",
                          "gap", "deficit", "severity", "time_class", "grade", "previous"})
    EXPECT_TRUE(json[key].is_null()) << key;
  EXPECT_EQ(json["verdict"], "no_data");
  EXPECT_EQ(json["reason"], "no_rows");
  const std::string text = explain_sentence(assessment, "city-1", "H03", Language::zh);
  EXPECT_TRUE(says(text, "为无数值")) << text;
  EXPECT_FALSE(says(text, "nan")) << text;
}

// ---- what decided
// ---------------------------------------------------------------------------------

Framework with_coverage() {
  Framework framework = small_city::framework();
  Indicator greenway = small_city::reported_indicator("U32", {"绿道覆盖率", "Greenway coverage"},
                                                      Kind::guiding, "%");
  greenway.decimals = 2;
  greenway.targets = {small_city::target(Operator::greater_equal, 70.0, "national")};
  framework.indicators.push_back(greenway);
  return framework;
}

Json coverage(const Framework& framework, std::vector<EntryRow> entries) {
  return explained(small_city::assess(framework, small_city::units(), entries), "city-1", "U32");
}

TEST(Explain, TheConditionThatDecidedTheSeverity) {
  Framework framework = with_coverage();
  framework.indicators[1].severity = {{"gap > 0.5", "critical"}, {"gap > 0.1", "serious"}};
  const Json own = coverage(framework, {{.unit = "city-1", .indicator = "U32", .value = 50.0}});
  EXPECT_EQ(own["severity"]["origin"], "indicator_condition");
  EXPECT_EQ(own["severity"]["condition"], "gap > 0.1");
  framework.indicators[1].severity.clear();
  framework.severity = {{"area_km2 > 100", "critical"}, {"value < 60", "serious"}};
  const Json general = coverage(framework, {{.unit = "city-1", .indicator = "U32", .value = 50.0}});
  EXPECT_EQ(general["severity"]["origin"], "framework_condition");
  EXPECT_EQ(general["severity"]["condition"], "value < 60");
  const Json by_gap = coverage(framework, {{.unit = "city-1", .indicator = "U32", .value = 65.0}});
  EXPECT_EQ(by_gap["severity"]["origin"], "gap");
  EXPECT_TRUE(by_gap["severity"]["condition"].is_null());
}

TEST(Explain, AnEntrysSeverityAndGradeWithTheirReason) {
  const Json json = coverage(with_coverage(), {{.unit = "city-1",
                                                .indicator = "U32",
                                                .value = 50.0,
                                                .grade = "good",
                                                .severity = "critical",
                                                .reason = "专家组意见"}});
  EXPECT_EQ(json["severity"]["origin"], "entry");
  EXPECT_EQ(json["severity"]["reason"], "专家组意见");
  EXPECT_EQ(json["grade"]["id"], "good");
  EXPECT_EQ(json["grade"]["origin"], "overridden");
  EXPECT_EQ(json["grade"]["reason"]["zh"], "专家组意见");
}

TEST(Explain, TheConditionThatDecidedTheGradeAndTheSurveyThatLoweredIt) {
  Framework framework = with_coverage();
  framework.indicators[1].grades =
      std::vector<Case>{{"value >= 90", "very_good"}, {"value >= 40", "good"}};
  framework.indicators.push_back(
      small_city::reported_indicator("SU2", {"绿道满意度", "Survey"}, Kind::fact, "分"));
  framework.indicators[1].survey = "SU2";
  const auto graded = [&](double score) {
    return coverage(framework, {{.unit = "city-1", .indicator = "U32", .value = 50.0},
                                {.unit = "city-1", .indicator = "SU2", .value = score}});
  };
  const Json plain = graded(60.0);
  EXPECT_EQ(plain["grade"]["id"], "good");
  EXPECT_EQ(plain["grade"]["condition"], "value >= 40");
  EXPECT_EQ(plain["survey"]["score"], 60);
  const Json lowered = graded(std::nextafter(60.0, 0.0));
  EXPECT_EQ(lowered["grade"]["id"], "fair");
  EXPECT_EQ(lowered["grade"]["origin"], "corrected");
  EXPECT_TRUE(says(lowered["grade"]["reason"]["zh"], "低于60")) << lowered["grade"];
  EXPECT_TRUE(says(lowered["grade"]["reason"]["zh"], "value >= 40")) << lowered["grade"];
  EXPECT_TRUE(says(lowered["sentence"]["zh"], "居民评价“绿道满意度”"));
}

TEST(Explain, RulesThatFiredInTheUnitAndAbove) {
  Framework framework = small_city::framework();
  const auto rule = [](std::string id, std::string level, RuleAction then, std::string is,
                       std::string reason) {
    Rule made;
    made.id = std::move(id);
    made.level = std::move(level);
    made.when = "true";
    made.then = then;
    made.indicator = "H03";
    made.is = std::move(is);
    made.reason = {reason, reason};
    return made;
  };
  framework.indicators[0].items[1].severity = "serious";
  framework.rules = {rule("r-city", "city", RuleAction::confirm, "", "全市复核"),
                     rule("r-district", "district", RuleAction::raise, "critical", "汛期")};
  const Assessment assessment = surveyed(framework);
  const Json district = explained(assessment, "d-x", "H03");
  ASSERT_EQ(district["rules"].size(), 2U);
  EXPECT_EQ(district["rules"][0]["rule"], "r-district");
  EXPECT_EQ(district["rules"][0]["then"], "raise");
  EXPECT_EQ(district["rules"][0]["is"], "critical");
  EXPECT_EQ(district["rules"][0]["unit"], "d-x");
  EXPECT_EQ(district["rules"][0]["reason"]["zh"], "汛期");
  EXPECT_EQ(district["rules"][1]["rule"], "r-city");
  EXPECT_EQ(district["rules"][1]["unit"], "city-1");
  EXPECT_EQ(district["severity"]["id"], "critical");
  EXPECT_EQ(district["severity"]["raised_by"], "r-district");
  EXPECT_TRUE(says(district["sentence"]["zh"], "规则r-district（raise）：汛期"));
  const Json city = explained(assessment, "city-1", "H03");
  EXPECT_EQ(city["rules"].size(), 1U);
  EXPECT_TRUE(city["severity"]["raised_by"].is_null());
}

TEST(Explain, ComponentsEachAndTogether) {
  Framework framework = with_coverage();
  Indicator& speed = framework.indicators[1];
  speed.targets.clear();
  Component fast, slow;
  fast.id = "fast";
  fast.name = {"快速路", "Expressway"};
  fast.targets = {small_city::target(Operator::greater_equal, 30.0, "national")};
  slow.id = "slow";
  slow.name = {"主干路", "Arterial"};
  slow.targets = {small_city::target(Operator::greater_equal, 20.0, "national")};
  slow.measure = "km/h";
  speed.components = {fast, slow};
  const Assessment assessment = small_city::assess(
      framework, small_city::units(),
      {{.unit = "city-1", .indicator = "U32", .component = "fast", .value = 36.0},
       {.unit = "city-1", .indicator = "U32", .component = "slow", .value = 18.0}});
  const Json json = explained(assessment, "city-1", "U32");
  ASSERT_EQ(json["components"].size(), 2U);
  EXPECT_EQ(json["components"][0]["component"], "fast");
  EXPECT_EQ(json["components"][0]["verdict"], "met");
  EXPECT_EQ(json["components"][1]["value"], 18);
  EXPECT_EQ(json["components"][1]["verdict"], "unmet");
  EXPECT_EQ(json["components"][1]["measure"], "km/h");
  EXPECT_EQ(json["verdict"], "unmet");
  EXPECT_TRUE(json["value"].is_null());
  EXPECT_TRUE(says(json["sentence"]["zh"], "分量“主干路”为18.00km/h（填报）"))
      << json["sentence"]["zh"];
  EXPECT_TRUE(says(json["sentence"]["zh"], "合并判定：未达标"));
  // A component alone.
  const Json alone = explained(assessment, "city-1", "U32.slow");
  EXPECT_EQ(alone["component"], "slow");
  EXPECT_EQ(alone["value"], 18);
  EXPECT_EQ(alone["components"].size(), 0U);
}

TEST(Explain, ThePreviousValueAndARatio) {
  const Json json =
      coverage(with_coverage(),
               {{.unit = "city-1", .indicator = "U32", .numerator = 33.0, .denominator = 66.0},
                {.unit = "city-1", .indicator = "U32", .value = 47.5, .year = 2024.0}});
  EXPECT_EQ(json["value"], 50);
  EXPECT_EQ(json["numerator"], 33);
  EXPECT_EQ(json["denominator"], 66);
  EXPECT_EQ(json["previous"], 47.5);
  EXPECT_EQ(json["gap"], 20.0 / 70);
  EXPECT_TRUE(says(json["sentence"]["en"], "Numerator 33, denominator 66."));
}

// ---- errors
// -----------------------------------------------------------------------------------------

Issue fault(const Assessment& assessment, std::string_view unit, std::string_view indicator) {
  try {
    explain_json(assessment, unit, indicator);
  } catch (const DataError& error) {
    return error.issues().at(0);
  }
  return {};
}

TEST(Explain, UnknownNamesSuggestTheNearest) {
  const Assessment assessment = surveyed(with_coverage());
  EXPECT_EQ(fault(assessment, "city-l", "H03").code, "explain.unknown_unit");
  EXPECT_EQ(fault(assessment, "city-l", "H03").nearest, "city-1");
  EXPECT_EQ(fault(assessment, "宜昌", "H03").nearest, "city-1");  // a name for an id
  EXPECT_EQ(fault(assessment, "city-1", "H30").code, "explain.unknown_indicator");
  EXPECT_EQ(fault(assessment, "city-1", "H3").nearest, "H03");
  EXPECT_EQ(fault(assessment, "", "").code, "explain.unknown_unit");
  for (const Message& message : explain_messages::all) {
    EXPECT_FALSE(message.zh.empty());
    EXPECT_FALSE(message.en.empty());
  }
}

TEST(Explain, NoResultOnTheLevelNamesTheLevelsThereAre) {
  const Issue issue = fault(surveyed(with_coverage()), "c-1", "U32");
  EXPECT_EQ(issue.code, "explain.no_result");
  EXPECT_TRUE(says(issue.message.en, "district, city")) << issue.message.en;
}

TEST(Explain, HostileNamesStayJson) {
  Framework framework = small_city::framework();
  framework.indicators[0].name = {"\"}\n<script>\x01", "a\\\"b"};
  auto units = small_city::units();
  units[0].name = "宜\"昌\xFF";
  const auto buildings = small_city::buildings();
  const Json json =
      explained(small_city::assess(framework, units, {}, &buildings), "city-1", "H03");
  EXPECT_EQ(json["indicator_name"]["zh"], "\"}\n<script>\x01");
}

/// Every unit × indicator there is explains itself as JSON without NaN, and by the very cell.
TEST(Explain, EveryResultCanBeExplained) {
  const Assessment assessment = surveyed(
      with_coverage(), {{.unit = "city-1", .indicator = "U32", .value = 50.0},
                        {.unit = "d-x", .indicator = "U32", .numerator = 1.0, .denominator = 0.0}});
  const AssessmentData& data = assessment.data();
  int count = 0;
  for (std::uint32_t unit = 0; unit < data.units.size(); ++unit)
    for (std::uint32_t s = 0; s < data.plan->series.size(); ++s) {
      const auto cell = data.results.cell(s, data.units.level(unit), unit);
      if (!cell) continue;
      const Json json =
          explained(assessment, data.units.id(unit), data.plan.framework().indicators[s].id);
      EXPECT_EQ(json["value"].is_null(), is_null(cell->value));
      if (!is_null(cell->value)) {
        EXPECT_EQ(json["value"], cell->value);
      }
      EXPECT_EQ(json["verdict"], std::string(name(cell->judgement.verdict)));
      ++count;
    }
  EXPECT_EQ(count, 9);
}

}  // namespace
}  // namespace tijian
