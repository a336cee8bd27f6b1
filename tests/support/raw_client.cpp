#include "tests/support/raw_client.hpp"

#include "agent/async/use_tuple.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace tests {

namespace asio = boost::asio;
using agent::async::use_tuple;

agent::async::Task<void> RawClient::connect(std::string address) {
  const auto colon = address.rfind(':');
  const auto host = asio::ip::make_address(address.substr(0, colon));
  const asio::ip::tcp::endpoint endpoint(host, static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  co_await socket_.async_connect(endpoint, asio::use_awaitable);
}

agent::async::Task<void> RawClient::send(std::string bytes) {
  const auto [error, sent] = co_await asio::async_write(socket_, asio::buffer(bytes), use_tuple);
  static_cast<void>(error);
  static_cast<void>(sent);
}

agent::async::Task<std::string> RawClient::read_until(std::string text, std::chrono::milliseconds limit) {
  std::string all;
  std::string chunk(4096, '\0');
  asio::steady_timer timer(socket_.get_executor(), limit);
  timer.async_wait([this](const boost::system::error_code& aborted) {
    if (!aborted) socket_.cancel();
  });
  while (text.empty() || all.find(text) == std::string::npos) {
    const auto [error, read] = co_await socket_.async_read_some(asio::buffer(chunk), use_tuple);
    if (error) {
      closed_ = error != asio::error::operation_aborted;
      break;
    }
    all.append(chunk, 0, read);
  }
  co_return all;
}

agent::async::Task<std::string> RawClient::read_all(std::chrono::milliseconds limit) {
  return read_until("", limit);
}

}  // namespace tests
