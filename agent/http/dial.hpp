// Makes connections for the client: name lookup, connect, TLS handshake, all before one deadline. Private to agent/http.
#pragma once

#include "agent/async/task.hpp"
#include "agent/base/result.hpp"
#include "agent/http/client_tls.hpp"
#include "agent/http/connection.hpp"
#include "agent/http/url.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace agent::http {

/// A connection to the server of a client, and what is known of it.
struct Link {
  std::shared_ptr<Connection> connection;
  bool is_private = false;       ///< TLS, a unix socket or the loopback address: a token may pass
  std::uint64_t generation = 0;  ///< of the TLS files it was made with
};

/// By when, and how the limit is called in the error of one who is late.
struct DialLimit {
  SteadyTime deadline;
  std::string cause;  ///< of a lookup or connect that is late: connect_timeout, or total_timeout when that ends earlier
  std::string text;   ///< "2s"
};

/// `tls` is nullptr for http and unix. Arguments live until it returns. Errors: resolve_failed, connection_refused, connect_timeout,
/// connect_failed, tls_untrusted, tls_expired, tls_failed, tls_timeout, credentials_unreadable; kCancelled.
async::Task<Result<Link>> dial(const async::Executor& executor, const Url& url, ClientTlsSetup* tls, const DialLimit& limit);

/// "127.0.0.1:10257", "[::1]:2379", "/run/x.sock": where a URL points, for people.
[[nodiscard]] std::string place_of(const Url& url);

}  // namespace agent::http
