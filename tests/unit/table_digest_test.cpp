#include "tijian/table_digest.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tijian {
namespace {

ResultTable small() {
  ResultTable table("problems");
  table.add_column("unit", ResultType::text);
  table.add_column("value", ResultType::number);
  table.push_text(0, "a");
  table.push_number(1, 0.5);
  return table;
}

TEST(TableDigest, IsTheSha256OfTheCsv) {
  // printf '\357\273\277unit,value\r\na,0.5\r\n' | sha256sum
  EXPECT_EQ(table_digest(small()),
            "8bca2467015f04b6dabe5991f47517370d4101d6a6219e9fb7287449ec26e8b6");
  // printf 'unit,value\r\na,0.5\r\n' | sha256sum
  CsvOptions plain;
  plain.byte_order_mark = false;
  EXPECT_EQ(table_digest(small(), plain),
            "4e1fdf21d1bcda447ad686a988466157e58980690125193cde4caaeb1f569679");
}

TEST(TableDigest, OfPiecesIsThatOfTheWhole) {
  ResultTable table("long");
  table.add_column("text", ResultType::text);
  for (int row = 0; row < 5000; ++row)
    table.push_text(0, std::string(97, 'x') + std::to_string(row));
  std::string csv;
  write_csv(table, [&csv](std::string_view piece) { csv += piece; });
  EXPECT_GT(csv.size(), std::size_t{6} * 64 * 1024);
  EXPECT_EQ(table_digest(table), sha256_hex(csv));
}

}  // namespace
}  // namespace tijian
