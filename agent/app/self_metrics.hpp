// The agent's metrics about itself: its build, its process, its store and its server.
#pragma once

#include "agent/app/following_counter.hpp"
#include "agent/http/server.hpp"
#include "agent/store/store.hpp"
#include "agent/telemetry/metrics.hpp"

namespace agent::app {

/// Registers them; they are set whenever the metrics are collected. `store` outlives `metrics`' last serialize().
void register_self_metrics(telemetry::Metrics& metrics, const store::Store& store);

/// The server's counts. On the I/O thread.
class ServerMetrics {
 public:
  explicit ServerMetrics(telemetry::Metrics& metrics);
  void set(const http::ServerStats& stats);

 private:
  FollowingCounter accepted_, refused_, evicted_, requests_, malformed_;
  telemetry::Gauge open_;
};

}  // namespace agent::app
