/* Who frees what, and when: handles in any order, streams and arrays exactly once. */
#include "arrow_by_hand.h"

static tj_framework* framework;
static tj_plan* plan;
static tj_units* units;
static tj_tally* tally;
static tj_assessment* assessment;

/* ---- NULL ---------------------------------------------------------------------------------------
 */

static void free_nothing(void) {
  struct ArrowArrayStream released;
  memset(&released, 0, sizeof released);
  tj_error_free(NULL);
  tj_buffer_free(NULL);
  tj_cancel_free(NULL);
  tj_framework_free(NULL);
  tj_plan_free(NULL);
  tj_units_free(NULL);
  tj_tally_free(NULL);
  tj_assessment_free(NULL);
  tj_stream_release(NULL);
  tj_stream_release(&released);
  CHECK(released.release == NULL);
}

/* ---- all orders ---------------------------------------------------------------------------------
 */

enum { FRAMEWORK, PLAN, UNITS, TALLY, ASSESSMENT, BUFFER, STREAM, OBJECTS };

struct objects {
  tj_framework* framework;
  tj_plan* plan;
  tj_units* units;
  tj_tally* tally;
  tj_assessment* assessment;
  tj_buffer* buffer;
  struct ArrowArrayStream stream;
  struct ArrowSchema schema; /* of the stream, and an array that it gave */
  struct ArrowArray array;
};

static void make_objects(struct objects* o) {
  memset(o, 0, sizeof *o);
  o->framework = example_framework();
  MUST(tj_plan_compile(o->framework, &o->plan, &fault));
  o->units = example_units(o->plan);
  o->tally = example_tally(o->plan);
  MUST(tj_tally_assess(o->tally, o->units, NULL, &o->assessment, &fault));
  MUST(tj_assessment_text(o->assessment, "values", "csv", NULL, &o->buffer, &fault));
  MUST(tj_assessment_export(o->assessment, "values", NULL, &o->stream, &fault));
  CHECK(o->stream.get_schema(&o->stream, &o->schema) == 0);
  CHECK(o->stream.get_next(&o->stream, &o->array) == 0);
}

/* Each that is left still works. */
static void use_objects(struct objects* o, unsigned left) {
  int holds = 1;
  if ((left >> FRAMEWORK & 1) != 0) holds &= strcmp(tj_framework_id(o->framework), "example") == 0;
  if ((left >> PLAN & 1) != 0) {
    tj_tally* made = NULL;
    holds &= tj_tally_new(o->plan, &made, NULL) == TJ_OK;
    tj_tally_free(made);
  }
  if ((left >> UNITS & 1) != 0) holds &= tj_units_count(o->units) == 3;
  if ((left >> TALLY & 1) != 0) {
    tj_buffer* bytes = NULL;
    holds &= tj_tally_save(o->tally, &bytes, NULL) == TJ_OK;
    tj_buffer_free(bytes);
  }
  if ((left >> ASSESSMENT & 1) != 0) {
    holds &= tj_assessment_year(o->assessment) == 2025;
    holds &= strcmp(tj_assessment_table_name(o->assessment, 0), "values") == 0;
  }
  if ((left >> BUFFER & 1) != 0)
    holds &= strlen((const char*)tj_buffer_data(o->buffer)) == tj_buffer_size(o->buffer);
  if ((left >> STREAM & 1) != 0) holds &= o->stream.get_last_error(&o->stream) == NULL;
  /* The array outlives them all. Column 4 is the value: Bohai 0, Minzhu 1, Dunhua 1. */
  {
    const double* values = (const double*)o->array.children[4]->buffers[1];
    holds &= o->array.length == 3 && values[0] == 0 && values[1] == 1 && values[2] == 1;
    holds &= strcmp(o->schema.children[4]->name, "value") == 0;
  }
  check_that(holds, __FILE__, __LINE__, "every object that is left to work");
}

static void free_object(struct objects* o, int which) {
  switch (which) {
    case FRAMEWORK: tj_framework_free(o->framework); break;
    case PLAN: tj_plan_free(o->plan); break;
    case UNITS: tj_units_free(o->units); break;
    case TALLY: tj_tally_free(o->tally); break;
    case ASSESSMENT: tj_assessment_free(o->assessment); break;
    case BUFFER: tj_buffer_free(o->buffer); break;
    default: tj_stream_release(&o->stream); break;
  }
}

