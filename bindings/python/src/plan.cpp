#include "plan.hpp"

#include <pybind11/stl.h>

#include <map>
#include <optional>
#include <string>

#include "table.hpp"
#include "tijian/compile.hpp"
#include "tijian/frame_columns.hpp"
#include "tijian/json.hpp"
#include "tijian/native_kernels.hpp"
#include "tijian/plan_tables.hpp"

namespace tijian::python {

namespace py = pybind11;

namespace {

Plan parse(const std::string& json, const std::map<std::string, std::string>& documents) {
  const py::gil_scoped_release unlocked;
  return compile(parse_framework(json,
                                 [&](std::string_view id) -> std::optional<std::string> {
                                   const auto found = documents.find(std::string(id));
                                   return found == documents.end() ? std::nullopt
                                                                   : std::optional(found->second);
                                 }),
                 native_kernels());
}

Plan shipped(const std::string& id) {
  const py::gil_scoped_release unlocked;
  return compile(load_shipped(id), native_kernels());
}

/// The rows of the table of columns that are of this survey table.
SharedTable columns_of(const Plan& plan, const std::string& id) {
  survey_table(*plan, id);  // throws where there is none
  const ResultTable all = plan_table(plan, "columns");
  ResultTable some(all.name(), all.source());
  for (const ResultColumn& column : all.columns())
    some.add_column(column.name, column.type, column.measure);
  for (std::size_t row = 0; row < all.rows(); ++row) {
    if (all.text(0, row) != id) continue;
    for (std::size_t c = 0; c < all.columns().size(); ++c) {
      switch (all.columns()[c].type) {
        case ResultType::text: some.push_text(c, all.text(c, row)); break;
        case ResultType::number: some.push_number(c, all.number(c, row)); break;
        case ResultType::integer: some.push_integer(c, all.integer(c, row)); break;
        case ResultType::boolean: some.push_boolean(c, all.boolean(c, row)); break;
      }
    }
  }
  return SharedTable(std::move(some));
}

}  // namespace

void register_plan(py::module_& module) {
  py::class_<Plan>(module, "Plan")
      .def_static("parse", &parse, py::arg("json"), py::arg("documents"))
      .def_static("shipped", &shipped, py::arg("id"))
      .def_property_readonly("id", [](const Plan& plan) { return plan.framework().id; })
      .def_property_readonly("version", [](const Plan& plan) { return plan.framework().version; })
      .def_property_readonly("year", [](const Plan& plan) { return plan.framework().year; })
      .def_property_readonly("fingerprint",
                             [](const Plan& plan) { return plan->framework_fingerprint; })
      .def(
          "name",
          [](const Plan& plan, const std::string& language) {
            return plan.framework().name.in(language_of(language));
          },
          py::arg("language"))
      .def("document",
           [](const Plan& plan) {
             const py::gil_scoped_release unlocked;
             return write_framework(plan.framework());
           })
      .def(
          "table",
          [](const Plan& plan, const std::string& name) {
            return SharedTable(plan_table(plan, name));
          },
          py::arg("name"))
      .def("columns", &columns_of, py::arg("table"))
      .def(
          "survey_columns",
          [](const Plan& plan, const std::string& table, bool with_key) {
            return ids_of(survey_frame_columns(*plan, survey_table(*plan, table), with_key));
          },
          py::arg("table"), py::arg("with_key"))
      .def("unit_columns", [](const Plan& plan) { return ids_of(unit_frame_columns(*plan)); })
      .def("previous_problem_columns",
           [](const Plan& plan) { return ids_of(previous_problem_frame_columns(*plan)); });
  module.def("entry_columns", [] { return ids_of(entry_frame_columns()); });
  module.def("shipped_ids", [] {
    py::list ids;
    for (const std::string_view id : shipped_frameworks()) ids.append(std::string(id));
    return ids;
  });
  module.def("schema", [] { return framework_schema(); });
}

}  // namespace tijian::python
