// The rows of one batch through an evaluator, tile by tile, while the next tile is asked for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tijian/column_view.hpp"
#include "tijian/formula/evaluator.hpp"
#include "tijian/issue.hpp"
#include "tijian/kernels/kernel_table.hpp"
#include "tijian/kernels/prefetch.hpp"
#include "tijian/kernels/tile.hpp"
#include "tijian/plan.hpp"
#include "tijian/row_leaves.hpp"

namespace tijian {

/// One thread's, for one batch after another.
class TileWalk {
 public:
  /// `nodes`: the row nodes that are evaluated. Borrows the table's plan and the kernels.
  TileWalk(const TablePlan& table, const std::vector<formula::NodeId>& nodes,
           const kernels::KernelTable& kernels)
      : table_(&table), kernels_(&kernels), evaluator_(table.aggregates.rows, nodes, kernels) {}

  /// The batch whose tiles are run from now on; it is borrowed.
  void bind(const TableView& batch) {
    leaves_.emplace(*table_, batch, *kernels_);
    batch_rows_ = batch.rows;
  }

  /// How many rows the tile has that begins with row `first`.
  [[nodiscard]] std::size_t rows(std::int64_t first) const {
    return static_cast<std::size_t>(std::min(tile, batch_rows_ - first));
  }

  /// Evaluates that tile. Of the next one, some lines are asked for with each node, and some with
  /// each of the `more_steps` that the caller takes of `prefetch`.
  void run(std::int64_t first, std::size_t more_steps = 0) {
    prefetch_.start();
    if (first + 2 * tile <= batch_rows_) leaves_->prefetch(first + tile, prefetch_);
    prefetch_.spread(evaluator_.steps() + more_steps);
    evaluator_.run(*leaves_, static_cast<std::size_t>(first), rows(first), &prefetch_);
  }

  /// What `run` has worked out.
  [[nodiscard]] const formula::Evaluator& evaluator() const { return evaluator_; }
  [[nodiscard]] kernels::Prefetch& prefetch() { return prefetch_; }

  /// What no formula may read of the batch's rows that were run. Rows are counted on from
  /// `rows_before`.
  [[nodiscard]] Issues faults(std::int64_t rows_before) const {
    return leaves_->faults(rows_before);
  }

 private:
  static constexpr auto tile = static_cast<std::int64_t>(kernels::tile_rows);

  const TablePlan* table_;
  const kernels::KernelTable* kernels_;
  formula::Evaluator evaluator_;
  std::optional<RowLeaves> leaves_;
  std::int64_t batch_rows_ = 0;
  kernels::Prefetch prefetch_;
};

}  // namespace tijian
