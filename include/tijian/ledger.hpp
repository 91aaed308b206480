// The ledgers and lists of the handbook as result tables: problem_list, ledger:<dimension>,
// remediation, resources, comparisons.
#pragma once

#include <optional>
#include <string_view>

namespace tijian {

class Assessment;
class ResultTable;
struct TableFilter;

// Declared before what uses them: an assessment makes these tables, and they read an assessment.

/// A ledger or list by name; none for another name, or for the ledger of a dimension that the
/// framework does not have.
inline std::optional<ResultTable> ledger_table(const Assessment& assessment, std::string_view name);

/// The same with only some of the rows: `units` with all beneath them; `department`, `severity` and
/// `time_class` of the row itself.
inline std::optional<ResultTable> ledger_table(const Assessment& assessment, std::string_view name,
                                               const TableFilter& filter);

}  // namespace tijian

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tijian/assessment.hpp"
#include "tijian/comparisons.hpp"
#include "tijian/problem_list.hpp"
#include "tijian/remediation.hpp"
#include "tijian/result_table.hpp"
#include "tijian/row_writer.hpp"

namespace tijian {

namespace detail {

/// Where a ledger has columns by group of items, its rows are indicators: joins the rows of a unit
/// × indicator (or component) into one.
class IndicatorRow {
 public:
  IndicatorRow(const ProblemList& list, Language language) : list_(list), language_(language) {}

  [[nodiscard]] bool empty() const { return parts_.empty(); }
  [[nodiscard]] bool takes(const ListedProblem& row) const {
    return empty() || (parts_.front().unit == row.unit && parts_.front().series == row.series);
  }
  void add(ListedProblem row) { parts_.push_back(std::move(row)); }

  /// The joined row; leaves nothing behind.
  ListedProblem take() {
    ListedProblem row = std::move(parts_.front());
    row.item_name = joined_names(&ListedProblem::item_name, row.item_name);
    row.objects = joined_names(&ListedProblem::objects, row.objects);
    row.department_name = joined_names(&ListedProblem::department_name, row.department_name);
    row.sentence = joined_sentences(&ListedProblem::sentence, row.sentence);
    row.advice = joined_sentences(&ListedProblem::advice, row.advice);
    row.item_analysis = joined_sentences(&ListedProblem::item_analysis, row.item_analysis);
    for (std::size_t g = 0; g < item_groups.size(); ++g) {
      std::vector<std::string> names = {row.groups[g]};
      for (std::size_t k = 1; k < parts_.size(); ++k) names.push_back(parts_[k].groups[g]);
      row.groups[g] = join_names(names, language_);
    }
    std::vector<std::pair<int, std::string>> time_classes = {{row.time_class, row.time_class_name}};
    for (std::size_t k = 1; k < parts_.size(); ++k) {
      const ListedProblem& part = parts_[k];
      row.severity = std::max(row.severity, part.severity);
      row.time_class = std::min(row.time_class, part.time_class);
      time_classes.emplace_back(part.time_class, part.time_class_name);
      if (difficulty_rank(part.difficulty) > difficulty_rank(row.difficulty))
        row.difficulty = part.difficulty;
      row.problems.insert(row.problems.end(), part.problems.begin(), part.problems.end());
    }
    std::sort(time_classes.begin(), time_classes.end());
    time_classes.erase(std::unique(time_classes.begin(), time_classes.end()), time_classes.end());
    std::vector<std::string> names;
    for (const auto& [time_class, name] : time_classes) names.push_back(name);
    row.time_class_name = join_names(names, language_);
    row.severity_name = list_.severity_name(row.severity);
    row.difficulty_name = difficulty_text(row.difficulty).in(language_);
    if (row.item != no_index) {
      // The row is the indicator's: so are its figures. How many objects have a problem at all is
      // not what the items' counts add up to.
      row.value = row.indicator_value;
      row.measure = list_.measure_of(row.series);
      row.item = no_index;
      row.count = std::nullopt;
      row.rows = std::nullopt;
      row.share = std::nullopt;
      row.split = list_.split(row.unit, row.series, no_index,
                              list_.layout(list_.indicator_of(row.series).dimension).split_level);
    }
    parts_.clear();
    return row;
  }

