#include "json/extends.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tijian/json.hpp"

namespace tijian {
namespace {

const std::string base = R"j({
  "tijian": 1, "id": "base", "version": "1", "year": 2025, "name": {"zh": "基础", "en": "Base"},
  "parameters": {"factor": 3, "heating": false}, "x-kept": 1,
  "dimensions": [{"id": "city", "name": {"zh": "城市"}}],
  "levels": [
    {"id": "block", "dimension": "city", "attributes": [{"id": "people", "type": "number"}]},
    {"id": "city", "dimension": "city"}],
  "departments": [{"id": "gas", "name": {"zh": "燃气"}}, {"id": "water", "name": {"zh": "水务"}}],
  "tables": [{"id": "t", "level": "block", "unit": "block_id",
    "columns": [{"id": "a", "type": "number", "min": 0}, {"id": "b", "type": "number"}],
    "checks": [{"id": "c", "expect": "a >= b"}]}],
  "indicators": [
    {"id": "I1", "name": {"zh": "一", "en": "One"}, "dimension": "city", "kind": "guiding",
     "table": "t", "formula": "sum(a)", "decimals": 2, "department": "gas",
     "targets": [{"op": ">=", "value": 5}, {"op": ">=", "value": 3}],
     "source": {"type": "survey", "evidence": "C"}},
    {"id": "I2", "name": {"zh": "二"}, "dimension": "city", "kind": "floor", "table": "t",
     "items": [{"id": "I2.1", "name": {"zh": "项一"}, "when": "a > 1"},
               {"id": "I2.2", "name": {"zh": "项二"}, "when": "b > 1"}]}],
  "checks": [{"id": "c", "table": "t", "expect": "b >= 0"}],
  "ledgers": [{"dimension": "city", "list_level": "city"}]
})j";

/// A document that extends the base by `members`, written without the outer braces.
std::string extending(const std::string& members, const std::string& id = "own") {
  return R"({"tijian": 1, "id": ")" + id + R"(", "extends": "base")" +
         (members.empty() ? "" : ", " + members) + "}";
}

FrameworkSource documents(std::map<std::string, std::string> texts = {{"base", base}}) {
  return [texts = std::move(texts)](std::string_view id) -> std::optional<std::string> {
    const auto found = texts.find(std::string(id));
    return found == texts.end() ? std::nullopt : std::optional(found->second);
  };
}

Framework read(const std::string& members) {
  return parse_framework(extending(members), documents());
}

Issues issues_of(const std::string& text, const FrameworkSource& source = documents()) {
  try {
    parse_framework(text, source);
  } catch (const FrameworkError& error) {
    return error.issues();
  }
  return {};
}

template <class List>
std::vector<std::string> ids(const List& list) {
  std::vector<std::string> result;
  for (const auto& entry : list) result.push_back(entry.id);
  return result;
}

using Ids = std::vector<std::string>;

TEST(Extends, InheritsEverythingButTheId) {
  Framework expected = parse_framework(base);
  expected.id = "own";
  EXPECT_EQ(read(""), expected);
}

TEST(Extends, TheResultIsADocumentOfItsOwn) {
  const Framework framework =
      read(R"("version": "2", "indicators": [{"id": "I1", "decimals": 1}])");
  EXPECT_EQ(parse_framework(write_framework(framework)), framework);
}

TEST(Extends, AnEntryChangesOnlyTheKeysItGives) {
  const Framework framework =
      read(R"("indicators": [{"id": "I1", "decimals": 0, "kind": "fact"}])");
  Framework expected = read("");
  expected.indicators[0].decimals = 0;
  expected.indicators[0].kind = Kind::fact;
  EXPECT_EQ(framework, expected);
}

TEST(Extends, JoinsByIdAtEveryDepth) {
  const Framework framework = read(R"(
    "levels": [{"id": "block", "attributes": [{"id": "homes", "type": "number"}]}],
    "tables": [{"id": "t", "columns": [{"id": "b", "max": 9}, {"id": "d", "type": "text"}]}],
    "indicators": [{"id": "I2", "items": [{"id": "I2.2", "severity": "critical"}]}])");
  EXPECT_EQ(ids(framework.levels[0].attributes), (Ids{"people", "homes"}));
  EXPECT_EQ(ids(framework.tables[0].columns), (Ids{"a", "b", "d"}));
  EXPECT_EQ(framework.tables[0].columns[0].min, 0);
  EXPECT_EQ(framework.tables[0].columns[1].max, 9);
  EXPECT_EQ(ids(framework.indicators[1].items), (Ids{"I2.1", "I2.2"}));
  EXPECT_EQ(framework.indicators[1].items[1].severity, "critical");
  EXPECT_EQ(framework.indicators[1].items[1].when, "b > 1");
}

