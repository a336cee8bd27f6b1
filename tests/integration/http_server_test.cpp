// links: tests_http
// The server with real sockets, in one event loop with its clients.
#include "agent/async/task_group.hpp"
#include "agent/async/use_tuple.hpp"
#include "agent/http/router.hpp"
#include "agent/http/server.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/run_task.hpp"

#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <stdexcept>

namespace {

using agent::async::Task;
using namespace agent::http;
using namespace std::chrono_literals;

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

}  // namespace
