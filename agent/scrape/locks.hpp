// Who may ask a process, and the node, for a profile now.
//
// Three limits, taken in this order so that nobody holds a scarcer one while waiting: one cpu profile and one trace for each process (Go
// answers 500 to a second one), one profile of an instant for each target, and a slot (agent/scrape/slots.hpp). All waits are first come
// first served.
#pragma once

#include "agent/async/semaphore.hpp"
#include "agent/async/task.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/model/target.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace agent::scrape {

/// What the lock of a target's process is named after: its pid and start time when known, so that targets that share a process (k3s) share
/// the lock, else its base URL.
[[nodiscard]] std::string lock_key(const model::Target& target, const model::Process& process);

/// At most one holder for each (key, cpu or trace). On the I/O thread. Keeps a lock only while it is used or waited for.
class ProcessLocks {
 public:
  explicit ProcessLocks(async::Executor executor) : executor_(std::move(executor)) {}

  /// Requires has_duration(type).
  async::Task<async::Semaphore::Permit> acquire(std::string key, model::ProfileType type);

 private:
  using Key = std::pair<std::string, model::ProfileType>;

  async::Executor executor_;
  std::map<Key, std::shared_ptr<async::Semaphore>> locks_;
};

}  // namespace agent::scrape
