// One indicator at all of its levels: values, targets, verdicts, then severities and grades.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tijian/assess_verdicts.hpp"
#include "tijian/entries.hpp"
#include "tijian/judge.hpp"
#include "tijian/result_words.hpp"

namespace tijian {

namespace detail {

class IndicatorAssessor : protected VerdictAssessor {
 protected:
  using VerdictAssessor::VerdictAssessor;

  void assess_indicator(std::uint32_t i) {
    const std::uint32_t summary = plan_.series_of_indicator[i];
    const SeriesPlan& series = plan_.series[summary];
    if (series.table != no_index && plan_.tables[series.table].source != TablePlan::Source::survey)
      aggregate_derived(series.table);
    gaps_of(summary);
    items_of_table_level(summary);
    for (const std::uint32_t level : series.levels) {
      prepare(summary, level);
      if (series.components.empty()) {
        judge_series(summary, level);
      } else {
        for (const std::uint32_t component : series.components) judge_series(component, level);
        summarise(summary, level);
      }
    }
    // Severity and grades read the survey of the nearest ancestor, hence all levels first.
    for (const std::uint32_t level : series.levels) {
      for (const std::uint32_t component : series.components) choose(component, level);
      if (series.components.empty())
        choose(summary, level);
      else
        choose_summary(summary, level);
    }
  }

  std::optional<int> first_case(const std::vector<CasePlan>& cases,
                                const formula::Evaluator& evaluator, std::size_t i) const {
    for (const CasePlan& line : cases)
      if (kernels::test_row(evaluator.boolean(line.when).value, i)) return line.is;
    return std::nullopt;
  }

  /// Severity, time class and grade of a plain indicator or a component.
  void choose(std::uint32_t s, std::uint32_t level) {
    const SeriesPlan& series = plan_.series[s];
    const Indicator& indicator = plan_.framework.indicators[series.indicator];
    std::vector<formula::NodeId> nodes;
    for (const auto* cases : {&series.severity, &series.grades, &plan_.framework_severity[s],
                              &plan_.framework_grades[s]})
      for (const CasePlan& line : *cases) nodes.push_back(line.when);
    const bool component = series.component != no_index;
    const auto& own_grades = component && indicator.components[series.component].grades
                                 ? indicator.components[series.component].grades
                                 : indicator.grades;
    CellColumns& cells = data_->results.cells(s, level);
    const double* values = cells.numbers(&Cell::value);
    const double* gaps = cells.numbers(&Cell::gap);
    const double* scores = cells.numbers(&Cell::survey);
    each_tile_with_checks(
        level, nodes,
        [&](const formula::Evaluator& evaluator, std::uint32_t first, std::size_t rows,
            std::vector<CheckRow>& checks) {
          for (std::size_t i = 0; i < rows; ++i) {
            const std::uint32_t unit = first + static_cast<std::uint32_t>(i);
            const std::size_t at = unit - units_.first_of_level(level);
            CellState& cell = cells.state(at);
            const auto number = [&](const double* column) {
              return column == nullptr ? std::nullopt : optional(column[at]);
            };
            const Entry* entry = data_->entries.find(s, unit, year_);
            if (cell.judgement.verdict == Verdict::unmet) {
              SeverityFacts facts;
              facts.indicator_condition = first_case(series.severity, evaluator, i);
              facts.framework_condition = first_case(plan_.framework_severity[s], evaluator, i);
              facts.gap = number(gaps);
              facts.floor = indicator.kind == Kind::floor;
              facts.severities = static_cast<int>(plan_.framework.severities.size());
              int time_class = default_time_class(
                  indicator.kind, static_cast<int>(plan_.framework.time_classes.size()));
              bool held = false;
              for (const std::uint32_t item : series.items) {
                const ItemPlan& plan = plan_.items[item];
                if (plan.severity < 0 || !data_->results.item(item, level, unit)->holds()) continue;
                facts.worst_item = std::max(facts.worst_item.value_or(0), plan.severity);
                time_class = held ? std::min(time_class, plan.time_class) : plan.time_class;
                held = true;
              }
              const SeverityChoice choice = choose_severity(facts);
              cell.severity = static_cast<std::int8_t>(choice.severity);
              cell.severity_origin = choice.origin;
              cell.time_class = static_cast<std::int8_t>(time_class);
            }
            GradeFacts facts;
            facts.verdict = cell.judgement.verdict;
            facts.kind = indicator.kind;
            facts.has_value = number(values) && value_counts(facts.verdict);
            facts.gap = number(gaps);
            facts.never_graded = own_grades
                                     ? own_grades->empty()
                                     : plan_.framework.grades && plan_.framework.grades->empty();
            const auto condition = own_grades ? first_case(series.grades, evaluator, i)
                                              : first_case(plan_.framework_grades[s], evaluator, i);
            if (condition) facts.condition = static_cast<Grade>(*condition);
            facts.survey_score = number(scores);
            if (const auto grade = choose_grade(facts)) {
              cell.grade = static_cast<std::int8_t>(grade->grade);
              cell.grade_origin = grade->origin;
            }
            if (entry != nullptr && entry->published && grade_named(*entry->published)) {
              const auto computed = choose_grade(facts);
              const Grade published = *grade_named(*entry->published);
              if (computed && computed->grade != published)
                checks.push_back({"entries",
                                  units_.id(unit),
                                  indicator.id,
                                  "published",
                                  "reported",
                                  {indicator.id + " 计算等级为" + grade_text(computed->grade).zh +
                                       "，公布等级为" + grade_text(published).zh,
                                   indicator.id + ": grade " + grade_text(computed->grade).en +
                                       ", " + grade_text(published).en + " published"}});
            }
          }
        });
  }

