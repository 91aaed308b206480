// The CSV reader: files as offices really make them and files made to break it. Each is read right
// or refused by file, row and column.
#include "io/csv_reader.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/csv_writer.hpp"
#include "tijian/table.hpp"

namespace tijian {
namespace {

using Cells = std::vector<std::optional<std::string>>;

std::vector<CsvColumn> wanted() {
  return {{"id", Type::text, true, true},
          {"area", Type::number, true, false},
          {"ok", Type::boolean, false, false},
          {"note", Type::text, false, false}};
}

CsvTable read(std::string_view text, const CsvReadOptions& options = {},
              const std::vector<CsvColumn>& columns = wanted()) {
  return read_csv_text(text, "t.csv", columns, options);
}

/// The values of a column as text: digits of numbers, 0 and 1 of booleans.
Cells cells(const OwnedTable& table, std::string_view name) {
  const TableView view = table.view();
  const ColumnView* column = view.find(name);
  Cells result;
  if (column == nullptr) return result;
  for (std::int64_t row = 0; row < view.rows; ++row) {
    kernels::TextTile texts;
    kernels::NumberTile numbers;
    kernels::BooleanTile booleans;
    TextScratch scratch;
    LoadFaults faults;
    std::optional<std::string> cell;
    if (column->storage == Storage::float64) {
      load_numbers(*column, row, 1, numbers, faults);
      if (kernels::test_row(numbers.valid, 0)) {
        std::string digits;
        append_json_number(digits, numbers.values[0]);
        cell = digits;
      }
    } else if (column->storage == Storage::boolean_bits) {
      load_booleans(*column, row, 1, booleans, faults);
      if (kernels::test_row(booleans.valid, 0)) cell = booleans.value[0] != 0 ? "1" : "0";
    } else {
      load_texts(*column, row, 1, texts, scratch);
      if (kernels::test_row(texts.valid, 0)) cell = std::string(texts.values[0]);
    }
    result.push_back(cell);
  }
  return result;
}

Issues issues_of(std::string_view text, const CsvReadOptions& options = {},
                 const std::vector<CsvColumn>& columns = wanted()) {
  try {
    read(text, options, columns);
  } catch (const DataError& error) {
    for (const Issue& issue : error.issues()) {
      EXPECT_FALSE(issue.message.zh.empty());
      EXPECT_FALSE(issue.message.en.empty());
      EXPECT_EQ(issue.message.en.find('{'), std::string::npos) << issue.message.en;
      EXPECT_EQ(issue.message.zh.find('{'), std::string::npos) << issue.message.zh;
      EXPECT_TRUE(issue.place.starts_with("t.csv")) << issue.place;
    }
    return error.issues();
  }
  return {};
}

/// "code place" of each issue.
std::vector<std::string> faults_of(std::string_view text, const CsvReadOptions& options = {}) {
  std::vector<std::string> faults;
  for (const Issue& issue : issues_of(text, options))
    faults.push_back(issue.code + " " + issue.place);
  return faults;
}

using Faults = std::vector<std::string>;

TEST(CsvReader, ReadsTheWantedColumnsByTheirTypes) {
  const CsvTable csv = read(
      "note,id,other,area,ok\r\n"
      "\"a, \"\"b\"\"\",c1,x,1.5,1\r\n"
      ",c2,,,\r\n"
      "\"two\r\nlines\",c3,y,-2e3,FALSE\r\n");
  EXPECT_EQ(csv.table.rows(), 3);
  EXPECT_EQ(cells(csv.table, "id"), (Cells{"c1", "c2", "c3"}));
  EXPECT_EQ(cells(csv.table, "area"), (Cells{"1.5", std::nullopt, "-2000"}));
  EXPECT_EQ(cells(csv.table, "ok"), (Cells{"1", std::nullopt, "0"}));
  EXPECT_EQ(cells(csv.table, "note"), (Cells{"a, \"b\"", std::nullopt, "two\r\nlines"}));
  EXPECT_EQ(csv.other_columns, (std::vector<std::string>{"other"}));
  EXPECT_EQ(csv.table.view().columns[0].first, "id") << "in the order they were asked for";
}

TEST(CsvReader, EveryLineEndAndAMissingLastOneAreRead) {
  for (const std::string_view text :
       {"id,area\nc1,1\nc2,2\n", "id,area\r\nc1,1\r\nc2,2\r\n", "id,area\rc1,1\rc2,2\r",
        "id,area\nc1,1\nc2,2", "id,area\r\nc1,1\nc2,2\r", "\n\nid,area\n\nc1,1\n\n\nc2,2\n\n",
        "id,area\nc1,1\n,\n , \nc2,2\n,\n,\n"})
    EXPECT_EQ(cells(read(text).table, "area"), (Cells{"1", "2"})) << text;
}

TEST(CsvReader, RowsCountAsInASpreadsheet) {
  EXPECT_EQ(faults_of("id,area\r\n\r\nc1,1\r\n\"c\r\n2\",x\r\nc3,y\r\n"),
            (Faults{"csv.number t.csv:4:area", "csv.number t.csv:5:area"}));
  EXPECT_EQ(faults_of("id,area\n\nc1,x\n"), (Faults{"csv.number t.csv:3:area"}));
  EXPECT_EQ(faults_of("id,area\r\rc1,x\r"), (Faults{"csv.number t.csv:3:area"}));
  EXPECT_EQ(faults_of("\r\nid,area\r\nc1,x\r\n"), (Faults{"csv.number t.csv:3:area"}));
}

TEST(CsvReader, RowsOfTheTableAreFoundAgainInTheFile) {
  const CsvTable csv = read("\nid,area\nc1,1\nc2,2\n\n,\nc3,3\n\nc4,4\nc5,5\n");
  ASSERT_EQ(csv.table.rows(), 5);
  EXPECT_EQ(csv.row_in_file(0), 3);
  EXPECT_EQ(csv.row_in_file(1), 4);
  EXPECT_EQ(csv.row_in_file(2), 7);
  EXPECT_EQ(csv.row_in_file(3), 9);
  EXPECT_EQ(csv.row_in_file(4), 10);
}

TEST(CsvReader, ATableOfNoRowsIsATable) {
  const CsvTable csv = read("id,area,ok\r\n");
  EXPECT_EQ(csv.table.rows(), 0);
  EXPECT_EQ(csv.table.column_count(), 3u);
}

TEST(CsvReader, NumbersAreReadToTheLastBit) {
  std::mt19937_64 random(3);
  std::string text = "id,area\n";
  std::vector<double> values;
  while (values.size() < 5'000) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value) || value == 0) continue;
    values.push_back(value);
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.16e", value);
    text += "c," + std::string(digits) + "\n";
  }
  const CsvTable csv = read(text);
  const TableView view = csv.table.view();
  const auto* numbers = static_cast<const double*>(view.find("area")->values);
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(numbers[i], values[i]);
}

TEST(CsvReader, NumbersThatPeopleAndProgramsWriteAreRead) {
  const CsvTable csv = read(
      "id,area\na,007\nb,.5\nc,5.\nd,1E3\ne, 12 \nf,-0\ng,9007199254740992\nh,-9007199254740992\n"
      "i,1e300\nj,9007199254740993.5\nk,0.0\n");
  EXPECT_EQ(cells(csv.table, "area"),
            (Cells{"7", "0.5", "5", "1000", "12", "0", "9007199254740992", "-9007199254740992",
                   "1e+300", "9.007199254740994e+15", "0"}));
}

TEST(CsvReader, WhatIsNoNumberIsRefusedByItsReason) {
  struct Case {
    std::string_view field;
    std::string_view code;
  };
  const std::vector<Case> cases{{"95%", "csv.percent"},
                                {"95％", "csv.percent"},
                                {"3‰", "csv.percent"},
                                {"0.95 %", "csv.percent"},
                                {"\"1,234\"", "csv.separator"},
                                {"\"1,234.5\"", "csv.separator"},
                                {"\"3,5\"", "csv.separator"},
                                {"1'234", "csv.separator"},
                                {"1，234", "csv.separator"},
                                {"12㎡", "csv.number_unit"},
                                {"12 m2", "csv.number_unit"},
                                {"3万", "csv.number_unit"},
                                {"12层", "csv.number_unit"},
                                {"5-8", "csv.number_unit"},
                                {"-", "csv.placeholder"},
                                {"—", "csv.placeholder"},
                                {"——", "csv.placeholder"},
                                {"/", "csv.placeholder"},
                                {"无", "csv.placeholder"},
                                {"NA", "csv.placeholder"},
                                {"N/A", "csv.placeholder"},
                                {"NaN", "csv.placeholder"},
                                {"null", "csv.placeholder"},
                                {"#N/A", "csv.spreadsheet_error"},
                                {"#DIV/0!", "csv.spreadsheet_error"},
                                {"#REF!", "csv.spreadsheet_error"},
                                {"inf", "csv.number"},
                                {"-Infinity", "csv.number"},
                                {"≥95", "csv.number"},
                                {"约3", "csv.number"},
                                {"１２", "csv.number"},
                                {"+5", "csv.number"},
                                {"0x10", "csv.number_unit"},
                                {"1e", "csv.number"},
                                {"- 5", "csv.number"},
                                {"1e400", "csv.number_range"},
                                {"1e-400", "csv.number_range"},
                                {"true", "csv.number"},
                                {"9007199254740993", "csv.large_integer"},
                                {"-9007199254740993", "csv.large_integer"},
                                {"420502001002000123", "csv.large_integer"},
                                {"9007199254740994", "csv.large_integer"},
                                {"00000000000000000009007199254740993", "csv.large_integer"}};
  ASSERT_GE(cases.size(), 40u);
  for (const Case& one : cases) {
    const std::string text = "id,area\nc1,1\nc2," + std::string(one.field) + "\n";
    EXPECT_EQ(faults_of(text), (Faults{std::string(one.code) + " t.csv:3:area"})) << one.field;
  }
}

TEST(CsvReader, BooleansAreFewWords) {
  const CsvTable csv = read(
      "id,area,ok\na,,1\nb,,0\nc,,TRUE\nd,,False\ne,,是\nf,,否\ng,,1.0\nh,,0.0\ni,, true \nj,,\n");
  EXPECT_EQ(cells(csv.table, "ok"),
            (Cells{"1", "0", "1", "0", "1", "0", "1", "0", "1", std::nullopt}));
  for (const std::string_view field : {"2", "yes", "Y", "有", "对", "√", "t", "-1", "0.5", "1%"})
    EXPECT_EQ(faults_of("id,area,ok\na,," + std::string(field) + "\n"),
              (Faults{"csv.boolean t.csv:2:ok"}))
        << field;
  EXPECT_EQ(faults_of("id,area,ok\na,,无\n"), (Faults{"csv.placeholder t.csv:2:ok"}));
  EXPECT_EQ(faults_of("id,area,ok\na,,#N/A\n"), (Faults{"csv.spreadsheet_error t.csv:2:ok"}));
}

TEST(CsvReader, TextsStayAsTheyAre) {
  const CsvTable csv = read(
      "id,area,note\n"
      "007,,Ａ楼\n"
      "420502001002000123,,\" kept \"\n"
      "a,, trimmed \n"
      "1.50,,'=1+1\n"
      "b,,''=1+1\n"
      "c,,'twas\n"
      "d,,95%\n"
      "e,,\"\"\n");
  EXPECT_EQ(cells(csv.table, "id"),
            (Cells{"007", "420502001002000123", "a", "1.50", "b", "c", "d", "e"}));
  EXPECT_EQ(cells(csv.table, "note"),
            (Cells{"Ａ楼", " kept ", "trimmed", "=1+1", "'=1+1", "'twas", "95%", std::nullopt}));
}

TEST(CsvReader, ErrorValuesOfASpreadsheetAreNoText) {
  EXPECT_EQ(faults_of("id,area,note\nc1,1,#REF!\n#N/A,1,\n"),
            (Faults{"csv.spreadsheet_error t.csv:2:note", "csv.spreadsheet_error t.csv:3:id"}));
}

TEST(CsvReader, IdsThatASpreadsheetHasTurnedIntoNumbersAreRefused) {
  EXPECT_EQ(faults_of("id,area\n4.20502E+17,1\n"), (Faults{"csv.mangled_id t.csv:2:id"}));
  EXPECT_EQ(faults_of("id,area\n4E+17,1\n"), (Faults{"csv.mangled_id t.csv:2:id"}));
  // A note may say so, and ids may look a little like it.
  EXPECT_TRUE(faults_of("id,area,note\nE+17,1,4.2E+17\nA1E+17,1,\n4E17,1,\n").empty());
}

TEST(CsvReader, RowsOfTotalsAreRefused) {
  for (const std::string_view word :
       {"合计", "总计", "小计", "共计", "合 计", "合　计", "合计：", "合计:", "全市合计",
        "西陵区小计", "合计（栋）", "Total", "TOTAL", "Grand total", "Subtotal"})
    EXPECT_EQ(faults_of("id,area\nc1,1\n" + std::string(word) + ",1\n"),
              (Faults{"csv.totals_row t.csv:3:id"}))
        << word;
  // Where no id stands, any column may name the row.
  EXPECT_EQ(faults_of("no,id,area\n1,c1,1\n合计,,1\n"), (Faults{"csv.totals_row t.csv:3:no"}));
  EXPECT_TRUE(faults_of("id,area,note\nc1,1,合计\ntotal-1,2,\n合计路小区,3,\n").empty());
}

TEST(CsvReader, HeadersThatAreNearButNotTheSameAreRefused) {
  for (const std::string_view header :
       {"area(㎡)", "area（㎡）", "Area", "AREA", "ａｒｅａ", "area [m2]", "area/m2",
        "\"area\n(㎡)\"", "area\xC2\xA0", "a rea", "a_rea", "area　", "area【㎡】"})
    EXPECT_EQ(issues_of("\xEF\xBB\xBFid," + std::string(header) + "\nc1,1\n").front().code,
              "csv.near_header")
        << header;
  // One that may be absent must not become all null over a unit in its header.
  EXPECT_EQ(faults_of("id,area,ok(0/1)\nc1,1,1\n"), (Faults{"csv.near_header t.csv:1:ok(0/1)"}));
  // Beside the exact one it is another column.
  EXPECT_TRUE(faults_of("id,area,area(亩)\nc1,1,2\n").empty());
}

TEST(CsvReader, MissingColumnsAreNamedWithTheNearestHeader) {
  const Issues issues = issues_of("ids,aera\nc1,1\n");
  ASSERT_EQ(issues.size(), 2u);
  EXPECT_EQ(issues[0].code, "csv.missing_column");
  EXPECT_EQ(issues[0].place, "t.csv:1:id");
  EXPECT_EQ(issues[0].nearest, "ids");
  EXPECT_EQ(issues[1].place, "t.csv:1:area");
  EXPECT_EQ(issues[1].nearest, "aera");
}

TEST(CsvReader, HeadersMustDiffer) {
  EXPECT_EQ(faults_of("id,area,x,area\nc1,1,2,3\n"), (Faults{"csv.duplicate_header t.csv:1:area"}));
  EXPECT_EQ(faults_of("id,area,x,x\nc1,1,2,3\n"), (Faults{"csv.duplicate_header t.csv:1:x"}));
  EXPECT_TRUE(faults_of("id,area,,\nc1,1,,\n").empty()) << "empty columns at the end are common";
}

TEST(CsvReader, OtherDelimitersAreNamed) {
  EXPECT_EQ(faults_of("id;area\nc1;1\n"), (Faults{"csv.delimiter t.csv:1"}));
  EXPECT_EQ(faults_of("id\tarea\nc1\t1\n"), (Faults{"csv.delimiter t.csv:1"}));
  EXPECT_EQ(faults_of("id，area\nc1，1\n"), (Faults{"csv.delimiter t.csv:1"}));
}

TEST(CsvReader, RaggedRowsAreRefusedOneByOne) {
  EXPECT_EQ(faults_of("id,area\nc1\nc2,1\nc3,1,2\n"),
            (Faults{"csv.ragged t.csv:2", "csv.ragged t.csv:4"}));
  // A title over the header leaves the header without the columns.
  EXPECT_EQ(issues_of("2025年住房体检汇总表,\nid,area\nc1,1\n").front().code, "csv.missing_column");
}

TEST(CsvReader, MisplacedAndOpenQuotesAreRefused) {
  EXPECT_EQ(faults_of("id,area\nc1,1\n\"c2,2\n"), (Faults{"csv.quote t.csv:3"}));
  EXPECT_EQ(faults_of("id,area\nc\"1,1\n"), (Faults{"csv.quote t.csv:2"}));
  EXPECT_EQ(faults_of("id,area\n\"c1\"x,1\n"), (Faults{"csv.quote t.csv:2"}));
  EXPECT_EQ(faults_of("\""), (Faults{"csv.quote t.csv:1"}));
}

TEST(CsvReader, NulIsRefused) {
  EXPECT_EQ(faults_of(std::string_view("id,area\nc1,1\nc\0,2\n", 18)), (Faults{"csv.nul t.csv:3"}));
  EXPECT_EQ(faults_of(std::string_view("\0", 1)), (Faults{"csv.nul t.csv:1"}));
}

TEST(CsvReader, EmptyFilesHaveNoHeader) {
  for (const std::string_view text : {"", "\n\n", ",,\n", "\xEF\xBB\xBF", " \t \n"})
    EXPECT_EQ(issues_of(text).front().code, "csv.empty") << text;
}

TEST(CsvReader, LongRowsAreRefusedBeforeTheyFillTheMemory) {
  const std::string head = "id,area\nc1,";
  EXPECT_EQ(faults_of(head + std::string(5'000'000, '1')), (Faults{"csv.long_line t.csv:2"}));
  EXPECT_EQ(faults_of("id,area\n\"" + std::string(5'000'000, 'x')),
            (Faults{"csv.long_line t.csv:2"}));
  std::string open_quote = "id,area\n\"";
  for (int i = 0; i < 200'000; ++i) open_quote += "c1,1\r\n";
  EXPECT_EQ(faults_of(open_quote), (Faults{"csv.long_line t.csv:2"}));
  // The limit is that of one row, not of the file.
  std::string many = "id,area\n";
  for (int i = 0; i < 300'000; ++i) many += "c1,1\n";
  EXPECT_EQ(read(many).table.rows(), 300'000);
  const std::string note((std::size_t{1} << 20) - 100, 'x');
  EXPECT_EQ(cells(read("id,area,note\nc1,1," + note + "\n").table, "note"), (Cells{note}));
}

TEST(CsvReader, RowsOfTooManyFieldsAreRefused) {
  const auto fields = [](std::size_t count) {
    std::string line = "id,area";
    for (std::size_t i = 2; i < count; ++i) line += ",";
    return line + "\n";
  };
  EXPECT_TRUE(faults_of(fields(4096)).empty());
  EXPECT_EQ(faults_of(fields(4097)), (Faults{"csv.many_fields t.csv:1"}));
  EXPECT_EQ(faults_of("id,area\n" + std::string(1'000'000, ',') + "\n"),
            (Faults{"csv.many_fields t.csv:2"}));
}

TEST(CsvReader, AllFaultsAreReportedUpToALimitAndTheRestIsCounted) {
  std::string text = "id,area,ok\n";
  for (int i = 0; i < 80; ++i) text += "c1,x,y\n";
  const Issues issues = issues_of(text);
  ASSERT_EQ(issues.size(), 101u);
  EXPECT_EQ(issues[0].place, "t.csv:2:area");
  EXPECT_EQ(issues[1].place, "t.csv:2:ok");
  EXPECT_EQ(issues[0].found, "x");
  EXPECT_EQ(issues[100].code, "csv.more");
  EXPECT_NE(issues[100].message.en.find("60"), std::string::npos);
}

TEST(CsvReader, LongFieldsAreQuotedShort) {
  const std::string field(10'000, 'x');
  const Issues issues = issues_of("id,area\nc1," + field + "\n");
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_LT(issues[0].message.en.size(), 200u);
}

TEST(CsvReader, ReadsWhatTheWriterWrites) {
  ResultTable table("t");
  table.add_column("id", ResultType::text);
  table.add_column("area", ResultType::number);
  table.add_column("ok", ResultType::boolean);
  table.add_column("note", ResultType::text);
  std::mt19937_64 random(11);
  const std::vector<std::string> parts{"'",  "=",    "-", "＝", "@", ",",
                                       "\"", "\r\n", "a", "甲", " ", "\t"};
  std::vector<std::string> notes;
  std::vector<double> areas;
  for (int i = 0; i < 3'000; ++i) {
    std::string note;
    for (auto n = random() % 6; n > 0; --n) note += parts[random() % parts.size()];
    const double area =
        std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 200) - 100);
    table.push_text(0, "unit-" + std::to_string(i));
    table.push_number(1, area);
    table.push_boolean(2, i % 2 == 0);
    table.push_text(3, note);
    notes.push_back(note);
    areas.push_back(area + 0.0);
  }
  std::string text;
  write_csv(table, [&](std::string_view piece) { text += piece; });
  const CsvTable csv = read(text);
  ASSERT_EQ(csv.table.rows(), 3'000);
  const Cells read_notes = cells(csv.table, "note");
  const TableView view = csv.table.view();
  const auto* read_areas = static_cast<const double*>(view.find("area")->values);
  for (std::size_t i = 0; i < notes.size(); ++i) {
    ASSERT_EQ(read_areas[i], areas[i]);
    const bool blank = notes[i].find_first_not_of(" \t") == std::string::npos;
    if (!blank) {
      ASSERT_EQ(read_notes[i], notes[i]) << i;
    }
  }
}

TEST(CsvReader, RandomBytesAreReadOrRefusedAndNothingElse) {
  std::mt19937 random(5);
  std::string alphabet = "id,area\n\r\"\"',=x1.%\xEF\xBB\xBF\xC4\xE3\xFF\xFE\x81\x30 \t";
  alphabet += '\0';
  int read_count = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = round % 2 == 0 ? "id,area\n" : "";
    for (auto n = random() % 40; n > 0; --n) text += alphabet[random() % alphabet.size()];
    try {
      read(text);
      ++read_count;
    } catch (const DataError& error) {
      EXPECT_FALSE(error.issues().empty());
    }
  }
  EXPECT_GT(read_count, 50);
}

class CsvFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("csv_reader_test-" + std::to_string(std::random_device{}()));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, std::string_view text) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::filesystem::path folder_;
};

TEST_F(CsvFile, IsReadByItsPathWhichNamesItsFaults) {
  const std::string path = write("体检.csv", "id,area\nc1,1\nc2,x\n");
  try {
    read_csv_file(path, wanted());
    FAIL() << "x is no number";
  } catch (const DataError& error) {
    ASSERT_EQ(error.issues().size(), 1u);
    EXPECT_EQ(error.issues()[0].place, path + ":3:area");
  }
  EXPECT_EQ(read_csv_file(write("b.csv", "id,area\nc1,1\n"), wanted()).table.rows(), 1);
}

TEST_F(CsvFile, ThatIsNotThereOrIsAFolderIsRefused) {
  for (const std::string& path :
       {(folder_ / "none.csv").string(), folder_.string(), std::string()}) {
    try {
      read_csv_file(path, wanted());
      FAIL() << path;
    } catch (const DataError& error) {
      EXPECT_EQ(error.issues().front().code, "file.read") << path;
      EXPECT_EQ(error.issues().front().place, path);
    }
  }
}

}  // namespace
}  // namespace tijian