TEST(Extends, KeepsTheOrderOfTheBaseAndAppendsWhatIsNew) {
  const Framework framework = read(R"("departments": [
    {"id": "fire", "name": {"zh": "消防"}}, {"id": "water", "name": {"zh": "水"}},
    {"id": "gas", "name": {"zh": "气"}}])");
  EXPECT_EQ(ids(framework.departments), (Ids{"gas", "water", "fire"}));
  EXPECT_EQ(framework.departments[1].name.zh, "水");
}

TEST(Extends, ListsWithoutIdsAreReplacedWhole) {
  const Framework framework = read(R"(
    "indicators": [{"id": "I1", "targets": [{"op": ">=", "value": 9}]}],
    "ledgers": [{"dimension": "city", "list_level": "block"}])");
  ASSERT_EQ(framework.indicators[0].targets.size(), 1u);
  EXPECT_EQ(framework.indicators[0].targets[0].value, Bound(9.0));
  ASSERT_EQ(framework.ledgers.size(), 1u);
  EXPECT_EQ(framework.ledgers[0].list_level, "block");
}

TEST(Extends, ATextIsReplacedWholeButASourceIsJoined) {
  const Framework framework = read(R"("indicators": [
    {"id": "I1", "name": {"zh": "改名"}, "source": {"evidence": "A"}}])");
  EXPECT_EQ(framework.indicators[0].name, (Text{"改名", ""}));  // no stale translation
  EXPECT_EQ(framework.indicators[0].source, (Source{"survey", "", "A", ""}));
}

TEST(Extends, NullRemovesAKey) {
  const Framework framework = read(R"j(
    "parameters": {"factor": null, "heating": true, "radius": 1},
    "indicators": [{"id": "I1", "targets": null, "department": null, "source": {"type": null}},
                   {"id": "I2", "items": null, "formula": "sum(b)"}],
    "ledgers": null)j");
  EXPECT_EQ(framework.parameters,
            (std::map<std::string, Scalar>{{"heating", true}, {"radius", 1.0}}));
  EXPECT_TRUE(framework.indicators[0].targets.empty());
  EXPECT_EQ(framework.indicators[0].department, "");
  EXPECT_EQ(framework.indicators[0].source, (Source{"", "", "C", ""}));
  EXPECT_TRUE(framework.indicators[1].items.empty());
  EXPECT_EQ(framework.indicators[1].formula, "sum(b)");
  EXPECT_TRUE(framework.ledgers.empty());
}

TEST(Extends, NullWhereNothingIsInheritedChangesNothing) {
  EXPECT_EQ(read(R"("rules": null, "indicators": [{"id": "I1", "aspect": null}])"), read(""));
  const Issues issues = issues_of(extending(R"("indicators": [{"id": "I1", "aspct": null}])"));
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].code, "framework.unknown_key");
  EXPECT_EQ(issues[0].place, "/indicators/0/aspct");
  EXPECT_EQ(issues[0].nearest, "aspect");
}

TEST(Extends, RemovingARequiredKeyIsMissingIt) {
  const Issues issues =
      issues_of(extending(R"("indicators": [{"id": "I2"}, {"id": "I1", "name": null}])"));
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].code, "framework.missing_key");
  EXPECT_EQ(issues[0].place, "/indicators/1");
}

TEST(Extends, RemoveTakesEntriesOut) {
  const Framework framework =
      read(R"("remove": {"departments": ["water"], "checks": ["c"], "x-why": ["not here"]})");
  EXPECT_EQ(ids(framework.departments), (Ids{"gas"}));
  EXPECT_TRUE(framework.checks.empty());
  EXPECT_EQ(ids(framework.tables[0].checks), (Ids{"c"}));  // a table's own are others
}

TEST(Extends, RemoveAndGiveAgainReplacesAnEntryWhole) {
  const Framework framework = read(R"("remove": {"indicators": ["I1"]}, "indicators": [
    {"id": "I1", "name": {"zh": "新"}, "dimension": "city", "kind": "fact"}])");
  EXPECT_EQ(ids(framework.indicators), (Ids{"I2", "I1"}));
  EXPECT_EQ(framework.indicators[1].formula, "");
}

