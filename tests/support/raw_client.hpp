// Speaks bytes to a server of ours, to say what no well-behaved client says.
#pragma once

#include "agent/async/task.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace tests {

class RawClient {
 public:
  explicit RawClient(agent::async::Executor executor) : socket_(executor) {}

  /// `address` is HOST:PORT with an address.
  agent::async::Task<void> connect(std::string address);
  agent::async::Task<void> send(std::string bytes);
  /// Reads until `text` has come, or the peer closes, or `limit` is over; gives all that came since the last call.
  agent::async::Task<std::string> read_until(std::string text, std::chrono::milliseconds limit = std::chrono::seconds(5));
  /// Reads until the peer closes, or `limit` is over.
  agent::async::Task<std::string> read_all(std::chrono::milliseconds limit = std::chrono::seconds(5));
  /// True once the peer has closed: then no more bytes come.
  [[nodiscard]] bool peer_closed() const { return closed_; }
  void close() { socket_.close(); }
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  boost::asio::ip::tcp::socket socket_;
  bool closed_ = false;
};

}  // namespace tests
