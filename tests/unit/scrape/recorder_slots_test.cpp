// How many requests run at once, and that a target which hangs holds up nobody else.
#include "agent/scrape/recorder.hpp"
#include "tests/unit/scrape/fake_target.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using agent::model::ProfileType;
using agent::model::TargetHealth;
using tests::FakeAnswer;
using tests::FakeNode;
using tests::kPlans;
using tests::target_named;
using namespace std::chrono_literals;

FakeAnswer hang(const std::string& /*path*/, agent::SteadyTime /*now*/) {
  return {24h, 200, ""};
}

TEST(RecorderSlots, HangingTargetsDelayNobodyElse) {
  agent::scrape::RecorderOptions options;
  options.max_in_flight = 1;
  FakeNode node(options);
  std::vector<agent::model::Target> targets{target_named("good", kPlans)};
  for (int i = 0; i < 12; ++i) {
    targets.push_back(target_named("bad" + std::to_string(i), kPlans));
    node.fake(targets.back().component)->answer = hang;
  }
  node.apply(targets);
  node.start();
  node.pass(10min, 250ms);
  for (const auto& plan : kPlans) {
    const auto status = node.status("good", plan.type);
    EXPECT_GE(status.scrapes, 59U) << agent::model::to_string(plan.type);
    EXPECT_EQ(status.missed_rounds, 0U) << agent::model::to_string(plan.type);
    const auto bad = node.status("bad0", plan.type);
    ASSERT_TRUE(bad.failure);
    EXPECT_EQ(bad.failure->cause, "total_timeout");
  }
  EXPECT_LE(node.fake("bad0")->max_in_flight, 2);  // one cpu profile and one of the others
  EXPECT_EQ(node.recorder().targets()[1].health, TargetHealth::kDown);
}

/// Twelve targets that hang, or not, as the test says.
class ManyTargets : public testing::Test {
 protected:
  ManyTargets() {
    for (int i = 0; i < 12; ++i) {
      targets_.push_back(target_named("t" + std::to_string(i), kPlans));
      node_.fake(targets_.back().component)->answer = [this](const std::string& path, agent::SteadyTime now) {
        return do_hang_ ? hang(path, now) : tests::healthy(path, now);
      };
    }
    node_.apply(targets_);
    node_.start();
    node_.pass(1min, 250ms);  // each is known now
  }

  /// The most requests that were in flight at once during `span`.
  int most_in(agent::Duration span) {
    int most = 0;
    for (agent::Duration passed{0}; passed < span; passed += 250ms) {
      node_.pass(250ms, 250ms);
      int now = 0;
      for (const auto& target : targets_) now += node_.fake(target.component)->in_flight;
      most = std::max(most, now);
      EXPECT_NE(node_.metrics.serialize().find("kprofd_scrapes_in_flight " + std::to_string(now) + "\n"), std::string::npos) << now;
    }
    return most;
  }

  bool do_hang_ = false;
  FakeNode node_;  // of four slots
  std::vector<agent::model::Target> targets_;
};

TEST_F(ManyTargets, NeverHaveMoreRequestsInFlightThanTheSlotsWhileTheyAnswer) {
  EXPECT_LE(most_in(1min), 4);
  EXPECT_NE(node_.metrics.serialize().find("kprofd_scrapes_hanging 0\n"), std::string::npos);
}

TEST_F(ManyTargets, HaveOneEachInFlightWhenTheyHangAndNeverPassTheHardBound) {
  do_hang_ = true;
  EXPECT_NE(node_.metrics.serialize().find("kprofd_scrapes_in_flight_max 28\n"), std::string::npos);
  EXPECT_LE(most_in(1min), 28);  // all that was in flight as they began to hang may hang
  EXPECT_EQ(most_in(2min), 12);
  EXPECT_NE(node_.metrics.serialize().find("kprofd_scrapes_hanging 12\n"), std::string::npos);

  do_hang_ = false;
  node_.pass(1min, 250ms);
  EXPECT_LE(most_in(1min), 4);
  EXPECT_NE(node_.metrics.serialize().find("kprofd_scrapes_hanging 0\n"), std::string::npos);
}

TEST_F(ManyTargets, DelayNobodyWhoComesBack) {
  do_hang_ = true;
  node_.pass(3min, 250ms);
  EXPECT_EQ(node_.status("t0", ProfileType::kHeap).failure->cause, "total_timeout");
  node_.fake("t0")->answer = tests::healthy;
  node_.pass(30s, 250ms);  // until the one that hangs has timed out
  const auto before = node_.status("t0", ProfileType::kHeap);
  node_.pass(1min, 250ms);
  EXPECT_EQ(node_.status("t0", ProfileType::kHeap).scrapes - before.scrapes, 6U);
  EXPECT_EQ(node_.status("t0", ProfileType::kHeap).missed_rounds, before.missed_rounds);
}

TEST(RecorderSlots, HasAHardBoundOfRequestsHoweverManyTargetsHang) {
  FakeNode node;
  std::vector<agent::model::Target> targets;
  for (int i = 0; i < 60; ++i) {
    targets.push_back(target_named("t" + std::to_string(i), {{ProfileType::kHeap, 10s, 0s}}));
    node.fake(targets.back().component)->answer = hang;
  }
  node.apply(targets);
  node.start();
  int most = 0;
  for (int i = 0; i < 120; ++i) {
    node.pass(500ms, 500ms);
    int now = 0;
    for (const auto& target : targets) now += node.fake(target.component)->in_flight;
    most = std::max(most, now);
  }
  EXPECT_EQ(most, 32);
}

TEST(RecorderSlots, ALargeAnswerThatHangsHoldsUpNoLargeProfile) {
  FakeNode node;
  bool do_hang = false;
  const auto large = [](const std::string& /*path*/, agent::SteadyTime /*now*/) {
    return FakeAnswer{20ms, 200, "\x1f\x8b" + std::string(3 << 19, 'x')};
  };
  node.fake("good")->answer = large;
  for (const auto* bad : {"bad0", "bad1"}) {
    node.fake(bad)->answer = [&](const std::string& path, agent::SteadyTime now) { return do_hang ? hang(path, now) : large(path, now); };
  }
  std::vector<agent::model::Target> targets;
  for (const auto* name : {"good", "bad0", "bad1"}) targets.push_back(target_named(name, {{ProfileType::kHeap, 10s, 0s}}));
  node.apply(targets);
  node.start();
  node.pass(1min, 250ms);  // each is known to be large
  do_hang = true;
  node.pass(1min, 250ms);  // both have timed out
  const auto before = node.fake("good")->times_of("/heap").size();
  const auto missed = node.status("good", ProfileType::kHeap).missed_rounds;
  node.pass(5min, 250ms);
  EXPECT_EQ(node.fake("good")->times_of("/heap").size() - before, 30U);
  EXPECT_EQ(node.status("good", ProfileType::kHeap).missed_rounds, missed);
}

}  // namespace
