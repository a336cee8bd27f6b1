#include "tests/unit/api/api_fixture.hpp"

#include <array>
#include <vector>

namespace agent::api {
namespace {

using Live = tests::ApiTest;

TEST_F(Live, PassesThePathAndTheQueryAsTheyCame) {
  recorder_.live.status = 200;
  recorder_.live.body = "bytes";
  recorder_.live.headers.add("content-type", "application/octet-stream");
  recorder_.live.headers.add("set-cookie", "a=b");
  const auto answer = get("/targets/kubelet/debug/pprof/profile?seconds=5&x=%20");
  EXPECT_EQ(recorder_.fetched, std::vector<std::string>{"kubelet profile?seconds=5&x=%20"});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "bytes");
  EXPECT_EQ(answer.headers.get("Content-Type"), "application/octet-stream");
  EXPECT_EQ(answer.headers.get("Set-Cookie"), "");
}

TEST_F(Live, PassesTheTargetsRefusalOn) {
  recorder_.live.status = 403;
  recorder_.live.body = "Forbidden";
  EXPECT_EQ(get("/targets/kubelet/debug/pprof/").status, 403);
  EXPECT_EQ(recorder_.fetched, std::vector<std::string>{"kubelet "});
}

TEST_F(Live, NeverLeavesTheFolderOfPprof) {
  for (const auto* path : {"../metrics", "%2e%2e/metrics", "a/..%2fmetrics", "/etc", "a//b", "a%20b", "heap%3fgc=1", "a%5cb", "a%00b"}) {
    EXPECT_EQ(get("/targets/kubelet/debug/pprof/" + std::string(path)).status, 400) << path;
  }
  EXPECT_TRUE(recorder_.fetched.empty());
}

TEST_F(Live, TakesNoProfileForAHead) {
  EXPECT_EQ(ask(request("HEAD", "/targets/nobody/debug/pprof/profile")).status, 404);
  model::TargetStatus kubelet;
  kubelet.target.component = "kubelet";
  recorder_.statuses.push_back(kubelet);
  EXPECT_EQ(ask(request("HEAD", "/targets/kubelet/debug/pprof/profile")).status, 200);
  EXPECT_EQ(ask(request("POST", "/targets/kubelet/debug/pprof/symbol")).status, 405);
  EXPECT_TRUE(recorder_.fetched.empty());
}

TEST_F(Live, NothingOfATargetRunsInTheAgentsOrigin) {
  const std::vector<std::array<std::string, 3>> cases{{"", "text/html; charset=utf-8", "text/html; charset=utf-8"},
                                                      {"heap", "text/html", "text/plain; charset=utf-8"},
                                                      {"heap", "TEXT/HTML;x", "text/plain; charset=utf-8"},
                                                      {"heap", "image/svg+xml", "text/plain; charset=utf-8"},
                                                      {"", "application/xhtml+xml", "text/plain; charset=utf-8"},
                                                      {"heap", "text/plain; charset=utf-8", "text/plain; charset=utf-8"},
                                                      {"heap", "", "application/octet-stream"}};
  for (const auto& [path, type, shown] : cases) {
    recorder_.live = {};
    recorder_.live.status = 200;
    if (!type.empty()) recorder_.live.headers.add("Content-Type", type);
    const auto answer = get("/targets/kubelet/debug/pprof/" + path);
    EXPECT_EQ(answer.headers.get("Content-Type"), shown) << path << " " << type;
    EXPECT_TRUE(answer.headers.get("Content-Security-Policy").starts_with("sandbox allow-downloads; default-src 'none';"));
    EXPECT_EQ(answer.headers.get("X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(Live, SaysHowTheTargetFailed) {
  recorder_.refusal = Error(Errc::kUnavailable, "127.0.0.1:10250: connection refused", "connection_refused");
  const auto refused = get("/targets/kubelet/debug/pprof/heap");
  EXPECT_EQ(refused.status, 502);
  EXPECT_EQ(refused.body, "{\"error\":\"connection_refused\",\"detail\":\"127.0.0.1:10250: connection refused\"}\n");
  recorder_.refusal = Error(Errc::kTimeout, "no answer", "header_timeout");
  EXPECT_EQ(get("/targets/kubelet/debug/pprof/heap").status, 504);
  recorder_.refusal = Error(Errc::kUnavailable, "a cpu profile is being taken", "busy");
  EXPECT_EQ(get("/targets/kubelet/debug/pprof/profile").status, 503);
  recorder_.refusal = Error(Errc::kNotFound, "no target \"x\"");
  EXPECT_EQ(get("/targets/x/debug/pprof/heap").status, 404);
}

TEST_F(Live, IsRefusedWithAnExplanationWhenItIsOff) {
  ApiOptions off;
  off.live_targets = false;
  api_.reconfigure(off);
  const auto answer = get("/targets/kubelet/debug/pprof/heap");
  EXPECT_EQ(answer.status, 403);
  EXPECT_NE(answer.body.find("listen.liveTargets: true"), std::string::npos);
  EXPECT_TRUE(recorder_.fetched.empty());
}

}  // namespace
}  // namespace agent::api
