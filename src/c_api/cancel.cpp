#include "c_api/handles.hpp"

using namespace tijian::c_api;

tj_status tj_cancel_new(tj_cancel** cancel, tj_error** error) noexcept {
  return guard(error, [&] {
    require(cancel, "cancel");
    *cancel = make_handle<tj_cancel>().release();
  });
}

void tj_cancel_request(tj_cancel* cancel) noexcept {
  if (cancel != nullptr) cancel->source.request_stop();
}

void tj_cancel_free(tj_cancel* cancel) noexcept { delete cancel; }
