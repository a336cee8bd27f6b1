// How many requests run at once on the node, so that a target that hangs holds up nobody else. Internal to agent/scrape; on the I/O thread.
//
// The rule:
// 1. A target that answers in time takes a slot of the node for each request. There are max_in_flight.
// 2. A request that is still silent kPatience past its profile's duration hangs. It gives its slot back to others and goes on beside them.
// 3. A target of which a request hangs, whose last one timed out, or that has not answered yet is unproven. It takes no slot of the node:
//    its requests run beside them from the start, one at a time, until one ends in time.
//
// So while all targets answer at most max_in_flight requests run, and one more for each target that does not. In the moment in which a
// target begins to hang, all that it had in flight may hang. The hard bound is therefore
//
//   max_requests(max_in_flight, targets) = max_in_flight + slots_beside(targets),   slots_beside(targets) = min(2 * targets, 32)
//
// requests; one that hangs while none of slots_beside() is free keeps its slot of the node. Each request has one connection, and each
// target keeps at most http::ClientOptions::max_idle_connections (2) idle ones.
#pragma once

#include "agent/async/clock.hpp"
#include "agent/async/semaphore.hpp"
#include "agent/async/task.hpp"
#include "agent/async/task_group.hpp"
#include "agent/scrape/scrape_metrics.hpp"
#include "agent/scrape/target_entry.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>

namespace agent::scrape {

/// How long past a profile's duration its request keeps a slot of the node.
inline constexpr Duration kPatience = std::chrono::seconds(1);

/// Requests that may hang, or go to unproven targets, at once.
[[nodiscard]] constexpr std::size_t slots_beside(std::size_t targets) {
  return std::clamp<std::size_t>(2 * targets, 2, 32);
}
/// Requests in flight at most.
[[nodiscard]] constexpr std::size_t max_requests(std::size_t max_in_flight, std::size_t targets) {
  return max_in_flight + slots_beside(targets);
}

/// The right to have one request of a target in flight. Gives it back on destruction.
class Slot {
 public:
  Slot(ScrapeMetrics& metrics, std::shared_ptr<TargetEntry> entry) : metrics_(metrics), entry_(std::move(entry)) {}
  ~Slot() { release(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  void release();

 private:
  friend class Slots;
  void note_hanging();
  void go_beside(async::Semaphore::Permit beside);
  void move(async::Semaphore::Permit beside);

  ScrapeMetrics& metrics_;
  std::shared_ptr<TargetEntry> entry_;
  async::Semaphore::Permit of_node_;
  async::Semaphore::Permit of_target_;
  async::Semaphore::Permit beside_;
  bool is_beside_ = false;
  bool hangs_ = false;
};

class Slots {
 public:
  /// All outlive the Slots; `timers` owns the patience timers.
  Slots(const async::Executor& executor, async::AsyncClock& clock, ScrapeMetrics& metrics, async::TaskGroup& timers);

  /// Takes effect as slots come back. max_in_flight > 0.
  void configure(std::size_t max_in_flight, std::size_t targets);

  /// Waits for a slot of the kind that the target takes now.
  async::Task<std::shared_ptr<Slot>> acquire(std::shared_ptr<TargetEntry> entry);
  /// Says that the request of a slot begins now: from `duration` and kPatience on it hangs.
  void begin(const std::shared_ptr<Slot>& slot, Duration duration);

 private:
  async::Task<void> watch(std::weak_ptr<Slot> slot, SteadyTime when);

  async::AsyncClock& clock_;
  ScrapeMetrics& metrics_;
  async::TaskGroup& timers_;
  async::Semaphore of_node_;
  async::Semaphore beside_;
};

}  // namespace agent::scrape
