// Tallies in Python, and screening.
#pragma once

#include <pybind11/pybind11.h>

namespace tijian::python {

void register_tally(pybind11::module_& module);

}  // namespace tijian::python
