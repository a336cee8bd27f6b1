#include "agent/pprof/wire.hpp"

#include "tests/support/proto_message.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>

namespace agent::pprof {
namespace {

using tests::ProtoMessage;
using tests::varint;

// One varint after another; empty where the bytes are refused.
std::optional<std::size_t> count_one_by_one(std::string_view bytes) {
  try {
    std::size_t count = 0;
    const char* at = bytes.data();
    for (const char* const end = at + bytes.size(); at != end; ++count) read_varint(at, end);
    return count;
  } catch (const protozero::exception&) {
    return std::nullopt;
  }
}

std::optional<std::size_t> count_at_once(std::string_view bytes) {
  try {
    return count_packed(bytes);
  } catch (const protozero::exception&) {
    return std::nullopt;
  }
}

TEST(CountPacked, CountsAndRefusesLikeReadingOneByOne) {
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 40, '\0');
    // Mostly continued bytes, so that varints of 9, 10 and 11 bytes lie across the words in every way.
    const auto share = random() % 20;
    for (char& byte : bytes) byte = static_cast<char>(random() % 20 < share ? 0x80U | random() : random() & 0x7FU);
    ASSERT_EQ(count_at_once(bytes), count_one_by_one(bytes)) << ::testing::PrintToString(bytes);
  }
}

TEST(ReadVarint, ReadsEveryLength) {
  for (unsigned bits = 0; bits < 64; ++bits) {
    for (const std::uint64_t value : {1ULL << bits, (1ULL << bits) - 1}) {
      const std::string bytes = varint(value);
      const char* at = bytes.data();
      EXPECT_EQ(read_varint(at, at + bytes.size()), value);
      EXPECT_EQ(at, bytes.data() + bytes.size());
    }
  }
}

TEST(FieldReader, WalksFieldsOfEveryWireType) {
  const ProtoMessage message = ProtoMessage().number(1, 300).bytes(2, "text").fixed64(3, 7).fixed32(4, 8).number(0, 1);
  FieldReader fields(message.str());
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.number(), 1U);
  EXPECT_EQ(fields.u64(), 300U);
  EXPECT_THROW(static_cast<void>(fields.bytes()), WireError);
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.bytes(), "text");
  EXPECT_THROW(static_cast<void>(fields.u64()), WireError);
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.number(), 3U);
  EXPECT_THROW(static_cast<void>(fields.u64()), WireError);
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.number(), 4U);
  ASSERT_TRUE(fields.next());
  EXPECT_EQ(fields.number(), 0U);
  EXPECT_FALSE(fields.next());
}

TEST(FieldReader, ReadsRepeatedNumbersPackedOrNot) {
  const ProtoMessage message = ProtoMessage().packed(1, {1, 200, 70'000}).number(1, 4).packed(1, {});
  std::vector<std::uint64_t> all;
  std::size_t counted = 0;
  for (FieldReader fields(message.str()); fields.next();) {
    fields.numbers([&](std::uint64_t value) { all.push_back(value); });
    counted += fields.count_numbers();
  }
  EXPECT_EQ(all, (std::vector<std::uint64_t>{1, 200, 70'000, 4}));
  EXPECT_EQ(counted, 4U);
}

}  // namespace
}  // namespace agent::pprof
