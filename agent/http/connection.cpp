#include "agent/http/connection.hpp"

#include <boost/asio/error.hpp>
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
  write_.begin();
  stream_->handshake(end_of_write());
  co_return co_await wait_for_write(deadline);
}

async::Task<ErrorCode> Connection::fill(SteadyTime deadline) {
  if (read_error_) co_return read_error_;
  if (input_.size() >= kMaxInput) co_return asio::error::no_buffer_space;
  const auto self = shared_from_this();
  start_read();
  auto abort = [this] { close(); };
  co_return co_await read_.wait(deadline, GivingUp::kKeep, abort);
}

async::Task<ErrorCode> Connection::write(std::vector<asio::const_buffer> buffers, Duration limit) {
  ErrorCode error;
  while (!buffers.empty() && !error) {
    const auto piece = take_piece(buffers);
    write_.begin();
    stream_->write(piece, end_of_write());
    error = co_await wait_for_write(steady_clock::now() + limit);
  }
  if (error) close();
  co_return error;
}

async::Task<void> Connection::finish(Goodbye goodbye) {
  const bool is_tls = stream_->tls() != nullptr;
  if (is_tls && goodbye == Goodbye::kDrain) co_await drain();
  if (is_open() && !write_.is_pending()) {
    write_.begin();
    stream_->shutdown(end_of_write());
    const auto error = co_await wait_for_write(steady_clock::now() + kGoodbyeLimit);
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
  if (!is_open() || read_.is_pending() || read_error_ || input_.size() != 0) return false;
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

async::Task<ErrorCode> Connection::wait_for_write(SteadyTime deadline) {
  const auto self = shared_from_this();
  auto abort = [this] { close(); };
  co_return co_await write_.wait(deadline, GivingUp::kAbort, abort);
}

IoHandler Connection::end_of_write() {
  return [self = shared_from_this()](const ErrorCode& error, std::size_t /*bytes*/) { self->write_.end(error); };
}

void Connection::start_read() {
  if (read_.is_pending()) return;
  read_.begin();
  auto done = [self = shared_from_this()](const ErrorCode& error, std::size_t bytes) { self->on_read(error, bytes); };
  stream_->read_some(asio::buffer(chunk_, kMaxInput - input_.size()), std::move(done));
}

void Connection::on_read(const ErrorCode& error, std::size_t bytes) {
  asio::buffer_copy(input_.prepare(bytes), asio::buffer(chunk_.data(), bytes));  // fits: start_read() asked for no more
  input_.commit(bytes);
  read_error_ = error;
  read_.end(error);
  if (!on_gone_) return;
  if (error) {
    const auto on_gone = std::exchange(on_gone_, nullptr);
    on_gone();
  } else if (input_.size() < kMaxInput) {
    start_read();
  }
}

}  // namespace agent::http
