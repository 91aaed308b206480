/* The whole flow as a platform would write it, with numbers worked out by hand.

   A document of the city's extends the README's example by a share (H10: of the buildings whose
   riser's age is known, those of 20 years or more) and a ledger. The buildings:

     Minzhu  M-1  25 a  corroded        Bohai  B-1  12 a  corroded
             M-2  30 a  sound                  B-2  ?     corroded

   H02, buildings with a corroded riser of 20 years or more: M-1 has it, M-2 and B-1 have not, of
   B-2 it is not known. Minzhu 1 of 2 rows, Bohai 0 of 2 with 1 missing, Dunhua 1 of 4 with 1
   missing. H10: Minzhu 2 of 2 = 100 %, Bohai 0 of 1 = 0 %, Dunhua 2 of 3 = 66.67 %. */
#include <math.h>

#include "arrow_by_hand.h"

static const char* const town_json =
    "{\"tijian\": 1, \"id\": \"town\", \"version\": \"2\", \"extends\": \"example\","
    " \"departments\": [{\"id\": \"gas\", \"name\": {\"zh\": \"燃气办\", \"en\": \"Gas office\"}}],"
    " \"levels\": [{\"id\": \"community\","
    "   \"attributes\": [{\"id\": \"due\", \"type\": \"number\", \"measure\": \"buildings\"}]}],"
    " \"tables\": [{\"id\": \"buildings\", \"expected\": \"due\"}],"
    " \"indicators\": [{\"id\": \"H02\", \"department\": \"gas\"},"
    "  {\"id\": \"H10\", \"name\": {\"zh\": \"老旧立管占比\", \"en\": \"Share of old risers\"},"
    "   \"dimension\": \"housing\", \"kind\": \"guiding\", \"measure\": \"%\","
    "   \"table\": \"buildings\","
    "   \"formula\": \"100 * count(*) filter (where riser_age >= 20) / count(riser_age)\","
    "   \"targets\": [{\"op\": \"<=\", \"value\": 70}]}],"
    " \"ledgers\": [{\"dimension\": \"housing\", \"list_level\": \"city\"}]}";

static tj_framework* town;
static tj_plan* plan;
static tj_units* units;

/* ---- reading what is exported
 * -------------------------------------------------------------------- */

struct frame {
  struct ArrowSchema schema;
  struct ArrowArray array;
};

/* Reads a stream of one batch, and releases it. */
static struct frame read_frame(struct ArrowArrayStream* stream) {
  struct frame frame;
  struct ArrowArray end;
  memset(&frame, 0, sizeof frame);
  memset(&end, 0, sizeof end);
  CHECK(stream->get_schema(stream, &frame.schema) == 0);
  CHECK(stream->get_next(stream, &frame.array) == 0);
  CHECK(stream->get_next(stream, &end) == 0);
  CHECK(frame.array.release != NULL && end.release == NULL);
  tj_stream_release(stream);
  CHECK_TEXT(frame.schema.format, "+s");
  CHECK_NUMBER(frame.array.n_children, frame.schema.n_children);
  return frame;
}
static void drop_frame(struct frame* frame) {
  frame->schema.release(&frame->schema);
  frame->array.release(&frame->array);
}

static int64_t column_at(const struct frame* frame, const char* name) {
  int64_t i;
  for (i = 0; i < frame->schema.n_children; ++i)
    if (strcmp(frame->schema.children[i]->name, name) == 0) return i;
  printf("there is no column %s\n", name);
  exit(100);
}

static int is_null_cell(const struct frame* frame, int64_t column, int64_t row) {
  const struct ArrowArray* array = frame->array.children[column];
  const uint8_t* validity = array->n_buffers == 0 ? NULL : (const uint8_t*)array->buffers[0];
  const int64_t at = array->offset + row;
  if (frame->schema.children[column]->format[0] == 'n') return 1;
  return validity != NULL && (validity[at / 8] >> (at % 8) & 1) == 0;
}

/* Of every layout that leaves the library. */
static double number_cell(const struct frame* frame, int64_t column, int64_t row) {
  const struct ArrowArray* array = frame->array.children[column];
  const void* values = array->buffers[1];
  const int64_t at = array->offset + row;
  if (is_null_cell(frame, column, row)) return NAN;
  switch (frame->schema.children[column]->format[0]) {
    case 'g': return ((const double*)values)[at];
    case 'f': return (double)((const float*)values)[at];
    case 'c': return ((const int8_t*)values)[at];
    case 's': return ((const int16_t*)values)[at];
    case 'i': return ((const int32_t*)values)[at];
    case 'l': return (double)((const int64_t*)values)[at];
    case 'C': return ((const uint8_t*)values)[at];
    case 'S': return ((const uint16_t*)values)[at];
    case 'I': return ((const uint32_t*)values)[at];
    case 'L': return (double)((const uint64_t*)values)[at];
    case 'b': return ((const uint8_t*)values)[at / 8] >> (at % 8) & 1;
    default: printf("not a number: %s\n", frame->schema.children[column]->format); exit(100);
  }
}

/* "" for null. */
static const char* text_cell(const struct frame* frame, int64_t column, int64_t row) {
  static char text[4096];
  const struct ArrowArray* array = frame->array.children[column];
  const int64_t at = array->offset + row;
  const char* bytes = (const char*)array->buffers[2];
  int64_t start, end;
  text[0] = '\0';
  if (is_null_cell(frame, column, row)) return text;
  if (frame->schema.children[column]->format[0] == 'u') {
    start = ((const int32_t*)array->buffers[1])[at];
    end = ((const int32_t*)array->buffers[1])[at + 1];
  } else {
    start = ((const int64_t*)array->buffers[1])[at];
    end = ((const int64_t*)array->buffers[1])[at + 1];
  }
  if (end - start >= (int64_t)sizeof text) exit(100);
  memcpy(text, bytes + start, (size_t)(end - start));
  text[end - start] = '\0';
  return text;
}

static double number_of(const struct frame* frame, const char* column, int64_t row) {
  return number_cell(frame, column_at(frame, column), row);
}
static const char* text_of(const struct frame* frame, const char* column, int64_t row) {
  return text_cell(frame, column_at(frame, column), row);
}
static int is_null_of(const struct frame* frame, const char* column, int64_t row) {
  return is_null_cell(frame, column_at(frame, column), row);
}

/* The row of a unit and an indicator. */
static int64_t row_of(const struct frame* frame, const char* unit, const char* indicator) {
  int64_t row;
  for (row = 0; row < frame->array.length; ++row) {
    if (strcmp(text_of(frame, "unit", row), unit) != 0) continue;
    if (strcmp(text_of(frame, "indicator", row), indicator) == 0) return row;
  }
  printf("there is no row %s, %s\n", unit, indicator);
  exit(100);
}

static struct frame export_frame(const tj_assessment* assessment, const char* table,
                                 const tj_table_options* options) {
  struct ArrowArrayStream stream;
  MUST(tj_assessment_export(assessment, table, options, &stream, &fault));
  return read_frame(&stream);
}

static tj_buffer* text_in(const tj_assessment* assessment, const char* table, const char* format,
                          const tj_table_options* options) {
  tj_buffer* text = NULL;
  MUST(tj_assessment_text(assessment, table, format, options, &text, &fault));
  return text;
}
static const char* text_bytes(const tj_buffer* text) { return (const char*)tj_buffer_data(text); }

/* ---- frameworks
 * ---------------------------------------------------------------------------------- */

static void check_round_trip(const tj_framework* framework) {
  tj_buffer* json = NULL;
  tj_buffer* again = NULL;
  tj_framework* read = NULL;
  MUST(tj_framework_json(framework, &json, &fault));
  CHECK_NUMBER(strlen(text_bytes(json)), tj_buffer_size(json)); /* a NUL behind the last byte */
  MUST(tj_framework_parse(text_bytes(json), tj_buffer_size(json), NULL, &read, &fault));
  CHECK_TEXT(tj_framework_fingerprint(read), tj_framework_fingerprint(framework));
  CHECK_TEXT(tj_framework_id(read), tj_framework_id(framework));
  CHECK_TEXT(tj_framework_version(read), tj_framework_version(framework));
  CHECK_NUMBER(tj_framework_year(read), tj_framework_year(framework));
  MUST(tj_framework_json(read, &again, &fault));
  CHECK(same_buffers(json, again));
  tj_buffer_free(again);
  tj_framework_free(read);
  tj_buffer_free(json);
}

