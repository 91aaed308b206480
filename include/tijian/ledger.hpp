// The ledgers and lists of the handbook, declared by the framework's `ledgers`.
#pragma once

#include <optional>
#include <string_view>

#include "tijian/assessment.hpp"

namespace tijian {

/// A ledger or list by name; none for another name.
inline std::optional<ResultTable> ledger_table(const Assessment&, std::string_view) {
  return std::nullopt;
}

}  // namespace tijian
