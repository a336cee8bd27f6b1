#include "agent/http/session.hpp"

#include "agent/async/use_tuple.hpp"
#include "agent/http/wire_format.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace agent::http {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

std::string text_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "not a std::exception";
  }
}

/// What the request breaks of RFC 9112 that Beast's parser lets pass, "" when nothing.
std::string_view mistake_in(const MessageHead& head) {
  const auto is_host = [](const auto& field) { return equal_without_case(field.first, "Host"); };
  if (std::count_if(head.headers.begin(), head.headers.end(), is_host) > 1) return "the Host header is given twice";
  if (head.version == 11 && head.headers.get("Host").empty()) return "the Host header is missing";
  if (!head.headers.get("Transfer-Encoding").empty() && (!head.has_body || head.content_length)) return "unknown Transfer-Encoding";
  return {};
}

/// A handler that runs: shared with its completion, which comes even when the session is destroyed with its loop.
struct HandlerRun {
  explicit HandlerRun(const async::Executor& executor) : ended(executor, asio::steady_timer::time_point::max()) {}
  asio::cancellation_signal stop;
  asio::steady_timer ended;
  std::exception_ptr failure;
  bool done = false;
  bool stopped = false;

  void request_stop() {
    if (std::exchange(stopped, true)) return;
    stop.emit(asio::cancellation_type::terminal);
  }
};

/// A handler as a coroutine, so that what it throws before its first await is caught like the rest.
async::Task<void> call(const Handler& handler, const ServerRequest& request, ResponseWriter& writer) {
  co_await handler(request, writer);
}

/// A read in flight keeps a connection alive until its socket is closed.
class CloseAtEnd {
 public:
  explicit CloseAtEnd(Connection& connection) : connection_(connection) {}
  ~CloseAtEnd() { connection_.close(); }
  CloseAtEnd(const CloseAtEnd&) = delete;
  CloseAtEnd& operator=(const CloseAtEnd&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

Session::Session(SessionShared shared, async::Executor executor, std::shared_ptr<Connection> connection, std::string remote_address)
    : shared_(shared), executor_(std::move(executor)), connection_(std::move(connection)), remote_address_(std::move(remote_address)) {}

async::Task<void> Session::run() {
  const CloseAtEnd guard(*connection_);
  const auto error = co_await connection_->handshake(steady_clock::now() + shared_.options.header_timeout);
  auto next = error ? Next::kClose : Next::kAnotherRequest;
  if (error && error != asio::error::operation_aborted) {
    shared_.log.debug("a client's handshake failed", {{"remote", remote_address_}, {"error", error.message()}});
  }
  while (next == Next::kAnotherRequest && !draining_) next = co_await serve_one();
  const auto goodbye = next == Next::kCloseAndDrain ? Goodbye::kDrain : Goodbye::kPlain;
  if (!error) co_await connection_->finish(goodbye);
}

bool Session::evict() {
  if (stage_ == Stage::kAnswering || std::exchange(evicted_, true)) return false;
  connection_->close();
  return true;
}

void Session::drain() {
  draining_ = true;
  if (stage_ == Stage::kIdle) connection_->close();
}

async::Task<Session::Next> Session::serve_one() {
  stage_ = Stage::kIdle;
  since_ = steady_clock::now();
  const auto waited = co_await wait_for_request();
  if (waited.outcome != ReadOutcome::kOk) co_return Next::kClose;  // nobody waits for an answer
  stage_ = Stage::kReadingHeader;
  is_first_ = false;

  ReadLimits limits;
  limits.header_bytes = shared_.options.max_header_bytes;
  limits.body_bytes = shared_.options.max_body_bytes;
  const auto reader = make_request_reader(*connection_, limits);
  ServerRequest request;
  const auto result = co_await read_request(*reader, request);
  if (result.outcome != ReadOutcome::kOk) co_return co_await refuse(result);

  AnswerForm form;
  form.version = reader->head().version;
  form.is_head = request.method == "HEAD";
  form.keep_alive = reader->keep_alive() && !draining_;
  SocketResponseWriter writer(*connection_, form, shared_.options.write_timeout);
  ++shared_.stats.requests;
  co_await run_handler(request, writer);
  if (!writer.finished()) {
    connection_->close();
    co_return Next::kClose;
  }
  co_return writer.keep_alive() ? Next::kAnotherRequest : Next::kClose;
}

async::Task<ReadResult> Session::wait_for_request() {
  if (connection_->input().size() == 0) {
    connection_->release_memory();
    const auto limit = is_first_ ? shared_.options.header_timeout : shared_.options.idle_timeout;
    if (const auto error = co_await connection_->fill(steady_clock::now() + limit)) co_return ReadResult{ReadOutcome::kClosed, error, ""};
  }
  co_return ReadResult{};
}

async::Task<ReadResult> Session::read_request(MessageReader& reader, ServerRequest& request) {
  auto result = co_await reader.read_head(steady_clock::now() + shared_.options.header_timeout);
  if (result.outcome != ReadOutcome::kOk) co_return result;
  stage_ = Stage::kAnswering;
  auto& head = reader.head();
  if (const auto mistake = mistake_in(head); !mistake.empty()) co_return ReadResult{ReadOutcome::kMalformed, {}, std::string(mistake)};
  request.method = std::move(head.method);
  if (const auto parsed = parse_request_target(head.target, request); !parsed) {
    co_return ReadResult{ReadOutcome::kMalformed, {}, parsed.error().message()};
  }
  request.headers = std::move(head.headers);
  request.remote_address = remote_address_;
  if (!head.has_body) co_return ReadResult{};

  if (equal_without_case(request.headers.get("Expect"), "100-continue") && connection_->input().size() == 0) {
    std::vector<asio::const_buffer> buffers;
    buffers.push_back(asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25));
    const auto error = co_await connection_->write(std::move(buffers), shared_.options.write_timeout);
    if (error) co_return ReadResult{ReadOutcome::kTruncated, error, error.message()};
  }
  result = co_await reader.read_body(steady_clock::now() + shared_.options.body_timeout);
  request.body = reader.take_body();
  co_return result;
}

async::Task<void> Session::run_handler(const ServerRequest& request, SocketResponseWriter& writer) {
  const auto run = std::make_shared<HandlerRun>(executor_);
  connection_->watch([run] { run->request_stop(); });
  auto on_done = [run](const std::exception_ptr& failure) {
    run->failure = failure;
    run->done = true;
    run->ended.cancel();
  };
  asio::co_spawn(executor_, call(shared_.handler, request, writer), asio::bind_cancellation_slot(run->stop.slot(), std::move(on_done)));

  // The handler holds our frame's request and writer, so it is waited for also when this session is cancelled.
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!run->done) {
    co_await run->ended.async_wait(async::use_tuple);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) run->request_stop();
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
  connection_->unwatch();
  if (run->stopped || writer.finished()) co_return;
  if (run->failure) {
    shared_.log.error("a request handler failed", {{"path", request.path}, {"error", text_of(run->failure)}});
  } else {
    shared_.log.error("a request handler left its answer unfinished", {{"path", request.path}});
  }
  if (writer.started()) co_return;
  Headers headers;
  headers.add("Content-Type", "application/json");
  static_cast<void>(co_await writer.respond(500, std::move(headers), error_json("internal", "the request failed inside the agent")));
}

