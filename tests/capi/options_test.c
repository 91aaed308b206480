/* Structs that callers fill: of an older header (shorter), of a newer one (longer), of a caller
   that forgot the size. What lies behind a struct's size is never looked at and never written. */
#include <limits.h>

#include "arrow_by_hand.h"

/* Larger than any options. */
#define ROOM 8192

static tj_plan* plan;
static tj_units* units;
static tj_tally* tally;
static tj_assessment* assessment;
static tj_buffer* saved;
static tj_cancel* requested;

/* ---- one call for each options struct -----------------------------------------------------------
 */

static const char* const document_with_base =
    "{\"tijian\": 1, \"id\": \"own\", \"extends\": \"example\"}";

static tj_status parse_with(const void* options) {
  tj_framework* made = NULL;
  const tj_status status =
      tj_framework_parse(example_json(), strlen(example_json()), options, &made, &fault);
  tj_framework_free(made);
  return status;
}

static tj_status add_with(const void* options) {
  struct hand_stream in;
  tj_status status;
  tj_tally* fresh = NULL;
  status = tj_tally_new(plan, &fresh, NULL);
  if (status == TJ_OK)
    status = tj_tally_add_arrow(fresh, "buildings", hand_buildings_stream(&in), options, &fault);
  tj_tally_free(fresh);
  return status;
}

static tj_status screen_with(const void* options) {
  struct hand_stream in;
  return tj_screen_arrow(plan, "buildings", hand_buildings_stream(&in), options, NULL, NULL,
                         &fault);
}

/* The two of arrays. Whoever refuses options leaves the array as it was. */
static tj_status add_array_with(const void* options) {
  struct hand_batch in, before;
  tj_tally* fresh = NULL;
  tj_status status = tj_tally_new(plan, &fresh, NULL);
  hand_buildings(&in);
  before = in;
  if (status == TJ_OK)
    status = tj_tally_add_array(fresh, "buildings", &in.schema, &in.array, options, &fault);
  CHECK(status == TJ_OK ? hand_is_moved(&in) : hand_is_untouched(&in, &before));
  hand_drop(&in);
  tj_tally_free(fresh);
  return status;
}

static tj_status screen_array_with(const void* options) {
  struct hand_batch in, before;
  tj_status status;
  hand_buildings(&in);
  before = in;
  status = tj_screen_array(plan, "buildings", &in.schema, &in.array, options, NULL, NULL, &fault);
  CHECK(status == TJ_OK ? hand_is_moved(&in) : hand_is_untouched(&in, &before));
  hand_drop(&in);
  return status;
}

static int32_t assessed_year;

static tj_status tally_assess_with(const void* options) {
  tj_assessment* made = NULL;
  const tj_status status = tj_tally_assess(tally, units, options, &made, &fault);
  assessed_year = tj_assessment_year(made);
  tj_assessment_free(made);
  return status;
}

static tj_status plan_assess_with(const void* options) {
  struct hand_stream in;
  tj_assessment* made = NULL;
  tj_table table;
  tj_status status;
  table.name = "buildings";
  table.stream = hand_buildings_stream(&in);
  status = tj_plan_assess(plan, units, &table, 1, options, &made, &fault);
  assessed_year = tj_assessment_year(made);
  tj_assessment_free(made);
  CHECK(hand_stream_is_released(&in));
  return status;
}

static size_t text_size;

static tj_status text_with(const void* options) {
  tj_buffer* text = NULL;
  const tj_status status = tj_assessment_text(assessment, "values", "csv", options, &text, &fault);
  text_size = tj_buffer_size(text);
  tj_buffer_free(text);
  return status;
}

static int drop_piece(void* context, const char* data, size_t size) {
  (void)context;
  (void)data;
  (void)size;
  return 0;
}
static tj_status write_with(const void* options) {
  return tj_assessment_write(assessment, "values", "csv", options, drop_piece, NULL, &fault);
}
static tj_status export_with(const void* options) {
  struct ArrowArrayStream made;
  tj_status status;
  memset(&made, 0, sizeof made);
  status = tj_assessment_export(assessment, "values", options, &made, &fault);
  tj_stream_release(&made);
  return status;
}

/* ---- sizes --------------------------------------------------------------------------------------
 */

static void set_size(unsigned char* memory, size_t size) { memcpy(memory, &size, sizeof size); }

/* Refused with a message that names the struct. */
static void check_size_refused(tj_status (*call)(const void*), const void* options,
                               const char* code, const char* name) {
  CHECK_REFUSED(TJ_E_ARGUMENT, code, call(options));
  CHECK(strstr(tj_error_message(fault), name) != NULL);
}

