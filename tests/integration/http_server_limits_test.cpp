// links: tests_http
// What the server refuses, and what it bears.
#include "tests/support/http_server_fixture.hpp"

#include <boost/asio/this_coro.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <iterator>
#include <memory>
#include <vector>

namespace {

using namespace tests;

class HttpServerLimitsTest : public HttpServerFixture {};

Task<void> answer_large(const ServerRequest& /*request*/, ResponseWriter& writer) {
  Headers headers;
  static_cast<void>(co_await writer.respond(200, std::move(headers), std::string(64U << 20U, 'l')));
}

Task<void> answer_after_50ms(const ServerRequest& request, ResponseWriter& writer) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 50ms);
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_await echo(request, writer);
}

TEST_F(HttpServerLimitsTest, TrailersAreNeverAmongTheHeaders) {
  start(echo);
  const auto answer = exchange(post("Transfer-Encoding: chunked\r\n", "2\r\nhi\r\n0\r\nAuthorization: Bearer forged\r\n\r\n"));
  EXPECT_NE(answer.find("auth= body=hi"), std::string::npos) << answer;
}

TEST_F(HttpServerLimitsTest, AnOversizedTrailerIsRefusedAndTheServerLives) {
  start(echo);
  const auto answer = exchange(post("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n"));
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 400");
  const auto extension = exchange(post("Transfer-Encoding: chunked\r\n", "2;" + std::string(70'000, 'x') + "\r\nhi\r\n0\r\n\r\n"));
  EXPECT_EQ(extension.substr(0, 12), "HTTP/1.1 400");
  EXPECT_EQ(exchange(get("/", kClose)).substr(0, 12), "HTTP/1.1 200");
}

// BOOST_ASSERT(n >= 5) in Beast 1.81's parse_chunk_header.
TEST_F(HttpServerLimitsTest, TheLastChunkMayComeByteByByte) {
  start(echo);
  const auto answer = exchange_pieces({post("Transfer-Encoding: chunked\r\n", ""), "0\r\n", "\r", "\n"});
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 200") << answer;
}

TEST_F(HttpServerLimitsTest, AHeaderPastTheLimitIs431AlsoWhenItComesFieldByField) {
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

TEST_F(HttpServerLimitsTest, ABodyPastTheLimitIs413HoweverItIsTold) {
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

TEST_F(HttpServerLimitsTest, WhatIsNoRequestIs400AsJson) {
  start(echo);
  const std::string bad[] = {
      "NONSENSE\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
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

TEST_F(HttpServerLimitsTest, ARequestThatDoesNotComeInTimeIs408) {
  ServerOptions options;
  options.header_timeout = 50ms;
  options.body_timeout = 50ms;
  start(echo, options);
  EXPECT_EQ(exchange("GET / HTTP/1.1\r\nHost:").substr(0, 12), "HTTP/1.1 408");
  EXPECT_EQ(exchange(post("Content-Length: 5\r\n", "da")).substr(0, 12), "HTTP/1.1 408");
}

TEST_F(HttpServerLimitsTest, ConnectionsThatAskNothingAreClosedWithoutAWord) {
  ServerOptions options;
  options.header_timeout = 50ms;
  options.idle_timeout = 100ms;
  start(echo, options);
  EXPECT_EQ(exchange("", 1s), "");
  EXPECT_TRUE(closed_);
  EXPECT_EQ(count(exchange(get("/"), 1s), "HTTP/1.1"), 1U);
  EXPECT_TRUE(closed_);
}

TEST_F(HttpServerLimitsTest, AFloodOfPipelinedRequestsIsReadNoFasterThanItIsAnswered) {
  start(answer_after_50ms);
  RawClient client(io_.get_executor());
  run_task(io_, client.connect(server_->address()));
  std::string flood;
  while (flood.size() < 200'000) flood += get("/flood");
  run_task(io_, client.send(flood));
  const auto answer = run_task(io_, client.read_until("200 OK"));
  EXPECT_GE(count(answer, "HTTP/1.1 200"), 1U);
}

TEST_F(HttpServerLimitsTest, AClientThatDoesNotReadIsGivenUp) {
  ServerOptions options;
  options.write_timeout = 100ms;
  start(answer_large, options);
  RawClient client(io_.get_executor());
  run_task(io_, client.connect(server_->address()));
  run_task(io_, client.send(get("/")));
  // Each piece that the socket still takes begins the limit anew, and a slow machine takes its time to fill it.
  for (int i = 0; i < 50 && server_->stats().open > 0; ++i) run_for(100ms);
  EXPECT_EQ(server_->stats().open, 0U);
}

Task<void> answer_after_300ms(const ServerRequest& request, ResponseWriter& writer) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 300ms);
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_await echo(request, writer);
}

TEST_F(HttpServerLimitsTest, PastTheCapTheConnectionThatWaitsLongestMakesRoom) {
  ServerOptions options;
  options.max_connections = 2;
  start(echo, options);
  RawClient first(io_.get_executor());
  RawClient second(io_.get_executor());
  run_task(io_, first.connect(server_->address()));
  run_task(io_, first.send("GET / HTTP/1.1\r\nHost:"));  // and never more
  run_for(20ms);
  run_task(io_, second.connect(server_->address()));
  run_for(20ms);
  EXPECT_EQ(exchange(get("/", kClose)).substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(run_task(io_, first.read_all()), "") << "the older one went";
  EXPECT_EQ(server_->stats().evicted, 1U);
  EXPECT_EQ(server_->stats().refused, 0U);
  run_task(io_, second.send(get("/", kClose)));
  EXPECT_EQ(run_task(io_, second.read_all()).substr(0, 12), "HTTP/1.1 200");
}

TEST_F(HttpServerLimitsTest, AHundredHalfOpenConnectionsDoNotKeepARequestOut) {
  ServerOptions options;
  options.max_connections = 8;
  start(echo, options);
  std::vector<std::unique_ptr<RawClient>> half_open;
  for (int i = 0; i < 100; ++i) {
    half_open.push_back(std::make_unique<RawClient>(io_.get_executor()));
    run_task(io_, half_open.back()->connect(server_->address()));
    run_task(io_, half_open.back()->send("GET /"));
  }
  EXPECT_EQ(exchange(get("/healthz", kClose)).substr(0, 12), "HTTP/1.1 200");
  EXPECT_LE(server_->stats().open, 8U);
}

TEST_F(HttpServerLimitsTest, PastTheCapConnectionsAreClosedAtOnceWhenAllAreBeingAnswered) {
  ServerOptions options;
  options.max_connections = 2;
  start(answer_after_300ms, options);
  RawClient first(io_.get_executor());
  RawClient second(io_.get_executor());
  for (auto* client : {&first, &second}) {
    run_task(io_, client->connect(server_->address()));
    run_task(io_, client->send(get("/", kClose)));
  }
  run_for(20ms);
  EXPECT_EQ(exchange(get("/")), "");
  EXPECT_TRUE(closed_);
  EXPECT_EQ(server_->stats().refused, 1U);
  EXPECT_EQ(run_task(io_, first.read_all()).substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(exchange(get("/", kClose)).substr(0, 12), "HTTP/1.1 200");
}

TEST_F(HttpServerLimitsTest, RunningOutOfDescriptorsIsSatOut) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "UBSan needs a descriptor of its own: without one it takes any object for one of another type";
#endif
  start(echo);
  RawClient client(io_.get_executor());
  client.socket().open(boost::asio::ip::tcp::v4());
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int next = ::dup(0);
  ::close(next);
  const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  run_task(io_, client.connect(server_->address()));
  run_task(io_, client.send(get("/", kClose)));
  run_for(150ms);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(run_task(io_, client.read_all()).substr(0, 12), "HTTP/1.1 200");
  EXPECT_GE(log_.warnings.size(), 1U);
  EXPECT_LE(log_.warnings.size(), 4U) << "not a busy loop";
}

}  // namespace
