#include "tijian/json.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "tijian/framework_defaults.hpp"

namespace tijian {
namespace {

using Json = nlohmann::ordered_json;

const std::string complete_path = TJ_SOURCE_DIR "/tests/unit/frameworks/complete.json";

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const Json& complete() {
  static const Json document = Json::parse(file_text(complete_path));
  return document;
}

Issues issues_of(const std::string& text) {
  try {
    parse_framework(text);
  } catch (const FrameworkError& error) {
    EXPECT_FALSE(error.issues().empty());
    return error.issues();
  }
  return {};
}
Issues issues_of(const Json& document) { return issues_of(document.dump()); }

std::string shown(const Issues& issues) {
  std::string text;
  for (const Issue& issue : issues)
    text += issue.place + " [" + issue.code + "] " + issue.message.en + "\n";
  return text;
}

/// One way to spoil the document, and the one issue that this must give.
struct Fault {
  std::string name;
  std::function<void(Json&)> spoil;
  std::string code;
  std::string place;
  std::string zh;
  std::string en;
  std::string nearest = {};
};

/// The value at a JSON pointer is replaced by `json`.
std::function<void(Json&)> set(const char* pointer, const char* json) {
  return [=](Json& document) { document[Json::json_pointer(pointer)] = Json::parse(json); };
}
std::function<void(Json&)> drop(const char* object, const char* key) {
  return [=](Json& document) { document.at(Json::json_pointer(object)).erase(key); };
}

std::vector<Fault> faults() {
  return {
      // Keys.
      {"unknown_key", set("/indicatrs", "[]"), "framework.unknown_key", "/indicatrs",
       "未知的键 indicatrs，是否为 indicators", "unknown key indicatrs; did you mean indicators",
       "indicators"},
      {"unknown_key_of_item", set("/indicators/0/items/0/severty", "\"critical\""),
       "framework.unknown_key", "/indicators/0/items/0/severty", "severty，是否为 severity",
       "did you mean severity", "severity"},
      {"unknown_key_of_text", set("/name/deutsch", "\"x\""), "framework.unknown_key",
       "/name/deutsch", "未知的键 deutsch", "unknown key deutsch"},
      {"unknown_key_far_from_any", set("/levels/0/colour", "1"), "framework.unknown_key",
       "/levels/0/colour", "未知的键 colour", "unknown key colour"},
      {"unknown_key_with_slash", set("/a~1b", "1"), "framework.unknown_key", "/a~1b", "a/b", "a/b"},
      {"table_of_table_check", set("/tables/0/checks/0/table", "\"buildings\""),
       "framework.unknown_key", "/tables/0/checks/0/table", "未知的键 table", "unknown key table"},
      {"source_of_item", set("/indicators/0/items/0/source", "{}"), "framework.unknown_key",
       "/indicators/0/items/0/source", "未知的键 source", "unknown key source"},
      {"remove_alone", set("/remove", "{}"), "framework.remove_without_extends", "/remove",
       "没有 extends", "without extends"},
      {"missing_id", drop("", "id"), "framework.missing_key", "", "缺少必填的键 id",
       "the key id is required"},
      {"missing_year", drop("", "year"), "framework.missing_key", "", "键 year", "key year"},
      {"missing_format", drop("", "tijian"), "framework.missing_key", "", "键 tijian",
       "key tijian"},
      {"missing_kind", drop("/indicators/3", "kind"), "framework.missing_key", "/indicators/3",
       "键 kind", "key kind"},
      {"missing_op", drop("/indicators/0/targets/0", "op"), "framework.missing_key",
       "/indicators/0/targets/0", "键 op", "key op"},
      {"missing_reason", drop("/rules/0", "reason"), "framework.missing_key", "/rules/0",
       "键 reason", "key reason"},
      {"missing_check_table", drop("/checks/0", "table"), "framework.missing_key", "/checks/0",
       "键 table", "key table"},
      {"missing_sample_weight", drop("/tables/1/sample", "weight"), "framework.missing_key",
       "/tables/1/sample", "键 weight", "key weight"},
      {"missing_cutoff", drop("/problem_indexes/0", "cutoff"), "framework.missing_key",
       "/problem_indexes/0", "键 cutoff", "key cutoff"},

      // Types.
      {"format_2", set("/tijian", "2"), "framework.format_version", "/tijian", "tijian 应为 1",
       "tijian must be 1"},
      {"format_text", set("/tijian", "\"1\""), "framework.wrong_type", "/tijian",
       "tijian 应为数，实为字符串", "tijian must be a number, not a text"},
      {"text_for_number", set("/indicators/0/min_coverage", "\"0.5\""), "framework.wrong_type",
       "/indicators/0/min_coverage", "min_coverage 应为数，实为字符串",
       "min_coverage must be a number, not a text"},
      {"boolean_for_number", set("/tables/0/columns/0/min", "true"), "framework.wrong_type",
       "/tables/0/columns/0/min", "min 应为数，实为布尔值", "must be a number, not a boolean"},
      {"number_for_boolean", set("/indicators/0/core", "1"), "framework.wrong_type",
       "/indicators/0/core", "core 应为布尔值，实为数", "must be a boolean, not a number"},
      {"number_for_text", set("/version", "1"), "framework.wrong_type", "/version",
       "version 应为字符串，实为数", "version must be a text, not a number"},
      {"text_for_names", set("/indicators/0/name", "\"燃气\""), "framework.wrong_type",
       "/indicators/0/name", "name 应为对象，实为字符串", "must be an object, not a text"},
      {"object_for_list", set("/aspects", "{}"), "framework.wrong_type", "/aspects",
       "aspects 应为列表，实为对象", "aspects must be a list, not an object"},
      {"list_for_object", set("/indicators/0/source", "[]"), "framework.wrong_type",
       "/indicators/0/source", "source 应为对象，实为列表", "must be an object, not a list"},
      {"entry_not_object", set("/departments/1", "\"housing\""), "framework.wrong_type",
       "/departments/1", "1 应为对象", "1 must be an object, not a text"},
      {"level_not_text", set("/indicators/0/levels/1", "5"), "framework.wrong_type",
       "/indicators/0/levels/1", "应为字符串", "must be a text, not a number"},
      {"parameter_of_list", set("/parameters/charger_factor", "[3]"), "framework.wrong_type",
       "/parameters/charger_factor", "应为数、字符串或布尔值", "a number, a text or a boolean"},
      {"bound_of_boolean", set("/indicators/0/targets/0/value", "true"), "framework.wrong_type",
       "/indicators/0/targets/0/value", "应为数或表达式", "a number or an expression"},
      {"method_of_number", set("/score/impute", "1"), "framework.wrong_type", "/score/impute",
       "应为方法名或带参数的对象", "a method's name or an object"},
      {"null_for_text", set("/indicators/0/formula", "null"), "framework.null",
       "/indicators/0/formula", "formula 为 null", "formula is null"},
      {"null_parameter", set("/parameters/charger_factor", "null"), "framework.null",
       "/parameters/charger_factor", "为 null", "is null"},
      {"empty_formula", set("/indicators/0/formula", "\"\""), "framework.empty_text",
       "/indicators/0/formula", "formula 为空字符串", "formula is empty"},
      {"empty_method", set("/score/impute", "\"\""), "framework.empty_text", "/score/impute",
       "impute 为空字符串", "impute is empty"},
      {"no_language", set("/indicators/0/advice", "{}"), "framework.no_language",
       "/indicators/0/advice", "至少要有 zh 或 en", "advice needs zh or en"},
      {"no_language_but_own_key", set("/indicators/0/advice", "{\"x-de\": \"y\"}"),
       "framework.no_language", "/indicators/0/advice", "至少要有 zh 或 en", "needs zh or en"},
      {"unknown_kind", set("/indicators/3/kind", "\"guidng\""), "framework.unknown_word",
       "/indicators/3/kind", "kind 的取值 guidng 无效（可用：floor guiding inventory fact）",
       "kind has no choice guidng (there are: floor guiding inventory fact)", "guiding"},
      {"unknown_operator", set("/indicators/0/targets/1/op", "\"=<\""), "framework.unknown_word",
       "/indicators/0/targets/1/op", "op 的取值 =< 无效", "op has no choice =<", "<="},
      {"unknown_on_fail", set("/tables/0/checks/0/on_fail", "\"leaveout\""),
       "framework.unknown_word", "/tables/0/checks/0/on_fail", "on_fail", "warn leave_out refuse",
       "leave_out"},
      {"unknown_action", set("/rules/0/then", "\"rise\""), "framework.unknown_word",
       "/rules/0/then", "add raise suppress confirm", "no choice rise", "raise"},
      {"fraction_for_integer", set("/year", "2025.5"), "framework.whole_number", "/year",
       "year 应为整数，实为 2025.5", "year must be a whole number, not 2025.5"},
      {"integer_out_of_int", set("/year", "3000000000"), "framework.whole_number", "/year",
       "实为 3000000000", "not 3000000000"},
      {"huge_integer", set("/year", "9007199254740993"), "framework.integer_range", "/year",
       "整数 9007199254740993 的绝对值超过 2^53", "9007199254740993 is beyond 2^53"},
      {"huge_parameter", set("/parameters/charger_factor", "18446744073709551615"),
       "framework.integer_range", "/parameters/charger_factor", "超过 2^53", "beyond 2^53"},
      {"no_levels", set("/score/levels", "[]"), "framework.empty_list", "/score/levels",
       "levels 不能为空", "levels must not be empty"},
      {"no_values", set("/tables/0/columns/3/values", "[]"), "framework.empty_list",
       "/tables/0/columns/3/values", "values 不能为空", "values must not be empty"},
      {"no_stages", set("/stages", "[]"), "framework.empty_list", "/stages", "stages 不能为空",
       "stages must not be empty"},

      // What the other parts find, at their places.
      {"reference", set("/indicators/0/items/0/time_class", "\"time_limit\""),
       "framework.unknown_reference", "/indicators/0/items/0/time_class", "没有时限类别 time_limit",
       "no time class time_limit", "time_limited"},
      {"formula", set("/tables/0/groups/0/by", "\"case when flors < 3 then 'a' end\""),
       "formula.unknown_name", "/tables/0/groups/0/by", "flors", "flors", "floors"},
  };
}

class DocumentFault : public testing::TestWithParam<Fault> {};

TEST_P(DocumentFault, NamesItsPlaceInBothLanguages) {
  const Fault& fault = GetParam();
  Json document = complete();
  fault.spoil(document);
  const Issues issues = issues_of(document);
  ASSERT_FALSE(issues.empty());
  // Something that cannot be read may be missed elsewhere; the fault itself comes first there.
  std::size_t at = 0;
  while (at < issues.size() && issues[at].place != fault.place) ++at;
  ASSERT_LT(at, issues.size()) << shown(issues);
  const Issue& issue = issues[at];
  EXPECT_EQ(issue.code, fault.code);
  EXPECT_NE(issue.message.zh.find(fault.zh), std::string::npos) << issue.message.zh;
  EXPECT_NE(issue.message.en.find(fault.en), std::string::npos) << issue.message.en;
  EXPECT_EQ(issue.nearest, fault.nearest);
  EXPECT_EQ((issue.message.zh + issue.message.en).find('{'), std::string::npos);
  std::set<std::pair<std::string, std::string>> seen;
  for (const Issue& other : issues)
    EXPECT_TRUE(seen.emplace(other.code, other.place + other.expected).second) << shown(issues);
}

INSTANTIATE_TEST_SUITE_P(Every, DocumentFault, testing::ValuesIn(faults()),
                         [](const auto& fault) { return fault.param.name; });

// ---- what is accepted -----------------------------------------------------------------------

TEST(ParseFramework, ReadsEveryKey) {
  const Framework framework = parse_framework(complete().dump());
  EXPECT_EQ(framework.parameters.at("charger_factor"), Scalar(3.0));
  EXPECT_EQ(framework.parameters.at("central_heating"), Scalar(false));
  EXPECT_EQ(framework.parameters.at("base"), Scalar(std::string("planned")));
  EXPECT_EQ(framework.levels[2].attributes[0].default_value, Scalar(std::string("county")));
  EXPECT_EQ(framework.levels[0].attributes[0].inherit, false);
  EXPECT_FALSE(framework.aspects[0].composite);
  EXPECT_TRUE(framework.aspects[1].composite);
  const Table& buildings = framework.tables[0];
  EXPECT_EQ(buildings.key, (std::vector<std::string>{"building_id", "part"}));
  EXPECT_TRUE(buildings.complete);
  EXPECT_EQ(buildings.checks[0].on_fail, OnFail::leave_out);
  EXPECT_EQ(buildings.checks[1].at, "community");
  EXPECT_EQ(buildings.columns[0].min, 1);
  EXPECT_EQ(buildings.columns[4].formula, "floors >= 10");
  EXPECT_EQ(framework.tables[1].key, (std::vector<std::string>{"respondent"}));
  EXPECT_EQ(framework.tables[1].sample, (Sample{"weight", "street", "block", "population"}));
  const Indicator& indicator = framework.indicators[0];
  EXPECT_EQ(indicator.kind, Kind::floor);
  EXPECT_EQ(indicator.rounding, Rounding::truncate);
  EXPECT_EQ(indicator.items[0].concept_id, "riser");
  EXPECT_EQ(indicator.items[0].unit_cost, 1200.5);
  EXPECT_EQ(indicator.targets[0].value, Bound(0.0));
  EXPECT_EQ(indicator.targets[1].value, Bound(std::string("least(5, previous)")));
  EXPECT_EQ(indicator.grades->size(), 2u);
  EXPECT_EQ(indicator.number, 2);
  EXPECT_EQ(indicator.source, (Source{"field_survey", "housing", "C", "手册"}));
  EXPECT_EQ(framework.indicators[2].components[0].grades, std::vector<Case>{});  // never graded
  EXPECT_EQ(framework.indicators[3].grades, std::nullopt);                       // the default
  EXPECT_EQ(framework.rules[0].then, RuleAction::raise);
  EXPECT_EQ(framework.score->nodes[0].parent, "");
  EXPECT_EQ(framework.score->nodes[0].aggregate->json, "\"geometric\"");
  EXPECT_EQ(framework.score->leaves.at("H02").normalise->json,
            R"({"lower":0,"method":"goalposts","upper":100})");
  EXPECT_EQ(framework.problem_indexes[0].weights.at("H02.0"), 0.5);
}

/// Collects the keys of every declared struct.
struct Keys {
  std::set<std::string>& known;
  void operator()(const framework_fields::Field& field, auto member) const {
    known.insert(std::string(field.key));
    using Value = std::decay_t<decltype(value_of(member))>;
    descend(std::type_identity<Value>{}, field.part);
  }
  template <class Object, class Value>
  static Value value_of(Value Object::*);
  template <class Value>
  void descend(std::type_identity<Value>, framework_fields::Part part) const {
    if constexpr (framework_fields::IsOptional<Value>::value ||
                  framework_fields::IsList<Value>::value)
      descend(std::type_identity<typename Value::value_type>{}, part);
    else if constexpr (framework_fields::IsMap<Value>::value)
      descend(std::type_identity<typename Value::mapped_type>{}, part);
    else if constexpr (framework_fields::Declared<Value>)
      framework_fields::fields(*this, std::type_identity<Value>{}, part);
  }
};

TEST(ParseFramework, TheTestDocumentHasEveryDeclaredKey) {
  std::set<std::string> known;
  const Keys keys{known};
  framework_fields::fields(keys, std::type_identity<Framework>{}, framework_fields::Part::plain);
  std::set<std::string> used;
  const std::function<void(const Json&)> collect = [&](const Json& value) {
    if (value.is_object())
      for (const auto& [key, inner] : value.items()) used.insert(key);
    if (value.is_structured())
      for (const auto& inner : value) collect(inner);
  };
  collect(complete());
  for (const std::string& key : known) EXPECT_TRUE(used.contains(key)) << key;
  EXPECT_GT(known.size(), 100u);
}

const std::string smallest = R"({"tijian": 1, "id": "s", "version": "1", "year": 2025,
  "name": {"en": "S"}, "dimensions": [{"id": "city", "name": {"zh": "城市"}}],
  "levels": [{"id": "city", "dimension": "city"}], "tables": [], "indicators": []})";

