#include "tijian/batches.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "tijian/assess.hpp"
#include "tijian/compile.hpp"
#include "tijian/json.hpp"
#include "tijian/table_digest.hpp"
#include "tijian/table_json_writer.hpp"

namespace tijian {
namespace {

constexpr char document[] = R"json({
 "tijian": 1, "id": "batches", "version": "1", "year": 2025, "name": {"en": "Batches"},
 "dimensions": [{"id": "housing", "name": {"en": "Housing"}}],
 "levels": [{"id": "community", "dimension": "housing"}, {"id": "city", "dimension": "housing"}],
 "tables": [{"id": "buildings", "level": "community", "unit": "community", "key": "building", "complete": true,
   "columns": [{"id": "age", "type": "number"}, {"id": "corroded", "type": "boolean"}],
   "checks": [{"id": "young", "expect": "age < 500", "on_fail": "refuse", "message": {"zh": "太老", "en": "too old"}}]}],
 "indicators": [
  {"id": "H02", "name": {"en": "Hazards"}, "dimension": "housing", "kind": "floor", "table": "buildings",
   "items": [{"id": "H02.1", "name": {"en": "Corroded riser"}, "when": "age >= 20 and corroded"}],
   "targets": [{"op": "<=", "value": 0}]},
  {"id": "H03", "name": {"en": "Age"}, "dimension": "housing", "kind": "guiding", "table": "buildings",
   "formula": "avg(age)", "targets": [{"op": "<=", "value": 25}]}]
})json";

struct Building {
  const char* community = "Minzhu";
  std::string id = "b";
  double age = 10;
  std::int64_t corroded = 0;
};

OwnedTable buildings(const std::vector<Building>& rows) {
  std::vector<std::optional<std::string>> communities, ids;
  std::vector<std::optional<double>> ages;
  std::vector<std::optional<std::int64_t>> corroded;
  for (const Building& row : rows) {
    communities.emplace_back(row.community);
    ids.emplace_back(row.id);
    ages.emplace_back(row.age);
    corroded.emplace_back(row.corroded);
  }
  OwnedTable table(static_cast<std::int64_t>(rows.size()));
  table.add_texts("community", communities);
  table.add_texts("building", ids);
  table.add_numbers("age", ages);
  table.add_integers("corroded", corroded);
  return table;
}

std::vector<Building> many(int count) {
  std::vector<Building> rows;
  for (int i = 0; i < count; ++i)
    rows.push_back({i % 3 == 0 ? "Bohai" : "Minzhu", "b-" + std::to_string(i),
                    static_cast<double>(i % 40) + 0.1, i % 7 == 0});
  return rows;
}

/// The rows in batches of `size`.
class InBatches {
 public:
  InBatches(const std::vector<Building>& rows, std::size_t size) {
    for (std::size_t first = 0; first < rows.size(); first += size) {
      const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = static_cast<std::ptrdiff_t>(std::min(size, rows.size() - first));
      tables_.push_back(buildings(std::vector<Building>(begin, begin + count)));
    }
    for (const OwnedTable& table : tables_) views_.push_back(table.view());
  }
  [[nodiscard]] Batches source() const {
    return [this, next = std::size_t{0}]() mutable {
      return next < views_.size() ? &views_[next++] : nullptr;
    };
  }

 private:
  std::vector<OwnedTable> tables_;
  std::vector<TableView> views_;
};

Plan plan() {
  static const Plan made = compile(parse_framework(document));
  return made;
}

Units units() {
  OwnedTable table;
  table.add_texts("id", {"Minzhu", "Bohai", "Dunhua"});
  table.add_texts("level", {"community", "community", "city"});
  table.add_texts("parent", {"Dunhua", "Dunhua", std::nullopt});
  return Units::build(plan(), table.view());
}

std::string text_of(const ResultTable& table) {
  std::string json;
  write_json(table, [&json](std::string_view piece) { json += piece; });
  return json;
}

/// The first issue with which `call` is refused.
template <class Call>
Issue issue_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.issues().at(0);
  }
  ADD_FAILURE() << "not refused";
  return {};
}

TEST(Batches, TallyHasTheSameBitsHoweverRowsAreCut) {
  const auto rows = many(5000);
  Tally whole(plan());
  whole.add("buildings", buildings(rows).view());
  for (const std::size_t size : {1U, 7U, 1000U, 4999U, 5000U}) {
    const InBatches batches(rows, size);
    for (const int threads : {1, 3}) {
      Tally tally(plan());
      tally.add("buildings", batches.source(), {threads});
      EXPECT_EQ(tally.digest(), whole.digest()) << size << " rows a batch, " << threads;
    }
  }
}

