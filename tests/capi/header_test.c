/* The header alone and twice, before anything else. */
#include "tijian/tijian.h"

/* Its structs as binaries rely on them, and its numbers: for ever. header_test.cpp is the same as
 * C++. */
#include "check.h"

#define FIELD(type, field, at) CHECK_NUMBER(offsetof(type, field), at)
#define SIZE(type, size) CHECK_NUMBER(sizeof(type), size)

static void layouts(void) {
  CHECK_NUMBER(sizeof(void*), 8);
  CHECK_NUMBER(sizeof(size_t), 8);
  CHECK_NUMBER(sizeof(tj_status), 4);

  SIZE(tj_issue, 80);
  FIELD(tj_issue, struct_size, 0);
  FIELD(tj_issue, code, 8);
  FIELD(tj_issue, place, 16);
  FIELD(tj_issue, message_zh, 24);
  FIELD(tj_issue, message_en, 32);
  FIELD(tj_issue, nearest, 40);
  FIELD(tj_issue, found, 48);
  FIELD(tj_issue, expected, 56);
  FIELD(tj_issue, position, 64);
  FIELD(tj_issue, is_warning, 72);

  SIZE(tj_document, 24);
  FIELD(tj_document, id, 0);
  FIELD(tj_document, json, 8);
  FIELD(tj_document, size, 16);

  SIZE(tj_parse_options, 24);
  FIELD(tj_parse_options, struct_size, 0);
  FIELD(tj_parse_options, documents, 8);
  FIELD(tj_parse_options, document_count, 16);

  SIZE(tj_column, 64);
  FIELD(tj_column, struct_size, 0);
  FIELD(tj_column, name, 8);
  FIELD(tj_column, type, 16);
  FIELD(tj_column, values, 24);
  FIELD(tj_column, bytes, 32);
  FIELD(tj_column, validity, 40);
  FIELD(tj_column, valid_bytes, 48);
  FIELD(tj_column, offset, 56);

  SIZE(tj_add_options, 72);
  FIELD(tj_add_options, struct_size, 0);
  FIELD(tj_add_options, threads, 8);
  FIELD(tj_add_options, reserved, 12);
  FIELD(tj_add_options, total_rows, 16);
  FIELD(tj_add_options, language, 24);
  FIELD(tj_add_options, cancel, 32);
  FIELD(tj_add_options, progress, 40);
  FIELD(tj_add_options, progress_context, 48);
  FIELD(tj_add_options, log, 56);
  FIELD(tj_add_options, log_context, 64);

  SIZE(tj_assess_options, 112);
  FIELD(tj_assess_options, struct_size, 0);
  FIELD(tj_assess_options, year, 8);
  FIELD(tj_assess_options, threads, 12);
  FIELD(tj_assess_options, entries, 16);
  FIELD(tj_assess_options, previous_problems, 24);
  FIELD(tj_assess_options, previous, 32);
  FIELD(tj_assess_options, unknown_units, 40);
  FIELD(tj_assess_options, language, 48);
  FIELD(tj_assess_options, max_objects, 56);
  FIELD(tj_assess_options, total_rows, 64);
  FIELD(tj_assess_options, cancel, 72);
  FIELD(tj_assess_options, progress, 80);
  FIELD(tj_assess_options, progress_context, 88);
  FIELD(tj_assess_options, log, 96);
  FIELD(tj_assess_options, log_context, 104);

  SIZE(tj_table, 16);
  FIELD(tj_table, name, 0);
  FIELD(tj_table, stream, 8);

  SIZE(tj_table_options, 80);
  FIELD(tj_table_options, struct_size, 0);
  FIELD(tj_table_options, units, 8);
  FIELD(tj_table_options, unit_count, 16);
  FIELD(tj_table_options, indicators, 24);
  FIELD(tj_table_options, indicator_count, 32);
  FIELD(tj_table_options, level, 40);
  FIELD(tj_table_options, severity_at_least, 48);
  FIELD(tj_table_options, time_class, 56);
  FIELD(tj_table_options, department, 64);
  FIELD(tj_table_options, flags, 72);

  /* As Arrow's specification has them. */
  SIZE(struct ArrowSchema, 72);
  FIELD(struct ArrowSchema, format, 0);
  FIELD(struct ArrowSchema, name, 8);
  FIELD(struct ArrowSchema, metadata, 16);
  FIELD(struct ArrowSchema, flags, 24);
  FIELD(struct ArrowSchema, n_children, 32);
  FIELD(struct ArrowSchema, children, 40);
  FIELD(struct ArrowSchema, dictionary, 48);
  FIELD(struct ArrowSchema, release, 56);
  FIELD(struct ArrowSchema, private_data, 64);
  SIZE(struct ArrowArray, 80);
  FIELD(struct ArrowArray, length, 0);
  FIELD(struct ArrowArray, null_count, 8);
  FIELD(struct ArrowArray, offset, 16);
  FIELD(struct ArrowArray, n_buffers, 24);
  FIELD(struct ArrowArray, n_children, 32);
  FIELD(struct ArrowArray, buffers, 40);
  FIELD(struct ArrowArray, children, 48);
  FIELD(struct ArrowArray, dictionary, 56);
  FIELD(struct ArrowArray, release, 64);
  FIELD(struct ArrowArray, private_data, 72);
  SIZE(struct ArrowArrayStream, 40);
  FIELD(struct ArrowArrayStream, get_schema, 0);
  FIELD(struct ArrowArrayStream, get_next, 8);
  FIELD(struct ArrowArrayStream, get_last_error, 16);
  FIELD(struct ArrowArrayStream, release, 24);
  FIELD(struct ArrowArrayStream, private_data, 32);
}

