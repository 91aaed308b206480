#include "tijian/tally_bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "reference/saved_tally.hpp"
#include "tijian/assess.hpp"
#include "tijian/compile.hpp"
#include "tijian/json.hpp"
#include "tijian/owned_table.hpp"

namespace tijian {
namespace {

using reference::refusal;
using reference::SavedTally;

const std::string golden_folder = std::string(TJ_SOURCE_DIR) + "/tests/golden/formats/0.1.0/";

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A table with one count slot more than its rows, and no sums.
constexpr const char* small_document = R"json({
  "tijian": 1, "id": "small", "version": "1", "year": 2025, "name": {"en": "small"},
  "dimensions": [{"id": "d", "name": {"en": "d"}}],
  "levels": [{"id": "low", "dimension": "d"}, {"id": "high", "dimension": "d"}],
  "tables": [{"id": "t", "level": "low", "unit": "u", "columns": [{"id": "b", "type": "boolean"}]}],
  "indicators": [
    {"id": "I1", "name": {"en": "1"}, "dimension": "d", "kind": "fact", "table": "t",
     "formula": "count(*) filter (where b)"}]
})json";

const Plan& golden_plan() {
  static const Plan plan = compile(parse_framework(content(golden_folder + "framework.json")));
  return plan;
}
const Plan& small_plan() {
  static const Plan plan = compile(parse_framework(small_document));
  return plan;
}

struct Row {
  std::optional<std::string> unit;
  std::optional<double> floors;
  std::optional<bool> stairs;
  std::optional<double> cost;
  std::optional<std::string> letter;
};

const std::vector<Row>& golden_rows() {
  static const std::vector<Row> rows = {{"c-1", 3, true, 1e300, "A"},
                                        {"c-1", 6, false, 1, "C"},
                                        {"c-2", 5, std::nullopt, -1e300, std::nullopt},
                                        {"c-2", std::nullopt, false, -2.5, "E"},
                                        {std::nullopt, 1, true, 0, std::nullopt}};
  return rows;
}

OwnedTable table_of(const std::vector<Row>& rows) {
  std::vector<std::optional<std::string>> units, letters;
  std::vector<std::optional<double>> floors, cost;
  std::vector<std::optional<bool>> stairs;
  for (const Row& row : rows) {
    units.push_back(row.unit);
    floors.push_back(row.floors);
    stairs.push_back(row.stairs);
    cost.push_back(row.cost);
    letters.push_back(row.letter);
  }
  OwnedTable table(static_cast<std::int64_t>(rows.size()));
  table.add_texts("compound_id", units);
  table.add_numbers("floors", floors);
  table.add_booleans("stairs", stairs);
  table.add_numbers("cost", cost);
  table.add_texts("letter", letters);
  return table;
}

OwnedTable no_incidents() {
  OwnedTable table(0);
  table.add_texts("city_id", std::vector<std::optional<std::string>>());
  table.add_booleans("severe", std::vector<std::optional<bool>>());
  return table;
}

Tally golden_tally() {
  Tally tally(golden_plan());
  tally.add("buildings", table_of(golden_rows()).view());
  tally.add("incidents", no_incidents().view());
  return tally;
}

/// Only c-1, so that its sum stays wide.
Tally wide_tally() {
  Tally tally(golden_plan());
  tally.add("buildings", table_of({golden_rows()[0], golden_rows()[1]}).view());
  return tally;
}

Tally small_tally() {
  Tally tally(small_plan());
  OwnedTable table(3);
  table.add_texts("u", {"u1", "u1", "u2"});
  table.add_booleans("b", {true, false, true});
  tally.add("t", table.view());
  return tally;
}

Units golden_units() {
  OwnedTable table(3);
  table.add_texts("id", {"c-1", "c-2", "city-1"});
  table.add_texts("level", {"compound", "compound", "city"});
  table.add_texts("parent", {"city-1", "city-1", std::nullopt});
  return Units::build(golden_plan(), table.view());
}

std::string code(const Plan& plan, std::string_view bytes) {
  return refusal([&] { return load_tally(plan, bytes); });
}

// ---- round trips --------------------------------------------------------------------------------

