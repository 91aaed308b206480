// The saved form of an assessment: its results as they were decided, with the framework's canonical
// document inside, so that it can be shown and compared without the inputs, and by later versions
// of the library without deciding again. docs/saved-format.md says what is in it.
//
// Like tijian/json.hpp, this header needs the compiled library.
#pragma once

#include <string>
#include <string_view>

#include "tijian/assessment.hpp"
#include "tijian/bytes.hpp"

namespace tijian {

/// The assessment as bytes. Throws FrameworkError or SavedError where its framework was made in a
/// program and no document is equal to it, so that nothing is saved that cannot be loaded.
[[nodiscard]] std::string save_assessment(const Assessment& assessment);

/// The assessment that was saved: all tables, problems and explanations are the same. Throws
/// SavedError where the bytes are no assessment, damaged, or of a newer version.
[[nodiscard]] Assessment load_assessment(std::string_view bytes);

}  // namespace tijian
