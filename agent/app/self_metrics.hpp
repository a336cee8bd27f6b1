// The agent's metrics about itself: its build, its process and its store.
#pragma once

#include "agent/store/store.hpp"
#include "agent/telemetry/metrics.hpp"

#include <memory>

namespace agent::app {

/// Registers them; they are set whenever the metrics are collected. `store` outlives `metrics`' last serialize().
void register_self_metrics(telemetry::Metrics& metrics, const store::Store& store);

}  // namespace agent::app
