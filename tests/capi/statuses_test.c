/* Every status, what an error tells, in which order arguments are checked, and that a failed call
   leaves its outputs as they were. (TJ_E_NO_MEMORY has a program of its own.) */
#include "arrow_by_hand.h"

static tj_framework* framework;
static tj_plan* plan;
static tj_plan* other_plan; /* of another framework */
static tj_units* units;
static tj_tally* tally;
static tj_assessment* assessment;
static tj_buffer* saved; /* the tally */
static tj_buffer* saved_result;
static tj_cancel* requested;

/* Everything that a call may write to, full of a pattern between calls. */
static struct {
  tj_framework* framework;
  tj_plan* plan;
  tj_units* units;
  tj_tally* tally;
  tj_assessment* assessment;
  tj_buffer* buffer;
  struct ArrowArrayStream stream, problems, checks;
} out;

/* A call that is refused and writes nothing. */
#define CHECK_CLEAN(status, code, call)   \
  do {                                    \
    CHECK_REFUSED(status, code, call);    \
    CHECK(has_pattern(&out, sizeof out)); \
    CHECK(is_saved_as(tally, saved));     \
  } while (0)

static tj_issue issue_at(size_t index) {
  const tj_issue none = {sizeof none, "", "", "", "", "", "", "", 0, 0};
  tj_issue issue = none;
  CHECK(fault != no_error_object() && tj_error_issue(fault, index, &issue) == TJ_OK);
  return issue;
}

/* ---- names --------------------------------------------------------------------------------------
 */

static void names(void) {
  static const char* const expected[] = {"TJ_OK",       "TJ_E_ARGUMENT",    "TJ_E_FRAMEWORK",
                                         "TJ_E_DATA",   "TJ_E_UNSUPPORTED", "TJ_E_SAVED",
                                         "TJ_E_STREAM", "TJ_E_NO_MEMORY",   "TJ_E_CANCELLED",
                                         "TJ_E_BUSY",   "TJ_E_INTERNAL"};
  static const tj_status none[] = {TJ_STATUS_END, TJ_STATUS_END + 1,    1000, -1, -2, INT32_MAX,
                                   INT32_MIN,     (tj_status)0x01000000};
  tj_status status;
  size_t i;
  CHECK_NUMBER(sizeof expected / sizeof *expected, TJ_STATUS_END);
  for (status = 0; status < TJ_STATUS_END; ++status)
    CHECK_TEXT(tj_status_name(status), expected[status]);
  for (i = 0; i < sizeof none / sizeof *none; ++i)
    CHECK_TEXT(tj_status_name(none[i]), "TJ_E_UNKNOWN");
}

/* ---- what an error tells ------------------------------------------------------------------------
 */

static void unused_fields_are_empty(const tj_issue* issue) {
  CHECK(issue->nearest != NULL && issue->found != NULL && issue->expected != NULL);
  CHECK(issue->place != NULL && issue->code != NULL);
  CHECK(issue->message_zh != NULL && issue->message_en != NULL);
}

static void errors(void) {
  struct hand_stream in;
  tj_issue issue;
  size_t i;
  fill_pattern(&out, sizeof out);
  /* Both languages, place, nearest. */
  CHECK_CLEAN(TJ_E_DATA, "data.unknown_table",
              tj_tally_add_arrow(tally, "building", hand_buildings_stream(&in), NULL, &fault));
  issue = issue_at(0);
  CHECK_NUMBER(tj_error_issue_count(fault), 1);
  CHECK_TEXT(issue.place, "building");
  CHECK_TEXT(issue.nearest, "buildings");
  CHECK_TEXT(issue.message_en, "the framework has no table building");
  CHECK_TEXT(issue.message_zh, "体系中没有表 building");
  CHECK(strstr(tj_error_message(fault), issue.message_en) != NULL);
  CHECK(strstr(tj_error_message(fault), issue.message_zh) != NULL);
  CHECK_NUMBER(issue.position, 0);
  CHECK_NUMBER(issue.is_warning, 0);
  CHECK_TEXT(issue.found, "");
  CHECK_TEXT(issue.expected, "");

  /* Found and expected. */
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.word",
              tj_assessment_text(assessment, "values", "xlsx", NULL, &out.buffer, &fault));
  issue = issue_at(0);
  unused_fields_are_empty(&issue);
  CHECK_TEXT(issue.place, "format");
  CHECK_TEXT(issue.found, "xlsx");
  CHECK_TEXT(issue.expected, "csv, json, sha256");
  CHECK_TEXT(issue.message_en, "argument format cannot be xlsx");
  CHECK_TEXT(issue.message_zh, "参数 format 不能是 xlsx");

  /* A JSON pointer, and a position inside a formula. */
  {
    char json[4096];
    const char* formula = "riser_age >= 20 and riser_corroded";
    const char* start = strstr(example_json(), formula);
    sprintf(json, "%.*sriser_age >= 20 and riser_coroded%s", (int)(start - example_json()),
            example_json(), start + strlen(formula));
    fill_pattern(&out, sizeof out);
    forget_fault();
    if (tj_framework_parse(json, strlen(json), NULL, &out.framework, &fault) == TJ_OK) {
      tj_framework* wrong = out.framework;
      fill_pattern(&out, sizeof out);
      forget_fault();
      CHECK(tj_plan_compile(wrong, &out.plan, &fault) == TJ_E_FRAMEWORK);
      tj_framework_free(wrong);
    }
    CHECK(has_pattern(&out, sizeof out));
    CHECK_NUMBER(tj_error_status(fault), TJ_E_FRAMEWORK);
    issue = issue_at(0);
    CHECK_TEXT(issue.code, "formula.unknown_name");
    CHECK_TEXT(issue.place, "/indicators/0/items/0/when");
    CHECK_TEXT(issue.nearest, "riser_corroded");
    CHECK_NUMBER(issue.position, 21);
  }

  /* All faults at once, each in its line. */
  {
    const char* json = "{\"tijian\": 1, \"id\": \"x\", \"colour\": 1, \"year\": \"soon\"}";
    const char* lines;
    size_t count = 0;
    CHECK_REFUSED(TJ_E_FRAMEWORK, "framework.missing_key",
                  tj_framework_parse(json, strlen(json), NULL, &out.framework, &fault));
    CHECK(tj_error_issue_count(fault) >= 2);
    for (i = 0; i < tj_error_issue_count(fault); ++i) {
      issue = issue_at(i);
      unused_fields_are_empty(&issue);
      CHECK(issue.code[0] != '\0' && issue.message_en[0] != '\0' && issue.message_zh[0] != '\0');
    }
    for (lines = tj_error_message(fault); *lines != '\0'; ++lines) count += *lines == '\n';
    CHECK_NUMBER(count + 1, tj_error_issue_count(fault));
  }

  /* Every column that is missing. */
  {
    tj_column columns[1];
    static const char* const communities[] = {"Minzhu"};
    struct ArrowArrayStream stream;
    columns[0] = column_of("community", "strings", communities);
    MUST(tj_stream_from_columns(columns, 1, 1, 0, &stream, &fault));
    fill_pattern(&out, sizeof out);
    CHECK_CLEAN(TJ_E_DATA, "data.missing_column",
                tj_tally_add_arrow(tally, "buildings", &stream, NULL, &fault));
    CHECK_NUMBER(tj_error_issue_count(fault), 2); /* the key is not needed by a tally */
    issue = issue_at(0);
    CHECK_TEXT(issue.place, "buildings/riser_age");
    issue = issue_at(1);
    CHECK_TEXT(issue.place, "buildings/riser_corroded");
    CHECK(stream.release == NULL);
  }

  /* What is no UTF-8 is U+FFFD. */
  CHECK_CLEAN(TJ_E_DATA, "data.unknown_table",
              tj_tally_add_arrow(tally, "b\xFF", hand_buildings_stream(&in), NULL, &fault));
  issue = issue_at(0);
  CHECK_TEXT(issue.place, "b\xEF\xBF\xBD");
  CHECK_TEXT(issue.message_en, "the framework has no table b\xEF\xBF\xBD");

  /* *error is set to NULL on entry of a call that succeeds: CHECK_OK and MUST see to it. */
  CHECK_OK(tj_tally_save(tally, &out.buffer, &fault));
  tj_buffer_free(out.buffer);
}

