// The problem list (问题清单): the roll-up of the problem ledger into one row per unit of the list
// level × indicator × item, with value, share, the split over the units beneath and one sentence.
//
// Listed is, of floor and guiding indicators:
//  * every item that holds in the unit or in a row of the problem ledger beneath it;
//  * every unmet indicator (× component) in which no item holds;
//  * an indicator without a verdict of its own in the unit (no data, no target, no row on its
//  level)
//    beneath which the problem ledger has it, and what rules add.
// Items of severity none are no problems. What a rule suppresses is left out. Values are never
// summed from the units beneath: where the unit has none, the row has none.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "tijian/assessment_data.hpp"
#include "tijian/ledger_levels.hpp"
#include "tijian/result_words.hpp"
#include "tijian/sentence.hpp"
#include "tijian/target_text.hpp"

namespace tijian {

/// The groups of items that the community ledger has columns for, in its order.
inline constexpr std::array<std::string_view, 4> item_groups = {"not_built", "undersized",
                                                                "incomplete", "other"};

/// One row of the list. Empty texts, missing numbers and -1 are null.
struct ListedProblem {
  std::uint32_t unit = 0;
  std::uint32_t series = 0;             // of the indicator or a component
  std::uint32_t item = no_index;        // into Plan::items; none: the indicator itself
  std::vector<std::uint32_t> problems;  // rows of the problem ledger, at or beneath the unit
  double value = null_number;           // the item's, else the indicator's
  double indicator_value = null_number;
  std::optional<std::int64_t> count, rows;
  std::optional<double> share;  // 0 … 1
  int severity = -1;
  int time_class = -1;
  std::string difficulty;  // id
  std::string department;  // id
  std::string unit_name, dimension_name, aspect_name, indicator_name, item_name, measure, target;
  std::string sentence, split, objects, survey, grade, advice, note;
  std::string analysis;       // of the indicator's figures
  std::string item_analysis;  // of the item's, and the reasons of rules
  std::string severity_name, difficulty_name, time_class_name, department_name;
  std::array<std::string, 4> groups;  // as `item_groups`
};

class ProblemList {
 public:
  explicit ProblemList(const AssessmentData& data)
      : data_(data),
        plan_(*data.plan),
        framework_(plan_.framework),
        units_(data.units),
        language_(data.language),
        levels_(data) {
    for (const Dimension& dimension : framework_.dimensions)
      layouts_.emplace(dimension.id, levels_.layout(dimension.id));
  }

  [[nodiscard]] const LedgerLayout& layout(const std::string& dimension) const {
    return layouts_.at(dimension);
  }
  [[nodiscard]] const LedgerLevels& levels() const { return levels_; }

  /// Visits the rows, sorted by unit (level lowest first), then as the framework has them; of one
  /// dimension, or of all where that is empty.
  template <class Visit>
  void each(std::string_view dimension, Visit&& visit) const {
    for (auto& [key, problems] : keys(dimension)) {
      const auto& [unit, series, item] = key;
      visit(make(unit, series, item, std::move(problems)));
    }
  }

  // ---- words shared with the other lists --------------------------------------------------------

