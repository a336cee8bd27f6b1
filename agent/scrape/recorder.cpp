#include "agent/scrape/recorder.hpp"

#include "agent/scrape/recorder_impl.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace agent::scrape {
namespace {

http::ClientOptions client_options(const model::Target& target, http::Url url) {
  http::ClientOptions options;
  options.url = std::move(url);
  options.tls.ca_file = target.credentials.ca_file;
  options.tls.client_cert_file = target.credentials.client_cert_file;
  options.tls.client_key_file = target.credentials.client_key_file;
  options.tls.server_name = target.credentials.server_name;
  options.tls.pinned_cert_file = target.credentials.pinned_cert_file;
  options.tls.insecure_skip_verify = target.credentials.insecure_skip_verify;
  options.bearer_token_file = target.credentials.bearer_token_file;
  return options;
}

ClientFactory real_clients(async::Executor executor, Logger& log) {
  return [executor = std::move(executor), &log](const model::Target& target) -> Result<std::unique_ptr<http::Client>> {
    auto url = http::parse_url(target.url);
    if (!url) return std::move(url).error();
    return http::make_client(executor, client_options(target, std::move(url).value()), log);
  };
}

RecorderDeps with_defaults(RecorderDeps deps) {
  if (!deps.make_client) deps.make_client = real_clients(deps.executor, deps.log);
  return deps;
}

std::function<void(std::exception_ptr)> log_bug(Logger& log) {
  return [&log](const std::exception_ptr& exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::exception& error) {
      log.error("a scrape ended by a bug", {{"error", error.what()}});
    }
  };
}

}  // namespace

RecorderImpl::RecorderImpl(RecorderDeps deps)
    : deps_(with_defaults(std::move(deps))),
      metrics_(deps_.metrics),
      background_(deps_.executor, log_bug(deps_.log)),
      fetcher_(deps_, metrics_, background_) {}

void RecorderImpl::apply(std::vector<model::Target> targets, RecorderOptions options) {
  if (is_stopping_) return;
  fetcher_.configure(options, targets.size());
  captures_.set_limit(options.max_captures);
  auto previous = std::exchange(entries_, {});
  for (const auto& target : targets) {
    if (find(target.component)) {
      deps_.log.warn("a second target of the same component is left out", {{"component", target.component}, {"url", target.url}});
      continue;
    }
    const auto old =
        std::find_if(previous.begin(), previous.end(), [&](const auto& entry) { return entry->target.component == target.component; });
    if (old == previous.end()) {
      entries_.push_back(make_entry(target, nullptr));
      start_loops(entries_.back());
    } else if ((*old)->target == target) {
      entries_.push_back(*old);
    } else {
      entries_.push_back(make_entry(target, old->get()));
      retire(**old, Retirement::kChanged);
      start_loops(entries_.back());
    }
  }
  for (const auto& old : previous) {
    if (find(old->target.component)) continue;
    retire(*old, Retirement::kGone);
    forget_if_gone(old->target.component);
  }
}

std::shared_ptr<TargetEntry> RecorderImpl::make_entry(const model::Target& target, const TargetEntry* previous) const {
  const bool same_endpoint =
      previous != nullptr && previous->target.url == target.url && previous->target.credentials == target.credentials;
  auto entry = std::make_shared<TargetEntry>(target, same_endpoint ? previous->client : nullptr, deps_.executor);
  if (!entry->client) {
    auto client = deps_.make_client(target);
    if (client) {
      entry->client = std::move(client).value();
    } else {
      entry->client_error = client.error().message();
    }
  }
  entry->status.target = target;
  for (const auto& plan : target.profiles) entry->status.profiles.emplace_back().plan = plan;
  if (!same_endpoint) return entry;
  entry->status.health = previous->status.health;
  entry->status.process = previous->status.process;
  entry->status.version = previous->status.version;
  entry->process_known = previous->process_known;
  entry->process_seen = previous->process_seen;
  entry->version_asked = previous->version_asked;
  entry->is_known = previous->is_known;
  entry->is_suspect = previous->is_suspect;
  entry->goroutines = previous->goroutines;
  entry->sampling = previous->sampling;
  entry->is_large = previous->is_large;
  for (const auto& profile : previous->status.profiles) {
    auto* const kept = entry->profile_of(profile.plan.type);
    if (kept == nullptr) continue;
    const auto plan = kept->plan;
    *kept = profile;
    kept->plan = plan;
  }
  return entry;
}

