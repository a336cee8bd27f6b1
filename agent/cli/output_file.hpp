// A file that appears whole or not at all.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/unique_fd.hpp"

#include <filesystem>
#include <string_view>

namespace agent::cli {

/// What to do when there is a file of that name.
enum class Existing { kKeep, kReplace };

/// Written under no name where the file system can (O_TMPFILE), so that not even kill -9 leaves a part of it; as PATH.part elsewhere.
/// Without commit() it is gone. Not fsynced: it is a copy of what the store holds.
class OutputFile {
 public:
  /// When `path` is there and is no regular file (/dev/null, a pipe), what is written goes straight into it. Errors: kIo and its kin.
  [[nodiscard]] static Result<OutputFile> create(const std::filesystem::path& path);
  OutputFile(OutputFile&&) = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  [[nodiscard]] Result<void> write(std::string_view bytes);
  /// Gives it its name. Errors: kConflict when kKeep finds a file of that name.
  [[nodiscard]] Result<void> commit(Existing existing);
  /// For libraries that write by themselves.
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  enum class Kind { kUnnamed, kPart, kDirect };
  OutputFile(std::filesystem::path path, UniqueFd fd, Kind kind);
  [[nodiscard]] std::filesystem::path part() const;

  std::filesystem::path path_;
  UniqueFd fd_;  // open until commit() or the end
  Kind kind_;
};

/// Whether a file was written or the same was there already.
enum class Written { kNew, kSame };

/// The whole content as a file. kKeep: an equal file is kSame, a different one is kConflict and is left alone.
[[nodiscard]] Result<Written> write_output_file(const std::filesystem::path& path, std::string_view content, Existing existing);

}  // namespace agent::cli