  /// The worst of the components, as they stand now.
  void choose_summary(std::uint32_t summary, std::uint32_t level) {
    const SeriesPlan& series = plan_.series[summary];
    for (std::uint32_t unit = units_.first_of_level(level); unit < units_.first_of_level(level + 1);
         ++unit) {
      CellState& cell = data_->results.state_at(summary, level, unit);
      cell.severity = cell.time_class = cell.grade = -1;
      std::vector<std::optional<Grade>> grades;
      for (const std::uint32_t component : series.components) {
        const CellState& part = *data_->results.state(component, level, unit);
        if (part.severity > cell.severity) {
          cell.severity = part.severity;
          cell.severity_origin = part.severity_origin;
        }
        if (part.time_class >= 0 && (cell.time_class < 0 || part.time_class < cell.time_class))
          cell.time_class = part.time_class;
        grades.push_back(part.grade < 0 ? std::nullopt
                                        : std::optional<Grade>(static_cast<Grade>(part.grade)));
      }
      if (const auto grade = grade_components(cell.judgement.verdict, grades)) {
        cell.grade = static_cast<std::int8_t>(*grade);
        // The origin is that of the component that decided.
        for (const std::uint32_t component : series.components)
          if (const CellState* part = data_->results.state(component, level, unit);
              part->grade == cell.grade) {
            cell.grade_origin = part->grade_origin;
            break;
          }
      }
    }
  }

  /// The experts' severities and grades, after all that reads the computed ones: first those of
  /// components, of which the summaries are made anew, then the summaries' own.
  void apply_overrides() {
    const auto apply = [&](const Entry& entry) {
      const std::uint32_t level = units_.level(entry.unit);
      if (!data_->results.has(entry.series, level)) return;
      CellState& cell = data_->results.state_at(entry.series, level, entry.unit);
      if (entry.grade) {
        cell.grade = static_cast<std::int8_t>(*entry.grade);
        cell.grade_origin = GradeOrigin::overridden;
      }
      if (entry.severity >= 0 && cell.judgement.verdict == Verdict::unmet) {
        cell.severity = static_cast<std::int8_t>(entry.severity);
        cell.severity_origin = SeverityOrigin::entry;
      }
    };
    std::vector<const Entry*> of_summaries;
    bool any = false;
    for (const Entry& entry : data_->entries.all()) {
      if (entry.year != year_ || entry.series == no_index || entry.item != no_index ||
          !entry.object.empty() || (!entry.grade && entry.severity < 0))
        continue;
      any = true;
      if (plan_.series[entry.series].component == no_index)
        of_summaries.push_back(&entry);
      else
        apply(entry);
    }
    if (!any) return;
    for (const std::uint32_t summary : plan_.series_of_indicator)
      if (!plan_.series[summary].components.empty())
        for (const std::uint32_t level : plan_.series[summary].levels)
          choose_summary(summary, level);
    for (const Entry* entry : of_summaries) apply(*entry);
  }
};

}  // namespace detail

}  // namespace tijian
