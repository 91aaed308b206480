// The compiled copies of the kernels; each may only be called on a CPU that has its instructions.
#pragma once

#include "tijian/kernels/kernel_table.hpp"

namespace tijian::kernels {

[[nodiscard]] const KernelTable& avx2_kernels();
[[nodiscard]] const KernelTable& avx512_kernels();

}  // namespace tijian::kernels
