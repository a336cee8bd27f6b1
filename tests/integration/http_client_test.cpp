// links: tests_http
// The client against servers that misbehave: each failure is told apart by its cause, and within its limits.
#include "agent/codec/gzip.hpp"
#include "agent/http/client.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/misbehaving_server.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace {

using agent::Errc;
using agent::Result;
using agent::async::Task;
using namespace agent::http;
using namespace std::chrono_literals;
using tests::Behaviour;
using tests::MisbehavingOptions;
using tests::MisbehavingServer;

class HttpClientTest : public testing::Test {
 protected:
  static RequestLimits limits() {
    RequestLimits limits;
    limits.connect_timeout = 300ms;
    limits.header_timeout = 300ms;
    limits.total_timeout = 600ms;
    limits.max_body_bytes = 1U << 20U;
    return limits;
  }

  void connect(const std::string& url, ClientOptions options = {}) {
    options.url = parse_url(url).value();
    client_ = make_client(io_.get_executor(), std::move(options), log_);
  }

  Result<ClientResponse> get(RequestLimits with = limits(), const std::string& target = "/debug/pprof/heap",
                             const std::string& method = "GET") {
    ClientRequest request;
    request.target = target;
    request.method = method;
    const auto begin = std::chrono::steady_clock::now();
    auto result = tests::run_task(io_, client_->send(std::move(request), with));
    took_ = std::chrono::steady_clock::now() - begin;
    return result;
  }

  /// The cause of the failure of one GET, or the status of its answer.
  std::string outcome(const std::string& url, ClientOptions options = {}) {
    connect(url, std::move(options));
    const auto result = get();
    return result ? std::to_string(result->status) : result.error().cause();
  }

  boost::asio::io_context io_{1};
  tests::FakeLogger log_;
  std::unique_ptr<Client> client_;
  agent::Duration took_{0};
};

TEST_F(HttpClientTest, GetsAnAnswerWithItsHeaders) {
  MisbehavingServer server(Behaviour::kAnswer);
  connect(server.url() + "/api/v1/nodes/n1/proxy");
  const auto response = get().value();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.headers.get("content-type"), "application/octet-stream");
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.substr(0, request.find("\r\n")), "GET /api/v1/nodes/n1/proxy/debug/pprof/heap HTTP/1.1");
  EXPECT_NE(request.find("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"), std::string::npos);
}

TEST_F(HttpClientTest, ReadsBodiesByLengthByChunksAndToTheEnd) {
  MisbehavingOptions options;
  options.body = std::string(100'000, 'b');
  for (const auto behaviour : {Behaviour::kAnswer, Behaviour::kAnswerChunked, Behaviour::kAnswerAndClose, Behaviour::kContinueFirst}) {
    MisbehavingServer server(behaviour, options);
    connect(server.url());
    const auto response = get();
    ASSERT_TRUE(response) << response.error().message();
    EXPECT_EQ(response->body, options.body);
    EXPECT_EQ(response->headers.get("X-Late"), "") << "a trailer is no header";
  }
}

TEST_F(HttpClientTest, AnyStatusIsASuccessAndRedirectsAreNotFollowed) {
  const std::pair<Behaviour, int> cases[] = {{Behaviour::kRedirect, 302}, {Behaviour::kUnauthorized, 401},  {Behaviour::kForbidden, 403},
                                             {Behaviour::kNotFound, 404}, {Behaviour::kNotFoundPprof, 404}, {Behaviour::kBusy, 500},
                                             {Behaviour::kHtml, 200},     {Behaviour::kTruncatedGzip, 200}};
  for (const auto& [behaviour, status] : cases) {
    MisbehavingServer server(behaviour);
    connect(server.url());
    EXPECT_EQ(get().value().status, status);
    EXPECT_EQ(server.requests().size(), 1U);
  }
}

TEST_F(HttpClientTest, SaysThatTheOtherSideSpeaksTls) {
  MisbehavingServer server(Behaviour::kTlsAlert);
  connect(server.url());
  const auto result = get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().cause(), "protocol_error");
  EXPECT_NE(result.error().message().find("https://"), std::string::npos) << result.error().message();
}

TEST_F(HttpClientTest, TellsFailuresApart) {
  EXPECT_EQ(outcome(tests::refusing_url()), "connection_refused");
  const std::pair<Behaviour, const char*> cases[] = {
      {Behaviour::kAcceptAndHang, "header_timeout"},    {Behaviour::kDripHeader, "header_timeout"},
      {Behaviour::kHangAfterHeader, "total_timeout"},   {Behaviour::kDripBody, "total_timeout"},
      {Behaviour::kTwoGibibytes, "response_too_large"}, {Behaviour::kTwoGibibytesChunked, "response_too_large"},
      {Behaviour::kHugeHeader, "header_too_large"},     {Behaviour::kTruncatedBody, "response_truncated"},
      {Behaviour::kCloseAtOnce, "response_truncated"},  {Behaviour::kCloseAfterRequest, "response_truncated"},
      {Behaviour::kNotHttp, "protocol_error"},
  };
  for (const auto& [behaviour, cause] : cases) {
    MisbehavingServer server(behaviour);
    EXPECT_EQ(outcome(server.url()), cause);
    EXPECT_LT(took_, 1s) << cause;
  }
}

