// What is asked of a target: paths and limits. Pure.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/http/client.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agent::scrape {

/// "/debug/pprof/profile?seconds=10", "/debug/pprof/heap", ... below the target's base URL. `duration` counts for cpu (rounded up to whole
/// seconds, as net/http/pprof wants) and trace only.
[[nodiscard]] std::string profile_path(const model::Target& target, model::ProfileType type, Duration duration);

/// The target's limits with `duration` on top of the header and total limits: a cpu profile sends nothing before its end.
[[nodiscard]] http::RequestLimits request_limits(const model::Target& target, Duration duration, std::uint64_t max_body_bytes);

/// What a live request asks for.
struct LiveRequest {
  std::string path;                        ///< below the target's base URL
  std::optional<model::ProfileType> type;  ///< absent for the index, cmdline and symbol
  Duration duration{0};                    ///< of ?seconds=, with net/http/pprof's default of 30 s for cpu and 1 s for trace
  std::optional<std::string> posted;       ///< the body of a POST; absent: GET
};

/// The longest ?seconds= of a live request.
inline constexpr Duration kMaxLiveDuration = std::chrono::minutes(5);

/// Reads "heap?gc=1", "profile?seconds=5", "". One path segment of letters, digits, '-' and '_' only, so that the credentials of the target
/// reach nothing but its pprof folder. Errors: kInvalidArgument.
[[nodiscard]] Result<LiveRequest> parse_live_request(const model::Target& target, std::string_view path_and_query);

/// The version in an answer of GET /version: gitVersion of a Kubernetes component, etcdserver of etcd. "" when there is none.
[[nodiscard]] std::string version_in(std::string_view body);

}  // namespace agent::scrape
