// The copies of the kernels of judging and scoring for single kinds of CPU.
#pragma once

#include "tijian/kernels/score_kernels.hpp"

#if defined(__GNUC__) && defined(__x86_64__)
#define TIJIAN_SCORE_KERNEL_COPIES 1

namespace tijian {

const kernels::ScoreKernels& avx2_score_kernels() noexcept;
const kernels::ScoreKernels& avx512_score_kernels() noexcept;

}  // namespace tijian
#endif
