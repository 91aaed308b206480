// Frames that are read whole, and units, in Python.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <vector>

#include "tijian/arrow.hpp"
#include "tijian/owned_table.hpp"

namespace tijian::python {

/// A small frame that was read whole: nobody's later changes reach it.
struct Frame {
  std::string name;
  OwnedTable table;
  std::vector<ArrowColumn> left_out;  ///< columns of layouts that are not read

  /// Throws DataError where a column of these was left out.
  void require_readable(const std::vector<std::string>& columns) const;
};

using SharedFrame = std::shared_ptr<const Frame>;

void register_units(pybind11::module_& module);

}  // namespace tijian::python
