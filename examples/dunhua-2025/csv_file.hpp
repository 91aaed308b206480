// A CSV file written in one pass with a fixed buffer, and the lists of faults and decoys.
#ifndef EXAMPLES_DUNHUA_2025_CSV_FILE_HPP
#define EXAMPLES_DUNHUA_2025_CSV_FILE_HPP

#include <charconv>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dunhua {

// A question that was not asked: an empty cell.
struct Empty {};
inline constexpr Empty empty{};

// An identifier `syn-b00000042`: everything made here says by its id that it is synthetic.
struct Id {
  std::string_view prefix;
  std::uint64_t number;
};

// A number in thousandths, printed with three decimals.
struct Thousandths {
  std::int64_t value;
};

class CsvFile {
 public:
  CsvFile(const std::filesystem::path& path, std::string_view header)
      : path_(path), file_(std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) throw std::runtime_error("cannot write " + path_.string());
    buffer_.reserve(capacity + reserve);
    buffer_.append(header).push_back('\n');
  }

  // Cells hold no commas, quotes or line ends: ids, numbers and fixed words.
  template <typename... Cells>
  void row(const Cells&... cells) {
    (cell(cells), ...);
    end_row();
  }

  template <typename Cell>
  void cell(const Cell& value) {
    if (!first_) buffer_.push_back(',');
    first_ = false;
    append(value);
  }

  void end_row() {
    buffer_.push_back('\n');
    first_ = true;
    if (buffer_.size() >= capacity) flush();
  }

  void text(std::string_view lines) {
    buffer_.append(lines);
    if (buffer_.size() >= capacity) flush();
  }

  // A full disk shows here at the latest; the destructor must not throw.
  void close() {
    flush();
    if (std::fclose(file_.release()) != 0)
      throw std::runtime_error("cannot write " + path_.string());
  }

 private:
  static constexpr std::size_t capacity = 1U << 20U;
  static constexpr std::size_t reserve = 1U << 12U;

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void append(Empty) {}
  void append(std::string_view value) { buffer_.append(value); }
  void append(bool value) { buffer_.push_back(value ? '1' : '0'); }
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool> &&
           !std::same_as<Integer, char>) void append(Integer value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    buffer_.append(digits, end.ptr);
  }
  template <typename Value>
  void append(const std::optional<Value>& value) {
    if (value.has_value()) append(*value);
  }
  void append(const Id& id) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, id.number);
    const auto length = static_cast<std::size_t>(end.ptr - digits);
    buffer_.append(id.prefix);
    if (length < 8) buffer_.append(8 - length, '0');
    buffer_.append(digits, length);
  }
  void append(Thousandths number) {
    append(number.value / 1000);
    const auto rest = number.value % 1000;
    buffer_.push_back('.');
    buffer_.push_back(static_cast<char>('0' + rest / 100));
    buffer_.push_back(static_cast<char>('0' + rest / 10 % 10));
    buffer_.push_back(static_cast<char>('0' + rest % 10));
  }

  void flush() {
    if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size()) {
      throw std::runtime_error("cannot write " + path_.string());
    }
    buffer_.clear();
  }

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string buffer_;
  bool first_ = true;
};

// What the result must show (faults) and what looks like a fault and must not be shown (decoys).
class FaultList {
 public:
  FaultList(const std::filesystem::path& folder, bool wanted) {
    if (!wanted) return;
    faults_ = std::make_unique<CsvFile>(folder / "faults.csv",
                                        "kind,table,unit,object,indicator,item,check,confirmation");
    decoys_ = std::make_unique<CsvFile>(folder / "decoys.csv", "table,unit,object,item,why");
  }

  // An `item` without a point is an indicator that misses its target. A fault of kind `suppressed`
  // is counted, and a rule of the framework keeps it out of the ledger.
  template <typename Unit, typename Object>
  void problem(std::string_view table, const Unit& unit, const Object& object,
               std::string_view item, std::string_view confirmation = {},
               std::string_view kind = "problem") {
    if (faults_ == nullptr) return;
    const auto point = item.find('.');
    faults_->row(kind, table, unit, object, item.substr(0, point),
                 point == std::string_view::npos ? std::string_view() : item, empty, confirmation);
  }
  template <typename Unit, typename Object>
  void check(std::string_view table, const Unit& unit, const Object& object,
             std::string_view check) {
    if (faults_ == nullptr) return;
    faults_->row(std::string_view("check"), table, unit, object, empty, empty, check, empty);
  }
  template <typename Unit, typename Object>
  void decoy(std::string_view table, const Unit& unit, const Object& object, std::string_view item,
             std::string_view why) {
    if (decoys_ == nullptr) return;
    decoys_->row(table, unit, object, item, why);
  }

  void close() {
    if (faults_ != nullptr) faults_->close();
    if (decoys_ != nullptr) decoys_->close();
  }

 private:
  std::unique_ptr<CsvFile> faults_;
  std::unique_ptr<CsvFile> decoys_;
};

}  // namespace dunhua

#endif  // EXAMPLES_DUNHUA_2025_CSV_FILE_HPP
