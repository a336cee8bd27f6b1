// An asynchronous operation that a coroutine waits for, with a deadline and cancellation. Private to agent/http: the only place where its
// coroutines wait for the network.
#pragma once

#include "agent/async/task.hpp"
#include "agent/base/time.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <functional>

namespace agent::http {

using ErrorCode = boost::system::error_code;

/// What happens to an operation whose waiter gives up. `abort` is what ends it, closing its socket as a rule.
enum class GivingUp {
  kAbort,    ///< at the deadline and when the waiter is cancelled: abort, and wait for the end, because it uses buffers of the waiter
  kKeep,     ///< at the deadline it goes on, and can be waited for again; when the waiter is cancelled: as kAbort
  kAbandon,  ///< abort, and do not wait: it cannot be ended
};

class PendingOperation {
 public:
  explicit PendingOperation(const async::Executor& executor) : wake_(executor, boost::asio::steady_timer::time_point::max()) {}

  void begin() { pending_ = true; }
  void end(const ErrorCode& result);
  [[nodiscard]] bool is_pending() const { return pending_; }

  /// The result of the operation; timed_out at the deadline; operation_aborted when the caller is cancelled. Does not throw at a
  /// cancellation: the caller ends at its next await, once it has cleaned up.
  async::Task<ErrorCode> wait(SteadyTime deadline, GivingUp giving_up, std::function<void()> abort);

 private:
  boost::asio::steady_timer wake_;
  bool pending_ = false;
  ErrorCode result_;
};

}  // namespace agent::http
