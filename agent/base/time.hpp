// Instants, durations and their written forms. Wall time says when something was; steady time says how long to wait.
#pragma once

#include "agent/base/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace agent {

using Duration = std::chrono::nanoseconds;
/// Nanoseconds since the Unix epoch, UTC.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

[[nodiscard]] constexpr WallTime from_unix_nanos(std::int64_t nanos) {
  return WallTime(Duration(nanos));
}
[[nodiscard]] constexpr std::int64_t to_unix_nanos(WallTime time) {
  return time.time_since_epoch().count();
}

/// Reads "10s", "1m30s", "250ms", "2h", "7d" (units ns us ms s m h d, decimals allowed: "1.5s"). No unit is an error, except "0".
/// Errors: kInvalidArgument, with the expected form; also for values beyond about 292 years.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

/// The shortest exact form that parse_duration reads: "1m30s", "250ms", "0s".
[[nodiscard]] std::string format_duration(Duration duration);

/// RFC 3339 in UTC with up to nanoseconds and no trailing zeros: "2026-11-24T05:36:28.25Z".
[[nodiscard]] std::string format_time(WallTime time);

/// Reads RFC 3339 (any offset), unix seconds with optional decimals ("1795498588.5"), "now", or a duration before `now` ("-15m").
/// Errors: kInvalidArgument, naming the three forms.
[[nodiscard]] Result<WallTime> parse_time(std::string_view text, WallTime now);

}  // namespace agent
