#include "agent/http/router.hpp"

#include "tests/support/run_task.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using agent::Result;
using agent::async::Task;
using namespace agent::http;

class FakeWriter final : public ResponseWriter {
 public:
  Task<Result<void>> respond(int with_status, Headers with_headers, std::string with_body) override {
    status = with_status;
    headers = std::move(with_headers);
    body = std::move(with_body);
    co_return Result<void>();
  }
  Task<Result<void>> start(int /*status*/, Headers /*headers*/) override { co_return Result<void>(); }
  Task<Result<void>> write(std::string /*chunk*/) override { co_return Result<void>(); }
  Task<Result<void>> finish() override { co_return Result<void>(); }
  [[nodiscard]] bool started() const override { return status != 0; }

  int status = 0;
  Headers headers;
  std::string body;
};

Task<void> echo_params(const ServerRequest& /*request*/, const PathParams& params, ResponseWriter& writer) {
  std::string body;
  for (const auto& [name, value] : params) body += name + "=" + value + ";";
  Headers headers;
  static_cast<void>(co_await writer.respond(200, std::move(headers), std::move(body)));
}

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    router_.add("GET", "/targets/{target}/debug/pprof/{*path}", echo_params);
    router_.add("GET", "/api/v1/snapshots/{id}", echo_params);
    router_.add("GET", "/api/v1/snapshots", echo_params);
    router_.add("POST", "/api/v1/captures", echo_params);
    router_.add("GET", "/api/v1/captures", echo_params);
    router_.add("GET", "/api/v1/snapshots/latest", echo_params);
    router_.add("GET", "/{*path}", echo_params);
  }

  FakeWriter ask(const std::string& method, const std::string& path) {
    boost::asio::io_context io(1);
    FakeWriter writer;
    ServerRequest request;
    request.method = method;
    request.path = path;
    const auto handler = router_.handler();
    tests::run_task(io, handler(request, writer));
    return writer;
  }

  Router router_;
};

TEST_F(RouterTest, NamesStandForOneSegmentAndARestForAll) {
  EXPECT_EQ(ask("GET", "/api/v1/snapshots/679f").body, "id=679f;");
  EXPECT_EQ(ask("GET", "/targets/kubelet/debug/pprof/heap").body, "path=heap;target=kubelet;");
  EXPECT_EQ(ask("GET", "/targets/kubelet/debug/pprof/").body, "path=;target=kubelet;");
  EXPECT_EQ(ask("GET", "/targets/kubelet/debug/pprof/a/b").body, "path=a/b;target=kubelet;");
}

TEST_F(RouterTest, TheMostSpecificPatternWinsWhateverTheOrder) {
  EXPECT_EQ(router_.pattern_of("/api/v1/snapshots/latest"), "/api/v1/snapshots/latest");
  EXPECT_EQ(router_.pattern_of("/api/v1/snapshots/other"), "/api/v1/snapshots/{id}");
  EXPECT_EQ(router_.pattern_of("/api/v1/snapshots/a/b"), "/{*path}");
  EXPECT_EQ(router_.pattern_of("/targets//debug/pprof/heap"), "/{*path}") << "a name is never empty";
}

TEST_F(RouterTest, SegmentsAreDecodedAfterSplitting) {
  EXPECT_EQ(ask("GET", "/api/v1/snapshots/a%2Fb").body, "id=a/b;");
}

TEST_F(RouterTest, ClimbingPathsAreRefused) {
  for (const char* path : {"/targets/x/debug/pprof/../../y", "/targets/x/debug/pprof/%2e%2E/y", "/./x", "/a%zz", "/a%00",
                           "/targets/x/debug/pprof/a/..%2fmetrics", "/targets/x/debug/pprof/%2e%2E%2Fy", "/api/v1/snapshots/a%2F%2e"}) {
    EXPECT_EQ(ask("GET", path).status, 400) << path;
  }
}

TEST_F(RouterTest, AWrongMethodIs405WithWhatIsAllowed) {
  const auto answer = ask("DELETE", "/api/v1/captures");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.get("Allow"), "GET, HEAD, POST");
  EXPECT_NE(answer.body.find("\"error\":\"method_not_allowed\""), std::string::npos);
}

TEST_F(RouterTest, GetAnswersHead) {
  EXPECT_EQ(ask("HEAD", "/api/v1/snapshots/1").status, 200);
}

TEST(Router, WhatNoRouteFitsIs404AsJson) {
  boost::asio::io_context io(1);
  Router router;
  router.add("GET", "/a", echo_params);
  FakeWriter writer;
  ServerRequest request;
  request.method = "GET";
  request.path = "/b\"";
  const auto handler = router.handler();
  tests::run_task(io, handler(request, writer));
  EXPECT_EQ(writer.status, 404);
  EXPECT_EQ(writer.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(writer.body, "{\"error\":\"not_found\",\"detail\":\"there is nothing at /b\\\"\"}\n");
}

TEST(Router, MistakesOfOursAreThrown) {
  Router router;
  router.add("GET", "/a", echo_params);
  EXPECT_THROW(router.add("GET", "/a", echo_params), std::logic_error);
  EXPECT_THROW(router.add("GET", "a", echo_params), std::logic_error);
  EXPECT_THROW(router.add("GET", "/{*rest}/more", echo_params), std::logic_error);
}

}  // namespace