/* ---- progress, sinks, cancels -------------------------------------------------------------------
 */

#define MANY_ROWS 200000

/* Progress comes only where there are many rows. */
static struct ArrowArrayStream* many_buildings(struct ArrowArrayStream* stream) {
  static double ages[MANY_ROWS];
  static uint8_t corroded[MANY_ROWS];
  static int32_t ends[MANY_ROWS + 1];
  tj_column columns[4];
  columns[0] = column_of("community", "utf8", ends);
  columns[0].bytes = "";
  columns[1] = column_of("building", "utf8", ends);
  columns[1].bytes = "";
  columns[2] = column_of("riser_age", "float64", ages);
  columns[3] = column_of("riser_corroded", "boolean_bytes", corroded);
  SETUP(tj_stream_from_columns(columns, 4, MANY_ROWS, TJ_COLUMNS_BORROW, stream, NULL));
  return stream;
}

static int calls_before_cancel;
static int cancel_after(void* context, double done) {
  (void)context;
  (void)done;
  return calls_before_cancel-- == 0 ? 7 : 0;
}
static int request_on_progress(void* context, double done) {
  (void)done;
  tj_cancel_request((tj_cancel*)context);
  return 0;
}
static int sink_calls;
static int cancelling_sink(void* context, const char* data, size_t size) {
  (void)data;
  (void)size;
  ++sink_calls;
  return *(int*)context;
}

