// JSON text, written value by value: frameworks in their canonical form, result tables,
// explanations.
//
// Always valid UTF-8 JSON: a byte that is not UTF-8 becomes U+FFFD, a number that is not finite
// becomes null (results have none: a missing value is null already). -0 is written as 0.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/utf8.hpp"

namespace tijian {

/// Appends `value` as the shortest text that reads back to the same number. Integers beyond 2^53
/// get an exponent, because a reader would refuse them as integers that may have lost digits.
inline void append_json_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  if (value == 0) value = 0;  // -0
  char digits[32];
  auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const std::string_view shortest(digits, static_cast<std::size_t>(end - digits));
  if (std::fabs(value) > 0x1p53 && shortest.find_first_of(".e") == std::string_view::npos)
    end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific).ptr;
  out.append(digits, end);
}

/// Appends `text` in quotation marks.
inline void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;  // start of what can be copied as it is
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_length(text.substr(i));
    if (length > 0 && byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F) {
      i += length;
      continue;
    }
    out.append(text, plain, i - plain);
    switch (byte) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (length == 0) {
          out += "\xEF\xBF\xBD";
        } else {
          out += "\\u00";
          out += "0123456789abcdef"[byte >> 4];
          out += "0123456789abcdef"[byte & 15];
        }
    }
    plain = ++i;
  }
  out.append(text, plain, text.size() - plain);
  out += '"';
}

/// Writes values one after another into `out`, which stays the caller's: it may be emptied between
/// any two calls, so that a long table never stands in memory as a whole. With `indent` every entry
/// stands on its own line. The caller keeps the order: a key before each value of an object, every
/// begin closed by its end.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out, std::size_t indent = 0) : out_(out), indent_(indent) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }

  void key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_ += indent_ > 0 ? ": " : ":";
    after_key_ = true;
  }

  void string(std::string_view text) {
    separate();
    append_json_string(out_, text);
  }
  void number(double value) {
    separate();
    append_json_number(out_, value);
  }
  void integer(std::int64_t value) {
    separate();
    char digits[24];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  void boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
  }
  void null() {
    separate();
    out_ += "null";
  }
  /// `json` is written as it is: it must be one JSON value.
  void raw(std::string_view json) {
    separate();
    out_ += json;
  }

 private:
  void begin(char bracket) {
    separate();
    out_ += bracket;
    filled_.push_back(false);
  }
  void end(char bracket) {
    const bool filled = filled_.back();
    filled_.pop_back();
    if (filled) new_line();
    out_ += bracket;
  }
  void separate() {
    if (after_key_) {
      after_key_ = false;
      return;
    }
    if (filled_.empty()) return;
    if (filled_.back()) out_ += ',';
    filled_.back() = true;
    new_line();
  }
  void new_line() {
    if (indent_ == 0) return;
    out_ += '\n';
    out_.append(indent_ * filled_.size(), ' ');
  }

  std::string& out_;
  std::size_t indent_;
  std::vector<bool> filled_;  // for each open object or array: something stands in it
  bool after_key_ = false;
};

}  // namespace tijian
