// The exact sums of a tile's runs, whatever the numbers are.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>

#include "tijian/kernels/kernel_table.hpp"
#include "tijian/kernels/tile.hpp"

namespace tijian::kernels {

/// Adds the set rows of each run up. `magnitudes` covers at least all of them. Most numbers are
/// summed at once: `add(run, parts)` gets parts of the exact sum of run `run`; numbers that are far
/// smaller than the largest, or all where no grid holds them, come one by one, as
/// `add_one(run, number)`. `scratch` has room for `run_count` sums.
template <class Add, class AddOne>
void add_tile_sums(const KernelTable& kernels, const double* values, const Mask& mask,
                   const MagnitudeRange& magnitudes, const Run* runs, std::size_t run_count,
                   SumParts* scratch, Add&& add, AddOne&& add_one) {
  const auto one_by_one = [&](const Mask& some) {
    for (std::size_t r = 0; r < run_count; ++r)
      for_each_set_row(some, runs[r].first, runs[r].rows,
                       [&](std::size_t row) { add_one(r, values[row]); });
  };
  const std::optional<SumGrid> grid = sum_grid(magnitudes.largest);
  if (!grid) return one_by_one(mask);
  const Mask* fitting = &mask;
  Mask large;
  if (magnitudes.smallest < grid->smallest) {
    Mask small{};
    large = mask;
    for_each_set_row(mask, tile_rows, [&](std::size_t row) {
      if (std::fabs(values[row]) >= grid->smallest) return;
      set_row(small, row);
      clear_row(large, row);
    });
    one_by_one(small);
    fitting = &large;
  }
  kernels.sum_runs(values, *fitting, runs, run_count, grid->anchor, scratch);
  for (std::size_t r = 0; r < run_count; ++r) add(r, scratch[r]);
}

}  // namespace tijian::kernels