TEST(Batches, WhatFailsInTheLastBatchTakesBackAllOfThem) {
  auto rows = many(300);
  rows[299].age = 500;
  const InBatches batches(rows, 100);
  Tally tally(plan());
  tally.add("buildings", buildings(many(10)).view());
  const std::string before = tally.digest();
  EXPECT_THROW(tally.add("buildings", batches.source()), DataError);
  EXPECT_EQ(tally.digest(), before);
}

TEST(Batches, RowsAreCountedOnOverBatches) {
  auto refused = many(250), not_boolean = many(250), too_large = many(250);
  refused[217].age = 500;
  not_boolean[217].corroded = 2;
  const InBatches refused_batches(refused, 100), not_boolean_batches(not_boolean, 100);
  Tally tally(plan());
  EXPECT_EQ(issue_of([&] { tally.add("buildings", refused_batches.source()); }).place,
            "buildings/218");
  for (const bool screening : {false, true}) {
    const Issue issue = issue_of([&] {
      if (screening)
        (void)screen(plan(), "buildings", not_boolean_batches.source());
      else
        tally.add("buildings", not_boolean_batches.source());
    });
    EXPECT_EQ(issue.code, "data.not_boolean");
    EXPECT_NE(issue.message.en.find("row 218"), std::string::npos) << issue.message.en;
  }
  // 2^53 + 1 in row 218 of a column that is read as a number.
  std::vector<std::int64_t> first(100, 1), second(117, 1), third(10, 1);
  second.push_back((std::int64_t{1} << 53) + 1);
  std::vector<TableView> views;
  const std::vector<std::optional<std::string>> names(118, "Minzhu");
  OwnedTable communities(118);
  communities.add_texts("community", names);
  std::vector<OwnedTable> tables(2);
  for (std::size_t t = 0; t < 2; ++t) {
    std::vector<std::int64_t> ages = t == 0 ? first : second;
    const auto count = ages.size();
    tables[t].add_texts("community", std::vector<std::optional<std::string>>(count, "Minzhu"));
    tables[t].add_texts("building", std::vector<std::optional<std::string>>(count, "b"));
    tables[t].add_integers("age", std::move(ages));
    tables[t].add_integers("corroded", std::vector<std::int64_t>(count, 0));
    views.push_back(tables[t].view());
  }
  const Issue issue = issue_of([&] {
    tally.add("buildings", [&, next = std::size_t{0}]() mutable {
      return next < views.size() ? &views[next++] : nullptr;
    });
  });
  EXPECT_EQ(issue.code, "data.too_large");
  EXPECT_NE(issue.message.en.find("row 218"), std::string::npos) << issue.message.en;
}

TEST(Batches, ASourceWithoutBatchesSaysThatTheTableIsThere) {
  Tally tally(plan());
  tally.add("buildings", [] { return nullptr; });
  const Assessment supplied = tally.assess(units(), {});
  EXPECT_EQ(supplied.problems().size(), 0U);
  const ResultTable values = supplied.table("values");
  EXPECT_EQ(values.number(4, 0), 0) << "a complete table without rows has none with a hazard";
}

TEST(Batches, UnknownTablesAreRefusedEvenWithoutABatch) {
  Tally tally(plan());
  for (const bool screening : {false, true}) {
    const Issue issue = issue_of([&] {
      if (screening)
        (void)screen(plan(), "building", [] { return nullptr; });
      else
        tally.add("building", [] { return nullptr; });
    });
    EXPECT_EQ(issue.code, "data.unknown_table");
    EXPECT_EQ(issue.nearest, "buildings");
  }
}

TEST(Batches, ScreenGivesTheSameRowsHoweverTheyAreCut) {
  const auto rows = many(3000);
  const Screened whole = screen(plan(), "buildings", buildings(rows).view());
  EXPECT_GT(whole.problems.rows(), 100U);
  for (const std::size_t size : {1U, 999U, 3000U}) {
    const InBatches batches(rows, size);
    const Screened screened = screen(plan(), "buildings", batches.source());
    EXPECT_EQ(text_of(screened.problems), text_of(whole.problems));
  }
}

