#include "agent/discovery/resolve.hpp"

#include "agent/config/plan.hpp"
#include "agent/config/preset_names.hpp"
#include "agent/discovery/presets.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace agent::discovery {
namespace {

template <class T>
void override(T& value, const std::optional<T>& written) {
  if (written) value = *written;
}

void override_credentials(model::Credentials& credentials, const config::TargetConfig& written) {
  if (written.bearer_token_file || written.client_cert_file) {
    credentials.bearer_token_file.clear();
    credentials.client_cert_file.clear();
    credentials.client_key_file.clear();
  }
  override(credentials.bearer_token_file, written.bearer_token_file);
  override(credentials.client_cert_file, written.client_cert_file);
  override(credentials.client_key_file, written.client_key_file);
  if (written.ca_file || written.pinned_cert_file || written.insecure_skip_verify.value_or(false)) {
    credentials.ca_file.clear();
    credentials.pinned_cert_file.clear();
  }
  override(credentials.ca_file, written.ca_file);
  override(credentials.pinned_cert_file, written.pinned_cert_file);
  override(credentials.server_name, written.server_name);
  override(credentials.insecure_skip_verify, written.insecure_skip_verify);
}

const Preset* preset_of(const config::TargetConfig& written) {
  return find_preset(written.preset.empty() ? written.component : written.preset);
}

model::Target merge(const config::Config& config, const config::TargetConfig& written, const HostView& view) {
  const auto& node_name = config.node_name.empty() ? view.host_name : config.node_name;
  model::Target target;
  if (const Preset* preset = preset_of(written)) {
    target = preset_target(*preset, written.url, view, node_name);
  } else if (written.url) {
    target.url = *written.url;
  }
  target.component = written.component;
  while (target.url.ends_with('/')) target.url.pop_back();
  override(target.pprof_path, written.pprof_path);
  while (target.pprof_path.ends_with('/')) target.pprof_path.pop_back();
  override(target.process_name, written.process_name);
  override_credentials(target.credentials, written);
  target.limits = config.scrape.limits;
  override(target.limits.connect_timeout, written.connect_timeout);
  override(target.limits.header_timeout, written.header_timeout);
  override(target.limits.total_timeout, written.total_timeout);
  override(target.limits.max_response_bytes, written.max_response_bytes);
  target.profiles = config::plan_for(config.scrape, written);
  return target;
}

void add(Resolved& resolved, const config::Config& config, const config::TargetConfig& written, const HostView& view) {
  model::Target target = merge(config, written, view);
  if (const auto checked = config::check_plan(config.scrape, target.profiles); !checked) {
    resolved.warnings.push_back(target.component + " is not recorded: " + checked.error().message());
    return;
  }
  const auto& credentials = target.credentials;
  const Preset* preset = preset_of(written);
  if (preset != nullptr && preset->access != Access::kNone && target.url.starts_with("https://") && credentials.bearer_token_file.empty() &&
      credentials.client_cert_file.empty()) {
    resolved.warnings.push_back(target.component +
                                " is asked without credentials: neither a ServiceAccount token nor kubeadm's client certificates are here; "
                                "give bearerTokenFile, or clientCertFile and clientKeyFile");
  }
  resolved.targets.push_back(std::move(target));
}

bool is_named(const config::Config& config, std::string_view preset) {
  return std::any_of(config.targets.begin(), config.targets.end(),
                     [&](const config::TargetConfig& target) { return target.component == preset || target.preset == preset; });
}

/// The target of a component whose process runs here.
void discover(Resolved& resolved, const config::Config& config, const Preset& preset, const HostView& view) {
  if (!is_there(preset, view)) {
    resolved.warnings.push_back(std::string(preset.name) + " runs here but does not serve pprof at " + std::string(preset.url) + ": " +
                                std::string(preset.advice));
    return;
  }
  config::TargetConfig discovered;
  discovered.component = preset.name;
  add(resolved, config, discovered, view);
}

/// The target of a component whose process ran here before.
void keep(Resolved& resolved, const std::vector<model::Target>& known, std::string_view name) {
  const auto last = std::find_if(known.begin(), known.end(), [&](const model::Target& target) { return target.component == name; });
  if (last != known.end()) resolved.targets.push_back(*last);
}

}  // namespace

Resolved resolve(const config::Config& config, const HostView& view, const std::vector<model::Target>& known) {
  Resolved resolved;
  resolved.warnings = view.warnings;
  for (const auto& written : config.targets) add(resolved, config, written, view);
  if (!config.discovery.processes) return resolved;
  for (const auto name : config::kPresetNames) {
    if (is_named(config, name)) continue;
    if (host::find_program(view.processes, name) != nullptr) {
      discover(resolved, config, *find_preset(name), view);
    } else {
      keep(resolved, known, name);
    }
  }
  return resolved;
}

}  // namespace agent::discovery
