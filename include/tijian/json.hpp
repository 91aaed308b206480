// Frameworks from and to JSON. Only programs that read or write documents need this header and the
// compiled library; the engine works on `Framework` alone.
//
// Every function that reads throws FrameworkError with all issues. A place is a JSON pointer into
// the document that was given; one that lies in a document it extends has that document's id before
// it ("mohurd-2025#/indicators/3/targets").
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tijian/framework.hpp"
#include "tijian/framework_json.hpp"  // write_framework, fingerprint
#include "tijian/issue.hpp"

namespace tijian {

/// The text of the document with this id, for `extends`; nullopt: unknown here (the shipped ones
/// are looked up next).
using FrameworkSource = std::function<std::optional<std::string>(std::string_view id)>;

/// Reads, extends and checks a document. Limits: 16 MiB, nested 32 deep, 10,000 indicators.
Framework parse_framework(std::string_view json, const FrameworkSource& source = {});

/// The same from a file. A document never names a file: what it extends comes from `source` or is
/// shipped.
Framework load_framework(const std::filesystem::path& path, const FrameworkSource& source = {});

/// A shipped framework by id.
Framework load_shipped(std::string_view id);

/// The JSON Schema (2020-12) of documents. It agrees with `parse_framework` on keys, types and
/// choices; references, formulas and, under `extends`, required keys are the loader's.
std::string framework_schema();

/// The shipped documents: ids in alphabetical order (each ends with a NUL), and the text of one.
std::span<const std::string_view> shipped_frameworks();
std::optional<std::string_view> shipped_framework(std::string_view id);

}  // namespace tijian