  [[nodiscard]] const Indicator& indicator_of(std::uint32_t series) const {
    return framework_.indicators[plan_.series[series].indicator];
  }
  [[nodiscard]] const Component* component_of(std::uint32_t series) const {
    const SeriesPlan& plan = plan_.series[series];
    return plan.component == no_index ? nullptr : &indicator_of(series).components[plan.component];
  }
  [[nodiscard]] std::string name_of(std::uint32_t series) const {
    const Component* component = component_of(series);
    const std::string& name = indicator_of(series).name.in(language_);
    return component == nullptr ? name : name + " · " + component->name.in(language_);
  }
  [[nodiscard]] const std::string& measure_of(std::uint32_t series) const {
    return tijian::measure_of(plan_, plan_.series[series]);
  }
  [[nodiscard]] std::string display(std::uint32_t series, double value) const {
    const Component* component = component_of(series);
    const Indicator& indicator = indicator_of(series);
    return display_number(
        value,
        component != nullptr && component->decimals ? component->decimals : indicator.decimals,
        indicator.rounding);
  }
  [[nodiscard]] std::string dimension_name(std::string_view id) const {
    return named(framework_.dimensions, id);
  }
  [[nodiscard]] std::string aspect_name(std::string_view id) const {
    return named(framework_.aspects, id);
  }
  [[nodiscard]] std::string department_name(std::string_view id) const {
    return named(framework_.departments, id);
  }
  [[nodiscard]] std::string severity_name(int severity) const {
    if (severity < 0) return {};
    return framework_.severities[static_cast<std::size_t>(severity)].name.in(language_);
  }
  [[nodiscard]] std::string time_class_name(int time_class) const {
    if (time_class < 0) return {};
    return framework_.time_classes[static_cast<std::size_t>(time_class)].name.in(language_);
  }

  /// The value of an indicator or component where its verdict lets it count, else null_number.
  [[nodiscard]] double value_of(std::uint32_t series, std::uint32_t unit) const {
    return data_.results.field(series, units_.level(unit), unit, Field::value);
  }

  /// Values by unit of a level beneath ("西陵区13、伍家岗区6"), largest first, zeros left out; of
  /// the item where one is given. Of a value that does not add up (a ratio), the unmet units,
  /// farthest from their target first, with the measure. At most 100 units are named.
  [[nodiscard]] std::string split(std::uint32_t unit, std::uint32_t series, std::uint32_t item,
                                  std::uint32_t level) const {
    if (level == no_index || units_.level(unit) <= level) return {};
    std::vector<Part> parts;
    for (const std::uint32_t part : levels_.beneath(unit, level))
      if (const auto found = part_of(series, item, level, part)) parts.push_back(*found);
    std::stable_sort(parts.begin(), parts.end(),
                     [](const Part& a, const Part& b) { return a.weight > b.weight; });
    constexpr std::size_t shown = 100;
    const std::string measure =
        adds_up(series) ? std::string()
                        : measure_after(item == no_index ? measure_of(series) : item_measure(item));
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(parts.size(), shown); ++i)
      names.push_back(spaced(units_.name(parts[i].unit)) +
                      (item == no_index ? display(series, parts[i].value)
                                        : display_item(item, parts[i].value)) +
                      measure);
    return join_names(names, language_) + beyond(parts.size(), shown);
  }

  /// The department a row of the problem ledger goes to: the item's, else that of the rule that
  /// touched it, else the indicator's.
  [[nodiscard]] const std::string& department_of(const ProblemRow& row) const {
    const Item* item = item_of(row.item);
    const Rule* rule = rule_of(row);
    if (item != nullptr && !item->department.empty()) return item->department;
    if (rule != nullptr && !rule->department.empty()) return rule->department;
    return indicator_of(row.series).department;
  }
  [[nodiscard]] const std::string& advice_of(const ProblemRow& row) const {
    const Item* item = item_of(row.item);
    const Rule* rule = rule_of(row);
    if (item != nullptr && !item->advice.empty()) return item->advice.in(language_);
    if (rule != nullptr && !rule->advice.empty()) return rule->advice.in(language_);
    return indicator_of(row.series).advice.in(language_);
  }
  [[nodiscard]] const Item* item_of(std::uint32_t item) const {
    if (item == no_index) return nullptr;
    const ItemPlan& plan = plan_.items[item];
    return &framework_.indicators[plan.indicator].items[plan.item];
  }
  [[nodiscard]] Language language() const { return language_; }

  /// The value rounded as it is displayed; null where there is none.
  [[nodiscard]] std::optional<double> display_value(const ListedProblem& row) const {
    if (is_null(row.value)) return std::nullopt;
    const std::string text = displayed(row);
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc() ? value : row.value;
  }

 private:
  [[nodiscard]] std::string displayed(const ListedProblem& row) const {
    return row.item == no_index ? display(row.series, row.value)
                                : display_item(row.item, row.value);
  }

