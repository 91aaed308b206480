// What `assess` may be asked.
#pragma once

#include <cstdint>
#include <functional>

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
  int threads = 1;
  std::int64_t max_objects = 1'000'000;  ///< object rows; 0: none are asked for
  std::function<bool(double done)> progress;
};

}  // namespace tijian
