#include "agent/async/semaphore.hpp"

#include "tests/support/fake_clock.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace {

using agent::async::Semaphore;
using agent::async::Task;
using namespace std::chrono_literals;

class SemaphoreTest : public testing::Test {
 protected:
  void start(int id, agent::Duration hold) {
    boost::asio::co_spawn(io_, hold_permit(semaphore_, clock_, id, hold, order_),
                          boost::asio::bind_cancellation_slot(signals_[id].slot(), boost::asio::detached));
    clock_.advance(0s);
  }

  void TearDown() override {
    for (auto& signal : signals_) signal.emit(boost::asio::cancellation_type::terminal);
    clock_.advance(0s);
  }

  static Task<void> hold_permit(Semaphore& semaphore, tests::FakeClock& clock, int id, agent::Duration hold, std::vector<int>& order) {
    const auto permit = co_await semaphore.acquire();
    order.push_back(id);
    co_await clock.sleep_for(hold);
  }

  boost::asio::io_context io_{1};
  tests::FakeClock clock_{io_};
  Semaphore semaphore_{io_.get_executor(), 2};
  boost::asio::cancellation_signal signals_[8];
  std::vector<int> order_;
};

TEST_F(SemaphoreTest, LetsInAsManyAsTheLimitFirstComeFirstServed) {
  for (int id = 0; id < 5; ++id) start(id, 1s);
  EXPECT_EQ(order_, (std::vector{0, 1}));
  EXPECT_EQ(semaphore_.waiting(), 3U);
  clock_.advance(1s);
  EXPECT_EQ(order_, (std::vector{0, 1, 2, 3}));
  clock_.advance(2s);
  EXPECT_EQ(order_, (std::vector{0, 1, 2, 3, 4}));
  EXPECT_EQ(semaphore_.in_use(), 0U);
}

TEST_F(SemaphoreTest, ACancelledWaiterLeavesTheQueueAndLosesNoUnit) {
  for (int id = 0; id < 4; ++id) start(id, 1s);
  signals_[2].emit(boost::asio::cancellation_type::terminal);
  clock_.advance(0s);
  EXPECT_EQ(semaphore_.waiting(), 1U);
  clock_.advance(1s);
  EXPECT_EQ(order_, (std::vector{0, 1, 3}));
  clock_.advance(1s);
  EXPECT_EQ(semaphore_.in_use(), 0U);
}

TEST_F(SemaphoreTest, AUnitGrantedToAWaiterThatIsCancelledInTheSameMomentComesBack) {
  semaphore_.set_limit(1);
  start(0, 1h);
  start(1, 1h);
  start(2, 1h);
  signals_[0].emit(boost::asio::cancellation_type::terminal);
  io_.restart();
  io_.poll_one();  // 0 ends and hands its unit to 1, which does not run yet
  signals_[1].emit(boost::asio::cancellation_type::terminal);
  clock_.advance(0s);
  EXPECT_EQ(order_.back(), 2);
  EXPECT_EQ(semaphore_.in_use(), 1U);
}

TEST_F(SemaphoreTest, ARaisedLimitLetsWaitersInAtOnceAndALoweredOneAsPermitsComeBack) {
  for (int id = 0; id < 5; ++id) start(id, id < 2 ? agent::Duration(1s) : agent::Duration(2s));
  semaphore_.set_limit(3);
  clock_.advance(0s);
  EXPECT_EQ(order_.size(), 3U);
  semaphore_.set_limit(1);
  clock_.advance(1s);
  EXPECT_EQ(order_.size(), 3U);
  EXPECT_EQ(semaphore_.in_use(), 1U);
  clock_.advance(1s);
  EXPECT_EQ(order_.size(), 4U);
}

TEST(Semaphore, WaitersThatAreDestroyedWithTheirLoopLeaveNothingBehind) {
  auto io = std::make_unique<boost::asio::io_context>(1);
  auto semaphore = std::make_unique<Semaphore>(io->get_executor(), 1);
  for (int i = 0; i < 3; ++i) {
    auto wait = [](Semaphore& limit, boost::asio::io_context& loop) -> Task<void> {
      const auto permit = co_await limit.acquire();
      boost::asio::steady_timer never(loop, boost::asio::steady_timer::time_point::max());
      co_await never.async_wait(boost::asio::use_awaitable);
    };
    boost::asio::co_spawn(*io, wait(*semaphore, *io), boost::asio::detached);
  }
  io->poll();
  EXPECT_EQ(semaphore->waiting(), 2U);
  io.reset();
  EXPECT_EQ(semaphore->waiting(), 0U);
  EXPECT_EQ(semaphore->in_use(), 0U);
}

}  // namespace
