// The address a server listens on, as people write it. Pure; one rule for whoever checks a configuration and whoever binds.
#pragma once

#include "agent/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace agent {

struct ListenAddress {
  std::string host;  ///< an IPv4 or IPv6 address without brackets, an IPv6 one perhaps with %ZONE; "": every address
  std::uint16_t port = 0;
  bool is_v6 = false;  ///< of host; false for ""
};

/// "127.0.0.1:9912", "[::1]:0", "localhost:9912" (127.0.0.1), ":9912" (every address). Other names are refused: a listener must not depend
/// on DNS. Errors: kInvalidArgument.
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace agent
