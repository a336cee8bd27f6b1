#include "agent/store/file_system.hpp"

#include "agent/base/file.hpp"
#include "agent/base/unique_fd.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace agent::store {
namespace {

Error file_error(int err, const std::string& what) {
  Error plain = errno_error(err, what);
  switch (err) {
    case ENOSPC:
    case EDQUOT:
      return Error(plain.code(), plain.message(), "no_space");
    case EROFS:
      return Error(plain.code(), plain.message(), "read_only");
    case EIO:
      return Error(plain.code(), plain.message(), "io");
    case EEXIST:
      return Error(Errc::kConflict, plain.message());
    case ENOTDIR:
      return Error(Errc::kInvalidArgument, plain.message());
    default:
      return plain;
  }
}

class PosixFile final : public File {
 public:
  PosixFile(UniqueFd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

  Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const override {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got = ::pread(fd_.get(), to + done, size - done, static_cast<off_t>(offset + done));
      if (got == 0) break;
      if (got < 0 && errno != EINTR) return file_error(errno, "read " + name_);
      if (got > 0) done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Result<void> write_at(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (put < 0 && errno != EINTR) return file_error(errno, "write " + name_);
      if (put > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(put));
        offset += static_cast<std::size_t>(put);
      }
    }
    return {};
  }

  Result<void> sync() override {
    if (::fdatasync(fd_.get()) != 0) return file_error(errno, "fdatasync " + name_);
    return {};
  }

  Result<void> truncate(std::uint64_t size) override {
    if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) return file_error(errno, "truncate " + name_);
    return {};
  }

  Result<std::uint64_t> size() const override {
    struct stat info {};
    if (::fstat(fd_.get(), &info) != 0) return file_error(errno, "stat " + name_);
    return static_cast<std::uint64_t>(info.st_size);
  }

  [[nodiscard]] bool is_linked() const override {
    struct stat info {};
    return ::fstat(fd_.get(), &info) != 0 || info.st_nlink > 0;
  }

 private:
  UniqueFd fd_;
  std::string name_;
};

class PosixLock final : public FileLock {
 public:
  PosixLock(UniqueFd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}

  [[nodiscard]] bool is_in_place() const override {
    struct stat held {};
    struct stat named {};
    if (::fstat(fd_.get(), &held) != 0) return true;
    // Another error than these says nothing of the file: a disk that fails is noticed when it is written.
    if (::lstat(path_.c_str(), &named) != 0) return errno != ENOENT && errno != ENOTDIR;
    return held.st_nlink > 0 && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
  }

 private:
  UniqueFd fd_;
  std::filesystem::path path_;
};

std::string holder_of(int fd) {
  std::array<char, 32> text{};
  const ssize_t got = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  pid.resize(std::min(pid.size(), pid.find_first_not_of("0123456789")));
  return pid.empty() ? "another process" : "process " + pid;
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::filesystem::path& path, OpenMode mode) override {
    const int flags = mode == OpenMode::kRead ? O_RDONLY : mode == OpenMode::kModify ? O_RDWR : O_RDWR | O_CREAT | O_EXCL;
    // O_NONBLOCK: a fifo of that name must not hang us; it has no effect on files.
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640));
    if (!fd.is_open()) return file_error(errno, "open " + path.string());
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return file_error(errno, "stat " + path.string());
    if (!S_ISREG(info.st_mode)) return Error(Errc::kInvalidArgument, path.string() + ": not a regular file");
    return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(fd), path.string()));
  }

  Result<std::vector<std::string>> list(const std::filesystem::path& folder) override {
    std::vector<std::string> names;
    std::error_code ec;
    std::filesystem::directory_iterator entry(folder, ec);
    for (; !ec && entry != std::filesystem::directory_iterator(); entry.increment(ec)) names.push_back(entry->path().filename().string());
    if (ec) return file_error(ec.value(), "list " + folder.string());
    return names;
  }

  Result<void> create_folder(const std::filesystem::path& folder) override {
    std::error_code ec;
    if (std::filesystem::is_directory(folder, ec)) return {};
    ec.clear();
    std::filesystem::create_directories(folder, ec);
    if (ec == std::errc::file_exists) ec = std::make_error_code(std::errc::not_a_directory);
    if (ec) return file_error(ec.value(), "create folder " + folder.string());
    const auto parent = folder.parent_path();
    return sync_folder(parent.empty() ? std::filesystem::path(".") : parent);
  }

  Result<void> remove(const std::filesystem::path& path) override {
    if (::unlink(path.c_str()) != 0) return file_error(errno, "remove " + path.string());
    return {};
  }

  Result<void> sync_folder(const std::filesystem::path& folder) override { return agent::sync_folder(folder); }

  Result<std::uint64_t> free_bytes(const std::filesystem::path& folder) override {
    struct statvfs info {};
    if (::statvfs(folder.c_str(), &info) != 0) return file_error(errno, "statvfs " + folder.string());
    return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  }

  Result<std::unique_ptr<FileLock>> lock(const std::filesystem::path& path) override {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!fd.is_open()) return file_error(errno, "open " + path.string());
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return file_error(errno, "lock " + path.string());
      return Error(Errc::kConflict, holder_of(fd.get()) + " writes this store (" + path.string() + " is locked)");
    }
    // The pid is for people; a full disk that does not take it is no reason to refuse the lock.
    const std::string pid = std::to_string(::getpid()) + "\n";
    const bool written = ::ftruncate(fd.get(), 0) == 0 && ::pwrite(fd.get(), pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
    static_cast<void>(written);
    return std::unique_ptr<FileLock>(std::make_unique<PosixLock>(std::move(fd), path));
  }
};

}  // namespace

std::shared_ptr<FileSystem> make_file_system() {
  return std::make_shared<PosixFileSystem>();
}

Result<std::string> read_exactly(const File& file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  auto got = file.read_at(offset, bytes.data(), size);
  if (!got) return std::move(got).error();
  if (*got != size) return Error(Errc::kCorrupt, "the file ends early");
  return bytes;
}

}  // namespace agent::store
