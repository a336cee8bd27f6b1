// Which blocks go. A pure decision: the store carries it out.
//
// Whole blocks, those first whose newest snapshot is oldest. The newest block of a component is kept when age alone speaks against it, and
// goes after all others when bytes or free space do.
#pragma once

#include "agent/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace agent::store {

struct RetentionBlock {
  std::string component;
  WallTime last{};  ///< start of its newest snapshot: an import of old profiles is as old as they are
  std::uint64_t bytes = 0;
};

struct RetentionLimits {
  std::uint64_t max_bytes = 0;       ///< 0: no limit
  Duration max_age{0};               ///< 0: no limit
  std::uint64_t min_free_bytes = 0;  ///< 0: no limit
};

/// Indexes into `blocks` in the order of deletion. `free_bytes` is what the file system has left; each deletion is taken to free its bytes.
[[nodiscard]] std::vector<std::size_t> blocks_to_delete(const std::vector<RetentionBlock>& blocks, const RetentionLimits& limits,
                                                        WallTime now, std::uint64_t free_bytes);

}  // namespace agent::store
