// Columns of Python objects: lists of numbers, texts, dates and the like, each value looked at.
#pragma once

#include <pybind11/pybind11.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tijian/iso_date.hpp"
#include "tijian/issue.hpp"
#include "tijian/owned_table.hpp"
#include "tijian/utf8.hpp"

namespace tijian::python {

namespace py = pybind11;

namespace value_messages {
inline constexpr Message value{"frame.value",
                               "列“{column}”第 {row} 行的值 {found}（{type}）不能读取",
                               "column \"{column}\", row {row}: {found} ({type}) cannot be read"};
inline constexpr Message object{
    "frame.value",
    "列“{column}”第 {row} 行的值 {found}（{type}）不能读取：请先转换，如 .astype(str)",
    "column \"{column}\", row {row}: {found} ({type}) cannot be read; convert the column first, "
    "such as by .astype(str)"};
inline constexpr Message mixed{
    "frame.mixed", "列“{column}”第 {row} 行为{found}，前面各行为{expected}：一列只能是一种类型",
    "column \"{column}\", row {row} is a {found_en}, the rows before are {expected_en}s: a column "
    "is of one type"};
}  // namespace value_messages

/// What a column of Python objects holds.
enum class ValueType { none, boolean, integer, number, text };

/// A list of Python objects as one column.
class ValueReader {
 public:
  /// `before` is the type of the rows before that belong to the same column, and is set to that of
  /// all of them.
  ValueReader(std::string table, std::string name, std::int64_t first_row, ValueType& before,
              Issues& issues)
      : before_(before),
        table_(std::move(table)),
        name_(std::move(name)),
        first_row_(first_row),
        issues_(issues),
        decimal_(py::module_::import("decimal").attr("Decimal")),
        date_(py::module_::import("datetime").attr("date")),
        datetime_(py::module_::import("datetime").attr("datetime")),
        epoch_(datetime_(1970, 1, 1)) {}

  std::unique_ptr<OwnedTable> read(const py::list& values) {
    for (const py::handle& value : values) {
      add(value);
      ++row_;
    }
    auto table = std::make_unique<OwnedTable>(row_);
    switch (type_) {
      case Type::none: table->add_nulls(name_, row_); break;
      case Type::boolean: table->add_booleans(name_, std::move(bits_), std::move(valid_)); break;
      case Type::integer:
        table->add_integers(name_, std::move(integers_), std::move(valid_));
        break;
      case Type::number: table->add_numbers(name_, std::move(numbers_), std::move(valid_)); break;
      case Type::text:
        table->add_texts(name_, std::move(offsets_), std::move(bytes_), std::move(valid_));
        break;
    }
    return table;
  }

 private:
  using Type = ValueType;

  /// Whether there is room for a value of this type; makes the rows before it null.
  bool begin(Type type, const py::handle& value) {
    if (before_ == Type::none) before_ = type;
    if (type_ == Type::none) {
      if (!is_same(before_, type)) return refuse_mixed(type, before_, value);
      type_ = type;
      for (std::int64_t row = 0; row < row_; ++row) push_null();
    }
    if (type_ == Type::integer && type == Type::number) become_numbers();
    if (type_ == type || (type_ == Type::number && type == Type::integer)) return true;
    return refuse_mixed(type, type_, value);
  }

  static bool is_same(Type a, Type b) {
    const auto is_numeric = [](Type type) { return type == Type::number || type == Type::integer; };
    return a == b || (is_numeric(a) && is_numeric(b));
  }

  bool refuse_mixed(Type type, Type before, const py::handle& value) {
    const Text found = name_of(type), expected = name_of(before);
    refuse(value_messages::mixed, value, row_, found.zh, found.en, expected.zh, expected.en);
    return false;
  }

  void become_numbers() {
    type_ = Type::number;
    for (const std::int64_t integer : integers_) {
      if (!is_exact(integer))
        refuse(value_messages::value, py::int_(integer),
               static_cast<std::int64_t>(numbers_.size()));
      numbers_.push_back(static_cast<double>(integer));
    }
  }
  static bool is_exact(long long integer) {
    constexpr long long largest = 1LL << 53;
    return integer <= largest && integer >= -largest;
  }

