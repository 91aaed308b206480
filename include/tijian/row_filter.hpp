// Which rows of a result table are asked for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/assessment_data.hpp"
#include "tijian/data_messages.hpp"
#include "tijian/nearest.hpp"

namespace tijian {

/// Rows of a result table to keep. A list that is not given is all; one that is empty is none. An
/// empty text is all.
struct TableFilter {
  std::optional<std::vector<std::string>> units;  ///< with all units beneath them
  std::string level;
  std::optional<std::vector<std::string>> indicators;
  std::string severity_at_least;
  std::string time_class;
  std::string department;
};

/// A filter with its names looked up.
class RowFilter {
 public:
  /// Borrows `data`. Throws DataError naming every id that the framework or the units do not have:
  /// a misspelt filter must not pass for "nothing found".
  RowFilter(const AssessmentData& data, const TableFilter& filter)
      : units_(&data.units), department_(filter.department) {
    const Framework& framework = data.plan.framework();
    if (filter.units) read_units(*filter.units);
    level_ = place("level", filter.level, framework.levels);
    if (filter.indicators) {
      indicators_.emplace(framework.indicators.size(), std::uint8_t{0});
      for (const std::string& id : *filter.indicators)
        if (const int at = place("indicator", id, framework.indicators); at >= 0)
          (*indicators_)[static_cast<std::size_t>(at)] = 1;
    }
    first_indicator_ = framework.indicators.data();
    severity_ = place("severity_at_least", filter.severity_at_least, framework.severities);
    time_class_ = place("time_class", filter.time_class, framework.time_classes);
    place("department", filter.department, framework.departments);
    if (!issues_.empty()) throw DataError(std::move(issues_));
  }

  [[nodiscard]] bool unit(std::uint32_t unit) const {
    return (!wanted_ || (*wanted_)[unit] != 0) &&
           (level_ < 0 || units_->level(unit) == static_cast<std::uint32_t>(level_));
  }
  /// Whether not every unit is wanted.
  [[nodiscard]] bool limits_units() const { return wanted_.has_value() || level_ >= 0; }
  /// Whether units have rows of some indicators only, by what was found of each.
  [[nodiscard]] bool limits_cells() const { return severity_ >= 0 || time_class_ >= 0; }
  /// Whether indicators are named, be it none.
  [[nodiscard]] bool names_indicators() const { return indicators_.has_value(); }
  [[nodiscard]] bool wants_no_indicator() const {
    return indicators_ &&
           std::all_of(indicators_->begin(), indicators_->end(), [](auto one) { return one == 0; });
  }
  /// `indicator` is one of the framework's.
  [[nodiscard]] bool indicator(const Indicator& indicator) const {
    return !indicators_ ||
           (*indicators_)[static_cast<std::size_t>(&indicator - first_indicator_)] != 0;
  }
  [[nodiscard]] bool severity(int severity) const { return severity_ < 0 || severity >= severity_; }
  [[nodiscard]] bool time_class(int time_class) const {
    return time_class_ < 0 || time_class == time_class_;
  }
  [[nodiscard]] bool department(std::string_view department) const {
    return department_.empty() || department == department_;
  }

 private:
  void read_units(const std::vector<std::string>& ids) {
    wanted_.emplace(units_->size(), std::uint8_t{0});
    for (const std::string& id : ids) {
      const std::uint32_t unit = units_->find(id);
      if (unit == no_index)
        unknown("unit", id, {});
      else
        (*wanted_)[unit] = 1;
    }
    // Parents have higher numbers than their children.
    for (auto unit = static_cast<std::uint32_t>(wanted_->size()); unit-- > 0;)
      if (units_->parent(unit) != no_index && (*wanted_)[units_->parent(unit)] != 0)
        (*wanted_)[unit] = 1;
  }

  /// Where an id stands in its list; -1 for no id.
  template <class List>
  int place(std::string_view name, const std::string& id, const List& list) {
    if (id.empty()) return -1;
    std::vector<std::string> known;
    for (std::size_t k = 0; k < list.size(); ++k) {
      if (list[k].id == id) return static_cast<int>(k);
      known.push_back(list[k].id);
    }
    unknown(name, id, known);
    return -1;
  }

  void unknown(std::string_view name, const std::string& id,
               const std::vector<std::string>& known) {
    if (issues_.size() >= 100) return;
    Issue issue = make_issue(data_messages::unknown_filter, std::string(name),
                             {{"name", name}, {"value", id}});
    issue.found = id;
    issue.nearest = nearest_name(id, known);
    issues_.push_back(std::move(issue));
  }

  const Units* units_;
  const Indicator* first_indicator_ = nullptr;
  std::optional<std::vector<std::uint8_t>> wanted_;
  std::optional<std::vector<std::uint8_t>> indicators_;
  int level_ = -1;
  int severity_ = -1;
  int time_class_ = -1;
  std::string department_;
  Issues issues_;
};

}  // namespace tijian
