#include "agent/store/encoding/record_head.hpp"

#include <algorithm>

namespace agent::store {
namespace {

// The tag: type in the low four bits, then these.
constexpr std::uint64_t kRaw = 1U << 4U;
constexpr std::uint64_t kOtherStart = 1U << 5U;     // start is not within the id's millisecond
constexpr std::uint64_t kOtherDuration = 1U << 6U;  // than the one before of its type
constexpr std::uint64_t kOtherCause = 1U << 7U;     // than the schedule
constexpr std::uint64_t kCaptured = 1U << 8U;       // has a capture id
constexpr std::uint64_t kOtherCapture = 1U << 9U;   // than the one before
constexpr std::uint64_t kKnownFlags = (1U << 10U) - 1;

constexpr std::size_t kMaxCaptureId = 1024;
constexpr std::int64_t kMillisecond = 1000000;

void put(std::string& out, std::uint64_t value) {
  for (; value >= 128; value >>= 7U) out.push_back(static_cast<char>(value | 128U));
  out.push_back(static_cast<char>(value));
}

void put_signed(std::string& out, std::uint64_t difference) {
  const auto value = static_cast<std::int64_t>(difference);
  put(out, (difference << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

bool take(std::string_view& in, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (in.empty()) return false;
    const auto byte = static_cast<std::uint8_t>(in.front());
    in.remove_prefix(1);
    if (shift == 63 && byte > 1) return false;
    value |= std::uint64_t{byte & 127U} << shift;
    if (byte < 128) return true;
  }
  return false;
}

bool take_signed(std::string_view& in, std::uint64_t& difference) {
  std::uint64_t coded = 0;
  if (!take(in, coded)) return false;
  difference = (coded >> 1U) ^ (0 - (coded & 1U));
  return true;
}

Error damaged(std::string_view what) {
  return Error(Errc::kCorrupt, "record head: " + std::string(what));
}

std::uint64_t bits(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

std::uint64_t start_of(model::SnapshotId id) {
  return bits(to_unix_nanos(model::time_of(id)));
}

}  // namespace

std::string RecordHeadCodec::encode(const RecordHead& head) {
  const model::SnapshotInfo& info = head.info;
  Last& last = last_[static_cast<std::size_t>(info.type)];
  const std::uint64_t offset = bits(to_unix_nanos(info.start)) - start_of(head.id);
  std::uint64_t tag = static_cast<std::uint64_t>(info.type);
  if (head.raw) tag |= kRaw;
  if (offset >= kMillisecond) tag |= kOtherStart;
  if (info.duration.count() != last.duration) tag |= kOtherDuration;
  if (info.cause != model::Cause::kSchedule) tag |= kOtherCause;
  if (!info.capture_id.empty()) tag |= info.capture_id == last_capture_id_ ? kCaptured : kCaptured | kOtherCapture;
  std::string out;
  put(out, tag);
  put_signed(out, (head.id.value >> 22U) - (last_id_ >> 22U));
  put_signed(out, (head.id.value & 0x3fffffU) - (last_id_ & 0x3fffffU));
  if ((tag & kOtherStart) != 0) {
    put_signed(out, offset);
  } else {
    put(out, offset);
  }
  if ((tag & kOtherDuration) != 0) put_signed(out, bits(info.duration.count()) - bits(last.duration));
  if ((tag & kOtherCause) != 0) put(out, static_cast<std::uint64_t>(info.cause));
  if ((tag & kOtherCapture) != 0) {
    last_capture_id_ = info.capture_id.substr(0, kMaxCaptureId);
    put(out, last_capture_id_.size());
    out.append(last_capture_id_);
  }
  put_signed(out, info.fetched_bytes - last.fetched_bytes);
  if (!head.raw) {
    put_signed(out, head.samples - last.samples);
    put(out, head.dictionary_bytes);
  }
  last_id_ = head.id.value;
  last = {info.duration.count(), info.fetched_bytes, head.raw ? last.samples : head.samples};
  return out;
}

Result<RecordHead> RecordHeadCodec::decode(std::string_view& bytes) {
  std::string_view in = bytes;
  RecordHead head;
  std::uint64_t tag = 0;
  if (!take(in, tag) || (tag & ~kKnownFlags) != 0 || (tag & 15U) >= last_.size()) return damaged("unknown tag");
  head.info.type = model::kAllProfileTypes[tag & 15U];
  head.raw = (tag & kRaw) != 0;
  Last last = last_[tag & 15U];
  std::uint64_t milliseconds = 0;
  std::uint64_t unique = 0;
  std::uint64_t offset = 0;
  if (!take_signed(in, milliseconds) || !take_signed(in, unique)) return damaged("cut short");
  milliseconds = (last_id_ >> 22U) + milliseconds;
  unique = (last_id_ & 0x3fffffU) + unique;
  if (milliseconds >> 42U != 0 || unique >> 22U != 0) return damaged("an id out of range");
  head.id.value = milliseconds << 22U | unique;
  if (!((tag & kOtherStart) != 0 ? take_signed(in, offset) : take(in, offset))) return damaged("cut short");
  head.info.start = from_unix_nanos(static_cast<std::int64_t>(start_of(head.id) + offset));
  std::uint64_t difference = 0;
  if ((tag & kOtherDuration) != 0) {
    if (!take_signed(in, difference)) return damaged("cut short");
    last.duration = static_cast<std::int64_t>(bits(last.duration) + difference);
  }
  head.info.duration = Duration(last.duration);
  std::uint64_t cause = 0;
  if ((tag & kOtherCause) != 0 && (!take(in, cause) || cause > static_cast<std::uint64_t>(model::Cause::kManual)))
    return damaged("unknown cause");
  head.info.cause = static_cast<model::Cause>(cause);
  std::string capture = last_capture_id_;
  if ((tag & kOtherCapture) != 0) {
    std::uint64_t size = 0;
    if (!take(in, size) || size > kMaxCaptureId || size > in.size()) return damaged("a capture id out of range");
    capture = in.substr(0, size);
    in.remove_prefix(size);
  }
  if ((tag & kCaptured) != 0) head.info.capture_id = capture;
  if (!take_signed(in, difference)) return damaged("cut short");
  last.fetched_bytes += difference;
  head.info.fetched_bytes = last.fetched_bytes;
  if (!head.raw) {
    if (!take_signed(in, difference) || !take(in, head.dictionary_bytes)) return damaged("cut short");
    last.samples += difference;
    head.samples = last.samples;
    if (head.dictionary_bytes > in.size()) return damaged("a section longer than the record");
  }
  last_id_ = head.id.value;
  last_capture_id_ = std::move(capture);
  last_[tag & 15U] = last;
  bytes = in;
  return head;
}

}  // namespace agent::store
