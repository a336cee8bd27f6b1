// The Recorder: which targets there are, a loop for each of their profile types, captures and live requests. Internal to agent/scrape.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/scrape/captures.hpp"
#include "agent/scrape/fetcher.hpp"
#include "agent/scrape/recorder.hpp"
#include "agent/scrape/scrape_metrics.hpp"
#include "agent/scrape/target_entry.hpp"

#include <list>
#include <memory>
#include <string>
#include <vector>

namespace agent::scrape {

/// One profile type of one target. Its group holds the coroutine, so that it can be stopped alone.
struct PlanLoop {
  PlanLoop(std::shared_ptr<TargetEntry> of, model::ProfilePlan what, const async::Executor& executor,
           std::function<void(std::exception_ptr)> on_exception)
      : entry(std::move(of)), plan(what), group(executor, std::move(on_exception)) {}

  std::shared_ptr<TargetEntry> entry;
  model::ProfilePlan plan;
  async::TaskGroup group;
  bool is_fetching = false;
};

class RecorderImpl final : public Recorder {
 public:
  explicit RecorderImpl(RecorderDeps deps);

  void apply(std::vector<model::Target> targets, RecorderOptions options) override;
  async::Task<void> run() override;
  void stop() override;
  [[nodiscard]] std::vector<model::TargetStatus> targets() const override;
  Result<model::Capture> start_capture(model::CaptureRequest request, model::Cause cause) override;
  [[nodiscard]] std::optional<model::Capture> capture(const std::string& id) const override;
  [[nodiscard]] std::vector<model::Capture> captures() const override;
  async::Task<Result<http::ClientResponse>> fetch_live(std::string component, std::string path_and_query) override;
  async::Task<Result<http::ClientResponse>> look_up_symbols(std::string component, std::string addresses) override;

 private:
  enum class Retirement { kChanged, kGone };

  [[nodiscard]] std::shared_ptr<TargetEntry> find(const std::string& component) const;
  [[nodiscard]] std::shared_ptr<TargetEntry> make_entry(const model::Target& target, const TargetEntry* previous) const;
  void retire(TargetEntry& entry, Retirement how);
  void start_loops(const std::shared_ptr<TargetEntry>& entry);
  void forget_if_gone(const std::string& component);

  async::Task<void> stay();
  async::Task<void> keep(std::shared_ptr<PlanLoop> loop);
  async::Task<void> run_plan(std::shared_ptr<PlanLoop> loop);
  async::Task<void> take_item(std::string id, std::size_t item, std::shared_ptr<TargetEntry> entry, FetchOrder order);

  void note_missed(TargetEntry& entry, model::ProfileType type, std::uint64_t rounds);
  void record(const std::string& component, model::ProfileType type, const Outcome& outcome, Duration duration);
  void log_up(const TargetEntry& entry);
  void log_health(const TargetEntry& entry, const Outcome& outcome);
  void log_change(const TargetEntry& entry, model::ProfileType type, const Outcome& outcome, std::string_view previous_cause);

  RecorderDeps deps_;
  ScrapeMetrics metrics_;
  async::TaskGroup background_;  ///< keepers of loops, captures, patience timers
  Fetcher fetcher_;
  Captures captures_;
  std::vector<std::shared_ptr<TargetEntry>> entries_;  ///< the current targets, in the order of apply()
  std::list<std::shared_ptr<PlanLoop>> loops_;         ///< also those of retired targets, until they have ended
  bool is_running_ = false;
  bool is_stopping_ = false;
};

}  // namespace agent::scrape