async::Task<Session::Next> Session::refuse(const ReadResult& result) {
  if (!connection_->is_open()) co_return Next::kClose;
  switch (result.outcome) {
    case ReadOutcome::kOk:
    case ReadOutcome::kClosed:
    case ReadOutcome::kTruncated:
      co_return Next::kClose;
    case ReadOutcome::kTimedOut:
      co_return co_await answer_error(408, "timeout", "the request did not arrive in time");
    case ReadOutcome::kHeaderTooLarge:
      co_return co_await answer_error(431, "header_too_large",
                                      "the request header is longer than " + std::to_string(shared_.options.max_header_bytes) + " bytes");
    case ReadOutcome::kBodyTooLarge:
      co_return co_await answer_error(413, "body_too_large",
                                      "the request body is longer than " + std::to_string(shared_.options.max_body_bytes) + " bytes");
    case ReadOutcome::kMalformed:
      co_return co_await answer_error(400, "bad_request", "not a request of HTTP/1.1: " + result.detail);
  }
  co_return Next::kClose;
}

async::Task<Session::Next> Session::answer_error(int status, std::string error, std::string detail) {
  ++shared_.stats.malformed;
  AnswerForm form;
  SocketResponseWriter writer(*connection_, form, shared_.options.write_timeout);
  Headers headers;
  headers.add("Content-Type", "application/json");
  auto body = error_json(error, detail);
  const auto sent = co_await writer.respond(status, std::move(headers), std::move(body));
  co_return sent ? Next::kCloseAndDrain : Next::kClose;
}

}  // namespace agent::http
