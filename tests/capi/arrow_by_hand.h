/* Arrow structs written by hand, as a producer in C would, that count how often they are released.
 */
#ifndef TIJIAN_TESTS_CAPI_ARROW_BY_HAND_H
#define TIJIAN_TESTS_CAPI_ARROW_BY_HAND_H

#include <errno.h>

#include "check.h"

/* ---- a record batch ----------------------------------------------------------------------------
 */

#define HAND_FIELDS 6

/* Points into itself: it stays where it is made. */
struct hand_batch {
  struct ArrowSchema schema;
  struct ArrowArray array;
  struct ArrowSchema fields[HAND_FIELDS];
  struct ArrowArray columns[HAND_FIELDS];
  struct ArrowSchema* field_list[HAND_FIELDS];
  struct ArrowArray* column_list[HAND_FIELDS];
  const void* buffers[HAND_FIELDS][3];
  const void* no_validity[1];
  int schema_releases, array_releases, field_releases, column_releases;
};

static inline void hand_release_field(struct ArrowSchema* schema) {
  ++((struct hand_batch*)schema->private_data)->field_releases;
  schema->release = NULL;
}
static inline void hand_release_column(struct ArrowArray* array) {
  ++((struct hand_batch*)array->private_data)->column_releases;
  array->release = NULL;
}
static inline void hand_release_schema(struct ArrowSchema* schema) {
  int64_t i;
  for (i = 0; i < schema->n_children; ++i)
    if (schema->children[i]->release != NULL) schema->children[i]->release(schema->children[i]);
  ++((struct hand_batch*)schema->private_data)->schema_releases;
  schema->release = NULL;
}
static inline void hand_release_array(struct ArrowArray* array) {
  int64_t i;
  for (i = 0; i < array->n_children; ++i)
    if (array->children[i]->release != NULL) array->children[i]->release(array->children[i]);
  ++((struct hand_batch*)array->private_data)->array_releases;
  array->release = NULL;
}

static inline void hand_start(struct hand_batch* batch, int64_t rows) {
  memset(batch, 0, sizeof *batch);
  batch->schema.format = "+s";
  batch->schema.name = "";
  batch->schema.children = batch->field_list;
  batch->schema.release = hand_release_schema;
  batch->schema.private_data = batch;
  batch->array.length = rows;
  batch->array.n_buffers = 1;
  batch->array.buffers = batch->no_validity;
  batch->array.children = batch->column_list;
  batch->array.release = hand_release_array;
  batch->array.private_data = batch;
}

/* `data` is only for texts, NULL else. */
static inline void hand_add(struct hand_batch* batch, const char* name, const char* format,
                            const void* validity, const void* values, const void* data) {
  const int64_t i = batch->schema.n_children;
  struct ArrowSchema* field = &batch->fields[i];
  struct ArrowArray* column = &batch->columns[i];
  batch->field_list[i] = field;
  batch->column_list[i] = column;
  field->format = format;
  field->name = name;
  field->flags = ARROW_FLAG_NULLABLE;
  field->release = hand_release_field;
  field->private_data = batch;
  batch->buffers[i][0] = validity;
  batch->buffers[i][1] = values;
  batch->buffers[i][2] = data;
  column->length = batch->array.length;
  column->null_count = validity == NULL ? 0 : -1;
  column->n_buffers = data == NULL ? 2 : 3;
  column->buffers = batch->buffers[i];
  column->release = hand_release_column;
  column->private_data = batch;
  batch->schema.n_children = i + 1;
  batch->array.n_children = i + 1;
}

/* The example's buildings. */
static inline void hand_buildings(struct hand_batch* batch) {
  static const int32_t community_ends[] = {0, 6, 12, 17, 22};
  static const int32_t building_ends[] = {0, 3, 6, 9, 12};
  static const double ages[] = {25, 30, 12, 0};
  static const uint8_t ages_known[] = {0x07};
  static const uint8_t corroded[] = {0x0D};
  hand_start(batch, 4);
  hand_add(batch, "community", "u", NULL, community_ends, "MinzhuMinzhuBohaiBohai");
  hand_add(batch, "building", "u", NULL, building_ends, "M-1M-2B-1B-2");
  hand_add(batch, "riser_age", "g", ages_known, ages, NULL);
  hand_add(batch, "riser_corroded", "b", NULL, corroded, NULL);
}

/* The example's units. */
static inline void hand_units(struct hand_batch* batch) {
  static const int32_t id_ends[] = {0, 6, 11, 17};
  static const int32_t level_ends[] = {0, 9, 18, 22};
  static const int32_t parent_ends[] = {0, 6, 12, 12};
  static const uint8_t parents_known[] = {0x03};
  hand_start(batch, 3);
  hand_add(batch, "id", "u", NULL, id_ends, "MinzhuBohaiDunhua");
  hand_add(batch, "level", "u", NULL, level_ends, "communitycommunitycity");
  hand_add(batch, "parent", "u", parents_known, parent_ends, "DunhuaDunhua");
}

/* Whether a call that failed has left the batch as `before`, a copy of its bytes. */
static inline int hand_is_untouched(const struct hand_batch* batch,
                                    const struct hand_batch* before) {
  return memcmp(batch, before, sizeof *batch) == 0;
}

