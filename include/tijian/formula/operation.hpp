// What a graph node does, and the arithmetic of one value.
//
// Constant folding and the evaluator both take the function objects of `with_number_operation`, so
// that a folded formula has the bits of an evaluated one.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tijian/kernels/elementary.hpp"
#include "tijian/kernels/rounding.hpp"

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

/// Calls `use` with the function object of an operation on one number; false where there is none.
/// A result that is not finite stands for null.
template <class Use>
bool with_unary_operation(Operation operation, Use&& use) {
  switch (operation) {
    case Operation::negate: use([](double x) { return -x; }); return true;
    case Operation::absolute: use([](double x) { return std::fabs(x); }); return true;
    case Operation::round: use([](double x) { return kernels::round_half_away(x); }); return true;
    case Operation::floor: use([](double x) { return std::floor(x); }); return true;
    case Operation::ceil: use([](double x) { return std::ceil(x); }); return true;
    case Operation::square_root: use([](double x) { return std::sqrt(x); }); return true;
    case Operation::natural_logarithm:
      use([](double x) { return kernels::natural_logarithm(x); });
      return true;
    case Operation::exponential: use([](double x) { return kernels::exponential(x); }); return true;
    default: return false;
  }
}

/// The same for two numbers.
template <class Use>
bool with_binary_operation(Operation operation, Use&& use) {
  switch (operation) {
    case Operation::add: use([](double x, double y) { return x + y; }); return true;
    case Operation::subtract: use([](double x, double y) { return x - y; }); return true;
    case Operation::multiply: use([](double x, double y) { return x * y; }); return true;
    case Operation::divide: use([](double x, double y) { return x / y; }); return true;
    case Operation::modulo: use([](double x, double y) { return std::fmod(x, y); }); return true;
    case Operation::power:
      use([](double x, double y) { return kernels::raise(x, y); });
      return true;
    case Operation::least: use([](double x, double y) { return y < x ? y : x; }); return true;
    case Operation::greatest: use([](double x, double y) { return x < y ? y : x; }); return true;
    default: return false;
  }
}

/// The same for comparisons of two numbers, giving a bool.
template <class Use>
bool with_comparison(Operation operation, Use&& use) {
  switch (operation) {
    case Operation::equal: use([](const auto& x, const auto& y) { return x == y; }); return true;
    case Operation::not_equal:
      use([](const auto& x, const auto& y) { return x != y; });
      return true;
    case Operation::less: use([](const auto& x, const auto& y) { return x < y; }); return true;
    case Operation::less_equal:
      use([](const auto& x, const auto& y) { return x <= y; });
      return true;
    default: return false;
  }
}

/// The result of an operation as it leaves it: adding +0 turns -0 into +0 and changes nothing else.
inline double without_negative_zero(double x) { return x + 0.0; }

/// One number after an operation; null where it is undefined or not finite.
inline std::optional<double> finite_result(double x) {
  if (!std::isfinite(x)) return std::nullopt;
  return without_negative_zero(x);
}

}  // namespace tijian::formula
