// Takes one profile of one target: admission, request, retries, decoding, storing. Internal to agent/scrape; on the I/O thread.
//
// Memory is bounded whatever targets send. A response may have kSmallResponseBytes; one that does not fit is asked for again with more
// room, kMaxProfileBytes for a profile, maxResponseBytes for a trace or a goroutine text. Two such run at once on the node: one profile of
// a target that answers in time, and one of the others, so that a large answer that hangs holds up no large profile. So at most
//
//   max_requests(max_in_flight, targets) * kSmallResponseBytes + 2 * kMaxProfileBytes + one pprof::DecodeLimits
//
// bytes are held for the schedule. A trace or a goroutine text has its size in place of the second, and kMaxLiveRequests live responses
// add theirs. How many requests run at
// once, and why one that hangs holds up nobody, stands in agent/scrape/slots.hpp.
#pragma once

#include "agent/async/clock.hpp"
#include "agent/async/semaphore.hpp"
#include "agent/async/task.hpp"
#include "agent/async/task_group.hpp"
#include "agent/base/result.hpp"
#include "agent/http/client.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/scrape/locks.hpp"
#include "agent/scrape/recorder.hpp"
#include "agent/scrape/request.hpp"
#include "agent/scrape/retry.hpp"
#include "agent/scrape/scrape_metrics.hpp"
#include "agent/scrape/slots.hpp"
#include "agent/scrape/status.hpp"
#include "agent/scrape/storing.hpp"
#include "agent/scrape/target_entry.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace agent::scrape {

/// Real profiles of a node's components have 10 to 400 KB.
inline constexpr std::uint64_t kSmallResponseBytes = 1ULL << 20U;
/// What a profile may have at most, compressed: the decoder takes no more.
inline constexpr std::uint64_t kMaxProfileBytes = pprof::DecodeLimits().max_compressed_bytes;
/// Live responses in flight; each may have the target's maxResponseBytes.
inline constexpr std::size_t kMaxLiveRequests = 2;
/// How long a live cpu profile or trace waits for one that kprofd takes of the process itself. `go tool pprof` gives up on the header after
/// 1.5 times the profile's seconds and 5 s.
inline constexpr Duration kLivePatience = std::chrono::seconds(5);

/// What to take and why.
struct FetchOrder {
  model::ProfileType type = model::ProfileType::kCpu;
  Duration duration{0};
  model::Cause cause = model::Cause::kSchedule;
  std::string capture_id;
  SteadyTime retry_until{};  ///< a busy target is asked again until then
};

/// The right to ask a target now. Movable; gives everything back on destruction.
class Admission {
 public:
  Admission() = default;

 private:
  friend class Fetcher;
  async::Semaphore::Permit exclusive_;  ///< of the process (cpu, trace) or of the target (the others)
  std::shared_ptr<Slot> slot_;
};

class Fetcher {
 public:
  /// All outlive the Fetcher; `timers` owns the patience timers.
  Fetcher(RecorderDeps& deps, ScrapeMetrics& metrics, async::TaskGroup& timers);

  void configure(const RecorderOptions& options, std::size_t targets);

  /// Waits for the locks and a slot.
  async::Task<Admission> admit(std::shared_ptr<TargetEntry> entry, model::ProfileType type);

  /// Takes the profile and stores it. Every failure is in the outcome; throws only when cancelled. Updates what the entry knows of its
  /// process, not its profile statuses.
  async::Task<Outcome> fetch(std::shared_ptr<TargetEntry> entry, FetchOrder order, Admission admission);

  /// The answer to a live request, whatever its status. Errors: kUnavailable when kprofd takes the same kind of profile itself for
  /// longer than kLivePatience or too many live requests run, and those of http::Client.
  async::Task<Result<http::ClientResponse>> fetch_live(std::shared_ptr<TargetEntry> entry, LiveRequest request);

 private:
  /// One request and what became of it; `failure->at` is set by fetch().
  struct Attempt {
    std::optional<model::Snapshot> snapshot;
    std::string waits;
    std::optional<model::ScrapeFailure> failure;
    std::uint64_t bytes = 0;
    std::uint64_t samples = 0;
    Sampling sampling = Sampling::kUnknown;
  };
  /// An answer, and the right to hold so many bytes.
  struct Received {
    explicit Received(WallTime when) : start(when), response(Error(Errc::kInternal, "not asked")) {}
    WallTime start;
    Result<http::ClientResponse> response;
    async::Semaphore::Permit large;
  };

  async::Task<void> find_process(std::shared_ptr<TargetEntry> entry);
  async::Task<Result<async::Semaphore::Permit>> acquire_lock(std::string key, model::ProfileType type);
  async::Task<void> read_version(std::shared_ptr<TargetEntry> entry);
  async::Task<Sampling> ask_sampling(std::shared_ptr<TargetEntry> entry);
  async::Task<Result<void>> check_goroutines(std::shared_ptr<TargetEntry> entry);
  async::Task<Attempt> attempt(std::shared_ptr<TargetEntry> entry, FetchOrder order);
  [[nodiscard]] async::Semaphore& large_turns(const TargetEntry& entry, model::ProfileType type);
  async::Task<Received> receive(std::shared_ptr<TargetEntry> entry, FetchOrder order);
  async::Task<StoringResult> store(std::shared_ptr<TargetEntry> entry, StoringJob job);
  async::Task<Result<http::ClientResponse>> send(std::shared_ptr<TargetEntry> entry, std::string path, Duration duration,
                                                 std::uint64_t max_body_bytes);
  async::Task<Result<http::ClientResponse>> send(std::shared_ptr<TargetEntry> entry, http::ClientRequest request, Duration duration,
                                                 std::uint64_t max_body_bytes);
  [[nodiscard]] bool must_find_process(const TargetEntry& entry) const;
  void note_process(TargetEntry& entry, const std::optional<model::Process>& found);

  RecorderDeps& deps_;
  ScrapeMetrics& metrics_;
  RecorderOptions options_;
  Jitter jitter_;
  ProcessLocks locks_;
  Slots slots_;
  async::Semaphore large_;         ///< one profile past kSmallResponseBytes at a time, of the targets that answer in time
  async::Semaphore large_beside_;  ///< one past it of the others, or one trace or goroutine text
  async::Semaphore decoding_;      ///< one profile in decoded form at a time
  async::Semaphore live_;
};

}  // namespace agent::scrape
