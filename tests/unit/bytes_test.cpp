#include "tijian/bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "reference/saved_tally.hpp"

namespace tijian {
namespace {

using namespace std::string_literals;
using reference::refusal;

enum class Colour : std::uint8_t { red, green, blue };

/// One field list for both directions.
struct Sample {
  std::int8_t small = -1;
  std::uint32_t index = 7;
  std::int64_t count = 1;
  std::uint64_t bits = 0x0123456789ABCDEF;
  bool flag = true;
  Colour colour = Colour::blue;
  double number = -0.5;
  double there = 2, missing = std::numeric_limits<double>::quiet_NaN();
  std::string text = "小区";
  std::optional<int> maybe = 3;
  std::optional<int> none;
  std::vector<std::uint8_t> list = {1, 0, 1};
};

template <class Archive>
void fields(Archive& archive, Archived<Archive, Sample>& sample) {
  archive.integer(sample.small, -1, 5);
  index_or_none_field(archive, sample.index, 8);
  archive.integer(sample.count, 0, largest_count);
  archive.word(sample.bits);
  archive.flag(sample.flag);
  archive.choice(sample.colour, Colour::blue);
  archive.number(sample.number);
  archive.numbers(sample.there, sample.missing);
  archive.text(sample.text);
  optional_field(archive, sample.maybe, [&](auto& year) { archive.integer(year, 1, 9999); });
  optional_field(archive, sample.none, [&](auto& year) { archive.integer(year, 1, 9999); });
  list_field(archive, sample.list, 1, [&](auto& value) { archive.integer(value, 0, 1); });
  archive.same_text("end");
  archive.same(std::uint32_t{5});
}

std::string written(const Sample& sample) {
  ByteWriter writer;
  fields(writer, sample);
  return writer.take();
}

Sample read(std::string_view bytes) {
  ByteReader reader(bytes);
  Sample sample;
  sample.none = 9;
  fields(reader, sample);
  reader.finish();
  return sample;
}

// By hand: every field as the format's document says, lowest byte first.
const std::string& sample_bytes() {
  static const std::string bytes =
      "\xFF"s                              // -1
      "\x07\0\0\0"s                        // 7
      "\x01\0\0\0\0\0\0\0"s                // 1
      "\xEF\xCD\xAB\x89\x67\x45\x23\x01"s  // the word
      "\x01"s                              // true
      "\x02"s                              // blue
      "\0\0\0\0\0\0\xE0\xBF"s              // -0.5
      "\x01\0"s                            // the first of two is there
      "\0\0\0\0\0\0\0\x40"s                // 2
      "\x06\0\0\0\0\0\0\0\xE5\xB0\x8F\xE5\x8C\xBA"s
      "\x01\x03\0\0\0"s  // there, 3
      "\0"s              // not there
      "\x03\0\0\0\0\0\0\0\x01\0\x01"s
      "\x03\0\0\0\0\0\0\0end"s
      "\x05\0\0\0"s;
  return bytes;
}

TEST(Bytes, AreLittleEndianOnEveryMachine) { EXPECT_EQ(written(Sample()), sample_bytes()); }

TEST(Bytes, ReadBackAsTheSameFields) {
  const Sample sample = read(sample_bytes());
  EXPECT_EQ(sample.small, -1);
  EXPECT_EQ(sample.bits, 0x0123456789ABCDEFU);
  EXPECT_EQ(sample.number, -0.5);
  EXPECT_EQ(sample.there, 2);
  EXPECT_TRUE(std::isnan(sample.missing));
  EXPECT_EQ(sample.text, "小区");
  EXPECT_EQ(sample.maybe, 3);
  EXPECT_FALSE(sample.none);
  EXPECT_EQ(written(sample), sample_bytes());
}

TEST(Bytes, EndingAnywhereAreRefused) {
  for (std::size_t size = 0; size < sample_bytes().size(); ++size)
    EXPECT_EQ(refusal([&] { return read(sample_bytes().substr(0, size)); }), "saved.corrupt")
        << size;
  EXPECT_EQ(refusal([] { return read(sample_bytes() + "\0"s); }), "saved.corrupt");
}

TEST(Bytes, HoldEachFieldToItsRangeInBothDirections) {
  const auto both = [](auto change) {
    Sample sample;
    change(sample);
    return refusal([&] { return written(sample); });
  };
  EXPECT_EQ(both([](Sample& s) { s.small = 6; }), "saved.corrupt");
  EXPECT_EQ(both([](Sample& s) { s.small = -2; }), "saved.corrupt");
  EXPECT_EQ(both([](Sample& s) { s.index = 8; }), "saved.corrupt");
  EXPECT_EQ(both([](Sample& s) { s.index = 0xFFFFFFFF; }), "loaded");
  EXPECT_EQ(both([](Sample& s) { s.count = largest_count; }), "loaded");
  EXPECT_EQ(both([](Sample& s) { s.count = largest_count + 1; }), "saved.corrupt");
  EXPECT_EQ(both([](Sample& s) { s.number = HUGE_VAL; }), "saved.corrupt");
  EXPECT_EQ(both([](Sample& s) { s.there = -HUGE_VAL; }), "saved.corrupt");
  EXPECT_EQ(both([](Sample& s) { s.maybe = 0; }), "saved.corrupt");
  // The same from bytes: place, what stands there.
  const auto changed = [](std::size_t place, const std::string& with) {
    std::string bytes = sample_bytes();
    bytes.replace(place, with.size(), with);
    return refusal([&] { return read(bytes); });
  };
  EXPECT_EQ(changed(0, "\x06"), "saved.corrupt");
  EXPECT_EQ(changed(0, "\xFE"), "saved.corrupt");
  EXPECT_EQ(changed(1, "\x08"), "saved.corrupt");
  EXPECT_EQ(changed(1, "\xFF\xFF\xFF\xFF"), "loaded");
  EXPECT_EQ(changed(5, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "saved.corrupt");
  EXPECT_EQ(changed(5, "\0\0\0\0\0\0\x20\0"s), "loaded");           // 2^53
  EXPECT_EQ(changed(5, "\x01\0\0\0\0\0\x20\0"s), "saved.corrupt");  // one more
  EXPECT_EQ(changed(21, "\x02"), "saved.corrupt");                  // a flag
  EXPECT_EQ(changed(22, "\x03"), "saved.corrupt");                  // a colour
  EXPECT_EQ(changed(29, "\xF0\x7F"), "saved.corrupt");              // infinite
  EXPECT_EQ(changed(29, "\xF8\x7F"), "saved.corrupt");              // NaN
  EXPECT_EQ(changed(31, "\x05"), "saved.corrupt");                  // a third number of two
  EXPECT_EQ(changed(41, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "saved.corrupt");  // a text's length
  EXPECT_EQ(changed(61, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"), "saved.corrupt");  // a list's
  EXPECT_EQ(changed(69, "\x02"), "saved.corrupt");
  EXPECT_EQ(changed(80, "END"), "saved.corrupt");
}

TEST(Bytes, TellWhereTheyAreDamaged) {
  std::string bytes = sample_bytes();
  bytes[21] = 2;
  try {
    ByteReader reader(bytes, 100);
    Sample sample;
    fields(reader, sample);
    FAIL();
  } catch (const SavedError& error) {
    EXPECT_EQ(error.issues()[0].message.en,
              "the saved bytes are damaged at byte 122: a value is out of its range");
    EXPECT_EQ(error.issues()[0].message.zh, "保存的数据在第 122 字节处损坏：数值超出范围");
  }
}

// ---- the envelope -------------------------------------------------------------------------------

TEST(Envelope, IsMagicVersionZeroLengthBodyAndSha256) {
  const std::string bytes = seal(SavedKind::tally, "abc");
  EXPECT_EQ(bytes.substr(0, 24), "\x89TJTALLY\x01\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0"s);
  EXPECT_EQ(bytes.substr(24, 3), "abc");
  EXPECT_EQ(hex_digits(bytes.substr(27)), sha256_hex(bytes.substr(0, 27)));
  EXPECT_EQ(unseal(SavedKind::tally, bytes), "abc");
  EXPECT_EQ(unseal(SavedKind::assessment, seal(SavedKind::assessment, "")), "");
}

TEST(Envelope, RefusesWhatIsOfSomethingElse) {
  const auto code = [](std::string_view bytes) {
    return refusal([&] { return unseal(SavedKind::tally, bytes); });
  };
  EXPECT_EQ(code(seal(SavedKind::assessment, "abc")), "saved.foreign");
  EXPECT_EQ(code("PK\x03\x04"), "saved.foreign");
  EXPECT_EQ(code("x"), "saved.foreign");
  EXPECT_EQ(code(""), "saved.corrupt");  // the beginning of everything
}

TEST(Envelope, OfANewerVersionTellsBothVersions) {
  std::string bytes = seal(SavedKind::tally, "abc");
  bytes[8] = 2;
  try {
    (void)unseal(SavedKind::tally, bytes);
    FAIL();
  } catch (const SavedError& error) {
    EXPECT_EQ(error.issues()[0].code, "saved.newer");
    EXPECT_EQ(error.issues()[0].found, "2");
    EXPECT_EQ(error.issues()[0].expected, "1");
    EXPECT_EQ(error.issues()[0].message.en,
              "saved by a newer tijian: format version 2, here up to 1 can be read");
  }
  // A newer one may have another head: nothing else of it is looked at.
  EXPECT_EQ(refusal([&] { return unseal(SavedKind::tally, bytes.substr(0, 12)); }), "saved.newer");
  bytes[8] = 0;
  EXPECT_EQ(refusal([&] { return unseal(SavedKind::tally, bytes); }), "saved.corrupt");
}

TEST(Envelope, RefusesEveryBitThatIsAnother) {
  const std::string good = seal(SavedKind::tally, "abc");
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bytes = good;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    EXPECT_NE(refusal([&] { return unseal(SavedKind::tally, bytes); }), "loaded") << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(refusal([&] { return unseal(SavedKind::tally, good.substr(0, size)); }),
              "saved.corrupt");
  EXPECT_EQ(refusal([&] { return unseal(SavedKind::tally, good + "x"); }), "saved.corrupt");
}

TEST(SavedMessages, AreInBothLanguagesWithTheSameNames) {
  for (const Message& message : saved_messages::all) {
    EXPECT_TRUE(message.code.starts_with("saved."));
    EXPECT_FALSE(message.zh.empty());
    EXPECT_FALSE(message.en.empty());
  }
}

}  // namespace
}  // namespace tijian
