// Options of a call as Python gives them.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <memory>
#include <string>

#include "engine_call.hpp"
#include "plan.hpp"
#include "tijian/assess_options.hpp"
#include "tijian/assessment.hpp"
#include "units.hpp"

namespace tijian::python {

/// What `assess` takes, one field per keyword; tijian/assessment.py fills it.
struct AssessArguments {
  std::shared_ptr<Frame> entries, previous_problems;
  std::shared_ptr<Assessment> previous;
  int year = 0;
  int threads = 1;
  std::int64_t max_objects = 0;
  bool report_unknown_units = false;
  std::string language = "zh";
  std::int64_t total_rows = 0;
  py::object progress = py::none();
};

/// The options of the engine, which point into themselves: made where they are used.
class AssessCallOptions {
 public:
  AssessCallOptions(const AssessArguments& given, EngineCall& call) {
    if (given.entries != nullptr) {
      entries_ = given.entries->table.view();
      options_.entries = &entries_;
    }
    if (given.previous_problems != nullptr) {
      problems_ = given.previous_problems->table.view();
      options_.previous_problems = &problems_;
    }
    options_.previous = given.previous.get();
    options_.year = given.year;
    options_.threads = given.threads;
    options_.max_objects = given.max_objects;
    options_.unknown_units =
        given.report_unknown_units ? UnknownUnits::report : UnknownUnits::refuse;
    options_.language = language_of(given.language);
    options_.total_rows = given.total_rows;
    options_.progress = call.progress();
    options_.stop = call.stop();
  }
  AssessCallOptions(const AssessCallOptions&) = delete;
  AssessCallOptions& operator=(const AssessCallOptions&) = delete;

  [[nodiscard]] const AssessOptions& options() const { return options_; }

 private:
  TableView entries_, problems_;
  AssessOptions options_;
};

}  // namespace tijian::python