/* All 5040 orders of seven objects: Heap's algorithm. */
static void all_orders(void) {
  int order[OBJECTS], counter[OBJECTS];
  int i = 1, k, orders = 0;
  for (k = 0; k < OBJECTS; ++k) {
    order[k] = k;
    counter[k] = 0;
  }
  for (;;) {
    struct objects o;
    unsigned left = (1U << OBJECTS) - 1;
    make_objects(&o);
    for (k = 0; k < OBJECTS; ++k) {
      free_object(&o, order[k]);
      left &= ~(1U << order[k]);
      /* All of them after each free would take minutes under the sanitizers. */
      if (orders % 5 == 0 || k == OBJECTS - 1) use_objects(&o, left);
    }
    if (orders % 2 == 0) {
      o.schema.release(&o.schema);
      o.array.release(&o.array);
    } else {
      o.array.release(&o.array);
      o.schema.release(&o.schema);
    }
    ++orders;
    while (i < OBJECTS && counter[i] >= i) counter[i++] = 0;
    if (i == OBJECTS) break;
    k = i % 2 == 0 ? 0 : counter[i];
    {
      const int swapped = order[k];
      order[k] = order[i];
      order[i] = swapped;
    }
    ++counter[i];
    i = 1;
  }
  CHECK_NUMBER(orders, 5040);
}

/* ---- what was exported --------------------------------------------------------------------------
 */

/* Streams, schemas, arrays and children taken out of them stand on their own. */
static void exported(void) {
  struct ArrowArrayStream stream;
  struct ArrowSchema schema, field;
  struct ArrowArray array, column, end;
  tj_assessment* made = example_assessment(plan);
  MUST(tj_assessment_export(made, "values", NULL, &stream, &fault));
  tj_assessment_free(made);
  CHECK(stream.get_schema(&stream, &schema) == 0);
  CHECK(stream.get_next(&stream, &array) == 0);
  CHECK(stream.get_next(&stream, &end) == 0);
  CHECK(end.release == NULL);
  tj_stream_release(&stream);
  CHECK(stream.release == NULL);
  tj_stream_release(&stream);
  /* Moved out of its parent, a child is left behind as released. */
  column = *array.children[4];
  array.children[4]->release = NULL;
  field = *schema.children[4];
  schema.children[4]->release = NULL;
  array.release(&array);
  schema.release(&schema);
  CHECK(array.release == NULL && schema.release == NULL);
  CHECK(((const double*)column.buffers[1])[1] == 1);
  CHECK_TEXT(field.name, "value");
  column.release(&column);
  field.release(&field);
  CHECK(column.release == NULL && field.release == NULL);
}

/* What is returned dies with the first argument, and not before. */
static void borrowed(void) {
  tj_framework* one = example_framework();
  tj_plan* made = NULL;
  const char* id = tj_framework_id(one);
  const char* fingerprint = tj_framework_fingerprint(one);
  MUST(tj_plan_compile(one, &made, &fault));
  CHECK(id == tj_framework_id(one));
  CHECK_TEXT(id, "example");
  CHECK_NUMBER(strlen(fingerprint), 64);
  tj_framework_free(one);
  CHECK_NUMBER(strlen(tj_plan_fingerprint(made)), 64);
  tj_plan_free(made);
}

/* ---- streams: consumed and released, whatever the status
 * ----------------------------------------- */

static void streams_on_success(void) {
  struct hand_stream in, entries, problems;
  tj_units* made_units = NULL;
  tj_tally* fresh = NULL;
  tj_assessment* made = NULL;
  struct ArrowArrayStream problems_out, checks_out;
  tj_assess_options options = TJ_ASSESS_OPTIONS_INIT;
  tj_table table;
#define CHECK_READ(stream)                                                \
  CHECK(hand_stream_is_released(stream) && (stream)->schema_calls == 1 && \
        (stream)->next_calls == (stream)->inner_count + 1)
  CHECK_OK(tj_units_from_arrow(plan, hand_units_stream(&in), &made_units, &fault));
  CHECK_READ(&in);
  tj_units_free(made_units);
  MUST(tj_tally_new(plan, &fresh, &fault));
  CHECK_OK(tj_tally_add_arrow(fresh, "buildings", hand_buildings_stream(&in), NULL, &fault));
  CHECK_READ(&in);
  hand_stream_start(&in);
  example_buildings_stream(hand_stream_more(&in));
  example_buildings_stream(hand_stream_more(&in));
  example_buildings_stream(hand_stream_more(&in));
  CHECK_OK(tj_tally_add_arrow(fresh, "buildings", &in.stream, NULL, &fault));
  CHECK_READ(&in);
  CHECK_OK(tj_screen_arrow(plan, "buildings", hand_buildings_stream(&in), NULL, &problems_out,
                           &checks_out, &fault));
  CHECK_READ(&in);
  tj_stream_release(&problems_out);
  tj_stream_release(&checks_out);
  options.entries = hand_entries_stream(&entries);
  options.previous_problems = hand_problems_stream(&problems);
  CHECK_OK(tj_tally_assess(fresh, units, &options, &made, &fault));
  CHECK_READ(&entries);
  CHECK_READ(&problems);
  tj_assessment_free(made);
  table.name = "buildings";
  table.stream = hand_buildings_stream(&in);
  options.entries = hand_entries_stream(&entries);
  options.previous_problems = hand_problems_stream(&problems);
  CHECK_OK(tj_plan_assess(plan, units, &table, 1, &options, &made, &fault));
  CHECK_READ(&in);
  CHECK_READ(&entries);
  CHECK_READ(&problems);
  tj_assessment_free(made);
  tj_tally_free(fresh);
}

