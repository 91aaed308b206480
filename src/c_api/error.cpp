#include <algorithm>
#include <cstring>

#include "c_api/guard.hpp"

using namespace tijian;
using namespace tijian::c_api;

const char* tj_status_name(tj_status status) noexcept {
  static constexpr const char* names[] = {"TJ_OK",       "TJ_E_ARGUMENT",    "TJ_E_FRAMEWORK",
                                          "TJ_E_DATA",   "TJ_E_UNSUPPORTED", "TJ_E_SAVED",
                                          "TJ_E_STREAM", "TJ_E_NO_MEMORY",   "TJ_E_CANCELLED",
                                          "TJ_E_BUSY",   "TJ_E_INTERNAL"};
  static_assert(sizeof names / sizeof *names == TJ_STATUS_END);
  return status < 0 || status >= TJ_STATUS_END ? "TJ_E_UNKNOWN" : names[status];
}

tj_status tj_error_status(const tj_error* error) noexcept {
  return error == nullptr ? TJ_OK : error->status;
}

const char* tj_error_message(const tj_error* error) noexcept {
  return error == nullptr ? "" : error->message.c_str();
}

size_t tj_error_issue_count(const tj_error* error) noexcept {
  return error == nullptr ? 0 : error->issues.size();
}

tj_status tj_error_issue(const tj_error* error, size_t index, tj_issue* issue) noexcept {
  if (error == nullptr || issue == nullptr || index >= error->issues.size() ||
      !is_struct_size(issue->struct_size))
    return TJ_E_ARGUMENT;
  const Issue& found = error->issues[index];
  tj_issue written{};
  written.struct_size = issue->struct_size;
  written.code = found.code.c_str();
  written.place = found.place.c_str();
  written.message_zh = found.message.in(Language::zh).c_str();
  written.message_en = found.message.in(Language::en).c_str();
  written.nearest = found.nearest.c_str();
  written.found = found.found.c_str();
  written.expected = found.expected.c_str();
  written.position = found.position;
  written.is_warning = found.warning ? 1 : 0;
  // What a newer header has behind it is unknown here: 0.
  if (issue->struct_size > sizeof written)
    std::memset(reinterpret_cast<char*>(issue) + sizeof written, 0,
                issue->struct_size - sizeof written);
  std::memcpy(static_cast<void*>(issue), &written, std::min(issue->struct_size, sizeof written));
  return TJ_OK;
}

void tj_error_free(tj_error* error) noexcept { delete error; }
