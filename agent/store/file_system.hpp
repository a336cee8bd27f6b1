// The one door from the store to the file system, so that tests can break it (tests/support/faulty_file_system.hpp).
//
// Errors carry a cause that tells what to do: "no_space" (ENOSPC, EDQUOT), "read_only" (EROFS), "io" (EIO), "" otherwise.
#pragma once

#include "agent/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace agent::store {

/// An open file. Not thread-safe. Closes itself; nothing is promised about bytes that were not synced before.
class File {
 public:
  virtual ~File() = default;
  /// How many bytes there were, at most `size`; less only at the end of the file.
  [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const = 0;
  /// All of `bytes` or an error; on an error any part of them may have been written.
  [[nodiscard]] virtual Result<void> write_at(std::uint64_t offset, std::string_view bytes) = 0;
  /// fdatasync. After an error nothing written since the last success may be taken as stored, and trying again proves nothing: Linux marks
  /// the failed pages clean.
  [[nodiscard]] virtual Result<void> sync() = 0;
  [[nodiscard]] virtual Result<void> truncate(std::uint64_t size) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() const = 0;
  /// False when its name is gone: what is written to it goes with this handle.
  [[nodiscard]] virtual bool is_linked() const { return true; }
};

/// Held until destroyed.
class FileLock {
 public:
  virtual ~FileLock() = default;
  /// False when the path leads elsewhere by now: the folder, or the file, was deleted or replaced.
  [[nodiscard]] virtual bool is_in_place() const = 0;
};

enum class OpenMode {
  kRead,
  kModify,  ///< read and write a file that exists
  kCreate,  ///< read and write; kConflict when it exists
};

/// Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::filesystem::path& path, OpenMode mode) = 0;
  /// Names in a folder, unsorted. Errors: kNotFound; kInvalidArgument when it is not a folder.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::filesystem::path& folder) = 0;
  /// With its parents; no error when it exists. kInvalidArgument when something that is no folder is in the way.
  [[nodiscard]] virtual Result<void> create_folder(const std::filesystem::path& folder) = 0;
  [[nodiscard]] virtual Result<void> remove(const std::filesystem::path& path) = 0;
  /// fsync of a folder: what was created and removed in it survives a crash.
  [[nodiscard]] virtual Result<void> sync_folder(const std::filesystem::path& folder) = 0;
  /// What an unprivileged process may still write.
  [[nodiscard]] virtual Result<std::uint64_t> free_bytes(const std::filesystem::path& folder) = 0;
  /// An exclusive lock of a file that is made for it. Errors: kConflict, naming the pid of the holder.
  [[nodiscard]] virtual Result<std::unique_ptr<FileLock>> lock(const std::filesystem::path& path) = 0;
};

/// The operating system's.
[[nodiscard]] std::shared_ptr<FileSystem> make_file_system();

/// Reads exactly `size` bytes. kCorrupt when the file ends before.
[[nodiscard]] Result<std::string> read_exactly(const File& file, std::uint64_t offset, std::size_t size);

}  // namespace agent::store
