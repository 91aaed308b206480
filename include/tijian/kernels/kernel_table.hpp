// The kernels of one CPU as a table of functions: the engine calls whichever table it was given.
//
// Every table gives the same bits: values are computed by single IEEE operations, and sums are
// exact. They differ in the instructions they are compiled for (tile_kernels.hpp says how).
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tijian/kernels/arithmetic.hpp"
#include "tijian/kernels/tile.hpp"

namespace tijian::kernels {

/// Numbers of a tile wherever they lie: `tile_rows` values, or one constant in all rows where
/// `values` is null. A value without a bit in `valid` means nothing.
struct NumberOperand {
  const double* values = nullptr;
  double constant = 0;
  const Mask* valid = nullptr;
};

/// Rows [first, first + rows) of a tile that belong to one key.
struct Run {
  std::uint32_t first;
  std::uint32_t rows;
  std::uint32_t key;
};

/// The smallest and the largest absolute value other than 0 of some finite numbers; `largest` is 0
/// where all of them are 0.
struct MagnitudeRange {
  double smallest;
  double largest;
};

/// Two doubles whose exact sum is the exact sum of a run.
struct SumParts {
  double whole;
  double rest;
};

/// How numbers below 2^top are summed without rounding, up to `tile_rows` of them. Each is split on
/// the grid 2^(top-43) by adding it to an anchor of 1.5·2^(top+9): the anchor's last bit is worth
/// the grid, so what the addition keeps is a multiple of it, and what it drops is below half of it.
/// 1,024 kept parts need at most 53 bits, and so do the dropped ones where no number has a bit
/// below 2^(top-87); both sums are exact. Demmel and Nguyen, "Fast reproducible floating-point
/// summation" (2013), bin sums in this way.
struct SumGrid {
  double anchor;
  /// Numbers below this (and not 0) may have bits too low for the grid.
  double smallest;
};

/// The grid for numbers up to `largest`; nothing where no grid of doubles holds them.
[[nodiscard]] inline std::optional<SumGrid> sum_grid(double largest) noexcept {
  int top = 0;
  (void)std::frexp(largest, &top);  // largest < 2^top
  if (top > 1000 || top < -900) return std::nullopt;
  return SumGrid{std::ldexp(1.5, top + 9), std::ldexp(1.0, top - 35)};
}

/// The grid of a record, which adds up to 4,096 numbers one after another: 1.5·2^(top+13) drifts by
/// less than 2^(top+12), and both parts are exact where no number has a bit below 2^(top-81).
[[nodiscard]] inline std::optional<SumGrid> record_grid(double largest) noexcept {
  int top = 0;
  (void)std::frexp(largest, &top);
  if (top > 1000 || top < -900) return std::nullopt;
  return SumGrid{std::ldexp(1.5, top + 13), std::ldexp(1.0, top - 29)};
}

/// A tile whose rows are of many keys in any order, and a record for each key. A record holds the
/// sums, by eights `whole` and `rest` of each (the last group as wide as there are sums left), then
/// the counts, of 16 bits, by eights.
struct RecordTile {
  std::size_t rows;
  const std::uint32_t* keys;  ///< by row: its record
  std::byte* records;
  std::size_t stride;  ///< bytes of a record, a multiple of 64
  const double* const* values;
  const Mask* const* sum_masks;  ///< of the rows whose value is added
  std::size_t sums;
  const Mask* const* count_masks;
  std::size_t count_groups;  ///< each of eight masks
};

struct KernelTable {
  const char* name;

  /// Takes rows whose value is not finite out of `valid`; those that are infinite are set in
  /// `infinite`, whose other bits are cleared.
  void (*keep_finite)(const double* values, std::size_t words, Mask& valid, Mask& infinite);

  /// One operation on `words` · 64 rows: the result is null where an operand is, or where it is
  /// not finite. −0 becomes 0.
  void (*unary)(UnaryOperation operation, NumberOperand a, std::size_t words, NumberTile& out);
  void (*binary)(BinaryOperation operation, NumberOperand a, NumberOperand b, std::size_t words,
                 NumberTile& out);
  void (*compare)(Comparison comparison, NumberOperand a, NumberOperand b, std::size_t words,
                  BooleanTile& out);

  /// How many rows of each run are set in each mask: `mask_count` counts of the first run, then of
  /// the next.
  void (*count_runs)(const Mask* const* masks, std::size_t mask_count, const Run* runs,
                     std::size_t run_count, std::int64_t* counts);
  /// The magnitudes of the set rows.
  MagnitudeRange (*magnitudes)(const double* values, const Mask& mask, std::size_t words);
  /// The sum of the set rows of each run, none of them outside the grid of `anchor`.
  void (*sum_runs)(const double* values, const Mask& mask, const Run* runs, std::size_t run_count,
                   double anchor, SumParts* sums);

  /// Adds each row to the record of its key.
  void (*add_records)(const RecordTile& tile);

  /// Sets the bit of each row in [1, rows) whose integer differs from that of the row before;
  /// `width` is 1, 2, 4 or 8 bytes. Row 0 is left clear.
  void (*changes)(const void* integers, std::size_t width, std::size_t rows, Mask& changed);
};

}  // namespace tijian::kernels
