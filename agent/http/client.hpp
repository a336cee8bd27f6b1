// HTTP client to one base URL, for http, https and unix sockets.
//
// Every failure is an Error whose cause() is one of kFailureCauses, so that a scraper can tell them apart without reading text.
#pragma once

#include "agent/async/task.hpp"
#include "agent/base/log.hpp"
#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/http/message.hpp"
#include "agent/http/url.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace agent::http {

/// All paths are files, re-read when they change; "" means not used.
struct ClientTls {
  std::string ca_file;  ///< PEM; empty: the system's roots
  std::string client_cert_file;
  std::string client_key_file;
  std::string server_name;       ///< SNI and name check; empty: the host of the URL
  std::string pinned_cert_file;  ///< PEM; the server's leaf must be exactly this certificate; chain and name are then not checked
  bool insecure_skip_verify = false;
};

struct ClientOptions {
  Url url;
  ClientTls tls;
  std::string bearer_token_file;
  std::size_t max_idle_connections = 2;
  Duration idle_timeout = std::chrono::seconds(60);
};

/// All > 0. The header limit starts once the request is written, the total limit with the call.
struct RequestLimits {
  Duration connect_timeout = std::chrono::seconds(2);
  Duration header_timeout = std::chrono::seconds(10);
  Duration total_timeout = std::chrono::seconds(20);
  std::uint32_t max_header_bytes = 32 * 1024;
  std::uint64_t max_body_bytes = 32ULL << 20U;
};

inline constexpr std::array kFailureCauses{
    "resolve_failed",          // the name has no address
    "connection_refused",      // nobody listens (also: the unix socket is missing)
    "connect_timeout",         //
    "connect_failed",          // any other connect error (no route, permission)
    "tls_untrusted",           // certificate does not verify: unknown authority, wrong name, not the pinned one; the message says which
    "tls_expired",             // certificate is past its end, or before its beginning, by this machine's clock
    "tls_failed",              // any other handshake failure: plain HTTP on the other side, protocol version, client certificate refused
    "tls_timeout",             // connected, but the handshake was not over before the connect (or total) limit
    "credentials_unreadable",  // token, CA, certificate or key file cannot be read; the message names the file
    "header_timeout",          // connected, but no complete response header in time
    "total_timeout",           // the body came too slowly
    "header_too_large",        // past max_header_bytes
    "response_too_large",      // past max_body_bytes (by Content-Length or while reading)
    "response_truncated",      // closed before the end of the body
    "protocol_error",          // not HTTP
};

/// One per base URL and set of credentials; keeps up to max_idle_connections alive. All calls on the I/O thread. Outlives its calls.
class Client {
 public:
  virtual ~Client() = default;
  /// Any status is a success here; redirects are not followed. Cancelling the coroutine (terminal) closes the connection, which stops a
  /// profile in the target. A GET is tried a second time only on a kept connection that broke before the first byte of the answer.
  /// The bearer token does not come back: in the headers and the body of an answer that echoes it its bytes are asterisks (in the body of
  /// a 200 only when it has 8 bytes or more: a shorter one may be there by chance).
  virtual async::Task<Result<ClientResponse>> send(ClientRequest request, RequestLimits limits) = 0;
};

/// `log` hears the warning about insecure_skip_verify, once. `executor` is the I/O thread's.
[[nodiscard]] std::unique_ptr<Client> make_client(async::Executor executor, ClientOptions options, Logger& log);

}  // namespace agent::http