/* Every size that options may have, with nothing set: all of them are defaults. */
static void check_sizes(const char* name, size_t known, tj_status (*call)(const void*)) {
  static const size_t wrong[] = {0,    1,    4,    7,    9,        12,           20,
                                 4097, 4104, 5000, 8192, SIZE_MAX, SIZE_MAX - 7, 0xA5A5A5A5u};
  unsigned char* memory = (unsigned char*)malloc(ROOM);
  size_t size, i;
  if (memory == NULL) exit(100);
  /* Shorter, cut at every field: what stands behind is not of the struct. */
  for (size = sizeof(size_t); size <= known; size += sizeof(size_t)) {
    memset(memory, 0xFF, ROOM);
    memset(memory, 0, size);
    set_size(memory, size);
    CHECK_OK(call(memory));
  }
  /* Longer and zero. */
  for (size = known; size <= 4096; size += size < known + 64 ? 8 : 8 * 61) {
    memset(memory, 0xFF, ROOM);
    memset(memory, 0, size);
    set_size(memory, size);
    CHECK_OK(call(memory));
  }
  memset(memory, 0, ROOM);
  set_size(memory, 4096);
  CHECK_OK(call(memory));
  /* Longer and set: any byte of the rest. */
  for (i = known; i < 4096; i += i < known + 16 ? 1 : 509) {
    memset(memory, 0, ROOM);
    set_size(memory, 4096);
    memory[i] = 1;
    check_size_refused(call, memory, "argument.newer_options", name);
  }
  memset(memory, 0, ROOM);
  set_size(memory, known + 8);
  memory[known + 7] = 0x80;
  check_size_refused(call, memory, "argument.newer_options", name);
  memset(memory, 0, ROOM);
  set_size(memory, 4096);
  memory[4095] = 1;
  check_size_refused(call, memory, "argument.newer_options", name);
  memory[4095] = 0;
  memory[4096] = 1;
  CHECK_OK(call(memory));
  /* No size, and sizes that cut a field. */
  memset(memory, 0, ROOM);
  for (i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    set_size(memory, wrong[i]);
    check_size_refused(call, memory, "argument.struct_size", name);
  }
  for (size = known - 7; size < known + 8; ++size) {
    if (size == known) continue;
    set_size(memory, size);
    check_size_refused(call, memory, "argument.struct_size", name);
  }
  free(memory);
}

static void sizes(void) {
  check_sizes("tj_parse_options", sizeof(tj_parse_options), parse_with);
  check_sizes("tj_add_options", sizeof(tj_add_options), add_with);
  check_sizes("tj_add_options", sizeof(tj_add_options), add_array_with);
  check_sizes("tj_add_options", sizeof(tj_add_options), screen_with);
  check_sizes("tj_add_options", sizeof(tj_add_options), screen_array_with);
  check_sizes("tj_assess_options", sizeof(tj_assess_options), tally_assess_with);
  check_sizes("tj_assess_options", sizeof(tj_assess_options), plan_assess_with);
  check_sizes("tj_table_options", sizeof(tj_table_options), text_with);
  check_sizes("tj_table_options", sizeof(tj_table_options), write_with);
  check_sizes("tj_table_options", sizeof(tj_table_options), export_with);
}

/* ---- fields -------------------------------------------------------------------------------------
 */

/* Options filled whole, to be given to a call in a copy of which only `size` bytes are the struct:
   the rest of the copy is what nobody may read. */
static tj_status cut(const void* options, size_t known, size_t size,
                     tj_status (*call)(const void*)) {
  unsigned char* memory = (unsigned char*)malloc(ROOM);
  tj_status status;
  if (memory == NULL) exit(100);
  memset(memory, 0xFF, ROOM);
  memcpy(memory, options, size < known ? size : known);
  set_size(memory, size);
  status = call(memory);
  free(memory);
  return status;
}

/* Bytes of a struct up to the end of `field`, rounded up to where one can end. */
#define UP_TO(type, field) ((offsetof(type, field) + sizeof(((type*)NULL)->field) + 7) / 8 * 8)

/* Whether `field` is read when the struct reaches so far, and only then: `value` makes the call
 * fail. */
#define CHECK_FIELD(type, init, field, value, call, status, code)                       \
  do {                                                                                  \
    type filled = init;                                                                 \
    filled.field = (value);                                                             \
    CHECK_OK(cut(&filled, sizeof filled, offsetof(type, field) / 8 * 8, call));         \
    CHECK_REFUSED(status, code, cut(&filled, sizeof filled, UP_TO(type, field), call)); \
    CHECK_REFUSED(status, code, cut(&filled, sizeof filled, sizeof filled, call));      \
  } while (0)

