// Formulas as one graph: structurally equal expressions of all formulas of a table are one node.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tijian/formula/operation.hpp"
#include "tijian/framework.hpp"

namespace tijian::formula {

using NodeId = std::uint32_t;
inline constexpr NodeId no_node = UINT32_MAX;

struct Node {
  Operation operation = Operation::null;
  Type type = Type::number;
  NodeId a = no_node;
  NodeId b = no_node;
  NodeId c = no_node;
  std::uint32_t leaf = 0;  ///< of a leaf: its number; of a text constant: its place in the texts
  double number = 0;
  bool boolean = false;

  bool operator==(const Node&) const = default;
};

/// Immutable once built: evaluators of several threads share it. Ids are topologically ordered,
/// operands before users. What is constant is folded with the evaluator's own arithmetic.
class Graph {
 public:
  /// An input, whose values an evaluator asks for by `leaf`: a column, an attribute, a statistic.
  NodeId leaf(std::uint32_t leaf, Type type) {
    Node node;
    node.operation = Operation::leaf;
    node.type = type;
    node.leaf = leaf;
    return intern(node);
  }

  /// A number; one that is not finite is null.
  NodeId constant(double number) {
    const std::optional<double> finite = finite_result(number);
    if (!finite) return null(Type::number);
    Node node;
    node.operation = Operation::constant;
    node.number = *finite;
    return intern(node);
  }

  NodeId constant(bool boolean) {
    Node node;
    node.operation = Operation::constant;
    node.type = Type::boolean;
    node.boolean = boolean;
    return intern(node);
  }

  NodeId constant(std::string_view text) {
    Node node;
    node.operation = Operation::constant;
    node.type = Type::text;
    const auto [place, added] =
        text_places_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
    if (added) texts_.emplace_back(text);
    node.leaf = place->second;
    return intern(node);
  }
  NodeId constant(const std::string& text) { return constant(std::string_view(text)); }
  NodeId constant(const char* text) { return constant(std::string_view(text)); }

  NodeId null(Type type) {
    Node node;
    node.type = type;
    return intern(node);
  }

  /// An operation on nodes of fitting types (the caller's duty): numbers for arithmetic, one type
  /// for comparisons, coalesce(a, b) and select(a: boolean, b, c); simplified where that changes no
  /// value.
  NodeId apply(Operation operation, NodeId a, NodeId b = no_node, NodeId c = no_node) {
    Node node;
    node.operation = operation;
    node.a = a;
    node.b = b;
    node.c = c;
    node.type = result_type(node);
    if (const NodeId simpler = simplify(node); simpler != no_node) return simpler;
    if (is_commutative(operation) && node.b < node.a) std::swap(node.a, node.b);
    return intern(node);
  }

  /// Boolean and never null.
  NodeId is_not_null(NodeId id) {
    return apply(Operation::logical_not, apply(Operation::is_null, id));
  }

  /// The conjunction; true where there is nothing to join.
  NodeId all_of(const std::vector<NodeId>& ids) {
    NodeId result = constant(true);
    for (const NodeId id : ids) result = apply(Operation::logical_and, result, id);
    return result;
  }

