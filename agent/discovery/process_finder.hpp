// Which process is behind a target, cheaply enough to ask before every fetch.
#pragma once

#include "agent/base/clock.hpp"
#include "agent/host/process_table.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/model/target.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace agent::discovery {

/// Thread-safe. Remembers what it found: as long as that process runs, a call reads one small file (9 us). All of /proc is read (35 us a
/// process) only when it is gone or was never there: at once for a new name and for one whose process ended, then after 5, 10, 20, 40 and
/// each 60 s, and at most once in 5 s for all names together.
class ProcessFinder {
 public:
  static constexpr Duration kRescanAfter = std::chrono::seconds(5);
  static constexpr Duration kMaxPatience = std::chrono::seconds(60);

  /// `clock` outlives it.
  ProcessFinder(host::ProcessTable table, const Clock& clock) : table_(std::move(table)), clock_(clock) {}

  /// The process called target.process_name; of several, the one that listens on the port of a URL on loopback. nullopt when the name is
  /// empty or nothing of that name runs in our network namespace.
  [[nodiscard]] std::optional<model::Process> find(const model::Target& target);

 private:
  struct Name {
    std::optional<model::Process> process;
    SteadyTime look_again = SteadyTime::min();
    Duration patience = kRescanAfter;
  };

  void scan(SteadyTime now);

  host::ProcessTable table_;
  const Clock& clock_;
  std::mutex mutex_;
  std::optional<SteadyTime> scanned_;
  std::vector<host::ProcessInfo> processes_;  ///< of the last scan
  /// By process name and URL of the target. As bounded as the targets of all configurations so far.
  std::map<std::pair<std::string, std::string>, Name> names_;
};

}  // namespace agent::discovery
