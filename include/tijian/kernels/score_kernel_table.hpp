// The table of one CPU's copies of the kernels (lanes.hpp).
#pragma once

#include "tijian/kernels/classify_rows.hpp"
#include "tijian/kernels/composite_rows.hpp"
#include "tijian/kernels/lanes.hpp"
#include "tijian/kernels/normalise_rows.hpp"
#include "tijian/kernels/score_kernels.hpp"

namespace tijian::kernels::TIJIAN_KERNEL_TARGET {

[[nodiscard]] constexpr ScoreKernels score_kernel_table(const char* name) noexcept {
  return {name, &classify_rows, &normalise_rows, &column_range, &composite_rows};
}

}  // namespace tijian::kernels::TIJIAN_KERNEL_TARGET