TEST(ParseFramework, FillsTheListsThatHaveADefault) {
  const Framework framework = parse_framework(smallest);
  EXPECT_EQ(framework.severities, default_severities());
  EXPECT_EQ(framework.time_classes, default_time_classes());
  EXPECT_EQ(framework.stages, default_stages());
  EXPECT_EQ(framework.severities[1].name.zh, "较严重");
  EXPECT_EQ(framework.time_classes[1].due_months, 36);
  EXPECT_TRUE(framework.departments.empty());
  EXPECT_EQ(framework.grades, std::nullopt);

  Json own = Json::parse(smallest);
  own["time_classes"] = Json::parse(R"([{"id": "now", "name": {"zh": "立即"}, "due_months": 0}])");
  EXPECT_EQ(parse_framework(own.dump()).time_classes.size(), 1u);
}

TEST(ParseFramework, AWholeNumberMayBeWrittenWithAPointOrExponent) {
  for (const char* year : {"2025", "2025.0", "20.25e2", "2.025E+3"}) {
    Json document = Json::parse(smallest);
    std::string text = smallest;
    text.replace(text.find("2025"), 4, year);
    EXPECT_EQ(parse_framework(text).year, 2025) << year;
  }
}

TEST(ParseFramework, AllFaultsAreReportedAtOnceInTheOrderOfTheDocument) {
  Json document = complete();
  document["aspects"][0]["dimnsion"] = 1;
  document["tables"][0]["level"] = "x";
  document["indicators"][0]["formula"] = "sum(";
  document["indicators"][0]["decimals"] = "2";
  document["indicators"][1]["direction"] = "up";
  document["indicators"][3].erase("name");
  document["rules"][0]["then"] = "confirm";
  const Issues issues = issues_of(document);
  std::vector<std::string> places;
  for (const Issue& issue : issues) places.push_back(issue.place);
  // The document's text has the keys of an object in the order in which they were given.
  std::vector<std::string> expected = {"/aspects/0/dimnsion",
                                       "/tables/0/level",
                                       "/indicators/0/decimals",
                                       "/indicators/0/formula",
                                       "/indicators/1/direction",
                                       "/indicators/3",
                                       "/rules/0/is"};
  std::size_t found = 0;
  for (const std::string& place : places)
    if (found < expected.size() && place == expected[found]) ++found;
  EXPECT_EQ(found, expected.size()) << shown(issues);
}

