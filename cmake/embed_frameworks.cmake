# Puts the documents of src/frameworks into the library as bytes.
#
#   cmake -DOUTPUT=<file.cpp> -DDOCUMENTS=<a.json;b.json> -P embed_frameworks.cmake     writes the source
#   include(cmake/embed_frameworks.cmake)                                               adds it to tijian_static

if(CMAKE_SCRIPT_MODE_FILE)
  set(entries "")
  set(ids "")
  set(texts "")
  set(number 0)
  list(SORT DOCUMENTS)
  foreach(document IN LISTS DOCUMENTS)
    cmake_path(GET document FILENAME name)
    string(REGEX REPLACE "\\.json$" "" id "${name}")
    file(READ "${document}" hex HEX)
    string(LENGTH "${hex}" digits)
    math(EXPR size "${digits} / 2")
    # Single characters: a string literal may not be this long everywhere, and escapes leave the
    # compiler's encoding out of it.
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
    string(REPEAT "......." 14 line)
    string(REGEX REPLACE "(${line})" "\\1\n    " bytes "${bytes}")
    string(APPEND texts "constexpr char text_${number}[] = {\n    ${bytes}};\n")
    string(APPEND ids "    \"${id}\",\n")
    string(APPEND entries "    {\"${id}\", {text_${number}, ${size}}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  # An array of none is not C++.
  if(number EQUAL 0)
    set(entries "    {\"\", {}},\n")
    set(ids "    \"\",\n")
  endif()
  set(source
      "// Made by cmake/embed_frameworks.cmake.
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include \"tijian/json.hpp\"

namespace {
${texts}
constexpr std::size_t document_count = ${number};
constexpr std::string_view ids[] = {
${ids}};
constexpr std::pair<std::string_view, std::string_view> documents[] = {
${entries}};
}  // namespace

namespace tijian {

std::span<const std::string_view> shipped_frameworks() { return {ids, document_count}; }

std::optional<std::string_view> shipped_framework(std::string_view id) {
  for (std::size_t i = 0; i < document_count; ++i)
    if (documents[i].first == id) return documents[i].second;
  return std::nullopt;
}

}  // namespace tijian
")
  file(WRITE "${OUTPUT}" "${source}")
  return()
endif()

file(GLOB framework_documents CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/frameworks/*.json")
set(shipped_source "${CMAKE_CURRENT_BINARY_DIR}/shipped_frameworks.cpp")
add_custom_command(
  OUTPUT "${shipped_source}"
  COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${shipped_source}" "-DDOCUMENTS=${framework_documents}" -P
          "${CMAKE_CURRENT_LIST_DIR}/embed_frameworks.cmake"
  DEPENDS ${framework_documents} "${CMAKE_CURRENT_LIST_DIR}/embed_frameworks.cmake"
  VERBATIM
  COMMENT "Embedding the shipped frameworks")
target_sources(tijian_static PRIVATE "${shipped_source}")
