// The text of the requests that we send. Private to agent/http; pure.
#pragma once

#include "agent/base/result.hpp"
#include "agent/http/message.hpp"
#include "agent/http/url.hpp"

#include <string>
#include <string_view>

namespace agent::http {

/// Errors: kInvalidArgument for a method or target that would not stay on its line.
[[nodiscard]] Result<void> check_request(const ClientRequest& request);

/// Request line and header. `token` "": no Authorization. A checked request.
[[nodiscard]] std::string request_head(const Url& url, const ClientRequest& request, std::string_view token);

}  // namespace agent::http
