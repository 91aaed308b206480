// A composite score: columns, their normalisation, and the nodes that average them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tijian/kernels/normalise_rule.hpp"
#include "tijian/kernels/number_column.hpp"

namespace tijian::kernels {

enum class Mean : std::uint8_t {
  arithmetic,  ///< Σ w·s / Σ w
  geometric    ///< exp(Σ w·ln s / Σ w); 0 where a score is 0, null where one is negative
};

/// A column, or an earlier node: `index` - column_count. A child of weight 0 counts as present and
/// for nothing else.
struct CompositeChild {
  std::size_t index = 0;
  double weight = 1;  ///< finite, >= 0
};

/// Weights are renormalised over the children that are present. The sums run in the order of the
/// children, so the bits do not depend on anything else. Null where fewer than `least_present`
/// children are present, where their weights are all 0, and where the result is not finite.
struct CompositeNode {
  std::size_t first_child = 0;
  std::size_t child_count = 0;
  std::size_t least_present = 1;  ///< of a min_share: `least_present`
  Mean mean = Mean::arithmetic;
  double* values = nullptr;  ///< the node's scores, NaN where null
};

struct CompositeJob {
  const NumberColumn* columns = nullptr;
  const NormaliseRule* rules = nullptr;  ///< one per column
  std::size_t column_count = 0;
  /// Normalised columns, NaN where null; may be null altogether or per column. Written are those
  /// that a node averages. They must not overlap the columns.
  double* const* normalised = nullptr;
  const CompositeChild* children = nullptr;
  const CompositeNode* nodes = nullptr;  ///< children before their parents
  std::size_t node_count = 0;
};

/// How many of `children` must be present, at least one, for their share not to be below
/// `min_share`.
[[nodiscard]] constexpr std::size_t least_present(std::size_t children, double min_share) noexcept {
  std::size_t present = 1;
  while (present <= children &&
         static_cast<double>(present) / static_cast<double>(children) < min_share) {
    ++present;
  }
  return present;
}

}  // namespace tijian::kernels
