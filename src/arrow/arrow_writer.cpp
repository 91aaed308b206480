#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/arrow.hpp"
#include "tijian/arrow_abi.h"
#include "tijian/utf8.hpp"

namespace tijian {
namespace {

using MetadataEntry = std::pair<std::string_view, std::string_view>;

/// Keys and values as the specification packs them: counts and sizes as int32, nothing between.
std::string packed_metadata(std::initializer_list<MetadataEntry> entries) {
  std::string packed;
  const auto append_count = [&packed](std::size_t count) {
    const auto number = static_cast<std::int32_t>(count);
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    packed.append(bytes, sizeof number);
  };
  append_count(entries.size());
  for (const auto& [key, value] : entries) {
    append_count(key.size());
    packed += key;
    const std::string valid = valid_utf8(value);
    append_count(valid.size());
    packed += valid;
  }
  return packed;
}

/// Texts of a column that had bytes which are no UTF-8: Arrow promises its readers that there are
/// none. Null rows stay empty.
struct MendedTexts {
  std::vector<std::int64_t> offsets;
  std::vector<char> bytes;
};

std::string_view text_of(const ResultColumn& column, std::size_t row) {
  const auto start = static_cast<std::size_t>(column.offsets[row]);
  const auto end = static_cast<std::size_t>(column.offsets[row + 1]);
  return {column.bytes.data() + start, end - start};
}

/// Nothing where every text is valid.
std::unique_ptr<const MendedTexts> mend(const ResultColumn& column) {
  if (column.utf8) return nullptr;
  auto mended = std::make_unique<MendedTexts>();
  mended->offsets.reserve(column.offsets.size());
  mended->offsets.push_back(0);
  for (std::size_t row = 0; row < column.rows(); ++row) {
    const std::string text = valid_utf8(text_of(column, row));
    mended->bytes.insert(mended->bytes.end(), text.begin(), text.end());
    mended->offsets.push_back(static_cast<std::int64_t>(mended->bytes.size()));
  }
  return mended;
}

/// Everything that exported structs point at. It never changes; whoever lives longest of the
/// stream, its schemas and its arrays keeps it.
struct ExportedTable {
  struct Field {
    const char* format = "";
    std::string name;
    std::string metadata;  // empty: none
    std::int64_t null_count = 0;
    std::int64_t offset = 0;
    std::int64_t buffer_count = 2;
    const void* buffers[3] = {nullptr, nullptr, nullptr};
    std::unique_ptr<const MendedTexts> mended;
  };
  std::shared_ptr<const void> owner;  // of the buffers
  std::int64_t rows = 0;
  std::string metadata;  // empty: none
  std::vector<Field> fields;
};

using Exported = std::shared_ptr<const ExportedTable>;

const char* format_of(ResultType type) {
  switch (type) {
    case ResultType::text: return "U";
    case ResultType::number: return "g";
    case ResultType::integer: return "l";
    case ResultType::boolean: return "b";
  }
  return "U";
}

std::int64_t null_count_of(const BitVector& valid) {
  std::int64_t ones = 0;  // bits behind the last row are 0
  const std::size_t bytes = (valid.size() + 7) / 8;
  for (std::size_t byte = 0; byte < bytes; byte += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, valid.data() + byte, std::min(sizeof word, bytes - byte));
    ones += std::popcount(word);
  }
  return static_cast<std::int64_t>(valid.size()) - ones;
}

/// Some readers take a missing buffer for a fault even where it would be empty.
const void* present(const void* buffer) {
  static constexpr std::int64_t nothing = 0;
  return buffer == nullptr ? &nothing : buffer;
}

void set_buffers(const ResultColumn& column, ExportedTable::Field& field) {
  field.buffers[0] = present(column.valid.data());
  switch (column.type) {
    case ResultType::number: field.buffers[1] = present(column.numbers.data()); break;
    case ResultType::integer: field.buffers[1] = present(column.integers.data()); break;
    case ResultType::boolean: field.buffers[1] = present(column.booleans.data()); break;
    case ResultType::text:
      field.mended = mend(column);
      field.buffer_count = 3;
      field.buffers[1] = field.mended ? field.mended->offsets.data() : column.offsets.data();
      field.buffers[2] = present(field.mended ? field.mended->bytes.data() : column.bytes.data());
      break;
  }
}

Exported prepare(const std::shared_ptr<const ResultTable>& table) {
  auto exported = std::make_shared<ExportedTable>();
  exported->owner = table;
  exported->rows = static_cast<std::int64_t>(table->rows());
  const ResultSource& source = table->source();
  const std::string year = std::to_string(source.year);
  exported->metadata = packed_metadata({{"tijian.table", table->name()},
                                        {"tijian.framework", source.framework_id},
                                        {"tijian.version", source.framework_version},
                                        {"tijian.fingerprint", source.fingerprint},
                                        {"tijian.library", source.library_version},
                                        {"tijian.year", year}});
  exported->fields.reserve(table->columns().size());
  for (const ResultColumn& column : table->columns()) {
    ExportedTable::Field& field = exported->fields.emplace_back();
    field.format = format_of(column.type);
    field.name = valid_utf8(column.name);
    if (!column.measure.empty())
      field.metadata = packed_metadata({{"tijian.measure", column.measure}});
    field.null_count = null_count_of(column.valid);
    set_buffers(column, field);
  }
  return exported;
}

/// The format of a borrowed column that has the layout of an Arrow array of its own.
const char* format_of(Storage storage) {
  switch (storage) {
    case Storage::float64: return "g";
    case Storage::float32: return "f";
    case Storage::int8: return "c";
    case Storage::int16: return "s";
    case Storage::int32: return "i";
    case Storage::int64: return "l";
    case Storage::uint8: return "C";
    case Storage::uint16: return "S";
    case Storage::uint32: return "I";
    case Storage::uint64: return "L";
    case Storage::boolean_bits: return "b";
    case Storage::utf8: return "u";
    case Storage::large_utf8: return "U";
    case Storage::nulls: return "n";
    default: throw std::invalid_argument("a column of this layout cannot be lent");
  }
}

Exported prepare(const TableView& table, std::shared_ptr<const void> owner) {
  auto exported = std::make_shared<ExportedTable>();
  exported->owner = std::move(owner);
  exported->rows = table.rows;
  exported->fields.reserve(table.columns.size());
  for (const auto& [name, column] : table.columns) {
    ExportedTable::Field& field = exported->fields.emplace_back();
    field.format = format_of(column.storage);
    field.name = valid_utf8(name);
    field.offset = column.offset;
    if (column.storage == Storage::nulls) {
      field.buffer_count = 0;
      field.null_count = table.rows;
      continue;
    }
    field.null_count = column.validity == nullptr ? 0 : -1;
    field.buffers[0] = column.validity;
    field.buffers[1] = present(column.values);
    if (is_flat_text(column.storage)) {
      field.buffer_count = 3;
      field.buffers[2] = present(column.data);
    }
  }
  return exported;
}

/// What the private data of a schema or an array owns. A consumer may move a child out of its
/// parent and release the parent: so each struct holds the table by itself, and releases those of
/// its children that are still its own.
template <class Struct>
struct Holder {
  Exported exported;
  const void* buffers[3] = {nullptr, nullptr, nullptr};
  std::vector<Struct> children;
  std::vector<Struct*> addresses;

