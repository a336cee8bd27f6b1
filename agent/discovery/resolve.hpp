// Configuration and node to targets: what the Recorder is told to record.
#pragma once

#include "agent/config/config.hpp"
#include "agent/discovery/host_view.hpp"
#include "agent/model/target.hpp"

#include <string>
#include <vector>

namespace agent::discovery {

struct Resolved {
  std::vector<model::Target> targets;  ///< components are unique; the configured ones first, in their order
  std::vector<std::string> warnings;   ///< sentences for the log, each starting with the component it is about
};

/// Every configured target, then (with discovery.processes) a preset target for each known component whose process runs here and that no
/// configured target names as component or preset. Pure: the same input gives the same result, so call it again when the node may have
/// changed (every minute, and after a reload) and apply the result when it differs.
///
/// `known` are the targets of the last call with the same configuration (none after a reload): one that was discovered stays as it was
/// while its process is not there, so that a component that crashes is shown as down, not forgotten, and is recorded as soon as it is back.
///
/// What is written for a target takes the place of the preset's, and pushes out what would contradict it: insecureSkipVerify, caFile or
/// pinnedCertFile push out the preset's other two; a written token or client certificate pushes out the preset's credentials of either
/// kind. How plans come about: config::plan_for. A target whose plan config::check_plan refuses is left out, with a warning.
[[nodiscard]] Resolved resolve(const config::Config& config, const HostView& view, const std::vector<model::Target>& known = {});

}  // namespace agent::discovery
