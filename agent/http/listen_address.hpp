// Listen addresses as endpoints. Private to agent/http.
#pragma once

#include "agent/base/result.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>
#include <string_view>

namespace agent::http {

/// Of what agent::parse_listen_address() takes. Errors: its own.
[[nodiscard]] Result<boost::asio::ip::tcp::endpoint> endpoint_of(std::string_view text);

/// HOST:PORT or [V6]:PORT.
[[nodiscard]] std::string format_address(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace agent::http
