#include "agent/async/task_group.hpp"

#include "agent/async/offload.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/run_task.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

using agent::async::Task;
using agent::async::TaskGroup;
using namespace std::chrono_literals;

std::string text_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    return error.what();
  }
}

class TaskGroupTest : public testing::Test {
 protected:
  boost::asio::io_context io_{1};
  tests::FakeClock clock_{io_};
  std::vector<std::string> exceptions_;
  TaskGroup group_{io_.get_executor(), [this](const std::exception_ptr& exception) { exceptions_.push_back(text_of(exception)); }};
};

Task<void> sleep_and_count(tests::FakeClock& clock, agent::Duration span, int& count) {
  co_await clock.sleep_for(span);
  ++count;
}

Task<void> sleep_forever_and_mark_end(tests::FakeClock& clock, int& ended) {
  struct Mark {
    int& ended;
    ~Mark() { ++ended; }
  } mark{ended};
  co_await clock.sleep_for(1h);
  co_await clock.sleep_for(1h);
}

Task<void> fail_after(tests::FakeClock& clock, agent::Duration span) {
  co_await clock.sleep_for(span);
  throw std::runtime_error("child failed");
}

Task<void> join_and_mark(TaskGroup& group, bool& joined) {
  co_await group.join();
  joined = true;
}

TEST_F(TaskGroupTest, JoinReturnsWhenTheLastChildEnded) {
  int count = 0;
  bool joined = false;
  group_.spawn(sleep_and_count(clock_, 1s, count));
  group_.spawn(sleep_and_count(clock_, 3s, count));
  boost::asio::co_spawn(io_, join_and_mark(group_, joined), boost::asio::detached);
  clock_.advance(2s);
  EXPECT_EQ(count, 1);
  EXPECT_EQ(group_.size(), 1U);
  EXPECT_FALSE(joined);
  clock_.advance(1s);
  EXPECT_EQ(count, 2);
  EXPECT_TRUE(joined);
}

TEST_F(TaskGroupTest, JoinOfAnEmptyGroupReturnsAtOnce) {
  tests::run_task(io_, group_.join());
  EXPECT_EQ(group_.size(), 0U);
}

TEST_F(TaskGroupTest, StopCancelsChildrenWithoutAnExceptionAndRefusesNewOnes) {
  int ended = 0;
  group_.spawn(sleep_forever_and_mark_end(clock_, ended));
  group_.spawn(sleep_forever_and_mark_end(clock_, ended));
  clock_.advance(1s);
  group_.request_stop();
  group_.request_stop();
  EXPECT_FALSE(group_.spawn(sleep_forever_and_mark_end(clock_, ended)));
  tests::run_task(io_, group_.join());
  EXPECT_EQ(ended, 2);
  EXPECT_TRUE(exceptions_.empty());
}

TEST_F(TaskGroupTest, AnExceptionOfAChildIsHeardAndTheOthersGoOn) {
  int count = 0;
  group_.spawn(fail_after(clock_, 1s));
  group_.spawn(sleep_and_count(clock_, 2s, count));
  clock_.advance(2s);
  EXPECT_EQ(exceptions_, std::vector<std::string>{"child failed"});
  EXPECT_EQ(count, 1);
  EXPECT_EQ(group_.size(), 0U);
}

TEST_F(TaskGroupTest, CancellingJoinStopsTheChildrenAndWaitsForThem) {
  int ended = 0;
  bool joined = false;
  group_.spawn(sleep_forever_and_mark_end(clock_, ended));
  boost::asio::cancellation_signal signal;
  boost::asio::co_spawn(io_, join_and_mark(group_, joined), boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
  clock_.advance(1s);
  signal.emit(boost::asio::cancellation_type::terminal);
  clock_.advance(1s);
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(group_.size(), 0U);
  EXPECT_TRUE(joined);
}

TEST_F(TaskGroupTest, AHundredChildrenThatEndInsideTheStopAreAllReaped) {
  int ended = 0;
  for (int i = 0; i < 100; ++i) group_.spawn(sleep_forever_and_mark_end(clock_, ended));
  clock_.advance(1s);
  group_.request_stop();
  tests::run_task(io_, group_.join());
  EXPECT_EQ(ended, 100);
}

Task<void> end_at_once() {
  co_return;
}

// What it touched was freed, which the address sanitizer sees.
TEST_F(TaskGroupTest, AStopFromOutsideTheLoopFindsNoChildThatHasEnded) {
  for (int steps = 0; steps < 6; ++steps) {
    TaskGroup group(io_.get_executor(), nullptr);
    EXPECT_TRUE(group.spawn(end_at_once()));
    io_.restart();
    for (int i = 0; i < steps; ++i) io_.poll_one();
    group.request_stop();
    io_.restart();
    io_.poll();
    EXPECT_EQ(group.size(), 0U) << steps;
  }
}

}  // namespace
