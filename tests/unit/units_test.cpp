#include "tijian/units.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tijian/compile.hpp"
#include "tijian/json.hpp"
#include "tijian/owned_table.hpp"

namespace tijian {
namespace {

const Plan& plan() {
  static const Plan made = compile(parse_framework(R"json({
    "tijian": 1, "id": "units", "version": "1", "year": 2025, "name": {"en": "units"},
    "dimensions": [{"id": "d", "name": {"en": "d"}}],
    "levels": [
      {"id": "compound", "dimension": "d", "attributes": [{"id": "km", "type": "number"}]},
      {"id": "community", "dimension": "d",
       "attributes": [{"id": "renewed", "type": "boolean", "default": false}]},
      {"id": "city", "dimension": "d",
       "attributes": [{"id": "class", "type": "text", "values": ["county", "large"]},
                      {"id": "batch", "type": "number", "inherit": true, "default": 2025}]}],
    "tables": [], "indicators": []})json"));
  return made;
}

using Texts = std::vector<std::optional<std::string>>;

OwnedTable frame(const Texts& ids, const Texts& levels, const Texts& parents) {
  OwnedTable table(static_cast<std::int64_t>(ids.size()));
  table.add_texts("id", ids);
  table.add_texts("level", levels);
  table.add_texts("parent", parents);
  return table;
}

std::string faults(const OwnedTable& table) {
  try {
    (void)Units::build(plan(), table.view());
  } catch (const DataError& error) {
    std::string found;
    for (const Issue& issue : error.issues()) {
      EXPECT_FALSE(issue.message.zh.empty());
      EXPECT_FALSE(issue.message.en.empty());
      found += issue.code + ": " + issue.message.en + "\n";
    }
    return found;
  }
  return "none";
}

TEST(Units, AreNumberedByLevelAndId) {
  const OwnedTable table =
      frame({"z", "b", "a", "m"}, {"city", "compound", "compound", "community"},
            {std::nullopt, "m", "z", "z"});
  const Units units = Units::build(plan(), table.view());
  ASSERT_EQ(units.size(), 4U);
  EXPECT_EQ(units.id(0), "a");
  EXPECT_EQ(units.id(1), "b");
  EXPECT_EQ(units.id(2), "m");
  EXPECT_EQ(units.id(3), "z");
  EXPECT_EQ(units.parent(0), 3U);  // levels may be skipped
  EXPECT_EQ(units.parent(1), 2U);
  EXPECT_EQ(units.parent(3), no_index);
  EXPECT_EQ(units.find("m"), 2U);
  EXPECT_EQ(units.find("x"), no_index);
  EXPECT_EQ(units.first_of_level(1), 2U);
  EXPECT_EQ(units.first_of_level(3), 4U);
  EXPECT_EQ(units.name(0), "a");  // without a name the id
}

TEST(Units, AttributesAreOwnThenDefaultThenInherited) {
  OwnedTable table =
      frame({"city", "m", "c", "lone"}, {"city", "community", "compound", "compound"},
            {std::nullopt, "city", "m", std::nullopt});
  table.add_texts("class", {"county", std::nullopt, std::nullopt, std::nullopt});
  table.add_numbers("km", {50, std::nullopt, std::nullopt, 3});
  table.add_numbers("batch", {std::nullopt, 2026, std::nullopt, std::nullopt});
  table.add_booleans("renewed", {std::nullopt, std::nullopt, true, std::nullopt});
  const Units units = Units::build(plan(), table.view());
  const auto at = [&](const char* id) { return plan()->attribute_index.find(id)->second; };
  const std::uint32_t city = units.find("city"), m = units.find("m"), c = units.find("c"),
                      lone = units.find("lone");
  EXPECT_EQ(*units.text(at("class"), c), "county");
  EXPECT_EQ(units.text(at("class"), lone), nullptr);
  EXPECT_TRUE(is_null(units.number(at("km"), c)));  // numbers do not inherit by default
  EXPECT_EQ(units.number(at("km"), lone), 3);
  EXPECT_EQ(units.number(at("batch"), city), 2025);
  EXPECT_EQ(units.number(at("batch"), c), 2026);
  EXPECT_TRUE(is_null(units.number(at("batch"), lone)));
  EXPECT_EQ(units.boolean(at("renewed"), m), 0);
  EXPECT_EQ(units.boolean(at("renewed"), c), 1);
  EXPECT_EQ(units.boolean(at("renewed"), lone), -1);
  EXPECT_EQ(units.boolean(at("renewed"), city), -1);
}

TEST(Units, EveryKindOfFaultIsReportedWithIds) {
  EXPECT_EQ(
      faults(frame({"a"}, {"town"}, {std::nullopt})),
      "units.unknown_level: units on a level the framework does not have: a (it has compound, "
      "community, city)\n");
  EXPECT_EQ(faults(frame({"a", "a"}, {"city", "city"}, {std::nullopt, std::nullopt})),
            "units.duplicate: units listed twice: a\n");
  EXPECT_EQ(faults(frame({"p", "q", "a", "a"}, {"city", "city", "compound", "compound"},
                         {std::nullopt, std::nullopt, "p", "q"})),
            "units.two_parents: units with two parents: a\n");
  EXPECT_EQ(faults(frame({"a"}, {"compound"}, {"x"})),
            "units.orphan: units whose parent is not listed: a\n");
  EXPECT_EQ(faults(frame({"a"}, {"compound"}, {"a"})),
            "units.cycle: units whose parents form a cycle: a\n");
  EXPECT_EQ(faults(frame({"a", "b", "c"}, {"compound", "community", "city"}, {"b", "c", "a"})),
            "units.cycle: units whose parents form a cycle: a, b, c\n");
  EXPECT_EQ(faults(frame({"a", "b"}, {"compound", "compound"}, {std::nullopt, "a"})),
            "units.wrong_level: units whose parent is not on a higher level: b\n");
  EXPECT_EQ(faults(frame({"a", "b"}, {"city", "compound"}, {"b", std::nullopt})),
            "units.wrong_level: units whose parent is not on a higher level: a\n");
  EXPECT_EQ(faults(frame({std::nullopt}, {"city"}, {std::nullopt})),
            "data.null_id: id is null in row 1\n");
  OwnedTable classes = frame({"a"}, {"city"}, {std::nullopt});
  classes.add_texts("class", {"huge"});
  EXPECT_EQ(
      faults(classes),
      "units.attribute_value: attribute class has values other than county, large: a = huge\n");
  OwnedTable without(1);
  without.add_texts("id", {"a"});
  EXPECT_EQ(faults(without),
            "data.missing_column: table units has no column level\n"
            "data.missing_column: table units has no column parent\n");
}

TEST(Units, AMissingColumnIsReportedWithTheNearestThatNobodyAskedFor) {
  OwnedTable without(1);
  without.add_texts("id", {"a"});
  without.add_texts("levels", {"city"});
  without.add_texts("class", {"large"});  // an attribute
  try {
    (void)Units::build(plan(), without.view());
    FAIL();
  } catch (const DataError& error) {
    ASSERT_EQ(error.issues().size(), 2u);
    EXPECT_EQ(error.issues()[0].place, "units/level");
    EXPECT_EQ(error.issues()[0].nearest, "levels");
    EXPECT_EQ(error.issues()[1].nearest, "");
  }
}

TEST(Units, FaultsOfOneReadingAreReportedTogether) {
  EXPECT_EQ(faults(frame({"a", "b", "c"}, {"compound", "compound", "compound"}, {"x", "b", "a"})),
            "units.orphan: units whose parent is not listed: a\n"
            "units.cycle: units whose parents form a cycle: b\n"
            "units.wrong_level: units whose parent is not on a higher level: c\n");
}

TEST(Units, ACycleOfAMillionUnitsIsRefusedCleanly) {
  constexpr std::size_t count = 1'000'000;
  Texts ids(count), levels(count, "compound"), parents(count);
  for (std::size_t i = 0; i < count; ++i) {
    ids[i] = "u" + std::to_string(i);
    parents[i] = "u" + std::to_string((i + 1) % count);
  }
  const std::string found = faults(frame(ids, levels, parents));
  EXPECT_EQ(found.substr(0, 12), "units.cycle:");
  EXPECT_NE(found.find("(1000000)"), std::string::npos);
  EXPECT_LT(found.size(), 1000U);
}

}  // namespace
}  // namespace tijian
