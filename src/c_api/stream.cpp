// Streams made from plain columns.
#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "c_api/options.hpp"
#include "c_api/streams.hpp"
#include "tijian/column_view.hpp"
#include "tijian/gather.hpp"
#include "tijian/owned_table.hpp"

using namespace tijian;
using namespace tijian::c_api;

namespace {

/// What borrowed columns had to be rearranged into. A deque: views into it stay good.
struct Rearranged {
  std::deque<BitVector> bits;
  std::deque<std::vector<std::int64_t>> offsets;
  std::deque<std::string> bytes;
};

/// Bits of one byte each, from the column's offset on.
const std::uint8_t* as_bits(const std::uint8_t* bytes, std::int64_t rows, Rearranged& memory) {
  BitVector& bits = memory.bits.emplace_back();
  for (std::int64_t row = 0; row < rows; ++row) bits.push(bytes[row] != 0);
  return bits.data();
}

constexpr std::pair<std::string_view, Storage> column_types[] = {
    {"float64", Storage::float64},
    {"float32", Storage::float32},
    {"int8", Storage::int8},
    {"int16", Storage::int16},
    {"int32", Storage::int32},
    {"int64", Storage::int64},
    {"uint8", Storage::uint8},
    {"uint16", Storage::uint16},
    {"uint32", Storage::uint32},
    {"uint64", Storage::uint64},
    {"boolean", Storage::boolean_bits},
    {"boolean_bytes", Storage::boolean_bytes},
    {"utf8", Storage::utf8},
    {"large_utf8", Storage::large_utf8},
    {"null", Storage::nulls}};

/// An array of C strings as one text behind the other; NULL is null.
void read_strings(const tj_column& given, ColumnView& column, Rearranged& memory) {
  const auto* strings = static_cast<const char* const*>(given.values) + given.offset;
  std::vector<std::int64_t>& offsets = memory.offsets.emplace_back();
  std::string& bytes = memory.bytes.emplace_back();
  BitVector& valid = memory.bits.emplace_back();
  offsets.push_back(0);
  for (std::int64_t row = 0; row < column.length; ++row) {
    const bool known = strings[row] != nullptr &&
                       (given.validity == nullptr || bit_at(given.validity, given.offset + row)) &&
                       (given.valid_bytes == nullptr || given.valid_bytes[given.offset + row] != 0);
    if (known) bytes += strings[row];
    offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    valid.push(known);
  }
  column.storage = Storage::large_utf8;
  column.values = offsets.data();
  column.data = bytes.data();
  column.validity = valid.data();
}

ColumnView read_column(tj_column given, std::int64_t rows, Rearranged& memory) {
  require(given.name, "columns.name");
  require(given.type, "columns.type");
  const std::string place = std::string("columns/") + given.name;
  if (given.offset < 0 || given.offset > INT64_MAX - rows - 1)
    throw ArgumentError(messages::out_of_range, place + "/offset");
  if (given.validity != nullptr && given.valid_bytes != nullptr)
    throw ArgumentError(messages::repeated, place + "/valid_bytes");
  if (rows == 0) given.offset = 0;  // then there need be no array that it would be an offset into
  const std::string_view type = given.type;
  ColumnView column;
  column.length = rows;
  if (rows > 0 && type != "null") require(given.values, "columns.values");
  if (type == "strings") {
    read_strings(given, column, memory);
    return column;
  }
  const auto* known = std::find_if(std::begin(column_types), std::end(column_types),
                                   [&](const auto& entry) { return entry.first == type; });
  if (known == std::end(column_types)) {
    std::string words = "strings";
    for (const auto& [word, storage] : column_types) words.append(", ").append(word);
    throw ArgumentError(messages::not_a_word, place + "/type", type, words);
  }
  column.storage = known->second;
  column.values = given.values;
  column.data = given.bytes;
  column.offset = given.offset;
  column.validity = given.validity;
  if (given.valid_bytes == nullptr && column.storage != Storage::boolean_bytes) return column;
  // Rearranged parts begin at row 0, so all of the column has to.
  if (column.storage == Storage::boolean_bytes) {
    column.values =
        as_bits(static_cast<const std::uint8_t*>(given.values) + given.offset, rows, memory);
    column.storage = Storage::boolean_bits;
    if (given.validity != nullptr) {
      BitVector& valid = memory.bits.emplace_back();
      for (std::int64_t row = 0; row < rows; ++row)
        valid.push(bit_at(given.validity, given.offset + row));
      column.validity = valid.data();
    }
    column.offset = 0;
  }
  if (given.valid_bytes != nullptr) {
    BitVector& valid = memory.bits.emplace_back();
    for (std::int64_t row = 0; row < column.offset; ++row) valid.push(true);
    for (std::int64_t row = 0; row < rows; ++row)
      valid.push(given.valid_bytes[given.offset + row] != 0);
    column.validity = valid.data();
  }
  return column;
}

/// Columns with all the memory that they point to, as far as it is not the caller's.
struct HeldColumns {
  Rearranged memory;
  TableView table;
};

/// Columns that were copied.
struct CopiedColumns {
  OwnedTable table;
};

}  // namespace

tj_status tj_stream_from_columns(const tj_column* columns, size_t count, int64_t rows,
                                 uint64_t flags, ArrowArrayStream* stream,
                                 tj_error** error) noexcept {
  return guard(error, [&] {
    if (count > 0) require(columns, "columns");
    require(stream, "stream");
    if (rows < 0) throw ArgumentError(messages::out_of_range, "rows");
    if ((flags & ~std::uint64_t{TJ_COLUMNS_BORROW}) != 0)
      throw ArgumentError(messages::out_of_range, "flags");
    auto held = std::make_shared<HeldColumns>();
    held->table.rows = rows;
    for (std::size_t c = 0; c < count; ++c) {
      const auto* at = reinterpret_cast<const tj_column*>(reinterpret_cast<const char*>(columns) +
                                                          c * columns->struct_size);
      if (c > 0 && at->struct_size != columns->struct_size)
        throw ArgumentError(messages::no_size, "columns");
      const tj_column column = read_options(at, "columns");
      held->table.columns.emplace_back(column.name == nullptr ? "" : column.name,
                                       read_column(column, rows, held->memory));
    }
    Issues issues = unsound(held->table, "columns");
    if (!issues.empty()) throw DataError(std::move(issues));
    MadeStream made;
    if ((flags & TJ_COLUMNS_BORROW) != 0) {
      export_arrow(held->table, held, made.get());
    } else {
      auto copied = std::make_shared<CopiedColumns>();
      copied->table = gather(one_batch(held->table));
      export_arrow(copied->table.view(), copied, made.get());
    }
    made.hand_over(stream);
  });
}

void tj_stream_release(ArrowArrayStream* stream) noexcept {
  if (stream != nullptr && stream->release != nullptr) stream->release(stream);
}