  void add(const py::handle& value) {
    PyObject* object = value.ptr();
    if (value.is_none()) return push_null();
    if (PyBool_Check(object)) {
      if (!begin(Type::boolean, value)) return push_null();
      bits_.push(object == Py_True);
      valid_.push(true);
    } else if (PyUnicode_Check(object)) {
      if (begin(Type::text, value))
        add_text(value);
      else
        push_null();
    } else if (PyLong_Check(object)) {
      add_integer(value);
    } else if (PyFloat_Check(object)) {
      const double number = PyFloat_AS_DOUBLE(object);
      if (std::isnan(number)) return push_null();  // a missing value is a NaN in many frames
      add_number(number, value);
    } else {
      add_other(value);
    }
  }

  void add_integer(const py::handle& value) {
    int beyond = 0;
    const long long number = PyLong_AsLongLongAndOverflow(value.ptr(), &beyond);
    if (number == -1 && PyErr_Occurred() != nullptr) throw py::error_already_set();
    if (beyond != 0) {
      refuse(value_messages::value, value, row_);
      return push_null();
    }
    if (!begin(Type::integer, value)) return push_null();
    if (type_ == Type::number) {
      if (!is_exact(number)) refuse(value_messages::value, value, row_);
      numbers_.push_back(static_cast<double>(number));
    } else {
      integers_.push_back(number);
    }
    valid_.push(true);
  }

  void add_number(double number, const py::handle& value) {
    if (!begin(Type::number, value)) return push_null();
    numbers_.push_back(number);
    valid_.push(true);
  }

  void add_text(const py::handle& value) {
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
    if (text == nullptr) {  // a lone surrogate
      PyErr_Clear();
      refuse(value_messages::value, value, row_);
      return push_null();
    }
    add_bytes({text, static_cast<std::size_t>(size)});
  }

  void add_bytes(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    offsets_.push_back(static_cast<std::int64_t>(bytes_.size()));
    valid_.push(true);
  }

  /// Scalars of NumPy and pandas, decimals, dates and instants.
  void add_other(const py::handle& value) {
    const std::string type = py::str(py::type::handle_of(value).attr("__name__"));
    if (type == "NAType" || type == "NaTType") return push_null();
    if (py::isinstance(value, decimal_)) return add_decimal(value);
    if (py::isinstance(value, datetime_)) return add_instant(value);
    if (py::isinstance(value, date_)) {
      if (!begin(Type::text, value)) return push_null();
      return add_bytes(py::cast<std::string>(value.attr("isoformat")()));
    }
    // A scalar of NumPy, or an array without dimensions.
    if (py::hasattr(value, "dtype") && py::hasattr(value, "shape") &&
        py::len(value.attr("shape")) == 0) {
      const auto kind = py::cast<std::string>(value.attr("dtype").attr("kind"));
      if (kind == "M") return add_numpy_instant(value);
      // Of others, such as intervals of time, the plain value is another thing.
      if (kind == "b" || kind == "i" || kind == "u" || kind == "U" ||
          (kind == "f" && py::cast<int>(value.attr("itemsize")) <= 8))
        return add(value.attr("item")());
    }
    refuse(value_messages::object, value, row_);
    push_null();
  }

  void add_decimal(const py::handle& value) {
    if (py::cast<bool>(value.attr("is_qnan")())) return push_null();
    if (py::cast<bool>(value.attr("is_snan")())) {
      refuse(value_messages::value, value, row_);
      return push_null();
    }
    const auto number = py::cast<double>(py::float_(py::reinterpret_borrow<py::object>(value)));
    constexpr long long largest = 1LL << 53;
    // An integer that no float64 holds for sure, as those of other types are refused.
    if (std::abs(number) >= static_cast<double>(largest) &&
        !py::cast<bool>(value.attr("is_infinite")()) &&
        value.attr("copy_abs")().attr("__gt__")(largest).is(py::bool_(true)) &&
        value.attr("to_integral_value")().equal(value)) {
      refuse(value_messages::value, value, row_);
      return push_null();
    }
    add_number(number, value);
  }

  static std::int64_t microseconds_of(const py::handle& span) {
    return 1'000'000 * (86'400 * py::cast<std::int64_t>(span.attr("days")) +
                        py::cast<std::int64_t>(span.attr("seconds"))) +
           py::cast<std::int64_t>(span.attr("microseconds"));
  }

