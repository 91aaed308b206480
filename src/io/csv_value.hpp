// One field of a CSV file as a number or a boolean, or why it is neither.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tijian/messages.hpp"

namespace tijian {

/// The field without blanks (ASCII) around it.
std::string_view trim_blanks(std::string_view field);

/// A number that the whole field is, or null and in `fault` the message that says why not.
std::optional<double> number_of_field(std::string_view field, const Message** fault);

/// A boolean that the whole field is, or null and in `fault` the message that says why not.
std::optional<bool> boolean_of_field(std::string_view field, const Message** fault);

/// Whether the field is an error value of a spreadsheet, such as #REF! or #N/A.
bool is_spreadsheet_error(std::string_view field);

/// Whether an id looks like one that a spreadsheet has turned into a number: 4.20502E+17.
bool is_mangled_id(std::string_view field);

/// Whether a field names a row of totals: 合计, 总计, 小计, 全市合计, Total …
bool is_totals_word(std::string_view field);

/// A header without what makes two of the same column differ: width, blanks, case, `_`, and a unit
/// in brackets or behind a slash. Used to find faults, never to match.
std::string loose_header(std::string_view header);

}  // namespace tijian
