// What a store finds in its folder when it starts, and makes good.
#pragma once

#include "agent/base/log.hpp"
#include "agent/base/result.hpp"
#include "agent/store/block_source.hpp"
#include "agent/store/file_system.hpp"

#include <filesystem>
#include <vector>

namespace agent::store {

enum class RecoveryMode {
  kMend,  ///< the lock is held: cut torn tails, seal, delete files that never were blocks
  kLook,  ///< the disk cannot be written: only read
};

struct Recovered {
  std::vector<BlockSummary> blocks;
  std::vector<Damage> skipped;      ///< left alone: unknown versions, files that are no blocks, files that cannot be read
  std::uint64_t next_sequence = 0;  ///< past that of every snapshot
};

/// Errors: kNotFound (no folder), kIo. A single bad file is not an error.
[[nodiscard]] Result<Recovered> recover(FileSystem& files, const std::filesystem::path& folder, RecoveryMode mode, Logger& log);

}  // namespace agent::store
