// Whole small files: read with a bound, written so that a crash leaves the old or the new one.
#pragma once

#include "agent/base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace agent {

/// The whole file. Works on /proc, whose files claim to be empty. Errors: kNotFound, kPermissionDenied, kIo; kTooLarge past `max_bytes`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes);

/// Writes a temporary file beside `path`, fsyncs it, renames it over `path` and fsyncs the folder. Errors: kIo and its kin; `path` is then
/// as it was.
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content, unsigned mode = 0644);

/// fsync of a folder, so that creations, renames and deletions in it survive a crash.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace agent