TEST_F(HttpClientTest, EveryCauseIsOneOfTheList) {
  for (const auto behaviour : {Behaviour::kAcceptAndHang, Behaviour::kTwoGibibytes, Behaviour::kCloseAtOnce, Behaviour::kNotHttp}) {
    MisbehavingServer server(behaviour);
    const auto cause = outcome(server.url());
    EXPECT_NE(std::find(kFailureCauses.begin(), kFailureCauses.end(), cause), kFailureCauses.end()) << cause;
  }
}

TEST_F(HttpClientTest, LimitsAreTakenAtTheirWord) {
  MisbehavingServer server(Behaviour::kAcceptAndHang);
  connect(server.url());
  auto with = limits();
  with.header_timeout = 100ms;
  EXPECT_EQ(get(with).error().message(), "no answer within 100ms");
  EXPECT_GE(took_, 100ms);
  EXPECT_LT(took_, 300ms);
  with.header_timeout = 10s;
  with.total_timeout = 150ms;
  EXPECT_EQ(get(with).error().cause(), "total_timeout") << "whichever ends first";
  EXPECT_LT(took_, 350ms);
}

TEST_F(HttpClientTest, ABodyOfExactlyTheLimitPassesAndOneByteMoreDoesNot) {
  MisbehavingOptions options;
  options.body = std::string(5000, 'b');
  for (const auto behaviour : {Behaviour::kAnswer, Behaviour::kAnswerChunked, Behaviour::kAnswerAndClose}) {
    MisbehavingServer server(behaviour, options);
    connect(server.url());
    auto with = limits();
    with.max_body_bytes = 5000;
    EXPECT_TRUE(get(with));
    with.max_body_bytes = 4999;
    const auto result = get(with);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().cause(), "response_too_large");
    EXPECT_EQ(result.error().code(), Errc::kTooLarge);
  }
}

TEST_F(HttpClientTest, NamesThatDoNotExistAndAddressesWithoutRoute) {
  EXPECT_EQ(outcome("http://no-such-host.invalid:1/"), "resolve_failed");
  connect("http://localhost:1");
  EXPECT_EQ(get().error().cause(), "connection_refused");
}

TEST_F(HttpClientTest, AFullBacklogIsAConnectTimeout) {
  boost::asio::ip::tcp::acceptor full(io_, {boost::asio::ip::address_v4::loopback(), 0});
  full.listen(0);
  std::vector<boost::asio::ip::tcp::socket> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back(io_);
    waiting.back().async_connect(full.local_endpoint(), [](const boost::system::error_code& /*error*/) {});
  }
  EXPECT_EQ(outcome("http://127.0.0.1:" + std::to_string(full.local_endpoint().port())), "connect_timeout");
  EXPECT_GE(took_, 300ms);
  EXPECT_LT(took_, 600ms);
}

TEST_F(HttpClientTest, HeadHasNoBodyWhateverTheHeaderSays) {
  MisbehavingServer server(Behaviour::kTwoGibibytes);
  connect(server.url());
  const auto response = get(limits(), "/", "HEAD");
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->headers.get("Content-Length"), "2147483648");
  EXPECT_EQ(response->body, "");
}

TEST_F(HttpClientTest, ConnectionsAreKeptAndTriedAgainWhenTheServerClosedThem) {
  MisbehavingOptions options;
  options.close_idle_after = 2;
  MisbehavingServer server(Behaviour::kAnswer, options);
  connect(server.url());
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(get()) << i;
  EXPECT_EQ(server.connections(), 3U);
  EXPECT_EQ(server.requests().size(), 6U);
}

