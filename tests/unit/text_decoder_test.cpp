// Encodings: what offices save, told apart without guessing.
#include "io/text_decoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/issue.hpp"

namespace tijian {
namespace {

/// Hands its text out a few bytes at a time.
class SlowSource : public ByteSource {
 public:
  SlowSource(std::string_view text, std::size_t step) : text_(text), step_(step) {}
  std::size_t read(char* bytes, std::size_t size) override {
    const std::size_t count = std::min({size, step_, text_.size() - position_});
    std::copy_n(text_.data() + position_, count, bytes);
    position_ += count;
    return count;
  }
  void rewind() override { position_ = 0; }

 private:
  std::string_view text_;
  std::size_t step_;
  std::size_t position_ = 0;
};

std::string decode(std::string_view text, Encoding encoding = Encoding::automatic,
                   std::size_t step = 1'000'000) {
  SlowSource source(text, step);
  if (encoding == Encoding::automatic) encoding = detect_encoding(source, "t.csv");
  TextDecoder decoder(source, encoding, "t.csv");
  std::string result;
  for (std::string_view piece = decoder.next(); !piece.empty(); piece = decoder.next())
    result += piece;
  return result;
}

std::string fault_of(std::string_view text, Encoding encoding = Encoding::automatic) {
  try {
    decode(text, encoding);
  } catch (const DataError& error) {
    return error.issues().at(0).code + " " + error.issues().at(0).place;
  }
  return "";
}

constexpr std::string_view chinese = "编号,名称\n甲,西陵区\n";
constexpr std::string_view chinese_gb18030 =
    "\xB1\xE0\xBA\xC5,\xC3\xFB\xB3\xC6\n\xBC\xD7,\xCE\xF7\xC1\xEA\xC7\xF8\n";

std::string utf16(std::u16string_view text, bool little) {
  std::string bytes = little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char16_t unit : text) {
    const auto low = static_cast<char>(unit & 0xFF);
    const auto high = static_cast<char>(unit >> 8);
    bytes += little ? low : high;
    bytes += little ? high : low;
  }
  return bytes;
}

TEST(TextDecoder, ReadsEveryEncodingInPiecesOfAnySize) {
  for (const std::size_t step : {1u, 2u, 3u, 5u, 1'000'000u}) {
    EXPECT_EQ(decode("id,area\n", Encoding::automatic, step), "id,area\n");
    EXPECT_EQ(decode(chinese, Encoding::automatic, step), chinese);
    EXPECT_EQ(decode("\xEF\xBB\xBF" + std::string(chinese), Encoding::automatic, step), chinese);
    EXPECT_EQ(decode(chinese_gb18030, Encoding::automatic, step), chinese);
    EXPECT_EQ(decode(utf16(u"编号,名称\n甲,𠮷\n", true), Encoding::automatic, step),
              "编号,名称\n甲,𠮷\n");
    EXPECT_EQ(decode(utf16(u"编号,名称\n甲,𠮷\n", false), Encoding::automatic, step),
              "编号,名称\n甲,𠮷\n");
    EXPECT_EQ(decode("", Encoding::automatic, step), "");
    EXPECT_EQ(decode("\xEF\xBB\xBF", Encoding::automatic, step), "");
  }
}

TEST(TextDecoder, ReadsTheFourByteCharactersOfGb18030) {
  // 𠮷, 㐀 and €, behind enough common text to be no UTF-8.
  std::string encoded(chinese_gb18030);
  encoded += "\x95\x34\xB2\x35\x81\x39\xEE\x39\xA2\xE3";
  std::string text(chinese);
  text += "𠮷㐀€";
  EXPECT_EQ(decode(encoded), text);
}

TEST(TextDecoder, LongTextsOfBothEncodingsSurviveTheEdgesOfPieces) {
  std::string utf8_text = "x";  // characters then straddle every power of two
  std::string gb_text = "x";
  for (int i = 0; i < 100'000; ++i) {
    utf8_text += "甲";
    gb_text += "\xBC\xD7";
  }
  EXPECT_EQ(decode(utf8_text), utf8_text);
  EXPECT_EQ(decode(gb_text), utf8_text);
}

TEST(TextDecoder, WhatMayBeEitherEncodingIsRefused) {
  // In GB18030 these bytes are 楼; in UTF-8 they are ¥.
  EXPECT_EQ(fault_of("id\n1\xC2\xA5\n"), "csv.encoding_ambiguous t.csv");
  EXPECT_EQ(decode("id\n1\xC2\xA5\n", Encoding::gb18030), "id\n1楼\n");
  EXPECT_EQ(decode("id\n1\xC2\xA5\n", Encoding::utf8), "id\n1¥\n");
  EXPECT_EQ(decode("\xEF\xBB\xBFid\n1\xC2\xA5\n"), "id\n1¥\n") << "the mark decides";
  // With one character that only UTF-8 explains there is no doubt.
  EXPECT_EQ(decode("甲·乙"), "甲·乙");
}

TEST(TextDecoder, DamagedUtf8IsNotReadAsSomethingElse) {
  std::string damaged(chinese);
  damaged += damaged;
  damaged.erase(9, 1);  // in 名 of the first row
  EXPECT_EQ(fault_of(damaged), "csv.encoding_damaged t.csv:1");
  std::string cut(chinese);
  cut += "甲";
  cut.pop_back();
  EXPECT_EQ(fault_of(cut), "csv.encoding_damaged t.csv:3");
}

TEST(TextDecoder, BytesOfNoEncodingAreRefusedByTheirRow) {
  EXPECT_EQ(fault_of("id\na\n\xFF\xFF\xFF\n"), "csv.encoding t.csv:3");
  EXPECT_EQ(fault_of("id\n\x80\n"), "csv.encoding t.csv:2");
}

TEST(TextDecoder, ANamedEncodingIsStrict) {
  EXPECT_EQ(fault_of(chinese_gb18030, Encoding::utf8), "csv.encoding t.csv:1");
  EXPECT_EQ(fault_of("id\n\xFF\xFF\n", Encoding::gb18030), "csv.encoding t.csv:2");
  EXPECT_EQ(fault_of("id\n\xBC", Encoding::gb18030), "csv.encoding t.csv:2") << "cut off";
  EXPECT_EQ(fault_of("id\n", Encoding::utf16), "csv.encoding_no_mark t.csv");
}

TEST(TextDecoder, IllFormedUtf8BehindAMarkIsRefused) {
  const std::vector<std::string> ill_formed{"\xC0\x80",          // overlong NUL
                                            "\xC1\xBF",          // overlong
                                            "\xE0\x80\x80",      // overlong
                                            "\xED\xA0\x80",      // surrogate
                                            "\xF0\x80\x80\x80",  // overlong
                                            "\xF4\x90\x80\x80",  // above U+10FFFF
                                            "\xF8\x88\x80\x80\x80",
                                            "\x80",
                                            "\xE4\xB8",
                                            "\xE4\x41"};
  for (const std::string& bytes : ill_formed) {
    EXPECT_EQ(fault_of("\xEF\xBB\xBFid\n" + bytes), "csv.encoding t.csv:2");
    EXPECT_EQ(fault_of("\xEF\xBB\xBFid\n" + bytes + "\n"), "csv.encoding t.csv:2");
  }
  EXPECT_EQ(decode("\xEF\xBB\xBF\xEF\xBF\xBD\xF4\x8F\xBF\xBF\xED\x9F\xBF"),
            "\uFFFD\U0010FFFF\uD7FF")
      << "the ends of the ranges are characters";
}

TEST(TextDecoder, IllFormedUtf16IsRefused) {
  EXPECT_EQ(fault_of(utf16(u"id\na", true) + "x"), "csv.encoding t.csv:2") << "odd length";
  std::string lone = utf16(u"id\n", true);
  lone += std::string("\x00\xD8\x41\x00", 4);
  EXPECT_EQ(fault_of(lone), "csv.encoding t.csv:2") << "lone surrogate";
}

}  // namespace
}  // namespace tijian
