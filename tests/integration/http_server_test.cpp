// links: tests_http
// What the server answers, and when it ends.
#include "agent/async/use_tuple.hpp"
#include "tests/support/http_server_fixture.hpp"

#include <boost/asio/this_coro.hpp>

#include <stdexcept>

namespace {

using namespace tests;

class HttpServerTest : public HttpServerFixture {};

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

TEST_F(HttpServerTest, ReadsBodiesByLengthAndByChunks) {
  start(echo);
  EXPECT_NE(exchange(post("Content-Length: 4\r\n", "data")).find("body=data"), std::string::npos);
  EXPECT_NE(exchange(post("Transfer-Encoding: chunked\r\n", "2;x=y\r\nda\r\n2\r\nta\r\n0\r\n\r\n")).find("body=data"), std::string::npos);
}

TEST_F(HttpServerTest, ExpectContinueIsAnsweredBeforeTheBody) {
  start(echo);
  RawClient client(io_.get_executor());
  run_task(io_, client.connect(server_->address()));
  run_task(io_, client.send(post("Content-Length: 4\r\nExpect: 100-continue\r\n", "")));
  EXPECT_EQ(run_task(io_, client.read_until("\r\n\r\n")), "HTTP/1.1 100 Continue\r\n\r\n");
  run_task(io_, client.send("data"));
  EXPECT_NE(run_task(io_, client.read_all()).find("body=data"), std::string::npos);
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
  RawClient client(io_.get_executor());
  run_task(io_, client.connect(server_->address()));
  run_task(io_, client.send(get("/") + get("/pipelined")));
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

Task<void> answer_large(const ServerRequest& /*request*/, ResponseWriter& writer) {
  Headers headers;
  static_cast<void>(co_await writer.respond(200, std::move(headers), std::string(64U << 20U, 'l')));
}

TEST_F(HttpServerTest, ALargeAnswerArrivesWhole) {
  start(answer_large);
  EXPECT_GT(exchange(get("/", kClose)).size(), 64U << 20U);
}

TEST_F(HttpServerTest, StoppingLetsAnAnswerFinishAndClosesIdleConnections) {
  start(answer_after_50ms);
  RawClient idle(io_.get_executor());
  RawClient busy(io_.get_executor());
  run_task(io_, idle.connect(server_->address()));
  run_task(io_, busy.connect(server_->address()));
  run_task(io_, busy.send(get("/busy") + get("/never")));
  run_for(20ms);
  server_->stop(1s);
  const auto answer = run_task(io_, busy.read_all());
  EXPECT_EQ(count(answer, "HTTP/1.1 200"), 1U);
  EXPECT_EQ(run_task(io_, idle.read_all()), "");
  run_task(io_, tasks_.join());
  server_.reset();
}

TEST_F(HttpServerTest, StoppingCancelsWhatOutlastsTheGrace) {
  Waiting waiting;
  start(waiting.handler());
  RawClient client(io_.get_executor());
  run_task(io_, client.connect(server_->address()));
  run_task(io_, client.send(get("/")));
  run_for(20ms);
  const auto begin = std::chrono::steady_clock::now();
  stop(50ms);
  EXPECT_EQ(waiting.cancelled, 1);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
}

TEST_F(HttpServerTest, CancellingItsTaskStopsTheServer) {
  Waiting waiting;
  start(waiting.handler());
  RawClient client(io_.get_executor());
  run_task(io_, client.connect(server_->address()));
  run_task(io_, client.send(get("/")));
  run_for(20ms);
  tasks_.request_stop();
  run_task(io_, tasks_.join());
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
