// Adds what a profile has to a block's dictionary, and says its samples in the dictionary's ids.
#pragma once

#include "agent/base/result.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/pprof/profile.hpp"
#include "agent/store/encoding/block_model.hpp"
#include "agent/store/encoding/row_values.hpp"
#include "agent/store/encoding/schema.hpp"

#include <cstdint>
#include <vector>

namespace agent::store {

/// A profile in a block's ids.
struct SnapshotContent {
  Schema schema;
  SnapshotRows samples;
  /// Samples of rows that are in `samples` already: as many more with the same stack and labels. Sorted by row.
  SnapshotRows repeated;
  /// Entries of the profile's tables that no sample leads to, or that are there twice.
  std::vector<std::uint32_t> loose_locations;
  std::vector<std::uint32_t> loose_functions;
  std::int64_t time_nanos = 0;
  std::int64_t duration_nanos = 0;
};

/// Whether the profile's indexes are in range and the block still takes its entries, however few are known. Changes nothing.
/// Errors: kInvalidArgument, kTooLarge.
[[nodiscard]] Result<void> check_profile(const BlockModel& model, const pprof::Profile& profile);

/// Requires that check_profile() found nothing.
[[nodiscard]] SnapshotContent ingest_profile(BlockModel& model, model::ProfileType type, const pprof::Profile& profile);

}  // namespace agent::store
