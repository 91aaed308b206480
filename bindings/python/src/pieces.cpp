#include "pieces.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "tijian/data_messages.hpp"

namespace tijian::python {

namespace {

namespace messages {
inline constexpr Message chunks{"frame.chunks", "列“{column}”的 Arrow 数据流不是单个数组",
                                "the Arrow stream of column \"{column}\" is not one array"};
inline constexpr Message released{"frame.released", "表 {table} 的 Arrow 数据流已被使用",
                                  "the Arrow stream of table {table} was used before"};
}  // namespace messages

/// A stream that fails says why in words only. Where the cause was Ctrl-C, or an exception that its
/// producer left behind, that is what is to be raised. With the GIL.
void prefer_exception(std::string_view reason) {
  if (PyErr_Occurred() != nullptr || PyErr_CheckSignals() != 0) throw py::error_already_set();
  // The handler has raised it inside the producer's callback, which made words of it.
  if (reason.find("KeyboardInterrupt") != std::string_view::npos) {
    PyErr_SetNone(PyExc_KeyboardInterrupt);
    throw py::error_already_set();
  }
}

template <class Struct>
constexpr const char* capsule_name();
template <>
constexpr const char* capsule_name<ArrowSchema>() {
  return "arrow_schema";
}
template <>
constexpr const char* capsule_name<ArrowArray>() {
  return "arrow_array";
}
template <>
constexpr const char* capsule_name<ArrowArrayStream>() {
  return "arrow_array_stream";
}

template <class Struct>
ArrowOwner<Struct> moved_out(const py::handle& capsule, const std::string& table) {
  auto* given = static_cast<Struct*>(PyCapsule_GetPointer(capsule.ptr(), capsule_name<Struct>()));
  if (given == nullptr) throw py::error_already_set();
  if (given->release == nullptr)
    throw DataError({make_issue(messages::released, table, {{"table", table}})});
  return ArrowOwner<Struct>(given);
}

template <class Struct>
py::capsule made_capsule(ArrowOwner<Struct> owner) {
  auto holder = std::make_unique<Struct>();
  owner.hand_over(holder.get());
  PyObject* capsule = PyCapsule_New(holder.get(), capsule_name<Struct>(), [](PyObject* dying) {
    auto* left = static_cast<Struct*>(PyCapsule_GetPointer(dying, capsule_name<Struct>()));
    release_arrow(left);
    delete left;
  });
  if (capsule == nullptr) {
    release_arrow(holder.get());
    throw py::error_already_set();
  }
  static_cast<void>(holder.release());
  return py::reinterpret_steal<py::capsule>(capsule);
}

Storage storage_of(std::string_view name) {
  static constexpr std::array known{
      Storage::float64, Storage::float32, Storage::int8,   Storage::int16,
      Storage::int32,   Storage::int64,   Storage::uint8,  Storage::uint16,
      Storage::uint32,  Storage::uint64,  Storage::date32, Storage::boolean_bytes,
  };
  for (const Storage storage : known)
    if (storage_name(storage) == name) return storage;
  throw std::logic_error("no such storage: " + std::string(name));
}

/// Rows of a piece whose columns do not tell before they are read.
constexpr std::int64_t not_known = -1;

}  // namespace

ArrowOwner<ArrowArrayStream> stream_of(const py::handle& capsule, const std::string& table) {
  return moved_out<ArrowArrayStream>(capsule, table);
}

py::capsule capsule_of(ArrowOwner<ArrowArrayStream> stream) {
  return made_capsule(std::move(stream));
}
py::capsule capsule_of(ArrowOwner<ArrowSchema> schema) { return made_capsule(std::move(schema)); }

// ---- one batch of columns -----------------------------------------------------------------------

namespace {

/// Runs what needs no GIL and throws nothing; the GIL is held before and after.
template <class Work>
void without_lock(const Work& work) {
  PyThreadState* const python = PyEval_SaveThread();
  InterpreterExit::stay(work);
  // Not in a destructor: taking the GIL again may end the thread.
  InterpreterExit::stay([&] { PyEval_RestoreThread(python); });
}

/// So many elements are looked at without the GIL: whoever takes it back may have to wait for it,
/// five milliseconds as a rule, which is too long for each slice of a frame.
constexpr std::int64_t many = 1 << 20;

}  // namespace

/// A column of Arrow's, as the one column of a table.
struct ColumnPiece::ArrowArrayOwner {
  ArrowArrayOwner(std::string given_name, ArrowOwner<ArrowSchema> given_schema,
                  ArrowOwner<ArrowArray> given_array)
      : name(std::move(given_name)),
        schema(std::move(given_schema)),
        array(std::move(given_array)) {}

