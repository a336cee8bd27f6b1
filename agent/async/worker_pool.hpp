// The threads for CPU work and blocking file I/O, and the way there and back for a coroutine.
#pragma once

#include "agent/async/task.hpp"

#include <cstddef>
#include <memory>
#include <type_traits>

namespace agent::async {

class WorkerPool {
 public:
  explicit WorkerPool(std::size_t threads);
  /// Waits for the jobs that run and drops those that did not start.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  [[nodiscard]] Executor executor() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// offload(pool, job) is in agent/async/offload.hpp:
//   auto job = [profile = std::move(profile)]() mutable { return encode(profile); };   // a named callable: see style.md 9.1
//   auto encoded = co_await async::offload(pool, std::move(job));
// A stop request lets a job that runs finish (Asio 1.81 must not cancel across executors, asio #1332).

}  // namespace agent::async
