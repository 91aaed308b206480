#include "io/text_decoder.hpp"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "io/io_messages.hpp"
#include "tijian/issue.hpp"
#include "tijian/utf8.hpp"

namespace tijian {

namespace {

constexpr std::size_t piece_size = std::size_t{64} * 1024;
constexpr std::size_t longest_sequence = 4;  // bytes of a character in UTF-8
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view utf16_little_mark = "\xFF\xFE";
constexpr std::string_view utf16_big_mark = "\xFE\xFF";

std::int64_t count_line_feeds(std::string_view text) {
  return static_cast<std::int64_t>(std::count(text.begin(), text.end(), '\n'));
}

/// The first bytes with the high bit set, or the end.
std::size_t skip_ascii(std::string_view text, std::size_t i) {
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if ((word & 0x8080'8080'8080'8080) != 0) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

/// What a text's bytes are as UTF-8.
struct Census {
  std::int64_t not_ascii = 0;  // bytes
  std::int64_t in_long = 0;    // of them in well-formed sequences of three or four bytes
  std::int64_t first_bad = -1;
  std::int64_t first_bad_row = 0;
};

Census take_census(ByteSource& source) {
  Census census;
  std::string buffer;
  std::int64_t position = 0;
  std::int64_t rows = 0;
  bool at_end = false;
  while (!at_end) {
    const std::size_t carried = buffer.size();
    buffer.resize(carried + piece_size);
    const std::size_t count = source.read(buffer.data() + carried, piece_size);
    buffer.resize(carried + count);
    at_end = count == 0;
    const std::string_view text = buffer;
    std::size_t i = 0;
    while ((i = skip_ascii(text, i)) < text.size()) {
      if (text.size() - i < longest_sequence && !at_end) break;
      const std::size_t length = utf8_length(text.substr(i, longest_sequence));
      if (length == 0) {
        if (census.first_bad < 0) {
          census.first_bad = position + static_cast<std::int64_t>(i);
          census.first_bad_row = rows + count_line_feeds(text.substr(0, i)) + 1;
        }
        ++census.not_ascii;
        ++i;
        continue;
      }
      census.not_ascii += static_cast<std::int64_t>(length);
      if (length >= 3) census.in_long += static_cast<std::int64_t>(length);
      i += length;
    }
    position += static_cast<std::int64_t>(i);
    if (census.first_bad < 0) rows += count_line_feeds(text.substr(0, i));
    buffer.erase(0, i);
  }
  return census;
}

bool is_gb18030(ByteSource& source, const std::string& file) {
  source.rewind();
  TextDecoder decoder(source, Encoding::gb18030, file);
  try {
    while (!decoder.next().empty()) {
    }
  } catch (const DataError&) {
    return false;
  }
  return true;
}

}  // namespace

Encoding detect_encoding(ByteSource& source, const std::string& file) {
  source.rewind();
  char start[3] = {};
  std::size_t count = 0;
  while (count < sizeof start) {
    const std::size_t more = source.read(start + count, sizeof start - count);
    if (more == 0) break;
    count += more;
  }
  const std::string_view begin(start, count);
  source.rewind();
  if (begin.starts_with(utf8_mark)) return Encoding::utf8;
  if (begin.starts_with(utf16_little_mark) || begin.starts_with(utf16_big_mark))
    return Encoding::utf16;
  const Census census = take_census(source);
  Encoding encoding = Encoding::utf8;
  const auto byte = std::to_string(census.first_bad + 1);
  const auto row = std::to_string(census.first_bad_row);
  if (census.first_bad < 0) {
    if (census.not_ascii > 0 && census.in_long == 0 && is_gb18030(source, file))
      throw DataError({make_issue(io_messages::encoding_ambiguous, file)});
  } else if (census.in_long * 2 > census.not_ascii) {
    throw DataError({make_issue(io_messages::encoding_damaged, file + ":" + row,
                                {{"row", row}, {"byte", byte}})});
  } else if (is_gb18030(source, file)) {
    encoding = Encoding::gb18030;
  } else {
    throw DataError({make_issue(io_messages::encoding_invalid, file + ":" + row,
                                {{"row", row}, {"byte", byte}, {"encoding", "UTF-8 / GB18030"}})});
  }
  source.rewind();
  return encoding;
}

struct TextDecoder::Conversion {
  explicit Conversion(const char* from) : handle(iconv_open("UTF-8", from)) {
    if (handle == reinterpret_cast<iconv_t>(-1)) handle = nullptr;
  }
  ~Conversion() {
    if (handle != nullptr) iconv_close(handle);
  }
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;
  iconv_t handle;
};

TextDecoder::TextDecoder(ByteSource& source, Encoding encoding, std::string file)
    : source_(source), encoding_(encoding), file_(std::move(file)) {}

TextDecoder::~TextDecoder() = default;

void TextDecoder::refuse(std::size_t offset, std::string_view encoding) {
  const auto byte = std::to_string(position_ + static_cast<std::int64_t>(offset) + 1);
  const auto row =
      std::to_string(rows_ + count_line_feeds(std::string_view(input_).substr(0, offset)) + 1);
  throw DataError({make_issue(io_messages::encoding_invalid, file_ + ":" + row,
                              {{"row", row}, {"byte", byte}, {"encoding", encoding}})});
}

/// Leaves a byte order mark out and opens the conversion that the text needs.
void TextDecoder::start() {
  started_ = true;
  const std::string_view text = input_;
  std::size_t mark = 0;
  const char* from = nullptr;
  if (encoding_ == Encoding::utf8) {
    if (text.starts_with(utf8_mark)) mark = utf8_mark.size();
  } else if (encoding_ == Encoding::gb18030) {
    from = "GB18030";
  } else {
    mark = 2;
    if (text.starts_with(utf16_little_mark)) from = "UTF-16LE";
    if (text.starts_with(utf16_big_mark)) from = "UTF-16BE";
    if (from == nullptr) throw DataError({make_issue(io_messages::encoding_no_mark, file_)});
  }
  input_.erase(0, mark);
  position_ += static_cast<std::int64_t>(mark);
  if (from == nullptr) return;
  conversion_ = std::make_unique<Conversion>(from);
  if (conversion_->handle == nullptr) refuse(0, from);  // a system without the converter
}

std::string_view TextDecoder::next() {
  while (true) {
    if (encoding_ != Encoding::utf16)
      rows_ += count_line_feeds(std::string_view(input_).substr(0, consumed_));
    else
      rows_ += count_line_feeds(output_);
    position_ += static_cast<std::int64_t>(consumed_);
    input_.erase(0, consumed_);
    consumed_ = 0;
    output_.clear();
    const std::size_t carried = input_.size();
    input_.resize(carried + piece_size);
    const std::size_t count = source_.read(input_.data() + carried, piece_size);
    input_.resize(carried + count);
    const bool at_end = count == 0;
    if (!started_) {
      // A mark may arrive in pieces.
      if (input_.size() < 3 && !at_end) continue;
      start();
    }
    const std::string_view piece = conversion_ ? next_converted(at_end) : next_utf8(at_end);
    if (!piece.empty() || at_end) return piece;
  }
}

std::string_view TextDecoder::next_utf8(bool at_end) {
  const std::string_view text = input_;
  std::size_t i = 0;
  while ((i = skip_ascii(text, i)) < text.size()) {
    if (text.size() - i < longest_sequence && !at_end) break;
    const std::size_t length = utf8_length(text.substr(i, longest_sequence));
    if (length == 0) refuse(i, "UTF-8");
    i += length;
  }
  consumed_ = i;
  return text.substr(0, i);
}

std::string_view TextDecoder::next_converted(bool at_end) {
  output_.resize(input_.size() * 3 + 16);  // no character grows beyond threefold
  char* from = input_.data();
  std::size_t from_left = input_.size();
  char* to = output_.data();
  std::size_t to_left = output_.size();
  const std::size_t result = iconv(conversion_->handle, &from, &from_left, &to, &to_left);
  const std::size_t read = input_.size() - from_left;
  const bool cut_off = result == static_cast<std::size_t>(-1) && errno == EINVAL;
  const bool invalid = result == static_cast<std::size_t>(-1) && !cut_off;
  if (invalid || (cut_off && at_end)) {
    if (encoding_ == Encoding::utf16) {  // its line feeds are counted in what was decoded
      const std::string_view decoded(output_.data(), output_.size() - to_left);
      const auto row = std::to_string(rows_ + count_line_feeds(decoded) + 1);
      const auto byte = std::to_string(position_ + static_cast<std::int64_t>(read) + 1);
      throw DataError({make_issue(io_messages::encoding_invalid, file_ + ":" + row,
                                  {{"row", row}, {"byte", byte}, {"encoding", "UTF-16"}})});
    }
    refuse(read, "GB18030");
  }
  consumed_ = read;
  output_.resize(output_.size() - to_left);
  return output_;
}

}  // namespace tijian
