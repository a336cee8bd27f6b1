// Writes one answer of the server. Private to agent/http.
#pragma once

#include "agent/http/connection.hpp"
#include "agent/http/server.hpp"

#include <string>
#include <string_view>

namespace agent::http {

/// What the request decides about its answer.
struct AnswerForm {
  int version = 11;         ///< 10: no chunks, the body ends with the connection
  bool is_head = false;     ///< header only
  bool keep_alive = false;  ///< the connection may be used again
};

class SocketResponseWriter final : public ResponseWriter {
 public:
  /// `connection` outlives the writer. `write_limit` is of each 64 KiB.
  SocketResponseWriter(Connection& connection, AnswerForm form, Duration write_limit)
      : connection_(connection), form_(form), write_limit_(write_limit) {}

  async::Task<Result<void>> respond(int status, Headers headers, std::string body) override;
  async::Task<Result<void>> start(int status, Headers headers) override;
  async::Task<Result<void>> write(std::string chunk) override;
  async::Task<Result<void>> finish() override;
  [[nodiscard]] bool started() const override { return state_ != State::kFresh; }

  /// The whole answer was sent.
  [[nodiscard]] bool finished() const { return state_ == State::kFinished; }
  [[nodiscard]] bool keep_alive() const { return form_.keep_alive; }
  /// Makes this the last answer of the connection, if it has not begun.
  void close_after() { form_.keep_alive = form_.keep_alive && started(); }

 private:
  enum class State { kFresh, kStreaming, kFinished, kFailed };

  [[nodiscard]] std::string head_text(int status, const Headers& headers, std::string_view framing) const;
  async::Task<Result<void>> send(std::vector<boost::asio::const_buffer> buffers, State next);

  Connection& connection_;
  AnswerForm form_;
  Duration write_limit_;
  State state_ = State::kFresh;
};

}  // namespace agent::http
