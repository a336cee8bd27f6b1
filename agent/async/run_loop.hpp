// Runs the event loop so that no exception ends it.
#pragma once

#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>

namespace agent::async {

/// Runs `io` until it has no work left. An exception that leaves a handler (Beast 1.81 throws some out of composed operations,
/// style.md 9.3) goes to `on_exception`, and the loop goes on.
void run_loop(boost::asio::io_context& io, const std::function<void(std::exception_ptr)>& on_exception);

}  // namespace agent::async
