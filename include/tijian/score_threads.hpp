// The kernels of judging and scoring over all rows, on several threads, to the same bits as on one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tijian/kernels/score_kernels.hpp"
#include "tijian/thread_team.hpp"

namespace tijian::kernels {

/// Calls work(part, first, last) for `parts` parts of the rows, each on a thread of a team, the
/// first on the calling one; returns when all are done. Parts begin at multiples of 4,096 rows, so
/// that no two write to one line of the cache.
template <class Work>
void for_each_part(std::size_t rows, std::size_t parts, const Work& work) {
  constexpr std::size_t step = 4096;
  const std::size_t steps = (rows + step - 1) / step;
  parts = std::clamp<std::size_t>(parts, 1, std::max<std::size_t>(steps, 1));
  const auto begin_of = [&](std::size_t part) {
    return std::min(rows, (steps / parts * part + std::min(part, steps % parts)) * step);
  };
  ThreadTeam team;
  team.run(parts, [&](std::size_t part) { work(part, begin_of(part), begin_of(part + 1)); });
}

/// Classifies all rows. `totals`, empty where not wanted, has group x column x class numbers
/// (`total_index`) to which those of the rows are added. Each further thread needs as many for
/// itself.
inline void classify(const ScoreKernels& kernels, const ClassifyJob& job, std::size_t rows,
                     std::span<std::uint64_t> totals, std::size_t threads) {
  if (totals.empty() || threads <= 1) {
    for_each_part(rows, threads, [&](std::size_t, std::size_t first, std::size_t last) {
      kernels.classify_rows(job, first, last, totals.empty() ? nullptr : totals.data());
    });
    return;
  }
  std::vector<std::uint64_t> own(totals.size() * (threads - 1));
  for_each_part(rows, threads, [&](std::size_t part, std::size_t first, std::size_t last) {
    std::uint64_t* to = part == 0 ? totals.data() : own.data() + (part - 1) * totals.size();
    kernels.classify_rows(job, first, last, to);
  });
  for (std::size_t i = 0; i < own.size(); ++i) totals[i % totals.size()] += own[i];
}

/// Scores all rows of one column.
inline void normalise(const ScoreKernels& kernels, const NumberColumn& column,
                      const NormaliseRule& rule, std::size_t rows, double* scores,
                      std::size_t threads) {
  for_each_part(rows, threads, [&](std::size_t, std::size_t first, std::size_t last) {
    kernels.normalise_rows(column, rule, first, last, scores);
  });
}

/// Scores all rows of all nodes.
inline void composite(const ScoreKernels& kernels, const CompositeJob& job, std::size_t rows,
                      std::size_t threads) {
  for_each_part(rows, threads, [&](std::size_t, std::size_t first, std::size_t last) {
    kernels.composite_rows(job, first, last);
  });
}

}  // namespace tijian::kernels