  /// How many elements are looked at, one by one, before the column is read; `many` is enough.
  [[nodiscard]] std::int64_t looked_at() {
    const char* format = schema.get()->format;
    const ArrowArray* words = array.get()->dictionary;
    const bool is_of_numbers =
        words == nullptr && format != nullptr && *format != 'u' && *format != 'U' && *format != 'v';
    if (is_of_numbers) return 0;
    return std::clamp(std::max(array.get()->length, words == nullptr ? 0 : words->length),
                      std::int64_t{0}, many);
  }

  /// Needs no GIL: what it borrows it does not release, and what it throws is kept.
  void open(const std::string& table) {
    try {
      read(table);
    } catch (...) {
      failure = std::current_exception();
    }
  }

  /// Throws what opening it threw.
  [[nodiscard]] const auto& column() const {
    if (failure) std::rethrow_exception(failure);
    return view->columns.front();
  }

 private:
  void read(const std::string& table) {
    const auto nothing_to_release = [](auto* given) { given->release = nullptr; };
    ArrowSchema* column = schema.get();
    ArrowSchema named = *column;  // a column alone need not know its name; this one is borrowed
    named.name = name.c_str();
    named.release = nothing_to_release;
    ArrowSchema* fields[] = {&named};
    ArrowSchema top{};
    top.format = "+s";
    top.n_children = 1;
    top.children = fields;
    top.release = nothing_to_release;
    children[0] = array.get();
    whole.length = children[0]->length;
    whole.n_buffers = 1;
    whole.buffers = no_validity;
    whole.n_children = 1;
    whole.children = children;
    whole.release = nothing_to_release;
    reader = std::make_unique<ArrowReader>(top, whole, table, std::vector<std::string>{name});
    view = reader->next();
  }

