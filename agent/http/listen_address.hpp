// HOST:PORT as a server is told to listen on. Private to agent/http.
#pragma once

#include "agent/base/result.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>
#include <string_view>

namespace agent::http {

/// "127.0.0.1:6062", "[::1]:0", "localhost:6062", ":6062" (every address). Names other than localhost are refused: a listener must not
/// depend on DNS. Errors: kInvalidArgument.
[[nodiscard]] Result<boost::asio::ip::tcp::endpoint> parse_listen_address(std::string_view text);

/// HOST:PORT or [V6]:PORT.
[[nodiscard]] std::string format_address(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace agent::http
