// Runs one coroutine of a test to its end.
#pragma once

#include "agent/async/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace tests {

namespace detail {

template <class T>
agent::async::Task<void> store_result(agent::async::Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

}  // namespace detail

/// Runs `io` until `task` has ended, and gives what it returned. Other work of `io` stays where it is. What the task throws is thrown here.
template <class T>
T run_task(boost::asio::io_context& io, agent::async::Task<T> task) {
  bool done = false;
  std::exception_ptr failure;
  auto on_done = [&](const std::exception_ptr& exception) {
    failure = exception;
    done = true;
  };
  const auto run = [&] {
    io.restart();
    while (!done && io.run_one() != 0) {
    }
    if (failure) std::rethrow_exception(failure);
  };
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(io, std::move(task), on_done);
    run();
  } else {
    std::optional<T> result;
    boost::asio::co_spawn(io, detail::store_result(std::move(task), result), on_done);
    run();
    return std::move(result).value();
  }
}

}  // namespace tests
