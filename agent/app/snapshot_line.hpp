// One stored snapshot for people: "05:36:28  kube-apiserver           heap           100.2KiB stored as 512B  6883041a2c000001".
#pragma once

#include "agent/model/snapshot.hpp"

#include <string>

namespace agent::app {

/// Without a newline. The time is the snapshot's start in UTC.
[[nodiscard]] std::string snapshot_line(const model::Snapshot& snapshot);

}  // namespace agent::app
