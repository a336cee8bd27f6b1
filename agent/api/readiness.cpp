#include "agent/api/readiness.hpp"

#include <algorithm>
#include <cstddef>

namespace agent::api {
namespace {

constexpr std::size_t kMaxNamed = 10;

const model::ScrapeFailure* failure_of(const model::TargetStatus& target) {
  for (const auto& profile : target.profiles) {
    if (profile.failure) return &*profile.failure;
  }
  return nullptr;
}

/// "" when a target is up.
std::string reason_of_targets(const std::vector<model::TargetStatus>& targets) {
  if (targets.empty()) return "no target: none is configured, and no known component was found on this node";
  std::string failures;
  std::size_t named = 0;
  for (const auto& target : targets) {
    if (target.health == model::TargetHealth::kUp) return "";
    const auto* failure = failure_of(target);
    if (failure == nullptr || named++ >= kMaxNamed) continue;
    failures.append(failures.empty() ? "" : "; ").append(target.target.component).append(": ").append(failure->cause);
  }
  return failures.empty() ? "no target has answered yet" : "no target is up: " + failures;
}

}  // namespace

std::vector<std::string> reasons_not_ready(const std::string& not_recording, const store::StoreState& store,
                                           const std::vector<model::TargetStatus>& targets) {
  std::vector<std::string> reasons;
  if (!not_recording.empty()) reasons.push_back("the agent is " + not_recording);
  if (!store.writable) reasons.push_back("the store is not writable: " + store.reason);
  if (auto reason = reason_of_targets(targets); !reason.empty()) reasons.push_back(std::move(reason));
  return reasons;
}

}  // namespace agent::api
