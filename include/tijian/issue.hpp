// What is wrong with a framework or with data: a list of issues, each naming its place, and the
// exceptions that carry them.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/text.hpp"

namespace tijian {

/// One fault. `code` is stable for ever; `place` is a JSON pointer for a framework
/// ("/indicators/3/formula"), `table`, `table/column` or `table/row` for data.
struct Issue {
  std::string code;
  std::string place;
  Text message;
  std::string nearest;       ///< the nearest known name, where one was looked for
  std::size_t position = 0;  ///< 1-based byte position inside a formula, else 0
  std::string found;         ///< what stood there
  std::string expected;      ///< what would have been right
  bool warning = false;      ///< true: reported, not refused

  bool operator==(const Issue&) const = default;
};

using Issues = std::vector<Issue>;

/// All errors of the library carry every issue that was found, in the order of the input.
class Error : public std::runtime_error {
 public:
  explicit Error(Issues issues) : std::runtime_error(summary(issues)), issues_(std::move(issues)) {}
  [[nodiscard]] const Issues& issues() const noexcept { return issues_; }

 private:
  static std::string summary(const Issues& issues) {
    std::string text;
    for (const Issue& issue : issues) {
      if (!text.empty()) text += '\n';
      text += issue.place.empty() ? "/" : issue.place;
      text += ": " + issue.message.in(Language::en) + " / " + issue.message.in(Language::zh) +
              " [" + issue.code + "]";
      if (text.size() > 8192) return text + "\n...";
    }
    return text;
  }
  Issues issues_;
};

/// The framework document, its references or its formulas are refused.
class FrameworkError : public Error {
 public:
  using Error::Error;
};

/// Units, tables or entries are refused.
class DataError : public Error {
 public:
  using Error::Error;
};

/// The caller's progress callback asked to stop.
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("cancelled / 已取消") {}
};

}  // namespace tijian
