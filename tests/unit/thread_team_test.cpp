#include "tijian/thread_team.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tijian {
namespace {

TEST(ThreadTeam, CallsEachPartOnce) {
  ThreadTeam team;
  for (const std::size_t count : {1U, 2U, 8U, 3U, 1U, 5U}) {
    for (int round = 0; round < 200; ++round) {
      std::vector<std::atomic<int>> calls(count);
      team.run(count, [&](std::size_t part) { ++calls[part]; });
      for (const auto& one : calls) ASSERT_EQ(one.load(), 1);
    }
  }
}

TEST(ThreadTeam, TheFirstPartIsTheCallingThreads) {
  ThreadTeam team;
  std::thread::id first;
  team.run(4, [&](std::size_t part) {
    if (part == 0) first = std::this_thread::get_id();
  });
  EXPECT_EQ(first, std::this_thread::get_id());
}

TEST(ThreadTeam, PartsRunAtTheSameTime) {
  ThreadTeam team;
  std::atomic<int> waiting{0};
  team.run(3, [&](std::size_t) {
    ++waiting;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (waiting.load() < 3 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  });
  EXPECT_EQ(waiting.load(), 3);
}

TEST(ThreadTeam, ThrowsWhatTheFirstFailingPartThrewWhenAllAreDone) {
  ThreadTeam team;
  std::atomic<int> done{0};
  for (int round = 0; round < 50; ++round) {
    done = 0;
    try {
      team.run(4, [&](std::size_t part) {
        if (part % 2 == 1) throw std::runtime_error(std::to_string(part));
        ++done;
      });
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "1");
    }
    EXPECT_EQ(done.load(), 2);
  }
  team.run(4, [&](std::size_t) { ++done; });
  EXPECT_EQ(done.load(), 6);
}

}  // namespace
}  // namespace tijian