/* Whether a call that succeeded has released schema and array, each once with its children. */
static inline int hand_is_moved(const struct hand_batch* batch) {
  return batch->schema.release == NULL && batch->array.release == NULL &&
         batch->schema_releases == 1 && batch->array_releases == 1 &&
         batch->field_releases == batch->schema.n_children &&
         batch->column_releases == batch->array.n_children;
}

static inline void hand_drop(struct hand_batch* batch) {
  if (batch->schema.release != NULL) batch->schema.release(&batch->schema);
  if (batch->array.release != NULL) batch->array.release(&batch->array);
}

/* ---- a stream ----------------------------------------------------------------------------------
 */

#define HAND_BATCHES 3

/* Hands on what the streams in `inner` give, one after another, and counts; or fails. */
struct hand_stream {
  struct ArrowArrayStream stream; /* what a call is given */
  struct ArrowArrayStream inner[HAND_BATCHES];
  int inner_count;
  int current;
  int schema_calls, next_calls, releases;
  int schema_fails;   /* get_schema returns this errno, if not 0 */
  int fails_at;       /* the call of get_next that fails with EIO, from 1; 0: none */
  const char* reason; /* get_last_error */
};

static inline int hand_get_schema(struct ArrowArrayStream* stream, struct ArrowSchema* out) {
  struct hand_stream* self = (struct hand_stream*)stream->private_data;
  ++self->schema_calls;
  if (self->schema_fails != 0) return self->schema_fails;
  return self->inner[0].get_schema(&self->inner[0], out);
}
static inline int hand_get_next(struct ArrowArrayStream* stream, struct ArrowArray* out) {
  struct hand_stream* self = (struct hand_stream*)stream->private_data;
  ++self->next_calls;
  if (self->next_calls == self->fails_at) return EIO;
  memset(out, 0, sizeof *out);
  while (self->current < self->inner_count) {
    struct ArrowArrayStream* inner = &self->inner[self->current];
    const int status = inner->get_next(inner, out);
    if (status != 0 || out->release != NULL) return status;
    ++self->current;
  }
  return 0;
}
static inline const char* hand_last_error(struct ArrowArrayStream* stream) {
  return ((struct hand_stream*)stream->private_data)->reason;
}
static inline void hand_release_stream(struct ArrowArrayStream* stream) {
  struct hand_stream* self = (struct hand_stream*)stream->private_data;
  int i;
  for (i = 0; i < self->inner_count; ++i) tj_stream_release(&self->inner[i]);
  ++self->releases;
  stream->release = NULL;
}

static inline void hand_stream_start(struct hand_stream* self) {
  memset(self, 0, sizeof *self);
  self->stream.get_schema = hand_get_schema;
  self->stream.get_next = hand_get_next;
  self->stream.get_last_error = hand_last_error;
  self->stream.release = hand_release_stream;
  self->stream.private_data = self;
}

/* A place for the next inner stream. */
static inline struct ArrowArrayStream* hand_stream_more(struct hand_stream* self) {
  return &self->inner[self->inner_count++];
}

static inline struct ArrowArrayStream* hand_buildings_stream(struct hand_stream* self) {
  hand_stream_start(self);
  example_buildings_stream(hand_stream_more(self));
  return &self->stream;
}
static inline struct ArrowArrayStream* hand_units_stream(struct hand_stream* self) {
  hand_stream_start(self);
  example_units_stream(hand_stream_more(self));
  return &self->stream;
}

/* One entry: the city reports 7 buildings. */
static inline struct ArrowArrayStream* hand_entries_stream(struct hand_stream* self) {
  static const char* const units[] = {"Dunhua"};
  static const char* const indicators[] = {"H02"};
  static const double values[] = {7};
  tj_column columns[3];
  columns[0] = column_of("unit", "strings", units);
  columns[1] = column_of("indicator", "strings", indicators);
  columns[2] = column_of("value", "float64", values);
  hand_stream_start(self);
  SETUP(tj_stream_from_columns(columns, 3, 1, 0, hand_stream_more(self), NULL));
  return &self->stream;
}

/* Last year's ledger: the hazard of building M-2, done. */
static inline struct ArrowArrayStream* hand_problems_stream(struct hand_stream* self) {
  static const char* const units[] = {"Minzhu"};
  static const char* const objects[] = {"M-2"};
  static const char* const indicators[] = {"H02"};
  static const char* const items[] = {"H02.1"};
  static const char* const statuses[] = {"done"};
  tj_column columns[5];
  columns[0] = column_of("unit", "strings", units);
  columns[1] = column_of("object", "strings", objects);
  columns[2] = column_of("indicator", "strings", indicators);
  columns[3] = column_of("item", "strings", items);
  columns[4] = column_of("status", "strings", statuses);
  hand_stream_start(self);
  SETUP(tj_stream_from_columns(columns, 5, 1, 0, hand_stream_more(self), NULL));
  return &self->stream;
}

/* Whether it was read, or not, and in any case released once. */
static inline int hand_stream_is_released(const struct hand_stream* self) {
  return self->stream.release == NULL && self->releases == 1;
}

#endif
