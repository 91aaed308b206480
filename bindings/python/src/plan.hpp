// A framework and its plan in Python.
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <vector>

#include "tijian/frame_columns.hpp"
#include "tijian/text.hpp"

namespace tijian::python {

void register_plan(pybind11::module_& module);

inline Language language_of(const std::string& word) {
  return word == "en" ? Language::en : Language::zh;  // the words are checked in Python
}

inline std::vector<std::string> ids_of(const std::vector<FrameColumn>& columns) {
  std::vector<std::string> ids;
  for (const FrameColumn& column : columns) ids.push_back(column.id);
  return ids;
}

}  // namespace tijian::python
