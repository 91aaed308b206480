#include "tijian/large_pages.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <new>
#include <numeric>
#include <vector>

namespace tijian {
namespace {

// Growing from bytes to many megabytes goes over the limit between the two kinds of memory, and
// each array has to be given back where it came from.
TEST(LargePages, KeepsWhatIsInAnArrayThatGrows) {
  std::vector<std::uint64_t, LargePages<std::uint64_t>> numbers;
  constexpr std::uint64_t count = 3'000'000;  // 24 MB
  for (std::uint64_t i = 0; i < count; ++i) numbers.push_back(i);
  const auto copy = numbers;
  numbers.resize(10);
  numbers.shrink_to_fit();
  EXPECT_EQ(std::accumulate(copy.begin(), copy.end(), std::uint64_t{0}), count * (count - 1) / 2);
  EXPECT_EQ(numbers.back(), 9U);
}

TEST(LargePages, LargeArraysBeginOnALargePage) {
  std::vector<char, LargePages<char>> bytes(5'000'000);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % (std::size_t{2} << 20), 0U);
}

TEST(LargePages, MoreThanThereIsIsRefused) {
  LargePages<double> memory;
  EXPECT_THROW((void)memory.allocate(std::numeric_limits<std::size_t>::max() / 8),
               std::bad_array_new_length);
}

}  // namespace
}  // namespace tijian
