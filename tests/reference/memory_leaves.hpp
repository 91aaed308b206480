// Leaves of an evaluator from plain vectors, one value per row.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "naive_formula.hpp"
#include "tijian/formula/evaluator.hpp"

namespace tijian::reference {

class MemoryLeaves final : public formula::Leaves {
 public:
  std::vector<std::vector<Value>> columns;  // by leaf; a value of another type is read as null

  const double* number(std::uint32_t leaf, std::size_t first_row, std::size_t rows,
                       kernels::NumberTile& tile) override {
    fill(rows, tile.valid, [&](std::size_t i) {
      const auto* value = std::get_if<double>(&columns[leaf][first_row + i]);
      tile.values[i] = value == nullptr || *value == 0 ? 0 : *value;
      return value != nullptr;
    });
    return tile.values;
  }

  void boolean(std::uint32_t leaf, std::size_t first_row, std::size_t rows,
               kernels::BooleanTile& tile) override {
    const auto at = [&](std::size_t i) { return std::get_if<bool>(&columns[leaf][first_row + i]); };
    fill(rows, tile.valid, [&](std::size_t i) { return at(i) != nullptr; });
    fill(rows, tile.value, [&](std::size_t i) { return at(i) != nullptr && *at(i); });
  }

  void text(std::uint32_t leaf, std::size_t first_row, std::size_t rows,
            kernels::TextTile& tile) override {
    fill(rows, tile.valid, [&](std::size_t i) {
      const auto* value = std::get_if<std::string>(&columns[leaf][first_row + i]);
      if (value != nullptr) tile.values[i] = *value;
      return value != nullptr;
    });
  }

 private:
  template <class Holds>
  static void fill(std::size_t rows, kernels::Mask& mask, Holds&& holds) {
    for (std::size_t word = 0; word * 64 < rows; ++word) {
      mask[word] = 0;
      for (std::size_t i = 0; i < 64 && word * 64 + i < rows; ++i)
        mask[word] |= std::uint64_t{holds(word * 64 + i)} << i;
    }
  }
};

/// The value of an output in a row of the last tile.
inline Value value_at(const formula::Evaluator& evaluator, const formula::Graph& graph,
                      formula::NodeId id, std::size_t row) {
  switch (graph[id].type) {
    case Type::number: {
      const formula::Evaluator::Numbers tile = evaluator.number(id);
      return kernels::test_row(tile.valid, row) ? Value{tile.values[row]} : Value{};
    }
    case Type::boolean: {
      const formula::Evaluator::Booleans tile = evaluator.boolean(id);
      return kernels::test_row(tile.valid, row) ? Value{kernels::test_row(tile.value, row)}
                                                : Value{};
    }
    case Type::text: break;
  }
  const kernels::TextTile& tile = evaluator.text(id);
  return kernels::test_row(tile.valid, row) ? Value{std::string(tile.values[row])} : Value{};
}

}  // namespace tijian::reference
