// The remediation list (整治建议清单): what the problem list asks for, by time class and
// department.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tijian/judge.hpp"
#include "tijian/problem_list.hpp"

namespace tijian {

/// One row: an indicator × item of the problem list, as far as it falls to one time class and one
/// department.
struct Remediation {
  const ListedProblem* listed = nullptr;
  int severity = -1;
  int time_class = -1;
  std::string department;  // id
  std::string advice, area;
  std::int64_t due = 0;
  std::int64_t problems = 0;  // rows of the problem ledger it answers
};

/// Makes the rows of one row of the problem list: most urgent first, then in the framework's order
/// of departments. Rows of the ledger that are done or closed ask for nothing; where all are, there
/// is no row.
class RemediationList {
 public:
  RemediationList(const AssessmentData& data, const ProblemList& list)
      : data_(data), framework_(data.plan.framework()), list_(list) {}

  template <class Visit>
  void each(const ListedProblem& listed, Visit&& visit) const {
    using Key = std::tuple<int, std::size_t, std::string>;  // time class, department's place, id
    std::map<Key, std::vector<std::uint32_t>> groups;
    for (const std::uint32_t p : listed.problems) {
      const ProblemRow& row = data_.problems[p];
      if (row.status == ProblemStatus::done || row.status == ProblemStatus::closed) continue;
      const std::string& department = list_.department_of(row);
      groups[{row.time_class, place_of(department), department}].push_back(p);
    }
    if (listed.problems.empty())
      groups[{listed.time_class, place_of(listed.department), listed.department}];
    for (const auto& [key, problems] : groups) visit(make(listed, key, problems));
  }

 private:
  [[nodiscard]] std::size_t place_of(const std::string& department) const {
    std::size_t place = 0;
    while (place < framework_.departments.size() && framework_.departments[place].id != department)
      ++place;
    return place;
  }

  [[nodiscard]] Remediation make(const ListedProblem& listed,
                                 const std::tuple<int, std::size_t, std::string>& key,
                                 const std::vector<std::uint32_t>& problems) const {
    Remediation row;
    row.listed = &listed;
    row.time_class = std::get<0>(key);
    row.department = std::get<2>(key);
    row.problems = static_cast<std::int64_t>(problems.size());
    row.severity = problems.empty() ? listed.severity : -1;
    std::vector<std::string> advice;
    for (const std::uint32_t p : problems) {
      row.severity = std::max(row.severity, data_.problems[p].severity);
      const std::string& text = list_.advice_of(data_.problems[p]);
      if (std::find(advice.begin(), advice.end(), text) == advice.end()) advice.push_back(text);
    }
    row.advice = problems.empty() ? listed.advice : join_sentences(advice, list_.language());
    row.area = area_of(listed, problems);
    const auto& time_class = framework_.time_classes[static_cast<std::size_t>(row.time_class)];
    row.due = due_year(data_.year, time_class.due_months);
    return row;
  }

  /// 整治区域: the units of the split level that have such problems; without a split level, or
  /// where a problem lies outside of it, the units that have them.
  [[nodiscard]] std::string area_of(const ListedProblem& listed,
                                    const std::vector<std::uint32_t>& problems) const {
    const std::uint32_t split =
        list_.layout(list_.indicator_of(listed.series).dimension).split_level;
    std::vector<std::uint32_t> units;
    for (const std::uint32_t p : problems) {
      const std::uint32_t unit = data_.problems[p].unit;
      const std::uint32_t area =
          split == no_index ? no_index : list_.levels().ancestor(unit, split);
      units.push_back(area != no_index ? area : split == no_index ? listed.unit : unit);
    }
    if (units.empty()) units.push_back(listed.unit);
    std::sort(units.begin(), units.end());
    units.erase(std::unique(units.begin(), units.end()), units.end());
    std::vector<std::string> names;
    for (const std::uint32_t unit : units) names.push_back(data_.units.name(unit));
    return join_names(names, list_.language());
  }

  const AssessmentData& data_;
  const Framework& framework_;
  const ProblemList& list_;
};

}  // namespace tijian
