#include "agent/http/url.hpp"

#include "agent/http/message.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>
#include <system_error>
#include <utility>

namespace agent::http {
namespace {

namespace urls = boost::urls;

Error bad_url(std::string_view text, const std::string& why) {
  return Error(Errc::kInvalidArgument, "not a URL that kprofd can use: \"" + std::string(text) + "\": " + why);
}

std::string without_trailing_slashes(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path;
}

/// unix:///run/x.sock or unix:///run/x.sock:/prefix
Result<Url> parse_unix(std::string_view text, const urls::url_view& parsed) {
  if (!parsed.encoded_authority().empty()) return bad_url(text, "a unix socket needs an absolute path, as in unix:///run/x.sock");
  const std::string path(parsed.encoded_path());
  const auto colon = path.find(":/");
  auto socket_path = percent_decode(path.substr(0, colon));
  if (!socket_path) return bad_url(text, socket_path.error().message());
  if (!socket_path->starts_with('/') || *socket_path == "/") {
    return bad_url(text, "a unix socket needs an absolute path, as in unix:///run/x.sock");
  }
  constexpr std::size_t kMaxSocketPath = 107;  // unix(7): sun_path has 108 bytes with its NUL
  if (socket_path->size() > kMaxSocketPath) return bad_url(text, "the socket path is longer than 107 bytes");
  if (socket_path->find('\0') != std::string::npos) return bad_url(text, "the socket path has a NUL");
  Url url;
  url.scheme = Scheme::kUnix;
  url.socket_path = std::move(*socket_path);
  if (colon != std::string::npos) url.path = without_trailing_slashes(path.substr(colon + 1));
  url.query = std::string(parsed.encoded_query());
  return url;
}

/// The name or address without brackets. Zone ids (fe80::1%25eth0) stay as they are written.
Result<std::string> host_of(std::string_view text, const urls::url_view& parsed) {
  std::string host(parsed.encoded_host());
  if (host.starts_with('[')) return host.substr(1, host.size() - 2);
  auto decoded = percent_decode(host);
  if (!decoded) return bad_url(text, decoded.error().message());
  if (decoded->empty()) return bad_url(text, "it has no host");
  for (const char c : *decoded) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (!plain) return bad_url(text, "the host has a character that no name has");
  }
  return decoded;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const auto result = urls::parse_uri(text);
  if (!result) return bad_url(text, "expected http://HOST:PORT, https://HOST:PORT or unix:///PATH");
  const urls::url_view parsed = *result;
  if (parsed.has_fragment()) return bad_url(text, "a fragment (#) has no meaning here");
  if (parsed.has_userinfo())
    return bad_url(text, "user and password do not belong into a URL; use bearerTokenFile or a client certificate");

  const std::string scheme(parsed.scheme());
  if (equal_without_case(scheme, "unix")) return parse_unix(text, parsed);
  const bool secure = equal_without_case(scheme, "https");
  if (!secure && !equal_without_case(scheme, "http")) return bad_url(text, "unknown scheme " + scheme + "; use http, https or unix");
  if (!parsed.has_authority()) return bad_url(text, "expected // after " + scheme + ":");

  Url url;
  url.scheme = secure ? Scheme::kHttps : Scheme::kHttp;
  auto host = host_of(text, parsed);
  if (!host) return std::move(host).error();
  url.host = std::move(*host);
  url.port = secure ? 443 : 80;
  // Boost.URL 1.81 reads "host:80x" as port 80 with the path "x", and its port_number() wraps around.
  const std::string path(parsed.encoded_path());
  const std::string port(parsed.port());
  const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  const bool bad_port = !port.empty() && (failure != std::errc() || end != port.data() + port.size() || url.port == 0);
  if (bad_port || (!path.empty() && !path.starts_with('/'))) return bad_url(text, "the port must be a number from 1 to 65535");
  url.path = without_trailing_slashes(path);
  url.query = std::string(parsed.encoded_query());
  return url;
}

Result<std::string> percent_decode(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return Error(Errc::kInvalidArgument, "% must be followed by two hexadecimal digits, got \"" + std::string(text.substr(i, 3)) + "\"");
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool unreserved =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kHex[byte >> 4U];
      encoded += kHex[byte & 0xFU];
    }
  }
  return encoded;
}

}  // namespace agent::http
