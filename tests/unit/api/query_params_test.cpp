#include "agent/api/query_params.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace agent::api {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow = from_unix_nanos(1'795'498'588'000'000'000);

http::ServerRequest with(std::vector<std::pair<std::string, std::string>> params) {
  http::ServerRequest request;
  request.params = std::move(params);
  return request;
}

TEST(CheckParams, NamesTheValidOnesWhenOneIsUnknown) {
  constexpr std::array<std::string_view, 2> kKnown{"component", "type"};
  EXPECT_TRUE(check_params(with({{"type", "heap"}}), kKnown));
  const auto unknown = check_params(with({{"kind", "heap"}}), kKnown);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message(), "unknown parameter \"kind\"; valid: component, type");
  const auto none = check_params(with({{"kind", "heap"}}), {});
  EXPECT_EQ(none.error().message(), "unknown parameter \"kind\"; valid: none");
}

TEST(CheckParams, RefusesOneThatIsGivenTwice) {
  constexpr std::array<std::string_view, 1> kKnown{"type"};
  const auto twice = check_params(with({{"type", "heap"}, {"type", "cpu"}}), kKnown);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().message(), "parameter \"type\" is given twice");
}

TEST(SnapshotQuery, ReadsEveryParameter) {
  const auto query = parse_snapshot_query(with({{"component", "kubelet"},
                                                {"type", "heap"},
                                                {"from", "-15m"},
                                                {"to", "1795498588.5"},
                                                {"cause", "manual"},
                                                {"before", "679fcc7b9b4003f1"}}),
                                          kNow);
  ASSERT_TRUE(query) << query.error().message();
  EXPECT_EQ(query->component, "kubelet");
  EXPECT_EQ(query->type, model::ProfileType::kHeap);
  EXPECT_EQ(query->from, kNow - 15min);
  EXPECT_EQ(query->to, kNow + 500ms);
  EXPECT_EQ(query->cause, model::Cause::kManual);
  EXPECT_EQ(query->before->value, 0x679fcc7b9b4003f1U);
}

TEST(SnapshotQuery, NamesTheParameterThatIsWrong) {
  for (const auto* name : {"type", "from", "to", "cause", "before", "component"}) {
    const auto query = parse_snapshot_query(with({{name, ""}}), kNow);
    ASSERT_FALSE(query) << name;
    EXPECT_TRUE(query.error().message().starts_with(std::string(name) + ": ")) << query.error().message();
  }
}

TEST(SnapshotQuery, RefusesAWindowThatEndsBeforeItBegins) {
  const auto query = parse_snapshot_query(with({{"from", "-1m"}, {"to", "-2m"}}), kNow);
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().code(), Errc::kInvalidArgument);
}

TEST(Limit, IsOneToAThousandAndAHundredWhenAbsent) {
  EXPECT_EQ(*parse_limit(with({})), 100U);
  EXPECT_EQ(*parse_limit(with({{"limit", "1000"}})), 1000U);
  for (const auto* text : {"0", "1001", "-1", "", "ten", "5x", "99999999999999999999"}) {
    EXPECT_FALSE(parse_limit(with({{"limit", text}}))) << text;
  }
}

}  // namespace
}  // namespace agent::api
