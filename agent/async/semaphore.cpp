#include "agent/async/semaphore.hpp"

#include "agent/async/use_tuple.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

#include <list>
#include <utility>

namespace agent::async {
namespace asio = boost::asio;

struct Semaphore::State {
  State(Executor where, std::size_t maximum) : executor(std::move(where)), limit(maximum) {}

  void give_back() {
    --in_use;
    let_in();
  }

  void let_in();

  Executor executor;
  std::size_t limit;
  std::size_t in_use = 0;
  std::list<Waiter*> waiters;  ///< front is next; each is on the frame of its acquire()
};

/// A place in the queue. Leaving the queue in the destructor keeps a frame that is destroyed while waiting from dangling.
struct Semaphore::Waiter {
  explicit Waiter(std::shared_ptr<State> owner)
      : state(std::move(owner)),
        turn(state->executor, asio::steady_timer::time_point::max()),
        place(state->waiters.insert(state->waiters.end(), this)) {}
  ~Waiter() {
    if (!granted) state->waiters.erase(place);
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  std::shared_ptr<State> state;
  asio::steady_timer turn;
  std::list<Waiter*>::iterator place;
  bool granted = false;
  Permit permit;
};

void Semaphore::State::let_in() {
  while (in_use < limit && !waiters.empty()) {
    Waiter& next = *waiters.front();
    waiters.pop_front();
    ++in_use;
    next.granted = true;
    next.permit.state_ = next.state;  // owned from here on, so that a waiter that is cancelled or destroyed now gives it back
    next.turn.cancel();
  }
}

Semaphore::Permit::Permit(std::shared_ptr<State> state) : state_(std::move(state)) {}

Semaphore::Permit& Semaphore::Permit::operator=(Permit&& other) noexcept {
  if (this != &other) {
    release();
    state_ = std::move(other.state_);
  }
  return *this;
}

Semaphore::Permit::~Permit() {
  release();
}

void Semaphore::Permit::release() {
  if (const auto state = std::exchange(state_, nullptr)) state->give_back();
}

Semaphore::Semaphore(Executor executor, std::size_t limit) : state_(std::make_shared<State>(std::move(executor), limit)) {}

Semaphore::~Semaphore() = default;

Task<Semaphore::Permit> Semaphore::acquire() {
  Waiter waiter(state_);
  waiter.state->let_in();
  if (!waiter.granted) {
    co_await waiter.turn.async_wait(use_tuple);
    if (!waiter.granted) throw boost::system::system_error(asio::error::operation_aborted);
  }
  co_return std::move(waiter.permit);
}

void Semaphore::set_limit(std::size_t limit) {
  state_->limit = limit;
  state_->let_in();
}

std::size_t Semaphore::in_use() const {
  return state_->in_use;
}

std::size_t Semaphore::waiting() const {
  return state_->waiters.size();
}

}  // namespace agent::async
