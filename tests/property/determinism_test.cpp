// One data set, any order, any partition, any number of threads: one digest.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tijian/assess.hpp"
#include "tijian/compile.hpp"
#include "tijian/fingerprint.hpp"
#include "tijian/json.hpp"
#include "tijian/native_kernels.hpp"
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

std::vector<Row> sorted_by_unit(std::vector<Row> rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.unit < b.unit; });
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

TEST_F(Determinism, AnyCpuThreadsBatchesAndOrderGiveOneDigest) {
  std::mt19937_64 random(7);
  const auto digests_of = [&](std::size_t count, const std::vector<std::size_t>& batch_sizes,
                              const std::vector<int>& thread_counts) {
    const std::vector<Row> rows = make_rows(count, random);
    const std::vector<Row> sorted = sorted_by_unit(rows);
    std::set<std::string> digests;
    for (const kernels::KernelTable* table_of_cpu : runnable_kernels()) {
      const Plan of_cpu = compile(parse_framework(document), *table_of_cpu);
      for (const std::vector<Row>* order : {&std::as_const(rows), &sorted})
        for (const std::size_t batch_rows : batch_sizes) {
          std::vector<OwnedTable> tables;
          for (std::size_t first = 0; first < count; first += batch_rows)
            tables.push_back(table_of(*order, first, std::min(count, first + batch_rows)));
          for (const int threads : thread_counts) {
            Tally tally(of_cpu);
            std::size_t next = 0;
            TableView view;
            tally.add("t",
                      [&]() -> const TableView* {
                        if (next == tables.size()) return nullptr;
                        view = tables[next++].view();
                        return &view;
                      },
                      {threads, nullptr});
            digests.insert(digest_of(tally, units));
          }
        }
    }
    return digests.size();
  };
  EXPECT_EQ(digests_of(200'000, {65'536, 200'000}, {1, 2, 3, 8}), 1U);
  EXPECT_EQ(digests_of(20'000, {7, 1000}, {1, 4}), 1U);
  EXPECT_EQ(digests_of(2'000, {1}, {1}), 1U);
}

// Records of many units, with numbers that outgrow their grid from tile to tile.
TEST_F(Determinism, ManyUnitsInAnyOrderGiveTheDigestOfSortedOnes) {
  std::mt19937_64 random(17);
  std::vector<Row> rows = make_rows(60'000, random);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].unit = std::to_string(random() % 3000);
    if (rows[i].x && i % 3 == 0) *rows[i].x *= std::ldexp(1, static_cast<int>(i / 4096) * 9 - 40);
  }
  const std::vector<Row> sorted = sorted_by_unit(rows);
  std::set<std::string> digests;
  for (const kernels::KernelTable* table_of_cpu : runnable_kernels()) {
    const Plan of_cpu = compile(parse_framework(document), *table_of_cpu);
    for (const std::vector<Row>* order : {&std::as_const(rows), &sorted})
      for (const int threads : {1, 3}) {
        Tally tally(of_cpu);
        tally.add("t", table_of(*order, 0, rows.size()).view(), {threads, nullptr});
        digests.insert(tally.digest());
      }
  }
  Tally one_by_one(plan);
  for (std::size_t i = 0; i < rows.size(); i += 100)
    one_by_one.add("t", table_of(rows, i, i + 100).view());
  digests.insert(one_by_one.digest());
  EXPECT_EQ(digests.size(), 1U);
}

/// Columns are parted among threads, more of which can be asked for than there are columns.
TEST_F(Determinism, TablesOfManyUnitsAreTheSameFromAnyNumberOfThreads) {
  std::string judged = document;
  const std::string fact = R"("kind": "fact", "table": "t", "direction": "none")";
  judged.replace(judged.find(fact), fact.size(),
                 R"("kind": "guiding", "table": "t", "direction": "higher",
                    "targets": [{"op": ">=", "value": 0}])");
  const Plan with_target = compile(parse_framework(judged));
  std::mt19937_64 random(19);
  std::vector<Row> rows = make_rows(9'000, random);
  std::vector<std::optional<std::string>> ids, levels, parents;
  for (std::size_t i = 0; i < 3'000; ++i) {
    ids.emplace_back("单元" + std::to_string(i));
    levels.emplace_back(i < 10 ? "high" : "low");
    parents.push_back(i < 10 ? std::nullopt : ids[i % 10]);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].unit = *ids[10 + random() % 2'990];
  OwnedTable places(3'000);
  places.add_texts("id", ids);
  places.add_texts("level", levels);
  places.add_texts("parent", parents);
  const Units many = Units::build(with_target, places.view());
  Tally tally(with_target);
  tally.add("t", table_of(rows, 0, rows.size()).view());
  TableFilter severe;
  severe.severity_at_least = "moderate";
  AssessOptions options;
  const Assessment expected = tally.assess(many, options);
  for (const int threads : {2, 3, 64}) {
    options.threads = threads;
    const Assessment found = tally.assess(many, options);
    for (const char* name : {"values", "verdicts"})
      for (const TableFilter& filter : {TableFilter(), severe}) {
        const ResultTable a = expected.table(name, filter), b = found.table(name, filter);
        ASSERT_EQ(a.rows(), b.rows());
        ASSERT_EQ(a.columns().size(), b.columns().size());
        const bool all = filter.severity_at_least.empty() || name == std::string_view("values");
        if (all) {
          EXPECT_EQ(a.rows(), 3'000U * 6);
        } else {
          EXPECT_TRUE(a.rows() > 500 && a.rows() < 3'000) << a.rows();
        }
        for (std::size_t c = 0; c < a.columns().size(); ++c) {
          const ResultColumn &of_one = a.columns()[c], &of_many = b.columns()[c];
          EXPECT_EQ(of_one.numbers, of_many.numbers) << name << of_one.name;
          EXPECT_EQ(of_one.integers, of_many.integers) << name << of_one.name;
          EXPECT_EQ(of_one.offsets, of_many.offsets) << name << of_one.name;
          EXPECT_EQ(of_one.bytes, of_many.bytes) << name << of_one.name;
          for (std::size_t row = 0; row < a.rows(); ++row) {
            ASSERT_EQ(a.is_null(c, row), b.is_null(c, row)) << name << of_one.name;
            if (of_one.type == ResultType::boolean) {
              ASSERT_EQ(a.boolean(c, row), b.boolean(c, row));
            }
          }
        }
      }
  }
}

// A thread is woken for 65,536 rows each, so eight of them need half a million.
TEST_F(Determinism, OneToEightThreadsGiveOneDigest) {
  std::mt19937_64 random(23);
  const std::vector<Row> rows = make_rows(530'000, random);
  const std::vector<Row> sorted = sorted_by_unit(rows);
  const Plan native = compile(parse_framework(document), native_kernels());
  std::set<std::string> digests;
  for (const std::vector<Row>* order : {&rows, &sorted}) {
    const OwnedTable table = table_of(*order, 0, order->size());
    for (int threads = 1; threads <= 8; ++threads) {
      Tally tally(native);
      tally.add("t", table.view(), {threads, nullptr});
      digests.insert(tally.digest());
    }
  }
  EXPECT_EQ(digests.size(), 1U);
}

// The state of many units lies in many blocks of memory, each of which is copied.
TEST_F(Determinism, TheCopyOfATallyOfManyUnitsIsAnotherTally) {
  std::mt19937_64 random(29);
  std::vector<Row> rows = make_rows(30'000, random);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].unit = std::to_string(i);
  const OwnedTable table = table_of(rows, 0, rows.size());
  Tally once(plan), twice(plan);
  once.add("t", table.view());
  twice.add("t", table.view());
  Tally copy = once;
  EXPECT_EQ(copy.digest(), once.digest());
  copy.add("t", table.view());
  twice.add("t", table.view());
  EXPECT_EQ(copy.digest(), twice.digest());
  EXPECT_NE(copy.digest(), once.digest());
  copy = once;
  EXPECT_EQ(copy.digest(), once.digest());
}

// However the column of units is stored, its texts are the keys.
TEST_F(Determinism, UnitsAsIntegersDictionariesAndTextsAreTheSame) {
  std::mt19937_64 random(19);
  constexpr std::size_t count = 5000;
  std::vector<Row> rows = make_rows(count, random);
  const std::vector<std::int64_t> ids = {0, 7, -3, 1'048'575, 1'048'576, 9'007'199'254'740'993, 12};
  std::vector<std::int64_t> integers(count);
  std::vector<std::int32_t> codes(count);
  std::vector<std::uint8_t> valid((count + 7) / 8, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t id = i % 40 < 20 ? i / 40 % ids.size() : random() % ids.size();
    const bool known = random() % 50 != 0;
    integers[i] = ids[id];
    codes[i] = static_cast<std::int32_t>(id);
    if (known) valid[i / 8] = static_cast<std::uint8_t>(valid[i / 8] | 1U << (i % 8));
    rows[i].unit = known ? std::to_string(ids[id]) : "";
  }
  const OwnedTable texts = table_of(rows, 0, count);
  std::vector<std::optional<std::string>> words;
  for (const std::int64_t id : ids) words.emplace_back(std::to_string(id));
  OwnedTable dictionary(static_cast<std::int64_t>(ids.size()));
  dictionary.add_texts("words", words);
  const TableView dictionary_view = dictionary.view();
  std::set<std::string> digests;
  const auto add = [&](const ColumnView* units_column) {
    TableView view = texts.view();
    if (units_column != nullptr)
      for (auto& [name, column] : view.columns)
        if (name == "u") column = *units_column;
    Tally tally(plan);
    tally.add("t", view);
    digests.insert(tally.digest());
  };
  add(nullptr);
  const ColumnView as_integers = ColumnView::integers(integers, valid.data());
  add(&as_integers);
  ColumnView as_codes;
  as_codes.storage = Storage::dictionary;
  as_codes.index_storage = Storage::int32;
  as_codes.length = count;
  as_codes.values = codes.data();
  as_codes.validity = valid.data();
  as_codes.dictionary = dictionary_view.find("words");
  add(&as_codes);
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
