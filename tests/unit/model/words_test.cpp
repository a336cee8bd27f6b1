// The words of the API, the configuration, metric labels and file names. Changing one breaks users.
#include "agent/model/capture.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/model/target_status.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace agent::model {
namespace {

TEST(ProfileType, WordsAreReadBack) {
  std::set<std::string_view> words;
  for (const auto type : kAllProfileTypes) {
    EXPECT_EQ(*parse_profile_type(to_string(type)), type);
    EXPECT_TRUE(words.insert(to_string(type)).second) << to_string(type);
  }
  const std::set<std::string_view> expected{"cpu",   "heap",         "allocs", "goroutine",       "block",
                                            "mutex", "threadcreate", "trace",  "goroutine-debug2"};
  EXPECT_EQ(words, expected);
}

TEST(ProfileType, AnUnknownWordIsToldTheKnownOnes) {
  for (const char* word : {"", "CPU", "profile", "cpu "}) {
    const auto type = parse_profile_type(word);
    ASSERT_FALSE(type) << word;
    EXPECT_EQ(type.error().code(), Errc::kInvalidArgument);
    EXPECT_NE(type.error().message().find("known: cpu, heap, allocs"), std::string::npos);
  }
}

TEST(ProfileType, KnowsItsNature) {
  std::string pprof;
  std::string timed;
  std::string cumulative;
  for (const auto type : kAllProfileTypes) {
    const std::string word = std::string(to_string(type)) + " ";
    if (is_pprof(type)) pprof += word;
    if (has_duration(type)) timed += word;
    if (is_cumulative(type)) cumulative += word;
  }
  EXPECT_EQ(pprof, "cpu heap allocs goroutine block mutex threadcreate ");
  EXPECT_EQ(timed, "cpu trace ");
  EXPECT_EQ(cumulative, "heap allocs block mutex ");
}

TEST(Cause, WordsAreReadBack) {
  for (const auto cause : {Cause::kSchedule, Cause::kIncident, Cause::kManual}) EXPECT_EQ(*parse_cause(to_string(cause)), cause);
  EXPECT_EQ(to_string(Cause::kSchedule), "schedule");
  EXPECT_EQ(parse_cause("never").error().message(), "unknown cause \"never\"; known: schedule, incident, manual");
}

TEST(States, HaveTheirWords) {
  EXPECT_EQ(to_string(CaptureState::kRunning), "running");
  EXPECT_EQ(to_string(CaptureState::kSucceeded), "succeeded");
  EXPECT_EQ(to_string(CaptureState::kPartial), "partial");
  EXPECT_EQ(to_string(CaptureState::kFailed), "failed");
  EXPECT_EQ(to_string(CaptureState::kCancelled), "cancelled");
  EXPECT_EQ(to_string(TargetHealth::kUnknown), "unknown");
  EXPECT_EQ(to_string(TargetHealth::kUp), "up");
  EXPECT_EQ(to_string(TargetHealth::kDown), "down");
  EXPECT_EQ(to_string(ProfileState::kPending), "pending");
  EXPECT_EQ(to_string(ProfileState::kOk), "ok");
  EXPECT_EQ(to_string(ProfileState::kEmpty), "empty");
  EXPECT_EQ(to_string(ProfileState::kFailing), "failing");
}

}  // namespace
}  // namespace agent::model
