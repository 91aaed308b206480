#include "tijian/assessment_bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reference/saved_tally.hpp"
#include "reference/small_city.hpp"
#include "reference/town.hpp"
#include "saved/assessment_fields.hpp"
#include "tijian/assess.hpp"
#include "tijian/csv_writer.hpp"
#include "tijian/explain.hpp"
#include "tijian/json.hpp"

namespace tijian {
namespace {

using reference::refusal;
using reference::Town;

/// Everything that can be asked of an assessment, as text: all tables, what explains each unit ×
/// indicator and component, the ledger's rows.
std::string everything(const Assessment& assessment) {
  std::string text;
  const Sink append = [&text](std::string_view bytes) { text += bytes; };
  std::vector<std::string> tables = assessment.tables();
  const Framework& framework = assessment.plan().framework();
  for (const Dimension& dimension : framework.dimensions)
    tables.push_back("ledger:" + dimension.id);
  for (const std::string& name : tables) {
    text += name + "\n";
    write_csv(assessment.table(name), append, {.source_columns = true});
  }
  for (std::uint32_t unit = 0; unit < assessment.data().units.size(); ++unit)
    for (const Indicator& indicator : framework.indicators) {
      std::vector<std::string> ids = {indicator.id};
      for (const Component& component : indicator.components)
        ids.push_back(indicator.id + "." + component.id);
      for (const std::string& id : ids) try {
          text += explain_json(assessment, assessment.data().units.id(unit), id) + "\n";
        } catch (const DataError& error) {
          text += error.issues()[0].code + "\n";
        }
    }
  for (const Problem& problem : assessment.problems()) {
    text += problem.level + problem.unit + problem.object + problem.indicator + problem.item +
            problem.status + problem.confirmation + problem.advice + problem.evidence;
    text += std::to_string(problem.due) + std::to_string(problem.years_open.value_or(-1)) + "\n";
  }
  return text;
}

/// Components, derived tables, rules that suppress and raise, overrides, composites, surveys.
void fill(Town& city) {
  city.buildings({{"c1", "b1", 6, 1, 0, 0},
                  {"c1", "b2", 12, 1, 1, 0, 1},
                  {"c2", "b3", 6, 0, 0, 1},
                  {"c2", "b4", 3000, 0, std::nullopt, 0},
                  {"c2", "b5", 5, 1, 0, 0, 0, std::nullopt}});
  city.blocks({{"k1", 100, 50}, {"k2", 100, 20}});
  city.incidents({"i1", "i2"});
  city.due("c1", 4).due("c2", 3);
  city.entries(
      "unit,indicator,aspect,component,item,value,year,grade,reason,severity,status,published,"
      "evidence,object,confirmation,source\n"
      "city,U42,,am,,20,,,,,,,B,,,平台\n"
      "city,U42,,pm,,35,,,,,,,E,,,\n"
      "city,U53,,,,60,,,,,,61,,,,\n"
      "city,U53,,,,58,2024,,,,,,,,,\n"
      "k1,S1,,,,50,,,,,,,,,,\n"
      "k2,S1,,,,85,,,,,,,,,,\n"
      "city,S1,,,,59.5,,,,,,,,,,\n"
      "k1,G1,,,,12,,,,,,,,,,\n"
      "city,G1,,,,8,,,,,,,,,,\n"
      "city,G2,,,,1,,good,专家,,,,,,,\n"
      "city,G3,,,,1,,insufficient,专家,,,,,,,\n"
      "city,H03,,,,9,,,逐栋核实,critical,,,,,,\n"
      "c1,H03,,,H03.1,,,,,,in_progress,,,b1,confirmed,\n"
      "city,,jobs,,,,,medium,会议,,,good,,,,\n");
}

Assessment town(bool tally_alone = false) {
  Town city;
  fill(city);
  return tally_alone ? city.assess_tally() : city.assess();
}

Assessment city(Language language) {
  using namespace small_city;
  Framework f = small_city::framework();
  f.indicators.push_back(reported_indicator("E01", {"公园", "Parks"}, Kind::guiding, "km²/人"));
  f.indicators.back().targets = {target(Operator::between, 0.7, "national"),
                                 target(Operator::greater_equal, "area_km2 / 10", "local")};
  f.indicators.back().targets[0].value = {};
  f.indicators.back().targets[0].low = 0.7;
  f.indicators.back().targets[0].high = 1.5;
  f.indicators.push_back(reported_indicator("E02", {"存量", "Stock"}, Kind::inventory, "处"));
  auto rows = units();
  rows.push_back({"city-2", "city", "", "荆州", true, 12.5});
  rows[0].area_km2 = 9;
  const auto houses = buildings();
  return assess(f, rows,
                {{.unit = "city-1", .indicator = "E01", .value = 0.5},
                 {.unit = "city-2", .indicator = "E01", .value = 0.9, .source = "年鉴"},
                 {.unit = "city-1", .indicator = "E02", .value = 3},
                 {.unit = "d-w", .indicator = "E02", .value = 3}},
                &houses, {language});
}

/// As few bytes as an assessment can have: for what is done to each bit of them.
const std::string& small_bytes() {
  static const std::string bytes = [] {
    const Plan plan = compile(parse_framework(R"json({
      "tijian": 1, "id": "s", "version": "1", "year": 2025, "name": {"en": "s"},
      "dimensions": [{"id": "d", "name": {"en": "d"}}],
      "levels": [{"id": "l", "dimension": "d",
                  "attributes": [{"id": "kind", "type": "text"}, {"id": "area", "type": "number"},
                                 {"id": "old", "type": "boolean"}]},
                 {"id": "m", "dimension": "d"}],
      "aspects": [{"id": "a", "dimension": "d", "name": {"en": "a"}}],
      "severities": [{"id": "x", "name": {"en": "x"}}],
      "time_classes": [{"id": "y", "name": {"en": "y"}, "due_months": 1}],
      "stages": [{"id": "z", "name": {"en": "z"}}],
      "tables": [{"id": "t", "level": "l", "unit": "u",
                  "columns": [{"id": "b", "type": "boolean"}],
                  "checks": [{"id": "c", "expect": "b", "message": {"en": "c"}}]}],
      "indicators": [{"id": "I", "name": {"en": "I"}, "dimension": "d", "kind": "guiding", "table": "t",
                      "aspect": "a", "levels": ["m"], "targets": [{"op": "<=", "value": 0}],
                      "items": [{"id": "I.1", "name": {"en": "1"}, "when": "b"}]}],
      "rules": [{"id": "r", "level": "l", "when": "old", "then": "confirm", "indicator": "I",
                 "reason": {"en": "r"}}]
    })json"));
    OwnedTable units(2);
    units.add_texts("id", {"p", "q"});
    units.add_texts("level", {"l", "m"});
    units.add_texts("parent", {"q", std::nullopt});
    units.add_texts("kind", {"new", std::nullopt});
    units.add_numbers("area", {1.5, std::nullopt});
    units.add_booleans("old", {true, std::nullopt});
    OwnedTable rows(2);
    rows.add_texts("u", {"p", "p"});
    rows.add_booleans("b", {true, false});
    OwnedTable entries(1);
    entries.add_texts("unit", {"q"});
    entries.add_texts("indicator", {"I"});
    entries.add_texts("grade", {"good"});
    entries.add_texts("reason", {"r"});
    const TableView view = entries.view();
    AssessOptions options;
    options.entries = &view;
    Tally tally(plan);
    tally.add("t", rows.view());
    return save_assessment(tally.assess(Units::build(plan, units.view()), options));
  }();
  return bytes;
}

std::string code(std::string_view bytes) {
  return refusal([&] { return load_assessment(bytes); });
}

// ---- round trips --------------------------------------------------------------------------------

TEST(AssessmentBytes, SavedAndLoadedGivesEveryTableAndExplanation) {
  const std::vector<Assessment> all = {town(), town(true), city(Language::zh), city(Language::en),
                                       load_assessment(small_bytes())};
  for (const Assessment& assessment : all) {
    const std::string bytes = save_assessment(assessment);
    const Assessment loaded = load_assessment(bytes);
    EXPECT_EQ(everything(loaded), everything(assessment));
    EXPECT_EQ(save_assessment(loaded), bytes);
    EXPECT_EQ(loaded.year(), assessment.year());
    EXPECT_EQ(loaded.plan().fingerprint(), assessment.plan().fingerprint());
  }
  // The examples have something of everything that is saved.
  const AssessmentData& data = all[0].data();
  EXPECT_FALSE(data.entries.all().empty());
  EXPECT_FALSE(data.checks.empty());
  EXPECT_FALSE(data.composites.empty());
  EXPECT_FALSE(data.problems.empty());
  EXPECT_FALSE(data.fired.empty());
  EXPECT_FALSE(data.applies_at_table_level.empty());
  EXPECT_FALSE(all[4].data().item_units.empty());
  EXPECT_FALSE(all[2].data().units.data().attributes.empty());
}

TEST(AssessmentBytes, AreTheSameOfTheSameInputs) {
  EXPECT_EQ(save_assessment(town()), save_assessment(town()));
}

TEST(AssessmentBytes, LoadedServesAsTheYearBefore) {
  const Assessment last = town();
  const Assessment loaded = load_assessment(save_assessment(last));
  const auto next = [](const Assessment& previous) {
    Town city;
    fill(city);
    city.options.year = 2025;
    city.options.previous = &previous;
    return everything(city.assess());
  };
  EXPECT_EQ(next(loaded), next(last));
}

TEST(AssessmentBytes, UnitsThatWereLoadedAreUnits) {
  const Assessment last = town();
  const Assessment loaded = load_assessment(save_assessment(last));
  const Units& units = loaded.data().units;
  EXPECT_TRUE(units.fit(*last.plan()));
  EXPECT_EQ(units.find("k2"), last.data().units.find("k2"));
  EXPECT_EQ(units.find("nowhere"), no_index);
  Tally tally(last.plan());
  AssessOptions options;
  EXPECT_EQ(everything(tally.assess(units, options)),
            everything(tally.assess(last.data().units, options)));
}

TEST(AssessmentBytes, WithoutADocumentAreNotSaved) {
  Framework framework = small_city::framework();
  framework.name.en = "Small \xFF city";  // no text: a document would have U+FFFD there
  const Assessment assessment = small_city::assess(framework, small_city::units());
  EXPECT_EQ(refusal([&] { return save_assessment(assessment); }), "saved.no_document");
}

// ---- what was saved long ago --------------------------------------------------------------------

TEST(AssessmentBytes, OfVersion010LoadForEver) {
  std::ifstream file(std::string(TJ_SOURCE_DIR) + "/tests/golden/formats/0.1.0/assessment.bin",
                     std::ios::binary);
  ASSERT_TRUE(file);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const Assessment golden = load_assessment(bytes);
  EXPECT_EQ(save_assessment(golden), bytes);

  const Units& units = golden.data().units;
  const auto value = [&](const char* indicator, const char* unit) {
    const PlanData& plan = *golden.plan();
    const std::uint32_t at = units.find(unit);
    return golden.data().results.number(
        plan.series_of_indicator[plan.indicator_index.at(indicator)], units.level(at), at,
        &Cell::value);
  };
  EXPECT_EQ(golden.year(), 2025);
  EXPECT_EQ(value("U53", "city"), 60);
  EXPECT_EQ(value("S1", "k2"), 85);
  EXPECT_EQ(value("G1", "k1"), 12);
  bool found = false;
  for (const Problem& problem : golden.problems()) {
    const bool is_b1 = problem.unit == "c1" && problem.object == "b1" && problem.item == "H03.1";
    found = found || is_b1;
    EXPECT_EQ(problem.status, is_b1 ? "in_progress" : "open") << problem.item;
    EXPECT_EQ(problem.confirmation == "confirmed", is_b1) << problem.item;
  }
  EXPECT_TRUE(found);
}

// ---- damage -------------------------------------------------------------------------------------

TEST(AssessmentBytes, WithAnyBitChangedAreRefused) {
  const std::string& good = small_bytes();
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bytes = good;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    ASSERT_NE(code(bytes), "loaded") << "bit " << bit;
  }
}

TEST(AssessmentBytes, EndingAnywhereAreRefused) {
  const std::string& good = small_bytes();
  for (std::size_t size = 0; size < good.size(); ++size)
    ASSERT_EQ(code(good.substr(0, size)), "saved.corrupt") << size;
  const std::string body = good.substr(24, good.size() - 56);
  for (std::size_t size = body.find("\"rules\""); size < body.size(); ++size)
    ASSERT_EQ(code(seal(SavedKind::assessment, body.substr(0, size))), "saved.corrupt") << size;
  EXPECT_EQ(code(good + "x"), "saved.corrupt");
  EXPECT_EQ(code(seal(SavedKind::assessment, body + "x")), "saved.corrupt");
  EXPECT_EQ(code(seal(SavedKind::tally, body)), "saved.foreign");
  std::string newer = good;
  newer[8] = 2;
  EXPECT_EQ(code(newer), "saved.newer");
}

TEST(AssessmentBytes, WithARefusedDocumentSayWhy) {
  ByteWriter writer;
  writer.text(R"({"tijian": 1, "id": "x"})");
  const std::string bytes = seal(SavedKind::assessment, writer.bytes());
  try {
    (void)load_assessment(bytes);
    FAIL();
  } catch (const SavedError& error) {
    EXPECT_EQ(error.issues()[0].code, "saved.corrupt");
    EXPECT_GT(error.issues().size(), 1U);
  }
}

/// Every byte behind the document with other values, with a right checksum: refused, or an
/// assessment all of whose tables and explanations can be made, and which is saved as it was
/// loaded.
TEST(AssessmentBytes, ForgedWithARightChecksumAreRefusedOrHarmless) {
  const std::string& good = small_bytes();
  const std::string body = good.substr(24, good.size() - 56);
  const Assessment whole = load_assessment(good);
  const std::string results = body.substr(8 + write_framework(whole.plan().framework()).size());
  // Without the document, which every one would have to compile anew.
  const auto read = [&](const std::string& bytes) {
    ByteReader reader(bytes);
    return saved::read_results(reader, whole.plan());
  };
  std::size_t loaded = 0, refused = 0;
  for (std::size_t at = 0; at < results.size(); ++at)
    for (const int value : {0x00, 0x01, 0x02, 0x05, 0x7F, 0x80, 0xFE, 0xFF}) {
      std::string forged = results;
      if (forged[at] == static_cast<char>(value)) continue;
      forged[at] = static_cast<char>(value);
      try {
        const Assessment assessment = read(forged);
        ++loaded;
        ByteWriter writer;
        saved::write_results(writer, assessment.data());
        ASSERT_EQ(writer.bytes(), forged) << at << ": " << value;
        ASSERT_EQ(everything(assessment).find("nan"), std::string::npos);
      } catch (const SavedError& error) {
        ++refused;
        ASSERT_EQ(error.issues()[0].code, "saved.corrupt");
      }
    }
  EXPECT_GT(loaded, 100U);
  EXPECT_GT(refused, 1000U);
}

/// The same field lists write and read: what the one refuses to write, the other refuses to read.
TEST(AssessmentBytes, HoldEveryIndexToItsRange) {
  const Assessment good = town();
  const Framework& framework = good.plan().framework();
  const PlanData& plan = *good.plan();
  const auto severities = static_cast<int>(framework.severities.size());
  const auto classes = static_cast<int>(framework.time_classes.size());
  const auto saved = [&](const std::function<void(AssessmentData&)>& change) {
    auto data = std::make_shared<AssessmentData>(good.data());
    change(*data);
    return refusal([&] { return load_assessment(save_assessment(Assessment(data))); });
  };
  using Change = std::function<void(AssessmentData&)>;
  const std::uint32_t s = plan.series_of_indicator[plan.indicator_index.find("H03")->second];
  const std::uint32_t unit = good.data().units.find("c1");
  const auto cell = [&](AssessmentData& data, const std::function<void(Cell&)>& change) {
    Cell changed = *data.results.cell(s, 0, unit);
    change(changed);
    data.results.set(s, 0, unit, changed);
  };
  const auto item = [&](AssessmentData& data) -> ItemCell& {
    return data.results.item_at(plan.series[s].items[0], 0, unit);
  };
  // The ledger's rows, sorted: one of an item, and one of a unit.
  std::size_t of_item = 0, of_unit = 0;
  const auto& problems = good.data().problems;
  while (problems.at(of_item).item == no_index) ++of_item;
  while (!problems.at(of_unit).of_unit) ++of_unit;
  const auto entries = [](AssessmentData& data, const std::function<void(Entry&)>& change) {
    std::vector<Entry> list = data.entries.all();
    change(list[0]);
    data.entries = Entries::restore(list).value();
  };
  const auto fired = [](AssessmentData& data) -> FiredRule& {
    return data.fired.begin()->second.begin()->second.front();
  };
  EXPECT_EQ(saved([](AssessmentData&) {}), "loaded");
  const std::vector<std::pair<const char*, Change>> corrupt = {
      {"infinite value", [&](auto& d) { cell(d, [&](Cell& c) { c.value = HUGE_VAL; }); }},
      {"rows", [&](auto& d) { cell(d, [&](Cell& c) { c.rows = -1; }); }},
      {"known", [&](auto& d) { cell(d, [&](Cell& c) { c.known = largest_count + 1; }); }},
      {"problems", [&](auto& d) { cell(d, [&](Cell& c) { c.problems = 4; }); }},
      {"target", [&](auto& d) { cell(d, [&](Cell& c) { c.target_index = 1; }); }},
      {"origin",
       [&](auto& d) { cell(d, [&](Cell& c) { c.origin = static_cast<ValueOrigin>(3); }); }},
      {"verdict",
       [&](auto& d) { cell(d, [&](Cell& c) { c.judgement.verdict = static_cast<Verdict>(7); }); }},
      {"reason",
       [&](auto& d) {
         cell(d, [&](Cell& c) { c.judgement.reason = static_cast<VerdictReason>(12); });
       }},
      {"severity",
       [&](auto& d) {
         cell(d, [&](Cell& c) { c.severity = static_cast<std::int8_t>(severities); });
       }},
      {"its origin",
       [&](auto& d) {
         cell(d, [&](Cell& c) { c.severity_origin = static_cast<SeverityOrigin>(5); });
       }},
      {"time class",
       [&](auto& d) {
         cell(d, [&](Cell& c) { c.time_class = static_cast<std::int8_t>(classes); });
       }},
      {"grade", [&](auto& d) { cell(d, [&](Cell& c) { c.grade = 4; }); }},
      {"its origin",
       [&](auto& d) { cell(d, [&](Cell& c) { c.grade_origin = static_cast<GradeOrigin>(3); }); }},
      {"evidence", [&](auto& d) { cell(d, [&](Cell& c) { c.evidence = 6; }); }},
      {"best evidence", [&](auto& d) { cell(d, [&](Cell& c) { c.best_evidence = -1; }); }},
      {"item's count", [&](auto& d) { item(d).count = -1; }},
      {"item's evidence", [&](auto& d) { item(d).best_evidence = 6; }},
      {"year", [&](auto& d) { d.year = 2'000'000'000; }},
      {"entry's unit", [&](auto& d) { entries(d, [](Entry& e) { e.unit = 5; }); }},
      {"no unit", [&](auto& d) { entries(d, [](Entry& e) { e.unit = no_index; }); }},
      {"entry's series", [&](auto& d) { entries(d, [](Entry& e) { e.series = 1000; }); }},
      {"entry's aspect", [&](auto& d) { entries(d, [](Entry& e) { e.aspect = 1; }); }},
      {"entry's item", [&](auto& d) { entries(d, [](Entry& e) { e.item = 1000; }); }},
      {"entry's evidence", [&](auto& d) { entries(d, [](Entry& e) { e.evidence = 6; }); }},
      {"entry's severity",
       [&](auto& d) { entries(d, [=](Entry& e) { e.severity = severities; }); }},
      {"entry's grade",
       [&](auto& d) { entries(d, [](Entry& e) { e.grade = static_cast<Grade>(4); }); }},
      {"entry's status",
       [&](auto& d) { entries(d, [](Entry& e) { e.status = static_cast<ProblemStatus>(5); }); }},
      {"entry's confirmation",
       [&](auto& d) {
         entries(d, [](Entry& e) { e.confirmation = static_cast<Confirmation>(4); });
       }},
      {"composite's unit", [&](auto& d) { d.composites.back().unit = 5; }},
      {"composite's aspect", [&](auto& d) { d.composites.back().aspect = 1; }},
      {"composite's grade",
       [&](auto& d) { d.composites.back().grade = static_cast<CompositeGrade>(4); }},
      {"composites' order",
       [&](auto& d) {
         d.composites.push_back(d.composites.back());
         d.composites.back().unit = 0;
       }},
      {"problem's unit", [&](auto& d) { d.problems.back().unit = 5; }},
      {"problem's series", [&](auto& d) { d.problems.back().series = 1000; }},
      {"problem's item", [&](auto& d) { d.problems[of_item].item = 1000; }},
      {"item of another indicator",
       [&](auto& d) {
         d.problems[of_item].item = static_cast<std::uint32_t>(plan.items.size() - 1);
       }},
      {"problem's severity", [&](auto& d) { d.problems[of_item].severity = severities; }},
      {"problem's time class", [&](auto& d) { d.problems[of_item].time_class = -1; }},
      {"problem's time class", [&](auto& d) { d.problems[of_item].time_class = classes; }},
      {"problem's evidence", [&](auto& d) { d.problems[of_item].evidence = 6; }},
      {"problem's status", [&](auto& d) { d.problems[of_item].status = ProblemStatus::none; }},
      {"problem's status",
       [&](auto& d) { d.problems[of_item].status = static_cast<ProblemStatus>(5); }},
      {"problem's confirmation",
       [&](auto& d) { d.problems[of_item].confirmation = static_cast<Confirmation>(4); }},
      {"problem's rule", [&](auto& d) { d.problems[of_item].rule = 2; }},
      {"problem's first year", [&](auto& d) { d.problems[of_item].first_year = -2'000'000'000; }},
      {"problem of a unit without a cell",
       [&](auto& d) {
         d.problems[of_unit].series =
             plan.series_of_indicator[plan.indicator_index.find("L1")->second];
         d.problems[of_unit].unit = 0;
       }},
      {"problems' order", [&](auto& d) { std::swap(d.problems.front(), d.problems.back()); }},
      {"rule's indicator", [&](auto& d) { d.fired[1000]; }},
      {"rule's unit", [&](auto& d) { d.fired.begin()->second[5]; }},
      {"rule", [&](auto& d) { fired(d).rule = 2; }},
      {"rule's severity", [&](auto& d) { fired(d).severity = severities; }},
      {"item units' item", [&](auto& d) { d.item_units[1000]; }},
      {"item units' unit",
       [&](auto& d) {
         d.item_units[0].push_back({5, 1, 0});
       }},
      {"item units' count",
       [&](auto& d) {
         d.item_units[0].push_back({0, -1, 0});
       }},
      {"item units' evidence",
       [&](auto& d) {
         d.item_units[0].push_back({0, 1, 6});
       }},
      {"where it applies", [&](auto& d) { d.applies_at_table_level.begin()->second.push_back(1); }},
      {"applies", [&](auto& d) { d.applies_at_table_level.begin()->second[0] = 2; }},
      {"a series without a table", [&](auto& d) { d.applies_at_table_level[1000]; }},
  };
  for (const auto& [name, change] : corrupt) EXPECT_EQ(saved(change), "saved.corrupt") << name;
}

TEST(AssessmentBytes, UnitsAreHeldToTheirForest) {
  const Assessment good = town();
  const PlanData& plan = *good.plan();
  const auto restored = [&](const std::function<void(Units::Data&)>& change) {
    Units::Data data = good.data().units.data();
    change(data);
    return Units::restore(plan, data).has_value();
  };
  EXPECT_TRUE(restored([](auto&) {}));
  EXPECT_FALSE(restored([](auto& d) { d.ids.pop_back(); }));
  EXPECT_FALSE(restored([](auto& d) { std::swap(d.ids[0], d.ids[1]); }));
  EXPECT_FALSE(restored([](auto& d) { d.ids[0] = d.ids[1]; }));
  EXPECT_FALSE(restored([](auto& d) { d.ids[0] = ""; }));
  EXPECT_FALSE(restored([](auto& d) { d.ids[4] = d.ids[0]; }));  // on two levels
  EXPECT_FALSE(restored([](auto& d) { d.levels[0] = 3; }));
  EXPECT_FALSE(restored([](auto& d) { d.levels[0] = 1; }));
  EXPECT_FALSE(restored([](auto& d) { d.parents[0] = 1; }));  // on the same level
  EXPECT_FALSE(restored([](auto& d) { d.parents[4] = 4; }));
  EXPECT_FALSE(restored([](auto& d) { d.parents[0] = 5; }));
  EXPECT_TRUE(restored([](auto& d) { d.parents[0] = no_index; }));
  EXPECT_FALSE(restored([](auto& d) { d.attributes.pop_back(); }));
  EXPECT_FALSE(restored([](auto& d) { d.attributes[0].numbers.pop_back(); }));
}

}  // namespace
}  // namespace tijian