TEST(TallyBytes, SavedAndLoadedAreTheSame) {
  const Tally empty(golden_plan());
  const Tally golden = golden_tally(), wide = wide_tally(), small = small_tally();
  for (const Tally* tally : {&empty, &golden, &wide, &small}) {
    const std::string bytes = save_tally(*tally);
    const Tally loaded = load_tally(tally->plan(), bytes);
    EXPECT_EQ(save_tally(loaded), bytes);
    EXPECT_EQ(loaded.digest(), tally->digest());
    for (std::size_t t = 0; t < 2 && t < tally->plan()->tables.size(); ++t)
      EXPECT_EQ(loaded.supplied(t), tally->supplied(t));
  }
}

TEST(TallyBytes, TheDigestIsTheChecksum) {
  const Tally tally = golden_tally();
  const std::string bytes = save_tally(tally);
  EXPECT_EQ(tally.digest(), sha256_hex(bytes.substr(0, bytes.size() - 32)));
}

TEST(TallyBytes, AreCanonicalOverOrdersSplitsAndSavingInBetween) {
  std::mt19937_64 random(20261126);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < 200; ++i) {
    Row row;
    row.unit = "u" + std::to_string(random() % 9);
    if (random() % 4 != 0) row.floors = static_cast<double>(random() % 100) / 7;
    if (random() % 4 != 0) row.stairs = random() % 2 == 0;
    // Pairs that cancel: some orders make a wide sum on the way, others never.
    row.cost = i % 2 == 0 ? std::ldexp(1.0, static_cast<int>(random() % 300)) : -*rows[i - 1].cost;
    if (i % 2 == 1) row.unit = rows[i - 1].unit;
    if (random() % 2 == 0) row.letter = std::string(1, static_cast<char>('A' + random() % 5));
    rows.push_back(row);
  }
  Tally whole(golden_plan());
  whole.add("buildings", table_of(rows).view());
  const std::string expected = save_tally(whole);
  for (int trial = 0; trial < 60; ++trial) {
    std::shuffle(rows.begin(), rows.end(), random);
    Tally all(golden_plan());
    for (std::size_t first = 0; first < rows.size();) {
      const std::size_t last = std::min(rows.size(), first + 1 + random() % 70);
      Tally part(golden_plan());
      const OwnedTable table = table_of({rows.begin() + static_cast<std::ptrdiff_t>(first),
                                         rows.begin() + static_cast<std::ptrdiff_t>(last)});
      part.add("buildings", table.view());
      // As between processes: what is merged has been saved and loaded.
      if (random() % 2 == 0)
        all.merge(load_tally(golden_plan(), save_tally(part)));
      else
        all.merge(part);
      if (random() % 3 == 0) all = load_tally(golden_plan(), save_tally(all));
      first = last;
    }
    ASSERT_EQ(save_tally(all), expected);
  }
}

TEST(TallyBytes, ASumIsWideOnlyWhereItHasToBe) {
  const SavedTally wide = SavedTally::parse(save_tally(wide_tally()), 2);
  ASSERT_EQ(wide.tables[0].keys.size(), 1U);
  const auto sums = wide.tables[0].keys[0].sums;
  EXPECT_EQ(std::count_if(sums.begin(), sums.end(), [](const auto& sum) { return sum.wide != 0; }),
            1);
  Tally cancelled = wide_tally();
  cancelled.add("buildings",
                table_of({{"c-1", std::nullopt, std::nullopt, -1e300, std::nullopt}}).view());
  const SavedTally small = SavedTally::parse(save_tally(cancelled), 2);
  for (const auto& sum : small.tables[0].keys[0].sums) EXPECT_EQ(sum.wide, 0);
}

TEST(TallyBytes, AreLaidOutAsTheDocumentSays) {
  for (const Tally& tally : {golden_tally(), wide_tally()}) {
    const std::string bytes = save_tally(tally);
    const SavedTally parsed = SavedTally::parse(bytes, 2);
    EXPECT_EQ(parsed.trailing, "");
    EXPECT_EQ(parsed.sealed(), bytes);
    EXPECT_EQ(hex_digits(parsed.fingerprint), tally.plan().fingerprint());
    EXPECT_EQ(parsed.tables[0].id, "buildings");
    EXPECT_EQ(parsed.tables[1].id, "incidents");
  }
  const SavedTally parsed = SavedTally::parse(save_tally(golden_tally()), 2);
  ASSERT_EQ(parsed.tables[0].keys.size(), 3U);
  EXPECT_EQ(parsed.tables[0].keys[0].key, "");
  EXPECT_EQ(parsed.tables[0].keys[1].key, "c-1");
  EXPECT_EQ(parsed.tables[0].keys[2].key, "c-2");
  EXPECT_EQ(parsed.tables[1].supplied, 1);
  EXPECT_EQ(parsed.tables[1].key_count, 0U);
}

