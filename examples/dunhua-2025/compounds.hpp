// The compound form (小区): sums of its buildings, and what it lacks.
#ifndef EXAMPLES_DUNHUA_2025_COMPOUNDS_HPP
#define EXAMPLES_DUNHUA_2025_COMPOUNDS_HPP

#include <algorithm>
#include <array>
#include <cstdint>

#include "buildings.hpp"
#include "csv_file.hpp"
#include "draw.hpp"

namespace dunhua {

inline constexpr std::uint64_t compound_table = 2;

struct CompoundSums {
  std::int64_t buildings = 0;
  std::int64_t dwellings = 0;
  std::int64_t residents = 0;
  std::int64_t residents_60 = 0;
  std::int64_t first_built = survey_year;
  std::array<std::int64_t, 4> by_floors{};  // 1–3, 4–6, 7–9, 10 and more

  void add(const Building& b) {
    ++buildings;
    dwellings += b.dwellings;
    residents += b.residents;
    residents_60 += b.residents_60;
    first_built = std::min(first_built, b.built);
    ++by_floors[b.floors <= 3 ? 0 : b.floors <= 6 ? 1 : b.floors <= 9 ? 2 : 3];
  }
};

class Compounds {
 public:
  Compounds(const std::filesystem::path& folder, std::uint64_t seed, FaultList& faults)
      : seed_(seed),
        faults_(faults),
        file_(
            folder / "compounds.csv",
            "compound_id,compound_type,built,renewal,property_flag,floor_area,dwellings,residents,"
            "residents_60,buildings_total,buildings_1_3,buildings_4_6,buildings_7_9,buildings_10,"
            "ebike_built,"
            "ebike_need,ebike_existing,waste_no_bins,waste_mixed,waste_no_point,smart_no_lockers,"
            "smart_no_security,smart_no_platform") {}

  void write(std::uint64_t number, const Id& id, const CompoundSums& sums) {
    const Draw draw(seed_, compound_table, number);
    std::uint64_t column = 0;
    const auto faulty = [&](std::string_view item, std::uint64_t per_mille) {
      const bool holds = draw.chance(column++, per_mille);
      if (holds) faults_.problem("compounds", id, id, item);
      return holds;
    };
    // The flag reads the other way round: 0 has property management, 1 has none.
    const bool no_property_management = faulty("C20.1", 200);
    const bool ebike_built = !faulty("C16.1", 120);
    const auto ebike_need = sums.dwellings / 10 + 1;
    auto ebike_existing = Number(ebike_need + draw.between(column++, 0, 5));
    if (!ebike_built) {
      ebike_existing.reset();  // asked only where there is one
    } else if (faulty("C16.2", 90)) {
      ebike_existing = ebike_need - 1;
    }
    const bool no_bins = faulty("C19.1", 40);
    const bool mixed = faulty("C19.2", 50);
    const bool no_point = faulty("C19.3", 40);
    const bool no_lockers = faulty("C21.1", 90);
    const bool no_security = faulty("C21.2", 90);
    const bool no_platform = faulty("C21.3", 90);
    auto buildings = sums.buildings;
    if (draw.chance(column++, 30)) {
      ++buildings;  // the parts no longer add up
      faults_.check("compounds", id, id, "parts");
    }
    const auto type = draw.below(column++, 4);
    const auto renewal = sums.first_built >= 2005 ? 4 : draw.between(column, 1, 3);
    file_.row(id, type, sums.first_built, renewal, no_property_management, sums.dwellings * 82,
              sums.dwellings, sums.residents, sums.residents_60, buildings, sums.by_floors[0],
              sums.by_floors[1], sums.by_floors[2], sums.by_floors[3], ebike_built, ebike_need,
              ebike_existing, no_bins, mixed, no_point, no_lockers, no_security, no_platform);
  }

  void close() { file_.close(); }

 private:
  std::uint64_t seed_;
  FaultList& faults_;
  CsvFile file_;
};

}  // namespace dunhua

#endif  // EXAMPLES_DUNHUA_2025_COMPOUNDS_HPP
