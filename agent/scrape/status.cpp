#include "agent/scrape/status.hpp"

#include "agent/scrape/component_advice.hpp"

#include <algorithm>
#include <array>

namespace agent::scrape {
namespace {

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& causes, std::string_view cause) {
  return std::find(causes.begin(), causes.end(), cause) != causes.end();
}

bool shows_working_endpoint(std::string_view cause) {
  constexpr std::array<std::string_view, 9> kCauses{
      "busy",       "profile_unknown",     "bad_request",       "write_timeout",    "store_failed",
      "overloaded", "too_many_goroutines", "process_restarted", "profile_too_large"};
  return is_among(kCauses, cause);
}

bool shows_nobody_listens(std::string_view cause) {
  constexpr std::array<std::string_view, 4> kCauses{"connection_refused", "connect_timeout", "connect_failed", "resolve_failed"};
  return is_among(kCauses, cause);
}

bool is_served(const model::ProfileStatus& profile) {
  return profile.state == model::ProfileState::kOk || profile.state == model::ProfileState::kEmpty ||
         (profile.failure && shows_working_endpoint(profile.failure->cause));
}

}  // namespace

void apply_outcome(model::ProfileStatus& status, const Outcome& outcome, const SamplingState& sampling, std::string_view component) {
  status.last_took = outcome.took;
  status.last_bytes = outcome.bytes;
  status.failure = outcome.failure;
  if (outcome.failure) {
    ++status.failures;
    status.state = model::ProfileState::kFailing;
    status.note.clear();
    return;
  }
  ++status.scrapes;
  status.last_success = outcome.ended;
  status.state = sampling.is_empty() ? model::ProfileState::kEmpty : model::ProfileState::kOk;
  status.note = sampling.is_empty() ? sampling_advice(component, status.plan.type) : std::string();
}

model::TargetHealth health_of(const model::TargetStatus& status, std::string_view last_cause) {
  if (shows_nobody_listens(last_cause)) return model::TargetHealth::kDown;
  bool tried = false;
  bool tried_with_samples = false;
  bool served_with_samples = false;
  for (const auto& profile : status.profiles) {
    if (profile.state == model::ProfileState::kPending) continue;
    tried = true;
    if (profile.state == model::ProfileState::kEmpty) continue;
    tried_with_samples = true;
    if (is_served(profile)) served_with_samples = true;
  }
  if (!tried) return model::TargetHealth::kUnknown;
  return served_with_samples || !tried_with_samples ? model::TargetHealth::kUp : model::TargetHealth::kDown;
}

}  // namespace agent::scrape
