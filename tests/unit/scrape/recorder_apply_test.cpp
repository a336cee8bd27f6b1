#include "agent/scrape/recorder.hpp"
#include "tests/unit/scrape/fake_target.hpp"

#include <gtest/gtest.h>

namespace {

using agent::model::ProfileState;
using agent::model::ProfileType;
using tests::FakeNode;
using tests::target_named;
using namespace std::chrono_literals;

agent::model::Target cpu_target(const std::string& component, agent::Duration duration = 5s) {
  return target_named(component, {{ProfileType::kCpu, 20s, duration}, {ProfileType::kHeap, 10s, 0s}});
}

/// Lets time pass until a cpu profile of `component` runs.
void pass_until_profiling(FakeNode& node, const std::string& component) {
  for (int i = 0;
       i < 1000 && (node.fake(component)->asked.empty() || node.fake(component)->asked.back().second.find("/profile") == std::string::npos);
       ++i) {
    node.pass(100ms);
  }
}

TEST(RecorderApply, LeavesUnchangedTargetsAndTheirFetchesAlone) {
  FakeNode node;
  node.apply({cpu_target("a"), cpu_target("b")});
  node.start();
  pass_until_profiling(node, "a");
  const auto before = node.fake("a")->times_of("/profile").size();
  for (int i = 0; i < 20; ++i) {
    node.apply({cpu_target("a"), target_named("b", {{ProfileType::kHeap, 10s, 0s}})});
    node.pass(1s);
    node.apply({cpu_target("a"), cpu_target("b")});
    node.pass(1s);
  }
  EXPECT_EQ(node.fake("a")->cancelled, 0);
  EXPECT_EQ(node.fake("a")->times_of("/profile").size(), before + 2);
  EXPECT_EQ(node.status("a", ProfileType::kCpu).missed_rounds, 0U);
  EXPECT_EQ(node.status("a", ProfileType::kCpu).scrapes, before + 1);
}

TEST(RecorderApply, AFetchOfAChangedTargetIsNotDropped) {
  FakeNode node;
  node.apply({cpu_target("a")});
  node.start();
  pass_until_profiling(node, "a");
  auto changed = cpu_target("a");
  changed.limits.header_timeout = 3s;
  node.apply({changed});
  node.pass(6s);
  EXPECT_EQ(node.fake("a")->cancelled, 0);
  EXPECT_EQ(node.status("a", ProfileType::kCpu).scrapes, 1U);  // counted for the target as it is now
  const auto stored = node.stored();
  EXPECT_TRUE(std::any_of(stored.begin(), stored.end(), [](const auto& info) { return info.type == ProfileType::kCpu; }));
  node.pass(60s);
  EXPECT_EQ(node.status("a", ProfileType::kCpu).scrapes, 4U);  // the old loop has ended: one a round
}

TEST(RecorderApply, AGoneTargetStopsAtOnceAndItsSeriesGo) {
  FakeNode node;
  node.apply({cpu_target("a"), cpu_target("b")});
  node.start();
  pass_until_profiling(node, "a");
  EXPECT_NE(node.metrics.serialize().find("component=\"a\""), std::string::npos);
  node.apply({cpu_target("b")});
  node.pass(100ms);
  EXPECT_EQ(node.fake("a")->cancelled, 1);
  EXPECT_EQ(node.recorder().targets().size(), 1U);
  EXPECT_EQ(node.metrics.serialize().find("component=\"a\""), std::string::npos);
  const auto asked = node.fake("a")->asked.size();
  node.pass(60s);
  EXPECT_EQ(node.fake("a")->asked.size(), asked);
  EXPECT_GE(node.status("b", ProfileType::kHeap).scrapes, 6U);
}

TEST(RecorderApply, ATargetWithoutAUsableUrlIsShownWithItsCause) {
  FakeNode node;
  auto target = cpu_target("a");
  target.url.clear();
  node.apply({target});
  node.start();
  node.pass(20s);
  ASSERT_TRUE(node.status("a", ProfileType::kHeap).failure);
  EXPECT_EQ(node.status("a", ProfileType::kHeap).failure->cause, "invalid_url");
}

TEST(RecorderApply, StopCancelsFetchesAndEndsRun) {
  FakeNode node;
  node.apply({cpu_target("a")});
  node.start();
  pass_until_profiling(node, "a");
  EXPECT_FALSE(node.has_returned());
  node.stop();
  EXPECT_TRUE(node.has_returned());
  EXPECT_EQ(node.fake("a")->cancelled, 1);
  EXPECT_EQ(node.clock.sleeping(), 0U);
}

TEST(RecorderApply, RunsWithoutTargetsAndTakesThemLater) {
  FakeNode node;
  node.start();
  node.pass(1h, 10s);
  EXPECT_FALSE(node.has_returned());
  node.apply({cpu_target("a")});
  node.pass(20s);
  EXPECT_GE(node.status("a", ProfileType::kHeap).scrapes, 1U);
}

TEST(RecorderApply, ASteppedWallClockDisturbsNoRound) {
  FakeNode node;
  node.apply({cpu_target("a")});
  node.start();
  node.pass(1min);
  node.clock.step_wall(-1h);
  node.pass(1min);
  node.clock.step_wall(48h);
  node.pass(1min);
  EXPECT_EQ(node.fake("a")->times_of("/heap").size(), 18U);
  EXPECT_EQ(node.status("a", ProfileType::kHeap).missed_rounds, 0U);
}

}  // namespace
