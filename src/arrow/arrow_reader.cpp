#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/arrow_layout.hpp"
#include "arrow/arrow_messages.hpp"
#include "tijian/arrow.hpp"
#include "tijian/arrow_abi.h"
#include "tijian/arrow_ownership.hpp"
#include "tijian/utf8.hpp"

namespace tijian {
namespace {

/// Why a struct is refused, in both languages.
struct Fault {
  std::string_view zh;
  std::string_view en;
};

constexpr Fault released{"已被释放", "it was released"};
constexpr Fault incomplete{"缺少必要的指针", "a pointer that it needs is missing"};
constexpr Fault wrong_size{"行数或偏移为负或过大", "its length or offset is negative or too large"};
constexpr Fault wrong_buffers{"缓冲区个数与格式不符",
                              "it has another number of buffers than its format"};
constexpr Fault wrong_children{"子数组个数与格式不符",
                               "it has another number of children than its format"};
constexpr Fault wrong_dictionary{"字典与格式不符",
                                 "it has a dictionary that its format does not have, or lacks one"};
constexpr Fault wrong_index{"字典索引不是整数", "its indices are not integers"};
constexpr Fault too_short{"行数少于表的行数", "it has fewer rows than its table"};
constexpr Fault lost_nulls{"有空值，但没有有效位图", "it has nulls but no validity bitmap"};
constexpr Fault null_rows{"有整行为空的行", "whole rows are null"};
constexpr Fault other_columns{"列数与模式不同", "it has another number of columns than the schema"};

/// Buffers of a column without rows may be missing; nothing is read from these.
constexpr std::array<char, 16> nothing{};

/// Text of the producer for a message: valid, and not without end.
std::string shown(const char* text, std::size_t limit) {
  if (text == nullptr) return {};
  std::string_view whole(text);
  if (whole.size() <= limit) return valid_utf8(whole);
  // A character that is cut in two is left out as a whole, or it would be shown as damaged.
  std::size_t size = limit;
  while (size > 0 && (static_cast<unsigned char>(whole[size]) & 0xC0U) == 0x80U) --size;
  return valid_utf8(whole.substr(0, size)) + "…";
}

Issue unsound_table(const std::string& table, const Fault& fault) {
  return make_issue(arrow_messages::unsound_table, table,
                    {{"table", table}, {"detail_zh", fault.zh}, {"detail", fault.en}});
}

Issue unsound_column(const std::string& table, std::string_view column, const Fault& fault) {
  return make_issue(table_messages::unsound, table + '/' + std::string(column),
                    {{"column", column}, {"detail_zh", fault.zh}, {"detail", fault.en}});
}

bool has_null(const std::uint8_t* validity, std::int64_t first, std::int64_t rows) {
  const std::int64_t end = first + rows;
  while (first < end && (first & 7) != 0)
    if (!bit_at(validity, first++)) return true;
  for (; end - first >= 8; first += 8)
    if (validity[first >> 3] != 0xFF) return true;
  while (first < end)
    if (!bit_at(validity, first++)) return true;
  return false;
}

/// What is wrong with the numbers that any array has.
std::optional<Fault> size_fault(const ArrowArray& array) {
  if (array.length < 0 || array.offset < 0 || array.length > most_elements ||
      array.offset > most_elements - array.length)
    return wrong_size;
  return std::nullopt;
}

/// A column of this layout without rows.
ColumnView without_rows(const ArrowLayout& layout) {
  ColumnView column;
  column.storage = layout.storage;
  column.scale = layout.scale;
  column.time_unit = layout.time_unit;
  column.utc = layout.utc;
  column.values = nothing.data();
  return column;
}

/// Points `column` at rows [first, first + rows) of `array`, not counting its own offset, or tells
/// why it does not fit its layout. Looks at no buffer.
std::optional<Fault> borrow(const ArrowArray& array, const ArrowLayout& layout, bool has_dictionary,
                            std::int64_t first, std::int64_t rows, ColumnView& column) {
  if (const auto fault = size_fault(array)) return fault;
  if (array.length - rows < first) return too_short;
  if (array.n_children != 0) return wrong_children;
  if ((array.dictionary != nullptr) != has_dictionary) return wrong_dictionary;
  const std::int64_t buffers = layout.buffer_count();
  // Nulls have no buffer; some producers give them an empty validity, as early versions of Arrow
  // had.
  const bool is_odd = layout.storage == Storage::utf8_view ? array.n_buffers < buffers
                      : layout.storage == Storage::nulls
                          ? array.n_buffers < 0 || array.n_buffers > 1
                          : array.n_buffers != buffers;
  if (is_odd) return wrong_buffers;
  column = without_rows(layout);
  if (rows == 0) return std::nullopt;
  column.length = rows;
  column.offset = array.offset + first;
  column.values = nullptr;
  if (layout.storage == Storage::nulls) return std::nullopt;
  if (array.buffers == nullptr) return incomplete;
  column.validity = static_cast<const std::uint8_t*>(array.buffers[0]);
  column.values = array.buffers[1];
  if (column.validity == nullptr && array.null_count > 0) return lost_nulls;
  if (layout.storage == Storage::utf8_view) {
    column.data = static_cast<const void*>(array.buffers + 2);
    column.data_count = array.n_buffers - buffers;
    column.data_sizes = static_cast<const std::int64_t*>(array.buffers[array.n_buffers - 1]);
  } else if (is_flat_text(layout.storage)) {
    column.data = array.buffers[2];
  }
  return std::nullopt;
}

/// Whether each value of a dictionary stored so is a text, which is what dictionaries are read for.
bool is_text_by_itself(Storage storage) {
  ColumnView column;
  column.storage = storage;
  return !accepts(column, Type::text, {});
}

std::string shown_format(const ArrowSchema& field) {
  std::string format = shown(field.format, 64);
  if (field.dictionary != nullptr)
    format += " (dictionary " + shown(field.dictionary->format, 64) + ')';
  return format;
}

/// The layout of a column and, of a dictionary's values, `words`; nothing where it is not read.
std::optional<ArrowLayout> read_layout(const ArrowSchema& field,
                                       std::optional<ArrowLayout>& words) {
  const std::optional<ArrowLayout> layout = arrow_layout(field.format);
  const ArrowSchema* dictionary = field.dictionary;
  if (!layout || dictionary == nullptr) return layout;
  words = arrow_layout(dictionary->format);
  const bool is_read =
      words && dictionary->dictionary == nullptr && is_text_by_itself(words->storage);
  return is_read ? layout : std::nullopt;
}

/// A column that is read: which child of the table it is, and its layout.
struct WantedColumn {
  std::size_t child = 0;
  std::string place;
  ArrowLayout layout;                // of the indices where there are words
  std::optional<ArrowLayout> words;  // of the dictionary's values
};

}  // namespace

class ArrowReader::Implementation {
 public:
  Implementation(ArrowOwner<ArrowArrayStream> stream, std::string table,
                 const std::vector<std::string>& wanted)
      : stream_(std::move(stream)), table_(std::move(table)) {
    ArrowArrayStream& source = *stream_.get();
    if (stream_.is_released()) throw DataError({unsound_table(table_, released)});
    if (source.get_schema == nullptr || source.get_next == nullptr)
      throw DataError({unsound_table(table_, incomplete)});
    ArrowSchema schema{};
    if (const int code = call([&] { return source.get_schema(&source, &schema); }); code != 0)
      fail(code);
    ArrowOwner<ArrowSchema> owner(&schema);
    read_schema(*owner.get(), wanted);
  }
  Implementation(const ArrowSchema& schema, const ArrowArray& array, std::string table,
                 const std::vector<std::string>& wanted)
      : borrowed_(&array), table_(std::move(table)) {
    read_schema(schema, wanted);
  }

