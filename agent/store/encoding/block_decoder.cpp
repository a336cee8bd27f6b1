#include "agent/store/encoding/block_decoder.hpp"

#include "agent/codec/zstd.hpp"
#include "agent/pprof/merge.hpp"
#include "agent/store/block_limits.hpp"
#include "agent/store/encoding/block_model.hpp"
#include "agent/store/encoding/profile_builder.hpp"
#include "agent/store/encoding/record_head.hpp"
#include "agent/store/encoding/row_sums.hpp"
#include "agent/store/encoding/snapshot_coder.hpp"
#include "agent/store/encoding/text_streams.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace agent::store {
namespace {

struct Record {
  std::string_view dictionary;  // sections; once its text is unpacked the dictionary's bits
  std::string_view rows;
  bool raw = false;
  RecordShape shape;  // once its dictionary section is decoded
  std::uint32_t number_in_channel = 0;
  std::string text;
};

// What the records of a family of types have in common.
struct Family {
  BlockModel model;
  std::size_t decoded = 0;     // of its records, their dictionary sections
  std::optional<Errc> failed;  // at that one: kCorrupt or kTooLarge
  std::vector<ChannelState> channels;
  std::vector<std::vector<std::size_t>> channel_records;
};

Error damaged(std::size_t index, std::string_view what) {
  return Error(Errc::kCorrupt, "record " + std::to_string(index) + ": " + std::string(what));
}

Error too_large(std::size_t index) {
  return Error(Errc::kTooLarge,
               "record " + std::to_string(index) + ": takes more memory than the agent has for it; read it with kprofctl --store DIR",
               "block_too_large");
}

Error failed_at(Errc code, std::size_t index, std::string_view what) {
  return code == Errc::kTooLarge ? too_large(index) : damaged(index, what);
}

std::size_t memory_of(const Family& family) {
  std::size_t total = family.model.memory_bytes();
  for (const ChannelState& channel : family.channels) total += channel.memory_bytes();
  return total;
}

/// So that one record adds no more than it may. A coder fails when it reaches a bound, so that it is one past what is allowed.
DictionaryBounds bounds_for(const Dictionary& dictionary, const DecoderLimits& limits) {
  DictionaryBounds bounds;
  bounds.functions = std::min(bounds.functions, dictionary.functions().size() + limits.functions + 1);
  bounds.locations = std::min(bounds.locations, dictionary.locations().size() + limits.locations + 1);
  bounds.lines = std::min(bounds.lines, dictionary.line_count() + limits.lines + 1);
  bounds.nodes = std::min(bounds.nodes, dictionary.nodes().size() + limits.nodes + 1);
  bounds.text_bytes = std::min(bounds.text_bytes, dictionary.text_bytes() + limits.string_bytes + 1);
  return bounds;
}

}  // namespace

struct BlockDecoder::State {
  State(BlockIdentity of, const DecoderLimits& given) : identity(std::move(of)), limits(given) {}

  [[nodiscard]] std::size_t family_number(std::size_t index) const { return family_of(snapshots[index].info.type); }
  Family& family(std::size_t index);
  Result<void> unpack_texts(std::size_t index);
  Result<void> decode_dictionary(std::size_t index);
  Result<void> decode_next_dictionary(Family& of, std::size_t index);
  Result<SnapshotContent> decode_rows(std::size_t index);
  Result<void> decode_next_rows(Family& of, std::uint32_t channel, SnapshotContent& content);

  BlockIdentity identity;
  DecoderLimits limits;
  RecordHeadCodec heads;
  std::vector<model::Snapshot> snapshots;
  std::vector<Record> records;
  TextPacker texts;
  std::size_t texts_unpacked = 0;
  std::optional<Errc> texts_failed;                                // at that one: kCorrupt or kTooLarge
  std::array<std::vector<std::size_t>, kFamilies> family_records;  // with their text
  std::array<std::unique_ptr<Family>, kFamilies> families;         // made when they are first needed
};

BlockDecoder::BlockDecoder(BlockIdentity identity, const DecoderLimits& limits)
    : state_(std::make_unique<State>(std::move(identity), limits)) {}
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
  state.records.push_back({rest.substr(0, head->dictionary_bytes), rest.substr(head->dictionary_bytes), head->raw, {}, 0, {}});
  return {};
}

const std::vector<model::Snapshot>& BlockDecoder::snapshots() const {
  return state_->snapshots;
}

Family& BlockDecoder::State::family(std::size_t index) {
  auto& of = families[family_number(index)];
  if (!of) of = std::make_unique<Family>();
  return *of;
}

Result<void> BlockDecoder::State::unpack_texts(std::size_t index) {
  for (; texts_unpacked <= index && !texts_failed; ++texts_unpacked) {
    Record& record = records[texts_unpacked];
    if (record.raw) continue;
    auto text = texts.unpack(record.dictionary, limits.text_bytes);
    if (!text) {
      // Past the format's own limit it is damage.
      const bool is_large = text.error().code() == Errc::kTooLarge && limits.text_bytes != DecoderLimits::kNone;
      texts_failed = is_large ? Errc::kTooLarge : Errc::kCorrupt;
      break;
    }
    record.text = std::move(*text);
    family_records[family_number(texts_unpacked)].push_back(texts_unpacked);
  }
  if (texts_unpacked <= index) return failed_at(*texts_failed, texts_unpacked, "its strings are damaged");
  return {};
}