static void frameworks(void) {
  tj_parse_options options = TJ_PARSE_OPTIONS_INIT;
  tj_document documents[2];
  tj_framework* example = example_framework();
  tj_buffer* schema = NULL;
  size_t i;
  documents[0].id = "other";
  documents[0].json = "{}"; /* is not looked at */
  documents[0].size = 2;
  documents[1].id = "example";
  documents[1].json = example_json();
  documents[1].size = strlen(example_json());
  options.documents = documents;
  options.document_count = 2;
  MUST(tj_framework_parse(town_json, strlen(town_json), &options, &town, &fault));
  CHECK_TEXT(tj_framework_id(town), "town");
  CHECK_TEXT(tj_framework_version(town), "2");
  CHECK_NUMBER(tj_framework_year(town), 2025);
  CHECK_NUMBER(strlen(tj_framework_fingerprint(town)), 64);
  CHECK(strcmp(tj_framework_fingerprint(town), tj_framework_fingerprint(example)) != 0);
  check_round_trip(town);
  check_round_trip(example);
  tj_framework_free(example);

  CHECK_NUMBER(tj_framework_shipped_count(), 3);
  for (i = 0; i < tj_framework_shipped_count(); ++i) {
    tj_framework* shipped = NULL;
    tj_plan* compiled = NULL;
    MUST(tj_framework_shipped(tj_framework_shipped_id(i), &shipped, &fault));
    CHECK_TEXT(tj_framework_id(shipped), tj_framework_shipped_id(i));
    CHECK_NUMBER(tj_framework_year(shipped), 2025);
    check_round_trip(shipped);
    CHECK_OK(tj_plan_compile(shipped, &compiled, &fault));
    CHECK_NUMBER(strlen(tj_plan_fingerprint(compiled)), 64);
    tj_plan_free(compiled);
    tj_framework_free(shipped);
  }
  CHECK_TEXT(tj_framework_shipped_id(0), "dunhua-2025");
  CHECK_TEXT(tj_framework_shipped_id(1), "mohurd-2025");
  CHECK_TEXT(tj_framework_shipped_id(2), "yichang-2025");
  CHECK(tj_framework_shipped_id(3) == NULL);
  CHECK(tj_framework_shipped_id(SIZE_MAX) == NULL);
  MUST(tj_framework_schema(&schema, &fault));
  CHECK(text_bytes(schema)[0] == '{' && strstr(text_bytes(schema), "\"$schema\"") != NULL);
  tj_buffer_free(schema);
}

/* ---- the plan's tables
 * --------------------------------------------------------------------------- */

static void plan_tables(void) {
  static const char* const names[] = {"tables", "columns", "attributes", "warnings"};
  struct ArrowArrayStream stream;
  struct frame frame;
  tj_buffer* text = NULL;
  tj_plan* same = NULL;
  size_t i;
  MUST(tj_plan_compile(town, &plan, &fault));
  MUST(tj_plan_compile(town, &same, &fault));
  CHECK_TEXT(tj_plan_fingerprint(same), tj_plan_fingerprint(plan));
  tj_plan_free(same);

  MUST(tj_plan_text(plan, "tables", "csv", &text, &fault));
  CHECK_TEXT(text_bytes(text),
             "\xEF\xBB\xBFtable,level,unit,key,complete,expected\r\n"
             "buildings,community,community,\"[\"\"building\"\"]\",false,due\r\n");
  tj_buffer_free(text);
  MUST(tj_plan_text(plan, "columns", "csv", &text, &fault));
  CHECK_TEXT(text_bytes(text),
             "\xEF\xBB\xBFtable,column,type,measure,required,unit,key,min,max,values,name_zh,"
             "name_en\r\n"
             "buildings,riser_age,number,a,true,false,false,,,,,\r\n"
             "buildings,riser_corroded,boolean,,true,false,false,,,,,\r\n"
             "buildings,community,text,,true,true,false,,,,,\r\n"
             "buildings,building,text,,true,false,true,,,,,\r\n");
  tj_buffer_free(text);
  MUST(tj_plan_text(plan, "attributes", "csv", &text, &fault));
  CHECK_TEXT(text_bytes(text),
             "\xEF\xBB\xBF"
             "attribute,type,measure,levels,values,inherit\r\n"
             "due,number,buildings,\"[\"\"community\"\"]\",,false\r\n");
  tj_buffer_free(text);
  MUST(tj_plan_text(plan, "columns", "json", &text, &fault));
  CHECK(strstr(text_bytes(text), "\"table\":\"columns\"") != NULL);
  CHECK(strstr(text_bytes(text), "\"id\":\"town\"") != NULL);
  CHECK(strstr(text_bytes(text), "\"total\":4") != NULL);
  tj_buffer_free(text);

  MUST(tj_plan_export(plan, "columns", &stream, &fault));
  frame = read_frame(&stream);
  CHECK_NUMBER(frame.array.length, 4);
  CHECK_TEXT(text_of(&frame, "column", 0), "riser_age");
  CHECK_TEXT(text_of(&frame, "type", 0), "number");
  CHECK_TEXT(text_of(&frame, "measure", 0), "a");
  CHECK(number_of(&frame, "required", 0) == 1 && number_of(&frame, "key", 0) == 0);
  CHECK(number_of(&frame, "unit", 2) == 1 && number_of(&frame, "key", 3) == 1);
  CHECK(is_null_of(&frame, "min", 0) && is_null_of(&frame, "values", 0));
  drop_frame(&frame);

  /* All of them, as text and as Arrow, also where there are warnings. */
  {
    tj_framework* shipped = NULL;
    tj_plan* big = NULL;
    MUST(tj_framework_shipped("mohurd-2025", &shipped, &fault));
    MUST(tj_plan_compile(shipped, &big, &fault));
    for (i = 0; i < 4; ++i) {
      const char* format;
      for (format = "csv"; format != NULL; format = strcmp(format, "csv") == 0 ? "json" : NULL) {
        MUST(tj_plan_text(big, names[i], format, &text, &fault));
        CHECK(tj_buffer_size(text) > 20);
        tj_buffer_free(text);
      }
      MUST(tj_plan_export(big, names[i], &stream, &fault));
      frame = read_frame(&stream);
      CHECK_NUMBER(frame.array.length > 0, i != 3); /* what is shipped gives no warning */
      drop_frame(&frame);
    }
    tj_plan_free(big);
    tj_framework_free(shipped);
  }
  /* A mean of which the two parts may leave out different rows. */
  {
    static const char* const json =
        "{\"tijian\": 1, \"id\": \"mean\", \"extends\": \"example\", \"indicators\":"
        " [{\"id\": \"H11\", \"name\": {\"en\": \"Mean age\"}, \"dimension\": \"housing\","
        "   \"kind\": \"fact\", \"table\": \"buildings\","
        "   \"formula\": \"sum(riser_age) / count(riser_corroded)\"}]}";
    tj_parse_options options = TJ_PARSE_OPTIONS_INIT;
    tj_document document;
    tj_framework* mean = NULL;
    tj_plan* compiled = NULL;
    document.id = "example";
    document.json = example_json();
    document.size = strlen(example_json());
    options.documents = &document;
    options.document_count = 1;
    MUST(tj_framework_parse(json, strlen(json), &options, &mean, &fault));
    MUST(tj_plan_compile(mean, &compiled, &fault));
    tj_framework_free(mean);
    MUST(tj_plan_export(compiled, "warnings", &stream, &fault));
    frame = read_frame(&stream);
    CHECK_NUMBER(frame.array.length, 1);
    CHECK(strstr(text_of(&frame, "message_en", 0), "H11") != NULL);
    CHECK(strstr(text_of(&frame, "message_zh", 0), "H11") != NULL);
    CHECK(text_of(&frame, "code", 0)[0] != '\0');
    CHECK_TEXT(text_of(&frame, "place", 0), "/indicators");
    drop_frame(&frame);
    tj_plan_free(compiled);
  }
}

/* ---- columns of every type
 * ----------------------------------------------------------------------- */

