// Messages of the compiler about formulas in their document; faults inside a formula are in
// formula/messages.hpp.
#pragma once

#include <array>

#include "tijian/messages.hpp"

namespace tijian::compile_messages {

inline constexpr Message attribute_differs{
    "framework.attribute_differs", "属性 {attribute} 在不同层级的定义不一致（类型、继承或取值）",
    "attribute {attribute} is declared differently on another level (type, inherit or values)"};
inline constexpr Message evidence_type{"framework.evidence_type", "证据列 {column} 必须是文本",
                                       "the evidence column {column} must be text"};
inline constexpr Message expected_type{"framework.expected_type",
                                       "expected 引用的 {attribute} 不是数值属性",
                                       "expected names {attribute}, which is no number attribute"};
inline constexpr Message levels_needed{
    "framework.levels_needed", "指标 {indicator} 取自去年台账，必须写明 levels",
    "indicator {indicator} reads last year's ledger and has to name its levels"};
inline constexpr Message level_below_table{"framework.level_below_table",
                                           "层级 {level} 低于表 {table} 的层级",
                                           "level {level} lies below the level of table {table}"};
inline constexpr Message item_formula{
    "framework.item_formula", "指标公式没有 problem，分项 {item} 需要自己的公式",
    "the indicator's formula has no problem: item {item} needs a formula of its own"};
inline constexpr Message problem_without_items{"framework.problem_without_items",
                                               "公式使用了 problem，但指标没有分项",
                                               "the formula reads problem, but the indicator has "
                                               "no items"};
inline constexpr Message rule_indicator{"framework.rule_indicator",
                                        "规则 {rule} 增加问题，必须写明 indicator",
                                        "rule {rule} adds a problem and has to name its indicator"};
inline constexpr Message cycle{"framework.cycle", "指标之间循环引用：{cycle}",
                               "indicators depend on each other in a circle: {cycle}"};

inline constexpr Message rows_differ{
    "check.rows_differ",
    "下列比例的分子和分母可能跳过不同的行（某列为空时），结果会失真：{indicators}",
    "numerator and denominator can skip different rows, where a column is null, so that the ratio "
    "is of two different sets: {indicators}"};

inline constexpr std::array all{
    rows_differ,   rule_indicator,    attribute_differs, evidence_type,         expected_type,
    levels_needed, level_below_table, item_formula,      problem_without_items, cycle};

}  // namespace tijian::compile_messages