TEST(ParseFramework, OnlyTheDocumentItselfMayBeAnObject) {
  for (const char* text : {"[]", "1", "\"x\"", "null", "true"}) {
    const Issues issues = issues_of(std::string(text));
    ASSERT_EQ(issues.size(), 1u);
    EXPECT_EQ(issues[0].code, "framework.wrong_type") << text;
  }
}

TEST(ParseFramework, AMillionWrongEntriesAreRefusedInBoundedMemory) {
  std::string text = smallest;
  std::string zeros = "0";
  for (int i = 1; i < 1'000'000; ++i) zeros += ",0";
  text.replace(text.find("\"tables\": []"), 12, "\"tables\": [" + zeros + "]");
  const Issues issues = issues_of(text);
  EXPECT_EQ(issues.back().code, "framework.too_many_issues");
  EXPECT_LE(issues.size(), 10'001u);
}

TEST(ParseFramework, TenThousandIndicatorsAreReadAndOneMoreIsNot) {
  std::string text = smallest;
  std::string list;
  for (int i = 0; i < 10'000; ++i)
    list += std::string(i > 0 ? "," : "") + R"({"id":"I)" + std::to_string(i) +
            R"(","name":{"zh":"指标"},"dimension":"city","kind":"fact"})";
  text.replace(text.find("\"indicators\": []"), 16, "\"indicators\": [" + list + "]");
  EXPECT_EQ(parse_framework(text).indicators.size(), 10'000u);
  text.replace(text.find("I9999\""), 5,
               R"(I","name":{"zh":"多"},"dimension":"city","kind":"fact"},{"id":"J)");
  EXPECT_EQ(issues_of(text)[0].code, "framework.too_many_indicators");
}