static void cancelled(void) {
  struct ArrowArrayStream stream;
  struct hand_stream in, entries;
  tj_add_options add = TJ_ADD_OPTIONS_INIT;
  tj_assess_options assess = TJ_ASSESS_OPTIONS_INIT;
  tj_table table;
  tj_cancel* cancel = NULL;
  int answer;
  fill_pattern(&out, sizeof out);
  table.name = "buildings";
  add.progress = cancel_after;
  assess.progress = cancel_after;

  for (answer = 0; answer < 2; ++answer) { /* at the first call and at the second */
    calls_before_cancel = answer;
    CHECK_CLEAN(TJ_E_CANCELLED, "",
                tj_tally_add_arrow(tally, "buildings", many_buildings(&stream), &add, &fault));
    CHECK(stream.release == NULL);
    CHECK_NUMBER(tj_error_issue_count(fault), 0);
    calls_before_cancel = answer;
    CHECK_CLEAN(TJ_E_CANCELLED, "",
                tj_screen_arrow(plan, "buildings", many_buildings(&stream), &add, &out.problems,
                                &out.checks, &fault));
    CHECK(stream.release == NULL);
    calls_before_cancel = answer;
    table.stream = many_buildings(&stream);
    CHECK_CLEAN(TJ_E_CANCELLED, "",
                tj_plan_assess(plan, units, &table, 1, &assess, &out.assessment, &fault));
    CHECK(stream.release == NULL);
  }
  calls_before_cancel = 0;
  assess.entries = hand_entries_stream(&entries);
  CHECK_CLEAN(TJ_E_CANCELLED, "", tj_tally_assess(tally, units, &assess, &out.assessment, &fault));
  CHECK(hand_stream_is_released(&entries));
  assess.entries = NULL;

  /* A sink: none of its answers but 0 goes on. */
  for (answer = -1; answer <= 256; answer += answer == -1 ? 2 : 255) {
    sink_calls = 0;
    CHECK_CLEAN(
        TJ_E_CANCELLED, "",
        tj_assessment_write(assessment, "values", "csv", NULL, cancelling_sink, &answer, &fault));
    CHECK_NUMBER(sink_calls, 1);
  }

  /* A cancel that was requested before. */
  add.progress = NULL;
  add.cancel = requested;
  assess.progress = NULL;
  assess.cancel = requested;
  CHECK_CLEAN(TJ_E_CANCELLED, "",
              tj_tally_add_arrow(tally, "buildings", hand_buildings_stream(&in), &add, &fault));
  CHECK(hand_stream_is_released(&in));
  CHECK_CLEAN(TJ_E_CANCELLED, "",
              tj_screen_arrow(plan, "buildings", hand_buildings_stream(&in), &add, &out.problems,
                              &out.checks, &fault));
  CHECK(hand_stream_is_released(&in));
  CHECK_CLEAN(TJ_E_CANCELLED, "", tj_tally_assess(tally, units, &assess, &out.assessment, &fault));
  table.stream = hand_buildings_stream(&in);
  CHECK_CLEAN(TJ_E_CANCELLED, "",
              tj_plan_assess(plan, units, &table, 1, &assess, &out.assessment, &fault));
  CHECK(hand_stream_is_released(&in));
  {
    struct hand_batch batch, before;
    hand_buildings(&batch);
    before = batch;
    CHECK_CLEAN(TJ_E_CANCELLED, "",
                tj_tally_add_array(tally, "buildings", &batch.schema, &batch.array, &add, &fault));
    CHECK(hand_is_untouched(&batch, &before));
    CHECK_CLEAN(TJ_E_CANCELLED, "",
                tj_screen_array(plan, "buildings", &batch.schema, &batch.array, &add, &out.problems,
                                &out.checks, &fault));
    CHECK(hand_is_untouched(&batch, &before));
    hand_drop(&batch);
  }

  /* One that is requested meanwhile. It stays requested; freed or new ones know nothing of it. */
  MUST(tj_cancel_new(&cancel, &fault));
  add.cancel = cancel;
  add.progress = request_on_progress;
  add.progress_context = cancel;
  CHECK_CLEAN(TJ_E_CANCELLED, "",
              tj_tally_add_arrow(tally, "buildings", many_buildings(&stream), &add, &fault));
  add.progress = NULL;
  CHECK_CLEAN(TJ_E_CANCELLED, "",
              tj_tally_add_arrow(tally, "buildings", hand_buildings_stream(&in), &add, &fault));
  tj_cancel_request(cancel);
  tj_cancel_free(cancel);
  MUST(tj_cancel_new(&cancel, &fault));
  add.cancel = cancel;
  {
    tj_tally* fresh = NULL;
    MUST(tj_tally_new(plan, &fresh, &fault));
    CHECK_OK(tj_tally_add_arrow(fresh, "buildings", hand_buildings_stream(&in), &add, &fault));
    tj_tally_free(fresh);
  }
  tj_cancel_free(cancel);
}

/* ---- TJ_E_BUSY ----------------------------------------------------------------------------------
 */

static int entered;

/* Inside of a call that changes the tally: no other may read or change it. */
static int reenter_while_changed(void* context, double done) {
  tj_tally* busy = (tj_tally*)context;
  tj_tally* fresh = NULL;
  struct hand_stream in, entries;
  struct hand_batch batch, before;
  tj_assess_options options = TJ_ASSESS_OPTIONS_INIT;
  (void)done;
  if (entered++ != 0) return 0;
  fill_pattern(&out, sizeof out);
  MUST(tj_tally_new(plan, &fresh, &fault));
  CHECK_REFUSED(TJ_E_BUSY, "tally.busy", tj_tally_save(busy, &out.buffer, &fault));
  CHECK_TEXT(issue_at(0).message_en, "the tally is in use by another call");
  CHECK_REFUSED(TJ_E_BUSY, "tally.busy",
                tj_tally_add_arrow(busy, "buildings", hand_buildings_stream(&in), NULL, &fault));
  CHECK(hand_stream_is_released(&in)); /* a stream that was given is gone */
  hand_buildings(&batch);
  before = batch;
  CHECK_REFUSED(TJ_E_BUSY, "tally.busy",
                tj_tally_add_array(busy, "buildings", &batch.schema, &batch.array, NULL, &fault));
  CHECK(hand_is_untouched(&batch, &before)); /* an array is not */
  hand_drop(&batch);
  CHECK_REFUSED(TJ_E_BUSY, "tally.busy", tj_tally_merge(busy, fresh, &fault));
  CHECK_REFUSED(TJ_E_BUSY, "tally.busy", tj_tally_merge(fresh, busy, &fault));
  CHECK_REFUSED(TJ_E_BUSY, "tally.busy", tj_tally_merge(busy, busy, &fault));
  options.entries = hand_entries_stream(&entries);
  CHECK_REFUSED(TJ_E_BUSY, "tally.busy",
                tj_tally_assess(busy, units, &options, &out.assessment, &fault));
  CHECK(hand_stream_is_released(&entries));
  CHECK(has_pattern(&out, sizeof out));
  CHECK(tj_tally_save(busy, NULL, NULL) == TJ_E_ARGUMENT); /* NULL is told first */
  tj_tally_free(fresh);
  return 0;
}

