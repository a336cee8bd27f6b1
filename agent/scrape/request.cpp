#include "agent/scrape/request.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>

namespace agent::scrape {
namespace {

using model::ProfileType;

/// Seconds with at most three decimals and no trailing zeros: "5", "0.25".
std::string seconds_text(Duration duration) {
  const auto millis = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  std::string text = std::to_string(millis / 1000);
  if (millis % 1000 == 0) return text;
  char decimals[8];
  std::snprintf(decimals, sizeof decimals, ".%03d", static_cast<int>(millis % 1000));
  text += decimals;
  return text.substr(0, text.find_last_not_of('0') + 1);
}

std::string file_of(ProfileType type) {
  switch (type) {
    case ProfileType::kCpu:
      return "profile";
    case ProfileType::kGoroutineDebug2:
      return "goroutine";
    case ProfileType::kHeap:
    case ProfileType::kAllocs:
    case ProfileType::kGoroutine:
    case ProfileType::kBlock:
    case ProfileType::kMutex:
    case ProfileType::kThreadcreate:
    case ProfileType::kTrace:
      break;
  }
  return std::string(model::to_string(type));
}

/// The value of `key` in a query without escapes; the first one counts, as in Go's FormValue.
std::optional<std::string_view> query_value(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    if (pair.starts_with(key) && pair.substr(key.size()).starts_with("=")) return pair.substr(key.size() + 1);
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

std::optional<ProfileType> type_of(std::string_view name, std::string_view query) {
  if (name == "profile") return ProfileType::kCpu;
  if (name == "goroutine" && query_value(query, "debug").value_or("0") == "2") return ProfileType::kGoroutineDebug2;
  for (const auto type : model::kAllProfileTypes) {
    if (type != ProfileType::kCpu && name == model::to_string(type)) return type;
  }
  return std::nullopt;
}

Result<Duration> duration_of(std::optional<ProfileType> type, std::string_view query) {
  const auto text = query_value(query, "seconds");
  if (!text) {
    if (type == ProfileType::kCpu) return Duration(std::chrono::seconds(30));
    if (type == ProfileType::kTrace) return Duration(std::chrono::seconds(1));
    return Duration(0);
  }
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc() || end != text->data() + text->size() || seconds < 1 || std::chrono::seconds(seconds) > kMaxLiveDuration) {
    return Error(Errc::kInvalidArgument, "seconds: expected a whole number from 1 to 300");
  }
  return Duration(std::chrono::seconds(seconds));
}

}  // namespace

std::string profile_path(const model::Target& target, ProfileType type, Duration duration) {
  std::string path = target.pprof_path + "/" + file_of(type);
  if (type == ProfileType::kCpu) {
    const auto seconds = std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(duration).count());
    path += "?seconds=" + std::to_string(seconds);
  }
  if (type == ProfileType::kTrace) path += "?seconds=" + seconds_text(duration);
  if (type == ProfileType::kGoroutineDebug2) path += "?debug=2";
  return path;
}

http::RequestLimits request_limits(const model::Target& target, Duration duration, std::uint64_t max_body_bytes) {
  http::RequestLimits limits;
  limits.connect_timeout = target.limits.connect_timeout;
  limits.header_timeout = target.limits.header_timeout + duration;
  limits.total_timeout = target.limits.total_timeout + duration;
  limits.max_body_bytes = std::min(max_body_bytes, target.limits.max_response_bytes);
  return limits;
}

Result<LiveRequest> parse_live_request(const model::Target& target, std::string_view path_and_query) {
  const auto mark = std::min(path_and_query.find('?'), path_and_query.size());
  const auto name = path_and_query.substr(0, mark);
  const auto query = mark < path_and_query.size() ? path_and_query.substr(mark + 1) : std::string_view();
  const auto is_name = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
  if (!std::all_of(name.begin(), name.end(), is_name)) {
    return Error(Errc::kInvalidArgument, "path: expected the name of one profile, such as heap or profile?seconds=5");
  }
  const auto is_query = [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("-_.~=&,:").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (query.size() > 1024 || !std::all_of(query.begin(), query.end(), is_query)) {
    return Error(Errc::kInvalidArgument, "query: expected at most 1024 bytes of key=value pairs without escapes");
  }
  LiveRequest request;
  request.type = type_of(name, query);
  auto duration = duration_of(request.type, query);
  if (!duration) return std::move(duration).error();
  request.duration = *duration;
  request.path = target.pprof_path + "/" + std::string(name);
  if (!query.empty()) request.path += "?" + std::string(query);
  return request;
}

std::string version_in(std::string_view body) {
  for (const std::string_view key : {"\"gitVersion\"", "\"etcdserver\""}) {
    const auto at = body.find(key);
    if (at == std::string_view::npos) continue;
    const auto open = body.find('"', at + key.size());
    if (open == std::string_view::npos) continue;
    const auto close = body.find('"', open + 1);
    if (close == std::string_view::npos || close - open > 64) continue;
    const auto version = body.substr(open + 1, close - open - 1);
    const auto is_printable = [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '\\'; };
    if (std::all_of(version.begin(), version.end(), is_printable)) return std::string(version);
  }
  return {};
}

}  // namespace agent::scrape
