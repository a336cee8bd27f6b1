#include "agent/http/response_writer.hpp"

#include "agent/http/wire_format.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace agent::http {
namespace {

namespace asio = boost::asio;

bool is_ours(std::string_view name) {
  for (const auto* ours : {"Content-Length", "Transfer-Encoding", "Connection", "Date"}) {
    if (equal_without_case(name, ours)) return true;
  }
  return false;
}

/// RFC 9110 6.4.1: these have no body, whatever was asked.
bool is_bodiless(int status) {
  return status / 100 == 1 || status == 204 || status == 304;
}

std::string hex(std::size_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return std::string(digits.data(), end);
}

Error out_of_order() {
  return Error(Errc::kInternal, "the answer was written out of order");
}

}  // namespace

std::string SocketResponseWriter::head_text(int status, const Headers& headers, std::string_view framing) const {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_phrase(status)) + "\r\n";
  append_field(text, "Date", http_date(std::chrono::system_clock::now()));
  for (const auto& [name, value] : headers) {
    if (!is_ours(name)) append_field(text, name, value);
  }
  text += framing;
  if (!form_.keep_alive) text += "Connection: close\r\n";
  if (form_.keep_alive && form_.version == 10) text += "Connection: keep-alive\r\n";
  return text + "\r\n";
}

async::Task<Result<void>> SocketResponseWriter::respond(int status, Headers headers, std::string body) {
  if (state_ != State::kFresh) co_return out_of_order();
  std::string framing;
  if (!is_bodiless(status)) framing = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  const auto head = head_text(status, headers, framing);
  std::vector<asio::const_buffer> buffers;
  buffers.push_back(asio::buffer(head));
  if (!form_.is_head && !is_bodiless(status) && !body.empty()) buffers.push_back(asio::buffer(body));
  co_return co_await send(std::move(buffers), State::kFinished);
}

async::Task<Result<void>> SocketResponseWriter::start(int status, Headers headers) {
  if (state_ != State::kFresh || is_bodiless(status)) co_return out_of_order();
  if (form_.version == 10) form_.keep_alive = false;
  const auto head = head_text(status, headers, form_.version == 10 ? "" : "Transfer-Encoding: chunked\r\n");
  std::vector<asio::const_buffer> buffers;
  buffers.push_back(asio::buffer(head));
  co_return co_await send(std::move(buffers), State::kStreaming);
}

async::Task<Result<void>> SocketResponseWriter::write(std::string chunk) {
  if (state_ == State::kFailed) co_return Error(Errc::kUnavailable, "the client is gone");
  if (state_ != State::kStreaming) co_return out_of_order();
  if (chunk.empty() || form_.is_head) co_return Result<void>();
  const auto size_line = hex(chunk.size()) + "\r\n";
  std::vector<asio::const_buffer> buffers;
  if (form_.version != 10) buffers.push_back(asio::buffer(size_line));
  buffers.push_back(asio::buffer(chunk));
  if (form_.version != 10) buffers.push_back(asio::buffer("\r\n", 2));
  co_return co_await send(std::move(buffers), State::kStreaming);
}

async::Task<Result<void>> SocketResponseWriter::finish() {
  if (state_ == State::kFailed) co_return Error(Errc::kUnavailable, "the client is gone");
  if (state_ != State::kStreaming) co_return out_of_order();
  std::vector<asio::const_buffer> buffers;
  if (!form_.is_head && form_.version != 10) buffers.push_back(asio::buffer("0\r\n\r\n", 5));
  co_return co_await send(std::move(buffers), State::kFinished);
}

async::Task<Result<void>> SocketResponseWriter::send(std::vector<asio::const_buffer> buffers, State next) {
  state_ = State::kFailed;  // until it is known better; also when the caller is cancelled meanwhile
  if (const auto error = co_await connection_.write(std::move(buffers), write_limit_)) {
    co_return Error(Errc::kUnavailable, "the client is gone or too slow: " + error.message());
  }
  state_ = next;
  co_return Result<void>();
}

}  // namespace agent::http
