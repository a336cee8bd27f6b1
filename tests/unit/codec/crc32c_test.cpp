#include "agent/codec/crc32c.hpp"

#include <gtest/gtest.h>

#include <string>

namespace agent::codec {
namespace {

// RFC 3720, B.4, and the usual check value.
TEST(Crc32c, GivesThePublishedValues) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
  std::string ascending(32, '\0');
  for (std::size_t i = 0; i < ascending.size(); ++i) ascending[i] = static_cast<char>(i);
  EXPECT_EQ(crc32c(ascending), 0x46DD794EU);
}

TEST(Crc32c, IsTheSameByInstructionAndByTableAtEveryLengthAndOffset) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes += static_cast<char>(i * 37 + i / 7);
  for (std::size_t offset = 0; offset < 9; ++offset) {
    for (std::size_t size = 0; size + offset <= bytes.size(); ++size) {
      const std::string_view part = std::string_view(bytes).substr(offset, size);
      ASSERT_EQ(crc32c(part), crc32c_by_table(part)) << offset << " " << size;
    }
  }
}

TEST(Crc32c, GoesOnFromAPreviousValue) {
  const std::string_view text = "the quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32c(text.substr(cut), crc32c(text.substr(0, cut))), crc32c(text));
    EXPECT_EQ(crc32c_by_table(text.substr(cut), crc32c_by_table(text.substr(0, cut))), crc32c(text));
  }
}

}  // namespace
}  // namespace agent::codec