static void parse_fields(void) {
  tj_document documents[1];
  tj_parse_options options = TJ_PARSE_OPTIONS_INIT;
  tj_framework* made = NULL;
  const size_t size = strlen(document_with_base);
  documents[0].id = "example";
  documents[0].json = example_json();
  documents[0].size = strlen(example_json());
  options.documents = documents;
  options.document_count = 1;
  MUST(tj_framework_parse(document_with_base, size, &options, &made, &fault));
  CHECK_TEXT(tj_framework_id(made), "own");
  tj_framework_free(made);
  made = NULL;
  /* Cut before the count, no document is given. */
  options.struct_size = offsetof(tj_parse_options, document_count);
  forget_fault();
  CHECK(tj_framework_parse(document_with_base, size, &options, &made, &fault) == TJ_E_FRAMEWORK);
  options.struct_size = offsetof(tj_parse_options, documents);
  forget_fault();
  CHECK(tj_framework_parse(document_with_base, size, &options, &made, &fault) == TJ_E_FRAMEWORK);
  CHECK(made == NULL);
  /* A count of 0 needs no documents, also where there are some. */
  options.struct_size = sizeof options;
  options.document_count = 0;
  forget_fault();
  CHECK(tj_framework_parse(document_with_base, size, &options, &made, &fault) == TJ_E_FRAMEWORK);
}

static int progress_calls, log_calls;
static void* progress_context_seen;
static void* log_context_seen;
static int context_target;

static int note_progress(void* context, double done) {
  (void)done;
  ++progress_calls;
  progress_context_seen = context;
  return 0;
}
static void note_log(void* context, int32_t level, const char* message) {
  (void)level;
  (void)message;
  ++log_calls;
  log_context_seen = context;
}

/* Adding reports its progress only from many rows on: screening and assessing as well. */
#define MANY_ROWS 70000

static tj_status add_many_with(const void* options) {
  static double ages[MANY_ROWS];
  static uint8_t corroded[MANY_ROWS];
  static int32_t ends[MANY_ROWS + 1];
  struct ArrowArrayStream in;
  tj_column columns[4];
  tj_tally* fresh = NULL;
  tj_status status;
  columns[0] = column_of("community", "utf8", ends);
  columns[0].bytes = "";
  columns[1] = column_of("building", "utf8", ends);
  columns[1].bytes = "";
  columns[2] = column_of("riser_age", "float64", ages);
  columns[3] = column_of("riser_corroded", "boolean_bytes", corroded);
  status = tj_stream_from_columns(columns, 4, MANY_ROWS, TJ_COLUMNS_BORROW, &in, NULL);
  if (status != TJ_OK) return status;
  status = tj_tally_new(plan, &fresh, NULL);
  progress_calls = log_calls = 0;
  if (status == TJ_OK) status = tj_tally_add_arrow(fresh, "buildings", &in, options, &fault);
  tj_tally_free(fresh);
  return status;
}

static void add_fields_of(tj_status (*call)(const void*)) {
  CHECK_FIELD(tj_add_options, TJ_ADD_OPTIONS_INIT, threads, -1, call, TJ_E_ARGUMENT,
              "argument.range");
  CHECK_FIELD(tj_add_options, TJ_ADD_OPTIONS_INIT, threads, INT32_MIN, call, TJ_E_ARGUMENT,
              "argument.range");
  CHECK_FIELD(tj_add_options, TJ_ADD_OPTIONS_INIT, reserved, 1, call, TJ_E_ARGUMENT,
              "argument.range");
  CHECK_FIELD(tj_add_options, TJ_ADD_OPTIONS_INIT, total_rows, -1, call, TJ_E_ARGUMENT,
              "argument.range");
  CHECK_FIELD(tj_add_options, TJ_ADD_OPTIONS_INIT, language, "de", call, TJ_E_ARGUMENT,
              "argument.word");
  CHECK_FIELD(tj_add_options, TJ_ADD_OPTIONS_INIT, language, "", call, TJ_E_ARGUMENT,
              "argument.word");
  CHECK_FIELD(tj_add_options, TJ_ADD_OPTIONS_INIT, cancel, requested, call, TJ_E_CANCELLED, "");
}