  explicit Holder(Exported owner, std::size_t child_count = 0)
      : exported(std::move(owner)), children(child_count) {
    addresses.reserve(child_count);
    for (Struct& child : children) addresses.push_back(&child);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() {
    for (Struct& child : children)
      if (child.release != nullptr) child.release(&child);
  }

  static void release(Struct* released) noexcept {
    delete static_cast<Holder*>(released->private_data);
    released->release = nullptr;
  }
  /// Gives `holder` away to `out`, whose other members are set already.
  static void hand_over(std::unique_ptr<Holder> holder, Struct* out) noexcept {
    out->n_children = static_cast<std::int64_t>(holder->children.size());
    if (!holder->children.empty()) out->children = holder->addresses.data();
    out->private_data = holder.release();
    out->release = release;
  }
};

using SchemaHolder = Holder<ArrowSchema>;
using ArrayHolder = Holder<ArrowArray>;

void write_schema(const Exported& exported, ArrowSchema* out) {
  auto holder = std::make_unique<SchemaHolder>(exported, exported->fields.size());
  for (std::size_t i = 0; i < exported->fields.size(); ++i) {
    const ExportedTable::Field& field = exported->fields[i];
    ArrowSchema& child = holder->children[i];
    auto child_holder = std::make_unique<SchemaHolder>(exported);
    child.format = field.format;
    child.name = field.name.c_str();
    if (!field.metadata.empty()) child.metadata = field.metadata.data();
    child.flags = ARROW_FLAG_NULLABLE;
    SchemaHolder::hand_over(std::move(child_holder), &child);
  }
  *out = ArrowSchema{};
  out->format = "+s";
  out->name = "";
  if (!exported->metadata.empty()) out->metadata = exported->metadata.data();
  SchemaHolder::hand_over(std::move(holder), out);
}

void write_array(const Exported& exported, ArrowArray* out) {
  auto holder = std::make_unique<ArrayHolder>(exported, exported->fields.size());
  for (std::size_t i = 0; i < exported->fields.size(); ++i) {
    const ExportedTable::Field& field = exported->fields[i];
    ArrowArray& child = holder->children[i];
    auto child_holder = std::make_unique<ArrayHolder>(exported);
    std::copy(std::begin(field.buffers), std::end(field.buffers), child_holder->buffers);
    child.length = exported->rows;
    child.null_count = field.null_count;
    child.offset = field.offset;
    child.n_buffers = field.buffer_count;
    child.buffers = child_holder->buffers;
    ArrayHolder::hand_over(std::move(child_holder), &child);
  }
  *out = ArrowArray{};
  out->length = exported->rows;
  out->n_buffers = 1;  // the validity of rows: none is null
  out->buffers = holder->buffers;
  ArrayHolder::hand_over(std::move(holder), out);
}

/// The private data of a stream.
struct ExportedStream {
  Exported exported;
  bool given = false;
  const char* last_error = nullptr;