TEST(Extends, RemovingWhatIsReferredToIsADanglingReference) {
  const Issues issues = issues_of(extending(R"("remove": {"departments": ["gas"]})"));
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].code, "framework.unknown_reference");
  EXPECT_EQ(issues[0].place, "base#/indicators/0/department");
  EXPECT_EQ(issues[0].found, "gas");
}

TEST(Extends, RemovingWhatIsNotThereIsAnError) {
  const Issues issues =
      issues_of(extending(R"("remove": {"departments": ["gaz"], "indicater": ["I1"]})"));
  ASSERT_EQ(issues.size(), 2u);
  EXPECT_EQ(issues[0].code, "framework.unknown_removal");
  EXPECT_EQ(issues[0].place, "/remove/departments/0");
  EXPECT_EQ(issues[0].nearest, "gas");
  EXPECT_NE(issues[0].message.zh.find("remove 中的 gaz"), std::string::npos);
  EXPECT_NE(issues[0].message.en.find("names gaz"), std::string::npos);
  EXPECT_EQ(issues[1].code, "framework.unknown_key");
  EXPECT_EQ(issues[1].place, "/remove/indicater");
  EXPECT_EQ(issues[1].nearest, "indicators");
}

TEST(Extends, WhoAddsALevelListsAllInOrder) {
  const Framework framework = read(R"("levels": [{"id": "block"},
    {"id": "district", "dimension": "city"}, {"id": "city", "name": {"zh": "市"}}])");
  EXPECT_EQ(ids(framework.levels), (Ids{"block", "district", "city"}));
  EXPECT_EQ(ids(framework.levels[0].attributes), (Ids{"people"}));
  EXPECT_EQ(framework.levels[2].name.zh, "市");

  const Issues issues = issues_of(
      extending(R"("levels": [{"id": "district", "dimension": "city"}, {"id": "city"}])"));
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].code, "framework.level_order");
  EXPECT_EQ(issues[0].place, "/levels");
  EXPECT_EQ(issues[0].expected, "block");
}

TEST(Extends, IssuesPointIntoTheDocumentThatSaysIt) {
  const Issues issues = issues_of(extending(R"("indicators": [
      {"id": "I2", "items": [{"id": "I2.2", "severty": "critical", "stage": "nowhere"}]},
      {"id": "I1", "direction": "lower"}])"));
  ASSERT_EQ(issues.size(), 3u);
  EXPECT_EQ(issues[0].place, "/indicators/0/items/0/severty");
  EXPECT_EQ(issues[1].place, "/indicators/0/items/0/stage");
  EXPECT_EQ(issues[2].place, "/indicators/1/direction");  // against the base's targets
}

TEST(Extends, FaultsOfTheBaseCarryItsId) {
  std::string faulty = base;
  faulty.replace(faulty.find("\"min\""), 5, "\"mim\"");
  const Issues issues = issues_of(extending(""), documents({{"base", faulty}}));
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].place, "base#/tables/0/columns/0/mim");

  const Issues syntax = issues_of(extending(""), documents({{"base", "{\"tijian\": 1,}"}}));
  ASSERT_EQ(syntax.size(), 1u);
  EXPECT_EQ(syntax[0].code, "framework.syntax");
  EXPECT_EQ(syntax[0].place, "base#");
}

TEST(Extends, FaultsInFormulasAreFoundWhereTheyStand) {
  const Issues issues =
      issues_of(extending(R"j("indicators": [{"id": "I1", "formula": "sum(c)"}])j"));
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].place, "/indicators/0/formula");
  EXPECT_EQ(issues[0].position, 5u);
}

TEST(Extends, AChainIsJoinedFromTheBottom) {
  const auto chain = documents(
      {{"base", base},
       {"province", extending(R"("parameters": {"factor": 4, "heating": true})", "province")}});
  const std::string city =
      R"({"tijian": 1, "id": "city-1", "extends": "province", "parameters": {"factor": 5}})";
  const Framework framework = parse_framework(city, chain);
  EXPECT_EQ(framework.parameters,
            (std::map<std::string, Scalar>{{"factor", 5.0}, {"heating", true}}));
  EXPECT_EQ(framework.id, "city-1");
  EXPECT_EQ(framework.version, "1");
}