// ---- writing --------------------------------------------------------------------------------

TEST(WriteFramework, ReadingItGivesAnEqualFramework) {
  for (const std::string& text : {complete().dump(), smallest}) {
    const Framework framework = parse_framework(text);
    const std::string written = write_framework(framework);
    EXPECT_EQ(parse_framework(written), framework);
    EXPECT_EQ(write_framework(parse_framework(written)), written);
  }
}

TEST(WriteFramework, TheFingerprintIgnoresSpacesAndOrderOfKeys) {
  const Framework framework = parse_framework(complete().dump());
  const nlohmann::json sorted = nlohmann::json::parse(complete().dump());
  EXPECT_EQ(fingerprint(parse_framework(sorted.dump(4))), fingerprint(framework));
  EXPECT_EQ(fingerprint(framework), sha256_hex(write_framework(framework)));
}

TEST(WriteFramework, EveryChangeChangesTheFingerprint) {
  const Framework framework = parse_framework(complete().dump());
  const std::vector<std::function<void(Framework&)>> changes = {
      [](Framework& f) { f.version = "2"; },
      [](Framework& f) { f.parameters["charger_factor"] = 3.0000000000000004; },
      [](Framework& f) { f.parameters["charger_factor"] = true; },
      [](Framework& f) { f.indicators[0].targets[0].value = std::string("0"); },
      [](Framework& f) { f.indicators[2].components[0].grades.reset(); },
      [](Framework& f) { f.grades.emplace(); },
      [](Framework& f) { std::swap(f.severities[0], f.severities[1]); },
      [](Framework& f) { f.levels[0].attributes[0].inherit.reset(); },
      [](Framework& f) { f.extensions["/indicators/1/x-note"] = "1"; },
  };
  std::set<std::string> seen = {fingerprint(framework)};
  for (const auto& change : changes) {
    Framework changed = framework;
    change(changed);
    EXPECT_TRUE(seen.insert(fingerprint(changed)).second);
  }
}

