#include "tijian/compile.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "reference/town.hpp"

namespace tijian {
namespace {

using reference::Town;

Framework town() { return Town().plan().framework(); }

Indicator& indicator(Framework& framework, const std::string& id) {
  for (Indicator& found : framework.indicators)
    if (found.id == id) return found;
  throw std::logic_error("no indicator " + id);
}

struct Fault {
  std::string name;
  std::function<void(Framework&)> spoil;
  std::string code;
  std::string place;
  std::string zh;
  std::string en;
};

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      {"Cycle",
       [](Framework& f) {
         indicator(f, "L1").formula = "count(\"L2\")";
         indicator(f, "L2").formula = "count(\"L1\")";
         indicator(f, "L1").levels = indicator(f, "L2").levels = {"block", "city"};
       },
       "framework.cycle", "/indicators/7", "L1 → L2 → L1", "L1 → L2 → L1"},
      {"EvidenceType", [](Framework& f) { f.tables[0].evidence = "floors"; },
       "framework.evidence_type", "/tables/0/evidence", "证据列 floors", "evidence column floors"},
      {"ItemFormula", [](Framework& f) { indicator(f, "H03").formula = "count(*)"; },
       "framework.item_formula", "/indicators/0/items/0", "分项 H03.1", "item H03.1"},
      {"ProblemWithoutItems",
       [](Framework& f) { indicator(f, "B22").formula = "count(*) filter (where problem)"; },
       "framework.problem_without_items", "/indicators/2/formula", "没有分项", "no items"},
      {"RuleIndicator",
       [](Framework& f) {
         f.rules[0].then = RuleAction::add;
         f.rules[0].indicator.clear();
       },
       "framework.rule_indicator", "/rules/0", "规则 no-demand", "rule no-demand"},
      {"UnknownName", [](Framework& f) { indicator(f, "B22").formula = "sum(schol) / sum(land)"; },
       "formula.unknown_name", "/indicators/2/formula", "schol", "schol"},
      {"FunnelIsCheckedWithoutItems",
       [](Framework& f) {
         indicator(f, "B22").funnel = {{"a", "nothing > 1"}};
       },
       "formula.unknown_name", "/indicators/2/funnel/0/when", "nothing", "nothing"},
  };
  return all;
}

class EveryFault : public testing::TestWithParam<std::size_t> {};

TEST_P(EveryFault, IsNamedWithItsPlaceInBothLanguages) {
  const Fault& fault = faults()[GetParam()];
  Framework framework = town();
  fault.spoil(framework);
  const Issues issues = compile_issues(framework);
  ASSERT_FALSE(issues.empty());
  EXPECT_EQ(issues[0].code, fault.code);
  EXPECT_EQ(issues[0].place, fault.place);
  EXPECT_NE(issues[0].message.zh.find(fault.zh), std::string::npos) << issues[0].message.zh;
  EXPECT_NE(issues[0].message.en.find(fault.en), std::string::npos) << issues[0].message.en;
  EXPECT_THROW((void)compile(framework), FrameworkError);
}

INSTANTIATE_TEST_SUITE_P(Compile, EveryFault, testing::Range<std::size_t>(0, faults().size()),
                         [](const auto& parameter) { return faults()[parameter.param].name; });

TEST(Compile, FindsTheFaultsOfAllFormulasAtOnce) {
  Framework framework = town();
  indicator(framework, "B22").formula = "sum(schol)";
  indicator(framework, "B22").targets[0].where = "nothing";
  framework.rules[0].when = "\"S9\" > 1";
  std::string places;
  for (const Issue& issue : compile_issues(framework)) places += issue.place + "\n";
  EXPECT_EQ(places, "/indicators/2/formula\n/indicators/2/targets/0/where\n/rules/0/when\n");
}

