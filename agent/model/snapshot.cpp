#include "agent/model/snapshot.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace agent::model {
namespace {

constexpr unsigned kUniqueBits = 22;

constexpr std::array kCauses{Cause::kSchedule, Cause::kIncident, Cause::kManual};

}  // namespace

SnapshotId make_snapshot_id(WallTime start, std::uint32_t unique) {
  const auto millis = std::max<std::int64_t>(0, std::chrono::floor<std::chrono::milliseconds>(start).time_since_epoch().count());
  return SnapshotId{static_cast<std::uint64_t>(millis) << kUniqueBits | (unique & ((1U << kUniqueBits) - 1))};
}

WallTime time_of(SnapshotId id) {
  return WallTime(std::chrono::milliseconds(id.value >> kUniqueBits));
}

std::string to_string(SnapshotId id) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(id.value));
  return text.data();
}

Result<SnapshotId> parse_snapshot_id(std::string_view text) {
  SnapshotId id;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), id.value, 16);
  if (text.size() != 16 || ec != std::errc() || end != text.data() + text.size()) {
    return Error(Errc::kInvalidArgument, "expected a snapshot id of 16 hex digits, got \"" + std::string(text) + "\"");
  }
  return id;
}

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::kSchedule:
      return "schedule";
    case Cause::kIncident:
      return "incident";
    case Cause::kManual:
      return "manual";
  }
  return "unknown";
}

Result<Cause> parse_cause(std::string_view word) {
  for (const auto cause : kCauses) {
    if (to_string(cause) == word) return cause;
  }
  return Error(Errc::kInvalidArgument, "unknown cause \"" + std::string(word) + "\"; known: schedule, incident, manual");
}

}  // namespace agent::model
