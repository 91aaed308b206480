// Messages in two languages. Each part of the library lists its own as constants (see
// formula/messages.hpp, check_messages.hpp …); a code is stable once released.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "tijian/issue.hpp"

namespace tijian {

/// A template: "{name}" is replaced by the value given for `name`, the same names in both
/// languages.
struct Message {
  std::string_view code;
  std::string_view zh;
  std::string_view en;
};

using MessageValues = std::initializer_list<std::pair<std::string_view, std::string_view>>;

inline std::string fill_message(std::string_view pattern, MessageValues values) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size();) {
    if (pattern[i] == '{') {
      const std::size_t end = pattern.find('}', i);
      bool replaced = false;
      for (const auto& [name, value] : values) {
        if (end != std::string_view::npos && pattern.substr(i + 1, end - i - 1) == name) {
          text += value;
          replaced = true;
          break;
        }
      }
      if (replaced) {
        i = end + 1;
        continue;
      }
    }
    text += pattern[i++];
  }
  return text;
}

inline Issue make_issue(const Message& message, std::string place, MessageValues values = {}) {
  Issue issue;
  issue.code = message.code;
  issue.place = std::move(place);
  issue.message = {fill_message(message.zh, values), fill_message(message.en, values)};
  return issue;
}

}  // namespace tijian
