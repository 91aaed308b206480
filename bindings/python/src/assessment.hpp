// Assessments in Python.
#pragma once

#include <pybind11/pybind11.h>

namespace tijian::python {

void register_assessment(pybind11::module_& module);

}  // namespace tijian::python
