// Where writers put what they write.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace tijian {

/// Takes the pieces of a file in order, at most 64 KiB each. What it throws goes to the caller.
using Sink = std::function<void(std::string_view)>;

/// Collects text and hands it to a sink in pieces of at most 64 KiB.
class BufferedSink {
 public:
  static constexpr std::size_t piece_size = std::size_t{64} * 1024;

  explicit BufferedSink(const Sink& sink) : sink_(sink) { buffer_.reserve(piece_size); }

  void write(std::string_view text) {
    while (text.size() > piece_size - buffer_.size()) {
      const std::size_t part = piece_size - buffer_.size();
      buffer_.append(text.substr(0, part));
      text.remove_prefix(part);
      flush();
    }
    buffer_.append(text);
  }
  void flush() {
    if (!buffer_.empty()) sink_(buffer_);
    buffer_.clear();
  }

 private:
  const Sink& sink_;
  std::string buffer_;
};

}  // namespace tijian
