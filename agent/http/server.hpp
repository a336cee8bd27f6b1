// HTTP/1.1 server, plain or TLS. Routes and JSON are agent/api's; this reads requests within limits and writes answers.
#pragma once

#include "agent/async/task.hpp"
#include "agent/base/log.hpp"
#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace agent::http {

struct ServerRequest {
  std::string method;
  std::string path;                                         ///< as sent, percent escapes kept
  std::string query;                                        ///< as sent, without "?"
  std::vector<std::pair<std::string, std::string>> params;  ///< the query, decoded, in order; '+' is a space
  Headers headers;                                          ///< trailers are never among them (Beast merges them, style.md 9.3)
  std::string body;
  std::string remote_address;
  /// The first value of a parameter, nullptr when absent.
  [[nodiscard]] const std::string* param(std::string_view name) const;
};

/// How a handler answers: respond() once, or start(), write() any number of times, finish(). HEAD sends no body. Errors: kUnavailable when
/// the peer is gone or too slow, kInternal when called out of this order. Content-Length, Transfer-Encoding, Connection and Date are set
/// here. A handler that starts and does not finish breaks the connection off, so that the peer sees that the answer is not whole.
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;
  virtual async::Task<Result<void>> respond(int status, Headers headers, std::string body) = 0;
  /// Chunked. Bytes are sent as they come: nothing is built up.
  virtual async::Task<Result<void>> start(int status, Headers headers) = 0;
  virtual async::Task<Result<void>> write(std::string chunk) = 0;
  virtual async::Task<Result<void>> finish() = 0;
  [[nodiscard]] virtual bool started() const = 0;
};

/// Runs on the I/O thread; request and writer live until it returns. An exception out of it becomes 500 (when nothing was sent) and is
/// logged. It is cancelled when the peer closes.
using Handler = std::function<async::Task<void>(const ServerRequest&, ResponseWriter&)>;

/// Files, re-read when they change; a certificate that does not load keeps the old one and is logged.
struct ServerTls {
  std::string cert_file;
  std::string key_file;
  std::string client_ca_file;  ///< "": clients need no certificate
};

struct ServerOptions {
  std::string address = "127.0.0.1:0";  ///< see agent::parse_listen_address(); port 0 picks one
  bool tls = false;
  ServerTls tls_files;
  /// Past it a new one takes the place of the connection that waits longest for its request (idle, or with a header that is not complete);
  /// when all are being answered it is closed at once. Both are counted.
  std::size_t max_connections = 256;
  std::uint32_t max_header_bytes = 16 * 1024;
  std::uint64_t max_body_bytes = 1ULL << 20U;
  Duration header_timeout = std::chrono::seconds(5);
  Duration body_timeout = std::chrono::seconds(30);
  Duration write_timeout = std::chrono::seconds(30);  ///< of one write
  Duration idle_timeout = std::chrono::seconds(75);
};

/// Since the server was made.
struct ServerStats {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;    ///< closed at once, past max_connections
  std::uint64_t evicted = 0;    ///< closed for a new one, past max_connections
  std::uint64_t requests = 0;   ///< given to the handler
  std::uint64_t malformed = 0;  ///< answered 400, 408, 413, 414 or 431 without the handler
  std::size_t open = 0;         ///< connections now
};

class Server {
 public:
  virtual ~Server() = default;
  /// Serves until stop(); then waits for the sessions to end.
  virtual async::Task<void> run() = 0;
  /// Closes the acceptor and idle sessions; the others finish their answer with Connection: close, or are cancelled after `grace`.
  virtual void stop(Duration grace) = 0;
  /// HOST:PORT as bound.
  [[nodiscard]] virtual std::string address() const = 0;
  [[nodiscard]] virtual ServerStats stats() const = 0;
};

/// Binds and listens at once. Errors: kInvalidArgument (address, certificate), kConflict (address in use), kIo.
[[nodiscard]] Result<std::unique_ptr<Server>> make_server(async::Executor executor, ServerOptions options, Handler handler, Logger& log);

}  // namespace agent::http
