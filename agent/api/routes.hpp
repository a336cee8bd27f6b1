// The table of routes. Private to agent/api and its tests.
#pragma once

#include "agent/api/call.hpp"

#include <span>
#include <string_view>

namespace agent::api {

/// Whether the agent reads the query itself or hands it on as it came.
enum class QueryUse { kChecked, kPassedOn };

struct Route {
  std::string_view method;   ///< GET routes answer HEAD too
  std::string_view pattern;  ///< as in openapi.yaml, but for {*path}; see http::Router
  std::span<const std::string_view> params;
  QueryUse query = QueryUse::kChecked;
  async::Task<void> (*handler)(Context&, const Call&) = nullptr;
};

[[nodiscard]] std::span<const Route> routes();

}  // namespace agent::api
