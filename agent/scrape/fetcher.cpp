#include "agent/scrape/fetcher.hpp"

#include "agent/async/offload.hpp"
#include "agent/base/size.hpp"
#include "agent/scrape/answer_decoder.hpp"
#include "agent/scrape/component_advice.hpp"

#include <algorithm>
#include <utility>

namespace agent::scrape {
namespace {

using model::ProfileType;
using Permit = async::Semaphore::Permit;

/// With what the preset knows of the certificate, which no error text does.
model::ScrapeFailure failure_of(const TargetEntry& entry, const Error& error) {
  auto failure = explain_error(entry.target.component, error);
  if (failure.cause == "tls_untrusted" && !entry.target.trust_hint.empty()) {
    failure.hint = entry.target.component + ": " + entry.target.trust_hint;
  }
  return failure;
}

std::uint64_t max_response_bytes(const model::Target& target, ProfileType type) {
  const std::uint64_t limit = target.limits.max_response_bytes;
  return model::is_pprof(type) ? std::min(limit, kMaxProfileBytes) : limit;
}

/// What to do about a profile past the limit that no setting raises; "" when the limit was the target's own.
std::string too_large_hint(const TargetEntry& entry, ProfileType type) {
  if (!model::is_pprof(type) || entry.target.limits.max_response_bytes < kMaxProfileBytes) return {};
  return entry.target.component + ": kprofd takes no profile past " + format_size(kMaxProfileBytes) +
         " compressed, and maxResponseBytes does not raise that; disable " + std::string(model::to_string(type)) + " for this target";
}

bool ran_out_of_time(std::string_view cause) {
  return cause == "connect_timeout" || cause == "tls_timeout" || cause == "header_timeout" || cause == "total_timeout";
}

StoringJob make_job(const RecorderDeps& deps, const TargetEntry& entry, const FetchOrder& order, WallTime start) {
  StoringJob job;
  job.find_process = deps.find_process;
  job.target = entry.target;
  job.info.component = entry.target.component;
  job.info.type = order.type;
  job.info.start = start;
  job.info.duration = order.duration;
  job.info.cause = order.cause;
  job.info.process = entry.status.process;
  job.info.capture_id = order.capture_id;
  return job;
}

}  // namespace

Fetcher::Fetcher(RecorderDeps& deps, ScrapeMetrics& metrics, async::TaskGroup& timers)
    : deps_(deps),
      metrics_(metrics),
      jitter_(deps.seed),
      locks_(deps.executor),
      slots_(deps.executor, deps.clock, metrics, timers),
      large_(deps.executor, 1),
      large_beside_(deps.executor, 1),
      decoding_(deps.executor, 1),
      live_(deps.executor, kMaxLiveRequests) {}

void Fetcher::configure(const RecorderOptions& options, std::size_t targets) {
  options_ = options;
  slots_.configure(std::max<std::size_t>(1, options.max_in_flight), targets);
}

async::Task<Admission> Fetcher::admit(std::shared_ptr<TargetEntry> entry, ProfileType type) {
  Admission admission;
  if (!entry->process_known) co_await find_process(entry);
  if (model::has_duration(type)) {
    admission.exclusive_ = co_await locks_.acquire(lock_key(entry->target, entry->status.process), type);
  } else {
    admission.exclusive_ = co_await entry->instant.acquire();
  }
  admission.slot_ = co_await slots_.acquire(entry);
  co_return admission;
}

async::Task<Outcome> Fetcher::fetch(std::shared_ptr<TargetEntry> entry, FetchOrder order, Admission admission) {
  Outcome outcome;
  const auto began = deps_.clock.now();
  for (std::uint32_t retries = 0;; ++retries) {
    slots_.begin(admission.slot_, order.duration);
    auto last = co_await attempt(entry, order);
    outcome.bytes += last.bytes;
    outcome.samples = last.samples;
    outcome.sampling = last.sampling;
    outcome.snapshot = std::move(last.snapshot);
    outcome.waits = std::move(last.waits);
    outcome.failure = std::move(last.failure);
    if (!outcome.failure || outcome.failure->cause != "busy") break;
    const auto again = next_retry(deps_.clock.now(), order.retry_until, order.duration, retries, jitter_);
    if (!again) break;
    metrics_.retried(entry->target.component, order.type);
    admission.slot_->release();
    co_await deps_.clock.sleep_until(*again);
    admission.slot_ = co_await slots_.acquire(entry);
  }
  outcome.took = deps_.clock.now() - began;
  outcome.ended = deps_.clock.wall_now();
  if (outcome.failure) outcome.failure->at = outcome.ended;
  entry->is_known = true;
  entry->is_suspect = outcome.failure && ran_out_of_time(outcome.failure->cause);
  co_return outcome;
}

async::Task<Fetcher::Attempt> Fetcher::attempt(std::shared_ptr<TargetEntry> entry, FetchOrder order) {
  const std::string& component = entry->target.component;
  Attempt result;
  if (order.type == ProfileType::kGoroutineDebug2) {
    auto allowed = co_await check_goroutines(entry);
    if (!allowed) {
      result.failure = failure_of(*entry, allowed.error());
      co_return result;
    }
  }
  auto received = co_await receive(entry, order);
  if (!received.response) {
    result.failure = failure_of(*entry, received.response.error());
    auto hint = result.failure->cause == "response_too_large" ? too_large_hint(*entry, order.type) : std::string();
    if (!hint.empty()) result.failure->hint = std::move(hint);
    co_await find_process(entry);  // it may be gone, or new
    co_return result;
  }
  auto& response = received.response.value();
  result.bytes = response.body.size();
  const Answer answer{component, order.type, response.status, response.headers, response.body};
  result.failure = explain_answer(answer);
  if (result.failure) co_return result;

  if (!entry->version_asked && has_version_endpoint(component)) co_await read_version(entry);
  auto job = make_job(deps_, *entry, order, received.start);
  job.sink = deps_.sink;
  job.info.fetched_bytes = result.bytes;
  job.body = std::move(response.body);
  auto stored = co_await store(entry, std::move(job));
  result.samples = stored.samples;
  result.snapshot = std::move(stored.snapshot);
  result.waits = std::move(stored.waits);
  if (stored.error) result.failure = failure_of(*entry, *stored.error);
  const bool is_empty = !stored.error && stored.samples == 0;
  if (is_empty && entry->sampling_of(order.type).must_ask()) result.sampling = co_await ask_sampling(entry);
  co_return result;
}

/// Whoever may hang, or is long by nature, takes turns with its like, not with the profiles of targets that answer in time.
async::Semaphore& Fetcher::large_turns(const TargetEntry& entry, ProfileType type) {
  return entry.is_proven() && model::is_pprof(type) ? large_ : large_beside_;
}

async::Task<Fetcher::Received> Fetcher::receive(std::shared_ptr<TargetEntry> entry, FetchOrder order) {
  const auto path = profile_path(entry->target, order.type, order.duration);
  const auto limit = max_response_bytes(entry->target, order.type);
  // What is known to be large, or never small, waits for its turn before it is asked for: its bytes are held from then on.
  const bool is_small = !entry->is_large[order.type] && model::is_pprof(order.type);
  Permit large;
  auto& turns = large_turns(*entry, order.type);
  if (!is_small) large = co_await turns.acquire();
  Received received(deps_.clock.wall_now());
  const auto first_limit = is_small ? kSmallResponseBytes : limit;
  received.response = co_await send(entry, path, order.duration, first_limit);
  const bool did_not_fit = !received.response && received.response.error().cause() == "response_too_large";
  if (did_not_fit && is_small && limit > kSmallResponseBytes) {
    auto& turns_now = large_turns(*entry, order.type);
    large = co_await turns_now.acquire();
    received.start = deps_.clock.wall_now();
    received.response = co_await send(entry, path, order.duration, limit);
  }
  if (received.response) entry->is_large[order.type] = received.response->body.size() > kSmallResponseBytes / 2;
  if (did_not_fit) entry->is_large[order.type] = true;
  received.large = std::move(large);
  co_return received;
}

async::Task<StoringResult> Fetcher::store(std::shared_ptr<TargetEntry> entry, StoringJob job) {
  const auto type = job.info.type;
  job.info.component_version = entry->status.version;
  const bool had_finder = static_cast<bool>(job.find_process);
  job.must_find_process = had_finder && must_find_process(*entry);
  const auto turn = co_await decoding_.acquire();
  auto work = [job = std::move(job)]() mutable { return store_profile(std::move(job)); };
  auto stored = co_await async::offload(deps_.workers, std::move(work));
  if (had_finder) note_process(*entry, stored.process);
  if (type == ProfileType::kGoroutine && !stored.error) {
    entry->goroutines = static_cast<std::uint64_t>(std::max<std::int64_t>(0, stored.total));
  }
  co_return stored;
}

}  // namespace agent::scrape
