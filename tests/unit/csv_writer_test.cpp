#include "tijian/csv_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tijian {
namespace {

std::string csv(const ResultTable& table, const CsvOptions& options = {}) {
  std::string text;
  write_csv(
      table, [&](std::string_view piece) { text += piece; }, options);
  return text;
}

ResultTable of_texts(const std::vector<std::optional<std::string>>& texts) {
  ResultTable table("t");
  table.add_column("a", ResultType::text);
  table.add_column("b", ResultType::integer);
  for (const auto& text : texts) {
    table.push_text(0, text);
    table.push_integer(1, 1);
  }
  return table;
}

/// The cell of the first column as it stands in the file.
std::string cell_of(const std::string& text) {
  const std::string file = csv(of_texts({text}), {.byte_order_mark = false});
  const std::string_view begin = "a,b\r\n";
  const std::string_view end = ",1\r\n";
  EXPECT_TRUE(file.starts_with(begin) && file.ends_with(end)) << file;
  return file.substr(begin.size(), file.size() - begin.size() - end.size());
}

/// Splits a file after RFC 4180, one character at a time; nothing of the library's.
std::vector<std::vector<std::string>> split(std::string_view file) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < file.size(); ++i) {
    const char c = file[i];
    std::string& cell = rows.back().back();
    if (quoted) {
      if (c != '"')
        cell += c;
      else if (i + 1 < file.size() && file[i + 1] == '"')
        cell += file[++i];
      else
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      rows.back().emplace_back();
    } else if (c == '\r' && i + 1 < file.size() && file[i + 1] == '\n') {
      ++i;
      rows.emplace_back(1);
    } else {
      cell += c;
    }
  }
  rows.pop_back();  // behind the last line end
  return rows;
}

TEST(CsvWriter, WritesHeaderRowsAndNulls) {
  ResultTable table("values");
  table.add_column("单元", ResultType::text);
  table.add_column("value", ResultType::number, "%");
  table.add_column("rows", ResultType::integer);
  table.add_column("provisional", ResultType::boolean);
  table.push_text(0, "city-1");
  table.push_number(1, 0.1);
  table.push_integer(2, -9);
  table.push_boolean(3, true);
  table.push_text(0, std::nullopt);
  table.push_number(1, -3.5);
  table.push_integer(2, std::nullopt);
  table.push_boolean(3, false);
  EXPECT_EQ(csv(table),
            "\xEF\xBB\xBF单元,value,rows,provisional\r\ncity-1,0.1,-9,true\r\n,-3.5,,false\r\n");
  EXPECT_EQ(csv(table, {.byte_order_mark = false}).substr(0, 6), "单元");
}