  static ExportedStream& of(ArrowArrayStream* stream) {
    return *static_cast<ExportedStream*>(stream->private_data);
  }
  /// Runs what can lack nothing but memory.
  template <class Write>
  int attempt(const Write& write) noexcept {
    try {
      write();
      last_error = nullptr;
      return 0;
    } catch (...) {
      last_error = "out of memory / 内存不足";
      return ENOMEM;
    }
  }
};

int stream_schema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  ExportedStream& state = ExportedStream::of(stream);
  return state.attempt([&] { write_schema(state.exported, out); });
}

int stream_next(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  ExportedStream& state = ExportedStream::of(stream);
  return state.attempt([&] {
    if (state.given)
      *out = ArrowArray{};
    else
      write_array(state.exported, out);
    state.given = true;
  });
}

const char* stream_error(ArrowArrayStream* stream) noexcept {
  return ExportedStream::of(stream).last_error;
}

void stream_release(ArrowArrayStream* stream) noexcept {
  delete static_cast<ExportedStream*>(stream->private_data);
  stream->release = nullptr;
}

void export_stream(Exported exported, ArrowArrayStream* out) {
  auto state = std::make_unique<ExportedStream>();
  state->exported = std::move(exported);
  *out =
      ArrowArrayStream{stream_schema, stream_next, stream_error, stream_release, state.release()};
}

}  // namespace

void export_arrow(ResultTable table, ArrowArrayStream* out) {
  table.end_row();  // columns that are behind end in nulls
  export_arrow(std::make_shared<const ResultTable>(std::move(table)), out);
}

void export_arrow(std::shared_ptr<const ResultTable> table, ArrowArrayStream* out) {
  export_stream(prepare(table), out);
}

void export_arrow(const TableView& table, std::shared_ptr<const void> owner,
                  ArrowArrayStream* out) {
  export_stream(prepare(table, std::move(owner)), out);
}

}  // namespace tijian
