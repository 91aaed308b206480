// The kernels with the instructions of AVX-512 (F, BW, DQ, VL).
#include "kernels/copies.hpp"

#if defined(TIJIAN_KERNEL_COPIES)

// All that the kernels include, before the instructions are switched on: what the standard library
// or the project defines inline must not be compiled with them (the linker keeps one copy, for
// every CPU).
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "tijian/kernels/cell_class.hpp"
#include "tijian/kernels/composite_tree.hpp"
#include "tijian/kernels/elementary.hpp"
#include "tijian/kernels/logarithm_table.hpp"
#include "tijian/kernels/normalise_rule.hpp"
#include "tijian/kernels/number_column.hpp"
#include "tijian/kernels/spread_bits.hpp"

#if defined(__clang__)
#pragma clang attribute push(                                                               \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi,bmi2,popcnt"))), \
    apply_to = function)
#else
// GCC 12 warns of its own headers' deliberately undefined vectors (bug 105593).
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC push_options
#pragma GCC target( \
    "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi,bmi2,popcnt,prefer-vector-width=512")
#endif

#define TIJIAN_KERNEL_AVX512
#define TIJIAN_TILE_TARGET avx512_tiles
#include "tijian/kernels/tile_kernels.hpp"

#define TIJIAN_KERNEL_TARGET avx512
#define TIJIAN_KERNEL_BYTES 64
#include "tijian/kernels/score_kernel_table.hpp"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace tijian::kernels {

const KernelTable& avx512_kernels() noexcept {
  static constexpr KernelTable table = avx512_tiles::make_table("avx512");
  return table;
}

const ScoreKernels& avx512_score_kernels() noexcept {
  static constexpr ScoreKernels table = avx512::score_kernel_table("avx512");
  return table;
}

}  // namespace tijian::kernels

#endif
