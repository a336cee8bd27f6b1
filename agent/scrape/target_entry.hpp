// A target while it is scraped: its client, its limits and what is known of it. Internal to agent/scrape; on the I/O thread.
#pragma once

#include "agent/async/semaphore.hpp"
#include "agent/http/client.hpp"
#include "agent/model/target.hpp"
#include "agent/model/target_status.hpp"
#include "agent/scrape/sampling.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace agent::scrape {

/// Shared by the loops, captures and live requests that use it, so that it lives as long as the last of them.
struct TargetEntry {
  TargetEntry(model::Target made_from, std::shared_ptr<http::Client> how, const async::Executor& executor)
      : target(std::move(made_from)), client(std::move(how)), instant(executor, 1), unproven(executor, 1) {}

  model::Target target;
  std::shared_ptr<http::Client> client;  ///< null when the url cannot be used; client_error says why
  std::string client_error;
  async::Semaphore instant;   ///< one profile without duration at a time
  async::Semaphore unproven;  ///< one request at a time while it is_proven() not (agent/scrape/slots.hpp)
  model::TargetStatus status;
  std::map<model::ProfileType, SamplingState> sampling;
  std::map<model::ProfileType, bool> is_large;  ///< the last response did not fit kSmallResponseBytes, or nearly
  bool process_known = false;                   ///< the process was looked for
  std::optional<SteadyTime> process_seen;       ///< when it was found last
  bool version_asked = false;                   ///< of this process
  std::optional<std::uint64_t> goroutines;      ///< in the last goroutine profile
  bool is_known = false;                        ///< a fetch has ended, so is_suspect means something
  bool is_suspect = false;                      ///< the last fetch timed out
  std::size_t hanging = 0;                      ///< requests that are silent for longer than they may
  bool is_retired = false;                      ///< replaced or gone: its outcomes are no longer shown

  /// It answers in time, as far as is known.
  [[nodiscard]] bool is_proven() const { return is_known && !is_suspect && hanging == 0; }
  SamplingState& sampling_of(model::ProfileType type) { return sampling.try_emplace(type, type).first->second; }
  /// Null for a type that is only captured.
  model::ProfileStatus* profile_of(model::ProfileType type) {
    for (auto& profile : status.profiles) {
      if (profile.plan.type == type) return &profile;
    }
    return nullptr;
  }
};

}  // namespace agent::scrape
