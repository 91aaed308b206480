#include "errors.hpp"

#include <pybind11/pybind11.h>

#include <exception>
#include <stdexcept>
#include <string>

#include "tijian/issue.hpp"
#include "tijian/utf8.hpp"

namespace tijian::python {

namespace py = pybind11;

namespace {

/// Messages may quote what the caller gave, which need not be UTF-8.
py::str text(const std::string& bytes) { return py::str(valid_utf8(bytes)); }

void raise(const char* name, const Error& error) {
  const py::module_ errors = py::module_::import("tijian.errors");
  const py::object make_issue = errors.attr("Issue");
  py::list issues;
  for (const Issue& issue : error.issues())
    issues.append(make_issue(text(issue.code), text(issue.place), text(issue.message.zh),
                             text(issue.message.en), text(issue.nearest), issue.position,
                             text(issue.found), text(issue.expected), issue.warning));
  const py::object type = errors.attr(name);
  PyErr_SetObject(type.ptr(), type(issues).ptr());
}

void translate(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const FrameworkError& error) {
    raise("FrameworkError", error);
  } catch (const Error& error) {  // of data, saved bytes and streams
    raise("DataError", error);
  } catch (const Cancelled&) {
    const py::object type = py::module_::import("tijian.errors").attr("Cancelled");
    PyErr_SetObject(type.ptr(), type().ptr());
  } catch (const std::length_error&) {  // more than any memory holds
    PyErr_NoMemory();
  }
}

}  // namespace

void translate_errors() { py::register_local_exception_translator(translate); }

}  // namespace tijian::python
