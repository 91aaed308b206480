// What every C function stands on: statuses from exceptions, errors that cannot themselves fail,
// arguments checked before anything is written.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "tijian/arrow.hpp"
#include "tijian/bytes.hpp"
#include "tijian/issue.hpp"
#include "tijian/messages.hpp"
#include "tijian/tijian.h"
#include "tijian/utf8.hpp"

struct tj_error {
  tj_status status = TJ_E_INTERNAL;
  std::string message;
  tijian::Issues issues;
};

namespace tijian::c_api {

namespace messages {

inline constexpr Message null_argument{"argument.null", "参数 {name} 为空指针",
                                       "argument {name} is NULL"};
inline constexpr Message released{"argument.released", "参数 {name} 已被释放",
                                  "argument {name} has been released already"};
inline constexpr Message not_a_word{"argument.word", "参数 {name} 不能是 {value}",
                                    "argument {name} cannot be {value}"};
inline constexpr Message newer_options{"argument.newer_options",
                                       "选项 {name} 来自更新的头文件，含有本库不认识的设置",
                                       "options {name} come from a newer header and set what this "
                                       "library does not know"};
inline constexpr Message no_size{"argument.struct_size", "{name} 的 struct_size 未填写或不合理",
                                 "struct_size of {name} is not set, or no size of it"};
inline constexpr Message repeated{"argument.repeated", "参数 {name} 与另一个参数相同",
                                  "argument {name} is the same as another one"};
inline constexpr Message out_of_range{"argument.range", "参数 {name} 超出范围",
                                      "argument {name} is out of range"};
inline constexpr Message busy{"tally.busy", "统计状态正被另一个调用使用",
                              "the tally is in use by another call"};

inline constexpr Message all[] = {null_argument, released, repeated,     not_a_word,
                                  newer_options, no_size,  out_of_range, busy};

}  // namespace messages

/// A mistake of the calling program.
class ArgumentError : public Error {
 public:
  ArgumentError(const Message& message, const std::string& name, std::string_view value = {})
      : Error({make_issue(message, name, {{"name", name}, {"value", value}})}) {}
  ArgumentError(const Message& message, const std::string& name, std::string_view value,
                std::string expected)
      : Error(with_words(message, name, value, std::move(expected))) {}

 private:
  static Issues with_words(const Message& message, const std::string& name, std::string_view value,
                           std::string expected) {
    Issues issues{make_issue(message, name, {{"name", name}, {"value", value}})};
    issues[0].found = value;
    issues[0].expected = std::move(expected);
    return issues;
  }
};

/// The tally is in use by another call.
class BusyError : public Error {
 public:
  BusyError() : Error({make_issue(messages::busy, "tally")}) {}
};

/// The fields of structs end where a multiple of size_t does, alone or two together, so a size that
/// is none cuts a field; and no struct will ever be larger than this.
inline bool is_struct_size(std::size_t size) noexcept {
  return size >= sizeof(std::size_t) && size <= 4096 && size % sizeof(std::size_t) == 0;
}

inline void require(const void* argument, const char* name) {
  if (argument == nullptr) throw ArgumentError(messages::null_argument, name);
}

/// Makes the error object, or, where there is no memory for it, none: the status tells enough.
inline tj_status fail(tj_error** error, tj_status status, const char* message,
                      const Issues* issues) noexcept {
  if (error == nullptr) return status;
  try {
    auto made = std::make_unique<tj_error>();
    made->status = status;
    // Texts may quote what the caller gave, which need not be UTF-8.
    made->message = valid_utf8(message);
    if (issues != nullptr) made->issues = *issues;
    for (Issue& issue : made->issues)
      for (std::string* text : {&issue.place, &issue.message.zh, &issue.message.en, &issue.nearest,
                                &issue.found, &issue.expected})
        *text = valid_utf8(*text);
    *error = made.release();
  } catch (...) {
    *error = nullptr;
  }
  return status;
}

/// Runs the body of a C function. Leaving it is the only way to fail: its last act is to write the
/// outputs, which cannot.
template <class Body>
tj_status guard(tj_error** error, Body&& body) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    body();
    return TJ_OK;
  } catch (const ArgumentError& e) {
    return fail(error, TJ_E_ARGUMENT, e.what(), &e.issues());
  } catch (const BusyError& e) {
    return fail(error, TJ_E_BUSY, e.what(), &e.issues());
  } catch (const FrameworkError& e) {
    return fail(error, TJ_E_FRAMEWORK, e.what(), &e.issues());
  } catch (const UnsupportedError& e) {
    return fail(error, TJ_E_UNSUPPORTED, e.what(), &e.issues());
  } catch (const SavedError& e) {
    return fail(error, TJ_E_SAVED, e.what(), &e.issues());
  } catch (const StreamError& e) {
    return fail(error, TJ_E_STREAM, e.what(), &e.issues());
  } catch (const DataError& e) {
    return fail(error, TJ_E_DATA, e.what(), &e.issues());
  } catch (const Cancelled& e) {
    return fail(error, TJ_E_CANCELLED, e.what(), nullptr);
  } catch (const std::length_error&) {  // more than any memory holds
    return fail(error, TJ_E_NO_MEMORY, "out of memory / 内存不足", nullptr);
  } catch (const std::bad_alloc&) {
    return fail(error, TJ_E_NO_MEMORY, "out of memory / 内存不足", nullptr);
  } catch (const std::exception& e) {
    return fail(error, TJ_E_INTERNAL, e.what(), nullptr);
  } catch (...) {
    return fail(error, TJ_E_INTERNAL, "unknown failure / 未知错误", nullptr);
  }
}

}  // namespace tijian::c_api
