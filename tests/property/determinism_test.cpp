// One data set, any order, any partition, any number of threads: one digest.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tijian/assess.hpp"
#include "tijian/compile.hpp"
#include "tijian/fingerprint.hpp"
#include "tijian/json.hpp"
#include "tijian/tally.hpp"

namespace tijian {
namespace {

constexpr const char* document = R"json({
  "tijian": 1, "id": "sums", "version": "1", "year": 2025, "name": {"en": "sums"},
  "dimensions": [{"id": "d", "name": {"en": "d"}}],
  "levels": [{"id": "low", "dimension": "d"}, {"id": "high", "dimension": "d"}],
  "tables": [{"id": "t", "level": "low", "unit": "u",
    "columns": [{"id": "x", "type": "number"}, {"id": "y", "type": "number"},
                {"id": "b", "type": "boolean"}]}],
  "indicators": [
    {"id": "I1", "name": {"en": "1"}, "dimension": "d", "kind": "fact", "table": "t", "direction": "none",
     "formula": "sum(x)"},
    {"id": "I2", "name": {"en": "2"}, "dimension": "d", "kind": "fact", "table": "t", "direction": "none",
     "formula": "sum(x * y) filter (where b) / sum(abs(y))"},
    {"id": "I3", "name": {"en": "3"}, "dimension": "d", "kind": "fact", "table": "t", "direction": "none",
     "formula": "avg(x / y)"},
    {"id": "I4", "name": {"en": "4"}, "dimension": "d", "kind": "fact", "table": "t", "direction": "none",
     "formula": "stddev_samp(y)"},
    {"id": "I5", "name": {"en": "5"}, "dimension": "d", "kind": "fact", "table": "t", "direction": "none",
     "formula": "min(x) + max(y) - count(*) filter (where b or x > y)"},
    {"id": "I6", "name": {"en": "6"}, "dimension": "d", "kind": "fact", "table": "t", "direction": "none",
     "formula": "var_pop(x)"}]
})json";

struct Row {
  std::string unit;
  std::optional<double> x, y;
  std::optional<bool> b;
};

std::vector<Row> make_rows(std::size_t count, std::mt19937_64& random) {
  std::vector<Row> rows(count);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (Row& row : rows) {
    row.unit = "u" + std::to_string(random() % 7);
    // Exponents from far below the grid of the small sums to far above it, and cancelling pairs.
    const int exponent = static_cast<int>(random() % 5 == 0 ? random() % 400 : random() % 40) - 100;
    if (random() % 20 != 0) row.x = std::ldexp(unit(random), random() % 3 == 0 ? exponent : 10);
    if (random() % 20 != 0) row.y = std::round(unit(random) * 1e6) / 64;
    if (random() % 10 != 0) row.b = random() % 2 == 0;
  }
  for (std::size_t i = 0; i + 1 < count; i += 17)
    if (rows[i].x) rows[i + 1].x = -*rows[i].x;
  return rows;
}

OwnedTable table_of(const std::vector<Row>& rows, std::size_t first, std::size_t last) {
  std::vector<std::optional<std::string>> units;
  std::vector<std::optional<double>> x, y;
  std::vector<std::optional<bool>> b;
  for (std::size_t i = first; i < last; ++i) {
    units.emplace_back(rows[i].unit);
    x.push_back(rows[i].x);
    y.push_back(rows[i].y);
    b.push_back(rows[i].b);
  }
  OwnedTable table(static_cast<std::int64_t>(last - first));
  table.add_texts("u", units);
  table.add_numbers("x", x);
  table.add_numbers("y", y);
  table.add_booleans("b", b);
  return table;
}

std::string digest_of(const Tally& tally, const Units& units) {
  const ResultTable values = tally.assess(units, {}).table("values");
  std::string text = tally.digest();
  for (std::size_t row = 0; row < values.rows(); ++row) {
    const auto value = values.number(4, row);
    text += value ? kernels::shortest(*value) + "," : std::string("null,");
  }
  return sha256_hex(text);
}

class Determinism : public testing::Test {
 protected:
  Determinism() : plan(compile(parse_framework(document))), units(make_units()) {}

  Units make_units() const {
    OwnedTable table(8);
    table.add_texts("id", {"top", "u0", "u1", "u2", "u3", "u4", "u5", "u6"});
    table.add_texts("level", {"high", "low", "low", "low", "low", "low", "low", "low"});
    table.add_texts("parent", {std::nullopt, "top", "top", "top", "top", "top", "top", "top"});
    return Units::build(plan, table.view());
  }