  /// The text that a column of timestamps would have.
  void add_instant(const py::handle& given) {
    if (!begin(Type::text, given)) return push_null();
    const py::object offset = given.attr("utcoffset")();
    const bool utc = !offset.is_none();
    // As numbers: in another zone the first and last days of the calendar lie outside of it.
    std::int64_t count =
        microseconds_of(py::object(given.attr("replace")(py::arg("tzinfo") = py::none()) - epoch_));
    if (utc) count -= microseconds_of(offset);
    TimeUnit unit = TimeUnit::microsecond;
    // pandas has finer ones.
    const int rest = py::cast<int>(py::getattr(given, "nanosecond", py::int_(0)));
    if (rest != 0) {
      count = 1'000 * count + rest;
      unit = TimeUnit::nanosecond;
    }
    std::string text;
    append_instant(text, count, unit, utc);
    add_bytes(text);
  }

  void add_numpy_instant(const py::handle& value) {
    const py::module_ numpy = py::module_::import("numpy");
    if (py::cast<bool>(numpy.attr("isnat")(value))) return push_null();
    const py::tuple data = numpy.attr("datetime_data")(value.attr("dtype"));
    const auto unit = py::cast<std::string>(data[0]);
    static constexpr std::array<std::string_view, 4> units{"s", "ms", "us", "ns"};
    const auto known = std::find(units.begin(), units.end(), unit);
    if (py::cast<int>(data[1]) != 1 || (unit != "D" && known == units.end())) {
      refuse(value_messages::value, value, row_);
      return push_null();
    }
    if (!begin(Type::text, value)) return push_null();
    const auto count = py::cast<std::int64_t>(value.attr("astype")("int64").attr("item")());
    std::string text;
    if (unit == "D")
      append_date(text, count);
    else
      append_instant(text, count, static_cast<TimeUnit>(known - units.begin()), false);
    add_bytes(text);
  }

  void push_null() {
    switch (type_) {
      case Type::none: return;  // its rows are known once there is a type
      case Type::boolean: bits_.push(false); break;
      case Type::integer: integers_.push_back(0); break;
      case Type::number: numbers_.push_back(0); break;
      case Type::text: offsets_.push_back(static_cast<std::int64_t>(bytes_.size())); break;
    }
    valid_.push(false);
  }

  void refuse(const Message& message, const py::handle& value, std::int64_t at,
              const std::string& found = {}, const std::string& found_en = {},
              const std::string& expected = {}, const std::string& expected_en = {}) {
    if (issues_.size() >= most_issues) return;
    std::string shown = py::str(
        py::repr(value).attr("encode")("utf-8", "backslashreplace").attr("decode")("utf-8"));
    if (shown.size() > 80) shown = valid_utf8(shown.substr(0, 80)) + "…";
    const std::string type = py::str(py::type::handle_of(value).attr("__name__"));
    const std::string row = std::to_string(first_row_ + at + 1);
    Issue issue = make_issue(message, table_ + '/' + row + '/' + name_,
                             {{"column", name_},
                              {"row", row},
                              {"type", type},
                              {"found", found.empty() ? shown : found},
                              {"found_en", found_en},
                              {"expected", expected},
                              {"expected_en", expected_en}});
    issue.found = shown;
    issue.expected = expected_en;
    issues_.push_back(std::move(issue));
  }

  static Text name_of(Type type) {
    switch (type) {
      case Type::boolean: return {"布尔值", "boolean"};
      case Type::integer:
      case Type::number: return {"数值", "number"};
      case Type::text: return {"文本", "text"};
      case Type::none: break;
    }
    return {"空值", "null"};
  }

  static constexpr std::size_t most_issues = 100;

  Type& before_;
  std::string table_, name_;
  std::int64_t first_row_;
  Issues& issues_;
  py::object decimal_, date_, datetime_, epoch_;
  Type type_ = Type::none;
  std::int64_t row_ = 0;
  BitVector bits_, valid_;
  std::vector<std::int64_t> integers_, offsets_{0};
  std::vector<double> numbers_;
  std::vector<char> bytes_;
};

}  // namespace tijian::python
