// A clock that coroutines can wait on.
#pragma once

#include "agent/async/task.hpp"
#include "agent/base/clock.hpp"

#include <memory>

namespace agent::async {

/// now() and wall_now() are thread-safe; sleep_until is for the I/O thread. tests/support/fake_clock.hpp moves time by hand.
class AsyncClock : public Clock {
 public:
  /// Returns once now() >= `when`; at once if it is already. Cancellation (terminal) ends it with an operation_aborted exception, as every
  /// await.
  virtual Task<void> sleep_until(SteadyTime when) = 0;
  Task<void> sleep_for(Duration span) { return sleep_until(now() + span); }
};

/// The real one, on `executor`.
[[nodiscard]] std::unique_ptr<AsyncClock> make_system_clock(Executor executor);

}  // namespace agent::async
