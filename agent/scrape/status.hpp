// What is known of a target after each scrape. Pure: outcomes in, status out.
#pragma once

#include "agent/base/time.hpp"
#include "agent/model/target_status.hpp"
#include "agent/scrape/sampling.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agent::scrape {

/// How one scrape ended.
struct Outcome {
  std::optional<model::Snapshot> snapshot;      ///< when it is on disk
  std::string waits;                            ///< why it is not yet, when it is taken and waits in memory
  std::optional<model::ScrapeFailure> failure;  ///< else
  WallTime ended{};
  Duration took{0};
  std::uint64_t bytes = 0;                 ///< of the response
  std::uint64_t samples = 0;               ///< of the profile; 1 for a raw type
  Sampling sampling = Sampling::kUnknown;  ///< what the process said of itself, when it was asked
};

/// Counts `outcome` into `status`. `sampling` of the type was told of the profile before.
void apply_outcome(model::ProfileStatus& status, const Outcome& outcome, const SamplingState& sampling, std::string_view component);

/// Up when any type was served at its last attempt, or refused in a way that only a working endpoint does (busy, profile_unknown, ...).
/// Down when none was; also at once when nobody listens (`last_cause`). Types that are empty, and so asked rarely, count only when there is
/// no other. Unknown before the first attempt.
[[nodiscard]] model::TargetHealth health_of(const model::TargetStatus& status, std::string_view last_cause);

}  // namespace agent::scrape
