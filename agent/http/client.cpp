#include "agent/http/client.hpp"

#include "agent/base/size.hpp"
#include "agent/http/bearer_token.hpp"
#include "agent/http/client_tls.hpp"
#include "agent/http/dial.hpp"
#include "agent/http/idle_links.hpp"
#include "agent/http/message_reader.hpp"
#include "agent/http/request_text.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace agent::http {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr int kMaxInterimAnswers = 8;
/// A token so long is in no profile by chance.
constexpr std::size_t kLongToken = 8;

/// One call: its limits as moments.
struct Call {
  ClientRequest request;
  RequestLimits limits;
  SteadyTime total_deadline;
};

/// Closes a link unless it was given back whole: a broken one must not be used again, and closing is what tells the server to stop.
class LinkGuard {
 public:
  explicit LinkGuard(Link link) : link_(std::move(link)) {}
  ~LinkGuard() {
    if (link_.connection) link_.connection->close();
  }
  LinkGuard(const LinkGuard&) = delete;
  LinkGuard& operator=(const LinkGuard&) = delete;

  [[nodiscard]] const Link& link() const { return link_; }
  [[nodiscard]] Link release() { return std::exchange(link_, Link()); }

 private:
  Link link_;
};

class SocketClient final : public Client {
 public:
  SocketClient(async::Executor executor, ClientOptions options, Logger& log)
      : executor_(std::move(executor)),
        options_(std::move(options)),
        log_(log),
        token_(options_.bearer_token_file),
        idle_(std::make_shared<IdleLinks>(executor_, options_.max_idle_connections, options_.idle_timeout)) {
    if (options_.url.scheme == Scheme::kHttps) tls_.emplace(options_.tls, options_.url.host);
    if (tls_ && options_.tls.insecure_skip_verify && options_.tls.pinned_cert_file.empty()) {
      log_.warn("the server's certificate is not checked (insecureSkipVerify): anybody on the way can read and change what is sent",
                {{"server", place_of(options_.url)}});
    }
  }
  ~SocketClient() override { idle_->close_all(); }
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  async::Task<Result<ClientResponse>> send(ClientRequest request, RequestLimits limits) override;

 private:
  struct Outcome {
    explicit Outcome(Result<ClientResponse> given) : result(std::move(given)) {}
    Result<ClientResponse> result;
    bool broke_before_answer = false;
  };

  async::Task<Result<Link>> dial_for(const Call& call);
  async::Task<Outcome> exchange(const Call& call, Link link);
  async::Task<Result<void>> send_request(const Call& call, const Link& link, const std::string& token);
  [[nodiscard]] Result<std::string> token_for(const Link& link);

  async::Executor executor_;
  ClientOptions options_;
  Logger& log_;
  std::optional<ClientTlsSetup> tls_;
  BearerToken token_;
  std::shared_ptr<IdleLinks> idle_;
  bool warned_of_withheld_token_ = false;
};

/// `text` with every occurrence of `secret` as asterisks. Of the same length: an answer keeps its structure.
std::string masked(std::string text, std::string_view secret) {
  if (secret.empty()) return text;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + secret.size())) {
    text.replace(at, secret.size(), secret.size(), '*');
  }
  return text;
}

Headers masked(const Headers& headers, std::string_view secret) {
  Headers result;
  for (const auto& [name, value] : headers) result.add(name, masked(value, secret));
  return result;
}

Error too_large(const std::string& what, std::uint64_t limit, std::string cause) {
  return Error(Errc::kTooLarge, what + " is larger than " + format_size(limit), std::move(cause));
}

Error error_of(const ReadResult& result, const RequestLimits& limits, std::string_view late_cause) {
  switch (result.outcome) {
    case ReadOutcome::kOk:
      break;
    case ReadOutcome::kClosed:
    case ReadOutcome::kTruncated:
      if (result.error == asio::error::operation_aborted) return Error(Errc::kCancelled, "the request was cancelled");
      if (is_tls_error(result.error)) return tls_failed(result.error);
      return Error(Errc::kCorrupt,
                   result.outcome == ReadOutcome::kClosed ? "the server closed the connection without an answer (" + result.detail + ")"
                                                          : "the server's answer ends too early (" + result.detail + ")",
                   "response_truncated");
    case ReadOutcome::kHeaderTooLarge:
      return too_large("the header of the answer", limits.max_header_bytes, "header_too_large");
    case ReadOutcome::kBodyTooLarge:
      return too_large("the answer", limits.max_body_bytes, "response_too_large");
    case ReadOutcome::kMalformed:
      return Error(Errc::kCorrupt, "the answer is not HTTP: " + result.detail, "protocol_error");
    case ReadOutcome::kTimedOut:
      if (late_cause == "header_timeout") {
        return Error(Errc::kTimeout, "no answer within " + format_duration(limits.header_timeout), "header_timeout");
      }
      return Error(Errc::kTimeout, "the answer was not complete within " + format_duration(limits.total_timeout), "total_timeout");
  }
  return Error(Errc::kInternal, "no error", "protocol_error");
}

