// The slow, obvious twin of the formula engine: interprets the syntax of a formula for one row at a
// time, by recursion, without graph, tiles, masks or folding.
//
// Aggregates add with plain doubles, so compare with it on data whose sums and squares are exact.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "tijian/formula/syntax.hpp"
#include "tijian/kernels/elementary.hpp"

namespace tijian::reference {

/// null, number, boolean, text
using Value = std::variant<std::monostate, double, bool, std::string>;
using Row = std::map<std::string, Value>;

class NaiveFormula {
 public:
  explicit NaiveFormula(const formula::Syntax& syntax) : syntax_(syntax) {}

  /// The value for one row, or, where the formula has aggregates, over `rows` with the names
  /// outside of aggregates taken from `row`.
  Value evaluate(const Row& row, const std::vector<Row>& rows = {}) const {
    return value(syntax_.root, row, rows);
  }

 private:
  using Kind = formula::SyntaxKind;
  using Binary = formula::BinaryOperator;

  static bool missing(const Value& value) { return value.index() == 0; }
  static bool holds(const Value& value) { return value.index() == 2 && std::get<bool>(value); }
  static bool fails(const Value& value) { return value.index() == 2 && !std::get<bool>(value); }

  static Value number(double x) {
    if (!std::isfinite(x)) return {};
    return x == 0 ? 0.0 : x;
  }

  Value value(std::uint32_t id, const Row& row, const std::vector<Row>& rows) const {
    const formula::SyntaxNode& node = syntax_.nodes[id];
    std::vector<std::uint32_t> children;
    for (const std::uint32_t child : syntax_.children_of(node)) children.push_back(child);
    const auto child = [&](std::size_t i) { return value(children[i], row, rows); };
    switch (node.kind) {
      case Kind::number: return number(node.number);
      case Kind::text: return node.text;
      case Kind::boolean: return node.boolean;
      case Kind::null: return {};
      case Kind::identifier: return row.at(node.text);
      case Kind::unary: {
        const Value x = child(0);
        if (missing(x)) return {};
        if (node.unary == formula::UnaryOperator::negate) return number(-std::get<double>(x));
        return !std::get<bool>(x);
      }
      case Kind::binary: return binary(node.binary, child(0), child(1));
      case Kind::between: {
        const Value inside = both(compare(Binary::greater_equal, child(0), child(1)),
                                  compare(Binary::less_equal, child(0), child(2)));
        return node.negated ? inverse(inside) : inside;
      }
      case Kind::in: {
        Value any = false;
        for (std::size_t i = 1; i < children.size(); ++i)
          any = either(any, compare(Binary::equal, child(0), child(i)));
        return node.negated ? inverse(any) : any;
      }
      case Kind::is_null: return missing(child(0)) != node.negated;
      case Kind::case_when: {
        for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
          const Value condition = child(i);
          if (missing(condition)) return {};
          if (holds(condition)) return child(i + 1);
        }
        return children.size() % 2 == 1 ? child(children.size() - 1) : Value{};
      }
      case Kind::call: {
        std::vector<Value> arguments;
        for (std::size_t i = 0; i < children.size(); ++i) arguments.push_back(child(i));
        return call(node.text, arguments);
      }
      case Kind::aggregate: return aggregate(node, children, rows);
    }
    return {};
  }

  static Value inverse(const Value& x) { return missing(x) ? Value{} : Value{fails(x)}; }
  static Value both(const Value& x, const Value& y) {
    if (fails(x) || fails(y)) return false;
    return missing(x) || missing(y) ? Value{} : Value{true};
  }
  static Value either(const Value& x, const Value& y) {
    if (holds(x) || holds(y)) return true;
    return missing(x) || missing(y) ? Value{} : Value{false};
  }

