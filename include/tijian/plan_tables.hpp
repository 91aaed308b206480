// What a plan asks of its caller, as result tables: which tables, which columns of them with type
// and measure, which attributes of units.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/data_messages.hpp"
#include "tijian/frame_columns.hpp"
#include "tijian/json_writer.hpp"
#include "tijian/nearest.hpp"
#include "tijian/plan.hpp"
#include "tijian/result_table.hpp"
#include "tijian/row_agreement.hpp"
#include "tijian/row_writer.hpp"
#include "tijian/version.hpp"

namespace tijian {

namespace detail {

inline std::string_view type_name(Type type) {
  return type == Type::number ? "number" : type == Type::boolean ? "boolean" : "text";
}

/// Several texts in one cell: as JSON, so that any text can be told from any other; null for none.
inline std::string json_list(const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  std::string json;
  JsonWriter writer(json);
  writer.begin_array();
  for (const std::string& text : texts) writer.string(text);
  writer.end_array();
  return json;
}

inline ResultTable survey_tables(const PlanData& plan, const ResultSource& source) {
  ResultTable table("tables", source);
  for (const char* name : {"table", "level", "unit", "key"})
    table.add_column(name, ResultType::text);
  table.add_column("complete", ResultType::boolean);
  table.add_column("expected", ResultType::text);
  RowWriter row(table);
  for (const Table& survey : plan.framework.tables)
    row.text(survey.id)
        .text(survey.level)
        .text(survey.unit)
        .text(json_list(survey.key))
        .boolean(survey.complete)
        .text(survey.expected)
        .end();
  return table;
}

inline ResultTable survey_columns(const PlanData& plan, const ResultSource& source) {
  ResultTable table("columns", source);
  for (const char* name : {"table", "column", "type", "measure"})
    table.add_column(name, ResultType::text);
  for (const char* name : {"required", "unit", "key"}) table.add_column(name, ResultType::boolean);
  for (const char* name : {"min", "max"}) table.add_column(name, ResultType::number);
  for (const char* name : {"values", "name_zh", "name_en"})
    table.add_column(name, ResultType::text);
  RowWriter row(table);
  for (const TablePlan& read : plan.tables) {
    if (read.source != TablePlan::Source::survey) continue;
    const Table& survey = plan.framework.tables[read.table];
    for (const FrameColumn& column : survey_frame_columns(plan, read)) {
      Column described;  // a column that the table alone names is described nowhere else
      for (const Column& declared : survey.columns)
        if (declared.id == column.id) described = declared;
      row.text(survey.id)
          .text(column.id)
          .text(type_name(column.type))
          .text(described.measure)
          .boolean(column.required)
          .boolean(survey.unit == column.id)
          .boolean(std::find(survey.key.begin(), survey.key.end(), column.id) != survey.key.end())
          .number(described.min)
          .number(described.max)
          .text(json_list(described.values))
          .text(described.name.zh)
          .text(described.name.en)
          .end();
    }
  }
  return table;
}

inline ResultTable unit_attributes(const PlanData& plan, const ResultSource& source) {
  ResultTable table("attributes", source);
  for (const char* name : {"attribute", "type", "measure", "levels", "values"})
    table.add_column(name, ResultType::text);
  table.add_column("inherit", ResultType::boolean);
  RowWriter row(table);
  for (const AttributePlan& attribute : plan.attributes) {
    std::vector<std::string> levels;
    std::string measure;
    for (const Level& level : plan.framework.levels)
      for (const Attribute& declared : level.attributes)
        if (declared.id == attribute.id) {
          levels.push_back(level.id);
          if (measure.empty()) measure = declared.measure;
        }
    row.text(attribute.id)
        .text(type_name(attribute.type))
        .text(measure)
        .text(json_list(levels))
        .text(json_list(attribute.values))
        .boolean(attribute.inherit)
        .end();
  }
  return table;
}

inline ResultTable warnings(const PlanData& plan, const ResultSource& source) {
  ResultTable table("warnings", source);
  for (const char* name : {"code", "place", "message_zh", "message_en"})
    table.add_column(name, ResultType::text);
  RowWriter row(table);
  for (const Issue& issue : plan_warnings(plan))
    row.text(issue.code).text(issue.place).text(issue.message.zh).text(issue.message.en).end();
  return table;
}

}  // namespace detail

inline constexpr std::array<std::string_view, 4> plan_table_names = {"tables", "columns",
                                                                     "attributes", "warnings"};

/// What a plan asks of its caller, by name:
/// - "tables": table, level (of the units its rows attach to), unit (the column with their ids),
/// key
///   (a JSON list of columns), complete, expected (the attribute that says how many rows are due);
/// - "columns", those that are read: table, column, type, measure, required, unit, key, min, max,
///   values (a JSON list of the allowed texts), name_zh, name_en;
/// - "attributes" of units: attribute, type, measure, levels that declare it (a JSON list), values,
///   inherit;
/// - "warnings": what is allowed but may not be meant: code, place, message_zh, message_en.
/// Throws DataError for another name.
inline ResultTable plan_table(const Plan& plan, std::string_view name) {
  const Framework& framework = plan->framework;
  const ResultSource source{framework.id, framework.version, plan->framework_fingerprint,
                            std::string(library_version), framework.year};
  if (name == "tables") return detail::survey_tables(*plan, source);
  if (name == "columns") return detail::survey_columns(*plan, source);
  if (name == "attributes") return detail::unit_attributes(*plan, source);
  if (name == "warnings") return detail::warnings(*plan, source);
  Issue issue = make_issue(data_messages::unknown_result, std::string(name), {{"table", name}});
  issue.nearest = nearest_name(name, {plan_table_names.begin(), plan_table_names.end()});
  throw DataError({std::move(issue)});
}

}  // namespace tijian
