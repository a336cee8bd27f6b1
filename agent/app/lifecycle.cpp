// How the agent comes up and goes down.
#include "agent/app/parts.hpp"
#include "agent/app/self_metrics.hpp"
#include "agent/app/settings.hpp"
#include "agent/app/snapshot_line.hpp"
#include "agent/async/run_loop.hpp"
#include "agent/base/version.hpp"

#include <boost/asio/co_spawn.hpp>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <random>
#include <utility>
#include <variant>

namespace agent::app {
namespace {

/// The server's share of kStopLimit: answers that take longer are cut off.
constexpr std::chrono::seconds kAnswerGrace{2};

std::string what(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown exception";
  }
}

/// The last resort of a stop that hangs, say on a disk that does not answer: the store's format survives it.
extern "C" void on_alarm(int) {
  constexpr std::string_view kText = "kprofd: did not stop in time; exiting without closing the store\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText.data(), kText.size());
  ::_exit(1);
}

void print(const model::Snapshot& snapshot) {
  const auto line = snapshot_line(snapshot) + "\n";
  std::fputs(line.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

Agent::Parts::Parts(config::Config config, LaunchOptions options, Logger& log)
    : options_(std::move(options)),
      config_(with_overrides(std::move(config), options_)),
      log_(log),
      clock_(async::make_system_clock(io_.get_executor())),
      processes_(host::ProcessTable(config_.discovery.proc), *clock_),
      signals_(io_),
      services_(io_.get_executor(), [this](const std::exception_ptr& exception) { on_exception("service", exception); }),
      loops_(io_.get_executor(), [this](const std::exception_ptr& exception) { on_exception("loop", exception); }),
      changes_(io_.get_executor(), 1),
      started_(clock_->wall_now()),
      config_loaded_(started_) {
  if (options_.config_file) config_stamp_ = stamp_of(*options_.config_file);
}

Result<void> Agent::Parts::open_store() {
  auto opened = store::Store::open(store_options(config_), *clock_, log_);
  if (!opened) return std::move(opened).error().context("store " + config_.store.path);
  store_ = *std::move(opened);
  const auto state = store_->state();
  log_.info("store is open",
            {{"path", config_.store.path}, {"blocks", state.blocks}, {"snapshots", state.snapshots}, {"bytes", state.bytes}});
  return {};
}

void Agent::Parts::build_recorder() {
  register_self_metrics(metrics_, *store_);
  set_reload_metrics(true);
  recorder_ = scrape::make_recorder({io_.get_executor(), *clock_, workers_, metrics_, log_, make_sink(),
                                     [this](const model::Target& target) { return processes_.find(target); }, std::random_device{}()});
  api_ = std::make_unique<api::Api>(api::ApiDeps{io_.get_executor(), *clock_, workers_, *store_, *recorder_, metrics_, log_,
                                                 [this] { return info(); }, [this] { server_metrics_.set(server_->stats()); }},
                                    api_options(config_));
}

Result<void> Agent::Parts::listen() {
  auto made = http::make_server(io_.get_executor(), server_options(config_), api_->handler(), log_);
  if (!made) return std::move(made).error().context("listen " + config_.listen.address);
  server_ = *std::move(made);
  const auto options = api_options(config_);
  log_.info("listening", {{"address", server_->address()},
                          {"tls", config_.listen.tls.cert_file.empty() ? "off" : "on"},
                          {"liveTargets", options.live_targets ? "on" : "off"}});
  if (!options.loopback_only && config_.listen.tls.client_ca_file.empty()) {
    log_.warn(
        "anybody who reaches this address can read profiles and start captures; listen on loopback, or set listen.tls with clientCaFile",
        {{"address", server_->address()}});
  }
  return {};
}

void Agent::Parts::start() {
  log_.info("kprofd starts", {{"version", version()}, {"commit", commit()}, {"node", node_name(config_)}});
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals_.add(signal);
  await_signal();
  services_.spawn(run_service("server", server_->run()));
  services_.spawn(run_service("recorder", recorder_->run()));
  loops_.spawn(maintain_store());
  loops_.spawn(follow_node());
  if (options_.config_file) loops_.spawn(follow_config_file());
  if (const auto interval = service_.alive_interval()) loops_.spawn(tell_alive(*interval));
  boost::asio::co_spawn(io_, drain(), [this](const std::exception_ptr& exception) {
    if (exception) on_exception("drain", exception);
  });
  service_.ready("recording; " + std::string(config_.listen.tls.cert_file.empty() ? "http" : "https") + "://" + server_->address() + "/");
}

void Agent::Parts::await_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    on_signal(signal);
    await_signal();
  });
}

void Agent::Parts::on_signal(int signal) {
  if (signal == SIGHUP) {
    loops_.spawn(reload("SIGHUP"));
    return;
  }
  const std::string_view name = signal == SIGTERM ? "SIGTERM" : "SIGINT";
  if (stopping_) {
    log_.warn("second signal: exiting at once", {{"signal", name}});
    ::_exit(128 + signal);
  }
  begin_stop(name);
}

void Agent::Parts::on_exception(std::string_view where, const std::exception_ptr& exception) {
  // An exception here is a bug: stop whole rather than go on with a part missing; the service manager starts us again.
  log_.error("a part of the agent failed; stopping", {{"part", where}, {"exception", what(exception)}});
  failed_ = true;
  begin_stop("failure");
}

void Agent::Parts::begin_stop(std::string_view why) {
  if (std::exchange(stopping_, true)) return;
  log_.info("stopping", {{"why", why}});
  std::signal(SIGALRM, on_alarm);
  ::alarm(static_cast<unsigned>(kStopLimit.count()));
  service_.stopping();
  recorder_->stop();
  server_->stop(kAnswerGrace);
  loops_.request_stop();
}

async::Task<void> Agent::Parts::run_service(std::string name, async::Task<void> service) {
  co_await std::move(service);
  if (stopping_) co_return;
  log_.error("a part of the agent ended by itself; stopping", {{"part", name}});
  failed_ = true;
  begin_stop("failure");
}

async::Task<void> Agent::Parts::drain() {
  co_await services_.join();
  co_await loops_.join();
  // No request and no fetch runs any more. What still waits is kept by idle connections of the clients, which go with their owner.
  server_.reset();
  api_.reset();
  recorder_.reset();
  signals_.cancel();
}

void Agent::Parts::run_loop() {
  async::run_loop(io_, [this](const std::exception_ptr& exception) {
    log_.error("an exception reached the event loop; it goes on", {{"exception", what(exception)}});
  });
}

Result<void> Agent::Parts::close_store() {
  auto closed = store_->close();
  ::alarm(0);
  if (!closed) return std::move(closed).error().context("store " + config_.store.path);  // logged by whoever runs the agent
  log_.info("stopped");
  return {};
}

scrape::SnapshotSink Agent::Parts::make_sink() {
  return [this](const model::SnapshotInfo& info, const std::variant<pprof::Profile, std::string>& content) -> Result<model::Snapshot> {
    const auto* profile = std::get_if<pprof::Profile>(&content);
    auto stored = profile != nullptr ? store_->append(info, *profile) : store_->append_raw(info, std::get<std::string>(content));
    if (stored) {
      log_.debug("snapshot is stored", {{"id", to_string(stored->id)},
                                        {"component", info.component},
                                        {"type", to_string(info.type)},
                                        {"fetchedBytes", info.fetched_bytes},
                                        {"storedBytes", stored->stored_bytes}});
      if (options_.print == PrintSnapshots::kToStdout) print(*stored);
    }
    return stored;
  };
}

}  // namespace agent::app
