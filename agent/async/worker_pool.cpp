#include "agent/async/worker_pool.hpp"

#include <boost/asio/thread_pool.hpp>

namespace agent::async {

struct WorkerPool::State {
  explicit State(std::size_t threads) : pool(threads) {}
  boost::asio::thread_pool pool;
};

WorkerPool::WorkerPool(std::size_t threads) : state_(std::make_unique<State>(threads)) {}

WorkerPool::~WorkerPool() {
  state_->pool.stop();
  state_->pool.join();
}

Executor WorkerPool::executor() const {
  return state_->pool.get_executor();
}

}  // namespace agent::async
