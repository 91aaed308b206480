#include "tijian/table_json_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace tijian {
namespace {

std::string json(const ResultTable& table) {
  std::string text;
  write_json(table, [&](std::string_view piece) {
    EXPECT_LE(piece.size(), 65'536u);
    text += piece;
  });
  return text;
}

TEST(TableJsonWriter, HasTheDocumentedForm) {
  ResultTable table("values", {"示例", "1", "abc", "0.1.0", 2025});
  table.add_column("unit", ResultType::text);
  table.add_column("value", ResultType::number, "%");
  table.add_column("rows", ResultType::integer);
  table.add_column("provisional", ResultType::boolean);
  table.push_text(0, "甲\"\n");
  table.push_number(1, 0.1);
  table.push_integer(2, 3);
  table.push_boolean(3, true);
  table.push_text(0, std::nullopt);
  table.end_row();
  EXPECT_EQ(
      json(table),
      "{\"tijian\":1,\"table\":\"values\",\"framework\":{\"id\":\"示例\",\"version\":\"1\","
      "\"fingerprint\":\"abc\"},\"library\":\"0.1.0\",\"year\":2025,\"columns\":["
      "{\"name\":\"unit\",\"type\":\"text\",\"measure\":null},"
      "{\"name\":\"value\",\"type\":\"number\",\"measure\":\"%\"},"
      "{\"name\":\"rows\",\"type\":\"integer\",\"measure\":null},"
      "{\"name\":\"provisional\",\"type\":\"boolean\",\"measure\":null}],\"total\":2,\"rows\":["
      "{\"unit\":\"甲\\\"\\n\",\"value\":0.1,\"rows\":3,\"provisional\":true},"
      "{\"unit\":null,\"value\":null,\"rows\":null,\"provisional\":null}]}\n");
}

TEST(TableJsonWriter, AnotherParserReadsLongTablesBack) {
  ResultTable table("problems");
  table.add_column("object", ResultType::text);
  table.add_column("value", ResultType::number);
  for (int i = 0; i < 5'000; ++i) {
    if (i % 7 == 0)
      table.push_null(0);
    else
      table.push_text(0, "楼\t\"" + std::to_string(i));
    table.push_number(1, std::sqrt(static_cast<double>(i)));
  }
  const auto read = nlohmann::json::parse(json(table));
  EXPECT_EQ(read["total"], 5'000);
  ASSERT_EQ(read["rows"].size(), 5'000u);
  for (std::size_t i = 0; i < 5'000; ++i) {
    const auto& row = read["rows"][i];
    if (i % 7 == 0)
      ASSERT_TRUE(row["object"].is_null());
    else
      ASSERT_EQ(row["object"], "楼\t\"" + std::to_string(i));
    ASSERT_EQ(row["value"].get<double>(), std::sqrt(static_cast<double>(i)));
  }
}

TEST(TableJsonWriter, AnEmptyTableIsATableWithoutRows) {
  const auto read = nlohmann::json::parse(json(ResultTable("grades")));
  EXPECT_EQ(read["table"], "grades");
  EXPECT_EQ(read["total"], 0);
  EXPECT_TRUE(read["rows"].is_array() && read["rows"].empty());
  EXPECT_TRUE(read["columns"].is_array() && read["columns"].empty());
}

TEST(TableJsonWriter, HostileTextsStayInsideTheirStrings) {
  ResultTable table("t");
  table.add_column("</script>", ResultType::text);
  table.push_text(0, std::string_view("\0\x1F\"},{\"\\\xFF", 9));
  const auto read = nlohmann::json::parse(json(table));
  ASSERT_EQ(read["rows"].size(), 1u);
  EXPECT_EQ(read["rows"][0]["</script>"].get<std::string>(),
            std::string("\0\x1F\"},{\"\\\xEF\xBF\xBD", 11));
}

}  // namespace
}  // namespace tijian