/* Inside of a call that reads it: others may read, none may change. */
static int reenter_while_read(void* context, double done) {
  tj_tally* read = (tj_tally*)context;
  tj_tally* fresh = NULL;
  struct hand_stream in;
  tj_buffer* bytes = NULL;
  tj_assessment* made = NULL;
  (void)done;
  if (entered++ != 0) return 0;
  MUST(tj_tally_new(plan, &fresh, &fault));
  CHECK_OK(tj_tally_save(read, &bytes, &fault));
  tj_buffer_free(bytes);
  CHECK_OK(tj_tally_assess(read, units, NULL, &made, &fault));
  tj_assessment_free(made);
  CHECK_OK(tj_tally_merge(fresh, read, &fault));
  CHECK_REFUSED(TJ_E_BUSY, "tally.busy", tj_tally_merge(read, fresh, &fault));
  CHECK_REFUSED(TJ_E_BUSY, "tally.busy",
                tj_tally_add_arrow(read, "buildings", hand_buildings_stream(&in), NULL, &fault));
  CHECK(hand_stream_is_released(&in));
  tj_tally_free(fresh);
  return 0;
}

static void busy(void) {
  struct ArrowArrayStream stream;
  tj_add_options add = TJ_ADD_OPTIONS_INIT;
  tj_assess_options assess = TJ_ASSESS_OPTIONS_INIT;
  tj_tally* used = example_tally(plan);
  tj_assessment* made = NULL;
  add.progress = reenter_while_changed;
  add.progress_context = used;
  entered = 0;
  many_buildings(&stream);
  forget_fault();
  fault = NULL; /* the calls inside use it */
  CHECK(tj_tally_add_arrow(used, "buildings", &stream, &add, NULL) == TJ_OK);
  CHECK(entered > 0);
  /* A failed call lets it go as well. */
  entered = 0;
  calls_before_cancel = 0;
  add.progress = cancel_after;
  CHECK_REFUSED(TJ_E_CANCELLED, "",
                tj_tally_add_arrow(used, "buildings", many_buildings(&stream), &add, &fault));
  tj_tally_free(used);
  used = example_tally(plan);
  assess.progress = reenter_while_read;
  assess.progress_context = used;
  entered = 0;
  CHECK(tj_tally_assess(used, units, &assess, &made, NULL) == TJ_OK);
  CHECK(entered > 0);
  CHECK(is_saved_as(used, saved));
  tj_assessment_free(made);
  /* Freed of all calls, it may be changed. */
  CHECK_OK(tj_tally_merge(used, tally, &fault));
  tj_tally_free(used);
  fill_pattern(&out, sizeof out);
}

/* ---- TJ_E_STREAM --------------------------------------------------------------------------------
 */

/* Lets every function read a stream that fails in its schema, or in its first or second batch. */
static void failing_streams(void) {
  struct hand_stream in, also;
  tj_assess_options assess = TJ_ASSESS_OPTIONS_INIT;
  tj_table table;
  int at;
  fill_pattern(&out, sizeof out);
  table.name = "buildings";
  for (at = 0; at < 3; ++at) {
#define FAIL(stream)                    \
  ((stream)->reason = "the disk burns", \
   at == 0 ? (void)((stream)->schema_fails = EIO) : (void)((stream)->fails_at = at))
#define CHECK_FAILED(stream, call)                                   \
  do {                                                               \
    CHECK_CLEAN(TJ_E_STREAM, "arrow.stream_failed", call);           \
    CHECK(strstr(issue_at(0).message_en, "the disk burns") != NULL); \
    CHECK(strstr(issue_at(0).message_zh, "the disk burns") != NULL); \
    CHECK(hand_stream_is_released(stream));                          \
  } while (0)
    hand_buildings_stream(&in);
    FAIL(&in);
    CHECK_FAILED(&in, tj_tally_add_arrow(tally, "buildings", &in.stream, NULL, &fault));
    hand_buildings_stream(&in);
    FAIL(&in);
    CHECK_FAILED(&in, tj_screen_arrow(plan, "buildings", &in.stream, NULL, &out.problems,
                                      &out.checks, &fault));
    hand_units_stream(&in);
    FAIL(&in);
    CHECK_FAILED(&in, tj_units_from_arrow(plan, &in.stream, &out.units, &fault));
    hand_buildings_stream(&in);
    FAIL(&in);
    table.stream = &in.stream;
    CHECK_FAILED(&in, tj_plan_assess(plan, units, &table, 1, NULL, &out.assessment, &fault));
    assess.entries = hand_entries_stream(&in);
    FAIL(&in);
    assess.previous_problems = hand_problems_stream(&also);
    CHECK_FAILED(&in, tj_tally_assess(tally, units, &assess, &out.assessment, &fault));
    CHECK(hand_stream_is_released(&also));
    assess.entries = hand_entries_stream(&also);
    assess.previous_problems = hand_problems_stream(&in);
    FAIL(&in);
    CHECK_FAILED(&in, tj_tally_assess(tally, units, &assess, &out.assessment, &fault));
    CHECK(hand_stream_is_released(&also));
    assess.entries = NULL;
    assess.previous_problems = NULL;
  }
  /* One that gives no reason. */
  hand_buildings_stream(&in);
  in.schema_fails = EIO;
  CHECK_CLEAN(TJ_E_STREAM, "arrow.stream_failed",
              tj_tally_add_arrow(tally, "buildings", &in.stream, NULL, &fault));
  CHECK(strstr(tj_error_message(fault), "errno 5") != NULL);
  /* One that says itself that it has no memory. */
  hand_buildings_stream(&in);
  in.schema_fails = ENOMEM;
  CHECK_CLEAN(TJ_E_NO_MEMORY, "", tj_tally_add_arrow(tally, "buildings", &in.stream, NULL, &fault));
  CHECK(hand_stream_is_released(&in));
  /* Two batches, of which the second fails: the first is not added either. */
  hand_stream_start(&in);
  example_buildings_stream(hand_stream_more(&in));
  example_buildings_stream(hand_stream_more(&in));
  in.fails_at = 2;
  CHECK_CLEAN(TJ_E_STREAM, "arrow.stream_failed",
              tj_tally_add_arrow(tally, "buildings", &in.stream, NULL, &fault));
  CHECK_NUMBER(in.next_calls, 2);
  CHECK(hand_stream_is_released(&in));
}