/* The ages of the buildings as every type of number, behind one element that is skipped. */
static const double ages64[] = {-1, 25, 30, 12, 0};
static const float ages32[] = {-1, 25, 30, 12, 0};
static const int8_t ages_i8[] = {-1, 25, 30, 12, 0};
static const int16_t ages_i16[] = {-1, 25, 30, 12, 0};
static const int32_t ages_i32[] = {-1, 25, 30, 12, 0};
static const int64_t ages_i64[] = {-1, 25, 30, 12, 0};
static const uint8_t ages_u8[] = {1, 25, 30, 12, 0};
static const uint16_t ages_u16[] = {1, 25, 30, 12, 0};
static const uint32_t ages_u32[] = {1, 25, 30, 12, 0};
static const uint64_t ages_u64[] = {1, 25, 30, 12, 0};
static const uint8_t ages_known_bits[] = {0x0F}; /* of the element that is skipped, too */
static const uint8_t ages_known_bytes[] = {9, 1, 2, 255, 0};
static const uint8_t corroded_bits[] = {0x1A}; /* 0, 1 0 1 1 */
static const uint8_t corroded_bytes[] = {0, 1, 0, 7, 1};
static const char* const community_strings[] = {NULL, "Minzhu", "Minzhu", "Bohai", "Bohai"};
static const int32_t community_ends[] = {0, 1, 7, 13, 18, 23};
static const int64_t community_large_ends[] = {0, 1, 7, 13, 18, 23};
static const char* const community_bytes = "xMinzhuMinzhuBohaiBohai";
static const char* const building_strings[] = {"", "M-1", "M-2", "B-1", "B-2"};

struct typed {
  const char* type;
  const void* values;
  const char* bytes;
  const char* format; /* of a stream that lends it */
};

static const struct typed number_types[] = {
    {"float64", ages64, NULL, "g"},  {"float32", ages32, NULL, "f"},
    {"int8", ages_i8, NULL, "c"},    {"int16", ages_i16, NULL, "s"},
    {"int32", ages_i32, NULL, "i"},  {"int64", ages_i64, NULL, "l"},
    {"uint8", ages_u8, NULL, "C"},   {"uint16", ages_u16, NULL, "S"},
    {"uint32", ages_u32, NULL, "I"}, {"uint64", ages_u64, NULL, "L"}};
static int64_t width_of_number(size_t n) {
  static const int64_t widths[] = {8, 4, 1, 2, 4, 8, 1, 2, 4, 8};
  return widths[n];
}
static const struct typed boolean_types[] = {{"boolean", corroded_bits, NULL, "b"},
                                             {"boolean_bytes", corroded_bytes, NULL, "b"}};

static struct typed text_type(int which) {
  struct typed typed;
  typed.type = which == 0 ? "strings" : which == 1 ? "utf8" : "large_utf8";
  typed.values = which == 0   ? (const void*)community_strings
                 : which == 1 ? (const void*)community_ends
                              : (const void*)community_large_ends;
  typed.bytes = which == 0 ? NULL : community_bytes;
  typed.format = which == 1 ? "u" : "U";
  return typed;
}

static tj_column typed_column(const char* name, struct typed typed) {
  tj_column column = column_of(name, typed.type, typed.values);
  column.bytes = typed.bytes;
  column.offset = 1;
  return column;
}

static void check_added(const tj_column* columns, uint64_t flags, const tj_buffer* expected,
                        int line) {
  struct ArrowArrayStream stream;
  tj_tally* tally = NULL;
  MUST(tj_stream_from_columns(columns, 4, 4, flags, &stream, &fault));
  MUST(tj_tally_new(plan, &tally, &fault));
  MUST(tj_tally_add_arrow(tally, "buildings", &stream, NULL, &fault));
  check_that(is_saved_as(tally, expected), __FILE__, line, "the tally of the example");
  tj_tally_free(tally);
}

static void column_types(void) {
  tj_tally* tally = example_tally(plan);
  tj_buffer* expected = saved_tally(tally);
  const size_t number_count = sizeof number_types / sizeof *number_types;
  size_t n, b;
  int t, validity;
  uint64_t flags;
  tj_tally_free(tally);
  /* Each number type × boolean type × text type × way to say null, copied and lent. */
  for (flags = 0; flags <= TJ_COLUMNS_BORROW; ++flags)
    for (validity = 0; validity < 2; ++validity)
      for (n = 0; n < number_count; ++n)
        for (b = 0; b < 2; ++b)
          for (t = 0; t < 3; ++t) {
            struct ArrowArrayStream stream;
            struct frame frame;
            tj_column columns[4];
            columns[0] = typed_column("community", text_type(t));
            columns[1] = column_of("building", "strings", building_strings);
            columns[1].offset = 1;
            columns[2] = typed_column("riser_age", number_types[n]);
            columns[3] = typed_column("riser_corroded", boolean_types[b]);
            if (validity == 0)
              columns[2].validity = ages_known_bits;
            else
              columns[2].valid_bytes = ages_known_bytes;
            check_added(columns, flags, expected, __LINE__);
            MUST(tj_stream_from_columns(columns, 4, 4, flags, &stream, &fault));
            frame = read_frame(&stream);
            CHECK_NUMBER(frame.array.length, 4);
            CHECK_TEXT(text_cell(&frame, 0, 0), "Minzhu");
            CHECK_TEXT(text_cell(&frame, 0, 3), "Bohai");
            CHECK_TEXT(text_cell(&frame, 1, 1), "M-2");
            CHECK(number_cell(&frame, 2, 0) == 25 && number_cell(&frame, 2, 1) == 30);
            CHECK(number_cell(&frame, 2, 2) == 12 && is_null_cell(&frame, 2, 3));
            CHECK(number_cell(&frame, 3, 0) == 1 && number_cell(&frame, 3, 1) == 0);
            CHECK(number_cell(&frame, 3, 2) == 1 && number_cell(&frame, 3, 3) == 1);
            if (flags == TJ_COLUMNS_BORROW) {
              CHECK_TEXT(frame.schema.children[2]->format, number_types[n].format);
              CHECK_TEXT(frame.schema.children[0]->format, text_type(t).format);
              /* Row 0 lies where the caller has it, wherever the array begins. */
              CHECK((const char*)frame.array.children[2]->buffers[1] +
                        frame.array.children[2]->offset * width_of_number(n) ==
                    (const char*)number_types[n].values + columns[2].offset * width_of_number(n));
            }
            CHECK_TEXT(frame.schema.children[3]->format, "b");
            drop_frame(&frame);
          }
  /* Null in every other type, and a column of nothing else. */
  for (flags = 0; flags <= TJ_COLUMNS_BORROW; ++flags)
    for (validity = 0; validity < 2; ++validity) {
      struct ArrowArrayStream stream;
      struct frame frame;
      tj_column columns[6];
      int64_t c;
      columns[0] = typed_column("boolean", boolean_types[0]);
      columns[1] = typed_column("boolean_bytes", boolean_types[1]);
      for (t = 0; t < 3; ++t) columns[2 + t] = typed_column("text", text_type(t));
      columns[2].name = "strings";
      columns[3].name = "utf8";
      columns[4].name = "large";
      columns[5] = column_of("nothing", "null", NULL);
      for (c = 0; c < 5; ++c) {
        if (validity == 0)
          columns[c].validity = ages_known_bits;
        else
          columns[c].valid_bytes = ages_known_bytes;
      }
      MUST(tj_stream_from_columns(columns, 6, 4, flags, &stream, &fault));
      frame = read_frame(&stream);
      for (c = 0; c < 6; ++c) {
        CHECK(is_null_cell(&frame, c, 3));
        CHECK_NUMBER(is_null_cell(&frame, c, 0), c == 5);
      }
      CHECK(number_cell(&frame, 0, 2) == 1 && number_cell(&frame, 1, 2) == 1);
      for (c = 2; c < 5; ++c) CHECK_TEXT(text_cell(&frame, c, 2), "Bohai");
      CHECK_TEXT(frame.schema.children[5]->name, "nothing");
      CHECK_TEXT(frame.schema.children[5]->format, "n");
      drop_frame(&frame);
    }
  /* A NULL among strings is null; no columns are a stream, too. */
  {
    struct ArrowArrayStream stream;
    struct frame frame;
    tj_column column = column_of("a", "strings", community_strings);
    MUST(tj_stream_from_columns(&column, 1, 5, 0, &stream, &fault));
    frame = read_frame(&stream);
    CHECK(is_null_cell(&frame, 0, 0) && !is_null_cell(&frame, 0, 1));
    drop_frame(&frame);
    MUST(tj_stream_from_columns(NULL, 0, 7, 0, &stream, &fault));
    frame = read_frame(&stream);
    CHECK_NUMBER(frame.array.length, 7);
    CHECK_NUMBER(frame.schema.n_children, 0);
    drop_frame(&frame);
  }
  tj_buffer_free(expected);
}

/* ---- units and tallies
 * --------------------------------------------------------------------------- */

