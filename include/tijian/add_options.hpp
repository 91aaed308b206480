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
  void pass(std::int64_t rows) { rows_ += rows; }

  void stop_if_asked() const { tijian::stop_if_asked(options_.stop); }

  /// Tells that `rows` rows of the current batch are done, too. Throws Cancelled.
  void show(std::int64_t rows) const {
    if (!options_.progress) return;
    double done = -1;
    if (options_.total_rows > 0)
      done = static_cast<double>(rows_ + rows) / static_cast<double>(options_.total_rows);
    // The caller's count of rows may be wrong.
    if (!options_.progress(done > 1 ? 1 : done)) throw Cancelled();
  }

 private:
  const AddOptions& options_;
  std::int64_t rows_ = 0;
};

}  // namespace tijian
