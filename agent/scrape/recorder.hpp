// When and how each profile is taken: the schedule, the locks, the limits, the retries. One Recorder serves all targets of the node.
#pragma once

#include "agent/async/clock.hpp"
#include "agent/async/task.hpp"
#include "agent/async/worker_pool.hpp"
#include "agent/base/log.hpp"
#include "agent/base/result.hpp"
#include "agent/http/client.hpp"
#include "agent/http/message.hpp"
#include "agent/model/capture.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/model/target.hpp"
#include "agent/model/target_status.hpp"
#include "agent/pprof/profile.hpp"
#include "agent/telemetry/metrics.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace agent::scrape {

/// Where snapshots go. Called on a worker thread, blocks until the snapshot is safe, or known to wait (model::kWaitsForDisk), which is no
/// failure of the scrape; the store's append has this shape.
using SnapshotSink = std::function<Result<model::Snapshot>(const model::SnapshotInfo&, const std::variant<pprof::Profile, std::string>&)>;

/// Finds the process behind a target now (agent/host); nullopt when it is not running or not known. Called on a worker thread, once for
/// each scrape: it should look first whether the process it found before is still there.
using ProcessFinder = std::function<std::optional<model::Process>(const model::Target&)>;

/// Makes the client of a target. Errors: kInvalidArgument (its url); its scrapes then fail as "invalid_url".
using ClientFactory = std::function<Result<std::unique_ptr<http::Client>>(const model::Target&)>;

struct RecorderOptions {
  /// Requests at once on the node, > 0, and beside them those that hang, so that they hold up nobody: bounds in agent/scrape/slots.hpp.
  std::uint32_t max_in_flight = 4;
  std::uint32_t max_debug2_goroutines = 10'000;
  std::uint32_t max_captures = 100;  ///< remembered; the oldest finished one is forgotten past it, a new one is refused when all run
};

/// Ports and shared parts; all outlive the Recorder.
struct RecorderDeps {
  async::Executor executor;
  async::AsyncClock& clock;
  async::WorkerPool& workers;
  telemetry::Metrics& metrics;
  Logger& log;
  SnapshotSink sink;
  ProcessFinder find_process;
  std::uint64_t seed = 0;          ///< of jitter
  ClientFactory make_client = {};  ///< empty: http::make_client
};

/// All calls on the I/O thread. Destroy it only after run() has returned and no fetch_live() runs. Its memory is bounded whatever targets
/// send: agent/scrape/fetcher.hpp says by what.
class Recorder {
 public:
  virtual ~Recorder() = default;

  /// Makes `targets` the current set: new ones start, gone ones stop, unchanged ones go on undisturbed. A fetch that runs for an unchanged
  /// or changed target is not dropped. May be called before and during run().
  virtual void apply(std::vector<model::Target> targets, RecorderOptions options) = 0;
  /// Records until stop(). Call it once. Cancelling it is a stop() too.
  virtual async::Task<void> run() = 0;
  /// Cancels fetches (which stops profiles in the targets) and captures; run() then returns.
  virtual void stop() = 0;

  [[nodiscard]] virtual std::vector<model::TargetStatus> targets() const = 0;

  /// Starts a capture and returns at once. Errors: kNotFound (component), kInvalidArgument (seconds, nothing to take), kUnavailable (too
  /// many).
  virtual Result<model::Capture> start_capture(model::CaptureRequest request, model::Cause cause) = 0;
  [[nodiscard]] virtual std::optional<model::Capture> capture(const std::string& id) const = 0;
  [[nodiscard]] virtual std::vector<model::Capture> captures() const = 0;

  /// The live endpoint of a target with its lock and its limits: GET `path_and_query` ("heap?gc=1", "profile?seconds=5", "" for the index).
  /// Any status is a success. Errors: kNotFound (component), kInvalidArgument (not one path segment, seconds past 300), kUnavailable with
  /// cause "busy" (kprofd takes a cpu profile or trace of the process itself, or two live requests run) or "too_many_goroutines", and
  /// those of http::Client.
  virtual async::Task<Result<http::ClientResponse>> fetch_live(std::string component, std::string path_and_query) = 0;

  /// The names of `addresses` ("0x401000+0x402000", as pprof joins them), asked of a target: POST symbol, with the limits and the errors of
  /// fetch_live().
  virtual async::Task<Result<http::ClientResponse>> look_up_symbols(std::string component, std::string addresses) = 0;
};

[[nodiscard]] std::unique_ptr<Recorder> make_recorder(RecorderDeps deps);

}  // namespace agent::scrape
