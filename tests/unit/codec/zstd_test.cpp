#include "agent/codec/zstd.hpp"

#include <gtest/gtest.h>

namespace agent::codec {
namespace {

constexpr std::size_t kRoom = 4U << 20U;

TEST(Zstd, ComesBack) {
  for (const std::string& plain : {std::string(), std::string("a"), std::string(1'000'000, 'z')}) {
    for (const int level : {1, 3, 19}) EXPECT_EQ(zstd_decompress(zstd_compress(plain, level), kRoom).value(), plain);
  }
}

TEST(Zstd, ContextsServeManyBuffers) {
  ZstdCompressor compressor(3);
  ZstdDecompressor decompressor;
  for (int i = 0; i < 100; ++i) {
    const std::string plain(static_cast<std::size_t>(i) * 100, static_cast<char>('a' + i % 26));
    const std::string packed = compressor.compress(plain);
    EXPECT_EQ(packed, zstd_compress(plain, 3));
    EXPECT_EQ(decompressor.decompress(packed, kRoom).value(), plain);
  }
}

TEST(Zstd, AContextSurvivesBadInput) {
  ZstdDecompressor decompressor;
  EXPECT_FALSE(decompressor.decompress("garbage", kRoom));
  EXPECT_EQ(decompressor.decompress(zstd_compress("good"), kRoom).value(), "good");
}

TEST(Zstd, SaysAgainstAPrefixOnlyWhatIsNew) {
  std::string text;
  for (int i = 0; i < 4000; ++i) text += std::to_string(i * i);
  ZstdCompressor compressor(6);
  const std::string packed = compressor.compress(text + " and more", text);
  EXPECT_LT(packed.size(), 60U);
  ZstdDecompressor decompressor;
  EXPECT_EQ(decompressor.decompress(packed, kRoom, text).value(), text + " and more");
  // The prefix was for that one frame.
  EXPECT_EQ(compressor.compress("alone"), zstd_compress("alone", 6));
  EXPECT_EQ(decompressor.decompress(zstd_compress("alone"), kRoom).value(), "alone");
}

TEST(Zstd, HoldsItsLimitBeforeTakingMemory) {
  const std::string bomb = zstd_compress(std::string(8U << 20U, '\0'));
  EXPECT_LT(bomb.size(), 10'000U);
  const Result<std::string> plain = zstd_decompress(bomb, kRoom);
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().code(), Errc::kTooLarge);
  EXPECT_EQ(plain.error().cause(), "zstd_bomb");
}

TEST(Zstd, SaysWhatIsDamaged) {
  const std::string packed = zstd_compress(std::string(10'000, 'x') + "y");
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const Result<std::string> plain = zstd_decompress(packed.substr(0, size), kRoom);
    ASSERT_FALSE(plain) << size;
    EXPECT_EQ(plain.error().cause(), "zstd_corrupt") << size;
  }
  EXPECT_EQ(zstd_decompress(packed + "more", kRoom).error().cause(), "zstd_corrupt");
  EXPECT_EQ(zstd_decompress("", kRoom).error().cause(), "zstd_corrupt");
}

}  // namespace
}  // namespace agent::codec
