#include "agent/app/agent.hpp"

#include "agent/app/parts.hpp"

#include <utility>

namespace agent::app {

Result<std::unique_ptr<Agent>> Agent::make(config::Config config, LaunchOptions options, Logger& log) {
  auto parts = std::make_unique<Parts>(std::move(config), std::move(options), log);

  if (auto opened = parts->open_store(); !opened) return std::move(opened).error();
  // Beyond this point the store's folder is ours, without a torn tail, and every snapshot in it can be read.

  parts->build_recorder();
  // Beyond this point the API has all it asks, so requests may come.

  if (auto listening = parts->listen(); !listening) return std::move(listening).error();
  return std::unique_ptr<Agent>(new Agent(std::move(parts)));
}

Result<void> Agent::run() {
  parts_->start();
  // From here /healthz answers, targets are looked for, and each profile goes fetch -> decode -> store -> acknowledged, in this order.

  parts_->run_loop();
  // A signal (or a part that failed) has asked all parts to stop, and the last coroutine has ended: nobody uses the store any more.

  auto closed = parts_->close_store();
  // Beyond this point all that was acknowledged is on disk, and the folder may be opened by another process.

  if (!closed) return std::move(closed).error();
  if (parts_->failed()) return Error(Errc::kInternal, "a part of the agent ended by itself; see the log");
  return {};
}

Agent::Agent(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Agent::~Agent() = default;

}  // namespace agent::app
