// The result tables of an assessment: values, items, verdicts, problems, grades, checks. Ledgers
// and lists are in ledger.hpp. Rows are sorted: level lowest first, unit and object by bytes, then
// the framework's order.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/assessment.hpp"
#include "tijian/ledger.hpp"
#include "tijian/nearest.hpp"
#include "tijian/row_writer.hpp"

namespace tijian {

class ResultTables {
 public:
  ResultTables(const Assessment& assessment, const TableFilter& filter)
      : assessment_(assessment),
        data_(assessment.data()),
        plan_(*data_.plan),
        framework_(plan_.framework),
        units_(data_.units),
        language_(data_.language),
        filter_(data_, filter) {}

  ResultTable values() {
    ResultTable table = start("values", {{"unit", 't'},
                                         {"level", 't'},
                                         {"indicator", 't'},
                                         {"component", 't'},
                                         {"value", 'n'},
                                         {"numerator", 'n'},
                                         {"denominator", 'n'},
                                         {"rows", 'i'},
                                         {"missing", 'i'},
                                         {"coverage", 'n'},
                                         {"origin", 't'},
                                         {"reported", 'n'},
                                         {"measure", 't'},
                                         {"previous", 'n'},
                                         {"evidence", 't'},
                                         {"unit_name", 't'},
                                         {"indicator_name", 't'}});
    RowWriter row(table);
    each_cell(true, [&](std::uint32_t unit, std::uint32_t s, const Cell& cell) {
      start_row(row, unit, s);
      row.number(cell.value)
          .number(cell.numerator)
          .number(cell.denominator)
          .integer(cell.rows)
          .integer(cell.rows - cell.known)
          .number(cell.coverage)
          .text(name(cell.origin))
          .number(cell.reported)
          .text(measure_of(s))
          .number(cell.previous)
          .text(evidence_letter(cell.evidence))
          .text(units_.name(unit))
          .text(name_of(s))
          .end();
    });
    return table;
  }

  ResultTable items() {
    ResultTable table = start("items", {{"unit", 't'},
                                        {"level", 't'},
                                        {"indicator", 't'},
                                        {"item", 't'},
                                        {"value", 'n'},
                                        {"count", 'i'},
                                        {"rows", 'i'},
                                        {"origin", 't'},
                                        {"unit_name", 't'},
                                        {"indicator_name", 't'},
                                        {"item_name", 't'}});
    RowWriter row(table);
    each_unit([&](std::uint32_t unit, std::uint32_t level) {
      if (data_.is_peer(unit)) return;
      for (const std::uint32_t s : plan_.series_of_indicator) {
        if (!wanted_indicator(s)) continue;
        const Indicator& indicator = framework_.indicators[plan_.series[s].indicator];
        for (const std::uint32_t at : plan_.series[s].items) {
          const ItemCell* item = data_.results.item(at, level, unit);
          if (item == nullptr) continue;
          const Item& content = indicator.items[plan_.items[at].item];
          const ValueOrigin origin = item->reported   ? ValueOrigin::reported
                                     : item->rows > 0 ? ValueOrigin::computed
                                                      : ValueOrigin::none;
          row.text(units_.id(unit))
              .text(framework_.levels[level].id)
              .text(indicator.id)
              .text(content.id)
              .number(item->value)
              .integer(item->reported ? std::nullopt : std::optional(item->count))
              .integer(item->rows)
              .text(name(origin))
              .text(units_.name(unit))
              .text(indicator.name.in(language_))
              .text(content.name.in(language_))
              .end();
        }
      }
    });
    return table;
  }