TEST(WriteFramework, KeepsKeysBeginningWithXAtTheirPlaces) {
  Json document = complete();
  document["x-z"] = Json::parse(R"({"b": 1, "a": [18446744073709551615, 1.0, "文"]})");
  document["parameters"]["x-p"] = true;
  document["score"]["leaves"]["x-l"] = nullptr;
  document["tables"][0]["x-a/b~"] = "escaped";
  document["indicators"][0]["items"][0]["advice"]["x-de"] = "deutsch";
  const Framework framework = parse_framework(document.dump());
  EXPECT_EQ(framework.extensions, (std::map<std::string, std::string>{
                                      {"/x-author", R"({"a":"kept","b":[1,2.5,null]})"},
                                      {"/x-z", R"({"a":[18446744073709551615,1,"文"],"b":1})"},
                                      {"/parameters/x-p", "true"},
                                      {"/score/leaves/x-l", "null"},
                                      {"/tables/0/x-a~1b~0", "\"escaped\""},
                                      {"/tables/0/columns/4/x-note", "\"computed\""},
                                      {"/indicators/0/items/0/advice/x-de", "\"deutsch\""}}));
  const Json written = Json::parse(write_framework(framework));
  EXPECT_EQ(written["tables"][0]["x-a/b~"], "escaped");
  EXPECT_EQ(written["score"]["leaves"]["x-l"], nullptr);
  EXPECT_EQ(parse_framework(written.dump()), framework);
}