  const TableView* next() {
    if (failed_) throw std::logic_error("an Arrow reader has failed before");
    try {
      const ArrowArray* batch = next_array();
      // A stream without batches has a schema all the same: its columns are to be judged.
      if (batch == nullptr && std::exchange(given_, true)) return nullptr;
      given_ = true;
      if (batch == nullptr)
        read_no_rows();
      else
        read_batch(*batch);
      return &view_;
    } catch (...) {
      failed_ = true;
      array_.reset();
      stream_.reset();
      throw;
    }
  }

 private:
  /// A callback of a producer in C++ that throws has failed like one that says so.
  template <class Callback>
  static int call(const Callback& callback) {
    try {
      return callback();
    } catch (const std::bad_alloc&) {
      return ENOMEM;
    } catch (...) {
      return EIO;
    }
  }

  [[noreturn]] void fail(int code) {
    // A producer that ran out of memory says so: this is no fault of its own.
    if (code == ENOMEM) throw std::bad_alloc();
    ArrowArrayStream& source = *stream_.get();
    const char* text = nullptr;
    if (source.get_last_error != nullptr)
      call([&] {
        text = source.get_last_error(&source);
        return 0;
      });
    const std::string number = std::to_string(code);
    Issue issue = make_issue(arrow_messages::stream_failed, table_,
                             {{"table", table_}, {"errno", number}, {"reason", shown(text, 4096)}});
    issue.found = number;
    throw StreamError({std::move(issue)});
  }

