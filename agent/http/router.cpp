#include "agent/http/router.hpp"

#include "agent/http/url.hpp"
#include "agent/http/wire_format.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace agent::http {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  for (;;) {
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

/// Whether a decoded segment holds a "." or "..": as a whole, or between slashes that came out of escapes.
bool climbs(std::string_view segment) {
  const auto steps = split(segment);
  return std::any_of(steps.begin(), steps.end(), [](const std::string& step) { return step == "." || step == ".."; });
}

/// nullopt when an escape is broken or a segment climbs.
std::optional<std::vector<std::string>> decoded_segments(std::string_view path) {
  auto segments = split(path);
  for (auto& segment : segments) {
    auto decoded = percent_decode(segment);
    if (!decoded || climbs(*decoded) || decoded->find('\0') != std::string::npos) return std::nullopt;
    segment = std::move(*decoded);
  }
  return segments;
}

bool is_rest(std::string_view segment) {
  return segment.starts_with("{*") && segment.ends_with('}');
}

bool is_named(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}') && !is_rest(segment);
}

std::string name_of(std::string_view segment) {
  const std::size_t prefix = is_rest(segment) ? 2 : 1;
  return std::string(segment.substr(prefix, segment.size() - prefix - 1));
}

std::string join(const std::vector<std::string>& segments, std::size_t from) {
  std::string joined;
  for (auto i = from; i < segments.size(); ++i) joined += (i == from ? "" : "/") + segments[i];
  return joined;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path, PathParams& params) {
  params.clear();
  const bool has_rest = is_rest(pattern.back());
  if (has_rest ? path.size() < pattern.size() : path.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_rest(pattern[i])) {
      params[name_of(pattern[i])] = join(path, i);
    } else if (is_named(pattern[i])) {
      if (path[i].empty()) return false;
      params[name_of(pattern[i])] = path[i];
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

/// Literal before named before rest, segment by segment.
bool is_more_specific(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  const auto rank = [](std::string_view segment) { return is_rest(segment) ? 2 : is_named(segment) ? 1 : 0; };
  const auto common = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (rank(left[i]) != rank(right[i])) return rank(left[i]) < rank(right[i]);
  }
  return left.size() > right.size();
}

}  // namespace

void Router::add(std::string method, std::string_view pattern, RouteHandler handler) {
  if (!pattern.starts_with('/')) throw std::logic_error("not a route pattern: " + std::string(pattern));
  auto segments = split(pattern);
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    if (is_rest(segments[i])) throw std::logic_error("a rest must end its pattern: " + std::string(pattern));
  }
  const auto same = [&](const Route& route) { return route.pattern == pattern; };
  auto route = std::find_if(routes_.begin(), routes_.end(), same);
  if (route == routes_.end()) {
    const auto later = [&](const Route& other) { return is_more_specific(segments, other.segments); };
    route = routes_.insert(std::find_if(routes_.begin(), routes_.end(), later), Route{std::string(pattern), segments, {}});
  }
  if (!route->by_method.emplace(std::move(method), std::move(handler)).second) {
    throw std::logic_error("a route is added twice: " + std::string(pattern));
  }
}

Handler Router::handler() const {
  return [this](const ServerRequest& request, ResponseWriter& writer) { return answer(request, writer); };
}

std::string Router::pattern_of(std::string_view path) const {
  const auto segments = decoded_segments(path);
  PathParams params;
  const auto* route = segments ? find(*segments, params) : nullptr;
  return route == nullptr ? std::string() : route->pattern;
}

const Router::Route* Router::find(const std::vector<std::string>& segments, PathParams& params) const {
  for (const auto& route : routes_) {
    if (fits(route.segments, segments, params)) return &route;
  }
  return nullptr;
}

async::Task<void> Router::answer(const ServerRequest& request, ResponseWriter& writer) const {
  const auto segments = decoded_segments(request.path);
  if (!segments) {
    static_cast<void>(co_await respond_error(writer, 400, "bad_request", "the path has a broken escape, or a segment . or .."));
    co_return;
  }
  PathParams params;
  const auto* route = find(*segments, params);
  if (route == nullptr) {
    static_cast<void>(co_await respond_error(writer, 404, "not_found", "there is nothing at " + request.path));
    co_return;
  }
  auto method = route->by_method.find(request.method);
  if (method == route->by_method.end() && request.method == "HEAD") method = route->by_method.find("GET");
  if (method != route->by_method.end()) {
    co_await method->second(request, params, writer);
    co_return;
  }
  std::string allowed;
  for (const auto& [name, unused] : route->by_method) {
    allowed += (allowed.empty() ? "" : ", ") + name;
    if (name == "GET") allowed += ", HEAD";
  }
  Headers headers;
  headers.add("Allow", allowed);
  headers.add("Content-Type", "application/json");
  auto body = error_json("method_not_allowed", request.method + " is not possible here; possible: " + allowed);
  static_cast<void>(co_await writer.respond(405, std::move(headers), std::move(body)));
}

async::Task<Result<void>> respond_error(ResponseWriter& writer, int status, std::string error, std::string detail) {
  Headers headers;
  headers.add("Content-Type", "application/json");
  auto body = error_json(error, detail);
  co_return co_await writer.respond(status, std::move(headers), std::move(body));
}

}  // namespace agent::http
