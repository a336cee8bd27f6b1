// Spans of time as a person reads them in a table.
#pragma once

#include "agent/base/time.hpp"

#include <string>

namespace agent::cli {

/// As kubectl's AGE column: "45s", "5m", "3m20s", "2h5m", "3d4h", "2y10d" (k8s.io/apimachinery/pkg/util/duration, HumanDuration). Below
/// zero is "0s".
[[nodiscard]] std::string format_age(Duration age);

/// format_age of `now - time`, "in 5s" when `time` is still to come.
[[nodiscard]] std::string age_of(WallTime time, WallTime now);

}  // namespace agent::cli
