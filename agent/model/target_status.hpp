// What the scraper knows of a target right now, for /api/v1/targets.
#pragma once

#include "agent/base/time.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace agent::model {

enum class TargetHealth { kUnknown, kUp, kDown };  // Prometheus's words

/// How the last scrape of one profile type failed.
struct ScrapeFailure {
  std::string
      cause;  ///< stable token, also the metric label: "connection_refused", "busy", "forbidden", "profiling_disabled", "not_gzip", ...
  std::string message;  ///< what the target said, escaped and shortened to 300 bytes
  std::string hint;     ///< what to do about it, in one sentence
  WallTime at{};
};

enum class ProfileState {
  kPending,  ///< not tried yet
  kOk,
  kEmpty,  ///< well-formed without samples because the target does not sample it; asked for rarely
  kFailing,
};

struct ProfileStatus {
  ProfilePlan plan;
  ProfileState state = ProfileState::kPending;
  std::uint64_t scrapes = 0;  ///< successful
  std::uint64_t failures = 0;
  std::uint64_t missed_rounds = 0;
  std::optional<WallTime> last_success;
  std::optional<WallTime> next;
  Duration last_took{0};
  std::uint64_t last_bytes = 0;
  std::optional<ScrapeFailure> failure;  ///< of the last attempt, when that failed
  std::string note;                      ///< e.g. why it is empty
};

struct TargetStatus {
  Target target;
  TargetHealth health = TargetHealth::kUnknown;
  Process process;
  std::string version;
  std::vector<ProfileStatus> profiles;
};

[[nodiscard]] std::string_view to_string(TargetHealth health);
[[nodiscard]] std::string_view to_string(ProfileState state);

}  // namespace agent::model
