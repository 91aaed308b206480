// The kernels of judging and scoring as one table of functions, one such table per kind of CPU.
//
// All tables give the same bits. `portable_score_kernels` (portable_score_kernels.hpp) compiles
// wherever the headers do;
// `tijian::native_score_kernels` (compiled library) chooses the best for the CPU at run time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tijian/kernels/cell_class.hpp"
#include "tijian/kernels/composite_tree.hpp"
#include "tijian/kernels/normalise_rule.hpp"
#include "tijian/kernels/number_column.hpp"

namespace tijian::kernels {

/// Each works on rows [first, last): callers split the rows as they like, to the same bits.
struct ScoreKernels {
  const char* name;  ///< `portable`, `avx2`, `avx512`
  void (*classify_rows)(const ClassifyJob& job, std::size_t first, std::size_t last,
                        std::uint64_t* totals) noexcept;
  void (*normalise_rows)(const NumberColumn& column, const NormaliseRule& rule, std::size_t first,
                         std::size_t last, double* scores) noexcept;
  ColumnRange (*column_range)(const NumberColumn& column, std::size_t first,
                              std::size_t last) noexcept;
  void (*composite_rows)(const CompositeJob& job, std::size_t first, std::size_t last) noexcept;
};

}  // namespace tijian::kernels