/* ---- TJ_E_UNSUPPORTED, TJ_E_SAVED, TJ_E_FRAMEWORK, TJ_E_DATA: outputs of every function ---------
 */

static void unsupported(void) {
  static const char* const formats[] = {"z", "+l", "tdm", "tts", "e"};
  struct hand_batch batch, before;
  size_t f;
  fill_pattern(&out, sizeof out);
  for (f = 0; f < sizeof formats / sizeof *formats; ++f) {
    hand_buildings(&batch);
    batch.fields[2].format = formats[f];
    before = batch;
    CHECK_CLEAN(TJ_E_UNSUPPORTED, "arrow.unsupported_column",
                tj_tally_add_array(tally, "buildings", &batch.schema, &batch.array, NULL, &fault));
    CHECK_TEXT(issue_at(0).place, "buildings/riser_age");
    CHECK(strstr(issue_at(0).message_en, formats[f]) != NULL);
    CHECK_CLEAN(TJ_E_UNSUPPORTED, "arrow.unsupported_column",
                tj_screen_array(plan, "buildings", &batch.schema, &batch.array, NULL, &out.problems,
                                &out.checks, &fault));
    CHECK(hand_is_untouched(&batch, &before));
    hand_drop(&batch);
    hand_units(&batch);
    batch.fields[1].format = formats[f];
    before = batch;
    CHECK_CLEAN(TJ_E_UNSUPPORTED, "arrow.unsupported_column",
                tj_units_from_array(plan, &batch.schema, &batch.array, &out.units, &fault));
    CHECK(hand_is_untouched(&batch, &before));
    hand_drop(&batch);
  }
  /* A column that nobody reads may have any layout. */
  hand_buildings(&batch);
  hand_add(&batch, "colour", "+l", NULL, NULL, NULL);
  {
    tj_tally* fresh = NULL;
    MUST(tj_tally_new(plan, &fresh, &fault));
    CHECK_OK(tj_tally_add_array(fresh, "buildings", &batch.schema, &batch.array, NULL, &fault));
    CHECK(is_saved_as(fresh, saved));
    tj_tally_free(fresh);
  }
  CHECK(hand_is_moved(&batch));
}

static void damaged(void) {
  const size_t size = tj_buffer_size(saved);
  const size_t result_size = tj_buffer_size(saved_result);
  unsigned char* bytes = (unsigned char*)malloc(size);
  unsigned char* result = (unsigned char*)malloc(result_size);
  if (bytes == NULL || result == NULL) exit(100);
  memcpy(bytes, tj_buffer_data(saved), size);
  memcpy(result, tj_buffer_data(saved_result), result_size);
  fill_pattern(&out, sizeof out);
  /* Damaged in the middle, cut, with more behind. */
  bytes[size / 2] ^= 1;
  CHECK_CLEAN(TJ_E_SAVED, "saved.corrupt", tj_tally_load(plan, bytes, size, &out.tally, &fault));
  bytes[size / 2] ^= 1;
  CHECK_CLEAN(TJ_E_SAVED, "saved.corrupt",
              tj_tally_load(plan, bytes, size - 1, &out.tally, &fault));
  CHECK_CLEAN(TJ_E_SAVED, "saved.corrupt", tj_tally_load(plan, bytes, 0, &out.tally, &fault));
  result[result_size / 2] ^= 1;
  CHECK_CLEAN(TJ_E_SAVED, "saved.corrupt",
              tj_assessment_load(result, result_size, &out.assessment, &fault));
  result[result_size / 2] ^= 1;
  CHECK_CLEAN(TJ_E_SAVED, "saved.corrupt",
              tj_assessment_load(result, result_size - 1, &out.assessment, &fault));
  /* Something else. */
  CHECK_CLEAN(TJ_E_SAVED, "saved.foreign",
              tj_tally_load(plan, "PK\003\004 not a tally", 16, &out.tally, &fault));
  CHECK_CLEAN(TJ_E_SAVED, "saved.foreign",
              tj_tally_load(plan, result, result_size, &out.tally, &fault));
  CHECK_CLEAN(TJ_E_SAVED, "saved.foreign",
              tj_assessment_load(bytes, size, &out.assessment, &fault));
  /* Of another plan. */
  CHECK_CLEAN(TJ_E_SAVED, "saved.other_plan",
              tj_tally_load(other_plan, bytes, size, &out.tally, &fault));
  /* Of a newer version: bytes 9 to 12. */
  bytes[8] = 200;
  CHECK_CLEAN(TJ_E_SAVED, "saved.newer", tj_tally_load(plan, bytes, size, &out.tally, &fault));
  CHECK_TEXT(issue_at(0).found, "200");
  CHECK_TEXT(issue_at(0).expected, "1");
  result[8] = 200;
  CHECK_CLEAN(TJ_E_SAVED, "saved.newer",
              tj_assessment_load(result, result_size, &out.assessment, &fault));
  free(bytes);
  free(result);
}

static void refused_frameworks(void) {
  const char* cases[][2] = {
      {"{", "framework.syntax"},
      {"", "framework.syntax"},
      {"{\"tijian\": 1, \"id\": \"own\", \"extends\": \"exampel\"}", NULL},
  };
  size_t i;
  fill_pattern(&out, sizeof out);
  for (i = 0; i < sizeof cases / sizeof *cases; ++i) {
    forget_fault();
    CHECK_NUMBER(tj_framework_parse(cases[i][0], strlen(cases[i][0]), NULL, &out.framework, &fault),
                 TJ_E_FRAMEWORK);
    note_status(TJ_E_FRAMEWORK);
    CHECK_NUMBER(tj_error_status(fault), TJ_E_FRAMEWORK);
    if (cases[i][1] != NULL) CHECK_TEXT(fault_code(), cases[i][1]);
    CHECK(has_pattern(&out, sizeof out));
  }
  forget_fault();
  CHECK_NUMBER(tj_framework_shipped("mohurd-2026", &out.framework, &fault), TJ_E_FRAMEWORK);
  CHECK_TEXT(issue_at(0).nearest, "mohurd-2025");
  CHECK(has_pattern(&out, sizeof out));
}

