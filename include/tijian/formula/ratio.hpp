// Ratios s·N/D and sums s·N among formulas: what stands beside a value as numerator, denominator
// and factor. They explain a value and are never used to compute it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tijian/formula/graph.hpp"

namespace tijian::formula {

/// What a leaf of the unit graph is to a ratio.
enum class LeafRole : std::uint8_t {
  additive,  // a sum or a count: the parent's is the sum of its children's
  constant,  // an attribute, a parameter, the year
  other      // a minimum, a variance, a result: in no numerator or denominator
};

/// The value is s·N/D, or s·N, with s = factor_numerator / factor_denominator.
struct Ratio {
  NodeId numerator = no_node;
  NodeId denominator = no_node;   ///< no_node: the value is s·N
  double factor_numerator = 1;    ///< of numeric literals only; never 0
  double factor_denominator = 1;  ///< the same
};

namespace ratios {

enum class Shape : std::uint8_t {
  other,
  literal,   // s
  constant,  // s·N, N made of constant leaves
  linear,    // s·N, N a sum of additive leaves times constants
  share,     // s·N/D, N linear, D constant
  ratio      // s·N/D, N and D linear
};

struct Form {
  Shape shape = Shape::other;
  double factor_numerator = 1;
  double factor_denominator = 1;
  NodeId numerator = no_node;    // no_node: 1
  NodeId denominator = no_node;  // no_node: 1
};

class Recogniser {
 public:
  Recogniser(Graph& graph, const std::function<LeafRole(std::uint32_t)>& role)
      : graph_(graph), role_(role) {}

  std::optional<Ratio> run(NodeId value) {
    for (const NodeId id : parts_of(value)) forms_.emplace(id, form_of(id));
    const Form form = forms_.at(value);
    if (form.shape != Shape::linear && form.shape != Shape::share && form.shape != Shape::ratio)
      return std::nullopt;
    for (const double factor : {form.factor_numerator, form.factor_denominator})
      if (!std::isfinite(factor) || factor == 0) return std::nullopt;
    return Ratio{form.numerator, form.denominator, form.factor_numerator, form.factor_denominator};
  }

