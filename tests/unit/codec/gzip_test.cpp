#include "agent/codec/gzip.hpp"

#include "agent/codec/deflate_scan.hpp"

#include <gtest/gtest.h>

#include <random>

namespace agent::codec {
namespace {

constexpr std::size_t kRoom = 4U << 20U;

// Text that compresses somewhat, with a dynamic Huffman block.
std::string some_text(std::size_t size) {
  std::mt19937 random(42);
  std::string text;
  while (text.size() < size) text += "runtime.func" + std::to_string(random() % 5000) + "\n";
  text.resize(size);
  return text;
}

std::string some_noise(std::size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string cause_of(std::string_view bytes, std::size_t room = kRoom) {
  const Result<std::string> plain = gunzip(bytes, room);
  return plain ? "none" : plain.error().cause();
}

TEST(Gzip, ComesBack) {
  for (const std::string& plain : {std::string(), std::string("a"), some_text(100'000), some_noise(100'000), std::string(1'000'000, 'z')}) {
    for (const GzipLevel level : {GzipLevel::kFast, GzipLevel::kBalanced, GzipLevel::kSmall}) {
      const Result<std::string> back = gunzip(gzip(plain, level), kRoom);
      ASSERT_TRUE(back) << back.error().message();
      EXPECT_EQ(*back, plain);
    }
  }
}

TEST(Gzip, IsTheSameEachTime) {
  EXPECT_EQ(gzip(some_text(10'000)), gzip(some_text(10'000)));
}

TEST(Gzip, IsRecognizedByItsFirstTwoBytes) {
  EXPECT_TRUE(is_gzip(gzip("")));
  EXPECT_TRUE(is_gzip("\x1f\x8b"));
  EXPECT_FALSE(is_gzip("\x1f"));
  EXPECT_FALSE(is_gzip("PK"));
  EXPECT_FALSE(is_gzip(""));
}

TEST(Gunzip, JoinsMembers) {
  EXPECT_EQ(gunzip(gzip("one") + gzip("") + gzip("two"), kRoom).value(), "onetwo");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += gzip("x");
  EXPECT_EQ(gunzip(many, kRoom).value(), std::string(1000, 'x'));
}

TEST(Gunzip, HoldsItsLimitExactly) {
  const std::string packed = gzip(some_text(5000));
  EXPECT_EQ(cause_of(packed, 5000), "none");
  EXPECT_EQ(cause_of(packed, 4999), "gzip_bomb");
  EXPECT_EQ(cause_of(gzip(""), 0), "none");
  EXPECT_EQ(cause_of(gzip("x"), 0), "gzip_bomb");
  // The limit is for all members together.
  EXPECT_EQ(cause_of(gzip("1234") + gzip("5678"), 7), "gzip_bomb");
  EXPECT_EQ(gunzip(gzip(std::string(1 << 20, '\0')), 1000).error().code(), Errc::kTooLarge);
}

TEST(Gunzip, DoesNotTrustTheClaimedSize) {
  const std::string plain = some_text(50'000);
  std::string packed = gzip(plain);
  for (const char claimed : {'\x00', '\x7f', '\xff'}) {
    std::string lying = packed;
    for (std::size_t i = lying.size() - 4; i < lying.size(); ++i) lying[i] = claimed;
    EXPECT_EQ(cause_of(lying), "gzip_corrupt");
  }
}

TEST(Gunzip, TellsACutFromDamageAtEveryByte) {
  const std::string packed = gzip(some_text(3000));
  for (std::size_t size = 0; size < packed.size(); ++size) {
    EXPECT_EQ(cause_of(packed.substr(0, size)), "gzip_truncated") << size;
  }
  for (const std::string& plain : {std::string(), some_noise(70'000)}) {
    const std::string stored = gzip(plain, GzipLevel::kFast);
    EXPECT_EQ(cause_of(stored.substr(0, stored.size() - 9)), "gzip_truncated");
  }
}

TEST(Gunzip, SeesEveryFlippedBitOfDataAndTrailer) {
  const std::string plain = some_text(300);
  const std::string packed = gzip(plain);
  for (std::size_t bit = 80; bit < packed.size() * 8; ++bit) {
    std::string flipped = packed;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    // The last bits before the trailer only fill a byte.
    const Result<std::string> back = gunzip(flipped, kRoom);
    EXPECT_TRUE(!back || *back == plain) << bit;
  }
}

TEST(Gunzip, RefusesWhatFollowsTheLastMember) {
  const std::string packed = gzip("x");
  EXPECT_EQ(cause_of(packed + std::string(10, '\0')), "gzip_corrupt");
  EXPECT_EQ(cause_of(packed + "some trailing text"), "gzip_corrupt");
  // Too short to be a header: Go calls that an unexpected end.
  EXPECT_EQ(cause_of(packed + "x"), "gzip_truncated");
}

TEST(DeflateScan, KnowsEachKindOfBlock) {
  using namespace std::string_view_literals;
  EXPECT_EQ(scan_deflate(""), DeflateDefect::kTruncated);
  EXPECT_EQ(scan_deflate("\x01\x01\x00\xfe\xffx"sv), DeflateDefect::kNone);  // stored
  EXPECT_EQ(scan_deflate("\x01\x02\x00\xfd\xffx"sv), DeflateDefect::kTruncated);
  EXPECT_EQ(scan_deflate("\x01\x01\x00\xfe\xfex"sv), DeflateDefect::kInvalid);  // lengths disagree
  EXPECT_EQ(scan_deflate("\x03\x00"sv), DeflateDefect::kNone);                  // fixed codes, empty
  EXPECT_EQ(scan_deflate("\x03"sv), DeflateDefect::kTruncated);
  EXPECT_EQ(scan_deflate("\x07"sv), DeflateDefect::kInvalid);              // reserved block type
  EXPECT_EQ(scan_deflate("\x05\xff\xff\xff"sv), DeflateDefect::kInvalid);  // too many codes
}

}  // namespace
}  // namespace agent::codec
