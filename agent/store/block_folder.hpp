// Block files of a folder: reading their summaries, and mending what a crash left of them.
#pragma once

#include "agent/base/result.hpp"
#include "agent/store/block_source.hpp"
#include "agent/store/file_system.hpp"

#include <filesystem>
#include <string>

namespace agent::store {

/// Errors: as of read_block, and kNotFound.
[[nodiscard]] Result<BlockContents> open_block(FileSystem& files, const std::filesystem::path& path);

/// "3 snapshots behind damage at 4711 cannot be read".
[[nodiscard]] std::string unreadable_behind(std::uint64_t snapshots, std::uint64_t offset);

[[nodiscard]] BlockSummary summary_of(std::string file, const BlockContents& contents);

/// Makes an open block of an earlier run final: cuts what stands behind its last whole frame and seals it. `contents` is as read and
/// becomes what it is then. Errors: kIo and its kin; the block is readable all the same.
[[nodiscard]] Result<void> seal_block(FileSystem& files, const std::filesystem::path& path, BlockContents& contents);

}  // namespace agent::store
