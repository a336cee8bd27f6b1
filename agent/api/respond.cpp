#include "agent/api/respond.hpp"

#include "agent/api/status_table.hpp"
#include "agent/api/views.hpp"

#include <utility>

namespace agent::api {

http::Headers content_type(std::string type) {
  http::Headers headers;
  headers.add("Content-Type", std::move(type));
  headers.add("Cache-Control", "no-store");
  headers.add("X-Content-Type-Options", "nosniff");
  return headers;
}

async::Task<void> respond_error(http::ResponseWriter& out, Error error) {
  const int status = status_of(error.code());
  co_await respond_error(out, std::move(error), status);
}

async::Task<void> respond_error(http::ResponseWriter& out, Error error, int status) {
  JsonWriter json;
  write(json, error);
  co_await respond_json(out, status, std::move(json));
}

async::Task<void> respond_json(http::ResponseWriter& out, int status, JsonWriter json) {
  std::string body = json.take() + "\n";
  auto headers = content_type("application/json");
  [[maybe_unused]] const auto sent = co_await out.respond(status, std::move(headers), std::move(body));
}

async::Task<void> respond_text(http::ResponseWriter& out, std::string type, std::string text) {
  auto headers = content_type(std::move(type));
  [[maybe_unused]] const auto sent = co_await out.respond(200, std::move(headers), std::move(text));
}

async::Task<bool> JsonStream::flush_if_full() {
  if (json_.size() < kChunkBytes) co_return true;
  co_return co_await flush();
}

async::Task<void> JsonStream::finish() {
  if (!out_.started()) {
    co_await respond_json(out_, 200, std::move(json_));
    co_return;
  }
  if (co_await flush()) [[maybe_unused]]
    const auto ended = co_await out_.finish();
}

async::Task<bool> JsonStream::flush() {
  if (!out_.started()) {
    auto headers = content_type("application/json");
    const auto started = co_await out_.start(200, std::move(headers));
    if (!started) co_return false;
  }
  std::string chunk = json_.take();
  const auto sent = co_await out_.write(std::move(chunk));
  co_return sent.has_value();
}

}  // namespace agent::api
