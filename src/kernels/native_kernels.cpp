#include "tijian/native_kernels.hpp"

#include "copies.hpp"
#include "tijian/kernels/portable_kernels.hpp"

namespace tijian {

std::vector<const kernels::KernelTable*> runnable_kernels() {
  std::vector<const kernels::KernelTable*> runnable{&kernels::portable()};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt"))
    runnable.push_back(&kernels::avx2_kernels());
  if (runnable.size() == 2 && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    runnable.push_back(&kernels::avx512_kernels());
#endif
  return runnable;
}

const kernels::KernelTable& native_kernels() {
  static const kernels::KernelTable& fastest = *runnable_kernels().back();
  return fastest;
}

}  // namespace tijian