static void add_fields(void) {
  tj_add_options options = TJ_ADD_OPTIONS_INIT;
  add_fields_of(add_with);
  add_fields_of(add_array_with);
  add_fields_of(screen_with);
  add_fields_of(screen_array_with);
  options.threads = INT32_MAX;
  options.total_rows = INT64_MAX;
  options.language = "en";
  CHECK_OK(add_with(&options));
  options.language = "zh";
  CHECK_OK(add_with(&options));

  options.total_rows = MANY_ROWS;
  options.threads = 2;
  options.progress = note_progress;
  options.progress_context = &context_target;
  options.log = note_log;
  options.log_context = &context_target;
#define CUT_ADD(field) cut(&options, sizeof options, UP_TO(tj_add_options, field), add_many_with)
  CHECK_OK(CUT_ADD(cancel));
  CHECK(progress_calls == 0 && log_calls == 0);
  CHECK_OK(CUT_ADD(progress));
  CHECK(progress_calls > 0 && progress_context_seen == NULL && log_calls == 0);
  CHECK_OK(CUT_ADD(progress_context));
  CHECK(progress_calls > 0 && progress_context_seen == &context_target && log_calls == 0);
  CHECK_OK(CUT_ADD(log));
  CHECK(log_calls > 0 && log_context_seen == NULL);
  CHECK_OK(CUT_ADD(log_context));
  CHECK(log_calls > 0 && log_context_seen == &context_target);
}

static void assess_fields_of(tj_status (*call)(const void*)) {
  CHECK_FIELD(tj_assess_options, TJ_ASSESS_OPTIONS_INIT, threads, -1, call, TJ_E_ARGUMENT,
              "argument.range");
  CHECK_FIELD(tj_assess_options, TJ_ASSESS_OPTIONS_INIT, unknown_units, "ignore", call,
              TJ_E_ARGUMENT, "argument.word");
  CHECK_FIELD(tj_assess_options, TJ_ASSESS_OPTIONS_INIT, language, "de", call, TJ_E_ARGUMENT,
              "argument.word");
  CHECK_FIELD(tj_assess_options, TJ_ASSESS_OPTIONS_INIT, total_rows, -1, call, TJ_E_ARGUMENT,
              "argument.range");
  CHECK_FIELD(tj_assess_options, TJ_ASSESS_OPTIONS_INIT, cancel, requested, call, TJ_E_CANCELLED,
              "");
}

/* A tally and units of which some are not known: what "report" allows. */
static tj_status assess_strangers_with(const void* options) {
  struct hand_stream in;
  tj_assessment* made = NULL;
  tj_units* one = NULL;
  static const char* const ids[] = {"Dunhua"};
  static const char* const levels[] = {"city"};
  static const char* const parents[] = {NULL};
  tj_column columns[3];
  tj_status status;
  columns[0] = column_of("id", "strings", ids);
  columns[1] = column_of("level", "strings", levels);
  columns[2] = column_of("parent", "strings", parents);
  hand_stream_start(&in);
  status = tj_stream_from_columns(columns, 3, 1, 0, hand_stream_more(&in), NULL);
  if (status == TJ_OK) status = tj_units_from_arrow(plan, &in.stream, &one, NULL);
  if (status != TJ_OK) return status;
  status = tj_tally_assess(tally, one, options, &made, &fault);
  tj_units_free(one);
  tj_assessment_free(made);
  return status;
}

static size_t table_size(const tj_assessment* of, const char* table) {
  tj_buffer* text = NULL;
  size_t size;
  MUST(tj_assessment_text(of, table, "csv", NULL, &text, &fault));
  size = tj_buffer_size(text);
  tj_buffer_free(text);
  return size;
}

/* What a stream in the options does: read and released where the struct reaches so far, else left.
 */
static void frame_field(tj_status (*call)(const void*), size_t offset) {
  struct hand_stream in;
  int reaches;
  for (reaches = 0; reaches < 2; ++reaches) {
    tj_assess_options options = TJ_ASSESS_OPTIONS_INIT;
    if (offset == offsetof(tj_assess_options, entries))
      options.entries = hand_entries_stream(&in);
    else
      options.previous_problems = hand_problems_stream(&in);
    CHECK_OK(cut(&options, sizeof options, offset + (reaches ? sizeof(void*) : 0), call));
    if (reaches) {
      CHECK(hand_stream_is_released(&in));
      CHECK(in.schema_calls == 1 && in.next_calls >= 1);
    } else {
      CHECK(in.releases == 0 && in.stream.release != NULL && in.schema_calls == 0);
      tj_stream_release(&in.stream);
    }
  }
}

