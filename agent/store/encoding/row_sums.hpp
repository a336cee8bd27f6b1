// Merges snapshots of a block in its own ids: values add up row by row, and one profile is made of the sums.
#pragma once

#include "agent/base/result.hpp"
#include "agent/pprof/profile.hpp"
#include "agent/store/encoding/block_model.hpp"
#include "agent/store/encoding/profile_ingest.hpp"

#include <cstdint>
#include <vector>

namespace agent::store {

class RowSums {
 public:
  /// `model` outlives it, and has decoded the dictionary of all that is added.
  explicit RowSums(const BlockModel& model) : model_(model) {}

  /// In the order that pprof would get the files in.
  void add(const RecordShape& shape, const SnapshotContent& content);
  /// As pprof's merge of all profiles that were added. Requires one at least. Errors: kInvalidArgument (incompatible types); kTooLarge when
  /// its stacks would have more than `most_entries`.
  [[nodiscard]] Result<pprof::Profile> finish(std::size_t most_entries);

 private:
  struct Sum {
    std::uint32_t channel = 0;
    Schema schema;                     // of the first, with the mappings of all
    std::vector<std::int64_t> values;  // by row, then column
    std::vector<bool> seen;            // rows
  };

  [[nodiscard]] SnapshotContent rows_of(const Sum& sum) const;
  [[nodiscard]] std::size_t stack_entries(const Sum& sum, const SnapshotRows& rows) const;
  Sum& sum_of(const RecordShape& shape);
  static void add_rows(Sum& sum, const SnapshotRows& rows, std::size_t columns);
  void add_header(const Schema& schema, const SnapshotContent& content);

  const BlockModel& model_;
  std::vector<Sum> sums_;  // in the order in which they came up
  Schema header_;
  std::int64_t time_nanos_ = 0;
  std::int64_t duration_nanos_ = 0;
};

}  // namespace agent::store
