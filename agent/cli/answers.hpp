// The API's JSON (agent/api/openapi.yaml) as values of the model: the way back of views.hpp.
//
// A key that is missing reads as null, and an unknown key is ignored, so that kprofctl works with daemons a little older or newer than
// itself. Errors of all: kCorrupt, naming the key that is not what it should be.
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/document.hpp"
#include "agent/model/capture.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/model/target_status.hpp"
#include "agent/store/query.hpp"

#include <optional>
#include <vector>

namespace agent::cli {

struct SnapshotPage {
  std::vector<model::Snapshot> snapshots;
  std::optional<model::SnapshotId> next;
};

[[nodiscard]] Result<SnapshotPage> read_snapshots(const Document& answer);
[[nodiscard]] Result<std::vector<model::TargetStatus>> read_targets(const Document& answer);
[[nodiscard]] Result<std::vector<store::Series>> read_series(const Document& answer);
[[nodiscard]] Result<model::Capture> read_capture(const Document& answer);

}  // namespace agent::cli