  std::string name;
  ArrowOwner<ArrowSchema> schema;
  ArrowOwner<ArrowArray> array;
  ArrowArray whole{};
  ArrowArray* children[1] = {nullptr};
  const void* no_validity[1] = {nullptr};
  std::unique_ptr<ArrowReader> reader;
  const TableView* view = nullptr;
  std::exception_ptr failure;
};

ColumnPiece::ColumnPiece(const py::tuple& piece, const std::string& table, std::int64_t first_row,
                         std::vector<ArrowColumn>* left_out, FrameColumns& frame) {
  // Slices of one frame are told apart from frames by where they begin.
  if (py::cast<std::int64_t>(piece[3]) == 0) frame = {};
  view_.rows = py::cast<std::int64_t>(piece[1]);
  open_arrow(piece, table);
  auto opened = arrays_.begin();
  Issues issues;
  for (const py::handle& given : py::list(piece[2])) {
    const auto column = py::reinterpret_borrow<py::tuple>(given);
    const auto name = py::cast<std::string>(column[0]);
    const auto kind = py::cast<std::string>(column[1]);
    if (kind == "buffer") {
      view_.columns.emplace_back(name, buffer_of(column));
    } else if (kind == "dictionary") {
      add_dictionary(name, column, frame.words[name]);
    } else if (kind == "name") {
      view_.others.push_back(name);
    } else if (kind == "unread") {
      if (left_out != nullptr) left_out->push_back({name, py::cast<std::string>(column[2]), false});
    } else if (kind == "values") {
      Issues own;
      std::unique_ptr<OwnedTable> copy =
          ValueReader(table, name, first_row, frame.types[name], own).read(column[2]);
      if (own.empty()) {
        copies_.push_back(std::move(copy));
        view_.columns.push_back(copies_.back()->view().columns.front());
      } else if (left_out != nullptr) {
        left_out->push_back({name, own.front().message.in(Language::en), false});
      } else {
        issues.insert(issues.end(), own.begin(), own.end());
      }
    } else {
      try {
        const ArrowArrayOwner* array = (opened++)->get();
        if (array == nullptr)
          view_.columns.emplace_back(name, ColumnView::all_null(0));
        else
          view_.columns.push_back(array->column());
      } catch (const UnsupportedError& error) {
        if (left_out == nullptr)
          issues.insert(issues.end(), error.issues().begin(), error.issues().end());
        else
          left_out->push_back({name, error.issues().front().found, false});
      }
    }
  }
  if (view_.rows == not_known)
    view_.rows = view_.columns.empty() ? 0 : view_.columns.front().second.length;
  // What lies in memory counts, whatever the column says of its length: the engine reads as many
  // rows of each column as the table has.
  for (const auto& [name, column] : view_.columns)
    if (auto issue = wrong_length(name, column, view_.rows, table + '/' + name))
      issues.push_back(std::move(*issue));
  if (!issues.empty()) throw DataError(std::move(issues));
}

ColumnView ColumnPiece::buffer_of(const py::tuple& column) {
  const auto storage = py::cast<std::string>(column[2]);
  const auto values = py::cast<py::buffer>(column[3]).request();
  ColumnView view;
  if (storage.starts_with("timestamp")) {
    static constexpr std::string_view units = "smun";
    view.storage = Storage::timestamp;
    view.time_unit = static_cast<TimeUnit>(units.find(storage[10]));
    view.utc = storage.ends_with("utc");
  } else {
    view.storage = storage_of(storage);
  }
  view.length = static_cast<std::int64_t>(values.size);
  // An array without elements may lie nowhere.
  static constexpr std::int64_t nothing = 0;
  view.values = values.ptr == nullptr ? &nothing : values.ptr;
  kept_.push_back(column[3]);
  if (!column[4].is_none()) {
    view.validity = static_cast<const std::uint8_t*>(py::cast<py::buffer>(column[4]).request().ptr);
    kept_.push_back(column[4]);
  }
  return view;
}

void ColumnPiece::add_dictionary(const std::string& name, const py::tuple& column,
                                 std::shared_ptr<const DictionaryWords>& words) {
  ColumnView view = buffer_of(column);
  if (words == nullptr) {
    std::vector<std::optional<std::string>> texts;
    for (const py::handle& word : py::list(column[5])) texts.push_back(py::cast<std::string>(word));
    auto copied = std::make_shared<DictionaryWords>();
    copied->table.add_texts(name, texts);
    copied->view = copied->table.view().columns.front().second;
    words = std::move(copied);
  }
  words_.push_back(words);
  view.index_storage = std::exchange(view.storage, Storage::dictionary);
  view.dictionary = &words->view;
  view_.columns.emplace_back(name, view);
}

void ColumnPiece::open_arrow(const py::tuple& piece, const std::string& table) {
  std::int64_t looked_at = 0;
  for (const py::handle& given : py::list(piece[2])) {
    const auto column = py::reinterpret_borrow<py::tuple>(given);
    const auto kind = py::cast<std::string>(column[1]);
    if (kind != "arrow" && kind != "arrow stream") continue;
    const auto name = py::cast<std::string>(column[0]);
    arrays_.push_back(
        kind == "arrow"
            ? std::make_shared<ArrowArrayOwner>(name, moved_out<ArrowSchema>(column[2], table),
                                                moved_out<ArrowArray>(column[3], table))
            : read_stream(name, moved_out<ArrowArrayStream>(column[2], table), table));
    if (arrays_.back() != nullptr) looked_at += arrays_.back()->looked_at();
  }
  const auto open_all = [&] {
    for (const auto& array : arrays_)
      if (array != nullptr) array->open(table);
  };
  if (looked_at < many)
    open_all();
  else
    without_lock(open_all);
}

std::shared_ptr<ColumnPiece::ArrowArrayOwner> ColumnPiece::read_stream(
    const std::string& name, ArrowOwner<ArrowArrayStream> stream, const std::string& table) {
  ArrowOwner<ArrowSchema> schema;
  ArrowOwner<ArrowArray> array, rest;
  ArrowArrayStream& source = *stream.get();
  bool is_read = false;
  // A producer may wait for threads of its own, which may wait for the GIL.
  without_lock([&] {
    is_read = source.get_schema(&source, schema.get()) == 0 &&
              source.get_next(&source, array.get()) == 0 &&
              (array.is_released() || source.get_next(&source, rest.get()) == 0);
  });
  if (!is_read) {
    const char* reason = source.get_last_error(&source);
    prefer_exception(reason == nullptr ? "" : reason);
  }
  if (!is_read || !rest.is_released())
    throw DataError({make_issue(messages::chunks, table + '/' + name, {{"column", name}})});
  if (array.is_released()) return nullptr;
  return std::make_shared<ArrowArrayOwner>(name, std::move(schema), std::move(array));
}

// ---- all pieces ---------------------------------------------------------------------------------

const TableView* PieceReader::next() {
  const TableView* batch = nullptr;
  call_.on_caller([&] { batch = next_on_caller(); });
  if (batch != nullptr) rows_ += batch->rows;
  return batch;
}

const TableView* PieceReader::next_on_caller() {
  try {
    for (;;) {
      if (reader_ != nullptr) {
        if (const TableView* batch = reader_->next()) return batch;
        reader_.reset();
      }
      if (ended_ || !fetch()) return nullptr;
      if (columns_ != nullptr) return columns_->view();
      open();
    }
  } catch (const StreamError& error) {
    const py::gil_scoped_acquire locked;
    prefer_exception(error.what());
    throw;
  }
}

void PieceReader::let_go() {
  reader_.reset();  // it borrows the array
  array_.reset();
  schema_.reset();
  stream_.reset();
}

PieceReader::~PieceReader() {
  // A producer may wait for threads of its own, which may wait for the GIL.
  const py::gil_scoped_release unlocked;
  let_go();
}

bool PieceReader::fetch() {
  let_go();  // or a stream would be taken for the array that came before it
  const py::gil_scoped_acquire locked;
  return InterpreterExit::stay_locked([this] { return fetch_locked(); });
}

bool PieceReader::fetch_locked() {
  columns_.reset();
  PyObject* next = InterpreterExit::stay_locked([this] { return PyIter_Next(pieces_.ptr()); });
  if (next == nullptr) {
    ended_ = true;
    if (PyErr_Occurred() != nullptr) throw py::error_already_set();
    return false;
  }
  const auto piece = py::reinterpret_steal<py::tuple>(next);
  const auto kind = py::cast<std::string>(piece[0]);
  if (kind == "columns") {
    std::vector<ArrowColumn> left_out;
    columns_ =
        std::make_unique<ColumnPiece>(piece, table_, rows_, wanted_ ? nullptr : &left_out, frame_);
    for (ArrowColumn& column : left_out) leave_out(std::move(column));
  } else if (kind == "array") {
    schema_ = moved_out<ArrowSchema>(piece[1], table_);
    array_ = moved_out<ArrowArray>(piece[2], table_);
  } else {
    stream_ = moved_out<ArrowArrayStream>(piece[1], table_);
  }
  return true;
}

void PieceReader::open() {
  if (array_.is_released()) {
    ArrowArrayStream& stream = *stream_.get();
    ArrowOwner<ArrowSchema> schema;
    if (!wanted_ && stream.get_schema != nullptr && stream.get_schema(&stream, schema.get()) != 0)
      schema = {};  // the reader asks again, and says what is wrong
    const std::vector<std::string> wanted = wanted_of(*schema.get());
    reader_ = std::make_unique<ArrowReader>(&stream, table_, wanted);
  } else {
    const std::vector<std::string> wanted = wanted_of(*schema_.get());
    reader_ = std::make_unique<ArrowReader>(*schema_.get(), *array_.get(), table_, wanted);
  }
}

std::vector<std::string> PieceReader::wanted_of(const ArrowSchema& schema) {
  if (wanted_) return *wanted_;
  std::vector<std::string> wanted;
  const std::vector<ArrowColumn> columns = arrow_columns(schema);
  for (const ArrowColumn& column : columns) {
    const auto is_it = [&column](const ArrowColumn& other) { return other.name == column.name; };
    if (std::count_if(columns.begin(), columns.end(), is_it) > 1)
      leave_out({column.name, "two columns of one name", false});
    else if (column.is_read)
      wanted.push_back(column.name);
    else
      leave_out(column);
  }
  return wanted;
}

void PieceReader::leave_out(ArrowColumn column) {
  const auto is_it = [&column](const ArrowColumn& known) { return known.name == column.name; };
  if (std::none_of(left_out_.begin(), left_out_.end(), is_it))
    left_out_.push_back(std::move(column));
}

}  // namespace tijian::python
