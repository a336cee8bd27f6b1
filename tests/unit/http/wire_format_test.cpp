#include "agent/http/wire_format.hpp"

#include <gtest/gtest.h>

namespace {

using namespace agent::http;

TEST(RequestTarget, SplitsPathAndQueryAndDecodesParameters) {
  ServerRequest request;
  ASSERT_TRUE(parse_request_target("/a%2Fb/c?x=1&y=a+b%2B&z&&=v", request));
  EXPECT_EQ(request.path, "/a%2Fb/c");
  EXPECT_EQ(request.query, "x=1&y=a+b%2B&z&&=v");
  ASSERT_EQ(request.params.size(), 4U);
  EXPECT_EQ(*request.param("y"), "a b+");
  EXPECT_EQ(*request.param("z"), "");
  EXPECT_EQ(request.param("absent"), nullptr);
}

TEST(RequestTarget, TakesTheAbsoluteFormOfProxies) {
  ServerRequest request;
  ASSERT_TRUE(parse_request_target("http://host:80/path?u=http://x/", request));
  EXPECT_EQ(request.path, "/path");
  EXPECT_EQ(*request.param("u"), "http://x/");
  ServerRequest bare;
  ASSERT_TRUE(parse_request_target("http://host", bare));
  EXPECT_EQ(bare.path, "/");
}

TEST(RequestTarget, APathMayHoldAUrl) {
  ServerRequest request;
  ASSERT_TRUE(parse_request_target("/get/http://x", request));
  EXPECT_EQ(request.path, "/get/http://x");
}

TEST(RequestTarget, RefusesWhatIsNoPathAndBrokenEscapes) {
  for (const char* target : {"host:443", "x", "/a?b=%zz", "/a?%=1"}) {
    ServerRequest request;
    EXPECT_FALSE(parse_request_target(target, request)) << target;
  }
}

TEST(Fields, NoValueCanAddALine) {
  std::string text;
  append_field(text, "X-Cause", "a\r\nSet-Cookie: b");
  EXPECT_EQ(text, "X-Cause: a  Set-Cookie: b\r\n");
}

TEST(Date, IsWrittenAsRfc9110Wants) {
  EXPECT_EQ(http_date(agent::from_unix_nanos(784111777'000'000'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Headers, CompareWithoutCaseAndGiveTheFirst) {
  Headers headers;
  headers.add("Content-Type", "a");
  headers.add("content-type", "b");
  EXPECT_EQ(headers.get("CONTENT-TYPE"), "a");
  EXPECT_EQ(headers.get("Content"), "");
}

}  // namespace
