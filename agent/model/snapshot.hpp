// A snapshot: one profile as taken. Its bytes are the store's; this is what is known of it.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/model/profile_type.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace agent::model {

/// Names a snapshot within a store: its start in milliseconds since the epoch in the upper 42 bits, 22 bits that make it unique below. So
/// ids sort by time and say where to look. Written as 16 hex digits.
struct SnapshotId {
  std::uint64_t value = 0;
  auto operator<=>(const SnapshotId&) const = default;
};

[[nodiscard]] SnapshotId make_snapshot_id(WallTime start, std::uint32_t unique);
/// The start of the snapshot, cut to milliseconds.
[[nodiscard]] WallTime time_of(SnapshotId id);
[[nodiscard]] std::string to_string(SnapshotId id);
/// Errors: kInvalidArgument.
[[nodiscard]] Result<SnapshotId> parse_snapshot_id(std::string_view text);

/// Why a snapshot was taken.
enum class Cause { kSchedule, kIncident, kManual };

[[nodiscard]] std::string_view to_string(Cause cause);
/// Errors: kInvalidArgument, listing the words.
[[nodiscard]] Result<Cause> parse_cause(std::string_view word);

/// The process behind a target. A restart changes it even when the pid comes back.
struct Process {
  std::int64_t pid = 0;   ///< 0 when unknown (imported, or behind a proxy)
  WallTime start_time{};  ///< epoch when unknown
  bool operator==(const Process&) const = default;
};

/// What a scraper knows of a snapshot before it is stored.
struct SnapshotInfo {
  std::string component;
  ProfileType type = ProfileType::kCpu;
  WallTime start{};
  Duration duration{0};  ///< 0 for types that are taken at an instant
  Cause cause = Cause::kSchedule;
  Process process;
  std::string component_version;    ///< "" when unknown
  std::string capture_id;           ///< of the capture or incident that asked for it, else ""
  std::uint64_t fetched_bytes = 0;  ///< the size of the response as it came
};

/// A stored snapshot.
struct Snapshot {
  SnapshotId id;
  SnapshotInfo info;
  std::uint64_t stored_bytes = 0;  ///< what it added to the store, dictionary entries included
  std::uint64_t samples = 0;       ///< rows of the profile; 0 for raw types
};

/// The cause of the error with which a store says that it holds a snapshot in memory until the disk takes it.
inline constexpr std::string_view kWaitsForDisk = "store_unwritable";

}  // namespace agent::model