  static Value compare(Binary operation, const Value& x, const Value& y) {
    if (missing(x) || missing(y)) return {};
    const int order = x < y ? -1 : y < x ? 1 : 0;  // the same alternative of the variant
    switch (operation) {
      case Binary::equal: return order == 0;
      case Binary::not_equal: return order != 0;
      case Binary::less: return order < 0;
      case Binary::less_equal: return order <= 0;
      case Binary::greater: return order > 0;
      default: return order >= 0;
    }
  }

  static Value binary(Binary operation, const Value& x, const Value& y) {
    if (operation == Binary::logical_and) return both(x, y);
    if (operation == Binary::logical_or) return either(x, y);
    if (operation >= Binary::equal && operation <= Binary::greater_equal)
      return compare(operation, x, y);
    if (missing(x) || missing(y)) return {};
    const double a = std::get<double>(x);
    const double b = std::get<double>(y);
    switch (operation) {
      case Binary::add: return number(a + b);
      case Binary::subtract: return number(a - b);
      case Binary::multiply: return number(a * b);
      case Binary::divide: return number(a / b);
      default: return number(std::fmod(a, b));
    }
  }

  static Value call(const std::string& name, const std::vector<Value>& arguments) {
    if (name == "coalesce") {
      for (const Value& argument : arguments)
        if (!missing(argument)) return argument;
      return {};
    }
    if (name == "nullif")
      return holds(compare(Binary::equal, arguments[0], arguments[1])) ? Value{} : arguments[0];
    for (const Value& argument : arguments)
      if (missing(argument)) return {};
    std::vector<double> x;
    for (const Value& argument : arguments) x.push_back(std::get<double>(argument));
    if (name == "abs") return number(std::fabs(x[0]));
    if (name == "round")
      return number(x[0] - std::trunc(x[0]) == 0 ? x[0]
                    : std::fabs(x[0] - std::trunc(x[0])) >= 0.5
                        ? std::trunc(x[0]) + (x[0] < 0 ? -1 : 1)
                        : std::trunc(x[0]));
    if (name == "floor") return number(std::floor(x[0]));
    if (name == "ceil") return number(std::ceil(x[0]));
    if (name == "sqrt") return number(std::sqrt(x[0]));
    if (name == "ln") return number(kernels::natural_logarithm(x[0]));
    if (name == "exp") return number(kernels::exponential(x[0]));
    if (name == "power") return number(kernels::raise(x[0], x[1]));
    double result = x[0];
    for (const double value : x)
      result = name == "least" ? std::fmin(result, value) : std::fmax(result, value);
    return number(result);
  }

  Value aggregate(const formula::SyntaxNode& node, const std::vector<std::uint32_t>& children,
                  const std::vector<Row>& rows) const {
    std::vector<Value> values;
    for (const Row& row : rows) {
      if (node.filtered && !holds(value(children.back(), row, {}))) continue;
      const Value argument = node.star ? Value{true} : value(children[0], row, {});
      if (!missing(argument)) values.push_back(argument);
    }
    const auto n = static_cast<double>(values.size());
    if (node.text == "count") return n;
    if (values.empty()) return {};
    if (node.text == "bool_and" || node.text == "bool_or") {
      bool all = true;
      bool any = false;
      for (const Value& v : values) {
        all = all && holds(v);
        any = any || holds(v);
      }
      return node.text == "bool_and" ? all : any;
    }
    double sum = 0;
    double squares = 0;
    double least = std::get<double>(values[0]);
    double greatest = least;
    for (const Value& v : values) {
      const double x = std::get<double>(v);
      sum += x;
      squares += x * x;
      least = std::fmin(least, x);
      greatest = std::fmax(greatest, x);
    }
    if (node.text == "sum") return number(sum);
    if (node.text == "avg") return number(sum / n);
    if (node.text == "min") return number(least);
    if (node.text == "max") return number(greatest);
    const bool sample = node.text.ends_with("samp");
    const double variance = (n * squares - sum * sum) / (sample ? n * (n - 1) : n * n);
    return number(node.text.starts_with("stddev") ? std::sqrt(variance) : variance);
  }

  const formula::Syntax& syntax_;
};

}  // namespace tijian::reference
