// Which columns of a caller's frames are looked at: survey tables, units, entries, last year's
// problems. Whoever reads files or converts columns asks here what to read, and leaves the rest
// alone.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tijian/plan.hpp"

namespace tijian {

struct FrameColumn {
  std::string id;
  Type type = Type::text;
  bool required = false;    ///< a frame without it is refused
  bool identifies = false;  ///< holds ids of units or objects
};

/// Of a survey table: what formulas, items and checks read, the unit and the key.
inline std::vector<FrameColumn> survey_frame_columns(const PlanData& plan, const TablePlan& table) {
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

/// Of last year's ledger with `status`.
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

}  // namespace tijian
