#include "agent/scrape/retry.hpp"

#include <algorithm>

namespace agent::scrape {
namespace {

constexpr Duration kMinDelay = std::chrono::milliseconds(100);
constexpr Duration kMaxDelay = std::chrono::seconds(15);

}  // namespace

double Jitter::next() {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-53;
}

std::optional<SteadyTime> next_retry(SteadyTime now, SteadyTime end, Duration duration, std::uint32_t retries, Jitter& jitter) {
  if (retries >= kMaxBusyRetries) return std::nullopt;
  const Duration room = end - duration - now;
  if (room < kMinDelay) return std::nullopt;
  const Duration step = room / (kMaxBusyRetries - retries);
  const auto moved = Duration(static_cast<std::int64_t>(static_cast<double>(step.count()) * (0.5 + jitter.next() / 2)));
  return now + std::clamp(moved, kMinDelay, std::min(kMaxDelay, room));
}

}  // namespace agent::scrape
