#include "agent/scrape/schedule.hpp"

#include "agent/scrape/retry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using agent::Duration;
using agent::SteadyTime;
using agent::model::ProfileType;
using agent::scrape::Rounds;
using namespace std::chrono_literals;

const std::vector<std::string> kComponents{"kube-apiserver", "kube-scheduler", "kube-controller-manager", "kubelet", "etcd", "kube-proxy"};
const std::vector<ProfileType> kTypes{ProfileType::kCpu,   ProfileType::kHeap,  ProfileType::kAllocs,      ProfileType::kGoroutine,
                                      ProfileType::kBlock, ProfileType::kMutex, ProfileType::kThreadcreate};

TEST(Schedule, SpreadsTheTypesOfATargetOverTheInterval) {
  for (const auto& component : kComponents) {
    std::vector<Duration> offsets;
    for (const auto type : kTypes) {
      offsets.push_back(agent::scrape::offset_of(component, type, 10s));
      EXPECT_GE(offsets.back(), 0s);
      EXPECT_LT(offsets.back(), 10s);
    }
    std::sort(offsets.begin(), offsets.end());
    for (std::size_t i = 1; i < offsets.size(); ++i) EXPECT_GT(offsets[i] - offsets[i - 1], 700ms) << component;
  }
}

TEST(Schedule, KeepsTheTargetsApart) {
  std::vector<Duration> offsets;
  for (const auto& component : kComponents) {
    for (const auto type : kTypes) offsets.push_back(agent::scrape::offset_of(component, type, 10s));
  }
  // In no second of the interval do more than a fifth of the 42 begin.
  for (Duration begin{0}; begin < 9s; begin += 100ms) {
    const auto count =
        std::count_if(offsets.begin(), offsets.end(), [&](Duration offset) { return offset >= begin && offset < begin + 1s; });
    EXPECT_LE(count, 8) << agent::format_duration(begin);
  }
}

TEST(Schedule, KeepsThePhaseOverARestart) {
  const agent::model::ProfilePlan plan{ProfileType::kHeap, 10s, 0s};
  const auto wall = agent::from_unix_nanos(1'790'000'003'123'456'789);
  const SteadyTime steady(1000s);
  const auto first = agent::scrape::anchor_of("etcd", plan, steady, wall);
  EXPECT_LE(first, steady);
  EXPECT_GT(first, steady - 10s);
  // Another boot, 1234.5 s of wall time later: rounds still begin at the same wall times.
  const SteadyTime other(77s);
  const auto second = agent::scrape::anchor_of("etcd", plan, other, wall + 1234500ms);
  EXPECT_EQ(((wall + (first - steady)) - (wall + 1234500ms + (second - other))) % 10s, 0s);
}

TEST(Rounds, CountsOnlyRoundsThatCouldNotBeginInTheirInterval) {
  Rounds rounds(SteadyTime(100s), 10s);
  EXPECT_EQ(rounds.due(), SteadyTime(110s));
  EXPECT_EQ(rounds.begin(SteadyTime(110s)), 0U);
  EXPECT_EQ(rounds.due(), SteadyTime(120s));
  EXPECT_EQ(rounds.begin(SteadyTime(129s)), 0U);  // late, but within its round
  EXPECT_EQ(rounds.due(), SteadyTime(130s));
  EXPECT_EQ(rounds.begin(SteadyTime(155s)), 2U);  // rounds 3 and 4 went by
  EXPECT_EQ(rounds.due(), SteadyTime(160s));
}

TEST(Rounds, NeitherDriftNorBurstAfterALongPause) {
  Rounds rounds(SteadyTime(0s), 10s);
  EXPECT_EQ(rounds.begin(SteadyTime(10s + 3ms)), 0U);
  EXPECT_EQ(rounds.due(), SteadyTime(20s));
  EXPECT_EQ(rounds.begin(SteadyTime(1h + 3s)), 358U);
  EXPECT_EQ(rounds.due(), SteadyTime(1h + 10s));  // one, then on as before
}

TEST(Rounds, RoundsLeftOutOnPurposeAreNotMissed) {
  Rounds rounds(SteadyTime(0s), 10s);
  EXPECT_EQ(rounds.begin(SteadyTime(10s)), 0U);
  rounds.skip(9);
  EXPECT_EQ(rounds.due(), SteadyTime(110s));
  EXPECT_EQ(rounds.begin(SteadyTime(110s)), 0U);
}

TEST(Retry, StaysInsideTheRoundAndIsBounded) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    agent::scrape::Jitter jitter(seed);
    SteadyTime now(100s);
    const SteadyTime end(110s);
    std::uint32_t retries = 0;
    for (auto next = agent::scrape::next_retry(now, end, 1s, retries, jitter); next;
         next = agent::scrape::next_retry(now, end, 1s, retries, jitter)) {
      EXPECT_GT(*next, now);
      EXPECT_LE(*next + 1s, end);
      now = *next;
      ++retries;
    }
    EXPECT_GE(retries, 3U);
    EXPECT_LE(retries, agent::scrape::kMaxBusyRetries);
  }
}

TEST(Retry, DoesNotBeginWhatCannotEndInTheRound) {
  agent::scrape::Jitter jitter(1);
  EXPECT_FALSE(agent::scrape::next_retry(SteadyTime(105s), SteadyTime(110s), 5s, 0, jitter));
  EXPECT_TRUE(agent::scrape::next_retry(SteadyTime(104s), SteadyTime(110s), 5s, 0, jitter));
}

}  // namespace
