// Ratios s·N/D and sums s·N among formulas: what stands beside a value as numerator, denominator
// and factor. They explain a value and are never used to compute it.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "tijian/formula/graph.hpp"

namespace tijian::formula {

/// What a leaf of the unit graph is to a ratio.
enum class LeafRole : std::uint8_t {
  additive,  // a sum or a count: the parent's is the sum of its children's
  constant,  // an attribute, a parameter, the year
  other      // a minimum, a variance, a result: in no numerator or denominator
};

struct Ratio {
  NodeId numerator = no_node;
  NodeId denominator = no_node;  ///< no_node: the value is s·N
  double factor_numerator = 1;   ///< s = factor_numerator / factor_denominator,
  double factor_denominator = 1; ///< of numeric literals only, neither of them 0
};

/// Recognises a value of `graph` as s·N/D or s·N with N linear (and homogeneous) in additive
/// leaves, D linear too or made of constants only. `nullif(D, 0)` is D; `coalesce(N, 0)` counts as
/// N and stays in it. May add products of constants to the graph. None: the value is no ratio.
std::optional<Ratio> recognise_ratio(Graph& graph, NodeId value,
                                     const std::function<LeafRole(std::uint32_t leaf)>& role);

}  // namespace tijian::formula
