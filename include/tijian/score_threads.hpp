// The kernels of judging and scoring over all rows, on several threads, to the same bits as on one.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tijian/kernels/score_kernels.hpp"
#include "tijian/thread_team.hpp"

namespace tijian::kernels {

/// Calls work(part, first, last) for `parts` parts of the rows, each on a thread of the team, the
/// first on the calling one; returns when all are done. Parts begin at multiples of 4,096 rows, so
/// that no two write to one line of the cache.
template <class Work>
void for_each_part(ThreadTeam& team, std::size_t rows, std::size_t parts, const Work& work) {
  constexpr std::size_t step = 4096;
  const std::size_t steps = (rows + step - 1) / step;
  parts = std::clamp<std::size_t>(parts, 1, std::max<std::size_t>(steps, 1));
  const auto begin_of = [&](std::size_t part) {
    return std::min(rows, (steps / parts * part + std::min(part, steps % parts)) * step);
  };
  team.run(parts, [&](std::size_t part) { work(part, begin_of(part), begin_of(part + 1)); });
}

template <class Work>
void for_each_part(std::size_t rows, std::size_t parts, const Work& work) {
  ThreadTeam team;
  for_each_part(team, rows, parts, work);
}

/// Whether no unit's group is below that of the unit before it.
inline bool groups_ascend(ThreadTeam& team, const std::uint32_t* groups, std::size_t rows,
                          std::size_t threads) {
  std::atomic<bool> ascend = true;
  for_each_part(team, rows, threads, [&](std::size_t, std::size_t first, std::size_t last) {
    const std::size_t from = first == 0 ? 0 : first - 1;
    if (!std::is_sorted(groups + from, groups + last)) ascend = false;
  });
  return ascend;
}

/// Classifies all rows. `totals`, empty where not wanted, has group x column x class numbers
/// (`total_index`) to which those of the rows are added. Each further thread needs as many for
/// itself, unless the groups of the units ascend: then each thread needs those of one group.
inline void classify(const ScoreKernels& kernels, const ClassifyJob& job, std::size_t rows,
                     std::span<std::uint64_t> totals, std::size_t threads) {
  ThreadTeam team;
  if (totals.empty() || threads <= 1) {
    for_each_part(team, rows, threads, [&](std::size_t, std::size_t first, std::size_t last) {
      kernels.classify_rows(job, first, last, totals.empty() ? nullptr : totals.data());
    });
    return;
  }
  if (job.groups == nullptr || !groups_ascend(team, job.groups, rows, threads)) {
    std::vector<std::uint64_t> own(totals.size() * (threads - 1));
    for_each_part(team, rows, threads, [&](std::size_t part, std::size_t first, std::size_t last) {
      std::uint64_t* to = part == 0 ? totals.data() : own.data() + (part - 1) * totals.size();
      kernels.classify_rows(job, first, last, to);
    });
    for (std::size_t i = 0; i < own.size(); ++i) totals[i % totals.size()] += own[i];
    return;
  }
  // Only the first group of a part can also be one of the part before it.
  const std::size_t group_size = job.column_count * cell_classes;
  ClassifyJob of_one_group = job;
  of_one_group.groups = nullptr;
  std::vector<std::uint64_t> own(group_size * threads);
  std::vector<std::uint32_t> first_groups(threads);
  for_each_part(team, rows, threads, [&](std::size_t part, std::size_t first, std::size_t last) {
    const std::uint32_t* groups = job.groups;
    if (first == last) return;
    first_groups[part] = groups[first];
    const auto next = static_cast<std::size_t>(
        std::upper_bound(groups + first, groups + last, groups[first]) - groups);
    // The rest of a line of the cache by itself, so that all further tiles begin with one.
    const std::size_t aligned = std::min(last, (next + 63) / 64 * 64);
    kernels.classify_rows(of_one_group, first, next, own.data() + part * group_size);
    kernels.classify_rows(job, next, aligned, totals.data());
    kernels.classify_rows(job, aligned, last, totals.data());
  });
  for (std::size_t part = 0; part < threads; ++part) {
    std::uint64_t* to =
        totals.data() + total_index(first_groups[part], 0, CellClass::no_data, job.column_count);
    for (std::size_t i = 0; i < group_size; ++i) to[i] += own[part * group_size + i];
  }
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
