// The targets' own endpoints, through the agent with its credentials, lock and limits.
#include "agent/api/call.hpp"
#include "agent/api/respond.hpp"
#include "agent/api/status_table.hpp"

#include <algorithm>
#include <utility>

namespace agent::api {
namespace {

/// Letters, digits and -_. in segments that are not empty (the router has refused those that climb): nothing that a target could read as
/// another path than /debug/pprof/*.
bool is_plain_path(std::string_view path) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '/';
  };
  return std::all_of(path.begin(), path.end(), is_plain) && !path.starts_with('/') && path.find("//") == std::string_view::npos;
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '#'; });
}

/// What is about the content; the rest of the target's headers is between it and the agent.
http::Headers headers_of(const http::ClientResponse& answer) {
  http::Headers headers;
  for (const auto* name : {"Content-Type", "Content-Disposition", "Content-Encoding", "X-Go-Pprof", "Retry-After"}) {
    const auto value = answer.headers.get(name);
    if (!value.empty()) headers.add(name, std::string(value));
  }
  headers.add("Cache-Control", "no-store");
  headers.add("X-Content-Type-Options", "nosniff");
  return headers;
}

Result<std::string> target_path(const Call& call) {
  std::string path = call.path.at("path");
  const auto& query = call.request.query;
  if (!is_plain_path(path)) return Error(Errc::kInvalidArgument, "the path below /debug/pprof/ may hold letters, digits and - _ . / only");
  if (!is_visible_ascii(query)) return Error(Errc::kInvalidArgument, "the query must be visible ASCII; escape the rest with %");
  if (!query.empty()) path.append("?").append(query);
  return path;
}

}  // namespace

async::Task<void> get_live(Context& context, const Call& call) {
  if (!context.options.live_targets) {
    Error error(Errc::kPermissionDenied,
                "live targets are off, because this agent listens beyond loopback; listen.liveTargets: true turns them on",
                "live_targets_off");
    co_await respond_error(call.out, std::move(error));
    co_return;
  }
  if (call.request.method != "GET") {
    // A HEAD would take a whole profile to throw it away.
    Error error(Errc::kInvalidArgument, "live targets answer GET only", "method_not_allowed");
    co_await respond_error(call.out, std::move(error), 405);
    co_return;
  }
  auto path = target_path(call);
  if (!path) {
    co_await respond_error(call.out, std::move(path).error());
    co_return;
  }
  auto answer = co_await context.deps.recorder.fetch_live(call.path.at("target"), *path);
  if (!answer) {
    const int status = gateway_status_of(answer.error());
    co_await respond_error(call.out, std::move(answer).error(), status);
    co_return;
  }
  auto headers = headers_of(*answer);
  [[maybe_unused]] const auto sent = co_await call.out.respond(answer->status, std::move(headers), std::move(answer->body));
}

}  // namespace agent::api
