// `kprofctl pull`: snapshots as files that every pprof tool opens.
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/console.hpp"
#include "agent/cli/exit_code.hpp"
#include "agent/cli/source.hpp"

#include <cstddef>
#include <filesystem>

namespace agent::cli {

/// Snapshots in one pull; beyond it the window has to be narrowed. About 150 MiB of memory.
inline constexpr std::size_t kMaxPull = 4'000'000;

/// Exactly one of the two is not empty.
struct PullOptions {
  Filter filter;
  std::filesystem::path folder;   ///< made when it is not there
  std::filesystem::path archive;  ///< a .tar.gz, or "-" for stdout
};

/// One file a snapshot, oldest first, under the names of snapshot_file_name.hpp. What is there under such a name is left alone: a file
/// is taken as pulled earlier and not fetched again, the rest is counted as failed; so is a snapshot that cannot be read. The others are
/// pulled all the same. Errors: kNotFound (no snapshot matches), kInvalidArgument (stdout is a terminal), and what stops everything: the
/// server is gone, the disk is full.
[[nodiscard]] Result<ExitCode> pull(Source& source, const PullOptions& options, Console& console);

}  // namespace agent::cli
