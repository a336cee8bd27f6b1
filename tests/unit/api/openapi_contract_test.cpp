// Holds openapi.yaml against real answers: every documented path, method and status is asked for, and what comes is checked against its
// schema.
#include "agent/api/json_writer.hpp"
#include "agent/api/routes.hpp"
#include "tests/unit/api/api_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <future>

namespace agent::api {
namespace {

class OpenApiContract : public tests::ApiTest {
 protected:
  void record(const http::ServerRequest& wanted, const tests::FakeResponseWriter& answer) {
    JsonWriter json;
    json.begin_object()
        .member("method", wanted.method)
        .member("path", wanted.path)
        .member("status", answer.status)
        .member("body", answer.body)
        .key("headers")
        .begin_object();
    for (const auto& [name, value] : answer.headers) json.member(name, value);
    json.end_object().end_object();
    exchanges_ << json.take() << "\n";
  }

  void record_routes() {
    JsonWriter json;
    json.begin_object().key("routes").begin_array();
    for (const auto& route : routes()) json.begin_array().value(route.method).value(route.pattern).end_array();
    json.end_array().end_object();
    exchanges_ << json.take() << "\n";
  }

  void ask_and_record(const http::ServerRequest& wanted) { record(wanted, ask(wanted)); }
  void get_and_record(const std::string& target) { ask_and_record(request("GET", target)); }
  void post_and_record(const std::string& target, std::string body, const std::string& type = "application/json") {
    auto wanted = request("POST", target);
    wanted.body = std::move(body);
    wanted.headers.add("Content-Type", type);
    ask_and_record(wanted);
  }

  void ask_live_and_record(const std::string& target) {
    const auto folder = "/targets/" + target + "/debug/pprof/";
    get_and_record(folder + "heap");
    get_and_record(folder + "symbol");
    post_and_record(folder + "symbol", "0x401000", "application/octet-stream");
  }

  void check(const std::string& more) {
    exchanges_.close();
    const std::string command = std::string("python3 '") + KPROFD_SOURCE_DIR + "/tests/support/openapi_check.py' '" + KPROFD_SOURCE_DIR +
                                "/agent/api/openapi.yaml' '" + path_.string() + "' " + more;
    EXPECT_EQ(std::system(command.c_str()), 0) << command;  // NOLINT(bugprone-command-processor,cert-env33-c)
  }

  void fill();
  void ask_everything_that_works();
  void ask_with_foreign_host();
  void ask_more_profiles_than_wait();

