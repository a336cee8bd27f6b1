// The memory of another process, as the kernel counts it for its limit.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <string>

namespace tests {

/// A line of /proc/PID/status in KiB: "VmRSS" now, "VmHWM" its peak. 0 when the process is gone.
[[nodiscard]] inline std::size_t status_kib(pid_t pid, const std::string& name) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name + ":")) return std::stoul(line.substr(name.size() + 1));
  }
  return 0;
}

/// VmHWM counts from now on.
inline void forget_peak(pid_t pid) {
  std::ofstream("/proc/" + std::to_string(pid) + "/clear_refs") << "5";
}

}  // namespace tests
