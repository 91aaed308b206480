// Verdict and severity of a million units x fifty indicators: only comparisons, tile by tile.
//
// Compiled once per CPU (lanes.hpp). Rows are read once; per tile and column four masks – present,
// unmet, at least serious, critical – give the class bytes, the counts per unit and the totals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "tijian/kernels/cell_class.hpp"
#include "tijian/kernels/lanes.hpp"
#include "tijian/kernels/number_column.hpp"
#include "tijian/kernels/spread_bits.hpp"

namespace tijian::kernels::TIJIAN_KERNEL_TARGET {

inline constexpr std::size_t tile_bytes_of_bits = score_tile_rows / 8;

/// The masks of one column of a tile, one bit per row; row i is bit i % 8 of byte i / 8. Each is a
/// subset of the one before; no bit stands beyond the tile's rows.
struct ClassMasks {
  alignas(64) std::uint8_t present[tile_bytes_of_bits];
  alignas(64) std::uint8_t unmet[tile_bytes_of_bits];
  alignas(64) std::uint8_t serious[tile_bytes_of_bits];
  alignas(64) std::uint8_t critical[tile_bytes_of_bits];
};

/// Per row of a tile: how many columns so far had the bit. `judged` counts what is present and has
/// a target.
struct TileCounts {
  alignas(64) std::uint8_t judged[score_tile_rows];
  alignas(64) std::uint8_t present[score_tile_rows];
  alignas(64) std::uint8_t unmet[score_tile_rows];
  alignas(64) std::uint8_t serious[score_tile_rows];
  alignas(64) std::uint8_t critical[score_tile_rows];
};

/// A run of rows of one group in a tile: up to `end`, from the end of the run before.
struct GroupRun {
  std::uint32_t end;
  std::uint32_t group;
};

template <bool below, bool above>
TIJIAN_KERNEL_INLINE Mask beyond(Doubles value, double low, double high) noexcept {
  if constexpr (below && above) {
    return either(less(value, broadcast(low)), less(broadcast(high), value));
  } else if constexpr (below) {
    return less(value, broadcast(low));
  } else {
    return less(broadcast(high), value);
  }
}

/// The masks of a whole tile of one column. Bits of `unmet` and below may stand
/// where the value is infinite.
template <bool below, bool above>
inline void compare_with_edges(const double* values, const ClassEdges& edges,
                               ClassMasks& masks) noexcept {
  for (std::size_t byte = 0; byte < tile_bytes_of_bits; ++byte) {
    const double* from = values + byte * 8;
    fetch_ahead(from + score_tile_rows);
    unsigned present = 0;
    unsigned unmet = 0;
    unsigned serious = 0;
    unsigned critical = 0;
    for (std::size_t lane = 0; lane < 8; lane += lanes) {
      const Doubles value = load(from + lane);
      present |= lane_bits(is_finite(value)) << lane;
      unmet |= lane_bits(beyond<below, above>(value, edges.low[0], edges.high[0])) << lane;
      serious |= lane_bits(beyond<below, above>(value, edges.low[1], edges.high[1])) << lane;
      critical |= lane_bits(beyond<below, above>(value, edges.low[2], edges.high[2])) << lane;
    }
    masks.present[byte] = static_cast<std::uint8_t>(present);
    masks.unmet[byte] = static_cast<std::uint8_t>(unmet);
    masks.serious[byte] = static_cast<std::uint8_t>(serious);
    masks.critical[byte] = static_cast<std::uint8_t>(critical);
  }
}

/// Only which values are finite: for columns without a target.
inline void compare_with_nothing(const double* values, ClassMasks& masks) noexcept {
  for (std::size_t byte = 0; byte < tile_bytes_of_bits; ++byte) {
    const double* from = values + byte * 8;
    fetch_ahead(from + score_tile_rows);
    unsigned present = 0;
    for (std::size_t lane = 0; lane < 8; lane += lanes) {
      present |= lane_bits(is_finite(load(from + lane))) << lane;
    }
    masks.present[byte] = static_cast<std::uint8_t>(present);
  }
  std::memset(masks.unmet, 0, sizeof masks.unmet);
  std::memset(masks.serious, 0, sizeof masks.serious);
  std::memset(masks.critical, 0, sizeof masks.critical);
}

/// Rows so far out that their gap is unknown: they take the class of an unknown gap. Rare, so one
/// by one.
inline void mark_unknown_gaps(const double* values, const ClassEdges& edges,
                              ClassMasks& masks) noexcept {
  for (std::size_t row = 0; row < score_tile_rows; ++row) {
    if (!(values[row] < edges.unknown_below || values[row] > edges.unknown_above)) continue;
    const auto bit = static_cast<std::uint8_t>(1U << row % 8);
    const auto clear = static_cast<std::uint8_t>(~bit);
    masks.serious[row / 8] = static_cast<std::uint8_t>(
        (masks.serious[row / 8] & clear) | (edges.unknown >= CellClass::serious ? bit : 0));
    masks.critical[row / 8] = static_cast<std::uint8_t>(
        (masks.critical[row / 8] & clear) | (edges.unknown >= CellClass::critical ? bit : 0));
  }
}

inline void keep_present(std::uint8_t* bits, const std::uint8_t* present) noexcept {
  for (std::size_t byte = 0; byte < tile_bytes_of_bits; byte += 8) {
    std::uint64_t kept;
    std::uint64_t word;
    std::memcpy(&kept, bits + byte, sizeof kept);
    std::memcpy(&word, present + byte, sizeof word);
    kept &= word;
    std::memcpy(bits + byte, &kept, sizeof kept);
  }
}

/// The masks of `rows` rows from `row` on.
inline void class_masks(const NumberColumn& column, const ClassEdges& edges, std::size_t row,
                        std::size_t rows, ClassMasks& masks) noexcept {
  const double* values = column.values + row;
  // The rest of a shorter tile is filled up with nulls.
  alignas(64) double filled[score_tile_rows];
  if (rows != score_tile_rows) {
    fill_tile(values, rows, filled);
    values = filled;
  }
  const bool below = edges.low[0] != -ClassEdges::infinity;
  const bool above = edges.high[0] != ClassEdges::infinity;
  if (!edges.has_target || (!below && !above)) {
    compare_with_nothing(values, masks);
  } else if (below && above) {
    compare_with_edges<true, true>(values, edges, masks);
  } else if (below) {
    compare_with_edges<true, false>(values, edges, masks);
  } else {
    compare_with_edges<false, true>(values, edges, masks);
  }
  if (edges.has_target && (edges.unknown_below != -ClassEdges::infinity ||
                           edges.unknown_above != ClassEdges::infinity)) {
    mark_unknown_gaps(values, edges, masks);
  }
  if (column.validity != nullptr) {
    for (std::size_t byte = 0; byte * 8 < rows; ++byte) {
      const std::size_t left = rows - byte * 8;
      masks.present[byte] = static_cast<std::uint8_t>(
          masks.present[byte] & validity_bits(column, row + byte * 8, left < 8 ? left : 8));
    }
  }
  keep_present(masks.unmet, masks.present);
  keep_present(masks.serious, masks.present);
  keep_present(masks.critical, masks.present);
}

#if TIJIAN_KERNEL_BYTES == 64
TIJIAN_KERNEL_INLINE __mmask64 mask_word(const std::uint8_t* bits) noexcept {
  std::uint64_t word;
  std::memcpy(&word, bits, sizeof word);
  return word;
}

TIJIAN_KERNEL_INLINE void add_word(std::uint8_t* counts, __mmask64 word) noexcept {
  const __m512i before = _mm512_load_si512(counts);
  _mm512_store_si512(counts, _mm512_mask_add_epi8(before, word, before, _mm512_set1_epi8(1)));
}
#endif

/// Eight counts at once: bytes that never pass 255 do not disturb each other.
TIJIAN_KERNEL_INLINE void add_bytes(std::uint8_t* counts, std::uint64_t bytes) noexcept {
  std::uint64_t sum;
  std::memcpy(&sum, counts, sizeof sum);
  sum += bytes;
  std::memcpy(counts, &sum, sizeof sum);
}

/// The class bytes of a tile from its masks, and its bits added to the counts.
inline void spread_masks(const ClassMasks& masks, bool has_target, TileCounts& counts,
                         std::uint8_t* classes) noexcept {
  const auto present_class =
      static_cast<std::uint8_t>(has_target ? CellClass::met : CellClass::no_target);
#if TIJIAN_KERNEL_BYTES == 64
  const __m512i one = _mm512_set1_epi8(1);
  const __m512i first = _mm512_set1_epi8(static_cast<char>(present_class));
  for (std::size_t row = 0; row < score_tile_rows; row += 64) {
    const __mmask64 present = mask_word(masks.present + row / 8);
    const __mmask64 unmet = mask_word(masks.unmet + row / 8);
    const __mmask64 serious = mask_word(masks.serious + row / 8);
    const __mmask64 critical = mask_word(masks.critical + row / 8);
    add_word(counts.present + row, present);
    if (has_target) add_word(counts.judged + row, present);
    add_word(counts.unmet + row, unmet);
    add_word(counts.serious + row, serious);
    add_word(counts.critical + row, critical);
    __m512i bytes = _mm512_maskz_mov_epi8(present, first);
    bytes = _mm512_mask_add_epi8(bytes, unmet, bytes, one);
    bytes = _mm512_mask_add_epi8(bytes, serious, bytes, one);
    bytes = _mm512_mask_add_epi8(bytes, critical, bytes, one);
    _mm512_storeu_si512(classes + row, bytes);
  }
#else
  for (std::size_t byte = 0; byte < tile_bytes_of_bits; ++byte) {
    const std::uint64_t present = spread_bits.words[masks.present[byte]];
    const std::uint64_t unmet = spread_bits.words[masks.unmet[byte]];
    const std::uint64_t serious = spread_bits.words[masks.serious[byte]];
    const std::uint64_t critical = spread_bits.words[masks.critical[byte]];
    add_bytes(counts.present + byte * 8, present);
    if (has_target) add_bytes(counts.judged + byte * 8, present);
    add_bytes(counts.unmet + byte * 8, unmet);
    add_bytes(counts.serious + byte * 8, serious);
    add_bytes(counts.critical + byte * 8, critical);
    const std::uint64_t bytes = present * present_class + unmet + serious + critical;
    std::memcpy(classes + byte * 8, &bytes, sizeof bytes);
  }
#endif
}

TIJIAN_KERNEL_INLINE std::uint64_t bits_set(std::uint64_t word) noexcept {
#if defined(__GNUC__)
  return static_cast<std::uint64_t>(__builtin_popcountll(word));
#else
  std::uint64_t count = 0;
  for (; word != 0; word &= word - 1) ++count;
  return count;
#endif
}

/// How many of the rows [first, end) of a tile have their bit.
inline std::uint64_t count_bits(const std::uint8_t* bits, std::size_t first,
                                std::size_t end) noexcept {
  std::uint64_t count = 0;
  for (std::size_t word = first / 64; word * 64 < end; ++word) {
    std::uint64_t rest = 0;
    for (std::size_t byte = 0; byte < 8; ++byte) {
      rest |= static_cast<std::uint64_t>(bits[word * 8 + byte]) << byte * 8;
    }
    if (word * 64 < first) rest = rest >> (first - word * 64) << (first - word * 64);
    if (end - word * 64 < 64) rest &= (std::uint64_t{1} << (end - word * 64)) - 1;
    count += bits_set(rest);
  }
  return count;
}

/// Adds the classes of one column of a tile, run by run, to the totals of the runs' groups.
inline void add_totals(const ClassMasks& masks, bool has_target, const GroupRun* runs,
                       std::size_t run_count, std::size_t column, std::size_t column_count,
                       std::uint64_t* totals) noexcept {
  std::size_t first = 0;
  for (std::size_t run = 0; run < run_count; ++run) {
    const std::size_t end = runs[run].end;
    const std::uint64_t present = count_bits(masks.present, first, end);
    const std::uint64_t unmet = count_bits(masks.unmet, first, end);
    const std::uint64_t serious = count_bits(masks.serious, first, end);
    const std::uint64_t critical = count_bits(masks.critical, first, end);
    std::uint64_t* to =
        totals + total_index(runs[run].group, column, CellClass::no_data, column_count);
    to[static_cast<std::size_t>(CellClass::no_data)] += end - first - present;
    to[static_cast<std::size_t>(has_target ? CellClass::met : CellClass::no_target)] +=
        present - unmet;
    to[static_cast<std::size_t>(CellClass::moderate)] += unmet - serious;
    to[static_cast<std::size_t>(CellClass::serious)] += serious - critical;
    to[static_cast<std::size_t>(CellClass::critical)] += critical;
    first = end;
  }
}

/// The runs of rows of one group in `rows` rows from `row` on; returns how many.
inline std::size_t group_runs(const std::uint32_t* groups, std::size_t row, std::size_t rows,
                              GroupRun* runs) noexcept {
  if (groups == nullptr) {
    runs[0] = {static_cast<std::uint32_t>(rows), 0};
    return 1;
  }
  std::size_t count = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    if (i == 0 || groups[row + i] != groups[row + i - 1]) runs[count++] = {0, groups[row + i]};
    runs[count - 1].end = static_cast<std::uint32_t>(i + 1);
  }
  return count;
}

