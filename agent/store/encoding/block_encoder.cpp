#include "agent/store/encoding/block_encoder.hpp"

#include "agent/codec/zstd.hpp"
#include "agent/store/block_limits.hpp"
#include "agent/store/encoding/block_model.hpp"
#include "agent/store/encoding/encoder_limits.hpp"
#include "agent/store/encoding/profile_ingest.hpp"
#include "agent/store/encoding/record_head.hpp"
#include "agent/store/encoding/snapshot_coder.hpp"
#include "agent/store/encoding/text_streams.hpp"

#include <array>
#include <utility>

namespace agent::store {

namespace {

struct Family {
  BlockModel model;
  std::vector<ChannelState> channels;
};

std::size_t text_bytes_of(const pprof::Profile& profile) {
  std::size_t total = 0;
  for (pprof::StringId id = 0; id < profile.strings.size(); ++id) total += profile.strings[id].size();
  return total;
}

}  // namespace

struct BlockEncoder::State {
  explicit State(BlockIdentity of) : identity(std::move(of)) {}

  [[nodiscard]] std::size_t text_bytes() const {
    std::size_t total = 0;
    for (const auto& family : families) total += family ? family->model.dictionary.text_bytes() : 0;
    return total;
  }

  BlockIdentity identity;
  RecordHeadCodec heads;
  TextPacker texts;
  std::array<std::unique_ptr<Family>, kFamilies> families;  // made when they are first needed
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
  auto& slot = state.families[family_of(info.type)];
  if (!slot) slot = std::make_unique<Family>();
  Family& family = *slot;
  if (state.records > 0 && memory_bytes() > EncoderLimits::kBlockBytes) return Error(Errc::kTooLarge, "the block's dictionary is full");
  if (auto checked = check_profile(family.model, profile); !checked) return std::move(checked).error();
  if (state.text_bytes() + text_bytes_of(profile) > DictionaryLimits::kTextBytes)
    return Error(Errc::kTooLarge, "the block has as much text as it may");
  SnapshotContent content = ingest_profile(family.model, info.type, profile);
  BitCoder dictionary;
  const RecordShape shape = family.model.code_dictionary(dictionary, info.type, content.schema, &state.bytes.dictionary);
  while (family.channels.size() < family.model.channels.size())
    family.channels.emplace_back(family.model.channels[family.channels.size()].layout);
  BitCoder rows;
  family.channels[shape.channel].code(rows, family.model, shape, info, content);
  std::string dictionary_section = state.texts.pack(family.model.symbols.texts().finish());
  state.bytes.dictionary.bits.back() += 8 * static_cast<double>(dictionary_section.size());
  dictionary_section.append(dictionary.finish());
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
  std::size_t total = sizeof(State) + state_->texts.memory_bytes();
  for (const auto& family : state_->families) {
    if (!family) continue;
    total += sizeof(Family) + family->model.memory_bytes();
    for (const ChannelState& channel : family->channels) total += channel.memory_bytes();
  }
  return total;
}

}  // namespace agent::store
