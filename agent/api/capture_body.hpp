// The body of POST /api/v1/captures.
#pragma once

#include "agent/base/result.hpp"
#include "agent/model/capture.hpp"

#include <string_view>

namespace agent::api {

/// Reads CaptureRequest of openapi.yaml; "" is {}. Unknown keys are refused. Errors: kInvalidArgument, naming the key and what is expected.
[[nodiscard]] Result<model::CaptureRequest> parse_capture_request(std::string_view body);

}  // namespace agent::api
