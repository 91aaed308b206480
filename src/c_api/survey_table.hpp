// A survey table that a call names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "c_api/streams.hpp"
#include "tijian/data_messages.hpp"
#include "tijian/nearest.hpp"
#include "tijian/plan.hpp"

namespace tijian::c_api {

/// The columns of a survey table that are read. Throws DataError for a table that the plan does not
/// have.
inline std::vector<std::string> survey_columns(const Plan& plan, std::string_view id) {
  if (const TablePlan* table = plan.table(id)) return ids_of(survey_frame_columns(*plan, *table));
  Issue issue = make_issue(data_messages::unknown_table, std::string(id), {{"table", id}});
  std::vector<std::string> known;
  for (const Table& table : plan.framework().tables) known.push_back(table.id);
  issue.nearest = nearest_name(id, known);
  throw DataError({std::move(issue)});
}

}  // namespace tijian::c_api