TEST(Extends, ACycleIsRefusedAndListed) {
  const auto link = [](const std::string& id, const std::string& to) {
    return R"({"tijian": 1, "id": ")" + id + R"(", "extends": ")" + to + R"("})";
  };
  const auto circle = documents({{"a", link("a", "b")}, {"b", link("b", "a")}});
  const Issues issues = issues_of(link("own", "a"), circle);
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].code, "framework.extends_cycle");
  EXPECT_EQ(issues[0].place, "b#/extends");
  EXPECT_NE(issues[0].message.en.find("own -> a -> b -> a"), std::string::npos);
  EXPECT_EQ(issues_of(link("own", "own"))[0].code, "framework.extends_cycle");

  std::map<std::string, std::string> long_chain{{"0", base}};
  long_chain["0"].replace(base.find("\"base\""), 6, "\"0\"");
  for (int i = 1; i <= 9; ++i)
    long_chain[std::to_string(i)] = link(std::to_string(i), std::to_string(i - 1));
  EXPECT_TRUE(issues_of(link("own", "7"), documents(long_chain)).empty());
  const Issues deep = issues_of(link("own", "8"), documents(long_chain));
  ASSERT_EQ(deep.size(), 1u);
  EXPECT_EQ(deep[0].code, "framework.extends_depth");
}

TEST(Extends, TheBaseIsFoundByItsIdAndNeverByAPath) {
  const auto link = [](const std::string& to) {
    return R"({"tijian": 1, "id": "own", "extends": )" + to + "}";
  };
  for (const std::string path :
       {"\"../base.json\"", "\"/etc/passwd\"", "\"base.json\"", "\"a\\\\b\""})
    EXPECT_EQ(issues_of(link(path))[0].code, "framework.base_is_path") << path;
  const Issues unknown = issues_of(link("\"mohurd-2052\""));
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_EQ(unknown[0].code, "framework.unknown_base");
  EXPECT_EQ(unknown[0].place, "/extends");
  EXPECT_EQ(unknown[0].nearest, "mohurd-2025");
  EXPECT_EQ(issues_of(link("7"))[0].code, "framework.wrong_type");
  EXPECT_EQ(issues_of(link("null"))[0].code, "framework.wrong_type");

  const Issues other = issues_of(link("\"renamed\""), documents({{"renamed", base}}));
  ASSERT_EQ(other.size(), 1u);
  EXPECT_EQ(other[0].code, "framework.base_id");
  EXPECT_EQ(other[0].place, "renamed#/id");
}

TEST(Extends, ADocumentBesideItComesBeforeAShippedOne) {
  std::string own = base;
  own.replace(own.find("\"base\""), 6, "\"mohurd-2025\"");
  const std::string text = R"({"tijian": 1, "id": "own", "extends": "mohurd-2025"})";
  EXPECT_EQ(parse_framework(text, documents({{"mohurd-2025", own}})).indicators.size(), 2u);
  EXPECT_GT(parse_framework(text).indicators.size(), 50u);
}

TEST(Extends, TheFormatAndTheIdAreNeverInherited) {
  const Issues issues = issues_of(R"({"extends": "base"})");
  ASSERT_EQ(issues.size(), 2u);
  EXPECT_EQ(issues[0].code, "framework.missing_key");
  EXPECT_EQ(issues[0].expected, "tijian");
  EXPECT_EQ(issues[1].expected, "id");
}

TEST(Extends, RemoveNeedsExtends) {
  std::string text = base;
  text.insert(text.size() - 1, R"(, "remove": {"indicators": ["I1"]})");
  const Issues issues = issues_of(text);
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].code, "framework.remove_without_extends");
  EXPECT_EQ(issues[0].place, "/remove");
}

TEST(Extends, KeysOfOneOwnAreJoinedToo) {
  const Framework framework =
      read(R"("x-kept": 2, "indicators": [{"id": "I2", "x-note": {"b": 1, "a": [true]}}])");
  EXPECT_EQ(framework.extensions,
            (std::map<std::string, std::string>{
                {"/x-kept", "2"}, {"/indicators/1/x-note", "{\"a\":[true],\"b\":1}"}}));
}

TEST(Extends, ThousandsOfRemovalsTakeAMoment) {
  std::string removals = "\"x0\"";
  for (int i = 1; i < 100'000; ++i) removals += ",\"x" + std::to_string(i) + "\"";
  const Issues issues = issues_of(extending("\"remove\": {\"indicators\": [" + removals + "]}"));
  EXPECT_EQ(issues.size(), json::maximum_issues + 1);
  EXPECT_EQ(issues.back().code, "framework.too_many_issues");
}

}  // namespace
}  // namespace tijian
