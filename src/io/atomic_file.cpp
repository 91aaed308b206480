#include "io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "io/io_messages.hpp"
#include "tijian/issue.hpp"

namespace tijian {

namespace {

[[noreturn]] void refuse_existing(const std::string& path) {
  throw DataError({make_issue(io_messages::file_exists, path, {{"file", path}})});
}

}  // namespace

AtomicFile::AtomicFile(std::string path, bool overwrite)
    : path_(std::move(path)), overwrite_(overwrite) {
  const std::size_t slash = path_.rfind('/');
  folder_ = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  const std::string name = slash == std::string::npos ? path_ : path_.substr(slash + 1);
  if (name.empty()) refuse(ENOENT);
  struct stat existing;
  if (lstat(path_.c_str(), &existing) == 0) {
    if (!overwrite_) refuse_existing(path_);
    if (S_ISDIR(existing.st_mode)) refuse(EISDIR);
  }
  // Another process may hold a name like this, so taken names are passed over.
  static std::atomic<unsigned> counter{0};
  for (int attempt = 0; attempt < 100; ++attempt) {
    temporary_ = (slash == std::string::npos ? std::string() : folder_) + "." + name + "." +
                 std::to_string(getpid()) + "-" + std::to_string(counter++) + ".part";
    descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       static_cast<mode_t>(0666));
    if (descriptor_ >= 0) return;
    if (errno != EEXIST) break;
  }
  const int error = errno;
  temporary_.clear();  // not ours to remove
  refuse(error);
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() noexcept {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
  if (!temporary_.empty()) unlink(temporary_.c_str());
  temporary_.clear();
}

void AtomicFile::refuse(int error) {
  discard();
  const std::string reason = std::generic_category().message(error);
  throw DataError(
      {make_issue(io_messages::file_write, path_, {{"file", path_}, {"reason", reason}})});
}

void AtomicFile::write(std::string_view bytes) {
  if (descriptor_ < 0) refuse(EBADF);
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      refuse(errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void AtomicFile::commit() {
  if (descriptor_ < 0) refuse(EBADF);
  if (fsync(descriptor_) != 0) refuse(errno);
  const int closed = close(std::exchange(descriptor_, -1));
  if (closed != 0) refuse(errno);
  if (overwrite_) {
    if (std::rename(temporary_.c_str(), path_.c_str()) != 0) refuse(errno);
    temporary_.clear();
  } else {
    // A link, unlike a renaming, fails where the name has been taken meanwhile.
    if (link(temporary_.c_str(), path_.c_str()) != 0) {
      const int error = errno;
      discard();
      if (error == EEXIST) refuse_existing(path_);
      refuse(error);
    }
    discard();
  }
  // The renaming itself lies in the folder; a file system that cannot sync one has done its best.
  const int folder = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

}  // namespace tijian
