// The coroutines of a Recorder, and what they note of each outcome.
#include "agent/scrape/component_advice.hpp"
#include "agent/scrape/recorder_impl.hpp"
#include "agent/scrape/schedule.hpp"

#include <utility>

namespace agent::scrape {
namespace {

/// How long past its own duration a capture asks a busy target again.
constexpr Duration kCapturePatience = std::chrono::seconds(30);

/// Ends an item of a capture whose coroutine is cancelled, or thrown out of.
class ItemGuard {
 public:
  ItemGuard(Captures& captures, const Clock& clock, std::string id, std::size_t item)
      : captures_(captures), clock_(clock), id_(std::move(id)), item_(item) {}
  ~ItemGuard() { captures_.cancel(id_, item_, clock_.wall_now()); }
  ItemGuard(const ItemGuard&) = delete;
  ItemGuard& operator=(const ItemGuard&) = delete;

 private:
  Captures& captures_;
  const Clock& clock_;
  std::string id_;
  std::size_t item_;
};

}  // namespace

/// Keeps run() from returning while there are no targets.
async::Task<void> RecorderImpl::stay() {
  for (;;) co_await deps_.clock.sleep_for(std::chrono::hours(24));
}

async::Task<void> RecorderImpl::keep(std::shared_ptr<PlanLoop> loop) {
  // The loop ends when its target is retired or all stop; an exception (a bug, logged by its group) costs it one round.
  while (!loop->entry->is_retired && !is_stopping_ && loop->group.spawn(run_plan(loop))) co_await loop->group.join();
  loops_.remove(loop);
  forget_if_gone(loop->entry->target.component);
}

async::Task<void> RecorderImpl::run_plan(std::shared_ptr<PlanLoop> loop) {
  const auto entry = loop->entry;
  const auto plan = loop->plan;
  const std::string& component = entry->target.component;
  loop->is_fetching = false;
  Rounds rounds(anchor_of(component, plan, deps_.clock.now(), deps_.clock.wall_now()), plan.interval);
  while (!entry->is_retired) {
    const auto due = rounds.due();
    if (auto* const profile = entry->profile_of(plan.type)) profile->next = deps_.clock.wall_now() + (due - deps_.clock.now());
    co_await deps_.clock.sleep_until(due);
    auto admission = co_await fetcher_.admit(entry, plan.type);
    note_missed(*entry, plan.type, rounds.begin(deps_.clock.now()));
    FetchOrder order;
    order.type = plan.type;
    order.duration = plan.duration;
    order.retry_until = rounds.due();
    loop->is_fetching = true;
    const auto outcome = co_await fetcher_.fetch(entry, std::move(order), std::move(admission));
    loop->is_fetching = false;
    record(component, plan.type, outcome, plan.duration);
    rounds.skip(entry->sampling_of(plan.type).stride() - 1);
  }
}

async::Task<void> RecorderImpl::take_item(std::string id, std::size_t item, std::shared_ptr<TargetEntry> entry, FetchOrder order) {
  const ItemGuard guard(captures_, deps_.clock, id, item);
  const auto type = order.type;
  const auto duration = order.duration;
  auto admission = co_await fetcher_.admit(entry, type);
  order.retry_until = deps_.clock.now() + duration + kCapturePatience;
  const auto outcome = co_await fetcher_.fetch(entry, std::move(order), std::move(admission));
  record(entry->target.component, type, outcome, duration);
  if (outcome.snapshot) {
    captures_.succeed(id, item, outcome.snapshot->id, outcome.ended);
  } else if (outcome.failure) {
    captures_.fail(id, item, outcome.failure->cause + ": " + outcome.failure->message, outcome.ended);
  } else {
    captures_.fail(id, item, std::string(model::kWaitsForDisk) + ": " + outcome.waits, outcome.ended);
  }
}

void RecorderImpl::note_missed(TargetEntry& entry, model::ProfileType type, std::uint64_t rounds) {
  if (rounds == 0) return;
  if (auto* const profile = entry.profile_of(type)) profile->missed_rounds += rounds;
  if (find(entry.target.component)) metrics_.missed(entry.target.component, type, rounds);
}

void RecorderImpl::record(const std::string& component, model::ProfileType type, const Outcome& outcome, Duration duration) {
  const auto entry = find(component);  // the one that is current now, when the target changed meanwhile
  if (!entry) return;
  metrics_.scraped(component, type, outcome.failure ? outcome.failure->cause : std::string(), outcome.took, outcome.bytes);
  auto& sampling = entry->sampling_of(type);
  if (!outcome.failure) {
    if (duration > Duration(0)) metrics_.covered(component, type, duration);
    const auto change = sampling.on_profile(outcome.samples, outcome.sampling, deps_.clock.now());
    if (change == SamplingState::Change::kBecameEmpty) {
      deps_.log.info("a profile is empty and asked for rarely from now on",
                     {{"component", component}, {"type", model::to_string(type)}, {"why", sampling_advice(component, type)}});
    }
    if (change == SamplingState::Change::kBecameSampled) {
      deps_.log.info("a profile has samples now", {{"component", component}, {"type", model::to_string(type)}});
    }
  }
  auto* const profile = entry->profile_of(type);
  if (profile == nullptr) return;
  const std::string previous = profile->failure ? profile->failure->cause : std::string();
  apply_outcome(*profile, outcome, sampling, component);
  const auto health = entry->status.health;
  entry->status.health = health_of(entry->status, outcome.failure ? outcome.failure->cause : std::string());
  metrics_.health(component, entry->status.health);
  if (entry->status.health != health) log_health(*entry, outcome);
  if (entry->status.health == health || entry->status.health == model::TargetHealth::kUp) log_change(*entry, type, outcome, previous);
}

/// With what is known of its process.
void RecorderImpl::log_up(const TargetEntry& entry) {
  constexpr std::string_view kText = "target is up";
  const LogField component("component", entry.target.component);
  const LogField pid("pid", entry.status.process.pid);
  const LogField version("version", entry.status.version);
  const bool has_pid = entry.status.process.pid != 0;
  const bool has_version = !entry.status.version.empty();
  if (has_pid && has_version) return deps_.log.info(kText, {component, pid, version});
  if (has_pid) return deps_.log.info(kText, {component, pid});
  if (has_version) return deps_.log.info(kText, {component, version});
  deps_.log.info(kText, {component});
}

void RecorderImpl::log_health(const TargetEntry& entry, const Outcome& outcome) {
  if (entry.status.health == model::TargetHealth::kUp) {
    log_up(entry);
  } else if (outcome.failure) {
    deps_.log.warn("target is down", {{"component", entry.target.component},
                                      {"url", entry.target.url},
                                      {"cause", outcome.failure->cause},
                                      {"message", outcome.failure->message},
                                      {"hint", outcome.failure->hint}});
  }
}

void RecorderImpl::log_change(const TargetEntry& entry, model::ProfileType type, const Outcome& outcome, std::string_view previous) {
  const bool is_known_down = entry.status.health == model::TargetHealth::kDown;
  if (outcome.failure && outcome.failure->cause != previous && !is_known_down) {
    deps_.log.warn("a profile cannot be taken", {{"component", entry.target.component},
                                                 {"type", model::to_string(type)},
                                                 {"cause", outcome.failure->cause},
                                                 {"message", outcome.failure->message},
                                                 {"hint", outcome.failure->hint}});
  } else if (!outcome.failure && !previous.empty()) {
    deps_.log.info("a profile can be taken again", {{"component", entry.target.component}, {"type", model::to_string(type)}});
  } else {
    deps_.log.debug("scraped", {{"component", entry.target.component},
                                {"type", model::to_string(type)},
                                {"cause", outcome.failure ? outcome.failure->cause : std::string("none")},
                                {"bytes", outcome.bytes},
                                {"took", format_duration(outcome.took)}});
  }
}

}  // namespace agent::scrape
