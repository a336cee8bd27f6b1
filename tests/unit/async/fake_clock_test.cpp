#include "tests/support/fake_clock.hpp"

#include "agent/async/task_group.hpp"
#include "tests/support/run_task.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace {

using agent::async::Task;
using namespace std::chrono_literals;

Task<void> note_wakings(tests::FakeClock& clock, agent::Duration every, int id, std::vector<int>& wakings) {
  for (;;) {
    co_await clock.sleep_for(every);
    wakings.push_back(id);
  }
}

void ignore(const std::exception_ptr& /*exception*/) {}

TEST(FakeClock, WakesSleepersInTheOrderOfTheirHours) {
  boost::asio::io_context io(1);
  tests::FakeClock clock(io);
  agent::async::TaskGroup group(io.get_executor(), ignore);
  std::vector<int> wakings;
  group.spawn(note_wakings(clock, 3s, 3, wakings));
  group.spawn(note_wakings(clock, 2s, 2, wakings));
  clock.advance(5s);
  EXPECT_EQ(wakings, (std::vector{2, 3, 2}));
  group.request_stop();
  tests::run_task(io, group.join());
  EXPECT_EQ(clock.sleeping(), 0U);
}

TEST(FakeClock, AnHourOfATenSecondLoopIs360Wakings) {
  boost::asio::io_context io(1);
  tests::FakeClock clock(io);
  agent::async::TaskGroup group(io.get_executor(), ignore);
  std::vector<int> wakings;
  group.spawn(note_wakings(clock, 10s, 1, wakings));
  const auto wall = clock.wall_now();
  clock.advance(1h);
  EXPECT_EQ(wakings.size(), 360U);
  EXPECT_EQ(clock.wall_now() - wall, 1h);
  group.request_stop();
  tests::run_task(io, group.join());
}

TEST(FakeClock, ASleeperWhoseLoopIsDestroyedLeavesNothingBehind) {
  auto io = std::make_unique<boost::asio::io_context>(1);
  tests::FakeClock clock(*io);
  std::vector<int> wakings;
  {
    agent::async::TaskGroup group(io->get_executor(), ignore);
    group.spawn(note_wakings(clock, 1h, 1, wakings));
    clock.advance(1s);
    EXPECT_EQ(clock.sleeping(), 1U);
  }
  io.reset();
  EXPECT_EQ(clock.sleeping(), 0U);
}

TEST(FakeClock, MayBeDestroyedBeforeTheLoopWithItsSleepers) {
  boost::asio::io_context io(1);
  std::vector<int> wakings;
  agent::async::TaskGroup group(io.get_executor(), ignore);
  {
    tests::FakeClock clock(io);
    group.spawn(note_wakings(clock, 1h, 1, wakings));
    clock.advance(1s);
  }
  EXPECT_TRUE(wakings.empty());
}

TEST(SystemClock, SleepUntilThePastReturnsAtOnce) {
  boost::asio::io_context io(1);
  const auto clock = agent::async::make_system_clock(io.get_executor());
  const auto before = std::chrono::steady_clock::now();
  tests::run_task(io, clock->sleep_until(clock->now() - 1h));
  EXPECT_GE(clock->now(), before);
}

}  // namespace