Result<void> BlockDecoder::State::decode_dictionary(std::size_t index) {
  if (auto unpacked = unpack_texts(index); !unpacked) return unpacked;
  Family& of = family(index);
  const auto& its_records = family_records[family_number(index)];
  while (of.decoded < its_records.size() && its_records[of.decoded] <= index) {
    if (auto decoded = decode_next_dictionary(of, its_records[of.decoded]); !decoded) return decoded;
  }
  return {};
}

Result<void> BlockDecoder::State::decode_next_dictionary(Family& of, std::size_t index) {
  Record& record = records[index];
  const bool has_many_samples = limits.samples != DecoderLimits::kNone && snapshots[index].samples > limits.samples;
  if (!of.failed && (has_many_samples || (of.decoded > 0 && memory_of(of) > limits.model_bytes))) of.failed = Errc::kTooLarge;
  if (!of.failed) {
    of.model.dictionary.set_bounds(bounds_for(of.model.dictionary, limits));
    BitCoder io(record.dictionary);
    if (!of.model.symbols.texts().open(record.text)) io.fail();
    record.shape = of.model.code_dictionary(io, snapshots[index].info.type, {});
    record.text = {};
    if (io.failed()) of.failed = of.model.dictionary.is_full() ? Errc::kTooLarge : Errc::kCorrupt;
  }
  if (of.failed) return failed_at(*of.failed, index, "its dictionary section is damaged");
  while (of.channels.size() < of.model.channels.size()) {
    of.channels.emplace_back(of.model.channels[of.channels.size()].layout);
    of.channel_records.emplace_back();
  }
  auto& in_channel = of.channel_records[record.shape.channel];
  record.number_in_channel = static_cast<std::uint32_t>(in_channel.size());
  in_channel.push_back(index);
  ++of.decoded;
  return {};
}

Result<void> BlockDecoder::State::decode_next_rows(Family& of, std::uint32_t channel, SnapshotContent& content) {
  ChannelState& state = of.channels[channel];
  const std::size_t index = of.channel_records[channel][state.snapshots()];
  BitCoder io(records[index].rows);
  content = {};
  state.code(io, of.model, records[index].shape, snapshots[index].info, content);
  if (!io.failed()) return {};
  state = ChannelState(of.model.channels[channel].layout);
  return damaged(index, "its rows section is damaged");
}

Result<SnapshotContent> BlockDecoder::State::decode_rows(std::size_t index) {
  if (auto decoded = decode_dictionary(index); !decoded) return std::move(decoded).error();
  const Record& record = records[index];
  Family& of = family(index);
  const std::uint32_t wanted = record.number_in_channel;
  const std::uint32_t key = wanted / ChannelState::kKeyInterval * ChannelState::kKeyInterval;
  ChannelState& channel = of.channels[record.shape.channel];
  SnapshotContent content;
  if (channel.snapshots() > wanted && !(channel.can_skip() && key > 0))
    channel = ChannelState(of.model.channels[record.shape.channel].layout);
  while (channel.snapshots() <= wanted || channel.snapshots() > wanted + 1) {
    if (channel.can_skip() && key > 0 && (channel.snapshots() < key || channel.snapshots() > wanted)) channel.skip_to_key(key);
    if (auto decoded = decode_next_rows(of, record.shape.channel, content); !decoded) return std::move(decoded).error();
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
  const BlockModel& model = state.family(index).model;
  const Channel& channel = model.channels[record.shape.channel];
  return Content(build_profile(model, model.schemas.schemas()[record.shape.schema], channel.rows.rows(), *content));
}

Result<pprof::Profile> BlockDecoder::merge(std::span<const std::size_t> indexes) {
  State& state = *state_;
  if (indexes.empty()) return Error(Errc::kInvalidArgument, "no snapshots to merge", "no_profiles");
  for (const std::size_t index : indexes) {
    if (state.records[index].raw)
      return Error(Errc::kInvalidArgument, "a snapshot that is no profile cannot be merged", "incompatible_profiles");
    if (state.family_number(index) != state.family_number(indexes.front()))
      return Error(Errc::kInvalidArgument, "snapshots of such different types cannot be merged", "incompatible_profiles");
  }
  if (auto decoded = state.decode_dictionary(indexes.back()); !decoded) return std::move(decoded).error();
  RowSums sums(state.family(indexes.back()).model);
  for (const std::size_t index : indexes) {
    auto content = state.decode_rows(index);
    if (!content) return std::move(content).error();
    sums.add(state.records[index].shape, *content);
  }
  return sums.finish(state.limits.merged_stack_entries);
}

}  // namespace agent::store
