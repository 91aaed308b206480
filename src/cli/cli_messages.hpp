// Messages of the command line's own checks.
#pragma once

#include <array>

#include "tijian/messages.hpp"

namespace tijian::cli_messages {

inline constexpr Message repeated_key{
    "check.repeated_key",
    "表 {table} 中单元 {unit} 的对象 {object} 重复出现 {count} 次（文件第 {rows} 行）",
    "table {table} has object {object} of unit {unit} {count} times (rows {rows} of the file)"};
inline constexpr Message missing_key{"check.missing_key",
                                     "表 {table} 有 {count} 行没有对象编号（{key}）",
                                     "{count} rows of table {table} have no object id ({key})"};
inline constexpr Message failed_rows{
    "check.failed_rows", "表 {table} 有 {count} 行未通过检查 {check}（{effect}）：{message}",
    "{count} rows of table {table} fail check {check} ({effect}): "
    "{message}"};
inline constexpr Message output_folder{"file.folder", "无法创建文件夹 {file}：{reason}",
                                       "cannot create the folder {file}: {reason}"};
inline constexpr Message out_of_memory{"memory", "内存不足", "out of memory"};
inline constexpr Message internal{"internal", "内部错误：{what}", "internal error: {what}"};

inline constexpr std::array all{repeated_key,  missing_key,   failed_rows,
                                output_folder, out_of_memory, internal};

}  // namespace tijian::cli_messages
