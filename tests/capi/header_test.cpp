// The header as C++: the same numbers, and functions that do not throw.
#include "header_test.c"

static_assert(noexcept(tj_version()) && noexcept(tj_abi_version()));
static_assert(noexcept(tj_error_free(nullptr)));
static_assert(noexcept(tj_framework_parse(nullptr, 0, nullptr, nullptr, nullptr)));
static_assert(noexcept(tj_plan_assess(nullptr, nullptr, nullptr, 0, nullptr, nullptr, nullptr)));
static_assert(noexcept(tj_assessment_write(nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                                           nullptr)));
