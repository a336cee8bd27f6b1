// The targets' own endpoints, through the agent with its credentials, lock and limits.
#include "agent/api/call.hpp"
#include "agent/api/query_params.hpp"
#include "agent/api/respond.hpp"
#include "agent/api/status_table.hpp"

#include <algorithm>
#include <array>
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

/// Before anything a browser gets of a target: no script runs, nothing is loaded, and the page does not count as of the agent's origin.
/// The index page of net/http/pprof stays readable (its style is inline) and its links work, those that download too.
constexpr std::string_view kSandbox =
    "sandbox allow-downloads; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http::Headers guarded_headers() {
  http::Headers headers;
  headers.add("Content-Security-Policy", std::string(kSandbox));
  headers.add("Cache-Control", "no-store");
  headers.add("X-Content-Type-Options", "nosniff");
  return headers;
}

/// The target's own when no browser makes a page of it. HTML is shown as such only of the index, `path` "".
std::string shown_type(std::string_view path, std::string_view type) {
  constexpr std::array<std::string_view, 6> kHarmless{"application/octet-stream",        "application/gzip", "application/x-gzip",
                                                      "application/vnd.google.protobuf", "application/json", "text/plain"};
  const auto name = type.substr(0, type.find_first_of("; \t"));
  const auto is_it = [name](std::string_view harmless) { return http::equal_without_case(name, harmless); };
  if (type.empty()) return "application/octet-stream";
  if (path.empty() && http::equal_without_case(name, "text/html")) return std::string(type);
  return std::any_of(kHarmless.begin(), kHarmless.end(), is_it) ? std::string(type) : "text/plain; charset=utf-8";
}

/// What is about the content; the rest of the target's headers is between it and the agent.
http::Headers headers_of(const http::ClientResponse& answer, std::string_view path) {
  auto headers = guarded_headers();
  headers.add("Content-Type", shown_type(path, answer.headers.get("Content-Type")));
  for (const auto* name : {"Content-Disposition", "Content-Encoding", "X-Go-Pprof", "Retry-After"}) {
    const auto value = answer.headers.get(name);
    if (!value.empty()) headers.add(name, std::string(value));
  }
  return headers;
}

/// What follows /debug/pprof/; symbol has a route of its own.
std::string rest_of(const Call& call) {
  const auto rest = call.path.find("path");
  return rest == call.path.end() ? "symbol" : rest->second;
}

Result<std::string> target_path(const Call& call) {
  auto path = rest_of(call);
  const auto& query = call.request.query;
  if (!is_plain_path(path)) return Error(Errc::kInvalidArgument, "the path below /debug/pprof/ may hold letters, digits and - _ . / only");
  if (!is_visible_ascii(query)) return Error(Errc::kInvalidArgument, "the query must be visible ASCII; escape the rest with %");
  if (auto once = check_given_once(call.request); !once) return std::move(once).error();
  if (!query.empty()) path.append("?").append(query);
  return path;
}

/// Says whether there is such a target, and asks it nothing: that would take a whole profile to throw it away.
async::Task<void> answer_head(Context& context, const Call& call) {
  const auto targets = context.deps.recorder.targets();
  const auto& name = call.path.at("target");
  const auto is_it = [&](const model::TargetStatus& status) { return status.target.component == name; };
  if (std::none_of(targets.begin(), targets.end(), is_it)) {
    Error error(Errc::kNotFound, "no target is named " + name);
    co_await respond_error(call.out, std::move(error));
    co_return;
  }
  auto headers = guarded_headers();
  const auto started = co_await call.out.start(200, std::move(headers));  // without a length: nobody knows it
  if (started) [[maybe_unused]]
    const auto ended = co_await call.out.finish();
}

Error live_targets_off() {
  return Error(Errc::kPermissionDenied,
               "live targets are off, because this agent listens beyond loopback; listen.liveTargets: true turns them on",
               "live_targets_off");
}

async::Task<void> hand_on(const Call& call, Result<http::ClientResponse> answer) {
  if (!answer) {
    const int status = gateway_status_of(answer.error());
    co_await respond_error(call.out, std::move(answer).error(), status);
    co_return;
  }
  auto headers = headers_of(*answer, rest_of(call));
  [[maybe_unused]] const auto sent = co_await call.out.respond(answer->status, std::move(headers), std::move(answer->body));
}

}  // namespace

async::Task<void> get_live(Context& context, const Call& call) {
  if (!context.options.live_targets) {
    auto off = live_targets_off();
    co_await respond_error(call.out, std::move(off));
    co_return;
  }
  auto path = target_path(call);
  if (!path) {
    co_await respond_error(call.out, std::move(path).error());
    co_return;
  }
  if (call.request.method == "HEAD") {
    co_await answer_head(context, call);
    co_return;
  }
  auto answer = co_await context.deps.recorder.fetch_live(call.path.at("target"), *path);
  co_await hand_on(call, std::move(answer));
}

async::Task<void> look_up_symbols(Context& context, const Call& call) {
  if (!context.options.live_targets) {
    auto off = live_targets_off();
    co_await respond_error(call.out, std::move(off));
    co_return;
  }
  // As pprof says it. No web page can say so to another site without asking first, and the agent never says yes to that.
  if (!http::equal_without_case(call.request.headers.get("Content-Type"), "application/octet-stream")) {
    Error error(Errc::kInvalidArgument, "Content-Type must be application/octet-stream", "unsupported_media_type");
    co_await respond_error(call.out, std::move(error), 415);
    co_return;
  }
  auto answer = co_await context.deps.recorder.look_up_symbols(call.path.at("target"), call.request.body);
  co_await hand_on(call, std::move(answer));
}

}  // namespace agent::api