TEST_F(HttpClientTest, AnAnswerToTheEndOfTheConnectionIsNotKept) {
  MisbehavingServer server(Behaviour::kAnswerAndClose);
  connect(server.url());
  ASSERT_TRUE(get());
  ASSERT_TRUE(get());
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HttpClientTest, IdleConnectionsAreClosedInTime) {
  MisbehavingServer server(Behaviour::kAnswer);
  ClientOptions options;
  options.idle_timeout = 50ms;
  connect(server.url(), std::move(options));
  ASSERT_TRUE(get());
  EXPECT_EQ(server.open_connections(), 1U);
  io_.restart();
  io_.run_for(300ms);
  for (int i = 0; i < 100 && server.open_connections() != 0; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(server.open_connections(), 0U);
}

TEST_F(HttpClientTest, CancellingClosesTheConnection) {
  MisbehavingServer server(Behaviour::kHangAfterHeader);
  connect(server.url());
  boost::asio::cancellation_signal signal;
  auto with = limits();
  with.total_timeout = 60s;
  bool ended = false;
  auto on_done = [&](const std::exception_ptr& /*exception*/, const std::optional<int>& /*status*/) { ended = true; };
  auto call = [](Client& client, RequestLimits call_limits) -> Task<std::optional<int>> {
    ClientRequest request;
    const auto result = co_await client.send(std::move(request), call_limits);
    EXPECT_FALSE(result);
    EXPECT_EQ(result.error().code(), Errc::kCancelled);
    co_return std::nullopt;
  };
  boost::asio::co_spawn(io_, call(*client_, with), boost::asio::bind_cancellation_slot(signal.slot(), on_done));
  io_.run_for(100ms);
  EXPECT_EQ(server.open_connections(), 1U);
  signal.emit(boost::asio::cancellation_type::terminal);
  io_.restart();
  io_.run_for(100ms);
  EXPECT_TRUE(ended);
  for (int i = 0; i < 100 && server.open_connections() != 0; ++i) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(server.open_connections(), 0U);
}

TEST_F(HttpClientTest, TokensAreReadAgainWhenTheirFileChangesAndNeverAppearInErrors) {
  const tests::TempDir dir;
  MisbehavingServer server(Behaviour::kAnswer);
  ClientOptions options;
  options.bearer_token_file = dir.write("token", "  first-secret\n").string();
  connect(server.url(), options);
  ASSERT_TRUE(get());
  dir.write("token", "second-longer-secret");
  ASSERT_TRUE(get());
  const auto requests = server.requests();
  EXPECT_NE(requests.at(0).find("Authorization: Bearer first-secret\r\n"), std::string::npos);
  EXPECT_NE(requests.at(1).find("Authorization: Bearer second-longer-secret\r\n"), std::string::npos);
  dir.write("token", "se cret\nof two lines");
  const auto bad = get();
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().cause(), "credentials_unreadable");
  EXPECT_EQ(bad.error().message().find("cret"), std::string::npos);
  EXPECT_NE(bad.error().message().find((dir / "token").string()), std::string::npos);
  dir.write("token", " \n");
  EXPECT_EQ(get().error().cause(), "credentials_unreadable");
  std::filesystem::remove(dir / "token");
  EXPECT_EQ(get().error().cause(), "credentials_unreadable");
  for (const auto& line : log_.lines) EXPECT_EQ(line.find("secret"), std::string::npos);
}

TEST_F(HttpClientTest, ATokenThatTheServerEchoesIsMasked) {
  const tests::TempDir dir;
  MisbehavingServer server(Behaviour::kEchoRequest);
  ClientOptions options;
  options.bearer_token_file = dir.write("token", "s3cret.of/the+node=").string();
  connect(server.url(), options);
  const auto answer = get();
  ASSERT_TRUE(answer);
  EXPECT_NE(server.requests().at(0).find("Authorization: Bearer s3cret.of/the+node="), std::string::npos);
  EXPECT_NE(answer->body.find("Authorization: Bearer *******************\r\n"), std::string::npos) << answer->body;
  EXPECT_NE(answer->headers.get("Location").find("Bearer *******************"), std::string::npos);
  EXPECT_EQ(answer->body.find("s3cret"), std::string::npos);
  EXPECT_EQ(answer->headers.get("Location").find("s3cret"), std::string_view::npos);
}

TEST_F(HttpClientTest, RequestsThatWouldBreakTheirLineAreRefused) {
  MisbehavingServer server(Behaviour::kAnswer);
  connect(server.url());
  EXPECT_EQ(get(limits(), "/a b").error().code(), Errc::kInvalidArgument);
  EXPECT_EQ(get(limits(), "/a\r\nX: y").error().code(), Errc::kInvalidArgument);
  EXPECT_EQ(get(limits(), "no-slash").error().code(), Errc::kInvalidArgument);
  EXPECT_EQ(get(limits(), "/", "GE T").error().code(), Errc::kInvalidArgument);
}

Task<void> answer_once(boost::asio::local::stream_protocol::acceptor& acceptor, std::string& request) {
  auto socket = co_await acceptor.async_accept(boost::asio::use_awaitable);
  std::string chunk(4096, '\0');
  const auto read = co_await socket.async_read_some(boost::asio::buffer(chunk), boost::asio::use_awaitable);
  request = chunk.substr(0, read);
  co_await socket.async_write_some(boost::asio::buffer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 40), boost::asio::use_awaitable);
}

TEST_F(HttpClientTest, SpeaksToUnixSocketsAndNamesAMissingOne) {
  const tests::TempDir dir;
  const auto path = (dir / "debug.sock").string();
  EXPECT_EQ(outcome("unix://" + path), "connection_refused");
  boost::asio::local::stream_protocol::acceptor acceptor(io_, path);
  std::string request;
  boost::asio::co_spawn(io_, answer_once(acceptor, request), [](const std::exception_ptr& /*exception*/) {});
  ClientOptions options;
  options.bearer_token_file = dir.write("token", "t0ken").string();
  connect("unix://" + path + ":/prefix", std::move(options));
  const auto response = get();
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body, "ok");
  EXPECT_EQ(request.substr(0, request.find("\r\n")), "GET /prefix/debug/pprof/heap HTTP/1.1");
  EXPECT_NE(request.find("Host: localhost\r\n"), std::string::npos);
  EXPECT_NE(request.find("Authorization: Bearer t0ken"), std::string::npos);
}

}  // namespace
