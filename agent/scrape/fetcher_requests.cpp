// The requests of a Fetcher: what it sends, and what it must know before.
#include "agent/async/offload.hpp"
#include "agent/async/with_timeout.hpp"
#include "agent/scrape/answer_decoder.hpp"
#include "agent/scrape/fetcher.hpp"

#include <utility>

namespace agent::scrape {
namespace {

using model::ProfileType;

constexpr std::uint64_t kMaxVersionBytes = 64 * 1024;
/// The text of a mutex profile that was empty a moment ago.
constexpr std::uint64_t kMaxTextBytes = 64 * 1024;
/// How long a process that was found may be lost from sight before its profiles are taken for those of an unknown one. Longer than a
/// process finder may take to notice a new one.
constexpr Duration kProcessPatience = std::chrono::seconds(60);

/// Counts a request that runs, also when its coroutine is cancelled.
class InFlight {
 public:
  explicit InFlight(ScrapeMetrics& metrics) : metrics_(metrics) { metrics_.in_flight(1); }
  ~InFlight() { metrics_.in_flight(-1); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  ScrapeMetrics& metrics_;
};

}  // namespace

async::Task<Result<http::ClientResponse>> Fetcher::send(std::shared_ptr<TargetEntry> entry, std::string path, Duration duration,
                                                        std::uint64_t max_body_bytes) {
  http::ClientRequest request;
  request.target = std::move(path);
  co_return co_await send(std::move(entry), std::move(request), duration, max_body_bytes);
}

async::Task<Result<http::ClientResponse>> Fetcher::send(std::shared_ptr<TargetEntry> entry, http::ClientRequest request, Duration duration,
                                                        std::uint64_t max_body_bytes) {
  if (!entry->client) co_return Error(Errc::kInvalidArgument, entry->client_error, "invalid_url");
  const auto limits = request_limits(entry->target, duration, max_body_bytes);
  const InFlight counted(metrics_);
  co_return co_await entry->client->send(std::move(request), limits);
}

async::Task<void> Fetcher::find_process(std::shared_ptr<TargetEntry> entry) {
  entry->process_known = true;
  if (!deps_.find_process) co_return;
  auto work = [find = deps_.find_process, target = entry->target] { return find(target); };
  note_process(*entry, co_await async::offload(deps_.workers, std::move(work)));
}

bool Fetcher::must_find_process(const TargetEntry& entry) const {
  return entry.process_seen && deps_.clock.now() - *entry.process_seen < kProcessPatience;
}

void Fetcher::note_process(TargetEntry& entry, const std::optional<model::Process>& found) {
  if (found) entry.process_seen = deps_.clock.now();
  const auto process = found.value_or(model::Process());
  if (process == entry.status.process) return;
  if (entry.status.process.pid != 0 && process.pid != 0) {
    deps_.log.info("the process of a target was restarted",
                   {{"component", entry.target.component}, {"old_pid", entry.status.process.pid}, {"pid", process.pid}});
  }
  entry.status.process = process;
  entry.status.version.clear();
  entry.version_asked = false;
  entry.goroutines.reset();
  for (auto& [type, sampling] : entry.sampling) sampling.on_new_process();
}

async::Task<void> Fetcher::read_version(std::shared_ptr<TargetEntry> entry) {
  entry->version_asked = true;
  const auto response = co_await send(entry, "/version", Duration(0), kMaxVersionBytes);
  if (response && response->status == 200) entry->status.version = version_in(response->body);
}

async::Task<Sampling> Fetcher::ask_sampling(std::shared_ptr<TargetEntry> entry) {
  const auto response = co_await send(entry, entry->target.pprof_path + "/mutex?debug=1", Duration(0), kMaxTextBytes);
  if (!response || response->status != 200) co_return Sampling::kUnknown;
  co_return sampling_in(response->body);
}

/// goroutine?debug=2 stops the world for about 10 us a goroutine, so their number is asked for first when it is not known.
async::Task<Result<void>> Fetcher::check_goroutines(std::shared_ptr<TargetEntry> entry) {
  if (!entry->goroutines) {
    FetchOrder order;
    order.type = ProfileType::kGoroutine;
    auto received = co_await receive(entry, order);
    if (!received.response) co_return std::move(received.response).error();
    auto& response = received.response.value();
    const Answer answer{entry->target.component, order.type, response.status, response.headers, response.body};
    if (const auto failure = explain_answer(answer)) co_return Error(Errc::kUnavailable, failure->message, failure->cause);
    StoringJob job;  // without a sink: counted only
    job.target = entry->target;
    job.info.type = order.type;
    job.info.process = entry->status.process;
    job.body = std::move(response.body);
    const auto counted = co_await store(entry, std::move(job));
    if (counted.error) co_return *counted.error;
  }
  const std::uint64_t goroutines = entry->goroutines.value_or(0);
  if (goroutines <= options_.max_debug2_goroutines) co_return Result<void>();
  co_return Error(Errc::kUnavailable,
                  std::to_string(goroutines) + " goroutines, more than the limit of " + std::to_string(options_.max_debug2_goroutines),
                  "too_many_goroutines");
}

async::Task<Result<async::Semaphore::Permit>> Fetcher::acquire_lock(std::string key, ProfileType type) {
  auto permit = co_await locks_.acquire(std::move(key), type);
  co_return std::move(permit);
}

async::Task<Result<http::ClientResponse>> Fetcher::fetch_live(std::shared_ptr<TargetEntry> entry, LiveRequest request) {
  if (live_.in_use() >= kMaxLiveRequests) {
    co_return Error(Errc::kUnavailable, std::to_string(kMaxLiveRequests) + " live requests run already; try again later", "busy");
  }
  const auto turn = co_await live_.acquire();
  async::Semaphore::Permit lock;
  if (request.type && model::has_duration(*request.type)) {
    if (!entry->process_known) co_await find_process(entry);
    const auto key = lock_key(entry->target, entry->status.process);
    // Clients do not ask again, so they wait for a profile of the schedule, which is short; not for a long one of somebody else.
    auto acquired = co_await async::with_timeout(deps_.clock, kLivePatience, "another profile", acquire_lock(key, *request.type));
    if (!acquired) {
      co_return Error(Errc::kUnavailable,
                      "kprofd takes a " + std::string(model::to_string(*request.type)) + " profile of " + entry->target.component +
                          " now, and Go allows one at a time; try again in a moment",
                      "busy");
    }
    lock = *std::move(acquired);
  }
  const auto slot = co_await slots_.acquire(entry);
  slots_.begin(slot, request.duration);
  if (request.type == ProfileType::kGoroutineDebug2) {
    auto allowed = co_await check_goroutines(entry);
    if (!allowed) co_return std::move(allowed).error();
  }
  http::ClientRequest asked;
  asked.target = std::move(request.path);
  if (request.posted) {
    asked.method = "POST";
    asked.headers.add("Content-Type", "application/octet-stream");
    asked.body = *std::move(request.posted);
  }
  co_return co_await send(entry, std::move(asked), request.duration, entry->target.limits.max_response_bytes);
}

}  // namespace agent::scrape
