// The result tables of an assessment: values, items, verdicts, problems, grades, checks. Ledgers
// and lists are in ledger.hpp. Rows are sorted: level lowest first, unit and object by bytes, then
// the framework's order.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/assessment.hpp"
#include "tijian/block_writer.hpp"
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
    each_block(true, {}, table, [&](BlockWriter& block, const std::vector<CellRow>& rows) {
      start_rows(block, rows);
      block.number([&](std::size_t i) { return rows[i].cell.value; })
          .number([&](std::size_t i) { return rows[i].cell.numerator; })
          .number([&](std::size_t i) { return rows[i].cell.denominator; })
          .integer([&](std::size_t i) { return rows[i].cell.rows; })
          .integer([&](std::size_t i) { return rows[i].cell.rows - rows[i].cell.known; })
          .number([&](std::size_t i) { return rows[i].cell.coverage; })
          .text([&](std::size_t i) { return name(rows[i].cell.origin); })
          .number([&](std::size_t i) { return rows[i].cell.reported; })
          .text([&](std::size_t i) { return measure_of(rows[i].series); })
          .number([&](std::size_t i) { return rows[i].cell.previous; })
          .text([&](std::size_t i) { return evidence_letter(rows[i].cell.evidence); });
      end_rows(block, rows);
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
    std::vector<std::string> reasons;
    for (int r = 0; r <= static_cast<int>(VerdictReason::target_missed); ++r)
      reasons.push_back(reason_text(static_cast<VerdictReason>(r)).in(language_));
    const auto wanted = [&](const CellState& cell) {
      return filter_.severity(cell.severity) && filter_.time_class(cell.time_class);
    };
    each_block(false, wanted, table, [&](BlockWriter& block, const std::vector<CellRow>& rows) {
      std::vector<std::string> targets;
      for (const CellRow& row : rows)
        targets.push_back(assessment_.target_text(row.series, row.cell));
      start_rows(block, rows);
      block.text([&](std::size_t i) { return name(rows[i].cell.judgement.verdict); })
          .boolean([&](std::size_t i) { return rows[i].cell.judgement.provisional; })
          .text([&](std::size_t i) -> std::string_view { return targets[i]; })
          .number([&](std::size_t i) { return rows[i].cell.low; })
          .number([&](std::size_t i) { return rows[i].cell.high; })
          .text([&](std::size_t i) { return basis_of(rows[i]); })
          .number([&](std::size_t i) { return rows[i].cell.shortfall; })
          .number([&](std::size_t i) { return rows[i].cell.gap; })
          .number([&](std::size_t i) { return rows[i].cell.deficit; })
          .text([&](std::size_t i) -> std::string_view {
            return severity_id(framework_, rows[i].cell.severity);
          })
          .text([&](std::size_t i) { return time_class_id(rows[i].cell.time_class); })
          .text([&](std::size_t i) -> std::string_view {
            return reasons[static_cast<std::size_t>(rows[i].cell.judgement.reason)];
          })
          .text([&](std::size_t i) { return name(rows[i].cell.judgement.reason); })
          .text([&](std::size_t i) {
            return rows[i].cell.severity < 0 ? std::string_view()
                                             : name(rows[i].cell.severity_origin);
          })
          .text([&](std::size_t i) { return evidence_letter(rows[i].cell.evidence); });
      end_rows(block, rows);
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
        const CellState* cell = data_.results.state(s, level, unit);
        if (cell == nullptr || cell->grade < 0 || !wanted_indicator(s)) continue;
        const Indicator& indicator = framework_.indicators[plan_.series[s].indicator];
        const Entry* entry = data_.entries.find(s, unit, data_.year);
        row.text(units_.id(unit))
            .text(indicator.aspect)
            .text(indicator.id)
            .text(grade_names[static_cast<std::size_t>(cell->grade)])
            .text(name(cell->grade_origin))
            .text(grade_reason(unit, s, *cell, entry))
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
  /// One row of a table of cells.
  struct CellRow {
    std::uint32_t unit = 0;
    std::uint32_t series = 0;
    Cell cell;
  };

  /// Gives the cells of all series of all units by blocks to `write(writer, rows)`; `wanted`, where
  /// there is one, says which.
  template <class Write>
  void each_block(bool peers, const std::function<bool(const CellState&)>& wanted,
                  ResultTable& table, Write&& write) {
    std::vector<std::vector<std::uint32_t>> series_of_level(units_.level_count());
    names_.resize(plan_.series.size());
    for (std::uint32_t s = 0; s < plan_.series.size(); ++s) {
      names_[s] = name_of(s);
      for (std::uint32_t level = 0; level < units_.level_count(); ++level)
        if (data_.results.has(s, level) && wanted_indicator(s)) series_of_level[level].push_back(s);
    }
    std::size_t most = 0;
    each_unit([&](std::uint32_t unit, std::uint32_t level) {
      if (peers || !data_.is_peer(unit)) most += series_of_level[level].size();
    });
    if (!wanted) table.reserve(most);
    BlockWriter block(table);
    std::vector<std::uint32_t> block_units;
    std::vector<CellRow> rows;
    std::uint32_t level_of_block = 0;
    const auto write_rows = [&] {
      const std::vector<std::uint32_t>& series = series_of_level[level_of_block];
      rows.resize(block_units.size() * series.size());
      // A series is read over all units of the block: its columns are read as they lie.
      for (std::size_t k = 0; k < series.size(); ++k) {
        const CellColumns& cells = data_.results.cells(series[k], level_of_block);
        for (std::size_t u = 0; u < block_units.size(); ++u) {
          CellRow& row = rows[u * series.size() + k];
          row.unit = block_units[u];
          row.series = series[k];
          row.cell = cells[row.unit - units_.first_of_level(level_of_block)];
        }
      }
      block_units.clear();
      if (wanted) std::erase_if(rows, [&](const CellRow& row) { return !wanted(row.cell); });
      if (!rows.empty()) write(block.rows(rows.size()), rows);
    };
    each_unit([&](std::uint32_t unit, std::uint32_t level) {
      if (!peers && data_.is_peer(unit)) return;
      constexpr std::size_t block_rows = 1024;
      if (level != level_of_block ||
          block_units.size() * series_of_level[level].size() >= block_rows) {
        write_rows();
        level_of_block = level;
      }
      block_units.push_back(unit);
    });
    write_rows();
  }

  void start_rows(BlockWriter& block, const std::vector<CellRow>& rows) const {
    block.text([&](std::size_t i) -> std::string_view { return units_.id(rows[i].unit); })
        .text([&](std::size_t i) -> std::string_view {
          return framework_.levels[units_.level(rows[i].unit)].id;
        })
        .text([&](std::size_t i) -> std::string_view {
          return framework_.indicators[plan_.series[rows[i].series].indicator].id;
        })
        .text([&](std::size_t i) { return component_of(rows[i].series); });
  }
  void end_rows(BlockWriter& block, const std::vector<CellRow>& rows) const {
    block.text([&](std::size_t i) -> std::string_view { return units_.name(rows[i].unit); })
        .text([&](std::size_t i) -> std::string_view { return names_[rows[i].series]; });
  }

  [[nodiscard]] std::string_view basis_of(const CellRow& row) const {
    if (row.cell.target_index < 0) return {};
    return targets_of(plan_,
                      plan_.series[row.series])[static_cast<std::size_t>(row.cell.target_index)]
        .basis;
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
  [[nodiscard]] std::string grade_reason(std::uint32_t unit, std::uint32_t s, const CellState& cell,
                                         const Entry* entry) const {
    if (cell.grade_origin == GradeOrigin::overridden)
      return entry != nullptr ? entry->reason : std::string();
    if (cell.grade_origin == GradeOrigin::corrected) {
      const std::string score =
          kernels::shortest(data_.results.number(s, units_.level(unit), unit, &Cell::survey));
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
  std::vector<std::string> names_;  // of series, once a table of cells is asked for
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
