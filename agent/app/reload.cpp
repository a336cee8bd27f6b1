// How a new configuration and a changed node take effect while the agent records.
#include "agent/app/parts.hpp"
#include "agent/app/settings.hpp"
#include "agent/async/offload.hpp"
#include "agent/base/version.hpp"
#include "agent/config/load.hpp"
#include "agent/discovery/host_view.hpp"
#include "agent/discovery/resolve.hpp"

#include <algorithm>
#include <utility>

namespace agent::app {

// Valid: takes effect without touching what runs. Invalid: every problem is logged and the old one stays.
async::Task<void> Agent::Parts::reload(std::string why) {
  const auto turn = co_await changes_.acquire();
  if (!options_.config_file) {
    log_.info("nothing to reload: started without --config", {{"why", why}});
    co_return;
  }
  log_.info("reloading the configuration", {{"file", options_.config_file->string()}, {"why", why}});
  service_.reloading(clock_->now());
  // The stamp comes first: a change while we read is seen as another one.
  config_stamp_ = stamp_of(*options_.config_file);
  auto job = [file = *options_.config_file] { return config::load(file, config::process_environment()); };
  auto loaded = co_await async::offload(workers_, std::move(job));
  for (const auto& problem : loaded.problems) log_.error("the configuration is refused", {{"problem", to_string(problem)}});
  set_reload_metrics(loaded.config.has_value());
  if (loaded.config) {
    take(*std::move(loaded.config));
    co_await refresh_targets();
    log_.info("the new configuration is in force", {{"targets", targets_.size()}});
  } else {
    log_.error("the old configuration stays in force", {{"problems", loaded.problems.size()}});
  }
  const auto* status = last_reload_successful_ ? "recording" : "recording; the changed configuration is refused, see the log";
  service_.ready(status);
}

void Agent::Parts::take(config::Config loaded) {
  auto merged = merge_reload(config_, with_overrides(std::move(loaded), options_));
  for (const auto& key : merged.ignored) log_.warn("a changed setting takes effect at the next start only", {{"key", key}});
  config_ = std::move(merged.config);
  config_loaded_ = clock_->wall_now();
  log_.configure(config_.log.level, config_.log.format);
  store_->reconfigure(store_options(config_));
  api_->reconfigure(api_options(config_));
  targets_.clear();  // so that changed options of the recorder are applied with the same targets
}

async::Task<void> Agent::Parts::refresh_targets() {
  auto job = [config = config_, known = targets_] { return discovery::resolve(config, discovery::view_host(config.discovery), known); };
  auto resolved = co_await async::offload(workers_, std::move(job));
  for (const auto& warning : resolved.warnings) {
    if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end()) log_.warn(warning);
  }
  warnings_ = std::move(resolved.warnings);
  if (resolved.targets == targets_ && !targets_.empty()) co_return;
  for (const auto& target : resolved.targets) {
    if (std::find(targets_.begin(), targets_.end(), target) == targets_.end()) {
      log_.info("target", {{"component", target.component}, {"url", target.url}, {"profiles", target.profiles.size()}});
    }
  }
  targets_ = resolved.targets;
  recorder_->apply(std::move(resolved.targets), recorder_options(config_));
}

void Agent::Parts::set_reload_metrics(bool successful) {
  last_reload_successful_ = successful;
  metrics_.gauge("kprofd_config_last_reload_successful", "1 when the last read of the configuration was valid and is in force, else 0.")
      .set(successful ? 1 : 0);
  if (!successful) return;
  metrics_.gauge("kprofd_config_last_reload_success_timestamp_seconds", "When the configuration in force was read.")
      .set(std::chrono::duration<double>(clock_->wall_now().time_since_epoch()).count());
}

api::AgentInfo Agent::Parts::info() const {
  api::AgentInfo info;
  info.version = version();
  info.commit = commit();
  info.node = node_name(config_);
  info.started = started_;
  info.store_path = config_.store.path;
  if (options_.config_file) info.config_file = options_.config_file->string();
  info.config_loaded = config_loaded_;
  info.last_reload_successful = last_reload_successful_;
  info.not_recording = stopping_ ? "stopping" : "";
  return info;
}

}  // namespace agent::app
