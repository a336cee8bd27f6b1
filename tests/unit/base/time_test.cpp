#include "agent/base/time.hpp"

#include <gtest/gtest.h>

namespace agent {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, ReadsUnitsAndSums) {
  EXPECT_EQ(*parse_duration("10s"), Duration(10s));
  EXPECT_EQ(*parse_duration("1m30s"), Duration(90s));
  EXPECT_EQ(*parse_duration("1.5s"), Duration(1500ms));
  EXPECT_EQ(*parse_duration("7d"), Duration(168h));
  EXPECT_EQ(*parse_duration("0"), Duration(0));
}

TEST(ParseDuration, RefusesWhatHasNoUnitOrNoSense) {
  for (const char* text : {"", "10", "s", "10x", "-5s", "1s2", "1e3s", "inf", "nans", "999999999d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(FormatDuration, IsReadBackAsTheSame) {
  for (const Duration duration : {Duration(0), Duration(90s), Duration(250ms), Duration(26h + 1ns)}) {
    EXPECT_EQ(*parse_duration(format_duration(duration)), duration);
  }
  EXPECT_EQ(format_duration(90s), "1m30s");
}

TEST(FormatTime, IsRfc3339InUtc) {
  EXPECT_EQ(format_time(from_unix_nanos(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_time(from_unix_nanos(1'795'498'588'250'000'000)), "2026-11-24T05:36:28.25Z");
}

TEST(ParseTime, ReadsItsForms) {
  const WallTime now = from_unix_nanos(1'795'498'588'000'000'000);
  EXPECT_EQ(*parse_time("2026-11-24T05:36:28Z", now), now);
  EXPECT_EQ(*parse_time("2026-11-24T06:36:28+01:00", now), now);
  EXPECT_EQ(*parse_time("1795498588", now), now);
  EXPECT_EQ(*parse_time("1795498588.5", now), now + 500ms);
  EXPECT_EQ(*parse_time("-15m", now), now - 15min);
  EXPECT_EQ(*parse_time("now", now), now);
}

TEST(ParseTime, RefusesTheRestAndSaysWhatItTakes) {
  for (const char* text :
       {"", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-24", "2026-11-24T25:00:00Z", "--5m", "1e9"}) {
    const auto time = parse_time(text, WallTime{});
    ASSERT_FALSE(time) << text;
    EXPECT_NE(time.error().message().find("-15m"), std::string::npos);
  }
}

}  // namespace
}  // namespace agent