  /// The disjunction; false where there is nothing to join.
  NodeId any_of(const std::vector<NodeId>& ids) {
    NodeId result = constant(false);
    for (const NodeId id : ids) result = apply(Operation::logical_or, result, id);
    return result;
  }

  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] const Node& operator[](NodeId id) const { return nodes_[id]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  /// The text of a text constant; it lives as long as the graph is not added to.
  [[nodiscard]] const std::string& text(NodeId id) const { return texts_[nodes_[id].leaf]; }

  [[nodiscard]] bool is_constant(NodeId id) const {
    return nodes_[id].operation == Operation::constant;
  }
  [[nodiscard]] bool is_null_literal(NodeId id) const {
    return nodes_[id].operation == Operation::null;
  }
  [[nodiscard]] bool is_boolean_constant(NodeId id, bool value) const {
    return is_constant(id) && nodes_[id].type == Type::boolean && nodes_[id].boolean == value;
  }
  /// True where the node's form excludes null, whatever the leaves hold.
  [[nodiscard]] bool never_null(NodeId id) const { return never_null_[id]; }

 private:
  struct NodeHash {
    std::size_t operator()(const Node& node) const {
      std::uint64_t hash = 0x9e3779b97f4a7c15ULL;
      const auto mix = [&hash](std::uint64_t value) {
        hash = (hash ^ value) * 0xff51afd7ed558ccdULL;
        hash ^= hash >> 32;
      };
      mix(static_cast<std::uint64_t>(node.operation) << 16 |
          static_cast<std::uint64_t>(node.type) << 8 | static_cast<std::uint64_t>(node.boolean));
      mix(static_cast<std::uint64_t>(node.a) << 32 | node.b);
      mix(static_cast<std::uint64_t>(node.c) << 32 | node.leaf);
      mix(std::bit_cast<std::uint64_t>(node.number));
      return static_cast<std::size_t>(hash);
    }
  };

  NodeId intern(const Node& node) {
    const auto [place, added] = ids_.try_emplace(node, static_cast<NodeId>(nodes_.size()));
    if (added) {
      nodes_.push_back(node);
      never_null_.push_back(excludes_null(node));
    }
    return place->second;
  }

  [[nodiscard]] Type result_type(const Node& node) const {
    switch (node.operation) {
      case Operation::equal:
      case Operation::not_equal:
      case Operation::less:
      case Operation::less_equal:
      case Operation::logical_and:
      case Operation::logical_or:
      case Operation::logical_not:
      case Operation::is_null: return Type::boolean;
      case Operation::coalesce: return nodes_[node.a].type;
      case Operation::select: return nodes_[node.b].type;
      default: return Type::number;
    }
  }

  static bool is_commutative(Operation operation) {
    switch (operation) {
      case Operation::add:
      case Operation::multiply:
      case Operation::equal:
      case Operation::not_equal:
      case Operation::logical_and:
      case Operation::logical_or:
      case Operation::least:
      case Operation::greatest: return true;
      default: return false;
    }
  }

  /// Null exactly where an operand is null: these cannot fail on values.
  static bool is_null_only_by_operands(Operation operation) {
    switch (operation) {
      case Operation::negate:
      case Operation::absolute:
      case Operation::round:
      case Operation::floor:
      case Operation::ceil:
      case Operation::least:
      case Operation::greatest:
      case Operation::equal:
      case Operation::not_equal:
      case Operation::less:
      case Operation::less_equal:
      case Operation::logical_not: return true;
      default: return false;
    }
  }

  [[nodiscard]] bool excludes_null(const Node& node) const {
    const auto never = [this](NodeId id) { return id == no_node || never_null_[id]; };
    switch (node.operation) {
      case Operation::constant:
      case Operation::is_null: return true;
      case Operation::coalesce: return never(node.a) || never(node.b);
      case Operation::logical_and:
      case Operation::logical_or:
      case Operation::select: return never(node.a) && never(node.b) && never(node.c);
      default: return is_null_only_by_operands(node.operation) && never(node.a) && never(node.b);
    }
  }

  NodeId simplify(const Node& node) {
    switch (node.operation) {
      case Operation::logical_and: return simplify_junction(node, false);
      case Operation::logical_or: return simplify_junction(node, true);
      case Operation::logical_not: return simplify_not(node);
      case Operation::is_null: return simplify_is_null(node);
      case Operation::coalesce: return simplify_coalesce(node);
      case Operation::select: return simplify_select(node);
      default: return fold(node);
    }
  }

  /// `absorbing` decides the junction by itself: false for and, true for or.
  NodeId simplify_junction(const Node& node, bool absorbing) {
    if (is_boolean_constant(node.a, absorbing) || is_boolean_constant(node.b, absorbing))
      return constant(absorbing);
    if (is_boolean_constant(node.a, !absorbing)) return node.b;
    if (is_boolean_constant(node.b, !absorbing)) return node.a;
    if (node.a == node.b) return node.a;
    return no_node;
  }

  NodeId simplify_not(const Node& node) {
    const Node operand = nodes_[node.a];
    if (operand.operation == Operation::constant) return constant(!operand.boolean);
    if (operand.operation == Operation::null) return node.a;
    if (operand.operation == Operation::logical_not) return operand.a;
    return no_node;
  }

  /// Looks through what cannot be null by itself, so that `x > 5`, `not x > 5` and `x` share one
  /// test. One step through a comparison only: a chain of computed columns may be a deep graph.
  NodeId simplify_is_null(const Node& node) {
    NodeId id = node.a;
    while (is_null_only_by_operands(nodes_[id].operation) && nodes_[id].b == no_node)
      id = nodes_[id].a;
    if (is_null_literal(id)) return constant(true);
    if (never_null(id)) return constant(false);
    const Node operand = nodes_[id];
    if (is_null_only_by_operands(operand.operation) && is_input(operand.a) && is_input(operand.b))
      return apply(Operation::logical_or, apply(Operation::is_null, operand.a),
                   apply(Operation::is_null, operand.b));
    return id == node.a ? no_node : apply(Operation::is_null, id);
  }

  [[nodiscard]] bool is_input(NodeId id) const {
    return nodes_[id].operation == Operation::leaf || is_constant(id) || is_null_literal(id);
  }

  NodeId simplify_coalesce(const Node& node) {
    if (never_null(node.a) || is_null_literal(node.b) || node.a == node.b) return node.a;
    if (is_null_literal(node.a)) return node.b;
    return no_node;
  }

  NodeId simplify_select(const Node& node) {
    if (is_null_literal(node.a)) return null(node.type);
    if (is_constant(node.a)) return nodes_[node.a].boolean ? node.b : node.c;
    if (node.b == node.c && (never_null(node.a) || is_null_literal(node.b))) return node.b;
    return no_node;
  }

  /// Arithmetic and comparisons, whose result is null where an operand is.
  NodeId fold(const Node& node) {
    const bool binary = node.b != no_node;
    if (is_null_literal(node.a) || (binary && is_null_literal(node.b))) return null(node.type);
    if (!is_constant(node.a) || (binary && !is_constant(node.b))) return no_node;
    const Node x = nodes_[node.a];
    const Node y = binary ? nodes_[node.b] : Node{};
    NodeId result = no_node;
    if (const auto operation = unary_operation(node.operation))
      kernels::with_operation(*operation,
                              [&](auto compute) { result = constant(compute(x.number)); });
    if (const auto operation = binary_operation(node.operation))
      kernels::with_operation(
          *operation, [&](auto compute) { result = constant(compute(x.number, y.number)); });
    if (const auto operation = comparison(node.operation))
      kernels::with_comparison(*operation, [&](auto compare) {
        const bool holds = x.type == Type::number    ? compare(x.number, y.number)
                           : x.type == Type::boolean ? compare(x.boolean, y.boolean)
                                                     : compare(texts_[x.leaf], texts_[y.leaf]);
        result = constant(holds);
      });
    return result;
  }

  std::vector<Node> nodes_;
  std::vector<bool> never_null_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::uint32_t> text_places_;
  std::unordered_map<Node, NodeId, NodeHash> ids_;
};

}  // namespace tijian::formula
