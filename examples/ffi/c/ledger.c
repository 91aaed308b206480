/* Three communities of Yichang, and the SHA-256 of their problem list. Usage: ledger [FRAMEWORK] */
#include <stdio.h>
#include <tijian/tijian.h>

#define COLUMN .struct_size = sizeof(tj_column)

static const char* const id[] = {"yichang", "xiling", "上导堤社区", "深圳路社区", "香锦社区"};
static const char* const level[] = {"city", "district", "community", "community", "community"};
static const char* const parent[] = {NULL, "yichang", "yichang", "yichang", "yichang"};
static const tj_column places[] = {
    {COLUMN, .name = "id", .type = "strings", .values = id},
    {COLUMN, .name = "level", .type = "strings", .values = level},
    {COLUMN, .name = "parent", .type = "strings", .values = parent},
};

static const int64_t parking_gap[] = {30, 460, 820};
static const int64_t charger_gap[] = {10, 10, 0};
static const uint8_t charger_known[] = {1, 1, 0}; /* the last is null: neither 0 nor "met" */
static const double footway_bad_m[] = {50, 100, 70};
static const tj_column gaps[] = {
    {COLUMN, .name = "community_id", .type = "strings", .values = id + 2},
    {COLUMN, .name = "parking_gap", .type = "int64", .values = parking_gap},
    {COLUMN, .name = "charger_gap", .type = "int64", .values = charger_gap,
     .valid_bytes = charger_known},
    {COLUMN, .name = "footway_bad_m", .type = "float64", .values = footway_bad_m},
};

int main(int count, char** arguments) {
  const char* name = count > 1 ? arguments[1] : "yichang-2025";
  tj_framework* framework = NULL;
  tj_plan* plan = NULL;
  tj_units* units = NULL;
  tj_tally* tally = NULL;
  tj_assessment* assessment = NULL;
  tj_buffer* digest = NULL;
  tj_error* error = NULL;
  struct ArrowArrayStream stream; /* of copies; whoever reads it releases it */
  const int done = !tj_framework_shipped(name, &framework, &error) &&
                   !tj_plan_compile(framework, &plan, &error) &&
                   !tj_stream_from_columns(places, 3, 5, 0, &stream, &error) &&
                   !tj_units_from_arrow(plan, &stream, &units, &error) &&
                   !tj_tally_new(plan, &tally, &error) &&
                   !tj_stream_from_columns(gaps, 4, 3, 0, &stream, &error) &&
                   !tj_tally_add_arrow(tally, "gaps", &stream, NULL, &error) &&
                   !tj_tally_assess(tally, units, NULL, &assessment, &error) &&
                   !tj_assessment_text(assessment, "problems", "sha256", NULL, &digest, &error);
  if (done)
    puts(tj_buffer_data(digest));
  else
    fprintf(stderr, "%s\n", tj_error_message(error));
  tj_error_free(error); /* in any order; NULL is fine */
  tj_buffer_free(digest);
  tj_assessment_free(assessment);
  tj_tally_free(tally);
  tj_units_free(units);
  tj_plan_free(plan);
  tj_framework_free(framework);
  return done ? 0 : 1;
}
