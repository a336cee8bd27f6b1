// What the commands of kprofctl ask, whether a daemon (server_source.hpp) or a folder of blocks (folder_source.hpp) answers. Commands are
// written once, against this; tests answer with tests/support/fake_source.hpp.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/cli/document.hpp"
#include "agent/model/capture.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/model/target_status.hpp"
#include "agent/store/query.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace agent::cli {

/// Which snapshots. Absent and empty: all.
struct Filter {
  std::vector<std::string> components;
  std::vector<model::ProfileType> types;
  std::optional<WallTime> from;  ///< start >= from
  std::optional<WallTime> to;    ///< start < to
  std::optional<model::Cause> cause;
};

/// Whether `snapshot` is one of them.
[[nodiscard]] bool matches(const Filter& filter, const model::SnapshotInfo& snapshot);

/// Blocking, on one thread. Errors that every call may have: cause kUnreachableCause (exit_code.hpp) when no answer came, kUnsupported when
/// this kind of source has no such thing.
class Source {
 public:
  virtual ~Source() = default;

  /// The URL or the folder, for messages.
  [[nodiscard]] virtual std::string name() const = 0;

  /// The shape of the API's Status; of a folder, the part that a folder knows.
  [[nodiscard]] virtual Result<Document> status() = 0;
  [[nodiscard]] virtual Result<std::vector<model::TargetStatus>> targets() = 0;
  /// Sorted by component, then type.
  [[nodiscard]] virtual Result<std::vector<store::Series>> series() = 0;
  /// Newest first, until `visit` returns false. `most` is a hint of how many it will take, 0 for all.
  [[nodiscard]] virtual Result<void> for_each(const Filter& filter, std::uint64_t most,
                                              const std::function<bool(const model::Snapshot&)>& visit) = 0;
  /// The snapshot as a file: gzipped profile.proto, or the bytes of a raw type. Errors: kNotFound, kCorrupt.
  [[nodiscard]] virtual Result<std::string> file(model::SnapshotId id) = 0;
  /// One series over a window, as gzipped profile.proto. `filter` names exactly one component and one type. Errors: kNotFound (no snapshot
  /// in it), kInvalidArgument (a raw type).
  [[nodiscard]] virtual Result<std::string> merge(const Filter& filter) = 0;

  /// Errors: kNotFound (component), kInvalidArgument, kUnavailable (too many run).
  [[nodiscard]] virtual Result<model::Capture> start_capture(const model::CaptureRequest& request) = 0;
  [[nodiscard]] virtual Result<model::Capture> capture(const std::string& id) = 0;

  /// What the calls before could not read: damaged blocks, and blocks of unknown versions. Of a daemon: none, its log and metrics say it.
  [[nodiscard]] virtual std::vector<store::Damage> skipped() { return {}; }
  /// Reads and checks every record.
  [[nodiscard]] virtual Result<store::VerifyReport> verify() = 0;
};

}  // namespace agent::cli