  void read_schema(const ArrowSchema& schema, const std::vector<std::string>& wanted) {
    if (schema.release == nullptr) throw DataError({unsound_table(table_, released)});
    if (schema.format == nullptr) throw DataError({unsound_table(table_, incomplete)});
    if (std::string_view(schema.format) != "+s" || schema.dictionary != nullptr) {
      const std::string format = shown_format(schema);
      Issue issue = make_issue(arrow_messages::unsupported_table, table_,
                               {{"table", table_}, {"format", format}});
      issue.found = format;
      issue.expected = "+s";
      throw UnsupportedError({std::move(issue)});
    }
    if (schema.n_children < 0) throw DataError({unsound_table(table_, wrong_children)});
    if (schema.n_children > 0 && schema.children == nullptr)
      throw DataError({unsound_table(table_, incomplete)});
    child_count_ = schema.n_children;

    std::vector<std::string_view> names(wanted.begin(), wanted.end());
    std::sort(names.begin(), names.end());
    std::vector<bool> seen(names.size());
    for (std::int64_t child = 0; child < schema.n_children; ++child) {
      const ArrowSchema* field = schema.children[child];
      // Not even the name of such a column can be read, so it may be one of those wanted.
      if (field == nullptr || field->release == nullptr) {
        issues_.push_back(unsound_table(table_, field == nullptr ? incomplete : released));
        continue;
      }
      const std::string_view name = field->name == nullptr ? "" : field->name;
      const auto found = std::lower_bound(names.begin(), names.end(), name);
      if (found == names.end() || *found != name) {
        if (is_utf8(name)) view_.others.emplace_back(name);
        continue;
      }
      const auto index = static_cast<std::size_t>(found - names.begin());
      if (seen[index])
        issues_.push_back(make_issue(table_messages::duplicate_column,
                                     table_ + '/' + std::string(name), {{"column", name}}));
      else
        read_field(*field, name, static_cast<std::size_t>(child));
      seen[index] = true;
    }
    const bool unsupported = std::any_of(issues_.begin(), issues_.end(), [](const Issue& issue) {
      return issue.code == arrow_messages::unsupported_column.code;
    });
    if (unsupported) throw UnsupportedError(std::move(issues_));
    if (!issues_.empty()) throw DataError(std::move(issues_));
    words_.resize(columns_.size());
  }

  void read_field(const ArrowSchema& field, std::string_view name, std::size_t child) {
    const auto unsound_here = [&](const Fault& fault) {
      issues_.push_back(unsound_column(table_, name, fault));
    };
    if (field.format == nullptr) return unsound_here(incomplete);
    const ArrowSchema* dictionary = field.dictionary;
    if (dictionary != nullptr && dictionary->release == nullptr) return unsound_here(released);
    if (dictionary != nullptr && dictionary->format == nullptr) return unsound_here(incomplete);

    WantedColumn column;
    column.child = child;
    column.place = table_ + '/' + std::string(name);
    const std::optional<ArrowLayout> index = arrow_layout(field.format);
    if (dictionary != nullptr && index && !is_integer(index->storage))
      return unsound_here(wrong_index);
    const std::optional<ArrowLayout> layout = read_layout(field, column.words);
    if (!layout) {
      const std::string format = shown_format(field);
      Issue issue = make_issue(arrow_messages::unsupported_column, std::move(column.place),
                               {{"column", name}, {"format", format}});
      issue.found = format;
      issues_.push_back(std::move(issue));
      return;
    }
    column.layout = *layout;
    if (field.n_children != 0 || (dictionary != nullptr && dictionary->n_children != 0))
      return unsound_here(wrong_children);
    columns_.push_back(std::move(column));
    view_.columns.emplace_back(name, ColumnView{});
  }

  /// The next batch of the stream or the one array; null at the end.
  const ArrowArray* next_array() {
    if (borrowed_ != nullptr) {
      const ArrowArray* array = std::exchange(borrowed_, nullptr);
      if (array->release == nullptr) throw DataError({unsound_table(table_, released)});
      return array;
    }
    array_.reset();
    if (stream_.is_released()) return nullptr;
    ArrowArrayStream& source = *stream_.get();
    ArrowArray array{};
    if (const int code = call([&] { return source.get_next(&source, &array); }); code != 0)
      fail(code);
    array_ = ArrowOwner<ArrowArray>(&array);
    if (!array_.is_released()) return array_.get();
    stream_.reset();
    return nullptr;
  }

