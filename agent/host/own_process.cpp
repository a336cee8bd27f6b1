#include "agent/host/own_process.hpp"

#include "agent/base/file.hpp"
#include "agent/host/stat_line.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <utility>

namespace agent::host {
namespace {

constexpr std::size_t kMaxBytes = 64U << 10U;

/// The soft limit of "Max open files"; 0 when it is "unlimited" or not there.
std::uint64_t parse_max_fds(std::string_view limits) {
  constexpr std::string_view kKey = "Max open files";
  const auto at = limits.find(kKey);
  if (at == std::string_view::npos) return 0;
  limits.remove_prefix(at + kKey.size());
  limits.remove_prefix(std::min(limits.size(), limits.find_first_not_of(' ')));
  std::uint64_t soft = 0;
  std::from_chars(limits.data(), limits.data() + limits.size(), soft);
  return soft;
}

}  // namespace

OwnProcessReader::OwnProcessReader(std::filesystem::path proc) : proc_(std::move(proc)), clock_(proc_) {}

Result<OwnProcess> OwnProcessReader::read() const {
  const auto self = proc_ / "self";
  const auto line = read_file(self / "stat", kMaxBytes);
  if (!line) return line.error();
  const auto stat = parse_stat(*line);
  if (!stat) return Error(Errc::kCorrupt, (self / "stat").string() + ": not as proc(5) describes it");
  const auto limits = read_file(self / "limits", kMaxBytes);
  if (!limits) return limits.error();
  std::error_code ec;
  std::filesystem::directory_iterator fds(self / "fd", ec);
  if (ec) return errno_error(ec.value(), "open " + (self / "fd").string());

  OwnProcess own;
  own.cpu_seconds = static_cast<double>(stat->user_ticks + stat->system_ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  own.resident_bytes = stat->resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  own.virtual_bytes = stat->virtual_bytes;
  own.threads = stat->threads;
  own.max_fds = parse_max_fds(*limits);
  for (; !ec && fds != std::filesystem::directory_iterator(); fds.increment(ec)) ++own.open_fds;
  if (own.open_fds > 0) --own.open_fds;  // the one that lists them
  own.start_time = clock_.at(stat->start_ticks);
  return own;
}

}  // namespace agent::host