/* Units whose parents are not listed. */
static void orphans_stream(struct hand_stream* in) {
  static const char* const ids[] = {"Minzhu", "Bohai"};
  static const char* const levels[] = {"community", "community"};
  static const char* const parents[] = {"Dunhua", "Dunhua"};
  tj_column columns[3];
  columns[0] = column_of("id", "strings", ids);
  columns[1] = column_of("level", "strings", levels);
  columns[2] = column_of("parent", "strings", parents);
  hand_stream_start(in);
  SETUP(tj_stream_from_columns(columns, 3, 2, 0, hand_stream_more(in), NULL));
}

/* Entries of a unit that is not there. */
static struct ArrowArrayStream* stray_entries(struct hand_stream* in) {
  static const char* const ids[] = {"Nowhere"};
  static const char* const indicators[] = {"H02"};
  tj_column columns[2];
  columns[0] = column_of("unit", "strings", ids);
  columns[1] = column_of("indicator", "strings", indicators);
  hand_stream_start(in);
  SETUP(tj_stream_from_columns(columns, 2, 1, 0, hand_stream_more(in), NULL));
  return &in->stream;
}

static void refused_data(void) {
  struct hand_stream in, entries;
  struct hand_batch batch, before;
  tj_tally* foreign = NULL;
  tj_table_options filter = TJ_TABLE_OPTIONS_INIT;
  tj_assess_options assess = TJ_ASSESS_OPTIONS_INIT;
  tj_table table;
  static const char* const nowhere[] = {"Nowhere"};
  static const int32_t bad_ends[] = {0, 3, 2};
  tj_column column = column_of("a", "utf8", bad_ends);
  fill_pattern(&out, sizeof out);

  CHECK_CLEAN(TJ_E_DATA, "data.unknown_result",
              tj_plan_export(plan, "colums", &out.stream, &fault));
  CHECK_TEXT(issue_at(0).nearest, "columns");
  CHECK_CLEAN(TJ_E_DATA, "data.unknown_result",
              tj_plan_text(plan, "colums", "csv", &out.buffer, &fault));

  column.bytes = "abc";
  CHECK_CLEAN(TJ_E_DATA, "data.unsound_column",
              tj_stream_from_columns(&column, 1, 2, 0, &out.stream, &fault));
  CHECK_CLEAN(TJ_E_DATA, "data.unsound_column",
              tj_stream_from_columns(&column, 1, 2, TJ_COLUMNS_BORROW, &out.stream, &fault));

  orphans_stream(&in);
  CHECK_CLEAN(TJ_E_DATA, "units.orphan", tj_units_from_arrow(plan, &in.stream, &out.units, &fault));
  CHECK(hand_stream_is_released(&in));
  CHECK(strstr(issue_at(0).message_en, "Bohai, Minzhu") != NULL);
  hand_units(&batch);
  batch.array.length = 2; /* without Dunhua */
  before = batch;
  CHECK_CLEAN(TJ_E_DATA, "units.orphan",
              tj_units_from_array(plan, &batch.schema, &batch.array, &out.units, &fault));
  CHECK(hand_is_untouched(&batch, &before));
  hand_drop(&batch);

  hand_buildings(&batch);
  before = batch;
  CHECK_CLEAN(TJ_E_DATA, "data.unknown_table",
              tj_tally_add_array(tally, "b", &batch.schema, &batch.array, NULL, &fault));
  CHECK_CLEAN(TJ_E_DATA, "data.unknown_table",
              tj_screen_array(plan, "b", &batch.schema, &batch.array, NULL, &out.problems,
                              &out.checks, &fault));
  CHECK(hand_is_untouched(&batch, &before));
  hand_drop(&batch);
  CHECK_CLEAN(TJ_E_DATA, "data.unknown_table",
              tj_screen_arrow(plan, "b", hand_buildings_stream(&in), NULL, &out.problems,
                              &out.checks, &fault));
  CHECK(hand_stream_is_released(&in));

  MUST(tj_tally_new(other_plan, &foreign, &fault));
  CHECK_CLEAN(TJ_E_DATA, "data.other_plan", tj_tally_merge(tally, foreign, &fault));
  CHECK_CLEAN(TJ_E_DATA, "data.other_units",
              tj_tally_assess(foreign, units, NULL, &out.assessment, &fault));
  tj_tally_free(foreign);

  assess.entries = stray_entries(&entries);
  CHECK_CLEAN(TJ_E_DATA, "entries.unknown",
              tj_tally_assess(tally, units, &assess, &out.assessment, &fault));
  CHECK(hand_stream_is_released(&entries));
  table.name = "buildings";
  table.stream = hand_buildings_stream(&in);
  assess.entries = stray_entries(&entries);
  CHECK_CLEAN(TJ_E_DATA, "entries.unknown",
              tj_plan_assess(plan, units, &table, 1, &assess, &out.assessment, &fault));
  CHECK(hand_stream_is_released(&in) && hand_stream_is_released(&entries));
  table.name = "b";
  table.stream = hand_buildings_stream(&in);
  CHECK_CLEAN(TJ_E_DATA, "data.unknown_table",
              tj_plan_assess(plan, units, &table, 1, NULL, &out.assessment, &fault));
  CHECK(hand_stream_is_released(&in));

  CHECK_CLEAN(TJ_E_DATA, "data.unknown_result",
              tj_assessment_export(assessment, "valuez", NULL, &out.stream, &fault));
  CHECK_TEXT(issue_at(0).nearest, "values");
  CHECK_CLEAN(TJ_E_DATA, "data.unknown_result",
              tj_assessment_text(assessment, "valuez", "csv", NULL, &out.buffer, &fault));
  sink_calls = 0;
  CHECK_CLEAN(
      TJ_E_DATA, "data.unknown_result",
      tj_assessment_write(assessment, "valuez", "csv", NULL, cancelling_sink, NULL, &fault));
  filter.units = nowhere;
  filter.unit_count = 1;
  CHECK_CLEAN(TJ_E_DATA, "data.unknown_filter",
              tj_assessment_export(assessment, "values", &filter, &out.stream, &fault));
  CHECK_CLEAN(TJ_E_DATA, "data.unknown_filter",
              tj_assessment_text(assessment, "values", "csv", &filter, &out.buffer, &fault));
  CHECK_CLEAN(
      TJ_E_DATA, "data.unknown_filter",
      tj_assessment_write(assessment, "values", "csv", &filter, cancelling_sink, NULL, &fault));
  CHECK_NUMBER(sink_calls, 0); /* all is checked before the first piece */
  CHECK_CLEAN(TJ_E_DATA, "explain.unknown_unit",
              tj_assessment_explain(assessment, "Dunhu", "H02", &out.buffer, &fault));
  CHECK_CLEAN(TJ_E_DATA, "explain.unknown_indicator",
              tj_assessment_explain(assessment, "Dunhua", "H2", &out.buffer, &fault));
}

