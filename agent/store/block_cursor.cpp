#include "agent/store/block_cursor.hpp"

#include <algorithm>

namespace agent::store {

bool may_match(const SnapshotQuery& query, const BlockSummary& block) {
  const auto& content = block.content;
  if (query.component && block.header.identity.component != *query.component) return false;
  if (query.from && content.last < *query.from) return false;
  if (query.to && content.first >= *query.to) return false;
  if (query.before && content.lowest >= *query.before) return false;
  if (!query.type) return true;
  return std::any_of(content.types.begin(), content.types.end(), [&](const TypeSummary& type) { return type.type == *query.type; });
}

std::vector<std::size_t> matching_positions(const SnapshotQuery& query, const BlockIndex& index) {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < index.entries.size(); ++i) {
    const auto& entry = index.entries[i];
    const auto start = from_unix_nanos(entry.start_ns);
    if (query.type && entry.type != *query.type) continue;
    if (query.cause && entry.cause != *query.cause) continue;
    if (query.from && start < *query.from) continue;
    if (query.to && start >= *query.to) continue;
    if (query.before && id_of(entry) >= *query.before) continue;
    positions.push_back(i);
  }
  return positions;
}

BlockCursor::BlockCursor(std::shared_ptr<const BlockSummary> block, BlockIndex index, const SnapshotQuery& query)
    : block_(std::move(block)), index_(std::move(index)), positions_(matching_positions(query, index_)) {
  const auto by_id = [this](std::size_t a, std::size_t b) { return id_of(index_.entries[a]) < id_of(index_.entries[b]); };
  if (!std::is_sorted(positions_.begin(), positions_.end(), by_id)) std::sort(positions_.begin(), positions_.end(), by_id);
}

}  // namespace agent::store
