#include "tests/support/misbehaving_server.hpp"

#include "agent/async/task.hpp"
#include "agent/async/use_tuple.hpp"
#include "agent/codec/gzip.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

namespace tests {

namespace asio = boost::asio;
using agent::async::Task;
using agent::async::use_tuple;
using tcp = asio::ip::tcp;

namespace {

std::string message(const std::string& status, const std::string& fields, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body;
}

std::string chunked(const std::string& body) {
  std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += 1000) {
    const auto chunk = body.substr(at, 1000);
    char size[32];
    std::snprintf(size, sizeof size, "%zx;ext=1\r\n", chunk.size());
    text += size + chunk + "\r\n";
  }
  return text + "0\r\nX-Late: trailer\r\n\r\n";
}

std::string echo(const std::string& request) {
  std::string line = request;
  for (char& c : line) c = c == '\r' || c == '\n' ? '|' : c;
  return message("403 Forbidden", "Location: https://login.example/?was=" + line + "\r\n", request);
}

std::string gzip_bomb() {
  const auto member = agent::codec::gzip(std::string(16U << 20U, '\0'));
  std::string bomb;
  for (int i = 0; i < 64; ++i) bomb += member;
  return bomb;
}

std::string kubernetes_status(int code, const std::string& reason, const std::string& text) {
  const auto body = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"" + text +
                    "\",\"reason\":\"" + reason + "\",\"code\":" + std::to_string(code) + "}\n";
  return message(std::to_string(code) + " " + reason, "Content-Type: application/json\r\n", body);
}

const std::string kPprofText = "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nX-Go-Pprof: 1\r\n";

/// What is one whole message, "" for the others.
std::string whole_answer(Behaviour behaviour, const std::string& body) {
  switch (behaviour) {
    case Behaviour::kAnswer:
      return message("200 OK", "Content-Type: application/octet-stream\r\n", body);
    case Behaviour::kAnswerChunked:
      return chunked(body);
    case Behaviour::kContinueFirst:
      return "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + message("200 OK", "", body);
    case Behaviour::kGzipBomb:
      return message("200 OK", "Content-Type: application/octet-stream\r\n", gzip_bomb());
    case Behaviour::kHtml:
      return message("200 OK", "Content-Type: text/html\r\n", "<!DOCTYPE html><html><body>Please log in</body></html>\n");
    case Behaviour::kTruncatedGzip:
      return message("200 OK", "Content-Type: application/octet-stream\r\n", body.substr(0, body.size() / 2));
    case Behaviour::kRedirect:
      return message("302 Found", "Location: /login\r\n", "");
    case Behaviour::kUnauthorized:
      return kubernetes_status(401, "Unauthorized", "Unauthorized");
    case Behaviour::kForbidden:
      return kubernetes_status(403, "Forbidden", "forbidden: User \\\"u\\\" cannot get path \\\"/debug/pprof/heap\\\"");
    case Behaviour::kNotFound:
      return message("404 Not Found", "Content-Type: text/plain; charset=utf-8\r\n", "404 page not found\n");
    case Behaviour::kNotFoundPprof:
      return message("404 Not Found", kPprofText, "Unknown profile\n");
    case Behaviour::kBusy:
      return message("500 Internal Server Error", kPprofText, "Could not enable CPU profiling: cpu profiling already in use\n");
    default:
      return "";
  }
}

}  // namespace

