// Questions to a store.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/pprof/profile.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace agent::store {

/// Which snapshots. Absent: all.
struct SnapshotQuery {
  std::optional<std::string> component{};
  std::optional<model::ProfileType> type{};
  std::optional<WallTime> from{};  ///< start >= from
  std::optional<WallTime> to{};    ///< start < to
  std::optional<model::Cause> cause{};
  std::optional<model::SnapshotId> before{};  ///< id < before: the cursor of the next page
};

/// One series: what the store holds of a component and type.
struct Series {
  std::string component;
  model::ProfileType type = model::ProfileType::kCpu;
  std::uint64_t snapshots = 0;
  WallTime first{};
  WallTime last{};
  std::uint64_t stored_bytes = 0;
  std::uint64_t fetched_bytes = 0;
};

/// A snapshot with its content: a profile, or the bytes of a raw type.
struct StoredProfile {
  model::Snapshot snapshot;
  std::variant<pprof::Profile, std::string> content;
};

/// One thing that verify() found wrong.
struct Damage {
  std::filesystem::path file;
  std::uint64_t offset = 0;
  std::string what;
};

struct VerifyReport {
  std::uint64_t blocks = 0;
  std::uint64_t records = 0;
  std::uint64_t snapshots = 0;  ///< that can be read
  std::uint64_t bytes = 0;
  std::vector<Damage> damage;    ///< at most 1000
  std::vector<Damage> notes{};   ///< what is no damage but worth knowing: "not sealed; 12 bytes torn tail"; at most 1000
  std::uint64_t unreadable = 0;  ///< snapshots that cannot be read, as far as they can be told apart
};

/// Reads a folder of blocks. Thread-safe; each call sees the snapshots acknowledged before it. Memory is bounded by one block at a time.
class StoreReader {
 public:
  /// A folder, with or without a daemon that writes it; never writes to it. Errors: kNotFound, kIo. Blocks of an unknown version are
  /// skipped, see skipped().
  [[nodiscard]] static Result<std::unique_ptr<StoreReader>> open(const std::filesystem::path& folder);
  virtual ~StoreReader() = default;

  /// Visits newest first until `visit` returns false. Streams: holds the index of one block at a time.
  [[nodiscard]] virtual Result<void> for_each(const SnapshotQuery& query,
                                              const std::function<bool(const model::Snapshot&)>& visit) const = 0;
  /// Sorted by component, then type.
  [[nodiscard]] virtual Result<std::vector<Series>> series() const = 0;
  /// Errors: kNotFound, kCorrupt.
  [[nodiscard]] virtual Result<model::Snapshot> find(model::SnapshotId id) const = 0;
  [[nodiscard]] virtual Result<StoredProfile> read(model::SnapshotId id) const = 0;
  /// The snapshots as pprof's own merge would add them (pprof.md section 4), computed in each block's ids; blocks are merged as profiles.
  /// `query` must name component and type. Errors: kInvalidArgument (no component or type, a raw type), kNotFound (no snapshot in it),
  /// kCorrupt.
  [[nodiscard]] virtual Result<pprof::Profile> merge(const SnapshotQuery& query) const = 0;
  /// Reads and checks every record, and decodes every snapshot.
  [[nodiscard]] virtual Result<VerifyReport> verify() const = 0;
  /// Files that were left alone, with the reason ("unknown format version 7"), and damaged blocks with what cannot be read of them ("3
  /// snapshots behind damage at 4711 cannot be read"). Damage inside a sealed block is known once a read met it.
  [[nodiscard]] virtual std::vector<Damage> skipped() const = 0;
};

}  // namespace agent::store
