// Messages about data: units, tables, entries.
#pragma once

#include <array>

#include "tijian/messages.hpp"

namespace tijian::data_messages {

inline constexpr Message missing_column{"data.missing_column", "表 {table} 缺少列 {column}",
                                        "table {table} has no column {column}"};
inline constexpr Message null_id{"data.null_id", "第 {row} 行的 {column} 为空",
                                 "{column} is null in row {row}"};
inline constexpr Message duplicate_unit{"units.duplicate", "单元 {ids} 重复出现",
                                        "units listed twice: {ids}"};
inline constexpr Message two_parents{"units.two_parents", "单元 {ids} 有两个上级",
                                     "units with two parents: {ids}"};
inline constexpr Message unknown_level{"units.unknown_level",
                                       "单元 {ids} 的层级未在体系中定义（可用：{levels}）",
                                       "units on a level the framework does not have: {ids} "
                                       "(it has {levels})"};
inline constexpr Message orphan{"units.orphan", "单元 {ids} 的上级不存在",
                                "units whose parent is not listed: {ids}"};
inline constexpr Message cycle{"units.cycle", "单元 {ids} 的上下级关系成环",
                               "units whose parents form a cycle: {ids}"};
inline constexpr Message wrong_level{"units.wrong_level", "单元 {ids} 的上级层级不高于自身",
                                     "units whose parent is not on a higher level: {ids}"};
inline constexpr Message attribute_value{"units.attribute_value",
                                         "属性 {column} 的取值不在允许范围（{allowed}）：{ids}",
                                         "attribute {column} has values other than {allowed}: "
                                         "{ids}"};
inline constexpr Message infinite_value{"data.infinite", "{column} 的第 {row} 行为无穷大",
                                        "{column} is infinite in row {row}"};
inline constexpr Message too_large{"data.too_large",
                                   "{column} 第 {row} 行的整数超过 2^53，不能精确表示",
                                   "{column} has an integer beyond 2^53 in row {row}"};
inline constexpr Message not_boolean{"data.not_boolean", "{column} 第 {row} 行不是 0 或 1",
                                     "{column} is neither 0 nor 1 in row {row}"};
inline constexpr Message unknown_table{"data.unknown_table", "体系中没有表 {table}",
                                       "the framework has no table {table}"};
inline constexpr Message refused_row{"data.refused_row",
                                     "表 {table} 第 {row} 行未通过检查 {check}：{message}",
                                     "row {row} of table {table} fails check {check}: {message}"};
inline constexpr Message refused_unit{
    "data.refused_unit", "表 {table} 的单元 {unit} 未通过检查 {check}：{message}",
    "unit {unit} of table {table} fails check {check}: {message}"};
inline constexpr Message unknown_units{
    "data.unknown_units", "表 {table} 中的单元不存在或层级不符：{ids}",
    "table {table} has rows of units that do not exist or are on another level: {ids}"};
inline constexpr Message null_units{"data.null_units", "表 {table} 有 {count} 行没有单元",
                                    "{count} rows of table {table} have no unit"};
inline constexpr Message not_in_batch{
    "data.not_in_batch", "表 {table} 有不在本年批次的单元的数据：{ids}",
    "table {table} has rows of units that are not in this year's batch: {ids}"};
inline constexpr Message other_year{
    "data.other_year", "公式使用 year，体系年份为 {year}，不能评估 {asked} 年",
    "row formulas use year, which is {year} in the framework: year {asked} cannot be assessed"};
inline constexpr Message too_many_objects{
    "data.too_many_objects", "对象行数超过 max_objects（{limit}）；请用 screen 分批输出对象行",
    "more than max_objects ({limit}) object rows; use screen for the object rows of each batch"};
inline constexpr Message too_many_rows{"data.too_many_rows",
                                       "表 {table} 的行数超过 2^53，不能精确计数",
                                       "table {table} has more than 2^53 rows, which cannot be "
                                       "counted exactly"};
inline constexpr Message other_plan{"data.other_plan", "统计状态属于另一个体系",
                                    "the tally belongs to another plan"};
inline constexpr Message other_units{"data.other_units", "单元是按另一个体系的层级和属性读入的",
                                     "the units were read for other levels and attributes"};
inline constexpr Message unknown_filter{"data.unknown_filter", "筛选条件 {name} 没有取值 {value}",
                                        "there is no {name} {value} to filter by"};
inline constexpr Message entry_value{"entries.value", "填报第 {row} 行：{what}",
                                     "entry in row {row}: {what_en}"};
inline constexpr Message entry_unknown{"entries.unknown",
                                       "填报第 {row} 行的 {column} 未知：{value}",
                                       "entry in row {row}: {column} {value} is not known"};
inline constexpr Message entry_duplicate{"entries.duplicate", "填报第 {row} 行与第 {other} 行重复",
                                         "entry in row {row} repeats row {other}"};
inline constexpr Message entry_reason{"entries.reason",
                                      "填报第 {row} 行改写等级或程度，但没有理由（reason）",
                                      "entry in row {row} overrides a grade or severity without "
                                      "a reason"};

inline constexpr Message year_range{"data.year_range", "年份 {year} 不在 1–9999 之间",
                                    "year {year} is not from 1 to 9999"};
inline constexpr Message unknown_result{"data.unknown_result", "没有结果表 {table}",
                                        "there is no result table {table}"};

inline constexpr std::array all{
    year_range,     too_many_rows,  other_units,   unknown_filter,  refused_unit,
    unknown_result, missing_column, null_id,       duplicate_unit,  two_parents,
    unknown_level,  orphan,         cycle,         wrong_level,     attribute_value,
    infinite_value, too_large,      not_boolean,   unknown_table,   refused_row,
    unknown_units,  null_units,     not_in_batch,  other_year,      too_many_objects,
    other_plan,     entry_value,    entry_unknown, entry_duplicate, entry_reason};

}  // namespace tijian::data_messages