  Plan plan;
  Units units;
};

TEST_F(Determinism, AThousandPermutationsAndPartitionsGiveOneDigest) {
  std::mt19937_64 random(20250410);
  std::vector<Row> rows = make_rows(1500, random);
  std::set<std::string> digests;
  for (int trial = 0; trial < 1000; ++trial) {
    std::shuffle(rows.begin(), rows.end(), random);
    std::vector<Tally> parts(1 + random() % 4, Tally(plan));
    for (std::size_t first = 0; first < rows.size();) {
      const std::size_t last = std::min(rows.size(), first + 1 + random() % 700);
      const OwnedTable table = table_of(rows, first, last);
      parts[random() % parts.size()].add("t", table.view(), {1 + trial % 4, nullptr});
      first = last;
    }
    std::shuffle(parts.begin(), parts.end(), random);
    while (parts.size() > 1) {
      parts[random() % (parts.size() - 1)].merge(parts.back());
      parts.pop_back();
    }
    digests.insert(digest_of(parts.front(), units));
  }
  EXPECT_EQ(digests.size(), 1U);
}

TEST_F(Determinism, OneToFourThreadsGiveOneDigest) {
  std::mt19937_64 random(7);
  const std::vector<Row> rows = make_rows(300'000, random);
  std::vector<Row> sorted = rows;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Row& a, const Row& b) { return a.unit < b.unit; });
  const OwnedTable shuffled_table = table_of(rows, 0, rows.size());
  const OwnedTable sorted_table = table_of(sorted, 0, sorted.size());
  std::set<std::string> digests;
  for (int threads = 1; threads <= 4; ++threads)
    for (const OwnedTable* table : {&shuffled_table, &sorted_table}) {
      Tally tally(plan);
      tally.add("t", table->view(), {threads, nullptr});
      digests.insert(digest_of(tally, units));
    }
  EXPECT_EQ(digests.size(), 1U);
}

TEST_F(Determinism, ARowMoreIsAnotherDigest) {
  std::mt19937_64 random(3);
  const std::vector<Row> rows = make_rows(200, random);
  Tally all(plan), fewer(plan);
  all.add("t", table_of(rows, 0, 200).view());
  fewer.add("t", table_of(rows, 0, 199).view());
  EXPECT_NE(all.digest(), fewer.digest());
}

TEST_F(Determinism, MergingATallyWithItselfDoublesIt) {
  std::mt19937_64 random(5);
  const std::vector<Row> rows = make_rows(300, random);
  Tally twice(plan), doubled(plan);
  const OwnedTable table = table_of(rows, 0, 300);
  twice.add("t", table.view());
  twice.add("t", table.view());
  doubled.add("t", table.view());
  doubled.merge(doubled);
  EXPECT_EQ(twice.digest(), doubled.digest());
}

TEST_F(Determinism, AFailedAddChangesNothing) {
  std::mt19937_64 random(9);
  const std::vector<Row> rows = make_rows(5000, random);
  Tally tally(plan);
  tally.add("t", table_of(rows, 0, 1000).view());
  const std::string before = tally.digest();
  OwnedTable bad(3);
  bad.add_texts("u", {"u9", "u9", "u9"});
  const std::vector<std::int64_t> large = {1, (std::int64_t{1} << 53) + 1, 3};
  TableView view = bad.view();
  view.rows = 3;
  view.columns.emplace_back("x", ColumnView::integers(large));
  view.columns.emplace_back("y", ColumnView::integers(large));
  view.columns.emplace_back("b", ColumnView::integers(large));
  EXPECT_THROW(tally.add("t", view), DataError);
  EXPECT_THROW(tally.add("nothing", view), DataError);
  const OwnedTable good = table_of(rows, 1000, 5000);
  TableView missing = good.view();
  missing.columns.pop_back();
  EXPECT_THROW(tally.add("t", missing), DataError);
  EXPECT_EQ(tally.digest(), before);
}

TEST_F(Determinism, CancellingLeavesTheTallyAsItWas) {
  std::mt19937_64 random(9);
  const std::vector<Row> rows = make_rows(200'000, random);
  const OwnedTable table = table_of(rows, 0, rows.size());
  Tally tally(plan);
  const std::string before = tally.digest();
  EXPECT_THROW(tally.add("t", table.view(), {2, [](double) { return false; }}), Cancelled);
  EXPECT_EQ(tally.digest(), before);
}

}  // namespace
}  // namespace tijian
