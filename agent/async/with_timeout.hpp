// A time limit around any task that can be cancelled. Sockets have their own limits in agent/http.
#pragma once

#include "agent/async/clock.hpp"
#include "agent/async/task.hpp"
#include "agent/base/result.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace agent::async {
namespace detail {

// co_spawn needs a result that has a default.
template <class T>
Task<std::optional<Result<T>>> boxed(Task<Result<T>> task) {
  auto result = co_await std::move(task);
  co_return std::optional<Result<T>>(std::move(result));
}

}  // namespace detail

/// The result of `task`, or kTimeout once `limit` is over. What the task throws is thrown here.
///
/// At the limit the task is cancelled and waited for, so a task that ignores cancellation (an offloaded job, a name lookup) makes this
/// late; if it then succeeds all the same, its result is given. `what` names it in the error: "WHAT took longer than 2s". Not `task ||
/// sleep`: that swallows an early exception until the limit is over.
template <class T>
Task<Result<T>> with_timeout(AsyncClock& clock, Duration limit, std::string what, Task<Result<T>> task) {
  const auto executor = co_await boost::asio::this_coro::executor;
  auto group = boost::asio::experimental::make_parallel_group(
      boost::asio::co_spawn(executor, detail::boxed<T>(std::move(task)), boost::asio::deferred),
      boost::asio::co_spawn(executor, clock.sleep_for(limit), boost::asio::deferred));
  auto [order, failed, result, sleep_failed] =
      co_await group.async_wait(boost::asio::experimental::wait_for_one(), boost::asio::use_awaitable);
  const bool ran_out = order[0] == 1 && !sleep_failed;
  if (!failed && result && (result->has_value() || !ran_out)) co_return std::move(*result);
  if (ran_out) co_return Error(Errc::kTimeout, what + " took longer than " + format_duration(limit));
  std::rethrow_exception(failed);
}

}  // namespace agent::async
