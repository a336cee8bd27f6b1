// Which snapshots of a block a query asks for, and a walk over them from the newest to the oldest.
#pragma once

#include "agent/store/block_source.hpp"
#include "agent/store/query.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace agent::store {

/// False when no snapshot of the block can be asked for; cheap.
[[nodiscard]] bool may_match(const SnapshotQuery& query, const BlockSummary& block);
/// Positions of the entries that are asked for, ascending. The component is the block's and not looked at.
[[nodiscard]] std::vector<std::size_t> matching_positions(const SnapshotQuery& query, const BlockIndex& index);

class BlockCursor {
 public:
  BlockCursor(std::shared_ptr<const BlockSummary> block, BlockIndex index, const SnapshotQuery& query);

  [[nodiscard]] bool at_end() const { return positions_.empty(); }
  // The rest requires !at_end().
  [[nodiscard]] model::SnapshotId id() const { return id_of(index_.entries[positions_.back()]); }
  [[nodiscard]] model::Snapshot snapshot() const { return snapshot_of(block_->header.identity, index_, index_.entries[positions_.back()]); }
  void advance() { positions_.pop_back(); }

 private:
  std::shared_ptr<const BlockSummary> block_;
  BlockIndex index_;
  std::vector<std::size_t> positions_;  // by id, ascending
};

}  // namespace agent::store
