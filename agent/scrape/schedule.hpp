// When each profile is due. Pure functions of (plan, now): no clock, no randomness.
//
// Rounds are numbered: round n of a plan spans [anchor + n * interval, anchor + (n + 1) * interval) of steady time. Steady time stands
// still while the machine sleeps and rounds are computed from the anchor, so nothing drifts and nothing is made up for in a burst.
#pragma once

#include "agent/base/time.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/target.hpp"

#include <cstdint>
#include <string_view>

namespace agent::scrape {

/// Where in the interval a component's type is taken, in [0, interval). A hash of the component places the target; its types follow at
/// golden-ratio steps, which keeps any number of them apart. The same on every start, so a restart keeps the phase.
[[nodiscard]] Duration offset_of(std::string_view component, model::ProfileType type, Duration interval);

/// The start of the round that runs at `now`: the last instant at or before it that is offset_of() past a multiple of the interval in wall
/// time. Requires plan.interval > 0.
[[nodiscard]] SteadyTime anchor_of(std::string_view component, const model::ProfilePlan& plan, SteadyTime now, WallTime wall_now);

/// The rounds of one plan.
class Rounds {
 public:
  /// Round 0 began at or before now; the first one that is due is round 1.
  Rounds(SteadyTime anchor, Duration interval) : anchor_(anchor), interval_(interval) {}

  /// When the next round is due; so, without skip(), when the one that began last ends.
  [[nodiscard]] SteadyTime due() const { return start_of(next_); }

  /// Says that the fetch of a round begins now, on time or late (now >= due()). Returns how many rounds ended without having begun: the
  /// missed ones.
  std::uint64_t begin(SteadyTime now);
  /// Leaves out the next `count` rounds on purpose.
  void skip(std::uint64_t count) { next_ += static_cast<std::int64_t>(count); }

 private:
  [[nodiscard]] SteadyTime start_of(std::int64_t round) const { return anchor_ + interval_ * round; }

  SteadyTime anchor_;
  Duration interval_;
  std::int64_t next_ = 1;
};

}  // namespace agent::scrape
