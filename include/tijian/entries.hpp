// Entries (填报): one long frame of what nobody can compute from rows: reported values, experts'
// grades and overrides, earlier years, peer cities, status of problems.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "tijian/add_options.hpp"
#include "tijian/composite_grade.hpp"
#include "tijian/frame.hpp"
#include "tijian/grade.hpp"
#include "tijian/nearest.hpp"
#include "tijian/plan.hpp"
#include "tijian/published.hpp"
#include "tijian/units.hpp"

namespace tijian {

/// Where a problem stands, the column `status`; none: an entry says nothing of it.
enum class ProblemStatus : std::uint8_t { none, open, in_progress, done, closed };
inline constexpr std::array<std::string_view, 5> problem_statuses = {"", "open", "in_progress",
                                                                     "done", "closed"};

/// What is to be thought of a problem, the column `confirmation`.
enum class Confirmation : std::uint8_t { none, confirmed, lead, to_verify };
inline constexpr std::array<std::string_view, 4> confirmations = {"", "confirmed", "lead",
                                                                  "to_verify"};

[[nodiscard]] constexpr std::string_view name(ProblemStatus status) {
  return problem_statuses[static_cast<std::size_t>(status)];
}
[[nodiscard]] constexpr std::string_view name(Confirmation confirmation) {
  return confirmations[static_cast<std::size_t>(confirmation)];
}

struct Entry {
  std::uint32_t unit = no_index;
  std::uint32_t series = no_index;  // of the indicator or component; none for an aspect's grade
  std::uint32_t aspect = no_index;
  std::uint32_t item = no_index;  // into Plan::items
  std::string object;
  int year = 0;
  double value = null_number;
  double numerator = null_number;
  double denominator = null_number;
  std::optional<std::string> published;
  std::optional<Grade> grade;
  std::optional<CompositeGrade> composite;
  int severity = -1;
  ProblemStatus status = ProblemStatus::none;
  Confirmation confirmation = Confirmation::none;
  std::string reason, role, date, source;
  int evidence = 0;  // 1 (A) … 5 (E)
  std::size_t row = 0;
};

class Entries {
 public:
  Entries() = default;

  /// Reads the frame of entries. Throws DataError with every fault, by row, and Cancelled.
  static Entries build(const Plan& plan, const Units& units, const TableView& table, int year,
                       const std::stop_token& stop = {}) {
    Entries entries;
    Issues issues;
    for (const char* column : {"unit"})
      if (table.find(column) == nullptr)
        issues.push_back(make_issue(data_messages::missing_column, std::string("entries/") + column,
                                    {{"table", "entries"}, {"column", column}}));
    if (!issues.empty()) throw DataError(std::move(issues));
    const auto text = [&](const char* column) {
      return read_text_column(table, column, "entries", issues);
    };
    const auto number = [&](const char* column) {
      return read_number_column(table, column, "entries", issues);
    };
    const auto unit = text("unit"), indicator = text("indicator"), aspect = text("aspect"),
               component = text("component"), item = text("item"), object = text("object"),
               published = text("published"), grade = text("grade"), severity = text("severity"),
               status = text("status"), confirmation = text("confirmation"),
               reason = text("reason"), role = text("role"), date = text("date"),
               evidence = text("evidence"), source = text("source");
    const auto years = number("year"), value = number("value"), numerator = number("numerator"),
               denominator = number("denominator");
    if (!issues.empty()) throw DataError(std::move(issues));

    for (std::size_t r = 0; r < unit.size(); ++r) {
      if (r % 4096 == 0) stop_if_asked(stop);
      Reader row{*plan, units, issues, r + 1, false};
      Entry entry;
      entry.row = r + 1;
      entry.unit = unit[r] ? units.find(*unit[r]) : no_index;
      if (entry.unit == no_index) row.unknown("unit", unit[r].value_or(""), {});
      entry.year = year;
      if (!is_null(years[r])) {
        if (years[r] >= 1900 && years[r] <= 9999 && years[r] == std::floor(years[r]))
          entry.year = static_cast<int>(years[r]);
        else
          row.wrong("year 必须是 1900–9999 的整数",
                    "year has to be a whole number from 1900 to 9999");
      }
      if (aspect[r] && !aspect[r]->empty())
        entry.aspect = row.aspect(*aspect[r]);
      else
        entry.series = row.series(indicator[r].value_or(""), component[r]);
      if (item[r] && !item[r]->empty() && entry.series != no_index)
        entry.item = row.item(entry.series, *item[r]);
      entry.object = object[r].value_or("");
      entry.value = value[r];
      entry.numerator = numerator[r];
      entry.denominator = denominator[r];
      entry.published = published[r];
      if (grade[r] && !grade[r]->empty()) {
        if (entry.aspect != no_index)
          entry.composite = row.composite(*grade[r]);
        else
          entry.grade = row.grade(*grade[r]);
      }
      if (severity[r] && !severity[r]->empty()) entry.severity = row.severity(*severity[r]);
      entry.reason = reason[r].value_or("");
      if ((entry.grade || entry.composite || entry.severity >= 0) && entry.reason.empty())
        row.add(make_issue(data_messages::entry_reason, row.place("reason"),
                           {{"row", std::to_string(r + 1)}}));
      entry.status = row.word<ProblemStatus>("status", status[r].value_or(""), problem_statuses);
      entry.confirmation =
          row.word<Confirmation>("confirmation", confirmation[r].value_or(""), confirmations);
      entry.role = role[r].value_or("");
      entry.date = date[r].value_or("");
      entry.source = source[r].value_or("");
      if (evidence[r] && !evidence[r]->empty()) {
        if (evidence[r]->size() == 1 && (*evidence[r])[0] >= 'A' && (*evidence[r])[0] <= 'E')
          entry.evidence = (*evidence[r])[0] - 'A' + 1;
        else
          row.unknown("evidence", *evidence[r], {"A", "B", "C", "D", "E"});
      }
      if (entry.series != no_index && is_null(entry.value) && !is_null(entry.numerator))
        entry.value = quotient(*plan, entry);
      // What names something unknown is refused already, and is no duplicate of anything.
      if (!row.unidentified) {
        const auto [at, fresh] = entries.index_.emplace(key_of(entry), entries.list_.size());
        if (!fresh)
          row.add(make_issue(data_messages::entry_duplicate, row.place("unit"),
                             {{"row", std::to_string(r + 1)},
                              {"other", std::to_string(entries.list_[at->second].row)}}));
      }
      entries.list_.push_back(std::move(entry));
    }
    if (!issues.empty()) throw DataError(std::move(issues));
    return entries;
  }

