// Random formulas of correct types over a few columns, with random rows to go with them.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "naive_formula.hpp"
#include "tijian/framework.hpp"

namespace tijian::reference {

struct RandomColumn {
  std::string_view name;
  Type type;
};

inline constexpr std::array random_columns{
    RandomColumn{"a", Type::number},  RandomColumn{"b", Type::number},
    RandomColumn{"c", Type::number},  RandomColumn{"p", Type::boolean},
    RandomColumn{"q", Type::boolean}, RandomColumn{"s", Type::text},
    RandomColumn{"t", Type::text},
};

/// Nulls in one value of five; multiples of 1/4, some huge, tiny and special numbers.
inline Row random_row(std::mt19937_64& random) {
  constexpr std::array texts{"", "x", "y", "xy", "楼"};
  constexpr std::array special{0.0, 1e300, -1e300, 5e-324, 0.1, 1e16, -0.5, 4503599627370497.5};
  Row row;
  for (const RandomColumn& column : random_columns) {
    Value& value = row[std::string(column.name)];
    if (random() % 5 == 0) continue;
    switch (column.type) {
      case Type::number:
        value = random() % 8 == 0 ? special[random() % special.size()]
                                  : static_cast<double>(random() % 65) / 4 - 8;
        break;
      case Type::boolean: value = random() % 2 == 0; break;
      case Type::text: value = std::string(texts[random() % texts.size()]); break;
    }
  }
  return row;
}

class RandomFormula {
 public:
  explicit RandomFormula(std::mt19937_64& random) : random_(random) {}

  bool constants_only = false;  ///< no columns

  /// A formula of any type.
  std::string text(int depth) {
    switch (below(3)) {
      case 0: return number(depth);
      case 1: return boolean(depth);
      default: return words(depth);
    }
  }

  std::string number(int depth) {
    if (depth == 0 || below(8) == 0) {
      if (below(12) == 0) return "null";
      if (constants_only || below(3) == 0) {
        constexpr std::array literals{"0", "1", "2.5", "0.1", "3", "1e300", "1e-300", "7"};
        return literals[below(literals.size())];
      }
      constexpr std::array columns{"a", "b", "c"};
      return columns[below(columns.size())];
    }
    const int next = depth - 1;
    constexpr std::array operators{" + ", " - ", " * ", " / ", " % "};
    constexpr std::array functions{"abs", "round", "floor", "ceil", "sqrt", "ln", "exp"};
    switch (below(10)) {
      case 0:
      case 1:
      case 2: return "(" + number(next) + operators[below(operators.size())] + number(next) + ")";
      case 3: return "(- " + number(next) + ")";
      case 4: return functions[below(functions.size())] + ("(" + number(next) + ")");
      case 5: return "power(" + number(next) + ", " + number(next) + ")";
      case 6:
        return (below(2) == 0 ? "least(" : "greatest(") + number(next) + ", " + number(next) +
               ", " + number(0) + ")";
      case 7: return "coalesce(" + number(next) + ", " + number(next) + ")";
      case 8: return "nullif(" + number(next) + ", " + number(next) + ")";
      default: return choice(number(next), number(next), next);
    }
  }

  std::string boolean(int depth) {
    if (depth == 0 || below(8) == 0) {
      if (below(12) == 0) return "null";
      if (constants_only) return below(2) == 0 ? "true" : "false";
      constexpr std::array columns{"p", "q", "p", "q", "true", "false"};
      return columns[below(columns.size())];
    }
    const int next = depth - 1;
    const std::string negation = below(2) == 0 ? " not" : "";
    switch (below(10)) {
      case 0: return "(" + boolean(next) + " and " + boolean(next) + ")";
      case 1: return "(" + boolean(next) + " or " + boolean(next) + ")";
      case 2: return "(not " + boolean(next) + ")";
      case 3: return compared(number(next), number(next));
      case 4: return compared(words(next), words(next));
      case 5: return compared(boolean(next), boolean(next));
      case 6:
        return "(" + number(next) + negation + " between " + number(next) + " and " + number(next) +
               ")";
      case 7:
        return below(2) == 0
                   ? "(" + number(next) + negation + " in (" + number(0) + ", " + number(next) +
                         "))"
                   : "(" + words(next) + negation + " in (" + words(0) + ", " + words(0) + "))";
      case 8: return "(" + text(next) + " is" + negation + " null)";
      default: return choice(boolean(next), boolean(next), next);
    }
  }

  /// A formula of type text.
  std::string words(int depth) {
    if (depth == 0 || below(4) == 0) {
      if (below(12) == 0) return "null";
      constexpr std::array operands{"s", "t", "'x'", "'xy'", "'楼'", "''"};
      return operands[constants_only ? 2 + below(operands.size() - 2) : below(operands.size())];
    }
    const int next = depth - 1;
    switch (below(3)) {
      case 0: return "coalesce(" + words(next) + ", " + words(next) + ")";
      case 1: return "nullif(" + words(next) + ", " + words(next) + ")";
      default: return choice(words(next), words(next), next);
    }
  }

 private:
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }

  std::string compared(const std::string& x, const std::string& y) {
    constexpr std::array operators{" = ", " <> ", " < ", " <= ", " > ", " >= "};
    return "(" + x + operators[below(operators.size())] + y + ")";
  }

  std::string choice(const std::string& x, const std::string& y, int depth) {
    switch (below(3)) {
      case 0: return "case when " + boolean(depth) + " then " + x + " end";
      case 1: return "case when " + boolean(depth) + " then " + x + " else " + y + " end";
      default:
        return "case when " + boolean(depth) + " then " + x + " when " + boolean(depth) + " then " +
               y + " else " + x + " end";
    }
  }

  std::mt19937_64& random_;
};

}  // namespace tijian::reference
