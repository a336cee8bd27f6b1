// What the agent itself uses, for its process_* metrics.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/host/boot_clock.hpp"

#include <cstdint>
#include <filesystem>

namespace agent::host {

struct OwnProcess {
  double cpu_seconds = 0;  ///< user and system
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;  ///< soft limit; 0 when unlimited
  std::uint64_t threads = 0;
  WallTime start_time{};
};

/// Thread-safe.
class OwnProcessReader {
 public:
  /// `proc` is the agent's own, not the host's mounted elsewhere: "self" means nothing there.
  explicit OwnProcessReader(std::filesystem::path proc = "/proc");
  /// Reads `proc`/self, about 30 us of CPU. Errors: those of reading it; kCorrupt when the kernel's text is not as known.
  [[nodiscard]] Result<OwnProcess> read() const;

 private:
  std::filesystem::path proc_;
  BootClock clock_;
};

}  // namespace agent::host
