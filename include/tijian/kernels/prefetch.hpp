// Asks memory for what is worked on next while what is there is worked on.
#pragma once

#include <cstddef>
#include <vector>

namespace tijian::kernels {

/// For functions that only prefetch: GCC takes a call of one for a call without effect, and leaves
/// it out unless the function is inlined first.
#define TIJIAN_PREFETCHES [[gnu::always_inline]] inline

/// Into the second-level cache: the first has no room for what is not needed at once.
TIJIAN_PREFETCHES void prefetch_line(const void* at) noexcept { __builtin_prefetch(at, 0, 2); }

/// Pieces of columns to be brought nearer, a few cache lines at a time. Many columns side by side
/// are more streams than a CPU follows by itself, and it follows none while it computes.
class Prefetch {
 public:
  static constexpr std::size_t line = 64;

  /// Forgets what was left, for pieces that follow. `steps`: how often `step` will be called.
  void start() noexcept {
    pieces_.clear();
    lines_ = 0;
    piece_ = 0;
    at_ = 0;
  }
  void add(const void* begin, std::size_t bytes) {
    pieces_.push_back({static_cast<const char*>(begin), bytes});
    lines_ += (bytes + line - 1) / line;
  }
  void spread(std::size_t steps) noexcept { lines_per_step_ = lines_ / (steps + 1) + 1; }

  void step() noexcept {
    for (std::size_t n = 0; n < lines_per_step_ && piece_ < pieces_.size(); ++n) {
      prefetch_line(pieces_[piece_].begin + at_);
      at_ += line;
      if (at_ < pieces_[piece_].bytes) continue;
      at_ = 0;
      ++piece_;
    }
  }

 private:
  struct Piece {
    const char* begin;
    std::size_t bytes;
  };
  std::vector<Piece> pieces_;
  std::size_t lines_ = 0;
  std::size_t lines_per_step_ = 1;
  std::size_t piece_ = 0;
  std::size_t at_ = 0;
};

}  // namespace tijian::kernels
