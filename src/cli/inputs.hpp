// Frameworks and frames as the commands read them: files by the columns that the plan wants.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "io/csv_reader.hpp"
#include "tijian/assess.hpp"
#include "tijian/framework.hpp"
#include "tijian/owned_table.hpp"
#include "tijian/plan.hpp"

namespace tijian {

/// The framework of a path (what holds a slash, ends in .json or is a file) or of a shipped id.
/// Throws FrameworkError.
Framework read_framework(const Arguments& arguments);

/// One table of the command line.
struct TableFile {
  std::string name;
  std::string file;
  CsvTable csv;
};

/// All frames that were given.
struct Inputs {
  OwnedTable units;
  std::vector<TableFile> tables;
  OwnedTable entries;
  OwnedTable previous_problems;
};

/// Reads every file that was given; what is wrong with any of them is appended to `issues` and its
/// frame stays empty, so that all faults of all files are told at once.
Inputs read_inputs(const Plan& plan, const Arguments& arguments, Issues& issues);

/// The columns of a units file.
std::vector<CsvColumn> unit_columns(const Plan& plan);
/// The columns of a survey table's file. The table must be the plan's.
std::vector<CsvColumn> table_columns(const Plan& plan, const TablePlan& table);

/// The options of `assess` that the command line sets; frames are borrowed.
AssessOptions assess_options(const Arguments& arguments, const TableView* entries,
                             const TableView* previous_problems);
/// The tables as `assess` takes them; borrowed.
std::vector<NamedTable> named_tables(const Inputs& inputs);

}  // namespace tijian
