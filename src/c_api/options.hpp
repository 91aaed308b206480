// Structs that callers fill: of any size, older or newer than this library's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "c_api/guard.hpp"
#include "c_api/handles.hpp"
#include "tijian/add_options.hpp"
#include "tijian/text.hpp"

namespace tijian::c_api {

/// The options as this library knows them: what an older header does not have is zero, and what a
/// newer one has must be. NULL is all defaults.
template <class Options>
Options read_options(const Options* given, const char* name) {
  Options options{};
  if (given == nullptr) return options;
  std::size_t size = 0;
  std::memcpy(&size, given, sizeof size);
  if (!is_struct_size(size)) throw ArgumentError(messages::no_size, name);
  const char* bytes = reinterpret_cast<const char*>(given);
  for (std::size_t at = sizeof(Options); at < size; ++at)
    if (bytes[at] != 0) throw ArgumentError(messages::newer_options, name);
  std::memcpy(static_cast<void*>(&options), bytes, std::min(size, sizeof(Options)));
  return options;
}

inline Language read_language(const char* word) {
  if (word == nullptr || std::string_view(word) == "zh") return Language::zh;
  if (std::string_view(word) == "en") return Language::en;
  throw ArgumentError(messages::not_a_word, "language", word, "zh, en");
}

inline int read_threads(std::int32_t threads) {
  if (threads < 0) throw ArgumentError(messages::out_of_range, "threads");
  return std::max(threads, 1);
}

inline std::int64_t read_total_rows(std::int64_t rows) {
  if (rows < 0) throw ArgumentError(messages::out_of_range, "total_rows");
  return rows;
}

/// The caller's callback as the engine takes it; none for NULL.
inline std::function<bool(double)> read_progress(tj_progress progress, void* context) {
  if (progress == nullptr) return {};
  return [progress, context](double done) {
    try {
      return progress(context, done) == 0;
    } catch (...) {  // of C++ callers: what left their callback does not go on
      return false;
    }
  };
}

/// Lines for whoever runs the program. They come after the work is done, so nothing that goes wrong
/// with them may change its outcome.
class Log {
 public:
  Log(tj_log log, void* context, Language language)
      : log_(log), context_(context), language_(language) {}

  /// `write` makes the text; it is not called where nobody listens.
  template <class Write>
  void line(std::int32_t level, Write&& write) const noexcept {
    if (log_ == nullptr) return;
    try {
      const Text text = write();
      log_(context_, level, text.in(language_).c_str());
    } catch (...) {  // no memory for a line, or the callback threw: the result stands
    }
  }

 private:
  tj_log log_;
  void* context_;
  Language language_;
};

/// Options of adding and screening. All of them are checked before anything is read.
class ReadAddOptions {
 public:
  explicit ReadAddOptions(const tj_add_options* given)
      : ReadAddOptions(read_options(given, "tj_add_options")) {}

  [[nodiscard]] const AddOptions& options() const { return options_; }
  [[nodiscard]] Language language() const { return language_; }
  [[nodiscard]] const Log& log() const { return log_; }

 private:
  explicit ReadAddOptions(const tj_add_options& given)
      : language_(read_language(given.language)), log_(given.log, given.log_context, language_) {
    if (given.reserved != 0) throw ArgumentError(messages::out_of_range, "reserved");
    options_ = {read_threads(given.threads), read_progress(given.progress, given.progress_context),
                stop_of(given.cancel), read_total_rows(given.total_rows)};
  }

  Language language_;
  Log log_;
  AddOptions options_;
};

}  // namespace tijian::c_api
