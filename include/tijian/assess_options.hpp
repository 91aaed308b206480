// What `assess` may be asked.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

#include "tijian/table.hpp"
#include "tijian/text.hpp"

namespace tijian {

class Assessment;

enum class UnknownUnits { refuse, report };

struct AssessOptions {
  int year = 0;                          ///< 0: the framework's
  const TableView* entries = nullptr;    ///< the long frame of entries
  const Assessment* previous = nullptr;  ///< last year's result
  const TableView* previous_problems =
      nullptr;  ///< last year's ledger with `status`; else from `previous`
  UnknownUnits unknown_units = UnknownUnits::refuse;
  Language language = Language::zh;
  int threads = 1;  ///< up to so many; also for large tables of values and verdicts
  std::int64_t max_objects = 1'000'000;  ///< object rows; 0: none are asked for
  /// On the calling thread: the share that is done, or -1 where that is not known; false cancels.
  std::function<bool(double done)> progress = {};
  std::stop_token stop = {};    ///< asks the call to end with Cancelled, from any thread
  std::int64_t total_rows = 0;  ///< of all batches of `assess`, for `progress`; 0: not known
};

}  // namespace tijian
