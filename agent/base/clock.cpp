#include "agent/base/clock.hpp"

namespace agent {

SteadyTime SystemClock::now() const {
  return std::chrono::steady_clock::now();
}

WallTime SystemClock::wall_now() const {
  return std::chrono::system_clock::now();
}

}  // namespace agent