static void assess_fields(void) {
  tj_assess_options options = TJ_ASSESS_OPTIONS_INIT;
  tj_assess_options late = TJ_ASSESS_OPTIONS_INIT;
  tj_assessment* made = NULL;
  assess_fields_of(tally_assess_with);
  assess_fields_of(plan_assess_with);
  frame_field(tally_assess_with, offsetof(tj_assess_options, entries));
  frame_field(tally_assess_with, offsetof(tj_assess_options, previous_problems));
  frame_field(plan_assess_with, offsetof(tj_assess_options, entries));
  frame_field(plan_assess_with, offsetof(tj_assess_options, previous_problems));

  options.year = 2031;
  CHECK_OK(cut(&options, sizeof options, 8, tally_assess_with));
  CHECK_NUMBER(assessed_year, 2025);
  CHECK_OK(cut(&options, sizeof options, 16, tally_assess_with));
  CHECK_NUMBER(assessed_year, 2031);
  CHECK_OK(cut(&options, sizeof options, 16, plan_assess_with));
  CHECK_NUMBER(assessed_year, 2031);

  /* Strangers are refused unless "report" is in reach. */
  options.year = 0;
  options.unknown_units = "report";
  CHECK_REFUSED(TJ_E_DATA, "data.unknown_units",
                cut(&options, sizeof options, offsetof(tj_assess_options, unknown_units),
                    assess_strangers_with));
  CHECK_OK(cut(&options, sizeof options, UP_TO(tj_assess_options, unknown_units),
               assess_strangers_with));
  options.unknown_units = "refuse";
  CHECK_REFUSED(TJ_E_DATA, "data.unknown_units", assess_strangers_with(&options));

  /* One row of an object is listed: -1 asks for none, so that the unit is listed. */
  options.unknown_units = NULL;
  options.max_objects = 1;
  CHECK_OK(plan_assess_with(&options));
  options.max_objects = -1;
  {
    int reaches;
    size_t sizes[2];
    for (reaches = 0; reaches < 2; ++reaches) {
      struct hand_stream in;
      tj_table table;
      table.name = "buildings";
      table.stream = hand_buildings_stream(&in);
      options.struct_size = reaches ? UP_TO(tj_assess_options, max_objects)
                                    : offsetof(tj_assess_options, max_objects);
      MUST(tj_plan_assess(plan, units, &table, 1, &options, &made, &fault));
      sizes[reaches] = table_size(made, "problems");
      tj_assessment_free(made);
    }
    /* "M-1" against the value "1": two bytes less. */
    CHECK_NUMBER(sizes[0] - sizes[1], 2);
  }

  /* Last year's result shows in the column `previous`. */
  late.year = 2026;
  late.previous = assessment;
  {
    int reaches;
    size_t sizes[2];
    for (reaches = 0; reaches < 2; ++reaches) {
      late.struct_size =
          reaches ? UP_TO(tj_assess_options, previous) : offsetof(tj_assess_options, previous);
      MUST(tj_tally_assess(tally, units, &late, &made, &fault));
      sizes[reaches] = table_size(made, "values");
      tj_assessment_free(made);
    }
    CHECK_NUMBER(sizes[1] - sizes[0], 3); /* one digit for each unit */
  }

  late.struct_size = sizeof late;
  late.previous = NULL;
  late.progress = note_progress;
  late.progress_context = &context_target;
  late.log = note_log;
  late.log_context = &context_target;
#define CUT_ASSESS(field)          \
  (progress_calls = log_calls = 0, \
   cut(&late, sizeof late, UP_TO(tj_assess_options, field), tally_assess_with))
  CHECK_OK(CUT_ASSESS(cancel));
  CHECK(progress_calls == 0 && log_calls == 0);
  CHECK_OK(CUT_ASSESS(progress));
  CHECK(progress_calls > 0 && progress_context_seen == NULL && log_calls == 0);
  CHECK_OK(CUT_ASSESS(progress_context));
  CHECK(progress_calls > 0 && progress_context_seen == &context_target && log_calls == 0);
  CHECK_OK(CUT_ASSESS(log));
  CHECK(log_calls > 0 && log_context_seen == NULL);
  CHECK_OK(CUT_ASSESS(log_context));
  CHECK(log_calls > 0 && log_context_seen == &context_target);
}

/* The CSV of the values with options that end behind or before a field. */
static size_t rows_up_to(const tj_table_options* options, size_t size) {
  CHECK_OK(cut(options, sizeof *options, size, text_with));
  return text_size;
}

