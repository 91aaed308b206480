// tijian._core: the library's nouns with as little as can be. tijian/ is what users call.
#include <pybind11/pybind11.h>

#include <string>

#include "assessment.hpp"
#include "errors.hpp"
#include "interpreter_exit.hpp"
#include "plan.hpp"
#include "table.hpp"
#include "tally.hpp"
#include "tijian/version.hpp"
#include "units.hpp"

PYBIND11_MODULE(_core, module) {
  using namespace tijian::python;
  module.doc() = "The engine of tijian. Private: call what `tijian` offers.";
  module.attr("library_version") = std::string(tijian::library_version);
  InterpreterExit::watch();
  translate_errors();
  register_table(module);
  register_plan(module);
  register_units(module);
  register_assessment(module);
  register_tally(module);
}