  ResultTable verdicts() {
    ResultTable table =
        start("verdicts", {{"unit", 't'},      {"level", 't'},       {"indicator", 't'},
                           {"component", 't'}, {"verdict", 't'},     {"provisional", 'b'},
                           {"target", 't'},    {"target_low", 'n'},  {"target_high", 'n'},
                           {"basis", 't'},     {"shortfall", 'n'},   {"gap", 'n'},
                           {"deficit", 'n'},   {"severity", 't'},    {"time_class", 't'},
                           {"reason", 't'},    {"reason_code", 't'}, {"severity_origin", 't'},
                           {"evidence", 't'},  {"unit_name", 't'},   {"indicator_name", 't'}});
    RowWriter row(table);
    each_cell(false, [&](std::uint32_t unit, std::uint32_t s, const Cell& cell) {
      if (!filter_.severity(cell.severity) || !filter_.time_class(cell.time_class)) return;
      const SeriesPlan& series = plan_.series[s];
      const auto& targets = targets_of(plan_, series);
      start_row(row, unit, s);
      row.text(name(cell.judgement.verdict))
          .boolean(cell.judgement.provisional)
          .text(assessment_.target_text(s, cell))
          .number(cell.low)
          .number(cell.high)
          .text(cell.target_index < 0 ? std::string_view()
                                      : targets[static_cast<std::size_t>(cell.target_index)].basis)
          .number(cell.shortfall)
          .number(cell.gap)
          .number(cell.deficit)
          .text(severity_id(framework_, cell.severity))
          .text(time_class_id(cell.time_class))
          .text(reason_text(cell.judgement.reason).in(language_))
          .text(name(cell.judgement.reason))
          .text(cell.severity < 0 ? std::string_view() : name(cell.severity_origin))
          .text(evidence_letter(cell.evidence))
          .text(units_.name(unit))
          .text(name_of(s))
          .end();
    });
    return table;
  }

  ResultTable problems() {
    ResultTable table =
        start("problems", {{"level", 't'},          {"unit", 't'},     {"object", 't'},
                           {"dimension", 't'},      {"aspect", 't'},   {"indicator", 't'},
                           {"item", 't'},           {"severity", 't'}, {"time_class", 't'},
                           {"value", 'n'},          {"target", 't'},   {"gap", 'n'},
                           {"deficit", 'n'},        {"status", 't'},   {"first_year", 'i'},
                           {"years_open", 'i'},     {"due", 'i'},      {"confirmation", 't'},
                           {"department", 't'},     {"advice", 't'},   {"component", 't'},
                           {"reason", 't'},         {"evidence", 't'}, {"unit_name", 't'},
                           {"indicator_name", 't'}, {"item_name", 't'}});
    RowWriter row(table);
    for (const ProblemRow& found : data_.problems) {
      if (!filter_.unit(found.unit) ||
          !filter_.indicator(framework_.indicators[plan_.series[found.series].indicator]) ||
          !filter_.severity(found.severity) || !filter_.time_class(found.time_class))
        continue;
      const Problem problem = assessment_.problem(found);
      if (!filter_.department(problem.department)) continue;
      row.text(problem.level)
          .text(problem.unit)
          .text(problem.object)
          .text(problem.dimension)
          .text(problem.aspect)
          .text(problem.indicator)
          .text(problem.item)
          .text(problem.severity)
          .text(problem.time_class)
          .number(problem.value)
          .text(problem.target)
          .number(problem.gap)
          .number(problem.deficit)
          .text(problem.status)
          .integer(problem.first_year)
          .integer(problem.years_open)
          .integer(problem.due)
          .text(problem.confirmation)
          .text(problem.department)
          .text(problem.advice)
          .text(problem.component)
          .text(problem.reason)
          .text(problem.evidence)
          .text(problem.unit_name)
          .text(problem.indicator_name)
          .text(problem.item_name)
          .end();
    }
    return table;
  }

