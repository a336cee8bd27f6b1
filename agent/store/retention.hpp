// Which blocks go. A pure decision: the store carries it out.
//
// Whole blocks, those first whose newest snapshot is oldest. The newest block of a series, and of a component, goes for max_bytes alone,
// and after all others. For the free space of the file system nothing goes at all when that could not reach the limit.
#pragma once

#include "agent/base/time.hpp"
#include "agent/store/block_index.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace agent::store {

struct RetentionBlock {
  std::string component;
  WallTime last{};  ///< start of its newest snapshot: an import of old profiles is as old as they are
  std::uint64_t bytes = 0;
  std::vector<TypeSummary> types = {};  ///< what it has of each series
};

struct RetentionLimits {
  std::uint64_t max_bytes = 0;       ///< 0: no limit
  Duration max_age{0};               ///< 0: no limit
  std::uint64_t min_free_bytes = 0;  ///< 0: no limit
};

struct RetentionPlan {
  std::vector<std::size_t> doomed;  ///< indexes into the blocks, in the order of deletion
  /// Whether min_free_bytes is kept with the doomed gone. When not, none of them is doomed for its sake.
  bool reaches_min_free = true;
  std::uint64_t spare_bytes = 0;  ///< of the blocks that might have gone for min_free_bytes
};

/// `free_bytes` is what the file system has left; each deletion is taken to free its bytes.
[[nodiscard]] RetentionPlan blocks_to_delete(const std::vector<RetentionBlock>& blocks, const RetentionLimits& limits, WallTime now,
                                             std::uint64_t free_bytes);

}  // namespace agent::store
