// The query string of a request as typed values. Pure.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/http/server.hpp"
#include "agent/store/query.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace agent::api {

/// Refuses a parameter that is not in `known` and one that is given twice. Errors: kInvalidArgument, naming the valid ones.
[[nodiscard]] Result<void> check_params(const http::ServerRequest& request, std::span<const std::string_view> known);

/// Refuses a parameter that is given twice: of two values, each reader would take another one. Errors: kInvalidArgument.
[[nodiscard]] Result<void> check_given_once(const http::ServerRequest& request);

/// component, type, from, to, cause and before, as far as they are given. Errors: kInvalidArgument, naming the parameter; also when `from`
/// is after `to`.
[[nodiscard]] Result<store::SnapshotQuery> parse_snapshot_query(const http::ServerRequest& request, WallTime now);

/// `limit`, 100 when absent. Errors: kInvalidArgument outside 1..1000.
[[nodiscard]] Result<std::size_t> parse_limit(const http::ServerRequest& request);

}  // namespace agent::api