/* A failure of every kind. The statuses' test looks at the outputs, this one at the releases. */
static void streams_on_failure(void) {
  struct hand_stream in, second, entries, problems;
  tj_units* made_units = NULL;
  tj_assessment* made = NULL;
  tj_add_options bad = TJ_ADD_OPTIONS_INIT;
  tj_assess_options options = TJ_ASSESS_OPTIONS_INIT;
  tj_table tables[2];
  int kind;
  bad.threads = -1;
  for (kind = 0; kind < 9; ++kind) {
    tj_status status;
    hand_buildings_stream(&in);
    hand_buildings_stream(&second);
    options.struct_size = sizeof options;
    options.entries = hand_entries_stream(&entries);
    options.previous_problems = hand_problems_stream(&problems);
    options.threads = 0;
    tables[0].name = "buildings";
    tables[0].stream = &in.stream;
    tables[1].name = "buildings";
    tables[1].stream = &second.stream;
    switch (kind) {
      case 0: tables[0].name = NULL; break;
      case 1: tables[1].name = "roads"; break;
      case 2: in.fails_at = 1; break;
      case 3: second.schema_fails = EIO; break;
      case 4: entries.fails_at = 2; break;
      case 5: problems.schema_fails = EIO; break;
      case 6: options.threads = -2; break;
      default: break;
    }
    if (kind == 7)
      status = tj_plan_assess(NULL, units, tables, 2, &options, &made, NULL);
    else if (kind == 8)
      status = tj_plan_assess(plan, units, tables, 2, &options, NULL, NULL);
    else
      status = tj_plan_assess(plan, units, tables, 2, &options, &made, NULL);
    CHECK(status != TJ_OK);
    CHECK(made == NULL);
    CHECK(hand_stream_is_released(&in) && hand_stream_is_released(&second));
    CHECK(hand_stream_is_released(&entries) && hand_stream_is_released(&problems));
  }
  /* Options with more than this library knows: their streams are those of this header. */
  {
    struct {
      tj_assess_options options;
      uint64_t more;
    } newer;
    const tj_assess_options start = TJ_ASSESS_OPTIONS_INIT;
    newer.options = start;
    newer.options.struct_size = sizeof newer;
    newer.more = 1;
    newer.options.entries = hand_entries_stream(&entries);
    newer.options.previous_problems = hand_problems_stream(&problems);
    CHECK_REFUSED(TJ_E_ARGUMENT, "argument.newer_options",
                  tj_tally_assess(tally, units, &newer.options, &made, &fault));
    CHECK(hand_stream_is_released(&entries) && hand_stream_is_released(&problems));
  }
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.range",
                tj_tally_add_arrow(tally, "buildings", hand_buildings_stream(&in), &bad, &fault));
  CHECK(hand_stream_is_released(&in));
  CHECK_REFUSED(
      TJ_E_ARGUMENT, "argument.range",
      tj_screen_arrow(plan, "buildings", hand_buildings_stream(&in), &bad, NULL, NULL, &fault));
  CHECK(hand_stream_is_released(&in));
  /* Buildings are no units. */
  CHECK_REFUSED(TJ_E_DATA, "data.missing_column",
                tj_units_from_arrow(plan, hand_buildings_stream(&in), &made_units, &fault));
  CHECK(hand_stream_is_released(&in));
}

