#include "agent/http/server.hpp"

#include "agent/async/task_group.hpp"
#include "agent/async/use_tuple.hpp"
#include "agent/http/connection.hpp"
#include "agent/http/listen_address.hpp"
#include "agent/http/server_tls.hpp"
#include "agent/http/session.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace agent::http {

const std::string* ServerRequest::param(std::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return &value;
  }
  return nullptr;
}

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr std::size_t kReadSize = 4096;
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

class SocketServer final : public Server {
 public:
  SocketServer(async::Executor executor, ServerOptions options, Handler handler, Logger& log)
      : executor_(std::move(executor)),
        options_(std::move(options)),
        handler_(std::move(handler)),
        log_(log),
        acceptor_(executor_),
        sessions_(std::make_shared<async::TaskGroup>(
            executor_, [&log](const std::exception_ptr& /*exception*/) { log.error("a connection's task failed"); })) {}

  Result<void> listen();
  async::Task<void> run() override;
  void stop(Duration grace) override;
  [[nodiscard]] std::string address() const override { return address_; }
  [[nodiscard]] ServerStats stats() const override {
    auto stats = stats_;
    stats.open = sessions_->size();
    return stats;
  }

 private:
  async::Task<void> accept_all();
  async::Task<void> serve(tcp::socket socket);
  async::Task<void> end_sessions();
  bool make_room();

  async::Executor executor_;
  ServerOptions options_;
  Handler handler_;
  Logger& log_;
  tcp::acceptor acceptor_;
  std::string address_;
  std::optional<ServerTlsSetup> tls_;
  ServerStats stats_;
  Duration grace_{0};
  bool stopping_ = false;
  std::set<Session*> live_;
  std::shared_ptr<async::TaskGroup> sessions_;
};

Result<void> SocketServer::listen() {
  if (options_.tls) {
    tls_.emplace(options_.tls_files, log_);
    if (auto loaded = tls_->load(); !loaded) return loaded;
  }
  auto endpoint = endpoint_of(options_.address);
  if (!endpoint) return std::move(endpoint).error();
  boost::system::error_code error;
  acceptor_.open(endpoint->protocol(), error);
  if (error == asio::error::address_family_not_supported && endpoint->address().is_unspecified()) {  // a node without IPv6
    *endpoint = tcp::endpoint(tcp::v4(), endpoint->port());
    acceptor_.open(endpoint->protocol(), error);
  }
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(*endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    const auto code = error == asio::error::address_in_use ? Errc::kConflict : Errc::kIo;
    return Error(code, "cannot listen on " + options_.address + ": " + error.message());
  }
  address_ = format_address(acceptor_.local_endpoint());
  return {};
}

async::Task<void> SocketServer::run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await accept_all();
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) stop(Duration::zero());
  co_await end_sessions();
  co_await asio::this_coro::throw_if_cancelled(true);
}

async::Task<void> SocketServer::accept_all() {
  while (!stopping_) {
    auto [error, socket] = co_await acceptor_.async_accept(async::use_tuple);
    if (error == asio::error::operation_aborted) co_return;
    if (error == asio::error::connection_aborted) continue;
    if (error) {
      // Out of descriptors or memory: accept fails at once, forever, while a connection waits.
      log_.error("cannot accept connections; trying again", {{"address", address_}, {"error", error.message()}});
      asio::steady_timer pause(executor_, kAcceptPause);
      const auto [aborted] = co_await pause.async_wait(async::use_tuple);
      if (aborted) co_return;
      continue;
    }
    ++stats_.accepted;
    if (sessions_->size() >= options_.max_connections && !make_room()) {
      ++stats_.refused;
      continue;  // closes it
    }
    sessions_->spawn(serve(std::move(socket)));
  }
}

/// Closes the connection that waits longest for its request. False when each is being answered.
bool SocketServer::make_room() {
  std::vector<Session*> by_age(live_.begin(), live_.end());
  std::sort(by_age.begin(), by_age.end(), [](const Session* left, const Session* right) { return left->since() < right->since(); });
  if (std::none_of(by_age.begin(), by_age.end(), [](Session* session) { return session->evict(); })) return false;
  ++stats_.evicted;
  return true;
}

async::Task<void> SocketServer::serve(tcp::socket socket) {
  boost::system::error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) co_return;
  socket.set_option(tcp::no_delay(true), error);
  auto stream = tls_ ? make_tls_stream(std::move(socket), tls_->context(), TlsRole::kServer) : make_plain_stream(std::move(socket));
  auto connection = std::make_shared<Connection>(std::move(stream), kReadSize);
  SessionShared shared{options_, handler_, log_, stats_};
  Session session(shared, executor_, std::move(connection), format_address(peer));
  const auto place = live_.insert(&session).first;
  std::exception_ptr failure;
  try {
    co_await session.run();
  } catch (...) {
    failure = std::current_exception();
  }
  live_.erase(place);
  if (failure) std::rethrow_exception(failure);
}

async::Task<void> SocketServer::end_sessions() {
  asio::steady_timer grace_over(executor_, grace_);
  grace_over.async_wait([sessions = sessions_](const boost::system::error_code& aborted) {
    if (!aborted) sessions->request_stop();
  });
  co_await sessions_->join();
}

void SocketServer::stop(Duration grace) {
  if (std::exchange(stopping_, true)) return;
  grace_ = grace;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  const auto sessions = live_;
  for (auto* session : sessions) session->drain();
}

}  // namespace

Result<std::unique_ptr<Server>> make_server(async::Executor executor, ServerOptions options, Handler handler, Logger& log) {
  auto server = std::make_unique<SocketServer>(std::move(executor), std::move(options), std::move(handler), log);
  if (auto listening = server->listen(); !listening) return std::move(listening).error();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace agent::http
