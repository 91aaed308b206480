/* What the tests of the C interface share: checks that go on after a failure and tell where it was,
   and the example of the README. */
#ifndef TIJIAN_TESTS_CAPI_CHECK_H
#define TIJIAN_TESTS_CAPI_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tijian/tijian.h"

/* ---- checks ---------------------------------------------------------------------------------- */

static unsigned long check_passed;
static unsigned long check_failed;

static inline int check_that(int holds, const char* file, int line, const char* expected) {
  if (holds) {
    ++check_passed;
    return 1;
  }
  ++check_failed;
  printf("%s:%d: expected %s\n", file, line, expected);
  return 0;
}

static inline void check_number(long long found, long long expected, const char* file, int line,
                                const char* what) {
  if (found == expected) {
    ++check_passed;
    return;
  }
  ++check_failed;
  printf("%s:%d: expected %s = %lld, found %lld\n", file, line, what, expected, found);
}

static inline void check_text(const char* found, const char* expected, const char* file, int line,
                              const char* what) {
  if (found != NULL && strcmp(found, expected) == 0) {
    ++check_passed;
    return;
  }
  ++check_failed;
  printf("%s:%d: expected %s = \"%s\", found %s%s%s\n", file, line, what, expected,
         found == NULL ? "" : "\"", found == NULL ? "NULL" : found, found == NULL ? "" : "\"");
}

