// Writes survey tables shaped like the real forms of a city health check, SYNTHETIC from the first
// row to the last, with faults that the ledger must find (faults.csv). Deterministic; any length
// begins with the bytes of a shorter one; constant memory.

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "buildings.hpp"
#include "city_tables.hpp"
#include "community_form.hpp"
#include "compounds.hpp"
#include "csv_file.hpp"
#include "places.hpp"
#include "residents.hpp"

namespace dunhua {

struct Options {
  std::uint64_t buildings = 3'000;
  std::uint64_t seed = 2025;
  std::uint64_t compound_size = 25;  // mean number of buildings
  std::uint64_t residents = survey_minimum;
  bool list_faults = true;
  std::filesystem::path output;
};

constexpr std::string_view usage =
    "usage: generate --output DIR [--buildings 3000] [--seed 2025] [--compound-size 25]\n"
    "                [--residents 1500] [--no-fault-list]\n"
    "Writes synthetic survey tables of Dunhua 2025 into DIR (created if need be).\n";

std::uint64_t parse_number(std::string_view option, std::string_view text, std::uint64_t lowest,
                           std::uint64_t highest) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < lowest ||
      number > highest) {
    throw std::invalid_argument(std::string(option) + " takes a whole number from " +
                                std::to_string(lowest) + " to " + std::to_string(highest));
  }
  return number;
}

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view option = arguments[i];
    if (option == "--no-fault-list") {
      options.list_faults = false;
      continue;
    }
    if (i + 1 == count)
      throw std::invalid_argument("a value is missing after " + std::string(option));
    const std::string_view value = arguments[++i];
    if (option == "--output") {
      options.output = value;
    } else if (option == "--buildings") {
      options.buildings = parse_number(option, value, 1, 10'000'000'000);
    } else if (option == "--seed") {
      options.seed = parse_number(option, value, 0, ~std::uint64_t{0});
    } else if (option == "--compound-size") {
      options.compound_size = parse_number(option, value, 1, 1'000'000);
    } else if (option == "--residents") {
      options.residents = parse_number(option, value, survey_minimum, 1'000'000'000);
    } else {
      throw std::invalid_argument("unknown option " + std::string(option));
    }
  }
  if (options.output.empty()) throw std::invalid_argument("--output is missing");
  return options;
}

// Buildings, compounds and units in one pass. A compound that the last building leaves half
// surveyed is described whole (its form, its `buildings_due`), so its coverage is below 1.
void write_places(const Options& options, FaultList& faults) {
  Buildings buildings(options.output, options.seed, faults);
  Compounds compounds(options.output, options.seed, faults);
  UnitsFile units(options.output);
  std::array<std::uint64_t, communities.size()> compound_counts{};

  std::uint64_t next = 0;
  for (std::uint64_t compound = 0; next < options.buildings; ++compound) {
    const auto size = compound_sizes(options.seed, compound / compounds_per_group,
                                     options.compound_size)[compound % compounds_per_group];
    const Id id{"syn-c", compound + 1};
    CompoundSums sums;
    for (std::uint64_t row = 0; row < size; ++row, ++next) {
      const Building building = buildings.facts(next);
      sums.add(building);
      if (next < options.buildings) buildings.write(building, id, row);
    }
    compounds.write(compound, id, sums);
    units.compound(id, compound, size);
    ++compound_counts[community_of(compound)];
  }
  buildings.close();
  compounds.close();
  units.close();
  write_communities(options.output, compound_counts, faults);
}

void write_notice(const Options& options) {
  CsvFile notice(options.output / "SYNTHETIC.md", "# SYNTHETIC DATA / 合成数据");
  notice.text(
      "\nEvery figure in this folder was made by a program (examples/dunhua-2025/generate.cpp). "
      "None of it\n"
      "describes Dunhua or any real building, compound, community or person; all ids begin with "
      "`syn-`.\n"
      "本文件夹全部数据由程序生成，与敦化市及任何真实的楼栋、小区、社区、个人无关；所有编号以 "
      "`syn-` 开头。\n\n");
  notice.text("buildings " + std::to_string(options.buildings) + ", seed " +
              std::to_string(options.seed) + ", mean compound size " +
              std::to_string(options.compound_size) + ", residents " +
              std::to_string(options.residents) + "\n");
  notice.close();
}

void generate(const Options& options) {
  std::filesystem::create_directories(options.output);
  write_notice(options);
  FaultList faults(options.output, options.list_faults);
  write_places(options, faults);
  write_fixed_tables(options.output, faults);
  Residents(options.output, options.seed, faults).write(rows_for_sample(options.residents));
  faults.close();
}

}  // namespace dunhua

int main(int count, char** arguments) {
  dunhua::Options options;
  try {
    options = dunhua::parse(count, arguments);
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "generate: %s\n%s", error.what(), dunhua::usage.data());
    return 2;
  }
  try {
    dunhua::generate(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "generate: %s\n", error.what());
    return 1;
  }
  return 0;
}
