/* Has a document refused: every fault comes with its place and the nearest known name. */
#include <stdio.h>
#include <string.h>
#include <tijian/tijian.h>

int main(void) {
  static const char document[] =
      "{\"tijian\": 1, \"id\": \"example\", \"extends\": \"mohurd-2025\", \"yaer\": 2025}";
  tj_framework* framework = NULL;
  tj_error* error = NULL;
  const tj_status status = tj_framework_parse(document, strlen(document), NULL, &framework, &error);
  size_t i;
  for (i = 0; i < tj_error_issue_count(error); ++i) {
    tj_issue issue;
    issue.struct_size = sizeof issue;
    if (tj_error_issue(error, i, &issue) == TJ_OK)
      printf("tijian %s: %s at %s, nearest is %s\n", tj_version(), issue.code, issue.place,
             issue.nearest);
  }
  tj_error_free(error);
  tj_framework_free(framework);
  return status == TJ_E_FRAMEWORK ? 0 : 1;
}