/// One class of the units' counts of a tile: `columns` (or `more`) - `fewer`; null where there is
/// none to take away.
inline void write_differences(std::uint16_t* to, std::size_t rows, bool is_first, unsigned columns,
                              const std::uint8_t* more, const std::uint8_t* fewer) noexcept {
  if (to == nullptr) return;
  for (std::size_t i = 0; i < rows; ++i) {
    const unsigned from = more == nullptr ? columns : more[i];
    const unsigned count = fewer == nullptr ? from : from - fewer[i];
    to[i] = static_cast<std::uint16_t>(is_first ? count : to[i] + count);
  }
}

/// Adds a tile's counts, of `columns` columns, to the units'; `is_first` writes them instead.
inline void write_counts(const ClassifyJob& job, std::size_t row, std::size_t rows,
                         std::size_t columns, bool is_first, const TileCounts& counts) noexcept {
  const auto count = static_cast<unsigned>(columns);
  std::uint16_t* to[cell_classes];
  for (std::size_t i = 0; i < cell_classes; ++i) {
    to[i] = job.counts[i] == nullptr ? nullptr : job.counts[i] + row;
  }
  write_differences(to[0], rows, is_first, count, nullptr, counts.present);
  write_differences(to[1], rows, is_first, count, counts.present, counts.judged);
  write_differences(to[2], rows, is_first, count, counts.judged, counts.unmet);
  write_differences(to[3], rows, is_first, count, counts.unmet, counts.serious);
  write_differences(to[4], rows, is_first, count, counts.serious, counts.critical);
  write_differences(to[5], rows, is_first, count, counts.critical, nullptr);
  if (job.problems != nullptr) {
    write_differences(job.problems + row, rows, is_first, count, counts.unmet, nullptr);
  }
}

