#include "agent/async/with_timeout.hpp"

#include "tests/support/fake_clock.hpp"
#include "tests/support/run_task.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

namespace {

using agent::Errc;
using agent::Error;
using agent::Result;
using agent::async::Task;
using agent::async::with_timeout;
using namespace std::chrono_literals;

class WithTimeoutTest : public testing::Test {
 protected:
  using Outcome = std::optional<Result<int>>;

  void start(Task<Result<int>> task) {
    auto on_done = [this](const std::exception_ptr& exception) { exception_ = exception; };
    auto keep = keep_result(with_timeout(clock_, 10s, "the work", std::move(task)), outcome_);
    boost::asio::co_spawn(io_, std::move(keep), boost::asio::bind_cancellation_slot(signal_.slot(), on_done));
  }

  static Task<void> keep_result(Task<Result<int>> task, Outcome& outcome) { outcome.emplace(co_await std::move(task)); }

  boost::asio::io_context io_{1};
  tests::FakeClock clock_{io_};
  boost::asio::cancellation_signal signal_;
  Outcome outcome_;
  std::exception_ptr exception_;
};

Task<Result<int>> answer_after(tests::FakeClock& clock, agent::Duration span) {
  co_await clock.sleep_for(span);
  co_return 42;
}

Task<Result<int>> refuse(tests::FakeClock& clock) {
  co_await clock.sleep_for(1s);
  co_return Error(Errc::kUnavailable, "refused");
}

Task<Result<int>> throw_after(tests::FakeClock& clock, agent::Duration span) {
  co_await clock.sleep_for(span);
  throw std::runtime_error("broken");
}

Task<Result<int>> turn_cancellation_into_an_error(tests::FakeClock& clock) {
  bool cancelled = false;
  try {
    co_await clock.sleep_for(1h);
  } catch (const boost::system::system_error&) {
    cancelled = true;
  }
  if (cancelled) co_return Error(Errc::kCancelled, "cancelled");
  co_return 0;
}

TEST_F(WithTimeoutTest, GivesTheResultOfATaskInTime) {
  start(answer_after(clock_, 9s));
  clock_.advance(9s);
  ASSERT_TRUE(outcome_);
  EXPECT_EQ(outcome_->value(), 42);
  EXPECT_EQ(clock_.sleeping(), 0U);
}

TEST_F(WithTimeoutTest, GivesTheErrorOfATaskInTime) {
  start(refuse(clock_));
  clock_.advance(1s);
  ASSERT_TRUE(outcome_);
  EXPECT_EQ(outcome_->error().code(), Errc::kUnavailable);
}

TEST_F(WithTimeoutTest, CancelsALateTaskAndNamesIt) {
  start(answer_after(clock_, 1h));
  clock_.advance(10s);
  ASSERT_TRUE(outcome_);
  EXPECT_EQ(outcome_->error().code(), Errc::kTimeout);
  EXPECT_EQ(outcome_->error().message(), "the work took longer than 10s");
  EXPECT_EQ(clock_.sleeping(), 0U);
}

TEST_F(WithTimeoutTest, IsATimeoutAlsoWhenTheTaskMakesAnErrorOfItsCancellation) {
  start(turn_cancellation_into_an_error(clock_));
  clock_.advance(10s);
  ASSERT_TRUE(outcome_);
  EXPECT_EQ(outcome_->error().code(), Errc::kTimeout);
}

TEST_F(WithTimeoutTest, AnEarlyExceptionIsThrownAtOnceNotAtTheLimit) {
  start(throw_after(clock_, 1s));
  clock_.advance(1s);
  ASSERT_TRUE(exception_);
  EXPECT_THROW(std::rethrow_exception(exception_), std::runtime_error);
}

TEST_F(WithTimeoutTest, CancellingTheCallerCancelsTheTask) {
  start(answer_after(clock_, 5s));
  clock_.advance(1s);
  signal_.emit(boost::asio::cancellation_type::terminal);
  clock_.advance(0s);
  EXPECT_FALSE(outcome_);
  ASSERT_TRUE(exception_);
  EXPECT_THROW(std::rethrow_exception(exception_), boost::system::system_error);
  EXPECT_EQ(clock_.sleeping(), 0U);
}

}  // namespace
