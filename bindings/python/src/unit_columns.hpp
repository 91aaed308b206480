// Units from rows that name one place per level, as the ordinary survey file does.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "tijian/batches.hpp"
#include "tijian/owned_table.hpp"

namespace tijian::python {

/// Where a level's units are named.
struct UnitColumn {
  std::string level;
  std::string id;    ///< the column with their ids
  std::string name;  ///< the column with their names; empty: none
};

/// The frame of units (id, level, parent, name) that the rows name, `columns` lowest level first.
/// A unit's parent is the nearest place above it on the same row; a row that leaves a level out
/// says nothing about it. Throws DataError for a column that is missing or no text, and naming
/// units with two parents or two names on one level, and
/// Cancelled.
OwnedTable units_of_columns(const Batches& next, const std::vector<UnitColumn>& columns,
                            const std::stop_token& stop);

}  // namespace tijian::python