  using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;  // unit, series, item
  using Keys = std::map<Key, std::vector<std::uint32_t>>;               // rows of the ledger

  struct Part {  // of a split
    std::uint32_t unit = 0;
    double value = 0;
    double weight = 0;  // what the parts are ordered by
  };

  [[nodiscard]] std::optional<Part> part_of(std::uint32_t series, std::uint32_t item,
                                            std::uint32_t level, std::uint32_t unit) const {
    const bool whole = adds_up(series);
    double value = null_number;
    double weight = 0;
    if (item != no_index) {
      const ItemCell* cell = data_.results.item(item, level, unit);
      if (cell == nullptr || !cell->holds()) return std::nullopt;
      value = cell->value;
      weight = whole ? value : static_cast<double>(cell->count);
    } else {
      const CellState* cell = data_.results.state(series, level, unit);
      if (cell == nullptr || (!whole && cell->judgement.verdict != Verdict::unmet))
        return std::nullopt;
      value = value_of(series, unit);
      const double shortfall = data_.results.number(series, level, unit, &Cell::shortfall);
      weight = whole ? value : is_null(shortfall) ? 0 : shortfall;
    }
    if (is_null(value) || (value == 0 && whole)) return std::nullopt;
    return Part{unit, value, weight};
  }

  /// Behind a list that names only the first: how many there are.
  [[nodiscard]] std::string beyond(std::size_t all, std::size_t shown) const {
    if (all <= shown) return {};
    return zh_or_en("等", ", … (") + std::to_string(all) + zh_or_en("处", " in all)");
  }

  template <class Entries>
  [[nodiscard]] std::string named(const Entries& entries, std::string_view id) const {
    for (const auto& entry : entries)
      if (entry.id == id) return entry.name.in(language_);
    return std::string(id);
  }
  [[nodiscard]] const Rule* rule_of(const ProblemRow& row) const {
    return row.rule == no_index ? nullptr : &framework_.rules[row.rule];
  }
  [[nodiscard]] std::string zh_or_en(const char* zh, const char* en) const {
    return language_ == Language::zh ? zh : en;
  }
  /// A name before a number: Chinese needs no space.
  [[nodiscard]] std::string spaced(const std::string& name) const {
    return language_ == Language::zh ? name : name + " ";
  }
  [[nodiscard]] std::string measure_after(const std::string& measure) const {
    if (measure.empty()) return {};
    return language_ == Language::zh || measure == "%" ? measure : " " + measure;
  }
  [[nodiscard]] std::string item_measure(std::uint32_t item) const {
    const Item& content = *item_of(item);
    return content.measure.empty() ? framework_.indicators[plan_.items[item].indicator].measure
                                   : content.measure;
  }
  [[nodiscard]] std::string display_item(std::uint32_t item, double value) const {
    const Item& content = *item_of(item);
    const Indicator& indicator = framework_.indicators[plan_.items[item].indicator];
    return display_number(value, content.decimals ? content.decimals : indicator.decimals,
                          indicator.rounding);
  }
  /// Counts and sums; of a figure that is only reported, the measure has to say.
  [[nodiscard]] bool adds_up(std::uint32_t series) const {
    if (plan_.series[series].count_or_sum) return true;
    const std::string& measure = measure_of(series);
    return plan_.series[series].value == formula::no_node && measure != "%" && measure != "‰" &&
           measure.find('/') == std::string::npos;
  }

  // ---- which rows -------------------------------------------------------------------------------

