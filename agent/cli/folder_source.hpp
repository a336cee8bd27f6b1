// A folder of blocks as a Source: a disk taken from a dead node, or a store beside its running daemon. Never writes to it.
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/source.hpp"

#include <filesystem>
#include <memory>

namespace agent::cli {

/// targets() and captures are kUnsupported: only a daemon has them. Errors: kNotFound (no such folder), kIo.
[[nodiscard]] Result<std::unique_ptr<Source>> make_folder_source(const std::filesystem::path& folder);

}  // namespace agent::cli