async::Task<Result<ClientResponse>> SocketClient::send(ClientRequest request, RequestLimits limits) {
  if (auto valid = check_request(request); !valid) co_return std::move(valid).error();
  if (tls_) {
    if (auto context = tls_->context(); !context) co_return std::move(context).error();
  }
  Call call;
  call.request = std::move(request);
  call.limits = limits;
  call.total_deadline = steady_clock::now() + limits.total_timeout;

  if (auto kept = idle_->take(tls_ ? tls_->generation() : 0)) {
    auto outcome = co_await exchange(call, std::move(*kept));
    if (!outcome.broke_before_answer || call.request.method != "GET") co_return std::move(outcome.result);
    idle_->close_all();  // the server has likely been restarted
  }
  auto link = co_await dial_for(call);
  if (!link) co_return std::move(link).error();
  auto outcome = co_await exchange(call, std::move(*link));
  co_return std::move(outcome.result);
}

async::Task<Result<Link>> SocketClient::dial_for(const Call& call) {
  DialLimit limit;
  limit.deadline = steady_clock::now() + call.limits.connect_timeout;
  limit.cause = "connect_timeout";
  limit.text = format_duration(call.limits.connect_timeout);
  if (call.total_deadline < limit.deadline) {
    limit.deadline = call.total_deadline;
    limit.cause = "total_timeout";
    limit.text = format_duration(call.limits.total_timeout);
  }
  ClientTlsSetup* tls = tls_ ? &*tls_ : nullptr;
  co_return co_await dial(executor_, options_.url, tls, limit);
}

async::Task<SocketClient::Outcome> SocketClient::exchange(const Call& call, Link fresh) {
  LinkGuard guard(std::move(fresh));
  auto& connection = *guard.link().connection;
  const auto token = token_for(guard.link());
  if (!token) co_return Outcome(token.error());
  if (auto sent = co_await send_request(call, guard.link(), *token); !sent) {
    Outcome outcome(std::move(sent).error());
    outcome.broke_before_answer = outcome.result.error().cause() == "response_truncated";
    co_return outcome;
  }

  ReadLimits read_limits;
  read_limits.header_bytes = call.limits.max_header_bytes;
  read_limits.body_bytes = call.limits.max_body_bytes;
  const auto asked = call.request.method == "HEAD" ? AnswerTo::kHead : AnswerTo::kOther;
  const auto header_deadline = steady_clock::now() + call.limits.header_timeout;
  const std::string_view late_cause = header_deadline < call.total_deadline ? "header_timeout" : "total_timeout";
  std::unique_ptr<MessageReader> reader;
  for (int interim = 0;; ++interim) {
    reader = make_response_reader(connection, read_limits, asked);
    const auto head = co_await reader->read_head(std::min(header_deadline, call.total_deadline));
    if (head.outcome != ReadOutcome::kOk) {
      Outcome outcome(error_of(head, call.limits, late_cause));
      outcome.broke_before_answer =
          head.outcome == ReadOutcome::kClosed && interim == 0 && outcome.result.error().code() != Errc::kCancelled;
      co_return outcome;
    }
    if (reader->head().status / 100 != 1) break;
    if (reader->head().status == 101 || interim == kMaxInterimAnswers) {
      co_return Outcome(Error(Errc::kCorrupt, "the server never gets to its answer", "protocol_error"));
    }
  }
  const auto body = co_await reader->read_body(call.total_deadline);
  if (body.outcome != ReadOutcome::kOk) co_return Outcome(error_of(body, call.limits, "total_timeout"));

  ClientResponse response;
  response.status = reader->head().status;
  response.headers = masked(reader->head().headers, *token);
  response.body = reader->take_body();
  if (response.status != 200 || token->size() >= kLongToken) response.body = masked(std::move(response.body), *token);
  if (reader->keep_alive()) idle_->put(guard.release());
  co_return Outcome(std::move(response));
}

async::Task<Result<void>> SocketClient::send_request(const Call& call, const Link& link, const std::string& token) {
  const auto head = request_head(options_.url, call.request, token);
  std::vector<asio::const_buffer> buffers;
  buffers.push_back(asio::buffer(head));
  buffers.push_back(asio::buffer(call.request.body));
  if (call.request.body.empty()) buffers.pop_back();
  const auto left = std::max(call.total_deadline - steady_clock::now(), Duration::zero());
  const auto error = co_await link.connection->write(std::move(buffers), std::min(left, call.limits.header_timeout));
  if (!error) co_return Result<void>();
  ReadResult result;
  result.outcome = error == asio::error::timed_out ? ReadOutcome::kTimedOut : ReadOutcome::kClosed;
  result.error = error;
  result.detail = error.message();
  co_return error_of(result, call.limits, left < call.limits.header_timeout ? "total_timeout" : "header_timeout");
}

/// "" when there is none, or when it would travel in the clear.
Result<std::string> SocketClient::token_for(const Link& link) {
  if (!token_.is_used()) return std::string();
  auto token = token_.current();
  if (!token || link.is_private) return token;
  if (!std::exchange(warned_of_withheld_token_, true)) {
    log_.warn("the bearer token is not sent: the connection is neither TLS nor local", {{"server", place_of(options_.url)}});
  }
  return std::string();
}

}  // namespace

std::unique_ptr<Client> make_client(async::Executor executor, ClientOptions options, Logger& log) {
  return std::make_unique<SocketClient>(std::move(executor), std::move(options), log);
}

}  // namespace agent::http
