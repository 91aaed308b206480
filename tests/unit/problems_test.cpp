// The order of the problem ledger's rows, whatever order the objects come in.
#include "tijian/problems.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "reference/small_city.hpp"

namespace tijian {
namespace {

using Place = std::tuple<std::uint32_t, std::string, std::uint32_t, std::uint32_t, std::uint32_t>;

std::vector<Place> places(const std::vector<small_city::Building>& buildings) {
  const Assessment assessment =
      small_city::assess(small_city::framework(), small_city::units(), {}, &buildings);
  std::vector<Place> found;
  for (const ProblemRow& row : assessment.data().problems)
    found.emplace_back(row.unit, row.object, row.series, row.item, row.rule);
  return found;
}

/// Names some of which begin others, are equal in their first eight bytes, or are not ASCII.
std::vector<small_city::Building> many_buildings() {
  std::vector<small_city::Building> buildings;
  for (int i = 0; i < 2000; ++i)
    buildings.push_back(
        {"c-" + std::to_string(1 + i * 7 % 3),
         (i % 5 == 0 ? "楼" : "") +
             std::string("buildingsof").substr(0, static_cast<std::size_t>(i % 12)) +
             std::to_string(i),
         i % 4 == 0, i % 6 == 0});
  return buildings;
}

TEST(Problems, AreSortedByUnitObjectAndItem) {
  std::vector<small_city::Building> buildings = many_buildings();
  const std::vector<Place> first = places(buildings);
  ASSERT_GT(first.size(), 800U);
  EXPECT_TRUE(std::is_sorted(first.begin(), first.end()));
  std::mt19937 random(1);
  for (int order = 0; order < 5; ++order) {
    std::shuffle(buildings.begin(), buildings.end(), random);
    EXPECT_EQ(places(buildings), first) << order;
  }
  // As the ledger has them, so that nothing is left to sort; and from the last to the first.
  std::sort(buildings.begin(), buildings.end(),
            [](const small_city::Building& a, const small_city::Building& b) {
              return std::tie(a.compound, a.id) < std::tie(b.compound, b.id);
            });
  EXPECT_EQ(places(buildings), first);
  std::reverse(buildings.begin(), buildings.end());
  EXPECT_EQ(places(buildings), first);
}

TEST(Problems, OfOneObjectAreEachItsOwn) {
  const std::vector<Place> found = places({{"c-1", "b", true, true}});
  const auto of_object = [](const Place& place) { return std::get<1>(place) == "b"; };
  EXPECT_EQ(std::count_if(found.begin(), found.end(), of_object), 2);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
}

}  // namespace
}  // namespace tijian
