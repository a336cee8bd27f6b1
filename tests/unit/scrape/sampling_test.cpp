#include "agent/scrape/sampling.hpp"

#include <gtest/gtest.h>

namespace {

using agent::SteadyTime;
using agent::model::ProfileType;
using agent::scrape::Sampling;
using agent::scrape::sampling_in;
using agent::scrape::SamplingState;
using Change = agent::scrape::SamplingState::Change;
using namespace std::chrono_literals;

constexpr SteadyTime kStart(1h);

TEST(Sampling, IsReadFromTheTextOfGo) {
  EXPECT_EQ(sampling_in("--- mutex:\ncycles/second=2400000000\nsampling period=0\n"), Sampling::kOff);
  EXPECT_EQ(sampling_in("--- mutex:\ncycles/second=2400000000\nsampling period=5\n"), Sampling::kOn);
  EXPECT_EQ(sampling_in("--- mutex:\ncycles/second=1\nsampling period=1\n123 4 @ 0x1\n"), Sampling::kOn);
  for (const auto* text : {"", "--- mutex:\n", "--- mutex:\nsampling period=", "--- mutex:\nsampling period=x\n",
                           "<html>\nsampling period=0\n", "--- contention:\nsampling period=0\n", "--- mutex:\nsampling period=-1\n"}) {
    EXPECT_EQ(sampling_in(text), Sampling::kUnknown) << text;
  }
}

TEST(Sampling, AMutexProfileThatIsOffIsNoticedOnceAndAskedForEverMoreRarely) {
  SamplingState state(ProfileType::kMutex);
  EXPECT_EQ(state.stride(), 1U);
  EXPECT_TRUE(state.must_ask());
  EXPECT_EQ(state.on_profile(0, Sampling::kOff, kStart), Change::kBecameEmpty);
  EXPECT_TRUE(state.is_empty());
  EXPECT_EQ(state.stride(), 10U);
  EXPECT_TRUE(state.must_ask()) << "it may be turned on";
  EXPECT_EQ(state.on_profile(0, Sampling::kOff, kStart), Change::kNone);
  EXPECT_EQ(state.stride(), 20U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(state.on_profile(0, Sampling::kOff, kStart), Change::kNone);
  EXPECT_EQ(state.stride(), 60U);
  EXPECT_EQ(state.on_profile(3, Sampling::kUnknown, kStart), Change::kBecameSampled);
  EXPECT_EQ(state.stride(), 1U);
  EXPECT_EQ(state.on_profile(3, Sampling::kUnknown, kStart), Change::kNone);
}

TEST(Sampling, AMutexProfileWithoutContentionIsAskedForAsUsual) {
  SamplingState state(ProfileType::kMutex);
  EXPECT_EQ(state.on_profile(0, Sampling::kOn, kStart), Change::kNone);
  EXPECT_FALSE(state.must_ask()) << "once for a process";
  for (auto now = kStart; now < kStart + 24h; now += 1min) {
    EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, now), Change::kNone);
    EXPECT_EQ(state.stride(), 1U);
    EXPECT_FALSE(state.is_empty());
  }
  state.on_new_process();
  EXPECT_TRUE(state.must_ask());
}

TEST(Sampling, OneThatIsTurnedOnIsAskedForAsUsualAgain) {
  SamplingState state(ProfileType::kMutex);
  EXPECT_EQ(state.on_profile(0, Sampling::kOff, kStart), Change::kBecameEmpty);
  EXPECT_EQ(state.on_profile(0, Sampling::kOn, kStart), Change::kNone);
  EXPECT_FALSE(state.is_empty());
  EXPECT_EQ(state.stride(), 1U);
}

TEST(Sampling, ABlockProfileIsTakenForOffOnlyAfterMinutes) {
  SamplingState state(ProfileType::kBlock);
  EXPECT_FALSE(state.must_ask());
  auto now = kStart;
  for (; now < kStart + 5min; now += 10s) {
    EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, now), Change::kNone);
    EXPECT_EQ(state.stride(), 1U);
  }
  EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, now), Change::kBecameEmpty);
  EXPECT_TRUE(state.is_empty());
  EXPECT_EQ(state.stride(), 10U);
  EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, now + 100s), Change::kNone);
  EXPECT_EQ(state.stride(), 20U);
  EXPECT_EQ(state.on_profile(1, Sampling::kUnknown, now + 300s), Change::kBecameSampled);
  EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, now + 310s), Change::kNone) << "they begin anew";
  EXPECT_EQ(state.stride(), 1U);
}

TEST(Sampling, TwoEmptyProfilesSayNothingHoweverFarApart) {
  SamplingState state(ProfileType::kBlock);
  EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, kStart), Change::kNone);
  EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, kStart + 1h), Change::kNone);
  EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, kStart + 2h), Change::kBecameEmpty);
}

TEST(Sampling, AMutexProfileWhoseTextSaysNothingIsJudgedAsABlockProfile) {
  SamplingState state(ProfileType::kMutex);
  EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, kStart), Change::kNone);
  EXPECT_FALSE(state.must_ask()) << "once";
  EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, kStart + 4min), Change::kNone);
  EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, kStart + 5min), Change::kBecameEmpty);
}

TEST(Sampling, AnIdleProcessIsNotTakenForOneThatIsNotSampled) {
  SamplingState state(ProfileType::kCpu);
  EXPECT_FALSE(state.must_ask());
  for (int hours = 0; hours < 5; ++hours) EXPECT_EQ(state.on_profile(0, Sampling::kUnknown, kStart + hours * 1h), Change::kNone);
  EXPECT_FALSE(state.is_empty());
  EXPECT_EQ(state.stride(), 1U);
}

TEST(Sampling, AnotherProcessIsAskedAtOnceAndNotReportedAgain) {
  SamplingState state(ProfileType::kMutex);
  EXPECT_EQ(state.on_profile(0, Sampling::kOff, kStart), Change::kBecameEmpty);
  state.on_new_process();
  EXPECT_EQ(state.stride(), 1U);
  EXPECT_EQ(state.on_profile(0, Sampling::kOff, kStart + 10s), Change::kNone);
  EXPECT_EQ(state.stride(), 10U);
}

}  // namespace
