// A console whose two ends are strings, with a clock that stands still until somebody sleeps.
#pragma once

#include "agent/cli/console.hpp"

#include <sstream>
#include <string>

namespace tests {

class SteppedClock final : public agent::Clock {
 public:
  [[nodiscard]] agent::SteadyTime now() const override { return agent::SteadyTime(passed); }
  [[nodiscard]] agent::WallTime wall_now() const override { return start + passed; }

  agent::WallTime start = agent::from_unix_nanos(1'795'498'588'000'000'000);  // 2026-11-24T05:36:28Z
  agent::Duration passed{0};
};

struct TestConsole {
  std::ostringstream out;
  std::ostringstream err;
  SteppedClock clock;
  agent::cli::Console console{out, err, clock};

  TestConsole() {
    console.sleep = [this](agent::Duration span) { clock.passed += span; };
  }
};

}  // namespace tests