// A thread is woken for 65,536 rows each.
TEST(Batches, ScreenGivesTheSameRowsOnAnyNumberOfThreads) {
  auto rows = many(280'000);
  const OwnedTable table = buildings(rows);
  const Screened one = screen(plan(), "buildings", table.view());
  EXPECT_GT(one.problems.rows(), 10'000U);
  for (const int threads : {2, 3, 4}) {
    AddOptions options;
    options.threads = threads;
    const Screened several =
        screen(plan(), "buildings", one_batch(table.view()), Language::zh, options);
    EXPECT_EQ(table_digest(several.problems), table_digest(one.problems)) << threads;
    EXPECT_EQ(table_digest(several.checks), table_digest(one.checks)) << threads;
    const InBatches batches(rows, 140'000);
    const Screened pieces = screen(plan(), "buildings", batches.source(), Language::zh, options);
    EXPECT_EQ(table_digest(pieces.problems), table_digest(one.problems)) << threads;
  }
  // The same fault in the rows of two threads is one; the first of the rows is named.
  rows[120'000].corroded = rows[250'000].corroded = 2;
  AddOptions options;
  options.threads = 4;
  const OwnedTable faulty = buildings(rows);
  try {
    (void)screen(plan(), "buildings", one_batch(faulty.view()), Language::zh, options);
    ADD_FAILURE() << "2 is no boolean";
  } catch (const DataError& error) {
    ASSERT_EQ(error.issues().size(), 1U);
    const Issue& issue = error.issues().front();
    EXPECT_EQ(issue.code, "data.not_boolean");
    EXPECT_NE(issue.message.en.find("row 120001"), std::string::npos) << issue.message.en;
  }
}

TEST(Batches, AssessReadsEachBatchOnceForValuesAndObjects) {
  const auto rows = many(3000);
  const OwnedTable table = buildings(rows);
  const Assessment whole = assess(plan(), units(), {{"buildings", table.view()}});
  const InBatches batches(rows, 70);
  int read = 0;
  const Batches source = batches.source();
  const Assessment batched = assess_batches(plan(), units(), {{"buildings", [&] {
                                                                 ++read;
                                                                 return source();
                                                               }}});
  EXPECT_EQ(read, 3000 / 70 + 2) << "43 batches and the end";
  for (const std::string& name : whole.tables())
    EXPECT_EQ(text_of(batched.table(name)), text_of(whole.table(name))) << name;
}

TEST(Batches, ProgressIsToldHoweverSmallBatchesAre) {
  const InBatches batches(many(200'000), 1000);
  std::vector<double> told;
  AddOptions options;
  options.total_rows = 200'000;
  options.progress = [&](double done) {
    told.push_back(done);
    return true;
  };
  Tally tally(plan());
  tally.add("buildings", batches.source(), options);
  ASSERT_EQ(told.size(), 3U) << "each 65,536 rows, by whole batches";
  EXPECT_DOUBLE_EQ(told[0], 66'000.0 / 200'000);
  EXPECT_DOUBLE_EQ(told[2], 198'000.0 / 200'000);
  told.clear();
  (void)screen(plan(), "buildings", batches.source(), Language::en, options);
  EXPECT_EQ(told.size(), 3U);
  told.clear();
  options.total_rows = 0;
  tally.add("buildings", batches.source(), options);
  EXPECT_EQ(told, (std::vector<double>{-1, -1, -1})) << "nobody knows how much there is";
}

TEST(Batches, ProgressOfAssessRisesToOne) {
  const InBatches batches(many(150'000), 1000);
  std::vector<double> told;
  AssessOptions options;
  options.total_rows = 150'000;
  options.progress = [&](double done) {
    told.push_back(done);
    return true;
  };
  (void)assess_batches(plan(), units(), {{"buildings", batches.source()}}, options);
  ASSERT_GT(told.size(), 3U);
  for (std::size_t i = 1; i < told.size(); ++i) EXPECT_LE(told[i - 1], told[i]);
  EXPECT_EQ(told.back(), 1);
}

TEST(Batches, AnyCallbackThatSaysNoCancels) {
  const InBatches batches(many(200'000), 1000);
  AddOptions options;
  options.progress = [](double) { return false; };
  Tally tally(plan());
  const std::string before = tally.digest();
  EXPECT_THROW(tally.add("buildings", batches.source(), options), Cancelled);
  EXPECT_THROW((void)screen(plan(), "buildings", batches.source(), Language::en, options),
               Cancelled);
  EXPECT_EQ(tally.digest(), before);
}

TEST(Batches, AStopIsSeenEvenAmongBatchesWithoutRows) {
  std::stop_source source;
  const OwnedTable none = buildings({});
  const TableView view = none.view();
  int given = 0;
  const Batches endless = [&]() -> const TableView* {
    if (++given == 3) source.request_stop();
    if (given > 1000) return nullptr;
    return &view;
  };
  AddOptions options;
  options.stop = source.get_token();
  Tally tally(plan());
  EXPECT_THROW(tally.add("buildings", endless, options), Cancelled);
  EXPECT_LE(given, 4);
  given = 2;
  EXPECT_THROW((void)screen(plan(), "buildings", endless, Language::en, options), Cancelled);
  EXPECT_LE(given, 4);
  AssessOptions assess_options;
  assess_options.stop = source.get_token();
  EXPECT_THROW((void)tally.assess(units(), assess_options), Cancelled);
}

TEST(Batches, AYearThatNoCalendarHasIsRefused) {
  const Tally tally(plan());
  for (const int year : {-5, 10'000, std::numeric_limits<int>::min()}) {
    AssessOptions options;
    options.year = year;
    EXPECT_EQ(issue_of([&] { (void)tally.assess(units(), options); }).code, "data.year_range");
  }
}

}  // namespace
}  // namespace tijian
