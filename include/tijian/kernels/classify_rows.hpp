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

/// Rows of one group, one after another, within a word of a tile's masks.
struct GroupPiece {
  std::uint64_t rows;  ///< their bits
  std::uint32_t group;
  std::uint16_t word;
  bool is_last;  ///< the next piece is of another run of rows
};

/// Each row starts at most one piece, and so does each word.
inline constexpr std::size_t most_pieces = score_tile_rows;

template <bool below, bool above>
TIJIAN_KERNEL_INLINE Mask beyond(Doubles value, Doubles low, Doubles high) noexcept {
  if constexpr (below && above) {
    return either(less(value, low), less(high, value));
  } else if constexpr (below) {
    return less(value, low);
  } else {
    return less(high, value);
  }
}

/// The masks of a whole tile of one column. `single`: all edges of a side are the same.
template <bool below, bool above, bool single>
inline void compare_with_edges(const double* values, const double* ahead, const ClassEdges& edges,
                               ClassMasks& masks) noexcept {
  const Doubles low[3] = {broadcast(edges.low[0]), broadcast(edges.low[1]),
                          broadcast(edges.low[2])};
  const Doubles high[3] = {broadcast(edges.high[0]), broadcast(edges.high[1]),
                           broadcast(edges.high[2])};
  for (std::size_t byte = 0; byte < tile_bytes_of_bits; ++byte) {
    const double* from = values + byte * 8;
    fetch_most_ahead(ahead, byte * 8);
    unsigned present = 0;
    unsigned unmet = 0;
    unsigned serious = 0;
    unsigned critical = 0;
    for (std::size_t lane = 0; lane < 8; lane += lanes) {
      const Doubles value = load(from + lane);
      const Mask finite = is_finite(value);
      present |= lane_bits(finite) << lane;
      unmet |= lane_bits(both(finite, beyond<below, above>(value, low[0], high[0]))) << lane;
      if constexpr (!single) {
        serious |= lane_bits(both(finite, beyond<below, above>(value, low[1], high[1]))) << lane;
        critical |= lane_bits(both(finite, beyond<below, above>(value, low[2], high[2]))) << lane;
      }
    }
    masks.present[byte] = static_cast<std::uint8_t>(present);
    masks.unmet[byte] = static_cast<std::uint8_t>(unmet);
    masks.serious[byte] = static_cast<std::uint8_t>(single ? unmet : serious);
    masks.critical[byte] = static_cast<std::uint8_t>(single ? unmet : critical);
  }
}

template <bool below, bool above>
inline void compare_with_edges(const double* values, const double* ahead, const ClassEdges& edges,
                               ClassMasks& masks) noexcept {
  if (edges.low[0] == edges.low[2] && edges.high[0] == edges.high[2]) {
    return compare_with_edges<below, above, true>(values, ahead, edges, masks);
  }
  compare_with_edges<below, above, false>(values, ahead, edges, masks);
}

