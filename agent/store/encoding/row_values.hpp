// Codes which rows a snapshot has and their values, from what the rows were in the snapshots of the channel before. FORMAT.md, "Rows".
#pragma once

#include "agent/store/encoding/bit_coder.hpp"
#include "agent/store/encoding/context_coder.hpp"
#include "agent/store/encoding/dictionary.hpp"
#include "agent/store/encoding/row_set.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace agent::store {

/// The rows of one snapshot, each at most once, ascending; values[i * columns ...) are those of rows[i].
struct SnapshotRows {
  std::vector<std::uint32_t> rows;
  std::vector<std::int64_t> values;
};

/// Rows [0, count) are known; those from first_new on were added by this snapshot, and are in it.
struct RowRange {
  std::uint32_t first_new = 0;
  std::uint32_t count = 0;
};

/// How the values of a channel are to be read.
struct RowLayout {
  std::size_t columns = 0;
  bool sampled_pairs = false;  ///< the columns are (objects, bytes) pairs of a Go heap profile, sampled at one each `period` bytes
  std::int64_t period = 0;
};

/// The size that a label set gives its row in a sampled heap profile: the number of its one label "bytes". Kept for all sets.
class SampledSizes {
 public:
  struct Entry {
    std::int64_t size = 0;  // 0: none
    double scale = 1;
  };
  /// Takes in the label sets that are new in the dictionary.
  void update(const Dictionary& dictionary, std::int64_t rate);
  [[nodiscard]] Entry of(std::uint32_t labels) const { return labels < entries_.size() ? entries_[labels] : Entry{}; }
  [[nodiscard]] std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  std::vector<Entry> entries_;
};

/// The state of a channel between two snapshots. A value: a copy taken at a key snapshot is what later keys start from.
class RowValues {
 public:
  explicit RowValues(const RowLayout& layout) : layout_(layout), coder_(12) {}

  /// One snapshot; when reading, `snapshot` is filled. `step` (0 to 3) tells the snapshots of a channel apart that come in turns.
  void code(BitCoder& io, const RowSet& rows, const SampledSizes& sizes, const RowRange& range, std::uint32_t step, SnapshotRows& snapshot);

  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct Memory {
    std::uint8_t presence = 0;  // of the last eight snapshots, the last in bit 0
    std::uint8_t changes = 0;   // of the last eight times that it was present
    std::uint8_t seen = 0;      // times present, up to 255
    std::uint8_t inexact = 0;   // bit p: pair p was not what the sampler would write
  };

  [[nodiscard]] bool is_same(const SnapshotRows& given, std::size_t at, std::uint32_t begin, std::uint32_t end) const;
  [[nodiscard]] bool is_unchanged(std::uint32_t row, const std::int64_t* values) const;
  void code_known_row(BitCoder& io, std::uint32_t row, const SampledSizes::Entry& size, bool same, const std::int64_t* values,
                      SnapshotRows& snapshot);
  void code_values(BitCoder& io, std::uint32_t row, const SampledSizes::Entry& size, const std::int64_t* given, SnapshotRows& snapshot);
  void code_pairs(BitCoder& io, std::uint32_t row, const SampledSizes::Entry& size, std::int64_t* values);
  void code_columns(BitCoder& io, std::uint32_t row, std::int64_t* values);
  static void note_presence(Memory& memory, bool changed);

  RowLayout layout_;
  ContextCoder coder_;
  std::vector<Memory> memory_;
  std::vector<std::int64_t> values_;  // as last seen
  std::vector<std::int64_t> counts_;  // sampled counts of the pairs, as last seen
  std::vector<std::uint8_t> groups_;  // of each 16 rows: in which of the last eight snapshots all were as before
  std::vector<std::uint8_t> widths_;  // of the last change of each column that was not zero
  std::uint32_t recent_changes_ = 0;  // of the rows before this one
  std::uint32_t step_ = 0;
};

}  // namespace agent::store
