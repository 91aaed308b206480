// Where a quick logarithm begins (lane_elementary.hpp): ln x = k·ln 2 - ln(inverse) +
// ln(m·inverse).
//
// Mantissas from 0.703125 to 1.40625 in sixteen steps, by the four bits after the exponent; 1 lies
// within a step of its own, so that nothing cancels near it.
#pragma once

#include <cstdint>

namespace tijian::kernels {

/// The bits of the least mantissa.
inline constexpr std::uint64_t logarithm_start = 0x3fe6'8000'0000'0000;

struct LogarithmTable {
  /// About 1 / m in the middle of the step: |m·inverse - 1| <= 2^-5.
  double inverse[16];
  /// -ln(inverse), a whole multiple of 2^-41, to 2^-69: the inverses were chosen for that.
  double logarithm[16];
};

alignas(64) inline constexpr LogarithmTable logarithm_table = {
    {0x1.642c845267922p+0, 0x1.555553f312c30p+0, 0x1.47ae13d71686ap+0, 0x1.3b13b11502367p+0,
     0x1.2f684a5c0394ap+0, 0x1.2492478a45f6ep+0, 0x1.1a7b959c10c97p+0, 0x1.111110a928d34p+0,
     0x1.08420fbae79b0p+0, 0x1.0000000000000p+0, 0x1.e1e1e1467e7b1p-1, 0x1.c71c70a797e91p-1,
     0x1.af286b1bbdbc3p-1, 0x1.9999978ea3882p-1, 0x1.86186150326e1p-1, 0x1.745d14c0d39dep-1},
    {-0x1.522adce074000p-2, -0x1.26961cec86000p-2, -0x1.f991c2cb88000p-3, -0x1.a93ed2d13c000p-3,
     -0x1.5bf3fca25c000p-3, -0x1.1178dcea68000p-3, -0x1.9335df2c88000p-4, -0x1.0859854348000p-4,
     -0x1.0415c04080000p-5, 0, 0x1.f0a31652b0000p-5, 0x1.e27080fe58000p-4, 0x1.5ff30a46b4000p-3,
     0x1.c8ff86b078000p-3, 0x1.1675cb4836000p-2, 0x1.4618c30f80000p-2}};

}  // namespace tijian::kernels
