// Tables from and to Apache Arrow, by its C data and C stream interfaces. Part of the compiled
// library.
//
// A producer's addresses are trusted, what lies there is not: formats, lengths, offsets, indices
// and views are checked before anything is read through them. Sizes of buffers are not part of the
// interface and cannot be checked, except those of string views.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tijian/column_view.hpp"
#include "tijian/issue.hpp"
#include "tijian/result_table.hpp"

struct ArrowSchema;
struct ArrowArray;
struct ArrowArrayStream;

namespace tijian {

/// A column of an Arrow layout that the library does not read.
class UnsupportedError : public DataError {
 public:
  using DataError::DataError;
};

/// The producer's stream reported a failure of its own.
class StreamError : public Error {
 public:
  using Error::Error;
};

/// The batches of a stream, one after another, borrowed where they lie.
///
/// Read are: bool, all integer widths, float, double, decimal128, utf8, large utf8, string view,
/// dictionaries of what stands for text, date32, timestamp, null; at the top a struct, whose null
/// rows must be none. Of columns that are not in `wanted`, only the names are read. Throws
/// UnsupportedError for a wanted column of another layout, naming column and format, and DataError
/// for what is unsound, naming `table`/column: of the schema when it is made, of a batch by
/// `next()`, all at once.
class ArrowReader {
 public:
  /// Takes the stream over: the caller's struct is left released, whatever follows, also when this
  /// throws. It is released at the end of the stream, on an error, at the latest by the destructor.
  /// Throws StreamError where the stream gives no schema.
  ArrowReader(ArrowArrayStream* stream, std::string table, std::vector<std::string> wanted);
  /// Borrows one array with its schema, which stay the caller's: a stream of one batch.
  ArrowReader(const ArrowSchema& schema, const ArrowArray& array, std::string table,
              std::vector<std::string> wanted);
  ~ArrowReader();
  ArrowReader(const ArrowReader&) = delete;
  ArrowReader& operator=(const ArrowReader&) = delete;

  /// The next batch, good until the next call; null at the end. A stream without batches gives one
  /// without rows: its columns are there, or are not. Throws StreamError where the stream
  /// fails (std::bad_alloc where it says ENOMEM), and std::logic_error once it has thrown anything:
  /// what follows a fault is not read.
  const TableView* next();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// A column of a stream's schema.
struct ArrowColumn {
  std::string name;
  std::string format;    ///< as Arrow writes it; of a dictionary: of the indices and of the values
  bool is_read = false;  ///< whether `ArrowReader` reads this layout
};

/// The columns of a stream, for those who take all that can be read. Columns without a name or
/// format are left out: `ArrowReader` says what is wrong with them. The schema stays the caller's.
std::vector<ArrowColumn> arrow_columns(const ArrowSchema& schema);

/// Hands out a result table as a stream of one batch that owns its rows. Text is large utf8 (made
/// valid where it is not), numbers double, integers int64; measures, framework, version,
/// fingerprint, library and year are metadata of the schema. `out` is written only when nothing
/// more can fail.
void export_arrow(ResultTable table, ArrowArrayStream* out);

/// The same of a table that others hold, too: no copy. Its rows are complete (`end_row`).
void export_arrow(std::shared_ptr<const ResultTable> table, ArrowArrayStream* out);

/// Hands out columns as a stream of one batch. They are borrowed where they lie; `owner` is kept
/// until the stream and all that came from it are released.
void export_arrow(const TableView& table, std::shared_ptr<const void> owner, ArrowArrayStream* out);

}  // namespace tijian
