// The rows of one batch on several threads: each has tiles that lie side by side, so that what the
// threads find can be put together in the order of the rows.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "tijian/add_options.hpp"
#include "tijian/issue.hpp"
#include "tijian/kernels/tile.hpp"
#include "tijian/thread_team.hpp"

namespace tijian {

/// Adds what a thread has found to what those before it have: a fault is named once for its place.
inline void join_faults(Issues& issues, Issues more) {
  for (Issue& issue : more)
    if (std::none_of(issues.begin(), issues.end(), [&](const Issue& known) {
          return known.code == issue.code && known.place == issue.place;
        }))
      issues.push_back(std::move(issue));
}

class RowThreads {
 public:
  /// `wanted`: up to so many threads; a thread is worth being woken from about 64 tiles on.
  RowThreads(std::int64_t rows, int wanted)
      : rows_(rows),
        tiles_((rows + tile - 1) / tile),
        count_(std::clamp<std::int64_t>(wanted, 1, std::max<std::int64_t>(1, tiles_ / 64))) {}

  [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(count_); }

  /// Calls `work(thread, first)` for the first row of every tile; thread 0 is the calling one.
  /// Where one throws, the others stop soon, and what the first of them threw is thrown.
  template <class Work>
  void run(ThreadTeam& team, const RowProgress& progress, Work&& work) const {
    std::atomic<bool> stop{false};
    team.run(count(), [&](std::size_t thread) {
      const std::int64_t first = tiles_ * static_cast<std::int64_t>(thread) / count_;
      const std::int64_t last = tiles_ * static_cast<std::int64_t>(thread + 1) / count_;
      try {
        for (std::int64_t at = first; at < last && !stop.load(std::memory_order_relaxed); ++at) {
          work(thread, at * tile);
          progress.stop_if_asked();
          // Callbacks come on the calling thread: the others are about as far as it is.
          if (thread == 0 && (at - first) % 64 == 63)
            progress.show(rows_ / (last - first) * (at - first + 1));
        }
      } catch (...) {
        stop.store(true, std::memory_order_relaxed);
        throw;
      }
    });
  }

 private:
  static constexpr auto tile = static_cast<std::int64_t>(kernels::tile_rows);

  std::int64_t rows_, tiles_, count_;
};

}  // namespace tijian