 private:
  static int difficulty_rank(const std::string& difficulty) {
    return difficulty == "high" ? 3 : difficulty == "medium" ? 2 : difficulty == "low" ? 1 : 0;
  }
  [[nodiscard]] std::vector<std::string> distinct(std::string ListedProblem::*field,
                                                  const std::string& first) const {
    std::vector<std::string> texts = {first};
    for (std::size_t k = 1; k < parts_.size(); ++k)
      if (std::find(texts.begin(), texts.end(), parts_[k].*field) == texts.end())
        texts.push_back(parts_[k].*field);
    return texts;
  }
  [[nodiscard]] std::string joined_names(std::string ListedProblem::*field,
                                         const std::string& first) const {
    return join_names(distinct(field, first), language_);
  }
  [[nodiscard]] std::string joined_sentences(std::string ListedProblem::*field,
                                             const std::string& first) const {
    return join_sentences(distinct(field, first), language_);
  }

  const ProblemList& list_;
  Language language_;
  std::vector<ListedProblem> parts_;
};

/// Fields of the problem list, in its order; `ledgers` choose among them.
inline constexpr std::string_view list_fields[] = {"row",
                                                   "unit_name",
                                                   "dimension_name",
                                                   "aspect_name",
                                                   "indicator",
                                                   "indicator_name",
                                                   "item",
                                                   "item_name",
                                                   "value",
                                                   "measure",
                                                   "target",
                                                   "share",
                                                   "count",
                                                   "rows",
                                                   "sentence",
                                                   "split",
                                                   "objects",
                                                   "severity",
                                                   "difficulty",
                                                   "time_class",
                                                   "group:not_built",
                                                   "group:undersized",
                                                   "group:incomplete",
                                                   "group:other",
                                                   "survey",
                                                   "grade",
                                                   "analysis",
                                                   "advice",
                                                   "department",
                                                   "note"};

class LedgerTables {
 public:
  LedgerTables(const Assessment& assessment, const TableFilter& filter)
      : assessment_(assessment),
        data_(assessment.data()),
        plan_(*data_.plan),
        framework_(plan_.framework),
        units_(data_.units),
        filter_(data_, filter),
        list_(data_) {}

  ResultTable problem_list() {
    ResultTable table("problem_list", assessment_.source());
    for (const std::string_view field : list_fields)
      table.add_column(std::string(field), type_of(field));
    for (const char* id : {"unit", "level", "dimension", "component"})
      table.add_column(id, ResultType::text);
    std::int64_t number = 0;
    list_.each({}, [&](const ListedProblem& row) {
      if (!wanted(row)) return;
      ++number;
      std::size_t column = 0;
      for (const std::string_view field : list_fields) push(table, column++, field, row, number);
      push_text(table, column++, units_.id(row.unit));
      push_text(table, column++, framework_.levels[units_.level(row.unit)].id);
      push_text(table, column++, list_.indicator_of(row.series).dimension);
      push_text(table, column++, component_id(row.series));
    });
    return table;
  }

  std::optional<ResultTable> ledger(std::string_view dimension) {
    const auto known =
        std::find_if(framework_.dimensions.begin(), framework_.dimensions.end(),
                     [&](const Dimension& candidate) { return candidate.id == dimension; });
    if (known == framework_.dimensions.end()) return std::nullopt;
    const LedgerLayout& layout = list_.layout(known->id);
    const std::vector<LedgerColumn> columns =
        layout.ledger != nullptr && !layout.ledger->columns.empty() ? layout.ledger->columns
                                                                    : default_columns(dimension);
    ResultTable table("ledger:" + known->id, assessment_.source());
    bool by_indicator = false;
    for (const LedgerColumn& column : columns) {
      table.add_column(column.name.in(data_.language), type_of(column.field));
      by_indicator = by_indicator || column.field.starts_with("group:");
    }
    std::int64_t number = 0;
    const auto write = [&](const ListedProblem& row) {
      ++number;
      for (std::size_t column = 0; column < columns.size(); ++column) {
        // Officials read ledgers: values as the indicator displays them, and as its sentence says.
        if (columns[column].field == "value")
          table.push_number(column, list_.display_value(row));
        else
          push(table, column, columns[column].field, row, number);
      }
    };
    IndicatorRow joined(list_, data_.language);
    list_.each(dimension, [&](ListedProblem row) {
      if (!wanted(row)) return;
      if (!by_indicator) return write(row);
      if (!joined.takes(row)) write(joined.take());
      joined.add(std::move(row));
    });
    if (!joined.empty()) write(joined.take());
    return table;
  }

