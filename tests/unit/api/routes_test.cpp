#include "agent/api/routes.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace agent::api {
namespace {

TEST(Routes, AreAllDifferentAndHaveAHandler) {
  std::set<std::string> seen;
  for (const auto& route : routes()) {
    EXPECT_TRUE(seen.insert(std::string(route.method) + " " + std::string(route.pattern)).second) << route.pattern;
    EXPECT_NE(route.handler, nullptr) << route.pattern;
  }
}

TEST(Routes, PassTheQueryOnToTargetsOnly) {
  for (const auto& route : routes()) {
    EXPECT_EQ(route.query == QueryUse::kPassedOn, (route.method == "GET" && route.pattern.starts_with("/targets/"))) << route.pattern;
  }
}

}  // namespace
}  // namespace agent::api
