// Issues and progress as lines for people.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "cli/program.hpp"
#include "tijian/issue.hpp"

namespace tijian {

/// One line per issue: place, message (both languages where none is given), nearest name, code.
/// Control characters of the data do not reach the terminal.
void print_issues(std::ostream& out, const Issues& issues, std::optional<Language> language);

/// The text without control characters, line ends as blanks.
std::string one_line(std::string_view text);

/// A share of the work, on one line of a terminal that is rewritten; silent elsewhere.
class Progress {
 public:
  explicit Progress(const Streams& streams) : streams_(streams) {}
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Names what is being done.
  void stage(std::string_view zh, std::string_view en, Language language);
  /// `done` between 0 and 1.
  void show(double done);

 private:
  const Streams& streams_;
  std::string stage_;
  int percent_ = -1;
  bool shown_ = false;
};

}  // namespace tijian
