/* tijian: urban health-check (城市体检) indicators, as a C interface (C99).

     framework ─ tj_plan_compile ─▶ plan ─▶ units, tally ─ tj_tally_assess ─▶ assessment

   Rules that hold for every function:

   - It returns a tj_status, or cannot fail. `error`, always last, may be NULL; it is set to
     NULL on entry and on failure receives an object with all that was found, to be freed with
     tj_error_free. A failed call leaves every other output as it was. NULL for an argument that
     is not said to be optional is TJ_E_ARGUMENT; a list of which the count is 0 may be NULL.
   - What comes through a `T**` is the caller's: free it with tj_<noun>_free, in any order, when
     no other thread is in a call with it. What is returned is borrowed from the first argument
     and dies with it.
   - Options may be NULL. Fill one with TJ_<NAME>_OPTIONS_INIT and set what you need: zero is
     the default of every field, and a program built with this header runs with later libraries.
     Fields that are no use to a function are ignored by it.
   - Arrow streams that are read are consumed and released, whatever the status, also those
     inside options (only where a struct_size is no size at all, nothing inside can be told).
     Arrays and their schemas are released on success and untouched on failure. Only columns
     that the framework reads are looked at: numbers from any integer, float or decimal128;
     booleans from bool or a number that is 0 or 1; texts from utf8, large utf8, string view,
     dictionaries of them, integers, date32, timestamp; null everywhere.
   - In numbers, NaN is null; an infinity in a survey table is null and a row of the table
     "checks", elsewhere it is refused; an integer beyond 2^53 is refused. Text is UTF-8, NUL-
     terminated where no size says otherwise; bytes that are not become U+FFFD in what comes
     out. Missing is null, never NaN, never zero, never "met".
   - Frameworks, plans, units and assessments may be shared by any number of threads. A tally
     may be read by several at once, or changed by one: else TJ_E_BUSY. Callbacks come on the
     calling thread and have to return: a C++ exception that leaves one counts as non-zero, a
     longjmp is undefined.
   - Nothing is printed, no state outlives its handle, no exception or signal crosses.

   Every function is there since 0.1.0 where its comment does not say otherwise. */
#ifndef TIJIAN_TIJIAN_H
#define TIJIAN_TIJIAN_H

#include <stddef.h>
#include <stdint.h>

#include "tijian/arrow_abi.h"

