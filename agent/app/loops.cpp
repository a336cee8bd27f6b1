// What the agent does again and again.
#include "agent/app/parts.hpp"
#include "agent/async/offload.hpp"

#include <utility>

namespace agent::app {
namespace {

constexpr std::chrono::seconds kMaintainEvery{5};
constexpr std::chrono::seconds kLookAtNodeEvery{30};
constexpr std::chrono::seconds kLookAtConfigEvery{2};

}  // namespace

async::Task<void> Agent::Parts::maintain_store() {
  for (;;) {
    co_await clock_->sleep_for(kMaintainEvery);
    auto job = [this] { store_->maintain(); };  // the store itself logs when it cannot write, and when it can again
    co_await async::offload(workers_, std::move(job));
  }
}

async::Task<void> Agent::Parts::follow_node() {
  for (;;) {
    {
      const auto turn = co_await changes_.acquire();
      co_await refresh_targets();
    }
    co_await clock_->sleep_for(kLookAtNodeEvery);
  }
}

async::Task<void> Agent::Parts::follow_config_file() {
  for (;;) {
    co_await clock_->sleep_for(kLookAtConfigEvery);
    // A local stat() of one file: microseconds, not worth a worker.
    if (stamp_of(*options_.config_file) != config_stamp_) co_await reload("the file changed");
  }
}

async::Task<void> Agent::Parts::tell_alive(Duration interval) {
  for (;;) {
    service_.alive();
    co_await clock_->sleep_for(interval);
  }
}

}  // namespace agent::app
