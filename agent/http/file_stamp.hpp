// Notices that a credential file was rotated, by what stat says: cheap enough to ask before each use. Private to agent/http.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace agent::http {

/// Of one moment; all zero when the file is not there.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
  bool operator==(const FileStamp&) const = default;
};

/// Follows symbolic links, as Kubernetes rotates secrets by swapping one.
[[nodiscard]] FileStamp stamp_of(const std::string& path);

/// Of each path; "" stays zero.
[[nodiscard]] std::vector<FileStamp> stamps_of(const std::vector<std::string>& paths);

}  // namespace agent::http
