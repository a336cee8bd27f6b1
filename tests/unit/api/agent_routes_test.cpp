#include "tests/unit/api/api_fixture.hpp"

#include <boost/json.hpp>

namespace agent::api {
namespace {

namespace json = boost::json;

class AgentRoutes : public tests::ApiTest {
 protected:
  void add_target(const std::string& component, model::TargetHealth health) {
    model::TargetStatus status;
    status.target.component = component;
    status.target.url = "https://127.0.0.1:10250";
    status.health = health;
    recorder_.statuses.push_back(status);
  }
};

TEST_F(AgentRoutes, HealthNeedsNothing) {
  EXPECT_EQ(get("/healthz").body, "ok\n");
}

TEST_F(AgentRoutes, ReadinessSaysWhyNot) {
  EXPECT_EQ(get("/readyz").status, 503);
  add_target("etcd", model::TargetHealth::kUp);
  EXPECT_EQ(get("/readyz").body, "{\"ready\":true,\"reasons\":[]}\n");
  store_.current.writable = false;
  store_.current.reason = "read-only file system";
  const auto answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "{\"ready\":false,\"reasons\":[\"the store is not writable: read-only file system\"]}\n");
}

TEST_F(AgentRoutes, StatusCountsTargetsAndTellsOfTheStore) {
  add_target("etcd", model::TargetHealth::kUp);
  add_target("kubelet", model::TargetHealth::kDown);
  add_target("crio", model::TargetHealth::kUnknown);
  store_.current.bytes = 4096;
  const auto status = json::parse(get("/api/v1/status").body).as_object();
  EXPECT_EQ(status.at("version"), "1.2.3");
  EXPECT_EQ(status.at("uptimeSeconds"), 1000);
  EXPECT_EQ(json::serialize(status.at("targets")), R"({"total":3,"up":1,"down":1,"unknown":1})");
  EXPECT_EQ(status.at("store").at("bytes"), 4096);
  EXPECT_TRUE(status.at("store").at("oldest").is_null());
  EXPECT_TRUE(status.at("config").at("file").is_null());
}

TEST_F(AgentRoutes, MetricsAreServedAsPrometheusExpects) {
  metrics_.counter("kprofd_things_total", "Things.").add(2);
  const auto answer = get("/metrics");
  EXPECT_EQ(answer.headers.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(answer.body.find("kprofd_things_total 2"), std::string::npos);
}

TEST_F(AgentRoutes, MetricsAreRefreshedBeforeTheyAreCollected) {
  const auto things = metrics_.gauge("kprofd_things", "Things.");
  before_metrics_ = [things] { things.set(7); };
  EXPECT_NE(get("/metrics").body.find("kprofd_things 7"), std::string::npos);
}

TEST_F(AgentRoutes, OpenApiIsTheFileOfTheSource) {
  EXPECT_TRUE(get("/api/v1/openapi.yaml").body.starts_with("openapi: 3.1.0\n"));
  EXPECT_TRUE(get("/api/v1/openapi.yaml").body.ends_with("\n"));
}

TEST_F(AgentRoutes, WhatIsNotThereIsAnErrorInJson) {
  const auto lost = get("/api/v2/status");
  EXPECT_EQ(lost.status, 404);
  EXPECT_EQ(json::parse(lost.body).at("error"), "not_found");
  const auto wrong = ask(request("DELETE", "/api/v1/captures"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.get("Allow"), "GET, HEAD, POST");
}

TEST_F(AgentRoutes, OnLoopbackAForeignHostIsRefused) {
  auto foreign = request("GET", "/api/v1/status");
  foreign.headers = {};
  foreign.headers.add("Host", "evil.example:9912");
  EXPECT_EQ(ask(foreign).status, 421);
  ApiOptions open;
  open.loopback_only = false;
  api_.reconfigure(open);
  EXPECT_EQ(ask(foreign).status, 200);
}

}  // namespace
}  // namespace agent::api
