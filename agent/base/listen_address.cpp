#include "agent/base/listen_address.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <optional>

namespace agent {
namespace {

bool is_v4(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

/// With or without %ZONE.
bool is_v6(const std::string& text) {
  constexpr std::size_t kMaxZoneBytes = 15;  // IFNAMSIZ - 1
  const auto percent = text.find('%');
  const auto zone = percent == std::string::npos ? std::string("lo") : text.substr(percent + 1);
  in6_addr address{};
  return !zone.empty() && zone.size() <= kMaxZoneBytes && inet_pton(AF_INET6, text.substr(0, percent).c_str(), &address) == 1;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const Error bad(Errc::kInvalidArgument,
                  "not an address to listen on: \"" + std::string(text) + "\"; expected ADDRESS:PORT, [V6]:PORT, localhost:PORT or :PORT");
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || text.find('\0') != std::string_view::npos) return bad;
  const auto port = port_of(text.substr(colon + 1));
  if (!port) return bad;
  ListenAddress result;
  result.port = *port;
  auto host = text.substr(0, colon);
  if (host.empty()) return result;
  if (host == "localhost") host = "127.0.0.1";
  result.is_v6 = host.starts_with('[') && host.ends_with(']');
  if (result.is_v6) host = host.substr(1, host.size() - 2);
  result.host = host;
  if (result.is_v6 ? !is_v6(result.host) : !is_v4(result.host)) return bad;
  return result;
}

}  // namespace agent