/* The same stream twice: told, and released once. */
static void same_stream_twice(void) {
  struct hand_stream in, entries;
  tj_assess_options options = TJ_ASSESS_OPTIONS_INIT;
  tj_assessment* made = NULL;
  tj_table tables[2];
  tables[0].name = tables[1].name = "buildings";
  tables[0].stream = tables[1].stream = hand_buildings_stream(&in);
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.repeated",
                tj_plan_assess(plan, units, tables, 2, NULL, &made, &fault));
  CHECK(hand_stream_is_released(&in));
  options.entries = options.previous_problems = hand_entries_stream(&entries);
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.repeated",
                tj_tally_assess(tally, units, &options, &made, &fault));
  CHECK(hand_stream_is_released(&entries));
  options.previous_problems = NULL;
  options.entries = tables[0].stream = hand_buildings_stream(&in);
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.repeated",
                tj_plan_assess(plan, units, tables, 1, &options, &made, &fault));
  CHECK(hand_stream_is_released(&in));
  options.entries = NULL;
  options.previous_problems = tables[0].stream = hand_buildings_stream(&in);
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.repeated",
                tj_plan_assess(plan, units, tables, 1, &options, &made, &fault));
  CHECK(hand_stream_is_released(&in));
  CHECK(made == NULL);
}

/* A stream that was released already, and arrays that were. */
static void released_before(void) {
  struct hand_stream in, entries;
  struct hand_batch batch;
  tj_assess_options options = TJ_ASSESS_OPTIONS_INIT;
  tj_units* made_units = NULL;
  tj_assessment* made = NULL;
  tj_table table;
  hand_buildings_stream(&in);
  tj_stream_release(&in.stream);
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.released",
                tj_tally_add_arrow(tally, "buildings", &in.stream, NULL, &fault));
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.released",
                tj_units_from_arrow(plan, &in.stream, &made_units, &fault));
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.released",
                tj_screen_arrow(plan, "buildings", &in.stream, NULL, NULL, NULL, &fault));
  table.name = "buildings";
  table.stream = &in.stream;
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.released",
                tj_plan_assess(plan, units, &table, 1, NULL, &made, &fault));
  options.entries = hand_entries_stream(&entries);
  options.previous_problems = &in.stream;
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.released",
                tj_tally_assess(tally, units, &options, &made, &fault));
  CHECK(hand_stream_is_released(&entries));
  CHECK_NUMBER(entries.schema_calls, 0);
  options.entries = &in.stream;
  options.previous_problems = NULL;
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.released",
                tj_tally_assess(tally, units, &options, &made, &fault));
  CHECK_NUMBER(in.releases, 1);

  hand_buildings(&batch);
  batch.array.release(&batch.array);
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.released",
                tj_tally_add_array(tally, "buildings", &batch.schema, &batch.array, NULL, &fault));
  CHECK(batch.schema.release != NULL && batch.schema_releases == 0);
  CHECK_REFUSED(
      TJ_E_ARGUMENT, "argument.released",
      tj_screen_array(plan, "buildings", &batch.schema, &batch.array, NULL, NULL, NULL, &fault));
  hand_drop(&batch);
  CHECK_NUMBER(batch.array_releases, 1);
  hand_units(&batch);
  batch.schema.release(&batch.schema);
  CHECK_REFUSED(TJ_E_ARGUMENT, "argument.released",
                tj_units_from_array(plan, &batch.schema, &batch.array, &made_units, &fault));
  CHECK(batch.array.release != NULL && batch.array_releases == 0);
  hand_drop(&batch);
  CHECK(made == NULL && made_units == NULL);
}

/* ---- arrays: released on success, untouched on failure ------------------------------------------
 */

