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

/// One bit for each row of a column, which `holds` tells of an element of its arrays.
template <class Holds>
const std::uint8_t* as_bits(std::int64_t rows, Rearranged& memory, const Holds& holds,
                            const tj_column& column) {
  BitVector& bits = memory.bits.emplace_back();
  for (std::int64_t row = 0; row < rows; ++row) bits.push(holds(column.offset + row));
  return bits.data();
}

/// Bytes of one element.
std::int64_t width_of(Storage storage) {
  switch (storage) {
    case Storage::int8:
    case Storage::uint8: return 1;
    case Storage::int16:
    case Storage::uint16: return 2;
    case Storage::float32:
    case Storage::int32:
    case Storage::uint32:
    case Storage::utf8: return 4;
    default: return 8;
  }
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
  if (given.offset < 0 || given.offset > most_elements - rows)
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
  // What is rearranged begins at row 0, so the rest of the column has to.
  if (given.valid_bytes != nullptr)
    column.validity = as_bits(
        rows, memory, [&](std::int64_t at) { return given.valid_bytes[at] != 0; }, given);
  else if (given.validity != nullptr)
    column.validity = as_bits(
        rows, memory, [&](std::int64_t at) { return bit_at(given.validity, at); }, given);
  const auto* bytes = static_cast<const std::uint8_t*>(given.values);
  if (column.storage == Storage::boolean_bytes) {
    column.values = as_bits(
        rows, memory, [&](std::int64_t at) { return bytes[at] != 0; }, given);
    column.storage = Storage::boolean_bits;
  } else if (column.storage == Storage::boolean_bits) {
    column.values = as_bits(
        rows, memory, [&](std::int64_t at) { return bit_at(bytes, at); }, given);
  } else if (column.storage != Storage::nulls && rows > 0) {
    column.values = bytes + given.offset * width_of(column.storage);
  }
  column.offset = 0;
  return column;
}

/// Columns with all the memory that they point to, as far as it is not the caller's.
struct HeldColumns {
  Rearranged memory;
  TableView table;
};

}  // namespace

tj_status tj_stream_from_columns(const tj_column* columns, size_t count, int64_t rows,
                                 uint64_t flags, ArrowArrayStream* stream,
                                 tj_error** error) noexcept {
  return guard(error, [&] {
    if (count > 0) require(columns, "columns");
    require(stream, "stream");
    if (rows < 0 || rows > most_elements) throw ArgumentError(messages::out_of_range, "rows");
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
      auto copied = std::make_shared<const OwnedTable>(gather(one_batch(held->table)));
      export_arrow(copied->view(), copied, made.get());
    }
    made.hand_over(stream);
  });
}

void tj_stream_release(ArrowArrayStream* stream) noexcept { release_arrow(stream); }
