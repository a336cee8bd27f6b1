#include "agent/host/stat_line.hpp"

#include <gtest/gtest.h>

namespace agent::host {
namespace {

TEST(ParseStat, ReadsALineOfLinux) {
  const auto stat = parse_stat(
      "20801 (head) R 20799 20799 4684 0 -1 4194304 103 0 0 0 12 34 0 0 20 0 5 0 183993 2998272 393 18446744073709551615 94921659092992 "
      "94921659117097 140723871996624 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 94921659132944 94921659134560 94921702535168 140723872004735 "
      "140723872004763 140723872004763 140723872006122 0\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->comm, "head");
  EXPECT_EQ(stat->state, 'R');
  EXPECT_EQ(stat->flags, 4194304U);
  EXPECT_EQ(stat->user_ticks, 12U);
  EXPECT_EQ(stat->system_ticks, 34U);
  EXPECT_EQ(stat->threads, 5U);
  EXPECT_EQ(stat->start_ticks, 183993U);
  EXPECT_EQ(stat->virtual_bytes, 2998272U);
  EXPECT_EQ(stat->resident_pages, 393U);
}

TEST(ParseStat, ANameMayHoldSpacesAndParentheses) {
  const auto stat = parse_stat("1 (a) R (b) S 1 1 1 0 -1 0 0 0 0 0 1 2 0 0 20 0 5 0 77 2 3 4");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->comm, "a) R (b");
  EXPECT_EQ(stat->start_ticks, 77U);
}

TEST(ParseStat, RefusesWhatItDoesNotKnow) {
  for (const char* line :
       {"", "1", "1 (a", "1 (a)", "1 )a( S", "1 (a) ", "1 (a) S 1 1", "1 (a) S 1 1 1 0 -1 x 0 0 0 0 1 2 0 0 20 0 5 0 77 2 3 4",
        "1 (a) SS 1 1 1 0 -1 0 0 0 0 0 1 2 0 0 20 0 5 0 77 2 3 4"}) {
    EXPECT_FALSE(parse_stat(line)) << line;
  }
}

TEST(ParseBootTime, FindsTheLine) {
  EXPECT_EQ(parse_boot_time("cpu 1\nbtime 1700000000\nprocesses 2\n"), 1'700'000'000);
  EXPECT_EQ(parse_boot_time("btime 5"), 5);
  EXPECT_EQ(parse_boot_time("cpu 1\nbtime x\n"), std::nullopt);
  EXPECT_EQ(parse_boot_time(""), std::nullopt);
}

}  // namespace
}  // namespace agent::host
