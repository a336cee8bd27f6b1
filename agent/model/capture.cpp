#include "agent/model/capture.hpp"

namespace agent::model {

std::string_view to_string(CaptureState state) {
  switch (state) {
    case CaptureState::kRunning:
      return "running";
    case CaptureState::kSucceeded:
      return "succeeded";
    case CaptureState::kPartial:
      return "partial";
    case CaptureState::kFailed:
      return "failed";
    case CaptureState::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace agent::model