  ResultTable grades() {
    ResultTable table = start("grades", {{"unit", 't'},
                                         {"aspect", 't'},
                                         {"indicator", 't'},
                                         {"grade", 't'},
                                         {"origin", 't'},
                                         {"reason", 't'},
                                         {"component", 't'},
                                         {"computed", 't'},
                                         {"published", 't'},
                                         {"unit_name", 't'},
                                         {"aspect_name", 't'},
                                         {"indicator_name", 't'}});
    RowWriter row(table);
    each_unit([&](std::uint32_t unit, std::uint32_t level) {
      if (data_.is_peer(unit)) return;
      for (std::uint32_t s = 0; s < plan_.series.size(); ++s) {
        const Cell* cell = data_.results.cell(s, level, unit);
        if (cell == nullptr || cell->grade < 0 || !wanted_indicator(s)) continue;
        const Indicator& indicator = framework_.indicators[plan_.series[s].indicator];
        const Entry* entry = data_.entries.find(s, unit, data_.year);
        row.text(units_.id(unit))
            .text(indicator.aspect)
            .text(indicator.id)
            .text(grade_names[static_cast<std::size_t>(cell->grade)])
            .text(name(cell->grade_origin))
            .text(grade_reason(*cell, entry))
            .text(component_of(s))
            .text({})
            .text({})
            .text(units_.name(unit))
            .text(aspect_name(indicator.aspect))
            .text(name_of(s))
            .end();
      }
      auto first = std::lower_bound(data_.composites.begin(), data_.composites.end(), unit,
                                    [](const CompositeRow& composite, std::uint32_t wanted) {
                                      return composite.unit < wanted;
                                    });
      for (; first != data_.composites.end() && first->unit == unit; ++first) {
        const CompositeRow& composite = *first;
        if (!composite.grade || filter_.names_indicators()) continue;
        const Aspect& aspect = framework_.aspects[composite.aspect];
        const Entry* entry = data_.entries.find_aspect(composite.aspect, unit, data_.year);
        const std::string hole =
            language_ == Language::zh ? "规则未覆盖，按良处理" : "no line of the rule fits: good";
        row.text(units_.id(unit))
            .text(aspect.id)
            .text({})
            .text(composite_grade_names[static_cast<std::size_t>(*composite.grade)])
            .text(name(composite.origin))
            .text(composite.rule_hole ? hole : composite.reason)
            .text({})
            .text(composite.computed
                      ? composite_grade_names[static_cast<std::size_t>(*composite.computed)]
                      : std::string_view())
            .text(entry != nullptr && entry->published ? std::string_view(*entry->published)
                                                       : std::string_view())
            .text(units_.name(unit))
            .text(aspect.name.in(language_))
            .text({})
            .end();
      }
    });
    return table;
  }

  ResultTable checks() {
    ResultTable table = start("checks", {{"table", 't'},
                                         {"unit", 't'},
                                         {"object", 't'},
                                         {"check", 't'},
                                         {"effect", 't'},
                                         {"message", 't'}});
    std::vector<const CheckRow*> rows;
    // Checks belong to tables, not to indicators: only a list of none leaves them out.
    if (!filter_.wants_no_indicator())
      for (const CheckRow& check : data_.checks) rows.push_back(&check);
    std::sort(rows.begin(), rows.end(), [](const CheckRow* a, const CheckRow* b) {
      return std::tie(a->table, a->unit, a->object, a->check, a->message.zh) <
             std::tie(b->table, b->unit, b->object, b->check, b->message.zh);
    });
    RowWriter row(table);
    for (const CheckRow* check : rows) {
      if (filter_.limits_units()) {
        const std::uint32_t unit = units_.find(check->unit);
        if (unit == no_index || !filter_.unit(unit)) continue;
      }
      row.text(check->table)
          .text(check->unit)
          .text(check->object)
          .text(check->check)
          .text(check->effect)
          .text(check->message.in(language_))
          .end();
    }
    return table;
  }

 private:
  ResultTable start(const char* name, std::initializer_list<std::pair<const char*, char>> columns) {
    ResultTable table(name, assessment_.source());
    for (const auto& [column, type] : columns)
      table.add_column(column, type == 't'   ? ResultType::text
                               : type == 'n' ? ResultType::number
                               : type == 'i' ? ResultType::integer
                                             : ResultType::boolean);
    return table;
  }

