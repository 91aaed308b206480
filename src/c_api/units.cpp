#include "c_api/handles.hpp"
#include "c_api/streams.hpp"
#include "tijian/gather.hpp"

using namespace tijian;
using namespace tijian::c_api;

namespace {

std::unique_ptr<tj_units> read_units(const Plan& plan, ArrowReader& reader) {
  const OwnedTable table = gather(batches_of(reader));
  return make_handle<tj_units>(Units::build(plan, table.view()));
}

}  // namespace

tj_status tj_units_from_arrow(const tj_plan* plan, ArrowArrayStream* stream, tj_units** units,
                              tj_error** error) noexcept {
  const GivenStream given(stream);
  return guard(error, [&] {
    require(plan, "plan");
    require_stream(stream, "stream");
    require(units, "units");
    ArrowReader reader(stream, "units", ids_of(unit_frame_columns(*plan->plan)));
    *units = read_units(plan->plan, reader).release();
  });
}

tj_status tj_units_from_array(const tj_plan* plan, ArrowSchema* schema, ArrowArray* array,
                              tj_units** units, tj_error** error) noexcept {
  return guard(error, [&] {
    require(plan, "plan");
    GivenArray given(schema, array);
    require(units, "units");
    std::unique_ptr<tj_units> made;
    {
      ArrowReader reader(*schema, *array, "units", ids_of(unit_frame_columns(*plan->plan)));
      made = read_units(plan->plan, reader);
    }
    given.release();
    *units = made.release();
  });
}

int64_t tj_units_count(const tj_units* units) noexcept {
  return units == nullptr ? 0 : static_cast<int64_t>(units->units.size());
}

void tj_units_free(tj_units* units) noexcept { delete units; }
