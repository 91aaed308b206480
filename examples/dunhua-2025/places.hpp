// The places: a city of four streets, two of them in this year's batch, with nine communities as
// the work plan names them, and as many compounds as the buildings need.
#ifndef EXAMPLES_DUNHUA_2025_PLACES_HPP
#define EXAMPLES_DUNHUA_2025_PLACES_HPP

#include <array>
#include <cstdint>
#include <string_view>

#include "csv_file.hpp"
#include "draw.hpp"

namespace dunhua {

inline constexpr std::string_view city_id = "syn-dunhua";

struct Community {
  std::string_view id;
  std::string_view name;
  std::string_view street;
  std::string_view street_name;
  std::uint64_t people;
};

// Minzhu 4, Bohai 5 (work plan); the head counts are invented. Bohai 3 is too large for a
// community.
inline constexpr std::array<Community, 9> communities = {{
    {"syn-minzhu-1", "合成民主一社区", "syn-minzhu", "民主街道", 11'800},
    {"syn-minzhu-2", "合成民主二社区", "syn-minzhu", "民主街道", 11'500},
    {"syn-minzhu-3", "合成民主三社区", "syn-minzhu", "民主街道", 10'900},
    {"syn-minzhu-4", "合成民主四社区", "syn-minzhu", "民主街道", 11'700},
    {"syn-bohai-1", "合成渤海一社区", "syn-bohai", "渤海街道", 9'800},
    {"syn-bohai-2", "合成渤海二社区", "syn-bohai", "渤海街道", 10'400},
    {"syn-bohai-3", "合成渤海三社区", "syn-bohai", "渤海街道", 12'900},
    {"syn-bohai-4", "合成渤海四社区", "syn-bohai", "渤海街道", 10'600},
    {"syn-bohai-5", "合成渤海五社区", "syn-bohai", "渤海街道", 10'200},
}};

// Where the survey is strikingly good (Minzhu 1, digital services) and bad (Bohai 2,
// age-friendliness).
inline constexpr std::size_t content_community = 0;
inline constexpr std::size_t discontent_community = 5;

inline constexpr std::uint64_t compounds_per_group = 4;
inline constexpr std::uint64_t place_table = 4;

// How many buildings the four compounds of a group have. Every group has exactly 4 × `mean`
// buildings, so the compound of any building is known without counting from the first.
constexpr std::array<std::uint64_t, compounds_per_group> compound_sizes(std::uint64_t seed,
                                                                        std::uint64_t group,
                                                                        std::uint64_t mean) {
  const Draw draw(seed, place_table, group);
  std::array<std::uint64_t, compounds_per_group> sizes{};
  std::uint64_t left = mean * compounds_per_group;
  for (std::uint64_t i = 0; i + 1 < compounds_per_group; ++i) {
    sizes[i] = mean - mean / 3 + draw.below(i, 2 * (mean / 3) + 1);
    if (sizes[i] > mean + mean / 4) sizes[i] = mean + mean / 4;  // leaves buildings for the last
    left -= sizes[i];
  }
  sizes.back() = left;
  return sizes;
}

constexpr std::size_t community_of(std::uint64_t compound) {
  return static_cast<std::size_t>(compound % communities.size());
}

class UnitsFile {
 public:
  explicit UnitsFile(const std::filesystem::path& folder)
      : file_(folder / "units.csv",
              "id,level,parent,name,admin_class,size_class,has_rail,has_expressway,eco_garden_city,"
              "built_km2,built_population,water_population,batch,buildings_due") {
    file_.text(
        "syn-dunhua,city,,敦化市（合成数据）,county,small,0,0,0,28,205000,190000,,\n"
        "syn-minzhu,street,syn-dunhua,民主街道（合成数据）,,,,,,,,,2025,\n"
        "syn-bohai,street,syn-dunhua,渤海街道（合成数据）,,,,,,,,,2025,\n"
        "syn-street-a,street,syn-dunhua,未检街道甲（合成数据）,,,,,,,,,2026,\n"
        "syn-street-b,street,syn-dunhua,未检街道乙（合成数据）,,,,,,,,,2026,\n"
        "syn-block-minzhu,block,syn-minzhu,民主街区（合成数据）,,,,,,,,,,\n"
        "syn-block-bohai,block,syn-bohai,渤海街区（合成数据）,,,,,,,,,,\n"
        "syn-block-a,block,syn-street-a,未检街区甲（合成数据）,,,,,,,,,,\n"
        "syn-block-b,block,syn-street-b,未检街区乙（合成数据）,,,,,,,,,,\n");
    for (const auto& community : communities) {
      file_.row(community.id, std::string_view("community"), community.street, community.name,
                empty, empty, empty, empty, empty, empty, empty, empty, empty, empty);
    }
  }

  void compound(const Id& id, std::uint64_t number, std::uint64_t buildings) {
    const Id name{"合成小区", number + 1};
    file_.row(id, std::string_view("compound"), communities[community_of(number)].id, name, empty,
              empty, empty, empty, empty, empty, empty, empty, empty, buildings);
  }

  void close() { file_.close(); }

 private:
  CsvFile file_;
};

}  // namespace dunhua

#endif  // EXAMPLES_DUNHUA_2025_PLACES_HPP