TEST(Compile, APlansFingerprintFollowsWhatRowsReadAndNothingElse) {
  const std::string before = compile(town()).fingerprint();
  Framework advice = town();
  indicator(advice, "H03").advice = {"修", "mend"};
  advice.parameters["unread"] = 1.0;
  EXPECT_EQ(compile(advice).fingerprint(), before);
  Framework parameter = town();
  parameter.parameters["high_rise"] = 11.0;
  EXPECT_NE(compile(parameter).fingerprint(), before);
  Framework condition = town();
  indicator(condition, "H03").items[0].when = "not stairs";
  EXPECT_NE(compile(condition).fingerprint(), before);
  Framework check = town();
  check.tables[0].checks[0].on_fail = OnFail::warn;
  EXPECT_NE(compile(check).fingerprint(), before);
}

// ---- data -------------------------------------------------------------------------------------

std::string code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const DataError& error) {
    EXPECT_FALSE(error.issues().front().message.zh.empty());
    EXPECT_FALSE(error.issues().front().message.en.empty());
    return error.issues().front().code;
  }
  return "accepted";
}

TEST(Data, EveryFaultHasItsCode) {
  Town city;
  const Plan& plan = city.plan();
  const Units units = city.units();
  Tally tally(plan);
  OwnedTable blocks(1);
  blocks.add_texts("block_id", {"k1"});
  blocks.add_numbers("land", {1.0});
  TableView view = blocks.view();
  const std::vector<std::int64_t> large = {(std::int64_t{1} << 53) + 1};
  view.columns.emplace_back("school", ColumnView::integers(large));
  EXPECT_EQ(code_of([&] { tally.add("blocks", view); }), "data.too_large");
  EXPECT_EQ(code_of([&] { tally.add("block", view); }), "data.unknown_table");
  OwnedTable incidents(1);
  incidents.add_texts("city_id", {"city"});
  incidents.add_numbers("severe", {2.0});
  EXPECT_EQ(code_of([&] { tally.add("incidents", incidents.view()); }), "data.not_boolean");
  Framework other = plan.framework();
  other.parameters["high_rise"] = 12.0;
  EXPECT_EQ(code_of([&] { tally.merge(Tally(compile(other))); }), "data.other_plan");
  other = plan.framework();
  other.levels[0].attributes[0].inherit = true;
  EXPECT_EQ(code_of([&] { (void)Tally(compile(other)).assess(units, {}); }), "data.other_units");
  EXPECT_EQ(code_of([&] { (void)city.assess().table("nothing"); }), "data.unknown_result");

  other = plan.framework();
  other.tables[0].checks[0].on_fail = OnFail::refuse;
  city.buildings({{"c1", "b1", 6, 1, 0, 0, 0, "rejected"}});
  Tally refusing(compile(other));
  EXPECT_EQ(code_of([&] { refusing.add("buildings", city.table("buildings")); }),
            "data.refused_row");
  city.options.year = 2026;
  EXPECT_EQ(code_of([&] { (void)city.assess(); }), "data.other_year");
  city.options.year = 0;
  city.buildings({{"c1", "b1", 6, 1, 1, 0}});
  city.options.max_objects = 1;
  EXPECT_EQ(code_of([&] { (void)city.assess(); }), "data.too_many_objects");
  city.options.max_objects = 2;
  city.blocks({{"k9", 1, 1}});
  EXPECT_EQ(code_of([&] { (void)city.assess(); }), "data.unknown_units");
  city.blocks({{"", 1, 1}});
  EXPECT_EQ(code_of([&] { (void)city.assess(); }), "data.null_units");
  city.blocks({{"k1", 1, 1}});
  city.batch("k1", 2026);
  EXPECT_EQ(code_of([&] { (void)city.assess(); }), "data.not_in_batch");
}

TEST(Compile, AFrameworkMadeInAProgramHasTheListsOfADocument) {
  Framework made = town();
  made.time_classes.clear();
  made.severities.clear();
  made.stages.clear();
  const Plan plan = compile(made);
  EXPECT_EQ(plan.framework().time_classes, default_time_classes());
  EXPECT_EQ(plan.framework().severities, default_severities());
  EXPECT_EQ(plan.framework().stages, default_stages());
}

}  // namespace
}  // namespace tijian
