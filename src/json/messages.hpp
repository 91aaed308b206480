// Messages about the document itself: its syntax, keys, types and what it extends.
#pragma once

#include "tijian/messages.hpp"

namespace tijian::json_messages {

inline constexpr Message unreadable_file{"framework.file", "无法读取文件 {file}",
                                         "cannot read the file {file}"};
inline constexpr Message too_large{"framework.too_large", "文档超过 16 MiB",
                                   "the document is larger than 16 MiB"};
inline constexpr Message too_deep{"framework.too_deep", "嵌套超过 32 层",
                                  "nested more than 32 deep"};
inline constexpr Message too_many_values{"framework.too_many_values", "文档的值超过 {limit} 个",
                                         "the document has more than {limit} values"};
inline constexpr Message too_many_indicators{"framework.too_many_indicators", "指标超过 10000 个",
                                             "more than 10,000 indicators"};
inline constexpr Message syntax{"framework.syntax", "第 {line} 行第 {column} 列处不是有效的 JSON",
                                "not valid JSON at line {line}, column {column}: {reason}"};
inline constexpr Message not_utf8{"framework.not_utf8",
                                  "第 {line} 行第 {column} 列不是有效的 UTF-8",
                                  "not valid UTF-8 at line {line}, column {column}"};
inline constexpr Message number_range{
    "framework.number_range", "数 {found} 超出双精度浮点数的范围",
    "the number {found} is outside the range of double precision"};
inline constexpr Message integer_range{"framework.integer_range",
                                       "整数 {found} 的绝对值超过 2^53，不能精确表示",
                                       "the integer {found} is beyond 2^53 and has no exact value"};
inline constexpr Message whole_number{"framework.whole_number", "{key} 应为整数，实为 {found}",
                                      "{key} must be a whole number, not {found}"};
inline constexpr Message duplicate_key{"framework.duplicate_key", "键 {key} 重复",
                                       "the key {key} is given twice"};
inline constexpr Message unknown_key{"framework.unknown_key", "未知的键 {key}",
                                     "unknown key {key}"};
inline constexpr Message unknown_key_nearest{"framework.unknown_key",
                                             "未知的键 {key}，是否为 {nearest}？",
                                             "unknown key {key}; did you mean {nearest}?"};
inline constexpr Message wrong_type{"framework.wrong_type",
                                    "{key} 应为{expected_zh}，实为{found_zh}",
                                    "{key} must be {expected}, not {found}"};
inline constexpr Message null_value{
    "framework.null", "{key} 为 null：null 只用来删除所继承的键，此处没有继承该键",
    "{key} is null: null only removes an inherited key, and none is inherited here"};
inline constexpr Message empty_text{"framework.empty_text", "{key} 为空字符串；不需要时请省略该键",
                                    "{key} is empty; leave the key out where it is not needed"};
inline constexpr Message no_language{"framework.no_language", "{key} 至少要有 zh 或 en 之一",
                                     "{key} needs zh or en"};
inline constexpr Message format_version{"framework.format_version",
                                        "不支持的文档格式版本；tijian 应为 1",
                                        "unsupported version of the format; tijian must be 1"};
inline constexpr Message unknown_base{"framework.unknown_base",
                                      "extends 所指的体系 {id} 不存在（内置：{known}）",
                                      "there is no framework {id} to extend (shipped: {known})"};
inline constexpr Message unknown_shipped{"framework.unknown_base",
                                         "没有内置体系 {id}（内置：{known}）",
                                         "no framework {id} is shipped (there are: {known})"};
inline constexpr Message base_is_path{"framework.base_is_path",
                                      "extends 应为体系的 id，而不是路径：{id}",
                                      "extends names a framework by its id, never a path: {id}"};
inline constexpr Message base_id{"framework.base_id", "以 {id} 查到的文档的 id 为 {found}",
                                 "the document found as {id} says its id is {found}"};
inline constexpr Message extends_cycle{"framework.extends_cycle", "extends 成环：{chain}",
                                       "extends forms a cycle: {chain}"};
inline constexpr Message extends_depth{"framework.extends_depth",
                                       "extends 超过 {limit} 层：{chain}",
                                       "extends goes deeper than {limit}: {chain}"};
inline constexpr Message remove_without_extends{
    "framework.remove_without_extends", "没有 extends，remove 没有可删除的内容",
    "remove has nothing to remove from without extends"};
inline constexpr Message unknown_removal{
    "framework.unknown_removal", "remove 中的 {id} 在所继承的 {list} 里不存在",
    "remove names {id}, which the inherited {list} do not have"};
inline constexpr Message level_order{
    "framework.level_order", "新增层级时须由低到高列出全部层级；缺少 {missing}",
    "who adds a level lists all levels, lowest first; {missing} is not listed"};
inline constexpr Message too_many_issues{"framework.too_many_issues", "其余问题未列出",
                                         "further issues are not listed"};

}  // namespace tijian::json_messages
