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

/// The sum of the words of [first, last), eight at a time.
inline std::uint64_t sum_of_words(const std::uint64_t* first, const std::uint64_t* last) {
  using Words [[gnu::vector_size(64)]] = std::uint64_t;
  const auto* at = reinterpret_cast<const Words*>(first);
  const auto* end = reinterpret_cast<const Words*>(last);
  Words a = {}, b = {}, c = {}, d = {};
  for (; at + 4 <= end; at += 4) {
    a += at[0];
    b += at[1];
    c += at[2];
    d += at[3];
  }
  a += b + c + d;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 8; ++i) sum += a[i];
  return sum;
}

/// Bytes per second that `threads` threads read from memory at once: the best of five readings of
/// 800 MB, each thread its own part.
inline double read_bandwidth(std::size_t threads) {
  constexpr std::size_t words = 100'000'000 / 64 * 64;
  static Pages<std::uint64_t> memory = [] {
    Pages<std::uint64_t> pages(words);
    for (std::size_t i = 0; i < words; ++i) pages[i] = i;
    return pages;
  }();
  double best = 0;
  for (int reading = 0; reading < 5; ++reading) {
    std::vector<std::uint64_t> sums(threads * 8);  // not on one cache line
    const auto start = std::chrono::steady_clock::now();
    {
      std::vector<std::jthread> readers;
      for (std::size_t t = 0; t < threads; ++t)
        readers.emplace_back([&sums, t, threads] {
          const std::size_t part = words / threads / 64 * 64;
          sums[t * 8] = sum_of_words(memory.data() + t * part, memory.data() + (t + 1) * part);
        });
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    // Asked for, so that no compiler leaves the reading out.
    if (sums[0] == 1) best = -1;
    best = std::max(best, static_cast<double>(words * 8) / took.count());
  }
  return best;
}

}  // namespace tijian::benchmarks
