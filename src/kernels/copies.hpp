// The compiled copies of the kernels; each may only be called on a CPU that has its instructions.
#pragma once

#include "tijian/kernels/kernel_table.hpp"
#include "tijian/kernels/score_kernels.hpp"

#if defined(__GNUC__) && defined(__x86_64__)
#define TIJIAN_KERNEL_COPIES 1

namespace tijian::kernels {

[[nodiscard]] const KernelTable& avx2_kernels() noexcept;
[[nodiscard]] const KernelTable& avx512_kernels() noexcept;
[[nodiscard]] const ScoreKernels& avx2_score_kernels() noexcept;
[[nodiscard]] const ScoreKernels& avx512_score_kernels() noexcept;

}  // namespace tijian::kernels
#endif
