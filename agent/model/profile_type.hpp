// The kinds of profile that kprofd takes.
#pragma once

#include "agent/base/result.hpp"

#include <array>
#include <string_view>

namespace agent::model {

enum class ProfileType { kCpu, kHeap, kAllocs, kGoroutine, kBlock, kMutex, kThreadcreate, kTrace, kGoroutineDebug2 };

inline constexpr std::array kAllProfileTypes{ProfileType::kCpu,          ProfileType::kHeap,  ProfileType::kAllocs,
                                             ProfileType::kGoroutine,    ProfileType::kBlock, ProfileType::kMutex,
                                             ProfileType::kThreadcreate, ProfileType::kTrace, ProfileType::kGoroutineDebug2};

/// "cpu", "heap", ..., "trace", "goroutine-debug2": the word in the API, the configuration, labels and file names.
[[nodiscard]] std::string_view to_string(ProfileType type);

/// Errors: kInvalidArgument, listing the words.
[[nodiscard]] Result<ProfileType> parse_profile_type(std::string_view word);

/// False for trace and goroutine-debug2, which are not profile.proto and are kept as they came.
[[nodiscard]] bool is_pprof(ProfileType type);

/// True for cpu and trace, which are taken over a span of time.
[[nodiscard]] bool has_duration(ProfileType type);

/// True for heap, allocs, block, mutex: values count since the process started, so two snapshots are subtracted, not added.
[[nodiscard]] bool is_cumulative(ProfileType type);

}  // namespace agent::model
