#include "agent/http/dial.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <utility>
#include <vector>

namespace agent::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr std::size_t kReadSize = 16U * 1024;

Error cancelled() {
  return Error(Errc::kCancelled, "the request was cancelled");
}

Error late(const std::string& what, const DialLimit& limit, std::string cause) {
  return Error(Errc::kTimeout, what + " took longer than " + limit.text, std::move(cause));
}

struct Lookup {
  explicit Lookup(const async::Executor& executor) : resolver(executor), operation(executor) {}
  tcp::resolver resolver;
  PendingOperation operation;
  std::vector<tcp::endpoint> endpoints;
};

/// Addresses as they are, names by getaddrinfo, which runs on a thread of Asio and cannot be ended: it is abandoned when late.
async::Task<Result<std::vector<tcp::endpoint>>> resolve(const async::Executor& executor, const Url& url, const DialLimit& limit) {
  ErrorCode no_address;
  const auto address = asio::ip::make_address(url.host, no_address);
  if (!no_address) co_return std::vector<tcp::endpoint>(1, tcp::endpoint(address, url.port));

  const auto lookup = std::make_shared<Lookup>(executor);
  auto done = [lookup](const ErrorCode& error, const tcp::resolver::results_type& found) {
    for (const auto& entry : found) lookup->endpoints.push_back(entry.endpoint());
    lookup->operation.end(error);
  };
  lookup->operation.begin();
  lookup->resolver.async_resolve(url.host, std::to_string(url.port), tcp::resolver::numeric_service, std::move(done));
  auto abort = [lookup] { lookup->resolver.cancel(); };
  const auto error = co_await lookup->operation.wait(limit.deadline, GivingUp::kAbandon, abort);
  if (error == asio::error::operation_aborted) co_return cancelled();
  if (error == asio::error::timed_out) co_return late("looking up " + url.host, limit, limit.cause);
  if (error) co_return Error(Errc::kUnavailable, "cannot look up " + url.host + ": " + error.message(), "resolve_failed");
  co_return std::move(lookup->endpoints);
}

struct Attempt {
  explicit Attempt(const async::Executor& executor) : socket(executor), operation(executor) {}
  Socket socket;
  PendingOperation operation;
};

async::Task<Result<Socket>> connect(const async::Executor& executor, Socket::endpoint_type endpoint, std::string place,
                                    const DialLimit& limit) {
  const auto attempt = std::make_shared<Attempt>(executor);
  attempt->operation.begin();
  attempt->socket.async_connect(endpoint, [attempt](const ErrorCode& error) { attempt->operation.end(error); });
  auto abort = [attempt] { attempt->socket.close(); };
  const auto error = co_await attempt->operation.wait(limit.deadline, GivingUp::kAbort, abort);
  if (!error) co_return std::move(attempt->socket);
  if (error == asio::error::operation_aborted) co_return cancelled();
  const bool system_gave_up = error.category() == asio::error::get_system_category() && error.value() == ETIMEDOUT;
  if (error == asio::error::timed_out || system_gave_up) co_return late("connecting to " + place, limit, limit.cause);
  if (error == asio::error::connection_refused || error.value() == ENOENT) {
    co_return Error(Errc::kUnavailable, "nobody listens on " + place, "connection_refused");
  }
  const auto code = error.value() == EACCES ? Errc::kPermissionDenied : Errc::kUnavailable;
  co_return Error(code, "cannot connect to " + place + ": " + error.message(), "connect_failed");
}

struct Connected {
  Socket socket;
  bool is_loopback = false;
};

async::Task<Result<Connected>> connect_tcp(const async::Executor& executor, const Url& url, const DialLimit& limit) {
  auto endpoints = co_await resolve(executor, url, limit);
  if (!endpoints) co_return std::move(endpoints).error();
  Error last(Errc::kUnavailable, url.host + " has no address", "resolve_failed");
  for (const auto& endpoint : *endpoints) {
    auto socket = co_await connect(executor, endpoint, place_of(url), limit);
    if (socket) {
      ErrorCode ignored;
      socket->set_option(tcp::no_delay(true), ignored);
      co_return Connected{std::move(*socket), endpoint.address().is_loopback()};
    }
    last = std::move(socket).error();
    if (last.code() == Errc::kCancelled || last.code() == Errc::kTimeout) break;
  }
  co_return last;
}

async::Task<Result<void>> shake_hands(Connection& connection, const ClientTlsSetup& tls, const std::string& place, const DialLimit& limit) {
  tls.prepare(connection.stream().tls());
  const auto error = co_await connection.handshake(limit.deadline);
  if (error == asio::error::timed_out) co_return late("the TLS handshake with " + place, limit, "tls_timeout");
  if (error == asio::error::operation_aborted) co_return cancelled();
  if (error) co_return tls.handshake_error(connection.stream().tls(), error).context(place);
  auto checked = tls.check_peer(connection.stream().tls());
  if (!checked) co_return std::move(checked).error().context(place);
  co_return Result<void>();
}

}  // namespace

std::string place_of(const Url& url) {
  if (url.scheme == Scheme::kUnix) return url.socket_path;
  const auto port = std::to_string(url.port);
  return url.host.find(':') == std::string::npos ? url.host + ":" + port : "[" + url.host + "]:" + port;
}

async::Task<Result<Link>> dial(const async::Executor& executor, const Url& url, ClientTlsSetup* tls, const DialLimit& limit) {
  Link link;
  if (url.scheme == Scheme::kUnix) {
    auto socket = co_await connect(executor, asio::local::stream_protocol::endpoint(url.socket_path), url.socket_path, limit);
    if (!socket) co_return std::move(socket).error();
    link.connection = std::make_shared<Connection>(make_plain_stream(std::move(*socket)), kReadSize);
    link.is_private = true;
    co_return link;
  }

  TlsContext context;
  if (tls != nullptr) {
    auto loaded = tls->context();
    if (!loaded) co_return std::move(loaded).error();
    context = *loaded;
    link.generation = tls->generation();
  }
  auto connected = co_await connect_tcp(executor, url, limit);
  if (!connected) co_return std::move(connected).error();
  link.is_private = tls != nullptr || connected->is_loopback;
  if (tls == nullptr) {
    link.connection = std::make_shared<Connection>(make_plain_stream(std::move(connected->socket)), kReadSize);
    co_return link;
  }
  link.connection = std::make_shared<Connection>(make_tls_stream(std::move(connected->socket), context, TlsRole::kClient), kReadSize);
  auto shaken = co_await shake_hands(*link.connection, *tls, place_of(url), limit);
  if (!shaken) {
    link.connection->close();
    co_return std::move(shaken).error();
  }
  co_return link;
}

}  // namespace agent::http
