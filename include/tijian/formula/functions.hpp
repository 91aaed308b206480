// The one list of functions and aggregates. A new function of numbers is an Operation, a line here
// and a case in operation.hpp; a new aggregate is a line here and a case in lowering.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tijian/formula/operation.hpp"
#include "tijian/framework.hpp"

namespace tijian::formula {

/// How a function takes its arguments.
enum class FunctionForm : std::uint8_t {
  numbers,   // as many numbers as the operation has operands
  fold,      // any number of numbers, joined pair by pair
  coalesce,  // arguments of one type; the first that is not null
  nullif     // two arguments of one type; null where they are equal, else the first
};

struct FunctionEntry {
  std::string_view name;
  FunctionForm form;
  Operation operation;
  std::size_t least_arguments;
  std::size_t most_arguments;
};

inline constexpr std::size_t any_number = SIZE_MAX;

inline constexpr std::array functions{
    FunctionEntry{"coalesce", FunctionForm::coalesce, Operation::coalesce, 1, any_number},
    FunctionEntry{"nullif", FunctionForm::nullif, Operation::select, 2, 2},
    FunctionEntry{"abs", FunctionForm::numbers, Operation::absolute, 1, 1},
    FunctionEntry{"round", FunctionForm::numbers, Operation::round, 1, 1},
    FunctionEntry{"floor", FunctionForm::numbers, Operation::floor, 1, 1},
    FunctionEntry{"ceil", FunctionForm::numbers, Operation::ceil, 1, 1},
    FunctionEntry{"sqrt", FunctionForm::numbers, Operation::square_root, 1, 1},
    FunctionEntry{"ln", FunctionForm::numbers, Operation::natural_logarithm, 1, 1},
    FunctionEntry{"exp", FunctionForm::numbers, Operation::exponential, 1, 1},
    FunctionEntry{"power", FunctionForm::numbers, Operation::power, 2, 2},
    FunctionEntry{"least", FunctionForm::fold, Operation::least, 1, any_number},
    FunctionEntry{"greatest", FunctionForm::fold, Operation::greatest, 1, any_number},
};

enum class Aggregate : std::uint8_t {
  count,
  sum,
  average,
  minimum,
  maximum,
  stddev_sample,
  stddev_population,
  variance_sample,
  variance_population,
  bool_and,
  bool_or
};

struct AggregateEntry {
  std::string_view name;
  Aggregate aggregate;
  std::optional<Type> argument;  ///< unset: any type
  Type result;
};

inline constexpr std::array aggregates{
    AggregateEntry{"count", Aggregate::count, std::nullopt, Type::number},
    AggregateEntry{"sum", Aggregate::sum, Type::number, Type::number},
    AggregateEntry{"avg", Aggregate::average, Type::number, Type::number},
    AggregateEntry{"min", Aggregate::minimum, Type::number, Type::number},
    AggregateEntry{"max", Aggregate::maximum, Type::number, Type::number},
    AggregateEntry{"stddev_samp", Aggregate::stddev_sample, Type::number, Type::number},
    AggregateEntry{"stddev_pop", Aggregate::stddev_population, Type::number, Type::number},
    AggregateEntry{"var_samp", Aggregate::variance_sample, Type::number, Type::number},
    AggregateEntry{"var_pop", Aggregate::variance_population, Type::number, Type::number},
    AggregateEntry{"bool_and", Aggregate::bool_and, Type::boolean, Type::boolean},
    AggregateEntry{"bool_or", Aggregate::bool_or, Type::boolean, Type::boolean},
};

/// The entry of a name in lower case, or null.
inline const FunctionEntry* find_function(std::string_view name) {
  for (const FunctionEntry& entry : functions)
    if (entry.name == name) return &entry;
  return nullptr;
}

inline const AggregateEntry* find_aggregate(std::string_view name) {
  for (const AggregateEntry& entry : aggregates)
    if (entry.name == name) return &entry;
  return nullptr;
}

/// All names, for the nearest one in a message.
inline std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const FunctionEntry& entry : functions) names.emplace_back(entry.name);
  for (const AggregateEntry& entry : aggregates) names.emplace_back(entry.name);
  return names;
}

}  // namespace tijian::formula
