#include "agent/telemetry/utf8.hpp"

#include <gtest/gtest.h>

namespace {

using agent::telemetry::valid_utf8;

TEST(ValidUtf8, KeepsWhatIsWellFormed) {
  for (const char* text : {"", "plain", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xBF\xBD"}) EXPECT_EQ(valid_utf8(text), text);
}

TEST(ValidUtf8, ReplacesEachBadRunByOneReplacementCharacter) {
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(valid_utf8("a\xFF\xFE\x80z"), "a" + replacement + "z");
  EXPECT_EQ(valid_utf8("\xC0\xAF"), replacement) << "overlong";
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), replacement) << "surrogate";
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), replacement) << "beyond U+10FFFF";
  EXPECT_EQ(valid_utf8("cut \xE2\x82"), "cut " + replacement);
}

}  // namespace
