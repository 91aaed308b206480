// What adding and screening may be asked, and how they tell how far they are.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <utility>

#include "tijian/issue.hpp"

namespace tijian {

struct AddOptions {
  int threads = 1;  ///< up to so many; 0 counts as 1
  /// On the calling thread: the share that is done, or -1 where that is not known; false cancels.
  std::function<bool(double done)> progress = {};
  /// Asks the call to end with Cancelled, from any thread.
  std::stop_token stop = {};
  std::int64_t total_rows = 0;  ///< of all batches, for `progress`; 0: not known
};

/// Throws Cancelled where `stop` was requested.
inline void stop_if_asked(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Cancelled();
}

/// How far a walk over the rows of several batches is.
class RowProgress {
 public:
  /// Borrows the options.
  explicit RowProgress(const AddOptions& options) : options_(options) {}

  /// Rows of the batches that are finished.
  [[nodiscard]] std::int64_t rows() const { return rows_; }
  /// A batch is finished. However small batches are, the caller hears of them now and then.
  void pass(std::int64_t rows) {
    stop_if_asked();
    rows_ += rows;
    if (rows_ - shown_ >= rows_between_calls) show(0);
  }

  void stop_if_asked() const { tijian::stop_if_asked(options_.stop); }

  /// Tells that `rows` rows of the current batch are done, too. Throws Cancelled.
  void show(std::int64_t rows) const {
    if (!options_.progress) return;
    shown_ = rows_ + rows;
    double done = -1;
    if (options_.total_rows > 0)
      done = static_cast<double>(rows_ + rows) / static_cast<double>(options_.total_rows);
    // The caller's count of rows may be wrong.
    if (!options_.progress(done > 1 ? 1 : done)) throw Cancelled();
  }

 private:
  static constexpr std::int64_t rows_between_calls = 65'536;

  const AddOptions& options_;
  std::int64_t rows_ = 0;
  mutable std::int64_t shown_ = 0;  // rows at the last call, by the calling thread only
};

}  // namespace tijian
