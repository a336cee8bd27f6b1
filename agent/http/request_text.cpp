#include "agent/http/request_text.hpp"

#include "agent/http/dial.hpp"
#include "agent/http/wire_format.hpp"

#include <algorithm>

namespace agent::http {
namespace {

std::string host_field(const Url& url) {
  if (url.scheme == Scheme::kUnix) return "localhost";
  const bool is_default_port = url.port == (url.scheme == Scheme::kHttps ? 443 : 80);
  auto place = place_of(url);
  return is_default_port ? place.substr(0, place.rfind(':')) : place;
}

bool is_ours(std::string_view name) {
  for (const auto* ours : {"Host", "Content-Length", "Transfer-Encoding", "Connection"}) {
    if (equal_without_case(name, ours)) return true;
  }
  return false;
}

}  // namespace

Result<void> check_request(const ClientRequest& request) {
  const auto visible = [](char c) { return c > ' ' && c != '\x7f'; };
  const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (request.method.empty() || !std::all_of(request.method.begin(), request.method.end(), letter)) {
    return Error(Errc::kInvalidArgument, "not an HTTP method");
  }
  if (!request.target.starts_with('/') || !std::all_of(request.target.begin(), request.target.end(), visible)) {
    return Error(Errc::kInvalidArgument, "a request target must start with / and have no spaces");
  }
  return {};
}

std::string request_head(const Url& url, const ClientRequest& request, std::string_view token) {
  std::string text = request.method + " " + url.path + request.target + " HTTP/1.1\r\n";
  append_field(text, "Host", host_field(url));
  if (request.headers.get("User-Agent").empty()) append_field(text, "User-Agent", "kprofd");
  if (request.headers.get("Accept").empty()) append_field(text, "Accept", "*/*");
  for (const auto& [name, value] : request.headers) {
    const bool replaced = is_ours(name) || (!token.empty() && equal_without_case(name, "Authorization"));
    if (!replaced) append_field(text, name, value);
  }
  if (!token.empty()) append_field(text, "Authorization", "Bearer " + std::string(token));
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    append_field(text, "Content-Length", std::to_string(request.body.size()));
  }
  return text + "\r\n";
}

}  // namespace agent::http