  [[nodiscard]] bool judged(std::uint32_t series, std::string_view dimension) const {
    const Indicator& indicator = indicator_of(series);
    return (indicator.kind == Kind::floor || indicator.kind == Kind::guiding) &&
           (dimension.empty() || indicator.dimension == dimension);
  }
  [[nodiscard]] std::uint32_t list_level(std::uint32_t series) const {
    const auto at = layouts_.find(indicator_of(series).dimension);
    return at == layouts_.end() || at->second.list_level == no_index
               ? no_index
               : levels_.list_level_of(plan_.series[series], at->second.list_level);
  }
  /// By unit: whether a rule suppresses the indicator there or beneath; empty: nowhere.
  [[nodiscard]] std::vector<std::uint8_t> suppressed_beneath(std::uint32_t indicator) const {
    std::vector<std::uint8_t> suppressed;
    const auto found = data_.fired.find(indicator);
    if (found == data_.fired.end()) return suppressed;
    for (const auto& [unit, rules] : found->second)
      for (const FiredRule& rule : rules) {
        if (framework_.rules[rule.rule].then != RuleAction::suppress) continue;
        suppressed.resize(units_.size(), 0);
        for (std::uint32_t at = unit; at != no_index; at = units_.parent(at)) suppressed[at] = 1;
      }
    return suppressed;
  }

  [[nodiscard]] Keys keys(std::string_view dimension) const {
    Keys found;
    std::vector<std::uint32_t> level_of(plan_.series.size(), no_index);
    for (std::uint32_t s = 0; s < plan_.series.size(); ++s)
      if (judged(s, dimension)) level_of[s] = list_level(s);
    for (std::uint32_t p = 0; p < data_.problems.size(); ++p) {
      const ProblemRow& row = data_.problems[p];
      if (level_of[row.series] == no_index || data_.is_peer(row.unit)) continue;
      found[{levels_.listed_in(row.unit, level_of[row.series]), row.series, row.item}].push_back(p);
    }
    for (auto at = found.begin(); at != found.end();)
      at = speaks_for_itself(at->first, at->second) ? std::next(at) : found.erase(at);
    for (std::uint32_t s = 0; s < plan_.series.size(); ++s)
      if (level_of[s] != no_index) add_cells(s, level_of[s], found);
    return found;
  }

  /// Whether rows without an item, beneath a unit or in it, make a row of the list: not where the
  /// unit's own verdict covers them.
  [[nodiscard]] bool speaks_for_itself(const Key& key,
                                       const std::vector<std::uint32_t>& problems) const {
    const auto& [unit, series, item] = key;
    if (item != no_index) return true;
    for (const std::uint32_t p : problems) {
      const Rule* rule = rule_of(data_.problems[p]);
      if (rule != nullptr && rule->then == RuleAction::add) return true;
    }
    const CellState* cell = data_.results.state(series, units_.level(unit), unit);
    if (cell == nullptr) return true;
    switch (cell->judgement.verdict) {
      case Verdict::no_data:
      case Verdict::no_target:
      case Verdict::not_applicable: return true;
      case Verdict::unmet: return cell->problems == 0;
      default: return false;
    }
  }

  void add_cells(std::uint32_t s, std::uint32_t level, Keys& found) const {
    const SeriesPlan& series = plan_.series[s];
    const std::vector<std::uint8_t> suppressed = suppressed_beneath(series.indicator);
    for (std::uint32_t unit = units_.first_of_level(level); unit < units_.first_of_level(level + 1);
         ++unit) {
      const CellState* cell = data_.results.state(s, level, unit);
      if (cell == nullptr || data_.is_peer(unit) ||
          cell->judgement.verdict == Verdict::not_applicable ||
          data_.outcome(series.indicator, unit, true).suppressed != no_index)
        continue;
      const auto add = [&](std::uint32_t item) {
        // A hazard that holds has a row in the ledger, unless rules took all of them out.
        if (suppressed.empty() || suppressed[unit] == 0) found.try_emplace(Key{unit, s, item});
      };
      for (const std::uint32_t item : series.items)
        if (plan_.items[item].severity >= 0 && data_.results.item(item, level, unit)->holds())
          add(item);
      if (cell->judgement.verdict == Verdict::unmet && cell->problems == 0 &&
          series.components.empty())
        add(no_index);
    }
  }

  // ---- one row ----------------------------------------------------------------------------------

