// A target with its bounds worked out for one unit, as text.
#pragma once

#include <string>
#include <string_view>

#include "tijian/judge.hpp"
#include "tijian/kernels/rounding.hpp"

namespace tijian {

/// ">= 80", "0.7 .. 1.5": bounds in the shortest text that reads back.
[[nodiscard]] inline std::string target_text(const EvaluatedTarget& target) {
  static constexpr std::string_view signs[] = {">= ", "> ", "<= ", "< ", "= ", ""};
  if (target.op == Operator::between)
    return kernels::shortest(target.low) + " .. " + kernels::shortest(target.high);
  return std::string(signs[static_cast<std::size_t>(target.op)]) + kernels::shortest(target.value);
}

}  // namespace tijian