/* The example's, in each community two buildings are due. */
static void make_units(void) {
  static const char* const ids[] = {"Minzhu", "Bohai", "Dunhua"};
  static const char* const levels[] = {"community", "community", "city"};
  static const char* const parents[] = {"Dunhua", "Dunhua", NULL};
  static const char* const unit_names[] = {"民主社区", "渤海社区", "敦化市"};
  static const int16_t due[] = {2, 2, 0};
  static const uint8_t due_known[] = {1, 1, 0};
  struct ArrowArrayStream stream;
  tj_column columns[5];
  columns[0] = column_of("id", "strings", ids);
  columns[1] = column_of("level", "strings", levels);
  columns[2] = column_of("parent", "strings", parents);
  columns[3] = column_of("name", "strings", unit_names);
  columns[4] = column_of("due", "int16", due);
  columns[4].valid_bytes = due_known;
  MUST(tj_stream_from_columns(columns, 5, 3, 0, &stream, &fault));
  MUST(tj_units_from_arrow(plan, &stream, &units, &fault));
  CHECK_NUMBER(tj_units_count(units), 3);
}

/* Rows [first, first + count) of the buildings. */
static void buildings_from(struct ArrowArrayStream* stream, int64_t first, int64_t count) {
  tj_column columns[4];
  columns[0] = column_of("community", "strings", community_strings);
  columns[1] = column_of("building", "strings", building_strings);
  columns[2] = column_of("riser_age", "float64", ages64);
  columns[2].validity = ages_known_bits;
  columns[3] = column_of("riser_corroded", "boolean", corroded_bits);
  columns[0].offset = columns[1].offset = columns[2].offset = columns[3].offset = 1 + first;
  MUST(tj_stream_from_columns(columns, 4, count, TJ_COLUMNS_BORROW, stream, &fault));
}

static void tallies(void) {
  tj_tally* whole = example_tally(plan);
  tj_buffer* expected = saved_tally(whole);
  tj_tally *left = NULL, *right = NULL, *loaded = NULL;
  struct ArrowArrayStream stream;
  struct hand_stream batches;
  struct hand_batch batch;
  /* Two parts, in either order. */
  MUST(tj_tally_new(plan, &left, &fault));
  MUST(tj_tally_new(plan, &right, &fault));
  buildings_from(&stream, 0, 1);
  MUST(tj_tally_add_arrow(left, "buildings", &stream, NULL, &fault));
  buildings_from(&stream, 1, 3);
  MUST(tj_tally_add_arrow(right, "buildings", &stream, NULL, &fault));
  CHECK(!is_saved_as(left, expected));
  MUST(tj_tally_merge(right, left, &fault));
  CHECK(is_saved_as(right, expected));
  tj_tally_free(left);
  tj_tally_free(right);
  /* A stream of three batches. */
  MUST(tj_tally_new(plan, &left, &fault));
  hand_stream_start(&batches);
  buildings_from(hand_stream_more(&batches), 2, 2);
  buildings_from(hand_stream_more(&batches), 0, 0);
  buildings_from(hand_stream_more(&batches), 0, 2);
  MUST(tj_tally_add_arrow(left, "buildings", &batches.stream, NULL, &fault));
  CHECK(is_saved_as(left, expected));
  tj_tally_free(left);
  /* An array. */
  MUST(tj_tally_new(plan, &left, &fault));
  hand_buildings(&batch);
  MUST(tj_tally_add_array(left, "buildings", &batch.schema, &batch.array, NULL, &fault));
  CHECK(is_saved_as(left, expected));
  /* Saved and loaded, it goes on. Merged with itself it has all twice. */
  MUST(tj_tally_load(plan, tj_buffer_data(expected), tj_buffer_size(expected), &loaded, &fault));
  CHECK(is_saved_as(loaded, expected));
  MUST(tj_tally_merge(loaded, loaded, &fault));
  MUST(tj_tally_merge(left, whole, &fault));
  {
    tj_buffer* twice = saved_tally(left);
    CHECK(is_saved_as(loaded, twice));
    CHECK(!same_buffers(twice, expected));
    tj_buffer_free(twice);
  }
  tj_tally_free(left);
  tj_tally_free(loaded);
  tj_buffer_free(expected);
  tj_tally_free(whole);
}

/* ---- values by hand
 * ------------------------------------------------------------------------------ */

static void check_values(const tj_assessment* assessment) {
  static const struct {
    const char* unit;
    const char* indicator;
    double value, numerator, denominator;
    double rows, missing, coverage;
    const char* verdict;
    double provisional; /* of a floor only: met as far as is known */
  } expected[] = {
      {"Bohai", "H02", 0, 0, NAN, 2, 1, 0.5, "met", 1},
      {"Bohai", "H10", 0, 0, 1, 2, 1, 0.5, "met", 0},
      {"Minzhu", "H02", 1, 1, NAN, 2, 0, 1, "unmet", 0},
      {"Minzhu", "H10", 100, 2, 2, 2, 0, 1, "unmet", 0},
      {"Dunhua", "H02", 1, 1, NAN, 4, 1, 0.75, "unmet", 0},
      {"Dunhua", "H10", 200.0 / 3, 2, 3, 4, 1, 0.75, "met", 0},
  };
  const size_t count = sizeof expected / sizeof *expected;
  struct frame values = export_frame(assessment, "values", NULL);
  struct frame verdicts = export_frame(assessment, "verdicts", NULL);
  size_t i;
  CHECK_NUMBER(values.array.length, count);
  CHECK_NUMBER(verdicts.array.length, count);
  for (i = 0; i < count; ++i) {
    /* Lowest level first, then by id, then as the framework has them. */
    const int64_t row = (int64_t)i;
    CHECK_TEXT(text_of(&values, "unit", row), expected[i].unit);
    CHECK_TEXT(text_of(&values, "indicator", row), expected[i].indicator);
    CHECK_TEXT(text_of(&values, "level", row), i < 4 ? "community" : "city");
    CHECK(is_null_of(&values, "component", row));
    CHECK(number_of(&values, "value", row) == expected[i].value);
    CHECK(number_of(&values, "numerator", row) == expected[i].numerator);
    if (isnan(expected[i].denominator))
      CHECK(is_null_of(&values, "denominator", row));
    else
      CHECK(number_of(&values, "denominator", row) == expected[i].denominator);
    CHECK(number_of(&values, "rows", row) == expected[i].rows);
    CHECK(number_of(&values, "missing", row) == expected[i].missing);
    CHECK(number_of(&values, "coverage", row) == expected[i].coverage);
    CHECK_TEXT(text_of(&values, "origin", row), "computed");
    CHECK_TEXT(text_of(&verdicts, "unit", row), expected[i].unit);
    CHECK_TEXT(text_of(&verdicts, "verdict", row), expected[i].verdict);
    CHECK(number_of(&verdicts, "provisional", row) == expected[i].provisional);
    CHECK_TEXT(text_of(&verdicts, "target", row), i % 2 == 0 ? "<= 0" : "<= 70");
  }
  CHECK_TEXT(text_of(&values, "unit_name", 4), "敦化市");
  /* The layouts that are promised. */
  CHECK_TEXT(values.schema.children[column_at(&values, "unit")]->format, "U");
  CHECK_TEXT(values.schema.children[column_at(&values, "value")]->format, "g");
  CHECK_TEXT(values.schema.children[column_at(&values, "rows")]->format, "l");
  CHECK_TEXT(verdicts.schema.children[column_at(&verdicts, "provisional")]->format, "b");
  drop_frame(&values);
  drop_frame(&verdicts);
}

static void check_problems(const tj_assessment* assessment, const char* object) {
  struct frame problems = export_frame(assessment, "problems", NULL);
  const int64_t row = row_of(&problems, "Minzhu", "H02");
  CHECK_TEXT(text_of(&problems, "object", row), object);
  CHECK_TEXT(text_of(&problems, "item", row), "H02.1");
  CHECK_TEXT(text_of(&problems, "severity", row), "critical");
  CHECK_TEXT(text_of(&problems, "department", row), "gas");
  CHECK(number_of(&problems, "due", row) == 2026); /* twelve months from the end of 2025 */
  if (object[0] == '\0')
    CHECK(number_of(&problems, "value", row) == 1);
  else
    CHECK(is_null_of(&problems, "value", row));
  drop_frame(&problems);
}

/* ---- assessing
 * ----------------------------------------------------------------------------------- */

static tj_tally* town_tally(void) {
  struct ArrowArrayStream stream;
  tj_tally* tally = NULL;
  buildings_from(&stream, 0, 4);
  MUST(tj_tally_new(plan, &tally, &fault));
  MUST(tj_tally_add_arrow(tally, "buildings", &stream, NULL, &fault));
  return tally;
}

static tj_assessment* assess_tally(void) {
  tj_tally* tally = town_tally();
  tj_assessment* assessment = NULL;
  MUST(tj_tally_assess(tally, units, NULL, &assessment, &fault));
  tj_tally_free(tally);
  return assessment;
}