static void table_fields(void) {
  static const char* const ids[] = {"Minzhu"};
  static const char* const indicators[] = {"H02"};
  tj_table_options options = TJ_TABLE_OPTIONS_INIT;
  size_t all, none, one;
  CHECK_FIELD(tj_table_options, TJ_TABLE_OPTIONS_INIT, level, "street", text_with, TJ_E_DATA,
              "data.unknown_filter");
  CHECK_FIELD(tj_table_options, TJ_TABLE_OPTIONS_INIT, severity_at_least, "bad", text_with,
              TJ_E_DATA, "data.unknown_filter");
  CHECK_FIELD(tj_table_options, TJ_TABLE_OPTIONS_INIT, time_class, "soon", text_with, TJ_E_DATA,
              "data.unknown_filter");
  CHECK_FIELD(tj_table_options, TJ_TABLE_OPTIONS_INIT, department, "gas", text_with, TJ_E_DATA,
              "data.unknown_filter");
  CHECK_FIELD(tj_table_options, TJ_TABLE_OPTIONS_INIT, flags, 8, text_with, TJ_E_ARGUMENT,
              "argument.range");
  CHECK_FIELD(tj_table_options, TJ_TABLE_OPTIONS_INIT, flags, (uint64_t)1 << 63, text_with,
              TJ_E_ARGUMENT, "argument.range");
  CHECK_FIELD(tj_table_options, TJ_TABLE_OPTIONS_INIT, flags, 8, write_with, TJ_E_ARGUMENT,
              "argument.range");
  CHECK_FIELD(tj_table_options, TJ_TABLE_OPTIONS_INIT, flags, 8, export_with, TJ_E_ARGUMENT,
              "argument.range");
  /* An empty text is none. */
  options.level = options.severity_at_least = options.time_class = options.department = "";
  CHECK_OK(text_with(&options));
  all = text_size;
  options.flags = TJ_CSV_NO_BYTE_ORDER_MARK;
  CHECK_NUMBER(all - rows_up_to(&options, sizeof options), 3);
  options.flags = 0;

  options.units = ids;
  options.unit_count = 1;
  options.indicators = indicators;
  options.indicator_count = 1;
  CHECK_NUMBER(rows_up_to(&options, offsetof(tj_table_options, units)), all);
  none = rows_up_to(&options, offsetof(tj_table_options, unit_count)); /* units, of which 0 */
  CHECK(none < all);
  one = rows_up_to(&options, offsetof(tj_table_options, indicators));
  CHECK(none < one && one < all);
  CHECK_NUMBER(rows_up_to(&options, offsetof(tj_table_options, indicator_count)), none);
  CHECK_NUMBER(rows_up_to(&options, offsetof(tj_table_options, level)), one);
}

/* ---- defaults -----------------------------------------------------------------------------------
 */

/* Whether `init` is all zero behind the size. */
static int is_default(const void* init, size_t size) {
  const unsigned char* bytes = (const unsigned char*)init;
  size_t told, i;
  memcpy(&told, init, sizeof told);
  for (i = sizeof told; i < size; ++i)
    if (bytes[i] != 0) return 0;
  return told == size;
}

static void initializers(void) {
  const tj_issue issue = TJ_ISSUE_INIT;
  const tj_parse_options parse = TJ_PARSE_OPTIONS_INIT;
  const tj_column column = TJ_COLUMN_INIT;
  const tj_add_options add = TJ_ADD_OPTIONS_INIT;
  const tj_assess_options assess = TJ_ASSESS_OPTIONS_INIT;
  const tj_table_options table = TJ_TABLE_OPTIONS_INIT;
  CHECK(is_default(&issue, sizeof issue));
  CHECK(is_default(&parse, sizeof parse));
  CHECK(is_default(&column, sizeof column));
  CHECK(is_default(&add, sizeof add));
  CHECK(is_default(&assess, sizeof assess));
  CHECK(is_default(&table, sizeof table));
}

/* With all fields zero a call does what it does without options. */
static void zero_is_default(void) {
  tj_assess_options assess = TJ_ASSESS_OPTIONS_INIT;
  tj_table_options table = TJ_TABLE_OPTIONS_INIT;
  tj_add_options add = TJ_ADD_OPTIONS_INIT;
  tj_assess_options spelled = TJ_ASSESS_OPTIONS_INIT;
  tj_assessment* made[3];
  tj_tally* added = NULL;
  struct hand_stream in;
  size_t i, m;
  MUST(tj_tally_new(plan, &added, &fault));
  MUST(tj_tally_add_arrow(added, "buildings", hand_buildings_stream(&in), &add, &fault));
  CHECK(is_saved_as(added, saved));
  tj_tally_free(added);
  spelled.year = 2025;
  spelled.threads = 1;
  spelled.unknown_units = "refuse";
  spelled.language = "zh";
  spelled.max_objects = 1000000;
  MUST(tj_tally_assess(tally, units, NULL, &made[0], &fault));
  MUST(tj_tally_assess(tally, units, &assess, &made[1], &fault));
  MUST(tj_tally_assess(tally, units, &spelled, &made[2], &fault));
  for (i = 0; i < tj_assessment_table_count(made[0]); ++i) {
    const char* name = tj_assessment_table_name(made[0], i);
    tj_buffer* expected = NULL;
    MUST(tj_assessment_text(made[0], name, "json", NULL, &expected, &fault));
    for (m = 0; m < 3; ++m) {
      tj_buffer* text = NULL;
      MUST(tj_assessment_text(made[m], name, "json", &table, &text, &fault));
      CHECK(same_buffers(text, expected));
      tj_buffer_free(text);
    }
    tj_buffer_free(expected);
  }
  for (m = 0; m < 3; ++m) tj_assessment_free(made[m]);
}

