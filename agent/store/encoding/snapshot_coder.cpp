#include "agent/store/encoding/snapshot_coder.hpp"

namespace agent::store {
namespace {

enum Question : std::uint32_t { kTime, kDuration, kRepeatedCount, kRepeatedStep, kRepeatedValue, kLooseCount, kLooseStep };

constexpr std::uint64_t kMaxRepeated = 1U << 22U;
constexpr std::uint64_t kMaxLoose = 1U << 22U;

std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

}  // namespace

void ChannelState::code(BitCoder& io, const BlockModel& model, const RecordShape& shape, const model::SnapshotInfo& info,
                        SnapshotContent& content) {
  if (snapshots_ % kKeyInterval == 0 && snapshots_ > 0) {
    if (first_key_) {
      current_ = *first_key_;
    } else {
      first_key_ = current_;
    }
  }
  ++snapshots_;
  const Channel& channel = model.channels[shape.channel];
  const std::uint32_t step = info.type == channel.type ? 0 : 1;
  current_.rows.code(io, channel.rows, channel.sizes, {shape.first_new_row, shape.row_count}, step, content.samples);
  if (io.failed()) return;
  code_times(io, info, content);
  code_repeated(io, channel.layout, shape.row_count, content.repeated);
  code_list(io, 0, model.dictionary.locations().size(), content.loose_locations);
  code_list(io, 1, model.dictionary.functions().size(), content.loose_functions);
}

void ChannelState::skip_to_key(std::uint32_t snapshot) {
  snapshots_ = snapshot;
}

void ChannelState::code_times(BitCoder& io, const model::SnapshotInfo& info, SnapshotContent& content) {
  const std::int64_t start = to_unix_nanos(info.start);
  content.time_nanos = plus(start, current_.coder.code_signed(io, minus(content.time_nanos, start), {kTime, {0}}));
  const std::int64_t duration = info.duration.count();
  content.duration_nanos = plus(duration, current_.coder.code_signed(io, minus(content.duration_nanos, duration), {kDuration, {0}}));
}

void ChannelState::code_repeated(BitCoder& io, const RowLayout& layout, std::uint32_t row_count, SnapshotRows& repeated) {
  const std::uint64_t count = current_.coder.code_number(io, repeated.rows.size(), {kRepeatedCount, {0}});
  if (count > kMaxRepeated || (count > 0 && row_count == 0)) return io.fail();
  std::uint32_t row = 0;
  for (std::uint64_t i = 0; i < count && !io.failed(); ++i) {
    const std::uint64_t step = current_.coder.code_number(io, io.writing() ? repeated.rows[i] - row : 0, {kRepeatedStep, {0}});
    if (step >= row_count - row) return io.fail();
    row += static_cast<std::uint32_t>(step);
    if (!io.writing()) repeated.rows.push_back(row);
    for (std::size_t c = 0; c < layout.columns; ++c) {
      const std::int64_t value =
          current_.coder.code_signed(io, io.writing() ? repeated.values[i * layout.columns + c] : 0, {kRepeatedValue, {c}});
      if (!io.writing()) repeated.values.push_back(value);
    }
  }
}

void ChannelState::code_list(BitCoder& io, std::uint64_t which, std::size_t limit, std::vector<std::uint32_t>& list) {
  const std::uint64_t count = current_.coder.code_number(io, list.size(), {kLooseCount, {which}});
  if (count > kMaxLoose || (count > 0 && limit == 0)) return io.fail();
  std::uint32_t value = 0;
  for (std::uint64_t i = 0; i < count && !io.failed(); ++i) {
    const std::uint64_t step = current_.coder.code_number(io, io.writing() ? list[i] - value : 0, {kLooseStep, {which}});
    if (step >= limit - value) return io.fail();
    value += static_cast<std::uint32_t>(step);
    if (!io.writing()) list.push_back(value);
  }
}

std::size_t ChannelState::memory_bytes() const {
  const auto bytes_of = [](const State& state) { return state.rows.memory_bytes() + state.coder.memory_bytes(); };
  return bytes_of(current_) + (first_key_ ? bytes_of(*first_key_) : 0);
}

}  // namespace agent::store