/// Classifies rows [first, last). Classes, counts and problems are written; totals (null: not
/// wanted) are added to what `totals` holds, so that parts of the rows add up.
inline void classify_rows(const ClassifyJob& job, std::size_t first, std::size_t last,
                          std::uint64_t* totals) noexcept {
  ClassMasks masks;
  TileCounts counts;
  GroupRun runs[score_tile_rows];
  alignas(64) std::uint8_t classes[score_tile_rows];
  for (std::size_t row = first; row < last; row += score_tile_rows) {
    const std::size_t rows = last - row < score_tile_rows ? last - row : score_tile_rows;
    const std::size_t run_count = totals == nullptr ? 0 : group_runs(job.groups, row, rows, runs);
    std::memset(&counts, 0, sizeof counts);
    std::size_t counted = 0;  // columns in `counts`, whose bytes hold no more than 255
    bool is_first = true;
    for (std::size_t column = 0; column < job.column_count; ++column) {
      const bool has_target = job.edges[column].has_target;
      class_masks(job.columns[column], job.edges[column], row, rows, masks);
      std::uint8_t* to = job.classes == nullptr ? nullptr : job.classes[column];
      const bool whole = to != nullptr && rows == score_tile_rows;
      spread_masks(masks, has_target, counts, whole ? to + row : classes);
      if (to != nullptr && !whole) std::memcpy(to + row, classes, rows);
      add_totals(masks, has_target, runs, run_count, column, job.column_count, totals);
      if (++counted == 255) {
        write_counts(job, row, rows, counted, is_first, counts);
        std::memset(&counts, 0, sizeof counts);
        counted = 0;
        is_first = false;
      }
    }
    if (counted != 0 || is_first) write_counts(job, row, rows, counted, is_first, counts);
  }
}

}  // namespace tijian::kernels::TIJIAN_KERNEL_TARGET
