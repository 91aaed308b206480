// Text of unknown encoding as UTF-8: byte order marks, UTF-8, UTF-16, GB18030; strict, so that no
// byte ever becomes a replacement character.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "io/byte_source.hpp"

namespace tijian {

enum class Encoding { automatic, utf8, utf16, gb18030 };

/// The encoding of what `source` holds, which it reads from the start and rewinds.
///
/// A byte order mark decides. Else what is valid UTF-8 is UTF-8, and what is not is GB18030 –
/// unless that is a guess: where all that is not ASCII are two-byte sequences that GB18030 reads as
/// well (the two bytes of 路 are those of ·), or where most of it is UTF-8 and some bytes are
/// damaged. Throws DataError then, and where the bytes are neither.
Encoding detect_encoding(ByteSource& source, const std::string& file);

/// Decodes `source` piece by piece.
class TextDecoder {
 public:
  /// `encoding` must not be automatic. A byte order mark at the start is left out.
  TextDecoder(ByteSource& source, Encoding encoding, std::string file);
  ~TextDecoder();
  TextDecoder(const TextDecoder&) = delete;
  TextDecoder& operator=(const TextDecoder&) = delete;

  /// The next piece of UTF-8, which ends at a character; empty at the end of the text. Good until
  /// the next call. Throws DataError at bytes that are not of the encoding.
  std::string_view next();

 private:
  struct Conversion;

  [[noreturn]] void refuse(std::size_t offset, std::string_view encoding);
  std::string_view next_utf8(bool at_end);
  std::string_view next_converted(bool at_end);
  void start();

  ByteSource& source_;
  Encoding encoding_;
  std::string file_;
  std::unique_ptr<Conversion> conversion_;
  std::string input_;  // not yet decoded
  std::string output_;
  std::size_t consumed_ = 0;   // of `input_`, by the piece handed out last
  std::int64_t position_ = 0;  // bytes of the file before `input_`
  std::int64_t rows_ = 0;      // line feeds before `input_`
  bool started_ = false;
};

}  // namespace tijian
