// The configuration as each part of the agent takes it, and what of a new one can be taken while it runs. Pure.
#pragma once

#include "agent/api/api.hpp"
#include "agent/app/launch.hpp"
#include "agent/config/config.hpp"
#include "agent/http/server.hpp"
#include "agent/scrape/recorder.hpp"
#include "agent/store/store.hpp"

#include <string>
#include <vector>

namespace agent::app {

/// The configuration with what the command line says in its place.
[[nodiscard]] config::Config with_overrides(config::Config config, const LaunchOptions& options);

[[nodiscard]] store::StoreOptions store_options(const config::Config& config);
[[nodiscard]] http::ServerOptions server_options(const config::Config& config);
[[nodiscard]] api::ApiOptions api_options(const config::Config& config);
[[nodiscard]] scrape::RecorderOptions recorder_options(const config::Config& config);
/// nodeName, else the host's name.
[[nodiscard]] std::string node_name(const config::Config& config);

struct Reload {
  config::Config config;             ///< the new one, with what is fixed at start taken from the running one
  std::vector<std::string> ignored;  ///< keys that changed and take effect at the next start only: "store.path"
};
[[nodiscard]] Reload merge_reload(const config::Config& running, config::Config loaded);

}  // namespace agent::app
