// Makes a profile of a snapshot in a block's ids. FORMAT.md says what order its tables are in.
#pragma once

#include "agent/pprof/profile.hpp"
#include "agent/store/encoding/block_model.hpp"
#include "agent/store/encoding/profile_ingest.hpp"

#include <vector>

namespace agent::store {

/// Requires that all ids are in the model; `rows` is the set that the content's rows are of.
[[nodiscard]] pprof::Profile build_profile(const BlockModel& model, const Schema& schema, const std::vector<Row>& rows,
                                           const SnapshotContent& content);

}  // namespace agent::store