// ---- damage -------------------------------------------------------------------------------------

TEST(TallyBytes, WithAnyBitChangedAreRefused) {
  for (const Tally& tally : {small_tally(), wide_tally(), golden_tally()}) {
    const std::string good = save_tally(tally);
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
      std::string bytes = good;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
      ASSERT_NE(code(tally.plan(), bytes), "loaded") << "bit " << bit;
    }
  }
}

TEST(TallyBytes, EndingAnywhereAreRefusedAlsoWithARightChecksum) {
  for (const Tally& tally : {small_tally(), wide_tally(), golden_tally()}) {
    const std::string good = save_tally(tally);
    for (std::size_t size = 0; size < good.size(); ++size)
      ASSERT_EQ(code(tally.plan(), good.substr(0, size)), "saved.corrupt") << size;
    const std::string body = good.substr(24, good.size() - 56);
    for (std::size_t size = 0; size < body.size(); ++size)
      ASSERT_EQ(code(tally.plan(), seal(SavedKind::tally, body.substr(0, size))), "saved.corrupt")
          << size;
    EXPECT_EQ(code(tally.plan(), good + "\n"), "saved.corrupt");
    EXPECT_EQ(code(tally.plan(), seal(SavedKind::tally, body + '\0')), "saved.corrupt");
  }
}

TEST(TallyBytes, OfAnotherKindVersionOrPlanSayWhich) {
  const std::string good = save_tally(small_tally());
  EXPECT_EQ(code(golden_plan(), good), "saved.other_plan");
  EXPECT_EQ(code(small_plan(), seal(SavedKind::assessment, good.substr(24, good.size() - 56))),
            "saved.foreign");
  std::string newer = good;
  newer[8] = 2;
  EXPECT_EQ(code(small_plan(), newer), "saved.newer");
}

TEST(TallyBytes, ForgedWithARightChecksumAreRefused) {
  const SavedTally good = SavedTally::parse(save_tally(golden_tally()), 2);
  ASSERT_EQ(code(golden_plan(), good.sealed()), "loaded");
  const auto forged = [&](const std::function<void(SavedTally&)>& change) {
    SavedTally tally = good;
    change(tally);
    return code(golden_plan(), tally.sealed());
  };
  using Change = std::function<void(SavedTally&)>;
  const auto table = [](SavedTally& tally) -> SavedTally::Table& { return tally.tables[0]; };
  const auto key = [](SavedTally& tally, std::size_t k = 1) -> SavedTally::Key& {
    return tally.tables[0].keys[k];
  };
  const std::uint64_t most = std::uint64_t{1} << 53;
  const std::vector<std::pair<const char*, Change>> corrupt = {
      {"table id", [&](SavedTally& t) { table(t).id = "Buildings"; }},
      {"number of counts", [&](SavedTally& t) { ++table(t).counts; }},
      {"number of sums", [&](SavedTally& t) { --table(t).sums; }},
      {"number of squares", [&](SavedTally& t) { ++table(t).squares; }},
      {"number of extremes", [&](SavedTally& t) { ++table(t).extremes; }},
      {"kind of an extreme", [&](SavedTally& t) { table(t).maximum[0] ^= 1; }},
      {"supplied is no flag", [&](SavedTally& t) { table(t).supplied = 2; }},
      {"rows without supply", [&](SavedTally& t) { table(t).supplied = 0; }},
      {"a key more", [&](SavedTally& t) { ++table(t).key_count; }},
      {"a key less", [&](SavedTally& t) { --table(t).key_count; }},
      {"keys without end", [&](SavedTally& t) { table(t).key_count = ~std::uint64_t{0}; }},
      {"keys that do not ascend",
       [&](SavedTally& t) { std::swap(table(t).keys[1], table(t).keys[2]); }},
      {"a key twice", [&](SavedTally& t) { key(t, 2).key = key(t, 1).key; }},
      {"a negative count", [&](SavedTally& t) { key(t).counts[0] = ~std::uint64_t{0}; }},
      {"a count beyond 2^53", [&](SavedTally& t) { key(t).counts[0] = most + 1; }},
      {"a key without rows", [&](SavedTally& t) { key(t).counts.assign(key(t).counts.size(), 0); }},
      {"more known rows than rows", [&](SavedTally& t) { key(t).counts[0] = 3; }},
      {"a form of a sum that does not exist", [&](SavedTally& t) { key(t).sums[0].wide = 2; }},
      {"a wide sum that fits the small form",
       [&](SavedTally& t) {
         for (auto& sum : key(t).sums)
           if (sum.wide != 0) sum.words.assign(34, 0);
       }},
      {"a negative count of squares", [&](SavedTally& t) { key(t).outside[0] = ~0ULL; }},
      {"more squares left out than rows", [&](SavedTally& t) { key(t).outside[0] = 3; }},
      {"an extreme that is no flag", [&](SavedTally& t) { key(t).extremes[0].present = 3; }},
      {"something behind the end", [&](SavedTally& t) { t.trailing = "x"; }},
  };
  for (const auto& [name, change] : corrupt) EXPECT_EQ(forged(change), "saved.corrupt") << name;
  EXPECT_EQ(forged([](SavedTally& t) { t.fingerprint[0] = 'x'; }), "saved.other_plan");
  // Each extreme: finite, no negative zero; where it is a letter, a whole number from 1 to 5.
  std::size_t letters = 0;
  for (std::size_t e = 0; e < good.tables[0].extremes; ++e) {
    const auto extreme = [&](double value) {
      return forged([&](SavedTally& t) { key(t).extremes[e] = {1, value}; });
    };
    for (const double bad : {HUGE_VAL, -HUGE_VAL, std::nan(""), -0.0})
      EXPECT_EQ(extreme(bad), "saved.corrupt") << e << ": " << bad;
    const bool letter = extreme(7) != "loaded";
    letters += letter ? 1 : 0;
    for (const double value : {0.0, 6.0, 1.5, 1e300, -1.0})
      EXPECT_EQ(extreme(value), letter ? "saved.corrupt" : "loaded") << e << ": " << value;
    for (const double value : {1.0, 5.0}) EXPECT_EQ(extreme(value), "loaded");
  }
  EXPECT_GE(letters, 2U);
  EXPECT_LT(letters, good.tables[0].extremes);
}

