// Many files as one .tar.gz. The only place of this folder that knows libarchive.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace agent::cli {

/// A .tar.gz that appears whole or not at all (output_file.hpp). The same content gives the same bytes.
class ArchiveWriter {
 public:
  /// Entries go below a folder named as the archive without ".tar.gz". Errors: kConflict when `path` is there, kIo and its kin.
  [[nodiscard]] static Result<std::unique_ptr<ArchiveWriter>> create(const std::filesystem::path& path);
  /// Straight into `out`, which outlives it; entries go below the folder `name`. Errors: kIo.
  [[nodiscard]] static Result<std::unique_ptr<ArchiveWriter>> create(std::ostream& out, const std::string& name);
  virtual ~ArchiveWriter() = default;

  [[nodiscard]] virtual Result<void> add(const std::string& name, std::string_view content, WallTime modified) = 0;
  /// Without it there is no archive.
  [[nodiscard]] virtual Result<void> finish() = 0;
};

}  // namespace agent::cli
