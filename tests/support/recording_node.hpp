// A recorder in real time, with a sink that remembers what came.
#pragma once

#include "agent/async/clock.hpp"
#include "agent/async/worker_pool.hpp"
#include "agent/scrape/recorder.hpp"
#include "agent/telemetry/metrics.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tests {

class RecordingNode {
 public:
  struct Stored {
    agent::model::SnapshotInfo info;
    std::size_t samples = 0;
  };

  RecordingNode() : recorder_(agent::scrape::make_recorder(deps())) {}
  ~RecordingNode() { stop(); }
  RecordingNode(const RecordingNode&) = delete;
  RecordingNode& operator=(const RecordingNode&) = delete;

  void start(std::vector<agent::model::Target> targets, agent::scrape::RecorderOptions options = {}) {
    recorder_->apply(std::move(targets), options);
    is_running_ = true;
    boost::asio::co_spawn(io_, recorder_->run(), [this](const std::exception_ptr& exception) {
      is_running_ = false;
      if (exception) std::rethrow_exception(exception);
    });
  }

  /// Returns once run() has; kept connections may still be open.
  void stop() {
    recorder_->stop();
    while (is_running_) {
      io_.restart();
      io_.run_one();
    }
  }

  /// Runs until `is_done`, at most for `limit`; true when it is.
  bool run_until(const std::function<bool()>& is_done, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!is_done() && std::chrono::steady_clock::now() < end) run_for(std::chrono::milliseconds(10));
    return is_done();
  }
  void run_for(std::chrono::milliseconds span) {
    io_.restart();
    io_.run_for(span);
  }

  [[nodiscard]] agent::scrape::Recorder& recorder() { return *recorder_; }
  [[nodiscard]] boost::asio::io_context& io() { return io_; }
  [[nodiscard]] agent::Logger& log() { return log_; }
  [[nodiscard]] std::vector<Stored> stored() const {
    const std::lock_guard lock(mutex_);
    return stored_;
  }
  [[nodiscard]] agent::model::ProfileStatus status(const std::string& component, agent::model::ProfileType type) const {
    for (const auto& target : recorder_->targets()) {
      if (target.target.component != component) continue;
      for (const auto& profile : target.profiles) {
        if (profile.plan.type == type) return profile;
      }
    }
    return {};
  }
  /// "" while the last attempt was good, or there was none.
  [[nodiscard]] std::string cause(const std::string& component, agent::model::ProfileType type) const {
    const auto found = status(component, type);
    return found.failure ? found.failure->cause : std::string();
  }
  void set_process(const std::string& component, agent::model::Process process) {
    const std::lock_guard lock(mutex_);
    processes_[component] = process;
  }
  [[nodiscard]] std::string metrics() const { return metrics_.serialize(); }

 private:
  class NoLog final : public agent::Logger {
   public:
    void write(agent::LogLevel /*level*/, std::string_view /*message*/, std::initializer_list<agent::LogField> /*fields*/) override {}
    void configure(agent::LogLevel /*level*/, agent::LogFormat /*format*/) override {}
  };

  agent::scrape::RecorderDeps deps() {
    auto sink = [this](const agent::model::SnapshotInfo& info,
                       const std::variant<agent::pprof::Profile, std::string>& content) -> agent::Result<agent::model::Snapshot> {
      const std::lock_guard lock(mutex_);
      const auto* const profile = std::get_if<agent::pprof::Profile>(&content);
      stored_.push_back({info, profile == nullptr ? 1 : profile->sample_count()});
      agent::model::Snapshot snapshot;
      snapshot.id.value = stored_.size();
      snapshot.info = info;
      return snapshot;
    };
    auto find_process = [this](const agent::model::Target& target) -> std::optional<agent::model::Process> {
      const std::lock_guard lock(mutex_);
      const auto found = processes_.find(target.component);
      return found == processes_.end() ? std::nullopt : std::optional(found->second);
    };
    return {io_.get_executor(), *clock_, workers_, metrics_, log_, std::move(sink), std::move(find_process), 1};
  }

  boost::asio::io_context io_{1};
  std::unique_ptr<agent::async::AsyncClock> clock_ = agent::async::make_system_clock(io_.get_executor());
  agent::async::WorkerPool workers_{2};
  agent::telemetry::Metrics metrics_;
  NoLog log_;
  mutable std::mutex mutex_;
  std::vector<Stored> stored_;
  std::map<std::string, agent::model::Process> processes_;
  std::unique_ptr<agent::scrape::Recorder> recorder_;
  bool is_running_ = false;
};

}  // namespace tests
