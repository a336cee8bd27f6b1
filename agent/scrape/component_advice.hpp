// What an operator changes on each Kubernetes component so that it lets itself be profiled. A table over names, no I/O.
#pragma once

#include "agent/model/profile_type.hpp"

#include <string>
#include <string_view>

namespace agent::scrape {

/// The switch that turns pprof on, as a clause: "start etcd with --enable-pprof". For an unknown component, about net/http/pprof and
/// pprofPath.
[[nodiscard]] std::string profiling_advice(std::string_view component);

/// What grants access after a 403, as a clause: "the ServiceAccount lacks get on nonResourceURLs /debug/pprof/*".
[[nodiscard]] std::string permission_advice(std::string_view component);

/// Why block or mutex has no samples and what fills it, as a sentence. For other types a general one.
[[nodiscard]] std::string sampling_advice(std::string_view component, model::ProfileType type);

/// True for components that answer GET /version (or, for etcd, its own form of it).
[[nodiscard]] bool has_version_endpoint(std::string_view component);

}  // namespace agent::scrape
