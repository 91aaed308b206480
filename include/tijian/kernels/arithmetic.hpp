// The arithmetic of one value, by name. Constant folding and the kernels of every CPU take these
// function objects, so that a folded formula has the bits of an evaluated one.
#pragma once

#include <cmath>
#include <cstdint>

#include "tijian/kernels/elementary.hpp"
#include "tijian/kernels/rounding.hpp"

namespace tijian::kernels {

enum class UnaryOperation : std::uint8_t {
  negate,
  absolute,
  round,
  floor,
  ceil,
  square_root,
  natural_logarithm,
  exponential
};

enum class BinaryOperation : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  power,
  least,
  greatest
};

enum class Comparison : std::uint8_t { equal, not_equal, less, less_equal };

/// Calls `use` with the function object of an operation on one number. A result that is not finite
/// stands for null.
template <class Use>
void with_operation(UnaryOperation operation, Use&& use) {
  switch (operation) {
    case UnaryOperation::negate: return use([](double x) { return -x; });
    case UnaryOperation::absolute: return use([](double x) { return std::fabs(x); });
    case UnaryOperation::round: return use([](double x) { return round_half_away(x); });
    case UnaryOperation::floor: return use([](double x) { return std::floor(x); });
    case UnaryOperation::ceil: return use([](double x) { return std::ceil(x); });
    case UnaryOperation::square_root: return use([](double x) { return std::sqrt(x); });
    case UnaryOperation::natural_logarithm:
      return use([](double x) { return kernels::natural_logarithm(x); });
    case UnaryOperation::exponential: return use([](double x) { return kernels::exponential(x); });
  }
}

/// The same for two numbers.
template <class Use>
void with_operation(BinaryOperation operation, Use&& use) {
  switch (operation) {
    case BinaryOperation::add: return use([](double x, double y) { return x + y; });
    case BinaryOperation::subtract: return use([](double x, double y) { return x - y; });
    case BinaryOperation::multiply: return use([](double x, double y) { return x * y; });
    case BinaryOperation::divide: return use([](double x, double y) { return x / y; });
    case BinaryOperation::modulo: return use([](double x, double y) { return std::fmod(x, y); });
    case BinaryOperation::power: return use([](double x, double y) { return raise(x, y); });
    case BinaryOperation::least: return use([](double x, double y) { return y < x ? y : x; });
    case BinaryOperation::greatest: return use([](double x, double y) { return x < y ? y : x; });
  }
}

/// The same for comparisons, giving a bool.
template <class Use>
void with_comparison(Comparison comparison, Use&& use) {
  switch (comparison) {
    case Comparison::equal: return use([](const auto& x, const auto& y) { return x == y; });
    case Comparison::not_equal: return use([](const auto& x, const auto& y) { return x != y; });
    case Comparison::less: return use([](const auto& x, const auto& y) { return x < y; });
    case Comparison::less_equal: return use([](const auto& x, const auto& y) { return x <= y; });
  }
}

/// False where finite operands always give a finite result.
[[nodiscard]] constexpr bool may_leave_finite(UnaryOperation operation) noexcept {
  return operation >= UnaryOperation::square_root;
}
[[nodiscard]] constexpr bool may_leave_finite(BinaryOperation operation) noexcept {
  return operation < BinaryOperation::least;
}

/// The result of an operation as it leaves it: adding +0 turns -0 into +0 and changes nothing else.
[[nodiscard]] inline double without_negative_zero(double x) { return x + 0.0; }

}  // namespace tijian::kernels
