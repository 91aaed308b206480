// The library's exceptions as Python's.
#pragma once

namespace tijian::python {

/// From here on FrameworkError, DataError and Cancelled are raised as those of tijian.errors, with
/// all issues.
void translate_errors();

}  // namespace tijian::python
