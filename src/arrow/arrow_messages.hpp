// Messages about Apache Arrow: layouts that are not read, structs that are unsound, streams that
// fail.
#pragma once

#include <array>

#include "tijian/messages.hpp"

namespace tijian::arrow_messages {

inline constexpr Message unsupported_column{
    "arrow.unsupported_column", "列“{column}”的 Arrow 格式 {format} 不能读取",
    "column \"{column}\" has the Arrow format {format}, which is not read"};
inline constexpr Message unsupported_table{
    "arrow.unsupported_table", "表 {table} 的 Arrow 格式 {format} 不能读取：须为结构体 +s",
    "table {table} has the Arrow format {format}, which is not read: a struct, +s, is"};
inline constexpr Message unsound_table{"arrow.unsound_table",
                                       "表 {table} 的 Arrow 结构无效：{detail_zh}",
                                       "the Arrow structs of table {table} are invalid: {detail}"};
inline constexpr Message stream_failed{"arrow.stream_failed",
                                       "表 {table} 的数据流报告错误（errno {errno}）：{reason}",
                                       "the stream of table {table} failed (errno {errno}): "
                                       "{reason}"};

inline constexpr std::array all{unsupported_column, unsupported_table, unsound_table,
                                stream_failed};

}  // namespace tijian::arrow_messages