/* ---- tj_issue, which is written -----------------------------------------------------------------
 */

static void issues(void) {
  union {
    tj_issue issue;
    unsigned char bytes[ROOM];
    size_t words[ROOM / sizeof(size_t)];
  } * written;
  static const size_t wrong[] = {0,    1,       7, 12, sizeof(tj_issue) - 1, sizeof(tj_issue) + 4,
                                 4104, SIZE_MAX};
  tj_issue whole = TJ_ISSUE_INIT;
  tj_buffer* untouched = NULL;
  tj_error* error = NULL;
  size_t size, i;
  CHECK(tj_plan_text(plan, "colums", "csv", &untouched, &error) == TJ_E_DATA);
  CHECK(tj_error_issue(error, 0, &whole) == TJ_OK);
  CHECK_NUMBER(whole.struct_size, sizeof whole);
  written = malloc(sizeof *written);
  if (written == NULL) exit(100);
  /* Shorter: what fits, and not a byte more. Longer: what is not known is 0. */
  for (size = sizeof(size_t); size <= 4096; size += 8) {
    const size_t known = size < sizeof whole ? size : sizeof whole;
    fill_pattern(written, sizeof *written);
    written->words[0] = size;
    CHECK(tj_error_issue(error, 0, &written->issue) == TJ_OK);
    CHECK_NUMBER(written->words[0], size);
    CHECK(memcmp(written->bytes + sizeof size, (unsigned char*)&whole + sizeof size,
                 known - sizeof size) == 0);
    for (i = known; i < size && written->bytes[i] == 0; ++i) continue;
    CHECK_NUMBER(i, size);
    CHECK(has_pattern(written->bytes + size, sizeof *written - size));
  }
  for (i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    fill_pattern(written, sizeof *written);
    written->words[0] = wrong[i];
    CHECK(tj_error_issue(error, 0, &written->issue) == TJ_E_ARGUMENT);
    CHECK_NUMBER(written->words[0], wrong[i]);
    CHECK(has_pattern(written->bytes + sizeof(size_t), sizeof *written - sizeof(size_t)));
  }
  /* No such issue. */
  fill_pattern(written, sizeof *written);
  written->words[0] = sizeof(tj_issue);
  CHECK(tj_error_issue(error, 1, &written->issue) == TJ_E_ARGUMENT);
  CHECK(tj_error_issue(error, SIZE_MAX, &written->issue) == TJ_E_ARGUMENT);
  CHECK(has_pattern(written->bytes + sizeof(size_t), sizeof *written - sizeof(size_t)));
  free(written);
  tj_error_free(error);
}

/* ---- tj_column, which stands in arrays ----------------------------------------------------------
 */

/* The example's buildings as columns `size` bytes apart; what the struct does not have is garbage
   in the memory behind the last. */
static tj_status add_columns_apart(size_t size, const tj_column* columns, size_t count,
                                   int64_t rows, struct ArrowArrayStream* out) {
  unsigned char* memory = (unsigned char*)malloc(ROOM * 4);
  tj_status status;
  size_t c;
  if (memory == NULL) exit(100);
  memset(memory, 0xFF, (size_t)ROOM * 4);
  for (c = 0; c < count; ++c) {
    const size_t known = size < sizeof *columns ? size : sizeof *columns;
    memset(memory + c * size, 0, size);
    memcpy(memory + c * size, columns + c, known);
    set_size(memory + c * size, size);
  }
  status =
      tj_stream_from_columns((const tj_column*)(const void*)memory, count, rows, 0, out, &fault);
  free(memory);
  return status;
}

