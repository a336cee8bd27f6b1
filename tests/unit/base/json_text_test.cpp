#include "agent/base/json_text.hpp"

#include <gtest/gtest.h>

namespace agent {
namespace {

TEST(JsonQuote, EscapesWhatRfc8259Wants) {
  EXPECT_EQ(json_quote("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
  EXPECT_EQ(json_quote("\xC3\xA9"), "\"\xC3\xA9\"");
}

TEST(JsonQuote, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(json_quote("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(json_quote("\xC0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_quote("\xED\xA0\x80").size(), 2U + 9U);
}

}  // namespace
}  // namespace agent
