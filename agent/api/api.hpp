// The HTTP interface: openapi.yaml as routes over the recorder, the store and the agent's own state. All calls on the I/O thread.
#pragma once

#include "agent/async/worker_pool.hpp"
#include "agent/base/clock.hpp"
#include "agent/base/log.hpp"
#include "agent/base/time.hpp"
#include "agent/http/server.hpp"
#include "agent/scrape/recorder.hpp"
#include "agent/store/store.hpp"
#include "agent/telemetry/metrics.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace agent::api {

/// What only the agent knows of itself, for /readyz and /api/v1/status.
struct AgentInfo {
  std::string version;
  std::string commit;
  std::string node;
  WallTime started{};
  std::string store_path;
  std::optional<std::string> config_file;  ///< absent: built-in defaults
  WallTime config_loaded{};                ///< when the settings in force were read
  bool last_reload_successful = true;
  std::string not_recording;  ///< why the agent itself does not record: "starting", "stopping"; "" when it does
};

/// Parts that the routes ask; all outlive the Api. Blocking calls to the store run on `workers`.
struct ApiDeps {
  async::Executor executor;
  const Clock& clock;
  async::WorkerPool& workers;
  const store::Store& store;
  scrape::Recorder& recorder;
  const telemetry::Metrics& metrics;
  Logger& log;
  std::function<AgentInfo()> info;
  std::function<void()> before_metrics = {};  ///< called on the I/O thread before metrics are collected; may be empty
};

struct ApiOptions {
  bool loopback_only = true;  ///< the server listens on loopback: a Host that is not a loopback name is refused (DNS rebinding)
  bool live_targets = true;   ///< /targets/{target}/debug/pprof/*
};

class Api {
 public:
  Api(ApiDeps deps, ApiOptions options);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  /// Answers one request. Exceptions of a cancelled request pass through.
  async::Task<void> serve(const http::ServerRequest& request, http::ResponseWriter& out);
  /// serve() for http::make_server. Must not be called after the Api is gone.
  [[nodiscard]] http::Handler handler();
  /// Holds for the next request.
  void reconfigure(ApiOptions options);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace agent::api
