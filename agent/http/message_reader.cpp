#include "agent/http/message_reader.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace agent::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr std::uint32_t kMaxHeaderBytes = 48U * 1024;  // well below Connection::kMaxInput, so that the parser says which limit it was

ReadOutcome outcome_of(const ErrorCode& error) {
  if (error == beast::http::error::header_limit) return ReadOutcome::kHeaderTooLarge;
  if (error == beast::http::error::body_limit) return ReadOutcome::kBodyTooLarge;
  return ReadOutcome::kMalformed;
}

/// An alert or handshake record of TLS 1.0 to 1.3 (RFC 8446 5.1), which is how a TLS server answers plain HTTP. HTTP begins with a letter.
bool is_tls_record(const asio::const_buffer& bytes) {
  const auto* const at = static_cast<const unsigned char*>(bytes.data());
  return bytes.size() >= 1 && (at[0] == 0x15 || at[0] == 0x16) && (bytes.size() == 1 || at[1] == 0x03);
}

template <bool kIsRequest>
class Reader final : public MessageReader {
 public:
  Reader(Connection& connection, ReadLimits limits, AnswerTo asked) : connection_(connection), limits_(limits) {
    limits_.header_bytes = std::min(limits_.header_bytes, kMaxHeaderBytes);
    parser_.header_limit(limits_.header_bytes);
    parser_.body_limit(limits_.body_bytes);
    if (asked == AnswerTo::kHead) parser_.skip(true);
  }

  async::Task<ReadResult> read_head(SteadyTime deadline) override {
    while (!parser_.is_header_done()) {
      auto result = parse();
      if (result.outcome == ReadOutcome::kOk && !parser_.is_header_done()) result = co_await fill(deadline);
      if (result.outcome != ReadOutcome::kOk) co_return result;
    }
    // Beyond this point the headers are ours: a trailer changes the parser's, not these.
    copy_head();
    co_return ReadResult{};
  }

  async::Task<ReadResult> read_body(SteadyTime deadline) override {
    parser_.eager(true);
    while (!parser_.is_done()) {
      auto result = parse();
      if (result.outcome == ReadOutcome::kOk && !parser_.is_done()) result = co_await fill(deadline);
      if (result.outcome != ReadOutcome::kOk) co_return result;
    }
    co_return ReadResult{};
  }

  [[nodiscard]] MessageHead& head() override { return head_; }
  [[nodiscard]] std::string take_body() override { return std::move(parser_.get().body()); }
  [[nodiscard]] bool keep_alive() const override { return keep_alive_ && !parser_.need_eof(); }

 private:
  /// Gives the parser what is there. kOk also when it needs more.
  ReadResult parse() {
    auto& input = connection_.input();
    if (input.size() == 0) return {};
    const bool in_header = !parser_.is_header_done();
    if constexpr (!kIsRequest) {
      if (!parser_.got_some() && is_tls_record(input.data()))
        return {ReadOutcome::kMalformed, {}, "it is TLS; the URL has to begin with https://"};
    }
    ErrorCode error;
    std::size_t used = 0;
    try {
      used = parser_.put(input.data(), error);
    } catch (const std::exception& exception) {  // "field value too large", bad_alloc
      return {ReadOutcome::kMalformed, {}, exception.what()};
    }
    input.consume(used);
    if (error && error != beast::http::error::need_more) return {outcome_of(error), error, error.message()};
    if (in_header) {
      // The parser's own limit starts anew with each packet.
      header_bytes_ += used;
      const auto seen = header_bytes_ + (parser_.is_header_done() ? 0 : input.size());
      if (seen > limits_.header_bytes) return {ReadOutcome::kHeaderTooLarge, {}, "header limit exceeded"};
    }
    return {};
  }

  async::Task<ReadResult> fill(SteadyTime deadline) {
    const bool started = parser_.got_some() || connection_.input().size() != 0;
    const auto error = co_await connection_.fill(deadline);
    if (!error) co_return ReadResult{};
    if (error == asio::error::timed_out) co_return ReadResult{ReadOutcome::kTimedOut, error, "timed out"};
    if (error == asio::error::no_buffer_space)
      co_return ReadResult{ReadOutcome::kMalformed, error, "a chunk header or trailer is too long"};
    if (!started) co_return ReadResult{ReadOutcome::kClosed, error, error.message()};
    if (error == asio::error::eof) {
      ErrorCode unfinished;
      parser_.put_eof(unfinished);
      if (!unfinished) co_return ReadResult{};  // a body that ends with its connection
    }
    co_return ReadResult{ReadOutcome::kTruncated, error, error.message()};
  }

  void copy_head() {
    const auto& message = parser_.get();
    for (const auto& field : message) head_.headers.add(std::string(field.name_string()), std::string(field.value()));
    if constexpr (kIsRequest) {
      head_.method = std::string(message.method_string());
      head_.target = std::string(message.target());
    } else {
      head_.status = static_cast<int>(message.result_int());
    }
    head_.version = static_cast<int>(message.version());
    head_.has_body = !parser_.is_done();
    if (const auto length = parser_.content_length()) head_.content_length = *length;
    keep_alive_ = parser_.keep_alive();
  }

  Connection& connection_;
  ReadLimits limits_;
  beast::http::parser<kIsRequest, beast::http::string_body> parser_;
  MessageHead head_;
  std::size_t header_bytes_ = 0;
  bool keep_alive_ = false;
};

}  // namespace

std::unique_ptr<MessageReader> make_request_reader(Connection& connection, ReadLimits limits) {
  return std::make_unique<Reader<true>>(connection, limits, AnswerTo::kOther);
}

std::unique_ptr<MessageReader> make_response_reader(Connection& connection, ReadLimits limits, AnswerTo asked) {
  return std::make_unique<Reader<false>>(connection, limits, asked);
}

}  // namespace agent::http
