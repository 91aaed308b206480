// A producer of Arrow structs made by hand: what a test describes is exported with buffers of
// exactly the bytes that it has, so that a sanitizer sees every step beyond, and every release is
// counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/arrow_abi.h"

namespace tijian::arrow_producer {

/// Structs that were handed out and released, children and dictionaries included.
struct Releases {
  int made = 0;
  int released = 0;
  int streams_made = 0;
  int streams_released = 0;

  [[nodiscard]] bool balanced() const {
    return made == released && streams_made == streams_released;
  }
};

/// An ArrowSchema as a value.
struct ProducedField {
  std::string format;
  std::optional<std::string> name = "";  // nothing: NULL
  std::vector<ProducedField> children;
  std::vector<ProducedField> dictionary;  // none or one
};

/// An ArrowArray as a value. A buffer that is nothing is NULL.
struct Array {
  std::int64_t length = 0;
  std::int64_t null_count = 0;
  std::int64_t offset = 0;
  std::vector<std::optional<std::string>> buffers;
  std::vector<Array> children;
  std::vector<Array> dictionary;  // none or one
};

/// A column of one batch.
struct ProducedColumn {
  ProducedField field;
  Array array;
};

namespace detail {

/// What both structs own besides their own members: children, a dictionary, the count.
template <class Struct>
struct Owned {
  std::shared_ptr<Releases> releases;
  std::vector<Struct> children;
  std::vector<Struct*> addresses;
  std::vector<Struct> dictionary;
  std::string format;
  std::string name;
  std::vector<std::unique_ptr<char[]>> bytes;
  std::vector<const void*> buffers;

  /// Whatever a test did to the struct, these are the structs that were exported with it.
  static void release(Struct* released) {
    auto* owned = static_cast<Owned*>(released->private_data);
    for (auto* list : {&owned->children, &owned->dictionary})
      for (Struct& one : *list)
        if (one.release != nullptr) one.release(&one);
    ++owned->releases->released;
    delete owned;
    released->release = nullptr;
  }
  static Owned* make(std::shared_ptr<Releases> releases, std::size_t children,
                     std::size_t dictionaries) {
    auto* owned = new Owned;
    ++releases->made;
    owned->releases = std::move(releases);
    owned->children.resize(children);
    for (Struct& child : owned->children) owned->addresses.push_back(&child);
    owned->dictionary.resize(dictionaries);
    return owned;
  }
  void hand_over(Struct* out) {
    out->n_children = static_cast<std::int64_t>(children.size());
    out->children = children.empty() ? nullptr : addresses.data();
    out->dictionary = dictionary.empty() ? nullptr : dictionary.data();
    out->release = &release;
    out->private_data = this;
  }
};

}  // namespace detail

inline void export_schema(const ProducedField& field, const std::shared_ptr<Releases>& releases,
                          ArrowSchema* out) {
  auto* owned =
      detail::Owned<ArrowSchema>::make(releases, field.children.size(), field.dictionary.size());
  for (std::size_t i = 0; i < field.children.size(); ++i)
    export_schema(field.children[i], releases, &owned->children[i]);
  for (std::size_t i = 0; i < field.dictionary.size(); ++i)
    export_schema(field.dictionary[i], releases, &owned->dictionary[i]);
  owned->format = field.format;
  owned->name = field.name.value_or("");
  *out = ArrowSchema{};
  out->format = owned->format.c_str();
  out->name = field.name ? owned->name.c_str() : nullptr;
  out->flags = ARROW_FLAG_NULLABLE;
  owned->hand_over(out);
}

inline void export_array(const Array& array, const std::shared_ptr<Releases>& releases,
                         ArrowArray* out) {
  auto* owned =
      detail::Owned<ArrowArray>::make(releases, array.children.size(), array.dictionary.size());
  for (std::size_t i = 0; i < array.children.size(); ++i)
    export_array(array.children[i], releases, &owned->children[i]);
  for (std::size_t i = 0; i < array.dictionary.size(); ++i)
    export_array(array.dictionary[i], releases, &owned->dictionary[i]);
  for (const auto& buffer : array.buffers) {
    owned->buffers.push_back(nullptr);
    if (!buffer) continue;
    owned->bytes.push_back(std::unique_ptr<char[]>(new char[buffer->size()]));
    std::memcpy(owned->bytes.back().get(), buffer->data(), buffer->size());
    owned->buffers.back() = owned->bytes.back().get();
  }
  *out = ArrowArray{};
  out->length = array.length;
  out->null_count = array.null_count;
  out->offset = array.offset;
  out->n_buffers = static_cast<std::int64_t>(array.buffers.size());
  out->buffers = owned->buffers.empty() ? nullptr : owned->buffers.data();
  owned->hand_over(out);
}

/// A stream as a value: its batches, where it fails, and what is done to its structs before they
/// are given out.
struct Stream {
  ProducedField schema;
  std::vector<Array> batches;
  int schema_error = 0;
  int end_error = 0;  // in place of the end
  std::optional<std::string> error_text;
  std::function<void(ArrowSchema&)> change_schema;
  std::function<void(ArrowArray&, std::size_t)> change_batch;
};

inline void export_stream(Stream stream, const std::shared_ptr<Releases>& releases,
                          ArrowArrayStream* out) {
  struct Private {
    Stream stream;
    std::shared_ptr<Releases> releases;
    std::size_t next = 0;
  };
  ++releases->streams_made;
  out->private_data = new Private{std::move(stream), releases};
  out->get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
    const auto& state = *static_cast<Private*>(self->private_data);
    if (state.stream.schema_error != 0) return state.stream.schema_error;
    export_schema(state.stream.schema, state.releases, schema);
    if (state.stream.change_schema) state.stream.change_schema(*schema);
    return 0;
  };
  out->get_next = [](ArrowArrayStream* self, ArrowArray* array) {
    auto& state = *static_cast<Private*>(self->private_data);
    if (state.next == state.stream.batches.size()) {
      if (state.stream.end_error != 0) return state.stream.end_error;
      *array = ArrowArray{};
      return 0;
    }
    export_array(state.stream.batches[state.next], state.releases, array);
    if (state.stream.change_batch) state.stream.change_batch(*array, state.next);
    ++state.next;
    return 0;
  };
  out->get_last_error = [](ArrowArrayStream* self) -> const char* {
    const auto& state = *static_cast<Private*>(self->private_data);
    return state.stream.error_text ? state.stream.error_text->c_str() : nullptr;
  };
  out->release = [](ArrowArrayStream* self) {
    auto* state = static_cast<Private*>(self->private_data);
    ++state->releases->streams_released;
    delete state;
    self->release = nullptr;
  };
}

