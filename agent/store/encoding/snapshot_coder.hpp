// Codes the rows section of a record: what a snapshot has beyond the dictionary. FORMAT.md, "Rows section".
#pragma once

#include "agent/model/snapshot.hpp"
#include "agent/store/encoding/bit_coder.hpp"
#include "agent/store/encoding/block_model.hpp"
#include "agent/store/encoding/profile_ingest.hpp"
#include "agent/store/encoding/row_values.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace agent::store {

/// The state of one channel from snapshot to snapshot. Every kKeyInterval-th snapshot is a key: it starts from the state at the first key,
/// so that reading any snapshot takes at most two intervals.
class ChannelState {
 public:
  static constexpr std::uint32_t kKeyInterval = 128;

  explicit ChannelState(const RowLayout& layout) : current_(layout) {}

  /// Codes a snapshot of the channel; the writer's `content`, filled when reading (schema aside). `info` is the record's.
  void code(BitCoder& io, const BlockModel& model, const RecordShape& shape, const model::SnapshotInfo& info, SnapshotContent& content);

  [[nodiscard]] std::uint32_t snapshots() const { return snapshots_; }
  /// Reading only: go on with snapshot number `snapshot` of the channel, a key. Requires that the state has passed the first key.
  void skip_to_key(std::uint32_t snapshot);
  /// Whether the first interval lies behind.
  [[nodiscard]] bool can_skip() const { return first_key_.has_value(); }

  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  void code_times(BitCoder& io, const model::SnapshotInfo& info, SnapshotContent& content);
  void code_repeated(BitCoder& io, const RowLayout& layout, std::uint32_t row_count, SnapshotRows& repeated);
  void code_list(BitCoder& io, std::uint64_t which, std::size_t limit, std::vector<std::uint32_t>& list);

  struct State {
    explicit State(const RowLayout& layout) : rows(layout), coder(10) {}
    RowValues rows;
    ContextCoder coder;  // of all but the rows
  };

  State current_;
  std::optional<State> first_key_;
  std::uint32_t snapshots_ = 0;
};

}  // namespace agent::store
