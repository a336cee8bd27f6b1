// Reads one HTTP/1 message from a Connection: the only reading function of agent/http, for its client and its server. Private to it.
//
// It drives Beast's parser itself instead of using Beast's reading operations, because in Boost 1.81 (style.md 9.3) those ignore limits,
// throw out of the event loop on an oversized trailer, and leave trailers among the headers. Here every limit holds, what the parser throws
// becomes an outcome, and the headers are copied before the body is read.
#pragma once

#include "agent/async/task.hpp"
#include "agent/base/time.hpp"
#include "agent/http/connection.hpp"
#include "agent/http/message.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace agent::http {

struct ReadLimits {
  std::uint32_t header_bytes = 0;  ///< of the whole header; values past 48 KiB count as 48 KiB
  std::uint64_t body_bytes = 0;
};

enum class ReadOutcome {
  kOk,
  kClosed,          ///< closed, reset or cancelled before the first byte
  kTruncated,       ///< closed or broken inside the message
  kHeaderTooLarge,  //
  kBodyTooLarge,    //
  kMalformed,       ///< not HTTP/1
  kTimedOut,        //
};

struct ReadResult {
  ReadOutcome outcome = ReadOutcome::kOk;
  ErrorCode error;     ///< what the system, OpenSSL or the parser said, if anything
  std::string detail;  ///< for people; never a header value
};

/// What stands before the body.
struct MessageHead {
  std::string method;  ///< of a request
  std::string target;  ///< of a request, as sent
  int status = 0;      ///< of a response
  int version = 11;    ///< 10 or 11
  Headers headers;
  bool has_body = false;
  std::optional<std::uint64_t> content_length;
};

class MessageReader {
 public:
  virtual ~MessageReader() = default;
  virtual async::Task<ReadResult> read_head(SteadyTime deadline) = 0;
  /// After read_head(). At once for a message without a body.
  virtual async::Task<ReadResult> read_body(SteadyTime deadline) = 0;
  [[nodiscard]] virtual MessageHead& head() = 0;
  [[nodiscard]] virtual std::string take_body() = 0;
  /// After read_body(): another message may follow on the connection.
  [[nodiscard]] virtual bool keep_alive() const = 0;
};

/// `connection` outlives the reader.
[[nodiscard]] std::unique_ptr<MessageReader> make_request_reader(Connection& connection, ReadLimits limits);

enum class AnswerTo { kHead, kOther };
/// One response, which may be an interim (1xx) one. An answer to HEAD has no body whatever its headers say.
[[nodiscard]] std::unique_ptr<MessageReader> make_response_reader(Connection& connection, ReadLimits limits, AnswerTo asked);

}  // namespace agent::http
