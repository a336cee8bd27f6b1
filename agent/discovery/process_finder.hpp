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

/// Thread-safe. Remembers what it found: as long as that process runs, a call reads one small file. All of /proc is read only when it is
/// gone or was never there, and then at most once in kRescanAfter for all names together.
class ProcessFinder {
 public:
  static constexpr Duration kRescanAfter = std::chrono::seconds(5);

  /// `clock` outlives it.
  ProcessFinder(host::ProcessTable table, const Clock& clock) : table_(std::move(table)), clock_(clock) {}

  /// The process called target.process_name; nullopt when that is empty or nothing of that name runs.
  [[nodiscard]] std::optional<model::Process> find(const model::Target& target);

 private:
  host::ProcessTable table_;
  const Clock& clock_;
  std::mutex mutex_;
  std::optional<SteadyTime> scanned_;
  std::vector<host::ProcessInfo> processes_;     ///< of the last scan
  std::map<std::string, model::Process> found_;  ///< a name a target, so as bounded as the targets of all configurations so far
};

}  // namespace agent::discovery
