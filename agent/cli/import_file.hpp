// One profile file on its way into a store: what it is, and when it was taken.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/pprof/profile.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace agent::cli {

/// --time mtime
struct ModificationTime {};

/// What the command line says of all files of an import.
struct ImportDefaults {
  std::string component;                                          ///< "": only names that pull wrote tell
  std::optional<model::ProfileType> type;                         ///< absent: the name or the content tells
  std::variant<std::monostate, WallTime, ModificationTime> time;  ///< of files that do not say it themselves
};

using ProfileContent = std::variant<pprof::Profile, std::string>;

struct ImportFile {
  model::SnapshotInfo info;
  ProfileContent content;
  std::optional<model::SnapshotId> pulled_id;  ///< when the name says so: its id in the store that it was pulled from
};

/// Bytes of a file that is imported: as a response of a target may have at most, many times over.
inline constexpr std::size_t kMaxImportBytes = 1UL << 30U;

/// Reads and checks one file. Its time is the profile's own; for what has none (a trace, a goroutine dump) the time in the name that pull
/// wrote; else `defaults.time`. Errors: kInvalidArgument (no regular file, ambiguous, contradictory, no component or no name for one, no
/// time or none that a store holds: says what to give), kCorrupt (no profile), kTooLarge, kNotFound, kIo. Messages start with the file's
/// name.
[[nodiscard]] Result<ImportFile> read_import_file(const std::filesystem::path& path, const ImportDefaults& defaults);

/// A number that equal content has in common, whatever the order of its tables; different content differs but for chance.
[[nodiscard]] std::uint64_t fingerprint(const ProfileContent& content);

}  // namespace agent::cli
