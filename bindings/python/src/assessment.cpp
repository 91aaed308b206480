#include "assessment.hpp"

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine_call.hpp"
#include "options.hpp"
#include "pieces.hpp"
#include "plan.hpp"
#include "table.hpp"
#include "tijian/assess.hpp"
#include "tijian/assessment_bytes.hpp"
#include "tijian/explain.hpp"
#include "tijian/row_writer.hpp"
#include "units.hpp"

namespace tijian::python {

namespace {

using GivenTables = std::vector<std::pair<std::string, py::iterator>>;

std::shared_ptr<Assessment> assess_pieces(const Plan& plan, const Units& units, GivenTables tables,
                                          const AssessArguments& arguments) {
  EngineCall call(arguments.progress, arguments.total_rows);
  const AssessCallOptions options(arguments, call);
  const bool lists_objects = arguments.max_objects > 0;
  std::vector<std::unique_ptr<PieceReader>> readers;
  std::vector<NamedBatches> batches;
  for (auto& [name, pieces] : tables) {
    readers.push_back(std::make_unique<PieceReader>(
        std::move(pieces), name,
        ids_of(survey_frame_columns(*plan, survey_table(*plan, name), lists_objects)), call));
    batches.push_back({name, readers.back()->batches()});
  }
  return std::make_shared<Assessment>(
      call.run([&] { return assess_batches(plan, units, batches, options.options()); }));
}

SharedTable table_of(const Assessment& assessment, const std::string& name,
                     std::optional<std::vector<std::string>> units, std::string level,
                     std::optional<std::vector<std::string>> indicators,
                     std::string severity_at_least, std::string time_class,
                     std::string department) {
  const py::gil_scoped_release unlocked;
  return SharedTable(assessment.table(
      name, {std::move(units), std::move(level), std::move(indicators),
             std::move(severity_at_least), std::move(time_class), std::move(department)}));
}

/// The units of an assessment as they were read: attributes as they count, inherited ones too.
SharedTable units_of(const Assessment& assessment) {
  const Units& units = assessment.data().units;
  const PlanData& plan = *assessment.plan();
  ResultTable table("units", assessment.source());
  for (const char* name : {"id", "level", "parent", "name"})
    table.add_column(name, ResultType::text);
  for (const AttributePlan& attribute : plan.attributes)
    table.add_column(attribute.id, attribute.type == Type::number    ? ResultType::number
                                   : attribute.type == Type::boolean ? ResultType::boolean
                                                                     : ResultType::text);
  RowWriter row(table);
  for (std::uint32_t unit = 0; unit < units.size(); ++unit) {
    row.text(units.id(unit))
        .text(plan.framework.levels[units.level(unit)].id)
        .text(units.parent(unit) == no_index ? std::string() : units.id(units.parent(unit)))
        .text(units.name(unit));
    for (std::uint32_t a = 0; a < plan.attributes.size(); ++a) {
      switch (plan.attributes[a].type) {
        case Type::number: row.number(units.number(a, unit)); break;
        case Type::boolean: {
          const int known = units.boolean(a, unit);
          row.boolean(known < 0 ? std::nullopt : std::optional(known != 0));
          break;
        }
        default: {
          const std::string* text = units.text(a, unit);
          row.text(text == nullptr ? std::string() : *text);
        }
      }
    }
    row.end();
  }
  return SharedTable(std::move(table));
}

}  // namespace

void register_assessment(py::module_& module) {
  py::class_<AssessArguments>(module, "AssessArguments")
      .def(py::init<>())
      .def_readwrite("entries", &AssessArguments::entries)
      .def_readwrite("previous_problems", &AssessArguments::previous_problems)
      .def_readwrite("previous", &AssessArguments::previous)
      .def_readwrite("year", &AssessArguments::year)
      .def_readwrite("threads", &AssessArguments::threads)
      .def_readwrite("max_objects", &AssessArguments::max_objects)
      .def_readwrite("report_unknown_units", &AssessArguments::report_unknown_units)
      .def_readwrite("language", &AssessArguments::language)
      .def_readwrite("total_rows", &AssessArguments::total_rows)
      .def_readwrite("progress", &AssessArguments::progress);
  py::class_<Assessment, std::shared_ptr<Assessment>>(module, "Assessment")
      .def_property_readonly("year", &Assessment::year)
      .def_property_readonly("language",
                             [](const Assessment& assessment) {
                               return assessment.data().language == Language::zh ? "zh" : "en";
                             })
      .def_property_readonly(
          "problem_count",
          [](const Assessment& assessment) { return assessment.data().problems.size(); })
      .def_property_readonly("plan", [](const Assessment& assessment) { return assessment.plan(); })
      .def_property_readonly("tables",
                             [](const Assessment& assessment) { return assessment.tables(); })
      .def("table", &table_of, py::arg("name"), py::arg("units") = std::nullopt,
           py::arg("level") = "", py::arg("indicators") = std::nullopt,
           py::arg("severity_at_least") = "", py::arg("time_class") = "",
           py::arg("department") = "")
      .def("units", &units_of)
      .def(
          "explain",
          [](const Assessment& assessment, const std::string& unit, const std::string& indicator) {
            const py::gil_scoped_release unlocked;
            return explain_json(assessment, unit, indicator);
          },
          py::arg("unit"), py::arg("indicator"))
      .def("save",
           [](const Assessment& assessment) {
             std::string bytes;
             {
               const py::gil_scoped_release unlocked;
               bytes = save_assessment(assessment);
             }
             return py::bytes(bytes);
           })
      .def_static(
          "load",
          [](const py::bytes& bytes) {
            const std::string_view data = bytes;
            const py::gil_scoped_release unlocked;
            return std::make_shared<Assessment>(load_assessment(data));
          },
          py::arg("data"));
  module.def("assess", &assess_pieces, py::arg("plan"), py::arg("units"), py::arg("tables"),
             py::arg("arguments"));
}

}  // namespace tijian::python
