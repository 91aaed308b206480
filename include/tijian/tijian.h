/* The C interface of libtijian (C99). So far only its version: the functions over frameworks,
   plans, units, tallies and assessments follow. */
#ifndef TIJIAN_TIJIAN_H
#define TIJIAN_TIJIAN_H

#include <stdint.h>

#if defined(_WIN32)
#if defined(TJ_BUILDING_LIBRARY)
#define TJ_EXPORT __declspec(dllexport)
#else
#define TJ_EXPORT __declspec(dllimport)
#endif
#else
#define TJ_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#define TJ_NOEXCEPT noexcept
extern "C" {
#else
#define TJ_NOEXCEPT
#endif

/** The library's semantic version, such as "0.1.0". Never NULL; lives as long as the library. */
TJ_EXPORT const char* tj_version(void) TJ_NOEXCEPT;

/** The version of the binary interface, the number behind libtijian.so. It grows only when a
   function goes away or changes; 0 says that nothing is promised yet. */
TJ_EXPORT int32_t tj_abi_version(void) TJ_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
