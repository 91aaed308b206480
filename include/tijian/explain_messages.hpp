// Messages of explanations.
#pragma once

#include <array>

#include "tijian/messages.hpp"

namespace tijian::explain_messages {

inline constexpr Message unknown_unit{"explain.unknown_unit", "没有单元 {unit}",
                                      "there is no unit {unit}"};
inline constexpr Message unknown_indicator{"explain.unknown_indicator",
                                           "体系中没有指标 {indicator}",
                                           "the framework has no indicator {indicator}"};
inline constexpr Message no_result{
    "explain.no_result", "指标 {indicator} 在层级 {level} 没有结果（有结果的层级：{levels}）",
    "indicator {indicator} has no result on level {level} (it has on: {levels})"};

inline constexpr std::array all{unknown_unit, unknown_indicator, no_result};

}  // namespace tijian::explain_messages
