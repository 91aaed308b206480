#include "tally.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "engine_call.hpp"
#include "options.hpp"
#include "pieces.hpp"
#include "plan.hpp"
#include "table.hpp"
#include "tijian/assess.hpp"
#include "tijian/screen.hpp"
#include "tijian/tally.hpp"
#include "tijian/tally_bytes.hpp"
#include "units.hpp"

namespace tijian::python {

namespace {

/// A tally and who is at it. Both counts change with the GIL held.
struct SharedTally {
  explicit SharedTally(Tally given) : tally(std::move(given)) {}
  Tally tally;
  int readers = 0;
  bool changing = false;
};

/// Holds a tally for one call: several may read it, or one change it. Another thread, a progress
/// function or a generator of batches that comes meanwhile is refused instead of racing.
class TallyUse {
 public:
  TallyUse(SharedTally& shared, bool changes) : shared_(shared), changes_(changes) {
    if (shared.changing || (changes && shared.readers > 0))
      throw std::runtime_error("the tally is in use by another call / 统计状态正被另一个调用使用");
    if (changes)
      shared.changing = true;
    else
      ++shared.readers;
  }
  ~TallyUse() {
    if (changes_)
      shared_.changing = false;
    else
      --shared_.readers;
  }
  TallyUse(const TallyUse&) = delete;
  TallyUse& operator=(const TallyUse&) = delete;

 private:
  SharedTally& shared_;
  bool changes_;
};

void add(SharedTally& shared, const std::string& table, py::iterator pieces, int threads,
         std::int64_t total_rows, py::object progress) {
  const TallyUse use(shared, true);
  const PlanData& plan = *shared.tally.plan();
  EngineCall call(std::move(progress), total_rows);
  PieceReader reader(std::move(pieces), table,
                     ids_of(survey_frame_columns(plan, survey_table(plan, table), false)), call);
  const AddOptions options{threads, call.progress(), call.stop(), total_rows};
  call.run([&] {
    shared.tally.add(
        table,
        [&] {
          const TableView* batch = reader.next();
          if (batch == nullptr) call.commit();
          return batch;
        },
        options);
  });
}

void merge(SharedTally& shared, SharedTally& other) {
  const TallyUse use(shared, true);
  if (&other == &shared) {
    const py::gil_scoped_release unlocked;
    shared.tally.merge(shared.tally);
    return;
  }
  const TallyUse reading(other, false);
  const py::gil_scoped_release unlocked;
  shared.tally.merge(other.tally);
}

template <class Read>
auto reading(SharedTally& shared, const Read& read) {
  const TallyUse use(shared, false);
  const py::gil_scoped_release unlocked;
  return read(shared.tally);
}

py::tuple screen_pieces(const Plan& plan, const std::string& table, py::iterator pieces,
                        const std::string& language, int threads, std::int64_t total_rows,
                        py::object progress) {
  EngineCall call(std::move(progress), total_rows);
  PieceReader reader(std::move(pieces), table,
                     ids_of(survey_frame_columns(*plan, survey_table(*plan, table), true)), call);
  const AddOptions options{threads, call.progress(), call.stop(), total_rows};
  Screened screened = call.run(
      [&] { return screen(plan, table, reader.batches(), language_of(language), options); });
  return py::make_tuple(SharedTable(std::move(screened.problems)),
                        SharedTable(std::move(screened.checks)));
}

}  // namespace

void register_tally(py::module_& module) {
  py::class_<SharedTally, std::shared_ptr<SharedTally>>(module, "Tally")
      .def(py::init([](const Plan& plan) { return std::make_shared<SharedTally>(Tally(plan)); }),
           py::arg("plan"))
      .def("add", &add, py::arg("table"), py::arg("pieces"), py::arg("threads"),
           py::arg("total_rows"), py::arg("progress"))
      .def("merge", &merge, py::arg("other"))
      .def(
          "save",
          [](SharedTally& shared) {
            return py::bytes(reading(shared, [](const Tally& tally) { return save_tally(tally); }));
          })
      .def_static(
          "load",
          [](const Plan& plan, const py::bytes& bytes) {
            const std::string_view data = bytes;
            const py::gil_scoped_release unlocked;
            return std::make_shared<SharedTally>(load_tally(plan, data));
          },
          py::arg("plan"), py::arg("data"))
      .def("digest",
           [](SharedTally& shared) {
             return reading(shared, [](const Tally& tally) { return tally.digest(); });
           })
      .def(
          "assess",
          [](SharedTally& shared, const Units& units, const AssessArguments& arguments) {
            const TallyUse use(shared, false);
            EngineCall call(arguments.progress, 1);  // of indicators it knows how many there are
            const AssessCallOptions options(arguments, call);
            return std::make_shared<Assessment>(
                call.run([&] { return shared.tally.assess(units, options.options()); }));
          },
          py::arg("units"), py::arg("arguments"));
  module.def("screen", &screen_pieces, py::arg("plan"), py::arg("table"), py::arg("pieces"),
             py::arg("language"), py::arg("threads"), py::arg("total_rows"), py::arg("progress"));
}

}  // namespace tijian::python