TEST(WriteFramework, KeepsAKeyOfOnesOwnInAnEmptyMap) {
  Json document = Json::parse(smallest);
  document["parameters"]["x-why"] = "none yet";
  const Framework framework = parse_framework(document.dump());
  EXPECT_EQ(parse_framework(write_framework(framework)), framework);
  EXPECT_EQ(framework.extensions.size(), 1u);
}

TEST(WriteFramework, NumbersSurviveExactly) {
  for (const double value :
       {0.1, 1e16, 1e300, 5e-324, 9007199254740992.0, 0x1p60, -0x1p70, 1.0 / 3}) {
    Framework framework = parse_framework(smallest);
    framework.parameters["p"] = value;
    EXPECT_EQ(parse_framework(write_framework(framework)), framework) << value;
  }
}

// ---- files and shipped documents ------------------------------------------------------------

TEST(LoadFramework, ReadsAFileAndNamesOneThatIsNotThere) {
  EXPECT_EQ(load_framework(complete_path), parse_framework(complete().dump()));
  for (const std::string path :
       {TJ_SOURCE_DIR "/tests/unit/frameworks/none.json", TJ_SOURCE_DIR "/tests/unit/frameworks"}) {
    try {
      load_framework(path);
      FAIL() << path;
    } catch (const FrameworkError& error) {
      ASSERT_EQ(error.issues().size(), 1u);
      EXPECT_EQ(error.issues()[0].code, "framework.file");
      EXPECT_NE(error.issues()[0].message.zh.find(path), std::string::npos);
    }
  }
}