static tj_assessment* assess_tables(const tj_assess_options* options) {
  struct ArrowArrayStream stream;
  tj_assessment* assessment = NULL;
  tj_table table;
  buildings_from(&stream, 0, 4);
  table.name = "buildings";
  table.stream = &stream;
  MUST(tj_plan_assess(plan, units, &table, 1, options, &assessment, &fault));
  return assessment;
}

/* Entries stand beside what is computed; last year's result and ledger are looked up. */
static void assess_with_all(void) {
  struct hand_stream entries, ledger;
  tj_assess_options options = TJ_ASSESS_OPTIONS_INIT;
  tj_assess_options last = TJ_ASSESS_OPTIONS_INIT;
  tj_assessment *previous, *assessment;
  struct frame frame;
  int64_t row;
  last.year = 2024;
  previous = assess_tables(&last);
  CHECK_NUMBER(tj_assessment_year(previous), 2024);
  options.entries = hand_entries_stream(&entries); /* Dunhua reports 7 buildings */
  options.previous = previous;
  options.previous_problems = hand_problems_stream(&ledger);
  options.language = "en";
  options.threads = 2;
  assessment = assess_tables(&options);
  CHECK_NUMBER(tj_assessment_year(assessment), 2025);
  check_values(assessment);
  check_problems(assessment, "M-1");
  frame = export_frame(assessment, "values", NULL);
  row = row_of(&frame, "Dunhua", "H02");
  CHECK(number_of(&frame, "reported", row) == 7);
  CHECK(number_of(&frame, "previous", row) == 1);
  CHECK_TEXT(text_of(&frame, "indicator_name", row), "Buildings with gas hazards");
  row = row_of(&frame, "Bohai", "H10");
  CHECK(is_null_of(&frame, "reported", row));
  CHECK(number_of(&frame, "previous", row) == 0);
  drop_frame(&frame);
  frame = export_frame(assessment, "checks", NULL);
  CHECK_NUMBER(frame.array.length, 1);
  CHECK_TEXT(text_of(&frame, "table", 0), "entries");
  CHECK_TEXT(text_of(&frame, "unit", 0), "Dunhua");
  CHECK_TEXT(text_of(&frame, "check", 0), "reported");
  drop_frame(&frame);
  tj_assessment_free(previous);
  /* It refers to nothing that was given. */
  check_values(assessment);
  tj_assessment_free(assessment);

  /* Without rows, the reported value stands. */
  {
    tj_tally* empty = NULL;
    struct ArrowArrayStream stream;
    MUST(tj_tally_new(plan, &empty, &fault));
    options.entries = hand_entries_stream(&entries);
    options.previous = NULL;
    options.previous_problems = NULL;
    MUST(tj_tally_assess(empty, units, &options, &assessment, &fault));
    frame = export_frame(assessment, "values", NULL);
    row = row_of(&frame, "Dunhua", "H02");
    CHECK(number_of(&frame, "value", row) == 7);
    CHECK_TEXT(text_of(&frame, "origin", row), "reported");
    CHECK(is_null_of(&frame, "value", row_of(&frame, "Minzhu", "H02")));
    drop_frame(&frame);
    tj_assessment_free(assessment);
    /* A stream without rows tells that the table was surveyed: it is another tally. */
    {
      tj_buffer* before = saved_tally(empty);
      buildings_from(&stream, 0, 0);
      MUST(tj_tally_add_arrow(empty, "buildings", &stream, NULL, &fault));
      CHECK(!is_saved_as(empty, before));
      tj_buffer_free(before);
    }
    tj_tally_free(empty);
  }
}

/* Single objects, without a tally. */
static void screened(void) {
  struct ArrowArrayStream in, problems, checks;
  struct frame frame;
  buildings_from(&in, 0, 4);
  MUST(tj_screen_arrow(plan, "buildings", &in, NULL, &problems, &checks, &fault));
  frame = read_frame(&problems);
  CHECK_NUMBER(frame.array.length, 1);
  CHECK_TEXT(text_of(&frame, "unit", 0), "Minzhu");
  CHECK_TEXT(text_of(&frame, "object", 0), "M-1");
  CHECK_TEXT(text_of(&frame, "item", 0), "H02.1");
  CHECK_TEXT(text_of(&frame, "severity", 0), "critical");
  drop_frame(&frame);
  frame = read_frame(&checks);
  CHECK_NUMBER(frame.array.length, 0);
  drop_frame(&frame);
}

/* NaN is null, an infinity is null and told, an integer beyond 2^53 is refused. */
static void unusual_numbers(void) {
  const double odd[] = {NAN, INFINITY, 12, 40};
  const int64_t large[] = {1, 2, 3, ((int64_t)1 << 53) + 1};
  struct ArrowArrayStream stream;
  tj_column columns[4];
  tj_tally* tally = NULL;
  tj_assessment* assessment = NULL;
  struct frame frame;
  columns[0] = column_of("community", "strings", community_strings);
  columns[1] = column_of("building", "strings", building_strings);
  columns[0].offset = columns[1].offset = 1;
  columns[2] = column_of("riser_age", "float64", odd);
  columns[3] = column_of("riser_corroded", "boolean", corroded_bits);
  columns[3].offset = 1;
  MUST(tj_tally_new(plan, &tally, &fault));
  MUST(tj_stream_from_columns(columns, 4, 4, 0, &stream, &fault));
  MUST(tj_tally_add_arrow(tally, "buildings", &stream, NULL, &fault));
  columns[2] = column_of("riser_age", "int64", large);
  MUST(tj_stream_from_columns(columns, 4, 4, 0, &stream, &fault));
  CHECK_REFUSED(TJ_E_DATA, "data.too_large",
                tj_tally_add_arrow(tally, "buildings", &stream, NULL, &fault));
  MUST(tj_tally_assess(tally, units, NULL, &assessment, &fault));
  frame = export_frame(assessment, "values", NULL);
  CHECK(is_null_of(&frame, "value", row_of(&frame, "Minzhu", "H10")));
  CHECK(number_of(&frame, "missing", row_of(&frame, "Minzhu", "H10")) == 2);
  CHECK(number_of(&frame, "value", row_of(&frame, "Bohai", "H10")) == 50);
  drop_frame(&frame);
  frame = export_frame(assessment, "checks", NULL);
  CHECK_NUMBER(frame.array.length, 1);
  CHECK_TEXT(text_of(&frame, "unit", 0), "Minzhu");
  CHECK_TEXT(text_of(&frame, "effect", 0), "missing");
  CHECK(strstr(text_of(&frame, "check", 0), "riser_age") != NULL);
  drop_frame(&frame);
  tj_assessment_free(assessment);
  tj_tally_free(tally);
}

/* ---- every table in every form
 * ------------------------------------------------------------------- */

struct sha256 {
  uint32_t h[8];
};

static uint32_t rotate(uint32_t x, int by) { return x >> by | x << (32 - by); }

/* FIPS 180-4, written for this test: the constants are the roots' fractions, computed. */
static void sha256_hex_of(const unsigned char* data, size_t size, char hex[65]) {
  uint32_t k[64], h[8], w[64];
  size_t blocks = (size + 9 + 63) / 64, block, i;
  unsigned prime = 2, found = 0;
  while (found < 64) {
    unsigned d = 2;
    while (d * d <= prime && prime % d != 0) ++d;
    if (d * d > prime) {
      const long double cube = cbrtl((long double)prime), square = sqrtl((long double)prime);
      k[found] = (uint32_t)((cube - floorl(cube)) * 4294967296.0L);
      if (found < 8) h[found] = (uint32_t)((square - floorl(square)) * 4294967296.0L);
      ++found;
    }
    ++prime;
  }
  for (block = 0; block < blocks; ++block) {
    uint32_t a[8];
    for (i = 0; i < 64; ++i) {
      const size_t at = block * 64 + i;
      unsigned char byte = at < size ? data[at] : at == size ? 0x80 : 0;
      if (block == blocks - 1 && i >= 56)
        byte = (unsigned char)((uint64_t)size * 8 >> (8 * (63 - i)) & 0xFF);
      w[i / 4] = (i % 4 == 0 ? 0 : w[i / 4] << 8) | byte;
    }
    for (i = 16; i < 64; ++i)
      w[i] = w[i - 16] + w[i - 7] +
             (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3) +
             (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10);
    memcpy(a, h, sizeof a);
    for (i = 0; i < 64; ++i) {
      const uint32_t t1 = a[7] + (rotate(a[4], 6) ^ rotate(a[4], 11) ^ rotate(a[4], 25)) +
                          ((a[4] & a[5]) ^ (~a[4] & a[6])) + k[i] + w[i];
      const uint32_t t2 = (rotate(a[0], 2) ^ rotate(a[0], 13) ^ rotate(a[0], 22)) +
                          ((a[0] & a[1]) ^ (a[0] & a[2]) ^ (a[1] & a[2]));
      memmove(a + 1, a, 7 * sizeof *a);
      a[4] += t1;
      a[0] = t1 + t2;
    }
    for (i = 0; i < 8; ++i) h[i] += a[i];
  }
  for (i = 0; i < 8; ++i) sprintf(hex + 8 * i, "%08x", (unsigned)h[i]);
}

