// How often and when a busy target is asked again inside a round. Pure but for its own seeded randomness.
#pragma once

#include "agent/base/time.hpp"

#include <cstdint>
#include <optional>

namespace agent::scrape {

/// Attempts of one round after the first one.
inline constexpr std::uint32_t kMaxBusyRetries = 5;

/// SplitMix64: small, seeded, the same on every platform (std distributions are not).
class Jitter {
 public:
  explicit Jitter(std::uint64_t seed) : state_(seed) {}
  /// Uniform in [0, 1).
  double next();

 private:
  std::uint64_t state_;
};

/// The instant of the next attempt, or nullopt when the round has no room for one that takes `duration` and ends before `end`. Retries are
/// spread over what is left of the round, each moved by up to half a step, so that they find the gaps of another scraper's rhythm.
/// `retries` is how many were made.
[[nodiscard]] std::optional<SteadyTime> next_retry(SteadyTime now, SteadyTime end, Duration duration, std::uint32_t retries,
                                                   Jitter& jitter);

}  // namespace agent::scrape
