// Base URLs of targets: http://host:port/prefix, https://host:port/prefix, unix:///run/x.sock (path prefix after a colon:
// unix:///run/x.sock:/prefix).
#pragma once

#include "agent/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace agent::http {

enum class Scheme { kHttp, kHttps, kUnix };

struct Url {
  Scheme scheme = Scheme::kHttp;
  std::string host;         ///< name or address without brackets; "" for unix
  std::uint16_t port = 0;   ///< 80 and 443 when the URL has none
  std::string socket_path;  ///< for unix
  std::string path;         ///< prefix or whole path, without trailing slash: "" or "/api/v1/nodes/n1/proxy"
  std::string query;        ///< without "?"
};

/// Errors: kInvalidArgument saying what is wrong: unknown scheme, user info, fragment, bad port, relative socket path.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

/// Percent-decodes; '+' stays. Errors: kInvalidArgument on a bad escape.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);
/// Escapes all but unreserved characters (RFC 3986 2.3).
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace agent::http
