// Which HTTP status an Error is, in one place.
#pragma once

#include "agent/base/error.hpp"

#include <string_view>

namespace agent::api {

/// Of an error of the agent itself.
[[nodiscard]] int status_of(Errc code);

/// Of Recorder::fetch_live: 504 when the target was too slow, 503 when the agent itself says no for now, 502 for any other failure of the
/// target; the caller's own mistakes as status_of.
[[nodiscard]] int gateway_status_of(const Error& error);

/// The stable word of the enumerator in JSON: "not_found".
[[nodiscard]] std::string_view word_of(Errc code);

}  // namespace agent::api