  ResultTable remediation() {
    ResultTable table =
        start("remediation", {{"row", 'i'},        {"indicator_name", 't'}, {"value", 'n'},
                              {"sentence", 't'},   {"advice", 't'},         {"area", 't'},
                              {"time_class", 't'}, {"department", 't'},     {"severity", 't'},
                              {"due", 'i'},        {"problems", 'i'},       {"measure", 't'},
                              {"item_name", 't'},  {"unit_name", 't'},      {"dimension_name", 't'},
                              {"indicator", 't'},  {"component", 't'},      {"item", 't'},
                              {"unit", 't'},       {"level", 't'},          {"dimension", 't'}});
    RowWriter writer(table);
    const RemediationList remediations(data_, list_);
    std::int64_t number = 0;
    list_.each({}, [&](const ListedProblem& listed) {
      if (!filter_.unit(listed.unit) || !filter_.indicator(list_.indicator_of(listed.series)))
        return;
      remediations.each(listed, [&](const Remediation& row) {
        if (!filter_.severity(row.severity) || !filter_.time_class(row.time_class) ||
            !filter_.department(row.department))
          return;
        const Indicator& indicator = list_.indicator_of(listed.series);
        const Item* item = list_.item_of(listed.item);
        writer.integer(++number)
            .text(listed.indicator_name)
            .number(listed.indicator_value)
            .text(listed.sentence)
            .text(row.advice)
            .text(row.area)
            .text(list_.time_class_name(row.time_class))
            .text(row.department.empty() ? std::string() : list_.department_name(row.department))
            .text(list_.severity_name(row.severity))
            .integer(row.due)
            .integer(row.problems)
            .text(list_.measure_of(listed.series))
            .text(listed.item_name)
            .text(listed.unit_name)
            .text(listed.dimension_name)
            .text(indicator.id)
            .text(component_id(listed.series))
            .text(item == nullptr ? std::string() : item->id)
            .text(units_.id(listed.unit))
            .text(framework_.levels[units_.level(listed.unit)].id)
            .text(indicator.dimension)
            .end();
      });
    });
    return table;
  }

  /// Inventories with a value; 0 is one, and what nobody counted is not listed.
  ResultTable resources() {
    ResultTable table = start("resources", {{"row", 'i'},
                                            {"dimension_name", 't'},
                                            {"aspect_name", 't'},
                                            {"indicator_name", 't'},
                                            {"value", 'n'},
                                            {"measure", 't'},
                                            {"split", 't'},
                                            {"origin", 't'},
                                            {"department", 't'},
                                            {"note", 't'},
                                            {"unit_name", 't'},
                                            {"indicator", 't'},
                                            {"component", 't'},
                                            {"unit", 't'},
                                            {"level", 't'},
                                            {"dimension", 't'}});
    RowWriter writer(table);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> rows;  // unit, series
    for (std::uint32_t s = 0; s < plan_.series.size(); ++s) {
      const Indicator& indicator = list_.indicator_of(s);
      if (indicator.kind != Kind::inventory || !filter_.indicator(indicator) ||
          !filter_.department(indicator.department))
        continue;
      const std::uint32_t wanted = list_.layout(indicator.dimension).list_level;
      if (wanted == no_index) continue;
      const std::uint32_t level = list_.levels().list_level_of(plan_.series[s], wanted);
      if (level == no_index) continue;
      for (std::uint32_t unit = units_.first_of_level(level);
           unit < units_.first_of_level(level + 1); ++unit)
        if (!data_.is_peer(unit) && filter_.unit(unit) && !is_null(list_.value_of(s, unit)))
          rows.emplace_back(unit, s);
    }
    std::sort(rows.begin(), rows.end());
    std::int64_t number = 0;
    for (const auto& [unit, s] : rows) {
      const Indicator& indicator = list_.indicator_of(s);
      const Cell cell = *data_.results.cell(s, units_.level(unit), unit);
      writer.integer(++number)
          .text(list_.dimension_name(indicator.dimension))
          .text(indicator.aspect.empty() ? std::string() : list_.aspect_name(indicator.aspect))
          .text(list_.name_of(s))
          .number(cell.value)
          .text(list_.measure_of(s))
          .text(list_.split(unit, s, no_index, list_.layout(indicator.dimension).split_level))
          .text(name(cell.origin))
          .text(indicator.department.empty() ? std::string()
                                             : list_.department_name(indicator.department))
          .text(indicator.note.in(data_.language))
          .text(units_.name(unit))
          .text(indicator.id)
          .text(component_id(s))
          .text(units_.id(unit))
          .text(framework_.levels[units_.level(unit)].id)
          .text(indicator.dimension)
          .end();
    }
    return table;
  }

