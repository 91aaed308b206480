// Files that are either written whole or not at all.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tijian {

/// Writes a file under a temporary name in its own folder and gives it its name in `commit`.
///
/// Until then, and where anything fails, the old file stands untouched and nothing half-written is
/// left. Without `overwrite` an existing file is refused, at the start and once more, without a
/// gap, when the name is given. Symbolic links are not followed: one that stands in the way is an
/// existing file, and is replaced, not its target. All faults are DataErrors that name the file.
class AtomicFile {
 public:
  AtomicFile(std::string path, bool overwrite);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  /// Brings the bytes to the disk and the file under its name.
  void commit();

 private:
  [[noreturn]] void refuse(int error);
  void discard() noexcept;

  std::string path_;
  std::string folder_;
  std::string temporary_;
  bool overwrite_;
  int descriptor_ = -1;
};

}  // namespace tijian
