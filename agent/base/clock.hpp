// Time as a port, so that tests own it (tests/support/fake_clock.hpp). Sleeping is async/timer.hpp's.
#pragma once

#include "agent/base/time.hpp"

namespace agent {

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual SteadyTime now() const = 0;
  [[nodiscard]] virtual WallTime wall_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime now() const override;
  [[nodiscard]] WallTime wall_now() const override;
};

}  // namespace agent
