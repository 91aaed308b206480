// Asks memory for what is worked on next while what is there is worked on.
#pragma once

#include <algorithm>
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
    // In registers: through the members, each line would wait for the one before it to be stored.
    std::size_t left = lines_per_step_;
    while (left != 0 && piece_ < pieces_.size()) {
      const Piece piece = pieces_[piece_];
      const std::size_t end = std::min(piece.bytes, at_ + left * line);
      for (std::size_t at = at_; at < end; at += line) prefetch_line(piece.begin + at);
      left -= (end - at_ + line - 1) / line;
      at_ = end;
      if (end < piece.bytes) return;
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