  [[nodiscard]] bool wanted_indicator(std::uint32_t s) const {
    const Indicator& indicator = framework_.indicators[plan_.series[s].indicator];
    return filter_.indicator(indicator) &&
           (filter_.department(indicator.department) ||
            std::any_of(indicator.items.begin(), indicator.items.end(),
                        [&](const Item& item) { return filter_.department(item.department); }));
  }
  template <class Visit>
  void each_unit(Visit&& visit) {
    for (std::uint32_t unit = 0; unit < units_.size(); ++unit)
      if (filter_.unit(unit)) visit(unit, units_.level(unit));
  }
  template <class Visit>
  void each_cell(bool peers, Visit&& visit) {
    each_unit([&](std::uint32_t unit, std::uint32_t level) {
      if (!peers && data_.is_peer(unit)) return;
      for (std::uint32_t s = 0; s < plan_.series.size(); ++s)
        if (const Cell* cell = data_.results.cell(s, level, unit);
            cell != nullptr && wanted_indicator(s))
          visit(unit, s, *cell);
    });
  }

  void start_row(RowWriter& row, std::uint32_t unit, std::uint32_t s) {
    row.text(units_.id(unit))
        .text(framework_.levels[units_.level(unit)].id)
        .text(framework_.indicators[plan_.series[s].indicator].id)
        .text(component_of(s));
  }
  [[nodiscard]] std::string_view component_of(std::uint32_t s) const {
    const SeriesPlan& series = plan_.series[s];
    if (series.component == no_index) return {};
    return framework_.indicators[series.indicator].components[series.component].id;
  }
  [[nodiscard]] std::string name_of(std::uint32_t s) const {
    const SeriesPlan& series = plan_.series[s];
    const Indicator& indicator = framework_.indicators[series.indicator];
    if (series.component == no_index) return indicator.name.in(language_);
    return indicator.name.in(language_) + " · " +
           indicator.components[series.component].name.in(language_);
  }
  [[nodiscard]] std::string_view measure_of(std::uint32_t s) const {
    const SeriesPlan& series = plan_.series[s];
    const Indicator& indicator = framework_.indicators[series.indicator];
    if (series.component != no_index && !indicator.components[series.component].measure.empty())
      return indicator.components[series.component].measure;
    return indicator.measure;
  }
  [[nodiscard]] std::string_view time_class_id(int time_class) const {
    if (time_class < 0) return {};
    return framework_.time_classes[static_cast<std::size_t>(time_class)].id;
  }
  [[nodiscard]] std::string aspect_name(const std::string& id) const {
    for (const Aspect& aspect : framework_.aspects)
      if (aspect.id == id) return aspect.name.in(language_);
    return {};
  }
  [[nodiscard]] std::string grade_reason(const Cell& cell, const Entry* entry) const {
    if (cell.grade_origin == GradeOrigin::overridden)
      return entry != nullptr ? entry->reason : std::string();
    if (cell.grade_origin == GradeOrigin::corrected) {
      const std::string score = kernels::shortest(cell.survey);
      return language_ == Language::zh ? "居民评价 " + score + " 低于60，降一档"
                                       : "survey score " + score + " under 60: one step lower";
    }
    return {};
  }

  const Assessment& assessment_;
  const AssessmentData& data_;
  const PlanData& plan_;
  const Framework& framework_;
  const Units& units_;
  Language language_;
  RowFilter filter_;
};

inline std::vector<std::string> Assessment::tables() const {
  std::vector<std::string> names = {"values",    "items",      "verdicts",     "problems",
                                    "grades",    "checks",     "problem_list", "remediation",
                                    "resources", "comparisons"};
  for (const Ledger& ledger : data_->plan.framework().ledgers)
    names.push_back("ledger:" + ledger.dimension);
  return names;
}

inline ResultTable Assessment::table(std::string_view wanted, const TableFilter& filter) const {
  ResultTables tables(*this, filter);
  if (wanted == "values") return tables.values();
  if (wanted == "items") return tables.items();
  if (wanted == "verdicts") return tables.verdicts();
  if (wanted == "problems") return tables.problems();
  if (wanted == "grades") return tables.grades();
  if (wanted == "checks") return tables.checks();
  if (auto made = ledger_table(*this, wanted, filter)) return std::move(*made);
  Issue issue = make_issue(data_messages::unknown_result, std::string(wanted), {{"table", wanted}});
  issue.nearest = nearest_name(wanted, this->tables());
  throw DataError({std::move(issue)});
}

}  // namespace tijian
