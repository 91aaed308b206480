// The commands of the program, one file each. A command throws what it refuses.
#pragma once

#include "cli/arguments.hpp"
#include "cli/program.hpp"

namespace tijian {

/// Prints every issue of a framework and, where given, of units, tables and entries.
int check_command(const Arguments& arguments, const Streams& streams);
/// Assesses whole tables; writes the result tables and prints a summary.
int assess_command(const Arguments& arguments, const Streams& streams);
/// Writes the problem and check rows of tables, without units.
int screen_command(const Arguments& arguments, const Streams& streams);
/// Prints what is known of one indicator at one unit.
int explain_command(const Arguments& arguments, const Streams& streams);
/// Prints the JSON Schema of framework documents.
int schema_command(const Arguments& arguments, const Streams& streams);
/// Prints the version.
int version_command(const Arguments& arguments, const Streams& streams);

}  // namespace tijian
