#include "agent/cli/server_source.hpp"

#include "agent/async/run_loop.hpp"
#include "agent/async/task_group.hpp"
#include "agent/cli/answers.hpp"
#include "agent/cli/console_logger.hpp"
#include "agent/cli/exit_code.hpp"
#include "agent/cli/json_reader.hpp"
#include "agent/cli/server_answer.hpp"
#include "agent/cli/views.hpp"
#include "agent/http/client.hpp"

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>

namespace agent::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kPage = 1000;     // the API's most
constexpr int kMaxBusyAnswers = 20;       // of one question
constexpr Duration kMaxRetryAfter = 10s;  // whatever the server says

http::RequestLimits limits_for(std::uint64_t max_body_bytes) {
  http::RequestLimits limits;
  limits.connect_timeout = 5s;
  limits.header_timeout = 120s;  // a merge of a long window is computed before it is answered
  limits.total_timeout = 600s;
  limits.max_body_bytes = max_body_bytes;
  return limits;
}

constexpr std::uint64_t kMaxJsonBytes = 64ULL << 20U;
constexpr std::uint64_t kMaxFileBytes = 1ULL << 30U;

/// "?a=b&c=d", the values escaped.
class Query {
 public:
  void add(std::string_view key, std::string_view value) {
    text_.append(text_.empty() ? "?" : "&").append(key).append("=").append(http::percent_encode(value));
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// What the server can filter by itself; matches() does the rest.
Query query_of(const Filter& filter) {
  Query query;
  if (filter.components.size() == 1) query.add("component", filter.components.front());
  if (filter.types.size() == 1) query.add("type", model::to_string(filter.types.front()));
  if (filter.from) query.add("from", format_time(*filter.from));
  if (filter.to) query.add("to", format_time(*filter.to));
  if (filter.cause) query.add("cause", model::to_string(*filter.cause));
  return query;
}

async::Task<void> send_into(http::Client& client, http::ClientRequest request, http::RequestLimits limits,
                            std::optional<Result<http::ClientResponse>>& answer) {
  auto response = co_await client.send(std::move(request), limits);
  answer.emplace(std::move(response));
}

class ServerSource final : public Source {
 public:
  ServerSource(std::string server, http::ClientOptions options, Console& console)
      : server_(std::move(server)),
        console_(console),
        log_(console),
        client_(http::make_client(io_.get_executor(), std::move(options), log_)),
        tasks_(io_.get_executor(), [this](const std::exception_ptr& exception) { thrown_ = exception; }) {}

  [[nodiscard]] std::string name() const override { return server_; }

  Result<Document> status() override { return ask_json("GET", "/api/v1/status"); }

  Result<std::vector<model::TargetStatus>> targets() override {
    return ask<std::vector<model::TargetStatus>>("/api/v1/targets", read_targets);
  }

  Result<std::vector<store::Series>> series() override { return ask<std::vector<store::Series>>("/api/v1/series", read_series); }

  Result<void> for_each(const Filter& filter, std::uint64_t most, const std::function<bool(const model::Snapshot&)>& visit) override {
    // The server's limit counts what the server matches.
    const bool server_matches_all = filter.components.size() <= 1 && filter.types.size() <= 1;
    const std::uint64_t page_size = server_matches_all && most != 0 ? std::min(most, kPage) : kPage;
    std::optional<model::SnapshotId> before;
    for (;;) {
      Query query = query_of(filter);
      query.add("limit", std::to_string(page_size));
      if (before) query.add("before", model::to_string(*before));
      auto page = ask<SnapshotPage>("/api/v1/snapshots" + query.text(), read_snapshots);
      if (!page) return std::move(page).error();
      for (const auto& snapshot : page->snapshots) {
        if (matches(filter, snapshot.info) && !visit(snapshot)) return {};
      }
      if (!page->next) return {};
      if (before && *page->next >= *before) return Error(Errc::kCorrupt, server_ + ": its pages go in circles");
      before = page->next;
    }
  }

  Result<std::string> file(model::SnapshotId id) override { return ask_file("/api/v1/snapshots/" + model::to_string(id) + "/profile"); }

  Result<std::string> merge(const Filter& filter) override { return ask_file("/api/v1/profile" + query_of(filter).text()); }

  Result<model::Capture> start_capture(const model::CaptureRequest& request) override {
    std::ostringstream body;
    write_json(body, to_document(request));
    auto answer = ask_json("POST", "/api/v1/captures", body.str());
    if (!answer) return std::move(answer).error();
    return named(read_capture(*answer));
  }

  Result<model::Capture> capture(const std::string& id) override {
    return ask<model::Capture>("/api/v1/captures/" + http::percent_encode(id), read_capture);
  }

  Result<store::VerifyReport> verify() override {
    return Error(Errc::kInvalidArgument, "only a folder can be verified, not a server; give --store DIR");
  }

 private:
  /// A daemon's answer that makes no sense names the daemon.
  template <class T>
  Result<T> named(Result<T> result) const {
    if (result) return result;
    return std::move(result).error().context(server_);
  }

  template <class T>
  Result<T> ask(const std::string& target, Result<T> (*read)(const Document&)) {
    auto answer = ask_json("GET", target);
    if (!answer) return std::move(answer).error();
    return named(read(*answer));
  }

  Result<Document> ask_json(const std::string& method, const std::string& target, std::string body = {}) {
    http::ClientRequest request;
    request.method = method;
    request.target = target;
    if (!body.empty()) request.headers.add("Content-Type", "application/json");
    request.body = std::move(body);
    auto response = send(request, limits_for(kMaxJsonBytes));
    if (!response) return std::move(response).error();
    return named(parse_json(response->body));
  }

  Result<std::string> ask_file(const std::string& target) {
    http::ClientRequest request;
    request.target = target;
    auto response = send(request, limits_for(kMaxFileBytes));
    if (!response) return std::move(response).error();
    return std::move(response->body);
  }

  /// The answer when it is a success. A server that is busy is asked again when it says so.
  Result<http::ClientResponse> send(const http::ClientRequest& request, const http::RequestLimits& limits) {
    for (int attempt = 1;; ++attempt) {
      auto response = send_once(request, limits);
      if (!response) return unreachable(server_, response.error());
      if (response->status == 429 && attempt < kMaxBusyAnswers) {
        console_.sleep(std::min(retry_after(response->headers), kMaxRetryAfter));
        continue;
      }
      if (response->status >= 200 && response->status < 300) return response;
      return error_of(server_, *response);
    }
  }

  Result<http::ClientResponse> send_once(http::ClientRequest request, http::RequestLimits limits) {
    std::optional<Result<http::ClientResponse>> answer;
    thrown_ = nullptr;
    tasks_.spawn(send_into(*client_, std::move(request), limits, answer));
    io_.restart();
    // Not until there is no work left: a connection that is kept for the next question has a timer.
    while (tasks_.size() != 0 && io_.run_one() != 0) {
    }
    if (answer) return *std::move(answer);
    return Error(Errc::kInternal, "the request ended without an answer" + what_was_thrown());
  }

  [[nodiscard]] std::string what_was_thrown() const {
    try {
      if (thrown_) std::rethrow_exception(thrown_);
    } catch (const std::exception& exception) {
      return std::string(": ") + exception.what();
    }
    return "";
  }

  std::string server_;
  Console& console_;
  ConsoleLogger log_;
  boost::asio::io_context io_{1};
  std::unique_ptr<http::Client> client_;
  async::TaskGroup tasks_;
  std::exception_ptr thrown_;
};

}  // namespace

Result<std::unique_ptr<Source>> make_server_source(const SourceOptions& options, Console& console) {
  auto url = http::parse_url(options.server);
  if (!url) return std::move(url).error().context("--server");
  if (options.cert_file.empty() != options.key_file.empty()) return Error(Errc::kInvalidArgument, "give --cert and --key together");
  http::ClientOptions client;
  client.url = std::move(*url);
  client.bearer_token_file = options.token_file;
  client.tls.ca_file = options.ca_file;
  client.tls.client_cert_file = options.cert_file;
  client.tls.client_key_file = options.key_file;
  client.tls.insecure_skip_verify = options.insecure_skip_tls_verify;
  return std::unique_ptr<Source>(std::make_unique<ServerSource>(options.server, std::move(client), console));
}

}  // namespace agent::cli
