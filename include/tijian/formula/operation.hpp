// What a graph node does, and which kernel does it.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "tijian/kernels/arithmetic.hpp"

namespace tijian::formula {

enum class Operation : std::uint8_t {
  leaf,
  constant,
  null,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  negate,
  equal,
  not_equal,
  less,
  less_equal,
  logical_and,
  logical_or,
  logical_not,
  is_null,
  coalesce,
  select,
  absolute,
  round,
  floor,
  ceil,
  square_root,
  natural_logarithm,
  exponential,
  power,
  least,
  greatest
};

/// The kernels' name of an operation on one number; nothing where it is none.
[[nodiscard]] constexpr std::optional<kernels::UnaryOperation> unary_operation(
    Operation operation) noexcept {
  using kernels::UnaryOperation;
  switch (operation) {
    case Operation::negate: return UnaryOperation::negate;
    case Operation::absolute: return UnaryOperation::absolute;
    case Operation::round: return UnaryOperation::round;
    case Operation::floor: return UnaryOperation::floor;
    case Operation::ceil: return UnaryOperation::ceil;
    case Operation::square_root: return UnaryOperation::square_root;
    case Operation::natural_logarithm: return UnaryOperation::natural_logarithm;
    case Operation::exponential: return UnaryOperation::exponential;
    default: return std::nullopt;
  }
}

/// The same for two numbers.
[[nodiscard]] constexpr std::optional<kernels::BinaryOperation> binary_operation(
    Operation operation) noexcept {
  using kernels::BinaryOperation;
  switch (operation) {
    case Operation::add: return BinaryOperation::add;
    case Operation::subtract: return BinaryOperation::subtract;
    case Operation::multiply: return BinaryOperation::multiply;
    case Operation::divide: return BinaryOperation::divide;
    case Operation::modulo: return BinaryOperation::modulo;
    case Operation::power: return BinaryOperation::power;
    case Operation::least: return BinaryOperation::least;
    case Operation::greatest: return BinaryOperation::greatest;
    default: return std::nullopt;
  }
}

/// The same for comparisons.
[[nodiscard]] constexpr std::optional<kernels::Comparison> comparison(
    Operation operation) noexcept {
  using kernels::Comparison;
  switch (operation) {
    case Operation::equal: return Comparison::equal;
    case Operation::not_equal: return Comparison::not_equal;
    case Operation::less: return Comparison::less;
    case Operation::less_equal: return Comparison::less_equal;
    default: return std::nullopt;
  }
}

/// One number after an operation; null where it is undefined or not finite.
inline std::optional<double> finite_result(double x) {
  if (!std::isfinite(x)) return std::nullopt;
  return kernels::without_negative_zero(x);
}

}  // namespace tijian::formula