  /// Entries that were read before: of a saved assessment. Null where two are of the same thing.
  static std::optional<Entries> restore(std::vector<Entry> list) {
    Entries entries;
    for (std::size_t i = 0; i < list.size(); ++i)
      if (!entries.index_.emplace(key_of(list[i]), i).second) return std::nullopt;
    entries.list_ = std::move(list);
    return entries;
  }

  [[nodiscard]] const std::vector<Entry>& all() const { return list_; }

  /// The entry of a unit × indicator or component (and item, object) in a year, or null.
  [[nodiscard]] const Entry* find(std::uint32_t series, std::uint32_t unit, int year,
                                  std::uint32_t item = no_index,
                                  std::string_view object = {}) const {
    if (list_.empty()) return nullptr;  // of a million units, mostly
    return at({series, no_index, item, unit, year, std::string(object)});
  }
  /// The entry of a unit × aspect in a year, or null.
  [[nodiscard]] const Entry* find_aspect(std::uint32_t aspect, std::uint32_t unit, int year) const {
    return at({no_index, aspect, no_index, unit, year, {}});
  }

 private:
  using Key =
      std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t, int, std::string>;

  static Key key_of(const Entry& entry) {
    return {entry.series, entry.aspect, entry.item, entry.unit, entry.year, entry.object};
  }

  [[nodiscard]] const Entry* at(const Key& key) const {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : &list_[found->second];
  }

  /// s·N/D of an entry without a value: s is the formula's factor, else 100 for %, else 1.
  static double quotient(const PlanData& plan, const Entry& entry) {
    const SeriesPlan& series = plan.series[entry.series];
    const Indicator& indicator = plan.framework.indicators[series.indicator];
    const std::string& own = series.component == no_index
                                 ? indicator.measure
                                 : indicator.components[series.component].measure;
    const std::string& measure = own.empty() ? indicator.measure : own;
    double factor = measure == "%" ? 100 : 1;
    double divisor = 1;
    if (series.ratio) {
      factor = series.factor_numerator;
      divisor = series.factor_denominator;
    }
    const double denominator = is_null(entry.denominator) ? 1 : entry.denominator;
    const bool is_share =
        series.denominator != formula::no_node || (!series.ratio && measure == "%");
    if (is_null(entry.denominator) && is_share) return null_number;
    const double value = factor * entry.numerator / (denominator * divisor);
    return std::isfinite(value) ? value : null_number;
  }

