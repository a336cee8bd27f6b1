// All that a block has learnt: its dictionary, and the models that code it. The encoder and the decoder of a block hold one each, and both
// are the same after each record. FORMAT.md, "Dictionary section".
#pragma once

#include "agent/model/profile_type.hpp"
#include "agent/store/encoding/bit_coder.hpp"
#include "agent/store/encoding/dictionary.hpp"
#include "agent/store/encoding/location_coder.hpp"
#include "agent/store/encoding/row_set.hpp"
#include "agent/store/encoding/row_values.hpp"
#include "agent/store/encoding/schema_coder.hpp"
#include "agent/store/encoding/section_bits.hpp"
#include "agent/store/encoding/symbol_coder.hpp"
#include "agent/store/encoding/tree_coder.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace agent::store {

/// Snapshots whose rows are coded against each other: one profile type with the same sample types and period. heap and allocs, which Go
/// takes from the same counters, are one channel.
struct Channel {
  Channel(const Dictionary& dictionary, model::ProfileType channel_type, const Schema& schema);

  [[nodiscard]] bool takes(model::ProfileType other, const Schema& schema) const;

  model::ProfileType type;
  std::vector<pprof::ValueType> sample_types;
  pprof::ValueType period_type;
  RowLayout layout;
  RowSet rows;
  SampledSizes sizes;
};

/// What a record's dictionary section says of its snapshot.
struct RecordShape {
  std::uint32_t schema = 0;
  std::uint32_t channel = 0;
  std::uint32_t first_new_row = 0;
  std::uint32_t row_count = 0;  ///< of the channel, once this record is in it
};

/// Types that have a model in common. A block has one for each: a reader of heap profiles has no use for what others name.
[[nodiscard]] std::size_t family_of(model::ProfileType type);
inline constexpr std::size_t kFamilies = 4;

class BlockModel {
 public:
  BlockModel();
  BlockModel(const BlockModel&) = delete;
  BlockModel& operator=(const BlockModel&) = delete;

  /// Codes what is new in the dictionary and in the snapshot's channel. The writer has added it all beforehand, in the order of coding.
  RecordShape code_dictionary(BitCoder& io, model::ProfileType type, const Schema& schema, SectionBits* measured = nullptr);
  /// The channel of such a snapshot, made if there is none. Its number is the same for the reader, who makes them in the same order.
  std::uint32_t channel_of(model::ProfileType type, const Schema& schema);

  [[nodiscard]] std::size_t memory_bytes() const;

  Dictionary dictionary;
  SymbolCoder symbols;
  LocationCoder locations;
  TreeCoder tree;
  SchemaCoder schemas;
  std::vector<Channel> channels;
};

}  // namespace agent::store
