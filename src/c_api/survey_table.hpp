// A survey table that a call names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "c_api/streams.hpp"
#include "tijian/frame_columns.hpp"
#include "tijian/plan.hpp"

namespace tijian::c_api {

/// The columns of a survey table that adding looks at, or, with the key, screening. Throws
/// DataError for a table that the plan does not have.
inline std::vector<std::string> survey_columns(const Plan& plan, std::string_view id,
                                               bool with_key) {
  return ids_of(survey_frame_columns(*plan, survey_table(*plan, id), with_key));
}

}  // namespace tijian::c_api
