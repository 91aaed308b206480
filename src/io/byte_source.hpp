// Bytes of a file or of a text in memory, read from the front as often as needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace tijian {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `size` bytes, 0 at the end. Throws DataError where the file cannot be read.
  virtual std::size_t read(char* bytes, std::size_t size) = 0;
  /// Starts again at the first byte.
  virtual void rewind() = 0;
};

/// A text in memory; borrowed.
class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}
  std::size_t read(char* bytes, std::size_t size) override;
  void rewind() override { position_ = 0; }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

/// A file, streamed. What cannot be read twice (a pipe) is kept in memory.
class FileSource : public ByteSource {
 public:
  /// Throws DataError where there is no such file or it may not be read.
  explicit FileSource(const std::string& path);
  std::size_t read(char* bytes, std::size_t size) override;
  void rewind() override;

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  bool in_memory_ = false;
  std::string memory_;
  std::size_t position_ = 0;

  std::size_t read_file(char* bytes, std::size_t size);
};

}  // namespace tijian
