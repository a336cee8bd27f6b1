// Turns the kernel's ticks since boot into wall time.
#pragma once

#include "agent/base/time.hpp"

#include <cstdint>
#include <filesystem>

namespace agent::host {

/// The boot time is read once, so that the same tick is the same instant for as long as this lives, even when somebody sets the clock.
class BootClock {
 public:
  /// Reads "btime" of `proc`/stat; the epoch when it is not there.
  explicit BootClock(const std::filesystem::path& proc);

  [[nodiscard]] WallTime at(std::uint64_t ticks) const;

 private:
  std::int64_t boot_seconds_ = 0;
};

}  // namespace agent::host
