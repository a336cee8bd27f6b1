// What is known of a block without its content: an entry for each snapshot, and the summary that stays in memory for each block.
//
// Entries are small because the index of a block that is being written is held in memory: 56 bytes each, at most kMaxBlockSnapshots.
#pragma once

#include "agent/base/result.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/store/encoding/block_identity.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agent::store {

/// A block with this many snapshots is full; with more it is damaged.
inline constexpr std::size_t kMaxBlockSnapshots = 16384;
/// Blocks are kept below this, whatever the options say; a file with more is refused.
inline constexpr std::uint64_t kMaxBlockBytes = 1ULL << 30U;

struct IndexEntry {
  std::int64_t start_ns = 0;
  std::int64_t duration_ns = 0;
  std::uint64_t fetched_bytes = 0;
  std::uint32_t unique = 0;  ///< the lower bits of the id; its upper bits are the start
  std::uint32_t offset = 0;  ///< of the frame in the file
  std::uint32_t frame_bytes = 0;
  std::uint32_t samples = 0;
  std::uint16_t capture = 0;  ///< index into BlockIndex::captures plus one; 0: none
  model::ProfileType type = model::ProfileType::kCpu;
  model::Cause cause = model::Cause::kSchedule;
  bool operator==(const IndexEntry&) const = default;
};

/// In the order of the file.
struct BlockIndex {
  std::vector<IndexEntry> entries;
  std::vector<std::string> captures;  ///< the capture ids that entries name
  bool operator==(const BlockIndex&) const = default;
};

[[nodiscard]] model::SnapshotId id_of(const IndexEntry& entry);
[[nodiscard]] model::Snapshot snapshot_of(const BlockIdentity& identity, const BlockIndex& index, const IndexEntry& entry);
/// Adds an entry for a snapshot whose frame lies at `offset`. Requires offset and stored_bytes below kMaxBlockBytes.
void add_entry(BlockIndex& index, const model::Snapshot& snapshot, std::uint64_t offset);

/// The payload of an index frame.
[[nodiscard]] std::string encode_index(const BlockIndex& index);
/// Errors: kCorrupt. At most kMaxBlockSnapshots entries; memory is bounded.
[[nodiscard]] Result<BlockIndex> decode_index(std::string_view payload);

/// What a block holds of one type.
struct TypeSummary {
  model::ProfileType type = model::ProfileType::kCpu;
  std::uint64_t snapshots = 0;
  WallTime first = WallTime::max();
  WallTime last = WallTime::min();
  std::uint64_t stored_bytes = 0;
  std::uint64_t fetched_bytes = 0;
};

/// Of the times of all snapshots, which need not be in order in the file.
struct IndexSummary {
  std::uint64_t snapshots = 0;
  WallTime first = WallTime::max();
  WallTime last = WallTime::min();
  model::SnapshotId lowest{~0ULL};
  model::SnapshotId highest{0};
  std::vector<TypeSummary> types;

  void add(const IndexEntry& entry);
};

[[nodiscard]] IndexSummary summarise(const BlockIndex& index);

}  // namespace agent::store
