#include "agent/http/pending_operation.hpp"

#include "agent/async/use_tuple.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

namespace agent::http {

namespace asio = boost::asio;

void PendingOperation::end(const ErrorCode& result) {
  pending_ = false;
  result_ = result;
  wake_.cancel();
}

async::Task<ErrorCode> PendingOperation::wait(SteadyTime deadline, GivingUp giving_up, std::function<void()> abort) {
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  ErrorCode given_up;
  while (pending_) {
    wake_.expires_at(given_up ? asio::steady_timer::time_point::max() : deadline);
    const auto [error] = co_await wake_.async_wait(async::use_tuple);
    if (!pending_ || given_up) continue;
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      given_up = asio::error::operation_aborted;
    } else if (!error) {
      given_up = asio::error::timed_out;
      if (giving_up == GivingUp::kKeep) break;
    }
    if (!given_up) continue;
    abort();
    if (giving_up == GivingUp::kAbandon) break;
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return given_up ? given_up : result_;
}

}  // namespace agent::http