  void read_batch(const ArrowArray& batch) {
    if (const auto fault = table_fault(batch)) throw DataError({unsound_table(table_, *fault)});
    Issues issues;
    if (const auto fault = null_row_fault(batch)) issues.push_back(unsound_table(table_, *fault));
    view_.rows = batch.length;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const WantedColumn& wanted = columns_[i];
      auto& [name, column] = view_.columns[i];
      if (const auto fault = borrow_column(batch, wanted, words_[i], column))
        issues.push_back(unsound_column(table_, name, *fault));
      else if (auto issue = unsound(column, wanted.place))
        issues.push_back(std::move(*issue));
    }
    if (!issues.empty()) throw DataError(std::move(issues));
  }

  void read_no_rows() {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      ColumnView& column = view_.columns[i].second;
      column = without_rows(columns_[i].layout);
      if (!columns_[i].words) continue;
      column.storage = Storage::dictionary;
      column.index_storage = columns_[i].layout.storage;
      words_[i] = without_rows(*columns_[i].words);
      column.dictionary = &words_[i];
    }
  }

  /// Faults of the table itself, after which no column can be looked at.
  [[nodiscard]] std::optional<Fault> table_fault(const ArrowArray& batch) const {
    if (const auto fault = size_fault(batch)) return fault;
    if (batch.n_children != child_count_) return other_columns;
    if (child_count_ > 0 && batch.children == nullptr) return incomplete;
    if (batch.dictionary != nullptr) return wrong_dictionary;
    return std::nullopt;
  }

  static std::optional<Fault> null_row_fault(const ArrowArray& batch) {
    if (batch.n_buffers != 1) return wrong_buffers;
    if (batch.length == 0) return std::nullopt;
    if (batch.buffers == nullptr) return incomplete;
    const auto* validity = static_cast<const std::uint8_t*>(batch.buffers[0]);
    if (validity == nullptr) {
      if (batch.null_count > 0) return lost_nulls;
    } else if (has_null(validity, batch.offset, batch.length)) {
      return null_rows;
    }
    return std::nullopt;
  }

  static std::optional<Fault> borrow_column(const ArrowArray& batch, const WantedColumn& wanted,
                                            ColumnView& words, ColumnView& column) {
    const ArrowArray* child = batch.children[wanted.child];
    if (child == nullptr) return incomplete;
    if (child->release == nullptr) return released;
    auto fault =
        borrow(*child, wanted.layout, wanted.words.has_value(), batch.offset, batch.length, column);
    if (fault || !wanted.words) return fault;
    const ArrowArray& dictionary = *child->dictionary;
    if (dictionary.release == nullptr) return released;
    fault = borrow(dictionary, *wanted.words, false, 0, dictionary.length, words);
    if (fault) return fault;
    column.index_storage = column.storage;
    column.storage = Storage::dictionary;
    column.dictionary = &words;
    return std::nullopt;
  }

  // Released in the opposite order: the batch before the stream that it comes from.
  ArrowOwner<ArrowArrayStream> stream_;
  ArrowOwner<ArrowArray> array_;
  const ArrowArray* borrowed_ = nullptr;  // until it has been given out
  std::string table_;
  std::int64_t child_count_ = 0;
  std::vector<WantedColumn> columns_;
  std::vector<ColumnView> words_;  // one per column, used by dictionaries
  TableView view_;
  Issues issues_;  // of the schema, while it is read
  bool failed_ = false;
  bool given_ = false;  // a batch, be it one without rows
};

ArrowReader::ArrowReader(ArrowArrayStream* stream, std::string table,
                         std::vector<std::string> wanted) {
  // Before anything that may throw: the stream is released on every way out.
  ArrowOwner<ArrowArrayStream> owner(stream);
  implementation_ = std::make_unique<Implementation>(std::move(owner), std::move(table), wanted);
}

ArrowReader::ArrowReader(const ArrowSchema& schema, const ArrowArray& array, std::string table,
                         std::vector<std::string> wanted)
    : implementation_(std::make_unique<Implementation>(schema, array, std::move(table), wanted)) {}

ArrowReader::~ArrowReader() = default;

const TableView* ArrowReader::next() { return implementation_->next(); }

std::vector<ArrowColumn> arrow_columns(const ArrowSchema& schema) {
  std::vector<ArrowColumn> columns;
  if (schema.release == nullptr || schema.children == nullptr) return columns;
  for (std::int64_t child = 0; child < schema.n_children; ++child) {
    const ArrowSchema* field = schema.children[child];
    if (field == nullptr || field->release == nullptr || field->name == nullptr ||
        field->format == nullptr)
      continue;
    if (field->dictionary != nullptr && field->dictionary->format == nullptr) continue;
    std::optional<ArrowLayout> words;
    const bool is_read = read_layout(*field, words).has_value();
    columns.push_back({field->name, shown_format(*field), is_read});
  }
  return columns;
}

}  // namespace tijian
