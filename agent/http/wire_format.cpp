#include "agent/http/wire_format.hpp"

#include "agent/base/json_text.hpp"
#include "agent/http/url.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace agent::http {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 29> kReasons{{
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
}};

std::string without_controls(std::string_view text) {
  std::string clean(text);
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; }, ' ');
  return clean;
}

Result<std::string> decode_parameter(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

Result<void> parse_query(std::string_view query, ServerRequest& request) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = decode_parameter(pair.substr(0, equals));
    if (!name) return std::move(name).error().context("query");
    auto value = decode_parameter(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!value) return std::move(value).error().context("query");
    request.params.emplace_back(std::move(*name), std::move(*value));
  }
  return {};
}

}  // namespace

std::string_view reason_phrase(int status) {
  const auto found = std::find_if(kReasons.begin(), kReasons.end(), [status](const auto& entry) { return entry.first == status; });
  return found == kReasons.end() ? std::string_view() : found->second;
}

std::string http_date(WallTime time) {
  const auto seconds = static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::array<char, 64> text{};  // strftime's names depend on the locale
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays.at(static_cast<std::size_t>(parts.tm_wday)),
                parts.tm_mday, kMonths.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
                parts.tm_sec);
  return text.data();
}

void append_field(std::string& text, std::string_view name, std::string_view value) {
  text += without_controls(name) + ": " + without_controls(value) + "\r\n";
}

Result<void> parse_request_target(std::string_view target, ServerRequest& request) {
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    const auto path = target.find_first_of("/?", scheme + 3);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  const auto question = target.find('?');
  request.path = std::string(target.substr(0, question));
  if (question != std::string_view::npos) request.query = std::string(target.substr(question + 1));
  if (request.path.empty()) request.path = "/";
  if (!request.path.starts_with('/') && request.path != "*") {
    return Error(Errc::kInvalidArgument, "the request target must be a path that starts with /");
  }
  return parse_query(request.query, request);
}

std::string error_json(std::string_view error, std::string_view detail) {
  return "{\"error\":" + json_quote(error) + ",\"detail\":" + json_quote(detail) + "}\n";
}

}  // namespace agent::http
