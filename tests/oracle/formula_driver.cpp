// Evaluates the formulas of a file over its rows and units, for formula_oracle.py to compare.
//
// Input, tab-separated: "columns" name type …, "attributes" name type …, "row" unit value …,
// "unit" value …, then "over-rows" formula and "over-units" formula lines. A value is "-" (null),
// "t", "f", a hexadecimal float, or a text after "'". Output per formula: "=" and one value per row
// or unit; a number is followed by the largest absolute intermediate. A refused formula gives "!".

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "../reference/memory_leaves.hpp"
#include "../reference/slot_statistics.hpp"
#include "tijian/formula/evaluator.hpp"
#include "tijian/formula/lowering.hpp"
#include "tijian/formula/parser.hpp"

namespace {

using namespace tijian;
using reference::MemoryLeaves;
using reference::Value;

constexpr std::uint32_t first_statistic = 1000;

using Columns = std::vector<std::pair<std::string, Type>>;

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t start = 0;
  while (true) {
    const std::size_t end = line.find('\t', start);
    fields.push_back(line.substr(start, end - start));
    if (end == std::string::npos) return fields;
    start = end + 1;
  }
}

Columns columns_of(const std::vector<std::string>& fields) {
  Columns columns;
  for (std::size_t i = 1; i + 1 < fields.size(); i += 2)
    columns.emplace_back(fields[i], fields[i + 1] == "number"    ? Type::number
                                    : fields[i + 1] == "boolean" ? Type::boolean
                                                                 : Type::text);
  return columns;
}

Value value_of(const std::string& field) {
  if (field == "-") return {};
  if (field == "t" || field == "f") return field == "t";
  if (field[0] == '\'') return field.substr(1);
  return std::strtod(field.c_str(), nullptr);
}

formula::Scope scope_of(const Columns& columns) {
  formula::Scope scope;
  scope.resolve = [&columns](formula::Graph& graph, std::string_view name) {
    for (std::uint32_t i = 0; i < columns.size(); ++i)
      if (columns[i].first == name) return graph.leaf(i, columns[i].second);
    return formula::no_node;
  };
  return scope;
}

/// The number nodes that `root` is made of.
std::vector<formula::NodeId> number_parts(const formula::Graph& graph, formula::NodeId root) {
  std::vector<formula::NodeId> ids{root};
  std::unordered_set<formula::NodeId> seen{root};
  for (std::size_t i = 0; i < ids.size(); ++i)
    for (const formula::NodeId id : {graph[ids[i]].a, graph[ids[i]].b, graph[ids[i]].c})
      if (id != formula::no_node && seen.insert(id).second) ids.push_back(id);
  ids.erase(std::remove_if(ids.begin(), ids.end(),
                           [&](auto id) { return graph[id].type != Type::number; }),
            ids.end());
  return ids;
}

struct Input {
  Columns columns;
  Columns attributes;
  MemoryLeaves rows;
  MemoryLeaves units;
  std::vector<std::size_t> unit_of_row;
  std::size_t unit_count = 0;
};

/// The largest sum of squares that a unit can have, 0 where the formula has no variance.
double largest_squares(const formula::Aggregates& aggregates, Input& input) {
  double most = 0;
  for (const formula::Slot& slot : aggregates.slots) {
    if (slot.function != formula::SlotFunction::sum_squares) continue;
    formula::Evaluator evaluator(aggregates.rows, {slot.argument});
    for (std::size_t first = 0; first < input.unit_of_row.size(); first += kernels::tile_rows) {
      const std::size_t count = std::min(kernels::tile_rows, input.unit_of_row.size() - first);
      evaluator.run(input.rows, first, count);
      const formula::Evaluator::Numbers numbers = evaluator.number(slot.argument);
      kernels::for_each_set_row(numbers.valid, count, [&](std::size_t row) {
        most = std::fmax(most, numbers.values[row] * numbers.values[row]);
      });
    }
  }
  return most * static_cast<double>(input.unit_of_row.size());
}

void print(const formula::Graph& graph, formula::NodeId id, MemoryLeaves& leaves, std::size_t rows,
           double least_scale) {
  std::vector<formula::NodeId> outputs = number_parts(graph, id);
  outputs.push_back(id);
  formula::Evaluator evaluator(graph, outputs);
  outputs.pop_back();
  std::puts("=");
  for (std::size_t first = 0; first < rows; first += kernels::tile_rows) {
    const std::size_t count = std::min(kernels::tile_rows, rows - first);
    evaluator.run(leaves, first, count);
    for (std::size_t row = 0; row < count; ++row) {
      const Value value = reference::value_at(evaluator, graph, id, row);
      switch (value.index()) {
        case 0: std::puts("-"); break;
        case 1: {
          double scale = least_scale;
          for (const formula::NodeId part : outputs)
            if (kernels::test_row(evaluator.number(part).valid, row))
              scale = std::fmax(scale, std::fabs(evaluator.number(part).values[row]));
          std::printf("%a\t%a\n", std::get<double>(value), scale);
          break;
        }
        case 2: std::puts(std::get<bool>(value) ? "t" : "f"); break;
        default: std::printf("'%s\n", std::get<std::string>(value).c_str());
      }
    }
  }
}

void answer(const std::string& text, bool over_units, Input& input) {
  Issues issues;
  const std::optional<formula::Syntax> syntax = formula::parse(text, issues);
  formula::Graph graph;
  formula::Aggregates aggregates;
  formula::NodeId id = formula::no_node;
  if (syntax) {
    const formula::LoweringContext context{graph,
                                           scope_of(over_units ? input.attributes : input.columns),
                                           over_units ? &aggregates : nullptr,
                                           scope_of(input.columns),
                                           [](formula::Graph& units, std::uint32_t statistic) {
                                             return units.leaf(first_statistic + statistic,
                                                               Type::number);
                                           },
                                           nullptr};
    id = formula::lower(*syntax, context, std::nullopt, issues);
  }
  if (id == formula::no_node) {
    std::printf("! %s at %zu: %s\n", issues[0].code.c_str(), issues[0].position,
                issues[0].message.en.c_str());
    return;
  }
  if (!over_units) return print(graph, id, input.rows, input.unit_of_row.size(), 0);
  input.units.columns.resize(first_statistic);
  for (std::vector<Value>& values :
       reference::slot_statistics(aggregates, input.rows, input.unit_of_row, input.unit_count))
    input.units.columns.push_back(std::move(values));
  print(graph, id, input.units, input.unit_count, largest_squares(aggregates, input));
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count != 2) {
    std::fputs("usage: formula_driver FILE\n", stderr);
    return 2;
  }
  std::ifstream file(arguments[1]);
  Input input;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> fields = fields_of(line);
    if (fields[0] == "columns") {
      input.columns = columns_of(fields);
      input.rows.columns.resize(input.columns.size());
    } else if (fields[0] == "attributes") {
      input.attributes = columns_of(fields);
      input.units.columns.resize(input.attributes.size());
    } else if (fields[0] == "row") {
      input.unit_of_row.push_back(std::stoul(fields[1]));
      for (std::size_t i = 0; i < input.columns.size(); ++i)
        input.rows.columns[i].push_back(value_of(fields[i + 2]));
    } else if (fields[0] == "unit") {
      ++input.unit_count;
      for (std::size_t i = 0; i < input.attributes.size(); ++i)
        input.units.columns[i].push_back(value_of(fields[i + 1]));
    } else {
      answer(fields[1], fields[0] == "over-units", input);
    }
  }
  return 0;
}
