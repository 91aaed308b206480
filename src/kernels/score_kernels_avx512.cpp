// The kernels of judging and scoring, compiled for CPUs with AVX-512 (F, BW, DQ, VL).
//
// All that the kernels include comes before the pragmas: an inline function of the standard library
// or of the project that were compiled with them could be the copy that the linker keeps for all.
#include "kernels/score_kernel_copies.hpp"

#if defined(TIJIAN_SCORE_KERNEL_COPIES)
#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "tijian/kernels/cell_class.hpp"
#include "tijian/kernels/composite_tree.hpp"
#include "tijian/kernels/elementary.hpp"
#include "tijian/kernels/normalise_rule.hpp"
#include "tijian/kernels/number_column.hpp"
#include "tijian/kernels/score_kernels.hpp"
#include "tijian/kernels/spread_bits.hpp"

#define TIJIAN_KERNEL_TARGET avx512
#define TIJIAN_KERNEL_BYTES 64
#if defined(__clang__)
#pragma clang attribute push(                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi,bmi2,popcnt,lzcnt"))), \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target( \
    "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi,bmi2,popcnt,lzcnt,prefer-vector-width=512")
#endif

#include "tijian/kernels/score_kernel_table.hpp"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace tijian {

const kernels::ScoreKernels& avx512_score_kernels() noexcept {
  static constexpr kernels::ScoreKernels table = kernels::avx512::score_kernel_table("avx512");
  return table;
}

}  // namespace tijian
#endif