  [[nodiscard]] ListedProblem make(std::uint32_t unit, std::uint32_t series, std::uint32_t item,
                                   std::vector<std::uint32_t> problems) const {
    ListedProblem row;
    row.unit = unit;
    row.series = series;
    row.item = item;
    row.problems = std::move(problems);
    const Indicator& indicator = indicator_of(series);
    const Item* content = item_of(item);
    const std::uint32_t level = units_.level(unit);
    const std::optional<Cell> found = data_.results.cell(series, level, unit);
    const Cell* cell = found ? &*found : nullptr;
    row.indicator_value = value_of(series, unit);
    if (content == nullptr) {
      row.value = row.indicator_value;
      if (cell != nullptr && cell->origin == ValueOrigin::computed) row.rows = cell->known;
    } else if (const ItemCell* held = data_.results.item(item, level, unit); held != nullptr) {
      numbers_of_item(*held, row);
    }
    row.measure = content == nullptr ? measure_of(series) : item_measure(item);
    choose(cell, row);
    row.unit_name = units_.name(unit);
    row.dimension_name = dimension_name(indicator.dimension);
    row.aspect_name = indicator.aspect.empty() ? std::string() : aspect_name(indicator.aspect);
    row.indicator_name = name_of(series);
    if (content != nullptr) {
      row.item_name = content->name.in(language_);
      row.difficulty = content->difficulty;
    }
    row.target = cell == nullptr ? std::string() : target_of(series, *cell);
    const LedgerLayout& layout = layouts_.at(indicator.dimension);
    row.split = split(unit, series, item, layout.split_level);
    row.objects = objects_of(row, layout.split_level);
    row.survey = survey_of(series, cell);
    if (cell != nullptr && cell->grade >= 0)
      row.grade = grade_text(static_cast<Grade>(cell->grade)).in(language_);
    row.note = indicator.note.in(language_);
    row.severity_name = severity_name(row.severity);
    row.difficulty_name = difficulty_text(row.difficulty).in(language_);
    row.time_class_name = time_class_name(row.time_class);
    if (!row.department.empty()) row.department_name = department_name(row.department);
    row.sentence = sentence_of(layout, row);
    row.analysis = analysis_of(cell, row);
    row.item_analysis = item_analysis_of(row);
    if (content != nullptr) {
      // What has no group of its own is not lost from a ledger by groups.
      const std::string group = content->group.empty() ? "other" : content->group;
      for (std::size_t g = 0; g < item_groups.size(); ++g)
        if (item_groups[g] == group) row.groups[g] = with_value(row);
    }
    return row;
  }

  void numbers_of_item(const ItemCell& held, ListedProblem& row) const {
    row.value = held.value;
    if (!held.reported) {
      row.count = held.count;
      row.rows = held.rows;
      if (held.rows > 0)
        row.share = static_cast<double>(held.count) / static_cast<double>(held.rows);
      return;
    }
    // An entry has no rows, but may say of how many it speaks.
    const Entry* entry = data_.entries.find(row.series, row.unit, data_.year, row.item);
    if (entry == nullptr || is_null(entry->denominator) || !(entry->denominator > 0)) return;
    const double held_in = is_null(entry->numerator) ? entry->value : entry->numerator;
    if (held_in >= 0 && held_in <= entry->denominator) row.share = held_in / entry->denominator;
  }

