// A capture: profiles taken on request, beside the schedule.
#pragma once

#include "agent/base/time.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace agent::model {

struct CaptureRequest {
  std::vector<std::string> components;  ///< empty: all targets
  std::vector<ProfileType> types;       ///< empty: every type of the target's plan except trace and goroutine-debug2
  std::optional<Duration> seconds;      ///< of cpu and trace; absent: the plan's
  std::string reason;                   ///< at most 1000 bytes
};

enum class CaptureState { kRunning, kSucceeded, kPartial, kFailed, kCancelled };

/// One profile of a capture.
struct CaptureItem {
  std::string component;
  ProfileType type = ProfileType::kCpu;
  bool done = false;
  std::optional<SnapshotId> snapshot;  ///< when it succeeded
  std::string error;                   ///< when it failed: "cause: message"
};

struct Capture {
  std::string id;
  CaptureRequest request;
  CaptureState state = CaptureState::kRunning;
  WallTime started{};
  std::optional<WallTime> finished;
  std::vector<CaptureItem> items;
};

[[nodiscard]] std::string_view to_string(CaptureState state);

}  // namespace agent::model