/* What a sink was given. */
struct pieces {
  char* bytes;
  size_t size, largest, count, room;
};

static int take_piece(void* context, const char* data, size_t size) {
  struct pieces* pieces = (struct pieces*)context;
  if (pieces->size + size > pieces->room) return 1;
  memcpy(pieces->bytes + pieces->size, data, size);
  pieces->size += size;
  if (size > pieces->largest) pieces->largest = size;
  ++pieces->count;
  return 0;
}

static void check_pieces(const tj_assessment* assessment, const char* table, const char* format,
                         const tj_table_options* options, const tj_buffer* expected) {
  struct pieces pieces;
  memset(&pieces, 0, sizeof pieces);
  pieces.room = tj_buffer_size(expected) + 1;
  pieces.bytes = (char*)malloc(pieces.room);
  if (pieces.bytes == NULL) exit(100);
  CHECK_OK(tj_assessment_write(assessment, table, format, options, take_piece, &pieces, &fault));
  CHECK(pieces.largest <= 65536);
  CHECK_NUMBER(pieces.size, tj_buffer_size(expected));
  CHECK(memcmp(pieces.bytes, tj_buffer_data(expected), pieces.size) == 0);
  if (tj_buffer_size(expected) > 65536) CHECK(pieces.count > 1);
  free(pieces.bytes);
}

/* Reads one cell of CSV at `*at`; returns what stood behind it. */
static char csv_cell(const char** at, char* cell, size_t room) {
  size_t size = 0;
  char end;
  if (**at == '"') {
    for (++*at; !((*at)[0] == '"' && (*at)[1] != '"'); ++*at) {
      if ((*at)[0] == '"') ++*at;
      if (size + 1 < room) cell[size++] = **at;
    }
    ++*at;
  } else {
    while (**at != ',' && **at != '\r' && **at != '\0') {
      if (size + 1 < room) cell[size++] = **at;
      ++*at;
    }
  }
  cell[size] = '\0';
  end = **at;
  *at += end == '\r' ? 2 : 1;
  return end;
}

/* The CSV says what the Arrow array says, cell by cell. */
static void check_csv_is_frame(const char* csv, const struct frame* frame, const char* table) {
  static char cell[4096];
  int64_t row, column;
  unsigned long wrong = 0;
  for (row = -1; row < frame->array.length; ++row)
    for (column = 0; column < frame->schema.n_children; ++column) {
      const struct ArrowSchema* field = frame->schema.children[column];
      const char end = csv_cell(&csv, cell, sizeof cell);
      if (end != (column + 1 < frame->schema.n_children ? ',' : '\r')) ++wrong;
      if (row < 0) {
        wrong += strcmp(cell, field->name) != 0;
      } else if (is_null_cell(frame, column, row)) {
        wrong += cell[0] != '\0';
      } else if (field->format[0] == 'U') {
        wrong += strcmp(cell, text_cell(frame, column, row)) != 0;
      } else if (field->format[0] == 'b') {
        wrong += strcmp(cell, number_cell(frame, column, row) != 0 ? "true" : "false") != 0;
      } else {
        wrong += strtod(cell, NULL) != number_cell(frame, column, row);
      }
    }
  wrong += *csv != '\0';
  if (wrong != 0) printf("table %s:\n", table);
  CHECK_NUMBER(wrong, 0);
}

static void check_all_tables(const tj_assessment* assessment) {
  size_t i;
  for (i = 0; i < tj_assessment_table_count(assessment); ++i) {
    const char* name = tj_assessment_table_name(assessment, i);
    tj_table_options plain = TJ_TABLE_OPTIONS_INIT;
    struct frame frame = export_frame(assessment, name, NULL);
    tj_buffer* csv = text_in(assessment, name, "csv", NULL);
    tj_buffer* json = text_in(assessment, name, "json", NULL);
    tj_buffer* digest = text_in(assessment, name, "sha256", NULL);
    char expected[80];
    CHECK(memcmp(text_bytes(csv), "\xEF\xBB\xBF", 3) == 0);
    sha256_hex_of((const unsigned char*)tj_buffer_data(csv), tj_buffer_size(csv), expected);
    CHECK_TEXT(text_bytes(digest), expected);
    sprintf(expected, "{\"tijian\":1,\"table\":\"%.40s\"", name);
    CHECK(strncmp(text_bytes(json), expected, strlen(expected)) == 0);
    sprintf(expected, "\"total\":%ld,", (long)frame.array.length);
    CHECK(strstr(text_bytes(json), expected) != NULL);
    check_pieces(assessment, name, "csv", NULL, csv);
    check_pieces(assessment, name, "json", NULL, json);
    check_pieces(assessment, name, "sha256", NULL, digest);
    tj_buffer_free(csv);
    plain.flags = TJ_CSV_NO_BYTE_ORDER_MARK | TJ_CSV_NO_FORMULA_GUARD;
    csv = text_in(assessment, name, "csv", &plain);
    check_csv_is_frame(text_bytes(csv), &frame, name);
    tj_buffer_free(csv);
    plain.flags = TJ_CSV_SOURCE_COLUMNS;
    csv = text_in(assessment, name, "csv", &plain);
    CHECK(strstr(text_bytes(csv),
                 ",framework,framework_version,fingerprint,library,framework_year\r\n") != NULL);
    tj_buffer_free(csv);
    tj_buffer_free(digest);
    tj_buffer_free(json);
    drop_frame(&frame);
  }
}

static void table_names(const tj_assessment* assessment) {
  static const char* const names[] = {"values",    "items",       "verdicts",      "problems",
                                      "grades",    "checks",      "problem_list",  "remediation",
                                      "resources", "comparisons", "ledger:housing"};
  size_t i;
  CHECK_NUMBER(tj_assessment_table_count(assessment), sizeof names / sizeof *names);
  for (i = 0; i < sizeof names / sizeof *names; ++i)
    CHECK_TEXT(tj_assessment_table_name(assessment, i), names[i]);
  CHECK(tj_assessment_table_name(assessment, i) == NULL);
  CHECK(tj_assessment_table_name(assessment, SIZE_MAX) == NULL);
}

/* A text that a spreadsheet would run, in what a caller named so. */
static void formula_guard(void) {
  static const char* const ids[] = {"=1+1", "Dunhua"};
  static const char* const levels[] = {"community", "city"};
  static const char* const parents[] = {"Dunhua", NULL};
  struct ArrowArrayStream stream;
  tj_column columns[3];
  tj_units* odd = NULL;
  tj_tally* empty = NULL;
  tj_assessment* assessment = NULL;
  tj_table_options options = TJ_TABLE_OPTIONS_INIT;
  tj_buffer* csv;
  columns[0] = column_of("id", "strings", ids);
  columns[1] = column_of("level", "strings", levels);
  columns[2] = column_of("parent", "strings", parents);
  MUST(tj_stream_from_columns(columns, 3, 2, 0, &stream, &fault));
  MUST(tj_units_from_arrow(plan, &stream, &odd, &fault));
  MUST(tj_tally_new(plan, &empty, &fault));
  MUST(tj_tally_assess(empty, odd, NULL, &assessment, &fault));
  csv = text_in(assessment, "values", "csv", NULL);
  CHECK(strstr(text_bytes(csv), "\r\n'=1+1,") != NULL);
  tj_buffer_free(csv);
  options.flags = TJ_CSV_NO_FORMULA_GUARD;
  csv = text_in(assessment, "values", "csv", &options);
  CHECK(strstr(text_bytes(csv), "\r\n=1+1,") != NULL);
  tj_buffer_free(csv);
  tj_assessment_free(assessment);
  tj_tally_free(empty);
  tj_units_free(odd);
}

/* ---- filters
 * ------------------------------------------------------------------------------------- */

static int64_t rows_with(const tj_assessment* assessment, const char* table,
                         const tj_table_options* options) {
  struct frame frame = export_frame(assessment, table, options);
  const int64_t rows = frame.array.length;
  tj_buffer* json = text_in(assessment, table, "json", options);
  char total[40];
  sprintf(total, "\"total\":%ld,", (long)rows);
  CHECK(strstr(text_bytes(json), total) != NULL);
  tj_buffer_free(json);
  drop_frame(&frame);
  return rows;
}

