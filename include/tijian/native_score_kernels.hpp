// The kernels of judging and scoring for the CPU that runs the program (compiled library).
#pragma once

#include <span>

#include "tijian/kernels/score_kernels.hpp"

namespace tijian {

/// The fastest table for this CPU, chosen once. All tables give the same bits.
[[nodiscard]] const kernels::ScoreKernels& native_score_kernels() noexcept;

/// All tables that this CPU can run, the portable one first, the fastest last.
[[nodiscard]] std::span<const kernels::ScoreKernels* const> available_score_kernels() noexcept;

}  // namespace tijian
