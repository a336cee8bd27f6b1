#include "agent/store/block_encoder.hpp"

#include "agent/codec/zstd.hpp"
#include "agent/store/block_limits.hpp"
#include "agent/store/block_model.hpp"
#include "agent/store/profile_ingest.hpp"
#include "agent/store/record_head.hpp"
#include "agent/store/snapshot_coder.hpp"

#include <utility>

namespace agent::store {

struct BlockEncoder::State {
  explicit State(BlockIdentity of) : identity(std::move(of)) {}

  BlockIdentity identity;
  RecordHeadCodec heads;
  BlockModel model;
  std::vector<ChannelState> channels;
  EncodingBytes bytes;
  std::uint64_t records = 0;
};

BlockEncoder::BlockEncoder(BlockIdentity identity) : state_(std::make_unique<State>(std::move(identity))) {}
BlockEncoder::~BlockEncoder() = default;
BlockEncoder::BlockEncoder(BlockEncoder&&) noexcept = default;
BlockEncoder& BlockEncoder::operator=(BlockEncoder&&) noexcept = default;

Result<std::string> BlockEncoder::encode(const model::SnapshotInfo& info, model::SnapshotId id, const pprof::Profile& profile) {
  State& state = *state_;
  if (identity_of(info) != state.identity) return Error(Errc::kInvalidArgument, "the snapshot is of another process than the block");
  if (!model::is_pprof(info.type)) return Error(Errc::kInvalidArgument, "the type is not profile.proto: use encode_raw");
  if (state.records >= kMaxBlockRecords) return Error(Errc::kTooLarge, "the block has as many records as it may");
  if (auto checked = check_profile(state.model, profile); !checked) return std::move(checked).error();
  SnapshotContent content = ingest_profile(state.model, info.type, profile);
  BitCoder dictionary;
  const RecordShape shape = state.model.code_dictionary(dictionary, info.type, content.schema, &state.bytes.dictionary);
  while (state.channels.size() < state.model.channels.size())
    state.channels.emplace_back(state.model.channels[state.channels.size()].layout);
  BitCoder rows;
  state.channels[shape.channel].code(rows, state.model, shape, info, content);
  const std::string dictionary_section = dictionary.finish();
  std::string rows_section = rows.finish();
  std::string payload = state.heads.encode({id, info, profile.sample_count(), false, dictionary_section.size()});
  ++state.records;
  state.bytes.heads += payload.size();
  state.bytes.rows += rows_section.size();
  payload.append(dictionary_section).append(rows_section);
  return payload;
}

Result<std::string> BlockEncoder::encode_raw(const model::SnapshotInfo& info, model::SnapshotId id, std::string_view bytes) {
  State& state = *state_;
  if (identity_of(info) != state.identity) return Error(Errc::kInvalidArgument, "the snapshot is of another process than the block");
  if (bytes.size() > kMaxRawBytes) return Error(Errc::kTooLarge, "more than 64 MiB of raw bytes");
  if (state.records >= kMaxBlockRecords) return Error(Errc::kTooLarge, "the block has as many records as it may");
  std::string payload = state.heads.encode({id, info, 0, true, 0});
  ++state.records;
  payload.append(codec::zstd_compress(bytes, kRawLevel));
  return payload;
}

const BlockIdentity& BlockEncoder::identity() const {
  return state_->identity;
}

const EncodingBytes& BlockEncoder::bytes() const {
  return state_->bytes;
}

std::size_t BlockEncoder::memory_bytes() const {
  std::size_t total = sizeof(State) + state_->model.memory_bytes();
  for (const ChannelState& channel : state_->channels) total += channel.memory_bytes();
  return total;
}

}  // namespace agent::store
