// Text cells of CSV files that people open in spreadsheets: the guard against formulas, written and
// taken off again.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace tijian {

/// Whether a spreadsheet may take a cell of this text for a formula: it begins with one of = + - @,
/// TAB, CR, LF or NUL, or with a full-width ＝ ＋ － ＠, which some input methods fold.
inline bool begins_like_formula(std::string_view text) {
  if (text.empty()) return false;
  constexpr std::string_view plain("=+-@\t\r\n\0", 8);
  if (plain.find(text.front()) != std::string_view::npos) return true;
  constexpr std::array<std::string_view, 4> full_width{"\xEF\xBC\x9D", "\xEF\xBC\x8B",
                                                       "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
  for (const std::string_view sign : full_width) {
    if (text.starts_with(sign)) return true;
  }
  return false;
}

/// Whether `text` is a formula's beginning behind any number of apostrophes. All of these get one
/// more, so that taking one off gives the very text back, apostrophes of its own included.
inline bool needs_formula_guard(std::string_view text) {
  const std::size_t start = text.find_first_not_of('\'');
  return start != std::string_view::npos && begins_like_formula(text.substr(start));
}

/// The text without the apostrophe that `csv_writer.hpp` has put before a formula's beginning.
inline std::string_view without_formula_guard(std::string_view text) {
  if (text.starts_with('\'') && needs_formula_guard(text)) text.remove_prefix(1);
  return text;
}

/// Appends `text` without control characters (C0 but TAB, LF and CR, DEL, and C1 in UTF-8).
inline void append_without_controls(std::string& result, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == 0x7F) continue;
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') continue;
    if (byte == 0xC2 && i + 1 < text.size()) {
      const auto next = static_cast<unsigned char>(text[i + 1]);
      if (next >= 0x80 && next <= 0x9F) {
        ++i;
        continue;
      }
    }
    result += text[i];
  }
}

}  // namespace tijian
