// What is taken from a target, how often and for how long: the one place where `scrape` and a target's own settings meet.
#pragma once

#include "agent/base/result.hpp"
#include "agent/config/config.hpp"

#include <vector>

namespace agent::config {

/// The plan of one target, in the order of model::kAllProfileTypes, without the types that are off. For each type, the first that is set:
///
///   enabled   target.profiles.T.enabled, scrape.profiles.T.enabled, else on; trace and goroutine-debug2 are off
///   interval  target.profiles.T.interval, target.interval, scrape.profiles.T.interval, scrape.interval
///   duration  target.profiles.T.duration, scrape.profiles.T.duration, scrape.cpuDuration or scrape.traceDuration; 0 for the other types
[[nodiscard]] std::vector<model::ProfilePlan> plan_for(const ScrapeConfig& scrape, const TargetConfig& target);

/// Whether the plan keeps to scrape.maxCpuShare and takes no trace that is longer than its interval. Errors: kInvalidArgument, saying which
/// of the numbers to change and to what.
[[nodiscard]] Result<void> check_plan(const ScrapeConfig& scrape, const std::vector<model::ProfilePlan>& plan);

}  // namespace agent::config