  /// Severity: the worst of the rows, and of the unit's own verdict where no item is meant. Time
  /// class: the most urgent. Both are the item's where there are no rows; an entry for the unit
  /// stands.
  void choose(const Cell* cell, ListedProblem& row) const {
    const Indicator& indicator = indicator_of(row.series);
    const ProblemRow* first = nullptr;
    for (const std::uint32_t p : row.problems) {
      const ProblemRow& problem = data_.problems[p];
      row.severity = std::max(row.severity, problem.severity);
      row.time_class =
          row.time_class < 0 ? problem.time_class : std::min(row.time_class, problem.time_class);
      if (first == nullptr || (first->rule == no_index && problem.rule != no_index))
        first = &problem;
    }
    if (row.item == no_index && cell != nullptr) {
      row.severity = std::max<int>(row.severity, cell->severity);
      if (row.time_class < 0) row.time_class = cell->time_class;
    }
    if (row.item != no_index && row.problems.empty()) {
      row.severity = plan_.items[row.item].severity;
      row.time_class = plan_.items[row.item].time_class;
    }
    const Entry* entry = data_.entries.find(row.series, row.unit, data_.year, row.item);
    if (entry != nullptr && entry->severity >= 0) row.severity = entry->severity;
    ProblemRow own;
    own.series = row.series;
    own.item = row.item;
    row.department = department_of(first == nullptr ? own : *first);
    row.advice = advice_of(first == nullptr ? own : *first);
    if (row.time_class < 0)
      row.time_class =
          default_time_class(indicator.kind, static_cast<int>(framework_.time_classes.size()));
  }

  [[nodiscard]] std::string target_of(std::uint32_t series, const Cell& cell) const {
    if (cell.target_index < 0) return {};
    const Target& target =
        targets_of(plan_, plan_.series[series])[static_cast<std::size_t>(cell.target_index)];
    return target_text({target.op, cell.target, cell.low, cell.high});
  }

  /// Names of the objects, else of the units beneath those of the split, up to 20. Where a key
  /// stands for objects of several units, the unit's name is put before it.
  [[nodiscard]] std::string objects_of(const ListedProblem& row, std::uint32_t split) const {
    constexpr std::size_t shown = 20;
    std::vector<std::pair<std::uint32_t, std::string_view>> first;
    std::size_t all = 0;
    const ProblemRow* last = nullptr;
    for (const std::uint32_t p : row.problems) {
      const ProblemRow& problem = data_.problems[p];
      const std::uint32_t level = units_.level(problem.unit);
      if (problem.object.empty() &&
          (problem.unit == row.unit || (!row.split.empty() && level >= split)))
        continue;  // said already
      // Rows are sorted by unit and object.
      if (last != nullptr && last->unit == problem.unit && last->object == problem.object) continue;
      last = &problem;
      if (all++ < shown) first.emplace_back(problem.unit, problem.object);
    }
    const auto repeated = [&](std::string_view object) {
      return std::count_if(first.begin(), first.end(),
                           [&](const auto& other) { return other.second == object; }) > 1;
    };
    const bool prefixed = std::any_of(first.begin(), first.end(), [&](const auto& object) {
      return !object.second.empty() && repeated(object.second);
    });
    std::vector<std::string> names;
    for (const auto& [unit, object] : first)
      names.push_back(object.empty() || object == units_.id(unit) ? units_.name(unit)
                      : prefixed ? spaced(units_.name(unit)) + std::string(object)
                                 : std::string(object));
    return join_names(names, language_) + beyond(all, shown);
  }

  [[nodiscard]] std::string survey_of(std::uint32_t series, const Cell* cell) const {
    const std::uint32_t tied = plan_.series[series].survey;
    if (tied == no_index || cell == nullptr || is_null(cell->survey)) return {};
    std::string score = display(tied, cell->survey);
    // 59.96 shown as 60.0 would seem to contradict the correction.
    if (cell->survey < survey_threshold && display(tied, survey_threshold) == score)
      score = kernels::shortest(cell->survey);
    std::string text =
        indicator_of(tied).name.in(language_) + zh_or_en("", " ") + score + zh_or_en("分", "");
    if (cell->grade < 0) return text;
    text +=
        zh_or_en("，评价", ", grade ") + grade_text(static_cast<Grade>(cell->grade)).in(language_);
    if (cell->grade_origin == GradeOrigin::corrected)
      text += zh_or_en("（低于60分，下调一档）", " (under 60: one step lower)");
    return text;
  }

  /// "未配建（3）".
  [[nodiscard]] std::string with_value(const ListedProblem& row) const {
    if (is_null(row.value)) return row.item_name;
    return row.item_name + zh_or_en("（", " (") + displayed(row) + zh_or_en("）", ")");
  }

