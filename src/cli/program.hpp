// The command line program `tijian`, without its main(), so that tests can run it.
#pragma once

#include <ostream>

namespace tijian {

/// Where a run of the program writes.
struct Streams {
  std::ostream& out;  ///< results
  std::ostream& err;  ///< faults, progress
  bool terminal;      ///< whether `err` is one: progress is shown
};

/// Exit codes of the program.
inline constexpr int exit_done = 0;
inline constexpr int exit_refused = 1;  ///< the framework or the data, with the reasons
inline constexpr int exit_usage = 2;

/// Runs one command; never throws.
int run_program(int count, const char* const* arguments, const Streams& streams) noexcept;

}  // namespace tijian