static void columns(void) {
  static const char* const communities[] = {"Minzhu", "Minzhu", "Bohai", "Bohai"};
  static const char* const buildings[] = {"M-1", "M-2", "B-1", "B-2"};
  static const double ages[] = {25, 30, 12, 0};
  static const uint8_t age_known[] = {1, 1, 1, 0};
  static const uint8_t corroded[] = {1, 0, 1, 1};
  static const int32_t ends[] = {0, 1, 2, 3, 4};
  static const uint8_t none_known[] = {0};
  static const size_t wrong[] = {0, 4, 12, sizeof(tj_column) - 1, 4104, SIZE_MAX};
  struct ArrowArrayStream made;
  tj_column list[4], single;
  tj_tally* fresh = NULL;
  size_t size, i;
  list[0] = column_of("community", "strings", communities);
  list[1] = column_of("building", "strings", buildings);
  list[2] = column_of("riser_age", "float64", ages);
  list[2].valid_bytes = age_known;
  list[3] = column_of("riser_corroded", "boolean_bytes", corroded);

  /* As they are, and with room behind each. */
  for (size = sizeof(tj_column); size <= 4096; size += 8 * 31) {
    MUST(add_columns_apart(size, list, 4, 4, &made));
    MUST(tj_tally_new(plan, &fresh, &fault));
    MUST(tj_tally_add_arrow(fresh, "buildings", &made, NULL, &fault));
    CHECK(is_saved_as(fresh, saved));
    tj_tally_free(fresh);
  }
  /* Without `offset`, which is 0 in any case. */
  MUST(add_columns_apart(offsetof(tj_column, offset), list, 4, 4, &made));
  MUST(tj_tally_new(plan, &fresh, &fault));
  MUST(tj_tally_add_arrow(fresh, "buildings", &made, NULL, &fault));
  CHECK(is_saved_as(fresh, saved));
  tj_tally_free(fresh);
  /* Without `valid_bytes`: the age of B-2 is known to be 0, so that the tally is another one. */
  MUST(add_columns_apart(offsetof(tj_column, valid_bytes), list, 4, 4, &made));
  MUST(tj_tally_new(plan, &fresh, &fault));
  MUST(tj_tally_add_arrow(fresh, "buildings", &made, NULL, &fault));
  CHECK(!is_saved_as(fresh, saved));
  tj_tally_free(fresh);

  /* One column, cut field by field: what it cannot do without is missed by name. */
  fill_pattern(&made, sizeof made);
  single = column_of("a", "utf8", ends);
  single.bytes = "abcd";
  single.validity = none_known;
  single.offset = INT64_MIN; /* refused where it is read */
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.null",
                add_columns_apart(offsetof(tj_column, name), &single, 1, 4, &made));
  CHECK(strstr(tj_error_message(fault), "columns.name") != NULL);
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.null",
                add_columns_apart(offsetof(tj_column, type), &single, 1, 4, &made));
  CHECK(strstr(tj_error_message(fault), "columns.type") != NULL);
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.null",
                add_columns_apart(offsetof(tj_column, values), &single, 1, 4, &made));
  CHECK(strstr(tj_error_message(fault), "columns.values") != NULL);
  forget_fault();
  CHECK(add_columns_apart(offsetof(tj_column, bytes), &single, 1, 4, &made) != TJ_OK);
  CHECK(has_pattern(&made, sizeof made));
  MUST(add_columns_apart(offsetof(tj_column, validity), &single, 1, 4, &made));
  tj_stream_release(&made);
  MUST(add_columns_apart(offsetof(tj_column, valid_bytes), &single, 1, 4, &made));
  tj_stream_release(&made);
  MUST(add_columns_apart(offsetof(tj_column, offset), &single, 1, 4, &made));
  tj_stream_release(&made);
  fill_pattern(&made, sizeof made);
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.range",
                add_columns_apart(sizeof single, &single, 1, 4, &made));
  single.type = "null";
  single.offset = 0;
  MUST(add_columns_apart(offsetof(tj_column, values), &single, 1, 4, &made));
  tj_stream_release(&made);
  fill_pattern(&made, sizeof made);

  for (i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    tj_column one = list[2];
    one.struct_size = wrong[i];
    CHECK_REFUSED(TJ_E_ARGUMENT, "argument.struct_size",
                  tj_stream_from_columns(&one, 1, 4, 0, &made, &fault));
  }
  /* Of two sizes in one array, one is wrong. */
  list[1].struct_size = sizeof(tj_column) + 8;
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.struct_size",
                tj_stream_from_columns(list, 4, 4, 0, &made, &fault));
  /* Longer and set. */
  {
    struct {
      tj_column column;
      uint64_t more;
    } newer;
    newer.column = list[2];
    newer.column.struct_size = sizeof newer;
    newer.more = 0;
    MUST(tj_stream_from_columns(&newer.column, 1, 4, 0, &made, &fault));
    tj_stream_release(&made);
    fill_pattern(&made, sizeof made);
    newer.more = (uint64_t)1 << 40;
    CHECK_REFUSED(TJ_E_ARGUMENT, "argument.newer_options",
                  tj_stream_from_columns(&newer.column, 1, 4, 0, &made, &fault));
  }
  CHECK(has_pattern(&made, sizeof made));
}

int main(void) {
  plan = example_plan();
  units = example_units(plan);
  tally = example_tally(plan);
  assessment = example_assessment(plan);
  saved = saved_tally(tally);
  MUST(tj_cancel_new(&requested, &fault));
  tj_cancel_request(requested);

  initializers();
  zero_is_default();
  sizes();
  parse_fields();
  add_fields();
  assess_fields();
  table_fields();
  issues();
  columns();

  tj_cancel_free(requested);
  tj_buffer_free(saved);
  tj_assessment_free(assessment);
  tj_tally_free(tally);
  tj_units_free(units);
  tj_plan_free(plan);
  return finish_checks();
}
