/* NULL for every pointer argument of every function. tests/abi/null_argument_cases_test.cmake reads
   the header and sees to it that there is a case for each: REFUSES_NULL, TAKES_NULL or
   HARMLESS_NULL with the names of function and argument. */
#include "arrow_by_hand.h"

/* ---- what the calls are given -------------------------------------------------------------------
 */

static tj_framework* framework;
static tj_plan* plan;
static tj_units* units;
static tj_tally* tally;
static tj_tally* other;
static tj_assessment* assessment;
static tj_buffer* saved; /* the tally */
static tj_buffer* saved_result;
static tj_error* some_error;

/* Everything that a call may write to. */
static struct {
  tj_framework* framework;
  tj_plan* plan;
  tj_units* units;
  tj_tally* tally;
  tj_assessment* assessment;
  tj_buffer* buffer;
  tj_cancel* cancel;
  struct ArrowArrayStream stream, problems, checks;
  tj_issue issue;
} out;

static struct hand_stream stream_in, entries_in, problems_in;
static struct hand_batch batch, batch_before;
static tj_assess_options assess_options;
static tj_table table_in;
static int gave_stream, gave_batch, gave_frames, sink_calls;

static struct ArrowArrayStream* given_units(void) {
  gave_stream = 1;
  return hand_units_stream(&stream_in);
}
static struct ArrowArrayStream* given_buildings(void) {
  gave_stream = 1;
  return hand_buildings_stream(&stream_in);
}
static tj_table* given_tables(void) {
  table_in.name = "buildings";
  table_in.stream = given_buildings();
  return &table_in;
}
static tj_assess_options* given_frames(void) {
  const tj_assess_options start = TJ_ASSESS_OPTIONS_INIT;
  gave_frames = 1;
  assess_options = start;
  assess_options.entries = hand_entries_stream(&entries_in);
  assess_options.previous_problems = hand_problems_stream(&problems_in);
  return &assess_options;
}
/* Schema and array of one batch: two arguments of which either may be left out. */
static void prepare_batch(void (*make)(struct hand_batch*)) {
  make(&batch);
  batch_before = batch;
  gave_batch = 1;
}
static struct ArrowSchema* given_schema(void) { return &batch.schema; }
static struct ArrowArray* given_array(void) { return &batch.array; }

static int count_pieces(void* context, const char* data, size_t size) {
  (void)context;
  (void)data;
  (void)size;
  ++sink_calls;
  return 0;
}

/* ---- the cases ----------------------------------------------------------------------------------
 */

static void start_call(void) {
  forget_fault();
  fill_pattern(&out, sizeof out);
  hand_drop(&batch);
  gave_stream = gave_batch = gave_frames = sink_calls = 0;
}

static void expect(int holds, const char* function, const char* argument, int with_error, int line,
                   const char* what) {
  if (holds) {
    ++check_passed;
    return;
  }
  ++check_failed;
  printf("%s:%d: %s with %s NULL%s: expected %s\n", __FILE__, line, function, argument,
         with_error ? "" : " and error NULL", what);
}

static void check_null_refused(tj_status status, int with_error, const char* function,
                               const char* argument, int line) {
  expect(status == TJ_E_ARGUMENT, function, argument, with_error, line, "TJ_E_ARGUMENT");
  expect(has_pattern(&out, sizeof out), function, argument, with_error, line,
         "the outputs as they were");
  expect(sink_calls == 0, function, argument, with_error, line, "no piece for the sink");
  if (gave_stream)
    expect(hand_stream_is_released(&stream_in), function, argument, with_error, line,
           "the stream released once");
  if (gave_frames)
    expect(hand_stream_is_released(&entries_in) && hand_stream_is_released(&problems_in), function,
           argument, with_error, line, "the streams in the options released once");
  if (gave_batch)
    expect(hand_is_untouched(&batch, &batch_before), function, argument, with_error, line,
           "the array and its schema as they were");
  if (with_error) {
    tj_issue issue = TJ_ISSUE_INIT;
    const int has_error = fault != NULL && fault != no_error_object();
    expect(has_error, function, argument, with_error, line, "an error object");
    if (!has_error) return;
    expect(tj_error_status(fault) == TJ_E_ARGUMENT, function, argument, with_error, line,
           "TJ_E_ARGUMENT in the error");
    expect(tj_error_issue_count(fault) == 1 && tj_error_issue(fault, 0, &issue) == TJ_OK, function,
           argument, with_error, line, "one issue");
    if (issue.code == NULL) return;
    expect(strcmp(issue.code, "argument.null") == 0, function, argument, with_error, line,
           "argument.null");
    expect(strcmp(issue.place, argument) == 0, function, argument, with_error, line,
           "its name as the place");
    expect(strstr(issue.message_en, argument) != NULL && strstr(issue.message_zh, argument) != NULL,
           function, argument, with_error, line, "its name in both messages");
  }
}

