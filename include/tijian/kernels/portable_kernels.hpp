// The kernels that need no CPU in particular.
#pragma once

#include "tijian/kernels/kernel_table.hpp"
#include "tijian/kernels/tile_kernels.hpp"

namespace tijian::kernels {

/// The kernels that compile everywhere, and the oracle of all others.
[[nodiscard]] inline const KernelTable& portable() {
  static constexpr KernelTable table = portable_tiles::make_table("portable");
  return table;
}

}  // namespace tijian::kernels
