// Pieces of a frame, as tijian/frames.py gives them, read as batches.
//
//   ("stream", capsule)                     an Arrow stream
//   ("array", schema, array)                an Arrow array: one batch
//   ("columns", rows, [column, …], first)   one batch of columns: a frame's rows from `first` on;
//                                           rows is -1 where no column tells its length
//       (name, "buffer", storage, array, validity or None)    contiguous, of the buffer protocol
//       (name, "dictionary", storage, codes, validity or None, [words])
//       (name, "arrow", schema, array)                        capsules of one column
//       (name, "arrow stream", capsule)                       of one column in one chunk
//       (name, "values", list)                                Python objects
//       (name, "unread", what it is)                          where all that can be read is wanted
//       (name, "name")                                        its name only: nobody asked for it
#pragma once

#include <pybind11/pybind11.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine_call.hpp"
#include "tijian/arrow.hpp"
#include "tijian/arrow_ownership.hpp"
#include "tijian/batches.hpp"
#include "tijian/owned_table.hpp"
#include "value_reader.hpp"

namespace tijian::python {

/// Moves the struct out of a capsule of the Arrow interface: the capsule's owner has nothing left
/// to release. Raises TypeError for another capsule, DataError for one that was used before.
ArrowOwner<ArrowArrayStream> stream_of(const py::handle& capsule, const std::string& table);

/// A capsule that releases the stream where nobody takes it.
py::capsule capsule_of(ArrowOwner<ArrowArrayStream> stream);
py::capsule capsule_of(ArrowOwner<ArrowSchema> schema);

/// The words of a dictionary, which are the same in all slices of a frame.
struct DictionaryWords {
  OwnedTable table;
  ColumnView view;
};

/// What the slices of a frame have in common, by the names of its columns.
struct FrameColumns {
  std::map<std::string, ValueType> types;
  std::map<std::string, std::shared_ptr<const DictionaryWords>> words;
};

/// One batch of columns that lie in different places.
class ColumnPiece {
 public:
  /// Reads the piece; called with the GIL, which is let go while long columns of Arrow are looked
  /// at. Values of Python objects are copied, the rest is borrowed and kept. Throws DataError
  /// naming each column of another length than the piece. Columns that hold what no column can are
  /// named in `left_out`; without one, throws DataError naming each of them and the row. A column
  /// of Python objects is of one type in all slices of a `frame`.
  ColumnPiece(const py::tuple& piece, const std::string& table, std::int64_t first_row,
              std::vector<ArrowColumn>* left_out, FrameColumns& frame);

  [[nodiscard]] const TableView* view() const { return &view_; }

 private:
  ColumnView buffer_of(const py::tuple& column);
  void add_dictionary(const std::string& name, const py::tuple& column,
                      std::shared_ptr<const DictionaryWords>& words);
  struct ArrowArrayOwner;
  /// All columns of Arrow's, in their order.
  void open_arrow(const py::tuple& piece, const std::string& table);
  /// The one array of a stream; null where it has none.
  static std::shared_ptr<ArrowArrayOwner> read_stream(const std::string& name,
                                                      ArrowOwner<ArrowArrayStream> stream,
                                                      const std::string& table);

  std::vector<py::object> kept_;
  std::vector<std::shared_ptr<ArrowArrayOwner>> arrays_;
  std::vector<std::unique_ptr<OwnedTable>> copies_;
  std::vector<std::shared_ptr<const DictionaryWords>> words_;
  TableView view_;
};

/// Reads pieces one after another, all of them on the thread of the caller: a producer may belong
/// to it. Made and destroyed with the GIL held; borrows `call`.
class PieceReader {
 public:
  /// `wanted` without a value: every column whose layout is read.
  PieceReader(py::iterator pieces, std::string table,
              std::optional<std::vector<std::string>> wanted, EngineCall& call)
      : pieces_(std::move(pieces)),
        table_(std::move(table)),
        wanted_(std::move(wanted)),
        call_(call) {}
  ~PieceReader();
  PieceReader(const PieceReader&) = delete;
  PieceReader& operator=(const PieceReader&) = delete;

  /// The next batch, on the engine's thread.
  const TableView* next();
  [[nodiscard]] Batches batches() {
    return [this] { return next(); };
  }
  /// Columns that were left out because no layout of theirs is read; only without `wanted`.
  [[nodiscard]] const std::vector<ArrowColumn>& left_out() const { return left_out_; }

 private:
  const TableView* next_on_caller();
  /// Fetches a piece; false at the end.
  bool fetch();
  bool fetch_locked();
  /// Reads what was fetched from Arrow.
  void open();
  std::vector<std::string> wanted_of(const ArrowSchema& schema);
  /// Notes a column that is not read: of any batch, but once.
  void leave_out(ArrowColumn column);
  /// Releases what was fetched from Arrow. Without the GIL.
  void let_go();

  py::iterator pieces_;
  std::string table_;
  std::optional<std::vector<std::string>> wanted_;
  EngineCall& call_;
  ArrowOwner<ArrowArrayStream> stream_;  // what was fetched
  ArrowOwner<ArrowSchema> schema_;
  ArrowOwner<ArrowArray> array_;
  std::unique_ptr<ArrowReader> reader_;
  std::unique_ptr<ColumnPiece> columns_;
  std::vector<ArrowColumn> left_out_;
  FrameColumns frame_;
  std::int64_t rows_ = 0;
  bool ended_ = false;
};

}  // namespace tijian::python
