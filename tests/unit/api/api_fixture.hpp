// The Api over fakes, asked as a server would ask it.
#pragma once

#include "agent/api/api.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/fake_response_writer.hpp"
#include "tests/support/fake_store.hpp"
#include "tests/support/run_task.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace tests {

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() : api_(deps(), agent::api::ApiOptions{}) {}

  /// A request for "/path?a=b&c=d", whose values hold no escapes.
  static agent::http::ServerRequest request(std::string method, std::string_view target) {
    agent::http::ServerRequest out;
    out.method = std::move(method);
    out.path = target.substr(0, target.find('?'));
    if (target.size() > out.path.size()) out.query = target.substr(out.path.size() + 1);
    for (std::string_view rest = out.query; !rest.empty();) {
      const auto pair = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      const auto name = pair.substr(0, pair.find('='));
      out.params.emplace_back(name, pair.size() > name.size() ? pair.substr(name.size() + 1) : "");
    }
    out.headers.add("Host", "localhost:9912");
    return out;
  }

  FakeResponseWriter ask(const agent::http::ServerRequest& wanted) {
    FakeResponseWriter answer;
    run_task(io_, api_.serve(wanted, answer));
    return answer;
  }
  FakeResponseWriter get(std::string_view target) { return ask(request("GET", target)); }
  FakeResponseWriter post(std::string_view target, std::string body, std::string type = "application/json") {
    auto wanted = request("POST", target);
    wanted.body = std::move(body);
    wanted.headers.add("Content-Type", std::move(type));
    return ask(wanted);
  }

  /// A snapshot that started `seconds` after the epoch's first day.
  static agent::model::Snapshot snapshot(int seconds, const std::string& component = "kubelet",
                                         agent::model::ProfileType type = agent::model::ProfileType::kHeap) {
    agent::model::Snapshot out;
    out.info.component = component;
    out.info.type = type;
    out.info.start = agent::WallTime(std::chrono::hours(24)) + std::chrono::seconds(seconds);
    out.info.fetched_bytes = 1000;
    out.id = agent::model::make_snapshot_id(out.info.start, 1);
    return out;
  }

  boost::asio::io_context io_;
  FakeClock clock_{io_};
  agent::async::WorkerPool workers_{1};
  FakeStore store_;
  FakeRecorder recorder_;
  agent::telemetry::Metrics metrics_;
  FakeLogger log_;
  agent::api::AgentInfo info_ = example_info();
  std::function<void()> before_metrics_ = [] {};
  agent::api::Api api_;

 private:
  static agent::api::AgentInfo example_info() {
    agent::api::AgentInfo info;
    info.version = "1.2.3";
    info.commit = "abc1234";
    info.node = "node1";
    info.store_path = "/var/lib/kprofd";
    info.started = agent::from_unix_nanos(1'789'999'000'000'000'000);
    info.config_loaded = info.started;
    return info;
  }
  agent::api::ApiDeps deps() {
    return {io_.get_executor(),           clock_, workers_, store_, recorder_, metrics_, log_, [this] { return info_; },
            [this] { before_metrics_(); }};
  }
};

}  // namespace tests
