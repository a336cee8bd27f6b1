// Runs a job on the worker pool and comes back to the caller's thread with its result.
#pragma once

#include "agent/async/task.hpp"
#include "agent/async/worker_pool.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace agent::async {
namespace detail {

// co_spawn needs a result that has a default; Result<T> has none, so it travels in an optional.
template <class Job, class T>
Task<std::optional<T>> run_job(Job job) {
  co_return std::optional<T>(job());
}

template <class Job>
Task<void> run_void_job(Job job) {
  job();
  co_return;
}

}  // namespace detail

/// What `job()` returned; what it throws is thrown here. `job` is a named callable that owns all it uses (style.md 9.1), because it may
/// outlive a caller that is destroyed.
///
/// A stop request does not reach the job: it finishes, its result arrives here, and the caller ends at its next await. Asio 1.81 must not
/// cancel a co_spawn across executors (asio #1332), so the slot is cut off.
template <class Job>
Task<std::invoke_result_t<Job&>> offload(WorkerPool& pool, Job job) {
  using T = std::invoke_result_t<Job&>;
  auto token = boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot(), boost::asio::use_awaitable);
  if constexpr (std::is_void_v<T>) {
    co_await boost::asio::co_spawn(pool.executor(), detail::run_void_job<Job>(std::move(job)), token);
  } else {
    auto result = co_await boost::asio::co_spawn(pool.executor(), detail::run_job<Job, T>(std::move(job)), token);
    co_return std::move(*result);
  }
}

}  // namespace agent::async