/* ---- the order of checks: NULL, then options, then content
 * --------------------------------------- */

static void order_of_checks(void) {
  struct hand_stream in, entries;
  struct hand_batch batch, before;
  tj_add_options add = TJ_ADD_OPTIONS_INIT;
  tj_add_options no_size = TJ_ADD_OPTIONS_INIT;
  tj_add_options words[4];
  tj_assess_options assess[4];
  const tj_assess_options assess_start = TJ_ASSESS_OPTIONS_INIT;
  tj_assess_options unsized_assess = TJ_ASSESS_OPTIONS_INIT;
  tj_table_options table_options = TJ_TABLE_OPTIONS_INIT;
  tj_parse_options parse = TJ_PARSE_OPTIONS_INIT;
  tj_table table;
  size_t i;
  fill_pattern(&out, sizeof out);
  no_size.struct_size = 0;
  unsized_assess.struct_size = 0;
  for (i = 0; i < 4; ++i) {
    words[i] = add;
    assess[i] = assess_start;
  }
  words[0].threads = -1;
  words[1].reserved = 1;
  words[2].total_rows = -1;
  words[3].language = "fr";
  assess[0].threads = -1;
  assess[1].unknown_units = "perhaps";
  assess[2].total_rows = -1;
  assess[3].language = "fr";

  /* NULL before options. */
  parse.struct_size = 0;
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_framework_parse(NULL, 1, &parse, &out.framework, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_tally_add_arrow(NULL, "buildings", hand_buildings_stream(&in), &no_size, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_tally_add_arrow(tally, "buildings", NULL, &no_size, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_screen_arrow(NULL, "buildings", hand_buildings_stream(&in), &no_size,
                              &out.problems, &out.checks, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_tally_assess(NULL, units, &unsized_assess, &out.assessment, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_plan_assess(plan, NULL, NULL, 0, &unsized_assess, &out.assessment, &fault));
  table_options.struct_size = 0;
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_assessment_text(assessment, "values", NULL, &table_options, &out.buffer, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_assessment_export(NULL, "values", &table_options, &out.stream, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_assessment_write(assessment, "values", "csv", &table_options, NULL, NULL, &fault));

  /* NULL before content. */
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null", tj_framework_parse("{", 1, NULL, NULL, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null", tj_framework_shipped("none", NULL, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null", tj_plan_text(plan, "no", "no", NULL, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null", tj_plan_export(plan, "no", NULL, &fault));
  orphans_stream(&in);
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null", tj_units_from_arrow(plan, &in.stream, NULL, &fault));
  CHECK_NUMBER(in.schema_calls, 0);
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null", tj_tally_load(plan, "no", 2, NULL, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null", tj_assessment_load("no", 2, NULL, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_assessment_explain(assessment, "no", "no", NULL, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.null",
              tj_assessment_text(assessment, "no", "no", NULL, NULL, &fault));

  /* Options before content. */
  parse.struct_size = 12;
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.struct_size",
              tj_framework_parse("{", 1, &parse, &out.framework, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.struct_size",
              tj_assessment_text(assessment, "no", "no", &table_options, &out.buffer, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.struct_size",
              tj_assessment_export(assessment, "no", &table_options, &out.stream, &fault));
  table_options.struct_size = sizeof table_options;
  table_options.flags = 64;
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.range",
              tj_assessment_text(assessment, "no", "csv", &table_options, &out.buffer, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.range",
              tj_assessment_export(assessment, "no", &table_options, &out.stream, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.word",
              tj_assessment_text(assessment, "no", "no", NULL, &out.buffer, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.word", tj_plan_text(plan, "no", "no", &out.buffer, &fault));
  for (i = 0; i < 5; ++i) {
    const tj_add_options* bad = i == 4 ? &no_size : &words[i];
    const tj_assess_options* bad_assess = i == 4 ? &unsized_assess : &assess[i];
    const char* code = i == 4   ? "argument.struct_size"
                       : i == 3 ? "argument.word"
                                : "argument.range";
    const char* assess_code = i == 1 ? "argument.word" : code;
    CHECK_CLEAN(TJ_E_ARGUMENT, code,
                tj_tally_add_arrow(tally, "no", hand_buildings_stream(&in), bad, &fault));
    CHECK(in.schema_calls == 0 && hand_stream_is_released(&in));
    hand_buildings_stream(&in);
    in.schema_fails = EIO;
    CHECK_CLEAN(TJ_E_ARGUMENT, code,
                tj_tally_add_arrow(tally, "buildings", &in.stream, bad, &fault));
    CHECK(in.schema_calls == 0 && hand_stream_is_released(&in));
    CHECK_CLEAN(TJ_E_ARGUMENT, code,
                tj_screen_arrow(plan, "no", hand_buildings_stream(&in), bad, &out.problems,
                                &out.checks, &fault));
    CHECK(in.schema_calls == 0 && hand_stream_is_released(&in));
    hand_buildings(&batch);
    batch.fields[2].format = "z";
    before = batch;
    CHECK_CLEAN(TJ_E_ARGUMENT, code,
                tj_tally_add_array(tally, "buildings", &batch.schema, &batch.array, bad, &fault));
    CHECK_CLEAN(TJ_E_ARGUMENT, code,
                tj_screen_array(plan, "buildings", &batch.schema, &batch.array, bad, &out.problems,
                                &out.checks, &fault));
    CHECK(hand_is_untouched(&batch, &before));
    hand_drop(&batch);
    {
      tj_assess_options options = *bad_assess;
      if (i < 4) {
        options.entries = hand_entries_stream(&entries);
        entries.schema_fails = EIO;
      }
      CHECK_CLEAN(TJ_E_ARGUMENT, assess_code,
                  tj_tally_assess(tally, units, &options, &out.assessment, &fault));
      if (i < 4) {
        CHECK(entries.schema_calls == 0 && hand_stream_is_released(&entries));
        options.entries = hand_entries_stream(&entries);
        entries.schema_fails = EIO;
      }
      table.name = "no";
      table.stream = hand_buildings_stream(&in);
      CHECK_CLEAN(TJ_E_ARGUMENT, assess_code,
                  tj_plan_assess(plan, units, &table, 1, &options, &out.assessment, &fault));
      CHECK(in.schema_calls == 0 && hand_stream_is_released(&in));
      if (i < 4) CHECK(entries.schema_calls == 0 && hand_stream_is_released(&entries));
    }
  }
  /* The same struct as input and as output, or as two outputs, is a mistake. */
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.repeated",
              tj_screen_arrow(plan, "buildings", hand_buildings_stream(&in), NULL, &out.problems,
                              &out.problems, &fault));
  CHECK(hand_stream_is_released(&in));
  for (i = 0; i < 2; ++i) {
    hand_buildings_stream(&in);
    CHECK_CLEAN(
        TJ_E_ARGUMENT, "argument.repeated",
        tj_screen_arrow(plan, "buildings", &in.stream, NULL, i == 0 ? &in.stream : &out.problems,
                        i == 1 ? &in.stream : &out.checks, &fault));
    CHECK(hand_stream_is_released(&in));
  }
}

/* Numbers out of their range, and words that are none. */
static void arguments_of_columns(void) {
  static const double numbers[] = {1, 2};
  static const uint8_t bits[] = {3};
  tj_column column = column_of("a", "float64", numbers);
  fill_pattern(&out, sizeof out);
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.range",
              tj_stream_from_columns(&column, 1, -1, 0, &out.stream, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.range",
              tj_stream_from_columns(&column, 1, INT64_MIN, 0, &out.stream, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.range",
              tj_stream_from_columns(&column, 1, 2, 2, &out.stream, &fault));
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.range",
              tj_stream_from_columns(&column, 1, 2, (uint64_t)1 << 63, &out.stream, &fault));
  column.offset = -1;
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.range",
              tj_stream_from_columns(&column, 1, 2, 0, &out.stream, &fault));
  column.offset = INT64_MAX;
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.range",
              tj_stream_from_columns(&column, 1, 2, 0, &out.stream, &fault));
  column.offset = 0;
  column.type = "float";
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.word",
              tj_stream_from_columns(&column, 1, 2, 0, &out.stream, &fault));
  CHECK_TEXT(issue_at(0).place, "columns/a/type");
  CHECK_TEXT(issue_at(0).found, "float");
  CHECK(strstr(issue_at(0).expected, "float64") != NULL);
  CHECK(strstr(issue_at(0).expected, "strings") != NULL);
  column.type = "float64";
  column.validity = bits;
  column.valid_bytes = bits;
  CHECK_CLEAN(TJ_E_ARGUMENT, "argument.repeated",
              tj_stream_from_columns(&column, 1, 2, 0, &out.stream, &fault));
}

static tj_plan* another_plan(void) {
  tj_framework* shipped = NULL;
  tj_plan* made = NULL;
  MUST(tj_framework_shipped("mohurd-2025", &shipped, &fault));
  MUST(tj_plan_compile(shipped, &made, &fault));
  tj_framework_free(shipped);
  return made;
}

int main(void) {
  tj_status status;
  framework = example_framework();
  plan = example_plan();
  other_plan = another_plan();
  units = example_units(plan);
  tally = example_tally(plan);
  assessment = example_assessment(plan);
  saved = saved_tally(tally);
  MUST(tj_assessment_save(assessment, &saved_result, &fault));
  MUST(tj_cancel_new(&requested, &fault));
  tj_cancel_request(requested);

  names();
  errors();
  cancelled();
  busy();
  failing_streams();
  unsupported();
  damaged();
  refused_frameworks();
  refused_data();
  order_of_checks();
  arguments_of_columns();

  /* All of them were seen. */
  for (status = TJ_OK; status < TJ_E_INTERNAL; ++status)
    if (status != TJ_E_NO_MEMORY) CHECK_NUMBER(status_seen[status] ? status : -1, status);

  tj_cancel_free(requested);
  tj_buffer_free(saved_result);
  tj_buffer_free(saved);
  tj_assessment_free(assessment);
  tj_tally_free(tally);
  tj_units_free(units);
  tj_plan_free(other_plan);
  tj_plan_free(plan);
  tj_framework_free(framework);
  return finish_checks();
}
