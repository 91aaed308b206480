#include "tijian/json_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace tijian {
namespace {

std::string number(double value) {
  std::string text;
  append_json_number(text, value);
  return text;
}

double read(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

std::string in_quotes(std::string_view value) {
  std::string text;
  append_json_string(text, value);
  return text;
}

TEST(JsonWriter, WritesNestedValuesWithoutSpaces) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("a");
  json.begin_array();
  json.number(1.5);
  json.integer(-9007199254740993);
  json.boolean(true);
  json.null();
  json.begin_object();
  json.end_object();
  json.begin_array();
  json.end_array();
  json.end_array();
  json.key("键");
  json.string("值");
  json.key("raw");
  json.raw("{\"x\":1}");
  json.end_object();
  EXPECT_EQ(text, R"({"a":[1.5,-9007199254740993,true,null,{},[]],"键":"值","raw":{"x":1}})");
}

TEST(JsonWriter, IndentsOneEntryPerLine) {
  std::string text;
  JsonWriter json(text, 2);
  json.begin_object();
  json.key("a");
  json.begin_array();
  json.integer(1);
  json.integer(2);
  json.end_array();
  json.key("b");
  json.begin_object();
  json.end_object();
  json.end_object();
  EXPECT_EQ(text, "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

TEST(JsonWriter, TheTextMayBeTakenAwayBetweenValues) {
  std::string text;
  std::string whole;
  JsonWriter json(text);
  json.begin_array();
  for (int i = 0; i < 3; ++i) {
    json.integer(i);
    whole += text;
    text.clear();
  }
  json.end_array();
  EXPECT_EQ(whole + text, "[0,1,2]");
}

TEST(JsonWriter, NumbersAreShortestAndReadBack) {
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(100), "100");
  EXPECT_EQ(number(-0.0), "0");
  EXPECT_EQ(number(1e300), "1e+300");
  EXPECT_EQ(number(5e-324), "5e-324");
  EXPECT_EQ(number(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(number(0x1p53), "9007199254740992");

  std::mt19937_64 dice(20251123);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = dice();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    EXPECT_EQ(read(number(value)), value);
  }
}

TEST(JsonWriter, IntegersBeyond2To53HaveAnExponent) {
  // A reader that refuses integers which may have lost digits reads these back.
  for (const double value : {0x1p60, 9007199254740994.0, -0x1p63, 1e20, 123456789012345680000.0}) {
    const std::string text = number(value);
    EXPECT_NE(text.find('e'), std::string::npos) << text;
    EXPECT_EQ(read(text), value);
  }
}

TEST(JsonWriter, NeverWritesWhatIsNotANumber) {
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonWriter, EscapesControlCharactersAndQuotes) {
  EXPECT_EQ(in_quotes("\"\\/\b\f\n\r\t"), R"("\"\\/\b\f\n\r\t")");
  EXPECT_EQ(in_quotes(std::string("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
  EXPECT_EQ(in_quotes("住房 é 😀"), "\"住房 é 😀\"");
}

TEST(JsonWriter, BytesThatAreNotUtf8BecomeReplacementCharacters) {
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(in_quotes("a\xFFz"), "\"a" + replacement + "z\"");
  EXPECT_EQ(in_quotes("\xE4\xBD"), "\"" + replacement + replacement + "\"");  // cut short
  EXPECT_EQ(in_quotes("\xC0\x80"), "\"" + replacement + replacement + "\"");  // overlong
  EXPECT_EQ(in_quotes("\xED\xA0\x80"),
            "\"" + replacement + replacement + replacement + "\"");  // surrogate
  EXPECT_EQ(in_quotes("\xF4\x90\x80\x80"),
            "\"" + replacement + replacement + replacement + replacement + "\"");  // > U+10FFFF
  EXPECT_EQ(in_quotes("\xF4\x8F\xBF\xBF"), "\"\xF4\x8F\xBF\xBF\"");
}

TEST(JsonWriter, AnyBytesGiveAValidStringThatReadsBack) {
  std::mt19937 dice(7);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(dice() % 8, '\0');
    for (char& c : bytes) c = static_cast<char>(dice() % 256);
    const std::string json = in_quotes(bytes);
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    ASSERT_FALSE(parsed.is_discarded()) << json;
    // A valid text is kept as it is: the parser is the oracle for what is valid.
    const auto as_it_is = nlohmann::json(bytes);
    bool valid = true;
    try {
      (void)as_it_is.dump();
    } catch (const nlohmann::json::exception&) {
      valid = false;
    }
    if (valid) {
      EXPECT_EQ(parsed.get<std::string>(), bytes);
    } else {
      EXPECT_NE(json.find("\xEF\xBF\xBD"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace tijian
