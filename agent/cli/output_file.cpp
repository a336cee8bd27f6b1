#include "agent/cli/output_file.hpp"

#include "agent/base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

namespace agent::cli {
namespace {

constexpr unsigned kMode = 0666;  // the umask takes from it, as for every tool that writes files

bool is_special(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  const auto folder = path.parent_path();
  return folder.empty() ? std::filesystem::path(".") : folder;
}

Error conflict(const std::filesystem::path& path) {
  return Error(Errc::kConflict, path.string() + ": is there already with other content; remove it or choose another place");
}

/// A folder that is not there is no "nothing found": that speaks of what is asked for.
Error output_error(int err, const std::string& what) {
  Error error = errno_error(err, what);
  return error.code() == Errc::kNotFound ? Error(Errc::kIo, error.message()) : error;
}

}  // namespace

OutputFile::OutputFile(std::filesystem::path path, UniqueFd fd, Kind kind) : path_(std::move(path)), fd_(std::move(fd)), kind_(kind) {}

Result<OutputFile> OutputFile::create(const std::filesystem::path& path) {
  if (is_special(path)) {
    UniqueFd direct(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!direct.is_open()) return output_error(errno, "open " + path.string());
    return OutputFile(path, std::move(direct), Kind::kDirect);
  }
  UniqueFd unnamed(::open(folder_of(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, kMode));
  if (unnamed.is_open()) return OutputFile(path, std::move(unnamed), Kind::kUnnamed);
  const std::string part = path.string() + ".part";
  UniqueFd named(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode));
  if (!named.is_open()) return output_error(errno, "create " + part);
  return OutputFile(path, std::move(named), Kind::kPart);
}

OutputFile::~OutputFile() {
  if (fd_.is_open() && kind_ == Kind::kPart) ::unlink(part().c_str());
}

std::filesystem::path OutputFile::part() const {
  return path_.string() + ".part";
}

Result<void> OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return output_error(errno, "write " + path_.string());
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> OutputFile::commit(Existing existing) {
  if (kind_ == Kind::kDirect) return {};
  if (kind_ == Kind::kUnnamed) {
    const std::string unnamed = "/proc/self/fd/" + std::to_string(fd_.get());
    ::unlink(part().c_str());
    if (::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, part().c_str(), AT_SYMLINK_FOLLOW) != 0) {
      return output_error(errno, "create " + part().string());
    }
    kind_ = Kind::kPart;
  }
  const unsigned flags = existing == Existing::kKeep ? RENAME_NOREPLACE : 0U;
  if (::renameat2(AT_FDCWD, part().c_str(), AT_FDCWD, path_.c_str(), flags) != 0) {
    return errno == EEXIST ? conflict(path_) : output_error(errno, "rename " + part().string());
  }
  fd_.reset();
  return {};
}

Result<Written> write_output_file(const std::filesystem::path& path, std::string_view content, Existing existing) {
  if (existing == Existing::kKeep && !is_special(path)) {
    auto old = read_file(path, content.size());
    if (old) return *old == content ? Result<Written>(Written::kSame) : Result<Written>(conflict(path));
    if (old.error().code() == Errc::kTooLarge) return conflict(path);
    if (old.error().code() != Errc::kNotFound) return std::move(old).error();
  }
  auto file = OutputFile::create(path);
  if (!file) return std::move(file).error();
  if (auto written = file->write(content); !written) return std::move(written).error();
  if (auto named = file->commit(existing); !named) return std::move(named).error();
  return Written::kNew;
}

}  // namespace agent::cli
