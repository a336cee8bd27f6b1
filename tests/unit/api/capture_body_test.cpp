#include "agent/api/capture_body.hpp"

#include <gtest/gtest.h>

namespace agent::api {
namespace {

std::string refusal(std::string_view body) {
  const auto parsed = parse_capture_request(body);
  return parsed ? "accepted" : parsed.error().message();
}

TEST(CaptureBody, ReadsEveryField) {
  const auto request = parse_capture_request(R"({"components":["kubelet","etcd"],"types":["cpu","heap"],"seconds":25,"reason":"slow"})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->components, (std::vector<std::string>{"kubelet", "etcd"}));
  EXPECT_EQ(request->types, (std::vector{model::ProfileType::kCpu, model::ProfileType::kHeap}));
  EXPECT_EQ(request->seconds, std::chrono::seconds(25));
  EXPECT_EQ(request->reason, "slow");
}

TEST(CaptureBody, MayBeEmptyOrLeaveOutAll) {
  for (const auto* body : {"", "{}"}) {
    const auto request = parse_capture_request(body);
    ASSERT_TRUE(request) << body;
    EXPECT_TRUE(request->components.empty() && request->types.empty() && !request->seconds);
  }
}

TEST(CaptureBody, SaysWhichKeyIsWrongAndWhatIsExpected) {
  EXPECT_EQ(refusal(R"({"component":"x"})"), "unknown key \"component\"; valid: components, types, seconds, reason");
  EXPECT_EQ(refusal(R"({"components":"x"})"), "components: expected a list of strings");
  EXPECT_EQ(refusal(R"({"components":[1]})"), "components: expected a list of strings");
  EXPECT_EQ(refusal(R"({"seconds":"5"})"), "seconds: expected a whole number from 1 to 300");
  EXPECT_EQ(refusal(R"({"seconds":0})"), "seconds: expected a whole number from 1 to 300");
  EXPECT_EQ(refusal(R"({"seconds":1.5})"), "seconds: expected a whole number from 1 to 300");
  EXPECT_EQ(refusal(R"({"seconds":null})"), "seconds: expected a whole number from 1 to 300");
  EXPECT_EQ(refusal(R"({"seconds":300})"), "accepted");
  EXPECT_EQ(refusal(R"({"seconds":301})"), "seconds: expected a whole number from 1 to 300");
  EXPECT_EQ(refusal(R"({"seconds":1e9})"), "seconds: expected a whole number from 1 to 300");
  EXPECT_EQ(refusal("[]"), "the body must be a JSON object");
  EXPECT_TRUE(refusal(R"({"types":["heaps"]})").starts_with("types: unknown profile type \"heaps\"")) << refusal(R"({"types":["heaps"]})");
  EXPECT_EQ(refusal(R"({"reason":")" + std::string(1001, 'x') + "\"}"), "reason: expected a text of at most 1000 bytes");
}

TEST(CaptureBody, RefusesWhatIsNotJson) {
  EXPECT_TRUE(refusal("{").starts_with("the body is not JSON: "));
  EXPECT_TRUE(refusal("{} x").starts_with("the body is not JSON: "));
  EXPECT_TRUE(refusal(std::string(100'000, '[')).starts_with("the body is not JSON: "));
}

}  // namespace
}  // namespace agent::api
