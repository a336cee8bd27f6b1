// A connected byte stream: TCP or unix socket, plain or TLS. Private to agent/http; Connection is how it is used.
#pragma once

#include "agent/http/pending_operation.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace agent::http {

/// Generic, so that TCP and unix sockets are one type and the templates above them are made once.
using Socket = boost::asio::generic::stream_protocol::socket;
using IoHandler = std::function<void(const ErrorCode&, std::size_t)>;

enum class TlsRole { kClient, kServer };

/// Starts operations; each ends by calling its handler once, also after the socket is closed. At most one read and one write at a time;
/// buffers live until the handler is called. Nothing here is cancelled one by one: closing the socket ends everything, because a TLS stream
/// is of no use after a cancelled operation (style.md 9.3).
class Stream {
 public:
  virtual ~Stream() = default;
  /// TLS only; a plain stream is done at once.
  virtual void handshake(IoHandler handler) = 0;
  virtual void read_some(boost::asio::mutable_buffer buffer, IoHandler handler) = 0;
  /// All of it.
  virtual void write(const std::vector<boost::asio::const_buffer>& buffers, IoHandler handler) = 0;
  /// Says that nothing more is sent: close_notify, or the end of the TCP stream.
  virtual void shutdown(IoHandler handler) = 0;
  virtual Socket& socket() = 0;
  /// The OpenSSL handle of a TLS stream, else nullptr.
  virtual SSL* tls() = 0;
};

[[nodiscard]] std::unique_ptr<Stream> make_plain_stream(Socket socket);
[[nodiscard]] std::unique_ptr<Stream> make_tls_stream(Socket socket, std::shared_ptr<boost::asio::ssl::context> context, TlsRole role);

}  // namespace agent::http
