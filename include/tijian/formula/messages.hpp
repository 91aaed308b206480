// Messages about formulas. Found and expected are in both texts, since they may differ by language.
#pragma once

#include "tijian/messages.hpp"

namespace tijian::formula::messages {

inline constexpr Message text_too_long{
    "formula.text_too_long", "公式有 {found} 字节，最多 {expected} 字节",
    "the formula has {found} bytes, at most {expected} are allowed"};
inline constexpr Message too_deep{
    "formula.too_deep", "公式嵌套超过 {expected} 层（括号、函数、case、一元运算）",
    "the formula is nested more than {expected} deep (parentheses, calls, cases, unary operators)"};
inline constexpr Message too_many_nodes{"formula.too_many_nodes",
                                        "公式过长：超过 {expected} 个运算元素",
                                        "the formula is too large: more than {expected} nodes"};
inline constexpr Message empty{"formula.empty", "公式为空", "the formula is empty"};

inline constexpr Message invalid_utf8{"formula.invalid_utf8", "此处不是合法的 UTF-8 文本",
                                      "the text is not valid UTF-8 here"};
inline constexpr Message unknown_character{
    "formula.unknown_character", "公式中不能出现字符 {found}；特殊名称请写在双引号内",
    "the character {found} has no place in a formula; write unusual names in double quotes"};
inline constexpr Message full_width{"formula.full_width",
                                    "{found} 是全角符号，请改用半角 {expected}",
                                    "{found} is a full-width character; write {expected}"};
inline constexpr Message comment{"formula.comment", "公式中不能有注释 {found}",
                                 "comments ({found}) are not allowed in a formula"};
inline constexpr Message unclosed_text{"formula.unclosed_text", "文本缺少结尾的单引号",
                                       "the closing single quote of a text is missing"};
inline constexpr Message unclosed_name{"formula.unclosed_name", "名称缺少结尾的双引号",
                                       "the closing double quote of a name is missing"};
inline constexpr Message empty_name{"formula.empty_name", "双引号内没有名称",
                                    "there is no name between the double quotes"};
inline constexpr Message bad_number{"formula.bad_number", "{found} 不是数字",
                                    "{found} is not a number"};
inline constexpr Message number_out_of_range{"formula.number_out_of_range",
                                             "数字 {found} 超出双精度浮点数的范围",
                                             "the number {found} is out of the range of float64"};

inline constexpr Message unexpected{"formula.unexpected",
                                    "此处应为 {expected_zh}，而不是 {found_zh}",
                                    "expected {expected}, found {found}"};
inline constexpr Message reserved_word{
    "formula.reserved_word", "{found} 是 SQL 保留字；作为名称请写成 {expected}",
    "{found} is a reserved word of SQL; as a name write {expected}"};
inline constexpr Message chained_comparison{
    "formula.chained_comparison", "比较不能连写（{found}）；请用 and 或括号",
    "comparisons cannot be chained ({found}); use and, or parentheses"};
inline constexpr Message wrong_operator{"formula.wrong_operator",
                                        "没有运算符 {found}，请写 {expected}",
                                        "there is no operator {found}; write {expected}"};
inline constexpr Message simple_case{
    "formula.simple_case", "case 之后须直接写 when：case when 条件 then 值 … end",
    "case must be followed by when: case when condition then value ... end"};

inline constexpr Message unknown_name{"formula.unknown_name", "没有名为 {found} 的列、属性或参数",
                                      "there is no column, attribute or parameter {found}"};
inline constexpr Message unknown_function{"formula.unknown_function", "没有函数 {found}",
                                          "there is no function {found}"};
inline constexpr Message argument_count{"formula.argument_count",
                                        "{function} 有 {found} 个参数，应为 {expected} 个",
                                        "{function} has {found} arguments, expected {expected}"};
inline constexpr Message wrong_type{"formula.wrong_type",
                                    "{what} 需要{expected_zh}，得到的是{found_zh}",
                                    "{what} takes {expected}, found {found}"};
inline constexpr Message types_differ{
    "formula.types_differ", "{what} 的各项须为同一类型：应为{expected_zh}，得到的是{found_zh}",
    "what {what} joins must be of one type: expected {expected}, found {found}"};
inline constexpr Message wrong_result{"formula.wrong_result",
                                      "公式的结果应为{expected_zh}，得到的是{found_zh}",
                                      "the formula must give {expected}, it gives {found}"};
inline constexpr Message aggregate_not_allowed{
    "formula.aggregate_not_allowed", "此处是逐行（或逐单元）的表达式，不能用聚合函数 {found}",
    "this is an expression over one row or unit: the aggregate {found} is not allowed"};
inline constexpr Message nested_aggregate{"formula.nested_aggregate",
                                          "聚合函数 {found} 不能放在另一个聚合函数内",
                                          "the aggregate {found} cannot stand inside an aggregate"};
inline constexpr Message filter_not_allowed{"formula.filter_not_allowed",
                                            "{found} 不是聚合函数，不能带 filter",
                                            "{found} is no aggregate and takes no filter"};

}  // namespace tijian::formula::messages