  std::filesystem::path path_ = std::filesystem::path(KPROFD_BINARY_DIR) / "openapi_exchanges.jsonl";
  std::ofstream exchanges_{path_};
};

model::TargetStatus example_target() {
  model::TargetStatus status;
  status.target.component = "kubelet";
  status.target.url = "https://127.0.0.1:10250";
  status.health = model::TargetHealth::kUp;
  status.process = {812, from_unix_nanos(1'789'000'000'123'000'000)};
  status.version = "v1.20.2";
  model::ProfileStatus ok;
  ok.plan.interval = std::chrono::seconds(10);
  ok.plan.duration = std::chrono::seconds(1);
  ok.state = model::ProfileState::kOk;
  ok.last_success = from_unix_nanos(1'790'000'000'000'000'000);
  ok.last_took = std::chrono::milliseconds(12);
  model::ProfileStatus failing = ok;
  failing.state = model::ProfileState::kFailing;
  failing.failure = model::ScrapeFailure{"forbidden", "403 Forbidden", "grant get on /debug/pprof/*", *ok.last_success};
  status.profiles = {ok, failing, model::ProfileStatus()};
  return status;
}

void OpenApiContract::fill() {
  recorder_.statuses = {example_target(), model::TargetStatus()};
  recorder_.live.status = 200;
  recorder_.live.headers.add("Content-Type", "application/octet-stream");
  store_.reads.add(snapshot(1), pprof::Profile());
  auto full = snapshot(2);
  full.info.process = example_target().process;
  full.info.component_version = "v1.20.2";
  full.info.capture_id = "c1";
  full.info.duration = std::chrono::milliseconds(1500);
  store_.reads.add(full, pprof::Profile());
  store_.reads.merged.emplace();
  store_.reads.all_series = {{"kubelet", model::ProfileType::kHeap, 2, snapshot(1).info.start, snapshot(2).info.start, 100, 2000}};
  store_.current.oldest = snapshot(1).info.start;
  model::Capture done;
  done.id = "c0";
  done.state = model::CaptureState::kPartial;
  done.request = {{"kubelet"}, {model::ProfileType::kCpu}, std::chrono::seconds(2), "slow"};
  done.finished = done.started = from_unix_nanos(1);
  done.items = {{"kubelet", model::ProfileType::kCpu, true, snapshot(1).id, ""},
                {"kubelet", model::ProfileType::kHeap, true, std::nullopt, "forbidden: 403"}};
  recorder_.all_captures = {done};
}

void OpenApiContract::ask_everything_that_works() {
  const auto id = to_string(snapshot(1).id);
  for (const auto& path : {std::string("/"), std::string("/healthz"), std::string("/readyz"), std::string("/metrics"),
                           std::string("/api/v1/openapi.yaml"), std::string("/api/v1/status"), std::string("/api/v1/targets"),
                           std::string("/api/v1/series"), std::string("/api/v1/snapshots"), "/api/v1/snapshots/" + id,
                           "/api/v1/snapshots/" + id + "/profile", std::string("/api/v1/captures"), std::string("/api/v1/captures/c0")}) {
    get_and_record(path);
    get_and_record(path + "?surplus=1");
  }
  get_and_record("/api/v1/snapshots?limit=1");
  get_and_record("/api/v1/profile?component=kubelet&type=heap");
  ask_live_and_record("kubelet");
  get_and_record("/targets/kubelet/debug/pprof/..");
  get_and_record("/targets/kubelet/debug/pprof/symbol?a=1&a=2");
  post_and_record("/targets/kubelet/debug/pprof/symbol?a=1", "0x401000", "application/octet-stream");
  post_and_record("/targets/kubelet/debug/pprof/symbol", "0x401000", "text/plain");
  post_and_record("/api/v1/captures", R"({"components":["kubelet"],"types":["cpu"],"seconds":1})");
  post_and_record("/api/v1/captures", "{");
  post_and_record("/api/v1/captures", "{}", "text/plain");
}

void OpenApiContract::ask_with_foreign_host() {
  for (const auto& route : routes()) {
    auto path = std::string(route.pattern);
    for (const auto* name : {"{id}", "{target}", "{*path}"}) {
      if (const auto at = path.find(name); at != std::string::npos) path.replace(at, std::string_view(name).size(), "x");
    }
    auto wanted = request(std::string(route.method), path);
    wanted.headers = {};
    wanted.headers.add("Host", "evil.example");
    ask_and_record(wanted);
  }
}

void OpenApiContract::ask_more_profiles_than_wait() {
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  boost::asio::co_spawn(
      workers_.executor(), [](std::shared_future<void> held) -> async::Task<void> { co_return held.wait(); }(opened),
      boost::asio::detached);
  const auto merge = request("GET", "/api/v1/profile?component=kubelet&type=heap");
  const auto one = request("GET", "/api/v1/snapshots/" + to_string(snapshot(1).id) + "/profile");
  std::deque<tests::FakeResponseWriter> answers;
  for (int i = 0; i < 11; ++i) {
    boost::asio::co_spawn(io_, api_.serve(i == 10 ? merge : one, answers.emplace_back()), boost::asio::detached);
  }
  io_.restart();
  io_.poll();  // one reads (and waits for the worker), eight wait, two are refused
  EXPECT_EQ(answers[8].status, 0);
  EXPECT_EQ(answers[9].status, 429);
  record(one, answers[9]);
  record(merge, answers[10]);
  gate.set_value();
  io_.run();
  for (int i = 0; i < 9; ++i) EXPECT_EQ(answers[static_cast<std::size_t>(i)].status, 200);
}

TEST_F(OpenApiContract, EveryDocumentedAnswerIsGivenAndFitsItsSchema) {
  record_routes();
  get_and_record("/readyz");  // no target yet: 503
  fill();
  ask_everything_that_works();
  ask_with_foreign_host();
  ask_more_profiles_than_wait();

  for (const auto* path : {"/api/v1/snapshots/0000000000000000", "/api/v1/snapshots/0000000000000000/profile", "/api/v1/captures/c99"}) {
    get_and_record(path);
  }
  store_.reads.merged.reset();
  get_and_record("/api/v1/profile?component=kubelet&type=heap");
  get_and_record("/api/v1/profile?component=kubelet");
  recorder_.refusal = Error(Errc::kNotFound, "no target \"x\"");
  ask_live_and_record("x");
  post_and_record("/api/v1/captures", R"({"components":["x"]})");
  recorder_.refusal = Error(Errc::kUnavailable, "refused", "connection_refused");
  ask_live_and_record("kubelet");
  post_and_record("/api/v1/captures", "{}");
  recorder_.refusal = Error(Errc::kUnavailable, "a cpu profile is being taken", "busy");
  ask_live_and_record("kubelet");
  recorder_.refusal = Error(Errc::kTimeout, "too slow", "header_timeout");
  ask_live_and_record("kubelet");
  store_.reads.failure = Error(Errc::kIo, "input/output error");
  const auto id = to_string(snapshot(1).id);
  for (const auto& path : {std::string("/api/v1/series"), std::string("/api/v1/snapshots"), "/api/v1/snapshots/" + id,
                           "/api/v1/snapshots/" + id + "/profile", std::string("/api/v1/profile?component=kubelet&type=heap")}) {
    get_and_record(path);
  }
  ApiOptions off;
  off.live_targets = false;
  api_.reconfigure(off);
  ask_live_and_record("kubelet");
  // 413 is the server's, before a handler runs: see tests/integration/daemon_api_test.cpp.
  check("--complete --except 413");
}

}  // namespace
}  // namespace agent::api