 private:
  /// All that `value` is made of, operands first.
  [[nodiscard]] std::vector<NodeId> parts_of(NodeId value) const {
    std::vector<NodeId> ids{value};
    std::unordered_set<NodeId> seen{value};
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const Node& node = graph_[ids[i]];
      for (const NodeId operand : {node.a, node.b, node.c})
        if (operand != no_node && seen.insert(operand).second) ids.push_back(operand);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  Form form_of(NodeId id) {
    const Node node = graph_[id];
    switch (node.operation) {
      case Operation::null: return whole(Shape::constant, id);
      case Operation::constant:
        if (node.type != Type::number) return whole(Shape::constant, id);
        return {Shape::literal, node.number, 1, no_node, no_node};
      case Operation::leaf:
        switch (role_(node.leaf)) {
          case LeafRole::additive: return whole(Shape::linear, id);
          case LeafRole::constant: return whole(Shape::constant, id);
          case LeafRole::other: break;
        }
        return {};
      case Operation::multiply: return product(forms_.at(node.a), forms_.at(node.b));
      case Operation::divide: return quotient(id, node);
      default: break;
    }
    if (is_all_constant(node)) return whole(Shape::constant, id);
    switch (node.operation) {
      case Operation::add:
      case Operation::subtract:
        return is_term(node.a) && is_term(node.b) ? whole(Shape::linear, id) : Form{};
      case Operation::coalesce:
        return is_term(node.a) && is_zero(node.b) ? whole(Shape::linear, id) : Form{};
      case Operation::negate: {
        Form form = forms_.at(node.a);
        form.factor_numerator = -form.factor_numerator;
        return form;
      }
      default: return {};
    }
  }

  /// The expression as it stands, with the literals that are in it.
  static Form whole(Shape shape, NodeId id) { return {shape, 1, 1, id, no_node}; }

  static bool is_constant(const Form& form) {
    return form.shape == Shape::literal || form.shape == Shape::constant;
  }

  [[nodiscard]] bool is_all_constant(const Node& node) const {
    for (const NodeId operand : {node.a, node.b, node.c})
      if (operand != no_node && !is_constant(forms_.at(operand))) return false;
    return true;
  }

  /// What may stand in a linear sum: also a quotient by constants.
  [[nodiscard]] bool is_term(NodeId id) const {
    const Shape shape = forms_.at(id).shape;
    return shape == Shape::linear || shape == Shape::share;
  }

  [[nodiscard]] bool is_zero(NodeId id) const {
    return graph_.is_constant(id) && graph_[id].type == Type::number && graph_[id].number == 0;
  }

  NodeId joined(NodeId a, NodeId b) {
    if (a == no_node) return b;
    return b == no_node ? a : graph_.apply(Operation::multiply, a, b);
  }

  /// One factor at least is made of constants only.
  Form product(const Form& a, const Form& b) {
    if (!is_constant(a) && !is_constant(b)) return {};
    if (a.shape == Shape::other || b.shape == Shape::other) return {};
    return {std::max(a.shape, b.shape), a.factor_numerator * b.factor_numerator,
            a.factor_denominator * b.factor_denominator, joined(a.numerator, b.numerator),
            joined(a.denominator, b.denominator)};
  }

  Form quotient(NodeId id, const Node& node) {
    const Form a = forms_.at(node.a);
    const NodeId divisor = without_nullif(node.b);
    Form b = forms_.at(divisor);
    if (b.shape == Shape::share) b = whole(Shape::linear, divisor);  // D as it stands
    if (a.shape == Shape::other || b.shape == Shape::other || b.shape == Shape::ratio) return {};
    Form form;
    if (is_constant(a)) {
      if (!is_constant(b)) return {};  // no sum or count above the line
      if (b.shape == Shape::constant) return whole(Shape::constant, id);
      form.shape = a.shape;
    } else if (is_constant(b)) {
      form.shape = a.shape == Shape::linear && b.shape == Shape::constant ? Shape::share : a.shape;
    } else {
      if (a.shape == Shape::ratio) return {};  // a product of sums below the line
      form.shape = Shape::ratio;
    }
    form.factor_numerator = a.factor_numerator * b.factor_denominator;
    form.factor_denominator = a.factor_denominator * b.factor_numerator;
    form.numerator = a.numerator;
    form.denominator = joined(a.denominator, b.numerator);
    return form;
  }

  /// x of nullif(x, 0) as it is lowered: select(x = 0, null, x), the comparison made never null.
  [[nodiscard]] NodeId without_nullif(NodeId id) const {
    const Node& node = graph_[id];
    if (node.operation != Operation::select || !graph_.is_null_literal(node.b)) return id;
    const Node* condition = &graph_[node.a];
    if (condition->operation == Operation::coalesce) condition = &graph_[condition->a];
    if (condition->operation != Operation::equal) return id;
    const bool compares_with_zero = (condition->a == node.c && is_zero(condition->b)) ||
                                    (condition->b == node.c && is_zero(condition->a));
    return compares_with_zero ? node.c : id;
  }

  Graph& graph_;
  const std::function<LeafRole(std::uint32_t)>& role_;
  std::unordered_map<NodeId, Form> forms_;
};

}  // namespace ratios

/// Recognises a value of `graph` as s·N/D or s·N with N linear and homogeneous in additive leaves,
/// D linear too or made of constants only. `nullif(D, 0)` is D; `coalesce(N, 0)` counts as N and
/// stays in it; literals outside of sums go into s. May add products to the graph. None: the value
/// is no ratio.
inline std::optional<Ratio> recognise_ratio(
    Graph& graph, NodeId value, const std::function<LeafRole(std::uint32_t leaf)>& role) {
  return ratios::Recogniser(graph, role).run(value);
}

}  // namespace tijian::formula
