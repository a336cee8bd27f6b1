// The worker's part of a scrape: decode, check the process, hand over to the store. Internal to agent/scrape.
#pragma once

#include "agent/model/snapshot.hpp"
#include "agent/model/target.hpp"
#include "agent/pprof/decode.hpp"
#include "agent/scrape/recorder.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace agent::scrape {

/// All that the job needs, by value: it may outlive the coroutine that waits for it.
struct StoringJob {
  SnapshotSink sink;  ///< empty: decode and count only
  ProcessFinder find_process;
  model::Target target;
  model::SnapshotInfo info;  ///< info.process is what was known before the fetch
  std::string body;
  bool must_find_process = false;  ///< refuse the profile when the process cannot be found now: it was found before
};

struct StoringResult {
  std::optional<model::Snapshot> snapshot;
  std::string waits;  ///< why it is in memory only, when the sink said model::kWaitsForDisk: neither snapshot nor error
  std::optional<Error> error;
  std::optional<model::Process> process;  ///< behind the target afterwards, when it was found
  std::uint64_t samples = 0;
  std::int64_t total = 0;  ///< the sum of the first value of the samples: goroutines of a goroutine profile
};

/// Runs on a worker thread; never throws. A profile is refused as "process_restarted" when nobody can say which process it is of: another
/// one came after the fetch began, or it is gone.
[[nodiscard]] StoringResult store_profile(StoringJob job);

}  // namespace agent::scrape