static void filters(const tj_assessment* assessment) {
  static const char* const city[] = {"Dunhua"};
  static const char* const two[] = {"Minzhu", "Minzhu", "Bohai"};
  static const char* const minzhu[] = {"Minzhu"};
  static const char* const unknown[] = {"Minzhu", "Nowhere", "Elsewhere"};
  static const char* const h10[] = {"H10"};
  tj_table_options options = TJ_TABLE_OPTIONS_INIT;
  const tj_table_options none = TJ_TABLE_OPTIONS_INIT;
  struct frame frame;
  CHECK_NUMBER(rows_with(assessment, "values", &options), 6);
  /* A unit comes with all beneath it. */
  options.units = city;
  options.unit_count = 1;
  CHECK_NUMBER(rows_with(assessment, "values", &options), 6);
  options.units = minzhu;
  CHECK_NUMBER(rows_with(assessment, "values", &options), 2);
  frame = export_frame(assessment, "values", &options);
  CHECK_TEXT(text_of(&frame, "unit", 0), "Minzhu");
  CHECK_TEXT(text_of(&frame, "unit", 1), "Minzhu");
  drop_frame(&frame);
  options.units = two;
  options.unit_count = 3;
  CHECK_NUMBER(rows_with(assessment, "values", &options), 4);
  /* A list of none is none, in every table; NULL is all. */
  options.unit_count = 0;
  {
    size_t i;
    for (i = 0; i < tj_assessment_table_count(assessment); ++i)
      CHECK_NUMBER(rows_with(assessment, tj_assessment_table_name(assessment, i), &options), 0);
  }
  options.units = NULL;
  CHECK_NUMBER(rows_with(assessment, "values", &options), 6);
  /* What is not known is refused, all of it by name. */
  options.units = unknown;
  options.unit_count = 3;
  {
    tj_buffer* text = NULL;
    struct ArrowArrayStream stream;
    fill_pattern(&stream, sizeof stream);
    CHECK_REFUSED(TJ_E_DATA, "data.unknown_filter",
                  tj_assessment_text(assessment, "values", "csv", &options, &text, &fault));
    CHECK_NUMBER(tj_error_issue_count(fault), 2);
    CHECK(strstr(tj_error_message(fault), "Nowhere") != NULL);
    CHECK(strstr(tj_error_message(fault), "Elsewhere") != NULL);
    CHECK_REFUSED(TJ_E_DATA, "data.unknown_filter",
                  tj_assessment_export(assessment, "values", &options, &stream, &fault));
    CHECK(text == NULL && has_pattern(&stream, sizeof stream));
  }
  /* The others, and together. */
  options = none;
  options.level = "city";
  CHECK_NUMBER(rows_with(assessment, "values", &options), 2);
  options.indicators = h10;
  options.indicator_count = 1;
  CHECK_NUMBER(rows_with(assessment, "values", &options), 1);
  options.level = NULL;
  CHECK_NUMBER(rows_with(assessment, "values", &options), 3);
  options.indicator_count = 0;
  CHECK_NUMBER(rows_with(assessment, "values", &options), 0);
  options = none;
  options.severity_at_least = "critical";
  options.time_class = "time_limited";
  options.department = "gas";
  CHECK_NUMBER(rows_with(assessment, "problems", &options), 1);
  options.units = two + 2;
  options.unit_count = 1;
  CHECK_NUMBER(rows_with(assessment, "problems", &options), 0);
}

/* ---- exports stand by themselves
 * ----------------------------------------------------------------- */

static void exported_twice(const tj_assessment* assessment) {
  struct ArrowArrayStream first, second;
  struct frame a, b;
  int64_t row, column;
  int same = 1;
  MUST(tj_assessment_export(assessment, "verdicts", NULL, &first, &fault));
  MUST(tj_assessment_export(assessment, "verdicts", NULL, &second, &fault));
  a = read_frame(&first); /* to its end, before the second is begun */
  b = read_frame(&second);
  CHECK_NUMBER(a.array.length, b.array.length);
  for (column = 0; column < a.schema.n_children; ++column) {
    CHECK_TEXT(a.schema.children[column]->name, b.schema.children[column]->name);
    for (row = 0; row < a.array.length; ++row) {
      same &= is_null_cell(&a, column, row) == is_null_cell(&b, column, row);
      if (is_null_cell(&a, column, row)) continue;
      if (a.schema.children[column]->format[0] == 'U') {
        char text[4096];
        strcpy(text, text_cell(&a, column, row));
        same &= strcmp(text, text_cell(&b, column, row)) == 0;
      } else {
        same &= number_cell(&a, column, row) == number_cell(&b, column, row);
      }
    }
  }
  CHECK(same);
  CHECK(a.array.children[0]->buffers[1] != b.array.children[0]->buffers[1]);
  drop_frame(&a);
  CHECK_TEXT(text_of(&b, "unit", 0), "Bohai");
  drop_frame(&b);
}

static void explained(const tj_assessment* assessment) {
  tj_buffer* json = NULL;
  MUST(tj_assessment_explain(assessment, "Dunhua", "H10", &json, &fault));
  CHECK(strstr(text_bytes(json), "\"unit\":\"Dunhua\"") != NULL);
  CHECK(strstr(text_bytes(json), "\"numerator\":2,\"denominator\":3") != NULL);
  CHECK(strstr(text_bytes(json), "\"value\":66.66666666666667") != NULL);
  CHECK(strstr(text_bytes(json), "老旧立管占比") != NULL);
  CHECK(strstr(text_bytes(json), "Share of old risers") != NULL);
  CHECK(strstr(text_bytes(json), tj_framework_fingerprint(town)) != NULL);
  tj_buffer_free(json);
}

static void saved_and_loaded(const tj_assessment* assessment) {
  tj_buffer *bytes = NULL, *again = NULL;
  tj_assessment* loaded = NULL;
  tj_framework* inside = NULL;
  size_t i;
  MUST(tj_assessment_save(assessment, &bytes, &fault));
  MUST(tj_assessment_load(tj_buffer_data(bytes), tj_buffer_size(bytes), &loaded, &fault));
  CHECK_NUMBER(tj_assessment_year(loaded), tj_assessment_year(assessment));
  CHECK_NUMBER(tj_assessment_table_count(loaded), tj_assessment_table_count(assessment));
  for (i = 0; i < tj_assessment_table_count(assessment); ++i) {
    const char* name = tj_assessment_table_name(assessment, i);
    const char* format;
    for (format = "csv"; format != NULL; format = strcmp(format, "csv") == 0 ? "json" : NULL) {
      tj_buffer* a = text_in(assessment, name, format, NULL);
      tj_buffer* b = text_in(loaded, name, format, NULL);
      CHECK(same_buffers(a, b));
      tj_buffer_free(a);
      tj_buffer_free(b);
    }
  }
  MUST(tj_assessment_save(loaded, &again, &fault));
  CHECK(same_buffers(bytes, again));
  tj_buffer_free(again);
  MUST(tj_assessment_framework(loaded, &inside, &fault));
  tj_assessment_free(loaded);
  CHECK_TEXT(tj_framework_fingerprint(inside), tj_framework_fingerprint(town));
  check_round_trip(inside);
  tj_framework_free(inside);
  tj_buffer_free(bytes);
}

/* ---- a city with many buildings: pieces, progress, log
 * ------------------------------------------- */

#define COMMUNITIES 3000
#define MANY_ROWS 300000

static char many_ids[COMMUNITIES][12];
static const char* many_id_list[COMMUNITIES + 1];
static const char* many_levels[COMMUNITIES + 1];
static const char* many_parents[COMMUNITIES + 1];

static tj_units* many_units(void) {
  struct ArrowArrayStream stream;
  tj_column columns[3];
  tj_units* made = NULL;
  int i;
  for (i = 0; i < COMMUNITIES; ++i) {
    sprintf(many_ids[i], "c%06d", i);
    many_id_list[i] = many_ids[i];
    many_levels[i] = "community";
    many_parents[i] = "city";
  }
  many_id_list[COMMUNITIES] = "city";
  many_levels[COMMUNITIES] = "city";
  columns[0] = column_of("id", "strings", many_id_list);
  columns[1] = column_of("level", "strings", many_levels);
  columns[2] = column_of("parent", "strings", many_parents);
  MUST(tj_stream_from_columns(columns, 3, COMMUNITIES + 1, TJ_COLUMNS_BORROW, &stream, &fault));
  MUST(tj_units_from_arrow(plan, &stream, &made, &fault));
  return made;
}

