// Checks every record of a folder of blocks.
#pragma once

#include "agent/base/result.hpp"
#include "agent/store/file_system.hpp"
#include "agent/store/query.hpp"

#include <filesystem>

namespace agent::store {

/// As StoreReader::verify. Goes on behind damage as far as frames can be told apart; memory is one block's.
/// What has a block's name and cannot be opened or read (a link, a folder, another user's file) is damage. Errors: kNotFound, kIo, of the
/// folder.
[[nodiscard]] Result<VerifyReport> verify_folder(FileSystem& files, const std::filesystem::path& folder);

}  // namespace agent::store
