// The version of the library. The build reads it from here, so that a program that only has the
// headers knows it too.
#pragma once

#include <string_view>

#ifdef __FAST_MATH__
#error "tijian promises bits: compile without -ffast-math / 请勿使用 -ffast-math 编译"
#endif

namespace tijian {

/// Semantic version. Every output carries it; a change of any number that the library computes is a
/// new version and stands in CHANGELOG.md under "results may differ".
inline constexpr std::string_view library_version = "0.1.0";

}  // namespace tijian
