/* Names the frameworks that the library brings along. */
#include <stdio.h>
#include <tijian/tijian.h>

int main(void) {
  printf("tijian %s:", tj_version());
  for (size_t i = 0; i < tj_framework_shipped_count(); ++i)
    printf(" %s", tj_framework_shipped_id(i));
  printf("\n");
  return 0;
}
