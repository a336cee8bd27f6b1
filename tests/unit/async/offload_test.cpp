#include "agent/async/offload.hpp"

#include "agent/base/result.hpp"
#include "tests/support/run_task.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using agent::Result;
using agent::async::Task;
using agent::async::WorkerPool;

struct Threads {
  std::thread::id job;
  std::thread::id after;
};

Task<Threads> threads_of_a_job(WorkerPool& pool) {
  Threads threads;
  auto job = [] { return std::this_thread::get_id(); };
  threads.job = co_await agent::async::offload(pool, job);
  threads.after = std::this_thread::get_id();
  co_return threads;
}

TEST(Offload, RunsOnThePoolAndComesBack) {
  boost::asio::io_context io(1);
  WorkerPool pool(1);
  const auto threads = tests::run_task(io, threads_of_a_job(pool));
  EXPECT_NE(threads.job, std::this_thread::get_id());
  EXPECT_EQ(threads.after, std::this_thread::get_id());
}

Task<Result<std::string>> offload_a_moved_string(WorkerPool& pool, std::string text) {
  auto owned = std::make_unique<std::string>(std::move(text));
  auto job = [owned = std::move(owned)]() mutable -> Result<std::string> { return std::move(*owned); };
  co_return co_await agent::async::offload(pool, std::move(job));
}

TEST(Offload, CarriesMoveOnlyJobsAndResultsWithoutADefault) {
  boost::asio::io_context io(1);
  WorkerPool pool(1);
  const std::string text(100, 'x');
  EXPECT_EQ(tests::run_task(io, offload_a_moved_string(pool, text)).value(), text);
}

Task<int> offload_a_failure(WorkerPool& pool) {
  auto job = []() -> int { throw std::runtime_error("job failed"); };
  co_return co_await agent::async::offload(pool, job);
}

Task<void> offload_a_void_failure(WorkerPool& pool) {
  auto job = [] { throw std::runtime_error("job failed"); };
  co_await agent::async::offload(pool, job);
}

TEST(Offload, ThrowsWhatTheJobThrows) {
  boost::asio::io_context io(1);
  WorkerPool pool(1);
  EXPECT_THROW(tests::run_task(io, offload_a_failure(pool)), std::runtime_error);
  EXPECT_THROW(tests::run_task(io, offload_a_void_failure(pool)), std::runtime_error);
}

Task<void> offload_and_note(WorkerPool& pool, std::shared_future<void> open, std::vector<std::string>& notes) {
  auto job = [open] {
    open.wait();
    return 7;
  };
  const int result = co_await agent::async::offload(pool, job);
  notes.push_back("result " + std::to_string(result));
  auto second = [] { return 8; };
  co_await agent::async::offload(pool, second);
  notes.emplace_back("not reached");
}

TEST(Offload, AStopRequestLetsTheJobFinishAndEndsTheCallerAtItsNextAwait) {
  boost::asio::io_context io(1);
  WorkerPool pool(1);
  std::promise<void> gate;
  std::vector<std::string> notes;
  boost::asio::cancellation_signal signal;
  bool aborted = false;
  auto on_done = [&](const std::exception_ptr& exception) { aborted = exception != nullptr; };
  boost::asio::co_spawn(io, offload_and_note(pool, gate.get_future().share(), notes),
                        boost::asio::bind_cancellation_slot(signal.slot(), on_done));
  auto stop_then_open = [&] {
    signal.emit(boost::asio::cancellation_type::terminal);
    gate.set_value();
  };
  boost::asio::post(io, stop_then_open);
  io.run();
  EXPECT_EQ(notes, std::vector<std::string>{"result 7"});
  EXPECT_TRUE(aborted);
}

Task<void> add_many(WorkerPool& pool, int& sum) {
  for (int i = 0; i < 200; ++i) {
    auto job = [i] { return i; };
    sum += co_await agent::async::offload(pool, job);
  }
}

TEST(Offload, ManyCallersShareThePool) {
  boost::asio::io_context io(1);
  WorkerPool pool(2);
  int sum = 0;
  for (int i = 0; i < 8; ++i) boost::asio::co_spawn(io, add_many(pool, sum), boost::asio::detached);
  io.run();
  EXPECT_EQ(sum, 8 * 199 * 100);
}

}  // namespace
