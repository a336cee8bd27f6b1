#include "agent/host/boot_clock.hpp"

#include "agent/base/file.hpp"
#include "agent/host/stat_line.hpp"

#include <unistd.h>

#include <algorithm>

namespace agent::host {
namespace {

constexpr std::size_t kMaxProcStatBytes = 4U << 20U;  // a line for each CPU and one that counts every interrupt

}  // namespace

BootClock::BootClock(const std::filesystem::path& proc) {
  const auto text = read_file(proc / "stat", kMaxProcStatBytes);
  if (text) boot_seconds_ = parse_boot_time(*text).value_or(0);
}

WallTime BootClock::at(std::uint64_t ticks) const {
  const auto per_tick = Duration(std::chrono::seconds(1)) / std::max(1L, ::sysconf(_SC_CLK_TCK));
  return WallTime(std::chrono::seconds(boot_seconds_) + per_tick * static_cast<Duration::rep>(ticks));
}

}  // namespace agent::host
