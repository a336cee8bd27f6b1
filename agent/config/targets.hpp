// `targets` of a configuration file. Private to agent/config.
#pragma once

#include "agent/config/config.hpp"
#include "agent/config/problems.hpp"
#include "agent/config/yaml_node.hpp"

#include <vector>

namespace agent::config {

/// Reads and checks every target; `scrape` is what they inherit. `list` is the value of `targets`.
[[nodiscard]] std::vector<TargetConfig> read_targets(const YamlNode& list, const ScrapeConfig& scrape, Problems& problems);

}  // namespace agent::config
