// kprofd: builds, owns, runs, reloads and stops everything.
#pragma once

#include "agent/app/launch.hpp"
#include "agent/base/log.hpp"
#include "agent/base/result.hpp"
#include "agent/config/config.hpp"

#include <memory>

namespace agent::app {

/// One in a process: it takes the signals SIGTERM, SIGINT and SIGHUP.
class Agent {
 public:
  /// Opens the store and listens. `config` is what the file says, without the overrides of `options`. Errors: those of Store::open and
  /// http::make_server, saying which.
  [[nodiscard]] static Result<std::unique_ptr<Agent>> make(config::Config config, LaunchOptions options, Logger& log);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// Records and serves until SIGTERM or SIGINT, then stops within kStopLimit; a second signal ends the process at once. Call it once.
  /// Errors: kInternal when a part ended by itself, kIo when the store could not be closed.
  [[nodiscard]] Result<void> run();

  static constexpr std::chrono::seconds kStopLimit{5};

 private:
  class Parts;
  explicit Agent(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace agent::app
