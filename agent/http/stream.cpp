#include "agent/http/stream.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace agent::http {
namespace {

namespace asio = boost::asio;

class PlainStream final : public Stream {
 public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  void handshake(IoHandler handler) override {
    asio::post(socket_.get_executor(), [handler = std::move(handler)] { handler(ErrorCode(), 0); });
  }
  void read_some(asio::mutable_buffer buffer, IoHandler handler) override { socket_.async_read_some(buffer, std::move(handler)); }
  void write(const std::vector<asio::const_buffer>& buffers, IoHandler handler) override {
    asio::async_write(socket_, buffers, std::move(handler));
  }
  void shutdown(IoHandler handler) override {
    ErrorCode error;
    socket_.shutdown(Socket::shutdown_send, error);
    asio::post(socket_.get_executor(), [handler = std::move(handler), error] { handler(error, 0); });
  }
  Socket& socket() override { return socket_; }
  SSL* tls() override { return nullptr; }

 private:
  Socket socket_;
};

class TlsStream final : public Stream {
 public:
  TlsStream(Socket socket, std::shared_ptr<asio::ssl::context> context, TlsRole role)
      : context_(std::move(context)), stream_(std::move(socket), *context_), role_(role) {}

  void handshake(IoHandler handler) override {
    const auto type = role_ == TlsRole::kClient ? asio::ssl::stream_base::client : asio::ssl::stream_base::server;
    stream_.async_handshake(type, [handler = std::move(handler)](const ErrorCode& error) { handler(error, 0); });
  }
  void read_some(asio::mutable_buffer buffer, IoHandler handler) override { stream_.async_read_some(buffer, std::move(handler)); }
  void write(const std::vector<asio::const_buffer>& buffers, IoHandler handler) override {
    asio::async_write(stream_, buffers, std::move(handler));
  }
  void shutdown(IoHandler handler) override {
    stream_.async_shutdown([handler = std::move(handler)](const ErrorCode& error) { handler(error, 0); });
  }
  Socket& socket() override { return stream_.next_layer(); }
  SSL* tls() override { return stream_.native_handle(); }

 private:
  std::shared_ptr<asio::ssl::context> context_;
  asio::ssl::stream<Socket> stream_;
  TlsRole role_;
};

}  // namespace

std::unique_ptr<Stream> make_plain_stream(Socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

std::unique_ptr<Stream> make_tls_stream(Socket socket, std::shared_ptr<asio::ssl::context> context, TlsRole role) {
  return std::make_unique<TlsStream>(std::move(socket), std::move(context), role);
}

}  // namespace agent::http
