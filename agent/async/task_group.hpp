// Owner of child coroutines: nothing in kprofd is detached.
#pragma once

#include "agent/async/task.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>

namespace agent::async {

/// Single-threaded: all calls on the I/O thread. Must outlive its children: join() before it is destroyed.
class TaskGroup {
 public:
  /// `on_exception` hears what a child throws, except operation_aborted after request_stop(). The child is gone by then; the group goes on.
  TaskGroup(Executor executor, std::function<void(std::exception_ptr)> on_exception);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// False once stopping: the task is then dropped without having started.
  bool spawn(Task<void> task);
  /// Asks every child to end (cancellation_type::terminal) and refuses new ones. Idempotent.
  void request_stop();
  /// Returns when the last child has ended, also when it is cancelled itself: that stops the children first (request_stop), and the caller
  /// ends at its next await.
  Task<void> join();
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace agent::async
