// The fastest kernels that this CPU can run; compiled in tijian::tijian.
#pragma once

#include <vector>

#include "tijian/kernels/kernel_table.hpp"

namespace tijian {

/// For `compile`: the fastest kernels that the CPU can run, chosen once. Their results have the
/// bits of `kernels::portable()`.
[[nodiscard]] const kernels::KernelTable& native_kernels();

/// All kernels that the CPU can run, the portable ones first, the fastest last.
[[nodiscard]] std::vector<const kernels::KernelTable*> runnable_kernels();

}  // namespace tijian
