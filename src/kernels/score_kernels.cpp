#include <array>
#include <cstddef>
#include <span>

#include "kernels/score_kernel_copies.hpp"
#include "tijian/kernels/portable_score_kernels.hpp"
#include "tijian/native_score_kernels.hpp"

namespace tijian {
namespace {

struct Available {
  std::array<const kernels::ScoreKernels*, 3> tables{};
  std::size_t count = 0;
};

Available find_available() noexcept {
  Available found;
  found.tables[found.count++] = &kernels::portable_score_kernels();
#if defined(TIJIAN_SCORE_KERNEL_COPIES)
  __builtin_cpu_init();
  // __builtin_cpu_supports asks for the operating system's part, too.
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    found.tables[found.count++] = &avx2_score_kernels();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
        __builtin_cpu_supports("popcnt")) {
      found.tables[found.count++] = &avx512_score_kernels();
    }
  }
#endif
  return found;
}

const Available& available() noexcept {
  static const Available found = find_available();
  return found;
}

}  // namespace

std::span<const kernels::ScoreKernels* const> available_score_kernels() noexcept {
  return {available().tables.data(), available().count};
}

const kernels::ScoreKernels& native_score_kernels() noexcept {
  return *available().tables[available().count - 1];
}

}  // namespace tijian
