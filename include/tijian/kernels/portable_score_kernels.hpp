// The kernels of judging and scoring for any CPU that the program is compiled for.
#pragma once

#include "tijian/kernels/score_kernel_table.hpp"

namespace tijian::kernels {

[[nodiscard]] inline const ScoreKernels& portable_score_kernels() noexcept {
  static constexpr ScoreKernels table = portable_lanes::score_kernel_table("portable");
  return table;
}

}  // namespace tijian::kernels
