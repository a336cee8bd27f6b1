// Time moved by hand. A coroutine that sleeps on it wakes when advance() passes its hour, in the order of their hours.
#pragma once

#include "agent/async/clock.hpp"
#include "agent/async/use_tuple.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace tests {

/// now() and wall_now() are thread-safe, the rest is for the thread that runs `io`.
class FakeClock final : public agent::async::AsyncClock {
 public:
  explicit FakeClock(boost::asio::io_context& io, agent::WallTime wall = agent::from_unix_nanos(1'790'000'000'000'000'000))
      : io_(io), wall_(wall) {}

  [[nodiscard]] agent::SteadyTime now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  [[nodiscard]] agent::WallTime wall_now() const override {
    const std::lock_guard lock(mutex_);
    return wall_;
  }

  agent::async::Task<void> sleep_until(agent::SteadyTime when) override {
    if (when <= now()) co_return;
    Sleeper sleeper(io_, sleepers_, when);
    co_await sleeper.alarm.async_wait(agent::async::use_tuple);
    if (!sleeper.woken) throw boost::system::system_error(boost::asio::error::operation_aborted);
  }

  /// Runs what is ready, then moves time by `span`, stopping at each sleeper's hour to wake it and to run what that makes ready. What a
  /// worker pool does meanwhile is not waited for.
  void advance(agent::Duration span) {
    const auto end = now() + span;
    poll();
    while (!sleepers_->empty() && sleepers_->begin()->first <= end) {
      set(sleepers_->begin()->first);
      sleepers_->begin()->second->wake();
      poll();
    }
    set(end);
    poll();
  }

  /// Moves the wall clock alone, as NTP does.
  void step_wall(agent::Duration span) {
    const std::lock_guard lock(mutex_);
    wall_ += span;
  }

  [[nodiscard]] std::size_t sleeping() const { return sleepers_->size(); }

 private:
  struct Sleeper;
  using Sleepers = std::multimap<agent::SteadyTime, Sleeper*>;

  // On the frame of its sleep_until(); leaves the map by itself, also when that frame is destroyed.
  struct Sleeper {
    Sleeper(boost::asio::io_context& io, std::shared_ptr<Sleepers> all, agent::SteadyTime when)
        : alarm(io, boost::asio::steady_timer::time_point::max()), sleepers(std::move(all)), place(sleepers->emplace(when, this)) {}
    ~Sleeper() {
      if (!woken) sleepers->erase(place);
    }
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

    void wake() {
      woken = true;
      sleepers->erase(place);
      alarm.cancel();
    }

    boost::asio::steady_timer alarm;
    std::shared_ptr<Sleepers> sleepers;
    Sleepers::iterator place;
    bool woken = false;
  };

  void poll() {
    io_.restart();
    io_.poll();
  }

  void set(agent::SteadyTime when) {
    const std::lock_guard lock(mutex_);
    wall_ += when - now_;
    now_ = when;
  }

  boost::asio::io_context& io_;
  mutable std::mutex mutex_;
  agent::SteadyTime now_{};
  agent::WallTime wall_;
  std::shared_ptr<Sleepers> sleepers_ = std::make_shared<Sleepers>();  ///< shared with sleeping frames, which may outlive the clock
};

}  // namespace tests
