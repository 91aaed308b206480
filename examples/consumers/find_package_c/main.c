/* Compiles a shipped framework and names the plan. */
#include <stdio.h>
#include <tijian/tijian.h>

int main(void) {
  tj_framework* framework = NULL;
  tj_plan* plan = NULL;
  tj_error* error = NULL;
  tj_status status = tj_framework_shipped("yichang-2025", &framework, &error);
  if (status == TJ_OK) status = tj_plan_compile(framework, &plan, &error);
  if (status == TJ_OK)
    printf("tijian %s: %s, plan %s\n", tj_version(), tj_framework_id(framework),
           tj_plan_fingerprint(plan));
  else
    fprintf(stderr, "%s: %s\n", tj_status_name(status), tj_error_message(error));
  tj_error_free(error);
  tj_plan_free(plan);
  tj_framework_free(framework);
  return status == TJ_OK ? 0 : 1;
}