#define CHECK(condition) check_that((condition) ? 1 : 0, __FILE__, __LINE__, #condition)
#define CHECK_NUMBER(found, expected) \
  check_number((long long)(found), (long long)(expected), __FILE__, __LINE__, #found)
#define CHECK_TEXT(found, expected) check_text((found), (expected), __FILE__, __LINE__, #found)

/* The error of the last call inside CHECK_OK and CHECK_REFUSED, which give &fault to it. */
static tj_error* fault;
/* Every status that was seen by them. */
static int status_seen[TJ_STATUS_END];

/* No error at all: what stands in `fault` before a call, to see that the call overwrites it. */
static inline tj_error* no_error_object(void) {
  static char nothing;
  return (tj_error*)(void*)&nothing;
}

static inline void forget_fault(void) {
  if (fault != no_error_object()) tj_error_free(fault);
  fault = no_error_object();
}

static inline void note_status(tj_status status) {
  if (status >= 0 && status < TJ_STATUS_END) status_seen[status] = 1;
}

/* The code of the first issue; "" where there is none. */
static inline const char* fault_code(void) {
  tj_issue issue = TJ_ISSUE_INIT;
  if (fault == no_error_object() || tj_error_issue(fault, 0, &issue) != TJ_OK) return "";
  return issue.code;
}

static inline int check_ok(tj_status status, const char* file, int line, const char* what) {
  note_status(status);
  if (status == TJ_OK && fault == NULL) {
    ++check_passed;
    return 1;
  }
  ++check_failed;
  printf("%s:%d: expected TJ_OK and no error from %s, found %s\n", file, line, what,
         tj_status_name(status));
  if (fault == no_error_object())
    printf("    *error was not written\n");
  else
    printf("    %s\n", tj_error_message(fault));
  return 0;
}

static inline int check_refused(tj_status status, tj_status expected, const char* code,
                                const char* file, int line, const char* what) {
  const char* wrong = NULL;
  note_status(status);
  if (status != expected)
    wrong = "another status";
  else if (fault == NULL || fault == no_error_object())
    wrong = "no error object";
  else if (tj_error_status(fault) != expected)
    wrong = "another status in the error";
  else if (tj_error_message(fault)[0] == '\0')
    wrong = "no message";
  else if (strcmp(fault_code(), code) != 0)
    wrong = "another code";
  if (wrong == NULL) {
    ++check_passed;
    return 1;
  }
  ++check_failed;
  printf("%s:%d: expected %s, %s of %s, found %s: %s, %s\n", file, line, tj_status_name(expected),
         code, what, wrong, tj_status_name(status), fault_code());
  if (fault != no_error_object()) printf("    %s\n", tj_error_message(fault));
  return 0;
}

/* The call succeeds, and *error, that was something else, is NULL. */
#define CHECK_OK(call) (forget_fault(), check_ok((call), __FILE__, __LINE__, #call))
/* The call fails with `status`, and the first issue has that code ("": there is none). */
#define CHECK_REFUSED(status, code, call) \
  (forget_fault(), check_refused((call), (status), (code), __FILE__, __LINE__, #call))

/* What the rest of a test cannot do without. */
#define MUST(call)                                         \
  do {                                                     \
    if (!CHECK_OK(call)) {                                 \
      printf("%s:%d: cannot go on\n", __FILE__, __LINE__); \
      exit(100);                                           \
    }                                                      \
  } while (0)

/* The same of what is no test: `call` is given NULL for the error, and `fault` stays as it is. */
#define SETUP(call)                                                   \
  do {                                                                \
    if ((call) != TJ_OK) {                                            \
      printf("%s:%d: cannot go on: %s\n", __FILE__, __LINE__, #call); \
      exit(100);                                                      \
    }                                                                 \
  } while (0)

/* The exit code of the program. */
static inline int finish_checks(void) {
  forget_fault();
  printf("%lu passed, %lu failed\n", check_passed, check_failed);
  return check_failed > 100 ? 100 : (int)check_failed;
}

/* Outputs before a call, to see that a failed one leaves them as they were. */
static inline void fill_pattern(void* memory, size_t size) { memset(memory, 0xA5, size); }
static inline int has_pattern(const void* memory, size_t size) {
  const unsigned char* bytes = (const unsigned char*)memory;
  size_t i;
  for (i = 0; i < size; ++i)
    if (bytes[i] != 0xA5) return 0;
  return 1;
}

/* ---- the example ------------------------------------------------------------------------------
 */

static inline const char* example_json(void) {
  return "{\"tijian\": 1, \"id\": \"example\", \"version\": \"1\", \"year\": 2025,"
         " \"name\": {\"en\": \"Example\"},"
         " \"dimensions\": [{\"id\": \"housing\", \"name\": {\"en\": \"Housing\"}}],"
         " \"levels\": [{\"id\": \"community\", \"dimension\": \"housing\"},"
         "  {\"id\": \"city\", \"dimension\": \"housing\"}],"
         " \"tables\": [{\"id\": \"buildings\", \"level\": \"community\","
         "  \"unit\": \"community\", \"key\": \"building\","
         "  \"columns\": [{\"id\": \"riser_age\", \"type\": \"number\", \"measure\": \"a\"},"
         "   {\"id\": \"riser_corroded\", \"type\": \"boolean\"}]}],"
         " \"indicators\": [{\"id\": \"H02\", \"name\": {\"en\": \"Buildings with gas hazards\"},"
         "  \"dimension\": \"housing\", \"kind\": \"floor\", \"measure\": \"buildings\","
         "  \"table\": \"buildings\","
         "  \"items\": [{\"id\": \"H02.1\", \"name\": {\"en\": \"Corroded riser\"},"
         "   \"when\": \"riser_age >= 20 and riser_corroded\", \"severity\": \"critical\"}],"
         "  \"targets\": [{\"op\": \"<=\", \"value\": 0, \"basis\": \"national\"}]}]}";
}

static inline tj_column column_of(const char* name, const char* type, const void* values) {
  tj_column column = TJ_COLUMN_INIT;
  column.name = name;
  column.type = type;
  column.values = values;
  return column;
}

static inline tj_framework* example_framework(void) {
  tj_framework* framework = NULL;
  SETUP(tj_framework_parse(example_json(), strlen(example_json()), NULL, &framework, NULL));
  return framework;
}

static inline tj_plan* example_plan(void) {
  tj_framework* framework = example_framework();
  tj_plan* plan = NULL;
  SETUP(tj_plan_compile(framework, &plan, NULL));
  tj_framework_free(framework);
  return plan;
}

/* Two communities of one city. */
static inline void example_units_stream(struct ArrowArrayStream* stream) {
  static const char* const ids[] = {"Minzhu", "Bohai", "Dunhua"};
  static const char* const levels[] = {"community", "community", "city"};
  static const char* const parents[] = {"Dunhua", "Dunhua", NULL};
  tj_column columns[3];
  columns[0] = column_of("id", "strings", ids);
  columns[1] = column_of("level", "strings", levels);
  columns[2] = column_of("parent", "strings", parents);
  SETUP(tj_stream_from_columns(columns, 3, 3, 0, stream, NULL));
}

/* Four buildings: M-1 has the fault; of B-2 it is not known. */
static inline void example_buildings_stream(struct ArrowArrayStream* stream) {
  static const char* const communities[] = {"Minzhu", "Minzhu", "Bohai", "Bohai"};
  static const char* const buildings[] = {"M-1", "M-2", "B-1", "B-2"};
  static const double ages[] = {25, 30, 12, 0};
  static const uint8_t age_known[] = {1, 1, 1, 0};
  static const uint8_t corroded[] = {1, 0, 1, 1};
  tj_column columns[4];
  columns[0] = column_of("community", "strings", communities);
  columns[1] = column_of("building", "strings", buildings);
  columns[2] = column_of("riser_age", "float64", ages);
  columns[2].valid_bytes = age_known;
  columns[3] = column_of("riser_corroded", "boolean_bytes", corroded);
  SETUP(tj_stream_from_columns(columns, 4, 4, 0, stream, NULL));
}

static inline tj_units* example_units(const tj_plan* plan) {
  struct ArrowArrayStream stream;
  tj_units* units = NULL;
  example_units_stream(&stream);
  SETUP(tj_units_from_arrow(plan, &stream, &units, NULL));
  return units;
}

/* With the four buildings. */
static inline tj_tally* example_tally(const tj_plan* plan) {
  struct ArrowArrayStream stream;
  tj_tally* tally = NULL;
  example_buildings_stream(&stream);
  SETUP(tj_tally_new(plan, &tally, NULL));
  SETUP(tj_tally_add_arrow(tally, "buildings", &stream, NULL, NULL));
  return tally;
}

static inline tj_assessment* example_assessment(const tj_plan* plan) {
  tj_units* units = example_units(plan);
  tj_tally* tally = example_tally(plan);
  tj_assessment* assessment = NULL;
  SETUP(tj_tally_assess(tally, units, NULL, &assessment, NULL));
  tj_tally_free(tally);
  tj_units_free(units);
  return assessment;
}

/* ---- tallies and texts ------------------------------------------------------------------------
 */

static inline int same_buffers(const tj_buffer* a, const tj_buffer* b) {
  return tj_buffer_size(a) == tj_buffer_size(b) &&
         memcmp(tj_buffer_data(a), tj_buffer_data(b), tj_buffer_size(a)) == 0;
}

static inline tj_buffer* saved_tally(const tj_tally* tally) {
  tj_buffer* bytes = NULL;
  SETUP(tj_tally_save(tally, &bytes, NULL));
  return bytes;
}

/* Whether the tally is what was saved. Equal tallies give equal bytes. */
static inline int is_saved_as(const tj_tally* tally, const tj_buffer* bytes) {
  tj_buffer* now = saved_tally(tally);
  const int same = same_buffers(now, bytes);
  tj_buffer_free(now);
  return same;
}

#endif
