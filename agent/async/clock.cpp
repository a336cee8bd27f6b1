#include "agent/async/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace agent::async {
namespace {

class AsyncSystemClock final : public AsyncClock {
 public:
  explicit AsyncSystemClock(Executor executor) : executor_(std::move(executor)) {}

  [[nodiscard]] SteadyTime now() const override { return clock_.now(); }
  [[nodiscard]] WallTime wall_now() const override { return clock_.wall_now(); }

  Task<void> sleep_until(SteadyTime when) override {
    boost::asio::steady_timer timer(executor_, when);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }

 private:
  Executor executor_;
  SystemClock clock_;
};

}  // namespace

std::unique_ptr<AsyncClock> make_system_clock(Executor executor) {
  return std::make_unique<AsyncSystemClock>(std::move(executor));
}

}  // namespace agent::async