#define REFUSES_NULL(function, argument, arguments)                            \
  do {                                                                         \
    tj_error** error;                                                          \
    start_call();                                                              \
    PREPARE;                                                                   \
    error = &fault;                                                            \
    check_null_refused(function arguments, 1, #function, #argument, __LINE__); \
    start_call();                                                              \
    PREPARE;                                                                   \
    error = NULL;                                                              \
    check_null_refused(function arguments, 0, #function, #argument, __LINE__); \
    (void)error;                                                               \
  } while (0)

static void free_outputs(void) {
  tj_framework_free(out.framework);
  tj_plan_free(out.plan);
  tj_units_free(out.units);
  tj_tally_free(out.tally);
  tj_assessment_free(out.assessment);
  tj_buffer_free(out.buffer);
  tj_cancel_free(out.cancel);
  tj_stream_release(&out.stream);
  tj_stream_release(&out.problems);
  tj_stream_release(&out.checks);
}

static void check_null_taken(tj_status status, int with_error, const char* function,
                             const char* argument, int line) {
  expect(status == TJ_OK, function, argument, with_error, line, "TJ_OK");
  if (with_error)
    expect(fault == NULL, function, argument, with_error, line, "*error to be set to NULL");
  if (gave_stream)
    expect(hand_stream_is_released(&stream_in), function, argument, with_error, line,
           "the stream released once");
  if (gave_batch)
    expect(hand_is_moved(&batch), function, argument, with_error, line,
           "the array and its schema released once");
  free_outputs();
}

#define TAKES_NULL(function, argument, arguments)                                          \
  do {                                                                                     \
    tj_error** error;                                                                      \
    start_call();                                                                          \
    memset(&out, 0, sizeof out);                                                           \
    PREPARE;                                                                               \
    error = &fault;                                                                        \
    check_null_taken(function arguments, strcmp(#argument, "error"), #function, #argument, \
                     __LINE__);                                                            \
    start_call();                                                                          \
    memset(&out, 0, sizeof out);                                                           \
    PREPARE;                                                                               \
    error = NULL;                                                                          \
    check_null_taken(function arguments, 0, #function, #argument, __LINE__);               \
    (void)error;                                                                           \
  } while (0)

/* Functions without a status. */
#define HARMLESS_NULL(function, argument, holds) \
  expect((holds) ? 1 : 0, #function, #argument, 1, __LINE__, #holds)

static int is_text(const char* found, const char* expected) {
  return found != NULL && strcmp(found, expected) == 0;
}

/* ---- by noun ------------------------------------------------------------------------------------
 */

#define PREPARE (void)0

static void errors(void) {
  start_call();
  HARMLESS_NULL(tj_error_status, error, tj_error_status(NULL) == TJ_OK);
  HARMLESS_NULL(tj_error_message, error, is_text(tj_error_message(NULL), ""));
  HARMLESS_NULL(tj_error_issue_count, error, tj_error_issue_count(NULL) == 0);
  HARMLESS_NULL(tj_error_issue, error, tj_error_issue(NULL, 0, &out.issue) == TJ_E_ARGUMENT);
  HARMLESS_NULL(tj_error_issue, issue, tj_error_issue(some_error, 0, NULL) == TJ_E_ARGUMENT);
  HARMLESS_NULL(tj_error_free, error, (tj_error_free(NULL), 1));
  CHECK(has_pattern(&out, sizeof out));
}

static void buffers_and_cancels(void) {
  HARMLESS_NULL(tj_buffer_data, buffer, is_text((const char*)tj_buffer_data(NULL), ""));
  HARMLESS_NULL(tj_buffer_size, buffer, tj_buffer_size(NULL) == 0);
  HARMLESS_NULL(tj_buffer_free, buffer, (tj_buffer_free(NULL), 1));
  REFUSES_NULL(tj_cancel_new, cancel, (NULL, error));
  TAKES_NULL(tj_cancel_new, error, (&out.cancel, NULL));
  HARMLESS_NULL(tj_cancel_request, cancel, (tj_cancel_request(NULL), 1));
  HARMLESS_NULL(tj_cancel_free, cancel, (tj_cancel_free(NULL), 1));
}

static void frameworks(void) {
  const char* json = example_json();
  const size_t size = strlen(json);
  tj_document document = {"base", "{}", 2};
  tj_parse_options options = TJ_PARSE_OPTIONS_INIT;
  REFUSES_NULL(tj_framework_parse, json, (NULL, size, NULL, &out.framework, error));
  TAKES_NULL(tj_framework_parse, options, (json, size, NULL, &out.framework, error));
  REFUSES_NULL(tj_framework_parse, framework, (json, size, NULL, NULL, error));
  TAKES_NULL(tj_framework_parse, error, (json, size, NULL, &out.framework, NULL));

  TAKES_NULL(tj_framework_parse, documents, (json, size, &options, &out.framework, error));
  options.document_count = 1;
  REFUSES_NULL(tj_framework_parse, documents, (json, size, &options, &out.framework, error));
  options.documents = &document;
  document.id = NULL;
  REFUSES_NULL(tj_framework_parse, documents.id, (json, size, &options, &out.framework, error));
  document.id = "base";
  document.json = NULL;
  REFUSES_NULL(tj_framework_parse, documents.json, (json, size, &options, &out.framework, error));

  REFUSES_NULL(tj_framework_shipped, id, (NULL, &out.framework, error));
  REFUSES_NULL(tj_framework_shipped, framework, ("mohurd-2025", NULL, error));
  TAKES_NULL(tj_framework_shipped, error, ("mohurd-2025", &out.framework, NULL));
  REFUSES_NULL(tj_framework_schema, json, (NULL, error));
  TAKES_NULL(tj_framework_schema, error, (&out.buffer, NULL));
  REFUSES_NULL(tj_framework_json, framework, (NULL, &out.buffer, error));
  REFUSES_NULL(tj_framework_json, json, (framework, NULL, error));
  TAKES_NULL(tj_framework_json, error, (framework, &out.buffer, NULL));
  HARMLESS_NULL(tj_framework_id, framework, tj_framework_id(NULL) == NULL);
  HARMLESS_NULL(tj_framework_version, framework, tj_framework_version(NULL) == NULL);
  HARMLESS_NULL(tj_framework_fingerprint, framework, tj_framework_fingerprint(NULL) == NULL);
  HARMLESS_NULL(tj_framework_year, framework, tj_framework_year(NULL) == 0);
  HARMLESS_NULL(tj_framework_free, framework, (tj_framework_free(NULL), 1));
}

static void plans(void) {
  REFUSES_NULL(tj_plan_compile, framework, (NULL, &out.plan, error));
  REFUSES_NULL(tj_plan_compile, plan, (framework, NULL, error));
  TAKES_NULL(tj_plan_compile, error, (framework, &out.plan, NULL));
  HARMLESS_NULL(tj_plan_fingerprint, plan, tj_plan_fingerprint(NULL) == NULL);
  REFUSES_NULL(tj_plan_export, plan, (NULL, "tables", &out.stream, error));
  REFUSES_NULL(tj_plan_export, table, (plan, NULL, &out.stream, error));
  REFUSES_NULL(tj_plan_export, out, (plan, "tables", NULL, error));
  TAKES_NULL(tj_plan_export, error, (plan, "tables", &out.stream, NULL));
  REFUSES_NULL(tj_plan_text, plan, (NULL, "tables", "csv", &out.buffer, error));
  REFUSES_NULL(tj_plan_text, table, (plan, NULL, "csv", &out.buffer, error));
  REFUSES_NULL(tj_plan_text, format, (plan, "tables", NULL, &out.buffer, error));
  REFUSES_NULL(tj_plan_text, text, (plan, "tables", "csv", NULL, error));
  TAKES_NULL(tj_plan_text, error, (plan, "tables", "csv", &out.buffer, NULL));
  HARMLESS_NULL(tj_plan_free, plan, (tj_plan_free(NULL), 1));
}

static void columns_as_streams(void) {
  static const double numbers[] = {1};
  tj_column column = column_of("a", "float64", numbers);
  struct ArrowArrayStream released;
  memset(&released, 0, sizeof released);
  REFUSES_NULL(tj_stream_from_columns, columns, (NULL, 1, 1, 0, &out.stream, error));
  TAKES_NULL(tj_stream_from_columns, columns, (NULL, 0, 0, 0, &out.stream, error));
  REFUSES_NULL(tj_stream_from_columns, stream, (&column, 1, 1, 0, NULL, error));
  TAKES_NULL(tj_stream_from_columns, error, (&column, 1, 1, 0, &out.stream, NULL));
  HARMLESS_NULL(tj_stream_release, stream, (tj_stream_release(NULL), 1));
  HARMLESS_NULL(tj_stream_release, release, (tj_stream_release(&released), 1));

  column.name = NULL;
  REFUSES_NULL(tj_stream_from_columns, columns.name, (&column, 1, 1, 0, &out.stream, error));
  column.name = "a";
  column.type = NULL;
  REFUSES_NULL(tj_stream_from_columns, columns.type, (&column, 1, 1, 0, &out.stream, error));
  column.type = "float64";
  column.values = NULL;
  REFUSES_NULL(tj_stream_from_columns, columns.values, (&column, 1, 1, 0, &out.stream, error));
  TAKES_NULL(tj_stream_from_columns, columns.values, (&column, 1, 0, 0, &out.stream, error));
  column.type = "strings";
  column.offset = 3;
  TAKES_NULL(tj_stream_from_columns, columns.values, (&column, 1, 0, 0, &out.stream, error));
  column.type = "boolean_bytes";
  TAKES_NULL(tj_stream_from_columns, columns.values, (&column, 1, 0, 0, &out.stream, error));
  column.type = "null";
  TAKES_NULL(tj_stream_from_columns, columns.values, (&column, 1, 1, 0, &out.stream, error));
}

static void unit_streams(void) {
  REFUSES_NULL(tj_units_from_arrow, plan, (NULL, given_units(), &out.units, error));
  REFUSES_NULL(tj_units_from_arrow, stream, (plan, NULL, &out.units, error));
  REFUSES_NULL(tj_units_from_arrow, units, (plan, given_units(), NULL, error));
  TAKES_NULL(tj_units_from_arrow, error, (plan, given_units(), &out.units, NULL));
  HARMLESS_NULL(tj_units_count, units, tj_units_count(NULL) == 0);
  HARMLESS_NULL(tj_units_free, units, (tj_units_free(NULL), 1));
}

static void tallies(void) {
  const void* bytes = tj_buffer_data(saved);
  const size_t size = tj_buffer_size(saved);
  REFUSES_NULL(tj_tally_new, plan, (NULL, &out.tally, error));
  REFUSES_NULL(tj_tally_new, tally, (plan, NULL, error));
  TAKES_NULL(tj_tally_new, error, (plan, &out.tally, NULL));
  REFUSES_NULL(tj_tally_add_arrow, tally, (NULL, "buildings", given_buildings(), NULL, error));
  REFUSES_NULL(tj_tally_add_arrow, table, (tally, NULL, given_buildings(), NULL, error));
  REFUSES_NULL(tj_tally_add_arrow, stream, (tally, "buildings", NULL, NULL, error));
  REFUSES_NULL(tj_tally_merge, tally, (NULL, tally, error));
  REFUSES_NULL(tj_tally_merge, other, (tally, NULL, error));
  REFUSES_NULL(tj_tally_save, tally, (NULL, &out.buffer, error));
  REFUSES_NULL(tj_tally_save, bytes, (tally, NULL, error));
  TAKES_NULL(tj_tally_save, error, (tally, &out.buffer, NULL));
  REFUSES_NULL(tj_tally_load, plan, (NULL, bytes, size, &out.tally, error));
  REFUSES_NULL(tj_tally_load, bytes, (plan, NULL, size, &out.tally, error));
  REFUSES_NULL(tj_tally_load, tally, (plan, bytes, size, NULL, error));
  TAKES_NULL(tj_tally_load, error, (plan, bytes, size, &out.tally, NULL));
  HARMLESS_NULL(tj_tally_free, tally, (tj_tally_free(NULL), 1));
  CHECK(is_saved_as(tally, saved));

  TAKES_NULL(tj_tally_add_arrow, options, (other, "buildings", given_buildings(), NULL, error));
  TAKES_NULL(tj_tally_add_arrow, error, (other, "buildings", given_buildings(), NULL, NULL));
  TAKES_NULL(tj_tally_merge, error, (other, tally, NULL));
}

static void screens(void) {
  REFUSES_NULL(tj_screen_arrow, plan,
               (NULL, "buildings", given_buildings(), NULL, &out.problems, &out.checks, error));
  REFUSES_NULL(tj_screen_arrow, table,
               (plan, NULL, given_buildings(), NULL, &out.problems, &out.checks, error));
  REFUSES_NULL(tj_screen_arrow, stream,
               (plan, "buildings", NULL, NULL, &out.problems, &out.checks, error));
  TAKES_NULL(tj_screen_arrow, options,
             (plan, "buildings", given_buildings(), NULL, &out.problems, &out.checks, error));
  TAKES_NULL(tj_screen_arrow, problems,
             (plan, "buildings", given_buildings(), NULL, NULL, &out.checks, error));
  TAKES_NULL(tj_screen_arrow, checks,
             (plan, "buildings", given_buildings(), NULL, &out.problems, NULL, error));
  TAKES_NULL(tj_screen_arrow, checks,
             (plan, "buildings", given_buildings(), NULL, NULL, NULL, error));
  TAKES_NULL(tj_screen_arrow, error,
             (plan, "buildings", given_buildings(), NULL, &out.problems, &out.checks, NULL));
}

static void assessing(void) {
  REFUSES_NULL(tj_tally_assess, tally, (NULL, units, given_frames(), &out.assessment, error));
  REFUSES_NULL(tj_tally_assess, units, (tally, NULL, given_frames(), &out.assessment, error));
  TAKES_NULL(tj_tally_assess, options, (tally, units, NULL, &out.assessment, error));
  REFUSES_NULL(tj_tally_assess, assessment, (tally, units, given_frames(), NULL, error));
  TAKES_NULL(tj_tally_assess, error, (tally, units, given_frames(), &out.assessment, NULL));

  REFUSES_NULL(tj_plan_assess, plan,
               (NULL, units, given_tables(), 1, given_frames(), &out.assessment, error));
  REFUSES_NULL(tj_plan_assess, units,
               (plan, NULL, given_tables(), 1, given_frames(), &out.assessment, error));
  REFUSES_NULL(tj_plan_assess, tables,
               (plan, units, NULL, 1, given_frames(), &out.assessment, error));
  TAKES_NULL(tj_plan_assess, tables,
             (plan, units, NULL, 0, given_frames(), &out.assessment, error));
  TAKES_NULL(tj_plan_assess, options,
             (plan, units, given_tables(), 1, NULL, &out.assessment, error));
  REFUSES_NULL(tj_plan_assess, assessment,
               (plan, units, given_tables(), 1, given_frames(), NULL, error));
  TAKES_NULL(tj_plan_assess, error,
             (plan, units, given_tables(), 1, given_frames(), &out.assessment, NULL));
}

static void table_members(void) {
  struct hand_stream first;
  tj_table tables[2];
  int with_error;
  for (with_error = 0; with_error < 2; ++with_error) {
    int missing;
    for (missing = 0; missing < 2; ++missing) {
      tj_status status;
      start_call();
      tables[0].name = "buildings";
      tables[0].stream = hand_buildings_stream(&first);
      tables[1] = *given_tables();
      if (missing == 0) {
        tables[1].name = NULL;
      } else {
        tj_stream_release(tables[1].stream);
        tables[1].stream = NULL;
      }
      status = tj_plan_assess(plan, units, tables, 2, given_frames(), &out.assessment,
                              with_error ? &fault : NULL);
      check_null_refused(status, with_error, "tj_plan_assess",
                         missing == 0 ? "tables.name" : "tables.stream", __LINE__);
      CHECK(hand_stream_is_released(&first));
    }
  }
}

static void assessments(void) {
  const void* bytes = tj_buffer_data(saved_result);
  const size_t size = tj_buffer_size(saved_result);
  REFUSES_NULL(tj_assessment_framework, assessment, (NULL, &out.framework, error));
  REFUSES_NULL(tj_assessment_framework, framework, (assessment, NULL, error));
  TAKES_NULL(tj_assessment_framework, error, (assessment, &out.framework, NULL));
  HARMLESS_NULL(tj_assessment_year, assessment, tj_assessment_year(NULL) == 0);
  HARMLESS_NULL(tj_assessment_table_count, assessment, tj_assessment_table_count(NULL) == 0);
  HARMLESS_NULL(tj_assessment_table_name, assessment, tj_assessment_table_name(NULL, 0) == NULL);
  REFUSES_NULL(tj_assessment_explain, assessment, (NULL, "Dunhua", "H02", &out.buffer, error));
  REFUSES_NULL(tj_assessment_explain, unit, (assessment, NULL, "H02", &out.buffer, error));
  REFUSES_NULL(tj_assessment_explain, indicator, (assessment, "Dunhua", NULL, &out.buffer, error));
  REFUSES_NULL(tj_assessment_explain, json, (assessment, "Dunhua", "H02", NULL, error));
  TAKES_NULL(tj_assessment_explain, error, (assessment, "Dunhua", "H02", &out.buffer, NULL));
  REFUSES_NULL(tj_assessment_save, assessment, (NULL, &out.buffer, error));
  REFUSES_NULL(tj_assessment_save, bytes, (assessment, NULL, error));
  TAKES_NULL(tj_assessment_save, error, (assessment, &out.buffer, NULL));
  REFUSES_NULL(tj_assessment_load, bytes, (NULL, size, &out.assessment, error));
  REFUSES_NULL(tj_assessment_load, assessment, (bytes, size, NULL, error));
  TAKES_NULL(tj_assessment_load, error, (bytes, size, &out.assessment, NULL));
  HARMLESS_NULL(tj_assessment_free, assessment, (tj_assessment_free(NULL), 1));
}

static void result_tables(void) {
  const char* ids[] = {"Dunhua", NULL};
  tj_table_options options = TJ_TABLE_OPTIONS_INIT;
  REFUSES_NULL(tj_assessment_export, assessment, (NULL, "values", NULL, &out.stream, error));
  REFUSES_NULL(tj_assessment_export, table, (assessment, NULL, NULL, &out.stream, error));
  TAKES_NULL(tj_assessment_export, options, (assessment, "values", NULL, &out.stream, error));
  REFUSES_NULL(tj_assessment_export, out, (assessment, "values", NULL, NULL, error));
  TAKES_NULL(tj_assessment_export, error, (assessment, "values", NULL, &out.stream, NULL));

  REFUSES_NULL(tj_assessment_write, assessment,
               (NULL, "values", "csv", NULL, count_pieces, NULL, error));
  REFUSES_NULL(tj_assessment_write, table,
               (assessment, NULL, "csv", NULL, count_pieces, NULL, error));
  REFUSES_NULL(tj_assessment_write, format,
               (assessment, "values", NULL, NULL, count_pieces, NULL, error));
  TAKES_NULL(tj_assessment_write, options,
             (assessment, "values", "csv", NULL, count_pieces, &out, error));
  REFUSES_NULL(tj_assessment_write, sink, (assessment, "values", "csv", NULL, NULL, NULL, error));
  TAKES_NULL(tj_assessment_write, context,
             (assessment, "values", "csv", NULL, count_pieces, NULL, error));
  TAKES_NULL(tj_assessment_write, error,
             (assessment, "values", "csv", NULL, count_pieces, NULL, NULL));

  REFUSES_NULL(tj_assessment_text, assessment, (NULL, "values", "csv", NULL, &out.buffer, error));
  REFUSES_NULL(tj_assessment_text, table, (assessment, NULL, "csv", NULL, &out.buffer, error));
  REFUSES_NULL(tj_assessment_text, format, (assessment, "values", NULL, NULL, &out.buffer, error));
  TAKES_NULL(tj_assessment_text, options, (assessment, "values", "csv", NULL, &out.buffer, error));
  REFUSES_NULL(tj_assessment_text, text, (assessment, "values", "csv", NULL, NULL, error));
  TAKES_NULL(tj_assessment_text, error, (assessment, "values", "csv", NULL, &out.buffer, NULL));

  options.unit_count = 2;
  REFUSES_NULL(tj_assessment_export, units, (assessment, "values", &options, &out.stream, error));
  options.units = ids;
  REFUSES_NULL(tj_assessment_export, units, (assessment, "values", &options, &out.stream, error));
  REFUSES_NULL(tj_assessment_text, units,
               (assessment, "values", "csv", &options, &out.buffer, error));
  REFUSES_NULL(tj_assessment_write, units,
               (assessment, "values", "csv", &options, count_pieces, NULL, error));
  options.units = NULL;
  options.unit_count = 0;
  options.indicator_count = 2;
  REFUSES_NULL(tj_assessment_export, indicators,
               (assessment, "values", &options, &out.stream, error));
  options.indicators = ids;
  REFUSES_NULL(tj_assessment_export, indicators,
               (assessment, "values", &options, &out.stream, error));
}

/* From here on each call is given a fresh array. */
#undef PREPARE
#define PREPARE prepare_batch(hand_units)

static void unit_arrays(void) {
  REFUSES_NULL(tj_units_from_array, plan, (NULL, given_schema(), given_array(), &out.units, error));
  REFUSES_NULL(tj_units_from_array, schema, (plan, NULL, given_array(), &out.units, error));
  REFUSES_NULL(tj_units_from_array, array, (plan, given_schema(), NULL, &out.units, error));
  REFUSES_NULL(tj_units_from_array, units, (plan, given_schema(), given_array(), NULL, error));
  TAKES_NULL(tj_units_from_array, error, (plan, given_schema(), given_array(), &out.units, NULL));
}

#undef PREPARE
#define PREPARE prepare_batch(hand_buildings)

static void tally_arrays(void) {
  REFUSES_NULL(tj_tally_add_array, tally,
               (NULL, "buildings", given_schema(), given_array(), NULL, error));
  REFUSES_NULL(tj_tally_add_array, table,
               (tally, NULL, given_schema(), given_array(), NULL, error));
  REFUSES_NULL(tj_tally_add_array, schema, (tally, "buildings", NULL, given_array(), NULL, error));
  REFUSES_NULL(tj_tally_add_array, array, (tally, "buildings", given_schema(), NULL, NULL, error));
  CHECK(is_saved_as(tally, saved));
  TAKES_NULL(tj_tally_add_array, options,
             (other, "buildings", given_schema(), given_array(), NULL, error));
  TAKES_NULL(tj_tally_add_array, error,
             (other, "buildings", given_schema(), given_array(), NULL, NULL));
}

static void screen_arrays(void) {
  REFUSES_NULL(
      tj_screen_array, plan,
      (NULL, "buildings", given_schema(), given_array(), NULL, &out.problems, &out.checks, error));
  REFUSES_NULL(
      tj_screen_array, table,
      (plan, NULL, given_schema(), given_array(), NULL, &out.problems, &out.checks, error));
  REFUSES_NULL(tj_screen_array, schema,
               (plan, "buildings", NULL, given_array(), NULL, &out.problems, &out.checks, error));
  REFUSES_NULL(tj_screen_array, array,
               (plan, "buildings", given_schema(), NULL, NULL, &out.problems, &out.checks, error));
  TAKES_NULL(
      tj_screen_array, options,
      (plan, "buildings", given_schema(), given_array(), NULL, &out.problems, &out.checks, error));
  TAKES_NULL(tj_screen_array, problems,
             (plan, "buildings", given_schema(), given_array(), NULL, NULL, &out.checks, error));
  TAKES_NULL(tj_screen_array, checks,
             (plan, "buildings", given_schema(), given_array(), NULL, &out.problems, NULL, error));
  TAKES_NULL(
      tj_screen_array, error,
      (plan, "buildings", given_schema(), given_array(), NULL, &out.problems, &out.checks, NULL));
}

int main(void) {
  framework = example_framework();
  plan = example_plan();
  units = example_units(plan);
  tally = example_tally(plan);
  other = example_tally(plan);
  assessment = example_assessment(plan);
  saved = saved_tally(tally);
  MUST(tj_assessment_save(assessment, &saved_result, &fault));
  CHECK(tj_tally_save(NULL, NULL, &some_error) == TJ_E_ARGUMENT);

  errors();
  buffers_and_cancels();
  frameworks();
  plans();
  columns_as_streams();
  unit_streams();
  unit_arrays();
  tallies();
  tally_arrays();
  screens();
  screen_arrays();
  assessing();
  table_members();
  assessments();
  result_tables();
  hand_drop(&batch);

  /* Without arguments, nothing can be NULL. */
  CHECK(tj_version() != NULL && tj_abi_version() >= 0 && tj_status_name(-1) != NULL);
  CHECK(tj_framework_shipped_count() > 0 && tj_framework_shipped_id(0) != NULL);

  tj_error_free(some_error);
  tj_buffer_free(saved_result);
  tj_buffer_free(saved);
  tj_assessment_free(assessment);
  tj_tally_free(other);
  tj_tally_free(tally);
  tj_units_free(units);
  tj_plan_free(plan);
  tj_framework_free(framework);
  return finish_checks();
}
