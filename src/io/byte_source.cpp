#include "io/byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "io/io_messages.hpp"
#include "tijian/issue.hpp"

namespace tijian {

namespace {

[[noreturn]] void refuse_file(const std::string& path, int error) {
  const std::string reason = std::generic_category().message(error);
  throw DataError({make_issue(io_messages::file_read, path, {{"file", path}, {"reason", reason}})});
}

std::size_t copy_part(std::string_view text, std::size_t& position, char* bytes, std::size_t size) {
  const std::size_t part = std::min(size, text.size() - position);
  std::memcpy(bytes, text.data() + position, part);
  position += part;
  return part;
}

}  // namespace

std::size_t TextSource::read(char* bytes, std::size_t size) {
  return copy_part(text_, position_, bytes, size);
}

FileSource::FileSource(const std::string& path) : path_(path) {
  errno = 0;
  file_.reset(std::fopen(path.c_str(), "rbe"));
  if (!file_) refuse_file(path_, errno);
  if (std::fseek(file_.get(), 0, SEEK_SET) == 0) return;
  std::string part(std::size_t{64} * 1024, '\0');
  while (const std::size_t count = read_file(part.data(), part.size()))
    memory_.append(part, 0, count);
  in_memory_ = true;
}

std::size_t FileSource::read_file(char* bytes, std::size_t size) {
  errno = 0;
  const std::size_t count = std::fread(bytes, 1, size, file_.get());
  if (count == 0 && std::ferror(file_.get()) != 0) refuse_file(path_, errno);
  return count;
}

std::size_t FileSource::read(char* bytes, std::size_t size) {
  if (in_memory_) return copy_part(memory_, position_, bytes, size);
  return read_file(bytes, size);
}

void FileSource::rewind() {
  position_ = 0;
  if (in_memory_) return;
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0) refuse_file(path_, errno);
}

}  // namespace tijian
