// The lists that a document has where it does not give them.
#pragma once

#include <vector>

#include "tijian/framework.hpp"

namespace tijian {

/// 一般, 较严重, 严重: mildest first.
inline std::vector<Named> default_severities() {
  return {{"moderate", {"一般", "moderate"}},
          {"serious", {"较严重", "serious"}},
          {"critical", {"严重", "critical"}}};
}

/// 限时解决 within a year, 尽力解决 within three.
inline std::vector<TimeClass> default_time_classes() {
  return {{"time_limited", {"限时解决", "time-limited"}, 12},
          {"best_effort", {"尽力解决", "best effort"}, 36}};
}

/// 规划, 建设, 移交, 运营.
inline std::vector<Named> default_stages() {
  return {{"planning", {"规划", "planning"}},
          {"construction", {"建设", "construction"}},
          {"handover", {"移交", "handover"}},
          {"operation", {"运营", "operation"}}};
}

/// Gives a framework that was made in a program the lists that a document has without giving them.
inline void fill_defaults(Framework& framework) {
  if (framework.severities.empty()) framework.severities = default_severities();
  if (framework.time_classes.empty()) framework.time_classes = default_time_classes();
  if (framework.stages.empty()) framework.stages = default_stages();
}

}  // namespace tijian
