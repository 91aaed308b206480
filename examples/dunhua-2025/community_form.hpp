// The community form (社区): nine rows, sound answers first and what differs from them by
// community.
#ifndef EXAMPLES_DUNHUA_2025_COMMUNITY_FORM_HPP
#define EXAMPLES_DUNHUA_2025_COMMUNITY_FORM_HPP

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "csv_file.hpp"
#include "places.hpp"

namespace dunhua {

struct FormAnswer {
  std::string_view column;
  std::string_view value;  // empty: not asked
};

// A community where everything is in order. Gaps stand in the form itself or are left to be
// computed from demand and supply.
inline constexpr std::array sound_community = {
    FormAnswer{"area_ha", "86"},
    FormAnswer{"households", "4400"},
    FormAnswer{"is_new", "0"},
    FormAnswer{"elderly_built", "1"},
    FormAnswer{"elderly_area_ok", "1"},
    FormAnswer{"elderly_floor_m2", "620"},
    FormAnswer{"elderly_shared", ""},
    FormAnswer{"elderly_no_care", "0"},
    FormAnswer{"elderly_no_rehab", "0"},
    FormAnswer{"elderly_no_meals", "0"},
    FormAnswer{"elderly_no_home", "0"},
    FormAnswer{"elderly_no_leisure", "0"},
    FormAnswer{"elderly_no_other", ""},
    FormAnswer{"infant_built", "1"},
    FormAnswer{"infant_area_ok", "1"},
    FormAnswer{"infant_floor_m2", "260"},
    FormAnswer{"infant_shared", ""},
    FormAnswer{"infant_gap", "0"},
    FormAnswer{"kindergarten_built", "1"},
    FormAnswer{"kindergarten_area_ok", "1"},
    FormAnswer{"kindergarten_floor_m2", "2600"},
    FormAnswer{"kindergarten_shared", ""},
    FormAnswer{"kindergarten_site_m2", "3900"},
    FormAnswer{"kindergarten_classes", "9"},
    FormAnswer{"kindergarten_inclusive", "1"},
    FormAnswer{"kindergarten_gap", ""},
    FormAnswer{"school_gap", ""},
    FormAnswer{"pupils", "560"},
    FormAnswer{"school_places", "600"},
    FormAnswer{"parking_gap", "-12"},
    FormAnswer{"vehicles", "2400"},
    FormAnswer{"no_property_area", "0"},
    FormAnswer{"parking_spaces", "2412"},
    FormAnswer{"fire_lane_occupied", "0"},
    FormAnswer{"charger_gap", ""},
    FormAnswer{"charger_demand", "100"},
    FormAnswer{"private_piles", "40"},
    FormAnswer{"public_piles", "25"},
    FormAnswer{"venue_ok", "1"},
    FormAnswer{"venue_m2", "420"},
    FormAnswer{"green_ok", "1"},
    FormAnswer{"green_m2", "1900"},
    FormAnswer{"footway_bad_m", "0"},
    FormAnswer{"footway_broken", "0"},
    FormAnswer{"footway_narrow", "0"},
    FormAnswer{"footway_ponding", "0"},
    FormAnswer{"footway_slippery", "0"},
    FormAnswer{"footway_broken_off", "0"},
    FormAnswer{"footway_dark", "0"},
    FormAnswer{"footway_barrier", "0"},
};

inline constexpr FormAnswer minzhu_1[] = {
    // 10 private piles and 30 public ones that count threefold meet a demand of 100 exactly.
    {"private_piles", "10"},
    {"public_piles", "30"}};
inline constexpr FormAnswer minzhu_2[] = {
    {"elderly_built", "0"},  {"elderly_area_ok", ""},    {"elderly_floor_m2", ""},
    {"elderly_no_care", ""}, {"elderly_no_rehab", ""},   {"elderly_no_meals", ""},
    {"elderly_no_home", ""}, {"elderly_no_leisure", ""}, {"infant_built", "0"},
    {"infant_area_ok", ""},  {"infant_floor_m2", ""},    {"infant_gap", ""}};
inline constexpr FormAnswer minzhu_3[] = {{"elderly_area_ok", "0"},
                                          {"elderly_floor_m2", "180"},
                                          {"elderly_no_meals", "1"},
                                          {"infant_gap", "1"}};
inline constexpr FormAnswer minzhu_4[] = {
    {"kindergarten_built", "0"},  {"kindergarten_area_ok", ""}, {"kindergarten_floor_m2", ""},
    {"kindergarten_site_m2", ""}, {"kindergarten_classes", ""}, {"kindergarten_inclusive", ""},
    {"school_gap", "120"}};
inline constexpr FormAnswer bohai_1[] = {
    // "Compliant" with 300 m² where a new community needs 350; 150 m² of infant care, left to the
    // rule.
    {"is_new", "1"},        {"elderly_floor_m2", "300"},
    {"infant_area_ok", ""}, {"infant_floor_m2", "150"},
    {"venue_m2", "900"},    {"green_m2", "4500"}};
inline constexpr FormAnswer bohai_2[] = {{"kindergarten_area_ok", ""},
                                         {"kindergarten_floor_m2", "2100"},
                                         {"kindergarten_site_m2", "3600"},
                                         {"kindergarten_classes", "5"}};
inline constexpr FormAnswer bohai_3[] = {{"parking_gap", ""},
                                         {"vehicles", "2600"},
                                         {"parking_spaces", "2100"},
                                         {"fire_lane_occupied", "1"}};
inline constexpr FormAnswer bohai_4[] = {
    // Without property management a household needs one space, whatever is registered.
    {"parking_gap", ""},    {"no_property_area", "1"},  {"households", "4300"},
    {"vehicles", "1200"},   {"parking_spaces", "4000"}, {"charger_demand", "120"},
    {"public_piles", "20"}, {"footway_bad_m", "180"},   {"footway_ponding", "1"}};
inline constexpr FormAnswer bohai_5[] = {{"venue_ok", "0"},
                                         {"green_ok", "0"},
                                         {"footway_bad_m", "320"},
                                         {"footway_broken", "1"},
                                         {"footway_dark", "1"}};

inline constexpr std::array<std::span<const FormAnswer>, communities.size()> community_answers = {
    minzhu_1, minzhu_2, minzhu_3, minzhu_4, bohai_1, bohai_2, bohai_3, bohai_4, bohai_5};

// Items that hold, and indicators without items that miss their target, by community.
inline constexpr std::pair<std::string_view, std::string_view> community_problems[] = {
    {"syn-minzhu-2", "C10.1"}, {"syn-minzhu-2", "C11.1"}, {"syn-minzhu-3", "C10.2"},
    {"syn-minzhu-3", "C10.3"}, {"syn-minzhu-3", "C11.3"}, {"syn-minzhu-4", "C12.1"},
    {"syn-minzhu-4", "C13"},   {"syn-bohai-1", "C11.2"},  {"syn-bohai-2", "C12.2"},
    {"syn-bohai-2", "C12.3"},  {"syn-bohai-3", "C14.1"},  {"syn-bohai-3", "C14.2"},
    {"syn-bohai-4", "C14.1"},  {"syn-bohai-4", "C15"},    {"syn-bohai-4", "C18.3"},
    {"syn-bohai-5", "C17.1"},  {"syn-bohai-5", "C17.2"},  {"syn-bohai-5", "C18.1"},
    {"syn-bohai-5", "C18.6"},
};

inline constexpr std::uint64_t most_compounds = 500;

inline void write_communities(const std::filesystem::path& folder,
                              const std::array<std::uint64_t, communities.size()>& compounds,
                              FaultList& faults) {
  std::string header = "community_id,compounds,people";
  for (const auto& answer : sound_community) header.append(",").append(answer.column);
  CsvFile file(folder / "communities.csv", header);
  for (std::size_t i = 0; i < communities.size(); ++i) {
    file.cell(communities[i].id);
    file.cell(compounds[i]);
    file.cell(communities[i].people);
    for (const auto& sound : sound_community) {
      const auto own =
          std::find_if(community_answers[i].begin(), community_answers[i].end(),
                       [&](const FormAnswer& answer) { return answer.column == sound.column; });
      file.cell(own == community_answers[i].end() ? sound.value : own->value);
    }
    file.end_row();
    // A load of very many buildings leaves the form's limit behind, and the library must say so.
    if (compounds[i] > most_compounds) {
      faults.check("communities", communities[i].id, communities[i].id, "range:compounds");
    }
  }
  file.close();
  for (const auto& [community, item] : community_problems) {
    if (item.find('.') == std::string_view::npos) {
      faults.problem("communities", community, empty, item);
    } else {
      faults.problem("communities", community, community, item);
    }
  }
  faults.check("communities", std::string_view("syn-bohai-3"), std::string_view("syn-bohai-3"),
               "size");
  faults.check("communities", std::string_view("syn-bohai-1"), std::string_view("syn-bohai-1"),
               "elderly-size");
}

}  // namespace dunhua

#endif  // EXAMPLES_DUNHUA_2025_COMMUNITY_FORM_HPP
