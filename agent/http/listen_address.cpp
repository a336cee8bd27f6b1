#include "agent/http/listen_address.hpp"

#include <boost/asio/ip/address.hpp>

#include <charconv>
#include <cstdint>

namespace agent::http {

namespace ip = boost::asio::ip;

Result<ip::tcp::endpoint> parse_listen_address(std::string_view text) {
  const Error bad(Errc::kInvalidArgument,
                  "not an address to listen on: \"" + std::string(text) + "\"; expected ADDRESS:PORT, [V6]:PORT or :PORT");
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad;
  const auto port_text = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (failure != std::errc() || end != port_text.data() + port_text.size()) return bad;

  auto host = text.substr(0, colon);
  if (host.empty()) return ip::tcp::endpoint(ip::tcp::v6(), port);  // takes IPv4 as well
  if (host == "localhost") host = "127.0.0.1";
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(host), error);
  if (error || address.is_v6() != bracketed) return bad;
  return ip::tcp::endpoint(address, port);
}

std::string format_address(const ip::tcp::endpoint& endpoint) {
  const auto host = endpoint.address().to_string();
  const auto port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

}  // namespace agent::http