void RecorderImpl::retire(TargetEntry& entry, Retirement how) {
  entry.is_retired = true;
  for (const auto& loop : loops_) {
    // A fetch for a target that only changed goes on; its loop then ends by itself.
    if (loop->entry.get() == &entry && (how == Retirement::kGone || !loop->is_fetching)) loop->group.request_stop();
  }
}

void RecorderImpl::start_loops(const std::shared_ptr<TargetEntry>& entry) {
  metrics_.health(entry->target.component, entry->status.health);
  for (const auto& plan : entry->target.profiles) metrics_.missed(entry->target.component, plan.type, 0);
  if (!is_running_) return;
  for (const auto& plan : entry->target.profiles) {
    loops_.push_back(std::make_shared<PlanLoop>(entry, plan, deps_.executor, log_bug(deps_.log)));
    background_.spawn(keep(loops_.back()));
  }
}

void RecorderImpl::forget_if_gone(const std::string& component) {
  const auto is_of_it = [&](const auto& loop) { return loop->entry->target.component == component; };
  if (!find(component) && std::none_of(loops_.begin(), loops_.end(), is_of_it)) metrics_.forget(component);
}

std::shared_ptr<TargetEntry> RecorderImpl::find(const std::string& component) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry->target.component == component; });
  return found == entries_.end() ? nullptr : *found;
}

async::Task<void> RecorderImpl::run() {
  if (is_running_ || is_stopping_) co_return;
  is_running_ = true;
  for (const auto& entry : entries_) start_loops(entry);
  background_.spawn(stay());
  co_await background_.join();
  is_stopping_ = true;
}

void RecorderImpl::stop() {
  is_stopping_ = true;
  background_.request_stop();
}

std::vector<model::TargetStatus> RecorderImpl::targets() const {
  std::vector<model::TargetStatus> statuses;
  for (const auto& entry : entries_) statuses.push_back(entry->status);
  return statuses;
}

Result<model::Capture> RecorderImpl::start_capture(model::CaptureRequest request, model::Cause cause) {
  if (is_stopping_) return Error(Errc::kUnavailable, "kprofd is stopping");
  std::vector<model::Target> targets;
  for (const auto& entry : entries_) targets.push_back(entry->target);
  auto items = plan_capture(request, targets);
  if (!items) return std::move(items).error();
  const auto id = captures_.add(request, *items, deps_.clock.wall_now());
  if (!id) return id.error();
  for (std::size_t item = 0; item < items->size(); ++item) {
    const auto entry = find((*items)[item].component);
    FetchOrder order;
    order.type = (*items)[item].type;
    order.duration = capture_duration(request, entry->target, order.type);
    order.cause = cause;
    order.capture_id = *id;
    background_.spawn(take_item(*id, item, entry, std::move(order)));
  }
  return *captures_.find(*id);
}

std::optional<model::Capture> RecorderImpl::capture(const std::string& id) const {
  return captures_.find(id);
}

std::vector<model::Capture> RecorderImpl::captures() const {
  return captures_.list();
}

async::Task<Result<http::ClientResponse>> RecorderImpl::fetch_live(std::string component, std::string path_and_query) {
  const auto entry = find(component);
  if (!entry) co_return Error(Errc::kNotFound, "no target is named " + component);
  auto request = parse_live_request(entry->target, path_and_query);
  if (!request) co_return std::move(request).error();
  co_return co_await fetcher_.fetch_live(entry, std::move(request).value());
}

async::Task<Result<http::ClientResponse>> RecorderImpl::look_up_symbols(std::string component, std::string addresses) {
  const auto entry = find(component);
  if (!entry) co_return Error(Errc::kNotFound, "no target is named " + component);
  LiveRequest request;
  request.path = entry->target.pprof_path + "/symbol";
  request.posted = std::move(addresses);
  co_return co_await fetcher_.fetch_live(entry, std::move(request));
}

std::unique_ptr<Recorder> make_recorder(RecorderDeps deps) {
  return std::make_unique<RecorderImpl>(std::move(deps));
}

}  // namespace agent::scrape
