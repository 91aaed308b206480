// Where UTF-8 ends, and what stands in place of bytes that are none.
#include "tijian/utf8.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tijian {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, ThePrefixEndsAtTheFirstByteThatIsNoText) {
  EXPECT_EQ(utf8_prefix(""), 0u);
  EXPECT_EQ(utf8_prefix("plain\0text"sv), 10u);
  EXPECT_EQ(utf8_prefix("立管🏠é"), 12u);
  EXPECT_EQ(utf8_prefix("ab\x80"
                        "c"),
            2u);
  EXPECT_EQ(utf8_prefix("立\xE7\xAB"), 3u) << "cut in a character";
  EXPECT_EQ(utf8_prefix("\xC0\xAF"), 0u) << "longer than needed";
  EXPECT_EQ(utf8_prefix("\xED\xA0\x80"), 0u) << "half of a surrogate pair";
  EXPECT_EQ(utf8_prefix("\xF4\x90\x80\x80"), 0u) << "beyond U+10FFFF";
  EXPECT_EQ(utf8_prefix("\xF4\x8F\xBF\xBF"), 4u);
}

TEST(Utf8, ACharacterGoesOnBehindItsFirstByte) {
  for (const std::string_view text : {"a", "é", "城", "𠀀"}) {
    EXPECT_FALSE(continues_character(text.front())) << text;
    for (const char byte : text.substr(1)) EXPECT_TRUE(continues_character(byte)) << text;
  }
}

TEST(Utf8, EachByteThatIsNoTextBecomesOneReplacement) {
  EXPECT_EQ(valid_utf8(""), "");
  EXPECT_EQ(valid_utf8("立管 a\0b"sv), "立管 a\0b"sv);
  EXPECT_EQ(valid_utf8("\xFF"), "\xEF\xBF\xBD");
  EXPECT_EQ(valid_utf8("a\xE7\xAB"
                       "b\xFF"),
            "a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(valid_utf8("\xED\xA0\x80立"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD立");
}

}  // namespace
}  // namespace tijian
