// Single fields: what is a number, a boolean, a total, an id that a spreadsheet spoiled.
#include "io/csv_value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string_view>

namespace tijian {
namespace {

TEST(CsvValue, ANumberIsTheWholeFieldOrAReason) {
  const Message* fault = nullptr;
  EXPECT_EQ(number_of_field(" 1.5\t", &fault), 1.5);
  EXPECT_EQ(fault, nullptr);
  const auto zero = number_of_field("-0.0", &fault);
  ASSERT_TRUE(zero.has_value());
  EXPECT_FALSE(std::signbit(*zero));
  for (const std::string_view field : {"", " ", "1 2", "1.5.2", "--1", "1,5", "5%", "."}) {
    fault = nullptr;
    EXPECT_EQ(number_of_field(field, &fault), std::nullopt) << field;
    EXPECT_NE(fault, nullptr) << field;
  }
}

TEST(CsvValue, TheEdgeOfExactIntegersIs2To53) {
  const Message* fault = nullptr;
  EXPECT_EQ(number_of_field("9007199254740992", &fault), 9007199254740992.0);
  EXPECT_EQ(number_of_field("9007199254740991", &fault), 9007199254740991.0);
  EXPECT_EQ(number_of_field("0009007199254740992", &fault), 9007199254740992.0);
  EXPECT_EQ(number_of_field("9007199254740993", &fault), std::nullopt);
  EXPECT_EQ(number_of_field("9007199254740994", &fault), std::nullopt);
  EXPECT_EQ(number_of_field("9.007199254740994e15", &fault), 9007199254740994.0)
      << "with an exponent it is a double, as our writers give it";
}

TEST(CsvValue, BooleansAreOneNumberOrOneWord) {
  const Message* fault = nullptr;
  EXPECT_EQ(boolean_of_field("tRuE", &fault), true);
  EXPECT_EQ(boolean_of_field("00", &fault), false);
  EXPECT_EQ(boolean_of_field("1.0000000000000002", &fault), std::nullopt) << "1 and an ulp";
  EXPECT_EQ(boolean_of_field("truely", &fault), std::nullopt);
}

TEST(CsvValue, TotalsAreNamedInManyWaysAndPlacesAreNot) {
  for (const std::string_view word :
       {"合计", " 总 计 ", "小计：", "全区合计", "合计(万元)", "TOTAL:"})
    EXPECT_TRUE(is_totals_word(word)) << word;
  for (const std::string_view word : {"", "合计路", "小计庄小区", "total-1", "计", "subtotals2"})
    EXPECT_FALSE(is_totals_word(word)) << word;
}

TEST(CsvValue, OnlyWhatASpreadsheetWritesIsAMangledId) {
  for (const std::string_view id : {"4.20502E+17", "1E+11", "1.0E+100"})
    EXPECT_TRUE(is_mangled_id(id)) << id;
  for (const std::string_view id :
       {"4.20502e17", "E+17", "1E+1", "12E+17", "1.E+17", "A.2E+17", ""})
    EXPECT_FALSE(is_mangled_id(id)) << id;
}

TEST(CsvValue, LooseHeadersOfOneColumnAreTheSame) {
  for (const std::string_view header : {"floor_area", "Floor Area", "ＦＬＯＯＲ＿ＡＲＥＡ",
                                        "floor_area(㎡)", "floor area（㎡）", "floorarea/m2"})
    EXPECT_EQ(loose_header(header), "floorarea") << header;
  EXPECT_NE(loose_header("floor_areas"), "floorarea");
  EXPECT_EQ(loose_header("(㎡)"), "(㎡)") << "a header that is nothing but a unit keeps it";
}

}  // namespace
}  // namespace tijian
