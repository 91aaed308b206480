// The kernels with the instructions of AVX2.
#include "copies.hpp"

#if defined(__x86_64__)

// All that the kernels include, before the instructions are switched on: what the standard library
// defines inline must not be compiled with them (the linker keeps one copy, for every CPU).
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,popcnt")
#endif

#define TIJIAN_KERNEL_AVX2
#define TIJIAN_TILE_TARGET avx2_tiles
#include "tijian/kernels/tile_kernels.hpp"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace tijian::kernels {

const KernelTable& avx2_kernels() {
  static constexpr KernelTable table = avx2_tiles::make_table("avx2");
  return table;
}

}  // namespace tijian::kernels

#endif
