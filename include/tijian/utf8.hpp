// UTF-8: where text ends and bytes that are no text begin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tijian {

/// Whether a byte of UTF-8 goes on with the character of the byte before it.
inline bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// Length of the UTF-8 sequence at the beginning of `text` (1 to 4), or 0 where it is none:
/// shortest form only, no surrogates, nothing above U+10FFFF. `text` is not empty.
inline std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return continues(1, 0x80, 0xBF) ? 2 : 0;
  if (lead < 0xF0) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead > 0xF4) return 0;
  const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
  return continues(1, low, high) && continues(2, 0x80, 0xBF) && continues(3, 0x80, 0xBF) ? 4 : 0;
}

/// Bytes at the beginning of `text` that are UTF-8: its size where all of it is.
inline std::size_t utf8_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    // Most texts are ASCII, or begin so: eight bytes at a time.
    if (std::uint64_t bytes = 0; i + sizeof bytes <= text.size()) {
      std::memcpy(&bytes, text.data() + i, sizeof bytes);
      if ((bytes & 0x8080808080808080) == 0) {
        i += sizeof bytes;
        continue;
      }
    }
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) break;
    i += length;
  }
  return i;
}

inline bool is_utf8(std::string_view text) { return utf8_prefix(text) == text.size(); }

/// `text` with U+FFFD in place of each byte that is not UTF-8.
inline std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (true) {
    const std::size_t plain = utf8_prefix(text);
    valid += text.substr(0, plain);
    if (plain == text.size()) return valid;
    valid += "\xEF\xBF\xBD";
    text.remove_prefix(plain + 1);
  }
}

}  // namespace tijian
