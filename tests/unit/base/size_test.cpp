#include "agent/base/size.hpp"

#include <gtest/gtest.h>

namespace agent {
namespace {

TEST(ParseSize, ReadsBinaryAndDecimalUnits) {
  EXPECT_EQ(*parse_size("512MiB"), 512ULL << 20U);
  EXPECT_EQ(*parse_size("1.5GiB"), 3ULL << 29U);
  EXPECT_EQ(*parse_size("10kB"), 10'000U);
  EXPECT_EQ(*parse_size("0"), 0U);
}

TEST(ParseSize, RefusesTheRest) {
  for (const char* text : {"", "10", "MiB", "-1MiB", "1XB", "1e3B", "99999999999TiB"}) EXPECT_FALSE(parse_size(text)) << text;
}

TEST(FormatSize, UsesBinaryUnits) {
  EXPECT_EQ(format_size(0), "0B");
  EXPECT_EQ(format_size(1536), "1.5KiB");
  EXPECT_EQ(format_size(40ULL << 20U), "40MiB");
}

}  // namespace
}  // namespace agent
