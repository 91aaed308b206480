// Tallies a survey table of a shipped framework and assesses a city.
#include <iostream>
#include <tijian/json.hpp>
#include <tijian/tijian.hpp>

int main() {
  const tijian::Plan plan = tijian::compile(tijian::load_shipped("yichang-2025"));
  tijian::OwnedTable places;
  places.add_texts("id", {"yichang"});
  places.add_texts("level", {"city"});
  places.add_texts("parent", {std::nullopt});
  tijian::OwnedTable points;
  points.add_texts("city_id", {"yichang", "yichang", "yichang"});
  points.add_texts("point_id", {"P-1", "P-2", "P-3"});
  points.add_booleans("severe", {true, true, false});
  points.add_booleans("solved", {false, true, false});

  tijian::Tally tally(plan);
  tally.add("flood_points", points.view());
  const auto assessment = tally.assess(tijian::Units::build(plan, places.view()), {});
  for (const tijian::Problem& problem : assessment.problems())
    std::cout << "tijian " << tijian::library_version << ": " << plan.framework().id << ", plan "
              << plan.fingerprint() << ", " << problem.unit << ' ' << problem.indicator << ' '
              << problem.severity << '\n';
}