static void arrays(void) {
  struct hand_batch batch, before;
  struct ArrowArrayStream problems, checks;
  tj_units* made_units = NULL;
  tj_tally* fresh = NULL;
  tj_add_options bad = TJ_ADD_OPTIONS_INIT;
  int kind;
  bad.threads = -1;
  MUST(tj_tally_new(plan, &fresh, &fault));
  hand_units(&batch);
  CHECK_OK(tj_units_from_array(plan, &batch.schema, &batch.array, &made_units, &fault));
  CHECK(hand_is_moved(&batch));
  CHECK_NUMBER(tj_units_count(made_units), 3);
  tj_units_free(made_units);
  made_units = NULL;
  hand_buildings(&batch);
  CHECK_OK(tj_tally_add_array(fresh, "buildings", &batch.schema, &batch.array, NULL, &fault));
  CHECK(hand_is_moved(&batch));
  hand_buildings(&batch);
  CHECK_OK(tj_screen_array(plan, "buildings", &batch.schema, &batch.array, NULL, &problems, &checks,
                           &fault));
  CHECK(hand_is_moved(&batch));
  tj_stream_release(&problems);
  tj_stream_release(&checks);

  for (kind = 0; kind < 6; ++kind) {
    const char* table = kind == 0 ? "roads" : "buildings";
    const tj_add_options* options = kind == 1 ? &bad : NULL;
    hand_buildings(&batch);
    if (kind == 2) batch.fields[2].name = "age"; /* a column is missing */
    if (kind == 3) batch.fields[2].format = "z";
    if (kind == 4) batch.columns[2].n_buffers = 1;
    if (kind == 5) batch.columns[0].length = 1; /* fewer rows than its table */
    before = batch;
    CHECK(tj_tally_add_array(fresh, table, &batch.schema, &batch.array, options, NULL) != TJ_OK);
    CHECK(hand_is_untouched(&batch, &before));
    CHECK(tj_screen_array(plan, table, &batch.schema, &batch.array, options, &problems, &checks,
                          NULL) != TJ_OK);
    CHECK(hand_is_untouched(&batch, &before));
    hand_drop(&batch);
    hand_units(&batch);
    if (kind == 0) batch.fields[0].name = "ID";
    if (kind == 1) batch.array.length = 2;
    if (kind == 2) batch.columns[1].offset = -1;
    if (kind == 3) batch.fields[2].format = "+s";
    if (kind == 4) batch.array.n_children = 2;
    if (kind == 5) batch.schema.format = "u";
    before = batch;
    CHECK(tj_units_from_array(plan, &batch.schema, &batch.array, &made_units, NULL) != TJ_OK);
    CHECK(hand_is_untouched(&batch, &before));
    batch.array.n_children = batch.schema.n_children;
    hand_drop(&batch);
  }
  CHECK(made_units == NULL);
  tj_tally_free(fresh);
}

/* ---- columns that are lent ----------------------------------------------------------------------
 */

/* Copied columns may go away at once; lent ones when the stream is released. */
static void columns(void) {
  int lent;
  for (lent = 0; lent < 2; ++lent) {
    double* ages = (double*)malloc(2 * sizeof *ages);
    char* bytes = (char*)malloc(6);
    int32_t* ends = (int32_t*)malloc(3 * sizeof *ends);
    tj_column list[2];
    struct ArrowArrayStream stream;
    struct ArrowArray array;
    if (ages == NULL || bytes == NULL || ends == NULL) exit(100);
    ages[0] = 3;
    ages[1] = 4;
    memcpy(bytes, "onetwo", 6);
    ends[0] = 0;
    ends[1] = 3;
    ends[2] = 6;
    list[0] = column_of("age", "float64", ages);
    list[1] = column_of("word", "utf8", ends);
    list[1].bytes = bytes;
    MUST(tj_stream_from_columns(list, 2, 2, lent ? TJ_COLUMNS_BORROW : 0, &stream, &fault));
    memset(list, 0xEE, sizeof list); /* the structs themselves are never kept */
    if (lent) {
      ages[1] = 5;
    } else {
      memset(ages, 0xEE, 2 * sizeof *ages);
      free(ages);
      free(bytes);
      free(ends);
    }
    CHECK(stream.get_next(&stream, &array) == 0);
    tj_stream_release(&stream);
    CHECK(((const double*)array.children[0]->buffers[1])[1] == (lent ? 5 : 4));
    CHECK((array.children[0]->buffers[1] == (const void*)ages) == (lent != 0));
    CHECK(memcmp(array.children[1]->buffers[2], "onetwo", 6) == 0);
    array.release(&array);
    if (lent) {
      free(ages);
      free(bytes);
      free(ends);
    }
  }
}

int main(void) {
  framework = example_framework();
  plan = example_plan();
  units = example_units(plan);
  tally = example_tally(plan);
  assessment = example_assessment(plan);

  free_nothing();
  exported();
  borrowed();
  streams_on_success();
  streams_on_failure();
  same_stream_twice();
  released_before();
  arrays();
  columns();
  all_orders();

  tj_assessment_free(assessment);
  tj_tally_free(tally);
  tj_units_free(units);
  tj_plan_free(plan);
  tj_framework_free(framework);
  return finish_checks();
}
