#pragma once
#include "tijian/formula/graph.hpp"
#include "tijian/kernels/tile.hpp"
namespace tijian::formula {
class Leaves {
 public:
  virtual ~Leaves() = default;
  virtual void number(std::uint32_t leaf, std::size_t first_row, std::size_t rows, kernels::NumberTile& tile) = 0;
  virtual void boolean(std::uint32_t leaf, std::size_t first_row, std::size_t rows, kernels::BooleanTile& tile) = 0;
  virtual void text(std::uint32_t leaf, std::size_t first_row, std::size_t rows, kernels::TextTile& tile) = 0;
};
class Evaluator {
 public:
  Evaluator(const Graph& graph, std::vector<NodeId> outputs);
  void run(Leaves& leaves, std::size_t first_row, std::size_t rows);
  [[nodiscard]] const kernels::NumberTile& number(NodeId id) const;
  [[nodiscard]] const kernels::BooleanTile& boolean(NodeId id) const;
  [[nodiscard]] const kernels::TextTile& text(NodeId id) const;
};
}
