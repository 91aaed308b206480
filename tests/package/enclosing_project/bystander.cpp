// Knows nothing of tijian: C++17, and not free of warnings.
static_assert(__cplusplus == 201703L, "the standard has leaked");
#ifdef TJ_BUILDING_LIBRARY
#error "a definition has leaked"
#endif
#ifdef __has_include
#if __has_include(<tijian/version.hpp>)
#error "the headers' folder has leaked"
#endif
#endif

int bystander(int unused) { return 1; }
