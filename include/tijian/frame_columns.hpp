// Which columns of a caller's frames are looked at: survey tables, units, entries, last year's
// problems. Whoever reads files or converts columns asks here what to read, and leaves the rest
// alone.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/data_messages.hpp"
#include "tijian/nearest.hpp"
#include "tijian/plan.hpp"

namespace tijian {

/// The survey table of this id. Throws DataError, with the nearest name, where the plan has none.
inline const TablePlan& survey_table(const PlanData& plan, std::string_view id) {
  std::vector<std::string> known;
  for (const TablePlan& table : plan.tables) {
    if (table.source != TablePlan::Source::survey) continue;
    if (table.id == id) return table;
    known.push_back(table.id);
  }
  Issue issue = make_issue(data_messages::unknown_table, std::string(id), {{"table", id}});
  issue.nearest = nearest_name(id, known);
  throw DataError({std::move(issue)});
}

struct FrameColumn {
  std::string id;
  Type type = Type::text;
  bool required = false;    ///< a frame without it is refused
  bool identifies = false;  ///< holds ids of units or objects
};

/// Of a survey table: what formulas, items and checks read, the unit, and the key, which adding
/// rows does not look at.
inline std::vector<FrameColumn> survey_frame_columns(const PlanData& plan, const TablePlan& table,
                                                     bool with_key = true) {
  const Table& source = plan.framework.tables[table.table];
  std::vector<FrameColumn> columns;
  const auto identifies = [&source](const std::string& id) {
    return id == source.unit ||
           std::find(source.key.begin(), source.key.end(), id) != source.key.end();
  };
  const auto add = [&columns](FrameColumn column) {
    const bool known =
        std::any_of(columns.begin(), columns.end(),
                    [&column](const FrameColumn& other) { return other.id == column.id; });
    if (!known) columns.push_back(std::move(column));
  };
  for (const ColumnPlan& column : table.columns)
    if (column.read)
      add({column.id, column.type, !column.optional || identifies(column.id),
           identifies(column.id)});
  add({source.unit, Type::text, true, true});
  if (with_key)
    for (const std::string& key : source.key) add({key, Type::text, true, true});
  return columns;
}

/// Of the units.
inline std::vector<FrameColumn> unit_frame_columns(const PlanData& plan) {
  std::vector<FrameColumn> columns{{"id", Type::text, true, true},
                                   {"level", Type::text, true, false},
                                   {"parent", Type::text, true, false},
                                   {"name", Type::text, false, false}};
  for (const AttributePlan& attribute : plan.attributes)
    columns.push_back({attribute.id, attribute.type, false, false});
  return columns;
}

/// Of the long frame of entries.
inline std::vector<FrameColumn> entry_frame_columns() {
  std::vector<FrameColumn> columns{{"unit", Type::text, true, true}};
  for (const char* id :
       {"indicator", "aspect", "component", "item", "object", "published", "grade", "severity",
        "status", "confirmation", "reason", "role", "date", "evidence", "source"})
    columns.push_back({id, Type::text, false, false});
  for (const char* id : {"year", "value", "numerator", "denominator"})
    columns.push_back({id, Type::number, false, false});
  return columns;
}

/// Of last year's ledger with `status`: all that a plan may read.
inline std::vector<FrameColumn> previous_problem_frame_columns() {
  std::vector<FrameColumn> columns{{"unit", Type::text, true, true},
                                   {"indicator", Type::text, true, false}};
  for (const char* id : {"level", "object", "dimension", "aspect", "item", "severity", "time_class",
                         "target", "status", "confirmation", "department", "advice"})
    columns.push_back({id, Type::text, false, false});
  for (const char* id : {"value", "gap", "deficit", "first_year", "years_open", "due"})
    columns.push_back({id, Type::number, false, false});
  return columns;
}

/// Of last year's ledger: what this plan reads.
inline std::vector<FrameColumn> previous_problem_frame_columns(const PlanData& plan) {
  std::vector<FrameColumn> columns;
  for (FrameColumn& column : previous_problem_frame_columns()) {
    const bool is_read =
        std::any_of(plan.tables.begin(), plan.tables.end(), [&column](const TablePlan& table) {
          return table.source == TablePlan::Source::previous &&
                 std::any_of(
                     table.columns.begin(), table.columns.end(),
                     [&column](const ColumnPlan& one) { return one.id == column.id && one.read; });
        });
    if (is_read || column.id == "unit") columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace tijian
