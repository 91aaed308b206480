// Result tables in Python.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>

#include "tijian/result_table.hpp"

namespace tijian::python {

/// A result table that Python objects and Arrow streams share.
struct SharedTable {
  std::shared_ptr<const ResultTable> table;

  explicit SharedTable(ResultTable made) {
    made.end_row();
    table = std::make_shared<const ResultTable>(std::move(made));
  }
};

void register_table(pybind11::module_& module);

}  // namespace tijian::python
