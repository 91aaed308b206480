#include "json/document.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

namespace {

// The allocation with this number fails; 0 is none. What fails stands in for a machine without
// memory.
std::size_t allocations = 0;
std::size_t failing = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  if (++allocations == failing) throw std::bad_alloc();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace tijian::json {
namespace {

/// The one issue of a text that is refused.
Issue refused(const std::string& text) {
  Documents documents;
  Issues issues;
  EXPECT_EQ(documents.read(text, "", issues), no_node) << text.substr(0, 60);
  if (issues.size() != 1) {
    ADD_FAILURE() << issues.size() << " issues for " << text.substr(0, 60);
    return {};
  }
  return issues[0];
}

struct Faulty {
  std::string text;
  std::string code;
  std::string place;
  std::string en;  // the message contains this
};

TEST(Documents, RefusesWhatIsNotJsonAndSaysWhere) {
  const std::vector<Faulty> cases = {
      {"", "framework.syntax", "", "line 1, column 1"},
      {" ", "framework.syntax", "", "line 1, column"},
      {"\xEF\xBB\xBF", "framework.syntax", "", "line 1"},
      {"{", "framework.syntax", "", "line 1, column 2: syntax error while parsing object key"},
      {"{\"a\":1,}", "framework.syntax", "", "line 1, column 8"},
      {"{\"a\":\n[1,\n2,,3]}", "framework.syntax", "/a/2", "line 3, column 3"},
      {"{\"a\":{\"b\":1} \"c\":2}", "framework.syntax", "", "line 1, column"},
      {"{\"a\":1} x", "framework.syntax", "", "line 1, column 9"},
      {"{\"a\":1}{}", "framework.syntax", "", "line 1, column 8"},
      {"{'a':1}", "framework.syntax", "", "line 1, column 2"},
      {"{a:1}", "framework.syntax", "", "line 1, column 2"},
      {"{\"a\":NaN}", "framework.syntax", "/a", "line 1, column 6"},
      {"{\"a\":nan}", "framework.syntax", "/a", "line 1, column 7"},
      {"{\"a\":Infinity}", "framework.syntax", "/a", "line 1"},
      {"{\"a\":-Infinity}", "framework.syntax", "/a", "line 1"},
      {"{\"a\":\"\\ud800\"}", "framework.syntax", "/a", "line 1"},
      {"{\"a\":\"\\udc00x\"}", "framework.syntax", "/a", "line 1"},
      {"{\"a\":\"\n\"}", "framework.syntax", "/a", "line"},
      {"{\"a\":\"\\x\"}", "framework.syntax", "/a", "line 1"},
      {"// comment\n{}", "framework.syntax", "", "line 1, column 1"},
      {"{\"a\":\"\xFF\"}", "framework.not_utf8", "", "line 1, column 7"},
      {"{\"a\":\"\xC0\xAF\"}", "framework.not_utf8", "", "line 1, column 7"},
      {"{\n\"a\":\"\xED\xA0\x80\"}", "framework.not_utf8", "", "line 2, column 6"},
      {"{\"\xE4\xBD\":1}", "framework.not_utf8", "", "line 1, column 3"},
  };
  for (const Faulty& faulty : cases) {
    const Issue issue = refused(faulty.text);
    EXPECT_EQ(issue.code, faulty.code) << faulty.text;
    EXPECT_EQ(issue.place, faulty.place) << faulty.text;
    EXPECT_NE(issue.message.en.find(faulty.en), std::string::npos)
        << faulty.text << ": " << issue.message.en;
    EXPECT_FALSE(issue.message.zh.empty());
  }
}

TEST(Documents, AcceptsAByteOrderMarkAndKeepsOrderAndLiterals) {
  Documents documents;
  Issues issues;
  const NodeId root = documents.read(
      "\xEF\xBB\xBF {\"z\": [1.50, -0, \"\\u4f4f\\ud83d\\ude00\"], \"a\": null}", "base#", issues);
  ASSERT_NE(root, no_node);
  EXPECT_TRUE(issues.empty());
  EXPECT_EQ(documents.key(documents.first(root)), "z");
  const NodeId list = documents.member(root, "z");
  ASSERT_EQ(documents.size(list), 3u);
  EXPECT_EQ(documents.text(documents.element(list, 0)), "1.50");
  EXPECT_EQ(documents.text(documents.element(list, 2)), "住😀");
  EXPECT_EQ(documents.place(documents.element(list, 2)), "base#/z/2");
  EXPECT_EQ(documents.place(root), "base#");
  EXPECT_EQ(documents.element(list, 3), no_node);
  EXPECT_EQ(documents.member(root, "b"), no_node);
  EXPECT_EQ(documents.canonical(root), "{\"a\":null,\"z\":[1.5,0,\"住😀\"]}");
}

TEST(Documents, PlacesEscapeSlashesAndTildes) {
  Documents documents;
  Issues issues;
  const NodeId root = documents.read("{\"a/b~c\": {\"\": [7]}}", "", issues);
  const NodeId inner = documents.member(documents.first(root), "");
  EXPECT_EQ(documents.place(documents.first(inner)), "/a~1b~0c//0");
}

TEST(Documents, DuplicateKeysAreAllNamed) {
  Documents documents;
  Issues issues;
  documents.read(R"({"a": 1, "b": {"t": 1, "u": 2, "t": 3, "\u0074": 4}, "a": 2})", "", issues);
  ASSERT_EQ(issues.size(), 3u);
  EXPECT_EQ(issues[0].code, "framework.duplicate_key");
  EXPECT_EQ(issues[0].place, "/b/t");
  EXPECT_EQ(issues[1].place, "/b/t");
  EXPECT_EQ(issues[2].place, "/a");
  EXPECT_EQ(issues[2].found, "a");
  EXPECT_NE(issues[2].message.zh.find("键 a 重复"), std::string::npos);
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(Documents, RefusesTheThirtyThirdLevel) {
  Documents documents;
  Issues issues;
  EXPECT_NE(documents.read(nested(32), "", issues), no_node);
  EXPECT_TRUE(issues.empty());
  EXPECT_EQ(refused(nested(33)).code, "framework.too_deep");
  std::string objects;
  for (int i = 0; i < 40; ++i) objects += "{\"a\":";
  const Issue issue = refused(objects);
  EXPECT_EQ(issue.code, "framework.too_deep");
  std::string place;
  for (int i = 0; i < 32; ++i) place += "/a";
  EXPECT_EQ(issue.place, place);
}

TEST(Documents, AVeryDeepDocumentIsRefusedAtOnce) {
  const std::string deep(10'000'000, '[');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(refused(deep).code, "framework.too_deep");
  EXPECT_EQ(refused(nested(100'000)).code, "framework.too_deep");
  // Checking the bytes is linear; nothing grows with the depth.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Documents, RefusesMoreThan16MiB) {
  const auto padded = [](std::size_t size) { return "{}" + std::string(size - 2, ' '); };
  Documents documents;
  Issues issues;
  EXPECT_NE(documents.read(padded(maximum_bytes), "", issues), no_node);
  EXPECT_EQ(refused(padded(maximum_bytes + 1)).code, "framework.too_large");
}

TEST(Documents, RefusesMoreValuesThanAFrameworkCanHave) {
  const auto zeros = [](std::size_t count) {
    std::string text = "[0";
    for (std::size_t i = 1; i < count; ++i) text += ",0";
    return text + "]";
  };
  Documents documents;
  Issues issues;
  EXPECT_NE(documents.read(zeros(maximum_values - 1), "", issues), no_node);
  EXPECT_EQ(refused(zeros(maximum_values)).code, "framework.too_many_values");
}

TEST(Documents, RefusesMoreThanTenThousandIndicators) {
  const auto document = [](std::size_t count, const std::string& key) {
    std::string text = "{\"x\":[],\"" + key + "\":[{}";
    for (std::size_t i = 1; i < count; ++i) text += ",{}";
    return text + "]}";
  };
  Documents documents;
  Issues issues;
  EXPECT_NE(documents.read(document(10'000, "indicators"), "", issues), no_node);
  EXPECT_NE(documents.read(document(10'001, "tables"), "", issues), no_node);
  const Issue issue = refused(document(10'001, "indicators"));
  EXPECT_EQ(issue.code, "framework.too_many_indicators");
  EXPECT_EQ(issue.place, "/indicators/10000");
}

TEST(Documents, AMillionDuplicatesAreNotAMillionIssues) {
  std::string text = "{\"a\":0";
  for (int i = 0; i < 1'000'000; ++i) text += ",\"a\":0";
  Documents documents;
  Issues issues;
  documents.read(text + "}", "", issues);
  EXPECT_EQ(issues.size(), maximum_issues);
}

// ---- numbers --------------------------------------------------------------------------------

enum class Outcome { syntax, range, integer_too_large, reads };

struct Number {
  const char* literal;
  Outcome outcome;
  double value = 0;
};

// What a careless reader gets wrong: signs, exponents, digits lost, ranges left silently.
const Number numbers[] = {
    {"0", Outcome::reads, 0},
    {"-0", Outcome::reads, 0},
    {"-0.0", Outcome::reads, 0},
    {"0e0", Outcome::reads, 0},
    {"0e999", Outcome::reads, 0},
    {"0.000e-999", Outcome::reads, 0},
    {"1", Outcome::reads, 1},
    {"-1", Outcome::reads, -1},
    {"10", Outcome::reads, 10},
    {"1.0", Outcome::reads, 1},
    {"1.5", Outcome::reads, 1.5},
    {"-1.5e0", Outcome::reads, -1.5},
    {"1e2", Outcome::reads, 100},
    {"1E2", Outcome::reads, 100},
    {"1e+2", Outcome::reads, 100},
    {"1e-2", Outcome::reads, 0.01},
    {"0.1", Outcome::reads, 0.1},
    {"0.10000000000000000000000000000000000001", Outcome::reads, 0.1},
    {"123456789.123456789", Outcome::reads, 123456789.123456789},
    {"2147483648", Outcome::reads, 2147483648.0},
    {"-2147483649", Outcome::reads, -2147483649.0},
    {"4294967296", Outcome::reads, 4294967296.0},
    {"9007199254740991", Outcome::reads, 9007199254740991.0},
    {"9007199254740992", Outcome::reads, 9007199254740992.0},
    {"-9007199254740992", Outcome::reads, -9007199254740992.0},
    {"9007199254740993", Outcome::integer_too_large},
    {"-9007199254740993", Outcome::integer_too_large},
    {"9223372036854775807", Outcome::integer_too_large},
    {"-9223372036854775808", Outcome::integer_too_large},
    {"9223372036854775808", Outcome::integer_too_large},
    {"18446744073709551615", Outcome::integer_too_large},
    {"18446744073709551616", Outcome::integer_too_large},
    {"100000000000000000000000000000000", Outcome::integer_too_large},
    {"9007199254740993.0", Outcome::reads, 9007199254740992.0},
    {"1e16", Outcome::reads, 1e16},
    {"1e300", Outcome::reads, 1e300},
    {"1.7976931348623157e308", Outcome::reads, 1.7976931348623157e308},
    {"-1.7976931348623157e308", Outcome::reads, -1.7976931348623157e308},
    {"1.7976931348623159e308", Outcome::range},
    {"1e309", Outcome::range},
    {"1e400", Outcome::range},
    {"-1e400", Outcome::range},
    {"1e99999999999999999999", Outcome::range},
    {"2.2250738585072014e-308", Outcome::reads, 2.2250738585072014e-308},
    {"5e-324", Outcome::reads, 5e-324},
    {"2e-324", Outcome::range},
    {"1e-400", Outcome::range},
    {"-1e-400", Outcome::range},
    {"1e-99999999999999999999", Outcome::range},
    {"+1", Outcome::syntax},
    {"01", Outcome::syntax},
    {"-01", Outcome::syntax},
    {"00", Outcome::syntax},
    {".5", Outcome::syntax},
    {"5.", Outcome::syntax},
    {"1.e2", Outcome::syntax},
    {"1e", Outcome::syntax},
    {"1e+", Outcome::syntax},
    {"-", Outcome::syntax},
    {"--1", Outcome::syntax},
    {"0x10", Outcome::syntax},
    {"1_000", Outcome::syntax},
    {"1,5", Outcome::syntax},
    {"１", Outcome::syntax},
    {"NaN", Outcome::syntax},
    {"-NaN", Outcome::syntax},
    {"Infinity", Outcome::syntax},
    {"1d", Outcome::syntax},
};

TEST(Numbers, EveryLiteralIsReadExactlyOrRefused) {
  ASSERT_GE(std::size(numbers), 60u);
  for (const Number& number : numbers) {
    const std::string text = std::string("{\"a\":") + number.literal + "}";
    if (number.outcome == Outcome::syntax || number.outcome == Outcome::range) {
      const Issue issue = refused(text);
      EXPECT_EQ(issue.code,
                number.outcome == Outcome::range ? "framework.number_range" : "framework.syntax")
          << number.literal;
      if (number.outcome == Outcome::range) {
        EXPECT_EQ(issue.place, "/a");
        EXPECT_EQ(issue.found, number.literal);
      }
      continue;
    }
    Documents documents;
    Issues issues;
    const NodeId root = documents.read(text, "", issues);
    ASSERT_NE(root, no_node) << number.literal;
    const std::string_view literal = documents.text(documents.member(root, "a"));
    EXPECT_EQ(is_too_large_integer(literal), number.outcome == Outcome::integer_too_large)
        << number.literal;
    if (number.outcome == Outcome::integer_too_large) {
      EXPECT_EQ(literal, number.literal);  // no digit is lost where it is only kept
      EXPECT_EQ(documents.canonical(root), text);
      continue;
    }
    double value = -1;
    EXPECT_TRUE(read_number(literal, value));
    EXPECT_EQ(value, number.value) << number.literal;
    EXPECT_FALSE(std::signbit(value) && value == 0) << number.literal;
  }
}

TEST(Numbers, DoNotDependOnTheLocale) {
  const char* german = std::setlocale(LC_NUMERIC, "de_DE.UTF-8");
  Documents documents;
  Issues issues;
  const NodeId root = documents.read("[1.5]", "", issues);
  std::setlocale(LC_NUMERIC, "C");
  ASSERT_NE(root, no_node);
  EXPECT_EQ(documents.text(documents.first(root)), "1.5") << (german ? "de_DE" : "C");
}

// ---- allocation failures --------------------------------------------------------------------

TEST(Documents, EveryFailedAllocationIsAnExceptionAndNothingMore) {
  std::string text = "{\"list\":[";
  for (int i = 0; i < 40; ++i)
    text += "{\"a long key that is no small string " + std::to_string(i) +
            "\":\"a long text that is no small string either\"},";
  text += "{\"d\":1,\"d\":2}]}";
  const auto read = [&] {
    Documents documents;
    Issues issues;
    documents.read(text, "a prefix that is no small string#", issues);
    const NodeId copy = documents.make(Kind::list, 0);
    documents.append(copy, 0);
    return documents.canonical(copy).size() + issues.size();
  };
  const std::size_t before = allocations;
  const std::size_t expected = read();
  const std::size_t needed = allocations - before;
  ASSERT_GT(needed, 50u);
  for (std::size_t k = 1; k <= needed; ++k) {
    failing = allocations + k;
    EXPECT_THROW(read(), std::bad_alloc) << k;
    failing = 0;
  }
  EXPECT_EQ(read(), expected);
}

}  // namespace
}  // namespace tijian::json
