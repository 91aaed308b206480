// What an assessment found, on a screen or two of text.
#pragma once

#include <ostream>

#include "tijian/assessment.hpp"
#include "tijian/text.hpp"

namespace tijian {

/// Prints units and verdicts by level, problems by severity, the unmet indicators of the top
/// level's units (the first `unit_limit` of them), and what is wrong with the data, by kind.
void print_summary(std::ostream& out, const Assessment& assessment, Language language,
                   std::size_t unit_limit = 5);

}  // namespace tijian
