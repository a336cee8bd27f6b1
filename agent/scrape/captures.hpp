// The captures that are remembered, and how far they are. Bookkeeping only: no I/O, no clock.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/model/capture.hpp"
#include "agent/model/target.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace agent::scrape {

/// The longest cpu profile or trace of a capture.
inline constexpr Duration kMaxCaptureDuration = std::chrono::minutes(5);
/// Of a cpu profile and of a trace that neither the request nor the plan gives a duration.
inline constexpr Duration kDefaultCpuDuration = std::chrono::seconds(5);
inline constexpr Duration kDefaultTraceDuration = std::chrono::seconds(1);

/// What `request` takes from `targets`, in their order. Errors: kNotFound (a component that is no target), kInvalidArgument (seconds out of
/// range, reason too long, nothing to take).
[[nodiscard]] Result<std::vector<model::CaptureItem>> plan_capture(const model::CaptureRequest& request,
                                                                   const std::vector<model::Target>& targets);

/// How long an item takes: the request's seconds, else the plan's, else the default; 0 for types without duration.
[[nodiscard]] Duration capture_duration(const model::CaptureRequest& request, const model::Target& target, model::ProfileType type);

/// At most `limit` captures; the oldest finished one is forgotten for a new one. On the I/O thread.
class Captures {
 public:
  void set_limit(std::size_t limit) { limit_ = limit; }

  /// The id. Errors: kUnavailable when all of them run.
  Result<std::string> add(model::CaptureRequest request, std::vector<model::CaptureItem> items, WallTime now);

  /// Requires that the id was given by add() and the item runs.
  void succeed(const std::string& id, std::size_t item, model::SnapshotId snapshot, WallTime now);
  void fail(const std::string& id, std::size_t item, std::string error, WallTime now);
  /// Ends an item that was stopped. Does nothing when it has ended.
  void cancel(const std::string& id, std::size_t item, WallTime now);

  [[nodiscard]] std::optional<model::Capture> find(const std::string& id) const;
  /// Newest first.
  [[nodiscard]] std::vector<model::Capture> list() const;

 private:
  model::Capture* get(const std::string& id);
  static void finish(model::Capture& capture, WallTime now);

  std::size_t limit_ = 100;
  std::uint32_t last_ = 0;
  std::deque<model::Capture> captures_;  ///< oldest first
};

}  // namespace agent::scrape
