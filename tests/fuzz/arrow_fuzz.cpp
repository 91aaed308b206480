// Arrow structs with hostile contents: every column that the reader lets through can be read as
// numbers, booleans and texts, everything else is refused with reasons, all is released once.
//
// Addresses are trusted, as the reader trusts them: a buffer is exactly as long as the elements
// that its array can address, counted from sound lengths and offsets. What stands in the buffers,
// and all numbers of the structs, are the fuzzer's; numbers that would make an array longer than
// its buffers without being refused are lies about addresses and left out.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "tijian/arrow.hpp"
#include "tijian/arrow_abi.h"
#include "tijian/table.hpp"

namespace {

using namespace tijian;

constexpr std::size_t most_columns = 3;
constexpr std::array<const char*, most_columns> names{"a", "b", "a"};

/// The fuzzer's bytes, one after another; zeros at the end.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

  std::uint8_t byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  std::size_t below(std::size_t limit) { return byte() % limit; }
  /// True for few of the bytes, so that most of what is built is sound and read to its end.
  bool rarely() { return byte() >= 0xF0; }
  void fill(char* out, std::size_t size) {
    const std::size_t given = std::min(size, left_);
    if (given != 0) std::memcpy(out, data_, given);
    std::memset(out + given, 0, size - given);
    data_ += given;
    left_ -= given;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

enum class Kind { none, bits, fixed, offsets32, offsets64, views };

struct Format {
  const char* text;
  Kind kind;
  std::size_t width;
};

constexpr std::array formats{
    Format{"n", Kind::none, 0},        Format{"b", Kind::bits, 0},
    Format{"c", Kind::fixed, 1},       Format{"C", Kind::fixed, 1},
    Format{"s", Kind::fixed, 2},       Format{"S", Kind::fixed, 2},
    Format{"i", Kind::fixed, 4},       Format{"I", Kind::fixed, 4},
    Format{"l", Kind::fixed, 8},       Format{"L", Kind::fixed, 8},
    Format{"f", Kind::fixed, 4},       Format{"g", Kind::fixed, 8},
    Format{"d:38,3", Kind::fixed, 16}, Format{"d:9,-400,128", Kind::fixed, 16},
    Format{"u", Kind::offsets32, 4},   Format{"U", Kind::offsets64, 8},
    Format{"vu", Kind::views, 16},     Format{"tdD", Kind::fixed, 4},
    Format{"tss:", Kind::fixed, 8},    Format{"tsm:UTC", Kind::fixed, 8},
    Format{"tsu:", Kind::fixed, 8},    Format{"tsn:+08:00", Kind::fixed, 8},
    Format{"z", Kind::none, 0},        Format{"+l", Kind::none, 0}};

constexpr std::size_t text_bytes = 256;
constexpr std::size_t view_buffers = 2;

/// An array of the fuzzer's, its buffers and its dictionary.
struct HostileArray {
  ArrowArray array{};
  std::array<const void*, 3 + view_buffers> pointers{};
  std::array<std::unique_ptr<char[]>, 3 + view_buffers> buffers;
  std::unique_ptr<HostileArray> dictionary;

  char* allocate(std::size_t index, std::size_t size) {
    buffers[index].reset(new char[size]);
    pointers[index] = buffers[index].get();
    return buffers[index].get();
  }
};

int made = 0;
int released = 0;

template <class Struct>
void count_release(Struct* one) {
  if (one->release == nullptr) std::abort();
  ++released;
  one->release = nullptr;
}

/// A number in place of a sound one that must not be let through.
std::int64_t refused_number(Bytes& bytes) {
  constexpr std::array<std::int64_t, 4> numbers{-1, INT64_MIN, INT64_MAX, INT64_MIN + 1};
  return numbers[bytes.below(numbers.size())];
}

template <class Offset>
void fill_offsets(Bytes& bytes, char* out, std::size_t count) {
  // Anything negative, or inside the bytes of the texts.
  bytes.fill(out, count * sizeof(Offset));
  for (std::size_t i = 0; i < count; ++i) {
    Offset offset;
    std::memcpy(&offset, out + i * sizeof offset, sizeof offset);
    if (offset >= 0) offset = static_cast<Offset>(offset % static_cast<Offset>(text_bytes + 1));
    std::memcpy(out + i * sizeof offset, &offset, sizeof offset);
  }
}

void fill_buffers(Bytes& bytes, const Format& format, std::size_t elements, HostileArray& hostile) {
  if (format.kind == Kind::none) return;
  hostile.array.n_buffers = 2;
  if (!bytes.rarely()) {
    const std::size_t size = (elements + 7) / 8;
    bytes.fill(hostile.allocate(0, size), size);
  }
  switch (format.kind) {
    case Kind::bits: {
      const std::size_t size = (elements + 7) / 8;
      bytes.fill(hostile.allocate(1, size), size);
      break;
    }
    case Kind::offsets32:
    case Kind::offsets64: {
      hostile.array.n_buffers = 3;
      char* offsets = hostile.allocate(1, (elements + 1) * format.width);
      if (format.kind == Kind::offsets32)
        fill_offsets<std::int32_t>(bytes, offsets, elements + 1);
      else
        fill_offsets<std::int64_t>(bytes, offsets, elements + 1);
      if (!bytes.rarely()) std::memset(hostile.allocate(2, text_bytes), 'x', text_bytes);
      break;
    }
    case Kind::views: {
      const std::size_t count = bytes.below(view_buffers + 1);
      hostile.array.n_buffers = static_cast<std::int64_t>(3 + count);
      bytes.fill(hostile.allocate(1, elements * 16), elements * 16);
      for (std::size_t i = 0; i < elements; ++i) {
        // Half of the views get a length, a buffer and a start that may be right.
        char* view = hostile.buffers[1].get() + i * 16;
        if (view[15] < 0) continue;
        const std::array<std::int32_t, 2> place{view[8] % 3, view[12]};
        const std::int32_t size = view[0];
        std::memcpy(view, &size, 4);
        std::memcpy(view + 8, place.data(), 8);
      }
      char* sizes = hostile.allocate(2 + count, count * 8);
      for (std::size_t i = 0; i < count; ++i) {
        std::int64_t size = bytes.byte();
        if (!bytes.rarely())
          std::memset(hostile.allocate(2 + i, static_cast<std::size_t>(size)), 'y',
                      static_cast<std::size_t>(size));
        if (bytes.rarely()) size = INT64_MIN + size;
        std::memcpy(sizes + i * 8, &size, 8);
      }
      if (bytes.rarely()) hostile.pointers[2 + count] = nullptr;
      break;
    }
    default:
      bytes.fill(hostile.allocate(1, elements * format.width), elements * format.width);
      break;
  }
  if (bytes.rarely()) hostile.pointers[1] = nullptr;
}

/// An array of `rows` elements behind an offset, or one that is refused.
void build_array(Bytes& bytes, const Format& format, std::size_t rows, HostileArray& hostile) {
  ArrowArray& array = hostile.array;
  const std::size_t offset = bytes.below(12);
  array.offset = static_cast<std::int64_t>(offset);
  array.length = static_cast<std::int64_t>(rows);
  array.null_count = static_cast<std::int8_t>(bytes.byte());
  fill_buffers(bytes, format, offset + rows, hostile);
  array.buffers = hostile.pointers.data();
  array.release = count_release<ArrowArray>;
  ++made;
  if (!bytes.rarely()) return;
  switch (bytes.below(8)) {
    case 0: array.length = refused_number(bytes); break;
    case 1: array.offset = refused_number(bytes); break;
    case 2: array.length -= 1; break;
    case 3:  // more buffers than there are would be a lie, but for formats that have a fixed number
      array.n_buffers = format.kind == Kind::views ? refused_number(bytes) & INT64_MIN
                                                   : array.n_buffers + 1 + bytes.byte();
      break;
    case 4: array.n_children = refused_number(bytes); break;
    case 5: array.buffers = nullptr; break;
    case 6: array.null_count = refused_number(bytes); break;
    default: array.dictionary = &array; break;
  }
}

struct HostileStream {
  Bytes bytes;
  std::array<ArrowSchema, most_columns> fields{};
  std::array<ArrowSchema, most_columns> words{};
  std::array<ArrowSchema*, most_columns> field_pointers{};
  std::array<std::size_t, most_columns> field_formats{};
  std::array<std::size_t, most_columns> word_formats{};
  std::array<HostileArray, most_columns> columns;
  std::array<ArrowArray*, most_columns> column_pointers{};
  std::array<char, 4> validity{};
  std::array<const void*, 1> table_buffers{};
  std::array<char, 8> free_format{};
  std::size_t column_count = 0;
  std::size_t batches = 0;
  bool fails = false;

  HostileStream(const std::uint8_t* data, std::size_t size) : bytes(data, size) {
    column_count = bytes.below(most_columns + 1);
    batches = bytes.below(3);
    fails = bytes.rarely();
  }

  void build_schema(ArrowSchema* out) {
    for (std::size_t i = 0; i < column_count; ++i) {
      ArrowSchema& field = fields[i];
      field.name = bytes.rarely() ? nullptr : names[i];
      field_formats[i] = bytes.below(formats.size());
      field.format = formats[field_formats[i]].text;
      field.release = count_release<ArrowSchema>;
      if (formats[field_formats[i]].kind == Kind::fixed && bytes.byte() % 4 == 0) {
        word_formats[i] = bytes.below(formats.size());
        words[i].format = formats[word_formats[i]].text;
        words[i].release = count_release<ArrowSchema>;
        field.dictionary = &words[i];
        if (bytes.rarely()) words[i].dictionary = &field;
        if (bytes.rarely()) words[i].release = nullptr;
      }
      if (bytes.rarely()) field.release = nullptr;
      if (bytes.rarely()) field.n_children = refused_number(bytes);
      field_pointers[i] = bytes.rarely() ? nullptr : &field;
    }
    if (column_count > 0 && bytes.rarely()) {
      // A format of the fuzzer's own; should it be one that is read, its buffers are too short.
      bytes.fill(free_format.data(), free_format.size() - 1);
      if (free_format[0] == 'd' || free_format[0] == 't' || free_format[1] != '\0')
        fields[0].format = free_format.data();
      batches = 0;
    }
    *out = ArrowSchema{};
    out->format = bytes.rarely() ? "+l" : "+s";
    out->n_children = static_cast<std::int64_t>(column_count);
    out->children = field_pointers.data();
    if (bytes.rarely()) out->n_children = refused_number(bytes) & INT64_MIN;
    if (bytes.rarely()) out->children = nullptr;
    out->release = count_release<ArrowSchema>;
    ++made;
  }

  void build_batch(ArrowArray* out) {
    const std::size_t rows = bytes.below(20);
    const std::size_t offset = bytes.below(9);
    for (std::size_t i = 0; i < column_count; ++i) {
      columns[i] = HostileArray{};
      ArrowArray& child = columns[i].array;
      build_array(bytes, formats[field_formats[i]], offset + rows, columns[i]);
      --made;  // released with the table, which alone is counted
      if (fields[i].dictionary != nullptr && !bytes.rarely()) {
        columns[i].dictionary = std::make_unique<HostileArray>();
        build_array(bytes, formats[word_formats[i]], bytes.below(10), *columns[i].dictionary);
        --made;
        child.dictionary = &columns[i].dictionary->array;
      }
      if (bytes.rarely()) child.release = nullptr;
      column_pointers[i] = bytes.rarely() ? nullptr : &child;
    }
    *out = ArrowArray{};
    out->length = static_cast<std::int64_t>(rows);
    out->offset = static_cast<std::int64_t>(offset);
    out->n_buffers = 1;
    out->n_children = static_cast<std::int64_t>(column_count);
    out->children = column_pointers.data();
    table_buffers[0] = nullptr;
    if (bytes.rarely()) {
      bytes.fill(validity.data(), validity.size());
      table_buffers[0] = validity.data();
    }
    out->buffers = table_buffers.data();
    out->release = count_release<ArrowArray>;
    ++made;
    if (!bytes.rarely()) return;
    switch (bytes.below(6)) {
      case 0: out->length = refused_number(bytes); break;
      case 1: out->offset = refused_number(bytes); break;
      case 2: out->n_children = refused_number(bytes); break;
      case 3: out->n_buffers = refused_number(bytes); break;
      case 4: out->buffers = nullptr; break;
      default: out->children = nullptr; break;
    }
  }

  static HostileStream& of(ArrowArrayStream* stream) {
    return *static_cast<HostileStream*>(stream->private_data);
  }
  static int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
    of(stream).build_schema(out);
    return 0;
  }
  static int get_next(ArrowArrayStream* stream, ArrowArray* out) {
    HostileStream& self = of(stream);
    if (self.batches == 0) {
      *out = ArrowArray{};
      return self.fails ? 5 : 0;
    }
    --self.batches;
    self.build_batch(out);
    return 0;
  }
  static const char* get_last_error(ArrowArrayStream*) { return "\xFF failed"; }
};

/// Tells the compiler that what was written there is looked at: it left out the copies of texts,
/// and with them every fault that they would have shown.
void look_at(const void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

/// Reads every cell in all three ways, also those that its storage does not stand for: they load as
/// null.
void read_column(const ColumnView& column) {
  // One of each for the whole run: they are large, and each load says what it leaves in them.
  static kernels::NumberTile numbers;
  static kernels::BooleanTile booleans;
  static kernels::TextTile texts;
  static kernels::Mask infinite;
  static TextScratch scratch;
  static std::array<char, text_bytes> copied;
  const auto rows = static_cast<std::size_t>(column.length);
  LoadFaults faults;
  load_numbers(column, 0, rows, numbers, faults, &infinite);
  load_booleans(column, 0, rows, booleans, faults);
  load_texts(column, 0, rows, texts, scratch);
  look_at(&numbers);
  look_at(&booleans);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string_view text = texts.values[row];
    if (text.size() > copied.size()) std::abort();
    if (!text.empty()) std::memcpy(copied.data(), text.data(), text.size());
    look_at(copied.data());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  made = 0;
  released = 0;
  HostileStream hostile(data, size);
  ArrowArrayStream stream{HostileStream::get_schema, HostileStream::get_next,
                          HostileStream::get_last_error, count_release<ArrowArrayStream>, &hostile};
  ++made;
  try {
    ArrowReader reader(&stream, "t", {"a", "b", ""});
    if (stream.release != nullptr) std::abort();
    while (const TableView* table = reader.next()) {
      if (!unsound(*table, "t").empty()) std::abort();
      for (const auto& [name, column] : table->columns) read_column(column);
    }
  } catch (const Error& error) {
    if (error.issues().empty()) std::abort();
    for (const Issue& issue : error.issues())
      if (issue.place.empty() || issue.message.zh.empty()) std::abort();
  }
  if (made != released) std::abort();
  return 0;
}
