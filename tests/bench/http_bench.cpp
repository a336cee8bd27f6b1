// links: http tests_http
// Round trips of our client to our server in one thread: what one request costs both sides together.
#include "agent/async/task_group.hpp"
#include "agent/http/client.hpp"
#include "agent/http/server.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/test_certificates.hpp"

#include <benchmark/benchmark.h>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <memory>
#include <string>

namespace {

using agent::async::Task;
using namespace agent::http;
using namespace std::chrono_literals;

/// GET /N answers with N bytes.
Task<void> answer_with_size(const ServerRequest& request, ResponseWriter& writer) {
  Headers headers;
  auto body = std::string(std::stoul(request.path.substr(1)), 'b');
  static_cast<void>(co_await writer.respond(200, std::move(headers), std::move(body)));
}

enum class Transport { kPlain, kTls };

class Pair {
 public:
  Pair(Transport transport, std::size_t kept_connections) {
    ServerOptions options;
    options.tls = transport == Transport::kTls;
    if (options.tls) {
      const auto certificate = authority_.issue();
      options.tls_files.cert_file = dir_.write("server.pem", certificate.cert_pem).string();
      options.tls_files.key_file = dir_.write("server.key", certificate.key_pem).string();
    }
    const std::string scheme = options.tls ? "https://" : "http://";
    server_ = std::move(make_server(io_.get_executor(), std::move(options), answer_with_size, log_).value());
    tasks_.spawn(server_->run());
    ClientOptions client;
    client.url = parse_url(scheme + server_->address()).value();
    client.tls.ca_file = dir_.write("ca.pem", authority_.cert_pem()).string();
    client.max_idle_connections = kept_connections;
    client_ = make_client(io_.get_executor(), std::move(client), log_);
  }
  ~Pair() {
    client_.reset();
    server_->stop(0s);
    tests::run_task(io_, tasks_.join());
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  bool get(std::size_t size) {
    ClientRequest request;
    request.target = "/" + std::to_string(size);
    const auto answer = tests::run_task(io_, client_->send(std::move(request), RequestLimits()));
    return answer && answer->body.size() == size;
  }

 private:
  boost::asio::io_context io_{1};
  tests::FakeLogger log_;
  tests::TempDir dir_;
  tests::TestAuthority authority_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Client> client_;
  agent::async::TaskGroup tasks_{io_.get_executor(), [](const std::exception_ptr& exception) { std::rethrow_exception(exception); }};
};

void round_trips(benchmark::State& state, Transport transport, std::size_t kept_connections) {
  Pair pair(transport, kept_connections);
  const auto size = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    if (!pair.get(size)) state.SkipWithError("a request failed");
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void keep_alive(benchmark::State& state) {
  round_trips(state, Transport::kPlain, 2);
}
void keep_alive_tls(benchmark::State& state) {
  round_trips(state, Transport::kTls, 2);
}
void new_connection(benchmark::State& state) {
  round_trips(state, Transport::kPlain, 0);
}
void new_connection_tls(benchmark::State& state) {
  round_trips(state, Transport::kTls, 0);
}

BENCHMARK(keep_alive)->Arg(100)->Arg(100 << 10)->Arg(8 << 20);
BENCHMARK(keep_alive_tls)->Arg(100)->Arg(100 << 10)->Arg(8 << 20);
BENCHMARK(new_connection)->Arg(100);
BENCHMARK(new_connection_tls)->Arg(100);

}  // namespace
