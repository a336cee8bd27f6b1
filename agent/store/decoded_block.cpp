#include "agent/store/decoded_block.hpp"

#include "agent/store/frame.hpp"

namespace agent::store {

Result<void> DecodedBlock::load(const BlockIndex& index, std::size_t count) {
  if (payloads_.size() >= count) return {};
  const auto& last = index.entries[count - 1];
  FrameScanner scanner(*file_, index.entries[payloads_.size()].offset, std::uint64_t{last.offset} + last.frame_bytes);
  while (payloads_.size() < count) {
    const auto& entry = index.entries[payloads_.size()];
    auto frame = scanner.next();
    if (!frame) return std::move(frame).error();
    if (!*frame || (*frame)->type != FrameType::kSnapshot || (*frame)->offset != entry.offset || (*frame)->bytes != entry.frame_bytes) {
      return Error(Errc::kCorrupt, "the index of the block does not fit its frames");
    }
    const auto& payload = payloads_.emplace_back((*frame)->payload);
    if (auto added = decoder_.add(payload, entry.frame_bytes - payload.size()); !added) {
      payloads_.pop_back();
      return added;
    }
  }
  return {};
}

Result<std::variant<pprof::Profile, std::string>> DecodedBlock::read(const BlockIndex& index, std::size_t position) {
  if (auto loaded = load(index, position + 1); !loaded) return std::move(loaded).error();
  return decoder_.read(position);
}

Result<pprof::Profile> DecodedBlock::merge(const BlockIndex& index, std::span<const std::size_t> positions) {
  if (auto loaded = load(index, positions.back() + 1); !loaded) return std::move(loaded).error();
  return decoder_.merge(positions);
}

}  // namespace agent::store
