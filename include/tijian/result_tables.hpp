// The result tables of an assessment: values, items, verdicts, problems, grades, checks. Ledgers
// and lists are in ledger.hpp. Rows are sorted: level lowest first, unit and object by bytes, then
// the framework's order.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/assessment.hpp"
#include "tijian/block_writer.hpp"
#include "tijian/ledger.hpp"
#include "tijian/nearest.hpp"
#include "tijian/row_writer.hpp"
#include "tijian/thread_team.hpp"

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
    each_block(true, {}, table, [&](BlockWriter& block, Cells& cells) {
      start_rows(block, cells);
      numbers(block, cells, &Cell::value);
      numbers(block, cells, &Cell::numerator);
      numbers(block, cells, &Cell::denominator);
      integers(block, cells, [](const CellColumns& columns) {
        return [rows = columns.rows().data()](std::size_t at) { return rows[at]; };
      });
      integers(block, cells, [](const CellColumns& columns) {
        return [rows = columns.rows().data(), known = columns.known().data()](std::size_t at) {
          return rows[at] - known[at];
        };
      });
      numbers(block, cells, &Cell::coverage);
      block.text([&](std::size_t i) { return name(cells.states[i]->origin); });
      numbers(block, cells, &Cell::reported);
      block.text_of_member([&](std::size_t k) -> std::string_view {
        return measure_of(plan_, plan_.series[cells.series[k]]);
      });
      numbers(block, cells, &Cell::previous);
      block.text([&](std::size_t i) { return evidence_letter(cells.states[i]->evidence); });
      end_rows(block, cells);
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
    std::function<bool(const CellState&)> wanted;
    if (filter_.limits_cells())
      wanted = [&](const CellState& cell) {
        return filter_.severity(cell.severity) && filter_.time_class(cell.time_class);
      };
    each_block(false, wanted, table, [&](BlockWriter& block, Cells& cells) {
      start_rows(block, cells);
      block.text([&](std::size_t i) { return name(cells.states[i]->judgement.verdict); })
          .boolean([&](std::size_t i) { return cells.states[i]->judgement.provisional; });
      std::vector<std::string> targets;
      for (std::size_t i = 0; block.writes_next() && i < cells.states.size(); ++i)
        targets.push_back(assessment_.target_text(cells.series_of(i), cells.cell(i)));
      block.text([&](std::size_t i) -> std::string_view { return targets[i]; });
      numbers(block, cells, &Cell::low);
      numbers(block, cells, &Cell::high);
      block.text([&](std::size_t i) {
        return basis_of(cells.series_of(i), cells.states[i]->target_index);
      });
      numbers(block, cells, &Cell::shortfall);
      numbers(block, cells, &Cell::gap);
      numbers(block, cells, &Cell::deficit);
      block
          .text([&](std::size_t i) -> std::string_view {
            return severity_id(framework_, cells.states[i]->severity);
          })
          .text([&](std::size_t i) { return time_class_id(cells.states[i]->time_class); })
          .text([&](std::size_t i) -> std::string_view {
            return reasons[static_cast<std::size_t>(cells.states[i]->judgement.reason)];
          })
          .text([&](std::size_t i) { return name(cells.states[i]->judgement.reason); })
          .text([&](std::size_t i) {
            return cells.states[i]->severity < 0 ? std::string_view()
                                                 : name(cells.states[i]->severity_origin);
          })
          .text([&](std::size_t i) { return evidence_letter(cells.states[i]->evidence); });
      end_rows(block, cells);
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
  void each_unit(Visit&& visit) const {
    for (std::uint32_t unit = 0; unit < units_.size(); ++unit)
      if (filter_.unit(unit)) visit(unit, units_.level(unit));
  }
  /// The cells of a block of a table: those of some series for each of some units of a level.
  struct Cells {
    std::uint32_t level = 0;
    std::uint32_t first = 0;  // unit of the level
    std::vector<std::uint32_t> units;
    std::vector<std::uint32_t> series;
    std::vector<const CellColumns*> columns;  // by series
    std::vector<const CellState*> states;     // by row
    std::vector<double> numbers;              // of a column, by row
    std::vector<std::int64_t> integers;

    void fill(const Results& results) {
      columns.resize(series.size());
      states.resize(units.size() * series.size());
      for (std::size_t k = 0; k < series.size(); ++k) {
        columns[k] = &results.cells(series[k], level);
        for (std::size_t u = 0; u < units.size(); ++u)
          states[u * series.size() + k] = &columns[k]->state(units[u] - first);
      }
    }
    [[nodiscard]] std::uint32_t series_of(std::size_t row) const {
      return series[row % series.size()];
    }
    [[nodiscard]] Cell cell(std::size_t row) const {
      return (*columns[row % series.size()])[units[row / series.size()] - first];
    }
    /// `of(columns of the series, place in them)` for each row, a series after the other: so that
    /// every column is read as it lies.
    template <class Value, class Of>
    void gather(std::vector<Value>& values, Of&& of) const {
      values.resize(states.size());
      for (std::size_t k = 0; k < series.size(); ++k) {
        const auto at = of(*columns[k]);
        for (std::size_t u = 0; u < units.size(); ++u)
          values[u * series.size() + k] = at(units[u] - first);
      }
    }
  };

  /// Gives the cells of all series of all units by blocks to `write(writer, cells)`; `wanted`,
  /// where there is one, says which. Large tables of all cells are written by the threads that
  /// assessed, each of which goes through all blocks and fills its part of the columns.
  template <class Write>
  void each_block(bool peers, const std::function<bool(const CellState&)>& wanted,
                  ResultTable& table, const Write& write) {
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
    constexpr std::size_t fewest_for_threads = 16'384;
    const std::size_t parts = wanted || most < fewest_for_threads
                                  ? 1
                                  : std::min(static_cast<std::size_t>(std::max(data_.threads, 1)),
                                             table.columns().size());
    ThreadTeam team;
    team.run(parts, [&](std::size_t part) {
      BlockWriter block(table, part, parts);
      write_blocks(peers, wanted, series_of_level, block, write);
    });
  }

  template <class Write>
  void write_blocks(bool peers, const std::function<bool(const CellState&)>& wanted,
                    const std::vector<std::vector<std::uint32_t>>& series_of_level,
                    BlockWriter& block, const Write& write) const {
    Cells cells;
    const auto write_cells = [&] {
      if (cells.units.empty() || cells.series.empty()) return;
      cells.fill(data_.results);
      write(block.rows(cells.units.size(), cells.series.size()), cells);
    };
    const auto end_block = [&] {
      if (!wanted) {
        cells.series = series_of_level[cells.level];
        write_cells();
      } else {
        // Each unit has series of its own: those of the same are a block.
        cells.series.clear();
        for (const std::uint32_t unit : std::exchange(cells.units, {})) {
          std::vector<std::uint32_t> series;
          for (const std::uint32_t s : series_of_level[cells.level])
            if (wanted(*data_.results.state(s, cells.level, unit))) series.push_back(s);
          if (series != cells.series) {
            write_cells();
            cells.units.clear();
            cells.series = std::move(series);
          }
          cells.units.push_back(unit);
        }
        write_cells();
      }
      cells.units.clear();
    };
    each_unit([&](std::uint32_t unit, std::uint32_t level) {
      if (!peers && data_.is_peer(unit)) return;
      constexpr std::size_t block_rows = 1024;
      if (level != cells.level ||
          cells.units.size() * series_of_level[level].size() >= block_rows) {
        end_block();
        cells.level = level;
        cells.first = units_.first_of_level(level);
      }
      cells.units.push_back(unit);
    });
    end_block();
  }

  void start_rows(BlockWriter& block, const Cells& cells) const {
    block
        .text_of_group([&](std::size_t u) -> std::string_view { return units_.id(cells.units[u]); })
        .text_of_block(framework_.levels[cells.level].id)
        .text_of_member([&](std::size_t k) -> std::string_view {
          return framework_.indicators[plan_.series[cells.series[k]].indicator].id;
        })
        .text_of_member([&](std::size_t k) { return component_of(cells.series[k]); });
  }
  void end_rows(BlockWriter& block, const Cells& cells) const {
    block
        .text_of_group(
            [&](std::size_t u) -> std::string_view { return units_.name(cells.units[u]); })
        .text_of_member([&](std::size_t k) -> std::string_view { return names_[cells.series[k]]; });
  }
  void numbers(BlockWriter& block, Cells& cells, CellColumns::Number wanted) const {
    if (block.writes_next()) {
      cells.gather(cells.numbers, [&](const CellColumns& columns) {
        return [column = columns.numbers(wanted)](std::size_t at) {
          return column == nullptr ? null_number : column[at];
        };
      });
    }
    block.number([&](std::size_t i) { return cells.numbers[i]; });
  }
  template <class Of>
  void integers(BlockWriter& block, Cells& cells, Of&& of) const {
    if (block.writes_next()) cells.gather(cells.integers, of);
    block.integer([&](std::size_t i) { return cells.integers[i]; });
  }

  [[nodiscard]] std::string_view basis_of(std::uint32_t s, std::int16_t target) const {
    if (target < 0) return {};
    return targets_of(plan_, plan_.series[s])[static_cast<std::size_t>(target)].basis;
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
  std::vector<std::string> names_;  // of the series, once a table of cells is asked for
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