/// Only which values are finite: for columns without a target.
inline void compare_with_nothing(const double* values, const double* ahead,
                                 ClassMasks& masks) noexcept {
  for (std::size_t byte = 0; byte < tile_bytes_of_bits; ++byte) {
    const double* from = values + byte * 8;
    fetch_most_ahead(ahead, byte * 8);
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
  const double* ahead = values;
  // The rest of a shorter tile is filled up with nulls.
  alignas(64) double filled[score_tile_rows];
  if (rows != score_tile_rows) {
    fill_tile(values, rows, filled);
    values = filled;
  }
  const bool below = edges.low[0] != -ClassEdges::infinity;
  const bool above = edges.high[0] != ClassEdges::infinity;
  if (!edges.has_target || (!below && !above)) {
    compare_with_nothing(values, ahead, masks);
  } else if (below && above) {
    compare_with_edges<true, true>(values, ahead, edges, masks);
  } else if (below) {
    compare_with_edges<true, false>(values, ahead, edges, masks);
  } else {
    compare_with_edges<false, true>(values, ahead, edges, masks);
  }
  const bool has_unknown = edges.has_target && (edges.unknown_below != -ClassEdges::infinity ||
                                                edges.unknown_above != ClassEdges::infinity);
  if (has_unknown) mark_unknown_gaps(values, edges, masks);
  if (column.validity != nullptr) {
    for (std::size_t byte = 0; byte * 8 < rows; ++byte) {
      const std::size_t left = rows - byte * 8;
      masks.present[byte] = static_cast<std::uint8_t>(
          masks.present[byte] & validity_bits(column, row + byte * 8, left < 8 ? left : 8));
    }
  }
  // The comparisons have kept what is finite.
  if (has_unknown || column.validity != nullptr) {
    keep_present(masks.unmet, masks.present);
    keep_present(masks.serious, masks.present);
    keep_present(masks.critical, masks.present);
  }
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
inline void spread_masks(const ClassMasks& masks, bool has_target, const double* ahead,
                         TileCounts& counts, std::uint8_t* classes) noexcept {
  const auto present_class =
      static_cast<std::uint8_t>(has_target ? CellClass::met : CellClass::no_target);
#if TIJIAN_KERNEL_BYTES == 64
  const __m512i one = _mm512_set1_epi8(1);
  const __m512i first = _mm512_set1_epi8(static_cast<char>(present_class));
  for (std::size_t row = 0; row < score_tile_rows; row += 64) {
    for (std::size_t i = row; i < row + 64; i += 16) fetch_rest_ahead(ahead, i);
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
    fetch_rest_ahead(ahead, byte * 8);
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

TIJIAN_KERNEL_INLINE std::uint64_t bits_word(const std::uint8_t* bits, std::size_t word) noexcept {
  std::uint64_t joined_bits = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  std::memcpy(&joined_bits, bits + word * 8, sizeof joined_bits);
#else
  for (std::size_t byte = 0; byte < 8; ++byte) {
    joined_bits |= static_cast<std::uint64_t>(bits[word * 8 + byte]) << byte * 8;
  }
#endif
  return joined_bits;
}

/// Adds the classes of one column of a tile, run by run, to the totals of the runs' groups.
inline void add_totals(const ClassMasks& masks, bool has_target, const GroupPiece* pieces,
                       std::size_t piece_count, std::size_t column, std::size_t column_count,
                       std::uint64_t* totals) noexcept {
  std::uint64_t all = 0;
  std::uint64_t present = 0;
  std::uint64_t unmet = 0;
  std::uint64_t serious = 0;
  std::uint64_t critical = 0;
  for (std::size_t i = 0; i < piece_count; ++i) {
    const GroupPiece& piece = pieces[i];
    all += bits_set(piece.rows);
    present += bits_set(bits_word(masks.present, piece.word) & piece.rows);
    unmet += bits_set(bits_word(masks.unmet, piece.word) & piece.rows);
    serious += bits_set(bits_word(masks.serious, piece.word) & piece.rows);
    critical += bits_set(bits_word(masks.critical, piece.word) & piece.rows);
    if (!piece.is_last) continue;
    std::uint64_t* to = totals + total_index(piece.group, column, CellClass::no_data, column_count);
    to[static_cast<std::size_t>(CellClass::no_data)] += all - present;
    to[static_cast<std::size_t>(has_target ? CellClass::met : CellClass::no_target)] +=
        present - unmet;
    to[static_cast<std::size_t>(CellClass::moderate)] += unmet - serious;
    to[static_cast<std::size_t>(CellClass::serious)] += serious - critical;
    to[static_cast<std::size_t>(CellClass::critical)] += critical;
    all = present = unmet = serious = critical = 0;
  }
}

/// The pieces of `rows` rows from `row` on; returns how many.
inline std::size_t group_pieces(const std::uint32_t* groups, std::size_t row, std::size_t rows,
                                GroupPiece* pieces) noexcept {
  std::size_t count = 0;
  const auto word_count = static_cast<std::uint16_t>((rows + 63) / 64);
  for (std::uint16_t word = 0; word < word_count; ++word) {
    const std::size_t left = rows - std::size_t{word} * 64;
    const std::size_t end = left < 64 ? left : 64;
    const std::uint32_t* group =
        groups == nullptr ? nullptr : groups + row + std::size_t{word} * 64;
    const std::uint32_t first = group == nullptr ? 0 : group[0];
    std::uint32_t other = 0;
    if (group != nullptr) {
      for (std::size_t i = 0; i < end; ++i) other |= group[i] ^ first;
    }
    for (std::size_t i = 0; i < end;) {
      const std::uint32_t now = i == 0 ? first : group[i];
      std::size_t next = other == 0 ? end : i + 1;
      while (next < end && group[next] == now) ++next;
      if (count != 0) pieces[count - 1].is_last = pieces[count - 1].group != now;
      const std::uint64_t rows_of_piece = (~std::uint64_t{0} >> (64 - (next - i))) << i;
      pieces[count++] = {rows_of_piece, now, word, true};
      i = next;
    }
  }
  return count;
}

/// One class of the units' counts of a tile: `columns` (or `more`) - `fewer`; null where there is
/// none to take away.
inline void write_differences(std::uint16_t* to, std::size_t rows, bool is_first, bool streaming,
                              unsigned columns, const std::uint8_t* more,
                              const std::uint8_t* fewer) noexcept {
  if (to == nullptr) return;
  if (streaming && is_first) {
    alignas(64) std::uint16_t counts[score_tile_rows];
    write_differences(counts, rows, true, false, columns, more, fewer);
    return stream_bytes(to, counts, rows * sizeof(std::uint16_t));
  }
  for (std::size_t i = 0; i < rows; ++i) {
    const unsigned from = more == nullptr ? columns : more[i];
    const unsigned count = fewer == nullptr ? from : from - fewer[i];
    to[i] = static_cast<std::uint16_t>(is_first ? count : to[i] + count);
  }
}

/// Adds a tile's counts, of `columns` columns, to the units'; `is_first` writes them instead.
inline void write_counts(const ClassifyJob& job, std::size_t row, std::size_t rows,
                         std::size_t columns, bool is_first, bool streaming,
                         const TileCounts& counts) noexcept {
  const auto count = static_cast<unsigned>(columns);
  std::uint16_t* to[cell_classes];
  for (std::size_t i = 0; i < cell_classes; ++i) {
    to[i] = job.counts[i] == nullptr ? nullptr : job.counts[i] + row;
  }
  write_differences(to[0], rows, is_first, streaming, count, nullptr, counts.present);
  write_differences(to[1], rows, is_first, streaming, count, counts.present, counts.judged);
  write_differences(to[2], rows, is_first, streaming, count, counts.judged, counts.unmet);
  write_differences(to[3], rows, is_first, streaming, count, counts.unmet, counts.serious);
  write_differences(to[4], rows, is_first, streaming, count, counts.serious, counts.critical);
  write_differences(to[5], rows, is_first, streaming, count, counts.critical, nullptr);
  if (job.problems != nullptr) {
    write_differences(job.problems + row, rows, is_first, streaming, count, counts.unmet, nullptr);
  }
}

/// Classifies rows [first, last). Classes, counts and problems are written; totals (null: not
/// wanted) are added to what `totals` holds, so that parts of the rows add up.
inline void classify_rows(const ClassifyJob& job, std::size_t first, std::size_t last,
                          std::uint64_t* totals) noexcept {
  ClassMasks masks;
  TileCounts counts;
  GroupPiece pieces[most_pieces];
  alignas(64) std::uint8_t classes[score_tile_rows];
  const bool streaming =
      job.classes != nullptr && (last - first) * job.column_count >= least_streamed_bytes;
  for (std::size_t row = first; row < last; row += score_tile_rows) {
    const std::size_t rows = last - row < score_tile_rows ? last - row : score_tile_rows;
    const std::size_t piece_count =
        totals == nullptr ? 0 : group_pieces(job.groups, row, rows, pieces);
    std::memset(&counts, 0, sizeof counts);
    std::size_t counted = 0;  // columns in `counts`, whose bytes hold no more than 255
    bool is_first = true;
    for (std::size_t column = 0; column < job.column_count; ++column) {
      const bool has_target = job.edges[column].has_target;
      class_masks(job.columns[column], job.edges[column], row, rows, masks);
      std::uint8_t* to = job.classes == nullptr ? nullptr : job.classes[column];
      const bool whole = to != nullptr && rows == score_tile_rows && !streaming;
      spread_masks(masks, has_target, job.columns[column].values + row, counts,
                   whole ? to + row : classes);
      if (to != nullptr && streaming) {
        stream_bytes(to + row, classes, rows);
      } else if (to != nullptr && !whole) {
        std::memcpy(to + row, classes, rows);
      }
      add_totals(masks, has_target, pieces, piece_count, column, job.column_count, totals);
      if (++counted == 255) {
        write_counts(job, row, rows, counted, is_first, false, counts);
        std::memset(&counts, 0, sizeof counts);
        counted = 0;
        is_first = false;
      }
    }
    if (counted != 0 || is_first) {
      write_counts(job, row, rows, counted, is_first, streaming, counts);
    }
  }
  if (streaming) end_streams();
}

}  // namespace tijian::kernels::TIJIAN_KERNEL_TARGET
