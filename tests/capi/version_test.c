/* The header is C99, and a program that links only the shared library gets both versions. */
#include "tijian/tijian.h"

#include <stdio.h>
#include <string.h>

int main(void) {
  int failures = 0;
  if (strcmp(tj_version(), EXPECTED_VERSION) != 0) {
    printf("tj_version: %s instead of %s\n", tj_version(), EXPECTED_VERSION);
    ++failures;
  }
  if (tj_abi_version() != EXPECTED_ABI_VERSION) {
    printf("tj_abi_version: %d instead of %d\n", (int)tj_abi_version(), EXPECTED_ABI_VERSION);
    ++failures;
  }
  return failures;
}