/// Where the rows of a column lie in its buffers.
struct Placement {
  std::int64_t child_offset = 0;
  std::int64_t parent_offset = 0;  // of the batch that the column will be in
  std::int64_t behind = 0;         // rows that the batch does not reach
  bool bitmap = true;
  bool count_nulls = true;       // else null_count is -1
  bool missing_buffers = false;  // every buffer is NULL: for columns without rows
};

template <class Value>
std::string bytes_of(const std::vector<Value>& values) {
  std::string bytes(values.size() * sizeof(Value), '\0');
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// `rows` with `filler` for null rows and for the elements before and behind.
template <class Value>
std::vector<Value> elements(const std::vector<std::optional<Value>>& rows,
                            const Placement& placement, const Value& filler) {
  std::vector<Value> all(static_cast<std::size_t>(placement.child_offset + placement.parent_offset),
                         filler);
  for (const auto& row : rows) all.push_back(row.value_or(filler));
  all.insert(all.end(), static_cast<std::size_t>(placement.behind), filler);
  return all;
}

/// Everything but what lies in the buffers behind the bitmap.
template <class Value>
ProducedColumn column_of(std::string name, std::string format,
                         const std::vector<std::optional<Value>>& rows, const Placement& placement,
                         std::vector<std::optional<std::string>> buffers) {
  ProducedColumn column{{std::move(format), std::move(name), {}, {}}, {}};
  Array& array = column.array;
  const auto count = static_cast<std::int64_t>(rows.size());
  array.offset = placement.child_offset;
  array.length = placement.parent_offset + count + placement.behind;
  const std::int64_t before = placement.child_offset + placement.parent_offset;
  std::string bitmap(static_cast<std::size_t>((before + count + placement.behind + 7) / 8), '\xFF');
  std::int64_t nulls = 0;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows[row]) continue;
    const std::size_t bit = static_cast<std::size_t>(before) + row;
    bitmap[bit / 8] = static_cast<char>(bitmap[bit / 8] & ~(1 << (bit % 8)));
    ++nulls;
  }
  array.null_count = placement.count_nulls ? nulls : -1;
  array.buffers = std::move(buffers);
  array.buffers.insert(array.buffers.begin(),
                       placement.bitmap ? std::optional(bitmap) : std::nullopt);
  if (placement.missing_buffers)
    for (auto& buffer : array.buffers) buffer.reset();
  return column;
}

/// Numbers, dates, instants, indices: `format` says which.
template <class Value>
ProducedColumn fixed_column(std::string name, std::string format,
                            const std::vector<std::optional<Value>>& rows,
                            const Placement& placement = {}) {
  return column_of(std::move(name), std::move(format), rows, placement,
                   {bytes_of(elements(rows, placement, Value{1}))});
}

inline ProducedColumn number_column(std::string name,
                                    const std::vector<std::optional<double>>& rows,
                                    const Placement& placement = {}) {
  return fixed_column(std::move(name), "g", rows, placement);
}

