// The processes of the node as /proc shows them.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/host/boot_clock.hpp"
#include "agent/model/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace agent::host {

/// A user-space process; threads, kernel threads and zombies are not listed.
struct ProcessInfo {
  std::int64_t pid = 0;
  std::string comm;                    ///< at most 15 bytes, cut by the kernel: "kube-controller"
  std::string exe;                     ///< file name of the executable; "" when we may not read the link
  std::vector<std::string> arguments;  ///< argv, as far as its first 16 KiB; empty when it cannot be read
  WallTime start_time{};
  /// False when 127.0.0.1 is another place for it than for the agent: a pod without hostNetwork. True where that cannot be read.
  bool shares_network = true;

  /// True when the executable or argv[0] has this file name, or comm is it. Only where neither of the first two can be read is a comm of 15
  /// bytes taken for the beginning of a longer name.
  [[nodiscard]] bool is_program(std::string_view name) const;
};

/// Thread-safe, holds no descriptors; every call reads /proc anew.
class ProcessTable {
 public:
  /// `proc` is where the node's procfs is mounted. The node's boot time is read here, once, so that a process has the same start time at
  /// every call even when somebody sets the clock; two runs of the agent may differ by what the clock was set in between.
  ///
  /// The network namespace that counts as ours is that of "self" in /proc, and that of pid 1 in any other folder, which may belong to
  /// another pid namespace.
  explicit ProcessTable(std::filesystem::path proc = "/proc");

  /// All processes in one pass, by pid. About 35 us of CPU a process; 10,000 are listed at most, with 4 MiB of
  /// arguments (of the rest only the first 256 bytes). Errors: those of reading `proc`.
  [[nodiscard]] Result<std::vector<ProcessInfo>> list() const;
  /// Reads one process. nullopt when it is gone.
  [[nodiscard]] std::optional<ProcessInfo> read(std::int64_t pid) const;
  /// True while this very process runs; a new one under an old pid is another one. Reads one small file.
  [[nodiscard]] bool is_running(const model::Process& process) const;
  /// Like find_program(), but where several processes have this name and `port` is not 0, the one that listens there on loopback, if that
  /// can be seen (as root, or as the user of the process): two etcd of one node are two processes. Reads at most 65,536 descriptors of
  /// each.
  [[nodiscard]] const ProcessInfo* find_listener(const std::vector<ProcessInfo>& processes, std::string_view name,
                                                 std::uint16_t port) const;

 private:
  [[nodiscard]] bool holds_socket(std::int64_t pid, const std::set<std::uint64_t>& inodes) const;
  [[nodiscard]] std::optional<ProcessInfo> read_with(std::int64_t pid, std::size_t max_argument_bytes,
                                                     const std::string& our_network) const;
  [[nodiscard]] std::string our_network() const;

  std::filesystem::path proc_;
  BootClock clock_;
};

/// The process that `name` most likely means: of those that is_program(name) and shares_network, the one that has run longest (forks of it
/// are younger). nullptr when there is none; the result lives as long as `processes`.
[[nodiscard]] const ProcessInfo* find_program(const std::vector<ProcessInfo>& processes, std::string_view name);

}  // namespace agent::host
