// What numbers may be, in one place. config/kprofd.yaml tells the user. Private to agent/config.
#pragma once

#include "agent/config/map_reader.hpp"

#include <chrono>

namespace agent::config {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr Range<Duration> kIntervalRange{seconds(1), hours(24)};
inline constexpr Range<Duration> kCpuDurationRange{seconds(1), minutes(10)};
inline constexpr Range<Duration> kTraceDurationRange{milliseconds(100), minutes(1)};
inline constexpr Range<Duration> kTimeoutRange{milliseconds(1), minutes(10)};
inline constexpr Range<std::uint64_t> kResponseBytesRange{1U << 10U, 1U << 30U};
inline constexpr Range<std::uint64_t> kInFlightRange{1, 64};
inline constexpr Range<std::uint64_t> kGoroutinesRange{0, 1'000'000};
inline constexpr Range<Duration> kMaxAgeRange{minutes(1), hours(24 * 3650)};     // or 0, no limit
inline constexpr Range<std::uint64_t> kMaxBytesRange{1ULL << 20U, 1ULL << 50U};  // or 0, no limit
inline constexpr Range<std::uint64_t> kMinFreeBytesRange{0, 1ULL << 50U};
inline constexpr Range<std::uint64_t> kMemoryBytesRange{0, 1U << 30U};

}  // namespace agent::config
