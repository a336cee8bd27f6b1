#include "agent/model/target_status.hpp"

namespace agent::model {

std::string_view to_string(TargetHealth health) {
  switch (health) {
    case TargetHealth::kUnknown:
      return "unknown";
    case TargetHealth::kUp:
      return "up";
    case TargetHealth::kDown:
      return "down";
  }
  return "unknown";
}

std::string_view to_string(ProfileState state) {
  switch (state) {
    case ProfileState::kPending:
      return "pending";
    case ProfileState::kOk:
      return "ok";
    case ProfileState::kEmpty:
      return "empty";
    case ProfileState::kFailing:
      return "failing";
  }
  return "unknown";
}

}  // namespace agent::model
