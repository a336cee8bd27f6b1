// The text of HTTP/1.1 messages that we send. Private to agent/http; pure.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/http/message.hpp"
#include "agent/http/server.hpp"

#include <string>
#include <string_view>

namespace agent::http {

/// "Not Found" for 404; "" for a status we do not know.
[[nodiscard]] std::string_view reason_phrase(int status);

/// "Tue, 24 Nov 2026 05:36:28 GMT" (RFC 9110 5.6.7).
[[nodiscard]] std::string http_date(WallTime time);

/// Adds "name: value\r\n". Control characters in either become spaces, so that no value can add a line.
void append_field(std::string& text, std::string_view name, std::string_view value);

/// Method, path, query and params of a request's target: origin form, absolute form (as proxies send it) or "*". Errors: kInvalidArgument.
[[nodiscard]] Result<void> parse_request_target(std::string_view target, ServerRequest& request);

/// {"error":TOKEN,"detail":TEXT}
[[nodiscard]] std::string error_json(std::string_view error, std::string_view detail);

}  // namespace agent::http
