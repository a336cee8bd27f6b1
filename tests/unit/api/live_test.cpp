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
  EXPECT_EQ(ask(request("HEAD", "/targets/kubelet/debug/pprof/symbol")).status, 200);
  EXPECT_TRUE(recorder_.fetched.empty());
}

TEST_F(Live, PostsTheAddressesOfPprofToSymbolAndNothingElseAnywhere) {
  recorder_.live.status = 200;
  recorder_.live.body = "num_symbols: 1\n0x401000\tmain.main\n";
  const auto answer = post("/targets/kubelet/debug/pprof/symbol", "0x401000+0x402000", "application/octet-stream");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, recorder_.live.body);
  EXPECT_EQ(get("/targets/kubelet/debug/pprof/symbol?0x1").status, 200);
  EXPECT_EQ(recorder_.fetched, (std::vector<std::string>{"kubelet POST symbol 0x401000+0x402000", "kubelet symbol?0x1"}));

  const auto with_surplus = post("/targets/kubelet/debug/pprof/symbol?x=1", "0x1", "application/octet-stream");
  EXPECT_EQ(with_surplus.status, 400);
  for (const auto* type : {"application/x-www-form-urlencoded", "text/plain", ""}) {  // what a web page sends without asking
    EXPECT_EQ(post("/targets/kubelet/debug/pprof/symbol", "0x1", type).status, 415) << type;
  }
  for (const auto* path : {"heap", "", "profile", "symbol/x", "cmdline"}) {
    EXPECT_EQ(post("/targets/kubelet/debug/pprof/" + std::string(path), "0x1", "application/octet-stream").status, 405) << path;
  }
  auto foreign = request("POST", "/targets/kubelet/debug/pprof/symbol");
  foreign.headers = {};
  foreign.headers.add("Host", "evil.example");
  foreign.headers.add("Content-Type", "application/octet-stream");
  auto misdirected = ApiOptions();
  misdirected.loopback_only = true;
  api_.reconfigure(misdirected);
  EXPECT_EQ(ask(foreign).status, 421);
  EXPECT_EQ(recorder_.fetched.size(), 2U);
}

TEST_F(Live, RefusesAParameterThatIsGivenTwice) {
  const auto answer = get("/targets/kubelet/debug/pprof/profile?seconds=1&seconds=300");
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("is given twice"), std::string::npos) << answer.body;
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
  EXPECT_EQ(post("/targets/kubelet/debug/pprof/symbol", "0x1", "application/octet-stream").status, 403);
  EXPECT_TRUE(recorder_.fetched.empty());
}

}  // namespace
}  // namespace agent::api
