#include "io/csv_reader.hpp"

#include <csv.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "io/csv_value.hpp"
#include "io/io_messages.hpp"
#include "tijian/csv_text.hpp"
#include "tijian/issue.hpp"
#include "tijian/nearest.hpp"
#include "tijian/utf8.hpp"

namespace tijian {

namespace {

constexpr std::size_t absent = std::numeric_limits<std::size_t>::max();

/// Whether nothing but blanks stands in the field.
bool is_blank(std::string_view field) { return trim_blanks(field).empty(); }

/// What a message quotes of a field: enough to find it, and no screenful.
std::string quoted_part(std::string_view field) {
  constexpr std::size_t longest = 60;
  if (field.size() <= longest) return std::string(field);
  std::size_t end = longest;
  while (end > 0 && continues_character(field[end])) --end;
  return std::string(field.substr(0, end)) + "…";
}

/// One wanted column while it grows.
struct Growing {
  std::size_t field = absent;  // of the row
  std::vector<double> numbers;
  BitVector booleans;
  std::vector<std::int64_t> offsets{0};
  std::vector<char> bytes;
  BitVector valid;

  void push_null(Type type) {
    switch (type) {
      case Type::number: numbers.push_back(0); break;
      case Type::boolean: booleans.push(false); break;
      case Type::text: offsets.push_back(offsets.back()); break;
    }
    valid.push(false);
  }
};

/// Reads one file: libcsv splits it into fields, which are gathered row by row.
class Reader {
 public:
  Reader(std::string name, const std::vector<CsvColumn>& wanted, const CsvReadOptions& options)
      : name_(std::move(name)), wanted_(wanted), options_(options), columns_(wanted.size()) {}

  CsvTable read(ByteSource& source);

 private:
  struct ParserDeleter {
    void operator()(csv_parser* parser) const {
      csv_free(parser);
      delete parser;
    }
  };

  static void on_field(void* bytes, std::size_t size, void* reader) {
    auto* self = static_cast<Reader*>(reader);
    try {
      self->take_field({static_cast<const char*>(bytes), bytes == nullptr ? 0 : size});
    } catch (const std::bad_alloc&) {
      self->out_of_memory_ = true;  // must not pass through C
    }
  }
  static void on_row_end(int terminator, void* reader) {
    auto* self = static_cast<Reader*>(reader);
    try {
      self->take_row_end(terminator);
    } catch (const std::bad_alloc&) {
      self->out_of_memory_ = true;
    }
  }

  void take_field(std::string_view field);
  void take_row_end(int terminator);
  void take_header();
  void take_row();
  void take_value(std::size_t column, std::string_view field);
  void parse(csv_parser& parser, std::string_view piece);
  [[nodiscard]] std::string_view field(std::size_t index) const {
    return std::string_view(row_bytes_)
        .substr(field_ends_[index], field_ends_[index + 1] - field_ends_[index]);
  }
  [[nodiscard]] std::size_t field_count() const { return field_ends_.size() - 1; }

  /// An issue at this row (and column); `fatal` stops the reading.
  void report(const Message& message, std::string_view column, MessageValues values,
              bool fatal = false);
  void report_fatal(const Message& message, MessageValues values = {}) {
    report(message, {}, values, true);
  }
  void report_fatal_row(const Message& message, std::size_t limit = 0) {
    const std::string row = std::to_string(row_);
    const std::string limit_text = std::to_string(limit);
    report_fatal(message, {{"row", row}, {"limit", limit_text}});
  }
  [[nodiscard]] CsvTable finish();