TEST(CsvWriter, QuotesWhatAReaderWouldMisread) {
  EXPECT_EQ(cell_of("plain 甲"), "plain 甲");
  EXPECT_EQ(cell_of("a,b"), "\"a,b\"");
  EXPECT_EQ(cell_of("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(cell_of("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(cell_of("two\r\nlines"), "\"two\r\nlines\"");
  EXPECT_EQ(cell_of(" blanks "), "\" blanks \"");
  EXPECT_EQ(cell_of(""), "");
}

TEST(CsvWriter, ALoneNullIsNoEmptyLine) {
  ResultTable table("t");
  table.add_column("a", ResultType::text);
  table.push_text(0, std::nullopt);
  table.push_text(0, "x");
  EXPECT_EQ(csv(table, {.byte_order_mark = false}), "a\r\n\"\"\r\nx\r\n");
}

TEST(CsvWriter, NoPayloadReachesASpreadsheetAsAFormula) {
  std::vector<std::string> payloads{"=1+1",
                                    "=cmd|' /C calc'!A0",
                                    "=HYPERLINK(\"http://evil\",\"click\")",
                                    "=IMPORTXML(\"x\",\"y\")",
                                    "=WEBSERVICE(\"http://evil\")",
                                    "=DDE(\"cmd\";\"/C calc\";\"x\")",
                                    "+1+1",
                                    "+cmd|' /C calc'!A0",
                                    "-1+1",
                                    "-2+3+cmd|' /C calc'!D2",
                                    "@SUM(1+1)*cmd|' /C calc'!A0",
                                    "@A1",
                                    "\t=1+1",
                                    "\r=1+1",
                                    "\n=1+1",
                                    "\r\n=1+1",
                                    "=",
                                    "+",
                                    "-",
                                    "@",
                                    "--1",
                                    "==1",
                                    "=-1",
                                    "-=1",
                                    "=@A1",
                                    "＝1+1",
                                    "＋1+1",
                                    "－1+1",
                                    "＠SUM(A1)",
                                    "＝cmd|' /C calc'!A0",
                                    "=\"a\"",
                                    "=A1,B1",
                                    "=1;2",
                                    "=甲",
                                    "-甲",
                                    "+86 717",
                                    "-",
                                    "@所有人",
                                    "=1\n=2",
                                    "'=1",
                                    "''=1",
                                    "'＝1",
                                    "\"=1\"",
                                    "\x01=1",
                                    "\x7F=1",
                                    "\x1F+1",
                                    "\xC2\x85=1",
                                    "\x0B@A1",
                                    "=1 ",
                                    "-1,2"};
  payloads.push_back(std::string("\0=1", 3));
  payloads.push_back(std::string("\0\0+1", 4));
  ASSERT_GE(payloads.size(), 50u);
  for (const std::string& payload : payloads) {
    const auto rows = split(csv(of_texts({payload}), {.byte_order_mark = false}));
    ASSERT_EQ(rows.size(), 2u) << payload;
    ASSERT_EQ(rows[1].size(), 2u) << payload;
    const std::string& cell = rows[1][0];
    ASSERT_FALSE(cell.empty()) << payload;
    EXPECT_EQ(std::string("=+-@\t\r\n").find(cell[0]), std::string::npos) << payload;
    for (const std::string_view wide : {"＝", "＋", "－", "＠"})
      EXPECT_FALSE(cell.starts_with(wide)) << payload;
    for (const char c : cell)
      EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r')
          << payload;
    // What is text still says what it said.
    std::string expected;
    append_without_controls(expected, payload);
    EXPECT_EQ(without_formula_guard(cell), expected) << payload;
  }
}

TEST(CsvWriter, HeadersAreGuardedToo) {
  ResultTable table("t");
  table.add_column("=1+1", ResultType::text);
  table.add_column("a,b", ResultType::text);
  EXPECT_EQ(csv(table, {.byte_order_mark = false}), "'=1+1,\"a,b\"\r\n");
}

TEST(CsvWriter, NegativeNumbersStayNumbers) {
  ResultTable table("t");
  table.add_column("gap", ResultType::number);
  table.add_column("count", ResultType::integer);
  table.push_number(0, -0.25);
  table.push_integer(1, -3);
  EXPECT_EQ(csv(table, {.byte_order_mark = false}), "gap,count\r\n-0.25,-3\r\n");
}

TEST(CsvWriter, TheGuardCanBeLeftOutForPrograms) {
  EXPECT_EQ(csv(of_texts({"=1"}), {.byte_order_mark = false, .guard_formulas = false}),
            "a,b\r\n=1,1\r\n");
}

TEST(CsvWriter, NumbersReadBackToTheSameBits) {
  std::mt19937_64 random(7);
  ResultTable table("t");
  table.add_column("x", ResultType::number);
  std::vector<double> values{0.0,
                             1.0,
                             -1.0,
                             0.1,
                             1e15,
                             9007199254740993.0,
                             12345678901234567890.0,
                             1e300,
                             5e-324,
                             std::numeric_limits<double>::max()};
  while (values.size() < 20'000) {
    const auto value = std::bit_cast<double>(random());
    if (std::isfinite(value)) values.push_back(value + 0.0);
  }
  for (const double value : values) table.push_number(0, value);
  const auto rows = split(csv(table, {.byte_order_mark = false}));
  ASSERT_EQ(rows.size(), values.size() + 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string& cell = rows[i + 1][0];
    ASSERT_EQ(std::bit_cast<std::uint64_t>(std::strtod(cell.c_str(), nullptr)),
              std::bit_cast<std::uint64_t>(values[i]))
        << cell;
  }
}

TEST(CsvWriter, RandomTextsComeBackThroughAnIndependentReader) {
  std::mt19937 random(99);
  const std::string alphabet = "ab,\"'=-+@\n\r\t ;|";
  std::vector<std::optional<std::string>> texts;
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    for (auto n = random() % 8; n > 0; --n) text += alphabet[random() % alphabet.size()];
    texts.emplace_back(text);
  }
  const auto rows = split(csv(of_texts(texts), {.byte_order_mark = false}));
  ASSERT_EQ(rows.size(), texts.size() + 1);
  for (std::size_t i = 0; i < texts.size(); ++i)
    ASSERT_EQ(without_formula_guard(rows[i + 1][0]), *texts[i]);
}

TEST(CsvWriter, PiecesAreSmallAndComeInOrder) {
  ResultTable table("t");
  table.add_column("a", ResultType::text);
  const std::string long_text(200'000, 'x');
  table.push_text(0, long_text);
  for (int i = 0; i < 20'000; ++i) table.push_text(0, "row " + std::to_string(i));
  std::string together;
  std::size_t pieces = 0;
  write_csv(table, [&](std::string_view piece) {
    ASSERT_LE(piece.size(), 65'536u);
    ASSERT_FALSE(piece.empty());
    together += piece;
    ++pieces;
  });
  EXPECT_GT(pieces, 5u);
  EXPECT_TRUE(together.ends_with("row 19998\r\nrow 19999\r\n"));
  EXPECT_NE(together.find(long_text), std::string::npos);
}

TEST(CsvWriter, ASinkThatThrowsStopsTheWriting) {
  ResultTable table = of_texts(std::vector<std::optional<std::string>>(100'000, "text"));
  int calls = 0;
  EXPECT_THROW(write_csv(table,
                         [&](std::string_view) {
                           ++calls;
                           throw std::runtime_error("disk full");
                         }),
               std::runtime_error);
  EXPECT_EQ(calls, 1);
}

TEST(CsvWriter, SourceColumnsCarryWhereTheTableComesFrom) {
  ResultTable table("t", {"example-2025", "1,0", "=abc", "0.1.0", 2025});
  table.add_column("a", ResultType::text);
  table.push_text(0, std::nullopt);
  EXPECT_EQ(csv(table, {.byte_order_mark = false, .source_columns = true}),
            "a,framework,framework_version,fingerprint,library,framework_year\r\n"
            ",example-2025,\"1,0\",'=abc,0.1.0,2025\r\n");
}

}  // namespace
}  // namespace tijian