TEST(LoadFramework, RefusesAFileOfMoreThan16MiBWithoutReadingItAll) {
  const auto path = std::filesystem::temp_directory_path() / "tijian_json_test_large.json";
  std::ofstream(path) << smallest;
  std::filesystem::resize_file(path, std::uintmax_t{1} << 34);  // sparse: 16 GiB
  try {
    load_framework(path);
    ADD_FAILURE();
  } catch (const FrameworkError& error) {
    EXPECT_EQ(error.issues()[0].code, "framework.too_large");
  }
  std::filesystem::remove(path);
}

TEST(Shipped, EveryShippedDocumentLoadsAndSurvivesWriting) {
  const auto ids = shipped_frameworks();
  ASSERT_FALSE(ids.empty());
  for (const std::string_view id : ids) {
    const Framework framework = load_shipped(id);
    EXPECT_EQ(framework.id, id);
    EXPECT_EQ(parse_framework(write_framework(framework)), framework);
  }
}

TEST(Shipped, AnUnknownIdNamesTheNearest) {
  EXPECT_EQ(shipped_framework("mohurd-2052"), std::nullopt);
  try {
    load_shipped("mohurd-2052");
    FAIL();
  } catch (const FrameworkError& error) {
    EXPECT_EQ(error.issues()[0].code, "framework.unknown_base");
    EXPECT_EQ(error.issues()[0].nearest, "mohurd-2025");
  }
}

TEST(Schema, TheDocumentedSchemaIsTheCurrentOne) {
  EXPECT_EQ(file_text(TJ_SOURCE_DIR "/docs/framework.schema.json"), framework_schema())
      << "write it anew: tijian schema > docs/framework.schema.json";
}

}  // namespace
}  // namespace tijian
