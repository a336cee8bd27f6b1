#include "agent/config/plan.hpp"

#include <array>
#include <cstdio>

namespace agent::config {
namespace {

using model::ProfileType;

/// The first of the two that has `field`.
template <class T>
std::optional<T> first(const std::optional<T>& a, const std::optional<T>& b) {
  return a ? a : b;
}

ProfileConfig find(const std::map<ProfileType, ProfileConfig>& profiles, ProfileType type) {
  const auto found = profiles.find(type);
  return found == profiles.end() ? ProfileConfig{} : found->second;
}

Duration default_duration(const ScrapeConfig& scrape, ProfileType type) {
  if (type == ProfileType::kCpu) return scrape.cpu_duration;
  return type == ProfileType::kTrace ? scrape.trace_duration : Duration(0);
}

std::string percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f%%", share * 100);
  return text.data();
}

std::string cpu_advice(Duration interval, Duration duration, double share) {
  const auto longest =
      std::chrono::floor<std::chrono::seconds>(Duration(static_cast<Duration::rep>(static_cast<double>(interval.count()) * share)));
  const auto shortest =
      std::chrono::ceil<std::chrono::seconds>(Duration(static_cast<Duration::rep>(static_cast<double>(duration.count()) / share)));
  std::string advice;
  if (longest >= std::chrono::seconds(1)) advice = "set the duration to " + format_duration(longest) + " or less, ";
  return advice + "set the interval to " + format_duration(shortest) + " or more, or raise scrape.maxCpuShare";
}

}  // namespace

std::vector<model::ProfilePlan> plan_for(const ScrapeConfig& scrape, const TargetConfig& target) {
  std::vector<model::ProfilePlan> plans;
  for (const auto type : model::kAllProfileTypes) {
    const ProfileConfig own = find(target.profiles, type);
    const ProfileConfig common = find(scrape.profiles, type);
    if (!first(own.enabled, common.enabled).value_or(model::is_pprof(type))) continue;
    const auto interval = first(first(own.interval, target.interval), common.interval).value_or(scrape.interval);
    const auto duration = first(own.duration, common.duration).value_or(default_duration(scrape, type));
    plans.push_back(model::ProfilePlan{type, interval, model::has_duration(type) ? duration : Duration(0)});
  }
  return plans;
}

Result<void> check_plan(const ScrapeConfig& scrape, const std::vector<model::ProfilePlan>& plan) {
  constexpr double kTolerance = 1e-9;  // 1s in 6s is 1/6 whatever the rounding
  for (const auto& profile : plan) {
    const auto share = static_cast<double>(profile.duration.count()) / static_cast<double>(profile.interval.count());
    const std::string what = std::string(model::to_string(profile.type)) + " for " + format_duration(profile.duration) + " in every " +
                             format_duration(profile.interval) + " is " + percent(share) + " of the time";
    if (profile.type == ProfileType::kCpu && share > scrape.max_cpu_share + kTolerance) {
      return Error(Errc::kInvalidArgument, what + ", above scrape.maxCpuShare (" + percent(scrape.max_cpu_share) +
                                               "): " + cpu_advice(profile.interval, profile.duration, scrape.max_cpu_share));
    }
    if (profile.type == ProfileType::kTrace && share >= 1) {
      return Error(Errc::kInvalidArgument, what + ": set the duration below the interval");
    }
  }
  return {};
}

}  // namespace agent::config
