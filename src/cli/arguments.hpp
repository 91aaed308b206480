// What was asked for on the command line.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/text_decoder.hpp"
#include "tijian/text.hpp"

namespace tijian {

enum class OutputFormat { csv, json, text };

struct Arguments {
  std::string framework;           // a path, or the id of a shipped one
  std::vector<std::string> bases;  // documents that it may extend
  std::string units;
  std::vector<std::pair<std::string, std::string>> tables;  // name, file
  std::string entries;
  std::string previous_problems;
  int year = 0;                      // 0: the framework's
  std::optional<Language> language;  // none: faults in both, results in Chinese
  int threads = 0;                   // 0: as many as the machine has
  bool report_unknown_units = false;
  long long max_objects = 1'000'000;
  Encoding encoding = Encoding::automatic;
  std::string output;
  OutputFormat format = OutputFormat::csv;
  std::vector<std::string> only;
  bool force = false;
  bool source_columns = false;
  std::string unit;
  std::string indicator;

  [[nodiscard]] Language result_language() const { return language.value_or(Language::zh); }
};

}  // namespace tijian
