// links: tests_http
// The server with real sockets, in one event loop with its clients.
#include "agent/async/task_group.hpp"
#include "agent/async/use_tuple.hpp"
#include "agent/http/router.hpp"
#include "agent/http/server.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/run_task.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <iterator>
#include <memory>
#include <stdexcept>
#include <vector>

namespace {

using agent::async::Task;
using namespace agent::http;
using namespace std::chrono_literals;

/// Sends the pieces one by one with a pause between, and gives all that comes until the server closes.
Task<std::string> send_in_pieces(tests::RawClient& client, std::vector<std::string> pieces) {
  for (auto& piece : pieces) {
    co_await client.send(std::move(piece));
    boost::asio::steady_timer pause(client.socket().get_executor(), 5ms);
    co_await pause.async_wait(boost::asio::use_awaitable);
  }
  co_return co_await client.read_all(2s);
}

class HttpServerTest : public testing::Test {
 protected:
  void TearDown() override { stop(0s); }

  void start(Handler handler, ServerOptions options = {}) {
    auto made = make_server(io_.get_executor(), std::move(options), std::move(handler), log_);
    ASSERT_TRUE(made) << made.error().message();
    server_ = std::move(*made);
    tasks_.spawn(server_->run());
  }

  void stop(agent::Duration grace) {
    if (!server_) return;
    server_->stop(grace);
    tests::run_task(io_, tasks_.join());
    server_.reset();
  }

  /// Sends `bytes` and gives all that comes until the server closes.
  std::string exchange(const std::string& bytes, std::chrono::milliseconds limit = 5s) {
    tests::RawClient client(io_.get_executor());
    tests::run_task(io_, client.connect(server_->address()));
    tests::run_task(io_, client.send(bytes));
    auto answer = tests::run_task(io_, client.read_all(limit));
    closed_ = client.peer_closed();
    return answer;
  }

  std::string exchange_pieces(std::vector<std::string> pieces) {
    tests::RawClient client(io_.get_executor());
    tests::run_task(io_, client.connect(server_->address()));
    return tests::run_task(io_, send_in_pieces(client, std::move(pieces)));
  }

  /// Lets the loop run for a while.
  void run_for(std::chrono::milliseconds span) {
    boost::asio::steady_timer timer(io_, span);
    tests::run_task(io_, wait(timer));
  }
  static Task<void> wait(boost::asio::steady_timer& timer) { co_await timer.async_wait(boost::asio::use_awaitable); }

