// A rule book made in the program: nothing is linked, no JSON is read.
#include <iostream>
#include <tijian/tijian.hpp>

int main() {
  tijian::Framework framework;
  framework.id = "example";
  framework.version = "1";
  framework.year = 2025;
  framework.name.en = "Example";
  framework.dimensions = {{"housing", {"住房", "Housing"}}};
  framework.levels = {{"community", "housing", {"社区", "Community"}, {}}};

  tijian::Column corroded;
  corroded.id = "riser_corroded";
  corroded.type = tijian::Type::boolean;
  tijian::Table buildings;
  buildings.id = "buildings";
  buildings.level = "community";
  buildings.unit = "community";
  buildings.key = {"building"};
  buildings.columns = {corroded};
  framework.tables = {buildings};

  tijian::Item item;
  item.id = "H02.1";
  item.name.en = "Corroded riser";
  item.when = "riser_corroded";
  item.severity = "moderate";
  tijian::Indicator indicator;
  indicator.id = "H02";
  indicator.name.en = "Buildings with gas hazards";
  indicator.dimension = "housing";
  indicator.kind = tijian::Kind::floor;
  indicator.table = "buildings";
  indicator.items = {item};
  framework.indicators = {indicator};

  const tijian::Plan plan = tijian::compile(framework);
  tijian::OwnedTable places;
  places.add_texts("id", {"Minzhu"});
  places.add_texts("level", {"community"});
  places.add_texts("parent", {std::nullopt});
  tijian::OwnedTable survey;
  survey.add_texts("community", {"Minzhu", "Minzhu", "Minzhu"});
  survey.add_texts("building", {"M-1", "M-2", "M-3"});
  survey.add_booleans("riser_corroded", {true, false, std::nullopt});
  const auto units = tijian::Units::build(plan, places.view());
  const auto assessment = tijian::assess(plan, units, {{"buildings", survey.view()}});
  for (const tijian::Problem& problem : assessment.problems())
    std::cout << "tijian " << tijian::library_version << ": " << problem.unit << ' '
              << problem.object << ' ' << problem.item_name << '\n';
}
