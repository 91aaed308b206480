// Messages about files: reading, encodings, CSV, writing.
#pragma once

#include <array>

#include "tijian/messages.hpp"

namespace tijian::io_messages {

inline constexpr Message file_read{"file.read", "无法读取文件 {file}：{reason}",
                                   "cannot read file {file}: {reason}"};
inline constexpr Message file_write{"file.write", "无法写入文件 {file}：{reason}",
                                    "cannot write file {file}: {reason}"};
inline constexpr Message file_exists{"file.exists", "文件 {file} 已存在，未覆盖",
                                     "file {file} exists and is not overwritten"};

inline constexpr Message encoding_invalid{
    "csv.encoding", "第 {row} 行有不属于 {encoding} 编码的字节（文件第 {byte} 字节）",
    "row {row} has bytes that are not {encoding} (byte {byte} of the file)"};
inline constexpr Message encoding_ambiguous{
    "csv.encoding_ambiguous",
    "无法判断编码：既可能是 UTF-8 也可能是 GB18030，请指明编码或另存为带 BOM 的 UTF-8",
    "the encoding may be UTF-8 or GB18030: name it, or save the file as UTF-8 with a byte order "
    "mark"};
inline constexpr Message encoding_damaged{
    "csv.encoding_damaged",
    "文件大部分是 UTF-8，但第 {row} 行（文件第 {byte} 字节）损坏；请修复或指明编码",
    "the file is mostly UTF-8 but damaged in row {row} (byte {byte} of the file): mend it or name "
    "the "
    "encoding"};
inline constexpr Message encoding_no_mark{"csv.encoding_no_mark",
                                          "UTF-16 文件须带字节顺序标记（BOM）",
                                          "a UTF-16 file must begin with a byte order mark"};

inline constexpr Message empty_file{"csv.empty", "文件为空，没有表头",
                                    "the file is empty: it has no header"};
inline constexpr Message nul_byte{"csv.nul", "第 {row} 行含有空字符（NUL）", "row {row} has a NUL"};
inline constexpr Message long_line{
    "csv.long_line", "第 {row} 行超过 {limit} 字节；可能有未闭合的引号",
    "row {row} is longer than {limit} bytes; a quote may be unclosed"};
inline constexpr Message many_fields{"csv.many_fields", "第 {row} 行超过 {limit} 列",
                                     "row {row} has more than {limit} fields"};
inline constexpr Message bad_quote{"csv.quote", "第 {row} 行的引号有误或未闭合",
                                   "a quote in row {row} is misplaced or not closed"};
inline constexpr Message ragged{"csv.ragged", "第 {row} 行有 {found} 列，表头有 {expected} 列",
                                "row {row} has {found} fields, the header {expected}"};
inline constexpr Message duplicate_header{
    "csv.duplicate_header", "表头“{column}”重复（第 {first} 列和第 {second} 列）",
    "the header \"{column}\" occurs twice (fields {first} and "
    "{second})"};
inline constexpr Message missing_header{"csv.missing_column", "缺少列“{column}”",
                                        "there is no column \"{column}\""};
inline constexpr Message near_header{
    "csv.near_header",
    "表头“{found}”与列“{column}”相近但不相同（含单位、空格、全角或大小写差异），请改名",
    "the header \"{found}\" is near the column \"{column}\" but not the same (unit, space, width "
    "or "
    "case): rename it"};
inline constexpr Message delimiter{
    "csv.delimiter", "表头只有一列且含“{found}”：须以英文逗号分隔",
    "the header is one field that contains \"{found}\": fields must be "
    "separated by commas"};

inline constexpr Message percent{
    "csv.percent", "“{found}”带百分号：请写成数值，单位以体系为准",
    "\"{found}\" has a percent sign: write the number in the measure of "
    "the framework"};
inline constexpr Message separator{
    "csv.separator", "“{found}”含逗号：数值不能有千位分隔符或逗号小数点",
    "\"{found}\" has a comma: numbers have neither thousands separators "
    "nor decimal commas"};
inline constexpr Message placeholder{
    "csv.placeholder", "“{found}”不是数值：缺失请留空",
    "\"{found}\" is no number: leave the field empty where it is missing"};
inline constexpr Message not_number{"csv.number", "“{found}”不是数值",
                                    "\"{found}\" is not a number"};
inline constexpr Message number_with_unit{"csv.number_unit", "“{found}”带单位：只写数值",
                                          "\"{found}\" has a unit: write the number alone"};
inline constexpr Message number_range{"csv.number_range", "“{found}”超出双精度数的范围",
                                      "\"{found}\" is beyond the range of double precision"};
inline constexpr Message large_integer{
    "csv.large_integer", "整数“{found}”超过 2^53，不能精确表示",
    "the integer \"{found}\" is beyond 2^53 and has no exact form"};
inline constexpr Message not_boolean{"csv.boolean",
                                     "“{found}”不是布尔值（0、1、true、false、是、否）",
                                     "\"{found}\" is no boolean (0, 1, true, false, 是, 否)"};
inline constexpr Message spreadsheet_error{"csv.spreadsheet_error", "“{found}”是电子表格的错误值",
                                           "\"{found}\" is an error value of a spreadsheet"};
inline constexpr Message mangled_id{
    "csv.mangled_id", "编号“{found}”已被电子表格改成科学计数法，请把该列设为文本后重新导出",
    "the id \"{found}\" was turned into scientific notation by a "
    "spreadsheet: make the column text and export again"};
inline constexpr Message totals_row{"csv.totals_row", "“{found}”是合计行，请删除",
                                    "\"{found}\" is a row of totals: remove it"};
inline constexpr Message more{"csv.more", "另有 {count} 处错误未列出",
                              "{count} more errors are not listed"};

inline constexpr std::array all{file_read,
                                file_write,
                                file_exists,
                                encoding_invalid,
                                encoding_ambiguous,
                                encoding_damaged,
                                encoding_no_mark,
                                empty_file,
                                nul_byte,
                                long_line,
                                many_fields,
                                bad_quote,
                                ragged,
                                duplicate_header,
                                missing_header,
                                near_header,
                                delimiter,
                                percent,
                                separator,
                                placeholder,
                                not_number,
                                number_with_unit,
                                number_range,
                                large_integer,
                                not_boolean,
                                spreadsheet_error,
                                mangled_id,
                                totals_row,
                                more};

}  // namespace tijian::io_messages