  std::string name_;
  const std::vector<CsvColumn>& wanted_;
  const CsvReadOptions& options_;
  std::vector<Growing> columns_;
  std::vector<std::string> headers_;
  std::vector<std::string> other_columns_;
  std::string row_bytes_;                   // the fields of this row, end to end
  std::vector<std::size_t> field_ends_{0};  // field i lies in [field_ends_[i], field_ends_[i + 1])
  std::int64_t row_ = 1;                    // as a spreadsheet counts
  std::int64_t table_rows_ = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> row_steps_;
  bool after_carriage_return_ = false;
  bool has_header_ = false;
  bool stopped_ = false;
  bool out_of_memory_ = false;
  Issues issues_;
  std::int64_t more_issues_ = 0;
};

void Reader::report(const Message& message, std::string_view column, MessageValues values,
                    bool fatal) {
  if (fatal) stopped_ = true;
  if (issues_.size() >= options_.issue_limit) {
    ++more_issues_;
    return;
  }
  std::string place = name_ + ":" + std::to_string(row_);
  if (!column.empty()) place += ":" + std::string(column);
  Issue issue = make_issue(message, std::move(place), values);
  for (const auto& [key, value] : values) {
    if (key == "found") issue.found = value;
    if (key == "expected") issue.expected = value;
  }
  issues_.push_back(std::move(issue));
}

void Reader::take_field(std::string_view field) {
  after_carriage_return_ = false;
  if (stopped_) return;
  if (field_count() >= options_.field_limit)
    return report_fatal_row(io_messages::many_fields, options_.field_limit);
  if (row_bytes_.size() + field_count() + field.size() >= options_.line_limit)
    return report_fatal_row(io_messages::long_line, options_.line_limit);
  row_bytes_.append(field);
  field_ends_.push_back(row_bytes_.size());
}

void Reader::take_row_end(int terminator) {
  if (stopped_) return;
  // The parser reports every line end, so that blank lines count as rows; CR and LF in a row are
  // one.
  if (terminator == '\n' && std::exchange(after_carriage_return_, false)) return;
  after_carriage_return_ = terminator == '\r';
  bool has_text = false;
  for (std::size_t i = 0; i < field_count() && !has_text; ++i) has_text = !is_blank(field(i));
  if (has_text) {
    if (has_header_)
      take_row();
    else
      take_header();
  }
  row_bytes_.clear();
  field_ends_.resize(1);
  ++row_;
}

void Reader::take_header() {
  has_header_ = true;
  std::map<std::string, std::size_t, std::less<>> seen;
  for (std::size_t i = 0; i < field_count(); ++i) {
    headers_.emplace_back(without_formula_guard(trim_blanks(field(i))));
    const std::string& header = headers_.back();
    if (header.empty()) continue;
    const auto [earlier, is_new] = seen.emplace(header, i);
    if (!is_new) {
      const std::string first = std::to_string(earlier->second + 1);
      const std::string second = std::to_string(i + 1);
      report(io_messages::duplicate_header, header,
             {{"column", header}, {"first", first}, {"second", second}});
    }
  }
  std::vector<bool> taken(headers_.size(), false);
  for (std::size_t c = 0; c < wanted_.size(); ++c) {
    const auto found = seen.find(wanted_[c].name);
    if (found == seen.end()) continue;
    columns_[c].field = found->second;
    taken[found->second] = true;
  }
  for (std::size_t i = 0; i < headers_.size(); ++i) {
    if (!taken[i] && !headers_[i].empty()) other_columns_.push_back(headers_[i]);
  }
  if (headers_.size() == 1) {
    for (const std::string_view mark : {";", "\t", "，", "|"}) {
      if (headers_[0].find(mark) == std::string::npos) continue;
      return report_fatal(io_messages::delimiter, {{"found", mark}});
    }
  }
  for (std::size_t c = 0; c < wanted_.size(); ++c) {
    if (columns_[c].field != absent) continue;
    const std::string& column = wanted_[c].name;
    const std::string loose = loose_header(column);
    const auto near =
        std::find_if(other_columns_.begin(), other_columns_.end(),
                     [&](const auto& header) { return loose_header(header) == loose; });
    if (near != other_columns_.end()) {
      report(io_messages::near_header, *near, {{"found", *near}, {"column", column}});
    } else if (wanted_[c].required) {
      report(io_messages::missing_header, column, {{"column", column}});
      if (!issues_.empty()) issues_.back().nearest = nearest_name(column, other_columns_);
    }
  }
  // With columns amiss every row would be wrong once more.
  if (!issues_.empty()) stopped_ = true;
}

void Reader::take_row() {
  if (field_count() != headers_.size()) {
    const std::string row = std::to_string(row_);
    const std::string found = std::to_string(field_count());
    const std::string expected = std::to_string(headers_.size());
    return report(io_messages::ragged, {},
                  {{"row", row}, {"found", found}, {"expected", expected}});
  }
  // A row of totals names itself where an id stands, or in any column while no id is there.
  bool lacks_id = false;
  for (std::size_t c = 0; c < wanted_.size(); ++c) {
    if (!wanted_[c].identifies || columns_[c].field == absent) continue;
    const std::string_view id = field(columns_[c].field);
    lacks_id = lacks_id || is_blank(id);
    if (is_totals_word(id))
      return report(io_messages::totals_row, wanted_[c].name, {{"found", quoted_part(id)}});
    if (is_mangled_id(id))
      report(io_messages::mangled_id, wanted_[c].name, {{"found", quoted_part(id)}});
  }
  for (std::size_t i = 0; lacks_id && i < field_count(); ++i) {
    if (is_totals_word(field(i)))
      return report(io_messages::totals_row, headers_[i], {{"found", quoted_part(field(i))}});
  }
  for (std::size_t c = 0; c < wanted_.size(); ++c) {
    if (columns_[c].field != absent) take_value(c, field(columns_[c].field));
  }
  if (row_steps_.empty() ||
      row_ - table_rows_ != row_steps_.back().second - row_steps_.back().first)
    row_steps_.emplace_back(table_rows_, row_);
  ++table_rows_;
}

void Reader::take_value(std::size_t column, std::string_view field) {
  Growing& growing = columns_[column];
  const Type type = wanted_[column].type;
  if (is_blank(field)) return growing.push_null(type);
  const Message* fault = nullptr;
  if (type == Type::number) {
    const auto value = number_of_field(field, &fault);
    growing.numbers.push_back(value.value_or(0));
    growing.valid.push(value.has_value());
  } else if (type == Type::boolean) {
    const auto value = boolean_of_field(field, &fault);
    growing.booleans.push(value.value_or(false));
    growing.valid.push(value.has_value());
  } else {
    if (is_spreadsheet_error(field)) fault = &io_messages::spreadsheet_error;
    const std::string_view text = without_formula_guard(field);
    growing.bytes.insert(growing.bytes.end(), text.begin(), text.end());
    growing.offsets.push_back(static_cast<std::int64_t>(growing.bytes.size()));
    growing.valid.push(true);
  }
  if (fault != nullptr) report(*fault, wanted_[column].name, {{"found", quoted_part(field)}});
}

void Reader::parse(csv_parser& parser, std::string_view piece) {
  // Small steps, so that a quote that never closes is noticed while it is still short.
  constexpr std::size_t step = std::size_t{16} * 1024;
  while (!piece.empty() && !stopped_ && !out_of_memory_) {
    const std::string_view part = piece.substr(0, step);
    piece.remove_prefix(part.size());
    const std::size_t nul = part.find('\0');
    const std::string_view clean = part.substr(0, nul);
    const std::size_t done =
        csv_parse(&parser, clean.data(), clean.size(), on_field, on_row_end, this);
    if (out_of_memory_ || stopped_) break;
    if (done != clean.size()) {
      if (csv_error(&parser) == CSV_ENOMEM) throw std::bad_alloc();
      return report_fatal_row(io_messages::bad_quote);
    }
    if (nul != std::string_view::npos) return report_fatal_row(io_messages::nul_byte);
    if (row_bytes_.size() + field_count() + parser.entry_pos >= options_.line_limit)
      return report_fatal_row(io_messages::long_line, options_.line_limit);
  }
  if (out_of_memory_) throw std::bad_alloc();
}

CsvTable Reader::read(ByteSource& source) {
  Encoding encoding = options_.encoding;
  if (encoding == Encoding::automatic) encoding = detect_encoding(source, name_);
  TextDecoder decoder(source, encoding, name_);
  auto owned = std::make_unique<csv_parser>();
  if (csv_init(owned.get(), CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
    throw std::bad_alloc();
  const std::unique_ptr<csv_parser, ParserDeleter> parser(owned.release());
  csv_set_blk_size(parser.get(), std::size_t{4} * 1024);
  try {
    while (!stopped_) {
      const std::string_view piece = decoder.next();
      if (piece.empty()) break;
      parse(*parser, piece);
    }
  } catch (const DataError& error) {
    for (const Issue& issue : error.issues()) issues_.push_back(issue);
    stopped_ = true;
  }
  if (!stopped_) {
    if (csv_fini(parser.get(), on_field, on_row_end, this) != 0)
      report_fatal_row(io_messages::bad_quote);
    else if (!stopped_ && field_count() > 0)
      take_row_end('\n');  // a last line without its end
  }
  if (out_of_memory_) throw std::bad_alloc();
  if (!stopped_ && !has_header_) report_fatal(io_messages::empty_file);
  return finish();
}

CsvTable Reader::finish() {
  if (more_issues_ > 0) {
    const std::string count = std::to_string(more_issues_);
    issues_.push_back(make_issue(io_messages::more, name_, {{"count", count}}));
  }
  if (!issues_.empty()) throw DataError(std::move(issues_));
  CsvTable result;
  result.other_columns = std::move(other_columns_);
  result.row_steps = std::move(row_steps_);
  for (std::size_t c = 0; c < wanted_.size(); ++c) {
    Growing& growing = columns_[c];
    if (growing.field == absent) continue;
    const std::string& name = wanted_[c].name;
    switch (wanted_[c].type) {
      case Type::number:
        result.table.add_numbers(name, std::move(growing.numbers), std::move(growing.valid));
        break;
      case Type::boolean:
        result.table.add_booleans(name, std::move(growing.booleans), std::move(growing.valid));
        break;
      case Type::text:
        result.table.add_texts(name, std::move(growing.offsets), std::move(growing.bytes),
                               std::move(growing.valid));
        break;
    }
  }
  return result;
}

}  // namespace

std::int64_t CsvTable::row_in_file(std::int64_t row) const {
  const auto behind =
      std::upper_bound(row_steps.begin(), row_steps.end(), row,
                       [](std::int64_t wanted, const auto& step) { return wanted < step.first; });
  if (behind == row_steps.begin()) return row;
  return row - std::prev(behind)->first + std::prev(behind)->second;
}

CsvTable read_csv_file(const std::string& path, const std::vector<CsvColumn>& wanted,
                       const CsvReadOptions& options) {
  FileSource source(path);
  return Reader(path, wanted, options).read(source);
}

CsvTable read_csv_text(std::string_view text, const std::string& name,
                       const std::vector<CsvColumn>& wanted, const CsvReadOptions& options) {
  TextSource source(text);
  return Reader(name, wanted, options).read(source);
}

}  // namespace tijian
