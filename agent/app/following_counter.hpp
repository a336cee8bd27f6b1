// A counter metric of what somebody else counts.
#pragma once

#include "agent/telemetry/metrics.hpp"

#include <utility>

namespace agent::app {

/// Adds what came since the last look. Not thread-safe.
class FollowingCounter {
 public:
  FollowingCounter(telemetry::Counter counter) : counter_(std::move(counter)) {}  // NOLINT(google-explicit-constructor)
  void follow(double total) {
    if (total > last_) counter_.add(total - last_);
    last_ = total;
  }

 private:
  telemetry::Counter counter_;
  double last_ = 0;
};

}  // namespace agent::app
