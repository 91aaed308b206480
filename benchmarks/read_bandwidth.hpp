// How fast this machine reads memory: what all that reads a survey once is measured against.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "workload.hpp"

namespace tijian::benchmarks {

// The wider the registers, the more of memory is under way: 12.8 GB/s with 16 bytes, 17.6 with 64
// on one machine.
#if defined(__x86_64__) && defined(__GNUC__)
#define TIJIAN_BENCHMARK_EVERY_CPU [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define TIJIAN_BENCHMARK_EVERY_CPU
#endif

/// The sum of the words of [first, last), 64 at a time.
TIJIAN_BENCHMARK_EVERY_CPU static std::uint64_t sum_of_words(const std::uint64_t* first,
                                                             const std::uint64_t* last) {
  constexpr std::ptrdiff_t step = 64;
  std::uint64_t sums[step] = {};
  for (; last - first >= step; first += step) {
    for (std::ptrdiff_t i = 0; i < step; ++i) sums[i] += first[i];
  }
  std::uint64_t sum = 0;
  for (const std::uint64_t part : sums) sum += part;
  return sum;
}

/// Bytes per second that `threads` threads read from memory at once: the best of some readings of
/// `wanted` words, at most 800 MB, each thread its own part.
inline double read_bandwidth(std::size_t threads, int readings = 5,
                             std::size_t wanted = 100'000'000) {
  constexpr std::size_t most = 100'000'000;
  static Pages<std::uint64_t> memory = [] {
    Pages<std::uint64_t> pages(most);
    for (std::size_t i = 0; i < most; ++i) pages[i] = i;
    return pages;
  }();
  const std::size_t part = std::min(wanted, most) / threads / 64 * 64;
  double best = 0;
  for (int reading = 0; reading < readings; ++reading) {
    std::vector<std::uint64_t> sums(threads * 8);  // not on one cache line
    const auto start = std::chrono::steady_clock::now();
    {
      std::vector<std::jthread> readers;
      for (std::size_t t = 0; t < threads; ++t)
        readers.emplace_back([&sums, t, part] {
          sums[t * 8] = sum_of_words(memory.data() + t * part, memory.data() + (t + 1) * part);
        });
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    // Asked for, so that no compiler leaves the reading out.
    if (sums[0] == 1) best = -1;
    best = std::max(best, static_cast<double>(part * threads * 8) / took.count());
  }
  return best;
}

}  // namespace tijian::benchmarks
