#include "agent/async/run_loop.hpp"

namespace agent::async {

void run_loop(boost::asio::io_context& io, const std::function<void(std::exception_ptr)>& on_exception) {
  for (;;) {
    try {
      io.run();
      return;
    } catch (...) {
      on_exception(std::current_exception());
    }
  }
}

}  // namespace agent::async
