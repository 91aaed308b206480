// Saved tallies taken apart and put together as docs/saved-format.md says, by other means than the
// library's, so that a test can change any field of one and seal it again.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/bytes.hpp"

namespace tijian::reference {

struct SavedTally {
  struct Sum {
    std::uint8_t wide = 0;
    std::vector<std::uint64_t> words;  // 2, or 34
  };
  struct Extreme {
    std::uint8_t present = 0;
    double value = 0;
  };
  struct Key {
    std::string key;
    std::vector<std::uint64_t> counts;
    std::vector<Sum> sums;
    std::vector<Sum> squares;
    std::vector<std::uint64_t> outside;  // by square
    std::vector<Extreme> extremes;
  };
  struct Table {
    std::string id;
    std::uint32_t counts = 0, sums = 0, squares = 0, extremes = 0;
    std::vector<std::uint8_t> maximum;  // by extreme
    std::uint8_t supplied = 0;
    std::uint64_t key_count = 0;
    std::vector<Key> keys;
  };
  std::string fingerprint;
  std::vector<Table> tables;
  std::string trailing;

  static SavedTally parse(std::string_view bytes, std::size_t tables) {
    SavedTally tally;
    Cursor cursor{bytes.substr(24, bytes.size() - 24 - 32)};
    tally.fingerprint = cursor.take(32);
    for (std::size_t t = 0; t < tables; ++t) {
      Table table;
      table.id = cursor.text();
      table.counts = static_cast<std::uint32_t>(cursor.number(4));
      table.sums = static_cast<std::uint32_t>(cursor.number(4));
      table.squares = static_cast<std::uint32_t>(cursor.number(4));
      table.extremes = static_cast<std::uint32_t>(cursor.number(4));
      for (std::uint32_t e = 0; e < table.extremes; ++e) table.maximum.push_back(cursor.byte());
      table.supplied = cursor.byte();
      table.key_count = cursor.number(8);
      for (std::uint64_t k = 0; k < table.key_count; ++k) {
        Key key;
        key.key = cursor.text();
        for (std::uint32_t c = 0; c < table.counts; ++c) key.counts.push_back(cursor.number(8));
        for (std::uint32_t s = 0; s < table.sums; ++s) key.sums.push_back(cursor.sum());
        for (std::uint32_t s = 0; s < table.squares; ++s) {
          key.squares.push_back(cursor.sum());
          key.outside.push_back(cursor.number(8));
        }
        for (std::uint32_t e = 0; e < table.extremes; ++e) {
          Extreme extreme{cursor.byte(), 0};
          if (extreme.present != 0) extreme.value = std::bit_cast<double>(cursor.number(8));
          key.extremes.push_back(extreme);
        }
        table.keys.push_back(key);
      }
      tally.tables.push_back(table);
    }
    tally.trailing = cursor.bytes.substr(cursor.at);
    return tally;
  }

  [[nodiscard]] std::string body() const {
    std::string bytes = fingerprint;
    for (const Table& table : tables) {
      put_text(bytes, table.id);
      for (const std::uint32_t slots : {table.counts, table.sums, table.squares, table.extremes})
        put(bytes, slots, 4);
      for (const std::uint8_t kind : table.maximum) put(bytes, kind, 1);
      put(bytes, table.supplied, 1);
      put(bytes, table.key_count, 8);
      for (const Key& key : table.keys) {
        put_text(bytes, key.key);
        for (const std::uint64_t count : key.counts) put(bytes, count, 8);
        for (const Sum& sum : key.sums) put_sum(bytes, sum);
        for (std::size_t s = 0; s < key.squares.size(); ++s) {
          put_sum(bytes, key.squares[s]);
          put(bytes, key.outside[s], 8);
        }
        for (const Extreme& extreme : key.extremes) {
          put(bytes, extreme.present, 1);
          if (extreme.present != 0) put(bytes, std::bit_cast<std::uint64_t>(extreme.value), 8);
        }
      }
    }
    return bytes + trailing;
  }
  [[nodiscard]] std::string sealed() const { return seal(SavedKind::tally, body()); }

 private:
  struct Cursor {
    std::string_view bytes;
    std::size_t at = 0;
    std::string take(std::size_t size) {
      at += size;
      return std::string(bytes.substr(at - size, size));
    }
    std::uint64_t number(std::size_t width) {
      const std::string little = take(width);
      std::uint64_t value = 0;
      for (std::size_t i = width; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(little.at(i));
      return value;
    }
    std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }
    std::string text() { return take(number(8)); }
    Sum sum() {
      Sum sum{byte(), {}};
      const std::size_t words = sum.wide != 0 ? 34 : 2;
      for (std::size_t i = 0; i < words; ++i) sum.words.push_back(number(8));
      return sum;
    }
  };
  static void put(std::string& bytes, std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
  }
  static void put_text(std::string& bytes, const std::string& text) {
    put(bytes, text.size(), 8);
    bytes += text;
  }
  static void put_sum(std::string& bytes, const Sum& sum) {
    put(bytes, sum.wide, 1);
    for (const std::uint64_t word : sum.words) put(bytes, word, 8);
  }
};

/// The code of the SavedError that `load()` throws, or "loaded"; what is thrown has to name a place
/// and to speak both languages.
template <class Load>
std::string refusal(Load&& load) {
  try {
    (void)load();
  } catch (const SavedError& error) {
    if (error.issues().empty()) return "no issue";
    for (const Issue& issue : error.issues())
      if (issue.message.zh.empty() || issue.message.en.empty() ||
          issue.message.zh.find('{') != std::string::npos ||
          issue.message.en.find('{') != std::string::npos)
        return "a message is not filled in: " + issue.message.en;
    return error.issues()[0].code;
  }
  return "loaded";
}

}  // namespace tijian::reference