  ResultTable comparisons() {
    ResultTable table = start("comparisons", {{"unit", 't'},
                                              {"level", 't'},
                                              {"indicator", 't'},
                                              {"component", 't'},
                                              {"value", 'n'},
                                              {"measure", 't'},
                                              {"basis", 't'},
                                              {"target", 't'},
                                              {"target_low", 'n'},
                                              {"target_high", 'n'},
                                              {"peer", 't'},
                                              {"peer_value", 'n'},
                                              {"difference", 'n'},
                                              {"met", 'b'},
                                              {"used", 'b'},
                                              {"source", 't'},
                                              {"unit_name", 't'},
                                              {"indicator_name", 't'},
                                              {"peer_name", 't'}});
    RowWriter writer(table);
    for (const Comparison& row : Comparisons(data_).rows()) {
      const Indicator& indicator = list_.indicator_of(row.series);
      if (!filter_.unit(row.unit) || !filter_.indicator(indicator) ||
          !filter_.department(indicator.department))
        continue;
      writer.text(units_.id(row.unit))
          .text(framework_.levels[units_.level(row.unit)].id)
          .text(indicator.id)
          .text(component_id(row.series))
          .number(row.value)
          .text(list_.measure_of(row.series));
      if (row.peer == no_index) {
        const Target& target = targets_of(plan_, plan_.series[row.series])[row.target];
        const auto [low, high] = ends_of(row.bounds);
        writer.text(target.basis)
            .text(target_text(row.bounds))
            .number(low)
            .number(high)
            .text({})
            .number(null_number)
            .number(row.difference)
            .boolean(row.met)
            .boolean(row.used)
            .text(target.source);
      } else {
        writer.text("peer")
            .text({})
            .number(null_number)
            .number(null_number)
            .text(units_.id(row.peer))
            .number(row.peer_value)
            .number(row.difference)
            .boolean(std::nullopt)
            .boolean(false)
            .text(entry_source(row));
      }
      writer.text(units_.name(row.unit))
          .text(list_.name_of(row.series))
          .text(row.peer == no_index ? std::string() : units_.name(row.peer))
          .end();
    }
    return table;
  }

 private:
  ResultTable start(const char* name, const std::vector<std::pair<const char*, char>>& columns) {
    ResultTable table(name, assessment_.source());
    for (const auto& [column, type] : columns)
      table.add_column(column, type == 't'   ? ResultType::text
                               : type == 'n' ? ResultType::number
                               : type == 'i' ? ResultType::integer
                                             : ResultType::boolean);
    return table;
  }

  [[nodiscard]] bool wanted(const ListedProblem& row) const {
    return filter_.unit(row.unit) && filter_.indicator(list_.indicator_of(row.series)) &&
           filter_.severity(row.severity) && filter_.time_class(row.time_class) &&
           filter_.department(row.department);
  }

  [[nodiscard]] std::string_view component_id(std::uint32_t series) const {
    const Component* component = list_.component_of(series);
    return component == nullptr ? std::string_view() : std::string_view(component->id);
  }

  [[nodiscard]] std::string_view entry_source(const Comparison& row) const {
    const Entry* entry = data_.entries.find(row.series, row.peer, data_.year);
    return entry == nullptr ? std::string_view() : std::string_view(entry->source);
  }

  static std::pair<double, double> ends_of(const EvaluatedTarget& target) {
    switch (target.op) {
      case Operator::greater_equal:
      case Operator::greater: return {target.value, null_number};
      case Operator::less_equal:
      case Operator::less: return {null_number, target.value};
      case Operator::equal: return {target.value, target.value};
      case Operator::between: break;
    }
    return {target.low, target.high};
  }

  static ResultType type_of(std::string_view field) {
    if (field == "row" || field == "count" || field == "rows") return ResultType::integer;
    if (field == "value" || field == "share") return ResultType::number;
    return ResultType::text;
  }

  static void push_text(ResultTable& table, std::size_t column, std::string_view text) {
    table.push_text(column, text.empty() ? std::nullopt : std::optional(text));
  }

  void push(ResultTable& table, std::size_t column, std::string_view field,
            const ListedProblem& row, std::int64_t number) const {
    if (field == "row") return table.push_integer(column, number);
    if (field == "count") return table.push_integer(column, row.count);
    if (field == "rows") return table.push_integer(column, row.rows);
    if (field == "share") return table.push_number(column, row.share);
    if (field == "value")
      return table.push_number(column,
                               is_null(row.value) ? std::nullopt : std::optional(row.value));
    if (field == "analysis")
      return push_text(table, column,
                       join_sentences({row.analysis, row.item_analysis}, data_.language));
    push_text(table, column, text_of(field, row));
  }