/* Building r is in community r % 3000, its riser r % 40 years old and corroded where r is even. */
static struct ArrowArrayStream* many_buildings(struct ArrowArrayStream* stream) {
  static const char* communities[MANY_ROWS];
  static uint8_t ages[MANY_ROWS], corroded[MANY_ROWS];
  tj_column columns[4];
  int64_t r;
  for (r = 0; r < MANY_ROWS; ++r) {
    communities[r] = many_ids[r % COMMUNITIES];
    ages[r] = (uint8_t)(r % 40);
    corroded[r] = r % 2 == 0;
  }
  columns[0] = column_of("community", "strings", communities);
  columns[1] = column_of("building", "strings", communities);
  columns[2] = column_of("riser_age", "uint8", ages);
  columns[3] = column_of("riser_corroded", "boolean_bytes", corroded);
  MUST(tj_stream_from_columns(columns, 4, MANY_ROWS, 0, stream, &fault));
  return stream;
}

struct told {
  int calls, wrong;
  double last;
  int known; /* whether a share is expected, or -1 */
};

static int note_progress(void* context, double done) {
  struct told* told = (struct told*)context;
  ++told->calls;
  if (told->known ? done < told->last || done > 1 || done < 0 : done != -1) ++told->wrong;
  told->last = done;
  return 0;
}

static struct {
  int lines, warnings, wrong;
  char last[256];
  char warning[256];
} logged;

static void note_log(void* context, int32_t level, const char* message) {
  if (context != (void*)&logged || message == NULL || message[0] == '\0') ++logged.wrong;
  if (level != TJ_LOG_INFO && level != TJ_LOG_WARNING) ++logged.wrong;
  ++logged.lines;
  strncpy(level == TJ_LOG_WARNING ? logged.warning : logged.last, message, 255);
  if (level == TJ_LOG_WARNING) ++logged.warnings;
}

static void progress_and_log(void) {
  tj_units* places = many_units();
  struct ArrowArrayStream stream;
  tj_add_options add = TJ_ADD_OPTIONS_INIT;
  tj_assess_options assess = TJ_ASSESS_OPTIONS_INIT;
  tj_tally* tally = NULL;
  tj_tally* threaded = NULL;
  tj_assessment* assessment = NULL;
  tj_table table;
  struct told told;
  struct frame frame;
  add.progress = note_progress;
  add.progress_context = &told;
  add.log = note_log;
  add.log_context = &logged;
  add.language = "en";

  /* A share where the rows are told, else -1. */
  MUST(tj_tally_new(plan, &tally, &fault));
  memset(&told, 0, sizeof told);
  MUST(tj_tally_add_arrow(tally, "buildings", many_buildings(&stream), &add, &fault));
  CHECK(told.calls >= 2 && told.wrong == 0);
  CHECK_TEXT(logged.last, "table buildings: 300000 rows added");
  MUST(tj_tally_new(plan, &threaded, &fault));
  add.total_rows = MANY_ROWS;
  add.threads = 3;
  add.language = "zh";
  memset(&told, 0, sizeof told);
  told.known = 1;
  MUST(tj_tally_add_arrow(threaded, "buildings", many_buildings(&stream), &add, &fault));
  CHECK(told.calls >= 1 && told.wrong == 0 && told.last > 0);
  CHECK_TEXT(logged.last, "表 buildings：已加入 300000 行");
  {
    tj_buffer* bytes = saved_tally(tally);
    CHECK(is_saved_as(threaded, bytes));
    tj_buffer_free(bytes);
  }
  /* More rows than were told do not go beyond 1. */
  add.total_rows = 10;
  memset(&told, 0, sizeof told);
  told.known = 1;
  MUST(tj_screen_arrow(plan, "buildings", many_buildings(&stream), &add, NULL, NULL, &fault));
  CHECK(told.calls >= 1 && told.wrong == 0 && told.last == 1);

  assess.progress = note_progress;
  assess.progress_context = &told;
  assess.log = note_log;
  assess.log_context = &logged;
  assess.language = "en";
  memset(&told, 0, sizeof told);
  told.known = 1;
  MUST(tj_tally_assess(tally, places, &assess, &assessment, &fault));
  CHECK(told.calls >= 2 && told.wrong == 0 && told.last == 1);
  CHECK(strncmp(logged.last, "3001 units assessed, ", 21) == 0);
  tj_assessment_free(assessment);

  memset(&told, 0, sizeof told);
  told.known = 1;
  assess.total_rows = MANY_ROWS;
  assess.threads = 2;
  table.name = "buildings";
  table.stream = many_buildings(&stream);
  MUST(tj_plan_assess(plan, places, &table, 1, &assess, &assessment, &fault));
  CHECK(told.calls >= 3 && told.wrong == 0 && told.last == 1);
  CHECK_NUMBER(logged.wrong, 0);

  /* Of 40 ages 10 are even and 20 or more: 75000 buildings. Half of all are 20 or more: 50 %. */
  frame = export_frame(assessment, "values", NULL);
  CHECK_NUMBER(frame.array.length, 2 * (COMMUNITIES + 1));
  CHECK(number_of(&frame, "value", row_of(&frame, "city", "H02")) == 75000);
  CHECK(number_of(&frame, "value", row_of(&frame, "city", "H10")) == 50);
  CHECK(number_of(&frame, "rows", row_of(&frame, "city", "H02")) == MANY_ROWS);
  /* Community 0 has the rows 0, 3000, 6000 …, all of age 0. */
  CHECK(number_of(&frame, "value", row_of(&frame, "c000000", "H02")) == 0);
  /* Community 20: all of age 20 and even. */
  CHECK(number_of(&frame, "value", row_of(&frame, "c000020", "H02")) == 100);
  drop_frame(&frame);
  frame = export_frame(assessment, "problems", NULL);
  {
    int64_t row, objects = 0;
    const int64_t column = column_at(&frame, "object");
    for (row = 0; row < frame.array.length; ++row) objects += !is_null_cell(&frame, column, row);
    CHECK_NUMBER(objects, 75000);
  }
  drop_frame(&frame);

  /* Many pieces. */
  {
    static const char* const formats[] = {"csv", "json", "sha256"};
    static const char* const tables[] = {"values", "problems"};
    size_t f, t;
    for (t = 0; t < 2; ++t)
      for (f = 0; f < 3; ++f) {
        tj_buffer* text = text_in(assessment, tables[t], formats[f], NULL);
        if (f < 2) CHECK(tj_buffer_size(text) > 3 * 65536);
        check_pieces(assessment, tables[t], formats[f], NULL, text);
        tj_buffer_free(text);
      }
  }
  tj_assessment_free(assessment);

  /* More objects than are wanted. */
  assess.max_objects = 74999;
  table.stream = many_buildings(&stream);
  CHECK_REFUSED(TJ_E_DATA, "data.too_many_objects",
                tj_plan_assess(plan, places, &table, 1, &assess, &assessment, &fault));

  /* Rows of places that are not there, reported: a warning to whoever reads the log. */
  assess.max_objects = 0;
  assess.unknown_units = "report";
  assess.progress = NULL;
  memset(&logged, 0, sizeof logged);
  MUST(tj_tally_assess(tally, units, &assess, &assessment, &fault));
  CHECK_NUMBER(logged.lines, 2);
  CHECK_NUMBER(logged.warnings, 1);
  CHECK(strstr(logged.warning, "rows of data checks, see the table checks") != NULL);
  CHECK(strncmp(logged.last, "3 units assessed, ", 18) == 0);
  CHECK_NUMBER(logged.wrong, 0);
  tj_assessment_free(assessment);
  tj_tally_free(threaded);
  tj_tally_free(tally);
  tj_units_free(places);
}

int main(void) {
  tj_assessment* by_unit;
  tj_assessment* by_object;
  frameworks();
  plan_tables();
  column_types();
  make_units();
  tallies();
  by_unit = assess_tally();
  by_object = assess_tables(NULL);
  check_values(by_unit);
  check_values(by_object);
  check_problems(by_unit, "");
  check_problems(by_object, "M-1");
  assess_with_all();
  screened();
  unusual_numbers();
  table_names(by_object);
  check_all_tables(by_unit);
  check_all_tables(by_object);
  formula_guard();
  filters(by_object);
  exported_twice(by_object);
  explained(by_object);
  saved_and_loaded(by_unit);
  saved_and_loaded(by_object);
  progress_and_log();
  tj_assessment_free(by_object);
  tj_assessment_free(by_unit);
  tj_units_free(units);
  tj_plan_free(plan);
  tj_framework_free(town);
  return finish_checks();
}