/// `format` is that of the decimal; 64 bits of each value are enough for a test.
inline ProducedColumn decimal_column(std::string name, std::string format,
                                     const std::vector<std::optional<std::int64_t>>& rows,
                                     const Placement& placement = {}) {
  std::vector<std::int64_t> halves;
  for (const std::int64_t value : elements(rows, placement, std::int64_t{1})) {
    halves.push_back(value);
    halves.push_back(value < 0 ? -1 : 0);
  }
  return column_of(std::move(name), std::move(format), rows, placement, {bytes_of(halves)});
}

inline ProducedColumn boolean_column(std::string name, const std::vector<std::optional<bool>>& rows,
                                     const Placement& placement = {}) {
  const std::vector<bool> values = elements(rows, placement, true);
  std::string bits((values.size() + 7) / 8, '\0');
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i]) bits[i / 8] = static_cast<char>(bits[i / 8] | (1 << (i % 8)));
  return column_of(std::move(name), "b", rows, placement, {bits});
}

template <class Offset>
ProducedColumn offsets_column(std::string name, std::string format,
                              const std::vector<std::optional<std::string>>& rows,
                              const Placement& placement) {
  std::vector<Offset> offsets{0};
  std::string bytes;
  for (const std::string& text : elements(rows, placement, std::string("filler"))) {
    bytes += text;
    offsets.push_back(static_cast<Offset>(bytes.size()));
  }
  return column_of(std::move(name), std::move(format), rows, placement, {bytes_of(offsets), bytes});
}

/// Texts of more than 12 bytes lie by turns in one of three buffers, of which the second is empty.
inline ProducedColumn view_column(std::string name,
                                  const std::vector<std::optional<std::string>>& rows,
                                  const Placement& placement) {
  std::string views;
  std::string first;
  std::string third;
  for (const std::string& text : elements(rows, placement, std::string("a filler of many bytes"))) {
    std::string view(16, '\0');
    const auto size = static_cast<std::int32_t>(text.size());
    std::memcpy(view.data(), &size, 4);
    std::memcpy(view.data() + 4, text.data(), text.size() <= 12 ? text.size() : 4);
    if (text.size() > 12) {
      const std::int32_t buffer = first.size() <= third.size() ? 0 : 2;
      std::string& bytes = buffer == 0 ? first : third;
      const auto start = static_cast<std::int32_t>(bytes.size());
      std::memcpy(view.data() + 8, &buffer, 4);
      std::memcpy(view.data() + 12, &start, 4);
      bytes += text;
    }
    views += view;
  }
  const std::vector<std::int64_t> sizes{static_cast<std::int64_t>(first.size()), 0,
                                        static_cast<std::int64_t>(third.size())};
  return column_of(std::move(name), "vu", rows, placement,
                   {views, first, std::nullopt, third, bytes_of(sizes)});
}

/// `format` is u, U or vu.
inline ProducedColumn text_column(std::string name,
                                  const std::vector<std::optional<std::string>>& rows,
                                  std::string format = "u", const Placement& placement = {}) {
  if (format == "vu") return view_column(std::move(name), rows, placement);
  if (format == "U")
    return offsets_column<std::int64_t>(std::move(name), std::move(format), rows, placement);
  return offsets_column<std::int32_t>(std::move(name), std::move(format), rows, placement);
}

/// `format` is that of the indices.
template <class Index>
ProducedColumn dictionary_column(std::string name, std::string format,
                                 const std::vector<std::optional<Index>>& indices,
                                 ProducedColumn words, const Placement& placement = {}) {
  ProducedColumn column =
      fixed_column<Index>(std::move(name), std::move(format), indices, placement);
  column.field.dictionary = {std::move(words.field)};
  column.array.dictionary = {std::move(words.array)};
  return column;
}

inline ProducedColumn null_column(std::string name, std::int64_t rows,
                                  const Placement& placement = {}) {
  ProducedColumn column{{"n", std::move(name), {}, {}}, {}};
  column.array.offset = placement.child_offset;
  column.array.length = placement.parent_offset + rows + placement.behind;
  column.array.null_count = column.array.length;
  return column;
}

inline ProducedField schema_of(const std::vector<ProducedColumn>& columns) {
  ProducedField schema{"+s", "", {}, {}};
  for (const ProducedColumn& column : columns) schema.children.push_back(column.field);
  return schema;
}

/// Rows [parent_offset, parent_offset + rows) of the columns.
inline Array batch_of(const std::vector<ProducedColumn>& columns, std::int64_t rows,
                      std::int64_t parent_offset = 0) {
  Array batch;
  batch.length = rows;
  batch.offset = parent_offset;
  batch.buffers = {std::nullopt};
  for (const ProducedColumn& column : columns) batch.children.push_back(column.array);
  return batch;
}

/// A stream of one batch.
inline Stream stream_of(const std::vector<ProducedColumn>& columns, std::int64_t rows,
                        std::int64_t parent_offset = 0) {
  Stream stream;
  stream.schema = schema_of(columns);
  stream.batches = {batch_of(columns, rows, parent_offset)};
  return stream;
}

}  // namespace tijian::arrow_producer
