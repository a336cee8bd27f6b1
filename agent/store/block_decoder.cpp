#include "agent/store/block_decoder.hpp"

#include "agent/codec/zstd.hpp"
#include "agent/pprof/merge.hpp"
#include "agent/store/block_limits.hpp"
#include "agent/store/block_model.hpp"
#include "agent/store/profile_builder.hpp"
#include "agent/store/record_head.hpp"
#include "agent/store/row_sums.hpp"
#include "agent/store/snapshot_coder.hpp"

#include <utility>

namespace agent::store {
namespace {

struct Record {
  std::string_view dictionary;  // sections
  std::string_view rows;
  bool raw = false;
  RecordShape shape;  // once its dictionary section is decoded
  std::uint32_t number_in_channel = 0;
};

Error damaged(std::size_t index, std::string_view what) {
  return Error(Errc::kCorrupt, "record " + std::to_string(index) + ": " + std::string(what));
}

}  // namespace

struct BlockDecoder::State {
  explicit State(BlockIdentity of) : identity(std::move(of)) {}

  Result<void> decode_dictionary(std::size_t index);
  Result<SnapshotContent> decode_rows(std::size_t index);
  Result<void> decode_next_rows(std::uint32_t channel, SnapshotContent& content);

  BlockIdentity identity;
  RecordHeadCodec heads;
  std::vector<model::Snapshot> snapshots;
  std::vector<Record> records;
  std::unique_ptr<BlockModel> model;  // made when it is first needed
  std::size_t dictionaries_decoded = 0;
  bool broken = false;  // at dictionaries_decoded
  std::vector<ChannelState> channels;
  std::vector<std::vector<std::size_t>> channel_records;
};

BlockDecoder::BlockDecoder(BlockIdentity identity) : state_(std::make_unique<State>(std::move(identity))) {}
BlockDecoder::~BlockDecoder() = default;
BlockDecoder::BlockDecoder(BlockDecoder&&) noexcept = default;
BlockDecoder& BlockDecoder::operator=(BlockDecoder&&) noexcept = default;

Result<void> BlockDecoder::add(std::string_view payload, std::size_t framing) {
  State& state = *state_;
  if (state.records.size() >= kMaxBlockRecords) return Error(Errc::kCorrupt, "more records than a block may have");
  std::string_view rest = payload;
  auto head = state.heads.decode(rest);
  if (!head) return std::move(head).error();
  model::Snapshot snapshot{head->id, std::move(head->info), payload.size() + framing, head->samples};
  snapshot.info.component = state.identity.component;
  snapshot.info.process = state.identity.process;
  snapshot.info.component_version = state.identity.component_version;
  state.snapshots.push_back(std::move(snapshot));
  state.records.push_back({rest.substr(0, head->dictionary_bytes), rest.substr(head->dictionary_bytes), head->raw, {}, 0});
  return {};
}

const std::vector<model::Snapshot>& BlockDecoder::snapshots() const {
  return state_->snapshots;
}

Result<void> BlockDecoder::State::decode_dictionary(std::size_t index) {
  if (!model) model = std::make_unique<BlockModel>();
  while (dictionaries_decoded <= index) {
    if (broken) return damaged(dictionaries_decoded, "its dictionary section is damaged");
    Record& record = records[dictionaries_decoded];
    if (!record.raw) {
      BitCoder io(record.dictionary);
      record.shape = model->code_dictionary(io, snapshots[dictionaries_decoded].info.type, {});
      if (io.failed()) {
        broken = true;
        continue;
      }
      while (channels.size() < model->channels.size()) {
        channels.emplace_back(model->channels[channels.size()].layout);
        channel_records.emplace_back();
      }
      record.number_in_channel = static_cast<std::uint32_t>(channel_records[record.shape.channel].size());
      channel_records[record.shape.channel].push_back(dictionaries_decoded);
    }
    ++dictionaries_decoded;
  }
  return {};
}

Result<void> BlockDecoder::State::decode_next_rows(std::uint32_t channel, SnapshotContent& content) {
  ChannelState& state = channels[channel];
  const std::size_t index = channel_records[channel][state.snapshots()];
  BitCoder io(records[index].rows);
  content = {};
  state.code(io, *model, records[index].shape, snapshots[index].info, content);
  if (!io.failed()) return {};
  state = ChannelState(model->channels[channel].layout);
  return damaged(index, "its rows section is damaged");
}

Result<SnapshotContent> BlockDecoder::State::decode_rows(std::size_t index) {
  if (auto decoded = decode_dictionary(index); !decoded) return std::move(decoded).error();
  const Record& record = records[index];
  const std::uint32_t wanted = record.number_in_channel;
  const std::uint32_t key = wanted / ChannelState::kKeyInterval * ChannelState::kKeyInterval;
  ChannelState& channel = channels[record.shape.channel];
  SnapshotContent content;
  if (channel.snapshots() > wanted && !(channel.can_skip() && key > 0))
    channel = ChannelState(model->channels[record.shape.channel].layout);
  while (channel.snapshots() <= wanted || channel.snapshots() > wanted + 1) {
    if (channel.can_skip() && key > 0 && (channel.snapshots() < key || channel.snapshots() > wanted)) channel.skip_to_key(key);
    if (auto decoded = decode_next_rows(record.shape.channel, content); !decoded) return std::move(decoded).error();
  }
  return content;
}

Result<std::variant<pprof::Profile, std::string>> BlockDecoder::read(std::size_t index) {
  using Content = std::variant<pprof::Profile, std::string>;
  State& state = *state_;
  const Record& record = state.records[index];
  if (record.raw) {
    auto bytes = codec::zstd_decompress(record.rows, kMaxRawBytes);
    if (!bytes) return damaged(index, bytes.error().message());
    return Content(std::move(*bytes));
  }
  auto content = state.decode_rows(index);
  if (!content) return std::move(content).error();
  const Channel& channel = state.model->channels[record.shape.channel];
  return Content(build_profile(*state.model, state.model->schemas.schemas()[record.shape.schema], channel.rows.rows(), *content));
}

Result<pprof::Profile> BlockDecoder::merge(std::span<const std::size_t> indexes) {
  State& state = *state_;
  if (indexes.empty()) return Error(Errc::kInvalidArgument, "no snapshots to merge", "no_profiles");
  for (const std::size_t index : indexes) {
    if (state.records[index].raw)
      return Error(Errc::kInvalidArgument, "a snapshot that is no profile cannot be merged", "incompatible_profiles");
  }
  if (auto decoded = state.decode_dictionary(indexes.back()); !decoded) return std::move(decoded).error();
  RowSums sums(*state.model);
  for (const std::size_t index : indexes) {
    auto content = state.decode_rows(index);
    if (!content) return std::move(content).error();
    sums.add(state.records[index].shape, *content);
  }
  return sums.finish();
}

}  // namespace agent::store
