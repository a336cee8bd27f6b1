#include "agent/http/listen_address.hpp"

#include "agent/base/listen_address.hpp"

#include <boost/asio/ip/address.hpp>

namespace agent::http {

namespace ip = boost::asio::ip;

Result<ip::tcp::endpoint> endpoint_of(std::string_view text) {
  const auto parsed = parse_listen_address(text);
  if (!parsed) return parsed.error();
  if (parsed->host.empty()) return ip::tcp::endpoint(ip::tcp::v6(), parsed->port);  // takes IPv4 as well
  boost::system::error_code error;
  const auto address = ip::make_address(parsed->host, error);
  if (error) return Error(Errc::kInvalidArgument, "not an address to listen on: \"" + std::string(text) + "\": " + error.message());
  return ip::tcp::endpoint(address, parsed->port);
}

std::string format_address(const ip::tcp::endpoint& endpoint) {
  const auto host = endpoint.address().to_string();
  const auto port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

}  // namespace agent::http
