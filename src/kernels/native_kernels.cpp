#include "tijian/native_kernels.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "kernels/copies.hpp"
#include "tijian/kernels/portable_kernels.hpp"
#include "tijian/kernels/portable_score_kernels.hpp"
#include "tijian/native_score_kernels.hpp"

namespace tijian {
namespace {

struct Runnable {
  std::array<const kernels::KernelTable*, 3> survey{};
  std::array<const kernels::ScoreKernels*, 3> score{};
  std::size_t count = 0;

  void add(const kernels::KernelTable& survey_kernels, const kernels::ScoreKernels& score_kernels) {
    survey[count] = &survey_kernels;
    score[count] = &score_kernels;
    ++count;
  }
};

/// What the CPU can run, the portable kernels first, the fastest last; found out once.
const Runnable& runnable() {
  static const Runnable found = [] {
    Runnable can_run;
    can_run.add(kernels::portable(), kernels::portable_score_kernels());
#if defined(TIJIAN_KERNEL_COPIES)
    __builtin_cpu_init();
    // __builtin_cpu_supports asks for the operating system's part, too.
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") ||
        !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2") ||
        !__builtin_cpu_supports("popcnt"))
      return can_run;
    can_run.add(kernels::avx2_kernels(), kernels::avx2_score_kernels());
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
      can_run.add(kernels::avx512_kernels(), kernels::avx512_score_kernels());
#endif
    return can_run;
  }();
  return found;
}

}  // namespace

std::vector<const kernels::KernelTable*> runnable_kernels() {
  std::vector<const kernels::KernelTable*> tables;
  for (std::size_t i = 0; i < runnable().count; ++i) tables.push_back(runnable().survey[i]);
  return tables;
}

const kernels::KernelTable& native_kernels() { return *runnable().survey[runnable().count - 1]; }

std::span<const kernels::ScoreKernels* const> available_score_kernels() noexcept {
  return {runnable().score.data(), runnable().count};
}

const kernels::ScoreKernels& native_score_kernels() noexcept {
  return *runnable().score[runnable().count - 1];
}

}  // namespace tijian
