// A pprof endpoint as it is met in the wild and in nightmares: one behaviour, on a port that the system picked, on a thread of its own.
#pragma once

#include "tests/support/test_certificates.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tests {

enum class Behaviour {
  kAnswer,               ///< 200 with Options::body, keep-alive: the one that behaves
  kAnswerAndClose,       ///< the same, its end told by closing
  kAnswerChunked,        ///< the same in chunks of 1000 bytes, with a trailer
  kAcceptAndHang,        ///< reads nothing, says nothing
  kHangAfterHeader,      ///< a whole header, then nothing
  kDripHeader,           ///< one byte of the header a second (Options::drip_every)
  kDripBody,             ///< one byte of the body a second
  kTwoGibibytes,         ///< Content-Length of 2 GiB, and sends it
  kTwoGibibytesChunked,  ///< the same without saying so
  kHugeHeader,           ///< a header without end
  kGzipBomb,             ///< 1 GiB of zeros as about 1 MiB of gzip
  kHtml,                 ///< a login page
  kTruncatedGzip,        ///< half of Options::body in a whole message
  kTruncatedBody,        ///< Content-Length of Options::body, closes half way
  kRedirect,             ///< 302 to /login
  kUnauthorized,         ///< 401 as Kubernetes writes it
  kForbidden,            ///< 403 as Kubernetes writes it
  kNotFound,             ///< 404 of any server
  kNotFoundPprof,        ///< 404 "Unknown profile" of net/http/pprof, with X-Go-Pprof
  kBusy,                 ///< 500 "Could not enable CPU profiling: cpu profiling already in use", with X-Go-Pprof
  kNotHttp,              ///< the greeting of an SMTP server
  kTlsAlert,             ///< what a TLS server answers plain HTTP
  kCloseAtOnce,          ///< accepts and closes
  kCloseAfterRequest,    ///< reads the request and closes
  kEchoRequest,          ///< 403 that tells the request's header in its body and in Location
  kContinueFirst,        ///< 100 and 103, then as kAnswer
};

struct MisbehavingOptions {
  std::string body = "hello";
  std::optional<Certificate> tls;    ///< serve TLS with it
  std::string client_ca_pem;         ///< with tls: refuse clients without a certificate of it
  std::size_t close_idle_after = 0;  ///< kAnswer: close the connection after so many answers, 0: never
  std::chrono::milliseconds drip_every = std::chrono::seconds(1);
};

/// Its own thread; all methods are thread-safe.
class MisbehavingServer {
 public:
  explicit MisbehavingServer(Behaviour behaviour, MisbehavingOptions options = {});
  ~MisbehavingServer();
  MisbehavingServer(const MisbehavingServer&) = delete;
  MisbehavingServer& operator=(const MisbehavingServer&) = delete;

  /// http://127.0.0.1:PORT, or https:// with tls.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] int port() const;
  /// The headers of all requests so far, as they came.
  [[nodiscard]] std::vector<std::string> requests() const;
  [[nodiscard]] std::size_t connections() const;       ///< accepted so far
  [[nodiscard]] std::size_t open_connections() const;  ///< not yet ended on our side

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A URL where nobody listens: a port that was free a moment ago.
[[nodiscard]] std::string refusing_url();

}  // namespace tests
