// A Stream with an input buffer, deadlines and cancellation. Private to agent/http: all bytes of its client and server pass here.
#pragma once

#include "agent/async/task.hpp"
#include "agent/base/time.hpp"
#include "agent/http/pending_operation.hpp"
#include "agent/http/stream.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace agent::http {

enum class Goodbye {
  kPlain,
  /// Reads on first: closing with bytes unread makes the kernel send RST, which may cost the peer the answer that it has not read yet.
  kDrain,
};

/// Waits come back with: no error; timed_out at the deadline; operation_aborted when the caller is cancelled or the connection was closed;
/// or what the system or OpenSSL said. After a cancellation and after a failed or late write or handshake the connection is closed.
/// Single-threaded. Kept alive by its own pending operations.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// Most bytes that wait unread: the bound of a header, a chunk's header and a trailer, whatever the parser thinks (style.md 9.3).
  static constexpr std::size_t kMaxInput = 64U * 1024;

  /// `read_size`: bytes asked for at a time, which is also what an idle connection holds.
  Connection(std::unique_ptr<Stream> stream, std::size_t read_size);

  async::Task<ErrorCode> handshake(SteadyTime deadline);
  /// Adds at least one byte to input(). no_buffer_space when that is full; eof at the end of the stream. At the deadline the connection
  /// stays open, and the next fill() goes on with the same read.
  async::Task<ErrorCode> fill(SteadyTime deadline);
  /// Writes all; each 64 KiB have `limit`, so that a slow but living reader of a large answer is not cut off.
  async::Task<ErrorCode> write(std::vector<boost::asio::const_buffer> buffers, Duration limit);
  /// Says goodbye as the protocol wants it, for at most 300 ms (twice with kDrain), and closes.
  async::Task<void> finish(Goodbye goodbye);
  void close();

  [[nodiscard]] boost::beast::flat_buffer& input() { return input_; }
  [[nodiscard]] Stream& stream() { return *stream_; }
  [[nodiscard]] bool is_open() const;
  /// False when the peer closed it or sent something while it was idle. Asks the system, waits for nothing.
  [[nodiscard]] bool is_quiet();
  /// Gives the memory of an empty input buffer back, for the time of being idle.
  void release_memory();

  /// Reads ahead until unwatch(), and calls `on_gone` when the peer closes or breaks the connection. What comes meanwhile waits in input();
  /// past kMaxInput the watching pauses.
  void watch(std::function<void()> on_gone);
  void unwatch() { on_gone_ = nullptr; }

 private:
  async::Task<void> drain();
  /// Waits for write_, which closes the connection when it is late.
  async::Task<ErrorCode> wait_for_write(SteadyTime deadline);
  [[nodiscard]] IoHandler end_of_write();
  void start_read();
  void on_read(const ErrorCode& error, std::size_t bytes);

  std::unique_ptr<Stream> stream_;
  std::vector<char> chunk_;  ///< a read in flight fills this, so that input_ may move meanwhile
  boost::beast::flat_buffer input_{kMaxInput};
  ErrorCode read_error_;  ///< the stream is over for reading; stays
  PendingOperation read_;
  PendingOperation write_;  ///< also handshake and shutdown
  std::function<void()> on_gone_;
};

}  // namespace agent::http