  boost::asio::io_context io_{1};
  tests::FakeLogger log_;
  agent::async::TaskGroup tasks_{io_.get_executor(), [](const std::exception_ptr& exception) { std::rethrow_exception(exception); }};
  std::unique_ptr<Server> server_;
  bool closed_ = false;
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

const std::string kClose = "Connection: close\r\n";

/// Answers with what it was asked.
Task<void> echo(const ServerRequest& request, ResponseWriter& writer) {
  Headers headers;
  headers.add("Content-Type", "text/plain");
  auto text = request.method + " " + request.path + " auth=" + std::string(request.headers.get("Authorization")) + " body=" + request.body;
  static_cast<void>(co_await writer.respond(200, std::move(headers), std::move(text)));
}

TEST_F(HttpServerTest, AnswersAndKeepsTheConnectionForPipelinedRequests) {
  start(echo);
  const auto answer = exchange(get("/1") + get("/2") + get("/3", kClose));
  EXPECT_EQ(count(answer, "HTTP/1.1 200 OK\r\n"), 3U);
  EXPECT_LT(answer.find("GET /1"), answer.find("GET /2"));
  EXPECT_LT(answer.find("GET /2"), answer.find("GET /3"));
  EXPECT_EQ(count(answer, "Connection: close"), 1U);
  EXPECT_TRUE(closed_);
  EXPECT_EQ(server_->stats().requests, 3U);
  EXPECT_EQ(server_->stats().accepted, 1U);
}

std::string post(const std::string& fields, const std::string& body) {
  return "POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + fields + "\r\n" + body;
}

TEST_F(HttpServerTest, ReadsBodiesByLengthAndByChunks) {
  start(echo);
  EXPECT_NE(exchange(post("Content-Length: 4\r\n", "data")).find("body=data"), std::string::npos);
  EXPECT_NE(exchange(post("Transfer-Encoding: chunked\r\n", "2;x=y\r\nda\r\n2\r\nta\r\n0\r\n\r\n")).find("body=data"), std::string::npos);
}

TEST_F(HttpServerTest, TrailersAreNeverAmongTheHeaders) {
  start(echo);
  const auto answer = exchange(post("Transfer-Encoding: chunked\r\n", "2\r\nhi\r\n0\r\nAuthorization: Bearer forged\r\n\r\n"));
  EXPECT_NE(answer.find("auth= body=hi"), std::string::npos) << answer;
}

TEST_F(HttpServerTest, AnOversizedTrailerIsRefusedAndTheServerLives) {
  start(echo);
  const auto answer = exchange(post("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n"));
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 400");
  const auto extension = exchange(post("Transfer-Encoding: chunked\r\n", "2;" + std::string(70'000, 'x') + "\r\nhi\r\n0\r\n\r\n"));
  EXPECT_EQ(extension.substr(0, 12), "HTTP/1.1 400");
  EXPECT_EQ(exchange(get("/", kClose)).substr(0, 12), "HTTP/1.1 200");
}

// BOOST_ASSERT(n >= 5) in Beast 1.81's parse_chunk_header.
TEST_F(HttpServerTest, TheLastChunkMayComeByteByByte) {
  start(echo);
  const auto answer = exchange_pieces({post("Transfer-Encoding: chunked\r\n", ""), "0\r\n", "\r", "\n"});
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 200") << answer;
}

TEST_F(HttpServerTest, AHeaderPastTheLimitIs431AlsoWhenItComesFieldByField) {
  ServerOptions options;
  options.max_header_bytes = 1000;
  start(echo, options);
  EXPECT_EQ(exchange(get("/", "X: " + std::string(1000, 'x') + "\r\n")).substr(0, 12), "HTTP/1.1 431");
  std::vector<std::string> pieces{"GET / HTTP/1.1\r\nHost: x\r\n"};
  for (int i = 0; i < 20; ++i) pieces.push_back("X-" + std::to_string(i) + ": " + std::string(90, 'x') + "\r\n");
  const auto answer = exchange_pieces(pieces);
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 431");
  EXPECT_NE(answer.find("{\"error\":\"header_too_large\",\"detail\":\"the request header is longer than 1000 bytes\"}"), std::string::npos);
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST_F(HttpServerTest, ABodyPastTheLimitIs413HoweverItIsTold) {
  ServerOptions options;
  options.max_body_bytes = 10;
  start(echo, options);
  EXPECT_EQ(exchange(post("Content-Length: 10\r\n", "0123456789")).substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(exchange(post("Content-Length: 11\r\n", "")).substr(0, 12), "HTTP/1.1 413");
  EXPECT_EQ(exchange(post("Content-Length: 5000000\r\n", std::string(5'000'000, 'b'))).substr(0, 12), "HTTP/1.1 413")
      << "the answer reaches a client that is still sending";
  EXPECT_EQ(exchange(post("Transfer-Encoding: chunked\r\n", "b\r\n01234567890\r\n0\r\n\r\n")).substr(0, 12), "HTTP/1.1 413");
  EXPECT_EQ(exchange(post("Transfer-Encoding: chunked\r\n", "6\r\n012345\r\n6\r\n678901\r\n0\r\n\r\n")).substr(0, 12), "HTTP/1.1 413");
}

TEST_F(HttpServerTest, WhatIsNoRequestIs400AsJson) {
  start(echo);
  const std::string bad[] = {
      "NONSENSE\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
      "GET /?a=%zz HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET http HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n",
  };
  for (const auto& request : bad) {
    const auto answer = exchange(request);
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 400") << request << answer;
    EXPECT_NE(answer.find("{\"error\":\"bad_request\",\"detail\":\""), std::string::npos) << answer;
    EXPECT_TRUE(closed_);
  }
  EXPECT_EQ(server_->stats().requests, 0U);
  EXPECT_EQ(server_->stats().malformed, std::size(bad));
}

TEST_F(HttpServerTest, ARequestThatDoesNotComeInTimeIs408) {
  ServerOptions options;
  options.header_timeout = 50ms;
  options.body_timeout = 50ms;
  start(echo, options);
  EXPECT_EQ(exchange("GET / HTTP/1.1\r\nHost:").substr(0, 12), "HTTP/1.1 408");
  EXPECT_EQ(exchange(post("Content-Length: 5\r\n", "da")).substr(0, 12), "HTTP/1.1 408");
}

TEST_F(HttpServerTest, ConnectionsThatAskNothingAreClosedWithoutAWord) {
  ServerOptions options;
  options.header_timeout = 50ms;
  options.idle_timeout = 100ms;
  start(echo, options);
  EXPECT_EQ(exchange("", 1s), "");
  EXPECT_TRUE(closed_);
  EXPECT_EQ(count(exchange(get("/"), 1s), "HTTP/1.1"), 1U);
  EXPECT_TRUE(closed_);
}

TEST_F(HttpServerTest, ExpectContinueIsAnsweredBeforeTheBody) {
  start(echo);
  tests::RawClient client(io_.get_executor());
  tests::run_task(io_, client.connect(server_->address()));
  tests::run_task(io_, client.send(post("Content-Length: 4\r\nExpect: 100-continue\r\n", "")));
  EXPECT_EQ(tests::run_task(io_, client.read_until("\r\n\r\n")), "HTTP/1.1 100 Continue\r\n\r\n");
  tests::run_task(io_, client.send("data"));
  EXPECT_NE(tests::run_task(io_, client.read_all()).find("body=data"), std::string::npos);
}

TEST_F(HttpServerTest, HeadGetsTheHeaderOfGetAndNoBody) {
  start(echo);
  const auto answer = exchange("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" + get("/next", kClose));
  const auto body = answer.find("\r\n\r\n") + 4;
  EXPECT_NE(answer.find("Content-Length: "), std::string::npos);
  EXPECT_EQ(answer.substr(body, 15), "HTTP/1.1 200 OK");
}

Task<void> stream_three(const ServerRequest& /*request*/, ResponseWriter& writer) {
  Headers headers;
  headers.add("X-Note", "one\r\nX-Forged: two");
  headers.add("Content-Length", "999");
  static_cast<void>(co_await writer.start(200, std::move(headers)));
  for (const char* chunk : {"alpha", "", "beta"}) static_cast<void>(co_await writer.write(chunk));
  static_cast<void>(co_await writer.finish());
}

TEST_F(HttpServerTest, StreamsInChunksAndToOldClientsUntilTheEnd) {
  start(stream_three);
  const auto chunked = exchange(get("/") + get("/", kClose));
  EXPECT_EQ(count(chunked, "Transfer-Encoding: chunked\r\n"), 2U);
  EXPECT_EQ(count(chunked, "\r\n\r\n5\r\nalpha\r\n4\r\nbeta\r\n0\r\n\r\n"), 2U);
  EXPECT_EQ(count(chunked, "\r\nX-Forged"), 0U);
  EXPECT_EQ(count(chunked, "999"), 0U);
  const auto old = exchange("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(count(old, "chunked"), 0U);
  EXPECT_TRUE(old.ends_with("\r\n\r\nalphabeta"));
  const auto head = exchange("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, OldClientsMayKeepTheirConnection) {
  start(echo);
  const auto answer = exchange("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(count(answer, "HTTP/1.1 200"), 2U);
  EXPECT_EQ(count(answer, "Connection: keep-alive"), 1U);
}

Task<void> misbehave(const ServerRequest& request, ResponseWriter& writer) {
  if (request.path == "/throw") throw std::runtime_error("broken");
  if (request.path == "/silent") co_return;
  Headers headers;
  static_cast<void>(co_await writer.start(200, std::move(headers)));
  static_cast<void>(co_await writer.write("partial"));
  throw std::runtime_error("broken later");
}

TEST_F(HttpServerTest, AHandlerThatFailsIs500OrABrokenOffAnswer) {
  start(misbehave);
  EXPECT_EQ(exchange(get("/throw", kClose)).substr(0, 12), "HTTP/1.1 500");
  EXPECT_EQ(exchange(get("/silent", kClose)).substr(0, 12), "HTTP/1.1 500");
  const auto partial = exchange(get("/partial"));
  EXPECT_EQ(count(partial, "partial"), 1U);
  EXPECT_EQ(count(partial, "0\r\n\r\n"), 0U) << "an unfinished answer must not look finished";
  EXPECT_TRUE(closed_);
  EXPECT_EQ(log_.warnings.size(), 3U);
}

TEST_F(HttpServerTest, AHandlerThatIsNoCoroutineMayThrowToo) {
  start([](const ServerRequest& /*request*/, ResponseWriter& /*writer*/) -> Task<void> { throw std::runtime_error("at once"); });
  EXPECT_EQ(exchange(get("/", kClose)).substr(0, 12), "HTTP/1.1 500");
}

/// Waits until it is cancelled, and notes that it was.
struct Waiting {
  int started = 0;
  int cancelled = 0;

  static Task<void> handle(Waiting& self, ResponseWriter& writer) {
    ++self.started;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 10s);
    const auto [aborted] = co_await timer.async_wait(agent::async::use_tuple);
    if (aborted) ++self.cancelled;
    Headers headers;
    static_cast<void>(co_await writer.respond(200, std::move(headers), "late"));
  }

  Handler handler() {
    return [this](const ServerRequest& /*request*/, ResponseWriter& writer) { return handle(*this, writer); };
  }
};

TEST_F(HttpServerTest, AHandlerIsCancelledWhenItsClientGoesAway) {
  Waiting waiting;
  start(waiting.handler());
  tests::RawClient client(io_.get_executor());
  tests::run_task(io_, client.connect(server_->address()));
  tests::run_task(io_, client.send(get("/") + get("/pipelined")));
  run_for(50ms);
  EXPECT_EQ(waiting.started, 1);
  EXPECT_EQ(waiting.cancelled, 0) << "what is sent ahead is no reason";
  client.close();
  run_for(50ms);
  EXPECT_EQ(waiting.cancelled, 1);
  EXPECT_EQ(server_->stats().open, 0U);
}

Task<void> answer_after_50ms(const ServerRequest& request, ResponseWriter& writer) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 50ms);
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_await echo(request, writer);
}

TEST_F(HttpServerTest, WhatIsSentWhileAHandlerRunsIsAnsweredAfterIt) {
  start(answer_after_50ms);
  const auto answer = exchange_pieces({get("/1"), get("/2"), "GET /3 HT", "TP/1.1\r\nHost: x\r\n" + kClose + "\r\n"});
  EXPECT_EQ(count(answer, "HTTP/1.1 200"), 3U);
  EXPECT_LT(answer.find("GET /2"), answer.find("GET /3"));
}

TEST_F(HttpServerTest, AFloodOfPipelinedRequestsIsReadNoFasterThanItIsAnswered) {
  start(answer_after_50ms);
  tests::RawClient client(io_.get_executor());
  tests::run_task(io_, client.connect(server_->address()));
  std::string flood;
  while (flood.size() < 200'000) flood += get("/flood");
  tests::run_task(io_, client.send(flood));
  const auto answer = tests::run_task(io_, client.read_until("200 OK"));
  EXPECT_GE(count(answer, "HTTP/1.1 200"), 1U);
}

Task<void> answer_large(const ServerRequest& /*request*/, ResponseWriter& writer) {
  Headers headers;
  static_cast<void>(co_await writer.respond(200, std::move(headers), std::string(64U << 20U, 'l')));
}

TEST_F(HttpServerTest, AClientThatDoesNotReadIsGivenUp) {
  ServerOptions options;
  options.write_timeout = 100ms;
  start(answer_large, options);
  tests::RawClient client(io_.get_executor());
  tests::run_task(io_, client.connect(server_->address()));
  tests::run_task(io_, client.send(get("/")));
  run_for(300ms);
  EXPECT_EQ(server_->stats().open, 0U);
}

TEST_F(HttpServerTest, ALargeAnswerArrivesWhole) {
  start(answer_large);
  EXPECT_GT(exchange(get("/", kClose)).size(), 64U << 20U);
}

TEST_F(HttpServerTest, PastTheCapConnectionsAreClosedAtOnceAndCounted) {
  ServerOptions options;
  options.max_connections = 2;
  start(echo, options);
  tests::RawClient first(io_.get_executor());
  tests::RawClient second(io_.get_executor());
  tests::run_task(io_, first.connect(server_->address()));
  tests::run_task(io_, second.connect(server_->address()));
  EXPECT_EQ(exchange(get("/")), "");
  EXPECT_TRUE(closed_);
  EXPECT_EQ(server_->stats().refused, 1U);
  first.close();
  run_for(20ms);
  EXPECT_EQ(exchange(get("/", kClose)).substr(0, 12), "HTTP/1.1 200");
}

TEST_F(HttpServerTest, RunningOutOfDescriptorsIsSatOut) {
  start(echo);
  tests::RawClient client(io_.get_executor());
  client.socket().open(boost::asio::ip::tcp::v4());
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int next = ::dup(0);
  ::close(next);
  const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  tests::run_task(io_, client.connect(server_->address()));
  tests::run_task(io_, client.send(get("/", kClose)));
  run_for(150ms);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(tests::run_task(io_, client.read_all()).substr(0, 12), "HTTP/1.1 200");
  EXPECT_GE(log_.warnings.size(), 1U);
  EXPECT_LE(log_.warnings.size(), 4U) << "not a busy loop";
}

TEST_F(HttpServerTest, StoppingLetsAnAnswerFinishAndClosesIdleConnections) {
  start(answer_after_50ms);
  tests::RawClient idle(io_.get_executor());
  tests::RawClient busy(io_.get_executor());
  tests::run_task(io_, idle.connect(server_->address()));
  tests::run_task(io_, busy.connect(server_->address()));
  tests::run_task(io_, busy.send(get("/busy") + get("/never")));
  run_for(20ms);
  server_->stop(1s);
  const auto answer = tests::run_task(io_, busy.read_all());
  EXPECT_EQ(count(answer, "HTTP/1.1 200"), 1U);
  EXPECT_EQ(tests::run_task(io_, idle.read_all()), "");
  tests::run_task(io_, tasks_.join());
  server_.reset();
}

TEST_F(HttpServerTest, StoppingCancelsWhatOutlastsTheGrace) {
  Waiting waiting;
  start(waiting.handler());
  tests::RawClient client(io_.get_executor());
  tests::run_task(io_, client.connect(server_->address()));
  tests::run_task(io_, client.send(get("/")));
  run_for(20ms);
  const auto begin = std::chrono::steady_clock::now();
  stop(50ms);
  EXPECT_EQ(waiting.cancelled, 1);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
}

TEST_F(HttpServerTest, CancellingItsTaskStopsTheServer) {
  Waiting waiting;
  start(waiting.handler());
  tests::RawClient client(io_.get_executor());
  tests::run_task(io_, client.connect(server_->address()));
  tests::run_task(io_, client.send(get("/")));
  run_for(20ms);
  tasks_.request_stop();
  tests::run_task(io_, tasks_.join());
  EXPECT_EQ(waiting.cancelled, 1);
  server_.reset();
}

TEST_F(HttpServerTest, AddressesAreCheckedAndTakenOnesToldApart) {
  start(echo);
  ServerOptions options;
  options.address = server_->address();
  const auto taken = make_server(io_.get_executor(), options, echo, log_);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code(), agent::Errc::kConflict);
  for (const char* address :
       {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "example.com:80", "::1:80", "[127.0.0.1]:1", "127.0.0.1:8x"}) {
    options.address = address;
    const auto bad = make_server(io_.get_executor(), options, echo, log_);
    ASSERT_FALSE(bad) << address;
    EXPECT_EQ(bad.error().code(), agent::Errc::kInvalidArgument) << address;
  }
  for (const char* address : {":0", "[::1]:0", "localhost:0"}) {
    options.address = address;
    EXPECT_TRUE(make_server(io_.get_executor(), options, echo, log_)) << address;
  }
}

}  // namespace
