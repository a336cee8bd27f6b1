// Whether the agent records. Pure.
#pragma once

#include "agent/model/target_status.hpp"
#include "agent/store/store.hpp"

#include <string>
#include <vector>

namespace agent::api {

/// Why it does not record, a sentence each; empty when it does. `not_recording` is AgentInfo's. One target that is up is enough: the others
/// are visible in /api/v1/targets.
[[nodiscard]] std::vector<std::string> reasons_not_ready(const std::string& not_recording, const store::StoreState& store,
                                                         const std::vector<model::TargetStatus>& targets);

}  // namespace agent::api
