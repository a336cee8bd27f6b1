// /proc/PID/stat, the parts that kprofd needs. Format: proc(5). Private to agent/host.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agent::host {

struct StatLine {
  std::string comm;
  char state = '?';
  std::uint64_t flags = 0;         ///< PF_*
  std::uint64_t user_ticks = 0;    ///< utime
  std::uint64_t system_ticks = 0;  ///< stime
  std::uint64_t threads = 0;
  std::uint64_t start_ticks = 0;  ///< since boot
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};

/// comm may hold spaces and parentheses; it ends at the last ')'. nullopt when the line is not as known.
[[nodiscard]] std::optional<StatLine> parse_stat(std::string_view line);
/// "btime" of /proc/stat: when the machine booted, in unix seconds.
[[nodiscard]] std::optional<std::int64_t> parse_boot_time(std::string_view proc_stat);

}  // namespace agent::host
