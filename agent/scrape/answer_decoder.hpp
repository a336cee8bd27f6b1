// Turns what a target answered, or why it did not, into a cause and what to do about it. Pure: no I/O, no clock.
//
// The causes are stable tokens: they are the `cause` label of kprofd_scrapes_total and a field of /api/v1/targets. Sources: net/http/pprof,
// the delegated authorization of the Kubernetes components, and the kubelet's switches for its debug endpoints.
#pragma once

#include "agent/base/error.hpp"
#include "agent/http/message.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/target_status.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace agent::scrape {

/// Causes beside http::kFailureCauses and those of pprof::decode, which pass through unchanged.
inline constexpr std::array kScrapeCauses{
    "unauthorized",          // 401
    "forbidden",             // 403
    "profiling_disabled",    // 404 that net/http/pprof did not write, or the kubelet's 405
    "profile_unknown",       // 404 of net/http/pprof: profiling is on, this profile is not there
    "bad_request",           // 400
    "write_timeout",         // 400: the server's WriteTimeout is shorter than the profile
    "method_not_allowed",    // 405 of another kind
    "busy",                  // 500: somebody else takes a cpu profile or a trace of the process
    "authorization_failed",  // 500: the target could not ask the API server whether we may
    "redirect",              // 3xx, never followed: credentials stay where they were meant for
    "overloaded",            // 429, 502, 503, 504
    "server_error",          // any other 5xx
    "unexpected_status",     // any other status
    "html",                  // 200, but a web page
    "json",                  // 200, but JSON
    "empty_answer",          // 200 without a body
    "not_a_profile",         // 200, but neither gzip nor profile.proto (trace, goroutine text)
    "invalid_url",           // the url of the target cannot be read
    "process_restarted",     // the process behind the target changed while the profile was taken
    "too_many_goroutines",   // goroutine-debug2 would stop the process for too long
    "store_failed",          // the profile is good, the store did not take it
    "internal_error",        // a bug of ours
};

/// The bytes of a message of a target that are kept, and shown.
inline constexpr std::size_t kMaxMessageBytes = 300;

/// What came back. `body` may be cut: its first 4 KiB are enough.
struct Answer {
  std::string_view component;
  model::ProfileType type = model::ProfileType::kCpu;
  int status = 0;
  const http::Headers& headers;
  std::string_view body;
};

/// The failure that this answer is, with `at` left to the caller; nullopt when it starts like what was asked for.
[[nodiscard]] std::optional<model::ScrapeFailure> explain_answer(const Answer& answer);

/// The failure that `error` of http::Client, pprof::decode or the sink is. An error with a cause() keeps it.
[[nodiscard]] model::ScrapeFailure explain_error(std::string_view component, const Error& error);

/// `text` on one line: printable ASCII kept, runs of space as one, the rest as \xNN, at most kMaxMessageBytes. For a Kubernetes Status
/// object its message alone. Credentials that it quotes, the value of an Authorization field and what follows "Bearer", are "***".
[[nodiscard]] std::string readable_message(std::string_view text);

}  // namespace agent::scrape