  [[nodiscard]] std::string_view text_of(std::string_view field, const ListedProblem& row) const {
    static constexpr std::pair<std::string_view, std::string ListedProblem::*> texts[] = {
        {"unit_name", &ListedProblem::unit_name},
        {"dimension_name", &ListedProblem::dimension_name},
        {"aspect_name", &ListedProblem::aspect_name},
        {"indicator_name", &ListedProblem::indicator_name},
        {"item_name", &ListedProblem::item_name},
        {"measure", &ListedProblem::measure},
        {"target", &ListedProblem::target},
        {"sentence", &ListedProblem::sentence},
        {"split", &ListedProblem::split},
        {"objects", &ListedProblem::objects},
        {"severity", &ListedProblem::severity_name},
        {"difficulty", &ListedProblem::difficulty_name},
        {"time_class", &ListedProblem::time_class_name},
        {"survey", &ListedProblem::survey},
        {"grade", &ListedProblem::grade},
        {"advice", &ListedProblem::advice},
        {"department", &ListedProblem::department_name},
        {"note", &ListedProblem::note}};
    for (const auto& [name, text] : texts)
      if (name == field) return row.*text;
    if (field == "indicator") return list_.indicator_of(row.series).id;
    if (field == "item")
      return row.item == no_index ? std::string_view() : list_.item_of(row.item)->id;
    for (std::size_t g = 0; g < item_groups.size(); ++g)
      if (field.starts_with("group:") && field.substr(6) == item_groups[g]) return row.groups[g];
    return {};
  }

  /// The handbook's columns where the framework declares none.
  static std::vector<LedgerColumn> default_columns(std::string_view dimension) {
    const LedgerColumn row = {{"序号", "No."}, "row"};
    const LedgerColumn indicator = {{"指标项", "Indicator"}, "indicator_name"};
    const LedgerColumn value = {{"体检结果", "Result"}, "value"};
    const LedgerColumn sentence = {{"存在问题", "Problems"}, "sentence"};
    const LedgerColumn severity = {{"问题程度", "Severity"}, "severity"};
    const LedgerColumn time_class = {{"问题分类", "Time class"}, "time_class"};
    if (dimension == "housing")
      return {row,       indicator, value,
              sentence,  severity,  {{"治理难度", "Difficulty"}, "difficulty"},
              time_class};
    if (dimension == "community")
      return {row,
              indicator,
              value,
              {{"配建情况", "Not built"}, "group:not_built"},
              {{"用地/场地/建筑规模不足", "Site, venue or floor area short"}, "group:undersized"},
              {{"功能不完善", "Functions incomplete"}, "group:incomplete"},
              {{"其他问题", "Other problems"}, "group:other"}};
    if (dimension == "block")
      return {row,
              {{"指标", "Indicator"}, "indicator_name"},
              value,
              sentence,
              {{"问题分布", "Where"}, "split"}};
    if (dimension == "city")
      return {{{"维度", "Aspect"}, "aspect_name"},
              row,
              indicator,
              {{"指标值", "Value"}, "value"},
              {{"居民问卷指标及评价结果", "Survey result"}, "survey"},
              {{"问题分析", "Analysis"}, "analysis"}};
    return {row,      indicator, value,      {{"评价标准", "Target"}, "target"},
            sentence, severity,  time_class, {{"责任单位", "Department"}, "department"}};
  }

  const Assessment& assessment_;
  const AssessmentData& data_;
  const PlanData& plan_;
  const Framework& framework_;
  const Units& units_;
  RowFilter filter_;
  ProblemList list_;
};

}  // namespace detail

inline std::optional<ResultTable> ledger_table(const Assessment& assessment, std::string_view name,
                                               const TableFilter& filter) {
  constexpr std::string_view prefix = "ledger:";
  if (name == "problem_list") return detail::LedgerTables(assessment, filter).problem_list();
  if (name == "remediation") return detail::LedgerTables(assessment, filter).remediation();
  if (name == "resources") return detail::LedgerTables(assessment, filter).resources();
  if (name == "comparisons") return detail::LedgerTables(assessment, filter).comparisons();
  if (name.starts_with(prefix))
    return detail::LedgerTables(assessment, filter).ledger(name.substr(prefix.size()));
  return std::nullopt;
}

inline std::optional<ResultTable> ledger_table(const Assessment& assessment,
                                               std::string_view name) {
  return ledger_table(assessment, name, TableFilter{});
}

}  // namespace tijian