// ---- counts -------------------------------------------------------------------------------------

/// A tally of the small plan whose keys each have 2^53 rows.
std::string huge(const std::vector<std::string>& keys) {
  SavedTally tally = SavedTally::parse(save_tally(small_tally()), 1);
  SavedTally::Key key = tally.tables[0].keys[0];
  key.counts.assign(key.counts.size(), std::uint64_t{1} << 53);
  tally.tables[0].keys.clear();
  for (const std::string& name : keys) {
    key.key = name;
    tally.tables[0].keys.push_back(key);
  }
  tally.tables[0].key_count = keys.size();
  return tally.sealed();
}

TEST(TallyCounts, AMergeBeyond2To53IsRefusedAndChangesNothing) {
  Tally tally = load_tally(small_plan(), huge({"u1"}));
  const std::string before = tally.digest();
  const auto refused = [&](auto&& change) {
    try {
      change();
    } catch (const DataError& error) {
      return error.issues()[0].code + " " + error.issues()[0].place;
    }
    return std::string();
  };
  EXPECT_EQ(refused([&] { tally.merge(small_tally()); }), "data.too_many_rows t/u1");
  EXPECT_EQ(tally.digest(), before);
  EXPECT_EQ(refused([&] { tally.merge(tally); }), "data.too_many_rows t/u1");
  OwnedTable table(2);
  table.add_texts("u", {"u0", "u1"});
  table.add_booleans("b", {true, false});
  EXPECT_EQ(refused([&] { tally.add("t", table.view()); }), "data.too_many_rows t/u1");
  EXPECT_EQ(tally.digest(), before);
  // Elsewhere there is room.
  tally.merge(load_tally(small_plan(), huge({"u2"})));
  EXPECT_EQ(tally.state(0).rows(), 2U);
}

