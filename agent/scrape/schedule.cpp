#include "agent/scrape/schedule.hpp"

#include <algorithm>

namespace agent::scrape {
namespace {

/// FNV-1a with the finalizer of MurmurHash3: fixed, unlike std::hash, because the phase must survive a restart and an upgrade.
std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdULL;
  return hash ^ (hash >> 33U);
}

}  // namespace

Duration offset_of(std::string_view component, model::ProfileType type, Duration interval) {
  constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15ULL;  // of 2^64: multiples of it, as fractions, keep apart (Weyl sequence)
  const std::uint64_t phase = stable_hash(component) + kGoldenRatio * static_cast<std::uint64_t>(type);
  const double fraction = static_cast<double>(phase >> 11U) * 0x1.0p-53;
  const auto offset = static_cast<std::int64_t>(fraction * static_cast<double>(interval.count()));
  return Duration(std::min(offset, interval.count() - 1));
}

SteadyTime anchor_of(std::string_view component, const model::ProfilePlan& plan, SteadyTime now, WallTime wall_now) {
  const std::int64_t interval = plan.interval.count();
  const std::int64_t since = (to_unix_nanos(wall_now) - offset_of(component, plan.type, plan.interval).count()) % interval;
  return now - Duration(since < 0 ? since + interval : since);
}

std::uint64_t Rounds::begin(SteadyTime now) {
  const std::int64_t current = std::max(next_, (now - anchor_) / interval_);
  const auto missed = static_cast<std::uint64_t>(current - next_);
  next_ = current + 1;
  return missed;
}

}  // namespace agent::scrape
