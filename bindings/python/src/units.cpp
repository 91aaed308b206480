#include "units.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "engine_call.hpp"
#include "pieces.hpp"
#include "plan.hpp"
#include "table.hpp"
#include "tijian/frame.hpp"
#include "tijian/gather.hpp"
#include "tijian/units.hpp"
#include "tijian/utf8.hpp"
#include "unit_columns.hpp"

namespace tijian::python {

namespace {

namespace messages {
inline constexpr Message unread{"frame.unread", "列“{column}”的格式 {format} 不能读取",
                                "column \"{column}\" has the format {format}, which is not read"};
}  // namespace messages

/// All rows of all columns that are wanted, or, without a list, that can be read.
std::shared_ptr<Frame> read_frame(const std::string& name, py::iterator pieces,
                                  std::optional<std::vector<std::string>> wanted) {
  EngineCall call{py::none()};
  PieceReader reader(std::move(pieces), name, std::move(wanted), call);
  auto frame = std::make_shared<Frame>();
  frame->name = name;
  frame->table = call.run([&] { return gather(reader.batches(), call.stop()); });
  frame->left_out = reader.left_out();
  return frame;
}

std::shared_ptr<Frame> frame_of_columns(
    py::iterator pieces,
    const std::vector<std::tuple<std::string, std::string, std::string>>& levels) {
  std::vector<UnitColumn> columns;
  std::vector<std::string> wanted;
  for (const auto& [level, id, unit_name] : levels) {
    columns.push_back({level, id, unit_name});
    for (const std::string& column : {id, unit_name})
      if (!column.empty() && std::find(wanted.begin(), wanted.end(), column) == wanted.end())
        wanted.push_back(column);
  }
  EngineCall call{py::none()};
  PieceReader reader(std::move(pieces), "units", std::move(wanted), call);
  auto frame = std::make_shared<Frame>();
  frame->name = "units";
  frame->table = call.run([&] { return units_of_columns(reader.batches(), columns, call.stop()); });
  return frame;
}

/// What a column of the frame is in a result table. A column of nulls has no type of its own:
/// integers can be read as whatever an attribute is.
ResultType result_type_of(const std::string& name, const ColumnView& column) {
  switch (column.storage) {
    case Storage::boolean_bits: return ResultType::boolean;
    case Storage::int64: return ResultType::integer;
    case Storage::float64: return ResultType::number;
    case Storage::uint64: {  // those that no integer of a result table holds are texts
      constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
      for (std::int64_t row = 0; row < column.length; ++row)
        if (is_valid(column, row) &&
            element_at<std::uint64_t>(column.values, column.offset + row) > largest)
          return ResultType::text;
      return ResultType::integer;
    }
    case Storage::nulls: {
      const bool is_text = name == "id" || name == "level" || name == "parent" || name == "name";
      return is_text ? ResultType::text : ResultType::integer;
    }
    default: return ResultType::text;
  }
}

/// The frame as a result table: infinite numbers are null, as in all of them.
SharedTable rows_of(const Frame& frame) {
  const TableView view = frame.table.view();
  ResultTable table(frame.name);
  for (const auto& [name, column] : view.columns)
    table.add_column(name, result_type_of(name, column));
  Issues issues;
  for (std::size_t c = 0; c < view.columns.size(); ++c) {
    const auto& [name, column] = view.columns[c];
    const ResultType type = table.columns()[c].type;
    if (type == ResultType::text) {
      for (const auto& text : read_text_column(view, name, frame.name, issues))
        table.push_text(c, text);
      continue;
    }
    for (std::int64_t row = 0; row < view.rows; ++row) {
      if (!is_valid(column, row))
        table.push_null(c);
      else if (type == ResultType::boolean)
        table.push_boolean(c, bit_at(static_cast<const std::uint8_t*>(column.values), row));
      else if (type == ResultType::integer)
        table.push_integer(c, element_at<std::int64_t>(column.values, row));
      else
        table.push_number(c, element_at<double>(column.values, row));
    }
  }
  if (!issues.empty()) throw DataError(std::move(issues));
  return SharedTable(std::move(table));
}

// ---- pickled ------------------------------------------------------------------------------------

template <class Value>
py::bytes column_bytes(const void* values, std::size_t count) {
  return count == 0 ? py::bytes()
                    : py::bytes(static_cast<const char*>(values), count * sizeof(Value));
}

/// (name, rows, [(column, storage, values, texts, validity)], [(left out, its format)])
py::tuple state_of(const Frame& frame) {
  const TableView view = frame.table.view();
  const auto rows = static_cast<std::size_t>(view.rows);
  const std::size_t bits = (rows + 7) / 8;
  py::list columns, left_out;
  for (const auto& [name, column] : view.columns) {
    py::bytes values, texts, validity;
    if (column.storage == Storage::large_utf8) {
      values = column_bytes<std::int64_t>(column.values, rows + 1);
      texts = column_bytes<char>(column.data, static_cast<std::size_t>(element_at<std::int64_t>(
                                                  column.values, view.rows)));
    } else if (column.storage == Storage::boolean_bits) {
      values = column_bytes<char>(column.values, bits);
    } else if (column.storage != Storage::nulls) {
      values = column_bytes<double>(column.values, rows);
    }
    if (column.validity != nullptr) validity = column_bytes<char>(column.validity, bits);
    columns.append(py::make_tuple(py::bytes(name), std::string(storage_name(column.storage)),
                                  values, texts, validity));
  }
  for (const ArrowColumn& column : frame.left_out)
    left_out.append(py::make_tuple(py::bytes(column.name), column.format));
  return py::make_tuple(frame.name, view.rows, columns, left_out);
}

template <class Value>
std::vector<Value> values_of(std::string_view bytes, std::size_t count) {
  if (bytes.size() != count * sizeof(Value)) throw py::value_error("the pickled units are damaged");
  std::vector<Value> values(count);
  if (count != 0) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

BitVector bits_of(std::string_view bytes, std::size_t count) {
  BitVector bits;
  const auto whole = values_of<std::uint8_t>(bytes, (count + 7) / 8);
  for (std::size_t i = 0; i < count; ++i)
    bits.push(bit_at(whole.data(), static_cast<std::int64_t>(i)));
  return bits;
}

std::shared_ptr<Frame> frame_of_state(const py::tuple& state) {
  auto frame = std::make_shared<Frame>();
  frame->name = py::cast<std::string>(state[0]);
  const auto rows = py::cast<std::size_t>(state[1]);
  frame->table = OwnedTable(static_cast<std::int64_t>(rows));
  for (const py::handle& given : py::list(state[2])) {
    const auto column = py::reinterpret_borrow<py::tuple>(given);
    const auto name = py::cast<std::string>(column[0]);
    const auto storage = py::cast<std::string>(column[1]);
    const auto values = py::cast<std::string>(column[2]);
    const auto texts = py::cast<std::string>(column[3]);
    const auto validity = py::cast<std::string>(column[4]);
    BitVector valid = validity.empty() ? BitVector() : bits_of(validity, rows);
    if (storage == storage_name(Storage::nulls)) {
      frame->table.add_nulls(name, static_cast<std::int64_t>(rows));
    } else if (storage == storage_name(Storage::boolean_bits)) {
      frame->table.add_booleans(name, bits_of(values, rows), std::move(valid));
    } else if (storage == storage_name(Storage::int64)) {
      frame->table.add_integers(name, values_of<std::int64_t>(values, rows), std::move(valid));
    } else if (storage == storage_name(Storage::uint64)) {
      frame->table.add_unsigned_integers(name, values_of<std::uint64_t>(values, rows),
                                         std::move(valid));
    } else if (storage == storage_name(Storage::float64)) {
      frame->table.add_numbers(name, values_of<double>(values, rows), std::move(valid));
    } else {
      auto offsets = values_of<std::int64_t>(values, rows + 1);
      if (offsets.front() != 0 || !std::is_sorted(offsets.begin(), offsets.end()) ||
          offsets.back() != static_cast<std::int64_t>(texts.size()))
        throw py::value_error("the pickled units are damaged");
      frame->table.add_texts(name, std::move(offsets), {texts.begin(), texts.end()},
                             std::move(valid));
    }
  }
  for (const py::handle& given : py::list(state[3])) {
    const auto column = py::reinterpret_borrow<py::tuple>(given);
    frame->left_out.push_back(
        {py::cast<std::string>(column[0]), py::cast<std::string>(column[1]), false});
  }
  return frame;
}

/// Whether all texts are UTF-8, as Arrow promises its readers: all bytes in one piece are, and no
/// text begins within a character.
bool has_utf8_texts(const TableView& view) {
  return std::all_of(view.columns.begin(), view.columns.end(), [&](const auto& column) {
    if (column.second.storage != Storage::large_utf8) return true;
    const auto offset_at = [&](std::int64_t row) {
      return static_cast<std::size_t>(element_at<std::int64_t>(column.second.values, row));
    };
    const std::string_view bytes(static_cast<const char*>(column.second.data),
                                 offset_at(view.rows));
    if (!is_utf8(bytes)) return false;
    for (std::int64_t row = 0; row < view.rows; ++row) {
      const std::size_t begin = offset_at(row);
      if (begin < bytes.size() && continues_character(bytes[begin])) return false;
    }
    return true;
  });
}

/// The columns as they are, without a copy.
py::capsule arrow_stream_of(const std::shared_ptr<Frame>& frame) {
  ArrowOwner<ArrowArrayStream> stream;
  if (has_utf8_texts(frame->table.view()))
    export_arrow(frame->table.view(), frame, stream.get());
  else
    export_arrow(rows_of(*frame).table, stream.get());
  return capsule_of(std::move(stream));
}

}  // namespace

void Frame::require_readable(const std::vector<std::string>& columns) const {
  Issues issues;
  for (const ArrowColumn& column : left_out)
    if (std::find(columns.begin(), columns.end(), column.name) != columns.end())
      issues.push_back(make_issue(messages::unread, name + '/' + column.name,
                                  {{"column", column.name}, {"format", column.format}}));
  if (!issues.empty()) throw DataError(std::move(issues));
}

void register_units(py::module_& module) {
  py::class_<Frame, std::shared_ptr<Frame>>(module, "Frame")
      .def_static("read", &read_frame, py::arg("name"), py::arg("pieces"), py::arg("wanted"))
      .def_static("of_columns", &frame_of_columns, py::arg("pieces"), py::arg("levels"))
      .def_property_readonly("rows", [](const Frame& frame) { return frame.table.view().rows; })
      .def("table", &rows_of)
      .def("stream", &arrow_stream_of)
      .def("state", &state_of)
      .def_static("restore", &frame_of_state, py::arg("state"));
  py::class_<Units>(module, "Units")
      .def_static(
          "build",
          [](const Plan& plan, const Frame& frame) {
            const py::gil_scoped_release unlocked;
            frame.require_readable(ids_of(unit_frame_columns(*plan)));
            return Units::build(plan, frame.table.view());
          },
          py::arg("plan"), py::arg("frame"))
      .def_property_readonly("count", [](const Units& units) { return units.size(); });
}

}  // namespace tijian::python
