// What the agent is made of, and the coroutines that keep it going. Private to agent/app; agent.cpp is the order in which they live.
#pragma once

#include "agent/api/api.hpp"
#include "agent/app/agent.hpp"
#include "agent/app/file_stamp.hpp"
#include "agent/app/self_metrics.hpp"
#include "agent/app/service_notifier.hpp"
#include "agent/async/clock.hpp"
#include "agent/async/semaphore.hpp"
#include "agent/async/task_group.hpp"
#include "agent/async/worker_pool.hpp"
#include "agent/discovery/process_finder.hpp"
#include "agent/http/server.hpp"
#include "agent/scrape/recorder.hpp"
#include "agent/store/store.hpp"
#include "agent/telemetry/metrics.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace agent::app {

/// Everything on the I/O thread, but for what `workers` runs. Members are destroyed in reverse: what uses goes before what is used.
class Agent::Parts {
 public:
  Parts(config::Config config, LaunchOptions options, Logger& log);

  Result<void> open_store();
  void build_recorder();
  Result<void> listen();
  void start();
  void begin_stop(std::string_view why);
  /// Ends when all that start() started has ended; then nothing keeps the event loop.
  async::Task<void> drain();
  void run_loop();
  Result<void> close_store();
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  // Signals (lifecycle.cpp).
  void await_signal();
  void on_signal(int signal);
  void on_exception(std::string_view where, const std::exception_ptr& exception);

  /// Runs what ends only when it is asked to; its end by itself stops the agent.
  async::Task<void> run_service(std::string name, async::Task<void> service);

  // Loops (loops.cpp), each until it is cancelled.
  async::Task<void> maintain_store();
  async::Task<void> follow_node();
  async::Task<void> follow_config_file();
  async::Task<void> tell_alive(Duration interval);

  // Changes (reload.cpp), one at a time.
  async::Task<void> reload(std::string why);
  void take(config::Config loaded);
  async::Task<void> refresh_targets();
  void set_reload_metrics(bool successful);
  [[nodiscard]] api::AgentInfo info() const;
  [[nodiscard]] scrape::SnapshotSink make_sink();

  LaunchOptions options_;
  config::Config config_;  ///< in force
  Logger& log_;
  ServiceNotifier service_ = ServiceNotifier::from_environment();

  boost::asio::io_context io_{1};
  std::unique_ptr<async::AsyncClock> clock_;
  telemetry::Metrics metrics_;
  ServerMetrics server_metrics_{metrics_};
  std::unique_ptr<store::Store> store_;
  discovery::ProcessFinder processes_;
  async::WorkerPool workers_{2};
  std::unique_ptr<scrape::Recorder> recorder_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<http::Server> server_;
  boost::asio::signal_set signals_;
  async::TaskGroup services_;  ///< recorder and server: they end by their own stop()
  async::TaskGroup loops_;     ///< what is simply cancelled
  async::Semaphore changes_;   ///< one reload or look at the node at a time

  WallTime started_;
  WallTime config_loaded_;
  bool last_reload_successful_ = true;
  FileStamp config_stamp_;
  std::vector<model::Target> targets_;  ///< as applied
  std::vector<std::string> warnings_;   ///< of the last look at the node
  bool stopping_ = false;
  bool failed_ = false;
};

}  // namespace agent::app