  struct Reader {
    const PlanData& plan;
    const Units& units;
    Issues& issues;
    std::size_t row;
    bool unidentified = false;

    [[nodiscard]] std::string place(const std::string& column) const {
      return "entries/" + std::to_string(row) + "/" + column;
    }
    void add(Issue issue) {
      if (issues.size() < 1000) issues.push_back(std::move(issue));
    }
    void wrong(std::string_view zh, std::string_view en) {
      add(make_issue(data_messages::entry_value, place(""),
                     {{"row", std::to_string(row)}, {"what", zh}, {"what_en", en}}));
    }
    void unknown(const std::string& column, const std::string& value,
                 const std::vector<std::string>& known) {
      Issue issue =
          make_issue(data_messages::entry_unknown, place(column),
                     {{"row", std::to_string(row)}, {"column", column}, {"value", value}});
      unidentified = unidentified || (column != "grade" && column != "severity");
      issue.found = value;
      issue.nearest = nearest_name(value, known);
      add(std::move(issue));
    }
    /// The word at its place among those of an enumeration, of which the first is none.
    template <class Word, std::size_t count>
    Word word(const std::string& column, const std::string& value,
              const std::array<std::string_view, count>& words) {
      const auto at = std::find(words.begin(), words.end(), value);
      if (at != words.end()) return static_cast<Word>(at - words.begin());
      unknown(column, value, {std::next(words.begin()), words.end()});
      return Word::none;
    }
    std::uint32_t aspect(const std::string& id) {
      std::vector<std::string> known;
      for (std::uint32_t a = 0; a < plan.framework.aspects.size(); ++a) {
        if (plan.framework.aspects[a].id == id) return a;
        known.push_back(plan.framework.aspects[a].id);
      }
      unknown("aspect", id, known);
      return no_index;
    }
    std::uint32_t series(const std::string& id, const std::optional<std::string>& component) {
      const auto at = plan.indicator_index.find(id);
      if (at == plan.indicator_index.end()) {
        std::vector<std::string> known;
        for (const Indicator& indicator : plan.framework.indicators) known.push_back(indicator.id);
        unknown("indicator", id, known);
        return no_index;
      }
      const std::uint32_t summary = plan.series_of_indicator[at->second];
      if (!component || component->empty()) return summary;
      std::vector<std::string> known;
      const auto& components = plan.framework.indicators[at->second].components;
      for (std::uint32_t c = 0; c < components.size(); ++c) {
        if (components[c].id == *component) return plan.series[summary].components[c];
        known.push_back(components[c].id);
      }
      unknown("component", *component, known);
      return no_index;
    }
    std::uint32_t item(std::uint32_t series_index, const std::string& id) {
      std::vector<std::string> known;
      const SeriesPlan& found = plan.series[series_index];
      for (const std::uint32_t at : found.items) {
        const Item& item = plan.framework.indicators[found.indicator].items[plan.items[at].item];
        if (item.id == id) return at;
        known.push_back(item.id);
      }
      unknown("item", id, known);
      return no_index;
    }
    std::optional<Grade> grade(const std::string& id) {
      for (std::size_t g = 0; g < grade_names.size(); ++g)
        if (grade_names[g] == id) return static_cast<Grade>(g);
      unknown("grade", id, {grade_names.begin(), grade_names.end()});
      return std::nullopt;
    }
    std::optional<CompositeGrade> composite(const std::string& id) {
      for (std::size_t g = 0; g < composite_grade_names.size(); ++g)
        if (composite_grade_names[g] == id) return static_cast<CompositeGrade>(g);
      unknown("grade", id, {composite_grade_names.begin(), composite_grade_names.end()});
      return std::nullopt;
    }
    int severity(const std::string& id) {
      std::vector<std::string> known;
      for (std::size_t k = 0; k < plan.framework.severities.size(); ++k) {
        if (plan.framework.severities[k].id == id) return static_cast<int>(k);
        known.push_back(plan.framework.severities[k].id);
      }
      unknown("severity", id, known);
      return -1;
    }
  };

  std::vector<Entry> list_;
  std::map<Key, std::size_t> index_;
};

}  // namespace tijian
