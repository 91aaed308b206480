#include "tijian/native_score_kernels.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tijian/kernels/portable_score_kernels.hpp"

namespace tijian {
namespace {

TEST(NativeScoreKernels, ThePortableTableFirstTheNativeOneLast) {
  const auto available = available_score_kernels();
  ASSERT_FALSE(available.empty());
  EXPECT_STREQ(available.front()->name, "portable");
  EXPECT_EQ(available.back(), &native_score_kernels());
  EXPECT_STREQ(kernels::portable_score_kernels().name, "portable");
  std::set<std::string> names;
  for (const kernels::ScoreKernels* table : available) {
    EXPECT_TRUE(names.insert(table->name).second);
    EXPECT_NE(table->classify_rows, nullptr);
    EXPECT_NE(table->normalise_rows, nullptr);
    EXPECT_NE(table->column_range, nullptr);
    EXPECT_NE(table->composite_rows, nullptr);
  }
}

#if defined(__x86_64__)
TEST(NativeScoreKernels, TheTableOfTheCpu) {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl")) {
    EXPECT_STREQ(native_score_kernels().name, "avx512");
  }
  if (!__builtin_cpu_supports("avx2")) {
    EXPECT_STREQ(native_score_kernels().name, "portable");
  }
}
#endif

}  // namespace
}  // namespace tijian
