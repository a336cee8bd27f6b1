// Keeps what a handler answers.
#pragma once

#include "agent/http/server.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tests {

class FakeResponseWriter final : public agent::http::ResponseWriter {
 public:
  agent::async::Task<agent::Result<void>> respond(int code, agent::http::Headers fields, std::string content) override {
    status = code;
    headers = std::move(fields);
    body = std::move(content);
    finished = true;
    co_return agent::Result<void>();
  }
  agent::async::Task<agent::Result<void>> start(int code, agent::http::Headers fields) override {
    status = code;
    headers = std::move(fields);
    co_return agent::Result<void>();
  }
  agent::async::Task<agent::Result<void>> write(std::string chunk) override {
    if (writes_until_gone && chunks >= *writes_until_gone) co_return agent::Error(agent::Errc::kUnavailable, "the peer is gone");
    ++chunks;
    body += chunk;
    co_return agent::Result<void>();
  }
  agent::async::Task<agent::Result<void>> finish() override {
    finished = true;
    co_return agent::Result<void>();
  }
  [[nodiscard]] bool started() const override { return status != 0; }

  int status = 0;
  agent::http::Headers headers;
  std::string body;
  bool finished = false;  ///< false: the answer broke off
  int chunks = 0;
  std::optional<int> writes_until_gone;
};

}  // namespace tests
