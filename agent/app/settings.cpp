#include "agent/app/settings.hpp"

#include "agent/api/host_guard.hpp"
#include "agent/host/host_name.hpp"

#include <utility>

namespace agent::app {

config::Config with_overrides(config::Config config, const LaunchOptions& options) {
  if (options.listen) config.listen.address = *options.listen;
  if (options.store_path) config.store.path = *options.store_path;
  return config;
}

store::StoreOptions store_options(const config::Config& config) {
  store::StoreOptions options;
  options.path = config.store.path;
  options.max_bytes = config.store.max_bytes;
  options.max_age = config.store.max_age;
  options.min_free_bytes = config.store.min_free_bytes;
  options.max_memory_bytes = config.store.max_memory_bytes;
  return options;
}

http::ServerOptions server_options(const config::Config& config) {
  http::ServerOptions options;
  options.address = config.listen.address;
  options.tls = !config.listen.tls.cert_file.empty();
  options.tls_files = {config.listen.tls.cert_file, config.listen.tls.key_file, config.listen.tls.client_ca_file};
  return options;
}

api::ApiOptions api_options(const config::Config& config) {
  api::ApiOptions options;
  options.loopback_only = api::is_loopback(config.listen.address);
  options.live_targets = config.listen.live_targets.value_or(options.loopback_only);
  return options;
}

scrape::RecorderOptions recorder_options(const config::Config& config) {
  scrape::RecorderOptions options;
  options.max_in_flight = config.scrape.max_in_flight;
  options.max_debug2_goroutines = config.scrape.max_debug2_goroutines;
  return options;
}

std::string node_name(const config::Config& config) {
  return config.node_name.empty() ? host::host_name() : config.node_name;
}

Reload merge_reload(const config::Config& running, config::Config loaded) {
  Reload reload;
  const auto keep = [&](const char* key, auto& loaded_value, const auto& running_value) {
    if (loaded_value == running_value) return;
    reload.ignored.emplace_back(key);
    loaded_value = running_value;
  };
  keep("listen.address", loaded.listen.address, running.listen.address);
  keep("listen.tls.certFile", loaded.listen.tls.cert_file, running.listen.tls.cert_file);
  keep("listen.tls.keyFile", loaded.listen.tls.key_file, running.listen.tls.key_file);
  keep("listen.tls.clientCaFile", loaded.listen.tls.client_ca_file, running.listen.tls.client_ca_file);
  keep("store.path", loaded.store.path, running.store.path);
  keep("discovery.proc", loaded.discovery.proc, running.discovery.proc);
  reload.config = std::move(loaded);
  return reload;
}

}  // namespace agent::app
