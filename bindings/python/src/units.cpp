#include "units.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "engine_call.hpp"
#include "pieces.hpp"
#include "plan.hpp"
#include "table.hpp"
#include "tijian/frame.hpp"
#include "tijian/gather.hpp"
#include "tijian/units.hpp"
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

/// The frame as a result table: integers and numbers as they are, a column of nulls as text.
SharedTable rows_of(const Frame& frame) {
  const TableView view = frame.table.view();
  ResultTable table(frame.name);
  const auto type_of = [](const ColumnView& column) {
    if (column.storage == Storage::boolean_bits) return ResultType::boolean;
    if (column.storage == Storage::int64) return ResultType::integer;
    return is_numeric(column.storage) ? ResultType::number : ResultType::text;
  };
  for (const auto& [name, column] : view.columns) table.add_column(name, type_of(column));
  Issues issues;
  for (std::size_t c = 0; c < view.columns.size(); ++c) {
    const auto& [name, column] = view.columns[c];
    switch (type_of(column)) {
      case ResultType::boolean:
        for (std::int64_t row = 0; row < view.rows; ++row)
          table.push_boolean(
              c, is_valid(column, row)
                     ? std::optional(bit_at(static_cast<const std::uint8_t*>(column.values),
                                            column.offset + row))
                     : std::nullopt);
        break;
      case ResultType::integer:
        for (std::int64_t row = 0; row < view.rows; ++row)
          table.push_integer(c, is_valid(column, row)
                                    ? std::optional(static_cast<const std::int64_t*>(
                                          column.values)[column.offset + row])
                                    : std::nullopt);
        break;
      case ResultType::number:
        for (const double number : read_number_column(view, name, frame.name, issues))
          table.push_number(c, number);
        break;
      case ResultType::text:
        for (const auto& text : read_text_column(view, name, frame.name, issues))
          table.push_text(c, text);
    }
  }
  if (!issues.empty()) throw DataError(std::move(issues));
  return SharedTable(std::move(table));
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
      .def("table", &rows_of);
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
