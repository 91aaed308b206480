#include "tijian/version.hpp"

#include "tijian/tijian.h"

// The text behind a string_view made from a literal ends with a NUL.
const char* tj_version(void) noexcept { return tijian::library_version.data(); }

int32_t tj_abi_version(void) noexcept { return TJ_ABI_VERSION; }
