#include "agent/store/encoding/block_model.hpp"

#include <algorithm>

namespace agent::store {
namespace {

// Go takes heap and allocs from the same counters.
model::ProfileType channel_type_of(model::ProfileType type) {
  return type == model::ProfileType::kAllocs ? model::ProfileType::kHeap : type;
}

// Columns that are pairs of a number of objects and their bytes.
bool has_sampled_pairs(const Dictionary& dictionary, const Schema& schema) {
  if (schema.sample_types.empty() || schema.sample_types.size() % 2 != 0 || schema.sample_types.size() > 8 || schema.period <= 0)
    return false;
  for (std::size_t i = 0; i < schema.sample_types.size(); ++i) {
    if (dictionary.string(schema.sample_types[i].unit) != (i % 2 == 0 ? "count" : "bytes")) return false;
  }
  return true;
}

}  // namespace

std::size_t family_of(model::ProfileType type) {
  switch (type) {
    case model::ProfileType::kCpu:
      return 1;
    case model::ProfileType::kGoroutine:
    case model::ProfileType::kThreadcreate:
      return 2;
    case model::ProfileType::kBlock:
    case model::ProfileType::kMutex:
      return 3;
    default:
      return 0;
  }
}

Channel::Channel(const Dictionary& dictionary, model::ProfileType channel_type, const Schema& schema)
    : type(channel_type_of(channel_type)),
      sample_types(schema.sample_types),
      period_type(schema.period_type),
      layout{schema.sample_types.size(), has_sampled_pairs(dictionary, schema), schema.period},
      rows(dictionary) {}

bool Channel::takes(model::ProfileType other, const Schema& schema) const {
  return type == channel_type_of(other) && sample_types == schema.sample_types && period_type == schema.period_type &&
         layout.period == schema.period;
}

BlockModel::BlockModel() : symbols(dictionary), locations(dictionary, symbols), tree(dictionary), schemas(dictionary, symbols) {}

std::uint32_t BlockModel::channel_of(model::ProfileType type, const Schema& schema) {
  const auto found = std::ranges::find_if(channels, [&](const Channel& channel) { return channel.takes(type, schema); });
  if (found != channels.end()) return static_cast<std::uint32_t>(found - channels.begin());
  channels.emplace_back(dictionary, type, schema);
  return static_cast<std::uint32_t>(channels.size() - 1);
}

RecordShape BlockModel::code_dictionary(BitCoder& io, model::ProfileType type, const Schema& schema, SectionBits* measured) {
  std::size_t part = 0;
  double before = 0;
  const auto measure = [&] {
    if (measured == nullptr) return;
    const double now = io.bits_written();
    measured->bits[part++] += now - before;
    before = now;
  };
  locations.code_mappings(io);
  measure();
  if (!io.failed()) locations.code_locations(io);
  if (!io.failed()) locations.code_loose_functions(io);
  measure();
  const std::uint32_t first_new_node = tree.nodes_coded();
  if (!io.failed()) tree.code_nodes(io);
  measure();
  if (!io.failed()) schemas.code_label_sets(io);
  measure();
  if (io.failed()) return {};
  RecordShape shape;
  shape.schema = schemas.code_schema(io, schema, static_cast<std::uint32_t>(type));
  measure();
  if (io.failed()) return {};
  shape.channel = channel_of(type, schemas.schemas()[shape.schema]);
  Channel& channel = channels[shape.channel];
  shape.first_new_row = channel.rows.rows_coded();
  channel.rows.code_new_rows(io, first_new_node);
  measure();
  if (io.failed()) return {};
  shape.row_count = channel.rows.rows_coded();
  if (channel.layout.sampled_pairs) channel.sizes.update(dictionary, channel.layout.period);
  return shape;
}

std::size_t BlockModel::memory_bytes() const {
  std::size_t total =
      dictionary.memory_bytes() + symbols.memory_bytes() + locations.memory_bytes() + tree.memory_bytes() + schemas.memory_bytes();
  for (const Channel& channel : channels) total += channel.rows.memory_bytes() + channel.sizes.memory_bytes();
  return total;
}

}  // namespace agent::store
