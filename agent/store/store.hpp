// The store: snapshots on disk, found by time, read back as they were. Formats: agent/store/FORMAT.md.
//
// Store is the daemon's (one process writes a folder, held by a lock file); StoreReader reads any folder, also while a daemon writes it.
#pragma once

#include "agent/base/clock.hpp"
#include "agent/base/log.hpp"
#include "agent/base/result.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/pprof/profile.hpp"
#include "agent/store/query.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace agent::store {

struct StoreOptions {
  std::filesystem::path path;
  std::uint64_t max_bytes = 2ULL << 30U;          ///< of all blocks; 0: no limit
  Duration max_age = std::chrono::hours(24 * 7);  ///< 0: no limit
  /// Of the file system: oldest blocks go to leave that much, but none when that could not reach it, and never the newest of a component.
  std::uint64_t min_free_bytes = 512ULL << 20U;
  std::uint64_t max_memory_bytes =
      4ULL << 20U;  ///< of snapshots that wait for a disk that does not take them; the oldest are dropped past it
  std::uint64_t max_block_bytes = 8ULL << 20U;  ///< reading a block holds its bytes
  Duration max_block_span = std::chrono::hours(6);
};

/// Whether the disk takes snapshots, for /readyz, metrics and the log.
struct StoreState {
  bool writable = true;
  std::string reason;                   ///< "" when writable: "no space left on device: ..."
  std::uint64_t pending_snapshots = 0;  ///< in memory, not acknowledged
  std::uint64_t pending_bytes = 0;
  std::uint64_t dropped_snapshots = 0;  ///< pushed out of memory since start
  std::uint64_t deleted_blocks = 0;     ///< past the limits, since start
  std::uint64_t damaged_blocks = 0;     ///< some of whose snapshots cannot be read, as far as known
  std::uint64_t bytes = 0;              ///< of all blocks
  std::uint64_t blocks = 0;
  std::uint64_t snapshots = 0;
  WallTime oldest{};  ///< epoch when empty
};

/// Thread-safe; calls block on disk and CPU, so the daemon makes them on its worker pool. Appends are serialised inside.
class Store {
 public:
  /// Creates the folder, takes its lock, cuts torn tails, deletes leftovers. A read-only or full disk is not an error: the store starts
  /// unwritable. Errors: kConflict (another process holds the lock), kInvalidArgument (path is not a folder), kIo.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(StoreOptions options, const Clock& clock, Logger& log);
  virtual ~Store() = default;

  /// Returns once the snapshot is on disk (fdatasync). kUnavailable with cause model::kWaitsForDisk: it
  /// waits in memory and is written when the disk takes it again, or dropped past max_memory_bytes; StoreState counts both.
  [[nodiscard]] virtual Result<model::Snapshot> append(const model::SnapshotInfo& info, const pprof::Profile& profile) = 0;
  /// For types that are not profile.proto; kept as they came.
  [[nodiscard]] virtual Result<model::Snapshot> append_raw(const model::SnapshotInfo& info, std::string_view bytes) = 0;

  /// Deletes whole blocks past the limits, retries pending snapshots, seals blocks past their span. Called every few seconds; also by
  /// append when due.
  virtual void maintain() = 0;
  /// Takes effect at the next maintain(); the path cannot change.
  virtual void reconfigure(const StoreOptions& options) = 0;
  /// Seals or syncs what is open. Appends after it are refused.
  [[nodiscard]] virtual Result<void> close() = 0;

  [[nodiscard]] virtual StoreState state() const = 0;
  /// Sees every acknowledged snapshot. Lives as long as the store.
  [[nodiscard]] virtual const StoreReader& reader() const = 0;
};

}  // namespace agent::store
