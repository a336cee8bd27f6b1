#include "tests/unit/api/api_fixture.hpp"

#include <boost/json.hpp>

namespace agent::api {
namespace {

namespace json = boost::json;

using Captures = tests::ApiTest;

TEST_F(Captures, AreAcceptedAndFoundWhereLocationSays) {
  const auto answer = post("/api/v1/captures", R"({"components":["etcd"],"types":["heap"],"reason":"slow"})");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.headers.get("Location"), "/api/v1/captures/c1");
  const auto capture = json::parse(get(answer.headers.get("Location")).body).as_object();
  EXPECT_EQ(capture.at("state"), "running");
  EXPECT_EQ(json::serialize(capture.at("components")), R"(["etcd"])");
  EXPECT_EQ(capture.at("reason"), "slow");
  EXPECT_TRUE(capture.at("finished").is_null());
  EXPECT_EQ(get("/api/v1/captures/c9").status, 404);
}

TEST_F(Captures, AreListedNewestFirst) {
  for (int i = 0; i < 2; ++i) {
    post("/api/v1/captures", "{}");
    recorder_.all_captures.back().started = from_unix_nanos(i);
  }
  const auto list = json::parse(get("/api/v1/captures").body).at("captures").as_array();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].at("id"), "c2");
}

TEST_F(Captures, NeedJsonSoThatNoWebFormCanStartOne) {
  EXPECT_EQ(post("/api/v1/captures", "{}", "text/plain").status, 415);
  EXPECT_EQ(post("/api/v1/captures", "{}", "application/jsonp").status, 415);
  EXPECT_EQ(post("/api/v1/captures", "{}", "Application/JSON; charset=utf-8").status, 202);
}

TEST_F(Captures, AreRefusedWithTheReasonOfTheRecorder) {
  EXPECT_EQ(post("/api/v1/captures", "{").status, 400);
  recorder_.refusal = Error(Errc::kNotFound, "no target \"kubelt\"; there are: kubelet");
  EXPECT_EQ(post("/api/v1/captures", "{}").status, 404);
  recorder_.refusal = Error(Errc::kUnavailable, "100 captures run", "too_many_captures");
  const auto busy = post("/api/v1/captures", "{}");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(json::parse(busy.body).at("error"), "too_many_captures");
}

}  // namespace
}  // namespace agent::api
