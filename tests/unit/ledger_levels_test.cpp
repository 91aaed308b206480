#include "tijian/ledger_levels.hpp"

#include <gtest/gtest.h>

#include "reference/small_city.hpp"

namespace tijian {
namespace {

using small_city::UnitRow;

constexpr std::uint32_t compound = 0, district = 1, city = 2;

struct Fixture {
  explicit Fixture(std::vector<UnitRow> units = small_city::units(),
                   std::optional<Ledger> ledger = std::nullopt)
      : assessment(make(std::move(units), std::move(ledger))), levels(assessment.data()) {}

  static Assessment make(std::vector<UnitRow> units, std::optional<Ledger> ledger) {
    Framework framework = small_city::framework();
    if (ledger) framework.ledgers.push_back(*ledger);
    return small_city::assess(framework, units);
  }
  [[nodiscard]] std::uint32_t unit(const char* id) const {
    return assessment.data().units.find(id);
  }

  Assessment assessment;
  LedgerLevels levels;
};

Ledger declared(std::string list, std::string split) {
  Ledger ledger;
  ledger.dimension = "housing";
  ledger.list_level = std::move(list);
  ledger.split_level = std::move(split);
  return ledger;
}

TEST(LedgerLevels, WithoutALedgerTheHighestLevelSplitOverTheNext) {
  const Fixture fixture;
  const LedgerLayout layout = fixture.levels.layout("housing");
  EXPECT_EQ(layout.ledger, nullptr);
  EXPECT_EQ(layout.list_level, city);
  EXPECT_EQ(layout.split_level, district);
}

TEST(LedgerLevels, AsDeclared) {
  const Fixture fixture(small_city::units(), declared("district", "compound"));
  const LedgerLayout layout = fixture.levels.layout("housing");
  ASSERT_NE(layout.ledger, nullptr);
  EXPECT_EQ(layout.list_level, district);
  EXPECT_EQ(layout.split_level, compound);
  // Of another dimension nothing is declared.
  EXPECT_EQ(fixture.levels.layout("city").list_level, city);
}

TEST(LedgerLevels, ADeclaredLedgerWithoutSplitHasNone) {
  const Fixture fixture(small_city::units(), declared("", ""));
  const LedgerLayout layout = fixture.levels.layout("housing");
  EXPECT_EQ(layout.list_level, city);
  EXPECT_EQ(layout.split_level, no_index);
}

TEST(LedgerLevels, LevelsWithoutUnitsFallBackToTheNextLower) {
  const std::vector<UnitRow> units = {{"c-1", "compound", "city-1", ""},
                                      {"city-1", "city", "", ""}};
  const Fixture no_district(units, declared("city", "district"));
  EXPECT_EQ(no_district.levels.layout("housing").list_level, city);
  EXPECT_EQ(no_district.levels.layout("housing").split_level, compound);
  const Fixture no_city({{"c-1", "compound", "", ""}}, declared("city", "district"));
  EXPECT_EQ(no_city.levels.layout("housing").list_level, compound);
  EXPECT_EQ(no_city.levels.layout("housing").split_level, no_index);
  // None lower: the next higher.
  const Fixture only_city({{"city-1", "city", "", ""}}, declared("district", "compound"));
  EXPECT_EQ(only_city.levels.layout("housing").list_level, city);
}

TEST(LedgerLevels, PeersAreNoUnitsToListBy) {
  const Fixture fixture({{"d-1", "district", "", ""}, {"peer", "city", "", "", true}});
  EXPECT_EQ(fixture.levels.layout("housing").list_level, district);
}

TEST(LedgerLevels, NoUnitsNoLevel) {
  const Fixture fixture(std::vector<UnitRow>{});
  EXPECT_EQ(fixture.levels.layout("housing").list_level, no_index);
  EXPECT_EQ(fixture.levels.layout("housing").split_level, no_index);
}

TEST(LedgerLevels, ASeriesIsListedWhereItHasResults) {
  const Fixture fixture;
  SeriesPlan series;
  series.levels = {compound, district, city};
  EXPECT_EQ(fixture.levels.list_level_of(series, city), city);
  EXPECT_EQ(fixture.levels.list_level_of(series, district), district);
  series.levels = {compound};
  EXPECT_EQ(fixture.levels.list_level_of(series, city), compound);
  series.levels = {district, city};
  EXPECT_EQ(fixture.levels.list_level_of(series, compound), district);
  series.levels = {};
  EXPECT_EQ(fixture.levels.list_level_of(series, city), no_index);
}

TEST(LedgerLevels, AProblemIsListedInItsAncestor) {
  std::vector<UnitRow> units = small_city::units();
  units.push_back({"c-8", "compound", "city-1", "直属小区"});
  units.push_back({"c-9", "compound", "", "飞地小区"});
  const Fixture fixture(units);
  const auto listed = [&](const char* id, std::uint32_t level) {
    return fixture.assessment.data().units.id(fixture.levels.listed_in(fixture.unit(id), level));
  };
  EXPECT_EQ(listed("c-1", city), "city-1");
  EXPECT_EQ(listed("c-1", district), "d-x");
  EXPECT_EQ(listed("c-1", compound), "c-1");
  EXPECT_EQ(listed("city-1", district), "city-1");  // lies above
  EXPECT_EQ(listed("c-8", district), "c-8");        // has no district
  EXPECT_EQ(listed("c-9", city), "c-9");            // has no city
  EXPECT_EQ(fixture.levels.ancestor(fixture.unit("c-1"), district), fixture.unit("d-x"));
  EXPECT_EQ(fixture.levels.ancestor(fixture.unit("c-8"), district), no_index);
  EXPECT_EQ(fixture.levels.ancestor(fixture.unit("c-9"), city), no_index);
}

TEST(LedgerLevels, BeneathIsWhatAWalkUpFinds) {
  std::vector<UnitRow> units = small_city::units();
  units.push_back({"c-8", "compound", "city-1", "直属小区"});
  const Fixture fixture(units);
  const Units& all = fixture.assessment.data().units;
  for (std::uint32_t unit = 0; unit < all.size(); ++unit)
    for (const std::uint32_t level : {compound, district}) {
      std::vector<std::uint32_t> expected;
      for (std::uint32_t u = 0; u < all.size(); ++u) {
        if (all.level(u) != level || u == unit) continue;
        std::uint32_t at = u;
        while (at != no_index && at != unit) at = all.parent(at);
        if (at == unit) expected.push_back(u);
      }
      EXPECT_EQ(fixture.levels.beneath(unit, level), expected) << all.id(unit) << " " << level;
    }
}

}  // namespace
}  // namespace tijian
