#include "agent/base/file.hpp"

#include "agent/base/unique_fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace agent {
namespace {

Result<void> write_all(int fd, std::string_view content, const std::string& name) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno_error(errno, "write " + name);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> write_and_sync(const std::string& name, std::string_view content, unsigned mode) {
  const UniqueFd fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!fd.is_open()) return errno_error(errno, "create " + name);
  if (auto written = write_all(fd.get(), content, name); !written) return written;
  if (::fsync(fd.get()) != 0) return errno_error(errno, "fsync " + name);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return errno_error(errno, "open " + path.string());
  std::string content;
  constexpr std::size_t kChunk = 16U * 1024;
  for (;;) {
    const std::size_t had = content.size();
    content.resize(had + kChunk);
    const ssize_t got = ::read(fd.get(), content.data() + had, kChunk);
    content.resize(had + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got == 0) return content;
    if (got < 0 && errno != EINTR) return errno_error(errno, "read " + path.string());
    if (content.size() > max_bytes) return Error(Errc::kTooLarge, path.string() + ": larger than " + std::to_string(max_bytes) + " bytes");
  }
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return errno_error(errno, "open " + folder.string());
  if (::fsync(fd.get()) != 0) return errno_error(errno, "fsync " + folder.string());
  return {};
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content, unsigned mode) {
  const std::string part = path.string() + ".part";
  auto written = write_and_sync(part, content, mode);
  if (written && ::rename(part.c_str(), path.c_str()) != 0) written = errno_error(errno, "rename " + part);
  if (!written) {
    ::unlink(part.c_str());
    return written;
  }
  const auto folder = path.parent_path();
  return sync_folder(folder.empty() ? std::filesystem::path(".") : folder);
}

}  // namespace agent
