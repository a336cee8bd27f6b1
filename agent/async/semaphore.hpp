// A counting semaphore for coroutines: at most N at a time, first come first served.
#pragma once

#include "agent/async/task.hpp"

#include <cstddef>
#include <memory>

namespace agent::async {

/// Single-threaded: all calls on the I/O thread. Waiters are not bounded here: there are as many as coroutines that call acquire().
class Semaphore {
  struct State;
  struct Waiter;

 public:
  /// One unit, given back on destruction. May outlive the Semaphore.
  class Permit {
   public:
    Permit() = default;
    Permit(Permit&& other) noexcept = default;
    Permit& operator=(Permit&& other) noexcept;
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    ~Permit();
    void release();

   private:
    friend class Semaphore;
    explicit Permit(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
  };

  Semaphore(Executor executor, std::size_t limit);
  ~Semaphore();
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  /// Waits for its turn. Cancellation ends it with an operation_aborted exception and loses no unit.
  Task<Permit> acquire();
  /// A raised limit lets waiters in at once; a lowered one takes effect as permits come back.
  void set_limit(std::size_t limit);
  [[nodiscard]] std::size_t in_use() const;
  [[nodiscard]] std::size_t waiting() const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace agent::async
