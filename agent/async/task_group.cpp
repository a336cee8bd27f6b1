#include "agent/async/task_group.hpp"

#include "agent/async/use_tuple.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <list>
#include <utility>

namespace agent::async {
namespace asio = boost::asio;

namespace {

bool is_operation_aborted(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

}  // namespace

struct TaskGroup::State {
  State(Executor where, std::function<void(std::exception_ptr)> handler)
      : executor(std::move(where)), on_exception(std::move(handler)), all_ended(executor, asio::steady_timer::time_point::max()) {}

  using Child = std::list<asio::cancellation_signal>::iterator;

  void on_end(Child child, const std::exception_ptr& exception) {
    children.erase(child);
    if (exception && !(stopping && is_operation_aborted(exception)) && on_exception) on_exception(exception);
    if (children.empty()) all_ended.cancel();
  }

  Executor executor;
  std::function<void(std::exception_ptr)> on_exception;
  asio::steady_timer all_ended;
  std::list<asio::cancellation_signal> children;  ///< bounded by who spawns: a server's connections, a recorder's plans
  bool stopping = false;
};

TaskGroup::TaskGroup(Executor executor, std::function<void(std::exception_ptr)> on_exception)
    : state_(std::make_shared<State>(std::move(executor), std::move(on_exception))) {}

TaskGroup::~TaskGroup() = default;

bool TaskGroup::spawn(Task<void> task) {
  if (state_->stopping) return false;
  const auto child = state_->children.emplace(state_->children.end());
  // The end is posted, so that a signal is never destroyed inside its own handler.
  auto on_done = [state = state_, child](const std::exception_ptr& exception) {
    asio::post(state->executor, [state, child, exception] { state->on_end(child, exception); });
  };
  asio::co_spawn(state_->executor, std::move(task), asio::bind_cancellation_slot(child->slot(), std::move(on_done)));
  return true;
}

void TaskGroup::request_stop() {
  state_->stopping = true;
  // Within the loop only: called from outside of it, co_spawn (Asio 1.81, #1332) would post what it does to a child that may be gone by
  // then.
  asio::dispatch(state_->executor, [state = state_] {
    for (auto& child : state->children) child.emit(asio::cancellation_type::terminal);
  });
}

Task<void> TaskGroup::join() {
  const auto state = state_;
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!state->children.empty()) {
    co_await state->all_ended.async_wait(use_tuple);
    const auto cancelled = co_await asio::this_coro::cancellation_state;
    if (cancelled.cancelled() != asio::cancellation_type::none) request_stop();
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
}

std::size_t TaskGroup::size() const {
  return state_->children.size();
}

}  // namespace agent::async
