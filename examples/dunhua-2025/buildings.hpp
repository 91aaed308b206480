// The building form (楼栋): what a building is, what is wrong with it, and its row.
#ifndef EXAMPLES_DUNHUA_2025_BUILDINGS_HPP
#define EXAMPLES_DUNHUA_2025_BUILDINGS_HPP

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "csv_file.hpp"
#include "draw.hpp"
#include "places.hpp"

namespace dunhua {

inline constexpr std::int64_t survey_year = 2025;

using Answer = std::optional<bool>;          // empty: not asked
using Number = std::optional<std::int64_t>;  // empty: not asked
using Area = std::optional<Thousandths>;

struct Building {
  std::uint64_t number = 0;
  std::int64_t entrances = 1;
  std::int64_t dwellings = 1;
  std::int64_t built = 2000;
  std::int64_t floors = 1;
  std::int64_t residents = 0;
  std::int64_t residents_60 = 0;
  std::string_view structure;
  std::string_view kind;
  std::optional<std::string_view> review = "passed";
  std::string_view evidence = "C";
  Answer has_gas;
  // Structure
  bool wall_cracks = false, masonry_decay = false, load_bearing_removed = false;
  bool bay_window_added = false;
  // Gas; the year is empty where the form leaves it to the year of construction
  Number riser_year, lead_in_year, horizontal_year;
  Answer riser_bad, lead_in_bad, horizontal_bad;
  // Corridor
  bool stairs_bad = false, shaft_blocked = false, extinguisher_bad = false;
  bool corridor_clutter = false, corridor_bikes = false;
  Answer fire_door_bad, hydrant_bad, exit_sign_bad;
  // Envelope
  bool facade_bad = false, hanging_bad = false, window_bad = false, roof_leak = false;
  bool seepage = false;
  Area facade_hazard_m2;
  // Functions
  std::int64_t no_kitchen = 0, no_bath = 0;
  Number non_self_contained;
  bool water_pipe_bad = false, heating_short = false, cables_bad = false;
  bool lift_missing = false, entrance_bad = false, handrail_missing = false, needy_homes = false;
  // Energy
  Answer energy_flag, demolition_planned, energy_done;
  Number remaining_life;
  // Digital
  bool no_fibre = false, no_security = false, no_call_device = false;
  Answer no_smoke_alarm;
};

// The columns of randomness. Faults draw from `first_fault` on, so that a new fact above changes
// none.
enum Column : std::uint64_t {
  height_class,
  floor_count,
  year_built,
  entrance_count,
  dwelling_count,
  resident_count,
  elderly_count,
  structure_type,
  gas,
  riser_given,
  riser_delay,
  lead_in_given,
  horizontal_given,
  energy_answer,
  life_left,
  life_detail,
  counted_dwellings,
  position_east,
  position_north,
  review_state,
  faulty_building,
  data_fault,
  data_fault_kind,
  evidence_letter,
  facade_state,
  facade_area,
  amount,
  amount_other,
  detail,
  first_fault = 1000
};

inline constexpr std::uint64_t building_table = 1;

// Years in service at the check; the year of construction stands in where none was written down.
inline std::int64_t pipe_age(const Building& building, const Number& laid) {
  return survey_year - laid.value_or(building.built);
}

// A building without any fault. High-rises are new and concrete, low ones old: a county town.
inline Building sound_building(std::uint64_t number, const Draw& draw) {
  Building b;
  b.number = number;
  const auto height = draw.below(height_class, 100);
  std::int64_t per_floor = 2;
  if (height < 34) {
    b.floors = draw.between(floor_count, 1, 3);
    b.built = draw.between(year_built, 1962, 2004);
    b.kind = b.floors == 1 ? "bungalow" : "self_built";
    per_floor = draw.between(dwelling_count, 1, 3);
  } else if (height < 78) {
    b.floors = draw.between(floor_count, 4, 6);
    b.built = draw.between(year_built, 1980, 2009);
    b.entrances = draw.between(entrance_count, 1, 3);
  } else if (height < 92) {
    b.floors = draw.between(floor_count, 7, 9);
    b.built = draw.between(year_built, 1990, 2015);
    b.entrances = draw.between(entrance_count, 1, 3);
  } else {
    b.floors = draw.between(floor_count, 10, 33);
    b.built = draw.between(year_built, 2005, 2023);
    b.entrances = draw.between(entrance_count, 1, 2);
  }
  if (b.kind.empty()) b.kind = "apartment";
  b.structure = b.floors >= 7 ? "concrete" : draw.chance(structure_type, 150) ? "mixed" : "masonry";
  b.dwellings = b.floors * b.entrances * per_floor;
  b.residents = b.dwellings * draw.between(resident_count, 120, 220) / 100;
  b.residents_60 = b.residents * draw.between(elderly_count, 10, 45) / 100;

  b.has_gas = draw.chance(gas, b.floors <= 3 ? 150 : 930);
  if (*b.has_gas) {
    b.riser_bad = b.lead_in_bad = b.horizontal_bad = false;
    const auto laid = std::min(b.built + draw.between(riser_delay, 0, 8), survey_year - 1);
    if (draw.chance(riser_given, 700)) b.riser_year = laid;
    if (draw.chance(lead_in_given, 600)) b.lead_in_year = laid;
    if (draw.chance(horizontal_given, 600)) b.horizontal_year = laid;
  }
  if (b.floors >= 8) b.hydrant_bad = false;
  if (b.floors >= 10) b.fire_door_bad = b.exit_sign_bad = b.no_smoke_alarm = false;
  if (draw.chance(counted_dwellings, 500)) b.non_self_contained = 0;

  // Old buildings need no retrofit for one of four reasons; 19 years left is one short of the rule.
  if (draw.chance(energy_answer, 300)) {
    b.energy_flag = false;
  } else {
    b.demolition_planned = b.energy_done = false;
    b.remaining_life = draw.between(life_left, 20, 60);
    if (b.built < 2000) {
      switch (draw.below(life_detail, 3)) {
        case 0: b.remaining_life = draw.between(life_left, 5, 19); break;
        case 1: b.demolition_planned = true; break;
        default: b.energy_done = true; break;
      }
    }
  }
  return b;
}

// A fault that the form can record: where it can occur, how often among faulty buildings, how it is
// written. Shares follow the published counts of Yichang 2025 (8,302 buildings), rare ones raised
// so that 3,000 buildings hold each of them.
struct BuildingFault {
  std::string_view item;
  std::uint64_t per_mille;
  bool (*possible)(const Building&);
  void (*write)(Building&, const Draw&);
};

inline bool always(const Building&) { return true; }

inline constexpr std::array building_faults = {
    BuildingFault{"H01.1", 25, always, [](Building& b, const Draw&) { b.wall_cracks = true; }},
    BuildingFault{"H01.2", 25, always,
                  [](Building& b, const Draw&) { b.load_bearing_removed = true; }},
    BuildingFault{"H01.3", 25, [](const Building& b) { return b.structure != "concrete"; },
                  [](Building& b, const Draw&) { b.masonry_decay = true; }},
    BuildingFault{"H01.4", 20, always, [](Building& b, const Draw&) { b.bay_window_added = true; }},
    BuildingFault{"H02.1", 40,
                  [](const Building& b) { return *b.has_gas && pipe_age(b, b.riser_year) >= 20; },
                  [](Building& b, const Draw&) { b.riser_bad = true; }},
    BuildingFault{"H02.2", 30,
                  [](const Building& b) { return *b.has_gas && pipe_age(b, b.lead_in_year) >= 20; },
                  [](Building& b, const Draw&) { b.lead_in_bad = true; }},
    BuildingFault{
        "H02.3", 40,
        [](const Building& b) { return *b.has_gas && pipe_age(b, b.horizontal_year) >= 20; },
        [](Building& b, const Draw&) { b.horizontal_bad = true; }},
    BuildingFault{"H03.1", 80, always, [](Building& b, const Draw&) { b.stairs_bad = true; }},
    BuildingFault{"H03.2", 25, always, [](Building& b, const Draw&) { b.shaft_blocked = true; }},
    BuildingFault{"H03.3", 300, [](const Building& b) { return b.floors >= 10; },
                  [](Building& b, const Draw&) { b.fire_door_bad = true; }},
    BuildingFault{"H03.4", 300, [](const Building& b) { return b.floors >= 8; },
                  [](Building& b, const Draw&) { b.hydrant_bad = true; }},
    BuildingFault{"H03.5", 25, always, [](Building& b, const Draw&) { b.extinguisher_bad = true; }},
    BuildingFault{"H03.6", 250, [](const Building& b) { return b.floors >= 10; },
                  [](Building& b, const Draw&) { b.exit_sign_bad = true; }},
    BuildingFault{"H03.7", 42, always, [](Building& b, const Draw&) { b.corridor_clutter = true; }},
    BuildingFault{"H03.8", 40, always, [](Building& b, const Draw&) { b.corridor_bikes = true; }},
    BuildingFault{"H04.2", 25, always, [](Building& b, const Draw&) { b.hanging_bad = true; }},
    BuildingFault{"H04.3", 25, always, [](Building& b, const Draw&) { b.window_bad = true; }},
    BuildingFault{"H04.4", 245, always, [](Building& b, const Draw&) { b.roof_leak = true; }},
    BuildingFault{"H04.5", 152, always, [](Building& b, const Draw&) { b.seepage = true; }},
    BuildingFault{"H05.1", 20, always,
                  [](Building& b, const Draw& draw) {
                    b.no_kitchen = draw.between(amount, 1, 4);
                    b.non_self_contained = std::max(b.no_kitchen, b.no_bath);
                  }},
    BuildingFault{"H05.2", 35, always,
                  [](Building& b, const Draw& draw) {
                    b.no_bath = draw.between(amount_other, 1, 6);
                    b.non_self_contained = std::max(b.no_kitchen, b.no_bath);
                  }},
    BuildingFault{"H06.1", 157, always, [](Building& b, const Draw&) { b.water_pipe_bad = true; }},
    BuildingFault{"H06.2", 56, always, [](Building& b, const Draw&) { b.cables_bad = true; }},
    BuildingFault{"H06.3", 60, always, [](Building& b, const Draw&) { b.heating_short = true; }},
    BuildingFault{"H07.1", 60, [](const Building& b) { return b.floors >= 4 && b.floors <= 9; },
                  [](Building& b, const Draw&) { b.lift_missing = true; }},
    BuildingFault{"H07.2", 25, always, [](Building& b, const Draw&) { b.entrance_bad = true; }},
    BuildingFault{"H07.3", 25, always, [](Building& b, const Draw&) { b.handrail_missing = true; }},
    BuildingFault{"H07.4", 25, always, [](Building& b, const Draw&) { b.needy_homes = true; }},
    BuildingFault{"H08.1", 90, [](const Building& b) { return b.built < 2000; },
                  [](Building& b, const Draw& draw) {
                    b.demolition_planned = b.energy_done = false;
                    b.remaining_life = draw.between(amount, 20, 45);
                    b.energy_flag = draw.chance(detail, 500) ? Answer(true) : Answer();
                  }},
    BuildingFault{"H09.1", 20, always, [](Building& b, const Draw&) { b.no_fibre = true; }},
    BuildingFault{"H09.2", 30, always, [](Building& b, const Draw&) { b.no_security = true; }},
    BuildingFault{"H09.3", 250, [](const Building& b) { return b.floors >= 10; },
                  [](Building& b, const Draw&) { b.no_smoke_alarm = true; }},
    BuildingFault{"H09.4", 30, always, [](Building& b, const Draw&) { b.no_call_device = true; }},
};

// Damage to the façade is graded by its area: exactly 10 and 30 m² belong to the middle grade. An
// item of severity `none` (H04.0: no hazard) is counted and is no problem.
inline std::string_view damage_facade(Building& b, const Draw& draw) {
  const auto state = draw.below(facade_state, 1000);
  if (state >= 320) return {};
  b.facade_bad = true;
  if (state < 136) {
    b.facade_hazard_m2 = Thousandths{draw.between(facade_area, 1, 9'999)};
    return "H04.1a";
  }
  if (state < 191) {
    constexpr std::array<std::int64_t, 2> edges = {10'000, 30'000};
    const auto edge = draw.below(detail, 4);
    b.facade_hazard_m2 =
        Thousandths{edge < 2 ? edges[edge] : draw.between(facade_area, 10'000, 30'000)};
    return "H04.1b";
  }
  if (state < 253) {
    b.facade_hazard_m2 = Thousandths{draw.between(facade_area, 30'001, 400'000)};
    return "H04.1c";
  }
  if (state < 280) return "H04.1x";
  b.facade_hazard_m2 = Thousandths{0};
  return "H04.0";
}

// Faults of the form itself: impossible answers that a data check must name.
struct FormFault {
  std::string_view check;
  std::string_view problem;  // item that the wrong answer nevertheless makes true
  bool (*possible)(const Building&);
  void (*write)(Building&, const Draw&);
};

inline constexpr std::array form_faults = {
    FormFault{
        "riser-before-built",
        {},
        [](const Building& b) { return *b.has_gas; },
        [](Building& b, const Draw& draw) { b.riser_year = b.built - draw.between(amount, 1, 9); }},
    FormFault{"gas-asked",
              {},
              [](const Building& b) { return !*b.has_gas; },
              [](Building& b, const Draw&) { b.riser_bad = false; }},
    FormFault{"built-in-future",
              {},
              [](const Building& b) { return !*b.has_gas; },
              [](Building& b, const Draw&) { b.built = survey_year + 1; }},
    FormFault{"elderly-share",
              {},
              always,
              [](Building& b, const Draw& draw) {
                b.residents_60 = b.residents + draw.between(amount, 1, 9);
              }},
    FormFault{"smoke-asked",
              {},
              [](const Building& b) { return b.floors < 10; },
              [](Building& b, const Draw& draw) { b.no_smoke_alarm = draw.chance(detail, 500); }},
    FormFault{"facade-area",
              {},
              always,
              [](Building& b, const Draw& draw) {
                b.facade_hazard_m2 = Thousandths{draw.between(facade_area, 1'000, 60'000)};
              }},
    FormFault{"kitchen-bath", "H05.2", always,
              [](Building& b, const Draw& draw) {
                b.no_bath = draw.between(amount, 2, 6);
                b.non_self_contained = 1;
              }},
    FormFault{"range:built", {}, always, [](Building& b, const Draw&) { b.built = 1066; }},
    FormFault{"range:residents", {}, always, [](Building& b, const Draw&) { b.residents = -1; }},
    // A missing area does not hide the damage: it is counted as "not measured".
    FormFault{"range:facade_hazard_m2", "H04.1x", always,
              [](Building& b, const Draw&) {
                b.facade_bad = true;
                b.facade_hazard_m2 = Thousandths{60'000'000};
              }},
    FormFault{"range:floors",
              {},
              [](const Building& b) { return b.floors < 8; },
              [](Building& b, const Draw&) { b.floors = 250; }},
};

class Buildings {
 public:
  Buildings(const std::filesystem::path& folder, std::uint64_t seed, FaultList& faults)
      : seed_(seed),
        faults_(faults),
        file_(
            folder / "buildings.csv",
            "compound_id,building_id,residence_no,unit_count,built,floors,residents,residents_60,"
            "lon,lat,"
            "structure,kind,review,evidence,wall_cracks,masonry_decay,load_bearing_removed,"
            "bay_window_added,has_gas,riser_year,riser_bad,lead_in_year,lead_in_bad,horizontal_"
            "year,"
            "horizontal_bad,stairs_bad,shaft_blocked,fire_door_bad,hydrant_bad,extinguisher_bad,"
            "exit_sign_bad,corridor_clutter,corridor_bikes,facade_bad,facade_hazard_m2,hanging_bad,"
            "window_bad,roof_leak,seepage,no_kitchen_dwellings,no_bath_dwellings,non_self_"
            "contained,"
            "water_pipe_bad,heating_short,cables_bad,lift_missing,entrance_bad,handrail_missing,"
            "needy_homes,energy_flag,remaining_life,demolition_planned,energy_done,no_fibre,"
            "no_security,no_smoke_alarm,no_call_device") {}

  // The facts of a building, which its compound sums up whether or not the row was handed in.
  Building facts(std::uint64_t number) const {
    return sound_building(number, Draw(seed_, building_table, number));
  }

  void write(Building b, const Id& compound, std::uint64_t row_in_compound) {
    const Draw draw(seed_, building_table, b.number);
    const Id object{"syn-b", b.number + 1};
    const auto state = draw.below(review_state, 1000);
    if (state < 12) {
      // Not passed by the reviewer: nothing on this row may count, however bad it looks.
      b.review = state < 8 ? "rejected" : "submitted";
      b.wall_cracks = b.corridor_clutter = b.roof_leak = b.cables_bad = true;
      faults_.check("buildings", compound, object, "reviewed");
      faults_.decoy("buildings", compound, object, "H01.1", "not passed by the reviewer");
    } else {
      if (state < 18) b.review.reset();  // no state recorded: counts
      if (draw.chance(faulty_building, 120)) {
        damage(b, draw, compound, object);
      } else if (draw.chance(data_fault, 40)) {
        spoil(b, draw, compound, object);
      } else if (*b.has_gas && pipe_age(b, b.riser_year) < 20 && draw.chance(detail, 40)) {
        b.riser_bad = true;
        faults_.decoy("buildings", compound, object, "H02.1",
                      "corroded but under 20 years in service");
      }
    }
    write_row(b, draw, compound, object, row_in_compound);
  }

  void close() { file_.close(); }

 private:
  void damage(Building& b, const Draw& draw, const Id& compound, const Id& object) {
    const bool lead = draw.chance(evidence_letter, 40);
    if (lead) b.evidence = "E";  // a machine's first guess: a lead until somebody has looked
    const std::string_view confirmation = lead ? "lead" : "";
    bool any = false;
    std::uint64_t column = first_fault;
    for (const auto& fault : building_faults) {
      if (!draw.chance(column++, fault.per_mille) || !fault.possible(b)) continue;
      fault.write(b, draw);
      // Residents there are content with digital services: a rule sees little demand.
      const bool suppressed =
          fault.item.starts_with("H09") && community_of(compound.number - 1) == content_community;
      faults_.problem("buildings", compound, object, fault.item, confirmation,
                      suppressed ? "suppressed" : "problem");
      any = true;
    }
    const auto facade = damage_facade(b, draw);
    if (facade == "H04.0") {
      faults_.decoy("buildings", compound, object, facade, "façade damage without hazard");
    } else if (!facade.empty()) {
      faults_.problem("buildings", compound, object, facade, confirmation);
      any = true;
    }
    if (!any) {
      b.roof_leak = true;
      faults_.problem("buildings", compound, object, "H04.4", confirmation);
    }
  }

  void spoil(Building& b, const Draw& draw, const Id& compound, const Id& object) {
    const auto& fault = form_faults[draw.below(data_fault_kind, form_faults.size())];
    if (!fault.possible(b)) return;
    fault.write(b, draw);
    faults_.check("buildings", compound, object, fault.check);
    if (!fault.problem.empty()) faults_.problem("buildings", compound, object, fault.problem);
  }

  void write_row(const Building& b, const Draw& draw, const Id& compound, const Id& object,
                 std::uint64_t row_in_compound) {
    // Somewhere in the valley of the Mudan: the positions are as synthetic as the rest.
    const Thousandths east{draw.between(position_east, 128'190, 128'270)};
    const Thousandths north{draw.between(position_north, 43'350, 43'390)};
    file_.row(compound, object, row_in_compound + 1, b.entrances, b.built, b.floors, b.residents,
              b.residents_60, east, north, b.structure, b.kind, b.review, b.evidence, b.wall_cracks,
              b.masonry_decay, b.load_bearing_removed, b.bay_window_added, b.has_gas, b.riser_year,
              b.riser_bad, b.lead_in_year, b.lead_in_bad, b.horizontal_year, b.horizontal_bad,
              b.stairs_bad, b.shaft_blocked, b.fire_door_bad, b.hydrant_bad, b.extinguisher_bad,
              b.exit_sign_bad, b.corridor_clutter, b.corridor_bikes, b.facade_bad,
              b.facade_hazard_m2, b.hanging_bad, b.window_bad, b.roof_leak, b.seepage, b.no_kitchen,
              b.no_bath, b.non_self_contained, b.water_pipe_bad, b.heating_short, b.cables_bad,
              b.lift_missing, b.entrance_bad, b.handrail_missing, b.needy_homes, b.energy_flag,
              b.remaining_life, b.demolition_planned, b.energy_done, b.no_fibre, b.no_security,
              b.no_smoke_alarm, b.no_call_device);
  }

  std::uint64_t seed_;
  FaultList& faults_;
  CsvFile file_;
};

}  // namespace dunhua

#endif  // EXAMPLES_DUNHUA_2025_BUILDINGS_HPP
