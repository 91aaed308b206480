// What streets and departments hand in: small tables that do not grow with the number of buildings.
#ifndef EXAMPLES_DUNHUA_2025_CITY_TABLES_HPP
#define EXAMPLES_DUNHUA_2025_CITY_TABLES_HPP

#include <filesystem>
#include <string_view>

#include "csv_file.hpp"

namespace dunhua {

struct FixedTable {
  std::string_view name;
  std::string_view text;  // header and rows
};

// Boundaries are on purpose: 3 vehicles and 10 bicycles count, 2 and 9 do not; a sports ground of
// exactly 3,150 m² open for exactly 12 hours complies.
inline constexpr FixedTable fixed_tables[] = {
    {"blocks",
     "block_id,people,area_km2,residential_km2,school_km2,park_km2\n"
     "syn-block-minzhu,45900,3.4,2.8,2.1,2.52\n"
     "syn-block-bohai,53900,4.1,3.4,2.992,2.72\n"},
    {"sports_grounds",
     "block_id,ground_id,built,site_m2,open_hours\n"
     "syn-block-minzhu,syn-ground-1,1,3150,12\n"
     "syn-block-minzhu,syn-ground-2,0,,\n"
     "syn-block-bohai,syn-ground-3,1,2900,10\n"},
    {"culture_centres",
     "block_id,centre_id,built,floor_m2,functions_ok\n"
     "syn-block-minzhu,syn-centre-1,1,2999,1\n"
     "syn-block-bohai,syn-centre-2,1,3000,0\n"},
    {"roads_parking",
     "block_id,road_id,road_name,motor_row,bikes\n"
     "syn-block-minzhu,syn-road-1,合成一路,3,0\n"
     "syn-block-minzhu,syn-road-2,合成二路,2,9\n"
     "syn-block-bohai,syn-road-3,合成三路,0,10\n"
     "syn-block-bohai,syn-road-4,合成四路,7,24\n"
     "syn-block-bohai,syn-road-5,合成五路,0,0\n"},
    {"old_areas",
     "block_id,area_id,kind,needs_renewal,area_m2\n"
     "syn-block-minzhu,syn-area-1,commercial,1,12000\n"
     "syn-block-minzhu,syn-area-2,factory,0,34000\n"
     "syn-block-bohai,syn-area-3,living,1,56000\n"},
    {"sewage_plants", "city_id,plant_id,inflow_m3d,bod_mgl\nsyn-dunhua,syn-plant-1,45000,120\n"},
    // Complete registers: the empty one says that there is none.
    {"black_water", "city_id,water_id,treated\n"},
    {"flood_points",
     "city_id,point_id,severe,solved\n"
     "syn-dunhua,syn-point-1,1,1\n"
     "syn-dunhua,syn-point-2,1,0\n"
     "syn-dunhua,syn-point-3,0,0\n"},
    {"roads",
     "city_id,road_id,class,length_km\n"
     "syn-dunhua,syn-road-a,arterial,62.5\n"
     "syn-dunhua,syn-road-b,sub_arterial,71.25\n"
     "syn-dunhua,syn-road-c,branch,97.75\n"
     "syn-dunhua,syn-road-d,other,40\n"},
    {"road_segments",
     "city_id,segment_id,class,peak,vehicles,length_km,travel_h,pcu_km\n"
     "syn-dunhua,syn-segment-1,arterial,am,400,2.5,40,1100\n"
     "syn-dunhua,syn-segment-1,arterial,pm,420,2.5,50,1150\n"
     "syn-dunhua,syn-segment-2,arterial,am,300,1.5,20,500\n"
     "syn-dunhua,syn-segment-2,arterial,pm,310,1.5,20,520\n"},
    {"urban_villages",
     "city_id,village_id,needs_renewal,done_this_year\n"
     "syn-dunhua,syn-village-1,1,1\n"
     "syn-dunhua,syn-village-2,1,0\n"
     "syn-dunhua,syn-village-3,0,0\n"},
    {"pumps",
     "city_id,pump_id,capacity_m3h\n"
     "syn-dunhua,syn-pump-1,2000\n"
     "syn-dunhua,syn-pump-2,1200\n"},
    {"bridges",
     "city_id,bridge_id,rating\n"
     "syn-dunhua,syn-bridge-1,A\n"
     "syn-dunhua,syn-bridge-2,C\n"
     "syn-dunhua,syn-bridge-3,D\n"},
    {"high_rises",
     "city_id,building_id,dwelling,height_m,single_storey,warning_system\n"
     "syn-dunhua,syn-tower-1,1,27,,0\n"
     "syn-dunhua,syn-tower-2,1,54.5,,1\n"
     "syn-dunhua,syn-tower-3,0,24.5,0,1\n"
     "syn-dunhua,syn-tower-4,0,30,1,0\n"
     "syn-dunhua,syn-tower-5,1,99,,0\n"},
    {"city_figures",
     "city_id,greenway_km2,pitch_km2,residential_km2,culture_m2,green_started_m2,"
     "started_m2,affordable_started,dwellings_started,deaths,projects,emergency_water,daily_water,"
     "gas_renewed_km,gas_planned_km,gas_old_km,fire_covered_km2,built_land_km2,shelter_m2,"
     "pipes_monitored_km,pipes_km,projects_connected,risky_monitored,risky_works,matters,"
     "matters_on_time,platform_km2\n"
     "syn-dunhua,9,4,12,38000,61000,61000,90,600,0,42,30000,60000,9,10,25,21,25,492000,"
     "60,320,42,18,18,8400,8200,28\n"},
    {"road_services",
     "city_id,separated_km,drain_km,lamps_ok,lamps\nsyn-dunhua,148,210,11880,12000\n"},
};

struct FixedFault {
  std::string_view table;
  std::string_view unit;
  std::string_view object;  // empty: the unit as a whole misses the target
  std::string_view item;
};

inline constexpr FixedFault fixed_problems[] = {
    {"blocks", "syn-block-bohai", "", "B25"},
    {"sports_grounds", "syn-block-minzhu", "syn-ground-2", "B23.1"},
    {"sports_grounds", "syn-block-bohai", "syn-ground-3", "B23.2"},
    {"sports_grounds", "syn-block-bohai", "syn-ground-3", "B23.3"},
    {"culture_centres", "syn-block-minzhu", "syn-centre-1", "B24.2"},
    {"culture_centres", "syn-block-bohai", "syn-centre-2", "B24.3"},
    {"roads_parking", "syn-block-minzhu", "syn-road-1", "B26.1"},
    {"roads_parking", "syn-block-bohai", "syn-road-3", "B26.2"},
    {"roads_parking", "syn-block-bohai", "syn-road-4", "B26.1"},
    {"roads_parking", "syn-block-bohai", "syn-road-4", "B26.2"},
    {"sewage_plants", "syn-dunhua", "", "U30"},
    {"flood_points", "syn-dunhua", "syn-point-2", "U47.1"},
    {"bridges", "syn-dunhua", "syn-bridge-3", "U51.1"},
    {"city_figures", "syn-dunhua", "", "U52"},
    {"high_rises", "syn-dunhua", "", "U57"},
};

inline void write_fixed_tables(const std::filesystem::path& folder, FaultList& faults) {
  for (const auto& table : fixed_tables) {
    const auto end = table.text.find('\n');
    CsvFile file(folder / (std::string(table.name) + ".csv"), table.text.substr(0, end));
    file.text(table.text.substr(end + 1));
    file.close();
  }
  for (const auto& fault : fixed_problems) {
    faults.problem(fault.table, fault.unit, fault.object, fault.item);
  }
  // Under 50,000 people: too small for a block.
  faults.check("blocks", std::string_view("syn-block-minzhu"), std::string_view("syn-block-minzhu"),
               "size");
}

}  // namespace dunhua

#endif  // EXAMPLES_DUNHUA_2025_CITY_TABLES_HPP
