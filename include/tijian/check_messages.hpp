// Messages about references and contradictions of a framework.
#pragma once

#include "tijian/messages.hpp"

namespace tijian::check_messages {

inline constexpr Message missing_key{"framework.missing_key", "缺少必填的键 {key}",
                                     "the key {key} is required"};
inline constexpr Message invalid_id{
    "framework.invalid_id", "id {found} 无效：须为 1 至 64 个字母（任何文字）、数字或 _ . -",
    "the id {found} is not valid: 1 to 64 letters of any script, digits, _ . or -"};
inline constexpr Message duplicate_id{"framework.duplicate_id", "id {id} 在此列表中重复",
                                      "the id {id} stands twice in this list"};
inline constexpr Message duplicate_value{"framework.duplicate_value", "{found} 在此列表中重复",
                                         "{found} stands twice in this list"};
inline constexpr Message duplicate_ledger{"framework.duplicate_id", "维度 {id} 有两个台账",
                                          "the dimension {id} has two ledgers"};
inline constexpr Message control_character{"framework.control_character", "{key} 含有控制字符",
                                           "{key} has a control character"};
inline constexpr Message empty_list{"framework.empty_list", "{key} 不能为空",
                                    "{key} must not be empty"};
inline constexpr Message out_of_range{"framework.out_of_range",
                                      "{key} 应为{range_zh}，实为 {found}",
                                      "{key} must be {range}, not {found}"};
inline constexpr Message not_finite{"framework.number_range", "{key} 不是有限的数",
                                    "{key} is not a finite number"};
inline constexpr Message unknown_word{"framework.unknown_word",
                                      "{key} 的取值 {found} 无效（可用：{choices}）",
                                      "{key} has no choice {found} (there are: {choices})"};
inline constexpr Message unknown_reference{"framework.unknown_reference", "没有{kind_zh} {id}",
                                           "there is no {kind} {id}"};
inline constexpr Message unknown_reference_nearest{
    "framework.unknown_reference", "没有{kind_zh} {id}，是否为 {nearest}？",
    "there is no {kind} {id}; did you mean {nearest}?"};
inline constexpr Message same_name{"framework.same_name", "{name} 已是{other_zh}的名称（{place}）",
                                   "{name} is already the name of {other} ({place})"};
inline constexpr Message reserved_name{"framework.reserved_name", "{name} 是内置名称，不能另作他用",
                                       "{name} is a built-in name"};

inline constexpr Message only_for_type{"framework.only_for_type", "{key} 只用于{type_zh}",
                                       "{key} is only for {type}"};
inline constexpr Message default_type{"framework.default_type", "default 的类型与 type 不符",
                                      "the default is not of the attribute's type"};
inline constexpr Message default_value{"framework.default_value",
                                       "default {found} 不在 values 之中",
                                       "the default {found} is not among the values"};
inline constexpr Message bounds_reversed{"framework.bounds_reversed", "{low} 大于 {high}",
                                         "{low} is above {high}"};
inline constexpr Message computed_optional{"framework.computed_optional",
                                           "由公式计算的列不从数据读取，不能是 optional",
                                           "a computed column is not read and cannot be optional"};
inline constexpr Message column_type{"framework.column_type",
                                     "列 {column} 用作 {key}，类型应为 {expected}",
                                     "column {column} is used as {key} and must be {expected}"};
inline constexpr Message expected_level{
    "framework.expected_level", "属性 {attribute} 在层级 {level} 上读不到",
    "the attribute {attribute} cannot be read on the level {level}"};

inline constexpr Message target_bound_missing{"framework.target_bound_missing",
                                              "op 为 {op} 的目标需要 {key}",
                                              "a target with op {op} needs {key}"};
inline constexpr Message target_bound_unused{"framework.target_bound_unused",
                                             "op 为 {op} 的目标不用 {key}",
                                             "a target with op {op} has no use for {key}"};
inline constexpr Message direction{"framework.direction", "direction {direction} 与目标 {op} 矛盾",
                                   "the direction {direction} contradicts the target {op}"};
inline constexpr Message directions_differ{
    "framework.directions_differ", "目标 {first} 与 {second} 的方向相反，须改正或写明 direction",
    "the targets {first} and {second} point in opposite directions"};

inline constexpr Message components_exclude{"framework.components_exclude",
                                            "有 components 的指标不能另有 {key}",
                                            "an indicator with components cannot have {key}"};
inline constexpr Message needs_table{"framework.needs_table", "{key} 需要 table",
                                     "{key} needs a table"};
inline constexpr Message unused_table{
    "framework.unused_table", "指标有 table，但没有 formula、items 或 components 的公式",
    "the indicator names a table, but has no formula, items or component with a formula"};
inline constexpr Message no_level{"framework.no_level",
                                  "维度 {dimension} 没有层级，指标须写明 levels",
                                  "the dimension {dimension} has no level: name the levels"};
inline constexpr Message aspect_dimension{
    "framework.aspect_dimension", "方面 {aspect} 属于维度 {other}，而不是 {dimension}",
    "the aspect {aspect} belongs to the dimension {other}, not {dimension}"};
inline constexpr Message own_survey{"framework.own_survey", "指标不能以自身作为 survey",
                                    "an indicator cannot be its own survey"};

inline constexpr Message needs_severity{"framework.needs_severity", "then 为 {then} 的规则需要 is",
                                        "a rule that does {then} needs is"};
inline constexpr Message needs_indicator{"framework.needs_indicator",
                                         "then 为 {then} 的规则需要 indicator",
                                         "a rule that does {then} needs an indicator"};
inline constexpr Message unused_severity{"framework.unused_severity",
                                         "then 为 {then} 的规则不用 is",
                                         "a rule that does {then} has no use for is"};
inline constexpr Message leave_out_at{"framework.leave_out_at",
                                      "leave_out 针对单行，不能与 at 同用",
                                      "leave_out is about single rows and cannot go with at"};
inline constexpr Message split_level{"framework.split_level",
                                     "split_level {split} 应低于 list_level {list}",
                                     "split_level {split} must lie below list_level {list}"};
inline constexpr Message placeholder{"framework.placeholder",
                                     "sentence 中的 {found} 无效（可用：{choices}）",
                                     "the sentence has no {found} (there are: {choices})"};
inline constexpr Message unclosed_placeholder{"framework.placeholder", "sentence 中的 { 没有闭合",
                                              "a { in the sentence is not closed"};

inline constexpr Message node_cycle{"framework.node_cycle", "得分节点成环：{cycle}",
                                    "the score's nodes form a cycle: {cycle}"};
inline constexpr Message needs_cap{"framework.needs_cap", "floor 为 cap 时需要 cap",
                                   "floor cap needs the key cap"};
inline constexpr Message unused_cap{"framework.unused_cap", "cap 只与 floor 的 cap 同用",
                                    "cap is only used with floor cap"};
inline constexpr Message item_table{"framework.item_table",
                                    "分项 {item} 取自表 {other}，而不是 {table}",
                                    "the item {item} is over the table {other}, not {table}"};
inline constexpr Message no_weight{"framework.no_weight", "权重全部为 0", "all weights are 0"};

}  // namespace tijian::check_messages
