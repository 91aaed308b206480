// Result tables as files of a folder: all of them or none.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "tijian/result_table.hpp"

namespace tijian {

/// A table and the file name it gets, without its ending.
struct NamedResult {
  std::string file;
  const ResultTable* table;
};

/// The name of a table as that of a file: `ledger:housing` is `ledger-housing`, and nothing of an
/// id leads to another folder.
std::string file_name_of(std::string_view table);

/// Writes every table, and source.json, which says where they come from, into the folder of the
/// arguments (made where it is not there). Nothing is named before all is written. Returns the file
/// names. Throws DataError where a file exists and `force` is not given, or cannot be written.
std::vector<std::string> write_results(const std::vector<NamedResult>& results,
                                       const Arguments& arguments);

}  // namespace tijian
