#include "table.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "pieces.hpp"
#include "tijian/arrow.hpp"
#include "tijian/csv_writer.hpp"
#include "tijian/table_digest.hpp"
#include "tijian/table_json_writer.hpp"

namespace tijian::python {

namespace {

ArrowOwner<ArrowArrayStream> stream_from(const SharedTable& shared) {
  const py::gil_scoped_release unlocked;
  ArrowOwner<ArrowArrayStream> stream;
  export_arrow(shared.table, stream.get());
  return stream;
}

py::capsule schema_from(const SharedTable& shared) {
  ArrowOwner<ArrowArrayStream> stream = stream_from(shared);
  ArrowOwner<ArrowSchema> schema;
  if (stream.get()->get_schema(stream.get(), schema.get()) != 0) throw std::bad_alloc();
  return capsule_of(std::move(schema));
}

/// Values of rows [first, last) as Python objects, None where null.
py::list values(const SharedTable& shared, std::size_t column, std::size_t first,
                std::size_t last) {
  const ResultTable& table = *shared.table;
  last = std::min(last, table.rows());
  const ResultColumn& of = table.columns().at(column);
  py::list list;
  for (std::size_t row = first; row < last; ++row) {
    if (table.is_null(column, row)) {
      list.append(py::none());
      continue;
    }
    switch (of.type) {
      case ResultType::text: {
        const std::string_view text = *table.text(column, row);
        PyObject* made =
            PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
        if (made == nullptr) throw py::error_already_set();
        list.append(py::reinterpret_steal<py::object>(made));
        break;
      }
      case ResultType::number: list.append(py::float_(*table.number(column, row))); break;
      case ResultType::integer: list.append(py::int_(*table.integer(column, row))); break;
      case ResultType::boolean: list.append(py::bool_(*table.boolean(column, row))); break;
    }
  }
  return list;
}

py::bytes bytes_of(const void* data, std::size_t size) {
  return py::bytes(static_cast<const char*>(data), size);
}

/// The values of a column of numbers or integers as they lie in memory, 8 bytes each.
py::bytes buffer(const SharedTable& shared, std::size_t column) {
  const ResultColumn& of = shared.table->columns().at(column);
  if (of.type == ResultType::number) return bytes_of(of.numbers.data(), 8 * of.numbers.size());
  if (of.type == ResultType::integer) return bytes_of(of.integers.data(), 8 * of.integers.size());
  throw py::type_error("column " + of.name + " has no numbers");
}

/// One bit per row, the lowest of a byte first: 1 where it is not null.
py::bytes validity(const SharedTable& shared, std::size_t column) {
  const BitVector& valid = shared.table->columns().at(column).valid;
  return bytes_of(valid.data(), (valid.size() + 7) / 8);
}

template <class Write>
py::bytes written(const Write& write) {
  std::string text;
  {
    const py::gil_scoped_release unlocked;
    write([&text](std::string_view piece) { text += piece; });
  }
  return py::bytes(text);
}

}  // namespace

void register_table(py::module_& module) {
  py::class_<SharedTable>(module, "Table")
      .def_property_readonly("name", [](const SharedTable& shared) { return shared.table->name(); })
      .def_property_readonly("rows", [](const SharedTable& shared) { return shared.table->rows(); })
      .def_property_readonly(
          "columns",
          [](const SharedTable& shared) {
            py::list list;
            for (const ResultColumn& column : shared.table->columns())
              list.append(py::make_tuple(column.name, std::string(result_type_name(column.type)),
                                         column.measure));
            return list;
          })
      .def_property_readonly("source",
                             [](const SharedTable& shared) {
                               const ResultSource& source = shared.table->source();
                               return py::make_tuple(source.framework_id, source.framework_version,
                                                     source.fingerprint, source.library_version,
                                                     source.year);
                             })
      .def("stream", [](const SharedTable& shared) { return capsule_of(stream_from(shared)); })
      .def("schema", &schema_from)
      .def("values", &values, py::arg("column"), py::arg("first"), py::arg("last"))
      .def("buffer", &buffer, py::arg("column"))
      .def("validity", &validity, py::arg("column"))
      .def(
          "csv",
          [](const SharedTable& shared, bool byte_order_mark, bool guard_formulas,
             bool source_columns) {
            const CsvOptions options{byte_order_mark, guard_formulas, source_columns};
            return written([&](const Sink& sink) { write_csv(*shared.table, sink, options); });
          },
          py::arg("byte_order_mark"), py::arg("guard_formulas"), py::arg("source_columns"))
      .def("json",
           [](const SharedTable& shared) {
             return written([&](const Sink& sink) { write_json(*shared.table, sink); });
           })
      .def("digest", [](const SharedTable& shared) {
        const py::gil_scoped_release unlocked;
        return table_digest(*shared.table);
      });
}

}  // namespace tijian::python
