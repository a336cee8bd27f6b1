#include "agent/api/host_guard.hpp"

#include <gtest/gtest.h>

namespace agent::api {
namespace {

TEST(IsLoopback, KnowsTheNamesOfThisMachine) {
  for (const auto* host : {"localhost", "LocalHost:9912", "localhost.", "x.localhost:1", "127.0.0.1", "127.0.0.1:9912", "127.8.9.10",
                           "[::1]", "[::1]:9912", "::1"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
}

TEST(IsLoopback, RefusesAllOtherNames) {
  for (const auto* host : {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "128.0.0.1", "0.0.0.0:9912", "[::]:9912",
                           "10.0.0.1", "127.1", "0x7f000001", "evil.example:127", "[2001:db8::1]:9912", "notlocalhost"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

}  // namespace
}  // namespace agent::api
