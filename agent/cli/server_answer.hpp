// What a daemon's refusal, or its silence, means to whoever typed the command.
#pragma once

#include "agent/base/error.hpp"
#include "agent/base/time.hpp"
#include "agent/http/message.hpp"

#include <string>

namespace agent::cli {

/// No answer came, for a reason that is one of http::kFailureCauses: the cause becomes kUnreachableCause, the message says what to do.
[[nodiscard]] Error unreachable(const std::string& server, const Error& why);

/// An answer whose status is no success: the API's {error, detail}, or what speaks there instead of kprofd.
[[nodiscard]] Error error_of(const std::string& server, const http::ClientResponse& response);

/// Retry-After in whole seconds; 1 s without it.
[[nodiscard]] Duration retry_after(const http::Headers& headers);

}  // namespace agent::cli