struct MisbehavingServer::State {
  State(Behaviour which, MisbehavingOptions given) : behaviour(which), options(std::move(given)) {
    acceptor.emplace(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    port = acceptor->local_endpoint().port();
    if (options.tls) use_certificate();
    whole = whole_answer(behaviour, options.body);
    asio::co_spawn(io, accept(), asio::detached);
    thread = std::thread([this] { io.run(); });
  }

  ~State() {
    io.stop();
    thread.join();
  }

  void use_certificate() {
    context.use_certificate_chain(asio::buffer(options.tls->cert_pem));
    context.use_private_key(asio::buffer(options.tls->key_pem), asio::ssl::context::pem);
    if (options.client_ca_pem.empty()) return;
    context.add_certificate_authority(asio::buffer(options.client_ca_pem));
    context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  }

  Task<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor->async_accept(use_tuple);
      if (error) co_return;
      ++connections;
      ++open;
      asio::co_spawn(io, serve(std::move(socket)), [this](const std::exception_ptr& /*exception*/) { --open; });
    }
  }

  Task<void> serve(tcp::socket socket) {
    if (behaviour == Behaviour::kCloseAtOnce) co_return;
    if (behaviour == Behaviour::kAcceptAndHang) {
      co_await hang(socket);
      co_return;
    }
    if (!options.tls) {
      co_await converse(socket);
      co_return;
    }
    asio::ssl::stream<tcp::socket> stream(std::move(socket), context);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, use_tuple);
    if (error) co_return;
    co_await converse(stream);
    asio::steady_timer limit(io, std::chrono::milliseconds(200));
    limit.async_wait([&stream](const boost::system::error_code& aborted) {
      if (!aborted) stream.next_layer().cancel();
    });
    const auto [goodbye] = co_await stream.async_shutdown(use_tuple);
    static_cast<void>(goodbye);
  }

  template <class Stream>
  Task<void> converse(Stream& stream) {
    if (behaviour == Behaviour::kNotHttp) {
      co_await send(stream, "220 mail.example.com ESMTP\r\n");
      co_await hang(stream);
      co_return;
    }
    if (behaviour == Behaviour::kTlsAlert) {
      co_await send(stream, std::string("\x15\x03\x01\x00\x02\x02\x0a", 7));  // fatal, unexpected_message
      co_await hang(stream);
      co_return;
    }
    std::string input;
    for (std::size_t answers = 1;; ++answers) {
      if (!co_await read_request(stream, input)) co_return;
      bool again = false;
      if (whole.empty()) {
        again = co_await misbehave(stream);
      } else {
        again = co_await send(stream, whole);
      }
      if (!again || (options.close_idle_after != 0 && answers >= options.close_idle_after)) co_return;
    }
  }

  template <class Stream>
  Task<bool> read_request(Stream& stream, std::string& input) {
    std::string chunk(4096, '\0');
    while (input.find("\r\n\r\n") == std::string::npos) {
      const auto [error, read] = co_await stream.async_read_some(asio::buffer(chunk), use_tuple);
      if (error) co_return false;
      input.append(chunk, 0, read);
    }
    const auto end = input.find("\r\n\r\n") + 4;
    const std::lock_guard lock(mutex);
    requests.push_back(input.substr(0, end));
    input.erase(0, end);
    co_return true;
  }

  /// False when the connection is over.
  template <class Stream>
  Task<bool> misbehave(Stream& stream) {
    const auto& body = options.body;
    const auto length = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    switch (behaviour) {
      case Behaviour::kAnswerAndClose:
        co_await send(stream, ok + "\r\n" + body);
        break;
      case Behaviour::kTruncatedBody:
        co_await send(stream, ok + length + body.substr(0, body.size() / 2));
        break;
      case Behaviour::kHangAfterHeader:
        co_await send(stream, ok + "Content-Length: 1000\r\n\r\n");
        co_await hang(stream);
        break;
      case Behaviour::kDripHeader:
        co_await drip(stream, ok + length + body);
        break;
      case Behaviour::kDripBody:
        co_await send(stream, ok + length);
        co_await drip(stream, body);
        break;
      case Behaviour::kTwoGibibytes:
        co_await flood(stream, ok + "Content-Length: 2147483648\r\n\r\n", std::string(65536, 'x'));
        break;
      case Behaviour::kTwoGibibytesChunked:
        co_await flood(stream, ok + "Transfer-Encoding: chunked\r\n\r\n", "10000\r\n" + std::string(65536, 'x') + "\r\n");
        break;
      case Behaviour::kEchoRequest:
        co_await send(stream, echo(last_request()));
        break;
      case Behaviour::kHugeHeader:
        co_await flood(stream, ok, "X-Padding: " + std::string(1000, 'x') + "\r\n");
        break;
      default:
        break;
    }
    co_return false;
  }

  std::string last_request() {
    const std::lock_guard lock(mutex);
    return requests.back();
  }

  template <class Stream>
  Task<bool> send(Stream& stream, const std::string& text) {
    const auto [error, sent] = co_await asio::async_write(stream, asio::buffer(text), use_tuple);
    static_cast<void>(sent);
    co_return !error;
  }

  template <class Stream>
  Task<void> drip(Stream& stream, const std::string& text) {
    for (const char c : text) {
      const std::string byte(1, c);
      if (!co_await send(stream, byte)) co_return;
      asio::steady_timer pause(io, options.drip_every);
      co_await pause.async_wait(asio::use_awaitable);
    }
  }

  template <class Stream>
  Task<void> flood(Stream& stream, const std::string& head, const std::string& piece) {
    bool open_still = co_await send(stream, head);
    for (std::uint64_t sent = 0; open_still && sent < (2ULL << 30U); sent += piece.size()) open_still = co_await send(stream, piece);
  }

  /// Until the peer gives up.
  template <class Stream>
  Task<void> hang(Stream& stream) {
    std::string chunk(4096, '\0');
    for (;;) {
      const auto [error, read] = co_await stream.async_read_some(asio::buffer(chunk), use_tuple);
      static_cast<void>(read);
      if (error) co_return;
    }
  }

  Behaviour behaviour;
  MisbehavingOptions options;
  asio::io_context io{1};
  asio::ssl::context context{asio::ssl::context::tls_server};
  std::optional<tcp::acceptor> acceptor;
  int port = 0;
  std::string whole;
  mutable std::mutex mutex;
  std::vector<std::string> requests;
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> open{0};
  std::thread thread;
};

MisbehavingServer::MisbehavingServer(Behaviour behaviour, MisbehavingOptions options)
    : state_(std::make_unique<State>(behaviour, std::move(options))) {}

MisbehavingServer::~MisbehavingServer() = default;

std::string MisbehavingServer::url() const {
  return (state_->options.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(state_->port);
}

int MisbehavingServer::port() const {
  return state_->port;
}

std::vector<std::string> MisbehavingServer::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

std::size_t MisbehavingServer::connections() const {
  return state_->connections;
}

std::size_t MisbehavingServer::open_connections() const {
  return state_->open;
}

std::string refusing_url() {
  asio::io_context io(1);
  const tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  return "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
}

}  // namespace tests
