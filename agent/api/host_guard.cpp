#include "agent/api/host_guard.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace agent::api {
namespace {

/// HOST of HOST:PORT, without brackets.
std::string_view host_of(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  if (std::count(text.begin(), text.end(), ':') > 1) return text;
  return text.substr(0, text.find(':'));
}

}  // namespace

bool is_loopback(std::string_view host_and_port) {
  std::string host(host_of(host_and_port));
  std::transform(host.begin(), host.end(), host.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (host.ends_with('.')) host.pop_back();
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace agent::api