static void numbers(void) {
  CHECK_NUMBER(TJ_OK, 0);
  CHECK_NUMBER(TJ_E_ARGUMENT, 1);
  CHECK_NUMBER(TJ_E_FRAMEWORK, 2);
  CHECK_NUMBER(TJ_E_DATA, 3);
  CHECK_NUMBER(TJ_E_UNSUPPORTED, 4);
  CHECK_NUMBER(TJ_E_SAVED, 5);
  CHECK_NUMBER(TJ_E_STREAM, 6);
  CHECK_NUMBER(TJ_E_NO_MEMORY, 7);
  CHECK_NUMBER(TJ_E_CANCELLED, 8);
  CHECK_NUMBER(TJ_E_BUSY, 9);
  CHECK_NUMBER(TJ_E_INTERNAL, 10);
  CHECK_NUMBER(TJ_STATUS_END, 11);
  CHECK_NUMBER(TJ_LOG_INFO, 1);
  CHECK_NUMBER(TJ_LOG_WARNING, 2);
  CHECK_NUMBER(TJ_COLUMNS_BORROW, 1);
  CHECK_NUMBER(TJ_CSV_NO_BYTE_ORDER_MARK, 1);
  CHECK_NUMBER(TJ_CSV_NO_FORMULA_GUARD, 2);
  CHECK_NUMBER(TJ_CSV_SOURCE_COLUMNS, 4);
  CHECK_NUMBER(ARROW_FLAG_DICTIONARY_ORDERED, 1);
  CHECK_NUMBER(ARROW_FLAG_NULLABLE, 2);
  CHECK_NUMBER(ARROW_FLAG_MAP_KEYS_SORTED, 4);
  /* The header belongs to the library. */
  CHECK_TEXT(TJ_VERSION, tj_version());
  CHECK_TEXT(tj_version(), EXPECTED_VERSION);
  CHECK_NUMBER(TJ_ABI_VERSION, tj_abi_version());
  CHECK_NUMBER(tj_abi_version(), EXPECTED_ABI_VERSION);
}

static void initializers(void) {
  const tj_issue issue = TJ_ISSUE_INIT;
  const tj_parse_options parse = TJ_PARSE_OPTIONS_INIT;
  const tj_column column = TJ_COLUMN_INIT;
  const tj_add_options add = TJ_ADD_OPTIONS_INIT;
  const tj_assess_options assess = TJ_ASSESS_OPTIONS_INIT;
  const tj_table_options table = TJ_TABLE_OPTIONS_INIT;
  CHECK_NUMBER(issue.struct_size, sizeof issue);
  CHECK_NUMBER(parse.struct_size, sizeof parse);
  CHECK_NUMBER(column.struct_size, sizeof column);
  CHECK_NUMBER(add.struct_size, sizeof add);
  CHECK_NUMBER(assess.struct_size, sizeof assess);
  CHECK_NUMBER(table.struct_size, sizeof table);
}

int main(void) {
  layouts();
  numbers();
  initializers();
  return finish_checks();
}
