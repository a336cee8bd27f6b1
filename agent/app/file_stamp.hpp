// Tells that a file is another one than before.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>

namespace agent::app {

/// What stat() says of a file behind all its symbolic links, so that a ConfigMap's swap of ..data is a change: device, inode, size and time
/// of the last write. All zero when there is none. A poll of this every two seconds sees what inotify sees and also works on network file
/// systems, without watches that must follow each link.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
  bool operator==(const FileStamp&) const = default;
};

[[nodiscard]] FileStamp stamp_of(const std::filesystem::path& file);

}  // namespace agent::app
