#include "agent/api/readiness.hpp"

#include <gtest/gtest.h>

namespace agent::api {
namespace {

model::TargetStatus target(const std::string& component, model::TargetHealth health, const std::string& cause = "") {
  model::TargetStatus status;
  status.target.component = component;
  status.health = health;
  status.profiles.emplace_back();
  if (!cause.empty()) status.profiles.back().failure = model::ScrapeFailure{cause, "", "", {}};
  return status;
}

using Reasons = std::vector<std::string>;

TEST(Readiness, OneTargetThatIsUpIsEnough) {
  EXPECT_EQ(
      reasons_not_ready("", {}, {target("kubelet", model::TargetHealth::kDown, "forbidden"), target("etcd", model::TargetHealth::kUp)}),
      Reasons{});
}

TEST(Readiness, NamesTheCauseOfEachTargetThatIsDown) {
  EXPECT_EQ(reasons_not_ready("", {},
                              {target("kubelet", model::TargetHealth::kDown, "forbidden"),
                               target("etcd", model::TargetHealth::kDown, "connection_refused")}),
            Reasons{"no target is up: kubelet: forbidden; etcd: connection_refused"});
}

TEST(Readiness, TellsApartNoTargetAndNoAnswerYet) {
  EXPECT_EQ(reasons_not_ready("", {}, {}), Reasons{"no target: none is configured, and no known component was found on this node"});
  EXPECT_EQ(reasons_not_ready("", {}, {target("etcd", model::TargetHealth::kUnknown)}), Reasons{"no target has answered yet"});
}

TEST(Readiness, SaysWhyTheStoreTakesNothing) {
  store::StoreState full;
  full.writable = false;
  full.reason = "no space left on device";
  EXPECT_EQ(reasons_not_ready("stopping", full, {target("etcd", model::TargetHealth::kUp)}),
            (Reasons{"the agent is stopping", "the store is not writable: no space left on device"}));
}

}  // namespace
}  // namespace agent::api
