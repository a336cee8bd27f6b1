#include "agent/http/connection.hpp"

#include "agent/async/use_tuple.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace agent::http {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::size_t kWritePiece = 64U * 1024;
constexpr Duration kGoodbyeLimit = std::chrono::milliseconds(300);
constexpr std::size_t kDrainBytes = 4096U * 1024;

/// At most kWritePiece bytes from the front of `buffers`, taken out of them.
std::vector<asio::const_buffer> take_piece(std::vector<asio::const_buffer>& buffers) {
  std::vector<asio::const_buffer> piece;
  std::size_t room = kWritePiece;
  while (!buffers.empty() && room > 0) {
    const auto part = asio::buffer(buffers.front(), room);
    piece.push_back(part);
    room -= part.size();
    buffers.front() += part.size();
    if (buffers.front().size() == 0) buffers.erase(buffers.begin());
  }
  return piece;
}

}  // namespace

Connection::Connection(std::unique_ptr<Stream> stream, std::size_t read_size)
    : stream_(std::move(stream)), chunk_(read_size), read_(stream_->socket().get_executor()), write_(stream_->socket().get_executor()) {}

async::Task<ErrorCode> Connection::handshake(SteadyTime deadline) {
  write_.pending = true;
  stream_->handshake(ends(write_));
  co_return co_await wait_for(write_, deadline, AtDeadline::kClose);
}

async::Task<ErrorCode> Connection::fill(SteadyTime deadline) {
  if (read_error_) co_return read_error_;
  if (input_.size() >= kMaxInput) co_return asio::error::no_buffer_space;
  start_read();
  co_return co_await wait_for(read_, deadline, AtDeadline::kLeave);
}

async::Task<ErrorCode> Connection::write(std::vector<asio::const_buffer> buffers, Duration limit) {
  ErrorCode error;
  while (!buffers.empty() && !error) {
    const auto piece = take_piece(buffers);
    write_.pending = true;
    stream_->write(piece, ends(write_));
    error = co_await wait_for(write_, steady_clock::now() + limit, AtDeadline::kClose);
  }
  if (error) close();
  co_return error;
}

async::Task<void> Connection::finish(Goodbye goodbye) {
  const bool is_tls = stream_->tls() != nullptr;
  if (is_tls && goodbye == Goodbye::kDrain) co_await drain();
  if (is_open() && !write_.pending) {
    write_.pending = true;
    stream_->shutdown(ends(write_));
    const auto error = co_await wait_for(write_, steady_clock::now() + kGoodbyeLimit, AtDeadline::kClose);
    if (!error && !is_tls && goodbye == Goodbye::kDrain) co_await drain();
  }
  close();
}

async::Task<void> Connection::drain() {
  const auto deadline = steady_clock::now() + kGoodbyeLimit;
  std::size_t drained = 0;
  ErrorCode error;
  while (!error && drained < kDrainBytes) {
    drained += input_.size();
    input_.consume(input_.size());
    error = co_await fill(deadline);
  }
}

void Connection::close() {
  ErrorCode ignored;
  stream_->socket().close(ignored);
}

bool Connection::is_open() const {
  return stream_->socket().is_open();
}

bool Connection::is_quiet() {
  if (!is_open() || read_.pending || read_error_ || input_.size() != 0) return false;
  if (stream_->tls() != nullptr && SSL_pending(stream_->tls()) != 0) return false;
  char byte = 0;
  const auto got = ::recv(stream_->socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && errno == EAGAIN;
}

void Connection::release_memory() {
  if (input_.size() == 0) input_.shrink_to_fit();
}

void Connection::watch(std::function<void()> on_gone) {
  on_gone_ = std::move(on_gone);
  if (!read_error_ && input_.size() < kMaxInput) start_read();
}

/// The one place where a coroutine waits for I/O. When the caller is cancelled, and at the deadline with kClose, it closes the socket,
/// which ends the operation, and returns only once it has ended: the buffers of a write are the caller's. With kLeave the operation goes
/// on.
async::Task<ErrorCode> Connection::wait_for(Operation& operation, SteadyTime deadline, AtDeadline at_deadline) {
  const auto self = shared_from_this();
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  ErrorCode early;
  while (operation.pending) {
    operation.wake.expires_at(early ? steady_clock::time_point::max() : deadline);
    const auto [error] = co_await operation.wake.async_wait(async::use_tuple);
    if (!operation.pending || early) continue;
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      early = asio::error::operation_aborted;
    } else if (!error) {
      early = asio::error::timed_out;
      if (at_deadline == AtDeadline::kLeave) break;
    }
    if (early) close();
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return early ? early : operation.result;
}

IoHandler Connection::ends(Operation& operation) {
  return [self = shared_from_this(), &operation](const ErrorCode& error, std::size_t /*bytes*/) {
    operation.pending = false;
    operation.result = error;
    operation.wake.cancel();
  };
}

void Connection::start_read() {
  if (read_.pending) return;
  read_.pending = true;
  auto done = [self = shared_from_this()](const ErrorCode& error, std::size_t bytes) { self->on_read(error, bytes); };
  stream_->read_some(asio::buffer(chunk_, kMaxInput - input_.size()), std::move(done));
}

void Connection::on_read(const ErrorCode& error, std::size_t bytes) {
  asio::buffer_copy(input_.prepare(bytes), asio::buffer(chunk_.data(), bytes));  // fits: start_read() asked for no more
  input_.commit(bytes);
  read_error_ = error;
  read_.pending = false;
  read_.result = error;
  read_.wake.cancel();
  if (!on_gone_) return;
  if (error) {
    const auto on_gone = std::exchange(on_gone_, nullptr);
    on_gone();
  } else if (input_.size() < kMaxInput) {
    start_read();
  }
}

}  // namespace agent::http
