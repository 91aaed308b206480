// A parsed formula: a flat vector of nodes, operands before their users.
//
// Flat and in post-order, so that whoever reads it needs a loop and no recursion: a chain of 500
// additions is 500 levels deep as a tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tijian::formula {

inline constexpr std::size_t maximum_text_bytes = 4096;
inline constexpr std::size_t maximum_depth = 32;  ///< parentheses, calls, cases and unary operators
inline constexpr std::size_t maximum_nodes = 1024;

enum class SyntaxKind : std::uint8_t {
  number,      // 1.5
  text,        // 'brick'
  boolean,     // true
  null,        // null
  identifier,  // floors
  unary,       // -x, not x
  binary,      // x + y, x = y, x and y
  between,     // children: value, low, high
  in,          // children: value, candidates ...
  is_null,     // child: value
  case_when,   // children: when, then, when, then ... and, where their number is odd, else
  call,        // name(children ...)
  aggregate    // name(child) or name(*), the last child being the filter where `filtered`
};

enum class UnaryOperator : std::uint8_t { negate, logical_not };

enum class BinaryOperator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_or
};

struct SyntaxNode {
  SyntaxKind kind = SyntaxKind::null;
  UnaryOperator unary = UnaryOperator::negate;
  BinaryOperator binary = BinaryOperator::add;
  bool boolean = false;
  bool negated = false;   ///< not between, not in, is not null
  bool star = false;      ///< count(*)
  bool filtered = false;  ///< an aggregate with filter (where ...)
  std::uint32_t first_child = 0;
  std::uint32_t child_count = 0;
  std::size_t position = 0;  ///< 1-based byte at which the node's text begins
  double number = 0;
  std::string text;  ///< a text literal's or identifier's own text, a function's name in lower case
};

struct Syntax {
  std::vector<SyntaxNode> nodes;        ///< operands before users; the root is the last
  std::vector<std::uint32_t> children;  ///< ids, in runs that the nodes point at
  std::uint32_t root = 0;

  [[nodiscard]] std::span<const std::uint32_t> children_of(const SyntaxNode& node) const {
    return {children.data() + node.first_child, node.child_count};
  }
};

/// True where the formula has an aggregate anywhere.
inline bool has_aggregate(const Syntax& syntax) {
  for (const SyntaxNode& node : syntax.nodes)
    if (node.kind == SyntaxKind::aggregate) return true;
  return false;
}

}  // namespace tijian::formula