#if defined(_WIN32)
#if defined(TJ_BUILDING_LIBRARY)
#define TJ_EXPORT __declspec(dllexport)
#else
#define TJ_EXPORT __declspec(dllimport)
#endif
#else
#define TJ_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#define TJ_NOEXCEPT noexcept
extern "C" {
#else
#define TJ_NOEXCEPT
#endif

/* ---- versions -------------------------------------------------------------------------------- */

/* Of this header; those of the library are functions. */
#define TJ_VERSION "0.1.0"
#define TJ_ABI_VERSION 0

/** The library's semantic version, such as "0.1.0". Never NULL; lives as long as the library. */
TJ_EXPORT const char* tj_version(void) TJ_NOEXCEPT;

/** The version of the binary interface, the number behind libtijian.so. It grows only when a
   function goes away or changes; 0 says that nothing is promised yet. */
TJ_EXPORT int32_t tj_abi_version(void) TJ_NOEXCEPT;

/* ---- statuses and errors --------------------------------------------------------------------- */

typedef int32_t tj_status;
#define TJ_OK 0
#define TJ_E_ARGUMENT 1    /* a mistake of the calling program: NULL, an unknown word */
#define TJ_E_FRAMEWORK 2   /* the document, its references or formulas are refused */
#define TJ_E_DATA 3        /* units, tables, entries, or a name asked for, are refused */
#define TJ_E_UNSUPPORTED 4 /* an Arrow layout that is not read */
#define TJ_E_SAVED 5       /* saved bytes: damaged, foreign, of another plan or newer version */
#define TJ_E_STREAM 6      /* the caller's Arrow stream failed, other than by ENOMEM */
#define TJ_E_NO_MEMORY 7
#define TJ_E_CANCELLED 8 /* by a callback or a tj_cancel */
#define TJ_E_BUSY 9      /* the tally is in use by another call */
#define TJ_E_INTERNAL 10 /* a mistake of the library; please report it */
#define TJ_STATUS_END 11 /* one past the last; a later library may know more */

/** The name of a status, "TJ_E_DATA"; "TJ_E_UNKNOWN" for a number that is none. */
TJ_EXPORT const char* tj_status_name(tj_status status) TJ_NOEXCEPT;

/** What went wrong. */
typedef struct tj_error tj_error;

/** One fault. Texts are borrowed from the error, "" where there is none; a field that the library
   does not know is 0. */
typedef struct tj_issue {
  size_t struct_size; /* set by the caller */
  const char* code;   /* stable for ever: "data.missing_column" */
  const char* place;  /* JSON pointer, or table/column or table/row */
  const char* message_zh;
  const char* message_en;
  const char* nearest; /* the nearest known name */
  const char* found;
  const char* expected;
  uint64_t position;   /* 1-based byte position inside a formula, else 0 */
  uint64_t is_warning; /* 1: reported, not refused */
} tj_issue;
#define TJ_ISSUE_INIT \
  { sizeof(tj_issue), NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0 }

TJ_EXPORT tj_status tj_error_status(const tj_error* error) TJ_NOEXCEPT; /* TJ_OK for NULL */
/** All issues (some kilobytes of them), one a line, in English and Chinese; "" for NULL. No newline
   stands behind the last. */
TJ_EXPORT const char* tj_error_message(const tj_error* error) TJ_NOEXCEPT;
TJ_EXPORT size_t tj_error_issue_count(const tj_error* error) TJ_NOEXCEPT; /* 0 for NULL */
/** Writes issue `index` to `issue`, of which `issue->struct_size` bytes are touched. TJ_E_ARGUMENT
   where there is no such issue. */
TJ_EXPORT tj_status tj_error_issue(const tj_error* error, size_t index,
                                   tj_issue* issue) TJ_NOEXCEPT;
TJ_EXPORT void tj_error_free(tj_error* error) TJ_NOEXCEPT;

/* ---- bytes out ------------------------------------------------------------------------------- */

/** Bytes or text that the library made. A NUL stands behind the last byte and is not counted. */
typedef struct tj_buffer tj_buffer;

TJ_EXPORT const void* tj_buffer_data(const tj_buffer* buffer) TJ_NOEXCEPT; /* "" for NULL */
TJ_EXPORT size_t tj_buffer_size(const tj_buffer* buffer) TJ_NOEXCEPT;      /* 0 for NULL */
TJ_EXPORT void tj_buffer_free(tj_buffer* buffer) TJ_NOEXCEPT;

/* ---- callbacks, cancelling ------------------------------------------------------------------- */

/** Takes the next piece of what is written, at most 64 KiB; non-zero cancels. */
typedef int (*tj_sink)(void* context, const char* data, size_t size);
/** How much is done, 0 to 1; -1 where that is not known. Non-zero cancels. */
typedef int (*tj_progress)(void* context, double done);
/** A line for whoever runs the program, of TJ_LOG_INFO or TJ_LOG_WARNING. */
typedef void (*tj_log)(void* context, int32_t level, const char* message);
#define TJ_LOG_INFO 1
#define TJ_LOG_WARNING 2

/** Stops calls that were given it, from any thread: while rows are read they return TJ_E_CANCELLED
   within 100 ms (and what the caller's own callbacks and streams take), leaving everything as it
   was; or TJ_OK where the work was done already. It stays requested. */
typedef struct tj_cancel tj_cancel;

TJ_EXPORT tj_status tj_cancel_new(tj_cancel** cancel, tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT void tj_cancel_request(tj_cancel* cancel) TJ_NOEXCEPT;
TJ_EXPORT void tj_cancel_free(tj_cancel* cancel) TJ_NOEXCEPT;

/* ---- framework ------------------------------------------------------------------------------- */

/** The rule book (指标体系). */
typedef struct tj_framework tj_framework;

/** A document that others extend, by its id. Frozen: it will never grow. */
typedef struct tj_document {
  const char* id;
  const char* json;
  size_t size;
} tj_document;

typedef struct tj_parse_options {
  size_t struct_size;
  const tj_document* documents; /* that `extends` may name, besides the shipped ones */
  size_t document_count;
} tj_parse_options;
#define TJ_PARSE_OPTIONS_INIT \
  { sizeof(tj_parse_options), NULL, 0 }

/** Reads, extends and checks a document of `size` bytes. Every fault is an issue with its place. */
TJ_EXPORT tj_status tj_framework_parse(const char* json, size_t size,
                                       const tj_parse_options* options, tj_framework** framework,
                                       tj_error** error) TJ_NOEXCEPT;
/** A shipped document by id: "mohurd-2025". */
TJ_EXPORT tj_status tj_framework_shipped(const char* id, tj_framework** framework,
                                         tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT size_t tj_framework_shipped_count(void) TJ_NOEXCEPT;
/** NULL from tj_framework_shipped_count() on. */
TJ_EXPORT const char* tj_framework_shipped_id(size_t index) TJ_NOEXCEPT;
/** The JSON Schema of documents, for editors. */
TJ_EXPORT tj_status tj_framework_schema(tj_buffer** json, tj_error** error) TJ_NOEXCEPT;

/** The canonical document after `extends`: equal frameworks give equal bytes. */
TJ_EXPORT tj_status tj_framework_json(const tj_framework* framework, tj_buffer** json,
                                      tj_error** error) TJ_NOEXCEPT;
/** NULL for NULL, as the two that follow. */
TJ_EXPORT const char* tj_framework_id(const tj_framework* framework) TJ_NOEXCEPT;
TJ_EXPORT const char* tj_framework_version(const tj_framework* framework) TJ_NOEXCEPT;
/** SHA-256 of the canonical document, which marks every output. */
TJ_EXPORT const char* tj_framework_fingerprint(const tj_framework* framework) TJ_NOEXCEPT;
TJ_EXPORT int32_t tj_framework_year(const tj_framework* framework) TJ_NOEXCEPT; /* 0 for NULL */
TJ_EXPORT void tj_framework_free(tj_framework* framework) TJ_NOEXCEPT;

/* ---- plan ------------------------------------------------------------------------------------ */

/** The framework compiled: formulas as programs, the columns that they read. */
typedef struct tj_plan tj_plan;

TJ_EXPORT tj_status tj_plan_compile(const tj_framework* framework, tj_plan** plan,
                                    tj_error** error) TJ_NOEXCEPT;
/** SHA-256 of all that adding a row reads, which guards saved tallies; NULL for NULL. */
TJ_EXPORT const char* tj_plan_fingerprint(const tj_plan* plan) TJ_NOEXCEPT;
/** What the plan asks of its caller, as a table: "tables" (table, level, unit, key …), "columns"
   (table, column, type, measure, required, unit, key, min, max, values …), "attributes" of units,
   or "warnings" (code, place, message_zh, message_en): what is allowed but may not be meant. */
TJ_EXPORT tj_status tj_plan_export(const tj_plan* plan, const char* table,
                                   struct ArrowArrayStream* out, tj_error** error) TJ_NOEXCEPT;
/** The same as "json" or "csv". */
TJ_EXPORT tj_status tj_plan_text(const tj_plan* plan, const char* table, const char* format,
                                 tj_buffer** text, tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT void tj_plan_free(tj_plan* plan) TJ_NOEXCEPT;

/* ---- tables in ------------------------------------------------------------------------------- */

/** A plain column of the caller's. */
typedef struct tj_column {
  size_t struct_size; /* set by the caller; columns stand that far apart in their array */
  const char* name;
  /** "float64" "float32" "int8" … "int64" "uint8" … "uint64": an array of them;
     "boolean": one bit each, lowest bit first; "boolean_bytes": one byte each, 0 or not;
     "utf8" (int32_t) or "large_utf8" (int64_t): offsets into `bytes`, one more than rows;
     "strings": an array of const char*, NULL is null; "null": nothing, every row is null. */
  const char* type;
  const void* values;
  const char* bytes;
  const uint8_t* validity; /* bit r % 8 of byte r / 8 is 1 where row r is not null; NULL: none is */
  const uint8_t* valid_bytes; /* the same, one byte each, 0 is null; not both */
  int64_t offset;             /* row r is element offset + r of `values` and of the validity */
} tj_column;
#define TJ_COLUMN_INIT \
  { sizeof(tj_column), NULL, NULL, NULL, NULL, NULL, NULL, 0 }
#define TJ_COLUMNS_BORROW 1 /* the columns' memory stays valid until the stream is released */

/** Makes a stream of one batch, for any function that takes one. The columns are copied; with
   TJ_COLUMNS_BORROW only what has to be rearranged is ("boolean_bytes", "strings", valid_bytes). */
TJ_EXPORT tj_status tj_stream_from_columns(const tj_column* columns, size_t count, int64_t rows,
                                           uint64_t flags, struct ArrowArrayStream* stream,
                                           tj_error** error) TJ_NOEXCEPT;
/** Calls the stream's `release`, for languages that cannot; nothing for NULL and released ones. */
TJ_EXPORT void tj_stream_release(struct ArrowArrayStream* stream) TJ_NOEXCEPT;

/* ---- units ----------------------------------------------------------------------------------- */

/** The places: a forest of unit → parent, each on one level, with attributes. */
typedef struct tj_units tj_units;

/** Reads `id, level, parent` (null at a root), optionally `name`; other columns that the framework
   knows are attributes. Every fault of the hierarchy is an issue with its ids. */
TJ_EXPORT tj_status tj_units_from_arrow(const tj_plan* plan, struct ArrowArrayStream* stream,
                                        tj_units** units, tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT tj_status tj_units_from_array(const tj_plan* plan, struct ArrowSchema* schema,
                                        struct ArrowArray* array, tj_units** units,
                                        tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT int64_t tj_units_count(const tj_units* units) TJ_NOEXCEPT; /* 0 for NULL */
TJ_EXPORT void tj_units_free(tj_units* units) TJ_NOEXCEPT;

/* ---- tally ----------------------------------------------------------------------------------- */

/** Mergeable aggregate state of the survey tables seen so far. */
typedef struct tj_tally tj_tally;

/** Of adding and screening. */
typedef struct tj_add_options {
  size_t struct_size;
  int32_t threads;      /* up to so many; 0 is 1 */
  int32_t reserved;     /* 0 */
  int64_t total_rows;   /* how many rows the stream holds, for progress; 0: not known */
  const char* language; /* of texts in results: "zh" (default) or "en" */
  const tj_cancel* cancel;
  tj_progress progress;
  void* progress_context;
  tj_log log;
  void* log_context;
} tj_add_options;
#define TJ_ADD_OPTIONS_INIT \
  { sizeof(tj_add_options), 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL }

TJ_EXPORT tj_status tj_tally_new(const tj_plan* plan, tj_tally** tally,
                                 tj_error** error) TJ_NOEXCEPT;
/** Adds all rows of the stream to a survey table, or, on any failure, none. A stream without rows
   tells that the table was surveyed and nothing was found. */
TJ_EXPORT tj_status tj_tally_add_arrow(tj_tally* tally, const char* table,
                                       struct ArrowArrayStream* stream,
                                       const tj_add_options* options, tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT tj_status tj_tally_add_array(tj_tally* tally, const char* table,
                                       struct ArrowSchema* schema, struct ArrowArray* array,
                                       const tj_add_options* options, tj_error** error) TJ_NOEXCEPT;
/** Adds all that `other` has seen; both must be of plans with one fingerprint. */
TJ_EXPORT tj_status tj_tally_merge(tj_tally* tally, const tj_tally* other,
                                   tj_error** error) TJ_NOEXCEPT;
/** Versioned bytes with a checksum and the plan's fingerprint. Equal tallies give equal bytes,
   whatever the order, batches and threads by which they came about. */
TJ_EXPORT tj_status tj_tally_save(const tj_tally* tally, tj_buffer** bytes,
                                  tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT tj_status tj_tally_load(const tj_plan* plan, const void* bytes, size_t size,
                                  tj_tally** tally, tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT void tj_tally_free(tj_tally* tally) TJ_NOEXCEPT;

/** Which items and which failed checks hold on which object, row by row; no state is kept. Reads
   the stream to its end. Either output may be NULL. */
TJ_EXPORT tj_status tj_screen_arrow(const tj_plan* plan, const char* table,
                                    struct ArrowArrayStream* stream, const tj_add_options* options,
                                    struct ArrowArrayStream* problems,
                                    struct ArrowArrayStream* checks, tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT tj_status tj_screen_array(const tj_plan* plan, const char* table,
                                    struct ArrowSchema* schema, struct ArrowArray* array,
                                    const tj_add_options* options,
                                    struct ArrowArrayStream* problems,
                                    struct ArrowArrayStream* checks, tj_error** error) TJ_NOEXCEPT;

/* ---- assessment ------------------------------------------------------------------------------ */

/** The finished result; it refers to nothing of the caller's. */
typedef struct tj_assessment tj_assessment;

typedef struct tj_assess_options {
  size_t struct_size;
  int32_t year;                               /* 0: the framework's */
  int32_t threads;                            /* up to so many, values and verdicts too; 0 is 1 */
  struct ArrowArrayStream* entries;           /* the long frame of entries (填报), or NULL */
  struct ArrowArrayStream* previous_problems; /* last year's ledger with `status`, or NULL */
  const tj_assessment* previous;              /* last year's result, or NULL */
  const char* unknown_units;                  /* "refuse" (default) or "report" */
  const char* language;                       /* of texts in results: "zh" (default) or "en" */
  int64_t max_objects; /* rows of single objects: 0 is 1,000,000; negative: list none */
  int64_t total_rows;  /* of all streams of tj_plan_assess, for progress; 0: not known */
  const tj_cancel* cancel;
  tj_progress progress;
  void* progress_context;
  tj_log log;
  void* log_context;
} tj_assess_options;
/* clang-format off */
#define TJ_ASSESS_OPTIONS_INIT \
  { sizeof(tj_assess_options), 0, 0, NULL, NULL, NULL, NULL, NULL, 0, 0, \
    NULL, NULL, NULL, NULL, NULL }
/* clang-format on */

/** Values, verdicts, grades and problems of all units, from a tally; any number of times. Problems
   are listed by unit: tj_screen_arrow lists single objects. */
TJ_EXPORT tj_status tj_tally_assess(const tj_tally* tally, const tj_units* units,
                                    const tj_assess_options* options, tj_assessment** assessment,
                                    tj_error** error) TJ_NOEXCEPT;

/** A survey table to be read whole. Frozen: it will never grow. */
typedef struct tj_table {
  const char* name;
  struct ArrowArrayStream* stream;
} tj_table;

/** Tally and screen in one reading of the tables: problems are listed by object. Above max_objects
   rows it fails with TJ_E_DATA. */
TJ_EXPORT tj_status tj_plan_assess(const tj_plan* plan, const tj_units* units,
                                   const tj_table* tables, size_t table_count,
                                   const tj_assess_options* options, tj_assessment** assessment,
                                   tj_error** error) TJ_NOEXCEPT;

/** The framework that the assessment was made with, as a handle of its own. */
TJ_EXPORT tj_status tj_assessment_framework(const tj_assessment* assessment,
                                            tj_framework** framework, tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT int32_t tj_assessment_year(const tj_assessment* assessment) TJ_NOEXCEPT; /* 0 for NULL */
/** How many names `table` takes below: "values", "verdicts", "problems", "ledger:housing" …; 0 for
   NULL. */
TJ_EXPORT size_t tj_assessment_table_count(const tj_assessment* assessment) TJ_NOEXCEPT;
/** NULL from tj_assessment_table_count() on. */
TJ_EXPORT const char* tj_assessment_table_name(const tj_assessment* assessment,
                                               size_t index) TJ_NOEXCEPT;

/** Which rows of a result table, and how they are written. An id that the framework or the units do
   not have is TJ_E_DATA. */
typedef struct tj_table_options {
  size_t struct_size;
  const char* const* units; /* with all beneath them; NULL: all; not NULL and a count of 0: none */
  size_t unit_count;
  const char* const* indicators; /* the same */
  size_t indicator_count;
  const char* level;
  const char* severity_at_least;
  const char* time_class;
  const char* department;
  uint64_t flags; /* TJ_CSV_… */
} tj_table_options;
#define TJ_TABLE_OPTIONS_INIT \
  { sizeof(tj_table_options), NULL, 0, NULL, 0, NULL, NULL, NULL, NULL, 0 }
#define TJ_CSV_NO_BYTE_ORDER_MARK 1 /* which spreadsheets need to see UTF-8 */
#define TJ_CSV_NO_FORMULA_GUARD 2   /* the apostrophe before texts that begin like a formula */
#define TJ_CSV_SOURCE_COLUMNS 4     /* framework, fingerprint, library, year … in each row */

/** A result table as an Arrow stream that stands on its own; each call gives a new one. */
TJ_EXPORT tj_status tj_assessment_export(const tj_assessment* assessment, const char* table,
                                         const tj_table_options* options,
                                         struct ArrowArrayStream* out,
                                         tj_error** error) TJ_NOEXCEPT;
/** A result table as "csv", "json", or "sha256" (of what "csv" writes, in hexadecimal), piece by
   piece. Everything is checked before the first piece. */
TJ_EXPORT tj_status tj_assessment_write(const tj_assessment* assessment, const char* table,
                                        const char* format, const tj_table_options* options,
                                        tj_sink sink, void* context, tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT tj_status tj_assessment_text(const tj_assessment* assessment, const char* table,
                                       const char* format, const tj_table_options* options,
                                       tj_buffer** text, tj_error** error) TJ_NOEXCEPT;
/** How a value came about, as one JSON object with a sentence in both languages. `indicator` may
   name a component: "U42.arterial". */
TJ_EXPORT tj_status tj_assessment_explain(const tj_assessment* assessment, const char* unit,
                                          const char* indicator, tj_buffer** json,
                                          tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT tj_status tj_assessment_save(const tj_assessment* assessment, tj_buffer** bytes,
                                       tj_error** error) TJ_NOEXCEPT;
/** Needs nothing else: the framework is inside. */
TJ_EXPORT tj_status tj_assessment_load(const void* bytes, size_t size, tj_assessment** assessment,
                                       tj_error** error) TJ_NOEXCEPT;
TJ_EXPORT void tj_assessment_free(tj_assessment* assessment) TJ_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
