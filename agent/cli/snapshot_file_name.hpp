// The names of profile files: those that pull writes, and what other names tell.
#pragma once

#include "agent/base/time.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace agent::cli {

/// "kubelet-heap-20261124T053628.250Z-019ab6...e1.pb.gz": names of a component and type sort by time. ".trace" and ".txt" for the raw
/// types. Characters that a file name should not have become '_', whoever named the component.
[[nodiscard]] std::string snapshot_file_name(const model::Snapshot& snapshot);

/// ".pb.gz", ".trace" (go tool trace) or ".txt".
[[nodiscard]] std::string_view file_extension(model::ProfileType type);

/// What a file's name says of its content. Component, time and id only from names that pull writes.
struct FileNameFacts {
  std::optional<std::string> component;
  std::optional<model::ProfileType> type;
  std::optional<WallTime> time;  ///< in milliseconds
  std::optional<model::SnapshotId> id;
};

/// Reads a name without its folder. Of other names only the type is known: when exactly one word of the name ("heap-0001.pb.gz",
/// "pprof.kubelet.samples.cpu.001.pb.gz") is a profile type.
[[nodiscard]] FileNameFacts read_file_name(std::string_view name);

}  // namespace agent::cli
