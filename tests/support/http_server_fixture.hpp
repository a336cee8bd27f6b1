// A server of ours with real sockets, in one event loop with its clients.
#pragma once

#include "agent/async/task_group.hpp"
#include "agent/http/server.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/run_task.hpp"

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tests {

using agent::async::Task;
using namespace agent::http;
using namespace std::chrono_literals;

/// Sends the pieces one by one with a pause between, and gives all that comes until the server closes.
inline Task<std::string> send_in_pieces(RawClient& client, std::vector<std::string> pieces) {
  for (auto& piece : pieces) {
    co_await client.send(std::move(piece));
    boost::asio::steady_timer pause(client.socket().get_executor(), 5ms);
    co_await pause.async_wait(boost::asio::use_awaitable);
  }
  co_return co_await client.read_all(2s);
}

class HttpServerFixture : public testing::Test {
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
    run_task(io_, tasks_.join());
    server_.reset();
  }

  /// Sends `bytes` and gives all that comes until the server closes.
  std::string exchange(const std::string& bytes, std::chrono::milliseconds limit = 5s) {
    RawClient client(io_.get_executor());
    run_task(io_, client.connect(server_->address()));
    run_task(io_, client.send(bytes));
    auto answer = run_task(io_, client.read_all(limit));
    closed_ = client.peer_closed();
    return answer;
  }

  std::string exchange_pieces(std::vector<std::string> pieces) {
    RawClient client(io_.get_executor());
    run_task(io_, client.connect(server_->address()));
    return run_task(io_, send_in_pieces(client, std::move(pieces)));
  }

  /// Lets the loop run for a while.
  void run_for(std::chrono::milliseconds span) {
    boost::asio::steady_timer timer(io_, span);
    run_task(io_, wait(timer));
  }
  static Task<void> wait(boost::asio::steady_timer& timer) { co_await timer.async_wait(boost::asio::use_awaitable); }

  boost::asio::io_context io_{1};
  FakeLogger log_;
  agent::async::TaskGroup tasks_{io_.get_executor(), [](const std::exception_ptr& exception) { std::rethrow_exception(exception); }};
  std::unique_ptr<Server> server_;
  bool closed_ = false;
};

inline std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

inline std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

inline const std::string kClose = "Connection: close\r\n";

inline std::string post(const std::string& fields, const std::string& body) {
  return "POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + fields + "\r\n" + body;
}

/// Answers with what it was asked.
inline Task<void> echo(const ServerRequest& request, ResponseWriter& writer) {
  Headers headers;
  headers.add("Content-Type", "text/plain");
  auto text = request.method + " " + request.path + " auth=" + std::string(request.headers.get("Authorization")) + " body=" + request.body;
  static_cast<void>(co_await writer.respond(200, std::move(headers), std::move(text)));
}

}  // namespace tests
