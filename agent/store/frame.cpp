#include "agent/store/frame.hpp"

#include "agent/codec/crc32c.hpp"
#include "agent/store/varint.hpp"

#include <algorithm>

namespace agent::store {
namespace {

constexpr std::size_t kCrcBytes = 4;
constexpr std::size_t kMaxHeadBytes = 6;  // type and the varint of a length below 2^32
constexpr std::size_t kBufferBytes = 64U << 10U;
constexpr std::uint64_t kMinSearchBytes = 64U << 20U;

std::uint32_t little_endian_32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kCrcBytes; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return value;
}

bool is_frame_type(char c) {
  switch (static_cast<FrameType>(c)) {
    case FrameType::kHeader:
    case FrameType::kSnapshot:
    case FrameType::kIndex:
      return true;
  }
  return false;
}

}  // namespace

void append_frame(std::string& out, FrameType type, std::string_view payload) {
  const std::size_t begin = out.size();
  out.reserve(begin + kMaxHeadBytes + payload.size() + kCrcBytes);
  out.push_back(static_cast<char>(type));
  append_varint(out, payload.size());
  out.append(payload);
  const std::uint32_t crc = codec::crc32c(std::string_view(out).substr(begin));
  for (std::size_t i = 0; i < kCrcBytes; ++i) out.push_back(static_cast<char>(crc >> (8 * i)));
}

std::size_t framing_bytes(std::size_t payload_bytes) {
  std::size_t bytes = 1 + 1 + kCrcBytes;
  for (; payload_bytes >= 0x80; payload_bytes >>= 7U) ++bytes;
  return bytes;
}

Result<std::string_view> FrameScanner::bytes_at(std::uint64_t offset, std::size_t size) {
  const bool buffered = offset >= buffer_offset_ && offset + size <= buffer_offset_ + buffer_.size();
  if (!buffered) {
    buffer_.resize(std::min<std::uint64_t>(end_ - offset, std::max(size, kBufferBytes)));
    buffer_offset_ = offset;
    auto got = file_.read_at(offset, buffer_.data(), buffer_.size());
    if (!got) {
      buffer_.clear();
      return std::move(got).error();
    }
    buffer_.resize(*got);
    if (*got < size) return Error(Errc::kCorrupt, "the file ends inside a frame");
  }
  return std::string_view(buffer_).substr(offset - buffer_offset_, size);
}

Result<Frame> FrameScanner::frame_at(std::uint64_t offset) {
  const std::uint64_t left = end_ - offset;
  auto head = bytes_at(offset, std::min<std::uint64_t>(left, kMaxHeadBytes));
  if (!head) return std::move(head).error();
  if (!is_frame_type(head->front())) return Error(Errc::kCorrupt, "no frame begins here");
  const char type = head->front();
  VarintReader reader(head->substr(1));
  const std::uint64_t payload_bytes = reader.varint();
  if (reader.failed() || payload_bytes > kMaxFramePayload) return Error(Errc::kCorrupt, "the length of a frame is damaged or cut");
  const std::size_t head_bytes = head->size() - reader.rest().size();
  const std::uint64_t bytes = head_bytes + payload_bytes + kCrcBytes;
  if (bytes > left) return Error(Errc::kCorrupt, "a frame of " + std::to_string(bytes) + " bytes is cut");
  auto whole = bytes_at(offset, bytes);
  if (!whole) return std::move(whole).error();
  const std::string_view covered = whole->substr(0, bytes - kCrcBytes);
  if (codec::crc32c(covered) != little_endian_32(whole->substr(covered.size()))) {
    return Error(Errc::kCorrupt, "the checksum of a frame is wrong");
  }
  return Frame{static_cast<FrameType>(type), offset, bytes, covered.substr(head_bytes)};
}

Result<std::optional<Frame>> FrameScanner::next() {
  if (offset_ >= end_) return std::optional<Frame>();
  auto frame = frame_at(offset_);
  if (!frame) return std::move(frame).error();
  offset_ += frame->bytes;
  return std::optional<Frame>(*frame);
}

Result<bool> FrameScanner::resynchronise() {
  std::uint64_t budget = kMinSearchBytes + 8 * (end_ - std::min(offset_, end_));
  for (std::uint64_t at = offset_ + 1; at < end_; ++at) {
    auto first = bytes_at(at, 1);
    if (!first) return std::move(first).error();
    if (static_cast<FrameType>(first->front()) != FrameType::kSnapshot) continue;
    auto frame = frame_at(at);
    if (frame) {
      offset_ = at;
      return true;
    }
    if (frame.error().code() != Errc::kCorrupt) return std::move(frame).error();
    // Most candidates are refused by their length; only those that made us read on cost something.
    if (buffer_offset_ != at) continue;
    if (buffer_.size() > budget) return false;
    budget -= buffer_.size();
  }
  return false;
}

}  // namespace agent::store
