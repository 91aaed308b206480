// Text for people: one string in Chinese, one in English, at least one of them given.
#pragma once

#include <string>
#include <string_view>

namespace tijian {

enum class Language { zh, en };

struct Text {
  std::string zh;
  std::string en;

  /// The text in `language`, or in the other one where that is empty.
  [[nodiscard]] const std::string& in(Language language) const {
    if (language == Language::zh) return zh.empty() ? en : zh;
    return en.empty() ? zh : en;
  }
  [[nodiscard]] bool empty() const { return zh.empty() && en.empty(); }
  bool operator==(const Text&) const = default;
};

}  // namespace tijian