  [[nodiscard]] std::string sentence_of(const LedgerLayout& layout,
                                        const ListedProblem& row) const {
    static const Text standard = {"{item}{value}{measure}（{split}），占{share}，涉及{objects}",
                                  "{item}: {value} {measure} ({split}), {share}; {objects}"};
    static const Text without_value = {"{item}（{split}），涉及{objects}",
                                       "{item} ({split}); {objects}"};
    const bool declared = layout.ledger != nullptr && !layout.ledger->sentence.empty();
    const Text& pattern = is_null(row.value) ? without_value
                          : declared         ? layout.ledger->sentence
                                             : standard;
    return fill_sentence(pattern.in(language_),
                         {{"indicator", row.indicator_name},
                          {"item", row.item_name.empty() ? row.indicator_name : row.item_name},
                          {"value", displayed(row)},
                          {"measure", row.measure},
                          {"share", row.share ? display_share(*row.share) : std::string()},
                          {"split", row.split},
                          {"objects", row.objects}});
  }

  /// What the figures say, and no causes: value against target, shortfall, gap, deficit; without a
  /// value, why there is none.
  [[nodiscard]] std::string analysis_of(const Cell* cell, const ListedProblem& row) const {
    if (cell == nullptr) return {};
    if (is_null(row.indicator_value)) {
      if (value_counts(cell->judgement.verdict)) return {};
      return verdict_text(cell->judgement.verdict).in(language_) + zh_or_en("：", ": ") +
             reason_text(cell->judgement.reason).in(language_);
    }
    const std::string measure = measure_after(measure_of(row.series));
    std::string text =
        zh_or_en("指标值", "value ") + display(row.series, row.indicator_value) + measure;
    if (!row.target.empty()) text += zh_or_en("，标准 ", ", target ") + row.target + measure;
    if (is_null(cell->shortfall) || !(cell->shortfall > 0)) return text;
    const Component* component = component_of(row.series);
    const auto decimals = component != nullptr && component->decimals
                              ? component->decimals
                              : indicator_of(row.series).decimals;
    text +=
        zh_or_en("，相差", ", off by ") + display_difference(cell->shortfall, decimals) + measure;
    if (!is_null(cell->gap))
      text += zh_or_en("，差距率", ", gap ") + display_difference(100 * cell->gap, 2) + "%";
    if (!is_null(cell->deficit) && cell->deficit > 0 && cell->deficit != cell->shortfall)
      text += zh_or_en("，按分子计欠缺", ", lacking in the numerator ") +
              display_difference(cell->deficit, std::nullopt);
    return text;
  }

  /// The item's figures, and the reasons of the rules that touched its rows.
  [[nodiscard]] std::string item_analysis_of(const ListedProblem& row) const {
    std::vector<std::string> parts;
    if (row.item != no_index && !is_null(row.value)) {
      std::string text =
          row.item_name + zh_or_en("", " ") + displayed(row) + measure_after(row.measure);
      if (row.share) text += zh_or_en("，占", ", ") + display_share(*row.share);
      if (row.share && row.rows)
        text +=
            zh_or_en("（已查", " (of ") + std::to_string(*row.rows) + zh_or_en("）", " looked at)");
      parts.push_back(std::move(text));
    }
    std::vector<std::uint32_t> rules;
    for (const std::uint32_t p : row.problems) {
      const std::uint32_t rule = data_.problems[p].rule;
      if (rule == no_index || std::find(rules.begin(), rules.end(), rule) != rules.end()) continue;
      rules.push_back(rule);
      parts.push_back(framework_.rules[rule].reason.in(language_));
    }
    return join_sentences(parts, language_);
  }

  const AssessmentData& data_;
  const PlanData& plan_;
  const Framework& framework_;
  const Units& units_;
  Language language_;
  LedgerLevels levels_;
  std::map<std::string, LedgerLayout> layouts_;
};

}  // namespace tijian