TEST(TallyCounts, BeyondItInAllAreRefusedByAssess) {
  std::vector<std::string> keys;
  for (int k = 0; k < 1100; ++k) keys.push_back("u" + std::to_string(10'000 + k));
  const Tally tally = load_tally(small_plan(), huge(keys));
  std::vector<std::optional<std::string>> ids(keys.begin(), keys.end()), levels(keys.size(), "low"),
      parents(keys.size(), "top");
  ids.emplace_back("top");
  levels.emplace_back("high");
  parents.emplace_back(std::nullopt);
  OwnedTable table(static_cast<std::int64_t>(ids.size()));
  table.add_texts("id", ids);
  table.add_texts("level", levels);
  table.add_texts("parent", parents);
  const Units units = Units::build(small_plan(), table.view());
  try {
    (void)tally.assess(units, {});
    FAIL();
  } catch (const DataError& error) {
    EXPECT_EQ(error.issues()[0].code, "data.too_many_rows");
    EXPECT_EQ(error.issues()[0].place, "t");
  }
  // One such unit can be assessed.
  const Tally one = load_tally(small_plan(), huge({"u10000"}));
  EXPECT_EQ(one.assess(units, {}).table("values").number(4, 0), 0x1p53);
}

TEST(TallyCounts, ForgedSumsDoNoHarm) {
  // Limbs of any content are a value: the sums wrap, variances are null, and nothing is NaN.
  SavedTally tally = SavedTally::parse(save_tally(golden_tally()), 2);
  for (auto& key : tally.tables[0].keys) {
    for (auto& sum : key.sums) sum = {1, std::vector<std::uint64_t>(34, 0x8000000000000001)};
    for (auto& sum : key.squares) sum = {1, std::vector<std::uint64_t>(34, 0xF00000000000000F)};
  }
  Tally loaded = load_tally(golden_plan(), tally.sealed());
  loaded.merge(loaded);
  const std::string bytes = save_tally(loaded);
  EXPECT_EQ(save_tally(load_tally(golden_plan(), bytes)), bytes);
  AssessOptions options;
  options.unknown_units = UnknownUnits::report;
  const ResultTable values = loaded.assess(golden_units(), options).table("values");
  for (std::size_t row = 0; row < values.rows(); ++row)
    if (const auto value = values.number(4, row)) {
      EXPECT_TRUE(std::isfinite(*value));
    }
}

// ---- the golden file ----------------------------------------------------------------------------

TEST(GoldenTally, IsWhatTheSameRowsGiveToday) {
  EXPECT_EQ(save_tally(golden_tally()), content(golden_folder + "tally.bin"));
}

TEST(GoldenTally, LoadsForEverAndIsSavedBackAsTheSameBytes) {
  const std::string bytes = content(golden_folder + "tally.bin");
  EXPECT_EQ(save_tally(load_tally(golden_plan(), bytes)), bytes);
}

TEST(GoldenTally, GivesTheValuesOfItsReadme) {
  const Tally tally = load_tally(golden_plan(), content(golden_folder + "tally.bin"));
  AssessOptions options;
  options.unknown_units = UnknownUnits::report;
  const Assessment result = tally.assess(golden_units(), options);
  const ResultTable values = result.table("values");
  const auto row_of = [&](const std::string& unit, const std::string& indicator) {
    for (std::size_t row = 0; row < values.rows(); ++row)
      if (values.text(0, row) == unit && values.text(2, row) == indicator) return row;
    ADD_FAILURE() << unit << " × " << indicator;
    return std::size_t{0};
  };
  const auto value = [&](const char* unit, const char* indicator) {
    return values.number(4, row_of(unit, indicator));
  };
  EXPECT_EQ(value("c-1", "H03"), 1);
  EXPECT_EQ(value("c-2", "H03"), 0);
  EXPECT_EQ(value("city-1", "H03"), 1);
  EXPECT_EQ(value("c-1", "A1"), 4.5);
  EXPECT_EQ(value("c-2", "A1"), 5);
  EXPECT_EQ(value("city-1", "A1"), 14.0 / 3);
  EXPECT_EQ(value("c-1", "A2"), 2.1213203435596424);
  EXPECT_EQ(value("c-2", "A2"), std::nullopt);
  EXPECT_EQ(value("city-1", "A2"), 1.5275252316519468);
  EXPECT_EQ(value("c-1", "A3"), 1e300);
  EXPECT_EQ(value("c-2", "A3"), -1e300);
  EXPECT_EQ(value("city-1", "A3"), -1.5);
  EXPECT_EQ(value("c-1", "A4"), 3);
  EXPECT_EQ(value("c-2", "A4"), 5);
  EXPECT_EQ(value("city-1", "A5"), 6);
  EXPECT_EQ(value("city-1", "U47"), 0);
  const std::size_t city = row_of("city-1", "H03");
  EXPECT_EQ(values.integer(7, city), 4);  // rows
  EXPECT_EQ(values.integer(8, city), 1);  // missing
  EXPECT_EQ(values.text(14, city), "E");
  EXPECT_EQ(values.text(14, row_of("c-1", "H03")), "C");
}

}  // namespace
}  // namespace tijian
